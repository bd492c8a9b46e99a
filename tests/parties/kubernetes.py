"""mtlsca export --as k8s, compared with kubectl and with the schemas of Kubernetes.

MTLSCA=path/to/mtlsca python3 kubernetes.py FOLDER_OF_SCHEMAS     in a folder with a CA and alice
"""
import base64
import json
import os
import re
import subprocess
import sys
import unittest

import jsonschema
import yaml

mtlsca = os.environ["MTLSCA"]
schemas = sys.argv.pop()


def run(*command, status=0, text=None):
    done = subprocess.run(command, capture_output=True, text=True, input=text)
    if done.returncode != status:
        raise AssertionError(f"{command} ended with {done.returncode}: {done.stderr}")
    return done.stdout if status == 0 else done.stderr


def export(*options, status=0):
    return run(mtlsca, "export", "--as", "k8s", *options, status=status)


def kubectl_secret(*options):
    secret = yaml.safe_load(run("kubectl", "create", "secret", *options, "--dry-run=client", "-o", "yaml"))
    # A null that kubectl's serializer cannot leave out.
    secret["metadata"].pop("creationTimestamp", None)
    return secret


def is_base64(text):
    return base64.b64decode(text, validate=True) is not None


formats = jsonschema.FormatChecker(formats=())
formats.checks("byte", raises=ValueError)(lambda value: value is None or is_base64(value))


def validate(kind, document):
    with open(os.path.join(schemas, kind + ".json"), encoding="utf-8") as file:
        jsonschema.Draft7Validator(json.load(file), format_checker=formats).validate(document)


class Secrets(unittest.TestCase):
    def generic(self, certificate, name, *options):
        files = {"client.crt": certificate + ".crt", "client.key": certificate + ".key", "ca.crt": "ca/chain.pem"}
        return kubectl_secret("generic", name, *(f"--from-file={key}={file}" for key, file in files.items()), *options)

    def test_hostile_certificate_names(self):
        names = {"no": "no", "0x1f": "0x1f", "1e3": "1e3", "2026-01-01": "2026-01-01", "null": "null", "~": None,
                 "Alice Müller": "alice-m-ller", "a: b": "a-b", "# x": "x", "- x": "x", "{{name}}": "name",
                 "&a *a": "a-a", "!!str x": "str-x", "a'b": "a-b", "%x|": "x", "中文": None, "a..b": "a.b"}
        for number, (name, expected) in enumerate(names.items()):
            with self.subTest(name):
                issued = json.loads(run(mtlsca, "issue", name, "--out", str(number), "--json"))
                certificate = issued["certificate_file"].removesuffix(".crt")
                if expected is None:
                    self.assertIn("--secret-name", export(issued["serial"], "--key", issued["key_file"], status=3))
                    expected, more = "given", ["--secret-name", "given"]
                else:
                    more = []
                ours = yaml.safe_load(export(issued["serial"], "--key", issued["key_file"], *more))
                self.assertEqual(ours, self.generic(certificate, expected))
                validate("secret", ours)

    def test_names_that_yaml_takes_for_something_else(self):
        for name in ["y", "on", "null", "true", "1", "0o17", "1.5", "1e3", "12e03", "0b1", "2026-01-01", "190.20.30",
                     "x" * 63]:
            with self.subTest(name):
                ours = yaml.safe_load(export("alice", "--key", "alice.key", "--secret-name", name, "--namespace",
                                             name.replace(".", "-")))
                self.assertEqual(ours, self.generic("alice", name, "--namespace", name.replace(".", "-")))

    def test_names_that_kubernetes_refuses(self):
        for name in ["A", "-a", "a-", "a..b", ".a", "a.", "a b", "a_b", "ä", "a\nb: c", 'a"', "a\t", "{{a}}", "x" * 64,
                     ".".join(["x" * 63] * 4)]:
            with self.subTest(name):
                self.assertIn("secret-name", export("alice", "--key", "alice.key", "--secret-name", name, status=3))
                self.assertIn("namespace", export("alice", "--key", "alice.key", "--namespace", name, status=3))

    def test_all_findings_at_once(self):
        told = export("alice", "--key", "alice.key", "--secret-name", "A", "--namespace", "a.b", "--deployment", "a.b",
                      "--image", "a b", "--mount", "etc", status=3)
        for field in ["secret-name", "namespace", "deployment", "image", "mount"]:
            self.assertRegex(told, rf"error +{field}: ")

    def test_tls(self):
        ours = yaml.safe_load(export("www.example.com", "--key", "www.example.com.key", "--type", "tls"))
        self.assertEqual(ours, kubectl_secret("tls", "www.example.com", "--cert=www.example.com.crt",
                                              "--key=www.example.com.key"))
        validate("secret", ours)

    def test_ingress_ca(self):
        ours = yaml.safe_load(export("--type", "ingress-ca"))
        self.assertEqual(ours, kubectl_secret("generic", "acme-ca", "--from-file=ca.crt=ca/chain.pem",
                                              "--from-file=ca.crl=ca/crl/bundle.pem"))
        for key, value in ours["data"].items():
            with open("ingress." + key, "wb") as file:
                file.write(base64.b64decode(value))
        verify = ["openssl", "verify", "-crl_check_all", "-CAfile", "ingress.ca.crt", "-CRLfile", "ingress.ca.crl"]
        run(*verify, "alice.crt")
        self.assertIn("revoked", run(*verify, "mallory.crt", status=2))

    def test_labels(self):
        labels = ["team=pay", "app.example.com/tier=back_end.2", "empty=", "on=yes",  # Kubernetes takes these
                  "note=a free text", "-x=y", "long=" + "x" * 64]
        run(mtlsca, "issue", "labelled", *(word for label in labels for word in ("--label", label)))
        ours = yaml.safe_load(export("labelled", "--key", "labelled.key"))
        self.assertEqual(ours["metadata"]["labels"],
                         {"team": "pay", "app.example.com/tier": "back_end.2", "empty": "", "on": "yes"})


class Deployments(unittest.TestCase):
    def documents(self, *options):
        return list(yaml.safe_load_all(export("alice", "--key", "alice.key", "--deployment", "on", "--image",
                                              "registry.example.com:5000/team/app@sha256:" + "0" * 64, *options)))

    def test_schema_and_references(self):
        for options, keys in (([], {"client.crt", "client.key", "ca.crt"}),
                              (["--type", "tls"], {"tls.crt", "tls.key"})):
            secret, deployment = self.documents("--namespace", "yes", "--mount", '/srv/a "b" #c', *options)
            validate("secret", secret)
            validate("deployment", deployment)
            self.assertEqual(deployment["metadata"]["namespace"], secret["metadata"]["namespace"])
            pod = deployment["spec"]["template"]
            for key, value in deployment["spec"]["selector"]["matchLabels"].items():
                self.assertEqual(pod["metadata"]["labels"][key], value)
            [container], [volume] = pod["spec"]["containers"], pod["spec"]["volumes"]
            self.assertEqual(container["volumeMounts"],
                             [{"name": volume["name"], "mountPath": '/srv/a "b" #c', "readOnly": True}])
            self.assertEqual(volume["secret"]["secretName"], secret["metadata"]["name"])
            self.assertEqual(volume["secret"]["defaultMode"], 0o400)
            self.assertEqual({item["key"] for item in volume["secret"]["items"]}, keys)
            self.assertEqual(set(secret["data"]), keys)

    def test_kubectl_reads_it(self):
        _, deployment = self.documents()
        changed = json.loads(run("kubectl", "set", "image", "--local", "-f", "-", "on=other:2", "-o", "json",
                                 text=yaml.safe_dump(deployment)))
        [container] = changed["spec"]["template"]["spec"]["containers"]
        self.assertEqual(container["image"], "other:2")
        volumes = [document["spec"]["template"]["spec"]["volumes"] for document in (changed, deployment)]
        self.assertEqual(*volumes)

    def test_the_schema_bites(self):
        _, deployment = self.documents()
        deployment["spec"]["template"]["spec"]["volumes"][0]["secret"]["name"] = "x"
        with self.assertRaises(jsonschema.ValidationError):
            validate("deployment", deployment)
        with self.assertRaises(jsonschema.ValidationError):
            validate("secret", {"kind": "Secret", "apiVersion": "v1", "data": {"x": "no base64"}})


unittest.main()
