"""Writes docs/verification.md and the records of docs/guides from the lines that the tests print; scripts/verification
calls this.

usage: verification.py FILE GUIDES-FOLDER < OUTPUT-OF-THE-TESTS
"""

import os
import sys

# Test file to heading and source, in the order of the page.
SECTIONS = {
    "NafemsStaticTests.swift": ("NAFEMS linear elastic benchmarks", "The Standard NAFEMS Benchmarks, TNSB Rev. 3, 1990."),
    "NafemsFrequencyTests.swift": (
        "NAFEMS free vibration benchmarks",
        "F. Abassian, D. Dawswell, N. Knowles, Free Vibration Benchmarks, NAFEMS 1987; in Hz."),
    "NafemsThermalTests.swift": (
        "NAFEMS thermal benchmarks",
        "The Standard NAFEMS Benchmarks; targets as the verification manuals of OptiStruct, Code_Aster and MOOSE list them."),
    "MacNealHarderTests.swift": (
        "MacNeal and Harder's problems",
        "R. MacNeal, R. Harder, Finite Elements in Analysis and Design 1 (1985) 3-20. Targets of the straight and curved "
        "beams are the paper's values for the same element."),
    "MacNealHarderShellTests.swift": (
        "MacNeal and Harder's problems with shells",
        "The same paper; S. Timoshenko, S. Woinowsky-Krieger, Theory of Plates and Shells; OptiStruct verification manual, OS-V 0710 "
        "and 0720; J. Simo, D. Fox, M. Rifai 1989 for the thin twisted beam."),
    "ThinShellTests.swift": ("Shell obstacle course", "A. Scordelis, K. Lo 1964; T. Belytschko et al. 1985; MacNeal and Harder 1985."),
    "PlaneProblemTests.swift": ("Plane problems", "R. Cook 1974."),
    "BucklingTests.swift": ("Buckling", "L. Euler; S. Timoshenko, J. Gere, Theory of Elastic Stability."),
}

HEAD = """# Verification

Written by `scripts/verification` from the tests in `Tests/FiniteElementsTests/Benchmarks`, which fail where a value
leaves its tolerance. Values are read back from the printed files, so they are what a user sees. Besides these, the
tests hold closed forms, patch tests, rigid-body modes and convergence orders of every element, and the decks of
CalculiX's own suite.

Where only some elements reach a target, the others are not shown as if they did. Shells are bricks through their
thickness, as in CalculiX: S8R holds every target below, but S4 and S8, integrated fully in the plane, lock where they are
thin and curved or distorted. FV52 is met by C3D20, whose mesh the benchmark gives; FV22 by two layers of C3D20R: one
layer cannot show how shear runs through the thickness. docs/decisions/0120 says more.
"""

# Between these two lines a guide has its record.
BEGIN = "<!-- verification: written by scripts/verification -->"
END = "<!-- end of verification -->"


def write_guides(folder, records):
    for kernel, rows in sorted(records.items()):
        path = os.path.join(folder, f"{kernel}.md")
        with open(path) as file:
            text = file.read()
        if BEGIN not in text or END not in text:
            sys.exit(f"{path}: the lines of the verification record are missing: {BEGIN} … {END}")
        table = ["| example | reference | measure | reached | granted |", "| --- | --- | --- | --- | --- |"]
        table += [
            f"| {example} | {source} | {measure} | {float(value):.3g} | {float(granted):.3g} |"
            for example, source, measure, value, granted in sorted(set(rows))
        ]
        before, after = text.split(BEGIN)[0], text.split(END)[1]
        with open(path, "w") as file:
            file.write(before + BEGIN + "\n\n" + "\n".join(table) + "\n\n" + END + after)


def main():
    rows = {}
    records = {}
    for line in sys.stdin:
        if "guide\t" in line:
            kernel, *row = line[line.index("guide\t") :].rstrip("\n").split("\t")[1:]
            records.setdefault(kernel, []).append(tuple(row))
        if "verified\t" in line:
            file, title, what, target, value, tolerance = line[line.index("verified\t") :].rstrip("\n").split("\t")[1:]
            rows.setdefault(file, []).append((title, what, float(target), float(value), float(tolerance)))
    if not rows:
        sys.exit("the tests printed no values")
    write_guides(sys.argv[2], records)
    with open(sys.argv[1], "w") as out:
        out.write(HEAD)
        for file in [*SECTIONS, *sorted(set(rows) - set(SECTIONS))]:
            heading, source = SECTIONS.get(file, (file.removesuffix(".swift"), ""))
            if file not in rows:
                continue
            out.write(f"\n## {heading}\n\n{source}\n\n| benchmark | case | target | value | off by | granted |\n")
            out.write("| --- | --- | --- | --- | --- | --- |\n")
            for title, what, target, value, tolerance in sorted(rows[file]):
                out.write(f"| {title} | {what} | {target:.6g} | {value:.6g} | {value / target - 1:+.2%} | {tolerance:.2g} |\n")


main()
