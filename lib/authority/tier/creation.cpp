#include "authority/tier/creation.h"

#include "authority/crl/publication.h"
#include "authority/tier/ca_certificate.h"
#include "io/walk.h"
#include "policy/text/subject_text.h"

#include <array>

namespace mtlsca::authority {
namespace {

constexpr std::string_view staging_name = ".init";
constexpr std::size_t common_name_max = 64; // ub-common-name, RFC 5280 A.1

// In the order they are moved into place: a folder with a database is a CA, so that comes last.
constexpr std::array entries{"private",   "crl",        "root.crt",    "issuing.crt",
                             "chain.pem", "audit.head", "mtlsca.toml", CaFolder::database_name};

x509::Name subject_with(const CreationOptions& options, const std::string& common_name) {
    return with_common_name(options.subject ? *options.subject : x509::Name({{{"O", options.name}}}),
                            common_name);
}

x509::Name root_subject(const CreationOptions& options) {
    if (options.subject && !options.subject->common_name().empty())
        return *options.subject;
    return subject_with(options, options.name + (options.one_tier ? " CA" : " Root CA"));
}

policy::Config config_of(const CreationOptions& options) {
    return policy::check_settings(policy::read_settings(options.settings, "the new CA"), "the new CA");
}

void refuse_bad_options(const CreationOptions& options) {
    Findings findings;
    if (auto finding = policy::judge_name("--name", options.name))
        findings.push_back(std::move(*finding));
    else if (options.name.size() + std::string_view(" Issuing CA").size() > common_name_max)
        findings.push_back({Severity::error, "name-too-long", "--name",
                            "leaves no room for \" Issuing CA\" in a CN of 64 characters"});
    if (options.root_validity < std::chrono::hours(1) || options.issuing_validity < std::chrono::hours(1))
        findings.push_back(
            {Severity::error, "validity", "--root-days, --issuing-days", "must be an hour at least"});
    if (!options.one_tier && options.issuing_validity > options.root_validity)
        findings.push_back(
            {Severity::error, "validity", "--issuing-days", "the issuing CA would outlive the root"});
    if (!findings.empty())
        throw Error(Code::refused, options.name, "cannot be made into a CA", {}, std::move(findings));
    config_of(options);
}

// Leftovers of a run that died between moving and finishing. Its database never got into place, so that
// nobody used them.
void clear_dead_run(const CaFolder& folder, const io::Path& staging) {
    if (!io::exists(staging))
        return;
    if (io::exists(CaFolder{staging}.database()))
        for (const char* entry : entries)
            io::remove_tree(folder.home / entry);
    io::remove_tree(staging);
}

void refuse_existing(const CaFolder& folder) {
    if (io::exists(folder.database()))
        throw Error(Code::already, folder.home, "holds a CA already", "choose another folder with --home");
    for (const char* entry : entries)
        if (io::exists(folder.home / entry))
            throw Error(Code::already, folder.home / entry, "is in the way of a new CA",
                        "choose another folder with --home, or move it away");
}

struct SignedTier {
    std::string name;
    x509::PrivateKey key;
    Bytes certificate;
};

void write_key(const CaFolder& folder, const SignedTier& tier, const std::optional<Secret>& passphrase) {
    const Secret pem = passphrase ? tier.key.to_pem(*passphrase) : tier.key.to_pem();
    io::write_new_file(folder.key(tier.name), as_bytes(pem.view()), io::Mode::private_file);
}

std::vector<SignedTier> sign_tiers(const CreationOptions& options, const Run& run) {
    const policy::Config config = config_of(options);
    std::vector<SignedTier> tiers;
    for (PlannedTier& planned : plan_ca(options, run.clock.now())) {
        x509::PrivateKey key = x509::PrivateKey::generate(options.key);
        std::optional<x509::Certificate> root;
        if (!tiers.empty())
            root = x509::Certificate::from_der(tiers.front().certificate, tiers.front().name);
        const CaSigner signer{root ? tiers.front().name : planned.name, root ? &*root : nullptr,
                              root ? tiers.front().key : key};
        Bytes certificate =
            sign_ca_certificate(std::move(planned.content), key.public_key(), signer, config, run.serials);
        tiers.push_back({planned.name, std::move(key), std::move(certificate)});
    }
    return tiers;
}

void record_tiers(const CaFolder& folder, const std::vector<SignedTier>& tiers, const Run& run) {
    store::Database database = store::Database::create(folder.database());
    store::Transaction transaction(database);
    std::optional<store::IssuerId> parent;
    for (const SignedTier& tier : tiers) {
        const x509::Sha256 digest = tier.key.public_key().spki_sha256();
        store::Issuer issuer;
        issuer.name = tier.name;
        issuer.parent = parent;
        issuer.issues = &tier == &tiers.back();
        issuer.certificate = tier.certificate;
        issuer.spki_sha256.assign(digest.begin(), digest.end());
        parent = store::add_issuer(transaction, issuer);
        record_event(transaction, run, "init",
                     x509::Certificate::from_der(tier.certificate, tier.name).serial(), tier.name);
    }
    transaction.commit();
    database.close();
}

void write_staging(const CaFolder& staging, const CreationOptions& options, const Run& run) {
    io::make_folder(staging.private_folder(), 0700);
    io::make_folder(staging.crl_folder(), 0755);
    io::write_file(staging.settings(), options.settings, io::Mode::public_file);
    const std::vector<SignedTier> tiers = sign_tiers(options, run);
    std::string chain;
    for (const SignedTier& tier : tiers) {
        write_key(staging, tier, options.passphrase);
        const std::string pem = x509::Certificate::from_der(tier.certificate, tier.name).to_pem();
        io::write_file(staging.certificate(tier.name), pem, io::Mode::public_file);
        chain = pem + chain; // the issuing CA first, as chains are written
    }
    io::write_file(staging.chain(), chain, io::Mode::public_file);
    record_tiers(staging, tiers, run);

    Ca::Access access;
    access.passphrase = [&options] { return Secret(options.passphrase ? options.passphrase->view() : ""); };
    Ca ca = Ca::open(staging.home, std::move(access));
    publish(ca, run, {});
    ca.database().close();
}

void move_into_place(const CaFolder& folder, const io::Path& staging) {
    io::sync_folder(staging);
    for (const char* entry : entries) {
        if (!io::exists(staging / entry))
            continue; // issuing.crt, with one tier
        if (entry == entries.back())
            io::sync_folder(folder.home);
        std::error_code problem;
        std::filesystem::rename(staging / entry, folder.home / entry, problem);
        if (problem)
            throw Error(Code::failed, folder.home / entry,
                        "cannot be moved into place: " + problem.message());
    }
    std::error_code ignored;
    std::filesystem::remove(staging, ignored);
    io::sync_folder(folder.home);
}

} // namespace

std::vector<PlannedTier> plan_ca(const CreationOptions& options, Time now) {
    refuse_bad_options(options);
    const Time not_before = now - std::chrono::minutes(5); // clocks differ; as `backdate` in the settings
    std::vector<PlannedTier> tiers;
    tiers.push_back({"root", ca_content(root_subject(options), options.one_tier,
                                        options.one_tier ? options.constraints : x509::NameConstraints(),
                                        not_before, now + options.root_validity)});
    if (!options.one_tier)
        tiers.push_back(
            {"issuing", ca_content(subject_with(options, options.name + " Issuing CA"), true,
                                   options.constraints, not_before, now + options.issuing_validity)});
    if (tiers.size() > 1 && tiers.front().content.subject == tiers.back().content.subject)
        throw Error(Code::refused, "--subject", "root and issuing CA would have one name");
    return tiers;
}

void refuse_existing_ca(const io::Path& home) {
    const CaFolder folder{home};
    if (!io::exists(folder.database()))
        return;
    std::error_code ignored;
    std::filesystem::remove(home / staging_name, ignored); // empty: its run died at its very end
    refuse_existing(folder);
}

void create_ca(const io::Path& home, const CreationOptions& options, const Run& run) {
    const CaFolder folder{home};
    const io::Path staging = home / staging_name;
    refuse_existing_ca(home);
    plan_ca(options, run.clock.now()); // refuses before anything is made
    io::make_folder(home, 0755);
    const io::FolderLock lock(home, std::chrono::seconds(30));
    clear_dead_run(folder, staging);
    refuse_existing(folder);
    try {
        io::make_folder(staging, 0700);
        write_staging(CaFolder{staging}, options, run);
        move_into_place(folder, staging);
    } catch (...) {
        try {
            clear_dead_run(folder, staging);
        } catch (const Error&) { // what failed first is told; the next run removes the rest
        }
        throw;
    }
}

} // namespace mtlsca::authority
