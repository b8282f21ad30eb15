"""PETSc: conjugate gradients with its algebraic multigrid (GAMG) and rigid-body modes, to 1e-8.

usage: gamg.py MATRIX-FOLDER, with Debian's petsc4py
"""

import json
import sys

import numpy as np
import petsc4py

petsc4py.init([])
from petsc4py import PETSc

from answers import Clock, tell

folder = sys.argv[1]
facts = json.load(open(f"{folder}/facts.json"))
width = facts["width"]
starts, columns, values, force = (np.load(f"{folder}/{name}.npy") for name in ("K-starts", "K-columns", "K-values", "force"))
matrix = PETSc.Mat().createAIJ((len(force),) * 2, csr=(starts, columns, values), bsize=width)
del starts, columns, values
matrix.setOption(PETSc.Mat.Option.SPD, True)
if width == 3:
    places = PETSc.Vec().createWithArray(np.load(f"{folder}/places.npy").ravel(), bsize=3)
    matrix.setNearNullSpace(PETSc.NullSpace().createRigidBody(places))
options = PETSc.Options()
options["pc_gamg_threshold"] = 0.01
options["pc_gamg_square_graph"] = 1
options["mg_levels_ksp_type"] = "chebyshev"
options["mg_levels_ksp_max_it"] = 3
options["mg_levels_pc_type"] = "jacobi"
solver = PETSc.KSP().create()
solver.setOperators(matrix)
solver.setType("cg")
solver.setNormType(PETSc.KSP.NormType.UNPRECONDITIONED)
solver.setTolerances(rtol=1e-8, max_it=1000)
solver.getPC().setType("gamg")
solver.setFromOptions()
right = PETSc.Vec().createWithArray(force)
unknown = right.duplicate()
clock = Clock()
solver.solve(right, unknown)
taken = clock.facts()
if solver.getConvergedReason() <= 0:
    sys.exit(f"did not converge in {solver.getIterationNumber()} iterations")
first = facts["output"] * width
tell(taken, unknown.getArray()[first : first + width], iterations=solver.getIterationNumber())
