"""Rows of signal.psd, signal.filter and signal.spectrogram: SciPy on the same arrays."""

import statistics
import tempfile
import time

SAMPLES = 10_000_000
RATE = 10_000.0


def rows(kiln):
    """Ratios of processor seconds on the same arrays, in the same minute."""
    import numpy
    with tempfile.TemporaryDirectory(prefix="kb-", dir="/tmp") as folder:
        signal = numpy.random.default_rng(1).standard_normal(SAMPLES)
        numpy.save(f"{folder}/signal.npy", signal)
        yield from spectra(kiln, folder, signal)
        yield from filters(kiln, folder, signal)
        yield spectrogram(kiln, folder, signal)
        long = numpy.lib.format.open_memmap(f"{folder}/long.npy", "w+", "f8", (10 * SAMPLES,))
        for part in range(10):
            long[part * SAMPLES:(part + 1) * SAMPLES] = signal
        del long
        yield from long_recordings(kiln, folder)


def cpu(work, times=3):
    taken = []
    for _ in range(times):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return statistics.median(taken)


def job(kernel, file, parameters):
    lines = [f"name: bench\nkernel: {kernel}\ninputs: {{signal: {file}}}\nparameters:\n  rate: {RATE:g} Hz"]
    return "\n".join(lines + [f"  {name}: {value}" for name, value in parameters.items()]) + "\n"


def measured(kiln, folder, kernel, parameters, file="signal.npy", phase="processor_seconds", times=3):
    """The summary of the run whose phase took the median of several."""
    runs = [kiln(job(kernel, file, parameters), folder) for _ in range(times)]
    runs.sort(key=lambda summary: summary[phase]["value"])
    return runs[len(runs) // 2]


def row(name, what, peer_cpu, summary, asked, phase="processor_seconds", samples=SAMPLES, peer="SciPy"):
    kernel = summary[phase]["value"]
    return {
        "name": name, "what": what, "peer": peer, "peer_cpu": peer_cpu, "kiln_kernel_cpu": kernel,
        "kiln_job_cpu": summary["cpu_seconds"], "ratio": peer_cpu / kernel, "asked": asked,
        "throughput": f"{samples / kernel / 1e6:.0f} Msample/s", "memory_mb": summary["memory_mb"],
        "fraction_of_peak": None,
    }


def spectra(kiln, folder, signal):
    from scipy import signal as scipy
    for length in (1024, 8192):
        peer = cpu(lambda: scipy.welch(signal, RATE, nperseg=length))
        ours = measured(kiln, folder, "signal.psd", {"segment": length})
        yield row(
            f"psd {length}, 1e7 samples", "Hann, 50 %, mean removed; kernel reads the file, SciPy has it in memory",
            peer, ours, 4)
    peer = cpu(lambda: scipy.welch(signal, RATE, nperseg=1024, average="median"), 1)
    yield row(
        "psd 1024, median", "the kernel reads the file as often as medians need room", peer,
        measured(kiln, folder, "signal.psd", {"segment": 1024, "average": "median"}, times=1), 1)


def filters(kiln, folder, signal):
    import numpy
    from scipy import signal as scipy
    sections = scipy.butter(4, [50, 1000], "bandpass", output="sos", fs=RATE)
    wanted = {"band": "band", "edge": "50 Hz", "edge_high": "1000 Hz", "order": 4, "table": "never"}
    causal = measured(kiln, folder, "signal.filter", {**wanted, "direction": "causal"}, phase="filter_seconds")
    yield row(
        "filter, 4 sections, arithmetic", "Butterworth band-pass; seconds in the filter against sosfilt",
        cpu(lambda: scipy.sosfilt(sections, signal)), causal, 1.3, phase="filter_seconds")

    def from_file_to_file(apply):
        numpy.save(f"{folder}/peer.npy", apply(sections, numpy.load(f"{folder}/signal.npy")))

    yield row(
        "filter, 4 sections, whole kernel", "from file to file on both sides",
        cpu(lambda: from_file_to_file(scipy.sosfilt)), causal, None)
    yield row(
        "filter, zero phase, whole kernel", "sosfiltfilt, from file to file; Kiln in constant memory",
        cpu(lambda: from_file_to_file(scipy.sosfiltfilt)),
        measured(kiln, folder, "signal.filter", {**wanted, "direction": "zero-phase"}), 1)
    yield row(
        "resample 3/2, whole kernel", "resample_poly, from file to file",
        cpu(lambda: from_file_to_file(lambda _, values: scipy.resample_poly(values, 3, 2))),
        measured(kiln, folder, "signal.filter", {"family": "none", "resample": "3/2", "table": "never"}), 1)


def spectrogram(kiln, folder, signal):
    import numpy
    from scipy import signal as scipy
    return row(
        "spectrogram 1024/512", "to a file on both sides",
        cpu(lambda: numpy.save(f"{folder}/peer.npy", scipy.spectrogram(signal, RATE, nperseg=1024, noverlap=512)[2])),
        measured(kiln, folder, "signal.spectrogram", {"segment": 1024}), 1)


def long_recordings(kiln, folder):
    """1e8 samples: the memory of client, server and worker together counts."""
    for name, kernel, parameters in (
        ("psd 1024, 1e8 samples", "signal.psd", {"segment": 1024}),
        ("filter, zero phase, 1e8 samples", "signal.filter",
         {"edge": "1000 Hz", "table": "never"}),
    ):
        ours = measured(kiln, folder, kernel, parameters, file="long.npy", times=1)
        asked = 200.0
        yield {
            **row(name, "memory asked below 200 MB: the ratio is 200 MB over what was used", asked, ours, 1,
                  samples=10 * SAMPLES, peer="200 MB"),
            "ratio": asked / ours["memory_mb"],
        }
