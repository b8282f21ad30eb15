"""Whether the queue gets slower with what it has behind it."""

import os
import statistics

import row
from world import World, sweep

ROUNDS, TASKS = 50, 100_000


def rounds(options):
    """The slope of the straight line through the rates of all rounds, from the first to the last; that of the processor
    seconds beside it, which other programs of the machine hardly change."""
    rates, costs = [], []
    with World() as world:
        path = world.file("job.yaml", sweep(TASKS))
        before = world.processor()
        for _ in range(ROUNDS):
            start = sum(world.processor())
            rates.append(TASKS / world.through(path))
            costs.append(sum(world.processor()) - start)
        note = row.spent(world, before)
    fall, growth = 100 * slope(rates), 100 * slope(costs)
    what = f"{ROUNDS} rounds of {TASKS} tasks: slope of the rate over all"
    yield row.Figure(what, abs(fall), "% of mean", 10, False, f"{fall:+.1f} %; mean {sum(rates) / ROUNDS:.0f}/s; {note}")
    what = "slope of the processor seconds of server and workers"
    yield row.Figure(what, abs(growth), "% of mean", note=f"{growth:+.1f} %; mean {sum(costs) / ROUNDS:.2f} s a round")


def kept(options):
    """With a million finished tasks kept, 1 000 jobs of 1 000 tasks each, beside a server that has none: in turn, so
    that both meet the same load."""
    with World() as full, World() as empty:
        small = full.file("small.yaml", sweep(1000))
        last = [full.submit(small) for _ in range(1000)][-1]
        full.kiln("wait", last)
        full.kiln("wait", f"1-{last}")
        # What the finished tasks left to be written is not what is measured.
        os.sync()
        probes = [(world, world.file("probe.yaml", sweep(TASKS))) for world in (empty, full)]
        for world, path in probes:
            world.through(path)
        pairs = [[TASKS / world.through(path) for world, path in probes] for _ in range(options.repeats)]
    ratio = statistics.median(later / fresh for fresh, later in pairs)
    fresh, later = (statistics.median(rates) for rates in zip(*pairs))
    yield row.Figure("rate with 1 M finished tasks kept, of that without", ratio, "", 0.9, note=f"{later:.0f}/s and {fresh:.0f}/s")


def slope(values):
    """Of the least-squares line from the first to the last value, as a fraction of the mean."""
    count = len(values)
    middle, mean = (count - 1) / 2, sum(values) / count
    rise = sum((n - middle) * (value - mean) for n, value in enumerate(values)) / sum((n - middle) ** 2 for n in range(count))
    return rise * (count - 1) / mean


ROWS = [
    row.Row("rounds", "50 rounds of 100 000 tasks in the same database", rounds),
    row.Row("kept", "1 M finished tasks are kept", kept),
]
