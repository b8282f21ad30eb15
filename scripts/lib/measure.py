"""Runs programs and measures what they take: processor time, wall time and peak memory of whole process trees."""

import ctypes
import os
import resource
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field


@dataclass
class Run:
    """What a run took, or why there is none."""

    wall: float = 0.0  # s
    cpu: float = 0.0  # s, user and system, of every process
    memory: float = 0.0  # MB, the largest at any time
    failure: str = ""
    text: str = ""
    facts: dict = field(default_factory=dict)


class Progress:
    """A line on standard error while something long runs, so that nobody wonders."""

    def __init__(self, what):
        self.what, self.start, self.shown = what, time.monotonic(), 0.0
        if what and not sys.stderr.isatty():
            print(f"  … {what}", file=sys.stderr, flush=True)

    def tick(self):
        passed = time.monotonic() - self.start
        if not self.what:
            return
        if sys.stderr.isatty():
            print(f"\r  … {self.what}, {passed:.0f} s\x1b[K", end="", file=sys.stderr, flush=True)
        elif passed - self.shown >= 60:
            self.shown = passed
            print(f"  … {self.what}, {passed:.0f} s", file=sys.stderr, flush=True)

    def end(self):
        if sys.stderr.isatty():
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def free_memory():
    """Bytes that a new program can have."""
    with open("/proc/meminfo") as lines:
        for line in lines:
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return 8 << 30


def run(command, what, limit, folder, environment=None, cap=True):
    """One program, whole; ended with its group when it passes the limit in seconds.

    `what` is shown while it runs, where it is not empty. `cap` bounds its address space by nine tenths of the free memory, so that a factorisation that does not fit
    fails by itself and takes nothing else with it.
    """
    bound = int(0.9 * free_memory())

    def prepare():
        os.setsid()
        if cap:
            resource.setrlimit(resource.RLIMIT_AS, (bound, bound))

    progress, start = Progress(what), time.monotonic()
    with open(f"{folder}/log", "wb+") as log:
        process = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=subprocess.STDOUT, preexec_fn=prepare,
            env=dict(os.environ, **(environment or {})))
        stopped = False
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            passed = time.monotonic() - start
            if passed > limit and not stopped:
                stopped = True
                os.killpg(process.pid, signal.SIGKILL)
            progress.tick()
            time.sleep(0.01 if passed < 2 else 0.05)
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        progress.end()
        log.seek(0)
        text = log.read().decode(errors="replace")
    taken = Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1.024e-3, text=text)
    if stopped:
        taken.failure = f"stopped after {limit} s"
    elif process.returncode != 0:
        said = [line.strip() for line in text.splitlines() if line.strip()]
        taken.failure = f"exited with {process.returncode}: {said[-1][:160] if said else 'without a word'}"
    return taken


def adopt_orphans():
    """Makes this process the parent of its descendants' orphans (PR_SET_CHILD_SUBREAPER): what a program leaves
    running in the background can then be waited for and counted."""
    if ctypes.CDLL(None, use_errno=True).prctl(36, 1, 0, 0, 0) != 0:
        sys.exit("this kernel cannot hand over orphaned processes")
