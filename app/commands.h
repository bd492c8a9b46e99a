// The commands, each in the file of its name.
#pragma once

#include "command.h"

namespace mtlsca::app {

std::unique_ptr<Command> make_init();
std::unique_ptr<Command> make_issue();
std::unique_ptr<Command> make_sign();
std::unique_ptr<Command> make_batch();
std::unique_ptr<Command> make_renew();
std::unique_ptr<Command> make_list();
std::unique_ptr<Command> make_annotate();
std::unique_ptr<Command> make_report();
std::unique_ptr<Command> make_show();
std::unique_ptr<Command> make_revoke();
std::unique_ptr<Command> make_hold();
std::unique_ptr<Command> make_unhold();
std::unique_ptr<Command> make_crl();
std::unique_ptr<Command> make_crl_show();
std::unique_ptr<Command> make_crl_check();
std::unique_ptr<Command> make_export();
std::unique_ptr<Command> make_deploy();
std::unique_ptr<Command> make_nginx_site();
std::unique_ptr<Command> make_nginx_apply();
std::unique_ptr<Command> make_nginx_check();
std::unique_ptr<Command> make_nginx_drill();
std::unique_ptr<Command> make_nginx_logrotate();
std::unique_ptr<Command> make_explain();
std::unique_ptr<Command> make_verify();
std::unique_ptr<Command> make_status();
std::unique_ptr<Command> make_schedule_systemd();
std::unique_ptr<Command> make_schedule_cron();
std::unique_ptr<Command> make_schedule_github();
std::unique_ptr<Command> make_schedule_gitlab();
std::unique_ptr<Command> make_ocsp_serve();
std::unique_ptr<Command> make_ocsp_respond();
std::unique_ptr<Command> make_ocsp_presign();
std::unique_ptr<Command> make_audit_show();
std::unique_ptr<Command> make_audit_verify();
std::unique_ptr<Command> make_db_check();
std::unique_ptr<Command> make_db_backup();
std::unique_ptr<Command> make_db_restore();
std::unique_ptr<Command> make_db_upgrade();
std::unique_ptr<Command> make_ca_list();
std::unique_ptr<Command> make_ca_renew();
std::unique_ptr<Command> make_ca_rollover();
std::unique_ptr<Command> make_ca_request();
std::unique_ptr<Command> make_ca_sign();
std::unique_ptr<Command> make_ca_install();
std::unique_ptr<Command> make_ca_root_crl();
std::unique_ptr<Command> make_completion();
std::unique_ptr<Command> make_version();

} // namespace mtlsca::app
