"""Tasks of ten milliseconds on two slots beside the time that they would take without a queue."""

import os
import statistics

import row
from world import World, sweep

COUNT, EACH = 2000, 0.010
IDEAL = COUNT * EACH / (os.cpu_count() or 2)


def kernels(options):
    yield from factor(options, "10 ms kernels", 1.03, sweep(COUNT, duration="10 ms"))


def commands(options):
    # `sleep` adds its arguments up: a zero for each point makes them points without changing the time.
    text = f"name: naps\ncommand: [/bin/sleep, '0.01', '{{n}}']\nsweep: {{n: {{from: 0, to: 1.0e-12, count: {COUNT}}}}}\n"
    yield from factor(options, "10 ms commands", 1.2, text)


def factor(options, what, asked, text):
    measured, notes = [], []
    for _ in range(options.repeats):
        with World() as world:
            path = world.file("job.yaml", text)
            before = world.processor()
            measured.append(world.through(path) / IDEAL)
            notes.append(row.spent(world, before))
    yield row.Figure(f"{COUNT} {what}, of {IDEAL:.0f} s", statistics.median(measured), "", asked, at_least=False, note=notes[-1])


ROWS = [
    row.Row("kernels", "2 000 kernels of 10 ms", kernels),
    row.Row("commands", "2 000 commands of 10 ms", commands),
]
