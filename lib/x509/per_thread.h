// What each thread makes for itself the first time, and keeps: contexts of OpenSSL that threads cannot share.
// Internal to lib/x509.
//
// A thread_local with a destructor would do, were it not that glibc ends the process where there is no memory
// to remember that destructor (__cxa_thread_atexit_impl, 2.36). A key of POSIX needs none.
#pragma once

#include <memory>
#include <new>
#include <pthread.h>

namespace mtlsca::x509 {

// To be static, for its key is never given back. Without memory std::bad_alloc, and the next call tries
// again.
template <class Value>
class PerThread {
public:
    PerThread() {
        if (::pthread_key_create(&key_, [](void* value) { delete static_cast<Value*>(value); }) != 0)
            throw std::bad_alloc();
    }
    PerThread(const PerThread&) = delete;

    // What the calling thread has; `make` is called where that is nothing.
    template <class Make>
    Value& get(const Make& make) const {
        if (void* value = ::pthread_getspecific(key_))
            return *static_cast<Value*>(value);
        auto made = std::make_unique<Value>(make());
        if (::pthread_setspecific(key_, made.get()) != 0)
            throw std::bad_alloc();
        return *made.release();
    }
    Value& get() const {
        return get([] { return Value(); });
    }

private:
    pthread_key_t key_{};
};

} // namespace mtlsca::x509
