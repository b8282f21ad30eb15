#!/usr/bin/env python3
"""Writes ieee14.m: the IEEE 14-bus test system in MATPOWER's case format.

The numbers are those of the University of Washington's Power Systems Test Case Archive (public domain): a part of
the American Electric Power system in February 1962. The archive gives no ratings; those here are drawn up, 1.5 times
the flow of the base case, at least 10 MVA, so that outages have limits to be compared with.
"""

import os

HERE = os.path.dirname(os.path.abspath(__file__))
# bus, type, load MW, load MVAr, shunt MVAr, pu, degrees
BUSES = [
    (1, 3, 0, 0, 0, 1.06, 0), (2, 2, 21.7, 12.7, 0, 1.045, -4.98), (3, 2, 94.2, 19, 0, 1.01, -12.72),
    (4, 1, 47.8, -3.9, 0, 1.019, -10.33), (5, 1, 7.6, 1.6, 0, 1.02, -8.78), (6, 2, 11.2, 7.5, 0, 1.07, -14.22),
    (7, 1, 0, 0, 0, 1.062, -13.37), (8, 2, 0, 0, 0, 1.09, -13.36), (9, 1, 29.5, 16.6, 19, 1.056, -14.94),
    (10, 1, 9, 5.8, 0, 1.051, -15.1), (11, 1, 3.5, 1.8, 0, 1.057, -14.79), (12, 1, 6.1, 1.6, 0, 1.055, -15.07),
    (13, 1, 13.5, 5.8, 0, 1.05, -15.16), (14, 1, 14.9, 5, 0, 1.036, -16.04),
]
# bus, MW, Qmax, Qmin, pu
GENERATORS = [(1, 232.4, 10, 0, 1.06), (2, 40, 50, -40, 1.045), (3, 0, 40, 0, 1.01), (6, 0, 24, -6, 1.07),
              (8, 0, 24, -6, 1.09)]
# from, to, r, x, b, ratio, rating MVA
BRANCHES = [
    (1, 2, 0.01938, 0.05917, 0.0528, 0, 240), (1, 5, 0.05403, 0.22304, 0.0492, 0, 115),
    (2, 3, 0.04699, 0.19797, 0.0438, 0, 110), (2, 4, 0.05811, 0.17632, 0.034, 0, 85),
    (2, 5, 0.05695, 0.17388, 0.0346, 0, 65), (3, 4, 0.06701, 0.17103, 0.0128, 0, 40),
    (4, 5, 0.01335, 0.04211, 0, 0, 95), (4, 7, 0, 0.20912, 0, 0.978, 45), (4, 9, 0, 0.55618, 0, 0.969, 25),
    (5, 6, 0, 0.25202, 0, 0.932, 70), (6, 11, 0.09498, 0.1989, 0, 0, 13), (6, 12, 0.12291, 0.25581, 0, 0, 13),
    (6, 13, 0.06615, 0.13027, 0, 0, 30), (7, 8, 0, 0.17615, 0, 0, 27), (7, 9, 0, 0.11001, 0, 0, 45),
    (9, 10, 0.03181, 0.0845, 0, 0, 10), (9, 14, 0.12711, 0.27038, 0, 0, 15), (10, 11, 0.08205, 0.19207, 0, 0, 10),
    (12, 13, 0.22092, 0.19988, 0, 0, 10), (13, 14, 0.17093, 0.34802, 0, 0, 10),
]


def main():
    out = ["function mpc = ieee14", "%IEEE14  IEEE 14-bus test system; made by make.py", "mpc.version = '2';",
           "mpc.baseMVA = 100;", "", "%\tbus_i\ttype\tPd\tQd\tGs\tBs\tarea\tVm\tVa\tbaseKV\tzone\tVmax\tVmin",
           "mpc.bus = ["]
    out += [f"\t{n}\t{k}\t{p:g}\t{q:g}\t0\t{b:g}\t1\t{v:g}\t{a:g}\t0\t1\t1.09\t0.94;" for n, k, p, q, b, v, a in BUSES]
    out += ["];", "", "%\tbus\tPg\tQg\tQmax\tQmin\tVg\tmBase\tstatus\tPmax\tPmin", "mpc.gen = ["]
    out += [f"\t{n}\t{p:g}\t0\t{high:g}\t{low:g}\t{v:g}\t100\t1\t332.4\t0;" for n, p, high, low, v in GENERATORS]
    out += ["];", "", "%\tfbus\ttbus\tr\tx\tb\trateA\trateB\trateC\tratio\tangle\tstatus\tangmin\tangmax",
            "mpc.branch = ["]
    out += [f"\t{a}\t{b}\t{r:g}\t{x:g}\t{c:g}\t{s:g}\t0\t0\t{t:g}\t0\t1\t-360\t360;" for a, b, r, x, c, t, s in BRANCHES]
    with open(f"{HERE}/ieee14.m", "w") as file:
        file.write("\n".join(out + ["];", ""]))


main()
