// The files of a renewal: NAME.crt, and NAME.key where it has a new key.
//
// A new key is written beside its place before anything is signed ("NAME.key.0123456789abcdef.new", the
// digits being those of the key), and takes its place when the certificate is recorded: so neither a death
// nor a full disk makes a certificate whose key nobody has, or a key that does not fit its certificate.
#pragma once

#include "authority/certificate/issuance.h"
#include "session.h"

namespace mtlsca::app {

// Targets of a delivery (store/work/deliveries.h) that are the files themselves.
inline constexpr const char* file_target = "file";
inline constexpr const char* new_key_target = "file:new-key";
inline constexpr const char* replaced_key_target = "file:replaced-key";

struct RenewedFiles {
    RenewedFiles(const io::Path& folder, const std::string& name)
        : certificate(file_of(folder, name, ".crt")), key(file_of(folder, name, ".key")) {}
    io::Path certificate, key;
};

enum class NewKey { none, in_its_place, replacing };

// What must not be overwritten: Error(already) for a key that is there, and for the file of another live
// certificate than those before this one. Error(failed) for what cannot be written.
void refuse_bad_target(authority::Ca& ca, const RenewedFiles& files, const store::Certificate& predecessor,
                       NewKey new_key, Time now);
// True where NAME.key lies there unencrypted and is the key of this certificate.
bool holds_key_of(const io::Path& file, ByteView spki_sha256);

// Removes what dead runs left of this name, unless a delivery waits for it. Under the delivery lock.
void stage_key(authority::Ca& ca, const io::Path& key_file, const x509::PrivateKey& key,
               const std::optional<Secret>& passphrase);
// Unless a delivery waits for it.
void discard_staged_key(authority::Ca& ca, const io::Path& key_file, ByteView spki_sha256);

// Both files as the delivery says, key first. Doing it again is fine.
void install(const authority::Ca& ca, const store::Certificate& certificate, const store::Delivery& delivery);

} // namespace mtlsca::app
