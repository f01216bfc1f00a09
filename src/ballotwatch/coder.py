"""Documents in, tables out: every article of a corpus coded, reprints linked, the tables written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from ballotwatch.article_coder import Rows, coded, problem
from ballotwatch.codebook import Codebook, load_codebook
from ballotwatch.corpus import Problem, read_corpus
from ballotwatch.duplicates import find_copies, find_duplicates
from ballotwatch.tables import SCHEMAS, listed_ballots, make_table, write_tables

Progress = Callable[[str], None]


def code_corpus(
    corpus: Path, out: Path, all_documents: bool = False, progress: Progress = lambda message: None
) -> dict[str, pd.DataFrame]:
    """Code every article of a corpus and write the tables to ``out``.

    corpus: a folder or a file, as ``corpus.read_corpus`` takes it. all_documents: code those about no ballot too.
    Returns the tables by name. Raises FileNotFoundError where there is no such corpus.
    """
    codebook = load_codebook()
    rows: Rows = {name: [] for name in SCHEMAS}
    for item in read_corpus(Path(corpus)):
        if isinstance(item, Problem):
            rows["problems"].append(problem(item.source, item.problem, item.detail))
            continue
        progress(f"coding {item.doc_id}")
        for name, new in coded(item, codebook, all_documents).items():
            rows[name] += new
    tables = finish(rows, codebook)
    write_tables(tables, Path(out))
    return tables


def finish(rows: Rows, codebook: Codebook) -> dict[str, pd.DataFrame]:
    """The rows of all documents as tables: reprints linked, each ballot once, everything in a stable order."""
    reprints = find_reprints(rows["documents"])
    for row in rows["documents"]:
        row["duplicate_of"] = reprints.get(row["doc_id"])
    rows["ballots"] = ballot_rows(rows, codebook)
    order = {name: [c.name for c in SCHEMAS[name] if c.name in ("doc_id", "start", "end")] for name in SCHEMAS}
    return {
        name: make_table(name, sorted(rows[name], key=lambda row, keys=order[name]: [row[k] for k in keys]))
        for name in SCHEMAS
    }


def find_reprints(documents: list[dict]) -> dict[str, str]:
    """For each reprint what it reprints; among texts that were not parsed, only those that are equal to the letter."""
    texts = ((row["doc_id"], row["text"]) for row in documents if row.get("parsed"))
    return find_copies((row["doc_id"], row["sha256"]) for row in documents) | find_duplicates(texts)


def ballot_rows(rows: Rows, codebook: Codebook) -> list[dict]:
    """One row for each ballot that a mention or a statement links to: the calendar's, then the described ones."""
    used = {row["ballot_id"] for name in ("ballot_mentions", "statements") for row in rows[name]} - {None}
    described = {row["ballot_id"]: row for row in rows["ballots"] if row["ballot_id"] in used}
    return sorted(
        [*listed_ballots(codebook, used), *described.values()],
        key=lambda row: (str(row["start_date"]), row["ballot_id"]),
    )
