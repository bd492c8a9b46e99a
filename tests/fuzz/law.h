// How a program of this folder says that its law does not hold: by abort(), which libFuzzer and replay.cpp
// take for a find.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

[[noreturn]] inline void broken(const std::string& law) {
    std::fprintf(stderr, "the law is broken: %s\n", law.c_str());
    std::abort();
}

inline void hold(bool law, const char* what) {
    if (!law)
        broken(what);
}
