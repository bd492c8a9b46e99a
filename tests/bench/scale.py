"""The twelve figures of scale and speed, each beside a peer, a floor or itself. README.md says what they mean.

python3 scale.py [--size full|small] [--ten-million] [--only JOB,JOB…] [--json FILE]; run.sh sets the environment.
"""
import argparse
import os
import subprocess
import sys
import tempfile
import time

import inventories
import jobs
from measurement import Broken, tell
from results import Results

SIZES = {
    # certificates of the large inventory; revoked of the CRLs; sizes of the growth table; rows of batch and requests;
    # processes at once; rounds of what is short, and of what is long
    "full": {"large": 1_000_000, "revoked": [1_000, 100_000, 1_000_000], "growth": [1_000, 10_000, 100_000, 1_000_000],
             "batch": 50_000, "requests": 20_000, "at_once": 64, "short": 15, "long": 5},
    "small": {"large": 2_000, "revoked": [100, 2_000], "growth": [200, 2_000],
              "batch": 200, "requests": 100, "at_once": 8, "short": 3, "long": 1},
}


def parse_arguments():
    parser = argparse.ArgumentParser(prog="run.sh", description="What issuing, revoking and listing cost.")
    parser.add_argument("--size", choices=sorted(SIZES), default="full")
    parser.add_argument("--ten-million", action="store_true", help="10,000,000 rows in the growth table, too")
    parser.add_argument("--only", default="", help="numbers of jobs, and growth, separated by commas")
    parser.add_argument("--json", help="the file that takes all figures")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    size = dict(SIZES[arguments.size])
    if arguments.ten_million:
        size["growth"] = [*size["growth"], 10_000_000]
    folder = tempfile.mkdtemp(prefix="mtlsca-bench-")
    results = Results(arguments.size)
    started = time.monotonic()
    try:
        world = inventories.World(folder, size)
        wanted = [word for word in arguments.only.split(",") if word]
        for job in jobs.ALL:
            names = job.__name__.removeprefix("job_").split("_")
            if not wanted or set(names) & set(wanted):
                tell(f"-- {job.__doc__.splitlines()[0]}")
                job(world, results)
        results.note(f"took {(time.monotonic() - started) / 60:.1f} minutes")
        if arguments.json:
            results.write_json(arguments.json)
        print("\n".join(results.markdown()))
    except (Broken, subprocess.SubprocessError, OSError) as problem:
        tell(f"run.sh: {problem}")
        return 1
    finally:
        subprocess.run(["rm", "-rf", folder], check=False)
    if results.missed():
        tell(f"run.sh: limits missed: {', '.join(map(str, results.missed()))}")
        return 1
    return 0


if __name__ == "__main__":
    os.environ.pop("MTLSCA_HOME", None)
    sys.exit(main())
