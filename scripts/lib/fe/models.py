"""The bench's own models: a cantilever block of bricks and a bracket of tetrahedra, as decks and as plain arrays.

A model is a folder: `deck.inp` for Kiln and CalculiX (the mark @SOLVER@ stands for the choice of CalculiX's
solver) and `.npy` arrays of the same mesh, supports and loads for the programs that read no decks.
Standard library only.
"""

import array
import json
import os

YOUNG, POISSON, DENSITY = 210000.0, 0.3, 7.85e-9  # MPa, 1, t/mm^3
CONDUCTIVITY = 50.0  # mW/(mm K)
LENGTH, WIDTH, HEIGHT = 200.0, 100.0, 100.0  # mm, of the block
FORCE = 1.0e6  # N down on the block's free end, or mW into it
PRESSURE = 10.0  # MPa on the bracket's foot

# Corners of a brick in the order of the decks, in steps of the lattice from its first corner; then the middles
# of its edges.
CORNERS = ((0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0), (0, 0, 1), (1, 0, 1), (1, 1, 1), (0, 1, 1))
EDGES = ((0, 1), (1, 2), (2, 3), (3, 0), (4, 5), (5, 6), (6, 7), (7, 4), (0, 4), (1, 5), (2, 6), (3, 7))
# The face at the far end: corners and middles.
FAR_CORNERS, FAR_MIDDLES = (1, 2, 6, 5), (9, 18, 13, 17)


class Mesh:
    """Nodes, elements, supports and loads, all counted from 0."""

    def __init__(self, element):
        self.element = element
        self.points = array.array("d")
        self.nodes_of_elements = array.array("i")
        self.fixed = array.array("i")
        self.loads = {}  # node to force in the model's direction of loading
        self.pressed = []  # (element, face), faces from 1
        self.output = 0

    @property
    def node_count(self):
        return len(self.points) // 3

    def nearest(self, place):
        """The node nearest to a place."""
        x, y, z = place
        at = self.points
        return min(range(self.node_count),
                   key=lambda n: (at[3 * n] - x) ** 2 + (at[3 * n + 1] - y) ** 2 + (at[3 * n + 2] - z) ** 2)


def block(element, counts):
    """The cantilever block, of C3D8 or C3D20R; its end at x = 0 is held, the other one loaded evenly."""
    quadratic = element == "C3D20R"
    step = 2 if quadratic else 1
    cells = counts
    lattice = [step * n + 1 for n in cells]
    mesh = Mesh(element)
    number = {}
    for i in range(lattice[0]):
        for j in range(lattice[1]):
            for k in range(lattice[2]):
                if quadratic and i % 2 + j % 2 + k % 2 > 1:
                    continue
                number[(i * lattice[1] + j) * lattice[2] + k] = mesh.node_count
                mesh.points.extend((LENGTH * i / (lattice[0] - 1), WIDTH * j / (lattice[1] - 1), HEIGHT * k / (lattice[2] - 1)))
    places = [tuple(step * c for c in corner) for corner in CORNERS]
    if quadratic:
        places += [tuple((places[a][d] + places[b][d]) // 2 for d in range(3)) for a, b in EDGES]
    offsets = [(i * lattice[1] + j) * lattice[2] + k for i, j, k in places]
    # A uniform traction's share of the nodes of a face, from its integral over the shape functions.
    shares = [(n, -1 / 12) for n in FAR_CORNERS] + [(n, 1 / 3) for n in FAR_MIDDLES] if quadratic else [(n, 1 / 4) for n in FAR_CORNERS]
    for i in range(cells[0]):
        for j in range(cells[1]):
            for k in range(cells[2]):
                first = (step * i * lattice[1] + step * j) * lattice[2] + step * k
                nodes = [number[first + offset] for offset in offsets]
                mesh.nodes_of_elements.extend(nodes)
                if i == cells[0] - 1:
                    for corner, share in shares:
                        node = nodes[corner]
                        mesh.loads[node] = mesh.loads.get(node, 0.0) + FORCE * share / (cells[1] * cells[2])
    mesh.fixed.extend(n for n in range(mesh.node_count) if mesh.points[3 * n] < 1e-9)
    mesh.output = mesh.node_count - 1
    return mesh


def write(mesh, procedure, folder):
    """The deck and the arrays of a model; `procedure` is static, modes or heat."""
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/deck.inp", "w", buffering=1 << 20) as out:
        write_mesh(mesh, out)
        write_procedure(mesh, procedure, out)
    save(f"{folder}/points.npy", mesh.points, 3)
    per_element = {"C3D8": 8, "C3D10": 10, "C3D20R": 20}[mesh.element]
    save(f"{folder}/elements.npy", mesh.nodes_of_elements, per_element)
    save(f"{folder}/fixed.npy", mesh.fixed)
    save(f"{folder}/loaded.npy", array.array("i", mesh.loads))
    save(f"{folder}/loads.npy", array.array("d", mesh.loads.values()))
    freedoms = 1 if procedure == "heat" else 3
    facts = {
        "element": mesh.element, "procedure": procedure, "output": mesh.output,
        "equations": freedoms * (mesh.node_count - len(mesh.fixed)), "nodes": mesh.node_count,
        "young": YOUNG, "poisson": POISSON, "density": DENSITY, "conductivity": CONDUCTIVITY,
    }
    with open(f"{folder}/facts.json", "w") as out:
        json.dump(facts, out)


def write_mesh(mesh, out):
    points, nodes = mesh.points, mesh.nodes_of_elements
    out.write("*NODE, NSET=NALL\n")
    for n in range(mesh.node_count):
        out.write(f"{n + 1},{points[3 * n]:.9g},{points[3 * n + 1]:.9g},{points[3 * n + 2]:.9g}\n")
    out.write(f"*ELEMENT, TYPE={mesh.element}, ELSET=EALL\n")
    width = {"C3D8": 8, "C3D10": 10, "C3D20R": 20}[mesh.element]
    for e in range(len(nodes) // width):
        row = [str(n + 1) for n in nodes[width * e : width * e + width]]
        text = ",".join(row) if width < 16 else ",".join(row[:15]) + ",\n" + ",".join(row[15:])
        out.write(f"{e + 1},{text}\n")
    out.write("*NSET, NSET=FIX\n")
    for n in range(0, len(mesh.fixed), 10):
        out.write(",".join(str(node + 1) for node in mesh.fixed[n : n + 10]) + "\n")
    out.write(f"*NSET, NSET=OUT\n{mesh.output + 1}\n")
    out.write("*MATERIAL, NAME=STEEL\n")


def write_procedure(mesh, procedure, out):
    section = "*SOLID SECTION, ELSET=EALL, MATERIAL=STEEL\n"
    if procedure == "heat":
        out.write(f"*CONDUCTIVITY\n{CONDUCTIVITY}\n{section}*STEP\n*HEAT TRANSFER, STEADY STATE@SOLVER@\n*BOUNDARY\nFIX,11,11,0.\n*CFLUX\n")
        out.writelines(f"{node + 1},11,{load:.10g}\n" for node, load in sorted(mesh.loads.items()))
        out.write("*NODE PRINT, NSET=OUT\nNT\n*END STEP\n")
        return
    out.write(f"*ELASTIC\n{YOUNG},{POISSON}\n*DENSITY\n{DENSITY}\n{section}*BOUNDARY\nFIX,1,3\n")
    if procedure == "modes":
        out.write("*STEP\n*FREQUENCY@SOLVER@\n10\n*END STEP\n")
        return
    out.write("*STEP\n*STATIC@SOLVER@\n")
    if mesh.pressed:
        out.write("*DLOAD\n")
        out.writelines(f"{element + 1},P{face},{PRESSURE}\n" for element, face in mesh.pressed)
    else:
        out.write("*CLOAD\n")
        out.writelines(f"{node + 1},3,{-load:.10g}\n" for node, load in sorted(mesh.loads.items()))
    out.write("*NODE PRINT, NSET=OUT\nU\n*NODE PRINT, NSET=FIX, TOTALS=ONLY\nRF\n*END STEP\n")


def save(path, values, width=None):
    """An array as NumPy's `.npy`, version 1.0."""
    kind = {"d": "<f8", "i": "<i4"}[values.typecode]
    shape = f"({len(values)},)" if width is None else f"({len(values) // width}, {width})"
    head = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}"
    head += " " * (63 - (len(head) + 10) % 64) + "\n"
    with open(path, "wb") as out:
        out.write(b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head.encode())
        values.tofile(out)
