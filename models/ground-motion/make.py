#!/usr/bin/env python3
"""Makes ground-motion.csv: three components of a synthetic earthquake, 30 s at 100 Hz.

Noise through a Kanai–Tajimi soil of 2.5 Hz and 60 % damping, with a growing and decaying envelope. Prints peaks and
spectral ordinates by Newmark's method of constant average acceleration at a fiftieth of the step: a second method beside
the exact steps of the kernel.

usage: python3 make.py > ground-motion.csv   (the expected values go to stderr)
"""

import math
import random
import sys

RATE, SECONDS = 100, 30
SOIL, SOIL_DAMPING = 2.5, 0.6  # Hz
PERIODS = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.8, 1.0, 1.5, 2.0, 3.0)  # s


def component(seed, scale):
    dice = random.Random(seed)
    omega = 2 * math.pi * SOIL
    step, fine = 1 / RATE, 10
    x = v = 0.0
    for index in range(RATE * SECONDS):
        time = index * step
        envelope = (time / 4) ** 2 if time < 4 else 1.0 if time < 10 else math.exp(-0.25 * (time - 10))
        drive = dice.gauss(0, 1) * envelope if index else 0.0
        for _ in range(fine):
            a = -drive - 2 * SOIL_DAMPING * omega * v - omega * omega * x
            v += a * step / fine
            x += v * step / fine
        yield scale * -(2 * SOIL_DAMPING * omega * v + omega * omega * x)


def response(base, period, damping, parts=50):
    """Largest absolute acceleration at sample times by Newmark's method, beta 1/4."""
    omega = 2 * math.pi / period
    step = 1 / RATE / parts
    x = v = 0.0
    a = -base[0]
    largest = 0.0
    mass = 1 + damping * omega * step + omega * omega * step * step / 4
    for one, other in zip(base, base[1:]):
        for part in range(1, parts + 1):
            ground = one + (other - one) * part / parts
            ahead_x, ahead_v = x + step * v + step * step / 4 * a, v + step / 2 * a
            new = (-ground - 2 * damping * omega * ahead_v - omega * omega * ahead_x) / mass
            x, v, a = ahead_x + step * step / 4 * new, ahead_v + step / 2 * new, new
        largest = max(largest, abs(2 * damping * omega * v + omega * omega * x))
    return largest


def main():
    columns = [[round(value, 5) for value in component(seed, scale)] for seed, scale in ((1, 2.2), (2, 1.8), (3, 1.1))]
    print("time [s],north [m/s^2],east [m/s^2],up [m/s^2]")
    for index, row in enumerate(zip(*columns)):
        print(f"{index / RATE:.2f}," + ",".join(f"{value:.5f}" for value in row))
    for name, base in zip(("north", "east", "up"), columns):
        arias = math.pi / (2 * 9.80665) * sum((a * a + b * b) / 2 for a, b in zip(base, base[1:])) / RATE
        print(f"{name}: peak {max(map(abs, base)):.5f} m/s^2, Arias {arias:.6f} m/s", file=sys.stderr)
    ordinates = [(response(base, period, 0.05), name, period)
                 for name, base in (("north", columns[0]), ("east", columns[1])) for period in PERIODS]
    largest, name, period = max(ordinates)
    print(f"largest ordinate of the horizontals, 5 %: {largest:.5f} m/s^2 ({name}, T = {period} s)", file=sys.stderr)


main()
