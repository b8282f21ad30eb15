"""Whether the queue gets slower with what it has behind it."""

import row
from world import World, sweep

ROUNDS, TASKS = 50, 100_000


def rounds(options):
    """The rate of the last ten rounds beside that of the first ten, and the slope over all."""
    with World() as world:
        path = world.file("job.yaml", sweep(TASKS))
        before = world.processor()
        rates = [TASKS / world.through(path) for _ in range(ROUNDS)]
        note = row.spent(world, before)
    ratio = sum(rates[-10:]) / sum(rates[:10])
    yield row.Figure(f"{ROUNDS} rounds of {TASKS} tasks, last ten to first ten", ratio, "", 0.9, note=note)
    yield row.Figure("slope, of the mean rate over all rounds", 100 * slope(rates), "%", note=f"mean {sum(rates) / ROUNDS:.0f}/s")


def kept(options):
    """With a million finished tasks kept: 1 000 jobs of 1 000 tasks each."""
    with World() as world:
        probe = world.file("probe.yaml", sweep(TASKS))
        fresh = row.median(lambda: TASKS / world.through(probe), options.repeats)
        small = world.file("small.yaml", sweep(1000))
        last = [world.submit(small) for _ in range(1000)][-1]
        world.kiln("wait", last)
        world.kiln("wait", f"1-{last}")
        later = row.median(lambda: TASKS / world.through(probe), options.repeats)
    yield row.Figure("rate with 1 M finished tasks kept, of that without", later / fresh, "", 0.9, note=f"{later:.0f}/s and {fresh:.0f}/s")


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
