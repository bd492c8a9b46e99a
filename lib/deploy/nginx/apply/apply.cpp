#include "deploy/nginx/apply/apply.h"

#include "io/staging.h"

#include <algorithm>
#include <list>

namespace mtlsca::deploy::nginx {
namespace {

constexpr mode_t folder_mode = 0755; // nginx's workers may run as anybody

// The folders of one nginx, written anew beside themselves.
class Staging {
public:
    Staging(std::vector<RememberedFolder>& folders, const Source& source) : folders_(folders) {
        const FileSource* below = &disk_;
        for (const RememberedFolder& folder : folders) {
            const io::StagedFolder& staged = staged_.emplace_back(folder.folder, folder_mode);
            differs_ = write_staged(folder, staged.path(), source) || differs_;
            digests_.push_back(digest(folder, staged.path()));
            is_loaded_ = is_loaded_ && digests_.back() == folder.loaded;
            // By the path that nginx knows, which may be a link.
            below = &sources_.emplace_back(*below, folder.folder, staged.path());
        }
    }
    Staging(const Staging&) = delete;

    bool differs() const { return differs_; }
    bool is_loaded() const { return is_loaded_; }

    void exchange() {
        for (io::StagedFolder& staged : staged_)
            staged.exchange();
    }
    void give_back() {
        for (io::StagedFolder& staged : staged_)
            staged.exchange_back();
    }
    void mark_loaded() {
        auto digest = digests_.begin();
        for (RememberedFolder& folder : folders_)
            folder.loaded = *digest++;
    }

    // What nginx would read if the folders had changed places.
    Configuration configuration(const io::Path& main) const { return read_configuration(main, files()); }
    const FileSource& files() const { return sources_.back(); }
    const FileSource& disk() const { return disk_; }

private:
    std::vector<RememberedFolder>& folders_;
    std::list<io::StagedFolder> staged_; // a list, because they don't move
    std::vector<std::string> digests_;
    DiskFiles disk_;
    std::list<StagedFiles> sources_;
    bool differs_ = false, is_loaded_ = true;
};

bool is_below(const io::Path& file, const io::Path& folder) {
    const io::Path relative = file.lexically_relative(folder);
    return !relative.empty() && *relative.begin() != "..";
}

bool is_ours(const check::Finding& finding, const std::vector<RememberedFolder>& folders) {
    return finding.place.file &&
           std::any_of(folders.begin(), folders.end(), [&](const RememberedFolder& folder) {
               return is_below(*finding.place.file, folder.folder);
           });
}

bool is_among(const check::Finding& finding, const check::Findings& findings) {
    return std::any_of(findings.begin(), findings.end(), [&](const check::Finding& other) {
        return other.id == finding.id && (other.place.file == nullptr) == (finding.place.file == nullptr) &&
               (!other.place.file || *other.place.file == *finding.place.file);
    });
}

// What is wrong already, a CRL of the root that expired, say, must not hold a revocation back.
void refuse_worse(const check::Findings& after, const check::Findings& before,
                  const std::vector<RememberedFolder>& folders) {
    Findings worse;
    for (const check::Finding& finding : after)
        if (finding.severity == Severity::error && is_ours(finding, folders) && !is_among(finding, before))
            worse.push_back(
                {Severity::error, finding.id, to_string(finding.place), finding.effect + "; " + finding.fix});
    if (!worse.empty())
        throw Error(Code::refused, "nginx apply", "the new files would be worse than the old ones",
                    "nothing was changed", worse);
}

bool includes(const Configuration& configuration, const io::Path& file) {
    const std::function<bool(const std::vector<Directive>&)> stands_in = [&](const auto& directives) {
        return std::any_of(directives.begin(), directives.end(), [&](const Directive& directive) {
            return (directive.place.file && *directive.place.file == file) || stands_in(directive.block);
        });
    };
    return stands_in(configuration.directives);
}

void tell_not_included(const Configuration& configuration, const io::Path& main,
                       const std::vector<RememberedFolder>& folders, check::Findings& findings) {
    const Place place{std::make_shared<const io::Path>(main), 0};
    for (const RememberedFolder& folder : folders) {
        std::vector<io::Path> files{folder.folder / "http.conf"};
        for (const SiteSettings& site : folder.sites)
            files.push_back(site_file(site, folder.folder));
        for (const io::Path& file : files)
            if (!includes(configuration, file))
                findings.push_back({Severity::warning, "not-included", place,
                                    "nginx does not read " + file.string() + ", so it changes nothing",
                                    "inside http { }: include " + file.string() + ";"});
    }
}

check::Findings judge(Staging& staging, const std::vector<RememberedFolder>& folders, const Source& source,
                      const Program& program) {
    const io::Path main = program.configuration();
    if (!io::exists(main))
        return {};
    const std::optional<Version> version = program.version();
    const auto judged = [&](const Configuration& configuration, const FileSource& files) {
        return check::judge(configuration, {files, main.parent_path(), source.now, version});
    };
    const Configuration after = staging.configuration(main);
    check::Findings findings = judged(after, staging.files());
    refuse_worse(findings, judged(read_configuration(main, staging.disk()), staging.disk()), folders);
    tell_not_included(after, main, folders, findings);
    return findings;
}

// Whatever fails, the folders change back; where that fails as well, both are told.
void take_over(Staging& staging, const Program& program, bool reload) {
    try {
        if (staging.differs())
            staging.exchange();
        program.test();
        if (reload)
            program.reload();
    } catch (const std::exception& problem) {
        try {
            staging.give_back();
        } catch (const Error& second) {
            throw Error(Code::failed, second.object,
                        second.reason + ", so the new files are in their place, although " + problem.what(),
                        "see that nginx -t is content before nginx reads them");
        }
        throw;
    }
}

} // namespace

Applied apply(std::vector<RememberedFolder> folders, const Source& source, const Program& program,
              bool reload) {
    Applied applied;
    Staging staging(folders, source);
    const bool must_reload = reload && !staging.is_loaded();
    if (staging.differs() || must_reload) {
        applied.findings = judge(staging, folders, source, program);
        take_over(staging, program, must_reload);
        if (must_reload)
            staging.mark_loaded();
        applied.changed = staging.differs();
        applied.reloaded = must_reload;
    }
    applied.folders = std::move(folders);
    return applied;
}

bool is_loaded(const RememberedFolder& folder) {
    return !folder.loaded.empty() && digest(folder, folder.folder) == folder.loaded;
}

} // namespace mtlsca::deploy::nginx
