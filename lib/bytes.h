// Bytes that are owned, looked at, or secret.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mtlsca {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

inline ByteView as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline void append(Bytes& to, ByteView more) {
    to.insert(to.end(), more.begin(), more.end());
}

// A passphrase or key material: wiped when it goes out of life, movable, not copyable, never printed.
// Its storage has a fixed place on the heap, so that a move leaves no copy behind.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string_view text);
    explicit Secret(std::size_t size); // zeroed, to be filled through data()
    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret&& other) noexcept;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret();

    std::string_view view() const { return {storage_, size_}; }
    char* data() { return storage_; }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    // Shortens without moving; what is cut off is wiped.
    void truncate(std::size_t size);

private:
    char* storage_ = nullptr;
    std::size_t size_ = 0;
};

// One after the other, without a copy that nobody wipes.
Secret join_secret(std::initializer_list<std::string_view> parts);

} // namespace mtlsca
