#!/usr/bin/env python3
"""Writes plate.csv: 16 compounds, 10 concentrations, 3 wells each, from known four-parameter curves and seeded noise;
and truth.csv: the parameters that the curves were made of."""

import os
import random

random.seed(4)
folder = os.path.dirname(os.path.abspath(__file__))
with open(f"{folder}/plate.csv", "w") as out, open(f"{folder}/truth.csv", "w") as truth:
    out.write("compound,concentration [nM],response [%]\n")
    truth.write("compound,bottom [%],top [%],ec50 [nM],hill\n")
    for number in range(1, 17):
        bottom = round(random.uniform(0, 8), 2)
        top = round(random.uniform(90, 105), 2)
        ec50 = float(f"{10 ** random.uniform(0.8, 3.2):.4g}")
        hill = round(random.uniform(0.8, 1.8), 3)
        truth.write(f"C{number:02},{bottom},{top},{ec50},{hill}\n")
        for step in range(10):
            dose = float(f"{10 ** (-0.5 + step * 0.5):.4g}")
            for _ in range(3):
                level = bottom + (top - bottom) / (1 + (ec50 / dose) ** hill)
                out.write(f"C{number:02},{dose},{level + random.gauss(0, 2.0):.2f}\n")
