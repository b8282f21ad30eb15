#!/usr/bin/env python3
"""Makes blade-root.csv: bending moments at the root of a wind turbine blade, 10 minutes at 20 Hz.

Flapwise: thrust with wind shear and tower shadow once per turn, and turbulence through the first flap mode. Edgewise: the
blade's weight once per turn and the first edge mode. Prints equivalent loads counted by a plain transcription of
ASTM E1049-85, 5.4.4.

usage: python3 make.py > blade-root.csv   (the expected values go to stderr)
"""

import math
import random
import sys

RATE, SECONDS = 20, 600
TURN = 0.2  # Hz
EQUIVALENT = 600  # cycles: one per second


def mode(noise, frequency, damping):
    """A resonator driven by noise, of unit gain at rest."""
    step = 2 * math.pi * frequency / RATE
    decay, turn = math.exp(-damping * step), step * math.sqrt(1 - damping * damping)
    a1, a2 = 2 * decay * math.cos(turn), -decay * decay
    one = two = 0.0
    for value in noise:
        one, two = a1 * one + a2 * two + (1 - a1 - a2) * value, one
        yield one


def moments():
    dice = random.Random(61400)
    slow, wind = 0.0, []
    for _ in range(RATE * SECONDS):
        slow += (dice.gauss(0, 1) - slow) * 0.02
        wind.append(slow + 0.15 * dice.gauss(0, 1))
    flap = list(mode(wind, 0.7, 0.3))
    edge = list(mode([dice.gauss(0, 1) for _ in wind], 1.1, 0.02))
    for index in range(RATE * SECONDS):
        angle = 2 * math.pi * TURN * index / RATE
        shadow = math.exp(-((math.cos(angle) + 1) / 0.05) ** 2)
        yield (2400 + 420 * math.cos(angle) - 380 * shadow + 2600 * flap[index],
               150 + 1900 * math.sin(angle) + 60 * edge[index])


def cycles(samples):
    """(range, count) by ASTM E1049-85, 5.4.4."""
    # A plateau is one point.
    samples = [one for one, before in zip(samples, [None, *samples]) if one != before]
    points = [samples[0]]
    for before, here, after in zip(samples, samples[1:], samples[2:]):
        if (here - before) * (after - here) < 0:
            points.append(here)
    points.append(samples[-1])
    stack = []
    for point in points:
        stack.append(point)
        while len(stack) >= 3:
            x, y = abs(stack[-1] - stack[-2]), abs(stack[-2] - stack[-3])
            if x < y:
                break
            if len(stack) == 3:
                yield y, 0.5
                stack.pop(0)
            else:
                yield y, 1.0
                del stack[-3:-1]
    for one, other in zip(stack, stack[1:]):
        yield abs(one - other), 0.5


def main():
    rows = [(round(flap, 1), round(edge, 1)) for flap, edge in moments()]
    print("time [s],flapwise [kN m],edgewise [kN m]")
    for index, (flap, edge) in enumerate(rows):
        print(f"{index / RATE:.2f},{flap:.1f},{edge:.1f}")
    for name, column in (("flapwise", 0), ("edgewise", 1)):
        counted = list(cycles([row[column] for row in rows]))
        total = sum(count for _, count in counted)
        print(f"{name}: {total} cycles, largest range {max(size for size, _ in counted):.1f} kN m", file=sys.stderr)
        for exponent in (10, 4):
            load = (sum(count * size**exponent for size, count in counted) / EQUIVALENT) ** (1 / exponent)
            print(f"  m = {exponent}: {load:.6f} kN m", file=sys.stderr)


main()
