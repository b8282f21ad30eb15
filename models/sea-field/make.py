#!/usr/bin/env python3
"""Makes anomalies.csv: ten years of monthly anomalies of sea-surface temperature on a coarse made-up ocean.

Two modes stand in it: a basin-wide warming and cooling of four years' period, strongest on the equator, and a faster
dipole between the hemispheres; noise of 0.15 K. One row per month, columns by longitude, latitudes fastest.
"""

import math
import os
import random

HERE = os.path.dirname(os.path.abspath(__file__))
LATITUDES = [-55 + 10 * n for n in range(12)]
LONGITUDES = [15 * n for n in range(24)]
MONTHS = 120

random.seed(3)
with open(f"{HERE}/anomalies.csv", "w") as out:
    out.write(",".join(f"E{lon} N{lat} [K]" for lon in LONGITUDES for lat in LATITUDES) + "\n")
    for month in range(MONTHS):
        slow = 1.4 * math.sin(2 * math.pi * month / 48 + 0.4)
        fast = 0.8 * math.cos(2 * math.pi * month / 15)
        row = []
        for lon in LONGITUDES:
            for lat in LATITUDES:
                basin = math.exp(-(lat / 22)**2) * (0.6 + 0.4 * math.cos(math.radians(lon - 200)))
                dipole = math.sin(math.radians(2 * lat)) * (1 + 0.3 * math.cos(math.radians(2 * lon)))
                row.append(f"{slow * basin + fast * dipole * 0.7 + random.gauss(0, 0.15):.2f}")
        out.write(",".join(row) + "\n")
