"""A CA, its fleet and the eyes of relying parties, on a day that the test chooses."""
import datetime
import json
import os
import re
import shutil
import ssl
import subprocess
import tempfile

MTLSCA = os.environ["MTLSCA"]
CLOCK = os.environ["MTLSCA_TEST_CLOCK"]
FIRST_NIGHT = datetime.datetime(2026, 1, 1, 3, 17)
LATEST_MINUTE = datetime.timedelta(minutes=25)  # cron is not punctual
MEMORY, ROOM_BYTES = "/dev/shm", 256 << 20  # two years of 500 hosts are some 60 MB


class Failed(Exception):
    pass


class Certificate:
    """What a file says, read by Python's own OpenSSL, not by the program under test."""

    def __init__(self, path):
        fields = ssl._ssl._test_decode_cert(path)
        self.serial = fields["serialNumber"]
        self.not_before = from_openssl(fields["notBefore"])
        self.not_after = from_openssl(fields["notAfter"])


class Host:
    def __init__(self, world, name, is_server):
        self.name, self.is_server = name, is_server
        self.folder = f"{world.folder}/hosts/{name}"
        self.file = f"{self.folder}/{name}.crt"
        self.is_up = True
        os.makedirs(self.folder)

    def take(self, path):
        """What lies in its folder is what it shows from now on."""
        self.certificate = Certificate(path)
        self.stamp = os.stat(path).st_mtime_ns, os.stat(path).st_ino


def quickest_place():
    """Memory, where there is room: two thirds of the time went into syncing files to a disk, and this is about dates.
    What a death leaves on a disk is the matter of tests/fault. None: where temporary files usually are."""
    has_room = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM_BYTES
    return MEMORY if has_room else None


def from_openssl(text):
    return datetime.datetime.utcfromtimestamp(ssl.cert_time_to_seconds(text))


def from_rfc3339(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")


class World:
    folders = []

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="mtlsca-years-", dir=quickest_place())
        World.folders.append(self.folder)
        self.home, self.safe = f"{self.folder}/ca", f"{self.folder}/safe"
        self.renewed, self.deliver = f"{self.folder}/renewed", f"{self.folder}/deliver.sh"
        self.now, self.hosts, self.revoked = FIRST_NIGHT, {}, []
        self.crl_numbers, self.crl_serials, self.crl_stamps = {}, {}, {}
        self.root_visits = self.stolen = 0
        with open(self.deliver, "w") as script:  # stands for a copy over the network, and is quicker
            script.write(f'''set -eu
host={self.folder}/hosts/$MTLSCA_NAME
[ ! -e "$host/down" ] || {{ echo "$MTLSCA_NAME does not answer" >&2; exit 1; }}
ln -f "$MTLSCA_CERTIFICATE" "$host/$MTLSCA_NAME.crt"
''')

    @classmethod
    def remove_all(cls):
        for folder in cls.folders:
            shutil.rmtree(folder, ignore_errors=True)

    # The program under test.

    def run(self, *arguments, allow=frozenset({0}), home=None):
        environment = {"PATH": os.environ["PATH"], "HOME": self.folder, "LD_PRELOAD": CLOCK,
                       "NOW": self.now.strftime("%Y-%m-%d %H:%M:%S")}
        done = subprocess.run([MTLSCA, "--home", home or self.home, *arguments], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, env=environment, cwd=self.folder)
        if done.returncode not in allow:
            raise Failed(f"{self.now}: mtlsca {' '.join(arguments)}: exit {done.returncode}\n"
                         f"{done.stdout}{done.stderr}")
        return done

    def must(self, *arguments, **options):
        return self.run(*arguments, **options).stdout

    def live(self, host):
        return json.loads(self.must("list", "--json", "--status", "valid", "--name", host.name))

    def status(self):
        done = self.run("status", "--json", allow={0, 10, 11})
        return dict(json.loads(done.stdout), exit=done.returncode)

    def begin_night(self, day, jitter):
        self.next = FIRST_NIGHT + datetime.timedelta(days=day + 1) + LATEST_MINUTE
        self.now = FIRST_NIGHT + datetime.timedelta(days=day) + jitter

    def set_down(self, down, refused):
        for host in self.hosts.values():
            host.is_up = host.name not in down
            mark = f"{host.folder}/down"
            if host.name in down or host.name in refused:
                open(mark, "w").close()
            elif os.path.exists(mark):
                os.remove(mark)

    # The root's key is not on this machine but for visits.

    def close_safe(self):
        shutil.copytree(self.home, self.safe)
        os.remove(f"{self.home}/private/root.key")

    def carry_root_crl(self):
        """Request out, CRL back: the key never comes to the machine with the network."""
        request, crl = f"{self.folder}/root-crl.request", f"{self.folder}/root.crl"
        self.must("ca", "root-crl", "request", "--out", request)
        self.must("ca", "root-crl", "sign", request, "--out", crl, home=self.safe)
        self.must("ca", "root-crl", "install", crl)
        self.root_visits += 1

    def rollover(self, step):
        if step == "prepare":
            shutil.copy(f"{self.safe}/private/root.key", f"{self.home}/private/root.key")
            os.chmod(f"{self.home}/private/root.key", 0o600)
        self.must("ca", "rollover", step)
        if step == "prepare":
            os.remove(f"{self.home}/private/root.key")

    # What relying parties see.

    def read_crls(self):
        """Serials and numbers of what is published, by openssl; only of files that changed."""
        folder = f"{self.home}/crl"
        for name in os.listdir(folder):
            path = f"{folder}/{name}"
            if not name.endswith(".crl") or self.crl_stamps.get(name) == os.stat(path).st_mtime_ns:
                continue
            self.crl_stamps[name] = os.stat(path).st_mtime_ns
            text = subprocess.run(["openssl", "crl", "-inform", "DER", "-in", path, "-noout", "-text"], check=True,
                                  capture_output=True, text=True).stdout
            number = int(re.search(r"X509v3 CRL Number: *\n *(\w+)", text).group(1), 0)
            if number <= self.crl_numbers.get(name, 0):
                raise Failed(f"{self.now}: {name} went from number {self.crl_numbers[name]} to {number}")
            self.crl_numbers[name] = number
            self.crl_serials[name] = set(re.findall(r"Serial Number: ([0-9A-F]+)", text))

    def look_at_fleet(self, day):
        revoked = set().union(*self.crl_serials.values())
        self.revoked = [(serial, not_after) for serial, not_after in self.revoked if not_after > self.now]
        for serial, not_after in self.revoked:
            if serial not in revoked:
                raise Failed(f"{self.now}: {serial} was revoked and is in no CRL")
        changed = []
        for host in self.hosts.values():
            stat = os.stat(host.file)
            if (stat.st_mtime_ns, stat.st_ino) != host.stamp:
                host.take(host.file)
                changed.append(host)
            if not host.is_up:
                continue
            if host.certificate.not_after <= self.next:
                raise Failed(f"{self.now}: {host.name} is up, and its certificate expires at "
                             f"{host.certificate.not_after}")
            if host.certificate.serial in revoked:
                raise Failed(f"{self.now}: {host.name} is up, and its certificate {host.certificate.serial} is revoked")
        # Everyone once a week, and whoever has a new certificate.
        rotating = list(self.hosts.values())[day % 7::7]
        self.verify([host for host in {*rotating, *changed} if host.is_up])

    def verify(self, hosts):
        """openssl, as strict as nginx is, at the moment before the next run."""
        if not hosts:
            return
        moment = str(int(self.next.replace(tzinfo=datetime.timezone.utc).timestamp()))
        done = subprocess.run(["openssl", "verify", "-attime", moment, "-crl_check_all", "-CAfile",
                               f"{self.home}/chain.pem", "-CRLfile", f"{self.home}/crl/bundle.pem",
                               *(host.file for host in hosts)], capture_output=True, text=True)
        if done.returncode:
            raise Failed(f"{self.now}: locked out at {self.next}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")

    # At the end.

    def expect_everything_happened(self):
        """A run in which nobody was at risk would prove nothing."""
        count = {"renewals": self.renewals(), "stolen": self.stolen, "superseded": self.superseded(),
                 "visits to the safe": self.root_visits, "CRLs of the new issuing CA": self.crl_numbers.get("issuing-2.crl", 0)}
        for what, number in count.items():
            if number <= 0:
                raise Failed(f"too few {what}: {number}")

    def expect_nothing_to_renew(self):
        """A second run of the same night issues nothing."""
        before = self.renewals()
        self.run("renew", "--due", "--out", self.renewed, "--exec", f"sh {self.deliver}", "--revoke-old-after", "7d",
                 allow={0, 1})
        if self.renewals() != before:
            raise Failed(f"{self.now}: a second run renewed {self.renewals() - before} more")

    def renewals(self):
        """Everything that was issued, but for each host's first and those in place of stolen ones."""
        return len(json.loads(self.must("list", "--json"))) - len(self.hosts) - self.stolen

    def superseded(self):
        return sum(1 for one in json.loads(self.must("list", "--json")) if one["reason"] == "superseded")

    def expect_all_delivered(self):
        self.set_down(set(), set())
        self.must("renew", "--due", "--out", self.renewed, "--exec", f"sh {self.deliver}")
        for host in self.hosts.values():
            host.take(host.file)
        self.verify(list(self.hosts.values()))
