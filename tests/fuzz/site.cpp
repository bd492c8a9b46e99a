// Laws of what becomes of a site file (mtlsca-nginx(1)), and of any text as a word of nginx's configuration:
//   a site that is accepted   is to our own reader of nginx's language the very directives of its harmless
//   twin,
//                             a site of the same shape whose every value is a plain mark, with each value as
//                             the argument, or the part of one, where the twin has its mark
//   a word, key, pattern,     is read back as the same text, as the one word that it is; a comment as nothing
//   value or comment
//   what nginx is told of     stands in as many lines as there are certificates, and says what they say
//   a certificate
#include "law.h"

#include "deploy/nginx/language/configuration.h"
#include "deploy/nginx/language/scanner.h"
#include "deploy/nginx/site/inventory_maps.h"
#include "deploy/nginx/site/roles.h"
#include "deploy/nginx/site/text.h"
#include "encoding/hex.h"
#include "encoding/text.h"
#include "io/file.h"
#include "x509/key/key.h"

#include <algorithm>
#include <filesystem>

using namespace mtlsca;
using namespace mtlsca::deploy::nginx;

namespace {

// What each mark of the twin stands for. No mark is the beginning of another.
class Twin {
public:
    explicit Twin(const Site& site) : site_(site) {
        twin_server_name();
        twin_listens(site_.listens);
        twin_listens(site_.http_listens);
        twin_path(site_.cert);
        twin_path(site_.key);
        if (site_.log_folder != "/")
            twin_path(site_.log_folder);
        site_.settings.log_folder = site_.log_folder.string();
        if (site_.ocsp_responder)
            site_.ocsp_responder->url = mark(site_.ocsp_responder->url);
        for (std::string& server : site_.resolver)
            server = mark(server);
        for (Location& location : site_.locations)
            twin_location(location);
    }

    const Site& site() const { return site_; }

    std::string original_of(std::string_view word) const {
        std::string text;
        while (!word.empty()) {
            const auto found = std::find_if(meanings_.begin(), meanings_.end(), [&](const auto& meaning) {
                return word.starts_with(meaning.first);
            });
            text += found == meanings_.end() ? word.substr(0, 1) : std::string_view(found->second);
            word.remove_prefix(found == meanings_.end() ? 1 : found->first.size());
        }
        return text;
    }

private:
    std::string mark(std::string meaning) {
        std::string mark = "zq" + std::to_string(meanings_.size()) + "qz";
        meanings_.emplace_back(mark, std::move(meaning));
        return mark;
    }

    // "*." stands in both. Variables have a hash of the name in theirs.
    void twin_server_name() {
        const std::string name = site_.server_name;
        const std::size_t plain = name.starts_with("*.") ? 2 : 0;
        site_.server_name = name.substr(0, plain) + mark(name.substr(plain));
        site_.settings.server_name = mark(encoding::to_file_name(name)); // of its logs
        meanings_.emplace_back('_' + hash(site_.server_name) + '_', '_' + hash(name) + '_');
    }

    static std::string hash(const std::string& name) {
        return encoding::to_hex(ByteView(x509::sha256(as_bytes(name))).first(4));
    }

    // A port alone means every address.
    void twin_listens(std::vector<Listen>& listens) {
        for (Listen& listen : listens)
            if (listen.address != "0.0.0.0")
                listen.address = mark(listen.address);
    }

    void twin_path(io::Path& path) { path = '/' + mark(path.string().substr(1)); }

    void twin_location(Location& location) {
        if (!location.path.path.empty())
            location.path.path = mark(location.path.path);
        for (Identity& identity : location.identities)
            identity.value = mark(escape_regex(identity.value));
        if (auto& upstream = location.backend.upstream) {
            const std::size_t host = upstream->origin.find("://") + 3;
            upstream->origin = upstream->origin.substr(0, host) + mark(upstream->origin.substr(host));
            if (upstream->path && !upstream->path->empty())
                upstream->path = mark(*upstream->path);
        } else {
            twin_path(location.backend.root);
        }
    }

    Site site_;
    std::vector<std::pair<std::string, std::string>> meanings_;
};

Configuration read(const std::string& text) {
    const DumpedFiles files("# configuration file /site.conf:\n" + text);
    return read_configuration("/site.conf", files);
}

void compare(const std::vector<Directive>& directives, const std::vector<Directive>& wanted,
             const Twin& twin) {
    hold(directives.size() == wanted.size(), "more directives, or fewer");
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const Directive &is = directives[i], &should_be = wanted[i];
        hold(is.name == twin.original_of(should_be.name), "another directive");
        hold(is.has_block == should_be.has_block, "a block where none is, or none where one is");
        hold(is.arguments.size() == should_be.arguments.size(), "more arguments, or fewer");
        for (std::size_t k = 0; k < should_be.arguments.size(); ++k)
            hold(is.arguments[k] == twin.original_of(should_be.arguments[k]), "another argument");
        compare(is.block, should_be.block, twin);
    }
}

const Trust trust{"/ca/chain.pem", "/ca/crl/bundle.pem", 2};

void text_is_that_of_the_twin(const Site& site) {
    const Twin twin(site);
    const std::string first = first_line(site.settings, "/ca", site.cert);
    hold(first.starts_with('#') && first.find('\n') == first.size() - 1, "a first line that is no comment");
    const Configuration is = read(first + site_text(site, trust));
    const Configuration should_be = read(site_text(twin.site(), trust));
    hold(should_be.problems.empty() && !should_be.directives.empty(), "the twin cannot be read");
    hold(is.problems.empty(), "what was written cannot be read");
    compare(is.directives, should_be.directives, twin);
}

// Of `text`, which is one directive and nothing else.
std::vector<std::string> words_of(const std::string& text) {
    Scanner scanner(text);
    const Statement statement = scanner.next();
    hold(statement.end == Statement::End::semicolon,
         "a word that ends its directive, or does not let it end");
    hold(scanner.next().end == Statement::End::file_end, "a word that begins a directive");
    return statement.words;
}

std::string without_dollars(std::string text) {
    constexpr std::string_view dollar = "${mtlsca_dollar}";
    for (std::size_t at = 0; (at = text.find(dollar, at)) != std::string::npos; ++at)
        text.replace(at, dollar.size(), "$");
    return text;
}

void words_are_the_text(const std::string& text) {
    const std::string shown = comment(text);
    hold(shown.starts_with('#') && shown.find('\n') == shown.size() - 1, "a comment of several lines");
    if (const auto token = word(text))
        hold(words_of("x " + token->text() + ";") == std::vector<std::string>{"x", text}, "another word");
    if (const auto token = map_key(text)) {
        std::string key = words_of(token->text() + " 1;").at(0);
        if (key.starts_with('\\')) // as nginx's map takes it away
            key.erase(0, 1);
        hold(key == text, "another key");
    }
    if (const auto token = map_pattern(escape_regex(text)))
        hold(words_of(token->text() + " 1;").at(0) == '~' + escape_regex(text), "another pattern");
    if (const auto token = map_value(text)) {
        const auto words = words_of("x " + token->text() + ";");
        hold(words.size() == 2 && without_dollars(words[1]) == text, "another value");
    }
}

// The lines of the map that defines `variable`, "default" among them.
std::vector<Directive> lines_of(const Configuration& configuration, std::string_view variable) {
    std::vector<Directive> lines;
    for (const Directive& map : configuration.directives) {
        hold(map.name == "map" && map.arguments.size() == 2 && map.has_block, "something else than a map");
        if (map.arguments[1] == variable)
            lines = map.block;
    }
    return lines;
}

void a_certificate_is_one_line(const std::string& text) {
    static const policy::Roles no_roles;
    InventoryMaps maps(no_roles, {}, std::filesystem::temp_directory_path());
    store::Certificate certificate;
    certificate.serial = {0x5a};
    certificate.name = certificate.owner = text;
    certificate.sans = {"dns:a.test"};
    maps.add(certificate);
    std::string written;
    maps.write_identities([&](std::string_view part) { written += part; });
    const Configuration read_back = read(written);
    hold(read_back.problems.empty(), "a map that cannot be read");
    const bool can_be_said = !text.empty() && map_value(text).has_value();
    for (const char* variable : {"$mtlsca_name", "$mtlsca_owner"}) {
        const auto lines = lines_of(read_back, variable);
        hold(lines.size() == (can_be_said ? 2U : 1U) && lines[0].name == "default", "other lines");
        if (can_be_said)
            hold(lines[1].name == "5A" && lines[1].arguments.size() == 1 &&
                     without_dollars(lines[1].argument(0)) == text,
                 "a name that is another one");
    }
    hold(lines_of(read_back, "$mtlsca_san").size() == 2, "another name hides in the names");
}

// OUs of the settings, which stand in patterns.
void roles_are_patterns(const std::string& text) {
    constexpr std::size_t longest = 256; // ub-organizational-unit-name is 64 characters (RFC 5280 A.1)
    if (text.size() > longest)
        return;
    const policy::Roles roles{{text, "admin"}};
    const Configuration maps = read(roles_by_dn(roles, all_roles(roles, {})));
    hold(maps.problems.empty() && maps.directives.size() == 2, "roles that are more than their maps");
    const std::size_t lines = lines_of(maps, "$mtlsca_role_admin").size();
    hold(lines == 1 || lines == 2, "a role in several lines");
}

std::optional<Site> accepted(const std::string& toml) {
    static const policy::Config config = [] {
        policy::Config known;
        known.roles = {{"Admin", "admin"}, {"Client", "client"}, {"Gateway", "gateway"}};
        return known;
    }();
    try {
        return check_site(read_site_file(toml, "/etc/mtlsca/site.toml"), config, std::nullopt);
    } catch (const Error& error) {
        hold(error.code == Code::refused && (!error.reason.empty() || !error.findings.empty()),
             "refused without a reason");
        return std::nullopt;
    }
}

// A corpus of which nothing is accepted would prove nothing.
bool corpus_is_accepted() {
    constexpr std::size_t largest = 1 << 16;
    for (const char* name : {"defaults", "hostile", "identity", "manual", "ocsp"}) {
        const Bytes toml = io::read_file(std::string(MTLSCA_VECTORS "/sites/") + name + ".toml", largest);
        hold(accepted(std::string(as_text(toml))).has_value(), "a site of the corpus is refused");
    }
    return true;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const bool reaches_text = corpus_is_accepted();
    static_cast<void>(reaches_text);
    const std::string text(reinterpret_cast<const char*>(data), size);
    words_are_the_text(text);
    a_certificate_is_one_line(text);
    roles_are_patterns(text);
    if (const auto site = accepted(text))
        text_is_that_of_the_twin(*site);
    return 0;
}
