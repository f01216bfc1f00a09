"""The report: code a corpus, run the notebooks on its tables, and leave HTML pages; the old report stays until then."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import Any

from ballotwatch.advice import advised
from ballotwatch.charts.print import write_figures
from ballotwatch.claims import claimed
from ballotwatch.codebook import Codebook, load_codebook
from ballotwatch.coder import code_corpus
from ballotwatch.corrections import corrected, open_tables
from ballotwatch.machine import processors
from ballotwatch.notebook_cache import NotebookCache
from ballotwatch.notebook_runs import Place, Progress, find_notebooks, parameter_names, run_notebooks
from ballotwatch.pages import INDEX, About, Page, describe, index_page, read_picture, write_pages, write_text
from ballotwatch.parameters import (
    NAMES,
    PATHS,
    ReportError,
    Tables,
    check_names,
    check_parameters,
    check_path,
    check_types,
    shown_value,
)
from ballotwatch.query import rows_of
from ballotwatch.swapping import WORK, building
from ballotwatch.warm_kernels import WarmKernels, imported

MARKER = "report.json"
FIGURES = "figures"
CODINGS = "codings"
SHAPING = ("ballotwatch", "spacy", "pandas", "plotly", "matplotlib")


@advised()
def make_report(
    corpus: Path,
    out: Path,
    tables: Path,
    parameters: Mapping[str, Any],
    notebooks: Path,
    command: str,
    progress: Progress = print,
    cache: Path | None = None,
) -> Path:
    """Code the corpus into `tables`, run the folder `notebooks` on them, and put the pages in `out`; the index's path.

    `parameters` are those of the notebooks' tagged cells; each notebook gets the ones that it knows. `command` is the
    line that makes this report again. Nothing at `out` changes before all pages are written, and then all of it in one
    step (see `swapping`); no other run may write `out` or `tables` meanwhile. A notebook that fails is kept beside
    `out`, in the folder ``<out>-failed``. Corrections are in the folder that the parameter `codings` names, else in
    ``codings`` beside `notebooks`. With a folder `cache`, articles and notebooks of which nothing has changed are not coded
    and run again (see `article_cache`, `notebook_cache`). Raises ParameterError, ReportError, TableError, CodebookError, InUse and OSError.
    """
    sources = find_notebooks(notebooks)
    known = {path: parameter_names(path.name, source) for path, source in sources.items()}
    files = _checked_files(parameters, set().union(*known.values()) - {"tables"})
    check_place(out)
    # Kernels warm up while the corpus is coded.
    modules = set().union(*map(imported, sources.values()))
    with claimed(out), claimed(tables), WarmKernels(modules) as kernels:
        articles = cache and cache / "articles"
        code_corpus(corpus, tables, progress=progress, workers=processors(), cache=articles)
        codebook = load_codebook()
        frames = open_tables(tables, files.get(CODINGS, notebooks.parent / CODINGS), codebook)
        selected = check_parameters(_shared(parameters), codebook, frames).select(frames)
        about = describe_making(corpus, codebook, frames, parameters, command)
        pages = {path: describe(source, path.stem) for path, source in sources.items()}
        with building(out) as folder, ThreadPoolExecutor(1) as pool:
            figures = pool.submit(write_figures, selected, codebook, folder / FIGURES)
            given = _given(known, parameters, {"tables": tables, **files}, notebooks)
            failed, work = out.with_name(f"{out.name}-failed"), folder.with_name(WORK)
            place = Place(work, failed, kernels, cache and NotebookCache(cache / "notebooks"))
            write_pages(run_notebooks(given, place, progress), folder, pages, about, frames)
            progress("Figures for print")
            write_index(folder, pages.values(), selected, figures.result(), about)
    return out / INDEX


def _checked_files(parameters: Mapping[str, Any], names: set[str]) -> dict[str, Path]:
    """The files that parameters name. Raises ParameterError for one that is not among `names`, or of a wrong type."""
    check_names(parameters, names)
    check_types(_shared(parameters))
    return {name: check_path(name, parameters[name]) for name in PATHS if name in parameters}


def _given(
    known: Mapping[Path, list[str]], parameters: Mapping[str, Any], files: Mapping[str, Path], notebooks: Path
) -> dict[Path, dict[str, Any]]:
    """What each notebook is given: the parameters that it knows, with files as seen from the notebooks' folder."""
    values = {**parameters, **{name: os.path.relpath(path, notebooks) for name, path in files.items()}}
    return {path: {name: values[name] for name in values if name in names} for path, names in known.items()}


def check_place(out: Path) -> None:
    """Raise ReportError where `out` holds something else than a report, which swapping would delete."""
    if out.exists() and not (out / MARKER).exists() and not (out.is_dir() and not any(out.iterdir())):
        raise ReportError(f"{out} is there and is no report of ballotwatch: choose another folder with --out")


def describe_making(
    corpus: Path, codebook: Codebook, frames: Tables, parameters: Mapping[str, Any], command: str
) -> About:
    """What the pages' footers say: versions, hashes of corpus and codebook, parameters with corrections, command."""
    texts = "".join(rows_of(frames["documents"]).frame("sha256", order="sha256").sha256)
    versions = [f"{name} {version(name)}" for name in SHAPING]
    asked = {name: json.dumps(shown_value(name, value), ensure_ascii=False) for name, value in parameters.items()}
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
    which = hashlib.sha256(rows_of(frames["corrections"]).frame().to_json(orient="values").encode()).hexdigest()[:16]
    return {CODINGS: f"{asked.get(CODINGS, json.dumps(CODINGS))} ({made}, sha256 {which})"} if made else {}


def write_index(folder: Path, pages: Iterable[Page], selected: Tables, figures: Iterable[Path], about: About) -> None:
    """Write the index, and ``report.json`` with what made the pages; `selected` are the rows that were asked for."""
    pictures = [read_picture(path) for path in figures if path.suffix == ".svg"]
    write_text(folder / INDEX, index_page(selected, list(pages), pictures, about))
    write_text(folder / MARKER, json.dumps(asdict(about), indent=2, ensure_ascii=False) + "\n")


def _shared(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Those parameters that the library checks; a notebook checks the ones that it alone has."""
    return {name: value for name, value in parameters.items() if name in NAMES}
