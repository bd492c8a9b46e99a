// What was to be told of a certificate, or brought somewhere, and has not arrived yet: so that the next run
// tries again instead of issuing again.
//
// Targets: "file", "file:new-key", "file:replaced-key" (the files of a renewal themselves), "exec:COMMAND",
// "deploy:NAME". A row is committed with the certificate, or before, and removed once it has arrived.
#pragma once

#include "store/inventory/inventory.h"

namespace mtlsca::store {

struct Delivery {
    CertificateId certificate = 0;
    std::string target;
    std::string certificate_file; // absolute
    std::string key_file;         // absolute; empty: the key is elsewhere
    std::optional<Time> tried_at; // none: never
    std::string problem;          // of the last try
};

// A row with the same certificate and target is replaced.
void add_delivery(Transaction& transaction, const Delivery& delivery);
void record_attempt(Transaction& transaction, const Delivery& delivery, Time now, const std::string& problem);
// It has arrived. Where it was the last one of its certificate, planned revocations of predecessors begin to
// count now. Not there: nothing.
void remove_delivery(Transaction& transaction, const Delivery& delivery, Time now);
// What has not arrived of `from` is wanted of its successor, whose own files are at `certificate_file` and
// `key_file`; rows about the files of `from` go, because they must not be written over newer ones.
void hand_over_deliveries(Transaction& transaction, CertificateId from, const Delivery& to);

// Few; in the order of targets.
std::vector<Delivery> deliveries_of(const Database& database, CertificateId certificate);
bool has_deliveries(const Database& database, CertificateId certificate);
// Certificates with something outstanding, in the order of issue. Read page by page, so that the visitor may
// deliver; stops when it returns false.
void for_each_undelivered(const Database& database, const std::function<bool(CertificateId)>& visitor);
std::uint64_t count_undelivered(const Database& database); // certificates

} // namespace mtlsca::store
