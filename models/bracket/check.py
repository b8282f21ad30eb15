#!/usr/bin/env python3
"""Solves the decks with CalculiX, prints the expected results, and compares the .frd of another solver.

usage: check.py [--load N] [--compare FOLDER]

Needs ccx. FOLDER holds bracket-4mm.frd and so on, made with the same load. Two results are the same when all
displacements agree within 1e-5 of the largest, and all nodal stresses within 1e-4 of the largest. Exit status 1 when
a result differs.
"""
import argparse, math, os, re, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def fields(path):
    """{name: {node: [numbers]}} of the last frame."""
    found, rows = {}, None
    for line in open(path, errors="replace"):
        if line.startswith(" -4"):
            rows = found[line.split()[1]] = {}
        elif line.startswith(" -3"):
            rows = None
        elif rows is not None and line.startswith(" -1"):
            text = line.rstrip("\n")[13:]
            rows[int(line[3:13])] = [float(text[i:i + 12]) for i in range(0, len(text) - 11, 12)]
    return found


def mises(s):
    xx, yy, zz, xy, yz, zx = s
    return math.sqrt(((xx - yy) ** 2 + (yy - zz) ** 2 + (zz - xx) ** 2) / 2 + 3 * (xy ** 2 + yz ** 2 + zx ** 2))


def worst(one, other):
    scale = max(abs(v) for row in one.values() for v in row)
    return max(abs(a - b) for node, row in one.items() for a, b in zip(row, other[node])) / scale


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--load", default="1000.")
    parser.add_argument("--compare")
    options = parser.parse_args()
    same = True
    for wall in (4, 5, 6):
        name = f"bracket-{wall}mm"
        deck = re.sub(r"\{load(=[^}]*)?\}", options.load, open(os.path.join(HERE, name + ".inp")).read())
        with tempfile.TemporaryDirectory() as folder:
            open(os.path.join(folder, name + ".inp"), "w").write(deck)
            subprocess.run(["ccx", "-i", name], cwd=folder, check=True, stdout=subprocess.DEVNULL)
            result = fields(os.path.join(folder, name + ".frd"))
        moved = max(result["DISP"].items(), key=lambda r: math.hypot(*r[1]))
        stressed = max(result["STRESS"].items(), key=lambda r: mises(r[1]))
        print(f"{name}: displacement {math.hypot(*moved[1]):.6g} mm at node {moved[0]}, "
              f"von Mises {mises(stressed[1]):.6g} MPa at node {stressed[0]}")
        if options.compare:
            other = fields(os.path.join(options.compare, name + ".frd"))
            u, s = (worst(result[k], other[k]) for k in ("DISP", "STRESS"))
            same = same and u <= 1e-5 and s <= 1e-4
            print(f"  differences: displacement {u:.1e}, stress {s:.1e}")
    sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
