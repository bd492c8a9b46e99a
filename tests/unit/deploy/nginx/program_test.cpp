// What an nginx says and how it ends, by scripts in its place.
#include "deploy/nginx/apply/program.h"
#include "error.h"
#include "temporary_folder.h"

#include <catch2/catch.hpp>
#include <fstream>

using namespace mtlsca;
using namespace mtlsca::deploy::nginx;
using Catch::Contains;

namespace {

// Its `nginx -t` warns of 5000 sites, 200 KB, before it says `last` and ends with `status`.
Program program_that_warns(const TemporaryFolder& folder, const std::string& last, int status) {
    std::ofstream(folder / "nginx") << "seq -f 'nginx: [warn] conflicting server name %g' 5000\necho '"
                                    << last << "'\nexit " << status << "\n";
    ReloadTarget target;
    target.nginx = "sh " + (folder / "nginx").string();
    return Program(target);
}

} // namespace

TEST_CASE("an nginx -t that fails after more warnings than are kept is not taken for one that passed") {
    const TemporaryFolder folder;
    std::string reason;
    try {
        program_that_warns(folder, "nginx: [emerg] unknown directive", 1).test();
    } catch (const Error& error) {
        reason = error.reason;
    }
    CHECK_THAT(reason, Contains("[emerg] unknown directive"));
}

TEST_CASE("an nginx -t that passes after more warnings than are kept has passed") {
    const TemporaryFolder folder;
    CHECK_NOTHROW(program_that_warns(folder, "nginx: test is successful", 0).test());
}
