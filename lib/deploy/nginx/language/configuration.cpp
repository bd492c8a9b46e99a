#include "deploy/nginx/language/configuration.h"

#include "deploy/nginx/language/scanner.h"
#include "error.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace mtlsca::deploy::nginx {
namespace {

// Ours, because nginx has none: a configuration that includes itself runs it out of descriptors.
constexpr std::size_t most_includes_deep = 32;
constexpr std::size_t most_blocks_deep = 64;
constexpr std::size_t most_bytes = std::size_t{512} << 20;
constexpr std::size_t most_statements = 2'000'000; // lines of maps, too
constexpr std::size_t most_plain_lines = 10'000;   // of one block

// Blocks whose lines are data and not directives.
bool is_table(std::string_view name) {
    constexpr std::array<std::string_view, 5> tables{"map", "geo", "types", "split_clients", "charset_map"};
    return std::find(tables.begin(), tables.end(), name) != tables.end();
}

// A serial and what belongs to it: nobody judges it, and a million of them would fill the memory.
bool is_plain(const Statement& line) {
    for (const std::string& word : line.words)
        if (word.starts_with('~') || word.find('$') != std::string::npos)
            return false;
    return line.words[0] != "default" && line.words[0] != "include";
}

class Reader {
public:
    Reader(io::Path folder, const FileSource& files) : folder_(std::move(folder)), files_(files) {}

    // At the place of an include; none for the main file.
    void read_file(const io::Path& path, const Place& from, std::vector<Directive>& into, std::size_t depth,
                   std::string_view inside) {
        const auto bytes = content(path, from);
        if (!bytes)
            return;
        bytes_ += bytes->size();
        if (bytes_ > most_bytes) {
            problem("configuration-limit", from,
                    fmt::format("{}: all files together have more than 512 MiB", path.string()));
            return;
        }
        Scanner scanner(as_text(*bytes));
        const auto file = std::make_shared<const io::Path>(path);
        read_block(scanner, file, into, {depth, 0, inside});
    }

    std::vector<Directive>& directives() { return configuration_.directives; }
    Configuration take() { return std::move(configuration_); }

private:
    struct Surroundings {
        std::size_t includes, blocks;
        std::string_view name; // of the block
    };

    void problem(const char* rule, Place place, std::string reason) {
        configuration_.problems.push_back({rule, std::move(place), std::move(reason)});
    }

    std::optional<Bytes> content(const io::Path& path, const Place& from) try {
        auto bytes = files_.read(path);
        if (!bytes)
            problem("include-missing", from, fmt::format("{} does not exist", path.string()));
        return bytes;
    } catch (const Error& error) {
        problem("include-unreadable", from, fmt::format("{}: {}", error.object, error.reason));
        return std::nullopt;
    }

    // False where the file cannot be read further.
    bool read_block(Scanner& scanner, const std::shared_ptr<const io::Path>& file,
                    std::vector<Directive>& into, const Surroundings& around) {
        std::size_t plain_lines = 0;
        while (++statements_ <= most_statements) {
            Statement statement = scanner.next();
            const Place place{file, statement.line};
            switch (statement.end) {
            case Statement::End::problem:
                problem("configuration-syntax", place, statement.problem);
                return false;
            case Statement::End::file_end:
                if (around.blocks > 0)
                    problem("configuration-syntax", place, "unexpected end of file, expecting \"}\"");
                return around.blocks == 0;
            case Statement::End::block_end:
                if (around.blocks == 0)
                    problem("configuration-syntax", place, "unexpected \"}\"");
                return around.blocks > 0;
            case Statement::End::semicolon:
                if (statement.words[0] == "include" && statement.words.size() == 2)
                    include(statement.words[1], place, into, around);
                else if (!is_table(around.name) || !is_plain(statement) || ++plain_lines <= most_plain_lines)
                    into.push_back(directive(statement, place));
                break;
            case Statement::End::block_start:
                into.push_back(directive(statement, place));
                if (!read_inner_block(scanner, into.back(), around))
                    return false;
            }
        }
        problem("configuration-limit", {file, 0}, "more than 2,000,000 directives");
        return false;
    }

    bool read_inner_block(Scanner& scanner, Directive& outer, const Surroundings& around) {
        outer.has_block = true;
        if (outer.name.ends_with("_by_lua_block")) {
            problem("lua-block", outer.place, "Lua is not read: the rest of this file is not judged");
            return false;
        }
        if (around.blocks >= most_blocks_deep) {
            problem("configuration-limit", outer.place, "more than 64 blocks inside each other");
            return false;
        }
        return read_block(scanner, outer.place.file, outer.block,
                          {around.includes, around.blocks + 1, outer.name});
    }

    void include(const std::string& text, const Place& place, std::vector<Directive>& into,
                 const Surroundings& around) {
        if (around.includes >= most_includes_deep) {
            problem("configuration-limit", place, "more than 32 files include each other");
            return;
        }
        const io::Path path = folder_ / text; // an absolute one stays as it is
        if (text.find_first_of("*?[") == std::string::npos) {
            read_file(path, place, into, around.includes + 1, around.name);
            return;
        }
        for (const io::Path& found : files_.matching(path))
            read_file(found, place, into, around.includes + 1, around.name);
    }

    static Directive directive(Statement& statement, const Place& place) {
        Directive directive;
        directive.name = std::move(statement.words[0]);
        directive.arguments.assign(std::make_move_iterator(statement.words.begin() + 1),
                                   std::make_move_iterator(statement.words.end()));
        directive.place = place;
        return directive;
    }

    io::Path folder_;
    const FileSource& files_;
    Configuration configuration_;
    std::size_t bytes_ = 0, statements_ = 0;
};

} // namespace

std::string to_string(const Place& place) {
    const std::string file = place.file ? place.file->string() : "";
    return place.line == 0 ? file : fmt::format("{}:{}", file, place.line);
}

const std::string& Directive::argument(std::size_t number) const {
    static const std::string none;
    return number < arguments.size() ? arguments[number] : none;
}

Configuration read_configuration(const io::Path& main, const FileSource& files) {
    Reader reader(main.parent_path(), files);
    reader.read_file(main, {std::make_shared<const io::Path>(main), 0}, reader.directives(), 0, {});
    return reader.take();
}

} // namespace mtlsca::deploy::nginx
