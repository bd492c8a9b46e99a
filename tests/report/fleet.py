"""A CA with a fleet: every state of a certificate, hostile names, as many rows as a test wants.

The CA is made by mtlsca; what is to be many, or is refused by policy because it is hostile, goes into the database by
SQL, as a database that came from elsewhere would have it.
"""
import datetime
import os
import sqlite3
import subprocess

NOW = datetime.datetime(2026, 3, 1, 9, 30, tzinfo=datetime.timezone.utc)
DAY = 86400

# What a page must show as text: markup, the end of a script, quotes, bidirectional controls, line breaks.
HOSTILE = [
    "<script>document.title='run'</script>",
    "</script><script>document.title='run'</script>",
    "</td></tr></table><h1>broken</h1>",
    "\"><img src=x onerror=\"document.title='run'\">",
    "' onmouseover='document.title=1",
    "&lt;b&gt; &amp; {{ca}} {{{style}}}",
    "evil\u202egnp.exe",
    "two\nlines\x1b[31m",
    "]]> --> <!--",
    "\u05d0\u05d1\u05d2 123",
]


def mtlsca(folder, *arguments, now=NOW):
    """Runs a command at a time that does not pass; its standard output."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": folder,
        "LD_PRELOAD": os.environ["MTLSCA_TEST_CLOCK"],
        "NOW": now.strftime("%Y-%m-%d %H:%M:%S"),
    }
    done = subprocess.run([os.environ["MTLSCA"], "--home", f"{folder}/ca", *arguments], check=True, cwd=folder,
                          env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    return done.stdout.decode()


def make_ca(folder):
    mtlsca(folder, "init", "--name", "Acme Payments", "--subject", "O=Acme", "--no-passphrase")
    mtlsca(folder, "issue", "www.example.com", "--profile", "server", "--owner", "team-web", "--out", "out")
    mtlsca(folder, "issue", "alice", "--ou", "Admin", "--owner", "alice", "--label", "env=prod", "--out", "out")
    mtlsca(folder, "issue", "bob", "--ou", "Client", "--owner", "<b>team</b> & \"co\"", "--out", "out")
    mtlsca(folder, "issue", "carol", "--ou", "Client", "--profile", "server-client", "--out", "out")
    mtlsca(folder, "revoke", "bob", "--reason", "superseded")
    mtlsca(folder, "hold", "carol")
    mtlsca(folder, "annotate", "alice", "--owner", "team-ops", "--label", "tier=1")


class Rows:
    """Writes certificates straight into the database."""

    def __init__(self, folder):
        self.database = sqlite3.connect(f"{folder}/ca/mtlsca.db")
        self.issuer = self.database.execute("SELECT id FROM issuer WHERE issues = 1").fetchone()[0]
        self.written = 0

    def word(self, text):
        self.database.execute("INSERT INTO word (text) VALUES (?) ON CONFLICT DO NOTHING", (text,))
        return self.database.execute("SELECT id FROM word WHERE text = ?", (text,)).fetchone()[0]

    def add(self, name, ends, *, profile="client", state=1, owner=None, ous=None, sans=None, labels=None, lifetime=90,
            predecessor=None, reason=4):
        """`ends` in days from now; the number of the row. Lists are stored as lib/store/inventory/lists.h says."""
        sans, ous, labels = (value and value.replace("\\", "\\\\").replace("\n", "\\n") + "\n"
                             for value in (sans, ous, labels))
        self.written += 1
        serial = (1 << 120 | self.written).to_bytes(16, "big")
        end = int(NOW.timestamp()) + int(ends * DAY)
        begin = end - lifetime * DAY
        cursor = self.database.execute(
            "INSERT INTO certificate (issuer, serial, state, profile, name, subject, sans, ous, labels, owner, "
            "not_before, not_after, recorded_at, spki_sha256, predecessor) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (self.issuer, serial, state, self.word(profile), name, "CN=x", sans, ous, labels, owner, begin, end, begin,
             os.urandom(32), predecessor))
        if state >= 2:
            self.database.execute(
                "INSERT INTO revocation (issuer, serial, not_after, revoked_at, reason) VALUES (?,?,?,?,?)",
                (self.issuer, serial, end, begin + 3600, 6 if state == 3 else reason))
        return cursor.lastrowid

    def fleet(self, count):
        """Services that renew in time, and what goes wrong with some of them."""
        teams = ["team-payments", "team-orders", "team-search", "team-data", "svc-billing", "svc-mail", "ops", "qa"]
        profiles = ["client", "client", "client", "server", "server-client", "device"]
        roles = ["Client", "Client", "Client", "Ops", "Gateway", "Admin", None]
        for i in range(count):
            name = f"service-{i:05d}"
            profile = profiles[i * 7 % 6]
            fields = {
                "profile": profile, "ous": roles[i % 7], "owner": teams[(i * i // 3) % 8] if i % 11 else None,
                "sans": f"dns:{name}.example.com" if profile != "client" else None,
                "labels": f"env={'prod' if i % 3 else 'test'}", "lifetime": 365 if i % 5 == 0 else 90,
            }
            if i % 40 == 7:
                self.add(name, 20 + i % 60, state=2, **fields)
            elif i % 97 == 13:
                self.add(name, 40, state=3, **fields)
            elif i % 61 == 3:
                self.add(name, -1 - i % 50, **fields)
            elif i % 83 == 5:
                self.add(name, 1 + i % 25, **fields)
            elif i % 6 == 1:
                old = self.add(name, 5 + i % 20, **fields)
                self.add(name, 60 + i % 28, predecessor=old, **fields)
            else:
                left = 40 + i * 37 % 50 if fields["lifetime"] == 90 else 130 + i * 53 % 234
                self.add(name, left, **fields)

    def hostile(self):
        for text in HOSTILE:
            self.add(text, 50, owner=text, sans=f"uri:{text}", labels=f"key={text}", profile=text)

    def done(self):
        self.database.commit()
        self.database.close()
