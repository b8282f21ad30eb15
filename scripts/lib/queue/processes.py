"""A process for each task: beside the floor of posix_spawn, xargs, GNU parallel, HyperQueue and Slurm, in turn; and the
same in the sandbox."""

import shutil
import statistics
import subprocess
import time

import row
from world import World

COUNT = 10_000
SANDBOXED = 3000
# The least that bubblewrap can be asked for: namespaces of its own, and nothing that can be written.
BARE_SANDBOX = ("--unshare-all", "--ro-bind", "/", "/")


def true_commands(options):
    ours, pairs, notes, rivals = [], [], [], {}
    for _ in range(options.repeats):
        pairs.append(options.peers.pair(COUNT, "/bin/true"))
        rate, note = ended(COUNT)
        ours.append(rate)
        notes.append(note)
        for name, rate in rates(options.peers).items():
            rivals.setdefault(name, []).append(rate)
    known = [COUNT / seconds for seconds in pairs if seconds]
    note = f"Kiln {statistics.median(ours):.0f}/s; {notes[-1]}"
    if known:
        ratio = statistics.median(a / b for a, b in zip(ours, known))
        yield row.Figure(f"{COUNT} /bin/true, of the pair of posix_spawn", ratio, "", 0.6, note=note)
        yield row.Figure("the pair itself", statistics.median(known), "tasks/s")
    else:
        yield row.Figure(f"{COUNT} /bin/true", statistics.median(ours), "tasks/s", note=note)
    for name, values in rivals.items():
        yield row.Figure(name, statistics.median(values), "tasks/s")


def sandboxed(options):
    bwrap = shutil.which("bwrap")
    if not bwrap:
        options.peers.missing["the sandbox"] = "there is no `bwrap`"
        return
    ours, pairs, notes = [], [], []
    for _ in range(options.repeats):
        pairs.append(options.peers.pair(SANDBOXED, bwrap, *BARE_SANDBOX, "/bin/true"))
        rate, note = ended(SANDBOXED, "isolation: sandbox\n")
        ours.append(rate)
        notes.append(note)
    yield row.Figure(f"{SANDBOXED} /bin/true in the sandbox", statistics.median(ours), "tasks/s", 300, note=notes[-1])
    known = [SANDBOXED / seconds for seconds in pairs if seconds]
    if known:
        yield row.Figure("the pair with the barest bubblewrap", statistics.median(known), "tasks/s")


def ended(count, more=""):
    """Commands in a second, and what they took."""
    job = f'name: true\ncommand: [/bin/true, "{{n}}"]\n{more}sweep: {{n: {{from: 1, to: {count}, count: {count}}}}}\n'
    with World() as world:
        path = world.file("true.yaml", job)
        before = world.processor()
        return count / world.through(path), row.spent(world, before)


def rates(peers):
    """Tasks in a second of those that are here, with as many tasks as take a few seconds."""
    found = {}
    if peers.has("xargs"):
        numbers = "\n".join(map(str, range(COUNT))).encode()
        found["xargs -P2 -n1"] = COUNT / timed(["xargs", "-P2", "-n1", "/bin/true"], numbers)
    if peers.has("GNU parallel"):
        numbers = "\n".join(map(str, range(1000))).encode()
        found["GNU parallel -j2 (1 000)"] = 1000 / timed(["parallel", "--will-cite", "-j2", "/bin/true"], numbers)
    seconds = peers.seconds("HyperQueue", "hyperqueue_true", 3000, "/bin/true")
    if seconds:
        found["HyperQueue, no journal (3 000)"] = 3000 / seconds
    seconds = peers.slurm(100, "/bin/true")
    if seconds:
        found["Slurm, sbatch --array (100)"] = 100 / seconds
    return found


def timed(command, text=b""):
    start = time.monotonic()
    subprocess.run(command, input=text, check=True, capture_output=True)
    return time.monotonic() - start


ROWS = [
    row.Row("true", "10 000 /bin/true on two slots", true_commands),
    row.Row("sandbox", "3 000 /bin/true in the sandbox", sandboxed),
]
