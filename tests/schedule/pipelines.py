"""pipelines.py GITHUB GITLAB: both are what their kind reads; writes NAME.script, what a runner's shell would get, and
NAME.artifact, the path of the only thing that leaves the machine."""
import sys

import yaml


class Strict(yaml.SafeLoader):
    """Refuses a key that stands twice, of which YAML would take the last."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=deep) for key, _ in node.value]
        assert len(keys) == len(set(map(str, keys))), f"twice: {keys}"
        return super().construct_mapping(node, deep)


def load(path):
    with open(path, encoding="utf-8") as file:
        return yaml.load(file, Strict)


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def github(path):
    workflow = load(path)
    trigger = workflow[True]  # "on" is a boolean of YAML 1.1
    assert set(trigger) == {"workflow_dispatch"}, trigger
    assert workflow["permissions"] == {"contents": "read"}
    (job,) = workflow["jobs"].values()
    assert "self-hosted" in job["runs-on"]
    issue, upload = job["steps"]
    assert "${{" not in issue["run"], "an expression inside a script is run as text"
    assert issue["env"]["MTLSCA_PASSPHRASE"] == "${{ secrets.MTLSCA_PASSPHRASE }}"
    assert issue["env"]["MTLSCA_CA_PASS"] == "env:MTLSCA_PASSPHRASE"
    assert issue["env"]["NAME"] == "${{ inputs.name }}"
    assert upload["uses"].startswith("actions/upload-artifact@v")
    write("github.script", issue["run"])
    write("github.artifact", upload["with"]["path"].replace("${{ runner.temp }}", "RUNNER_TEMP"))


def gitlab(path):
    pipeline = load(path)
    (job,) = pipeline.values()
    assert job["tags"] and job["rules"] and job["stage"] == "deploy"
    assert job["variables"]["MTLSCA_CA_PASS"] == "env:MTLSCA_PASSPHRASE"
    assert all(isinstance(line, str) for line in job["script"]), job["script"]
    (artifact,) = job["artifacts"]["paths"]
    write("gitlab.script", "\n".join(job["script"]) + "\n")
    write("gitlab.artifact", artifact)


github(sys.argv[1])
gitlab(sys.argv[2])
