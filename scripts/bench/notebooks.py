"""How long the report's notebooks take to run and to export: from the command line, by the report, and at the least.

`lines` is papermill, then nbconvert, for one notebook after another. `report` is what ``ballotwatch report`` does once the
tables are there, `again` the same with nothing changed since. `floor` is one interpreter that imports the plotting stack
once and executes the code of all notebooks, charts to JSON and nothing exported.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
WAYS = ("floor", "report", "again", "lines")


def notebooks(way: str, tables: str, folder: str) -> dict[str, object]:
    """Run all notebooks one way, on a folder of tables. The start of the process counts, so no time is told from inside."""
    ways = {"floor": floor, "report": report, "again": report, "lines": lines}
    out = Path(folder) / ("report" if way == "again" else way)
    out.mkdir(exist_ok=True)
    ways[way](os.path.relpath(tables, NOTEBOOKS), out)
    return {"notebooks": len(PATHS)}


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
