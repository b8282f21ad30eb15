"""Tasks of one sweep, durable: with nothing kept, with a summary, with a file."""

import subprocess
import time

import row
from world import World, sweep

POINTS = 1_000_000


def bare(options):
    yield from rates(options, "nothing kept", 200_000, POINTS, "outputs: none\n")
    yield from peers(options)


def plain(options):
    yield from rates(options, "its ordinary summary", None, POINTS)


def summaries(options):
    """A distinct summary of 1 kB for each task; reading all of them back counts."""
    measured = []
    for _ in range(options.repeats):
        with World() as world:
            job = world.file("job.yaml", sweep(POINTS, summary_bytes=1000))
            before = world.processor()
            computing = world.through(job)
            start = time.monotonic()
            check_table(world)
            measured.append((POINTS / (computing + time.monotonic() - start), POINTS / computing, row.spent(world, before)))
    both, alone, note = middle(measured)
    yield row.Figure("1 kB summary each, read back by table", both, "tasks/s", 20_000, note=f"{alone:.0f}/s without the table; {note}")


def check_table(world):
    path = f"{world.folder}/table.tsv"
    with open(path, "w") as out:
        subprocess.run(["kiln", "table", "last"], env=world.environment, stdout=out, check=True)
    with open(path) as lines:
        head = next(lines).rstrip("\n").split("\t")
        value, text = head.index("value"), head.index("filling")
        seen = set()
        for count, line in enumerate(lines, 1):
            cells = line.rstrip("\n").split("\t")
            seen.add(cells[text])
            if float(cells[value]) != count:
                raise SystemExit(f"row {count} of the table holds {cells[value]}")
    if count != POINTS or len(seen) != POINTS:
        raise SystemExit(f"the table has {count} rows with {len(seen)} different summaries, not {POINTS}")


def files(options):
    yield from rates(options, "a distinct file of 64 KiB each", 1000, 20_000, parameters={"file_bytes": 65536})


def rates(options, what, asked, count, extra="", parameters=None):
    measured = []
    for _ in range(options.repeats):
        with World() as world:
            job = world.file("job.yaml", sweep(count, **(parameters or {})) + extra)
            before = world.processor()
            measured.append((count / world.through(job), row.spent(world, before)))
    rate, note = middle(measured)
    yield row.Figure(f"{count} tasks, {what}", rate, "tasks/s", asked, note=note)


def middle(measured):
    return sorted(measured)[(len(measured) - 1) // 2]


def peers(options):
    for name, program, count in (("Parsl", "parsl_noop", 5000), ("Dask", "dask_noop", 5000)):
        rate = options.peers.rate(name, program, count, options.repeats)
        if rate:
            yield row.Figure(f"{name}, {count} empty Python calls, not durable", rate, "tasks/s")


ROWS = [
    row.Row("bare", "1 M tasks of test.sleep, nothing kept", bare),
    row.Row("plain", "1 M tasks of test.sleep with its ordinary summary", plain),
    row.Row("summaries", "1 M tasks with a distinct summary of 1 kB, read back by table", summaries),
    row.Row("files", "20 000 tasks with a distinct file of 64 KiB", files),
]
