#include "authority/ocsp/answer_cache.h"

namespace mtlsca::authority {
namespace {

// Of an entry's places in the list and in the table.
constexpr std::size_t bookkeeping_octets = 256;

} // namespace

std::size_t AnswerCache::octets_of(const Entry& entry) {
    return entry.question.size() + entry.answer.der.size() + entry.answer.etag.size() + bookkeeping_octets;
}

void AnswerCache::forget(std::list<Entry>::iterator entry) {
    octets_ -= octets_of(*entry);
    by_question_.erase(entry->question);
    entries_.erase(entry);
}

const KeptAnswer* AnswerCache::find(ByteView question, std::uint64_t generation, Time now) {
    if (generation != generation_) {
        by_question_.clear();
        entries_.clear();
        octets_ = 0;
        generation_ = generation;
    }
    const auto found = by_question_.find(as_text(question));
    if (found == by_question_.end())
        return nullptr;
    const auto entry = found->second;
    const Time half = entry->answer.this_update + (entry->answer.next_update - entry->answer.this_update) / 2;
    // A clock that was set back makes answers of the future, which nobody takes.
    if (now >= half || now < entry->answer.this_update) {
        forget(entry);
        return nullptr;
    }
    entries_.splice(entries_.begin(), entries_, entry);
    return &entry->answer;
}

const KeptAnswer& AnswerCache::keep(ByteView question, KeptAnswer answer) {
    if (const auto old = by_question_.find(as_text(question)); old != by_question_.end())
        forget(old->second);
    entries_.push_front({std::string(as_text(question)), std::move(answer)});
    by_question_.emplace(entries_.front().question, entries_.begin());
    octets_ += octets_of(entries_.front());
    while (octets_ > octets_max_ && entries_.size() > 1)
        forget(std::prev(entries_.end()));
    return entries_.front().answer;
}

} // namespace mtlsca::authority
