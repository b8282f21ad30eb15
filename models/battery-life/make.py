#!/usr/bin/env python3
"""Writes battery.csv: battery life by plate material and temperature.

The numbers are those of D. C. Montgomery, Design and Analysis of Experiments, table 5.1: facts of a published example.
"""

import os

HERE = os.path.dirname(os.path.abspath(__file__))
LIVES = {
    ("A", 15): (130, 155, 74, 180), ("A", 70): (34, 40, 80, 75), ("A", 125): (20, 70, 82, 58),
    ("B", 15): (150, 188, 159, 126), ("B", 70): (136, 122, 106, 115), ("B", 125): (25, 70, 58, 45),
    ("C", 15): (138, 110, 168, 160), ("C", 70): (174, 120, 150, 139), ("C", 125): (96, 104, 82, 60),
}
with open(f"{HERE}/battery.csv", "w") as out:
    out.write("material,temperature [degF],life [h]\n")
    for (material, temperature), lives in LIVES.items():
        out.writelines(f"{material},{temperature},{life}\n" for life in lives)
