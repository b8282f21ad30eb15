"""Looking at a long queue, its memory, and emptying it."""

import statistics
import time

import row
from submission import submit_all
from world import World, sweep

SLEEPER = "name: sleeper\nkernel: test.sleep\nparameters: {duration: 1 h}\n"


def pending(options):
    """One sweep of a million points behind a job that keeps both slots."""
    with World() as world:
        occupy(world)
        job = world.submit(world.file("million.yaml", sweep(1_000_000, duration="1 h")))
        yield from looks(world, options, job, "1 M pending tasks")
        yield row.Figure("memory of the server with 1 M pending tasks", world.memory(), "MB", 64, False)
        yield cancel(world, [job], "cancel a job of 1 M pending tasks")


def many(options):
    """Ten thousand jobs of one task."""
    with World() as world:
        occupy(world)
        submit_all(world, SLEEPER)
        yield from looks(world, options, "last", "10 000 jobs")
        yield row.Figure("memory of the server with 10 000 jobs", world.memory(), "MB", 300, False)
        yield cancel(world, ["all"], "cancel all of 10 000 jobs")


def occupy(world):
    """Both slots are taken, so that everything else waits."""
    for _ in range(2):
        world.submit(world.file("sleeper.yaml", SLEEPER))
    time.sleep(0.5)


def looks(world, options, job, what):
    for words in (["list"], ["show", job], ["explain", f"{job}.1"]):
        taken = [timed(lambda: world.kiln(*words)) for _ in range(max(11, options.repeats))]
        yield row.Figure(f"kiln {words[0]} with {what}, whole process", statistics.median(taken), "ms", 50, False)


def timed(action):
    start = time.monotonic()
    action()
    return 1e3 * (time.monotonic() - start)


def cancel(world, jobs, what):
    return row.Figure(what, timed(lambda: world.kiln("cancel", *jobs)) / 1e3, "s", 1, False)


ROWS = [
    row.Row("pending", "list, show, explain, memory and cancel with 1 M pending tasks", pending),
    row.Row("many", "list, show, explain, memory and cancel with 10 000 jobs", many),
]
