# Blocks of tls_connections → what a connection costs at each site, and ratios to the site "none".
# Ratios are taken within a round, so that a busy moment of the machine is in both of a pair.
def quantile($share): sort | .[((length - 1) * $share) | round];
def spread: {median: quantile(0.5), low: quantile(0.1), high: quantile(0.9)};
def ratios($site; $field): [group_by(.round)[] | INDEX(.site) | .[$site][$field] / .none[$field]] | spread;

. as $blocks
| {
    sites: (group_by(.site) | map({key: .[0].site, value: {
        connections: (map(.connections) | add),
        microseconds: (map(.microseconds) | spread),
        worker_microseconds: (map(.worker_microseconds) | spread)
    }}) | from_entries),
    ratios: (["map", "crl"] | map(. as $site | {key: ., value: {
        time: ($blocks | ratios($site; "microseconds")),
        worker: ($blocks | ratios($site; "worker_microseconds"))
    }}) | from_entries)
}
