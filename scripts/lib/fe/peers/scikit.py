"""scikit-fem with PyAMG: its own elements and assembly, conjugate gradients with smoothed aggregation, to 1e-8.

usage: scikit.py MODEL, a block. Its quadratic brick is the serendipity element with the points of C3D20R.
The cost counted is that of assembly and solution.
"""

import json
import sys

import numpy as np
import pyamg
import skfem
from skfem.helpers import ddot, dot, grad, sym_grad, trace

from answers import Clock, tell

model = sys.argv[1]
facts = json.load(open(f"{model}/facts.json"))
points, elements = np.load(f"{model}/points.npy"), np.load(f"{model}/elements.npy")
heat, quadratic = facts["procedure"] == "heat", facts["element"] == "C3D20R"
young, poisson = facts["young"], facts["poisson"]
lame, shear = young * poisson / ((1 + poisson) * (1 - 2 * poisson)), young / (2 * (1 + poisson))
total = float(np.load(f"{model}/loads.npy").sum())


@skfem.BilinearForm
def conduction(u, v, _):
    return facts["conductivity"] * dot(grad(u), grad(v))


@skfem.BilinearForm
def elasticity(u, v, _):
    strain, virtual = sym_grad(u), sym_grad(v)
    return 2 * shear * ddot(strain, virtual) + lame * trace(strain) * trace(virtual)


@skfem.LinearForm
def flux(v, _):
    return v


@skfem.LinearForm
def traction(v, _):
    return -v[2]


clock = Clock()
axes = [np.unique(np.round(points[elements[:, :8]].reshape(-1, 3)[:, axis], 9)) for axis in range(3)]
mesh = skfem.MeshHex.init_tensor(*axes)
scalar = skfem.ElementHexS2() if quadratic else skfem.ElementHex1()
element = scalar if heat else skfem.ElementVector(scalar)
basis = skfem.Basis(mesh, element, intorder=3)
far = skfem.FacetBasis(mesh, element, facets=mesh.facets_satisfying(lambda x: np.isclose(x[0], axes[0][-1])))
area = np.ptp(axes[1]) * np.ptp(axes[2])
matrix = (conduction if heat else elasticity).assemble(basis)
force = (flux if heat else traction).assemble(far) * total / area
held = basis.get_dofs(lambda x: np.isclose(x[0], 0.0)).flatten()
free = basis.complement_dofs(held)
inner = matrix[free][:, free]
modes = None
if not heat:
    places, names = basis.doflocs[:, free], np.zeros(basis.N, int)
    for axis in range(3):
        for kind in (basis.nodal_dofs, basis.edge_dofs):
            if kind.shape[0] == 3:
                names[kind[axis]] = axis
    axis, (x, y, z) = names[free], places
    modes = np.stack([
        axis == 0, axis == 1, axis == 2,
        np.select([axis == 0, axis == 1], [-y, x], 0.0),
        np.select([axis == 1, axis == 2], [-z, y], 0.0),
        np.select([axis == 2, axis == 0], [-x, z], 0.0)], 1).astype(float)
hierarchy = pyamg.smoothed_aggregation_solver(inner.tocsr(), B=modes, symmetry="symmetric", max_coarse=500)
counted = []
solution = np.zeros(basis.N)
solution[free] = hierarchy.solve(force[free], tol=1e-8, accel="cg", maxiter=1000, callback=lambda _: counted.append(1))
taken = clock.facts()
left = np.linalg.norm(inner @ solution[free] - force[free]) / np.linalg.norm(force[free])
if left > 1e-7:
    sys.exit(f"did not converge: residual {left:.1e} after {len(counted)} iterations")
corner = int(np.abs(mesh.p - points[facts["output"]][:, None]).sum(0).argmin())
tell(taken, solution[basis.nodal_dofs[:, corner]], iterations=len(counted))
