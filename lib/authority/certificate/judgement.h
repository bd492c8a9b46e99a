// Would it get in: a certificate before our own chain, dates and revocations.
#pragma once

#include "authority/ca.h"

namespace mtlsca::authority {

struct Judgement {
    Findings findings;                        // errors: refused
    std::optional<store::Certificate> record; // what the inventory knows of it
};

// As a relying party that trusts our root: chain, dates, published CRLs, and what the inventory knows beyond
// them (revoked, not yet published). `others` are further certificates of its file. `as_nginx`: nothing but
// what nginx looks at: chain.pem, crl/bundle.pem, for a TLS client.
Judgement judge(Ca& ca, const x509::Certificate& certificate, const std::vector<x509::Certificate>& others,
                Time at, bool as_nginx);

// Would nginx let clients in with this bundle now. Errors: every client is refused. Warnings: soon, or some
// revoked client gets in.
struct BundleJudgement {
    Findings findings;
    std::optional<Time> good_until; // the earliest nextUpdate
};
BundleJudgement judge_bundle(Ca& ca, const io::Path& file, Time now);

} // namespace mtlsca::authority
