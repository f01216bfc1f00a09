"""Documents in, tables out: a corpus of any size coded batch by batch, reprints linked, the tables written part by part."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from ballotwatch.advice import advised
from ballotwatch.program import program_digest
from ballotwatch.sources import Problem, find_sources
from ballotwatch.table_folder import TableFolder, is_made_of

Progress = Callable[[str], None]


@advised()
def code_corpus(
    corpus: str | Path,
    out: str | Path,
    all_documents: bool = False,
    progress: Progress = lambda message: None,
    workers: int = 1,
    cache: Path | None = None,
    scheduler: str | None = None,
) -> TableFolder:
    """Code every article of a corpus and write the tables to ``out``; both may be fsspec addresses.

    all_documents: code dates, places, actors and quotes of documents about no ballot too. workers: processes of this
    machine. cache: a folder of coded articles, by which a second run codes only what is new and a killed one goes on where it
    was; with one, nothing is done where ``out`` holds what this run would write. scheduler: the address of a Dask cluster that
    codes instead of this machine. The tables are equal to the byte whoever codes.

    Returns the tables, each of them read when it is asked for. Raises FileNotFoundError where there is no such corpus,
    InUse where another run is writing to ``out``, and OSError.
    """
    made_of = fingerprint(corpus, all_documents)
    if cache is not None and is_made_of(out, made_of):
        progress("Coding: nothing has changed since the last run")
        return TableFolder(out)
    # What codes and writes takes seconds to import, which a run that finds nothing new does without.
    from ballotwatch.coding_run import Run, code

    code(Run(corpus, out, all_documents, cache, workers, scheduler, made_of), progress)
    return TableFolder(out)


def fingerprint(corpus: str | Path, all_documents: bool) -> str:
    """Hash of all that the tables of a corpus follow from: its files, what it is asked for, and what codes.

    Raises FileNotFoundError where there is no such corpus.
    """
    total = hashlib.sha256(f"{program_digest()} {all_documents}\n".encode())
    for item in find_sources(corpus):
        told = item.detail if isinstance(item, Problem) else item.fingerprint()
        name = item.source if isinstance(item, Problem) else item.name
        total.update(f"{name}\0{told}\n".encode("utf-8", "surrogateescape"))
    return total.hexdigest()
