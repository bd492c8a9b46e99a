#include "bytes.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace mtlsca {

Secret::Secret(std::size_t size) : storage_(new char[size]()), size_(size) {}

Secret::Secret(std::string_view text) : Secret(text.size()) {
    if (!text.empty())
        std::memcpy(storage_, text.data(), text.size());
}

Secret::Secret(Secret&& other) noexcept
    : storage_(std::exchange(other.storage_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
    std::swap(storage_, other.storage_);
    std::swap(size_, other.size_);
    return *this;
}

Secret::~Secret() {
    truncate(0);
    delete[] storage_;
}

void Secret::truncate(std::size_t size) {
    if (size >= size_)
        return;
    explicit_bzero(storage_ + size, size_ - size);
    size_ = size;
}

Secret join_secret(std::initializer_list<std::string_view> parts) {
    std::size_t size = 0;
    for (const std::string_view part : parts)
        size += part.size();
    Secret joined(size);
    char* end = joined.data();
    for (const std::string_view part : parts)
        end = std::copy(part.begin(), part.end(), end);
    return joined;
}

} // namespace mtlsca
