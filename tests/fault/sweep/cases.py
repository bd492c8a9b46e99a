"""A case for each command that changes something: what stands before, the command, and how it is brought to its end
by who runs it again."""

import os
import shutil
import subprocess

from laws import Database, expect, run

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), *[os.pardir] * 3))


class Case:
    home = "ca"
    old_schema = False  # until the command has ended well
    command = ()
    threads = False
    stages = False  # beside the target, a folder that the next run takes over
    ends_at_once = False  # without memory: nlohmann-json, which fills templates, allocates while it frees
    ends_with = 0

    def __init__(self, program):
        self.program = program

    def mtlsca(self, *words, status=0):
        wanted = status if isinstance(status, tuple) else (status,)
        got, said = run(self.program, *words)
        expect(got in wanted, f"mtlsca {' '.join(words)} ended with {got}, not with {wanted}: {said}")
        return said

    def database(self):
        return Database(self.home)

    def prepare(self):
        self.mtlsca("init", "--name", "Acme", "--no-passphrase")
        self.mtlsca("issue", "kept", "--out", "out")
        self.mtlsca("issue", "gone", "--out", "out")
        self.mtlsca("revoke", "gone")
        self.prepare_more()

    def prepare_more(self):
        pass

    def again(self):
        """The same command, run by the next one, and what must be true after it."""
        self.mtlsca(*self.command)

    def serial(self, name, folder="out"):
        return run("openssl", "x509", "-in", f"{folder}/{name}.crt", "-noout", "-serial")[1].strip()[len("serial="):]

    def is_pair(self, name):
        key = run("openssl", "pkey", "-in", f"out/{name}.key", "-pubout")[1]
        expect(key == run("openssl", "x509", "-in", f"out/{name}.crt", "-noout", "-pubkey")[1],
               f"key and certificate of {name} are no pair")


class Init(Case):
    home = "new"
    command = ("--home", "new", "init", "--name", "Acme", "--no-passphrase")
    ends_at_once = True  # while it fills mtlsca.toml

    def again(self):
        self.mtlsca(*self.command, status=5 if os.path.exists("new/mtlsca.db") else 0)
        self.mtlsca("--home", "new", "issue", "first", "--out", "first")


class Issue(Case):
    command = ("issue", "alice", "--out", "out")
    force = ("--force",)

    def again(self):
        if "alice" in self.database().names(1):
            # Recorded, so it can be delivered again; its name is taken.
            self.mtlsca(*self.command, status=5)
            self.mtlsca("export", "alice", "--as", "pem", "--out", "alice.crt")
            self.mtlsca("revoke", "alice")
        self.mtlsca(*self.command, *self.force)
        self.is_pair("alice")
        expect(self.database().names(1).count("alice") == 1, "not one certificate of alice")


class Sign(Issue):
    command = ("sign", "alice.csr", "--out", "out")
    force = ()

    def prepare_more(self):
        run("openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
            "/CN=alice", "-keyout", "out/alice.key", "-out", "alice.csr")
        os.chmod("out/alice.key", 0o600)


class Renew(Case):
    def prepare_more(self):
        self.old = self.serial("kept")
        self.command = ("renew", self.old, "--rekey", "--force", "--out", "out", "--revoke-old-after", "1d", "--exec",
                        'echo "$MTLSCA_SERIAL" >>told')

    def again(self):
        self.mtlsca(*self.command, status=(0, 5))
        self.is_pair("kept")
        new = self.serial("kept")
        expect(new != self.old and self.database().names(1).count("kept") == 2, "one predecessor, not one successor")
        with open("told", encoding="ascii") as file:
            expect(set(file.read().split()) == {new}, "not the successor was told of")
        expect("nothing was due" in self.mtlsca("renew", "--due", "--out", "out"), "something is due still")


class Revoke(Case):
    command = ("revoke", "kept", "--reason", "keyCompromise")

    def again(self):
        self.mtlsca(*self.command, status=(0, 5))
        self.mtlsca("crl", "check")
        said = run("openssl", "verify", "-crl_check_all", "-CAfile", "ca/root.crt", "-untrusted", "out/kept.crt",
                   "-CRLfile", "ca/crl/bundle.pem", "out/kept.crt")[1]
        expect("certificate revoked" in said, "a revocation was lost")
        self.mtlsca("crl")  # writes every file again, also where the second one was told "already"


class Hold(Revoke):
    command = ("hold", "kept")


class Crl(Case):
    command = ("crl",)

    def again(self):
        self.mtlsca(*self.command)
        self.mtlsca("crl", "check")


class Batch(Case):
    command = ("batch", "rows.csv", "--out", "out", "--jobs", "2")
    threads = True

    def prepare_more(self):
        with open("rows.csv", "w", encoding="ascii") as file:
            file.write("name,labels\n" + "".join(f"row{i},\n" for i in range(5)))

    def again(self):
        resume = ("--resume",) if self.database().has_batch else ()
        done = self.database().names(1).count("row4") == 1 and not resume
        # All of it was done where nothing is left to resume; each name is taken then.
        self.mtlsca(*self.command, *resume, status=1 if done else 0)
        for i in range(5):
            expect(self.database().names(1).count(f"row{i}") == 1, f"row{i} has not one certificate")
            self.is_pair(f"row{i}")


class Export(Case):
    command = ("export", "kept", "--as", "p12", "--key", "out/kept.key", "--out", "kept.p12", "--p12-pass", "file:word")

    def prepare_more(self):
        with open("word", "w", encoding="ascii") as file:
            file.write("secret\n")

    def again(self):
        self.mtlsca(*self.command, "--force")
        status, said = run("openssl", "pkcs12", "-in", "kept.p12", "-passin", "file:word", "-nodes")
        expect(status == 0 and "PRIVATE KEY" in said, f"kept.p12 is not whole: {said}")


class Apply(Case):
    stages = True
    ends_at_once = True
    command = ("nginx", "apply", "--nginx", "true", "--reload", "true", "--conf", "nowhere.conf")

    def prepare_more(self):
        self.mtlsca("nginx", "site", "--server-name", "a.test", "--cert", "a.crt", "--key", "a.key", "--root", ".",
                    "--revocation", "map", "--out", "site")
        self.mtlsca("revoke", "kept")
        self.mtlsca(*self.command)
        shutil.copytree("site", "older")
        self.mtlsca("issue", "more", "--out", "out")
        shutil.rmtree("site")  # as if it had not been reached
        os.rename("older", "site")

    def again(self):
        self.mtlsca(*self.command)
        with open("ca/crl/bundle.pem", "rb") as ours, open("site/bundle.pem", "rb") as theirs:
            expect(ours.read() == theirs.read(), "nginx has another bundle than the CA")
        with open("site/maps/identities.map", encoding="ascii") as file:
            expect(" more;" in file.read(), "nginx's map lacks more")
        with open("site/maps/revoked.map", encoding="ascii") as file:
            expect(file.read().count(" 1;\n") == 2, "nginx's map lacks a revocation")


class Upgrade(Case):
    command = ("db", "upgrade")
    old_schema = True

    def prepare_more(self):
        subprocess.run(["sh", f"{TOP}/tests/older_schema.sh", "ca", "1"], check=True, stdout=subprocess.DEVNULL)

    def again(self):
        self.mtlsca(*self.command)
        self.mtlsca("db", "check", "--deep")
        expect(os.path.isdir("ca/backup"), "upgraded without a backup")


class Backup(Case):
    command = ("db", "backup", "backups", "--keys")

    def again(self):
        for _ in range(2):
            for name in os.listdir("backups") if os.path.isdir("backups") else ():
                if name.startswith("mtlsca-backup-"):
                    self.mtlsca("--home", f"backups/{name}", "db", "check", "--deep")
            self.mtlsca("db", "backup", "backups", "--keys")


class Presign(Case):
    command = ("ocsp", "presign", "--out", "answers", "--names", "serial")

    def again(self):
        self.mtlsca(*self.command)
        serial = self.serial("kept")
        said = run("openssl", "ocsp", "-respin", f"answers/{serial}.der", "-issuer", "ca/issuing.crt", "-serial",
                   f"0x{serial}", "-CAfile", "ca/chain.pem", "-no_nonce")[1]
        expect(f"0x{serial}: good" in said, f"no answer about kept: {said}")


class PresignRows(Case):
    command = ("ocsp", "presign", "--rows")

    def again(self):
        self.mtlsca(*self.command)
        self.mtlsca("db", "check")  # which verifies each row


CASES = {"init": Init, "issue": Issue, "sign": Sign, "renew": Renew, "revoke": Revoke, "hold": Hold, "crl": Crl,
         "batch": Batch, "export": Export, "apply": Apply, "upgrade": Upgrade, "backup": Backup, "presign": Presign,
         "presign_rows": PresignRows}
