"""Rows of signal.fatigue, signal.shock and signal.pick: pyLife's compiled counters, NumPy recurrences."""

import os
import statistics
import tempfile
import time

SAMPLES = 10_000_000


def rows(kiln):
    """Ratios of processor seconds on the same arrays, in the same minute."""
    import numpy
    with tempfile.TemporaryDirectory(prefix="kb-", dir="/tmp") as folder:
        signal = numpy.random.default_rng(3).standard_normal(SAMPLES)
        numpy.save(f"{folder}/signal.npy", signal)
        yield from counting(kiln, folder, signal)
        numpy.save(f"{folder}/long.npy", numpy.tile(signal, 10))
        yield long_history(kiln, folder)
        yield oscillators(kiln, folder, signal[:200_000] * numpy.hanning(200_000))
        yield triggers(kiln, folder, signal)


def cpu(work, times=3):
    taken = []
    for _ in range(times):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return statistics.median(taken)


def row(name, what, peer, peer_cpu, summary, kernel, asked, samples=SAMPLES):
    return {
        "name": name, "what": what, "peer": peer, "peer_cpu": peer_cpu, "kiln_kernel_cpu": kernel,
        "kiln_job_cpu": summary["cpu_seconds"], "ratio": peer_cpu / kernel, "asked": asked,
        "throughput": f"{samples / kernel / 1e6:.0f} Msample/s", "memory_mb": summary["memory_mb"],
        "fraction_of_peak": None,
    }


def seconds(summary):
    """Processor time of the whole kernel, with reading and results."""
    return summary["processor_seconds"]["value"]


def job(kernel, file, **parameters):
    lines = [f"name: bench\nkernel: {kernel}\ninputs: {{signal: {file}}}\nparameters:\n  rate: 1 kHz"]
    return "\n".join(lines + [f"  {name}: {value}" for name, value in parameters.items()]) + "\n"


def counting(kiln, folder, signal):
    try:
        from pylife.stress.rainflow import FourPointDetector, LoopValueRecorder, ThreePointDetector
    except ImportError:
        return
    for rule, detector in (("four-point", FourPointDetector), ("astm", ThreePointDetector)):
        peer = cpu(lambda: detector(recorder=LoopValueRecorder()).process(signal))
        ours = [
            kiln(job("signal.fatigue", "signal.npy", rule=rule, residue="ignore", exponents="'3, 5, 10'"), folder)
            for _ in range(3)]
        ours.sort(key=seconds)
        yield row(
            f"rainflow {rule}, 1e7 samples",
            "reading, matrix and three equivalent loads included; the peer counts only", "pyLife", peer, ours[1],
            seconds(ours[1]), 1)


def long_history(kiln, folder):
    """Ten times as long, for memory and for reading and all."""
    summary = kiln(job("signal.fatigue", "long.npy", rule="four-point", exponents="'5'"), folder)
    samples = 10 * SAMPLES
    os.remove(f"{folder}/long.npy")
    whole = seconds(summary)
    # 60 Msample/s were asked for.
    return row("rainflow, 1e8 samples streamed", "reading the NPY file included; against 60 Msample/s", "60 Msample/s",
               samples / 60e6, summary, whole, 1, samples)


def oscillators(kiln, folder, base):
    import numpy
    from scipy.signal import lfilter
    numpy.save(f"{folder}/shock.npy", base)
    rate, damping = 1000.0, 0.05
    frequencies = 1.0 * 2 ** (numpy.arange(80) / 12)

    def peer():
        for frequency in frequencies:
            # Smallwood's ramp-invariant coefficients for the absolute acceleration.
            w = 2 * numpy.pi * frequency / rate
            decay, turn = numpy.exp(-damping * w), w * numpy.sqrt(1 - damping**2)
            c, s = decay * numpy.cos(turn), decay * numpy.sin(turn) / turn
            response = lfilter([1 - s, 2 * (s - c), decay**2 - s], [1, -2 * c, decay**2], base)
            response.max(), response.min()

    taken = cpu(peer)
    summary = kiln(job("signal.shock", "shock.npy", kind="shock", lowest="1 Hz", highest="96 Hz"), folder)
    return row("shock spectrum, 80 oscillators", "2e5 samples; the peer is Smallwood's filter by scipy.signal.lfilter",
               "SciPy lfilter", taken, summary, seconds(summary), None, 80 * len(base))


def triggers(kiln, folder, signal):
    import numpy
    from scipy.signal import lfilter

    def peer():
        energy = signal**2
        short = lfilter([1 / 500], [1, 1 / 500 - 1], energy)
        long = lfilter([1 / 10000], [1, 1 / 10000 - 1], energy)
        ratio = short / numpy.maximum(long, 1e-99)
        numpy.flatnonzero(ratio > 3)

    taken = cpu(peer)
    summary = kiln(job("signal.pick", "signal.npy", method="recursive", short="0.5 s", long="10 s", refine="none"), folder)
    return row("recursive STA/LTA, 1e7 samples", "reading and figure included; the peer is scipy.signal.lfilter", "SciPy lfilter",
               taken, summary, seconds(summary), None)
