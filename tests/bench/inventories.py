"""CAs of mtlsca to measure with: empty ones, and ones with inventories of any size."""
import os
import shutil
import sqlite3

from measurement import Broken, bench_program, must, tell

MTLSCA = os.environ.get("MTLSCA", "mtlsca")


def mtlsca(home, *words):
    return [MTLSCA, "--home", home, *map(str, words)]


class World:
    def __init__(self, folder, size):
        self.folder = folder
        self.size = size
        self.leaves = self.path("leaves") # where issue writes
        self.filled = {}
        os.makedirs(self.leaves)
        must(mtlsca(self.path("model"), "init", "--name", "Bench", "--no-passphrase"))

    def path(self, *words):
        return os.path.join(self.folder, *words)

    def empty(self, name):
        """A fresh CA; all have the same keys, so that nothing but the inventory differs."""
        shutil.rmtree(self.path(name), ignore_errors=True)
        shutil.copytree(self.path("model"), self.path(name))
        return self.path(name)

    def inventory(self, valid, revoked):
        """Made once; jobs may add to it."""
        name = f"inventory-{valid}-{revoked}"
        if name not in self.filled:
            tell(f"   making {valid + revoked:,} certificates, {revoked:,} of them revoked")
            home = self.empty(name)
            must(bench_program("fill_inventory", home, valid, revoked))
            must(mtlsca(home, "crl"))
            if valid + revoked <= 5_000: # proven where that takes no time: the program that makes them is the same
                must(mtlsca(home, "db", "check"))
            self.filled[name] = home
        return self.filled[name]

    def forget(self, valid, revoked):
        home = self.filled.pop(f"inventory-{valid}-{revoked}", None)
        if home:
            shutil.rmtree(home)

    def large(self):
        return self.inventory(self.size["large"] * 9 // 10, self.size["large"] // 10)


def ask(home, sql):
    """One value of the database, which nobody writes meanwhile."""
    with sqlite3.connect(f"file:{home}/mtlsca.db?mode=ro", uri=True) as database:
        return database.execute(sql).fetchone()[0]


def certificates(home):
    return ask(home, "SELECT count(*) FROM certificate_der")


def expect(what, wanted, found):
    if wanted != found:
        raise Broken(f"{what}: {found}, expected {wanted}")
