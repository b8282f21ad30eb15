#!/usr/bin/env python3
"""Makes road-load.csv: a quarter car on an ISO 8608 class C road at 20 m/s, in closed form.

The road is a sum of sines of random phases whose amplitudes follow the standard's spectrum; the car is linear, so that
each sine passes through its transfer function. Prints what the spectra must show.

usage: python3 make.py > road-load.csv   (the expected values go to stderr)
"""

import cmath
import math
import random
import sys

RATE, SAMPLES = 100, 8000  # Hz, 80 s
SPEED = 20.0  # m/s
ROUGHNESS, REFERENCE = 256e-6, 0.1  # m³ at 0.1 cycles/m: class C
BODY, WHEEL = 400.0, 40.0  # kg
SPRING, DAMPER, TYRE = 20e3, 1500.0, 180e3  # N/m, N s/m, N/m
BAND = (0.5, 40.0)  # Hz


def elevation_density(frequency):
    """m²/Hz of a road of that roughness at that speed: ISO 8608, G(n) = G(n0) (n/n0)^-2 and n = f/v."""
    return ROUGHNESS * (REFERENCE / (frequency / SPEED)) ** 2 / SPEED


def responses(frequency):
    """Accelerations of body and wheel over the road's elevation, in 1/s²."""
    w = 2 * math.pi * frequency
    link = SPRING + 1j * w * DAMPER
    # (link - ms w²) zb = link zw;  (link + kt - mu w²) zw = link zb + kt zr
    wheel = TYRE / (link + TYRE - WHEEL * w * w - link * link / (link - BODY * w * w))
    body = link / (link - BODY * w * w) * wheel
    return -w * w * body, -w * w * wheel


def low_pass(frequency, edge=3.0, order=4):
    """Squared magnitude of a digital Butterworth low-pass; forwards and backwards it acts twice."""
    ratio = math.tan(math.pi * frequency / RATE) / math.tan(math.pi * edge / RATE)
    return 1 / (1 + ratio ** (2 * order))


def main():
    dice = random.Random(8608)
    step = RATE / SAMPLES
    first, last = round(0.25 / step), round(45 / step)
    road, body, wheel = ([0j] * SAMPLES for _ in range(3))
    totals = [0.0, 0.0]
    for line in range(first, last + 1):
        frequency = line * step
        amplitude = math.sqrt(2 * elevation_density(frequency) * step)
        pointer = amplitude * cmath.exp(2j * math.pi * dice.random())
        over = responses(frequency)
        for index, (target, factor) in enumerate(((road, 1), (body, over[0]), (wheel, over[1]))):
            target[line] = pointer * factor
            if index and BAND[0] <= frequency <= BAND[1]:
                totals[index - 1] += abs(pointer * factor) ** 2 / 2
    series = [inverse(values) for values in (road, body, wheel)]
    print("time [s],road [mm],body [m/s^2],wheel [m/s^2]")
    for row in range(SAMPLES):
        print(f"{row / RATE:.2f},{series[0][row] * 1e3:.3f},{series[1][row]:.4f},{series[2][row]:.3f}")
    print(f"rms of body {math.sqrt(totals[0]):.4f} m/s^2, of wheel {math.sqrt(totals[1]):.4f} m/s^2 in {BAND} Hz", file=sys.stderr)
    ride = sum(abs(body[line]) ** 2 / 2 * low_pass(line * step) ** 2 for line in range(first, last + 1))
    print(f"rms of the body behind the ride filter {math.sqrt(ride):.5f} m/s^2", file=sys.stderr)
    peak = max(range(first, last), key=lambda line: abs(responses(line * step)[1]) ** 2 * elevation_density(line * step))
    print(f"largest density of the wheel at {peak * step:.2f} Hz", file=sys.stderr)


def inverse(lines):
    """Real part of the sum of the pointers, by a fast transform of length 8000 = 2^6 5^3."""
    def transform(values):
        count = len(values)
        for factor in (2, 5):
            if count % factor == 0:
                parts = [transform(values[start::factor]) for start in range(factor)]
                size = count // factor
                turn = [cmath.exp(2j * math.pi * k / count) for k in range(count)]
                return [sum(turn[k * p % count] * parts[p][k % size] for p in range(factor)) for k in range(count)]
        return list(values)
    return [value.real for value in transform(lines)]


main()
