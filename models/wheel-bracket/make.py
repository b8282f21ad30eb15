#!/usr/bin/env python3
"""Makes wheel-bracket.inp: a steel strip clamped to the wheel carrier, 330 mm x 30 mm x 4 mm, for its modes.

Prints what must come out: the frequency of Euler's beam, and for the road of ../road-load the stress at the root, from the
closed form of the quarter car: its rms, and the damage that rainflow (ASTM E1049) counts in a realisation of one hour.

usage: python3 make.py > wheel-bracket.inp   (the expected values go to stderr)
"""

import contextlib
import importlib.util
import io
import math
import os
import random
import sys

LENGTH, WIDTH, HEIGHT = 330.0, 30.0, 4.0  # mm
ALONG, ACROSS = 22, 2
YOUNG, POISSON, DENSITY = 210e3, 0.3, 7.85e-9  # MPa, t/mm³
DAMPING = 0.02
SLOPE, KNEE, KNEE_CYCLES = 5.0, 40.0, 2e6  # welded toe: MPa amplitude


def deck():
    grid, lines = {}, ["*HEADING", "Strip of 330 mm x 30 mm x 4 mm, clamped at x = 0; mm, N, t, s", "*NODE, NSET=NALL"]
    for i in range(2 * ALONG + 1):
        for j in range(2 * ACROSS + 1):
            for k in range(3):
                if (i % 2) + (j % 2) + (k % 2) > 1:
                    continue
                grid[i, j, k] = len(grid) + 1
                x, y, z = i * LENGTH / 2 / ALONG, (j / 2 / ACROSS - 0.5) * WIDTH, (k / 2 - 0.5) * HEIGHT
                lines.append(f"{len(grid)}, {x:g}, {y:g}, {z:g}")
    lines.append("*ELEMENT, TYPE=C3D20R, ELSET=EALL")
    corners = [(0, 0, 0), (2, 0, 0), (2, 2, 0), (0, 2, 0), (0, 0, 2), (2, 0, 2), (2, 2, 2), (0, 2, 2)]
    edges = [(0, 1), (1, 2), (2, 3), (3, 0), (4, 5), (5, 6), (6, 7), (7, 4), (0, 4), (1, 5), (2, 6), (3, 7)]
    places = corners + [tuple((a + b) // 2 for a, b in zip(corners[m], corners[n])) for m, n in edges]
    number = 0
    for i in range(0, 2 * ALONG, 2):
        for j in range(0, 2 * ACROSS, 2):
            number += 1
            nodes = [grid[i + a, j + b, c] for a, b, c in places]
            lines.append(f"{number}, " + ", ".join(map(str, nodes[:15])) + ",")
            lines.append(", ".join(map(str, nodes[15:])))
    lines += ["*NSET, NSET=ROOT", *(f"{node}," for (i, _, _), node in grid.items() if i == 0)]
    lines += ["*MATERIAL, NAME=STEEL", "*ELASTIC", f"{YOUNG:g}, {POISSON:g}", "*DENSITY", f"{DENSITY:g}",
              "*SOLID SECTION, ELSET=EALL, MATERIAL=STEEL", "*BOUNDARY", "ROOT, 1, 3",
              "*STEP", "*FREQUENCY", "4", "*NODE FILE", "U", "*END STEP"]
    return "\n".join(lines) + "\n"


def quarter_car():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "road-load", "make.py")
    specification = importlib.util.spec_from_file_location("quarter_car", path)
    module = importlib.util.module_from_spec(specification)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        specification.loader.exec_module(module)
    return module


def cycles(samples):
    """(range, count) by ASTM E1049-85, 5.4.4."""
    stack = []
    for before, here, after in zip(samples, samples[1:], samples[2:]):
        if (here - before) * (after - here) >= 0:
            continue
        stack.append(here)
        while len(stack) >= 3:
            x, y = abs(stack[-1] - stack[-2]), abs(stack[-2] - stack[-3])
            if x < y:
                break
            yield y, 0.5 if len(stack) == 3 else 1.0
            del stack[0 if len(stack) == 3 else -3:1 if len(stack) == 3 else -1]
    for one, other in zip(stack, stack[1:]):
        yield abs(one - other), 0.5


def main():
    sys.stdout.write(deck())
    inertia = math.sqrt(YOUNG * HEIGHT**2 / (12 * DENSITY)) / LENGTH**2
    natural = 1.8751041**2 / (2 * math.pi) * inertia
    factor = 3 * DENSITY * LENGTH**2 / HEIGHT * 1e3  # MPa per m/s² at the root
    print(f"Euler's beam: {natural:.3f} Hz; {factor:.4f} MPa per m/s^2 at the root", file=sys.stderr)
    car = quarter_car()
    step, rate, samples = 1 / 80, 400, 4 * 8000
    lines, power = [], 0.0
    for line in range(20, 3600):
        frequency = line * step
        _, wheel = car.responses(frequency)
        ratio = frequency / natural
        gain = factor / abs(1 - ratio * ratio + 2j * DAMPING * ratio)
        amplitude = math.sqrt(2 * car.elevation_density(frequency) * step) * abs(wheel) * gain
        lines.append((line, amplitude))
        power += amplitude**2 / 2
    print(f"rms of the stress {math.sqrt(power):.4f} MPa", file=sys.stderr)
    damages = []
    for seed in range(6):
        dice = random.Random(seed)
        spectrum = [0j] * samples
        for line, amplitude in lines:
            phase = 2 * math.pi * dice.random()
            spectrum[line] = amplitude * complex(math.cos(phase), math.sin(phase))
        stress = car.inverse(spectrum)
        total = 0.0
        for size, count in cycles(stress):
            ratio = size / 2 / KNEE
            total += count * ratio ** (SLOPE if ratio >= 1 else 2 * SLOPE - 1) / KNEE_CYCLES
        damages.append(total * 3600 / (samples / rate))
    print(f"damage of one hour by rainflow {sum(damages) / len(damages):.4g}, "
          f"from {min(damages):.3g} to {max(damages):.3g}", file=sys.stderr)


main()
