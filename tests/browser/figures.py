"""Figures of a page as a browser has drawn them, and the marks that the tables behind them ask for."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from playwright.sync_api import Locator, Page

from ballotwatch import agreement
from ballotwatch.charts import (
    ballot_maps,
    by_ballot,
    corpus,
    naming,
    network,
    regions,
    stances,
    timeline,
    turnout,
    voices,
    world,
)
from ballotwatch.notebook import Start

# Whether plotly.js has drawn every figure.
DRAWN = """() => [...document.querySelectorAll("figure.plotly .plot")].every(
  (plot) => plot.calcdata && plot.querySelector(".main-svg") && plot.querySelector(".xy, .cartesianlayer *"))"""
# Every mark with evidence that can be seen in a figure: its references, and its middle and size in the window. A bar or
# a point is the element that plotly.js has drawn for it; a cell of a heat map is a part of a picture, and its number.
MARKS = """(plot) => {
  const frame = plot.getBoundingClientRect();
  const elements = new Map([...plot.querySelectorAll(".point")].map((element) => [element.__data__, element]));
  const evidence = (item) => Array.isArray(item) && typeof item[0] === "string";
  const box = (refs, { left, top, width, height }) => ({ refs, x: left + width / 2, y: top + height / 2, width, height });
  const pointsOf = (trace, curve) => trace.customdata.flatMap((refs, i) => {
    const element = elements.get(plot.calcdata[curve][i]);
    return evidence(refs) && element ? [box(refs, element.getBoundingClientRect())] : [];
  });
  const cellsOf = (trace) => trace.customdata.flatMap((line, i) => line.flatMap((refs, j) => {
    const { xaxis, yaxis } = plot._fullLayout;
    const [x, y] = [xaxis._offset + xaxis.d2p(trace.x[j]), yaxis._offset + yaxis.d2p(trace.y[i])];
    const seen = evidence(refs) && trace.z[i][j] !== null;
    return seen ? [{ refs, x: frame.left + x, y: frame.top + y, width: 10, height: 10 }] : [];
  }));
  return plot.data.flatMap((trace, curve) =>
    !Array.isArray(trace.customdata) ? [] : trace.type === "heatmap" ? cellsOf(trace) : pointsOf(trace, curve)
  ).filter(({ width, height }) => width > 0 && height > 0);
}"""
# How many cells of a figure's heat maps carry a number, or null where it has no heat map.
NUMBERED = """(plot) => plot.querySelector(".heatmaplayer image")
  ? [...plot.querySelectorAll(".heatmap-label text")].filter((text) => text.textContent).length : null"""

Refs = list[str]


class Mark(NamedTuple):
    """A mark as drawn: the references behind it, and its middle and size in the window, in pixels."""

    refs: Refs
    x: float
    y: float
    width: float
    height: float


def figure(page: Page, number: int) -> Locator:
    """The plot of a page's figure, by its number from 0."""
    return page.locator("figure.plotly .plot").nth(number)


def drawn_marks(plot: Locator) -> list[Mark]:
    """The marks with evidence of a plot that can be seen."""
    return [Mark(**mark) for mark in plot.evaluate(MARKS)]


def numbered_cells(plot: Locator) -> int | None:
    """How many cells of a plot's heat map carry a number; None where it is none."""
    return plot.evaluate(NUMBERED)


def tallied(marks: list[Refs]) -> Counter:
    """Marks to compare, whatever their order: how often each set of references occurs."""
    return Counter(tuple(sorted(mark)) for mark in marks if mark)


def marks_of_tables(begun: Start, reference: Path) -> dict[str, list[list[Refs]]]:
    """The references of the marks that the tables behind the charts ask for: by page, one list a figure.

    `reference` is the file of reference codings. A chart of an empty table is none.
    """
    pages = {
        "01_corpus.html": _corpus(begun), "02_timeline.html": _timeline(begun), "03_regions.html": _regions(begun),
        "04_stances.html": _stances(begun), "06_agreement.html": _agreement(begun, reference),
    }  # fmt: skip
    return {page: [marks for marks in figures if marks] for page, figures in pages.items()}


def _known(begun: Start) -> pd.DataFrame:
    return corpus.mentioned(begun.everything["ballots"], begun.chosen["ballot_mentions"])


def _corpus(begun: Start) -> list[list[Refs]]:
    documents, mentions = begun.chosen["documents"], begun.chosen["ballot_mentions"]
    return [list(corpus.articles_by_ballot(documents, mentions, _known(begun)).refs)]


def _timeline(begun: Start) -> list[list[Refs]]:
    statements, known = begun.chosen["statements"], _known(begun)
    marks = timeline.marks(statements, begun.chosen["documents"], known)
    columns = voices.voices_table(statements)
    ballots = [ballot["refs"] for ballot in voices.shown_ballots(statements, known)]
    return [list(marks[marks.drawn].refs), [*ballots, *columns[columns.drawn].refs]]


def _regions(begun: Start) -> list[list[Refs]]:
    units, _ = regions.map_units(begun.codebook)
    said, ballots = begun.chosen["statements"], begun.chosen["ballots"]
    tables = [
        regions.count_regions(begun.chosen, units, "articles"),
        ballot_maps.placed_by_ballot(begun.chosen, units),
        turnout.claims_table(said, ballots, units),
        turnout.claims_table(said, ballots, units, concept="result"),
    ]
    return [list(table.refs) for table in tables]


def _stances(begun: Start) -> list[list[Refs]]:
    said, states, ballots = begun.chosen["statements"], begun.codebook.states, begun.everything["ballots"]
    each = by_ballot.positions_by_ballot(said, states, ballots, 3)
    return [
        list(stances.stance_table(said, begun.codebook.concepts).refs),
        list(world.positions_table(said, states).refs),
        *(list(rows.refs) for _, rows in each.groupby("ballot_id", sort=False)),
        list(by_ballot.ballot_table(said, ballots).refs),
        _network(said),
        _naming(begun),
    ]


def _network(statements: pd.DataFrame) -> list[Refs]:
    """A mark a link that is drawn, a node an entity, and a node a concept and side."""
    edges = network.network_edges(statements)
    shown = network.drawn(edges)
    assert len(shown) == len(edges), "the seeds are few enough to draw every link"
    nodes = [edges.groupby(keys).refs.sum() for keys in ("entity", ["concept", "polarity"])]
    return [*shown.refs, *nodes[0], *nodes[1]]


def _naming(begun: Start) -> list[Refs]:
    """A mark a source, direction, and whether the words are its own."""
    table = naming.naming_table(begun.chosen["framing"], begun.chosen["documents"])
    return list(table.groupby(["source", "direction", table.voice == naming.OWN]).refs.sum())


def _agreement(begun: Start, reference: Path) -> list[list[Refs]]:
    """A mark a concept and outcome; an item refers to its first statement, else to its article."""
    said = begun.everything["program"].frame()
    standard = agreement.read_codings(reference)
    both = agreement.shared_documents(begun.chosen["documents"].values("doc_id"), standard)
    items = agreement.compare(said, standard, both)
    first = said.sort_values(["start", "end"]).drop_duplicates(agreement.KEY)[[*agreement.KEY, "statement_id"]]
    joined = items.merge(first, on=agreement.KEY, how="left", validate="one_to_one")
    refs = ("statement:" + joined.statement_id).fillna("article:" + joined.doc_id)
    return [list(joined.assign(refs=[[ref] for ref in refs]).groupby(["concept", "outcome"]).refs.sum())]
