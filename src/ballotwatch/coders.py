"""Who has coded what: the program, a file of reference codings, and each person in the folder of corrections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from ballotwatch.agreement import Codings, coding_rows, make_codings
from ballotwatch.charts.words import count
from ballotwatch.codebook import Codebook
from ballotwatch.corrections import CONCERNED, lay_over
from ballotwatch.decision_files import read_decisions, read_wholes
from ballotwatch.parameters import Tables
from ballotwatch.query import Rows, Table, rows_of
from ballotwatch.tables import make_table

PROGRAM, REFERENCE = "program", "reference"


def gather_coders(tables: Tables, reference: Codings, folder: Path | None, codebook: Codebook) -> dict[str, Codings]:
    """The codings of the program, of the reference and of each person in the folder, by name.

    tables: laid-over or not; read are the articles alone that somebody else than the program has coded. A person's coding of an article is a whole one from the folder, else the program's with
    that person's decisions applied, of the articles in which the person has decided something.
    """
    decisions, _ = read_decisions(folder)
    wholes = read_wholes(folder)
    others = {*reference.documents, *decisions.doc, *(r["doc"] for records in wholes.values() for r in records)}
    rows = {**tables, "statements": tables.get("program", tables["statements"])}
    program = {name: _of(rows_of(rows[name]), others) for name in CONCERNED} | {"problems": make_table("problems", [])}
    people = decided_codings(program, decisions, codebook)
    for coder, records in wholes.items():
        whole = make_codings([r["doc"] for r in records], [row for r in records for row in coding_rows(r)])
        people[coder] = _join(whole, people[coder]) if coder in people else whole
    own = _codings(program["statements"], program["documents"].doc_id)
    return {PROGRAM: own, REFERENCE: reference, **dict(sorted(people.items()))}


def judged(table: Table, coders: Mapping[str, Codings]) -> pd.DataFrame:
    """The rows of a table about articles that somebody else than the program has coded, with their words."""
    rows, others = rows_of(table), {doc for name, coder in coders.items() if name != PROGRAM for doc in coder.documents}
    return _of(rows.whole, rows.among("doc_id", others).values("doc_id"))


def _of(rows: Rows, documents: Iterable[str]) -> pd.DataFrame:
    return (rows.among("doc_id", documents) if "doc_id" in rows.columns else rows).frame()


def decided_codings(tables: Tables, decisions: pd.DataFrame, codebook: Codebook) -> dict[str, Codings]:
    """Each person's coding of the articles in which the person has decided something that holds, by coder."""
    found = {}
    for coder, own in decisions.groupby("coder"):
        laid = lay_over(tables, own, codebook)
        if len(laid["corrections"]):
            found[coder] = _codings(laid["statements"], laid["corrections"].doc_id.unique())
    return found


def _codings(statements: pd.DataFrame, documents: pd.Series) -> Codings:
    rows = statements[statements.doc_id.isin(documents)].dropna(subset=["entity"])
    columns = (rows.doc_id, rows.entity, rows.concept, rows.actor, rows.text, [False] * len(rows))
    return make_codings(documents, list(zip(*columns, strict=True)))


def _join(first: Codings, second: Codings) -> Codings:
    """Both codings of a coder; where both have an article the first holds."""
    more = [document for document in second.documents if document not in first.documents]
    rows = second.statements[second.statements.doc_id.isin(more)]
    return Codings((*first.documents, *more), pd.concat([first.statements, rows], ignore_index=True))


def describe_coders(coders: Mapping[str, Codings]) -> str:
    """Who is compared, in a sentence."""
    people = [f"{name} ({count(len(codings.documents), 'article')})" for name, codings in coders.items()][2:]
    if not people:
        return "No person's codings are in the folder of corrections: compared are the program and the reference alone."
    return f"Compared are the program, the reference and, with the articles that they judged, {', '.join(people)}."
