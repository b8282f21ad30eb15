#!/usr/bin/env python3
"""Makes run-up.csv: the vibration of a wind turbine's gearbox while it runs up, in closed form.

The tooth mesh is a sine whose frequency rises evenly from 40 to 240 Hz in 20 s (slope 10 Hz/s), its second order half as
strong; a resonance of the housing stays at 330 Hz, and noise covers all.

usage: python3 make.py > run-up.csv
"""

import math
import random

RATE, SECONDS = 1000, 20
START, SLOPE = 40.0, 10.0  # Hz, Hz/s


def main():
    dice = random.Random(20)
    print("time [s],acceleration [m/s^2]")
    for row in range(RATE * SECONDS):
        t = row / RATE
        turns = START * t + SLOPE * t * t / 2
        value = 2 * math.sin(2 * math.pi * turns) + math.sin(4 * math.pi * turns)
        value += 0.2 * math.sin(2 * math.pi * 330 * t) + dice.gauss(0, 0.3)
        print(f"{t:.3f},{value:.3f}")


main()
