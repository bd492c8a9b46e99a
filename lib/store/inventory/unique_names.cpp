#include "store/inventory/unique_names.h"

#include "encoding/hex.h"
#include "store/columns.h"
#include "store/words.h"

namespace mtlsca::store {
namespace {

struct Holder {
    CertificateId id = 0;
    Bytes serial;
    State state = State::pending;
    Time not_after{};
};

std::optional<Holder> holder_of(Connection& connection, std::string_view name, std::int64_t profile) {
    const auto select = connection.prepare("SELECT id, serial, state, not_after FROM certificate "
                                           "WHERE name = :name AND profile = :profile AND holds_name = 1");
    select->bind(":name", name);
    select->bind(":profile", profile);
    if (!select->step())
        return std::nullopt;
    return Holder{select->integer(0), bytes_column(*select, 1), static_cast<State>(select->integer(2)),
                  time_column(*select, 3)};
}

// Pending rows of this session are at work; older ones are what dead processes left.
bool is_alive(const Connection& connection, const Holder& holder, Time now) {
    if (holder.state == State::pending)
        return connection.first_intent && holder.id >= *connection.first_intent;
    return holder.not_after >= now;
}

// Whether the row had the name.
bool clear(Connection& connection, CertificateId id) {
    const auto update =
        connection.prepare("UPDATE certificate SET holds_name = NULL WHERE id = :id AND holds_name = 1");
    update->bind(":id", id);
    update->step();
    return connection.changes() == 1;
}

void give_back_to_predecessor(Connection& connection, CertificateId id) {
    const auto update = connection.prepare(
        "UPDATE certificate SET holds_name = 1 WHERE state IN (1, 3) AND (id, name, profile) = "
        "(SELECT predecessor, name, profile FROM certificate WHERE id = :id)");
    update->bind(":id", id);
    update->step();
}

} // namespace

Error name_is_taken(const std::string& profile, const std::string& name, ByteView serial_of_holder) {
    const std::string serial = encoding::to_upper_hex(serial_of_holder);
    return {Code::already, name,
            "a live certificate of profile " + profile + " has this name, serial " + serial,
            "to renew it: mtlsca renew " + serial};
}

void let_go_of_name(Connection& connection, CertificateId id) {
    if (clear(connection, id))
        give_back_to_predecessor(connection, id);
}

void make_room_for_name(Connection& connection, const Intent& intent, Time now) {
    const std::int64_t profile = word_id(connection, intent.profile);
    while (const auto holder = holder_of(connection, intent.name, profile)) {
        if (holder->id == intent.renews)
            break;
        if (is_alive(connection, *holder, now))
            throw name_is_taken(intent.profile, intent.name, holder->serial);
        let_go_of_name(connection, holder->id);
    }
}

void hand_over_name(Connection& connection, CertificateId predecessor) {
    clear(connection, predecessor);
}

} // namespace mtlsca::store
