"""Stances by ballot: positions and demands for and against each one, and who takes which position."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from ballotwatch.charts.bars import Part, stacked
from ballotwatch.charts.frame import nothing
from ballotwatch.charts.palette import AGAINST, FOR, mix
from ballotwatch.charts.words import Words, credit
from ballotwatch.charts.world import SIDED, positions_table
from ballotwatch.query import Table, rows_of

# What is for or against a ballot: claims take no position.
TAKEN = "family IN ('position', 'demand') AND polarity <> 0"
UNTIED = "No ballot named"
SIDES = (
    ("position", -1, "positions against", AGAINST),
    ("demand", -1, "demands against", mix(AGAINST, 0.45)),
    ("position", 1, "positions for", FOR),
    ("demand", 1, "demands for", mix(FOR, 0.45)),
)


def ballot_table(statements: Table, ballots: Table) -> pd.DataFrame:
    """Positions and demands over ballots, one row a ballot, family and polarity that occurs.

    Columns: ballot_id, name, start_date, family, polarity, n, entities (how many), refs. Claims take no position and
    are left out.
    """
    keys = {"ballot_id": "coalesce(ballot_id, '')", "family": "family", "polarity": "polarity"}
    table = rows_of(statements).tally(keys, where=TAKEN, entities="count(DISTINCT entity)")
    ballots = rows_of(ballots).frame("ballot_id", "name", "start_date")
    named = table.merge(ballots, on="ballot_id", how="left", validate="many_to_one")
    named = named.assign(name=named.name.fillna(UNTIED), order=[str(day) for day in named.start_date])
    return named.sort_values(["order", "ballot_id", "family", "polarity"], ignore_index=True).drop(columns="order")


def describe_ballots(table: pd.DataFrame, documents: Table) -> Words:
    """Title, credit and alternative text of a table of positions and demands over ballots."""
    per = table.groupby("name", sort=False).n.sum().sort_values(ascending=False, kind="stable")
    against = int(table[table.polarity < 0].n.sum())
    title = f"{per.index[0]} drew most positions and demands, {per.iloc[0]} of {per.sum()}"
    split = [f"{name}: {_split(table[table.name == name])}" for name in per.index[:8]]
    alt = f"Bars of positions and demands by ballot, {against} of {per.sum()} against. {title}. {'; '.join(split)}."
    return Words(
        title,
        f"{credit(documents, int(per.sum()), 'position or demand', 'positions and demands')} Claims are left out.",
        alt,
    )


def _split(rows: pd.DataFrame) -> str:
    return f"{int(rows[rows.polarity < 0].n.sum())} against, {int(rows[rows.polarity > 0].n.sum())} for"


def ballot_bars(statements: Table, ballots: Table, documents: Table) -> go.Figure:
    """Positions (full colour) and demands (pale) over each ballot: against it to the left, for it to the right."""
    table = ballot_table(statements, ballots)
    if table.empty:
        return nothing("No position or demand is in this selection, so there is nothing to draw by ballot.")
    cells = {(row.ballot_id, row.family, row.polarity): row for row in table.itertuples()}
    keys = table.drop_duplicates("ballot_id")
    parts = []
    for family, polarity, name, colour in SIDES:
        row = [cells.get((ballot, family, polarity)) for ballot in keys.ballot_id]
        if any(row):
            values = [c.n * polarity if c else 0 for c in row]
            parts.append(Part(name, colour, values, [c.refs if c else [] for c in row]))
    return stacked(list(keys["name"]), parts, describe_ballots(table, documents))


def positions_by_ballot(statements: Table, states: pd.DataFrame, ballots: Table, most: int) -> pd.DataFrame:
    """Who takes which position on each of the ballots that draw most positions, one row a ballot and entity.

    Columns: ballot_id, ballot (its name), then those of `world.positions_table`.
    """
    taken = rows_of(statements).tally(["ballot_id"], refs="", where=SIDED)
    drawn = taken.sort_values("n", ascending=False, kind="stable").ballot_id[:most]
    ballots = rows_of(ballots).frame("ballot_id", "name")
    names = dict(zip(ballots.ballot_id, ballots["name"], strict=True))
    tables = [positions_table(statements, states).head(0).assign(ballot_id="", ballot="")]
    for ballot in drawn:
        tables.append(
            positions_table(statements, states, ballot).assign(ballot_id=ballot, ballot=names.get(ballot, ballot))
        )
    table = pd.concat(tables, ignore_index=True)
    return table[["ballot_id", "ballot", *table.columns.drop(["ballot_id", "ballot"])]]
