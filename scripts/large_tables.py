"""Make large tables for measuring: the tables of a small corpus, again and again, with new ids, days and actors.

    python scripts/large_tables.py build/tables build/large [--statements 1000000] [--documents 300000]

Copies are made until there are so many statements, then articles about nothing until there are so many documents. Each
table is a folder of parts, as `ballotwatch code` leaves them for a large corpus. The same call makes the same rows.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from ballotwatch.query import Rows, cursor, literal, open_rows, quoted
from ballotwatch.tables import SCHEMAS, datapackage, table_files

# Documents of a part, as the coder writes them.
PART = 5_000
# Days are moved by up to so many, in steps that share no factor with them; sources are so many files of records.
DAYS, STEP, FILES = 3_650, 37, 50
# Of so many copies each has other people in it.
PEOPLE = 400
IDLE = "The council met to talk about the budget of the town library, and about its roof. " * 20
# How a copy's values differ from the first one's, `k` being the number of the copy; the others stay as they are.
NEW_DAY = f"CAST({{0}} + CAST(k * {STEP} % {DAYS} AS INTEGER) AS DATE)"
CHANGED = {
    "doc_id": "doc_id || '-' || k",
    "source": f"'feed-' || (k % {FILES}) || '.jsonl:' || (k + 1)",
    "sha256": "sha256(doc_id || '-' || k)",
    "statement_id": "left(sha256(statement_id || '-' || k), 16)",
    "duplicate_of": "duplicate_of || '-' || k",
    "actor": f"CASE WHEN actor_type = 'person' THEN actor || ' ' || (k % {PEOPLE}) ELSE actor END",
    **{
        name: NEW_DAY.format(name)
        for name in ("published_earliest", "published_latest", "date_earliest", "date_latest")
    },
}


def main() -> None:
    """Make the tables that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base", type=Path, help="folder of coded tables")
    parser.add_argument("out", type=Path, help="folder to make; what it holds is deleted")
    parser.add_argument("--statements", type=int, default=1_000_000)
    parser.add_argument("--documents", type=int, default=300_000)
    options = parser.parse_args()
    make(options.base, options.out, options.statements, options.documents)


def make(base: Path, out: Path, statements: int, documents: int) -> None:
    """Write tables of at least so many statements and so many documents as parts into the folder `out`."""
    tables = {name: open_rows(base, name) for name in SCHEMAS}
    copies = -(-statements // len(tables["statements"]))
    idle = max(0, documents - copies * len(tables["documents"]))
    each = max(1, PART // len(tables["documents"]))
    shutil.rmtree(out, ignore_errors=True)
    for name, rows in tables.items():
        folder = out / f"{name}.parquet"
        folder.mkdir(parents=True)
        if name in ("ballots", "problems"):
            shutil.copy(table_files(base, name)[0], folder / "part-00000.parquet")
            continue
        queries = [copied(rows, start, min(start + each, copies)) for start in range(0, copies, each)]
        queries += list(_idle(rows, idle)) if name == "documents" else []
        for number, query in enumerate(queries):
            _write(query, folder / f"part-{number:05}.parquet")
    (out / "datapackage.json").write_text(str(datapackage()), "utf-8")


def copied(rows: Rows, start: int, end: int) -> str:
    """The query for copies of a table's rows, those with these numbers, by document."""
    columns = ", ".join(f"{_changed(name, rows.columns)} AS {quoted(name)}" for name in rows.columns)
    return f"SELECT {columns} FROM {rows.source}, range({start}, {end}) AS copies(k) ORDER BY k, place"


def _changed(name: str, columns: Sequence[str]) -> str:
    return CHANGED[name] if name in CHANGED and (name != "actor" or "actor_type" in columns) else quoted(name)


def _idle(documents: Rows, n: int) -> Iterator[str]:
    """Queries for documents about nothing, which have a row in `documents` alone."""
    for start in range(0, n, PART):
        values = {name: "NULL" for name in documents.columns} | {
            "doc_id": "'idle-' || k", "source": f"'feed-' || (k % {FILES}) || '.jsonl:' || k", "sha256": "sha256('idle-' || k)",
            "title": "'Council meets, day ' || k", "dating_basis": "'unknown'", "language": "'en'", "words": "300",
            "text": f"{literal(IDLE)} || k",
        }  # fmt: skip
        columns = ", ".join(f"{value} AS {quoted(name)}" for name, value in values.items())
        types = ", ".join(f"CAST({quoted(name)} AS {_type(name)}) AS {quoted(name)}" for name in values)
        yield f"SELECT {types} FROM (SELECT {columns} FROM range({start}, {min(start + PART, n)}) AS copies(k))"


def _type(name: str) -> str:
    return {"published_earliest": "DATE", "published_latest": "DATE", "words": "BIGINT"}.get(name, "VARCHAR")


def _write(query: str, path: Path) -> None:
    cursor().execute(f"COPY ({query}) TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd)")


if __name__ == "__main__":
    main()
