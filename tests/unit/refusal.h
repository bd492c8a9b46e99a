// How work that should not succeed ends.
#pragma once

#include "error.h"

// The code of the Error that comes out of it; Code::done where none does.
template <class Work>
mtlsca::Code code_of(const Work& work) {
    try {
        work();
    } catch (const mtlsca::Error& error) {
        return error.code;
    }
    return mtlsca::Code::done;
}
