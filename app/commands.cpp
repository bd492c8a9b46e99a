#include "commands.h"

namespace mtlsca::app {

const std::vector<CommandRow>& command_table() {
    static const std::vector<CommandRow> table{
        {"init", "Make a CA: root, issuing CA, settings, database, first CRLs", make_init},
        {"issue", "Make a key and its certificate", make_issue},
        {"sign", "Certify requests made elsewhere", make_sign},
        {"renew", "The same again with a new validity, for some or for all that are due", make_renew},
        {"list", "The inventory: what was issued, to whom, until when", make_list},
        {"annotate", "Say anew who owns certificates, their labels and networks", make_annotate},
        {"show", "A certificate, request, CRL or live endpoint in words", make_show},
        {"verify", "Would this certificate get in: chain, dates, revocation", make_verify},
        {"revoke", "Take certificates back for good and publish the CRL", make_revoke},
        {"hold", "Take certificates back for the time being", make_hold},
        {"unhold", "Give held certificates back", make_unhold},
        {"crl", "Publish new CRLs and the bundle that nginx reads", make_crl},
        {"crl show", "A CRL in words", make_crl_show},
        {"crl check", "Would nginx accept this bundle now, and until when", make_crl_check},
        {"export", "PKCS#12 for browsers and devices, PEM, DER, PKCS#7, Secrets of Kubernetes", make_export},
        {"deploy", "Bring certificates to where they are used, and tell who uses them", make_deploy},
        {"nginx", "Configuration for nginx", nullptr},
        {"nginx site", "Write the configuration of a site with mutual TLS", make_nginx_site},
        {"nginx apply", "Bring what changed into the running nginx, all or nothing", make_nginx_apply},
        {"nginx check", "What a configuration lets in, and whom it locks out", make_nginx_check},
        {"nginx drill", "Prove on a live server that a revoked client is out", make_nginx_drill},
        {"nginx logrotate", "Configuration of logrotate for the logs of all sites", make_nginx_logrotate},
        {"explain", "Who it was, why nginx let it in or refused it, what to do", make_explain},
        {"audit", "The tamper-evident log", nullptr},
        {"audit show", "Who changed what, and when", make_audit_show},
        {"audit verify", "Prove that nothing in the log was edited, removed or cut", make_audit_verify},
        {"db", "The store: proven, backed up, restored, upgraded", nullptr},
        {"db check", "Prove that database, files and CRLs agree", make_db_check},
        {"db backup", "Back the CA up while it works, and read the backup back", make_db_backup},
        {"db restore", "Put a backup in place, and keep revoked what was revoked since", make_db_restore},
        {"db upgrade", "Bring the database of an older mtlsca to this version", make_db_upgrade},
        {"ca", "The CA's own certificates: renewal, rollover, an offline root", nullptr},
        {"ca list", "The CAs there are, and which part each of them plays", make_ca_list},
        {"ca renew", "A CA's certificate for longer, with the same key", make_ca_renew},
        {"ca rollover", "A new CA takes over from the old one, step by step", make_ca_rollover},
        {"ca request", "A request for a CA's certificate, for a root whose key is elsewhere",
         make_ca_request},
        {"ca sign", "Sign such a request where the root's key is", make_ca_sign},
        {"ca install", "Take the certificate that came back", make_ca_install},
        {"ca root-crl", "The CRL of a root whose key is elsewhere: request, sign, install", make_ca_root_crl},
        {"completion", "Completion for bash, zsh or fish", make_completion},
        {"version", "The version of mtlsca and of what it uses", make_version},
    };
    return table;
}

} // namespace mtlsca::app
