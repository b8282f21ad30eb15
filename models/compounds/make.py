#!/usr/bin/env python3
"""Makes known.csv and candidates.csv: descriptors of made-up compounds and their activity (pIC50).

Twenty descriptors follow from five hidden properties (size, lipophilicity, polarity, aromaticity, flexibility); activity
is linear in the first four with noise of 0.25. Of forty candidates the last ten belong to another chemistry: their
descriptors do not hang together as those of the known compounds do.
"""

import os
import random

HERE = os.path.dirname(os.path.abspath(__file__))
NAMES = [f"d{n}" for n in range(1, 21)]
random.seed(21)
MIX = [[random.gauss(0, 1) for _ in range(5)] for _ in NAMES]
STRANGE = [[random.gauss(0, 1) for _ in range(5)] for _ in NAMES]


def compounds(count, mix, first):
    rows = []
    for number in range(first, first + count):
        hidden = [random.gauss(0, 1) for _ in range(5)]
        values = [10 + sum(a * b for a, b in zip(row, hidden)) + random.gauss(0, 0.2) for row in mix]
        activity = 6 + 0.6 * hidden[0] + 0.5 * hidden[1] - 0.4 * hidden[2] + 0.3 * hidden[3] + random.gauss(0, 0.25)
        rows.append(f"{number}," + ",".join(f"{value:.3f}" for value in values) + f",{activity:.2f}\n")
    return rows


def write(name, rows):
    with open(f"{HERE}/{name}", "w") as out:
        out.write("compound," + ",".join(NAMES) + ",pIC50\n")
        out.writelines(rows)


write("known.csv", compounds(120, MIX, 1))
write("candidates.csv", compounds(30, MIX, 121) + compounds(10, STRANGE, 151))
