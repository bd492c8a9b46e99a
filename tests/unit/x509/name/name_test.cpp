#include "x509/name/name.h"

#include "encoding/der.h"
#include "x509/vectors.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <map>

using namespace mtlsca;
using namespace mtlsca::x509;

namespace {

Name vector(const std::string& name) {
    return Name::from_der(vectors::file("names/" + name + ".der"));
}

std::map<std::string, std::string> prints(const std::string& file) {
    std::map<std::string, std::string> texts;
    std::ifstream in(vectors::path("names/" + file));
    for (std::string line; std::getline(in, line);)
        texts[line.substr(0, line.find('\t'))] = line.substr(line.find('\t') + 1);
    return texts;
}

bool is_ascii(const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > 0 && c < 0x7f; });
}

std::string rule_of(const char* type, const std::string& value) {
    const Findings findings = attribute_findings({type, value});
    return findings.empty() ? "" : findings[0].rule;
}

Code code_of(const std::string& text) {
    try {
        Name::parse(text);
    } catch (const Error& error) {
        return error.code;
    }
    return Code::already; // none of those that parse() throws
}

} // namespace

TEST_CASE("a name prints as nginx prints it, and non-ASCII characters stay") {
    const auto escaped = prints("rfc2253.txt");
    const auto as_utf8 = prints("utf8.txt");
    REQUIRE(escaped.size() >= 18);
    for (const auto& [name, text] : escaped) {
        CAPTURE(name);
        if (name == "c1") // openssl leaves U+0085 to the terminal
            CHECK(vector(name).to_string() == "CN=a\\C2\\85b\u00a0c");
        else
            CHECK(vector(name).to_string() == as_utf8.at(name));
        if (is_ascii(as_utf8.at(name)))
            CHECK(vector(name).to_string() == text);
    }
}

TEST_CASE("what a name prints is parsed to the same name") {
    for (const auto& [name, text] : prints("utf8.txt")) {
        CAPTURE(name);
        const Name parsed = Name::parse(vector(name).to_string());
        CHECK(parsed.parts() == vector(name).parts());
        if (name != "latin1" && name != "bmp" && name != "universal" && name != "gnutls")
            CHECK(parsed == vector(name)); // the others are in kinds of strings that we don't write
    }
}

TEST_CASE("every kind of string that names are made of is read as UTF-8") {
    CHECK(vector("latin1").common_name() == "Müller");
    CHECK(vector("bmp").common_name() == "Müller 日本");
    CHECK(vector("universal").common_name() == "Mü😀");
    CHECK(vector("controls").common_name() == "a\nb\033[31m\177c\td");
    CHECK(vector("long").values("1.2.3.4.5") == std::vector<std::string>{std::string(200, 'x')});
}

TEST_CASE("attributes come in the order of the DER") {
    const Name name = vector("several_ous");
    CHECK(name.values("OU") == std::vector<std::string>{"Client", "Admin"});
    const RelativeName multi_valued{{"CN", "x"}, {"L", "here"}, {"OU", "Admin"}};
    CHECK(vector("multi_valued").parts()[1] == multi_valued);
    CHECK(Name::parse("OU=Admin+L=here+CN=x").parts()[0] == multi_valued);
    CHECK(Name::parse("/CN=first/CN=last").common_name() == "last");
    CHECK(Name::parse("O=Acme").common_name().empty());
}

TEST_CASE("what is no name is refused") {
    for (const auto& entry : std::filesystem::directory_iterator(vectors::path("names/malformed"))) {
        CAPTURE(entry.path().filename().string());
        try {
            Name::from_der(io::read_file(entry.path(), 1000));
            FAIL_CHECK("was read");
        } catch (const Error& error) {
            CHECK(error.code == Code::refused);
            CHECK(error.object == "name");
        }
    }
    CHECK_THROWS_AS(Name::from_der({}), Error);
    CHECK(Name::from_der(Name().der()).empty());
}

TEST_CASE("no damage to a name does more than refuse it") {
    for (const char* name : {"every_type", "multi_valued", "bmp", "unknown_type"})
        vectors::maltreat(vectors::file(std::string("names/") + name + ".der"), [](ByteView bytes) {
            try {
                const std::string text = Name::from_der(bytes).to_string();
                CHECK(text.find('\n') == std::string::npos);
            } catch (const Error&) {
                throw Error(Code::refused, "hostile", "as it should");
            }
        });
}

TEST_CASE("people write names in two forms, in any case and with blanks") {
    const Name name = Name::parse("CN=Root,O=Acme\\, Inc.,C=DE");
    CHECK(Name::parse("/C=DE/O=Acme, Inc./CN=Root") == name);
    CHECK(Name::parse(" cn = Root , organizationName=Acme\\2c Inc. , 2.5.4.6=DE ") == name);
    CHECK(Name::parse("CN=Root,O=#0C0A41636D652C20496E632E,C=DE") == name);
    CHECK(Name::parse("/C=DE/O=Acme, Inc.\\/x/CN=Root").values("O")[0] == "Acme, Inc./x");
    CHECK(Name::parse("CN=M\\C3\\BCller").common_name() == "Müller");
    CHECK(Name::parse("CN=\\ a \\ ").common_name() == " a  ");
    CHECK(Name::parse("OU=Admin+CN=x,O=Acme").parts().size() == 2);
    CHECK(Name::parse("  ").empty());
}

TEST_CASE("a name that cannot be understood is an error of usage that says where") {
    for (const char* text :
         {"alice", "CN", "CN=a,", ",CN=a", "CN=a,,O=b", "XYZ=a", "=a", "CN=a\\", "CN=a\\x", "CN=a;O=b",
          "CN=\"a\"", "CN=<a>", "CN=#0C", "CN=#0C0561", "CN=#02010A", "/", "/CN=a/", "CN=a+"}) {
        CAPTURE(text);
        CHECK(code_of(text) == Code::usage);
    }
    CHECK_THROWS_WITH(Name::parse("CN=a,XYZ=b"), Catch::Contains("(character 6)"));
}

TEST_CASE("a name that we write keeps to the bounds of RFC 5280") {
    CHECK(rule_of("CN", std::string(64, 'x')).empty());
    CHECK(rule_of("CN", std::string(65, 'x')) == "name-too-long");
    std::string umlauts;
    for (int i = 0; i < 64; ++i)
        umlauts += "ü";
    CHECK(rule_of("O", umlauts).empty());
    CHECK(rule_of("C", "DE").empty());
    for (const char* country : {"D", "DEU", "D1", "ü"})
        CHECK(rule_of("C", country) == "name-characters");
    CHECK(rule_of("serialNumber", "a_b") == "name-characters");
    CHECK(rule_of("emailAddress", "ü@example.com") == "name-characters");
    CHECK(rule_of("CN", "\xff") == "name-characters");
    CHECK(rule_of("CN", "") == "name-empty");
    CHECK(rule_of("nonsense", "x") == "name-type");
    CHECK(rule_of("1.2.3.4", "x").empty());
    CHECK(code_of("CN=" + std::string(65, 'x')) == Code::refused);
}
