"""The server beside kernels that take every processor."""

import statistics
import time

import row
from looking import timed
from submission import submit_all
from world import World

BUSY = """name: busy
command: [sh, -c, "while :; do :; done", "{n}"]
sweep: {n: [1, 2, 3, 4, 5, 6, 7, 8]}
"""


def saturated(options):
    """Every slot computes; submissions are committed one by one as they are acknowledged, and `kiln list` is timed."""
    rates, lists = [], []
    for _ in range(options.repeats):
        with World() as world:
            busy = world.submit(world.file("busy.yaml", BUSY))
            time.sleep(1)
            seconds, _ = submit_all(world)
            rates.append(10_000 / seconds)
            lists.append(statistics.median(timed(lambda: world.kiln("list")) for _ in range(11)))
            world.kiln("cancel", busy)
            world.kiln("cancel", "1-10001")
    yield row.Figure("durable submissions while both processors compute", statistics.median(rates), "acks/s", 2000)
    yield row.Figure("kiln list at that time, whole process", statistics.median(lists), "ms", 60, False)


ROWS = [row.Row("saturated", "durable commits and `list` while kernels saturate both cores", saturated)]
