// The words of nginx's configuration language, cut and unquoted exactly as nginx does it
// (ngx_conf_read_token in src/core/ngx_conf_file.c).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mtlsca::deploy::nginx {

// One directive without what is inside its block.
struct Statement {
    enum class End { semicolon, block_start, block_end, file_end, problem };
    End end = End::problem;
    std::vector<std::string> words; // at least one where it ends with a semicolon or starts a block
    unsigned line = 0;              // of the first word; of a problem where nginx tells it
    std::string problem;
};

// Over text that the caller keeps alive. After a problem there is nothing more to read.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}
    Statement next();

private:
    enum class State { between_words, bare, single_quoted, double_quoted, after_quote };

    bool take(char c, Statement& statement);
    bool begin_word(char c, Statement& statement);
    bool continue_word(char c, Statement& statement);
    bool after_quote(char c, Statement& statement);
    void end_word(Statement& statement) const;
    static bool finish(Statement& statement, Statement::End end);
    static bool fail(Statement& statement, std::string problem);
    bool fail_too_long(Statement& statement) const;
    bool fail_end_of_file(Statement& statement) const;

    std::string_view text_;
    std::size_t position_ = 0, start_ = 0;
    unsigned line_ = 1, start_line_ = 1;
    State state_ = State::between_words;
    bool in_comment_ = false, is_escaped_ = false, after_dollar_ = false;
};

} // namespace mtlsca::deploy::nginx
