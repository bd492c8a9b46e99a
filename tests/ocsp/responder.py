"""A CA in a folder of its own, and `mtlsca ocsp serve` for it on ports that are free."""
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

MTLSCA = os.environ["MTLSCA"]
REQUEST_TYPE = "application/ocsp-request"


class Failed(Exception):
    pass


def check(what, condition, seen=None):
    if not condition:
        raise Failed(what if seen is None else f"{what}: {seen!r}")
    print(f"ok: {what}")


def until(what, condition, seconds=20):
    """Some event that is on its way; a slow machine only makes it later."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise Failed(f"never: {what}")
        time.sleep(0.02)


def run(*words, check_status=True, **options):
    done = subprocess.run(words, capture_output=True, **options)
    if check_status and done.returncode:
        raise Failed(f"{' '.join(words)}: {done.stdout.decode()}{done.stderr.decode()}")
    return done


class World:
    def __init__(self, *init_options):
        self.folder = tempfile.mkdtemp(prefix="mtlsca-ocsp-")
        self.ca = os.path.join(self.folder, "ca")
        self.environment = {key: value for key, value in os.environ.items()
                            if not key.startswith(("MTLSCA_", "LISTEN_", "NOTIFY_"))}
        self.responders = []
        self.mtlsca("init", "--name", "Acme", "--no-passphrase", *init_options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for responder in self.responders:
            responder.end()
        shutil.rmtree(self.folder)

    def mtlsca(self, *words):
        return run(MTLSCA, "--home", self.ca, *words, env=self.environment, cwd=self.folder).stdout

    def path(self, name):
        return os.path.join(self.folder, name)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def question(self, name, *options, issuer="ca/issuing.crt"):
        """The DER of an OCSPRequest, by OpenSSL."""
        out = self.path(f"{name}.req")
        run("openssl", "ocsp", *(options or ["-no_nonce"]), "-issuer", self.path(issuer), "-cert",
            self.path(f"{name}.crt"), "-reqout", out)
        return self.read(f"{name}.req")

    def serial(self, name):
        """Hexadecimal, as the certificate has it."""
        return run("openssl", "x509", "-noout", "-serial", "-in", self.path(f"{name}.crt")).stdout.decode().split("=")[1].strip()

    def verdict(self, response, name, *options):
        """What OpenSSL takes out of a response: "good", or why it believes nothing."""
        with open(self.path("response.der"), "wb") as file:
            file.write(response)
        said = run("openssl", "ocsp", "-respin", self.path("response.der"), *options, "-issuer",
                   self.path("ca/issuing.crt"), "-cert", self.path(f"{name}.crt"), "-CAfile",
                   self.path("ca/root.crt"), "-no_nonce", check_status=False)
        text = said.stdout.decode() + said.stderr.decode()
        if "Response verify OK" not in text:
            return text
        return text.split(f"{name}.crt: ")[1].split("\n")[0]

    def serve(self, *options, **keywords):
        responder = Responder(self, options, **keywords)
        self.responders.append(responder)
        return responder


class Responder:
    def __init__(self, world, options, default=True, popen=None, environment=None):
        self.log = open(world.path(f"responder-{len(world.responders)}.log"), "w+b")
        places = ["--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0"] if default else []
        self.process = subprocess.Popen([MTLSCA, "--home", world.ca, "--json", "ocsp", "serve", *places, *options],
                                        stdout=subprocess.PIPE, stderr=self.log, cwd=world.folder,
                                        env={**world.environment, **(environment or {})}, **(popen or {}))
        text = b""
        while True:
            line = self.process.stdout.readline()
            text += line
            if not line:
                raise Failed(f"does not start: {self.said()}")
            if line.startswith(b"}"):
                break
        self.places = json.loads(text)

    def said(self):
        self.log.seek(0)
        return self.log.read().decode()

    @staticmethod
    def split(address):
        host, _, port = address.rpartition(":")
        return host.strip("[]"), int(port)

    @property
    def address(self):
        return self.split(self.places["listen"][0])

    def connect(self):
        return socket.create_connection(self.address, timeout=60)

    def request(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection(*self.address, timeout=60)
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        response.content = response.read()
        connection.close()
        return response

    def ask(self, question):
        return self.request("POST", "/", question, {"Content-Type": REQUEST_TYPE})

    def watch(self, path):
        connection = http.client.HTTPConnection(*self.split(self.places["metrics"][0]), timeout=60)
        connection.request("GET", path)
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return response.status, text

    def metric(self, name):
        for line in self.watch("/metrics")[1].splitlines():
            if line.startswith(name + " "):
                return float(line.split(" ")[1])
        raise Failed(f"no metric {name}")

    def resident_kilobytes(self):
        with open(f"/proc/{self.process.pid}/status") as file:
            return int(next(line for line in file if line.startswith("VmRSS")).split()[1])

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        self.signal(signal.SIGTERM)
        return self.process.wait(timeout=60)

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.log.close()
