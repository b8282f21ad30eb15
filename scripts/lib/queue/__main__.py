"""Measures the queue beside HyperQueue, Parsl, Dask, GNU parallel, xargs and Slurm, each figure with its threshold.

usage: scripts/bench queue [WORD …] [--repeats N] [--no-peers] [--list]

Every row drives the real programs in throw-away state directories; figures are medians. Nothing here fails a build.
"""

import argparse
import importlib
import os
import sys
import time

from opponents import Opponents
from row import Options

MODULES = ("sweeps", "processes", "overhead", "submission", "endurance", "looking", "following", "returning", "saturation")


def main():
    arguments = read_arguments()
    rows = [each for name in MODULES for each in importlib.import_module(name).ROWS]
    if arguments.list:
        for each in rows:
            print(f"{each.name:10} {each.title}")
        return
    chosen = [each for each in rows if not arguments.words or any(word in (each.name, *each.title.split()) for word in arguments.words)]
    if not chosen:
        sys.exit(f"no row {' '.join(arguments.words)}; there are {', '.join(each.name for each in rows)}")
    peers = Opponents(wanted=not arguments.no_peers)
    print(f"{os.cpu_count()} cpus, load {os.getloadavg()[0]:.1f}, {time.strftime('%Y-%m-%d')}, medians of {arguments.repeats}")
    for name, why in peers.missing.items():
        print(f"not here: {name}: {why}")
    held = []
    for each in chosen:
        print(f"\n{each.name}: {each.title}", flush=True)
        for figure in each.measure(Options(arguments.repeats, peers)):
            print(figure.line(), flush=True)
            if figure.holds is not None:
                held.append(figure.holds)
    print(f"\n{sum(held)} of {len(held)} thresholds hold")


def read_arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench queue", description=__doc__.splitlines()[0])
    parser.add_argument("words", nargs="*", metavar="WORD", help="rows by name or by a word of their titles; all without")
    parser.add_argument("--repeats", type=int, default=5, help="how often each row is measured (5)")
    parser.add_argument("--no-peers", action="store_true", help="only Kiln")
    parser.add_argument("--list", action="store_true", help="list the rows")
    return parser.parse_args()


main()
