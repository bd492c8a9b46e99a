// The nginx that is told.
#pragma once

#include "deploy/nginx/language/version.h"
#include "deploy/nginx/site/settings.h"

namespace mtlsca::deploy::nginx {

class Program {
public:
    explicit Program(ReloadTarget target) : target_(std::move(target)) {}

    // For the shell: what runs it on its configuration, with further `arguments` (" -T").
    std::string command(const std::string& arguments) const;
    io::Path configuration() const; // the main one; what `nginx -V` says where nobody else does
    std::optional<Version> version() const;
    void test() const; // nginx -t: Error(failed) with its own words
    // Returns when nginx was told; with a pid file, when workers with the new configuration are there.
    // Error(failed) where it can't be told or keeps the old one.
    void reload() const;

private:
    ReloadTarget target_;
};

} // namespace mtlsca::deploy::nginx
