#include "commands.h"

#include "store/versions.h"
#include "x509/versions.h"

namespace mtlsca::app {
namespace {

class Version final : public Command {
public:
    void add_options(Options&) override {}

    int run(Session& session) override {
        if (session.json())
            session.out.json({{"version", MTLSCA_VERSION},
                              {"crypto", x509::crypto_version()},
                              {"storage", store::storage_version()},
                              {"schema", store::schema_version()}});
        else
            session.out.line(std::string("mtlsca " MTLSCA_VERSION ", ") + x509::crypto_version() + ", " +
                             store::storage_version() + ", schema " +
                             std::to_string(store::schema_version()));
        return 0;
    }
};

} // namespace

std::unique_ptr<Command> make_version() {
    return make_command<Version>();
}

} // namespace mtlsca::app
