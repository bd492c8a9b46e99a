#include "commands.h"
#include "ocsp_responding.h"

#include "encoding/hex.h"
#include "x509/ocsp/response.h"

#include <unistd.h>

namespace mtlsca::app {
namespace {

class OcspRespond final : public Command {
public:
    void add_options(Options& options) override {
        options.add("--in", in_, "The request, DER; - reads standard input").type("FILE").required();
        options.add("--out", out_, "The response, DER (default: standard output)").type("FILE");
    }

    int run(Session& session) override {
        if (out_.empty() && !session.json() && isatty(STDOUT_FILENO) != 0)
            throw Error(Code::usage, "ocsp respond", "writes DER, and standard output is a terminal",
                        "--out FILE");
        if (in_ == "-")
            session.take_stdin("the request");
        const Bytes request = io::read_file(in_, x509::OcspRequest::octets_max);
        renew_due_delegates(session);
        const authority::OcspAnswer answer = open_responder(session).answer(request, session.now());
        // A client wants the answer also where it says no.
        if (!out_.empty())
            io::write_file(out_, answer.der, io::Mode::public_file);
        if (answer.status != x509::OcspStatus::successful)
            throw Error(code_of(answer.status), in_,
                        std::string("is answered with ") + x509::to_string(answer.status) + ": " +
                            answer.problem,
                        hint_of(answer.status));
        print(session, answer);
        return 0;
    }

private:
    static Code code_of(x509::OcspStatus status) {
        return status == x509::OcspStatus::malformed_request || status == x509::OcspStatus::unauthorized
                   ? Code::refused
                   : Code::failed;
    }

    static const char* hint_of(x509::OcspStatus status) {
        switch (status) {
        case x509::OcspStatus::unauthorized:
            return "mtlsca ca list shows the CAs whose certificates are answered for";
        case x509::OcspStatus::try_later:
            return "run it once where the CA's key is, with --ca-pass if it has a passphrase";
        default:
            return "";
        }
    }

    void print(Session& session, const authority::OcspAnswer& answer) const {
        if (out_.empty() && !session.json())
            return session.out.raw(as_text(answer.der));
        const auto response = x509::OcspResponse::read(answer.der, out_);
        if (session.json()) {
            Json certificates = Json::array();
            for (const auto& single : response.responses)
                certificates.push_back({{"serial", encoding::to_upper_hex(single.serial)},
                                        {"status", x509::to_string(single.status)}});
            return session.out.json({{"produced_at", to_rfc3339(answer.produced_at)},
                                     {"this_update", to_rfc3339(answer.this_update)},
                                     {"next_update", to_rfc3339(answer.next_update)},
                                     {"certificates", std::move(certificates)},
                                     {"file", out_.empty() ? Json(nullptr) : Json(out_.string())}});
        }
        for (const auto& single : response.responses)
            session.out.line(encoding::to_upper_hex(single.serial) + " " + x509::to_string(single.status));
        session.out.field("until", to_minutes(answer.next_update));
    }

    std::string in_;
    io::Path out_;
};

} // namespace

std::unique_ptr<Command> make_ocsp_respond() {
    return make_command<OcspRespond>();
}

} // namespace mtlsca::app
