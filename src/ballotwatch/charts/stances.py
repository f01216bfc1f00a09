"""Stances: who holds what (entity by concept), and who asks whom for what."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

import pandas as pd
import plotly.graph_objects as go

from ballotwatch.charts.frame import colour_key, framed, nothing, quiet_axes
from ballotwatch.charts.palette import BLANK, INK, QUIET, STANCE_NAMES, STANCES, mix
from ballotwatch.charts.similarity import leaf_order
from ballotwatch.charts.words import Words, count, credit, listing, sentence, spell
from ballotwatch.query import Table, rows_of

FAMILIES = {"position": "Positions", "demand": "Demands", "claim": "Claims"}
HEADINGS = {"position": "Positions", "demand": "Calls for", "claim": "Claims"}
MOST_ENTITIES, LONGEST, DARKEST = 30, 14, 0.78
# Pixels: a row, a line of headings, what cells have on a phone, and about how much a letter takes in the names of
# entities, of concepts and of families.
ROW, LEVEL, PHONE, ROW_LETTER, COLUMN_LETTER, BOLD_LETTER = 19, 16, 240, 7.4, 6.0, 7.2
NOTHING = "No statement is in this selection, so there are no stances to draw."


class Column(NamedTuple):
    """A column of the heat map."""

    family: str
    concept: str
    polarity: int


def stance_table(statements: Table, concepts: pd.DataFrame) -> pd.DataFrame:
    """How many statements of each concept each entity makes, one row a pair that occurs.

    `concepts` gives the order (concept, family, polarity). Columns: family, concept, polarity, entity, n, articles,
    refs (lists of references to them), in the order of the codebook, then by entity. Statements without entity are counted
    as `none`.
    """
    order = {concept: place for place, concept in enumerate(concepts.concept)}
    keys = {"family": "family", "concept": "concept", "polarity": "polarity", "entity": "coalesce(entity, 'none')"}
    table = rows_of(statements).tally(keys, articles="count(DISTINCT doc_id)")
    table = table.assign(order=[order.get(concept, len(order)) for concept in table.concept])
    return table.sort_values(["order", "concept", "entity"], ignore_index=True).drop(columns="order")


def entities_by_voice(table: pd.DataFrame) -> list[str]:
    """Entities of a stance table from the most statements to the fewest."""
    said = table.groupby("entity").n.sum().reset_index()
    return list(said.sort_values(["n", "entity"], ascending=[False, True]).entity)


def shorten(name: str, most: int) -> str:
    """A name of at most so many letters, the rest told by three dots."""
    return name if len(name) <= most else name[: most - 1] + "…"


def map_order(table: pd.DataFrame) -> tuple[list[str], list[Column]]:
    """The heat map's entities from the top and its columns from the left, each so that like stands by like.

    Entities are the most voiced ones, ordered by how they divide what they say among concepts, those against first;
    columns are ordered within family and polarity by who voices them. Method: `similarity.leaf_order`.
    """
    loudest = entities_by_voice(table)[:MOST_ENTITIES]
    shown = table[table.entity.isin(loudest)]
    columns = list(dict.fromkeys(Column(row.family, row.concept, row.polarity) for row in shown.itertuples()))
    said = pd.DataFrame(0.0, index=loudest, columns=range(len(columns)))
    for row in shown.itertuples():
        said.at[row.entity, columns.index((row.family, row.concept, row.polarity))] = row.n
    shares, sides = said.div(said.sum(axis=1), axis=0), [column.polarity for column in columns]
    places = [place for group in _groups(columns) for place in leaf_order(shares.T.loc[group], pd.Series(said.columns))]
    return leaf_order(said, shares @ sides), [columns[place] for place in places]


def lines_of(columns: list[Column]) -> list[tuple[str, str]]:
    """The columns of `map_order` one below the other: (family, empty) for a heading, (family, concept) below it."""
    rows = []
    for family in FAMILIES:
        concepts = list(dict.fromkeys(column.concept for column in columns if column.family == family))
        rows += [(family, "")] + [(family, concept) for concept in concepts] if concepts else []
    return rows


def _groups(columns: list[Column]) -> list[list[int]]:
    """Places of the columns of each family and polarity, in the order in which they are drawn."""
    kinds = [(family, side) for family in FAMILIES for side in (-1, 0, 1)]
    groups = [[k for k, column in enumerate(columns) if (column.family, column.polarity) == kind] for kind in kinds]
    return [group for group in groups if group]


def describe(table: pd.DataFrame, documents: Table) -> Words:
    """Title, credit and alternative text of a stance table."""
    held = table.groupby("concept").entity.nunique().sort_values(ascending=False, kind="stable")
    top, entities = held[held == held.max()].index, entities_by_voice(table)
    title = f"{sentence(listing(map(spell, top), 2))}: most widely voiced, by {held.max()} of {count(len(entities), 'entity', 'entities')}"
    loudest = listing([f"{e} {int(table[table.entity == e].n.sum())}" for e in entities], 5)
    sides = ", ".join(f"{int(table[table.polarity == side].n.sum())} {STANCE_NAMES[side]}" for side in (-1, 1, 0))
    alt = f"Heat map of {count(len(held), 'concept')} by {count(len(entities), 'entity', 'entities')}: {sides}. {title}. Statements: {loudest}."
    rest = max(0, len(entities) - MOST_ENTITIES)
    more = f" {count(rest, 'quieter entity', 'quieter entities')} stand in the table only." if rest else ""
    return Words(title, f"{credit(documents, int(table.n.sum()), 'statement')} Numbers count statements.{more}", alt)


def stance_map(statements: Table, concepts: pd.DataFrame, documents: Table) -> go.Figure:
    """Heat map of entity by concept: one colour for the ballot, one against, grey for neither, darker for more."""
    table = stance_table(statements, concepts)
    if table.empty:
        return nothing(NOTHING)
    entities, columns = map_order(table)
    sides = [side for side in STANCES if (table.polarity == side).any()]
    fig = go.Figure([_ground(entities, columns), *(_cells(table, entities, columns, side) for side in sides)])
    head = 12 + round(COLUMN_LETTER * max(len(_heading(column)) for column in columns))
    levels, words = _levels(columns), describe(table, documents)
    words = words._replace(credit=f"{words.credit} Like stands by like.")
    framed(fig, words, ROW * len(entities), _key(table), head=head + LEVEL * (max(levels.values()) + 1))
    _axes(quiet_axes(fig), entities, columns)
    for start, level in levels.items():
        _family(fig, columns, start, head + LEVEL * level)
    return fig


def _axes(fig: go.Figure, entities: list[str], columns: list[Column]) -> None:
    """Names of the entities at the left and, upright, of the concepts above; and room for both."""
    names = [shorten(entity, LONGEST) for entity in entities]
    left = 12 + round(ROW_LETTER * max(map(len, names)))
    digits = max(len(str(value)) for trace in fig.data for line in trace.z for value in line if value is not None)
    fig.update_xaxes(
        tickvals=list(range(len(columns))), ticktext=[_heading(column) for column in columns], side="top", tickangle=-90,
        range=[-0.5, len(columns) - 0.5], ticks="", tickfont={"size": 11}, ticklabelstandoff=3,
    )  # fmt: skip
    fig.update_yaxes(
        visible=True, tickvals=list(range(len(entities))), ticktext=[escape(name, quote=False) for name in names],
        range=[len(entities) - 0.5, -0.5], ticks="", tickfont={"size": 11}, ticklabelstandoff=3, showline=False,
    )  # fmt: skip
    fig.update_annotations(selector={"name": "caption"}, xshift=-left)
    least = left + 8 + round(len(columns) * max(11, 6 * digits + 0.5))
    fig.update_layout(margin_l=left + 4, meta=fig.layout.meta | {"min_width": least})


def _heading(column: Column) -> str:
    """A concept's name above its column; what is called for stands below the heading `Calls for`."""
    return escape(spell(column.concept).removeprefix("call for "), quote=False)


def _levels(columns: list[Column]) -> dict[int, int]:
    """Where each family starts, and how many lines up its heading stands so that none runs into the next on a phone."""
    starts = [k for k, column in enumerate(columns) if k == 0 or column.family != columns[k - 1].family]
    levels, free = {}, float("inf")
    letter = BOLD_LETTER * len(columns) / PHONE
    for start in reversed(starts):
        fits = start + letter * len(HEADINGS[columns[start].family]) < free
        level = 0 if fits else levels[min(levels)] + 1
        levels[start], free = level, start
    return levels


def _family(fig: go.Figure, columns: list[Column], start: int, above: int) -> None:
    """A family's name above its columns, and a line that parts them from the family before."""
    text = f"<b>{HEADINGS[columns[start].family]}</b>"
    fig.add_annotation(
        x=start - 0.5, xanchor="left", yref="paper", y=1, yanchor="bottom", yshift=above, text=text, showarrow=False, borderpad=0
    )  # fmt: skip
    if start:
        place = {"x0": start - 0.5, "x1": start - 0.5, "yref": "paper", "ysizemode": "pixel", "yanchor": 1}
        fig.add_shape(type="line", **place, y0=0, y1=above + LEVEL, line={"color": QUIET, "width": 1})
        fig.add_shape(
            type="line", x0=start - 0.5, x1=start - 0.5, yref="paper", y0=0, y1=1, line={"color": QUIET, "width": 1}
        )


def _key(table: pd.DataFrame) -> list[str]:
    return colour_key({STANCE_NAMES[s]: STANCES[s] for s in (-1, 1, 0) if (table.polarity == s).any()})


def _ground(entities: list[str], columns: list[Column]) -> go.Heatmap:
    """Pale tiles below the cells, so that the eye keeps its row and column."""
    return go.Heatmap(
        z=[[0] * len(columns)] * len(entities), colorscale=[[0, BLANK], [1, BLANK]], showscale=False, xgap=1, ygap=1,
        hoverinfo="skip",
    )  # fmt: skip


def _cells(table: pd.DataFrame, entities: list[str], columns: list[Column], side: int) -> go.Heatmap:
    cells = {(row.entity, row.family, row.concept): row for row in table[table.polarity == side].itertuples()}
    grid = [
        [cells.get((entity, c.family, c.concept)) if c.polarity == side else None for c in columns]
        for entity in entities
    ]
    # Most cells hold few statements: the square root keeps one from three apart beside thirty. Dark ink reads on all.
    steps = [(k / 10, mix(STANCES[side], 0.12 + (DARKEST - 0.12) * (k / 10) ** 0.5)) for k in range(11)]
    return go.Heatmap(
        x=list(range(len(columns))), y=list(range(len(entities))), z=[[c.n if c else None for c in line] for line in grid],
        zmin=0, zmax=int(table.n.max()), colorscale=steps, showscale=False, xgap=1, ygap=1, texttemplate="%{z}",
        textfont={"size": 10, "color": INK}, hoverongaps=False, hoverinfo="text",
        text=[[_hover(c) if c else "" for c in line] for line in grid],
        customdata=[[c.refs if c else [] for c in line] for line in grid],
    )  # fmt: skip


def _hover(cell: tuple) -> str:
    who = escape(cell.entity, quote=False)
    return f"<b>{who}</b>: {escape(spell(cell.concept), quote=False)}<br>{count(cell.n, 'statement')} in {count(cell.articles, 'article')}"


def who_asks_whom(statements: Table) -> pd.DataFrame:
    """Demands by who makes them, what they ask for and whom they ask; a demand that names nobody says so.

    Columns: entity, asks_for, of, n, articles, refs.
    """
    keys = {"entity": "coalesce(entity, 'none')", "concept": "concept", "of": "coalesce(addressee, 'nobody named')"}
    table = rows_of(statements).tally(keys, where="family = 'demand'", articles="count(DISTINCT doc_id)")
    table = table.assign(concept=[spell(concept) for concept in table.concept]).rename(columns={"concept": "asks_for"})
    return table.sort_values(["n", "entity", "asks_for", "of"], ascending=[False, True, True, True], ignore_index=True)
