"""The report: code a corpus, run the notebooks on its tables, and leave HTML pages; the old report stays until then."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import Any

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill import PapermillExecutionError, execute_notebook
from papermill.exceptions import PapermillException

from ballotwatch.charts.print import write_figures
from ballotwatch.codebook import Codebook, load_codebook
from ballotwatch.coder import code_corpus
from ballotwatch.corrections import correct, corrected
from ballotwatch.pages import INDEX, About, describe, index_page, notebook_pages, read_picture
from ballotwatch.parameters import NAMES, ReportError, Tables, check_names, check_parameters, check_path, check_types
from ballotwatch.tables import read_tables

# Kernels that run at the same time: more only wait for each other on the machines this is meant for.
KERNELS = min(4, os.cpu_count() or 1)
# ipykernel warns of its local connection, and of being stopped: nothing that a reader could act on.
QUIET = ["--log-level=CRITICAL"]
MARKER = "report.json"
FIGURES = "figures"
# Parameters that name a file: notebooks run in their own folder, the user in another.
FILES = ("reference", "codings")
CODINGS = "codings"
SHAPING = ("ballotwatch", "spacy", "pandas", "plotly", "matplotlib")
Progress = Callable[[str], None]


def make_report(
    corpus: Path,
    out: Path,
    tables: Path,
    parameters: Mapping[str, Any],
    notebooks: Path,
    command: str,
    progress: Progress = print,
) -> Path:
    """Code the corpus into `tables`, run the folder `notebooks` on them, and put the pages in `out`; the index's path.

    `parameters` are those of the notebooks' tagged cells; each notebook gets the ones that it knows. `command` is the
    line that makes this report again. Nothing at `out` changes before all pages are written. A notebook that fails is
    kept beside `out`, in the folder ``<out>-failed``. Corrections are those in the folder that the parameter `codings`
    names, else in the folder ``codings`` beside `notebooks`, if there is one. Raises ParameterError, ReportError,
    TableError, CodebookError and OSError.
    """
    known = find_parameters(notebooks)
    check_names(parameters, set().union(*known.values()) - {"tables"})
    check_types(_shared(parameters))
    files = {name: check_path(name, parameters[name]) for name in FILES if name in parameters}
    check_place(out)
    code_corpus(corpus, tables, all_documents=False, progress=progress)
    codebook = load_codebook()
    frames = correct(read_tables(tables), files.get(CODINGS, notebooks.parent / CODINGS), codebook)
    selected = check_parameters(_shared(parameters), codebook, frames).select(frames)
    about = describe_making(corpus, codebook, frames, parameters, command)
    with building(out) as folder:
        paths = {name: os.path.relpath(path, notebooks) for name, path in {"tables": tables, **files}.items()}
        values = {**parameters, **paths}
        given = {path: {name: values[name] for name in values if name in known[path]} for path in known}
        executed = run_notebooks(given, folder, out.with_name(f"{out.name}-failed"), progress)
        progress("Figures for print")
        figures = write_figures(selected, codebook, folder / FIGURES)
        write_pages(folder, executed, frames, selected, figures, about)
    return out / INDEX


def find_parameters(notebooks: Path) -> dict[Path, list[str]]:
    """The notebooks of a folder, in order, each with the names that its tagged parameters cell assigns."""
    paths = sorted(notebooks.resolve().glob("*.ipynb"))
    if not paths:
        raise ReportError(f"no notebooks in {notebooks}: the report needs those of a checkout")
    return {path: parameter_names(path) for path in paths}


def parameter_names(path: Path) -> list[str]:
    """Names that a notebook's tagged parameters cell assigns. Raises ReportError where no cell has the tag."""
    cells = nbformat.read(path, as_version=4).cells
    tagged = [cell for cell in cells if "parameters" in cell.metadata.get("tags", ())]
    if not tagged:
        raise ReportError(f"{path.name}: no cell has the tag 'parameters'; give it to the cell that sets them")
    assigned = [node for node in ast.walk(ast.parse(tagged[0].source)) if isinstance(node, ast.Name)]
    return [node.id for node in assigned if isinstance(node.ctx, ast.Store)]


def check_place(out: Path) -> None:
    """Raise ReportError where `out` holds something else than a report, which swapping would delete."""
    if out.exists() and not (out / MARKER).exists() and not (out.is_dir() and not any(out.iterdir())):
        raise ReportError(f"{out} is there and is no report of ballotwatch: choose another folder with --out")


@contextlib.contextmanager
def building(out: Path) -> Iterator[Path]:
    """A new folder beside `out` that takes its place once the block is done, and vanishes if the block fails."""
    out.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        folder.chmod(0o755)
        yield folder
        swap(folder, out)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def swap(new: Path, out: Path) -> None:
    """Put the folder `new` in the place of `out` and delete what was there; on an error the old one is put back."""
    old = new.with_name(new.name + "-old")
    if out.exists():
        out.rename(old)
    try:
        new.rename(out)
    except OSError:
        if old.exists():
            old.rename(out)
        raise
    shutil.rmtree(old, ignore_errors=True)


def run_notebooks(
    given: Mapping[Path, Mapping[str, Any]], work: Path, failed: Path, progress: Progress
) -> dict[Path, nbformat.NotebookNode]:
    """Run notebooks of one folder with their parameters, several at the same time, each in a kernel of its own.

    `work` holds them while they run. Raises ReportError once all have ended where one failed; the failed ones are
    then in the folder `failed`, with the error in place.
    """
    for path in given:
        (failed / path.name).unlink(missing_ok=True)
    work, failed = work.resolve(), failed.resolve()
    executed, errors = {}, []
    # papermill starts a kernel in the process's folder, which all threads share: it is set once, around all of them.
    with contextlib.chdir(next(iter(given)).parent), ThreadPoolExecutor(KERNELS) as pool:
        jobs = {pool.submit(run_notebook, path, values, work, failed): path for path, values in given.items()}
        for number, job in enumerate(as_completed(jobs), start=1):
            path = jobs[job]
            try:
                executed[path], seconds = job.result()
                progress(f"Notebooks: {number} of {len(jobs)}, {path.name} took {seconds:.1f} s")
            except ReportError as error:
                errors.append(str(error))
                progress(f"Notebooks: {number} of {len(jobs)}, {path.name} failed")
    if errors:
        raise ReportError("\n".join([*errors, "No page was changed."]))
    return {path: executed[path] for path in given}


def run_notebook(
    path: Path, values: Mapping[str, Any], work: Path, failed: Path
) -> tuple[nbformat.NotebookNode, float]:
    """One notebook, executed in the process's folder, and the seconds that it took. Raises ReportError."""
    started, output = time.perf_counter(), work / path.name
    try:
        notebook = execute_notebook(path, output, parameters=dict(values), progress_bar=False, extra_arguments=QUIET)
    except (PapermillExecutionError, PapermillException, DeadKernelError, CellTimeoutError, NoSuchKernel) as error:
        told = f"{error.ename}: {error.evalue}" if isinstance(error, PapermillExecutionError) else str(error)
        kept = "it could not be started"
        if output.exists():
            failed.mkdir(parents=True, exist_ok=True)
            kept = f"it is kept in {shutil.move(output, failed / path.name)}"
        raise ReportError(f"{path.name} failed: {told} ({kept})") from error
    output.unlink()
    return notebook, time.perf_counter() - started


def describe_making(
    corpus: Path, codebook: Codebook, frames: Tables, parameters: Mapping[str, Any], command: str
) -> About:
    """What the pages' footers say: versions, hashes of corpus and codebook, parameters with corrections, command."""
    texts = "".join(sorted(frames["documents"]["sha256"]))
    versions = [f"{name} {version(name)}" for name in SHAPING]
    asked = {name: json.dumps(value, ensure_ascii=False) for name, value in parameters.items()}
    return About(
        version=version("ballotwatch"),
        versions=", ".join([*versions, f"Python {python_version()}"]),
        topic="; ".join(about["title"] for about in codebook.about.values()),
        corpus=corpus.name,
        corpus_sha256=hashlib.sha256(texts.encode()).hexdigest(),
        codebook=", ".join(codebook.names),
        codebook_sha256=codebook.sha256,
        parameters={**asked, **_corrections(frames, asked)},
        command=command,
    )


def _corrections(frames: Tables, asked: Mapping[str, str]) -> dict[str, str]:
    """The parameter `codings` with how many corrections it stands for and a hash of which; nothing without any."""
    made = corrected(frames)
    which = hashlib.sha256(frames["corrections"].to_json(orient="values").encode()).hexdigest()[:16]
    return {CODINGS: f"{asked.get(CODINGS, json.dumps(CODINGS))} ({made}, sha256 {which})"} if made else {}


def write_pages(
    folder: Path,
    executed: Mapping[Path, nbformat.NotebookNode],
    tables: Tables,
    selected: Tables,
    figures: Iterable[Path],
    about: About,
) -> None:
    """Write the index, the pages of each executed notebook, and ``report.json`` with what made them.

    `tables` are all that the notebooks read, `selected` the rows that the parameters ask for.
    """
    described = {path: describe(notebook, path.stem) for path, notebook in executed.items()}
    pages = list(described.values())
    for path, page in described.items():
        for file, text in notebook_pages(executed[path], page, pages, about, tables).items():
            _write(folder / file, text)
    pictures = [read_picture(path) for path in figures if path.suffix == ".svg"]
    _write(folder / INDEX, index_page(selected, pages, pictures, about))
    _write(folder / MARKER, json.dumps(asdict(about), indent=2, ensure_ascii=False) + "\n")


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _shared(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Those parameters that the library checks; a notebook checks the ones that it alone has."""
    return {name: value for name, value in parameters.items() if name in NAMES}
