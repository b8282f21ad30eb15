#!/usr/bin/env python3
"""Meshes the bracket with walls of 4, 5 and 6 mm and writes bracket-4mm.inp, -5mm.inp, -6mm.inp.

Needs gmsh (4.8 made the files here). The force {load}, in newtons, is spread over the washer's ring around
the loaded hole as a uniform traction: the weights of the nodes are the integrals of their shape functions, and add
up to one. They stand under *CLOAD; *AMPLITUDE multiplies them with the load, so that one line holds it.
"""
import math, os, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
BOLTS = [(35.0, -27.0), (35.0, 27.0), (82.0, -27.0), (82.0, 27.0)]
BOLT_RADIUS, HOLE_CENTRE, HOLE_RADIUS, WASHER_RADIUS = 4.5, (0.0, 70.0), 7.0, 13.0
FACES = [(0, 1, 2, 4, 5, 6), (0, 3, 1, 7, 8, 4), (1, 3, 2, 8, 9, 5), (2, 3, 0, 9, 7, 6)]


def mesh(wall):
    """Nodes {number: (x, y, z)} and quadratic tetrahedra [[ten nodes]] in Abaqus order."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "bracket.msh")
        subprocess.run(
            ["gmsh", "-setnumber", "wall", str(wall), "-3", "-order", "2", "-format", "msh2", "-o", path,
             os.path.join(HERE, "bracket.geo")], check=True, stdout=subprocess.DEVNULL)
        lines = open(path).read().split("\n")
    start = lines.index("$Nodes")
    nodes = {}
    for line in lines[start + 2:start + 2 + int(lines[start + 1])]:
        number, x, y, z = line.split()
        nodes[int(number)] = tuple(round(float(v), 6) + 0.0 for v in (x, y, z))
    start = lines.index("$Elements")
    elements = []
    for line in lines[start + 2:start + 2 + int(lines[start + 1])]:
        fields = [int(v) for v in line.split()]
        if fields[1] == 11:
            tet = fields[3 + fields[2]:]
            tet[8], tet[9] = tet[9], tet[8]  # gmsh counts the last two edges the other way round
            elements.append(tet)
    used = sorted({n for e in elements for n in e})
    number = {old: new for new, old in enumerate(used, 1)}
    return {number[o]: nodes[o] for o in used}, [[number[n] for n in e] for e in elements]


def on_bolt(p):
    return any(abs(math.hypot(p[0] - x, p[1] - y) - BOLT_RADIUS) < 1e-3 for x, y in BOLTS)


def washer_weights(nodes, elements, wall):
    """{node: share of the force}: uniform traction on the faces of the ring, on the upright's inner side."""
    weights = {}
    for element in elements:
        for face in FACES:
            ring = [nodes[element[i]] for i in face[:3]]
            if any(abs(p[0] - wall) > 1e-4 for p in ring):
                continue
            centre = [sum(p[k] for p in ring) / 3 for k in range(3)]
            if math.hypot(centre[1] - HOLE_CENTRE[0], centre[2] - HOLE_CENTRE[1]) > WASHER_RADIUS:
                continue
            (_, y0, z0), (_, y1, z1), (_, y2, z2) = ring
            area = abs((y1 - y0) * (z2 - z0) - (y2 - y0) * (z1 - z0)) / 2
            for i in face[3:]:  # of a quadratic triangle only the middles of the edges carry a uniform traction
                weights[element[i]] = weights.get(element[i], 0) + area / 3
    total = sum(weights.values())
    return {n: w / total for n, w in sorted(weights.items())}


def numbers(values):
    return "\n".join(", ".join(map(str, values[i:i + 12])) for i in range(0, len(values), 12))


def write(wall):
    nodes, elements = mesh(wall)
    bolts = [n for n, p in nodes.items() if on_bolt(p)]
    weights = washer_weights(nodes, elements, float(wall))
    out = [
        "*HEADING", f"Bracket, wall {wall} mm: foot bolted down, force on the washer of the upright",
        "** Millimetre, newton, megapascal, tonne. Made by generate.py; see README.md.",
        "*NODE, NSET=NALL"]
    out += [f"{n}, {x:.6g}, {y:.6g}, {z:.6g}" for n, (x, y, z) in nodes.items()]
    out.append("*ELEMENT, TYPE=C3D10, ELSET=EALL")
    out += [f"{i}, " + ", ".join(map(str, e)) for i, e in enumerate(elements, 1)]
    out += ["*NSET, NSET=BOLTS", numbers(bolts), "*NSET, NSET=WASHER", numbers(list(weights))]
    out += ["*MATERIAL, NAME=STEEL", "*ELASTIC", "210000., 0.3", "*DENSITY", "7.85E-9",
            "*SOLID SECTION, ELSET=EALL, MATERIAL=STEEL",
            "** The force in newtons, downwards; the step ends at time 1.",
            "*AMPLITUDE, NAME=LOAD", "0., 0., 1., {load=1000}",
            "*BOUNDARY", "BOLTS, 1, 3", "*STEP", "*STATIC", "*CLOAD, AMPLITUDE=LOAD"]
    out += [f"{n}, 3, {-w:.9e}" for n, w in weights.items()]
    out += ["*NODE PRINT, NSET=WASHER", "U", "*NODE PRINT, NSET=BOLTS, TOTALS=ONLY", "RF",
            "*NODE FILE", "U, RF", "*EL FILE", "S", "*END STEP", ""]
    name = f"bracket-{wall}mm.inp"
    with open(os.path.join(HERE, name), "w") as file:
        file.write("\n".join(out))
    print(f"{name}: {len(nodes)} nodes, {len(elements)} elements, {len(bolts)} bolt nodes, {len(weights)} loaded")


if __name__ == "__main__":
    for wall in map(int, sys.argv[1:] or (4, 5, 6)):
        write(wall)
