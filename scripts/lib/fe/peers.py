"""The programs beside Kiln and CalculiX: installing them once, running them, saying in words what does not work."""

import glob
import hashlib
import json
import os
import subprocess
import sys

from measure import Run, run

HERE = os.path.dirname(os.path.abspath(__file__))
CACHE = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "kiln-bench")
# What pip installs for a peer, by its name; one that fails is left out.
PACKAGES = {
    "matrix": ("numpy", "scipy"),
    "PARDISO": ("pypardiso",),
    "scikit-fem": ("scikit-fem", "pyamg"),
    "Kratos": ("KratosMultiphysics", "KratosStructuralMechanicsApplication", "KratosConvectionDiffusionApplication"),
}
PROGRAMS = {"PARDISO": "pardiso.py", "scikit-fem": "scikit.py", "Kratos": "kratos.py", "PETSc GAMG": "gamg.py"}
TAKES_MATRIX = ("PARDISO", "PETSc GAMG")
THREADS = {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2", "MKL_NUM_THREADS": "2"}


def install():
    """A virtual environment in the cache folder; returns why a peer is missing, by name."""
    python = f"{CACHE}/python/bin/python"
    missing = {}
    if not os.path.exists(python):
        print("  … making a Python environment for the peers", file=sys.stderr, flush=True)
        done = subprocess.run([sys.executable, "-m", "venv", f"{CACHE}/python"], capture_output=True, text=True)
        if done.returncode != 0:
            return {name: "no virtual environment could be made" for name in PACKAGES}
    for name, packages in PACKAGES.items():
        mark = f"{CACHE}/python/{name}-{hashlib.sha256(' '.join(packages).encode()).hexdigest()[:12]}"
        if os.path.exists(mark):
            continue
        print(f"  … installing {', '.join(packages)} from PyPI", file=sys.stderr, flush=True)
        done = subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages],
                              capture_output=True, text=True)
        if done.returncode == 0:
            open(mark, "w").close()
        else:
            said = done.stderr.strip().splitlines()
            missing[name] = f"does not install: {said[-1][:160] if said else 'pip failed'}"
    if petsc() is None:
        missing["PETSc GAMG"] = "does not install: Debian's python3-petsc4py is missing"
    return missing


def petsc():
    """The environment in which Debian's Python finds petsc4py, or nothing."""
    for folder in sorted(glob.glob("/usr/lib/petscdir/petsc*/*-real")):
        if os.path.isdir(f"{folder}/lib/python3/dist-packages/petsc4py"):
            return {"PETSC_DIR": folder}
    return None


def matrices(model, scratch, limit):
    """Assembles the model's matrices for the solvers that take one; why not, or nothing."""
    folder = f"{scratch}/matrix"
    os.makedirs(folder, exist_ok=True)
    for old in os.listdir(folder):
        os.remove(f"{folder}/{old}")
    name = os.path.basename(model)
    done = run([f"{CACHE}/python/bin/python", f"{HERE}/peers/matrix.py", model, folder], f"assembling {name} for the peers", limit, scratch)
    return done.failure


def solve(peer, model, scratch, limit):
    """One run of a peer; its `facts` hold the answer and the cost of assembly and solution, or of solution alone."""
    debian = peer == "PETSc GAMG"
    python = "/usr/bin/python3" if debian else f"{CACHE}/python/bin/python"
    source = f"{scratch}/matrix" if peer in TAKES_MATRIX else model
    # PETSc computes on one thread; more would only spin in its BLAS.
    environment = dict(petsc() or {}, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1") if debian else THREADS
    # The Intel and Kratos libraries reserve address space that they never touch.
    taken = run([python, f"{HERE}/peers/{PROGRAMS[peer]}", source], f"{peer} on {os.path.basename(model)}", limit, scratch, environment, cap=debian)
    if taken.failure:
        return taken
    said = json.loads(taken.text.strip().splitlines()[-1])
    result = Run(said["solver_wall"], said["solver_cpu"], taken.memory, facts=said)
    result.facts["whole_cpu"] = taken.cpu
    return result
