"""The picture of how time and memory grow with the number of documents.

python -m bench.plot RECORD PICTURE
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402

from bench.growth import PROCESS_BOUND, Point, points  # noqa: E402
from bench.record import Record, read  # noqa: E402

# By workers: a colour and a mark, told apart by people who see no colours.
STYLES = {1: ("#b35806", "o"), 2: ("#2166ac", "s")}
GREY = "#777777"
DPI = 150


def runs(record: Record) -> dict[int, list[Point]]:
    """The streamed runs by workers; of two with as many documents the one from the long measure."""
    best = {
        (point.workers, point.documents): point
        for name in ("scaling", "scaling-long")
        for point in points(record.get(name))
    }
    return {
        workers: [best[key] for key in sorted(best) if key[0] == workers]
        for workers in sorted({key[0] for key in best})
    }


def draw(record: Record, picture: Path) -> None:
    """Draw both panels. Nothing is drawn where no streamed run was measured."""
    found = runs(record)
    if not found:
        return
    figure, (time, memory) = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
    for workers, series in found.items():
        line(time, workers, series, [point.seconds for point in series])
        line(memory, workers, series, [point.peak for point in series])
    proportional(time, found)
    time.set(
        xscale="log", yscale="log", xlabel="documents", ylabel="seconds", title="Time, start of the program included"
    )
    highest = max(point.peak for series in found.values() for point in series)
    memory.set(xscale="log", xlabel="documents", ylabel="MiB", title="Most memory held by one process")
    memory.set_ylim(0, max(PROCESS_BOUND, highest) * 1.1)
    memory.axhline(PROCESS_BOUND, color=GREY, linestyle=":", label="bound: 1 GiB")
    for axes in (time, memory):
        finish(axes)
    figure.savefig(picture, dpi=DPI, metadata={"Software": None})


def line(axes: Axes, workers: int, series: list[Point], values: list[float]) -> None:
    """One line of measured points."""
    colour, mark = STYLES[workers]
    label = f"{workers} worker{'s' if workers > 1 else ''}"
    axes.plot([point.documents for point in series], values, color=colour, marker=mark, label=label)


def proportional(axes: Axes, found: dict[int, list[Point]]) -> None:
    """What each series would be if time grew as the documents do, from its longest run back."""
    for index, series in enumerate(found.values()):
        last = series[-1]
        documents = [series[0].documents, last.documents]
        seconds = [last.seconds * count / last.documents for count in documents]
        axes.plot(documents, seconds, color=GREY, linestyle="--", linewidth=1, label=None if index else "in proportion")


def finish(axes: Axes) -> None:
    """Grid, legend and figures that read as numbers of documents."""
    axes.grid(which="major", color="#dddddd")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)


def main(arguments: list[str]) -> None:
    """Draw the picture of a record."""
    record, picture = map(Path, arguments)
    draw(read(record), picture)


if __name__ == "__main__":
    main(sys.argv[1:])
