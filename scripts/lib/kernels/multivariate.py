"""Multivariate models beside scikit-learn and NumPy: principal components, partial least squares."""

import resource
import statistics
import tempfile
import warnings


def cpu(body, repeats):
    taken = []
    for _ in range(repeats):
        start = resource.getrusage(resource.RUSAGE_SELF)
        body()
        end = resource.getrusage(resource.RUSAGE_SELF)
        taken.append(end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime)
    return statistics.median(taken)


def value(summary, name):
    entry = summary.get(name, 0)
    return entry["value"] if isinstance(entry, dict) else entry


def rows(kiln):
    warnings.filterwarnings("ignore")
    folder = tempfile.mkdtemp(prefix="kb-multi-", dir="/tmp")
    yield from components(kiln, folder)
    yield from latent(kiln, folder)


def components(kiln, folder):
    import numpy
    from sklearn.decomposition import PCA

    random = numpy.random.default_rng(5)
    table = random.standard_normal((1_000_000, 100))
    table[:, 1:] += 0.5 * table[:, :-1]
    numpy.save(f"{folder}/table.npy", table)
    peer = cpu(lambda: PCA(10, svd_solver="covariance_eigh").fit(table), 3)
    exact = PCA(10, svd_solver="covariance_eigh").fit(table).explained_variance_[0]
    del table
    text = ("name: bench\nkernel: data.pca\ninputs: {table: table.npy}\n"
            "parameters: {components: 10, scaling: centre, scores: none}\n"
            "resources: {cpus: 1, memory: 2 GiB, time: 10 min}\n")
    taken = sorted((kiln(text, folder) for _ in range(3)), key=lambda each: value(each, "model_cpu_seconds"))[1]
    kernel = value(taken, "model_cpu_seconds")
    assert abs(value(taken, "first_variance") / exact - 1) < 1e-9
    yield {
        "name": "pca 1e6 x 100", "what": "ten components of a centred table; scikit-learn's covariance_eigh on the array in memory; "
        "Kiln streams the NPY file (reading not counted in the kernel)", "peer": "scikit-learn", "peer_cpu": peer,
        "kiln_kernel_cpu": kernel, "kiln_job_cpu": taken["cpu_seconds"], "ratio": peer / kernel, "asked": 1.2,
        "throughput": f"{100 / kernel:.0f} Mnumber/s", "memory_mb": taken["memory_mb"],
        "fraction_of_peak": 1e10 / kernel / 62e9,
    }


def latent(kiln, folder):
    import numpy
    from sklearn.cross_decomposition import PLSRegression
    from sklearn.model_selection import cross_val_predict, KFold

    random = numpy.random.default_rng(6)
    base = random.standard_normal((500, 8))
    x = base @ random.standard_normal((8, 400)) + 0.05 * random.standard_normal((500, 400))
    y = base @ random.standard_normal(8) + 0.1 * random.standard_normal(500)
    numpy.savetxt(f"{folder}/spectra.csv", numpy.column_stack([y, x]), delimiter=",", fmt="%.9g", comments="",
                  header=",".join(["y"] + [f"x{n}" for n in range(400)]))

    def validate():
        for count in range(1, 11):
            cross_val_predict(PLSRegression(count, scale=False), x, y, cv=KFold(10))

    peer = cpu(validate, 1)
    text = ("name: bench\nkernel: data.pls\ninputs: {table: spectra.csv}\n"
            "parameters: {response: y, validation: consecutive, segments: 10, components_max: 10}\n"
            "resources: {cpus: 1, memory: 1 GiB, time: 10 min}\n")
    taken = sorted((kiln(text, folder) for _ in range(3)), key=lambda each: value(each, "model_cpu_seconds"))[1]
    kernel = value(taken, "model_cpu_seconds")
    yield {
        "name": "pls 500 x 400, ten segments", "what": "RMSECV of one to ten components; scikit-learn fits each number anew, Kiln all "
        "in one pass", "peer": "scikit-learn", "peer_cpu": peer, "kiln_kernel_cpu": kernel,
        "kiln_job_cpu": taken["cpu_seconds"], "ratio": peer / kernel, "asked": None,
        "throughput": f"{100 / kernel:.0f} fits/s", "memory_mb": taken["memory_mb"],
    }
