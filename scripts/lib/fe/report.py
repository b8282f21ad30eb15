"""Prints the rows: what everyone took, how far the answers differ, and whether the thresholds hold."""

import os
import time

from calculix import difference
from kiln import deep
from rows import AGREEMENT, ASSEMBLY, PREDICTION, TIGHT


class Report:
    def __init__(self, peak, bandwidth):
        self.peak, self.bandwidth = peak, bandwidth
        self.holds = []

    def head(self):
        print(f"{os.cpu_count()} cpus, load {os.getloadavg()[0]:.1f}, {time.strftime('%Y-%m-%d')}; "
              f"DGEMM {self.peak / 1e9:.0f} Gop/s, reading {self.bandwidth / 1e9:.0f} GB/s on all of them", flush=True)

    def begin(self, row, facts):
        print(f"\n{row.name}: {row.title} ({facts['equations']} equations)")
        print(f"  {'':14} {'wall s':>8} {'cpu s':>8} {'MB':>7} {'cpu / kiln':>11} {'differs':>9}", flush=True)

    def show(self, name, run, ours=None):
        if run.failure:
            print(f"  {name:14} {run.failure} (wall {run.wall:.1f} s, cpu {run.cpu:.1f} s, {run.memory:.0f} MB)", flush=True)
            return
        ratio, apart = "", ""
        if ours is not None and not ours.failure:
            ratio = f"{run.cpu / ours.cpu:.2f}"
            gap = difference(ours.facts.get("answer"), run.facts.get("answer"))
            apart = "?" if gap is None else f"{gap:.1e}"
        repeats = run.facts.get("runs", 1)
        note = f"  median of {repeats}" if repeats > 1 else ""
        if "iterations" in run.facts:
            note += f"  {run.facts['iterations']} iterations"
        if "whole_cpu" in run.facts:
            note += f"  (its whole program {run.facts['whole_cpu']:.1f} s of cpu)"
        print(f"  {name:14} {run.wall:8.2f} {run.cpu:8.2f} {run.memory:7.0f} {ratio:>11} {apart:>9}{note}", flush=True)
        if ours is None:
            self.inside(run)

    def inside(self, run):
        """Where Kiln's time went, and how far its phases are from what the machine can do."""
        summary = run.facts.get("summary", {})
        words = []
        if summary.get("solver"):
            words.append(f"solver {summary['solver']}")
        if deep(summary, "iterations"):
            words.append(f"{deep(summary, 'iterations'):.0f} iterations")
        phases = summary.get("phases", {})
        words.append("seconds: " + ", ".join(f"{name} {value:.2f}" for name, value in phases.items() if value >= 0.005))
        print(f"  {'':14} {'; '.join(words)}")
        operations = deep(summary, "factor_operations")
        if operations and phases.get("factor") and self.peak:
            rate = operations / phases["factor"]
            print(f"  {'':14} factorisation: {rate / 1e9:.1f} Gop/s, {rate / self.peak:.0%} of DGEMM")
        moved, taken = deep(summary, "iteration_bytes"), deep(summary, "iteration_seconds") or phases.get("solve")
        if moved and taken and self.bandwidth:
            print(f"  {'':14} iterations: {moved / taken / 1e9:.1f} GB/s, {moved / taken / self.bandwidth:.0%} of reading speed", flush=True)

    def left_out(self, name, why):
        print(f"  {name:14} not run: {why}", flush=True)

    def judge(self, row, runs):
        ours = runs["kiln"]
        if ours.failure:
            self.line("Kiln gives an answer", "no", "yes", False)
            return
        theirs = {name: run for name, run in runs.items() if name.startswith("ccx") and not run.failure}
        if row.of_default and "ccx default" in theirs:
            self.share("CPU beside CalculiX's default", ours, theirs["ccx default"], row.of_default)
        if row.of_best and theirs:
            best = min(theirs, key=lambda name: theirs[name].cpu)
            self.share(f"CPU beside CalculiX's best ({best[4:]})", ours, theirs[best], row.of_best)
        if row.memory:
            self.line("peak memory", f"{ours.memory:.0f} MB", f"<= {row.memory:.0f} MB", ours.memory <= row.memory)
        self.judge_peers(row, runs)
        self.judge_agreement(row, runs)
        self.judge_assembly(ours)
        self.judge_prediction(ours)
        if row.procedure == "modes":
            checked = deep(ours.facts["summary"], "modes_below", "sturm_count")
            self.line("no mode missed (Sturm count)", "not stated" if checked is None else f"{checked:.0f}", "stated", checked is not None)

    def judge_peers(self, row, runs):
        for name, run in runs.items():
            if name == "kiln" or name.startswith("ccx") or run.failure:
                continue
            words = f"CPU beside {name}" + (f" ({row.differs[name]})" if name in row.differs else "")
            self.share(words, runs["kiln"], run, 1.0)

    def judge_agreement(self, row, runs):
        gaps = {name: difference(runs["kiln"].facts.get("answer"), run.facts.get("answer"))
                for name, run in runs.items() if name in TIGHT and not run.failure and name not in row.differs}
        known = {name: gap for name, gap in gaps.items() if gap is not None}
        if known:
            first = next(name for name in TIGHT if name in known)
            self.line(f"answer beside {first}", f"{known[first]:.1e}", f"<= {AGREEMENT:.0e}", known[first] <= AGREEMENT)

    def judge_assembly(self, ours):
        """Processor time of the assembly, shared among all processors; nothing where no matrix is stored."""
        summary = ours.facts["summary"]
        seconds, entries = deep(summary, "assembly_seconds"), deep(summary, "stored_nonzeros")
        if seconds and entries:
            each = 1e9 * seconds / entries / os.cpu_count()
            self.line("assembly, for each stored nonzero", f"{each:.1f} ns", f"< {ASSEMBLY:.0f} ns", each < ASSEMBLY)

    def judge_prediction(self, ours):
        seconds, memory = ours.facts["plan"]
        for what, said, fact, form in (("time", seconds, ours.wall, "{:.1f} s"), ("memory", memory / 1e6, ours.memory, "{:.0f} MB")):
            holds = said > 0 and 1 / PREDICTION <= said / fact <= PREDICTION
            self.line(f"{what} that kiln plan said / took", f"{form.format(said)} / {form.format(fact)}", f"within {PREDICTION:.0f}×", holds)

    def share(self, what, ours, other, asked):
        ratio = ours.cpu / other.cpu
        self.line(what, f"1/{1 / ratio:.1f}", f"<= 1/{1 / asked:.0f}", ratio <= asked)

    def line(self, what, value, asked, holds):
        self.holds.append(holds)
        print(f"  {'ok  ' if holds else 'MISS'} {what:66} {value:>18}  asked: {asked}", flush=True)

    def foot(self):
        print(f"\n{sum(self.holds)} of {len(self.holds)} thresholds hold")
