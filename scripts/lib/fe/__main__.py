"""Measures fe.solve beside CalculiX and the best peers that install from PyPI or Debian.

usage: scripts/bench fe [--quick] [--rows NAME,…] [--repeats N] [--limit SECONDS] [--no-peers] [--list]
"""

import argparse
import hashlib
import json
import os
import shutil
import statistics
import sys
import tempfile
import time

import bracket
import calculix
import kiln
import machine
import models
import peers
from report import Report
from rows import QUICK, ROWS

HERE = os.path.dirname(os.path.abspath(__file__))
SHORT = 30.0  # s of wall; runs below it are repeated


def main():
    arguments = read_arguments()
    if arguments.list:
        for row in ROWS:
            print(f"{row.name:16} {row.title}")
        return
    chosen = choose(arguments)
    missing = {} if arguments.no_peers else peers.install()
    report = Report(machine.product_peak(), machine.read_bandwidth())
    report.head()
    scratch = tempfile.mkdtemp(prefix="kiln-bench-", dir="/tmp")
    try:
        for row in chosen:
            measure(row, arguments, missing, scratch, report)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    report.foot()


def read_arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench fe", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="only the rows of about 100 k equations")
    parser.add_argument("--rows", default="", help="names of rows, with commas; --list shows them")
    parser.add_argument("--repeats", type=int, default=3, help="runs of what takes less than half a minute (3)")
    parser.add_argument("--limit", type=int, default=900, help="seconds of wall after which a run is stopped (900)")
    parser.add_argument("--no-peers", action="store_true", help="only Kiln and CalculiX")
    parser.add_argument("--list", action="store_true", help="list the rows")
    return parser.parse_args()


def choose(arguments):
    names = [name for name in arguments.rows.split(",") if name] or (QUICK if arguments.quick else [row.name for row in ROWS])
    unknown = [name for name in names if name not in {row.name for row in ROWS}]
    if unknown:
        sys.exit(f"no row {', '.join(unknown)}; there are {', '.join(row.name for row in ROWS)}")
    return [row for row in ROWS if row.name in names]


def measure(row, arguments, missing, scratch, report):
    model = generate(row, scratch)
    with open(f"{model}/facts.json") as text:
        report.begin(row, json.load(text))
    runs = {"kiln": repeated(lambda: kiln.solve(model, arguments.limit), arguments.repeats)}
    report.show("kiln", runs["kiln"])
    for solver in row.calculix:
        name = f"ccx {solver}"
        runs[name] = repeated(lambda: calculix.solve(model, solver, scratch, arguments.limit), arguments.repeats)
        report.show(name, runs[name], runs["kiln"])
    if not arguments.no_peers:
        run_peers(row, model, arguments, missing, scratch, report, runs)
    for name, why in row.left_out.items():
        report.left_out(name, why)
    report.judge(row, runs)


def run_peers(row, model, arguments, missing, scratch, report, runs):
    assembled = None
    for name in row.peers:
        why = missing.get(name)
        if not why and name in peers.TAKES_MATRIX:
            if assembled is None:
                assembled = peers.matrices(model, scratch, arguments.limit) if "matrix" not in missing else missing["matrix"]
            why = f"no matrix for it: {assembled}" if assembled else None
        if why:
            report.left_out(name, why)
            continue
        runs[name] = peers.solve(name, model, scratch, arguments.limit)
        report.show(name, runs[name], runs["kiln"])
    shutil.rmtree(f"{scratch}/matrix", ignore_errors=True)


def repeated(action, repeats):
    """The run with the median wall time; one run where it is long or fails."""
    runs = [action()]
    while len(runs) < repeats and not runs[0].failure and runs[0].wall < SHORT:
        runs.append(action())
    good = [run for run in runs if not run.failure] or runs
    middle = sorted(good, key=lambda run: run.wall)[(len(good) - 1) // 2]
    for key in ("wall", "cpu", "memory"):
        setattr(middle, key, statistics.median(getattr(run, key) for run in good))
    middle.facts["runs"] = len(good)
    return middle


def generate(row, scratch):
    """The row's model, made once and kept in the cache folder until the generator changes."""
    mark = hashlib.sha256(repr((row.element, row.size, row.procedure)).encode())
    for source in ("models.py", "bracket.py"):
        with open(f"{HERE}/{source}", "rb") as text:
            mark.update(text.read())
    folder = f"{peers.CACHE}/models/{row.name}-{mark.hexdigest()[:12]}"
    if os.path.exists(f"{folder}/facts.json"):
        return folder
    print(f"  … generating {row.name}", file=sys.stderr, flush=True)
    mesh = bracket.bracket(row.size, scratch) if row.element == "C3D10" else models.block(row.element, row.size)
    models.write(mesh, row.procedure, folder)
    return folder


main()
