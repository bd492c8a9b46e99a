"""Two years of a CA that nobody looks at but cron: no client is locked out, no CRL expires, no revocation is lost.

A fleet of 500 hosts, each with a certificate in a folder of its own. Every night, not quite punctually, cron runs
`crl --if-due`, `renew --due` and `status`. Meanwhile hosts are down for weeks and take no files, one delivery fails
for days although its host is up, the root's key lies in a safe, an operator revokes what was stolen, and the issuing
CA is rolled over. Each morning the fleet is looked at as relying parties see it, at the moment before the next run,
when everything is at its oldest:

- each host that is up has a certificate that openssl lets in, with the trust and the CRLs that are published,
- each CRL is still good, and no CRL number goes backwards,
- whatever was revoked and has not expired is in the CRL.

MTLSCA=path/to/mtlsca MTLSCA_TEST_CLOCK=path/to/libcli_clock.so [MTLSCA_SEED=number] [DAYS=730] [HOSTS=500]
python3 two_years_test.py

CI runs a shorter time with fewer hosts, in which each of these events still happens; all of it is in the preset nightly.
"""
import datetime
import json
import os
import random
import sys

from world import FIRST_NIGHT, Failed, Host, World, from_rfc3339

DAYS = int(os.environ.get("DAYS", "730"))
HOSTS = int(os.environ.get("HOSTS", "500"))
SEED = int(os.environ.get("MTLSCA_SEED", random.SystemRandom().randrange(10**6)))
chance = random.Random(SEED)

# What happens when, in days from the first.
REFUSED_DELIVERY = range(100, 104)  # its host is up, and takes nothing
LONG_OUTAGES = ((150, 45), (400, 45))  # longer than a renewal is ahead: the old certificate expires meanwhile
ROLLOVER = {240: "prepare", 254: "activate", 300: "retire"}
EVERYTHING_HAPPENED = 400  # each of these at least once, and the old issuing CA has no certificate left
days_until_the_safe_is_opened = 5  # somebody has to be found who may


def plan_outages(hosts):
    """Who is down, night by night: about ten hosts at any time, for a day up to three weeks."""
    down = {day: set() for day in range(DAYS)}

    def take_down(host, first, length):
        for day in range(first, min(first + length, DAYS)):
            down[day].add(host)

    for day in range(DAYS):
        if chance.random() < 1.0 * len(hosts) / 500:
            take_down(chance.choice(hosts), day, chance.randint(1, 21))
    for first, length in LONG_OUTAGES:
        take_down(chance.choice(hosts), first, length)
    return down


def found(fleet):
    """The CA and its fleet, issued over the first weeks as fleets grow; the root's key goes into a safe."""
    world = World()
    world.now = FIRST_NIGHT
    world.must("init", "--name", "Acme", "--no-passphrase")
    world.close_safe()
    for number in range(fleet):
        world.now = FIRST_NIGHT + datetime.timedelta(hours=number * 24 * 20 // fleet)
        is_server = number % 20 == 0
        host = Host(world, f"server-{number}.example.com" if is_server else f"svc-{number}", is_server)
        world.hosts[host.name] = host
        world.must("issue", host.name, "--profile", "server" if is_server else "client", "--owner",
                   f"team-{number % 7}", "--out", host.folder, *([] if is_server else ["--ou", "Client"]))
        host.take(f"{host.folder}/{host.name}.crt")
    return world


def steal_one(world):
    """A laptop is gone, and its key with it: all of its certificates are revoked, and the host gets a new one."""
    host = chance.choice([host for host in world.hosts.values() if host.is_up])
    live = world.live(host)
    world.must("revoke", *(one["serial"] for one in live), "--reason", "keyCompromise")
    world.revoked += [(one["serial"], from_rfc3339(one["not_after"])) for one in live]
    world.stolen += 1
    arguments = [] if host.is_server else ["--ou", "Client"]
    world.must("issue", host.name, "--profile", "server" if host.is_server else "client", "--out", host.folder,
               "--force", *arguments)
    host.take(f"{host.folder}/{host.name}.crt")


def night(world):
    """What cron does. What fails is tried again the next night. Whether the root's CRL wants its key."""
    published = world.run("crl", "--if-due", allow={0, 6})  # 6: the root's CRL is due, and its key is in the safe
    world.run("renew", "--due", "--out", world.renewed, "--exec", f"sh {world.deliver}", "--revoke-old-after", "7d",
              allow={0, 1})
    status = world.status()
    if status["exit"] not in (0, 10):
        raise Failed(f"status is critical: {json.dumps(status)[:2000]}")
    return published.returncode == 6


def main():
    world = found(HOSTS)
    down = plan_outages(list(world.hosts))
    victim = chance.choice(list(world.hosts))
    root_warned_on = None
    for day in range(20, DAYS):
        world.begin_night(day, jitter=datetime.timedelta(minutes=chance.uniform(0, 25)))
        refused = {victim} if day in REFUSED_DELIVERY else set()
        world.set_down(down[day], refused)
        if chance.random() < 0.1:
            steal_one(world)
        if day in ROLLOVER:
            world.rollover(ROLLOVER[day])
        root_is_due = night(world)
        if day % 30 == 0:
            world.expect_nothing_to_renew()
        if root_is_due:
            root_warned_on = root_warned_on or day
            if day >= root_warned_on + days_until_the_safe_is_opened:
                world.carry_root_crl()
                root_warned_on = None
        world.read_crls()
        world.look_at_fleet(day)
    world.expect_all_delivered()
    if DAYS >= EVERYTHING_HAPPENED:
        world.expect_everything_happened()
    print(f"{DAYS} days, {HOSTS} hosts: {world.renewals()} renewals, {world.stolen} stolen, "
          f"{world.superseded()} superseded and revoked, {world.crl_numbers} the last CRL numbers, "
          f"{world.root_visits} visits to the safe; nobody was locked out")


if __name__ == "__main__":
    print(f"MTLSCA_SEED={SEED}", flush=True)
    try:
        main()
    except Failed as problem:
        print(f"FAIL: {problem}")
        sys.exit(1)
    finally:
        World.remove_all()
