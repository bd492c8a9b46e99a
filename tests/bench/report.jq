# Figures of nginx_revocation.sh → Markdown.
def rounded($digits): pow(10; $digits) as $scale | . * $scale | round / $scale;
def spread($digits): "\(.median | rounded($digits)) (\(.low | rounded($digits)) to \(.high | rounded($digits)))";
def mebibytes: . / 1024 | rounded(0);
def command: "\(.seconds) s, \(.peak_kilobytes | mebibytes) MiB";
def memory: "\(.master_kilobytes | mebibytes) / \(.worker_kilobytes | mebibytes) / \(.worker_private_kilobytes | mebibytes)";

. as $all | .connections as $connections | $connections.ratios as $ratios
| def each($title; $of; cell): ["none", "map", "crl"] | "| \($title) | \(map(. as $site | $of[$site] | cell) | join(" | ")) |";
"\(.entries) revoked certificates, \(.date): \(.machine); \(.versions)",
"",
"| | none | map | crl |",
"| --- | --- | --- | --- |",
each("connection + request, µs"; $connections.sites; .microseconds | spread(0)),
each("of it the worker's processor time, µs"; $connections.sites; .worker_microseconds | spread(0)),
each("connections measured"; $connections.sites; .connections),
"| time, ratio to none | 1 | \($ratios.map.time | spread(3)) | \($ratios.crl.time | spread(1)) |",
"| worker, ratio to none | 1 | \($ratios.map.worker | spread(3)) | \($ratios.crl.worker | spread(1)) |",
each("`nginx -t`"; $all; .test | command),
each("start to first answer, s"; $all; .start_seconds | rounded(2)),
each("reload until the old worker is gone, s"; $all; .reload_seconds | rounded(2)),
each("memory after start, MiB: master / worker / worker alone"; $all; .after_start | memory),
each("after the connections"; $all; .after_load | memory),
each("after a reload"; $all; .after_reload | memory),
"| `mtlsca nginx site` | | \(.map.write | command) | \(.crl.write | command) |",
"",
"| | |",
"| --- | --- |",
"| `mtlsca crl` | \(.publish | command) |",
"| `mtlsca issue` with one folder to renew | \(.issue | command) |",
"| `mtlsca revoke` with one folder to renew | \(.revoke | command) |",
"| mtlsca.db | \(.bytes.database / 1e6 | rounded(2)) MB |",
"| issuing.crl (DER) | \(.bytes.crl / 1e6 | rounded(2)) MB |",
"| bundle.pem | \(.bytes.bundle / 1e6 | rounded(2)) MB |",
"| revoked.map | \(.bytes.revoked_map / 1e6 | rounded(2)) MB |"
