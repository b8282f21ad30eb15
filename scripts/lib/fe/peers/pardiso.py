"""MKL PARDISO through pypardiso: Cholesky of the upper triangle; for modes, inside ARPACK's shift-invert Lanczos.

usage: pardiso.py MATRIX-FOLDER
"""

import json
import os
import sys

import numpy as np
import scipy.sparse
import scipy.sparse.linalg
from pypardiso import PyPardisoSolver

from answers import Clock, tell

POSITIVE_DEFINITE, ANALYSE_AND_FACTOR, SOLVE = 2, 12, 33
folder = sys.argv[1]
facts = json.load(open(f"{folder}/facts.json"))
width, first = facts["width"], facts["output"] * facts["width"]


def read(name):
    starts, columns, values = (np.load(f"{folder}/{name}-{part}.npy") for part in ("starts", "columns", "values"))
    return scipy.sparse.csr_matrix((values, columns, starts))


upper = scipy.sparse.triu(read("K"), format="csr")
upper.sort_indices()
upper = scipy.sparse.csr_matrix((upper.data, upper.indices.astype(np.int32), upper.indptr.astype(np.int32)), shape=upper.shape)
solver = PyPardisoSolver(mtype=POSITIVE_DEFINITE)


def phase(number, right):
    solver.set_phase(number)
    return np.asarray(solver._call_pardiso(upper, np.ascontiguousarray(right.reshape(-1, 1)))).ravel()


clock = Clock()
phase(ANALYSE_AND_FACTOR, np.zeros(upper.shape[0]))
if os.path.exists(f"{folder}/M-values.npy"):
    mass = read("M")
    inverse = scipy.sparse.linalg.LinearOperator(upper.shape, matvec=lambda right: phase(SOLVE, right), dtype=float)
    squares = scipy.sparse.linalg.eigsh(
        upper, 10, mass, sigma=0.0, OPinv=inverse, which="LM", return_eigenvectors=False)
    answer = np.sqrt(np.sort(squares)) / (2 * np.pi)
else:
    answer = phase(SOLVE, np.load(f"{folder}/force.npy"))[first : first + width]
tell(clock.facts(), answer)
