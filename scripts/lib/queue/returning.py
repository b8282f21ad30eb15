"""A server that comes back to a long queue."""

import os
import signal
import statistics
import time

import row
from submission import submit_all
from world import World, sweep


def restart(options):
    yield from measure(options, "one sweep of 100 000 live tasks", sweeping)
    yield from measure(options, "10 000 live jobs of 10 tasks", jobs)


def sweeping(world):
    world.submit(world.file("live.yaml", sweep(100_000, duration="1 h")))


def jobs(world):
    submit_all(world, "name: ten\nkernel: test.sleep\nparameters: {duration: 1 h}\nsweep: {value: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]}\n")


def measure(options, what, fill):
    with World() as world:
        fill(world)
        time.sleep(1)
        taken = [once(world) for _ in range(options.repeats)]
        yield row.Figure(f"restart with {what}, to the first answer", statistics.median(taken), "s", 1, False)
        world.kiln("cancel", "last")


def once(world):
    """From starting a server, after the one before was killed, to the answer of `kiln list`."""
    os.kill(world.pid, signal.SIGKILL)
    world.end()
    start = time.monotonic()
    world.up()
    world.kiln("list")
    return time.monotonic() - start


ROWS = [row.Row("restart", "a restart with 100 000 live tasks", restart)]
