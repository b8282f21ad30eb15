"""The bench's bracket: an angle with a rib and eight holes, meshed by Gmsh with quadratic tetrahedra."""

import subprocess

from models import Mesh, PRESSURE

# Faces of a tetrahedron in the order of the decks: corners, then the middles between them.
FACES = ((0, 1, 2, 4, 5, 6), (0, 3, 1, 7, 8, 4), (1, 3, 2, 8, 9, 5), (2, 3, 0, 9, 7, 6))
FOOT = 12.0  # mm, the height of the pressed face

GEOMETRY = """
SetFactory("OpenCASCADE");
Box(1) = {{0, 0, 0, 100, 60, 12}};
Box(2) = {{0, 0, 0, 12, 60, 90}};
Point(101) = {{12, 27, 12}}; Point(102) = {{70, 27, 12}}; Point(103) = {{12, 27, 70}};
Line(101) = {{101, 102}}; Line(102) = {{102, 103}}; Line(103) = {{103, 101}};
Curve Loop(101) = {{101, 102, 103}}; Plane Surface(101) = {{101}};
rib[] = Extrude {{0, 6, 0}} {{ Surface{{101}}; }};
body() = BooleanUnion{{ Volume{{1}}; Delete; }}{{ Volume{{2, rib[1]}}; Delete; }};
Cylinder(201) = {{50, 13, -1, 0, 0, 14, 5}}; Cylinder(202) = {{50, 47, -1, 0, 0, 14, 5}};
Cylinder(203) = {{85, 13, -1, 0, 0, 14, 5}}; Cylinder(204) = {{85, 47, -1, 0, 0, 14, 5}};
Cylinder(205) = {{-1, 13, 45, 14, 0, 0, 5}}; Cylinder(206) = {{-1, 47, 45, 14, 0, 0, 5}};
Cylinder(207) = {{-1, 13, 75, 14, 0, 0, 5}}; Cylinder(208) = {{-1, 47, 75, 14, 0, 0, 5}};
whole() = BooleanDifference{{ Volume{{body()}}; Delete; }}{{ Volume{{201:208}}; Delete; }};
Physical Volume("BODY") = {{whole()}};
Mesh.MeshSizeMax = {size};
Mesh.MeshSizeMin = {least};
Mesh.MeshSizeFromCurvature = 14;
Mesh.Algorithm3D = 10;
Mesh.ElementOrder = 2;
Mesh.HighOrderOptimize = 1;
"""


def bracket(size, scratch):
    """The bracket at a mesh size in mm; held on its back plate, pressed on its foot."""
    with open(f"{scratch}/bracket.geo", "w") as out:
        out.write(GEOMETRY.format(size=size, least=size / 2))
    done = subprocess.run(
        ["gmsh", "-3", "-nt", "1", "-v", "2", "-format", "msh2", "-o", f"{scratch}/bracket.msh", f"{scratch}/bracket.geo"],
        capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"gmsh exited with {done.returncode}: {done.stderr.strip()[-300:]}")
    mesh = read(f"{scratch}/bracket.msh")
    at = mesh.points
    mesh.fixed.extend(n for n in range(mesh.node_count) if at[3 * n] < 1e-7)
    press(mesh)
    mesh.output = mesh.nearest((100.0, 60.0, 0.0))
    return mesh


def read(path):
    """Nodes and quadratic tetrahedra of a mesh file of version 2."""
    mesh = Mesh("C3D10")
    places, number = {}, {}
    with open(path) as lines:
        while (line := lines.readline()).strip() != "$Nodes":
            if not line:
                raise RuntimeError(f"{path} has no nodes")
        for _ in range(int(lines.readline())):
            name, *place = lines.readline().split()
            places[name] = place
        while lines.readline().strip() != "$Elements":
            pass
        for _ in range(int(lines.readline())):
            words = lines.readline().split()
            if words[1] != "11":
                continue
            nodes = words[-10:]
            # Gmsh and the decks number the last two edges the other way round.
            nodes[8], nodes[9] = nodes[9], nodes[8]
            for node in nodes:
                if node not in number:
                    number[node] = mesh.node_count
                    mesh.points.extend(float(x) for x in places[node])
            mesh.nodes_of_elements.extend(number[node] for node in nodes)
    return mesh


def press(mesh):
    """Finds the element faces on top of the foot and the nodal forces of the pressure on them.

    Forces are the integral of the shape functions over the six-node triangle, by the three-point rule of degree
    two.
    """
    at, elements = mesh.points, mesh.nodes_of_elements
    found = {}
    for element in range(len(elements) // 10):
        nodes = elements[10 * element : 10 * element + 10]
        if sum(abs(at[3 * n + 2] - FOOT) < 1e-7 for n in nodes[:4]) != 3:
            continue
        for face, members in enumerate(FACES, 1):
            ring = [nodes[m] for m in members]
            corners = ring[:3]
            if all(abs(at[3 * n + 2] - FOOT) < 1e-7 for n in corners) and sum(at[3 * n] for n in corners) > 36:
                found.setdefault(tuple(sorted(corners)), []).append((element, face, ring))
    # A face of two elements lies inside, under the rib.
    for element, face, ring in (faces[0] for faces in found.values() if len(faces) == 1):
        mesh.pressed.append((element, face))
        for node, force in zip(ring, forces([(at[3 * n], at[3 * n + 1]) for n in ring])):
            mesh.loads[node] = mesh.loads.get(node, 0.0) + force


def forces(ring):
    """Nodal forces of the pressure on a plane six-node triangle."""
    found = [0.0] * 6
    for r, s in ((1 / 6, 1 / 6), (2 / 3, 1 / 6), (1 / 6, 2 / 3)):
        t = 1 - r - s
        shape = (t * (2 * t - 1), r * (2 * r - 1), s * (2 * s - 1), 4 * r * t, 4 * r * s, 4 * s * t)
        by_r = (1 - 4 * t, 4 * r - 1, 0, 4 * (t - r), 4 * s, -4 * s)
        by_s = (1 - 4 * t, 0, 4 * s - 1, -4 * r, 4 * r, 4 * (t - s))
        jacobian = [[sum(d * p[k] for d, p in zip(slope, ring)) for k in (0, 1)] for slope in (by_r, by_s)]
        area = abs(jacobian[0][0] * jacobian[1][1] - jacobian[0][1] * jacobian[1][0])
        for n in range(6):
            found[n] += PRESSURE * shape[n] * area / 6
    return found
