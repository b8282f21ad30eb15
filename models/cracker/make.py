#!/usr/bin/env python3
"""Writes runs.csv: 120 runs of a naphtha cracking furnace, made of a known yield surface and seeded noise."""

import os
import random

random.seed(20)
# Ethylene yield in percent of the feed, about the middle of the operating window.
TRUE = {"t": 0.062, "r": 4.1, "s": 7.5, "tt": -0.00145, "ts": -0.21}
MIDDLE = {"t": 840.0, "r": 0.5, "s": 0.35}
NOISE = 0.25

folder = os.path.dirname(os.path.abspath(__file__))
with open(f"{folder}/runs.csv", "w") as out:
    out.write("coil_temperature [degC],steam_ratio,residence_time [s],ethylene_yield [%]\n")
    for _ in range(120):
        temperature = round(random.uniform(805, 875), 1)
        ratio = round(random.uniform(0.35, 0.65), 3)
        seconds = round(random.uniform(0.2, 0.5), 3)
        t, r, s = temperature - MIDDLE["t"], ratio - MIDDLE["r"], seconds - MIDDLE["s"]
        level = 28.4 + TRUE["t"] * t + TRUE["r"] * r + TRUE["s"] * s + TRUE["tt"] * t * t + TRUE["ts"] * t * s
        out.write(f"{temperature},{ratio},{seconds},{level + random.gauss(0, NOISE):.3f}\n")
