"""Discourse network: who holds which concept, and who shares concepts with whom.

The actor-concept network is an affiliation network of two kinds of nodes, and its projection on the actors a congruence
network, as Discourse Network Analyzer makes them: P. Leifeld, "Discourse Network Analysis: Policy Debates as Dynamic
Networks", in J. N. Victor, A. H. Montgomery and M. Lubell (eds.), The Oxford Handbook of Political Networks (2017);
P. Leifeld, J. Gruber and F. R. Bossner, Discourse Network Analyzer Manual (2018), sections 2.1 and 2.5.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from textwrap import wrap
from typing import NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ballotwatch.charts.frame import colour_key, framed, nothing, quiet_axes
from ballotwatch.charts.layers import Link, curve, marked, ordered
from ballotwatch.charts.palette import INK, PAPER, STANCE_NAMES, STANCES
from ballotwatch.charts.stances import LONGEST, MOST_ENTITIES, shorten
from ballotwatch.charts.words import Words, count, credit, listing, spell
from ballotwatch.query import Table, rows_of
from ballotwatch.refs import joined

NOTHING = "No statement of a known entity is in this selection, so there is no network to draw."
EDGES = ["entity", "concept", "polarity", "n", "articles", "refs"]
PAIRS = ["entity", "other", "shared", "average_activity", "jaccard", "concepts"]
# Pixels: rows of entities and of concepts, and about how much a letter takes.
ROW, CONCEPT_ROW, LETTER, CONCEPT_WIDTH = 20, 31, 7.4, 16
MOST_LINKS = 150


def network_edges(statements: Table) -> pd.DataFrame:
    """The links of the actor-concept network, one row an entity, concept and polarity that occurs, heaviest first.

    Columns: entity, concept, polarity, n (statements: the link's weight), articles, refs. Statements without an entity
    belong to no node and are left out.
    """
    table = rows_of(statements).tally(["entity", "concept", "polarity"], articles="count(DISTINCT doc_id)")[EDGES]
    return table.sort_values(["n", "entity", "concept"], ascending=[False, True, True], ignore_index=True)


def congruence(statements: Table) -> pd.DataFrame:
    """Pairs of entities that hold the same concepts, one row a pair, most shared first.

    Columns: entity, other, shared (concepts that both hold), average_activity (shared, divided by the mean number of
    concepts that the two hold: Leifeld's normalisation, 0 to 1), jaccard (shared, divided by the concepts that either
    holds), concepts (which). Concepts that take no side, such as a turnout figure, are left out: who give two different
    figures agree on nothing.
    """
    edges = network_edges(rows_of(statements).where("polarity <> 0"))
    held = {entity: set(zip(own.concept, own.polarity, strict=True)) for entity, own in edges.groupby("entity")}
    holds = pd.crosstab(edges.entity, [edges.concept, edges.polarity]).to_numpy()
    # Who holds nothing that the other holds is no pair; each pair stands once.
    pairs = np.argwhere(np.triu(holds @ holds.T, k=1))
    names = list(held)
    table = pd.DataFrame([_pair(names[one], names[other], held) for one, other in pairs], columns=PAIRS)
    by = ["shared", "average_activity", "entity", "other"]
    return table.sort_values(by, ascending=[False, False, True, True], ignore_index=True)


def _pair(one: str, other: str, held: Mapping[str, set[tuple]]) -> tuple:
    mine, yours = held[one], held[other]
    both = sorted(spell(concept) for concept, _ in mine & yours)
    activity = round(2 * len(both) / (len(mine) + len(yours)), 3)
    return one, other, len(both), activity, round(len(both) / len(mine | yours), 3), ", ".join(both)


def describe(edges: pd.DataFrame, pairs: pd.DataFrame, documents: Table) -> Words:
    """Title, credit and alternative text of the network."""
    held = edges.groupby("entity").concept.nunique().sort_values(ascending=False, kind="stable")
    concepts = edges.concept.nunique()
    if len(pairs):
        top = pairs.iloc[0]
        sided = edges[edges.polarity != 0].concept.nunique()
        title = f"{top.entity} and {top.other} agree most, on {top.shared} of {count(sided, 'concept')} for or against"
    elif len(held) == 1:
        title = f"{held.index[0]} alone speaks, on {count(concepts, 'concept')}"
    else:
        title = f"No two entities share a concept; {held.index[0]} holds {held.iloc[0]} of {concepts}"
    sides = ", ".join(f"{int((edges.polarity == side).sum())} {STANCE_NAMES[side]}" for side in (-1, 1, 0))
    linked = listing([f"{entity} {n}" for entity, n in held.items()], 5)
    nodes = f"{count(len(held), 'entity', 'entities')} and {count(concepts, 'concept')}"
    alt = f"Network of {nodes}, {count(len(edges), 'link')}: {sides}. {title}. Concepts held: {linked}."
    rest = len(edges) - len(drawn(edges))
    more = f" {count(rest, 'lighter link')} stand in the table only." if rest else ""
    note = f"{credit(documents, int(edges.n.sum()), 'statement')} Larger nodes and thicker links stand for more statements.{more}"
    return Words(title, note, alt)


def drawn(edges: pd.DataFrame) -> pd.DataFrame:
    """The links that are drawn: the heaviest among the most voiced entities."""
    voice = edges.groupby("entity").n.sum().reset_index().sort_values(["n", "entity"], ascending=[False, True])
    return edges[edges.entity.isin(voice.entity[:MOST_ENTITIES])].head(MOST_LINKS)


class Node(NamedTuple):
    """A node: its name, its place in pixels down, its statements, and the words shown on hovering."""

    name: str
    y: float
    n: int
    refs: list[str]
    hover: str


def actor_network(statements: Table, documents: Table) -> go.Figure:
    """The actor-concept network: entities (circles) at the left, concepts (squares) at the right, links by polarity.

    Both columns are ordered so that links cross little (`layers.ordered`). Each link's mark stands on its line.
    """
    edges = network_edges(statements)
    if edges.empty:
        return nothing(NOTHING)
    shown = drawn(edges)
    left, right = ordered(shown.entity, list(zip(shown.concept, shown.polarity, strict=True)), shown.n)
    height = max(ROW * len(left), CONCEPT_ROW * len(right))
    entities = {name: _node(edges[edges.entity == name], name, k, height / len(left)) for k, name in enumerate(left)}
    concepts = {
        (concept, side): _node(
            edges[(edges.concept == concept) & (edges.polarity == side)], spell(concept), k, height / len(right)
        )
        for k, (concept, side) in enumerate(right)
    }
    links = [Link(entities[e.entity].y, concepts[e.concept, e.polarity].y, e.n, e.polarity) for e in shown.itertuples()]
    fig = go.Figure(
        [*_lines(links), _marks(shown, links), _nodes(entities, 0, "circle"), _nodes(concepts, 1, "square")]
    )
    quiet_axes(framed(fig, describe(edges, congruence(statements), documents), height, _key(shown)))
    _labels(fig, entities, concepts)
    return fig.update_yaxes(range=[height, 0])


def _key(edges: pd.DataFrame) -> list[str]:
    colours = colour_key({STANCE_NAMES[s]: STANCES[s] for s in (-1, 1, 0) if (edges.polarity == s).any()})
    return ["● entity  □ concept", *colours]


def _node(rows: pd.DataFrame, name: str, place: int, pitch: float) -> Node:
    n = int(rows.n.sum())
    told = f"<b>{escape(name, quote=False)}</b><br>{count(n, 'statement')}"
    return Node(name, (place + 0.5) * pitch, n, joined(rows.refs), told)


def _lines(links: list[Link]) -> Iterator[go.Scatter]:
    """Links as curves, one trace for each colour and width."""
    most = max(link.n for link in links)
    widths = [round(1 + 5 * (link.n / most) ** 0.5) for link in links]
    for polarity, width in sorted({(link.polarity, width) for link, width in zip(links, widths, strict=True)}):
        same = [k for k, w in zip(links, widths, strict=True) if (k.polarity, w) == (polarity, width)]
        points = [point for link in same for point in [*curve(link), (None, None)]]
        yield go.Scatter(
            x=[x for x, _ in points], y=[y for _, y in points], mode="lines", hoverinfo="skip",
            line={"color": _sheer(STANCES[polarity]), "width": width, "shape": "spline"},
        )  # fmt: skip


def _sheer(colour: str) -> str:
    """A colour that lets the lines below it through."""
    return f"rgba({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))}, 0.45)"


def _marks(edges: pd.DataFrame, links: list[Link]) -> go.Scatter:
    places = marked(links)
    return go.Scatter(
        x=[x for x, _ in places], y=[y for _, y in places], mode="markers", hoverinfo="text", customdata=list(edges.refs),
        marker={"size": 8, "color": [STANCES[link.polarity] for link in links], "line": {"color": PAPER, "width": 1}},
        hovertext=[
            f"<b>{escape(e.entity, quote=False)}</b>: {escape(spell(e.concept), quote=False)}<br>"
            f"{count(e.n, 'statement')} in {count(e.articles, 'article')}"
            for e in edges.itertuples()
        ],
    )  # fmt: skip


def _nodes(nodes: dict, x: int, symbol: str) -> go.Scatter:
    most = max(node.n for node in nodes.values())
    return go.Scatter(
        x=[x] * len(nodes), y=[node.y for node in nodes.values()], mode="markers", cliponaxis=False, hoverinfo="text",
        marker={
            "opacity": 1, "symbol": symbol, "color": INK if symbol == "circle" else PAPER, "line": {"color": INK, "width": 1.5},
            "size": [round(7 + 9 * np.sqrt(node.n / most), 1) for node in nodes.values()],
        },
        customdata=[node.refs for node in nodes.values()], hovertext=[node.hover for node in nodes.values()],
    )  # fmt: skip


def _labels(fig: go.Figure, entities: dict, concepts: dict) -> None:
    """Names beside the nodes, and the margins that they take."""
    left = [(0, "right", node.y, escape(shorten(node.name, LONGEST), quote=False)) for node in entities.values()]
    right = [
        (1, "left", node.y, "<br>".join(escape(line, quote=False) for line in wrap(node.name, CONCEPT_WIDTH)))
        for node in concepts.values()
    ]
    for x, anchor, y, text in left + right:
        fig.add_annotation(
            x=x, y=y, xanchor=anchor, align=anchor, xshift=24 * x - 12, text=text, showarrow=False, borderpad=0, font={"size": 11}
        )  # fmt: skip
    width = LETTER * max(len(shorten(node.name, LONGEST)) for node in entities.values())
    fig.update_annotations(selector={"name": "caption"}, xshift=-round(width) - 14)
    fig.update_xaxes(range=[0, 1], visible=False)
    fig.update_layout(margin_l=round(width) + 18, margin_r=18 + round(0.8 * LETTER * CONCEPT_WIDTH))
