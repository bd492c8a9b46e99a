"""What is signed beforehand: `ocsp serve --presigned` on a host that has the files of `ocsp presign`, and neither CA nor
key; and `ocsp serve` with the CA's database and no key, from the rows of `ocsp presign --rows`."""
import base64
import os
import shutil
import urllib.parse

from responder import World, check, run, until

UNAUTHORIZED, TRY_LATER = bytes.fromhex("30030a0106"), bytes.fromhex("30030a0103")


def answers(world, served):
    for name, status in (("alice", "good"), ("mallory", "revoked")):
        question = world.question(name)
        answer = served.ask(question)
        check(f"{name} is {status}", world.verdict(answer.content, name) == status)
        got = served.request("GET", "/ocsp/" + urllib.parse.quote(base64.b64encode(question).decode(), safe=""))
        check(f"{name} by GET is the same file", got.content == answer.content and "max-age" in got.getheader("Cache-Control"))
    whole = world.question("ca/issuing", issuer="ca/root.crt")
    answer = served.ask(whole)
    check("the issuing CA is answered for in the root's name", answer.status == 200 and answer.content != UNAUTHORIZED)
    # RFC 9919 3.2.1: the most complete answer that there is.
    nonce = served.ask(world.question("alice", "-nonce"))
    check("a nonce is not repeated, and the answer good", world.verdict(nonce.content, "alice") == "good")


def serial_question(world, *words):
    run("openssl", "ocsp", "-no_nonce", "-issuer", world.path("ca/issuing.crt"), *words, "-reqout", world.path("q"))
    return world.read("q")


def silences(world, served):
    for what, question in {
            "who was never issued": serial_question(world, "-serial", "0x42"),
            "several at once": serial_question(world, "-serial", "0x42", "-cert", world.path("alice.crt")),
            "another hash": world.question("alice", "-no_nonce", "-sha256"),
            "a hash that nobody signs for": world.question("alice", "-no_nonce", "-sha512")}.items():
        answer = served.ask(question)
        check(f"{what} is unauthorized, and not kept", answer.content == UNAUTHORIZED and
              answer.getheader("Cache-Control") == "no-store", answer.content[:10])
    check("garbage is malformedRequest", served.ask(b"garbage").content == bytes.fromhex("30030a0101"))


def changes(world, served, folder):
    question = world.question("alice")
    check("is good", world.verdict(served.ask(question).content, "alice") == "good")
    world.mtlsca("revoke", "alice", "--no-crl")
    for hashed in ("sha1", "sha256"):
        world.mtlsca("ocsp", "presign", "--out", folder, "--hash", hashed)
    until("the new answer is taken up", lambda: world.verdict(served.ask(question).content, "alice") == "revoked")
    hashed = served.ask(world.question("alice", "-no_nonce", "-sha256"))
    check("and those by another hash", world.verdict(hashed.content, "alice", "-sha256") == "revoked")


def watching(served, answers_folder):
    def certificates(status):
        return served.metric('mtlsca_ocsp_certificates_total{status="%s"}' % status)
    check("certificates are counted by their status", certificates("good") > 3 and certificates("revoked") > 2 and
          certificates("unknown") == 0)
    check("and what was not answered", served.metric('mtlsca_ocsp_responses_total{status="unauthorized"}') == 4)
    check("/healthz is well", served.watch("/healthz")[0] == 200)
    shutil.rmtree(answers_folder)
    check("and not without the folder", served.watch("/healthz")[0] == 503)
    check("SIGTERM ends it with 0", served.stop() == 0)


def rows(world):
    def away(*names):
        for name in names:
            os.rename(os.path.join(world.ca, name), world.path(name))

    def back(*names):
        for name in names:
            os.rename(world.path(name), os.path.join(world.ca, name))

    def verdict(name):
        answer = served.ask(world.question(name)).content
        return "tryLater" if answer == TRY_LATER else world.verdict(answer, name)

    world.mtlsca("issue", "carol")
    world.mtlsca("ocsp", "presign", "--rows")
    away("private", "ocsp")
    served = world.serve("--workers", "2")
    check("rows answer in place of a key", verdict("carol") == "good" and verdict("mallory") == "revoked")
    check("/healthz is well with rows", served.watch("/healthz") == (200, "ok\n"))
    check("and says until when", served.metric("mtlsca_ocsp_presigned_end_seconds") > 0)
    check("who was never issued is tryLater", served.ask(serial_question(world, "-serial", "0x42")).content == TRY_LATER)
    world.mtlsca("hold", "carol", "--no-crl")
    check("another process's change is tryLater at once, never good", verdict("carol") == "tryLater")
    check("the others are answered", verdict("mallory") == "revoked")
    back("private", "ocsp")
    world.mtlsca("ocsp", "presign", "--rows")
    question = world.question("carol", "-nonce")

    def is_signed_anew():
        return served.ask(question).content != served.ask(question).content

    until("a responder that gets keys signs for itself", is_signed_anew)
    away("private", "ocsp")
    until("and without them its rows answer again", lambda: not is_signed_anew())
    check("the row that was made anew", verdict("carol") == "revoked")
    run("sqlite3", os.path.join(world.ca, "mtlsca.db"), "PRAGMA busy_timeout = 10000; DELETE FROM presigned_answer")
    until("/healthz is 503 when nothing can be answered", lambda: served.watch("/healthz")[0] == 503)
    said = served.watch("/healthz")[1]
    check("and says why, for each CA", said.splitlines() == [f"{name}: has no responder's certificate" for name in ("root", "issuing")], said)
    check("SIGTERM ends it with 0", served.stop() == 0)
    back("private", "ocsp")


with World() as world:
    for name in ("alice", "mallory"):
        world.mtlsca("issue", name)
    world.mtlsca("revoke", "mallory", "--no-crl")
    folder, hidden = world.path("answers"), world.path("hidden")
    world.mtlsca("ocsp", "presign", "--out", folder)
    # Another machine has none of these.
    os.mkdir(hidden)
    secrets = [name for name in os.listdir(world.ca) if not name.endswith(".crt")]
    for name in secrets:
        os.rename(os.path.join(world.ca, name), os.path.join(hidden, name))
    check("no database and no keys are there", "mtlsca.db" in secrets and "ocsp" in secrets and "private" in secrets)
    served = world.serve("--presigned", folder, "--workers", "1")
    answers(world, served)
    silences(world, served)
    for name in secrets:
        os.rename(os.path.join(hidden, name), os.path.join(world.ca, name))
    changes(world, served, folder)
    watching(served, folder)
    rows(world)
print("done")
