// Preloaded into mtlsca: the process sends itself $DYING_SIGNAL at its $DYING_AT'th call that changes a file,
// so that a test reaches every point where a death may leave something half done. A write is half done then.
// $DYING_COUNT is a file that gets the number of calls of a process that lived.
#include <atomic>
#include <cstdlib>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

namespace {

int number_of(const char* variable, int otherwise) {
    const char* text = std::getenv(variable);
    return text != nullptr ? static_cast<int>(std::strtol(text, nullptr, 10)) : otherwise;
}

class Fate {
public:
    Fate() : at_(number_of("DYING_AT", 0)), signal_(number_of("DYING_SIGNAL", SIGKILL)) {}
    ~Fate() {
        const char* name = std::getenv("DYING_COUNT");
        std::FILE* file = name != nullptr ? std::fopen(name, "w") : nullptr;
        if (file == nullptr)
            return;
        std::fprintf(file, "%d\n", calls_.load());
        std::fclose(file);
    }
    bool strikes() { return ++calls_ == at_; }
    void strike() const { ::kill(::getpid(), signal_); }

private:
    int at_, signal_;
    std::atomic<int> calls_ = 0; // threads may call
};

Fate& fate() {
    static Fate only;
    return only;
}

template <typename Function>
Function* next(Function*, const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name)); // as dlsym(3) says
}

template <typename Function, typename... Arguments>
auto call(Function* function, const char* name, Arguments... arguments) {
    if (fate().strikes())
        fate().strike();
    return next(function, name)(arguments...);
}

bool is_file(int descriptor) {
    struct stat status {};
    return ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

} // namespace

extern "C" {

ssize_t write(int descriptor, const void* bytes, size_t count) {
    const auto original = next(&write, "write");
    if (is_file(descriptor) && fate().strikes()) {
        static_cast<void>(original(descriptor, bytes, count / 2));
        fate().strike();
    }
    return original(descriptor, bytes, count);
}

ssize_t pwrite64(int descriptor, const void* bytes, size_t count, off64_t offset) {
    const auto original = next(&pwrite64, "pwrite64");
    if (is_file(descriptor) && fate().strikes()) {
        static_cast<void>(original(descriptor, bytes, count / 2, offset));
        fate().strike();
    }
    return original(descriptor, bytes, count, offset);
}

int fsync(int descriptor) {
    return call(&fsync, "fsync", descriptor);
}
int syncfs(int descriptor) noexcept {
    return call(&syncfs, "syncfs", descriptor);
}
int fdatasync(int descriptor) {
    return call(&fdatasync, "fdatasync", descriptor);
}
int ftruncate64(int descriptor, off64_t size) noexcept {
    return call(&ftruncate64, "ftruncate64", descriptor, size);
}
int rename(const char* from, const char* to) noexcept {
    return call(&rename, "rename", from, to);
}
int renameat(int from_folder, const char* from, int to_folder, const char* to) noexcept {
    return call(&renameat, "renameat", from_folder, from, to_folder, to);
}
int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) noexcept {
    return call(&renameat2, "renameat2", from_folder, from, to_folder, to, flags);
}
int unlink(const char* path) noexcept {
    return call(&unlink, "unlink", path);
}
int unlinkat(int folder, const char* path, int flags) noexcept {
    return call(&unlinkat, "unlinkat", folder, path, flags);
}
int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) noexcept {
    return call(&linkat, "linkat", from_folder, from, to_folder, to, flags);
}
int mkdir(const char* path, mode_t mode) noexcept {
    return call(&mkdir, "mkdir", path, mode);
}
int mkdirat(int folder, const char* path, mode_t mode) noexcept {
    return call(&mkdirat, "mkdirat", folder, path, mode);
}
int fchmod(int descriptor, mode_t mode) noexcept {
    return call(&fchmod, "fchmod", descriptor, mode);
}
}
