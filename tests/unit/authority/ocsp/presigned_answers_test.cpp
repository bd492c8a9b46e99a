#include "authority/ocsp/presigned_answers.h"

#include "asking.h"
#include "authority/ocsp/presigned_files.h"
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
        presign();
    }
    Bytes request(x509::OcspHash hash = x509::OcspHash::sha1, ByteView nonce = {}) {
        return question(made.open().issuing().certificate, {alice}, hash, nonce);
    }
    void presign() {
        const authority::Ca ca = made.open();
        authority::PresignedFiles files(answers, authority::PresignedNames::request, x509::OcspHash::sha1);
        authority::presign(ca, *responder, files, made.clock.now(), {});
    }
    io::Path file() {
        const authority::Ca ca = made.open();
        return answers / authority::presigned_path(authority::PresignedNames::request,
                                                   authority::presigned_request(ca.issuing().certificate,
                                                                                x509::OcspHash::sha1, alice),
                                                   alice);
    }
    OcspStatus status(ByteView asked) {
        return PresignedAnswers(answers).answer(asked, made.clock.now()).status;
    }

    TemporaryFolder folder;
    io::Path answers = folder.path() / "answers";
    Bytes alice;
};

} // namespace

TEST_CASE("a presigned answer is given as it lies there, with its times, until it ends") {
    Presigned presigned;
    PresignedAnswers answers(presigned.answers);
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

TEST_CASE("a folder without answers, of a run that was cut off or of runs that came to an end is told") {
    Presigned presigned;
    const PresignedAnswers answers(presigned.answers);
    const Time now = presigned.made.clock.now();
    CHECK(answers.problems(now).empty());
    const Time end = answers.first_presigned_end(now).value();
    CHECK(end == answers.first_presigned_end(now));
    CHECK(answers.problems(end - Duration(1)).empty());
    REQUIRE(answers.problems(end).size() == 1);
    CHECK(answers.problems(end)[0].detail.find("have ended since " + to_rfc3339(end)) != std::string::npos);
    const io::Path until = presigned.answers / "until.sha1";
    io::write_file(until, as_bytes("tomorrow"), io::Mode::public_file);
    CHECK(answers.problems(now).size() == 1);
    std::filesystem::remove(until);
    CHECK(answers.problems(now).size() == 1);
    presigned.presign();
    CHECK(answers.problems(now).empty());
    std::filesystem::remove_all(presigned.answers);
    CHECK(answers.problems(now).size() == 1);
    CHECK_THROWS_AS(PresignedAnswers(presigned.answers), Error);
}
