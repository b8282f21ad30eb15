#!/usr/bin/env python3
"""Makes shaker-test.csv: a random force on a bracket with two modes, and its acceleration, in closed form.

The force is a sum of sines of random phase and equal amplitude, periodic in 2048 samples; the bracket is linear, so that
each sine passes through the accelerance. A little noise is added to the acceleration, not to the force: H1 is right.

usage: python3 make.py > shaker-test.csv   (the expected values go to stderr)
"""

import cmath
import math
import random
import sys

RATE, PERIOD, REPEATS = 2048, 1024, 8  # Hz, samples
FORCE = 10.0  # N rms
MODES = ((120.0, 0.02, 4.0), (310.0, 0.015, 2.5))  # Hz, damping ratio, modal mass in kg
BAND = (20, 500)  # Hz


def accelerance(frequency):
    """Acceleration over force in 1/kg: the sum of the modes."""
    w = 2 * math.pi * frequency
    return sum(
        -w * w / mass / ((2 * math.pi * own) ** 2 - w * w + 2j * damping * 2 * math.pi * own * w)
        for own, damping, mass in MODES)


def main():
    dice = random.Random(58)
    lines = [k for k in range(PERIOD // 2) if BAND[0] <= k * RATE / PERIOD <= BAND[1]]
    amplitude = FORCE * math.sqrt(2 / len(lines))
    pointers = {k: amplitude * cmath.exp(2j * math.pi * dice.random()) for k in lines}
    force, answer = [], []
    for j in range(PERIOD):
        turns = {k: pointers[k] * cmath.exp(2j * math.pi * (k * j % PERIOD) / PERIOD) for k in lines}
        force.append(sum(value.real for value in turns.values()))
        answer.append(sum((value * accelerance(k * RATE / PERIOD)).real for k, value in turns.items()))
    noise = 0.02 * math.sqrt(sum(value * value for value in answer) / PERIOD)
    print("time [s],force [N],acceleration [m/s^2]")
    for row in range(PERIOD * REPEATS):
        value = answer[row % PERIOD] + dice.gauss(0, noise)
        print(f"{row / RATE:.6f},{force[row % PERIOD]:.4f},{value:.4f}")
    rms = math.sqrt(sum(abs(pointers[k] * accelerance(k * RATE / PERIOD)) ** 2 / 2 for k in lines))
    peak = max(lines, key=lambda k: abs(accelerance(k * RATE / PERIOD)))
    print(f"rms of the acceleration {rms:.4f} m/s^2 before noise; largest at {peak * RATE / PERIOD} Hz: "
          f"{abs(accelerance(peak * RATE / PERIOD)):.4f} 1/kg", file=sys.stderr)


main()
