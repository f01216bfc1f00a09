"""How long the report's notebooks take to run and to export: from the command line, by the report, and at the least.

    python scripts/bench_report.py [--tables build/tables] [--runs 3]

Every way runs in new processes, one after the other, so many rounds; medians and ratios are printed. `lines` is
papermill, then nbconvert, for one notebook after another. `report` is what ``ballotwatch report`` does once the tables
are there, `again` the same with nothing changed since. `floor` is one interpreter that imports the plotting stack once and
executes the code of all notebooks, charts to JSON and nothing exported.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
WAYS = ("floor", "again", "report", "lines")


def main() -> None:
    """Measure each way in turn, round by round, and print the medians, what they were, and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", type=Path, default=ROOT / "build/tables")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    tables = os.path.relpath(options.tables, NOTEBOOKS)
    if options.way:
        {"floor": floor, "again": report, "report": report, "lines": lines}[options.way](tables, options.out)
    else:
        tell(measure(options.tables, options.runs))


def measure(tables: Path, runs: int) -> dict[str, list[tuple[float, float]]]:
    """Seconds on the clock and of processors, for each way in each round.

    A round before them, without the slowest way, fills the caches of files and compiled modules.
    """
    taken: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory() as folder:
        for run in range(runs + 1):
            for way in WAYS if run else WAYS[:-1]:
                seconds = timed(way, tables, Path(folder) / ("again" if way == "again" else f"{way}{run}"))
                print(f"round {run}, {way}: {seconds[0]:.1f} s", file=sys.stderr)
                if run:
                    taken[way].append(seconds)
    return taken


def timed(way: str, tables: Path, out: Path) -> tuple[float, float]:
    """Seconds on the clock, and of all processors together, that one way takes."""
    out.mkdir(exist_ok=True)
    command = [sys.executable, __file__, "--way", way, "--tables", str(tables), "--out", str(out)]
    started, before = time.perf_counter(), processors()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started, processors() - before


def processors() -> float:
    """Seconds of processors that ended children have used, with those that they have waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def tell(taken: dict[str, list[tuple[float, float]]]) -> None:
    """Print medians and ratios."""
    clock = {way: median(wall for wall, _ in seconds) for way, seconds in taken.items()}
    used = {way: median(busy for _, busy in seconds) for way, seconds in taken.items()}
    for way, seconds in taken.items():
        each = ", ".join(f"{wall:.1f}" for wall, _ in seconds)
        print(f"{way:8} {clock[way]:6.2f} s ({each}); processors {used[way]:6.2f} s")
    print(f"lines / report  {clock['lines'] / clock['report']:.1f} (at least 4)")
    print(f"report / floor  {clock['report'] / clock['floor']:.2f} (at most 2)")
    print(f"report / again  {clock['report'] / clock['again']:.1f}")
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {len(PATHS)} notebooks")


def floor(tables: str, out: Path) -> None:
    """Execute all code cells in this interpreter."""
    os.chdir(NOTEBOOKS)
    for path in PATHS:
        space: dict[str, object] = {}
        with contextlib.redirect_stdout(io.StringIO()):
            for source, parameters in cells(path):
                exec(source, space)
                if parameters:
                    space["tables"] = tables


def cells(path: Path) -> Iterator[tuple[str, bool]]:
    """The code cells of a notebook, each with whether it sets the parameters."""
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            yield "".join(cell["source"]), "parameters" in cell["metadata"].get("tags", ())


def report(tables: str, out: Path) -> None:
    """Run and export as the report does; with the cache in `out`, which is empty the first time."""
    from ballotwatch.notebook_runs import Place, find_notebooks, run_notebooks
    from ballotwatch.warm_kernels import WarmKernels, imported

    sources = find_notebooks(NOTEBOOKS)
    with WarmKernels(set().union(*map(imported, sources.values()))) as kernels:
        from ballotwatch.codebook import load_codebook
        from ballotwatch.corrections import open_tables
        from ballotwatch.notebook_cache import NotebookCache
        from ballotwatch.pages import About, describe, write_pages

        frames = open_tables(NOTEBOOKS / tables, ROOT / "codings", load_codebook())
        pages = {path: describe(source, path.stem) for path, source in sources.items()}
        about = About("", "", "", "", "", "", "", {}, "")
        place = Place(out, out / "failed", kernels, NotebookCache(out / "cache"))
        runs = run_notebooks({path: {"tables": tables} for path in sources}, place, print)
        write_pages(runs, out, pages, about, frames)


def lines(tables: str, out: Path) -> None:
    """Run papermill, then nbconvert, on one notebook after another."""
    tools = Path(sys.executable).parent
    for path in PATHS:
        run = [tools / "papermill", "--no-progress-bar", "-p", "tables", tables, path.name, out / path.name]
        subprocess.run(run, cwd=NOTEBOOKS, check=True, stderr=subprocess.DEVNULL)
        export = [tools / "jupyter-nbconvert", "--to", "html", "--log-level=ERROR", out / path.name]
        subprocess.run(export, check=True)


if __name__ == "__main__":
    main()
