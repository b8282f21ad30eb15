"""The programs that Kiln is measured beside: found or installed, run, and their seconds read."""

import os
import shutil
import subprocess
import sys

from slurm import Slurm

HERE = os.path.dirname(os.path.abspath(__file__))
CACHE = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "kiln-bench")
HOME = f"{CACHE}/queue"
PACKAGES = {"hyperqueue": "HyperQueue", "parsl": "Parsl", "distributed": "Dask"}


class Opponents:
    """What of them is here; `missing` says the rest, and why."""

    def __init__(self, wanted=True):
        self.wanted = wanted
        self.missing = {}
        if wanted:
            self.install()

    def install(self):
        python = f"{HOME}/bin/python"
        if not os.path.exists(python):
            print("  … making a Python environment for the peers", file=sys.stderr, flush=True)
            subprocess.run([sys.executable, "-m", "venv", HOME], check=True)
        for package, name in PACKAGES.items():
            if subprocess.run([python, "-c", f"import {package}"], capture_output=True).returncode == 0:
                continue
            print(f"  … installing {name} from PyPI", file=sys.stderr, flush=True)
            done = subprocess.run(
                [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", package], capture_output=True)
            if done.returncode != 0:
                self.missing[name] = "does not install from PyPI"
        for program, name in (("parallel", "GNU parallel"), ("xargs", "xargs"), ("cc", "the pair of posix_spawn")):
            if not shutil.which(program):
                self.missing[name] = f"there is no `{program}`"
        reason = Slurm.reason()
        if reason:
            self.missing["Slurm"] = reason

    def has(self, name):
        return self.wanted and name not in self.missing

    def seconds(self, name, program, *arguments):
        """What one of the Python programs in `peers` measured of itself; nil where it fails."""
        if not self.has(name):
            return None
        environment = dict(os.environ, PATH=f"{HOME}/bin:{os.environ['PATH']}")
        done = subprocess.run(
            [f"{HOME}/bin/python", f"{HERE}/peers/{program}.py", *map(str, arguments)], env=environment, cwd="/tmp",
            capture_output=True, text=True)
        if done.returncode != 0:
            said = done.stderr.strip().splitlines()
            self.missing[name] = f"fails: {said[-1] if said else 'without a word'}"
            return None
        return float(done.stdout.split()[-1])

    def rate(self, name, program, count, repeats):
        """Tasks in a second, the median; nil where it is not to be had."""
        taken = [self.seconds(name, program, count) for _ in range(repeats)]
        known = sorted(count / seconds for seconds in taken if seconds)
        return known[len(known) // 2] if known else None

    def slurm(self, count, program):
        """Seconds of an array of so many runs in a Slurm of its own; None where there is none."""
        if not self.has("Slurm"):
            return None
        with Slurm() as slurm:
            if slurm.missing:
                self.missing["Slurm"] = slurm.missing
                return None
            return slurm.seconds(count, program)

    def pair(self, count, *command):
        """Seconds of two children at a time through posix_spawn; None where there is no compiler."""
        if not self.has("the pair of posix_spawn"):
            return None
        binary = f"{CACHE}/spawn_pair"
        source = f"{HERE}/peers/spawn_pair.c"
        if not os.path.exists(binary) or os.path.getmtime(binary) < os.path.getmtime(source):
            os.makedirs(CACHE, exist_ok=True)
            subprocess.run(["cc", "-O2", "-o", binary, source], check=True)
        return float(subprocess.run([binary, str(count), *command], capture_output=True, text=True, check=True).stdout)
