"""Runs `kiln server up`, the command and `kiln server down`, and prints what all of their processes took, as JSON.

A program of its own: it adopts the server and the workers when they are orphaned, waits for every one of them,
and so counts processor time to the last.
Passing the limit cancels the job, so that nothing of it is left behind.
usage: counted.py LIMIT-IN-SECONDS KILN-ARGUMENTS…
"""

import json
import os
import signal
import subprocess
import sys
import time

from measure import adopt_orphans

adopt_orphans()
subprocess.run(["kiln", "server", "up"], check=True, stdout=subprocess.DEVNULL)
start = time.monotonic()
client = subprocess.Popen(["kiln", *sys.argv[2:]], stdout=subprocess.DEVNULL)
# The client cancels its job when it is interrupted.
signal.signal(signal.SIGALRM, lambda *_: client.send_signal(signal.SIGINT))
signal.alarm(int(sys.argv[1]))
_, status, usage = os.wait4(client.pid, 0)
signal.alarm(0)
wall = time.monotonic() - start
code = os.waitstatus_to_exitcode(status)
client.returncode = code
parts = [usage]
# Not through subprocess.run, which would reap a server that ends at the same time unseen.
down = os.posix_spawnp("kiln", ["kiln", "server", "down"], os.environ,
                       file_actions=[(os.POSIX_SPAWN_OPEN, stream, "/dev/null", os.O_WRONLY, 0) for stream in (1, 2)])
while True:
    try:
        pid, _, usage = os.wait4(-1, 0)
    except ChildProcessError:
        break
    if pid != down:
        parts.append(usage)
print(json.dumps({
    "wall": wall, "exit": code,
    "cpu": sum(part.ru_utime + part.ru_stime for part in parts),
    # A process's peak includes those it has waited for, so this is the client and the largest of the others.
    "memory": (parts[0].ru_maxrss + max([0] + [part.ru_maxrss for part in parts[1:]])) * 1.024e-3,
}))
