#include "authority/bulk/bulk.h"

#include "authority/bulk/preparation.h"
#include "authority/bulk/workers.h"

#include <algorithm>
#include <deque>
#include <thread>
#include <utility>

namespace mtlsca::authority {
namespace {

// A transaction costs a sync of the disk, 0.1 to 10 ms, and a row of it 50 µs: with fewer rows the sync would
// show, with more a row waits longer and takes memory.
constexpr std::size_t chunk_rows = 1024;
constexpr std::size_t chunks_ahead = 4;   // prepared while others are signed and recorded
constexpr std::size_t chunks_signing = 2; // so that the next one is there when the first is done
// Recorded as pending, and not yet delivered. On a slow disk several share a sync.
constexpr std::size_t chunks_under_way = 6;

// Whoever waits for the CA's lock looks every 20 ms at least. Where many do, all of them come in.
constexpr std::chrono::milliseconds lock_pause{25}, lock_pauses_longest{500};

struct Chunk {
    std::vector<BulkRow> rows;
    Time now{};
    std::shared_ptr<Workers::Job> job; // the newest one
};
using ChunkPtr = std::unique_ptr<Chunk>;
using Chunks = std::deque<ChunkPtr>; // in the order of the input

class BulkRun {
public:
    BulkRun(Ca& ca, const Run& run, BulkClient& client, const BulkOptions& options)
        : ca_(ca), run_(run), client_(client), options_(options), signer_(ca.key(ca.issuing())),
          workers_(options.threads) {
        ca_.forget_passphrase(); // rows may come for hours, and no other key signs them
    }

    BulkSummary all(const std::function<bool()>& is_complete) {
        take_lock();
        begin();
        try {
            issue_all();
            end(is_complete() && !input_problem_);
            if (input_problem_)
                throw Error(*input_problem_);
        } catch (Error& error) {
            remember_delivered();
            if (error.hint.empty())
                error.hint = "then the same command with --resume goes on";
            throw;
        }
        return summary_;
    }

private:
    void issue_all() {
        for (;;) {
            fill();
            if (!advance(/*takes_more=*/true)) {
                if (is_under_way() || !preparing_.empty())
                    workers_.wait_for_end();
                else if (is_read_)
                    return;
                else
                    wait_for_input();
            }
            if (is_turn_over())
                let_others_in();
        }
    }

    void take_lock() {
        lock_.emplace(ca_.lock());
        locked_at_ = std::chrono::steady_clock::now();
        refuse_former_issuer(ca_);
    }

    bool is_turn_over() const {
        const auto held = std::chrono::steady_clock::now() - locked_at_;
        return held > options_.lock_longest || (held > options_.lock_turn && lock_->is_awaited());
    }

    // Nothing of ours may be pending then: others would take it for what a dead process left.
    void let_others_in() {
        while (is_under_way())
            if (!advance(/*takes_more=*/false))
                workers_.wait_for_end();
        const auto begun = std::chrono::steady_clock::now();
        do {
            lock_.reset();
            std::this_thread::sleep_for(lock_pause);
            take_lock();
        } while (lock_->is_awaited() && locked_at_ - begun < lock_pauses_longest);
    }

    // Somebody is typing, or a pipe has nothing yet: that may take for ever, and others have work to do.
    void wait_for_input() {
        lock_.reset();
        read_chunk();
        take_lock();
    }

    void begin() {
        const auto cut_off = options_.resume ? store::find_batch(ca_.database(), options_.source)
                                             : std::optional<store::Batch>(std::in_place);
        if (!cut_off)
            throw Error(Code::not_found, options_.source, "no batch of this input was cut off",
                        "run it without --resume");
        store::Transaction transaction(ca_.database());
        batch_ = store::begin_batch(transaction, options_.source, *cut_off);
        transaction.commit();
    }

    void end(bool is_complete) {
        store::Transaction transaction(ca_.database());
        if (is_complete && summary_.failed == 0)
            store::end_batch(transaction, batch_);
        else
            store::record_delivered(transaction, batch_, newest_delivered_);
        transaction.commit();
    }

    // The batch ends with an error: who resumes it need not ask for keys that have arrived.
    void remember_delivered() {
        if (!lock_) // somebody else has the CA: that is the error
            return;
        try {
            store::Transaction transaction(ca_.database());
            store::record_delivered(transaction, batch_, newest_delivered_);
            transaction.commit();
        } catch (const Error&) { // the one on its way tells enough
            return;
        }
    }

    void fill() {
        while (!is_read_ && preparing_.size() < chunks_ahead && client_.is_ready())
            read_chunk();
    }

    // Waits for its first row only.
    void read_chunk() {
        auto chunk = std::make_unique<Chunk>();
        chunk->now = run_.clock.now();
        try {
            read_rows(chunk->rows);
        } catch (const Error& error) { // what was read before shall not suffer for it
            input_problem_ = error;
            is_read_ = true;
        }
        if (chunk->rows.empty())
            return;
        if (chunk->rows.size() == chunk_rows)
            expect_many();
        Chunk& read = *chunk;
        preparing_.push_back(std::move(chunk));
        read.job = workers_.start(
            Workers::Lane::patient, read.rows.size(), [this, &read](std::size_t first, std::size_t end) {
                prepare_rows(ca_, client_, signer_, std::span(read.rows).subspan(first, end - first),
                             read.now);
            });
    }

    // While the first rows are prepared. Without the memory for it they are signed all the same.
    void expect_many() {
        if (!expects_many_)
            workers_.start(Workers::Lane::patient, 1,
                           [this](std::size_t, std::size_t) { signer_.expect_many(); });
        expects_many_ = true;
    }

    void read_rows(std::vector<BulkRow>& rows) {
        rows.reserve(chunk_rows);
        while (rows.size() < chunk_rows && (rows.empty() || client_.is_ready())) {
            BulkRow row;
            if (!client_.read(row)) {
                is_read_ = true;
                return;
            }
            row.issuance.record.serial = run_.serials.next();
            rows.push_back(std::move(row));
        }
    }

    std::size_t under_way() const {
        return signing_.size() + written_.size() + syncing_.size() + keeping_.size() + publishing_.size();
    }
    bool is_under_way() const { return under_way() > 0; }

    // Each chunk that is ready goes on to its next place; false where none is. In one transaction those that
    // were kept are valid, and others are pending.
    bool advance(bool takes_more) {
        const ChunkPtr published = take_done(publishing_, true);
        if (published)
            deliver(published->rows);
        ChunkPtr valid = take_done(keeping_, publishing_.empty());
        ChunkPtr synced = take_done(syncing_, keeping_.empty() && publishing_.empty() && !valid);
        const bool has_synced = synced != nullptr;
        if (has_synced)
            start_on_disk(Workers::Lane::keeping, keeping_, std::move(synced), &BulkClient::keep);
        ChunkPtr written = take_done(signing_, under_way() == signing_.size() && !valid);
        const bool has_written = written != nullptr;
        if (has_written)
            written_.push_back(std::move(written));
        start_sync();
        ChunkPtr intended;
        if (takes_more && signing_.size() < chunks_signing && under_way() < chunks_under_way)
            intended = take_done(preparing_, !is_under_way() && !valid);
        const bool has_moved = published || valid || has_synced || has_written || intended;
        if (valid || intended)
            record(valid.get(), intended.get());
        if (intended)
            start_signing(std::move(intended));
        if (valid)
            start_on_disk(Workers::Lane::publishing, publishing_, std::move(valid), &BulkClient::publish);
        return has_moved;
    }

    // The first, once its job is done. What the job threw ends the batch, but not before those rows that
    // stand before it have come to their end: `may_fail`.
    ChunkPtr take_done(Chunks& chunks, bool may_fail) {
        if (chunks.empty() || !workers_.is_done(*chunks.front()->job))
            return nullptr;
        if (const std::exception_ptr problem = workers_.problem(*chunks.front()->job)) {
            if (!may_fail)
                return nullptr;
            std::rethrow_exception(problem);
        }
        ChunkPtr chunk = std::move(chunks.front());
        chunks.pop_front();
        return chunk;
    }

    void start_signing(ChunkPtr intended) {
        Chunk& chunk = *intended;
        signing_.push_back(std::move(intended));
        chunk.job = workers_.start(Workers::Lane::urgent, chunk.rows.size(),
                                   [this, &chunk](std::size_t first, std::size_t end) {
                                       sign_rows(std::span(chunk.rows).subspan(first, end - first));
                                   });
    }

    // Of all that is written by now: while one sync lasts others come to wait for the next.
    void start_sync() {
        if (!syncing_.empty() || written_.empty())
            return;
        syncing_ = std::exchange(written_, {});
        const auto job =
            workers_.start(Workers::Lane::syncing, 1, [this](std::size_t, std::size_t) { client_.sync(); });
        for (const ChunkPtr& chunk : syncing_)
            chunk->job = job;
    }

    void start_on_disk(Workers::Lane lane, Chunks& chunks, ChunkPtr next,
                       void (BulkClient::*what)(std::vector<BulkRow>&)) {
        Chunk& chunk = *next;
        chunks.push_back(std::move(next));
        chunk.job = workers_.start(
            lane, 1, [this, &chunk, what](std::size_t, std::size_t) { (client_.*what)(chunk.rows); });
    }

    void record(Chunk* valid, Chunk* intended) {
        store::Transaction transaction(ca_.database());
        if (newest_delivered_ > 0)
            store::record_delivered(transaction, batch_, newest_delivered_);
        if (valid != nullptr)
            for (BulkRow& row : valid->rows)
                if (row.has_certificate() && !row.was_done_before)
                    record_valid(transaction, run_, row.issuance);
        if (intended != nullptr)
            for (BulkRow& row : intended->rows)
                if (row.has_certificate())
                    intend_row(transaction, row);
        transaction.commit();
    }

    void intend_row(store::Transaction& transaction, BulkRow& row) {
        try {
            const auto known = store::batch_row(ca_.database(), batch_, row.digest);
            if (known && known->is_new)
                throw Error(Code::already, row.name, "a row with the same content stands before this one",
                            "remove one of them, or give them different labels");
            const auto earlier = known ? store::by_id(ca_.database(), known->certificate) : std::nullopt;
            if (earlier && store::is_live(*earlier, run_.clock.now())) {
                row.issuance.record = *earlier;
                row.was_done_before = true;
                client_.recover(row, known->is_delivered);
                return;
            }
            const bool died = earlier && earlier->state == store::State::pending;
            if (auto key = died ? client_.kept_key(row, *earlier) : std::nullopt) {
                row.key = std::move(key);
                row.key_is_kept = true;
                prepare_with_its_key(ca_, client_, signer_, row, run_.clock.now());
            } else {
                client_.claim(row);
            }
            intend(transaction, ca_, run_, row.issuance);
        } catch (const Error& error) {
            // What is wrong with the row, not with the disk: it ends here, and the others go on.
            if (error.code != Code::already && error.code != Code::refused)
                throw;
            row.error = error;
            return;
        }
        store::record_batch_row(transaction, batch_, row.digest, row.issuance.record.id);
    }

    void sign_rows(std::span<BulkRow> rows) const {
        std::vector<BulkRow*> unsigned_rows;
        std::vector<const x509::CertificateBody*> bodies;
        for (BulkRow& row : rows)
            if (row.has_certificate() && !row.was_done_before) {
                unsigned_rows.push_back(&row);
                bodies.push_back(&row.body);
            }
        std::vector<Bytes> certificates = signer_.sign(bodies);
        for (std::size_t i = 0; i < certificates.size(); ++i)
            signed_as(unsigned_rows[i]->issuance, std::move(certificates[i]));
        for (BulkRow& row : rows) {
            if (row.has_certificate())
                client_.write(row);
            // Here, where several do it at once and caches have it, not at the end.
            row.key.reset();
            row.body = {};
        }
    }

    void deliver(std::vector<BulkRow>& rows) {
        client_.deliver(rows);
        for (const BulkRow& row : rows) {
            ++(!row.has_certificate() ? summary_.failed
               : row.was_done_before  ? summary_.done_before
                                      : summary_.issued);
            if (row.has_certificate() && !row.was_done_before)
                newest_delivered_ = std::max(newest_delivered_, row.issuance.record.id);
        }
    }

    Ca& ca_;
    const Run& run_;
    BulkClient& client_;
    const BulkOptions& options_;
    x509::CertificateSigner signer_;
    std::optional<io::FolderLock> lock_;
    std::chrono::steady_clock::time_point locked_at_;
    store::Batch batch_;
    store::CertificateId newest_delivered_ = 0; // of this run
    Chunks preparing_, signing_, written_, syncing_, keeping_, publishing_;
    bool is_read_ = false, expects_many_ = false;
    std::optional<Error> input_problem_;
    BulkSummary summary_;
    Workers workers_; // last, so that they end before what they work on
};

} // namespace

BulkSummary issue_in_bulk(Ca& ca, const Run& run, BulkClient& client, const BulkOptions& options,
                          const std::function<bool()>& is_complete) {
    return BulkRun(ca, run, client, options).all(is_complete);
}

} // namespace mtlsca::authority
