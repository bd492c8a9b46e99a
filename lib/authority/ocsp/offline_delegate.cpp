#include "authority/ocsp/offline_delegate.h"

#include "authority/ocsp/delegate_steps.h"
#include "store/maintenance/recovery.h"

#include <algorithm>

namespace mtlsca::authority {
namespace {

io::Path waiting_key_file(const CaFolder& folder, const Tier& tier) {
    return delegate_file(folder, tier.name()).replace_extension(".key");
}

x509::PrivateKey open_waiting_key(const Ca& ca, const Tier& tier) {
    return x509::PrivateKey::open(waiting_key_file(ca.folder(), tier), [] { return Secret(); });
}

// The one in use may have been put there by a run that died before it removed the waiting key.
bool is_in_use(const Ca& ca, const Tier& tier, const x509::Certificate& certificate) {
    const auto delegate = read_delegate(ca, tier);
    return delegate && delegate->certificate.der() == certificate.der();
}

store::Intent intent_of(const Tier& tier, const x509::Certificate& certificate) {
    const x509::Sha256 key = certificate.public_key().spki_sha256();
    store::Intent intent;
    intent.issuer = tier.record.id;
    intent.serial = certificate.serial();
    intent.profile = policy::ocsp_responder_profile_name;
    const std::vector<std::string> names = certificate.subject().values("CN");
    intent.name = names.empty() ? "OCSP responder of " + tier.name() : names.back();
    intent.subject = certificate.subject().to_string();
    intent.not_before = certificate.not_before();
    intent.not_after = certificate.not_after();
    intent.spki_sha256.assign(key.begin(), key.end());
    return intent;
}

// It exists already: what is pending elsewhere is valid here at once.
void record(Ca& ca, const Run& run, const Tier& tier, const x509::Certificate& certificate) {
    if (store::standing_of(ca.database(), tier.record.id, certificate.serial()))
        return;
    store::Transaction transaction(ca.database());
    const auto id = store::record_intent(transaction, intent_of(tier, certificate), run.clock.now());
    store::record_certificate(transaction, id, certificate.der(), certificate.fingerprint());
    record_event(transaction, run, "pending", certificate.serial(), "signed where the root's key is");
    record_event(transaction, run, "valid", certificate.serial());
    transaction.commit();
}

} // namespace

Bytes request_delegate(const Ca& ca, const Tier& tier) {
    if (!answers_ocsp(ca))
        return {};
    const io::Path file = waiting_key_file(ca.folder(), tier);
    if (io::exists(file))
        return open_waiting_key(ca, tier).public_key().spki();
    const auto key = x509::PrivateKey::generate(x509::KeyType::ec_p256);
    io::write_new_file(file, as_bytes(key.to_pem().view()), io::Mode::private_file);
    return key.public_key().spki();
}

void judge_delegate_request(Ca& ca, const Run& run, const Tier& tier, ByteView spki, Duration validity) {
    const auto key = x509::PublicKey::from_spki(spki);
    plan_delegate(ca, run, tier, &key, validity);
}

x509::Certificate sign_delegate_request(Ca& ca, const Run& run, const Tier& tier, ByteView spki,
                                        Duration validity) {
    const auto key = x509::PublicKey::from_spki(spki);
    const store::Certificate made =
        certify_delegate(ca, run, tier, plan_delegate(ca, run, tier, &key, validity), key);
    return x509::Certificate::from_der(made.der, made.name);
}

void judge_returned_delegate(const Ca& ca, const Tier& tier, const x509::Certificate& certificate) {
    const std::string object = "OCSP responder of " + tier.name();
    if (!is_delegate_of(tier, certificate))
        throw Error(Code::refused, object, "the certificate that came back is not one by " + tier.name(),
                    "mtlsca ca root-crl request begins anew");
    if (is_in_use(ca, tier, certificate))
        return;
    if (!io::exists(waiting_key_file(ca.folder(), tier)) ||
        open_waiting_key(ca, tier).public_key().spki() != certificate.public_key().spki())
        throw Error(Code::refused, object, "the certificate that came back is for another key",
                    "mtlsca ca root-crl request begins anew");
}

void install_delegate(Ca& ca, const Run& run, const Tier& tier, const x509::Certificate& certificate) {
    judge_returned_delegate(ca, tier, certificate);
    if (!is_in_use(ca, tier, certificate)) {
        record(ca, run, tier, certificate);
        write_delegate(ca, tier, open_waiting_key(ca, tier), certificate);
    }
    io::remove_file(waiting_key_file(ca.folder(), tier));
}

} // namespace mtlsca::authority
