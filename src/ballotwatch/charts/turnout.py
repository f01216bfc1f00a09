"""Turnout and results in per cent: what was claimed, for which ballot and region, and by whom."""

from __future__ import annotations

import textwrap
from html import escape

import pandas as pd
import plotly.graph_objects as go

from ballotwatch.charts.frame import framed, nothing, quiet_axes
from ballotwatch.charts.palette import AMOUNT, INK, PAPER, QUIET, RULE
from ballotwatch.charts.words import Words, count, credit, sentence
from ballotwatch.query import Table, literal, rows_of

COLUMNS = ["ballot_id", "ballot", "region", "name", "entity", "actor", "value", "n", "refs"]
WHOLE, UNKNOWN = "whole territory", "no ballot named"
CONCEPTS = ("turnout", "result")
# Pixels of a row with its heading above it, of a line of labels, of a letter; the plot on a phone.
ROW, LINE, LETTER, PHONE = 60, 15, 6.6, 318
HEADING_LETTERS = 44


def claims_table(statements: Table, ballots: Table, regions: pd.DataFrame, concept: str = "turnout") -> pd.DataFrame:
    """What was claimed of turnout, or of the `result`, in per cent: one row a ballot, region, entity and value.

    `regions` holds region and name. A claim about several regions has a row in each. Columns: ballot_id, ballot (its
    name), region ("" for the whole territory), name, entity, actor (the first by name), value, n (statements), refs.
    Ballots stand by day. Raises ValueError for another concept.
    """
    if concept not in CONCEPTS:
        raise ValueError(f"concept '{concept}' has no value in per cent: choose one of {', '.join(CONCEPTS)}")
    said = rows_of(statements).where(f"concept = {literal(concept)} AND value BETWEEN 0 AND 100")
    regions_ = "unnest(CASE WHEN len(regions) > 0 THEN regions ELSE [''] END) AS region"
    keys = {
        "ballot_id": "coalesce(ballot_id, '')",
        "region": "region",
        "entity": "coalesce(entity, '')",
        "value": "value",
    }
    each = said.selected("statement_id", "actor", "ballot_id", "entity", "value", regions_)
    table = each.tally(keys, order="statement_id", actor="min(actor)")
    return _named(table, rows_of(ballots).frame("ballot_id", "name", "start_date"), regions)


def _named(table: pd.DataFrame, ballots: pd.DataFrame, regions: pd.DataFrame) -> pd.DataFrame:
    """The table with names of ballots and regions, ballots by day, the whole territory before its regions."""
    names, days = (dict(zip(ballots.ballot_id, ballots[column], strict=True)) for column in ("name", "start_date"))
    units = {"": WHOLE, **dict(zip(regions.region, regions["name"], strict=True))}
    table = table.assign(
        ballot=[names.get(ballot, ballot) or UNKNOWN for ballot in table.ballot_id],
        name=[units.get(region, region) for region in table.region],
        day=[str(days.get(ballot, "9999")) for ballot in table.ballot_id],
    )
    order = ["day", "ballot_id", "region", "value", "entity"]
    return table.sort_values(order, kind="stable", ignore_index=True)[COLUMNS]


def claims_chart(claims: pd.DataFrame, documents: Table, concept: str = "turnout") -> go.Figure:
    """Dots on an axis from 0 to 100 per cent, a row a ballot and region, each labelled with its value and who says so.

    `claims` is `claims_table`: each of its rows is one dot. No claim gives a sentence.
    """
    if claims.empty:
        return nothing(f"No statement in this selection gives a {concept} in per cent, so there is no chart to draw.")
    fig, top, heights = go.Figure(), 0, []
    for place, rows in claims.groupby(["ballot", "name"], sort=False):
        lines = label_lines(rows)
        _row(fig, place, rows, lines, top)
        heights += [top + ROW - 12] * len(rows)
        top += ROW + LINE * max(lines)
    fig.add_scatter(**_dots(claims, heights))
    quiet_axes(framed(fig, describe(claims, documents, concept), top, foot=22))
    fig.update_xaxes(range=[-3, 108], tickvals=[0, 25, 50, 75, 100], ticktext=["0", "25", "50", "75", "100%"])
    fig.update_yaxes(range=[top + 6, 0])
    return fig


def label(claim: pd.Series) -> str:
    """The label of a dot: its value and who says so."""
    return f"{claim.value:g}% {claim.entity or claim.actor}" + (f" ×{claim.n}" if claim.n > 1 else "")


def _side(value: float) -> str:
    return "left" if value < 15 else "right" if value > 85 else "center"


def label_lines(rows: pd.DataFrame) -> list[int]:
    """On which line below its row each dot's label stands, from 1, so that none overlaps another on a phone."""
    ends: dict[int, list[tuple[float, float]]] = {}
    lines = []
    for _, claim in rows.iterrows():
        width, middle = LETTER * len(label(claim)) + 6, claim.value * PHONE / 111
        start = middle - width * {"left": 0, "center": 0.5, "right": 1}[_side(claim.value)]
        line = next(k for k in range(1, 99) if all(start >= b or a >= start + width for a, b in ends.get(k, [])))
        ends.setdefault(line, []).append((start, start + width))
        lines.append(line)
    return lines


def _row(fig: go.Figure, place: tuple[str, str], rows: pd.DataFrame, lines: list[int], top: float) -> None:
    """The heading of a row, its line from 0 to 100, and the labels below the line."""
    fig.add_scatter(
        x=[0, 100], y=[top + ROW - 12] * 2, mode="lines", line={"color": RULE, "width": 2}, hoverinfo="skip"
    )
    text = "<br>".join(f"<b>{escape(line, quote=False)}</b>" for line in _heading(*place))
    _note(fig, 0, top + ROW - 20, text, "left", INK, yanchor="bottom")
    for (_, claim), line in zip(rows.iterrows(), lines, strict=True):
        _note(
            fig,
            claim.value,
            top + ROW - 12 + LINE * line,
            escape(label(claim), quote=False),
            _side(claim.value),
            QUIET,
            yanchor="middle",
        )


def _heading(ballot: str, name: str) -> list[str]:
    ending = f": {name}"
    room = 2 * HEADING_LETTERS - len(ending) - 14
    return textwrap.wrap(textwrap.shorten(ballot, room, placeholder="…") + ending, HEADING_LETTERS)


def _note(fig: go.Figure, x: float, y: float, text: str, side: str, colour: str, yanchor: str) -> None:
    fig.add_annotation(
        x=x, y=y, text=text, xanchor=side, yanchor=yanchor, align="left", showarrow=False, borderpad=0,
        font={"size": 11, "color": colour},
    )  # fmt: skip


def _dots(claims: pd.DataFrame, heights: list[float]) -> dict:
    """The trace of all dots, one a claim, at these heights."""
    texts = [
        f"<b>{c.value:g}%</b> {escape(c.actor, quote=False)} ({escape(c.entity, quote=False)})<br>{count(c.n, 'statement')}"
        for c in claims.itertuples()
    ]
    return {
        "x": list(claims.value), "y": heights, "mode": "markers", "hovertext": texts, "hoverinfo": "text",
        "marker": {"size": 11, "color": AMOUNT, "line": {"color": PAPER, "width": 1}}, "customdata": list(claims.refs),
        "cliponaxis": False,
    }  # fmt: skip


def describe(claims: pd.DataFrame, documents: Table, concept: str) -> Words:
    """Title, credit and alternative text of a chart of these claims."""
    low, high = claims.loc[claims.value.idxmin()], claims.loc[claims.value.idxmax()]
    title = f"{sentence(concept)} is put between {low.value:g}% and {high.value:g}%"
    if low.value == high.value:
        title = f"{sentence(concept)} is put at {low.value:g}%"
    told = [
        f"{c.ballot}, {c.name_}: {c.value:g}% by {c.actor}"
        for c in claims.rename(columns={"name": "name_"}).itertuples()
    ]
    note = f"{credit(documents, int(claims.n.sum()), 'claim')} Figures are claims, not facts: each is labelled with who gives it."
    return Words(
        title, note, f"Dots from 0 to 100 per cent, a row a ballot and region. {title}. {'; '.join(told[:40])}."
    )
