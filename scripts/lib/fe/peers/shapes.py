"""Shape functions and integration points of the bench's elements (Zienkiewicz & Taylor, vol. 1, ch. 6)."""

import itertools

import numpy as np

CORNERS = np.array([(-1, -1, -1), (1, -1, -1), (1, 1, -1), (-1, 1, -1), (-1, -1, 1), (1, -1, 1), (1, 1, 1), (-1, 1, 1)], float)
MIDDLES = np.array([(0, -1, -1), (1, 0, -1), (0, 1, -1), (-1, 0, -1), (0, -1, 1), (1, 0, 1), (0, 1, 1), (-1, 0, 1),
                    (-1, -1, 0), (1, -1, 0), (1, 1, 0), (-1, 1, 0)], float)
TETRAHEDRON_EDGES = ((0, 1), (1, 2), (0, 2), (0, 3), (1, 3), (2, 3))


def shape(element, place):
    """Values of the shape functions at a local place, real or complex."""
    place = np.asarray(place)
    if element == "C3D10":
        part = np.array([1 - place.sum(), *place])
        return np.concatenate([part * (2 * part - 1), [4 * part[i] * part[j] for i, j in TETRAHEDRON_EDGES]])
    ramps = 1 + CORNERS * place
    if element == "C3D8":
        return ramps.prod(1) / 8
    corners = ramps.prod(1) * ((CORNERS * place).sum(1) - 2) / 8
    return np.concatenate([corners, np.where(MIDDLES == 0, 1 - place**2, 1 + MIDDLES * place).prod(1) / 4])


def slopes(element, place):
    """Their local derivatives, by complex steps, which are exact to rounding."""
    found = []
    for axis in range(3):
        moved = np.asarray(place, complex)
        moved[axis] += 1e-30j
        found.append(shape(element, moved).imag / 1e-30)
    return np.stack(found, 1)


def points(element, of_mass=False):
    """Local places and weights of the integration."""
    if element == "C3D10":
        a, b = (5 + 3 * 5**0.5) / 20, (5 - 5**0.5) / 20
        return [(place, 1 / 24) for place in ((b, b, b), (a, b, b), (b, a, b), (b, b, a))]
    line = [(-(3**-0.5), 1.0), (3**-0.5, 1.0)]
    if of_mass and element == "C3D20R":
        line = [(-(0.6**0.5), 5 / 9), (0.0, 8 / 9), (0.6**0.5, 5 / 9)]
    return [(tuple(p for p, _ in three), np.prod([w for _, w in three])) for three in itertools.product(line, repeat=3)]
