"""Measures Kiln beside its peers; scripts/bench builds, installs and calls this.

Every figure is a median of whole processes or requests, printed with its threshold. Nothing here fails a
build: machines are shared and differ; ratios are firmer than seconds.
"""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time

from world import World, request

ROOT = os.getcwd()
ROWS = []


def report(name, value, unit, threshold, holds):
    ROWS.append(holds)
    print(f"{'ok  ' if holds else 'MISS'}  {name:58} {value:>10} {unit:8}  asked: {threshold}", flush=True)


def answer(world, method, path, body=b""):
    """One HTTP request on a new connection; returns the socket's file after the head."""
    link = world.connect()
    link.sendall(request(method, path, body, keep=False))
    reader = link.makefile("rb")
    while reader.readline().strip():
        pass
    return reader


def timed(action):
    start = time.monotonic()
    action()
    return time.monotonic() - start


def median_ms(action, runs):
    action()
    return 1e3 * statistics.median(timed(action) for _ in range(runs))


def start(world):
    """Start-up of the client and submission of the main job."""
    listing = median_ms(lambda: world.kiln("list"), 21)
    report("kiln list against a running server, whole process", f"{listing:.1f}", "ms", "< 15 ms", listing < 15)
    job = f"{ROOT}/jobs/automotive/bracket.yaml"
    submit = median_ms(lambda: world.kiln("submit", "--hold", job), 11)
    report("kiln submit of the main job, whole process", f"{submit:.1f}", "ms", "< 60 ms", submit < 60)


def latency(world):
    """From sending the submission to hearing that its task has ended."""
    body = json.dumps({
        "source": "name: nap\nkernel: test.sleep\n", "fileName": "nap.yaml", "files": [], "isHeld": False, "fresh": True,
    }).encode()

    def once():
        job = json.loads(answer(world, "POST", "/v1/jobs", body).read().split(b"\r\n")[-1] or b"{}")["job"]
        for line in answer(world, "GET", f"/v1/jobs/{job}/events?after=0&follow=1&snapshots=0"):
            if b'"ended"' in line:
                return
        sys.exit("the event stream ended before the task")

    value = median_ms(once, 50)
    report("submit to first output of test.sleep, idle server", f"{value:.1f}", "ms", "< 30 ms", value < 30)


def sweep(world):
    """Ten thousand durable tasks of no work."""
    job = world.file("sweep.yaml", "name: sweep\nkernel: test.sleep\nsweep: {value: {from: 1, to: 10000, count: 10000}}\n")
    rates = []
    for _ in range(3):
        seconds = timed(lambda: (world.kiln("submit", "--fresh", job), world.kiln("wait", "last")))
        rates.append(10_000 / seconds)
        rows = world.kiln("table", "last").splitlines()[1:]
        values = [float(row.split("\t")[-1]) for row in rows]
        if values != [float(n) for n in range(1, 10_001)]:
            sys.exit("the table does not hold every task's value")
    rate = statistics.median(rates)
    report("10 000 test.sleep tasks of 0 s, durable, tabulated", f"{rate:.0f}", "tasks/s", "> 5000/s", rate > 5000)


def commands(world):
    """A process for each task, beside xargs on the same machine at the same time."""
    job = world.file("true.yaml", "name: true\ncommand: [/bin/true, \"{n}\"]\nsweep: {n: {from: 1, to: 1000, count: 1000}}\n")
    ours, theirs = [], []
    numbers = "\n".join(str(n) for n in range(1000)).encode()
    for _ in range(3):
        theirs.append(1000 / timed(lambda: subprocess.run(["xargs", "-P2", "-n1", "/bin/true"], input=numbers, check=True)))
        ours.append(1000 / timed(lambda: (world.kiln("submit", job), world.kiln("wait", "last"))))
    ratio = statistics.median(a / b for a, b in zip(ours, theirs))
    report(f"1 000 /bin/true on 2 slots: {statistics.median(ours):.0f}/s, xargs {statistics.median(theirs):.0f}/s; ratio",
           f"{ratio:.2f}", "", ">= 0.5", ratio >= 0.5)


def million(world):
    """A sweep that is one row until it is dispatched."""
    job = world.file("million.yaml", "name: million\nkernel: test.sleep\nsweep: {value: {from: 1, to: 1000000, count: 1000000}}\n")
    seconds = median_ms(lambda: world.kiln("submit", "--hold", job), 5)
    report("submit a sweep of 1 000 000 points, whole process", f"{seconds:.1f}", "ms", "< 200 ms", seconds < 200)
    pid = json.loads(world.kiln("server", "status", "--json"))["pid"]
    with open(f"/proc/{pid}/status") as status:
        memory = int(re.search(r"VmRSS:\s*(\d+)", status.read()).group(1)) / 1024
    report("memory of the server with six of them held", f"{memory:.0f}", "MiB", "< 64 MiB", memory < 64)


def displacements(path):
    """Node to displacement from a .dat file."""
    found = {}
    with open(path) as text:
        inside = False
        for line in text:
            words = line.split()
            if line.startswith(" displacements"):
                inside = True
            elif words and not re.match(r"^-?\d", words[0]):
                inside = False
            elif inside and len(words) == 4:
                found[int(words[0])] = [float(word) for word in words[1:]]
    return found


def bracket(world):
    """One point of the main job beside CalculiX on the same deck, both with two threads."""
    with open("models/bracket/bracket-5mm.inp") as deck:
        text = re.sub(r"\{load(=[^}]*)?\}", "1000", deck.read())
    # Both print all displacements, so that the answers can be compared.
    text = re.sub(r"(?i)\*end step", "*NODE PRINT, NSET=COMPARED\nU\n*END STEP", text)
    nodes = "*NSET, NSET=COMPARED, GENERATE\n1, 1000000, 1\n"
    count = max(int(n) for n in re.findall(r"(?m)^\s*(\d+)\s*,\s*[-\d.]+[^,\n]*,[^,\n]*,[^,\n]*$", text))
    text = re.sub(r"(?im)^\*step", nodes.replace("1000000", str(count)) + "*STEP", text, count=1)
    folder = f"{world.folder}/ccx"
    os.makedirs(folder)
    with open(f"{folder}/bracket.inp", "w") as out:
        out.write(text)
    environment = dict(world.environment, OMP_NUM_THREADS="2")
    ours, theirs = [], []
    job = world.file("bracket.yaml", "name: bracket\nkernel: fe.solve\ninputs: {deck: ccx/bracket.inp}\nresources: {cpus: 2}\n")
    for _ in range(15):
        theirs.append(timed(lambda: subprocess.run(["ccx", "-i", "bracket"], cwd=folder, env=environment, check=True, capture_output=True)))
        shutil.rmtree(f"{world.folder}/out", ignore_errors=True)
        ours.append(timed(lambda: world.kiln("run", "--fresh", job, "--output", f"{world.folder}/out")))
    ratio = statistics.median(a / b for a, b in zip(ours, theirs))
    report(f"bracket-5mm: kiln run {statistics.median(ours):.2f} s, ccx {statistics.median(theirs):.2f} s; ratio",
           f"{ratio:.2f}", "", "<= 0.33", ratio <= 1 / 3)
    here, there = displacements(f"{world.folder}/out/bracket.dat"), displacements(f"{folder}/bracket.dat")
    if not there or here.keys() != there.keys():
        sys.exit("the two .dat files do not hold the same nodes")
    largest = max(abs(x) for row in there.values() for x in row)
    worst = max(abs(a - b) for node in there for a, b in zip(here[node], there[node])) / largest
    report(f"largest difference of {len(there)} displacements, of the largest", f"{worst:.1e}", "", "<= 1e-5", worst <= 1e-5)


BENCHMARKS = {f.__name__: f for f in (start, latency, sweep, commands, million, bracket)}


def main():
    chosen = sys.argv[1:] or list(BENCHMARKS)
    unknown = [name for name in chosen if name not in BENCHMARKS]
    if unknown:
        sys.exit(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    print(f"{os.cpu_count()} cpus, load {os.getloadavg()[0]:.1f}, {time.strftime('%Y-%m-%d')}")
    for name in chosen:
        with World() as world:
            BENCHMARKS[name](world)
    print(f"{sum(ROWS)} of {len(ROWS)} thresholds hold")


main()
