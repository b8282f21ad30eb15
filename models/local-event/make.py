#!/usr/bin/env python3
"""Makes local-event.csv: vertical traces of four stations that record a small local earthquake, 60 s at 100 Hz.

Coloured noise; a P wave at the time that a half-space of 5.8 km/s gives, an S wave at 3.35 km/s. Station 4 has a spike of its
own before, which is no event. Prints the arrivals.

usage: python3 make.py > local-event.csv   (the expected values go to stderr)
"""

import math
import random
import sys

RATE, SECONDS = 100, 60
ORIGIN, FASTER, SLOWER = 22.0, 5.8, 3.35  # s, km/s
DISTANCES = (14.0, 21.0, 33.0, 40.0)  # km


def wavelet(time, frequency, decay):
    return math.exp(-time / decay) * math.sin(2 * math.pi * frequency * time) if time >= 0 else 0.0


def trace(number, distance):
    dice = random.Random(300 + number)
    slow = 0.0
    p, s = ORIGIN + distance / FASTER, ORIGIN + distance / SLOWER
    size = 900 * (14 / distance) ** 1.5
    for index in range(RATE * SECONDS):
        time = index / RATE
        slow += (dice.gauss(0, 1) - slow) * 0.3
        value = 8 * slow + size * wavelet(time - p, 7, 0.9) + 2.2 * size * wavelet(time - s, 4, 1.6)
        if number == 4:
            value += 150 * wavelet(time - 13.0, 12, 0.25)
        yield value


def main():
    columns = [[round(value, 1) for value in trace(number, distance)] for number, distance in enumerate(DISTANCES, 1)]
    print("time [s]," + ",".join(f"ST0{number} [nm/s]" for number in range(1, 5)))
    for index, row in enumerate(zip(*columns)):
        print(f"{index / RATE:.2f}," + ",".join(f"{value:.1f}" for value in row))
    for number, distance in enumerate(DISTANCES, 1):
        print(f"ST0{number}: P at {ORIGIN + distance / FASTER:.3f} s", file=sys.stderr)


main()
