#include "encoding/base64.h"
#include "encoding/pem.h"
#include "error.h"
#include "vectors.h"

#include <catch2/catch.hpp>

using namespace mtlsca;
using namespace mtlsca::encoding;
using namespace std::string_literals;

namespace {

std::string reason_of_refusal(const std::string& text) {
    try {
        read_pem(text, "in.pem");
    } catch (const Error& error) {
        CHECK(error.code == Code::refused);
        CHECK(error.object == "in.pem");
        return error.reason;
    }
    return "not refused";
}

std::string written_in_pieces(ByteView der, std::size_t piece) {
    std::string text;
    PemWriter writer("X509 CRL", [&](std::string_view more) { text += more; });
    for (; !der.empty(); der = der.subspan(std::min(piece, der.size())))
        writer.write(der.first(std::min(piece, der.size())));
    writer.finish();
    return text;
}

} // namespace

TEST_CASE("PEM of openssl and gnutls is read, with their text before it") {
    const std::string der = read_vector("pem/certificate.der");
    for (const char* name : {"pem/openssl.pem", "pem/certtool.pem"}) {
        const auto blocks = read_pem(read_vector(name), name);
        REQUIRE(blocks.size() == 1);
        CHECK(blocks[0].label == "CERTIFICATE");
        CHECK(as_text(blocks[0].der) == der);
    }
    // openssl writes its text first and then what we write.
    CHECK(read_vector("pem/openssl.pem").ends_with(to_pem("CERTIFICATE", as_bytes(der))));
}

TEST_CASE("several blocks keep their order, and text around them is skipped") {
    const std::string text = "subject=a\n" + to_pem("CERTIFICATE", as_bytes("one")) +
                             "\nnote: b\n-----END X-----\n" + to_pem("X509 CRL", as_bytes("two")) + "tail";
    const auto blocks = read_pem(text, "bundle");
    REQUIRE(blocks.size() == 2);
    CHECK(as_text(blocks[0].der) == "one");
    CHECK(blocks[1].label == "X509 CRL");
    CHECK(read_pem("", "empty").empty());
    CHECK(read_pem("no blocks\n", "text").empty());
}

TEST_CASE("line ends of Windows, other widths and trailing white space are read") {
    const char* text = GENERATE("-----BEGIN A-----\r\nb25l\r\n-----END A-----\r\n",
                                "-----BEGIN A-----\nb\n25\nl\n-----END A-----",
                                "-----BEGIN A----- \t\nb25l  \n\n-----END A-----  \n");
    const auto blocks = read_pem(text, "in.pem");
    REQUIRE(blocks.size() == 1);
    CHECK(as_text(blocks[0].der) == "one");
}

TEST_CASE("a block that begins and is broken is refused, whatever is broken") {
    using Catch::Matchers::Contains;
    const std::string good = to_pem("A", as_bytes("one"));
    CHECK_THAT(reason_of_refusal("\n\n-----BEGIN A-----\nb25l\n"), Contains("line 3 has no end"));
    CHECK_THAT(reason_of_refusal("-----BEGIN A-----"), Contains("has no end"));
    CHECK_THAT(reason_of_refusal("-----BEGIN A-----\nb25l\n" + good), Contains("before the next one begins"));
    CHECK_THAT(reason_of_refusal("-----BEGIN A-----\nb25l\n-----END B-----\n"), Contains("another label"));
    CHECK_THAT(reason_of_refusal("-----BEGIN A-----\nb25l\n-----END A----\n"), Contains("another label"));
    CHECK_THAT(reason_of_refusal("-----BEGIN A-----\nb25l\n-----END A-----x\n"), Contains("another label"));
    CHECK_THAT(reason_of_refusal("-----BEGIN A-----\n-----END A-----\n"), Contains("is empty"));
    CHECK_THAT(reason_of_refusal("-----BEGIN A-----\nb25\n-----END A-----\n"), Contains("not base64"));
    CHECK_THAT(reason_of_refusal("-----BEGIN A-----\nb2*l\n-----END A-----\n"), Contains("not base64"));
    CHECK_THAT(reason_of_refusal("-----BEGIN A-----\nbw==b25l\n-----END A-----\n"), Contains("not base64"));
    CHECK_THAT(reason_of_refusal("-----BEGIN A-----\nb2\0l\n-----END A-----\n"s), Contains("not base64"));
    CHECK_THAT(reason_of_refusal("-----BEGIN A-----\nProc-Type: 4,ENCRYPTED\n\nb25l\n-----END A-----\n"),
               Contains("RFC 1421"));
    for (const char* label : {"", " ", "-", "A ", " A", "A--B", "A  B", "\xc3\xa4", "A\x1b"})
        CHECK_THAT(reason_of_refusal("-----BEGIN " + std::string(label) + "-----\nb25l\n-----END A-----\n"),
                   Contains("malformed first line"));
    CHECK_THAT(reason_of_refusal("-----BEGIN A----\nb25l\n-----END A-----\n"),
               Contains("malformed first line"));
    CHECK_THAT(reason_of_refusal(good + "-----BEGIN A-----\n"), Contains("line 4"));
}

TEST_CASE("PEM is recognised at the start of a line only") {
    CHECK(looks_like_pem(as_bytes("-----BEGIN X")));
    CHECK(looks_like_pem(as_bytes("text\n-----BEGIN X")));
    CHECK_FALSE(looks_like_pem(as_bytes("x-----BEGIN X")));
    CHECK_FALSE(looks_like_pem(as_bytes("----BEGIN X")));
    CHECK_FALSE(looks_like_pem({}));
    CHECK(read_pem("x-----BEGIN A-----\n", "in.pem").empty());
}

TEST_CASE("PEM written in pieces is PEM written at once") {
    Bytes der;
    for (unsigned i = 0; i < 40000; ++i)
        der.push_back(static_cast<std::uint8_t>(i * 31));
    const auto size = GENERATE(std::size_t{1}, 47, 48, 49, 95, 96, 97, 12288, 40000);
    const auto piece = GENERATE(std::size_t{1}, 7, 47, 48, 49, 1000, 50000);
    const ByteView part = ByteView(der).first(size);
    REQUIRE(written_in_pieces(part, piece) == to_pem("X509 CRL", part));
}

TEST_CASE("what is written is read back") {
    for (std::size_t size = 1; size < 200; ++size) {
        const Bytes der(size, 0xa5);
        const std::string text = to_pem("X", der);
        const auto blocks = read_pem(text, "x");
        REQUIRE(blocks.size() == 1);
        REQUIRE(blocks[0].der == der);
    }
}
