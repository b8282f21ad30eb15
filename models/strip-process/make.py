#!/usr/bin/env python3
"""Makes two process tables of a hot strip mill: normal.csv, a quarter without trouble, and month.csv, in which a
pyrometer drifts and, later, a cooling bank is clogged.

The physics is a sketch: finishing and coiling temperature, cooling water, speed and composition set strength through
grain size; eight tags vary together through four causes. Numbers are rounded as a historian would.
"""

import math
import os
import random

HERE = os.path.dirname(os.path.abspath(__file__))
HEAD = ("coil,furnace exit [degC],finishing [degC],coiling [degC],water [m^3/h],speed [m/s],force [MN],carbon [%],"
        "manganese [%],thickness [mm],strength [MPa]\n")


def coils(count, seed, trouble=False):
    random.seed(seed)
    normal = random.gauss
    rows = []
    heat = mix = 0.0
    for coil in range(1, count + 1):
        heat = 0.7 * heat + normal(0, 6)
        mix = 0.5 * mix + normal(0, 1)
        speed = 9 + 0.4 * mix + normal(0, 0.1)
        furnace = 1215 + 1.5 * heat + normal(0, 1.5)
        finishing = 880 + heat + 6 * (speed - 9) + normal(0, 1.5)
        carbon = 0.12 + 0.006 * normal(0, 1)
        manganese = 1.1 + 3 * (carbon - 0.12) + 0.02 * normal(0, 1)
        clog = trouble and coil > 220
        water = 2400 + 9 * (finishing - 880) + 60 * (speed - 9) + normal(0, 12)
        coiling = 600 + 0.4 * (finishing - 880) - 0.03 * (water - 2400) + normal(0, 1.5) + (14 if clog else 0)
        force = 18 - 0.02 * (finishing - 880) + 25 * (carbon - 0.12) + 0.3 * (speed - 9) + normal(0, 0.06)
        thickness = 2.0 + 0.004 * normal(0, 1) + (0.006 if clog else 0)
        strength = (440 - 0.35 * (finishing - 880) - 0.5 * (coiling - 600) + 420 * (carbon - 0.12)
                    + 60 * (manganese - 1.1) + normal(0, 2.0))
        shown = finishing + (0.2 * (coil - 120) if trouble and 120 < coil <= 180 else 0)
        rows.append((coil, f"{furnace:.1f},{shown:.1f},{coiling:.1f},{water:.0f},{speed:.3f},{force:.3f},{carbon:.4f},"
                           f"{manganese:.3f},{thickness:.4f},{strength:.1f}"))
    return rows


def write(name, rows):
    with open(f"{HERE}/{name}", "w") as out:
        out.write(HEAD)
        out.writelines(f"{coil},{line}\n" for coil, line in rows)


write("normal.csv", coils(600, 11))
write("month.csv", coils(300, 12, trouble=True))
