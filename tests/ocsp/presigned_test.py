"""`ocsp serve --presigned`: what a host says that has the files of `ocsp presign`, and neither CA nor key."""
import base64
import os
import shutil
import urllib.parse

from responder import World, check, run, until

UNAUTHORIZED = bytes.fromhex("30030a0106")


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
print("done")
