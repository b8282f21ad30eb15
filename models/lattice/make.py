#!/usr/bin/env python3
"""Writes stiffness.csv: the dynamical matrix of 40 atoms in a chain between two walls, springs 1, masses 1."""

import os

ATOMS = 40
folder = os.path.dirname(os.path.abspath(__file__))
with open(f"{folder}/stiffness.csv", "w") as out:
    out.write(",".join(f"u{atom}" for atom in range(1, ATOMS + 1)) + "\n")
    for row in range(ATOMS):
        out.write(",".join("2" if row == column else "-1" if abs(row - column) == 1 else "0"
                           for column in range(ATOMS)) + "\n")
