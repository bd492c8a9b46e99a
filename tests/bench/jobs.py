"""The jobs of the table, one function each: what is run beside what, and the limit."""
import os
import subprocess
import time

import peers
from growth import job_growth
from inventories import MTLSCA, ask, certificates, expect, mtlsca
from measurement import Broken, Plan, bench_program, must

THREADS = os.cpu_count() or 1


def issue(world, home, name):
    return mtlsca(home, "issue", name, "--profile", "server", "--out", world.leaves, "--force")


def job_1(world, results):
    """1: issue of one server certificate, beside openssl's three commands and other peers"""
    rounds = world.size["short"]
    openssl = peers.OpensslCa(world.path("openssl"))
    home = world.empty("issue")
    plan = Plan(world.folder).add("mtlsca issue", issue(world, home, "m{round}.test"))
    plan.add("openssl genpkey, req, ca", *openssl.issue_steps("o{round}.test"))
    found, missing = peers.others(world.path("peers"))
    for name, peer in found.items():
        plan.add(name, *peer.steps(f"{name}{{round}}.test"))
    costs = plan.add("mtlsca version", [MTLSCA, "version"]).run(rounds)
    expect("certificates of mtlsca", rounds, certificates(home))
    expect("certificates of openssl", rounds, openssl.rows())
    for name, peer in found.items():
        expect(f"certificates of {name}", rounds, peer.made())
    results.keep(1, costs)
    results.ratio(1, "issue / openssl genpkey, req, ca", costs, "mtlsca issue", "openssl genpkey, req, ca", 0.6)
    results.ratio(1, "the same in processor time", costs, "mtlsca issue", "openssl genpkey, req, ca",
                  what="processor_seconds")
    for name in found:
        results.ratio(1, f"issue / {name}", costs, "mtlsca issue", name)
    if missing:
        results.note(f"not installed, so not measured: {', '.join(missing)}")


def job_2(world, results):
    """2: issue with a large inventory, beside an empty one"""
    rounds, large = world.size["short"], world.large()
    openssl = peers.OpensslCa(world.path("openssl-large"), entries=world.size["large"])
    plan = Plan(world.folder).add("issue, empty", issue(world, world.empty("issue-2"), "a{round}.test"))
    plan.add("issue, large", issue(world, large, "a{round}.test"))
    costs = plan.run(rounds)
    results.keep(2, costs)
    results.ratio(2, "issue with a large inventory / empty", costs, "issue, large", "issue, empty", 1.15)
    name = "o{round}.test"
    must(openssl.request_steps("o1.test")[0])
    must(openssl.request_steps("o1.test")[1])
    costs = Plan(world.folder).add("openssl ca, large", openssl.ca_step(name)) \
        .add("issue, large ", issue(world, large, "b{round}.test")).run(1)
    results.keep(2, costs)
    results.ratio(2, "issue / openssl ca alone, both large", costs, "issue, large ", "openssl ca, large")


def has_batch():
    return "mtlsca batch" in must([MTLSCA, "batch", "--help"])


def write_names(path, count):
    with open(path, "w", encoding="utf-8") as file:
        file.write("name\n")
        file.writelines(f"batch-{number:08}\n" for number in range(count))


def job_3_4_12(world, results):
    """3, 4, 12: batch with new keys, to one stream and to files, beside the floor; size on disk"""
    write_names(world.path("names.csv"), world.size["batch"])
    known = has_batch()
    costs = measure_batch(world, results, 3, "stream", known, world.size["long"])
    if known:
        results.row(3, "peak memory of batch", costs.peak_megabytes("batch, stream"), 64, unit=" MB")
    measure_disk(world, results, world.path(f"stream-{'batch' if known else 'floor'}-1"))
    measure_batch(world, results, 4, "files", known, world.size["long"])


def measure_batch(world, results, job, what, known, rounds):
    count, makers = world.size["batch"], ["floor", "batch"] if known else ["floor"]
    for maker in makers:
        for number in range(1, rounds + 1):
            world.empty(f"{what}-{maker}-{number}")
            os.makedirs(world.path(f"{what}-out-{maker}-{number}"))
    plan = Plan(world.folder)
    commands = {
        "floor": bench_program("floor_batch", world.path(f"{what}-floor-{{round}}"), count, THREADS),
        "batch": mtlsca(world.path(f"{what}-batch-{{round}}"), "batch", world.path("names.csv"), "--jobs", THREADS),
    }
    for maker in makers:
        out = world.path(f"{what}-out-{maker}-{{round}}")
        if job == 4:
            commands[maker] += [out] if maker == "floor" else ["--out", out]
        plan.add(f"{maker}, {what}", commands[maker], output=world.path(f"{maker}.stream"))
    costs = plan.run(rounds)
    results.keep(job, costs)
    for maker in makers:
        expect(f"certificates of {maker}", count, certificates(world.path(f"{what}-{maker}-{rounds}")))
        if job == 4:
            expect(f"files of {maker}", 2 * count, len(os.listdir(world.path(f"files-out-{maker}-{rounds}"))))
        must(["sh", "-c", 'rm -rf "$1"*', "sh", world.path(f"{what}-out-{maker}-")])
    if known:
        results.ratio(job, f"speed of batch, {what}, in units of the floor", costs, f"batch, {what}",
                      f"floor, {what}", 0.6, at_least=True)
    else:
        results.note(f"{job}: this mtlsca has no batch; the floor alone was measured")
    return costs


def measure_disk(world, results, home):
    must(mtlsca(home, "db", "check"))
    before = os.path.getsize(world.path("model", "mtlsca.db"))
    count = certificates(home)
    each = (os.path.getsize(f"{home}/mtlsca.db") - before) / count
    der = ask(home, "SELECT avg(length(der)) FROM certificate_der")
    results.row(12, "octets on disk of a certificate / its DER", each / der, 2.0)
    results.note(f"12: a certificate of {der:.0f} octets costs {each:.0f} on disk; 100,000,000 of them would need "
                 f"{each * 1e8 / 1e9:.0f} GB, and as much again for a backup beside them")


def job_5(world, results):
    """5: batch of requests, beside a loop of parse, proof of possession and signature"""
    rounds, count = world.size["long"], world.size["requests"]
    os.makedirs(world.path("requests"))
    must(bench_program("make_requests", world.path("requests"), count))
    plan = Plan(world.folder).add("floor, requests", bench_program("floor_requests", world.path("model"),
                                                                   world.path("requests"), THREADS))
    known = has_batch()
    for number in range(1, rounds + 1):
        world.empty(f"requests-{number}")
    if known:
        plan.add("batch, requests", mtlsca(world.path("requests-{round}"), "batch", "--csr-dir",
                                           world.path("requests"), "--jobs", THREADS))
    costs = plan.run(rounds)
    results.keep(5, costs)
    if not known:
        results.note("5: this mtlsca has no batch; the floor alone was measured")
        return
    expect("certificates for requests", count, certificates(world.path("requests-1")))
    results.ratio(5, "speed of batch of requests in units of the floor", costs, "batch, requests", "floor, requests",
                  0.7, at_least=True)


def job_6(world, results):
    """6: CRLs, beside the streamed floor and openssl ca -gencrl"""
    sizes = world.size["revoked"]
    for count in sizes:
        home = world.inventory(0, count)
        rounds = world.size["long"] if count > 100_000 else world.size["short"]
        plan = Plan(world.folder).add(f"crl, {count:,}", mtlsca(home, "crl"))
        plan.add(f"floor, {count:,}", bench_program("floor_crl", home, world.path("floor.crl")))
        if count == sizes[-1]:
            openssl = peers.OpensslCa(world.path("openssl-crl"), count, count)
            plan.add(f"openssl ca -gencrl, {count:,}", openssl.crl_step())
        costs = plan.run(rounds)
        for crl, issuer in ((f"{home}/crl/issuing.crl", home), (world.path("floor.crl"), world.path("model"))):
            check_crl(crl, f"{issuer}/issuing.crt", count)
        results.keep(6, costs)
        results.ratio(6, f"crl of {count:,} / streamed floor", costs, f"crl, {count:,}", f"floor, {count:,}", 2)
        results.row(6, f"peak memory of crl with {count:,}", costs.peak_megabytes(f"crl, {count:,}"), 32, unit=" MB")
        if count == sizes[-1]:
            results.ratio(6, f"crl of {count:,} / openssl ca -gencrl", costs, f"crl, {count:,}",
                          f"openssl ca -gencrl, {count:,}", 0.1)
        world.forget(0, count)


def check_crl(path, issuer, entries):
    """openssl's opinion of the signature; the number of entries by reading one of moderate size."""
    if entries > 100_000:
        if os.path.getsize(path) < 40 * entries:
            raise Broken(f"{path} is too short for {entries} entries")
        return
    text = must(["openssl", "crl", "-inform", "DER", "-in", path, "-CAfile", issuer, "-noout", "-text"])
    expect(f"entries of {path}", entries, text.count("Serial Number:"))


def job_7_9(world, results):
    """7, 9: crl --if-due, list and show with a large inventory, beside mtlsca version"""
    large = world.large()
    serial = ask(large, "SELECT hex(serial) FROM certificate WHERE name = 'client-00000100'")
    must(mtlsca(large, "crl")) # nothing is due afterwards
    plan = Plan(world.folder).add("mtlsca version", [MTLSCA, "version"])
    plan.add("crl --if-due", mtlsca(large, "crl", "--if-due"))
    plan.add("list --expiring 7d --limit 100", mtlsca(large, "list", "--expiring", "7d", "--limit", 100))
    plan.add("show SERIAL", mtlsca(large, "show", serial))
    costs = plan.run(world.size["short"])
    results.keep(7, costs)
    for job, name in ((7, "crl --if-due"), (9, "list --expiring 7d --limit 100"), (9, "show SERIAL")):
        results.ratio(job, f"{name} / version", costs, name, "mtlsca version", 2)


def job_8(world, results):
    """8: revoke --no-crl with a large inventory, beside an empty one"""
    rounds, large, small = world.size["short"], world.large(), world.empty("revoke")
    for home in (large, small):
        for number in range(1, rounds + 1):
            must(issue(world, home, f"revoke{number}.test"))
    plan = Plan(world.folder)
    for name, home in (("revoke, empty", small), ("revoke, large", large)):
        plan.add(name, mtlsca(home, "revoke", "cn:revoke{round}.test", "--no-crl"))
    costs = plan.run(rounds)
    results.keep(8, costs)
    results.ratio(8, "revoke --no-crl with a large inventory / empty", costs, "revoke, large", "revoke, empty", 1.5)


def seconds_to_first_row(home):
    started = time.monotonic()
    with subprocess.Popen(mtlsca(home, "list", "--format", "json"), stdout=subprocess.PIPE) as process:
        if not process.stdout.read(200).startswith(b"[\n  {"):
            raise Broken("list prints no array")
        first = time.monotonic() - started
        process.stdout.close()
        process.terminate()
    return first


def job_10(world, results):
    """10: list --format json of a large inventory"""
    large = world.large()
    rows = ask(large, "SELECT count(*) FROM certificate")
    costs = Plan(world.folder).add("list --format json", mtlsca(large, "list", "--format", "json")) \
        .add("mtlsca version", [MTLSCA, "version"]).run(world.size["long"])
    results.keep(10, costs)
    seconds = costs.of("list --format json")
    # A thousand rows are printed before a process of ours has started properly: no limit at small sizes.
    results.row(10, "list --format json, rows a second",
                {"median": rows / seconds["median"], "low": rows / seconds["high"], "high": rows / seconds["low"]},
                100_000, at_least=True)
    results.row(10, "peak memory of list --format json", costs.peak_megabytes("list --format json"), 32, unit=" MB")
    first = sorted(seconds_to_first_row(large) for _ in range(5))
    # What Python takes to start a process is in it.
    results.row(10, "seconds to the first row", {"low": first[0], "median": first[2], "high": first[4]}, 0.1, unit=" s")


def job_11(world, results):
    """11: many issues at once, beside openssl ca behind flock"""
    count, rounds = world.size["at_once"], world.size["long"]
    home, openssl = world.empty("crowd"), peers.OpensslCa(world.path("openssl-crowd"))
    script = world.path("locked.sh")
    steps = [" ".join(f"'{word}'" for word in step).replace("NAME", '\'"$1"\'')
             for step in openssl.issue_steps("NAME")]
    with open(script, "w", encoding="utf-8") as file:
        file.write(f"set -e\n{steps[0]}\n{steps[1]}\nflock {world.path('lock')} {steps[2]}\n")

    def crowd(command):
        return ["sh", "-c", f"seq {count} | xargs -P {count} -I @ {command}"]

    plan = Plan(world.folder).add(f"{count} issues at once", crowd(" ".join(issue(world, home, "x{round}-@.test"))))
    plan.add(f"{count} openssl at once", crowd(f"sh {script} x{{round}}-@.test 2>/dev/null"))
    costs = plan.run(rounds)
    results.keep(11, costs)
    expect("certificates of the crowd", count * rounds, certificates(home))
    expect("certificates of openssl's crowd", count * rounds, openssl.rows())
    results.ratio(11, f"{count} issues at once / openssl ca behind flock", costs, f"{count} issues at once",
                  f"{count} openssl at once", 1.0)


ALL = [job_1, job_2, job_3_4_12, job_5, job_6, job_7_9, job_8, job_10, job_11, job_growth]
