#include "deploy/nginx/language/scanner.h"

#include <fmt/format.h>

namespace mtlsca::deploy::nginx {
namespace {

// NGX_CONF_BUFFER: a word, or a comment, that fills it and goes on is fatal to nginx.
constexpr std::size_t buffer_size = 4096;

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// \" \' \\ are the character itself, \t \r \n control characters; any other backslash stays.
std::string unquoted(std::string_view raw) {
    std::string word;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        const char next = raw[i] == '\\' && i + 1 < raw.size() ? raw[i + 1] : '\0';
        switch (next) {
        case '"':
        case '\'':
        case '\\':
            word += next;
            break;
        case 't':
            word += '\t';
            break;
        case 'r':
            word += '\r';
            break;
        case 'n':
            word += '\n';
            break;
        default:
            word += raw[i];
            continue;
        }
        ++i;
    }
    return word;
}

} // namespace

Statement Scanner::next() {
    Statement statement;
    state_ = State::between_words;
    in_comment_ = is_escaped_ = after_dollar_ = false;
    start_ = position_;
    statement.line = start_line_ = line_;
    while (position_ < text_.size()) {
        if (position_ - start_ >= buffer_size) {
            fail_too_long(statement);
            return statement;
        }
        const char c = text_[position_++];
        if (c == '\n') {
            ++line_;
            in_comment_ = false;
        }
        if (!in_comment_ && take(c, statement))
            return statement;
    }
    if (!statement.words.empty() || state_ != State::between_words)
        fail_end_of_file(statement);
    else
        finish(statement, Statement::End::file_end);
    return statement;
}

// True where the statement has ended.
bool Scanner::take(char c, Statement& statement) {
    if (is_escaped_) {
        is_escaped_ = false;
        return false;
    }
    if (state_ == State::after_quote && after_quote(c, statement))
        return true;
    if (state_ == State::between_words)
        return begin_word(c, statement);
    return state_ != State::after_quote && continue_word(c, statement);
}

bool Scanner::after_quote(char c, Statement& statement) {
    if (c == ';')
        return finish(statement, Statement::End::semicolon);
    if (c == '{')
        return finish(statement, Statement::End::block_start);
    if (!is_space(c) && c != ')') // ")" is for "if ($a = "b")": it begins a word of its own
        return fail(statement, fmt::format("unexpected \"{}\"", c));
    state_ = State::between_words;
    return false;
}

bool Scanner::begin_word(char c, Statement& statement) {
    start_ = position_ - 1;
    start_line_ = line_;
    if (is_space(c))
        return false;
    if (statement.words.empty())
        statement.line = line_;
    switch (c) {
    case ';':
    case '{':
        if (statement.words.empty())
            return fail(statement, fmt::format("unexpected \"{}\"", c));
        return finish(statement, c == '{' ? Statement::End::block_start : Statement::End::semicolon);
    case '}':
        if (!statement.words.empty())
            return fail(statement, "unexpected \"}\"");
        return finish(statement, Statement::End::block_end);
    case '#':
        in_comment_ = true;
        return false;
    case '"':
    case '\'':
        ++start_;
        state_ = c == '"' ? State::double_quoted : State::single_quoted;
        return false;
    default:
        is_escaped_ = c == '\\';
        after_dollar_ = c == '$';
        state_ = State::bare;
        return false;
    }
}

bool Scanner::continue_word(char c, Statement& statement) {
    if (c == '{' && after_dollar_) // "${name}" begins no block
        return false;
    after_dollar_ = c == '$';
    if (c == '\\' || c == '$') {
        is_escaped_ = c == '\\';
        return false;
    }
    if (state_ != State::bare) {
        if (c == (state_ == State::double_quoted ? '"' : '\'')) {
            end_word(statement);
            state_ = State::after_quote;
        }
        return false;
    }
    if (!is_space(c) && c != ';' && c != '{')
        return false;
    end_word(statement);
    state_ = State::between_words;
    if (c == ';')
        return finish(statement, Statement::End::semicolon);
    return c == '{' && finish(statement, Statement::End::block_start);
}

void Scanner::end_word(Statement& statement) const {
    statement.words.push_back(unquoted(text_.substr(start_, position_ - 1 - start_)));
}

bool Scanner::finish(Statement& statement, Statement::End end) {
    statement.end = end;
    return true;
}

bool Scanner::fail(Statement& statement, std::string problem) {
    statement.problem = std::move(problem);
    return finish(statement, Statement::End::problem);
}

bool Scanner::fail_too_long(Statement& statement) const {
    statement.line = start_line_;
    if (state_ == State::double_quoted || state_ == State::single_quoted)
        return fail(statement, fmt::format("a word of {} bytes or more, probably a missing {}", buffer_size,
                                           state_ == State::double_quoted ? '"' : '\''));
    return fail(statement, fmt::format("a word of {} bytes or more", buffer_size));
}

bool Scanner::fail_end_of_file(Statement& statement) const {
    statement.line = line_;
    return fail(statement, "unexpected end of file, expecting \";\" or \"}\"");
}

} // namespace mtlsca::deploy::nginx
