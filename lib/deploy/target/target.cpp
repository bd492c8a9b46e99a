#include "deploy/target/target.h"

#include "error.h"
#include "x509/key/key.h"

namespace mtlsca::deploy {
namespace {

constexpr std::size_t key_max_bytes = 64UL * 1024; // an encrypted RSA-4096 key has 3.5 KiB

io::Path resolved(const io::Path& path) {
    std::error_code problem;
    io::Path canonical = std::filesystem::weakly_canonical(path, problem);
    if (problem)
        throw Error(Code::failed, path, "cannot be looked at: " + problem.message(), "check the path");
    return canonical;
}

bool lies_within(const io::Path& folder, const io::Path& other) {
    const io::Path relative = resolved(folder).lexically_relative(resolved(other));
    return !relative.empty() && *relative.begin() != "..";
}

io::Path place(const policy::DeployTarget& target, const policy::FileNamePattern& pattern,
               const TargetFiles& files) {
    const auto file_name = pattern.fill_in(files.name, files.serial);
    if (!file_name)
        throw Error(Code::refused, "deploy " + target.name,
                    "'" + files.name + "' cannot be the name of a file",
                    "name the target's files by {serial}, in mtlsca.toml");
    return io::Path(target.folder) / *file_name;
}

// What is brought without its key must fit the key that is there.
void refuse_other_key(const io::Path& key, const TargetFiles& files) {
    if (io::exists(key) && x509::is_key_of(key, files.spki_sha256) == false)
        throw Error(Code::secret, key,
                    "is not the key of " + files.name + ", and the right one is not at hand",
                    "mtlsca deploy " + files.serial + " --key FILE");
}

Bytes read_key(const TargetFiles& files) {
    if (x509::is_key_of(files.key_file, files.spki_sha256) == false)
        throw Error(Code::secret, files.key_file, "is not the key of " + files.name,
                    "name the key that was made with it");
    return io::read_file(files.key_file, key_max_bytes);
}

} // namespace

void bring(const policy::DeployTarget& target, const TargetFiles& files, const io::Path& home) {
    if (lies_within(target.folder, home))
        throw Error(Code::refused, target.folder, "lies in the CA's folder, where no key of others is kept",
                    "let deploy." + target.name + ".folder be another one");
    io::Placement placement;
    if (!target.owner.empty())
        placement.owner = io::find_user(target.owner);
    if (!target.group.empty())
        placement.group = io::find_group(target.group);

    std::optional<io::AtomicFile> key, ca;
    if (target.key && files.key_file.empty())
        refuse_other_key(place(target, *target.key, files), files);
    if (target.key && !files.key_file.empty()) {
        placement.mode = target.key_mode;
        const Bytes content = read_key(files);
        key.emplace(place(target, *target.key, files), placement);
        key->write(ByteView(content));
        key->prepare();
    }
    placement.mode = target.certificate_mode;
    if (target.ca) {
        ca.emplace(place(target, *target.ca, files), placement);
        ca->write(files.ca);
        ca->prepare();
    }
    io::AtomicFile certificate(place(target, target.certificate, files), placement);
    certificate.write(files.certificate);
    certificate.prepare();
    if (ca)
        ca->commit();
    if (key)
        key->commit();
    certificate.commit();
}

} // namespace mtlsca::deploy
