"""A server of its own for one row, driven as a user would drive it, and what its processes take."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

TICK = os.sysconf("SC_CLK_TCK")


class World:
    """A throw-away state directory with a running server."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="kb-", dir="/tmp")
        self.state = f"{self.folder}/s"
        self.environment = dict(os.environ, KILN_STATE=self.state)
        self.up()
        return self

    def __exit__(self, *_):
        self.kiln("server", "down", check=False)
        self.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def end(self):
        """Waits for the server, and ends it where it does not leave by itself."""
        deadline = time.monotonic() + 20
        while os.path.exists(f"/proc/{self.pid}") and time.monotonic() < deadline:
            time.sleep(0.02)
        if os.path.exists(f"/proc/{self.pid}"):
            os.kill(self.pid, 9)

    def up(self):
        self.kiln("server", "up")
        self.pid = json.loads(self.kiln("server", "status", "--json"))["pid"]

    def kiln(self, *arguments, check=True):
        done = subprocess.run(["kiln", *arguments], env=self.environment, capture_output=True, text=True)
        if check and done.returncode != 0:
            sys.exit(f"kiln {' '.join(arguments)} exited with {done.returncode}: {done.stderr}")
        return done.stdout

    def file(self, name, text):
        path = f"{self.folder}/{name}"
        with open(path, "w") as out:
            out.write(text)
        return path

    def submit(self, path, *options):
        """The number of the job; every task is computed, whatever was computed before."""
        return self.kiln("submit", "--fresh", *options, path).strip()

    def through(self, path):
        """Seconds from submitting a job to the end of waiting for it, two client processes included."""
        start = time.monotonic()
        self.kiln("wait", self.submit(path))
        return time.monotonic() - start

    def connect(self):
        link = socket.socket(socket.AF_UNIX)
        link.connect(f"{self.state}/server.sock")
        return link

    # What the processes take.

    def memory(self, peak=False):
        """Resident memory of the server in MB, now or at most."""
        wanted = "VmHWM:" if peak else "VmRSS:"
        with open(f"/proc/{self.pid}/status") as lines:
            for line in lines:
                if line.startswith(wanted):
                    return int(line.split()[1]) * 1.024e-3
        return 0.0

    def processor(self):
        """Processor seconds of the server and of its workers, with what these have started, so far; those of dead
        workers count as the server's children."""
        own, dead = times(self.pid)
        return own, dead + sum(sum(times(process)) for process in descendants(self.pid))


def times(pid):
    """Processor seconds of a process, and of its children that have ended."""
    try:
        with open(f"/proc/{pid}/stat") as text:
            fields = text.read().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0, 0.0
    user, system, child_user, child_system = (int(field) for field in fields[11:15])
    return (user + system) / TICK, (child_user + child_system) / TICK


def descendants(pid):
    return [process for child in children(pid) for process in [child, *descendants(child)]]


def children(pid):
    found = []
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:
        # It has ended since it was listed.
        return []
    for thread in threads:
        try:
            with open(f"/proc/{pid}/task/{thread}/children") as text:
                found += [int(word) for word in text.read().split()]
        except OSError:
            # The thread of a connection has ended since it was listed.
            continue
    return found


def request(method, path, body=b"", keep=True):
    """The bytes of a request."""
    head = f"{method} {path} HTTP/1.1\r\nHost: kiln\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return (head + ("" if keep else "Connection: close\r\n") + "\r\n").encode() + body


def sweep(count, name="sweep", **parameters):
    """A job file of `test.sleep` with so many points."""
    given = ", ".join(f"{key}: {value}" for key, value in parameters.items())
    lines = [f"name: {name}", "kernel: test.sleep"]
    if given:
        lines.append(f"parameters: {{{given}}}")
    lines.append(f"sweep: {{value: {{from: 1, to: {count}, count: {count}}}}}")
    return "\n".join(lines) + "\n"
