#include "deploy/nginx/language/configuration.h"

#include "deploy/nginx/language/files_in_memory.h"
#include "error.h"
#include "temporary_folder.h"

#include <catch2/catch.hpp>

using namespace mtlsca;
using namespace mtlsca::deploy::nginx;

namespace {

using Words = std::vector<std::string>;

Configuration read(const std::string& text, std::map<io::Path, std::string> others = {}) {
    others["/etc/nginx/nginx.conf"] = text;
    return read_configuration("/etc/nginx/nginx.conf", FilesInMemory(std::move(others)));
}

Words words(const Directive& directive) {
    Words all{directive.name};
    all.insert(all.end(), directive.arguments.begin(), directive.arguments.end());
    return all;
}

// The words of the one directive in a text.
Words words(const std::string& text) {
    const Configuration configuration = read(text);
    REQUIRE(configuration.problems.empty());
    REQUIRE(configuration.directives.size() == 1);
    return words(configuration.directives[0]);
}

// "rule FILE:LINE reason" of the only problem.
std::string problem(const Configuration& configuration) {
    REQUIRE(configuration.problems.size() == 1);
    const ReadingProblem& one = configuration.problems[0];
    return one.rule + " " + to_string(one.place) + " " + one.reason;
}

} // namespace

TEST_CASE("words are cut and unquoted as nginx does it") {
    CHECK(words("a b  c;") == Words{"a", "b", "c"});
    CHECK(words("a \"b c\" 'd;{}';") == Words{"a", "b c", "d;{}"});
    CHECK(words(R"(a "x\"y" 'x\'y' x\;y \#z x\ny "\$" "\d";)") ==
          Words{"a", "x\"y", "x'y", "x\\;y", "\\#z", "x\ny", "\\$", "\\d"});
    CHECK(words("a b#c;# d;") == Words{"a", "b#c"});
    CHECK(words("a ${b}c \"${d}{\" e$f;") == Words{"a", "${b}c", "${d}{", "e$f"});
    CHECK(words("a x'y'z x}y;") == Words{"a", "x'y'z", "x}y"});
    CHECK(words("a 'b\nc';") == Words{"a", "b\nc"});
    CHECK(words("a \"\";") == Words{"a", ""});
    CHECK(words("if ($a = \"b\") { }") == Words{"if", "($a", "=", "b", ")"});
    CHECK(words("# only\n\ta\r\n;") == Words{"a"});
}

TEST_CASE("blocks are inside each other, and every directive knows its line") {
    const Configuration configuration = read("http {\n  server{listen 443;\n\n  location / {\n}\n}\n}\n");
    REQUIRE(configuration.problems.empty());
    const Directive& server = configuration.directives.at(0).block.at(0);
    CHECK(server.has_block);
    CHECK(to_string(server.place) == "/etc/nginx/nginx.conf:2");
    CHECK(words(server.block.at(0)) == Words{"listen", "443"});
    CHECK(words(server.block.at(1)) == Words{"location", "/"});
    CHECK(server.block.at(1).place.line == 4);
}

TEST_CASE("what nginx cannot read is told with its line, and what stands before it is kept") {
    const auto told = [](const std::string& text) { return problem(read(text)); };
    CHECK(told("a;\nb") == "configuration-syntax /etc/nginx/nginx.conf:2 unexpected end of file, expecting "
                           "\";\" or \"}\"");
    CHECK(told("a {\nb;") == "configuration-syntax /etc/nginx/nginx.conf:2 unexpected end of file, expecting "
                             "\"}\"");
    CHECK(told("a;\n}") == "configuration-syntax /etc/nginx/nginx.conf:2 unexpected \"}\"");
    CHECK(told("a }") == "configuration-syntax /etc/nginx/nginx.conf:1 unexpected \"}\"");
    CHECK(told(";") == "configuration-syntax /etc/nginx/nginx.conf:1 unexpected \";\"");
    CHECK(told("a \"b\"c;") == "configuration-syntax /etc/nginx/nginx.conf:1 unexpected \"c\"");
    CHECK(read("a;\nb").directives.size() == 1);
}

TEST_CASE("a word of 4096 bytes is as fatal as it is to nginx, one byte less is not") {
    CHECK(words("a " + std::string(4095, 'x') + ";").at(1).size() == 4095);
    CHECK(problem(read("a " + std::string(4096, 'x') + ";")).find("a word of 4096 bytes") !=
          std::string::npos);
    CHECK(problem(read("a;\nb \"" + std::string(5000, 'x'))) ==
          "configuration-syntax /etc/nginx/nginx.conf:2 a word of 4096 bytes or more, probably a missing \"");
    CHECK(problem(read("#" + std::string(4096, 'x') + "\na;")).find("a word of 4096 bytes") !=
          std::string::npos);
}

TEST_CASE("what is included stands where the include was, relative to the folder of the main file") {
    const Configuration configuration =
        read("a;\ninclude sub/*.conf;\ninclude /x/last.conf;\ninclude none*.conf;",
             {{"/etc/nginx/sub/2.conf", "c;"},
              {"/etc/nginx/sub/1.conf", "b { include deep; }"},
              {"/etc/nginx/deep", "\nd;"},
              {"/x/last.conf", "e;"}});
    REQUIRE(configuration.problems.empty());
    REQUIRE(configuration.directives.size() == 4);
    CHECK(to_string(configuration.directives[1].block.at(0).place) == "/etc/nginx/deep:2");
    CHECK(configuration.directives[2].name == "c");
    CHECK(configuration.directives[3].name == "e");
}

TEST_CASE("a file that is not there, includes itself or cannot be judged is a finding") {
    CHECK(problem(read("\ninclude gone.conf;")) ==
          "include-missing /etc/nginx/nginx.conf:2 /etc/nginx/gone.conf does not exist");
    CHECK(problem(read("include nginx.conf;")) ==
          "configuration-limit /etc/nginx/nginx.conf:1 more than 32 files include each other");
    CHECK(problem(read("a { content_by_lua_block { return \"}\" } }")).starts_with("lua-block"));
    std::string deep;
    for (int i = 0; i < 70; ++i)
        deep += "a {";
    CHECK(problem(read(deep)).starts_with("configuration-limit"));
}

TEST_CASE("a map of many serials is not kept, its patterns and variables are") {
    std::string text = "map $a $b { default 0;\n";
    for (int i = 0; i < 30'000; ++i)
        text += std::to_string(i) + " 1;\n";
    const Configuration configuration = read(text + "~x 1; y $z; }");
    const std::vector<Directive>& lines = configuration.directives.at(0).block;
    REQUIRE(lines.size() == 10'003);
    CHECK(lines[10'001].name == "~x");
    CHECK(lines[10'002].name == "y");
}

TEST_CASE("the output of nginx -T is the files that it names") {
    const DumpedFiles files(
        "nginx: test is successful\n# configuration file /etc/nginx/nginx.conf:\n"
        "http {\ninclude conf.d/*.conf;\n}\n\n# configuration file /etc/nginx/conf.d/a.conf:\n"
        "server { }\n# configuration file /etc/nginx/nginx.conf:\nevil;\n");
    CHECK(files.main() == "/etc/nginx/nginx.conf");
    const Configuration configuration = read_configuration(files.main(), files);
    REQUIRE(configuration.problems.empty());
    REQUIRE(configuration.directives.size() == 1);
    CHECK(to_string(configuration.directives[0].block.at(0).place) == "/etc/nginx/conf.d/a.conf:1");
    CHECK_FALSE(files.read("/etc/nginx/other").has_value());
}

TEST_CASE("a staged folder is read under the paths it will have") {
    const FilesInMemory disk({{"/etc/nginx/mtlsca/a.conf", "old;"},
                              {"/etc/nginx/mtlsca/gone.conf", "old;"},
                              {"/etc/nginx/.staged/a.conf", "new;"},
                              {"/etc/nginx/.staged/b.conf", "new;"},
                              {"/etc/nginx/nginx.conf", "include mtlsca/*.conf;"}});
    const StagedFiles files(disk, "/etc/nginx/mtlsca/", "/etc/nginx/.staged");
    const Configuration configuration = read_configuration("/etc/nginx/nginx.conf", files);
    REQUIRE(configuration.directives.size() == 2);
    CHECK(configuration.directives[0].name == "new");
    CHECK(to_string(configuration.directives[0].place) == "/etc/nginx/mtlsca/a.conf:1");
    CHECK(to_string(configuration.directives[1].place) == "/etc/nginx/mtlsca/b.conf:1");
    CHECK_FALSE(files.read("/etc/nginx/mtlsca/gone.conf").has_value());
}

TEST_CASE("files on the disk are found by pattern, a folder in place of one is refused") {
    const TemporaryFolder folder;
    io::write_file(folder.path() / "b.conf", "b;", io::Mode::public_file);
    io::write_file(folder.path() / "a.conf", "a;", io::Mode::public_file);
    const DiskFiles disk;
    CHECK(disk.matching(folder.path() / "*.conf") ==
          std::vector<io::Path>{folder.path() / "a.conf", folder.path() / "b.conf"});
    CHECK(as_text(disk.read(folder.path() / "a.conf").value()) == "a;");
    CHECK_FALSE(disk.read(folder.path() / "none").has_value());
    CHECK_THROWS_AS(disk.read(folder.path()), Error);
}
