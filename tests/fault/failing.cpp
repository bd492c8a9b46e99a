// Preloaded into mtlsca: what strace cannot do. From main() on,
//   FAILING_ALLOCATION=N  the N-th allocation fails, of the program with its libraries, or with
//   FAILING_WHOSE=libcrypto
//                         of that library alone, or with FAILING_WHOSE=others of all but that;
//   FAILING_EVER=1        and so does each after it;
//   FAILING_SHORT=1       reads and writes of files move half of what they are asked for;
//   FAILING_INTERRUPTED=1 every other call that may be interrupted is (EINTR);
//   FAILING_COUNT=FILE    gets the number of allocations.
// A process that ends by SIGABRT or SIGSEGV says whose code did it: "died in libcrypto", "died in getpwuid_r"
// (glibc 2.36 asserts that it could read its settings, and uses what it could not allocate), or "died in the
// program".
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

// glibc's own allocator, whose public names are replaced here.
extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* memory, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
}

namespace {

struct Range {
    std::uintptr_t begin = 0, end = 0;
    bool has(const void* place) const {
        const auto at = reinterpret_cast<std::uintptr_t>(place);
        return at >= begin && at < end;
    }
};

enum class Whose { all, libcrypto, others };

bool is_armed = false; // since main()
long fails_at = 0;
bool fails_ever = false, is_short = false, is_interrupted = false;
Whose whose = Whose::all;
Range libcrypto, libc, own;
std::atomic<long> allocations = 0, calls = 0;

int find_code(dl_phdr_info* object, size_t, void*) {
    for (const auto& [name, range] : {std::pair("/libcrypto.so", &libcrypto), std::pair("/libc.so", &libc),
                                      std::pair("/libfault_failing.so", &own)}) {
        if (std::strstr(object->dlpi_name, name) == nullptr)
            continue;
        for (int i = 0; i < object->dlpi_phnum; ++i) {
            const auto& part = object->dlpi_phdr[i];
            if (part.p_type == PT_LOAD && (part.p_flags & PF_X) != 0)
                *range = {object->dlpi_addr + part.p_vaddr, object->dlpi_addr + part.p_vaddr + part.p_memsz};
        }
    }
    return 0;
}

bool is_set(const char* variable) {
    return std::getenv(variable) != nullptr;
}

bool fails(const void* caller) {
    if (!is_armed)
        return false;
    if (whose != Whose::all && libcrypto.has(caller) != (whose == Whose::libcrypto))
        return false;
    const long number = ++allocations;
    if (fails_at == 0 || (fails_ever ? number < fails_at : number != fails_at))
        return false;
    errno = ENOMEM;
    return true;
}

void write_count() {
    is_armed = false;
    if (const char* name = std::getenv("FAILING_COUNT"))
        if (std::FILE* file = std::fopen(name, "w")) {
            std::fprintf(file, "%ld\n", allocations.load());
            std::fclose(file);
        }
}

// Who called what the signal stopped: the nearest code that is neither libc's nor ours.
void tell_whose(int) {
    is_armed = false;
    void* frames[64];
    const int count = ::backtrace(frames, 64);
    const char* text = "died in the program\n";
    for (int i = 0; i < count; ++i) {
        Dl_info nearest{};
        if (libc.has(frames[i]) && ::dladdr(frames[i], &nearest) != 0 && nearest.dli_sname != nullptr &&
            std::strcmp(nearest.dli_sname, "getpwuid_r") == 0)
            text = "died in getpwuid_r\n";
        if (libc.has(frames[i]) || own.has(frames[i]))
            continue;
        if (libcrypto.has(frames[i]))
            text = "died in libcrypto\n";
        break;
    }
    static_cast<void>(::write(STDERR_FILENO, text, std::strlen(text)) == 0);
}

void watch_deaths() {
    void* frame = nullptr;
    ::backtrace(&frame, 1); // loads what it needs
    struct sigaction action {};
    action.sa_handler = tell_whose;
    action.sa_flags = static_cast<int>(SA_RESETHAND); // then the signal does what it does
    ::sigaction(SIGABRT, &action, nullptr);
    ::sigaction(SIGSEGV, &action, nullptr);
}

int (*real_main)(int, char**, char**) = nullptr;

int armed_main(int argc, char** argv, char** environment) {
    const char* at = std::getenv("FAILING_ALLOCATION");
    const char* who = std::getenv("FAILING_WHOSE");
    fails_at = at != nullptr ? std::strtol(at, nullptr, 10) : 0;
    fails_ever = is_set("FAILING_EVER");
    is_short = is_set("FAILING_SHORT");
    is_interrupted = is_set("FAILING_INTERRUPTED");
    if (who != nullptr)
        whose = std::strcmp(who, "libcrypto") == 0 ? Whose::libcrypto : Whose::others;
    ::dl_iterate_phdr(find_code, nullptr);
    std::atexit(write_count);
    watch_deaths();
    is_armed = true;
    return real_main(argc, argv, environment);
}

template <typename Function>
Function* next(Function*, const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name)); // as dlsym(3) says
}

bool is_file(int descriptor) {
    struct stat status {};
    return ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

size_t shortened(int descriptor, size_t count) {
    return is_armed && is_short && count > 1 && is_file(descriptor) ? count / 2 : count;
}

bool interrupts() {
    if (!is_armed || !is_interrupted || ++calls % 2 == 0)
        return false;
    errno = EINTR;
    return true;
}

} // namespace

extern "C" {

int __libc_start_main(int (*main)(int, char**, char**), int argc, char** argv, void (*init)(), void (*fini)(),
                      void (*loader_fini)(), void* stack_end) {
    using Start = int(int (*)(int, char**, char**), int, char**, void (*)(), void (*)(), void (*)(), void*);
    real_main = main;
    return next(static_cast<Start*>(nullptr), "__libc_start_main")(armed_main, argc, argv, init, fini,
                                                                   loader_fini, stack_end);
}

void* malloc(size_t size) noexcept {
    return fails(__builtin_return_address(0)) ? nullptr : __libc_malloc(size);
}
void* calloc(size_t count, size_t size) noexcept {
    return fails(__builtin_return_address(0)) ? nullptr : __libc_calloc(count, size);
}
void* realloc(void* memory, size_t size) noexcept {
    return fails(__builtin_return_address(0)) ? nullptr : __libc_realloc(memory, size);
}
void* aligned_alloc(size_t alignment, size_t size) noexcept {
    return fails(__builtin_return_address(0)) ? nullptr : __libc_memalign(alignment, size);
}
int posix_memalign(void** memory, size_t alignment, size_t size) noexcept {
    *memory = fails(__builtin_return_address(0)) ? nullptr : __libc_memalign(alignment, size);
    return *memory == nullptr ? ENOMEM : 0;
}

ssize_t read(int descriptor, void* bytes, size_t count) {
    return interrupts() ? -1 : next(&read, "read")(descriptor, bytes, shortened(descriptor, count));
}
ssize_t write(int descriptor, const void* bytes, size_t count) {
    return interrupts() ? -1 : next(&write, "write")(descriptor, bytes, shortened(descriptor, count));
}
ssize_t pread64(int descriptor, void* bytes, size_t count, off64_t offset) {
    return interrupts() ? -1
                        : next(&pread64, "pread64")(descriptor, bytes, shortened(descriptor, count), offset);
}
ssize_t pwrite64(int descriptor, const void* bytes, size_t count, off64_t offset) {
    return interrupts()
               ? -1
               : next(&pwrite64, "pwrite64")(descriptor, bytes, shortened(descriptor, count), offset);
}
int ftruncate64(int descriptor, off64_t size) noexcept {
    return interrupts() ? -1 : next(&ftruncate64, "ftruncate64")(descriptor, size);
}
int fsync(int descriptor) {
    return interrupts() ? -1 : next(&fsync, "fsync")(descriptor);
}
int openat(int folder, const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return interrupts() ? -1 : next(&openat, "openat")(folder, path, flags, mode);
}
int open64(const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return interrupts() ? -1 : next(&open64, "open64")(path, flags, mode);
}
}
