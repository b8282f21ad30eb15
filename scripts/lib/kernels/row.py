"""Running a job with everything it costs, and printing a row beside its threshold."""

import json
import os
import shutil
import sys
import tempfile
import time

from measure import run

LIB = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def kiln(text, folder, limit=600):
    """Runs a job file's text in `folder` on a state of its own; the summary with `cpu_seconds`, `wall_seconds` and
    `memory_mb` of client, server and worker together, and `output`, the folder of its results."""
    state = tempfile.mkdtemp(prefix="kb-", dir="/tmp")
    with open(f"{folder}/bench-job.yaml", "w") as out:
        out.write(text)
    output = f"{folder}/bench-out"
    shutil.rmtree(output, ignore_errors=True)
    try:
        taken = run(
            [sys.executable, f"{LIB}/counted.py", str(limit), "run", "bench-job.yaml", "--output", output],
            "", limit + 60, folder, {"KILN_STATE": f"{state}/s"}, cap=False)
    finally:
        shutil.rmtree(state, ignore_errors=True)
    if taken.failure:
        sys.exit(f"{taken.failure}\n{taken.text}")
    counted = json.loads(taken.text.splitlines()[-1])
    if counted["exit"] != 0:
        sys.exit(f"kiln exited with {counted['exit']}:\n{taken.text}")
    with open(f"{output}/summary.json") as file:
        summary = json.load(file)
    summary.update(
        cpu_seconds=counted["cpu"], wall_seconds=counted["wall"], memory_mb=counted["memory"], output=output)
    return summary


def head(machine):
    peak, bandwidth = machine.product_peak(), machine.read_bandwidth(1)
    print(f"one core; load {os.getloadavg()[0]:.1f}, {time.strftime('%Y-%m-%d')}; DGEMM {peak / 1e9:.0f} Gop/s, "
          f"reading {bandwidth / 1e9:.0f} GB/s")
    print(f"{'':4}  {'row':34} {'peer':18} {'peer s':>8} {'kernel s':>8} {'job s':>8} {'ratio':>7}  asked  ", flush=True)


def show(row):
    """Prints a row; whether its threshold holds. `ratio` is the peer's processor seconds over the kernel's."""
    holds = row["asked"] is None or row["ratio"] >= row["asked"]
    extra = [row.get("throughput") or ""]
    if row.get("memory_mb"):
        extra.append(f"{row['memory_mb']:.0f} MB")
    if row.get("fraction_of_peak"):
        extra.append(f"{row['fraction_of_peak']:.0%} of peak")
    asked = "" if row["asked"] is None else f">= {row['asked']:g}"
    print(f"{'ok  ' if holds else 'MISS'}  {row['name']:34} {row['peer']:18} {row['peer_cpu']:8.3f} "
          f"{row['kiln_kernel_cpu']:8.3f} {row['kiln_job_cpu']:8.3f} {row['ratio']:7.2f}  {asked:6} "
          f"{', '.join(word for word in extra if word)}", flush=True)
    print(f"      {row['what']}", flush=True)
    return holds
