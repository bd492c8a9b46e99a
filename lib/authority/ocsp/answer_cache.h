// Answers that may be given again, by the octets of their question. For one thread.
#pragma once

#include "authority/ocsp/answer_source.h"

#include <list>
#include <unordered_map>

namespace mtlsca::authority {

struct KeptAnswer {
    Bytes der;
    std::string etag;
    Time this_update{}, next_update{};
    OcspStatuses statuses{};
};

// Bounded: beyond `octets_max` the answer that was asked for longest ago is forgotten.
class AnswerCache {
public:
    explicit AnswerCache(std::size_t octets_max) : octets_max_(octets_max) {}

    // With another generation than last time everything is forgotten. What has lived half of its life is
    // signed anew, so that nobody gets an answer that is about to end. Null: not there; else good until the
    // next call.
    const KeptAnswer* find(ByteView question, std::uint64_t generation, Time now);
    // Of the generation of the last find().
    const KeptAnswer& keep(ByteView question, KeptAnswer answer);
    std::size_t octets() const { return octets_; }

private:
    struct Entry {
        std::string question;
        KeptAnswer answer;
    };
    void forget(std::list<Entry>::iterator entry);
    static std::size_t octets_of(const Entry& entry);

    std::size_t octets_max_;
    std::size_t octets_ = 0;
    std::uint64_t generation_ = 0;
    std::list<Entry> entries_; // the one that was asked for last is the first
    std::unordered_map<std::string_view, std::list<Entry>::iterator> by_question_;
};

} // namespace mtlsca::authority
