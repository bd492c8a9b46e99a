// Many certificates in one run. Each goes the way of issue(), step by step (certificate/issuance_steps.h);
// what many share is the transaction: one for a thousand rows, so that a disk's sync is not paid for each.
//
//   calling thread   read            claim, record "pending"            record "valid"          deliver
//   workers             plan, make the key               sign, write
//   two threads                                                 sync; keep            publish
//
// While one chunk of rows is recorded others are at each of the other places, so that processors wait neither
// for the disk nor for each other. The calling thread alone has the database. It lets go of the CA's lock
// after two seconds where somebody waits for it, so that a batch of a million holds up nobody.
#pragma once

#include "authority/certificate/issuance_steps.h"
#include "store/work/batches.h"
#include "x509/certificate/signer.h"
#include "x509/request/request.h"

namespace mtlsca::authority {

struct BulkWish {
    const policy::Profile* profile = nullptr;
    policy::SigningOptions options;
    std::optional<x509::KeyType> key_type;
    std::optional<x509::UnverifiedRequest> request; // without one a key is made
};

// One of the input on its way through.
struct BulkRow {
    std::uint64_t number = 0; // from 1
    std::string text;         // as the client read it
    std::string name;         // how messages call it
    store::RowDigest digest = 0;

    std::optional<Error> error;                  // then nothing was issued for it
    Findings findings;                           // warnings and notes of its plan
    std::optional<policy::CertificatePlan> plan; // for issue_options(), and where nothing is issued
    x509::CertificateBody body;                  // until it is signed
    std::optional<x509::PrivateKey> key;         // until write() has returned; none for a request
    bool key_is_kept = false;                    // by a run that died: it lies in its place
    bool place_is_taken = false;                 // the client's, between issue_options() and claim()
    Issuance issuance;
    bool was_done_before = false; // by the run that is resumed; issuance.record is that certificate, with DER

    Secret output; // the client's
    bool has_certificate() const { return !error; }
};

// Where rows come from and where certificates go. An Error of write(), sync(), keep(), publish() or deliver()
// ends the batch: what is recorded then can be resumed. Any other is the row's own, or the input's.
class BulkClient {
public:
    virtual ~BulkClient() = default;

    // In the calling thread, in the order of the input. False: there are no more. An Error ends the input:
    // what was read before is finished, and then it is thrown on.
    virtual bool read(BulkRow& row) = 0; // number, text, name
    // Whether read() would not have to wait: under the CA's lock it is not called otherwise.
    virtual bool is_ready() = 0;
    // In any thread. Of the text; sets name and digest.
    virtual BulkWish wish(BulkRow& row) const = 0;
    virtual IssueOptions issue_options(BulkRow& row) const = 0; // of the plan; in any thread

    // In the calling thread, before anything of this row is recorded: Error(already) where its place is
    // taken.
    virtual void claim(const BulkRow& row) = 0;
    // The key that a run which died has made for this one, where it can still be had.
    virtual std::optional<x509::PrivateKey> kept_key(const BulkRow& row,
                                                     const store::Certificate& earlier) = 0;
    // A certificate that a run which was cut off has issued, in row.issuance.record: brings what is missing.
    // `is_delivered`: that run was sure that it had delivered it. Error(already) where its key may be lost.
    virtual void recover(BulkRow& row, bool is_delivered) = 0;

    // In any thread: it is signed, and not yet recorded as valid. What is written now must not be seen yet.
    virtual void write(BulkRow& row) const = 0;
    // Before rows are recorded as valid. After sync(), in a thread of its own, is on the disk what was
    // written before it began; after keep(), in another one, the keys of these are safe, wherever the run
    // ends from here on.
    virtual void sync() = 0;
    virtual void keep(std::vector<BulkRow>& rows) = 0;
    // In that one, once they are: their certificates may be seen.
    virtual void publish(std::vector<BulkRow>& rows) = 0;
    // In the calling thread, in the order of the input, those with an error too.
    virtual void deliver(std::vector<BulkRow>& rows) = 0;
};

struct BulkOptions {
    unsigned threads = 1;
    std::string source; // what the rows come from, by which a batch that was cut off is found again
    bool resume = false;
    // Who waits for the CA's lock gets it after so long. Others wait up to --lock-timeout, 30 s by default,
    // and look every 20 ms (io/lock.cpp).
    std::chrono::seconds lock_turn{2};
    // Held so long in one go, for somebody may wait who cannot say so.
    std::chrono::seconds lock_longest{10};
};

struct BulkSummary {
    std::uint64_t issued = 0, done_before = 0, failed = 0;
};

// Ends when read() says so. Nothing is left to resume once every row has a certificate and `is_complete` says
// that the input was read to its end. Error(not_found) where nothing of this source is there to resume.
BulkSummary issue_in_bulk(Ca& ca, const Run& run, BulkClient& client, const BulkOptions& options,
                          const std::function<bool()>& is_complete);

// The plans alone, as --dry-run shows them: deliver() gets rows with a plan or an error.
BulkSummary judge_in_bulk(Ca& ca, const Run& run, BulkClient& client);

} // namespace mtlsca::authority
