"""OCSP over HTTP: every form of a question, what clients may keep, another process's revocation, signals."""
import base64
import email.utils
import hashlib
import os
import shutil
import signal
import socket
import stat
import subprocess
import time
import urllib.parse

from responder import REQUEST_TYPE, MTLSCA, Failed, World, check, run, until


def forms(world, served):
    question = world.question("alice")
    plain = base64.b64encode(question).decode()
    answer = served.ask(question)
    check("POST is answered", answer.status == 200 and world.verdict(answer.content, "alice") == "good",
          world.verdict(answer.content, "alice"))
    for what, path in {"escaped": "/" + urllib.parse.quote(plain, safe=""), "as it is": "/" + plain,
                       "behind a prefix": "/ocsp/issuing/" + urllib.parse.quote(plain, safe=""),
                       "without padding": "/" + plain.rstrip("="), "after two slashes": "//" + plain}.items():
        got = served.request("GET", path)
        check(f"GET {what} is answered", got.status == 200 and got.content == answer.content, got.status)
    head = served.request("HEAD", "/" + plain)
    check("HEAD has the same headers and no body", head.status == 200 and head.content == b"" and
          head.getheader("ETag") == answer.getheader("ETag"))
    charset = served.request("POST", "/any/path", question, {"Content-Type": REQUEST_TYPE.upper() + " ; charset=x"})
    check("a content type has cases and parameters", charset.status == 200)
    for hashed in ("-sha1", "-sha256", "-sha384", "-sha512"):
        answer = served.ask(world.question("alice", hashed, "-no_nonce"))
        check(f"{hashed} is answered", world.verdict(answer.content, "alice", hashed) == "good")


def versions(world, served):
    question = world.question("alice")
    post = f"Content-Type: {REQUEST_TYPE}\r\nContent-Length: {len(question)}\r\n".encode()

    def talk(*heads):
        """What comes back until the server closes."""
        with served.connect() as connection:
            connection.sendall(b"".join(head + post + b"\r\n" + question for head in heads))
            return b"".join(iter(lambda: connection.recv(65536), b""))

    old = talk(b"POST / HTTP/1.0\r\n")
    check("HTTP/1.0 is answered, and the connection closed", old.split(b" ")[1] == b"200" and
          world.verdict(old.partition(b"\r\n\r\n")[2], "alice") == "good", old[:100])
    kept = talk(b"POST / HTTP/1.0\r\nConnection: keep-alive\r\n", b"POST / HTTP/1.0\r\n")
    check("HTTP/1.0 is kept alive where it asks for it", kept.count(b" 200 OK\r\n") == 2, kept[:100])
    modern = talk(b"POST / HTTP/1.1\r\nHost: x\r\n", b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n")
    check("HTTP/1.1 is kept alive until it asks for an end", modern.count(b"HTTP/1.1 200 OK\r\n") == 2, modern[:100])


def headers(world, served):
    plain = base64.b64encode(world.question("alice")).decode()
    got = served.request("GET", "/" + urllib.parse.quote(plain, safe=""))
    check("what is looked at is good", world.verdict(got.content, "alice") == "good")  # and lies in response.der
    text = run("openssl", "ocsp", "-respin", world.path("response.der"), "-resp_text", "-noverify").stdout.decode()

    def seconds(of_response):
        line = next(line for line in text.splitlines() if of_response in line)
        return time.mktime(time.strptime(line.split(": ", 1)[1], "%b %d %H:%M:%S %Y %Z"))

    def seconds_of_header(name):
        return time.mktime(email.utils.parsedate(got.getheader(name)))

    # RFC 9919 7.2
    check("Content-Type", got.getheader("Content-Type") == "application/ocsp-response")
    check("Last-Modified is thisUpdate", seconds_of_header("Last-Modified") == seconds("This Update"))
    check("Expires is nextUpdate", seconds_of_header("Expires") == seconds("Next Update"))
    check("ETag is the digest", got.getheader("ETag") == f'"{hashlib.sha256(got.content).hexdigest()}"')
    words = got.getheader("Cache-Control").split(", ")
    left = seconds_of_header("Expires") - seconds_of_header("Date")
    check("Cache-Control", set(words[1:]) == {"public", "no-transform", "must-revalidate"} and
          left - 5 <= int(words[0].split("=")[1]) <= left, words)
    same = served.request("GET", "/" + plain, headers={"If-None-Match": f'"x", W/{got.getheader("ETag")}'})
    check("If-None-Match is answered with 304 and no body", same.status == 304 and same.content == b"" and
          same.getheader("Expires") == got.getheader("Expires"), same.status)
    other = served.request("GET", "/" + plain, headers={"If-None-Match": '"x"'})
    check("another ETag is answered with 200", other.status == 200)
    check("the answer was kept", served.metric("mtlsca_ocsp_cached_total") > 0)


def refusals(served, question):
    for what, status, words in (
            ("POST of another type", 415, ("POST", "/", question, {"Content-Type": "text/plain"})),
            ("POST without a type", 415, ("POST", "/", question)),
            ("GET without a request", 400, ("GET", "/")),
            ("GET of something else", 400, ("GET", "/favicon.ico")),
            ("PUT", 405, ("PUT", "/", question, {"Content-Type": REQUEST_TYPE}))):
        got = served.request(*words)
        check(f"{what} is {status}", got.status == status and got.getheader("Cache-Control") == "no-store",
              got.status)
    garbage = served.ask(b"garbage")
    check("garbage of the right type is malformedRequest", garbage.status == 200 and
          garbage.content == bytes.fromhex("30030a0101") and garbage.getheader("Cache-Control") == "no-store",
          garbage.content)


def nonce(world, served):
    question = world.question("alice", "-nonce")
    kept = served.metric("mtlsca_ocsp_cached_total")
    first, second = served.ask(question), served.ask(question)
    check("an answer with a nonce is signed each time, and not kept", first.content != second.content and
          served.metric("mtlsca_ocsp_cached_total") == kept)


def revocation(world, served):
    question = world.question("mallory")
    verdict = lambda: world.verdict(served.ask(question).content, "mallory")
    check("before the revocation", verdict() == "good" and verdict() == "good")
    world.mtlsca("revoke", "mallory", "--no-crl", "--reason", "keyCompromise")
    seen = verdict()
    check("another process's revocation is in the very next answer", seen == "revoked", seen)
    world.mtlsca("hold", "alice", "--no-crl")
    check("a hold, too", world.verdict(served.ask(world.question("alice")).content, "alice") == "revoked")
    world.mtlsca("unhold", "alice", "--no-crl")
    check("and its end", world.verdict(served.ask(world.question("alice")).content, "alice") == "good")


def watching(world, served):
    status, text = served.watch("/healthz")
    check("/healthz is well", (status, text) == (200, "ok\n"), text)
    if shutil.which("promtool"):
        text = served.watch("/metrics")[1]
        said = run("promtool", "check", "metrics", input=text.encode(), check_status=False)
        check("promtool takes the metrics", said.returncode == 0 and not said.stderr, said.stderr)
    else:
        raise Failed("this test needs promtool")
    def certificates(status):
        return served.metric('mtlsca_ocsp_certificates_total{status="%s"}' % status)
    before = [certificates(status) for status in ("good", "revoked", "unknown")]
    check("good and revoked ones were counted", before[0] > 10 and before[1] >= 2, before)
    run("openssl", "ocsp", "-issuer", world.path("ca/issuing.crt"), "-cert", world.path("alice.crt"), "-cert",
        world.path("mallory.crt"), "-serial", "0x42", "-reqout", world.path("several.req"))
    for question in (world.read("several.req"), world.question("mallory"), world.question("mallory")):
        served.ask(question)
    after = [certificates(status) for status in ("good", "revoked", "unknown")]
    check("each certificate of an answer is counted, in a kept one too",
          [after[i] - before[i] for i in range(3)] == [1, 3, 1], after)
    check("nothing else is there", served.watch("/")[0] == 404)
    check("and not where answers are", served.request("GET", "/metrics").status == 400)


def signals(world, served):
    answered = served.request("GET", "/" + base64.b64encode(world.question("alice")).decode())
    check("is answered", answered.status == 200)
    connection = served.connect()
    with open(world.path("ca/mtlsca.toml"), "a") as file:
        file.write("\nthis is no TOML\n")
    served.signal(signal.SIGHUP)
    until("a warning about the settings", lambda: "goes on as before" in served.said())
    check("settings that cannot be read change nothing", served.ask(world.question("alice")).status == 200)
    text = world.read("ca/mtlsca.toml").replace(b"\nthis is no TOML\n", b"")
    with open(world.path("ca/mtlsca.toml"), "wb") as file:
        file.write(text)
    served.signal(signal.SIGHUP)
    until("a note about what was read", lambda: "again" in served.said())
    check("is answered after a reload", served.ask(world.question("alice")).status == 200)
    check("SIGTERM ends it with 0", served.stop() == 0, served.said())
    check("an idle connection is closed", connection.recv(1) == b"")
    connection.close()
    check("nothing of what clients send is in its log", "favicon" not in served.said(), served.said())


def log(world):
    served = world.serve("--debug")
    served.request("GET", "/%1B%5B31m%0Aforged%20line")
    served.ask(world.question("alice"))
    said = served.said()
    check("--debug is a line for each request, and what is hostile in it is escaped",
          "\x1b" not in said and "forged" in said and "\nforged" not in said, said)
    check("an answer is a line", '"note"' in said and "successful" in said, said)
    served.stop()


def places(world):
    path = world.path("socket")
    served = world.serve("--listen", f"unix:{path}", "--listen", "[::1]:0", "--listen", "127.0.0.1:0", default=False)
    check("three places", [place.rpartition(":")[0] for place in served.places["listen"]] ==
          ["unix", "[::1]", "127.0.0.1"], served.places)
    check("everybody may ask at the socket", stat.S_IMODE(os.stat(path).st_mode) == 0o666)
    got = run("curl", "--silent", "--fail", "--unix-socket", path, "--data-binary", "@" + world.path("alice.req"),
              "--header", f"Content-Type: {REQUEST_TYPE}", "http://x/").stdout
    check("an answer by the socket", world.verdict(got, "alice") == "good")
    got = run("curl", "--silent", "--fail", "--globoff", "--data-binary", "@" + world.path("alice.req"), "--header",
              f"Content-Type: {REQUEST_TYPE}", "http://" + served.places["listen"][1]).stdout
    check("an answer by IPv6", world.verdict(got, "alice") == "good")
    busy = run(MTLSCA, "--home", world.ca, "ocsp", "serve", "--listen", served.places["listen"][2],
               check_status=False, env=world.environment)
    check("a place that is taken is said", busy.returncode == 5 and b"somebody listens" in busy.stderr, busy.stderr)
    served.stop()
    check("the socket is gone", not os.path.exists(path))


def activation(world):
    listening, watched = socket.create_server(("127.0.0.1", 0)), socket.create_server(("127.0.0.1", 0))
    notified = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notified.bind(world.path("notify"))
    notified.settimeout(60)
    # As systemd does: descriptors 3 and 4, and the number of the process that exec keeps.
    script = 'exec 3<&%d 4<&%d; export LISTEN_PID=$$; exec "$@"' % (listening.fileno(), watched.fileno())
    options = {"LISTEN_FDS": "2", "LISTEN_FDNAMES": "ocsp:metrics", "NOTIFY_SOCKET": world.path("notify")}
    process = subprocess.Popen(["bash", "-c", script, "bash", MTLSCA, "--home", world.ca, "--json", "ocsp", "serve"],
                               env={**world.environment, **options}, stdout=subprocess.DEVNULL,
                               pass_fds=(listening.fileno(), watched.fileno()))
    try:
        check("systemd hears that it is ready", notified.recv(100) == b"READY=1")
        port = listening.getsockname()[1]
        got = run("curl", "--silent", "--fail", "--data-binary", "@" + world.path("alice.req"), "--header",
                  f"Content-Type: {REQUEST_TYPE}", f"http://127.0.0.1:{port}/").stdout
        check("answers at a socket of systemd", world.verdict(got, "alice") == "good")
        health = run("curl", "--silent", f"http://127.0.0.1:{watched.getsockname()[1]}/healthz").stdout
        check("the other one is for the watchman, by its name", health == b"ok\n", health)
        process.send_signal(signal.SIGTERM)
        check("and it stops", process.wait(timeout=60) == 0 and notified.recv(100) == b"STOPPING=1")
    finally:
        process.kill()
        process.wait()
        for each in (listening, watched, notified):
            each.close()


def user(world):
    os.chmod(world.folder, 0o711)
    run("chown", "-R", "nobody:", world.ca)
    served = world.serve("--user", "nobody")
    with open(f"/proc/{served.process.pid}/status") as file:
        fields = dict(line.split(":", 1) for line in file)
    check("--user leaves no rights of root's", set(fields["Uid"].split()) == {str(os.stat(world.ca).st_uid)} and
          int(fields["CapEff"], 16) == 0 and "0" not in fields["Groups"].split(), fields["Uid"])
    check("and answers", world.verdict(served.ask(world.question("alice")).content, "alice") == "good")
    served.signal(signal.SIGHUP)
    until("it reads everything again as that user", lambda: "again" in served.said())
    served.stop()
    run("chown", "-R", "root:", world.ca)
    unable = run(MTLSCA, "--home", world.ca, "ocsp", "serve", "--listen", "127.0.0.1:0", "--user", "nobody",
                 check_status=False, env=world.environment)
    check("a user who cannot read the CA is told at once", unable.returncode != 0, unable.stderr)


with World() as world:
    for name in ("alice", "mallory"):
        world.mtlsca("issue", name)
    # Each worker signs for itself: with one of them, the same question has the same answer.
    served = world.serve("--workers", "1")
    forms(world, served)
    headers(world, served)
    refusals(served, world.question("alice"))
    nonce(world, served)
    revocation(world, served)
    watching(world, served)
    signals(world, served)
    log(world)
    places(world)
    activation(world)
    user(world)
print("done")
