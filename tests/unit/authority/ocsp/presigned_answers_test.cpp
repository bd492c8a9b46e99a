#include "authority/ocsp/presigned_answers.h"

#include "asking.h"
#include "authority/ocsp/presigning.h"
#include "encoding/base64.h"
#include "temporary_folder.h"

using namespace asking;
using authority::PresignedAnswers;
using x509::OcspStatus;

namespace {

// One certificate, and answers to what is asked about it.
struct Presigned : Asked {
    Presigned() {
        authority::Ca ca = made.open();
        alice = made.issue(ca, "alice").serial;
        options.folder = folder.path() / "answers";
        authority::presign(ca, *responder, made.clock.now(), options);
    }
    Bytes request(x509::OcspHash hash = x509::OcspHash::sha1, ByteView nonce = {}) {
        return question(made.open().issuing().certificate, {alice}, hash, nonce);
    }
    io::Path file() {
        const authority::Ca ca = made.open();
        return options.folder /
               authority::presigned_path(
                   {}, authority::presigned_request(ca.issuing().certificate, options.hash, alice), alice);
    }
    OcspStatus status(ByteView asked) {
        return PresignedAnswers(options.folder).answer(asked, made.clock.now()).status;
    }

    TemporaryFolder folder;
    Bytes alice;
    authority::PresigningOptions options;
};

} // namespace

TEST_CASE("a presigned answer is given as it lies there, with its times, until it ends") {
    Presigned presigned;
    PresignedAnswers answers(presigned.options.folder);
    const Time now = presigned.made.clock.now();
    const authority::OcspAnswer answer = answers.answer(presigned.request(), now);
    REQUIRE(answer.status == OcspStatus::successful);
    CHECK(answer.der == io::read_file(presigned.file(), authority::presigned_octets_max));
    CHECK(answer.statuses == authority::OcspStatuses{1, 0, 0});
    CHECK(answer.is_cacheable);
    CHECK(answer.produced_at == now);
    CHECK(answer.next_update > now);
    CHECK(answers.answer(presigned.request(), answer.next_update - Duration(1)).der == answer.der);
    CHECK(answers.answer(presigned.request(), answer.next_update).status == OcspStatus::try_later);
    CHECK(answers.answer(presigned.request(), answer.this_update - Duration(1)).status ==
          OcspStatus::try_later);
    CHECK(answers.generation(now) != answers.generation(now + Duration(1)));
    CHECK_FALSE(answers.answer(presigned.request(x509::OcspHash::sha1, Bytes(16, 7)), now).is_cacheable);
}

TEST_CASE(
    "what nobody presigned is unauthorized, never unknown, and what lies there by mistake is an error") {
    Presigned presigned;
    CHECK(presigned.status(presigned.request(x509::OcspHash::sha256)) == OcspStatus::unauthorized);
    CHECK(presigned.status(presigned.request(x509::OcspHash::sha512)) == OcspStatus::unauthorized);
    const x509::Certificate issuer = presigned.made.open().issuing().certificate;
    CHECK(presigned.status(question(issuer, {Bytes{0x42}})) == OcspStatus::unauthorized);
    CHECK(presigned.status(question(issuer, {presigned.alice, presigned.alice})) == OcspStatus::unauthorized);
    CHECK(presigned.status(question(issuer, {Bytes(1000, 0x42)})) == OcspStatus::unauthorized);
    CHECK(presigned.status(as_bytes("no request")) == OcspStatus::malformed_request);
    // The answer about another certificate under its name.
    const io::Path own = presigned.file();
    const Bytes alice = std::exchange(presigned.alice, Bytes{0x42});
    std::filesystem::create_directories(presigned.file().parent_path());
    std::filesystem::copy_file(own, presigned.file());
    CHECK(presigned.status(presigned.request()) == OcspStatus::internal_error);
    presigned.alice = alice;
    io::write_file(own, as_bytes("damaged"), io::Mode::public_file);
    CHECK(presigned.status(presigned.request()) == OcspStatus::internal_error);
}

TEST_CASE("without its folder nobody answers from it") {
    const TemporaryFolder folder;
    const PresignedAnswers answers(folder.path());
    CHECK(answers.problems(Time()).empty());
    std::filesystem::remove(folder.path());
    CHECK(answers.problems(Time()).size() == 1);
    CHECK_THROWS_AS(PresignedAnswers(folder.path()), Error);
}
