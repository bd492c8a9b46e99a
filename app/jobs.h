// Commands that timers run: that one failed is remembered until it succeeds again, so that `status` tells of
// it long before anybody is locked out.
#pragma once

#include "run.h"

namespace mtlsca::app {

// Runs the command; where it is a job (crl, and renew --due), its failure is remembered or its success clears
// it. As far as that can be: a disk that is full or a database that is locked doesn't take this down either,
// and `status` sees that by itself. The failure itself passes on unchanged. Wrong usage is no failure of a
// job.
int run_and_remember(Session& session, CommandLine::Leaf& leaf);

// For a job that has opened the database anyhow: to open it once more, only to see that there is nothing to
// clear, is an eighth of what an hourly `crl --if-due` costs.
void look_whether_failing(Session& session, const authority::Ca& ca);

} // namespace mtlsca::app
