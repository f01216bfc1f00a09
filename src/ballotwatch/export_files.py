"""What all exports share: the error, and rows as plain Python values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ballotwatch.tables import to_arrow

# Codings under this name are the program's own; those under any other are a person's.
PROGRAM = "ballotwatch"
Tables = Mapping[str, pd.DataFrame]
Row = dict[str, Any]


class ExportError(ValueError):
    """An export can't be written as asked; the message says why and what to do."""


def rows(table: str, tables: Tables) -> list[Row]:
    """A table's rows in their order, by column of its schema: None for what is missing, lists for arrays."""
    return to_arrow(table, tables[table]).to_pylist()


def articles(tables: Tables) -> dict[str, Row]:
    """The rows of `documents` by their id."""
    return {row["doc_id"]: row for row in rows("documents", tables)}


def check_span(row: Row, article: Row | None) -> None:
    """Raise ExportError where a row's text isn't what its article holds between its offsets."""
    if article is None or article["text"][row["start"] : row["end"]] != row["text"]:
        raise ExportError(
            f"article '{row['doc_id']}' does not hold '{row['text'][:60]}' at {row['start']}: the tables are of "
            "different runs; code the articles again"
        )
