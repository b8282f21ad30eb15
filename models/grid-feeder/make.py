#!/usr/bin/env python3
"""Makes the feeder and its day, and checks them by a second method: backward and forward sweeps.

usage: make.py            writes feeder.m and day.csv beside this file
       make.py --check    prints losses and voltages of the case and of the day

A drawn-up radial 10 kV feeder: one substation, 32 loads on a trunk with three laterals, solar plants at three buses.
"""

import math
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
BASE_KV, BASE_MVA = 10.0, 10.0
# Cable of 150 mm2 Al: ohm and microsiemens per km; rating 8 MVA, laid in pairs. Laterals: 70 mm2 Al, 3.1 MVA.
TRUNK = (0.206, 0.110, 80.0, 8.0)
LATERAL = (0.443, 0.122, 65.0, 3.1)
# from, to, km, kind: trunk 1-18, laterals from 4, 7 and 11.
LINES = (
    [(n, n + 1, 0.42 + 0.03 * (n % 4), TRUNK) for n in range(1, 18)]
    + [(4, 19, 0.35, LATERAL), (19, 20, 0.30, LATERAL), (20, 21, 0.45, LATERAL), (21, 22, 0.40, LATERAL)]
    + [(7, 23, 0.30, LATERAL), (23, 24, 0.50, LATERAL), (24, 25, 0.35, LATERAL)]
    + [(11, 26, 0.25, LATERAL)] + [(n, n + 1, 0.28 + 0.04 * (n % 3), LATERAL) for n in range(26, 33)]
)
SOLAR = {18: 2.2, 25: 1.2, 33: 1.8}
ROWS = 96


def load(bus):
    """MW and MVAr of a bus; cos phi near 0.95."""
    if bus == 1:
        return 0.0, 0.0
    p = 0.15 + 0.03 * (bus * 7 % 5)
    return round(p, 4), round(p * (0.30 + 0.02 * (bus % 3)), 4)


def case():
    zb = BASE_KV**2 / BASE_MVA
    out = ["function mpc = feeder", "%FEEDER  Radial 10 kV feeder of 33 buses with solar plants; made by make.py",
           "mpc.version = '2';", f"mpc.baseMVA = {BASE_MVA:g};", "",
           "%\tbus_i\ttype\tPd\tQd\tGs\tBs\tarea\tVm\tVa\tbaseKV\tzone\tVmax\tVmin", "mpc.bus = ["]
    for bus in range(1, 34):
        p, q = load(bus)
        kind = 3 if bus == 1 else 1
        out.append(f"\t{bus}\t{kind}\t{p:g}\t{q:g}\t0\t0\t1\t1\t0\t{BASE_KV:g}\t1\t1.04\t0.96;")
    out += ["];", "", "%\tbus\tPg\tQg\tQmax\tQmin\tVg\tmBase\tstatus\tPmax\tPmin", "mpc.gen = [",
            "\t1\t0\t0\t20\t-20\t1.02\t10\t1\t20\t-20;"]
    out += [f"\t{bus}\t{p:g}\t0\t0\t0\t1\t10\t1\t{p:g}\t0;" for bus, p in SOLAR.items()]
    out += ["];", "", "%\tfbus\ttbus\tr\tx\tb\trateA\trateB\trateC\tratio\tangle\tstatus\tangmin\tangmax",
            "mpc.branch = ["]
    for a, b, km, (r, x, us, rating) in LINES:
        out.append(f"\t{a}\t{b}\t{r * km / zb:.10g}\t{x * km / zb:.10g}\t{us * 1e-6 * km * zb:.10g}\t{rating:g}"
                   "\t0\t0\t0\t0\t1\t-360\t360;")
    return "\n".join(out + ["];", ""])


def day():
    """Hour, factor of all loads, factor of all solar plants: a working day in June."""
    rows = []
    for row in range(ROWS):
        hour = row / 4
        demand = 0.55 + 0.35 * math.exp(-((hour - 8.5) / 2.2)**2) + 0.6 * math.exp(-((hour - 19.0) / 2.6)**2)
        sun = max(0.0, math.sin(math.pi * (hour - 5) / 16)) if 5 < hour < 21 else 0.0
        cloud = 1 - 0.45 * math.exp(-((hour - 14.5) / 0.5)**2)
        rows.append((hour, round(demand, 4), round(sun**1.5 * cloud, 4)))
    return rows


def sweep(load_factor=1.0, solar_factor=1.0):
    """Voltages and losses (MW) by backward and forward sweeps over the tree, to 1e-13 pu."""
    zb = BASE_KV**2 / BASE_MVA
    parent, z, half = {}, {}, dict.fromkeys(range(1, 34), 0.0)
    for a, b, km, (r, x, us, _) in LINES:
        parent[b], z[b] = a, complex(float(f"{r * km / zb:.10g}"), float(f"{x * km / zb:.10g}"))
        charging = float(f"{us * 1e-6 * km * zb:.10g}")
        half[a] += charging / 2
        half[b] += charging / 2
    order = sorted(parent)  # every bus comes after its parent
    v = dict.fromkeys(range(1, 34), complex(1.02))
    s = {n: complex(*load(n)) * load_factor / BASE_MVA - SOLAR.get(n, 0) * solar_factor / BASE_MVA for n in v}
    for _ in range(200):
        current = {n: (s[n] / v[n]).conjugate() + 1j * half[n] * v[n] for n in v}
        for n in reversed(order):
            current[parent[n]] += current[n]
        last = dict(v)
        for n in order:
            v[n] = v[parent[n]] - z[n] * current[n]
        if max(abs(v[n] - last[n]) for n in v) < 1e-13:
            break
    losses = sum(abs(current[n])**2 * z[n].real for n in order) * BASE_MVA
    return {n: abs(v[n]) for n in v}, losses


def check():
    v, losses = sweep()
    low = min(v, key=v.get)
    print(f"case: losses {losses:.9f} MW, lowest {v[low]:.9f} pu at bus {low}, highest {max(v.values()):.9f} pu")
    lows, highs, mean = [], [], 0.0
    for hour, demand, sun in day():
        v, losses = sweep(demand, sun)
        lows.append((min(v.values()), hour, min(v, key=v.get)))
        highs.append((max(v.values()), hour, max(v, key=v.get)))
        mean += losses / ROWS
    print(f"day: lowest {min(lows)[0]:.9f} pu at {min(lows)[1]} h, bus {min(lows)[2]}; highest {max(highs)[0]:.9f} pu "
          f"at {max(highs)[1]} h, bus {max(highs)[2]}; mean losses {mean:.9f} MW")


def main():
    if sys.argv[1:] == ["--check"]:
        return check()
    with open(f"{HERE}/feeder.m", "w") as out:
        out.write(case())
    with open(f"{HERE}/day.csv", "w") as out:
        out.write("time [h],load,gen 18,gen 25,gen 33\n")
        for hour, demand, sun in day():
            out.write(f"{hour:g},{demand:g},{sun:g},{sun:g},{sun:g}\n")


main()
