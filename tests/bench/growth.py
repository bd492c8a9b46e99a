"""What grows with the inventory: the same commands at each size."""
import os
import shutil

from inventories import MTLSCA, mtlsca
from measurement import Plan, must
from results import rounded


def milliseconds(costs, name):
    return rounded(costs.of(name)["median"] * 1000) + " ms"


def measure(world, results, size):
    valid, revoked = size * 9 // 10, size // 10
    home = world.inventory(valid, revoked)
    rounds = world.size["short"] if size < 1_000_000 else world.size["long"]
    for number in range(1, rounds + 1):
        must(mtlsca(home, "issue", f"grown{number}", "--out", world.leaves, "--force"))
    plan = Plan(world.folder).add("version", [MTLSCA, "version"])
    plan.add("issue", mtlsca(home, "issue", "growing{round}", "--out", world.leaves, "--force"))
    plan.add("revoke", mtlsca(home, "revoke", "cn:grown{round}", "--no-crl"))
    plan.add("list", mtlsca(home, "list", "--expiring", "7d", "--limit", 100))
    costs = plan.run(rounds)
    long_plan = Plan(world.folder).add("crl", mtlsca(home, "crl"))
    long_plan.add("all", mtlsca(home, "list", "--format", "json"))
    long_plan.add("status", mtlsca(home, "status"))
    long_plan.add("backup", mtlsca(home, "db", "backup", world.path("backups"), "--keep", 1))
    long_costs = long_plan.run(1)
    shutil.rmtree(world.path("backups"))
    figures = {name: milliseconds(costs, name) for name in ("issue", "revoke", "list")}
    figures["crl"] = f"{milliseconds(long_costs, 'crl')}, {long_costs.peak_megabytes('crl'):.0f} MB"
    figures["list, all as JSON"] = f"{milliseconds(long_costs, 'all')}, {long_costs.peak_megabytes('all'):.0f} MB"
    figures["db backup"] = f"{milliseconds(long_costs, 'backup')}, {long_costs.peak_megabytes('backup'):.0f} MB"
    figures["status"] = milliseconds(long_costs, "status")
    figures["on disk"] = rounded(os.path.getsize(f"{home}/mtlsca.db") / 1e6) + " MB"
    results.growth[str(size)] = figures
    if size != world.size["large"]:
        world.forget(valid, revoked)


def job_growth(world, results):
    """growth: issue, revoke, list, crl and backup at each size, a tenth revoked"""
    for size in world.size["growth"]:
        needed = size * 3000 # octets: the database, its backup, CRLs, and what a backup is copied through
        free = shutil.disk_usage(world.folder).free
        if free < needed:
            results.note(f"growth: {size:,} certificates were left out: {needed / 1e9:.0f} GB are needed in "
                         f"{world.folder}, {free / 1e9:.0f} GB are free")
            continue
        measure(world, results, size)
