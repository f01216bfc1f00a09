"""What every notebook begins with: parameters checked, tables read, rows chosen, and the corpus in a sentence."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from ballotwatch.charts.frame import say
from ballotwatch.charts.words import count, origin, published
from ballotwatch.codebook import Codebook, load_codebook
from ballotwatch.corrections import corrected, open_tables
from ballotwatch.parameters import Parameters, check_parameters, check_types
from ballotwatch.query import Rows, Table

# As many rows of a table are printed; pandas cuts what is longer in the middle.
MOST_ROWS = 500


class Start(NamedTuple):
    """The codebook, the checked parameters, all tables, and the rows of them that the parameters ask for."""

    codebook: Codebook
    parameters: Parameters
    everything: dict[str, Rows]
    chosen: dict[str, Rows]


def start(**given: Any) -> Start:
    """Check a notebook's parameters, which name the folder of `tables`, and pick what they ask for.

    Rows stay in DuckDB (see ``query.Rows``) until something of them is shown or drawn. The corrections in the folder
    `codings`, if there is one, are laid over the tables (see ``corrections.lay_over``).

    Raises ParameterError for a wrong type or an unknown name, with what may have been meant, and FileNotFoundError for
    a folder without tables.
    """
    # Sentences are evidence: a table that cuts them off shows none. A chart's table stands in for it as a whole.
    pd.set_option("display.max_colwidth", None, "display.max_rows", MOST_ROWS, "display.min_rows", MOST_ROWS)
    asked, codebook = check_types(given), load_codebook()
    everything = open_tables(asked.tables, asked.codings, codebook)
    parameters = check_parameters(given, codebook, everything)
    return Start(codebook, parameters, everything, parameters.select(everything))


def summary(chosen: dict[str, Rows], everything: dict[str, Rows]) -> str:
    """How much is looked at, of how much, from where and from when, in one sentence."""
    documents, total = chosen["documents"], len(everything["documents"])
    part = "" if len(documents) == total else f" of {total}"
    found = count(len(chosen["statements"]), "statement")
    place = origin(documents) if len(documents) else "none"
    people = corrected(chosen)
    laid = f" after {people}" if people else ""
    return f"{count(len(documents), 'article')}{part}, published {published(documents)}, with {found}{laid}. Source: {place}."


def excerpt(table: Table, *columns: str) -> pd.DataFrame:
    """Columns of a table to print beside its chart: without index gaps, missing values as empty.

    Of a table of more than `MOST_ROWS` rows the first ones are printed, and a sentence says so.
    """
    rows = table.frame(*columns, most=MOST_ROWS) if isinstance(table, Rows) else table[list(columns)].head(MOST_ROWS)
    if len(table) > MOST_ROWS:
        say(f"Printed are the first {MOST_ROWS} of {len(table)} rows; run the notebook to look at the others.")
    shown = rows.reset_index(drop=True).astype(object)
    return shown.where(shown.notna(), "")
