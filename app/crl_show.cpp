#include "commands.h"
#include "describe.h"

#include "x509/crl/crl.h"

namespace mtlsca::app {
namespace {

class CrlShow final : public Command {
public:
    void add_options(Options& options) override {
        options.add("FILE", file_, "A CRL in PEM or DER, or a bundle of them").required();
    }

    int run(Session& session) override {
        show_crls(session, read_subject_file(file_), file_);
        return 0;
    }

private:
    std::string file_;
};

} // namespace

std::unique_ptr<Command> make_crl_show() {
    return make_command<CrlShow>();
}

} // namespace mtlsca::app
