"""One run of coding: batches out of the corpus, coded ones settled among those that came before, tables out."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from ballotwatch.article_cache import forget_old_versions
from ballotwatch.batch_coder import Coded, Document, Order
from ballotwatch.batches import batches
from ballotwatch.cluster import Cluster
from ballotwatch.codebook import load_codebook
from ballotwatch.corpus import taken_id
from ballotwatch.pools import Here, Pool, Processes, code_batches
from ballotwatch.program import program_digest
from ballotwatch.seen import Seen
from ballotwatch.table_writer import table_writer
from ballotwatch.tables import listed_ballots, rows_to_arrow

Progress = Callable[[str], None]
# Seconds between two lines that tell how far a long run is.
TELL = 10
# Problems of an article that stand beside its row in documents, and go with it.
REMARKS = ("not coded", "ballot not linked")


class Run(NamedTuple):
    """What `coder.code_corpus` is asked for, and the fingerprint of that."""

    corpus: str | Path
    out: str | Path
    all_documents: bool
    cache: Path | None
    workers: int
    scheduler: str | None
    made_of: str


class Tally:
    """How far a run is, told now and then; which ballots its documents name, and rows of those that they describe."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._started = self._told = time.monotonic()
        self._documents = self._parsed = self._problems = 0
        self.ballots: set[str] = set()
        self.described: dict[str, dict] = {}

    def add(self, coded: Coded) -> None:
        """Count a batch."""
        self._documents += len(coded.documents)
        self._parsed += sum(document.compared is not None for document in coded.documents)
        self._problems += len(coded.tables.get("problems", ()))
        self.described |= {row["ballot_id"]: row for row in coded.described}
        for name in ("ballot_mentions", "statements"):
            if name in coded.tables:
                self.ballots |= set(coded.tables[name]["ballot_id"].to_pylist()) - {None}
        if time.monotonic() - self._told > TELL:
            self.tell("so far")

    def tell(self, when: str) -> None:
        """Say how far the run is."""
        self._told = time.monotonic()
        counts = f"{self._documents:,} documents, {self._parsed:,} of them parsed, {self._problems:,} problems"
        self._progress(f"Coding: {counts}, {when} {self._told - self._started:.1f} s")


def code(run: Run, progress: Progress) -> None:
    """Code a corpus and write its tables; see `coder.code_corpus`."""
    order = Order(run.all_documents, str(run.cache) if run.cache else None, program_digest())
    if run.cache:
        forget_old_versions(run.cache)
    tally = Tally(progress)
    found = batches(run.corpus)
    first = list(itertools.islice(found, 2))
    with table_writer(run.out) as writer, Seen() as seen, _pool(run, order, len(first)) as pool:
        for coded in code_batches(pool, itertools.chain(first, found)):
            settled = settle(coded, seen)
            tally.add(settled)
            writer.add(settled.tables)
        writer.add({"ballots": rows_to_arrow("ballots", _ballot_rows(tally))})
        writer.finish(run.made_of)
    tally.tell("in")


def _pool(run: Run, order: Order, batches: int) -> Pool:
    """Who codes: a cluster if one is named, this process where there is one batch at most or one worker is asked for."""
    if run.scheduler:
        return Cluster(order, run.scheduler)
    return Processes(order, run.workers) if run.workers > 1 and batches > 1 else Here(order)


def settle(coded: Coded, seen: Seen) -> Coded:
    """A batch as it is among those before it: without articles whose ids are taken, and with the first of each reprint."""
    problems, documents, firsts = [], [], []
    for document in coded.documents:
        if first := seen.taken(document.doc_id, document.source):
            problems.append(asdict(taken_id(document.doc_id, document.source, first)))
        else:
            documents.append(document)
            firsts.append(seen.first(document.doc_id, document.sha256, document.compared))
    tables = dict(coded.tables) if not problems else _without(coded, documents, problems)
    if "documents" in tables:
        tables["documents"] = _with_firsts(tables["documents"], firsts)
    return Coded(tables, documents, coded.described)


def _without(coded: Coded, documents: list[Document], problems: list[dict]) -> dict[str, pa.Table]:
    """The tables with rows of these documents alone, and with problems in place of the others."""
    kept = pa.array([document.doc_id for document in documents], pa.string())
    lost = pa.array([row["source"] for row in problems])
    tables = {
        name: table.filter(pc.is_in(table["doc_id"], kept))
        for name, table in coded.tables.items()
        if "doc_id" in table.column_names
    }
    told = [rows_to_arrow("problems", problems)]
    if "problems" in coded.tables:
        others = coded.tables["problems"]
        remarks = pc.and_(pc.is_in(others["source"], lost), pc.is_in(others["problem"], pa.array(REMARKS)))
        told.insert(0, others.filter(pc.invert(remarks)))
    return tables | {"problems": pa.concat_tables(told)}


def _with_firsts(documents: pa.Table, firsts: list[str | None]) -> pa.Table:
    at = documents.column_names.index("duplicate_of")
    return documents.set_column(at, documents.schema.field(at), pa.array(firsts, pa.string()))


def _ballot_rows(tally: Tally) -> list[dict]:
    """One row for each ballot that a mention or a statement links to: the calendar's, then the described ones."""
    described = [row for ballot_id, row in tally.described.items() if ballot_id in tally.ballots]
    rows = [*listed_ballots(load_codebook(), tally.ballots), *described]
    return sorted(rows, key=lambda row: (str(row["start_date"]), row["ballot_id"]))
