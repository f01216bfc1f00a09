"""How time and memory grow with the number of documents, from the streamed runs of a record."""

from __future__ import annotations

from statistics import median
from typing import NamedTuple

# The run that the longer ones are held against.
BASE = 10_000
# A run of thirty times as many may take so much more time for each document, and so much more memory.
TIME_BOUND, MEMORY_BOUND = 1.10, 1.2
# What a process may hold, in MiB.
PROCESS_BOUND = 1024


class Point(NamedTuple):
    """A streamed run: documents, workers, seconds, and the peak of its largest process in MiB."""

    documents: int
    workers: int
    seconds: float
    peak: float


class Growth(NamedTuple):
    """A long run held against the base: time for each document, and memory, as ratios; and the peak in MiB."""

    documents: int
    workers: int
    time: float
    memory: float
    peak: float


def points(entry: dict | None) -> list[Point]:
    """The runs of a record, in order; medians where one was done more than once."""
    found = []
    for name, values in (entry or {"sides": {}})["sides"].items():
        good = [value for value in values if "error" not in value]
        if good:
            documents, workers = map(int, name.split())
            of = {key: median(value[key] for value in good) for key in ("seconds", "peak_mib")}
            found.append(Point(documents, workers, of["seconds"], of["peak_mib"]))
    return sorted(found)


def growth(entry: dict | None) -> list[Growth]:
    """Every run of more documents than the base, held against the base with as many workers."""
    found = points(entry)
    bases = {point.workers: point for point in found if point.documents == BASE}
    return [
        Growth(
            point.documents,
            point.workers,
            point.seconds / point.documents / (bases[point.workers].seconds / BASE),
            point.peak / bases[point.workers].peak,
            point.peak,
        )
        for point in found
        if point.documents > BASE and point.workers in bases
    ]
