"""Kiln's side of a row: the deck through client, server and worker, on a state of its own."""

import json
import os
import shutil
import sys
import tempfile

import calculix
from measure import Run, run

HERE = os.path.dirname(os.path.abspath(__file__))


def solve(model, limit):
    """One run in a fresh state directory, where nothing can be reused; the plan's prediction beside it."""
    folder = tempfile.mkdtemp(prefix="kb-", dir="/tmp")
    try:
        return solve_in(folder, model, limit)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def solve_in(folder, model, limit):
    calculix.deck(model, "", f"{folder}/deck.inp")
    with open(f"{folder}/job.yaml", "w") as out:
        out.write("name: bench\nkernel: fe.solve\ninputs: {deck: deck.inp}\nresources: {cpus: 2}\n")
    environment = {"KILN_STATE": f"{folder}/s"}
    plan = run(["kiln", "plan", "--json", "job.yaml"], "", 60, folder, environment, cap=False)
    taken = run(
        [sys.executable, f"{os.path.dirname(HERE)}/counted.py", str(limit), "run", "job.yaml", "--output", f"{folder}/out"],
        f"kiln on {os.path.basename(model)}", limit + 60, folder, environment, cap=False)
    if taken.failure:
        run(["kiln", "server", "down"], "", 60, folder, environment, cap=False)
        return taken
    counted = json.loads(taken.text.splitlines()[-1])
    result = Run(counted["wall"], counted["cpu"], counted["memory"])
    result.facts["plan"] = prediction(plan.text)
    if counted["wall"] >= limit:
        result.failure = f"stopped after {limit} s"
        return result
    if counted["exit"] != 0:
        said = [line for line in taken.text.splitlines()[:-1] if line.strip()]
        result.failure = f"exited with {counted['exit']}: {said[-1].strip()[:200] if said else ''}"
        return result
    result.facts["answer"] = calculix.answer(f"{folder}/out/deck.dat")
    with open(f"{folder}/out/summary.json") as text:
        result.facts["summary"] = json.load(text)
    return result


def prediction(text):
    """Wall seconds and bytes that `kiln plan` expects of the task; zeros where it says nothing."""
    try:
        plan = json.loads(text)
    except ValueError:
        return 0.0, 0.0
    return float(deep(plan, "seconds_each") or 0), float(deep(plan, "memory") or 0)


def deep(tree, *names):
    """The first number under one of the names anywhere in a JSON document."""
    if isinstance(tree, dict):
        for name in names:
            if isinstance(tree.get(name), (int, float)):
                return tree[name]
    for child in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        found = deep(child, *names)
        if found is not None:
            return found
    return None
