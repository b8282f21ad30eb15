"""csv formats: reading tables of text beside the C engine of pandas.

The seconds of reading are those that the kernel reports for its reader alone (`read_processor_seconds`, one pass of the file);
pandas reads the same file in the same minute, with its default parser, which does not always round correctly, and
with `float_precision="round_trip"`, which does so as Kiln always does.
"""

import statistics
import time

import numpy
import pandas

REPEATS = 3


def rows(kiln):
    import tempfile

    with tempfile.TemporaryDirectory(prefix="kb-", dir="/tmp") as folder:
        yield from wide(kiln, folder)
        yield from recording(kiln, folder)


def wide(kiln, folder):
    """A table as programs write it: ten columns of 17 digits."""
    numbers = numpy.random.default_rng(1).standard_normal((500_000, 10))
    numbers[:, 0] = numbers[:, 1:] @ numpy.arange(1.0, 10.0) + numbers[:, 0]
    with open(f"{folder}/wide.csv", "w") as out:
        out.write(",".join(f"c{column}" for column in range(10)) + "\n")
        for row in numbers.tolist():
            out.write(",".join(map(repr, row)) + "\n")
    job = ("name: bench\nkernel: data.regress\ninputs: {table: wide.csv}\n"
           "parameters: {response: c0, diagnostics: none}\n")
    for precision, asked in ((None, 2.0), ("round_trip", None)):
        yield measured(kiln, job, folder, "wide.csv", {"float_precision": precision},
                  f"csv, 10 columns, {precision or 'default'}", asked)


def recording(kiln, folder):
    """A recording as loggers write it: few digits; one of two channels is asked for."""
    count = 3_000_000
    channels = numpy.random.default_rng(2).standard_normal((count, 2)) * [1000, 10]
    with open(f"{folder}/road.csv", "w") as out:
        out.write("time [s],force [N],acceleration [m/s^2]\n")
        for index, (force, acceleration) in enumerate(channels.tolist()):
            out.write(f"{index / 1024:.6f},{force:.3f},{acceleration:.5f}\n")
    job = ("name: bench\nkernel: signal.psd\ninputs: {signal: road.csv}\n"
           "parameters: {channels: force}\n")
    yield measured(kiln, job, folder, "road.csv", {"usecols": [0, 1]}, "csv, 2 of 3 columns", 2.0)


def measured(kiln, job, folder, name, options, title, asked):
    peer, ours, whole, memory = [], [], [], 0
    with open(f"{folder}/{name}", "rb") as file:
        size = len(file.read())
    for _ in range(REPEATS):
        start = time.process_time()
        pandas.read_csv(f"{folder}/{name}", engine="c", **options)
        peer.append(time.process_time() - start)
        summary = kiln(job, folder)
        ours.append(number(summary["read_processor_seconds"]) / number(summary.get("passes", 1)))
        whole.append(summary["cpu_seconds"])
        memory = max(memory, summary["memory_mb"])
    peer, ours, whole = map(statistics.median, (peer, ours, whole))
    return {
        "name": title, "what": f"{size / 1e6:.0f} MB; the kernel's seconds are those of its reader",
        "peer": f"pandas {pandas.__version__}", "peer_cpu": peer, "kiln_kernel_cpu": ours, "kiln_job_cpu": whole,
        "ratio": peer / ours, "asked": asked, "throughput": f"{size / 1e6 / ours:.0f} MB/s", "memory_mb": memory}


def number(value):
    return value["value"] if isinstance(value, dict) else value
