"""What a row of the comparison is, and how its figures are printed."""

import statistics
from dataclasses import dataclass
from typing import Callable, Optional


@dataclass
class Options:
    repeats: int
    peers: object


@dataclass
class Row:
    """`measure(options)` yields figures."""

    name: str
    title: str
    measure: Callable


@dataclass
class Figure:
    """`asked` with `at_least` or as a ceiling; without it the figure is told for comparison only."""

    what: str
    value: float
    unit: str
    asked: Optional[float] = None
    at_least: bool = True
    note: str = ""

    @property
    def holds(self):
        if self.asked is None:
            return None
        return self.value >= self.asked if self.at_least else self.value <= self.asked

    def line(self):
        mark = {True: "ok  ", False: "MISS", None: "    "}[self.holds]
        asked = "" if self.asked is None else f"asked {'>=' if self.at_least else '<='} {number(self.asked)}"
        line = f"{mark}  {self.what:58} {number(self.value):>10} {self.unit:9} {asked:16}"
        return (line + (f"  {self.note}" if self.note else "")).rstrip()


def number(value):
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def median(measure, repeats):
    return statistics.median(measure() for _ in range(repeats))


def spent(world, before):
    """What the server and its workers took since `before`, in words."""
    server, workers = (now - then for now, then in zip(world.processor(), before))
    return f"server {server:.1f} s and workers {workers:.1f} s of processor, server {world.memory(peak=True):.0f} MB"
