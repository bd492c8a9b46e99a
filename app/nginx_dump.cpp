#include "nginx_dump.h"

#include "deploy/nginx/apply/program.h"
#include "error.h"
#include "io/process.h"
#include "io/walk.h"

#include <cerrno>
#include <cstdlib>

namespace mtlsca::app {
namespace {

// A map of a million revoked serials is 40 MB; what is larger is read file by file.
constexpr std::size_t largest_dump_bytes = std::size_t{64} << 20;
constexpr std::size_t largest_messages_bytes = 1 << 20;

// Gone at the end, with what is in it.
class ScratchFolder {
public:
    ScratchFolder() {
        std::string name = std::filesystem::temp_directory_path() / "mtlsca.XXXXXX";
        if (::mkdtemp(name.data()) == nullptr)
            io::fail(name, "create a folder for the output of nginx", errno);
        path_ = name;
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ~ScratchFolder() { io::remove_tree_if_possible(path_); }
    const io::Path& path() const { return path_; }

private:
    io::Path path_;
};

std::string text_of(const io::Path& file, std::size_t max_size) try {
    return std::string(as_text(io::read_file(file, max_size)));
} catch (const Error&) {
    return {}; // nginx did not come so far
}

} // namespace

NginxDump dump_nginx(const io::Path& main) {
    const ScratchFolder folder;
    deploy::nginx::ReloadTarget target;
    target.configuration = main;
    io::run_command("{ " + deploy::nginx::Program(target).command(" -T") +
                        " 2>\"$FOLDER/messages\"; echo $? >\"$FOLDER/status\"; } | head -c " +
                        std::to_string(largest_dump_bytes + 1) + " >\"$FOLDER/dump\"",
                    {{"FOLDER", folder.path()}});
    return {text_of(folder.path() / "status", 16) == "0\n",
            text_of(folder.path() / "dump", largest_dump_bytes),
            text_of(folder.path() / "messages", largest_messages_bytes)};
}

} // namespace mtlsca::app
