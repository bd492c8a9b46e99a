// Test vectors: files that other programs made, under tests/vectors/.
#pragma once

#include "bytes.h"

#include <fstream>
#include <iterator>
#include <stdexcept>

inline std::string read_vector(const std::string& name) {
    std::ifstream file(std::string(MTLSCA_VECTORS "/") + name, std::ios::binary);
    if (!file)
        throw std::runtime_error("no test vector " + name);
    return {std::istreambuf_iterator<char>(file), {}};
}
