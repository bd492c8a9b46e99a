"""Commands run in turn and compared round by round: paired.cpp runs them, here are their figures."""
import json
import os
import subprocess
import sys

PROGRAMS = os.environ.get("MTLSCA_BENCH", "")


class Broken(Exception):
    """A measurement that went wrong: no figure of this run can be trusted."""


def tell(text):
    print(text, file=sys.stderr, flush=True)


def quantile(values, share):
    ordered = sorted(values)
    return ordered[round((len(ordered) - 1) * share)]


def spread(values):
    return {"median": quantile(values, 0.5), "low": quantile(values, 0.1), "high": quantile(values, 0.9)}


def bench_program(name, *words):
    return [os.path.join(PROGRAMS, name), *map(str, words)]


def must(words, **options):
    """Standard output of a command that has to succeed."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise Broken(f"{' '.join(map(str, words))}: {done.returncode}: {(done.stderr or done.stdout)[-800:]}")
    return done.stdout


class Plan:
    """What is to be measured side by side: names, each with the commands that are its steps."""

    def __init__(self, folder):
        self.folder = folder
        self.lines = []

    def add(self, name, *steps, output="/dev/null"):
        for step in steps:
            self.lines.append("\t".join([name, output, *map(str, step)]))
        return self

    def run(self, rounds):
        done = subprocess.run(bench_program("paired", rounds), input="\n".join(self.lines) + "\n",
                              capture_output=True, text=True, cwd=self.folder)
        if done.returncode != 0:
            raise Broken(done.stderr[-1200:])
        return Costs([json.loads(line) for line in done.stdout.splitlines()])


class Costs:
    """seconds, processor_seconds and peak_kilobytes of each name in each round."""

    def __init__(self, records):
        self.by_name = {}
        for record in records:
            self.by_name.setdefault(record["name"], {})[record["round"]] = record

    def of(self, name, what="seconds"):
        return spread([record[what] for record in self.by_name[name].values()])

    def peak_megabytes(self, name):
        return max(record["peak_kilobytes"] for record in self.by_name[name].values()) / 1024

    def ratio(self, name, to, what="seconds"):
        """Within each round, so that a busy moment of the machine is in both of a pair."""
        one, other = self.by_name[name], self.by_name[to]
        return spread([one[number][what] / max(other[number][what], 1e-6) for number in one])

    def summary(self):
        return {name: {"seconds": self.of(name), "processor_seconds": self.of(name, "processor_seconds"),
                       "peak_megabytes": round(self.peak_megabytes(name), 1)} for name in self.by_name}
