"""CalculiX's side of a row, and the reading of printed results, which have the same form on both sides."""

import os
import re
import shutil

from measure import run

# Choice on the procedure's card by the name of the solver in the tables.
SOLVERS = {"default": "", "scaling": ", SOLVER=ITERATIVE SCALING", "Cholesky": ", SOLVER=ITERATIVE CHOLESKY"}


def deck(model, solver, path):
    """The model's deck with a choice of solver."""
    with open(f"{model}/deck.inp") as text, open(path, "w", buffering=1 << 20) as out:
        for line in text:
            out.write(line.replace("@SOLVER@", solver) if "@" in line else line)


def solve(model, solver, scratch, limit):
    """One run with two threads."""
    folder = f"{scratch}/ccx"
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    deck(model, SOLVERS[solver], f"{folder}/deck.inp")
    threads = {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"}
    taken = run(["ccx", "-i", "deck"], f"ccx ({solver}) on {os.path.basename(model)}", limit, folder, threads)
    if not taken.failure and "Job finished" not in taken.text:
        taken.failure = "did not finish"
    if not taken.failure:
        taken.facts["answer"] = answer(f"{folder}/deck.dat")
    shutil.rmtree(folder, ignore_errors=True)
    return taken


def answer(path):
    """Displacement or temperature of the output node, or the frequencies in Hz, from a .dat file."""
    found, kind = [], None
    with open(path) as lines:
        for line in lines:
            words = line.split()
            if not words:
                continue
            if re.match(r"\s*(displacements|temperatures)", line):
                kind = "node"
            elif "E I G E N V A L U E" in line:
                kind = "modes"
            elif not re.match(r"^-?\d", words[0]):
                if kind == "node" and found or "P A R T I C I P" in line:
                    break
            elif kind == "node":
                return [float(word) for word in words[1:]]
            elif kind == "modes" and len(words) >= 4:
                found.append(float(words[3]))
    return found


def difference(one, other):
    """Relative difference of two answers: of vectors by their lengths, of lists of frequencies the largest."""
    if not one or not other:
        return None
    if len(one) > 3:
        return max(abs(a - b) / abs(b) for a, b in zip(one, other))
    across = sum((a - b) ** 2 for a, b in zip(one, other)) ** 0.5
    return across / sum(b * b for b in other) ** 0.5
