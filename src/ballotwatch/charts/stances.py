"""Stances: who holds what (entity by concept), for and against each ballot, and who asks whom for what."""

from __future__ import annotations

from html import escape

import pandas as pd
import plotly.graph_objects as go

from ballotwatch.charts.bars import Part, stacked
from ballotwatch.charts.frame import colour_key, framed, nothing, quiet_axes
from ballotwatch.charts.palette import AGAINST, FOR, INK, STANCE_NAMES, STANCES, mix
from ballotwatch.charts.words import Words, count, credit, listing, sentence, spell
from ballotwatch.refs import refs

FAMILIES = {"position": "Positions", "demand": "Demands", "claim": "Claims"}
MOST_ENTITIES, ROW = 14, 24
NOTHING = "No statement is in this selection, so there are no stances to draw."
UNTIED = "No ballot named"
LEFT, HEAD = 150, 62
SIDES = (
    ("position", -1, "positions against", AGAINST),
    ("demand", -1, "demands against", mix(AGAINST, 0.45)),
    ("position", 1, "positions for", FOR),
    ("demand", 1, "demands for", mix(FOR, 0.45)),
)


def stance_table(statements: pd.DataFrame, concepts: pd.DataFrame) -> pd.DataFrame:
    """How many statements of each concept each entity makes, one row a pair that occurs.

    `concepts` gives the order (concept, family, polarity). Columns: family, concept, polarity, entity, n, articles,
    refs (lists of references to them), in the order of the codebook, then by entity. Statements without entity are counted
    as `none`.
    """
    order = {concept: place for place, concept in enumerate(concepts.concept)}
    rows = [
        (*key, len(group), group.doc_id.nunique(), refs("statement", group.statement_id))
        for key, group in statements.fillna({"entity": "none"}).groupby(["family", "concept", "polarity", "entity"])
    ]
    table = pd.DataFrame(rows, columns=["family", "concept", "polarity", "entity", "n", "articles", "refs"])
    table = table.assign(order=[order.get(concept, len(order)) for concept in table.concept])
    return table.sort_values(["order", "concept", "entity"], ignore_index=True).drop(columns="order")


def entities_by_voice(table: pd.DataFrame) -> list[str]:
    """Entities of a stance table from the most statements to the fewest."""
    said = table.groupby("entity").n.sum().reset_index()
    return list(said.sort_values(["n", "entity"], ascending=[False, True]).entity)


def rows_of(table: pd.DataFrame) -> list[tuple[str, str]]:
    """Rows of the heat map from the top: (family, empty) for a heading, (family, concept) below it."""
    rows = []
    for family in FAMILIES:
        concepts = list(dict.fromkeys(table[table.family == family].concept))
        rows += [(family, "")] + [(family, concept) for concept in concepts] if concepts else []
    return rows


def describe(table: pd.DataFrame, documents: pd.DataFrame) -> Words:
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


def stance_map(statements: pd.DataFrame, concepts: pd.DataFrame, documents: pd.DataFrame) -> go.Figure:
    """Heat map of entity by concept: one colour for the ballot, one against, grey for neither, darker for more."""
    table = stance_table(statements, concepts)
    if table.empty:
        return nothing(NOTHING)
    columns, rows = entities_by_voice(table)[:MOST_ENTITIES], rows_of(table)
    fig = go.Figure([_cells(table, columns, rows, stance) for stance in STANCES if (table.polarity == stance).any()])
    for y, (family, concept) in enumerate(rows):
        text = spell(concept) if concept else f"<b>{FAMILIES[family]}</b>"
        fig.add_annotation(
            xref="paper", x=0, xanchor="left", xshift=-LEFT, y=y, text=text, showarrow=False, font={"size": 12, "color": INK}
        )  # fmt: skip
    quiet_axes(framed(fig, describe(table, documents), ROW * len(rows), _key(table), head=HEAD))
    fig.update_layout(margin_l=LEFT + 4)
    _to_edge(fig)
    fig.update_xaxes(
        type="category", categoryarray=columns, side="top", tickangle=-90, range=[-0.5, len(columns) - 0.5], ticks="", tickfont={"size": 11},
    )  # fmt: skip
    fig.update_yaxes(range=[len(rows) - 0.5, -0.5])
    return fig


def _to_edge(fig: go.Figure) -> None:
    """Move the title and the credit line, which stand above and below the row labels, to the figure's edge."""
    for note in fig.layout.annotations:
        if note.yref == "paper":
            note.xshift = -LEFT


def _key(table: pd.DataFrame) -> list[str]:
    return colour_key({STANCE_NAMES[s]: STANCES[s] for s in (-1, 1, 0) if (table.polarity == s).any()})


def _cells(table: pd.DataFrame, columns: list[str], rows: list[tuple[str, str]], stance: int) -> go.Heatmap:
    cells = {(row.concept, row.entity): row for row in table[table.polarity == stance].itertuples()}
    grid = [[cells.get((concept, entity)) for entity in columns] for _, concept in rows]
    colour = STANCES[stance]
    return go.Heatmap(
        x=columns, y=list(range(len(rows))), z=[[cell.n if cell else None for cell in line] for line in grid],
        zmin=0, zmax=int(table.n.max()), colorscale=[[0, mix(colour, 0.15)], [1, colour]], showscale=False, xgap=2, ygap=2,
        texttemplate="%{z}", hoverongaps=False, hoverinfo="text",
        text=[[_hover(cell) if cell else "" for cell in line] for line in grid],
        customdata=[[cell.refs if cell else [] for cell in line] for line in grid],
    )  # fmt: skip


def _hover(cell: tuple) -> str:
    return f"<b>{escape(cell.entity)}</b>: {spell(cell.concept)}<br>{count(cell.n, 'statement')} in {count(cell.articles, 'article')}"


def ballot_table(statements: pd.DataFrame, ballots: pd.DataFrame) -> pd.DataFrame:
    """Positions and demands over ballots, one row a ballot, family and polarity that occurs.

    Columns: ballot_id, name, start_date, family, polarity, n, entities (how many), refs. Claims take no position and
    are left out.
    """
    taken = statements[statements.family.isin(["position", "demand"]) & statements.polarity.ne(0)]
    rows = [
        (*key, len(group), group.entity.nunique(), refs("statement", group.statement_id))
        for key, group in taken.fillna({"ballot_id": ""}).groupby(["ballot_id", "family", "polarity"])
    ]
    table = pd.DataFrame(rows, columns=["ballot_id", "family", "polarity", "n", "entities", "refs"])
    named = table.merge(
        ballots[["ballot_id", "name", "start_date"]], on="ballot_id", how="left", validate="many_to_one"
    )
    named = named.assign(name=named.name.fillna(UNTIED), order=[str(day) for day in named.start_date])
    return named.sort_values(["order", "ballot_id", "family", "polarity"], ignore_index=True).drop(columns="order")


def describe_ballots(table: pd.DataFrame, documents: pd.DataFrame) -> Words:
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


def ballot_bars(statements: pd.DataFrame, ballots: pd.DataFrame, documents: pd.DataFrame) -> go.Figure:
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


def who_asks_whom(statements: pd.DataFrame) -> pd.DataFrame:
    """Demands by who makes them, what they ask for and whom they ask; a demand that names nobody says so.

    Columns: entity, asks_for, of, n, articles, refs.
    """
    asked = statements[statements.family == "demand"].fillna({"entity": "none", "addressee": "nobody named"})
    rows = [
        (entity, spell(concept), of, len(group), group.doc_id.nunique(), refs("statement", group.statement_id))
        for (entity, concept, of), group in asked.groupby(["entity", "concept", "addressee"])
    ]
    table = pd.DataFrame(rows, columns=["entity", "asks_for", "of", "n", "articles", "refs"])
    return table.sort_values(["n", "entity", "asks_for", "of"], ascending=[False, True, True, True], ignore_index=True)


def framing_table(framing: pd.DataFrame) -> pd.DataFrame:
    """How the ballot is named, by whose words: voice, direction, n, articles, labels (most used first)."""
    rows = [
        (
            *key,
            len(group),
            group.doc_id.nunique(),
            ", ".join(group.label.value_counts().sort_index().sort_values(ascending=False, kind="stable").index),
        )
        for key, group in framing.groupby(["voice", "direction"])
    ]
    table = pd.DataFrame(rows, columns=["voice", "direction", "n", "articles", "labels"])
    return table.sort_values(["n", "voice"], ascending=[False, True], ignore_index=True)
