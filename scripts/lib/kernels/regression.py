"""regress fit dense: linear and nonlinear regression and dense algebra beside numpy, scikit-learn and SciPy."""

import glob
import os
import re
import time
import warnings

import numpy

ROUNDS = 3
TERMS = 100


def rows(kiln):
    import tempfile
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        yield from least_squares(kiln, folder)
        yield from certified(kiln, folder)
        yield from nonlinear(kiln, folder)
        yield from system(kiln, folder)


def taken(work):
    """Processor seconds of the fastest of some rounds, and the result."""
    best, result = None, None
    for _ in range(ROUNDS):
        start = time.process_time()
        result = work()
        seconds = time.process_time() - start
        best = seconds if best is None else min(best, seconds)
    return best, result


def median(kiln, job, folder):
    runs = sorted((kiln(job, folder) for _ in range(ROUNDS)), key=lambda run: run["processor_seconds"]["value"])
    return runs[len(runs) // 2]


def row(name, what, peer, peer_cpu, run, asked, **more):
    kernel = run["processor_seconds"]["value"]
    return dict(name=name, what=what, peer=peer, peer_cpu=peer_cpu, kiln_kernel_cpu=kernel,
                kiln_job_cpu=run["cpu_seconds"], ratio=peer_cpu / kernel, asked=asked, memory_mb=run["memory_mb"], **more)


# Linear

def least_squares(kiln, folder):
    count = 1_000_000
    random = numpy.random.default_rng(1)
    table = random.standard_normal((count, TERMS + 1))
    table[:, TERMS] = table[:, :TERMS] @ numpy.linspace(-1, 1, TERMS) + 0.1 * table[:, TERMS]
    numpy.save(f"{folder}/table.npy", table)
    job = f"""
name: regress
kernel: data.regress
inputs: {{table: table.npy}}
parameters: {{response: "{TERMS + 1}", intercept: false}}
"""
    x, y = table[:, :TERMS], table[:, TERMS]
    start = time.process_time()
    exact = numpy.linalg.lstsq(x, y, rcond=None)[0]
    peer = time.process_time() - start
    run = median(kiln, job, folder)
    found = numpy.load(f"{run['output']}/coefficients.npy")[:, 0]
    error = numpy.abs(found - exact).max() / numpy.abs(exact).max()
    flops = 2 * count * TERMS ** 2
    yield row("regress 1e6 x 100", f"same NPY; largest difference {error:.0e} of the largest coefficient",
              "numpy lstsq", peer, run, 10, throughput=f"{flops / run['processor_seconds']['value'] / 1e9:.0f} Gop/s")
    try:
        from sklearn.linear_model import Ridge
    except ImportError:
        return
    seconds, model = taken(lambda: Ridge(alpha=10, fit_intercept=False, solver="cholesky").fit(x, y))
    ridge = job.replace("intercept: false", 'intercept: false, ridge: "10", ridge_units: raw')
    run = median(kiln, ridge, folder)
    found = numpy.load(f"{run['output']}/coefficients.npy")[:, 0]
    error = numpy.abs(found - model.coef_).max()
    yield row("ridge 1e6 x 100", f"normal equations there, QR here; largest difference {error:.0e}",
              "sklearn Ridge", seconds, run, None)


# Nonlinear

COPIES = 25


def certified(kiln, folder):
    """NIST's 27 nonlinear problems from both starts, each as a table of equal groups: what the fits alone take."""
    from scipy.optimize import curve_fit
    theirs, ours, job_cpu, memory, failed, fits = 0.0, 0.0, 0.0, 0.0, 0, 0
    for problem in problems():
        names = [f"b{n + 1}" for n in range(len(problem["starts"][0]))]
        columns = ["x"] if len(problem["variables"]) == 1 else ["x1", "x2"]
        code = compile(problem["model"], problem["name"], "eval")
        words = {name: getattr(numpy, name) for name in ("exp", "cos", "sin", "log", "pi")}
        words.update(atan=numpy.arctan, arctan=numpy.arctan)
        x = numpy.array(problem["variables"])
        y = numpy.log(problem["response"]) if problem["name"] == "Nelson" else numpy.array(problem["response"])

        def curve(x, *b):
            return eval(code, words | dict(zip(names, b)) | dict(zip(columns, x)))

        with open(f"{folder}/nist.csv", "w") as out:
            out.write(",".join(["group", *columns, "y"]) + "\n")
            for copy in range(COPIES):
                for row in range(len(y)):
                    out.write(",".join([f"g{copy}", *(repr(float(v[row])) for v in x), repr(float(y[row]))]) + "\n")
        for start in problem["starts"]:
            with numpy.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                begin = time.process_time()
                for _ in range(COPIES):
                    try:
                        curve_fit(curve, x, y, p0=start, maxfev=20000)
                    except RuntimeError:
                        failed += 1
                theirs += time.process_time() - begin
            run = kiln(f"""
name: nist
kernel: data.fit
inputs: {{table: nist.csv}}
parameters:
  model: {problem["model"]}
  response: y
  group: group
  start: {", ".join(f"{name} = {value!r}" for name, value in zip(names, start))}
""", folder)
            fits += COPIES
            ours += run["fit_seconds"]["value"]
            job_cpu += run["cpu_seconds"]
            memory = max(memory, run["memory_mb"])
    yield dict(name="NIST's 27 problems, both starts", what=f"{fits} fits, {COPIES} copies of each, to 1e-14; the fits alone; "
               f"curve_fit (derivatives by differences, 1e-8) gives up on {failed}", peer="scipy curve_fit", peer_cpu=theirs,
               kiln_kernel_cpu=ours, kiln_job_cpu=job_cpu, ratio=theirs / ours, asked=20, memory_mb=memory,
               throughput=f"{fits / ours:.0f} fits/s")


def problems():
    """The certified problems as the tests keep them."""
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../Tests/StatisticsTests")
    text = "".join(open(path).read() for path in sorted(glob.glob(f"{folder}/CurveReference+Data*.swift")))
    for block in re.split(r"static let \w+ = CurveReference\(", text)[1:]:
        def lists(key):
            inner = re.search(key + r": \[(.*?)\n    \],", block, re.S).group(1)
            found = re.findall(r"\[([^\[\]]*)\]", inner) or [inner]
            return [[float(word) for word in re.findall(r"-?[\d.]+(?:[eE][-+]?\d+)?", each)] for each in found]

        variables = ([[float(n) for n in range(1, 251)]] if "variables: [(1...250)" in block else lists("variables"))
        yield dict(name=re.search(r'name: "(\w+)"', block).group(1), model=re.search(r'model:\s*"(.*?)"', block).group(1),
                   response=lists("response")[0], variables=variables, starts=lists("starts"))


def nonlinear(kiln, folder):
    """Four-parameter curves in bulk: as many small fits as a screening campaign has."""
    from scipy.optimize import curve_fit
    groups, doses = 2000, numpy.repeat(10.0 ** numpy.linspace(-0.5, 4, 10), 3)
    random = numpy.random.default_rng(2)
    truth = numpy.column_stack([random.uniform(0, 8, groups), random.uniform(90, 105, groups),
                                10 ** random.uniform(0.8, 3.2, groups), random.uniform(0.8, 1.8, groups)])

    def curve(x, bottom, top, ec50, hill):
        return bottom + (top - bottom) / (1 + (ec50 / x) ** hill)

    plates = [curve(doses, *each) + random.normal(0, 2, doses.size) for each in truth]
    with open(f"{folder}/plates.csv", "w") as out:
        out.write("compound,x,y\n")
        for number, plate in enumerate(plates):
            out.writelines(f"C{number},{a!r},{b!r}\n" for a, b in zip(doses.tolist(), plate.tolist()))

    def peer():
        return [curve_fit(curve, doses, plate, p0=[plate.min(), plate.max(), 56.0, 1.0], maxfev=5000)[0]
                for plate in plates]

    with numpy.errstate(all="ignore"):
        start = time.process_time()
        exact = numpy.array(peer())
        seconds = time.process_time() - start
    job = """
name: fit
kernel: data.fit
inputs: {table: plates.csv}
parameters:
  model: bottom + (top - bottom) / (1 + (ec50 / x)^hill)
  response: y
  group: compound
  start: bottom = min(y), top = max(y), ec50 = 56, hill = 1
"""
    run = median(kiln, job, folder)
    found = numpy.load(f"{run['output']}/parameters.npy")[:, :4]
    error = numpy.median(numpy.abs(found / exact - 1))
    alone = seconds / run["fit_seconds"]["value"]
    yield row("fit 2000 curves of 30 points", f"four parameters; median difference {error:.0e}; reading and reports included, "
              f"without them {alone:.0f} times", "scipy curve_fit", seconds, run, None, throughput=f"{groups / run['processor_seconds']['value']:.0f} fits/s")


# Dense

def system(kiln, folder):
    order = 2000
    random = numpy.random.default_rng(3)
    a, b = random.standard_normal((order, order)), random.standard_normal((order, 1))
    numpy.save(f"{folder}/a.npy", a)
    numpy.save(f"{folder}/b.npy", b)
    seconds, x = taken(lambda: numpy.linalg.solve(a, b))
    job = """
name: system
kernel: dense.solve
inputs: {matrix: a.npy, right: b.npy}
parameters: {operation: system}
"""
    run = median(kiln, job, folder)
    found = numpy.load(f"{run['output']}/solution.npy")
    error = numpy.abs(found - x).max() / numpy.abs(x).max()
    yield row("system of 2000 equations", f"with condition, refinement and bounds; difference {error:.0e}",
              "numpy solve", seconds, run, None,
              throughput=f"{2 / 3 * order ** 3 / run['processor_seconds']['value'] / 1e9:.0f} Gop/s")
