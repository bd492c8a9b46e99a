#include "commands.h"
#include "deploying.h"
#include "signing.h"
#include "site_folders.h"

#include "authority/certificate/deployment.h"
#include "authority/certificate/issuance.h"

#include <algorithm>
#include <set>

namespace mtlsca::app {
namespace {

class Sign final : public Command {
public:
    void add_options(Options& options) override {
        options.add("CSR", files_, "Requests in PEM or DER; - reads standard input").required();
        options.add("--name", name_, "The CN, in place of the request's").type("NAME");
        signing_.add_to(options);
        options
            .add("--csr-san", csr_san_,
                 "A request's own names: check, take or ignore (default: the profile's)")
            .type("MODE")
            .one_of({"check", "take", "ignore"});
        options.add("--out", out_, "Folder for NAME.crt (default: PEM on standard output)").type("DIR");
    }

    int run(Session& session) override {
        refuse_bad_usage(session);
        authority::Ca ca = session.open_ca(signing_.database_access());
        const authority::Run run = session.run();
        const std::vector<x509::Request> requests = read_requests();
        std::vector<policy::Planned> plans = plan(ca, run, requests);
        if (!signing_.dry_run())
            return sign(session, ca, run, requests, granted_all(ca, run, std::move(plans)));
        for (const policy::Planned& planned : plans)
            if (planned.plan)
                authority::refuse_taken_name(ca, run, *planned.plan);
        return print_dry_run(session, plans);
    }

private:
    void refuse_bad_usage(const Session& session) const {
        if (files_.size() > 1 && out_.empty())
            throw Error(Code::usage, "sign", "several requests need a folder for their certificates",
                        "--out DIR");
        if (files_.size() > 1 && !name_.empty())
            throw Error(Code::usage, "--name", "is for a single request");
        if (std::count(files_.begin(), files_.end(), "-") > 1)
            throw Error(Code::usage, "-", "standard input can be read once only");
        if (std::count(files_.begin(), files_.end(), "-") == 1)
            session.take_stdin("the request");
    }

    // Every file that is no request is told at once.
    std::vector<x509::Request> read_requests() const {
        std::vector<x509::Request> requests;
        std::vector<Error> errors;
        for (const std::string& file : files_) {
            const std::string object = file == "-" ? "standard input" : file;
            try {
                requests.push_back(
                    x509::Request::parse(io::read_file(file, x509::request_max_bytes), object));
            } catch (const Error& error) {
                errors.push_back(error);
            }
        }
        if (errors.empty())
            return requests;
        Error first = errors.front();
        for (std::size_t i = 1; i < errors.size(); ++i)
            first.findings.push_back({Severity::error, "request", errors[i].object, errors[i].reason});
        throw first;
    }

    std::vector<policy::Planned> plan(authority::Ca& ca, const authority::Run& run,
                                      const std::vector<x509::Request>& requests) const {
        policy::SigningOptions options = signing_.options();
        if (!name_.empty())
            options.name = name_;
        options.request_sans = policy::parse_request_sans(csr_san_);
        std::vector<policy::Planned> plans;
        for (const x509::Request& request : requests)
            plans.push_back(policy::plan_certificate(ca.config(), signing_.profile(ca), request, options,
                                                     authority::facts(ca, run, &request.key)));
        for (policy::Planned& planned : plans)
            authority::doubt_name(ca, run, planned);
        return plans;
    }

    // All or none: one refused request of several refuses them all, before anything is signed.
    std::vector<policy::CertificatePlan> granted_all(authority::Ca& ca, const authority::Run& run,
                                                     std::vector<policy::Planned> plans) const {
        std::optional<Error> refused;
        std::vector<policy::CertificatePlan> granted_plans;
        for (std::size_t i = 0; i < plans.size(); ++i) {
            try {
                granted_plans.push_back(granted(files_[i], std::move(plans[i])));
                authority::refuse_taken_name(ca, run, granted_plans.back());
            } catch (Error& error) {
                name_request(error, files_[i]);
                if (!refused)
                    refused = error;
                else
                    refused->findings.insert(refused->findings.end(), error.findings.begin(),
                                             error.findings.end());
            }
        }
        if (refused)
            throw Error(*refused);
        refuse_same_file(granted_plans);
        return granted_plans;
    }

    // With several requests each finding says whose it is.
    void name_request(Error& error, const std::string& file) const {
        if (files_.size() == 1)
            return;
        for (Finding& finding : error.findings)
            finding.subject = file + ": " + finding.subject;
        if (error.findings.empty())
            error.findings.push_back(
                {Severity::error, "name-taken", file, error.object + " " + error.reason});
    }

    void refuse_same_file(const std::vector<policy::CertificatePlan>& plans) const {
        std::set<io::Path> taken;
        for (const policy::CertificatePlan& plan : plans)
            if (!out_.empty() && !taken.insert(file_of(out_, plan.name(), ".crt")).second)
                throw Error(Code::refused, plan.name(),
                            "several of the requests would be written to one file",
                            "sign them one by one, with --name or other folders");
    }

    int print_dry_run(Session& session, const std::vector<policy::Planned>& plans) const {
        int status = 0;
        Json array = Json::array();
        for (std::size_t i = 0; i < plans.size(); ++i) {
            if (session.json())
                array.push_back(plan_json(files_[i], plans[i]));
            else
                print_plan(session, files_[i], plans[i]);
            if (!plans[i].plan)
                status = static_cast<int>(Code::refused);
        }
        if (session.json())
            session.out.json(plans.size() == 1 ? array.front() : array);
        return status;
    }

    int sign(Session& session, authority::Ca& ca, const authority::Run& run,
             const std::vector<x509::Request>& requests,
             const std::vector<policy::CertificatePlan>& plans) const {
        Json array = Json::array();
        std::vector<store::Certificate> issued;
        std::optional<Error> failure;
        for (std::size_t i = 0; i < plans.size() && !failure; ++i) {
            try {
                issued.push_back(
                    authority::issue(ca, run, plans[i], requests[i].key, deliveries(ca, plans[i])));
                ca.forget_passphrase(); // before commands are told, which may take long
                deliver(session, ca, issued.back(), array);
            } catch (const Error& error) {
                failure = error; // those before it are signed, and told
            }
        }
        renew_site_folders_after_issue(ca, session.now());
        if (session.json() && !array.empty())
            print_json(session, plans.size() == 1 ? array.front() : array, issued.back());
        const bool all_arrived = deploy_now(session, ca, issued);
        if (failure)
            throw Error(*failure);
        return static_cast<int>(all_arrived ? Code::done : Code::failed);
    }

    // Its key is with whoever made the request.
    authority::IssueOptions deliveries(const authority::Ca& ca, const policy::CertificatePlan& plan) const {
        authority::IssueOptions options;
        options.deliveries = authority::deploy_deliveries(ca.config(), plan.profile(), plan.deployments());
        if (!out_.empty())
            options.certificate_file = std::filesystem::absolute(file_of(out_, plan.name(), ".crt"));
        return options;
    }

    // Its file, or its PEM on standard output. A failure tells how to get at what is recorded already.
    void deliver(Session& session, const authority::Ca& ca, const store::Certificate& certificate,
                 Json& array) const {
        const std::string pem = authority::chain_pem(ca, certificate);
        try {
            const std::string file = write(certificate, pem);
            if (session.json()) {
                array.push_back(issued_json(certificate, file, {}));
                if (out_.empty())
                    array.back()["certificate"] = pem;
            } else {
                out_.empty() ? session.out.raw(pem) : print_issued(session, certificate, file, {});
                session.out.flush();
            }
        } catch (const Error& error) {
            throw_undelivered(error, certificate, KeyFate::elsewhere);
        }
    }

    static void print_json(Session& session, const Json& value, const store::Certificate& last) {
        try {
            session.out.json(value);
            session.out.flush();
        } catch (const Error& error) {
            throw_undelivered(error, last, KeyFate::elsewhere);
        }
    }

    std::string write(const store::Certificate& certificate, const std::string& pem) const {
        if (out_.empty())
            return {};
        const io::Path file = file_of(out_, certificate.name, ".crt");
        io::make_folder(out_, 0755);
        io::write_file(file, pem, io::Mode::public_file);
        return file;
    }

    SigningFlags signing_;
    std::vector<std::string> files_;
    std::string name_, csr_san_;
    io::Path out_;
};

} // namespace

std::unique_ptr<Command> make_sign() {
    return make_command<Sign>();
}

} // namespace mtlsca::app
