"""Assembles a model's matrices with NumPy, for solvers that take a matrix: stiffness or conductivity, and mass.

usage: matrix.py MODEL TARGET; writes CSR arrays over the free unknowns, node by node, as `.npy` into TARGET.
The integration is that of the decks' elements: eight points in C3D8 and C3D20R, four in C3D10, and
27 for the mass of C3D20R. Its cost is counted to nobody.
"""

import json
import sys

import numpy as np
import scipy.sparse

from shapes import points, shape, slopes


def main(model, target):
    facts = json.load(open(f"{model}/facts.json"))
    at = np.load(f"{model}/points.npy")
    elements = np.load(f"{model}/elements.npy").astype(np.int64)
    free = np.ones(len(at), bool)
    free[np.load(f"{model}/fixed.npy")] = False
    number = np.where(free, np.cumsum(free) - 1, -1)
    count = int(free.sum())
    sparsity = Sparsity(number[elements], count)
    if facts["procedure"] == "heat":
        store("K", sparsity.matrix(conduction(facts, at[elements])), target)
        width = 1
    else:
        parts = {pair: sparsity.values(block) for pair, block in stiffness(facts, at[elements])}
        store("K", sparsity.expanded(parts), target)
        width = 3
    if facts["procedure"] == "modes":
        scalar = sparsity.matrix(mass(facts, at[elements]))
        store("M", scipy.sparse.kron(scalar, scipy.sparse.eye(3), format="csr"), target)
    force = np.zeros((count, width))
    loaded = number[np.load(f"{model}/loaded.npy")]
    sign = 1.0 if width == 1 else -1.0
    force[loaded[loaded >= 0], width - 1] = sign * np.load(f"{model}/loads.npy")[loaded >= 0]
    np.save(f"{target}/force.npy", force.ravel())
    np.save(f"{target}/places.npy", at[free])
    json.dump({"width": width, "output": int(number[facts["output"]])}, open(f"{target}/facts.json", "w"))


def store(name, matrix, target):
    np.save(f"{target}/{name}-starts.npy", matrix.indptr.astype(np.int32))
    np.save(f"{target}/{name}-columns.npy", matrix.indices.astype(np.int32))
    np.save(f"{target}/{name}-values.npy", matrix.data)


class Sparsity:
    """Where the entries of elements go in a matrix over nodes."""

    def __init__(self, elements, count):
        width = elements.shape[1]
        rows = np.repeat(elements, width, axis=1).ravel()
        columns = np.tile(elements, (1, width)).ravel()
        self.kept = (rows >= 0) & (columns >= 0)
        keys, self.slot = np.unique(rows[self.kept] * count + columns[self.kept], return_inverse=True)
        self.slot = self.slot.astype(np.int32)
        self.columns = keys % count
        self.starts = np.searchsorted(keys, np.arange(count + 1, dtype=np.int64) * count)
        self.count = count

    def values(self, blocks):
        """Sums of the element matrices (elements × nodes × nodes) by entry."""
        return np.bincount(self.slot, weights=blocks.ravel()[self.kept], minlength=len(self.columns))

    def matrix(self, blocks):
        return scipy.sparse.csr_matrix((self.values(blocks), self.columns, self.starts), shape=(self.count,) * 2)

    def expanded(self, parts):
        """The matrix with three unknowns at each node, from its nine parts."""
        data = np.empty((len(self.columns), 3, 3))
        for (i, j), values in parts.items():
            data[:, i, j] = values
        return scipy.sparse.bsr_matrix((data, self.columns, self.starts), shape=(3 * self.count,) * 2).tocsr()


def gradients(element, corners):
    """Gradients of the shape functions and weights times volume at every point of every element."""
    found, weights = [], []
    for place, weight in points(element):
        local = slopes(element, place)
        jacobian = np.einsum("ni,enj->eij", local, corners)
        found.append(np.einsum("ni,eji->enj", local, np.linalg.inv(jacobian)))
        weights.append(weight * np.linalg.det(jacobian))
    return np.stack(found, 1), np.stack(weights, 1)


def stiffness(facts, corners):
    """The nine parts of the element stiffness: λ ∂a/∂i ∂b/∂j + μ ∂a/∂j ∂b/∂i + μ δij ∇a·∇b."""
    young, poisson = facts["young"], facts["poisson"]
    lame = young * poisson / ((1 + poisson) * (1 - 2 * poisson))
    shear = young / (2 * (1 + poisson))
    gradient, weight = gradients(facts["element"], corners)

    def product(i, j):
        return np.matmul((gradient[..., i] * weight[..., None]).transpose(0, 2, 1), gradient[..., j])

    scalar = product(0, 0) + product(1, 1) + product(2, 2)
    for i in range(3):
        for j in range(3):
            block = lame * product(i, j) + shear * product(j, i)
            yield (i, j), block + shear * scalar if i == j else block


def conduction(facts, corners):
    gradient, weight = gradients(facts["element"], corners)
    return facts["conductivity"] * np.einsum("epai,epbi,ep->eab", gradient, gradient, weight, optimize=True)


def mass(facts, corners):
    element = facts["element"]
    total = 0.0
    for place, weight in points(element, of_mass=True):
        volume = np.linalg.det(np.einsum("ni,enj->eij", slopes(element, place), corners))
        values = shape(element, place)
        total = total + facts["density"] * weight * volume[:, None, None] * np.outer(values, values)
    return total


main(*sys.argv[1:])
