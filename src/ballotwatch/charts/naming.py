"""Framing by source: how each source names the ballot, in its own words and in those of whom it quotes."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from textwrap import shorten

import pandas as pd
import plotly.graph_objects as go

from ballotwatch.charts.bars import Part, stacked
from ballotwatch.charts.frame import nothing
from ballotwatch.charts.palette import AGAINST, FOR, mix
from ballotwatch.charts.words import Words, count, credit, listing
from ballotwatch.query import Rows, Table, remembered, rows_of
from ballotwatch.refs import joined

NOTHING = "No article in this selection gives the ballot a label, so there is no framing to draw."
MOST_SOURCES, MOST_LABELS, NAME_WIDTH = 16, 3, 76
OWN, NBSP = "article", "\u00a0"
RECORD = re.compile(r":\d+$")
SIDES = (
    ("delegitimising", True, "delegitimising, in its own words", AGAINST),
    ("delegitimising", False, "delegitimising, in words of others", mix(AGAINST, 0.45)),
    ("legitimising", True, "legitimising, in its own words", FOR),
    ("legitimising", False, "legitimising, in words of others", mix(FOR, 0.45)),
)


@remembered
def sources(documents: Rows) -> pd.DataFrame:
    """The name of the source of each document (doc_id, name): its outlet, where the corpus keeps them apart, or its title.

    A corpus keeps outlets apart where it holds several folders, or several files of records: a document's outlet is its
    folder, or else its file. Otherwise each article is a source of its own, named by its title (and its id, where another
    has that title too) or else by its file.
    """
    documents = documents.frame("doc_id", "source", "title")
    outlets = [_outlet(source) for source in documents.source]
    if len(set(outlets) - {""}) > 1:
        names = [outlet or source for outlet, source in zip(outlets, documents.source, strict=True)]
    else:
        titles, twice = documents.title.fillna(documents.source), documents.title.duplicated(keep=False)
        again = documents.title.notna() & twice
        names = [f"{t} ({d})" if more else t for t, d, more in zip(titles, documents.doc_id, again, strict=True)]
    return pd.DataFrame({"doc_id": documents.doc_id, "name": names})


def _outlet(source: str) -> str:
    file = PurePosixPath(RECORD.sub("", source))
    folder = str(file.parent)
    return folder if folder != "." else file.stem if RECORD.search(source) else ""


def naming_table(framing: Table, documents: Table) -> pd.DataFrame:
    """How often each source uses each label in whose words, one row a source, voice and label that occurs.

    Columns: source, voice (`article` for its own words, or the entity), direction, label, n, articles, refs (spans);
    the sources that label most come first.
    """
    named = rows_of(framing).beside(rows_of(sources(documents)), "doc_id")
    keys = {"source": "name", "voice": "voice", "direction": "direction", "label": "label"}
    table = named.tally(keys, "span", articles="count(DISTINCT doc_id)")
    table = table.assign(all=table.groupby("source").n.transform("sum"), others=table.voice != OWN)
    by = ["all", "source", "others", "voice", "n", "label"]
    table = table.sort_values(by, ascending=[False, True, True, True, False, True], ignore_index=True)
    return table.drop(columns=["all", "others"])


def voice_table(framing: Table) -> pd.DataFrame:
    """How the ballot is named, by whose words: voice, direction, n, articles, labels (most used first), refs."""
    rows = rows_of(framing)
    table = rows.tally(["voice", "direction"], "span", articles="count(DISTINCT doc_id)")
    labels = rows.tally(["voice", "direction", "label"], refs="")
    used = {key: ", ".join(_ranked(own.set_index("label").n)) for key, own in labels.groupby(["voice", "direction"])}
    table = table.assign(labels=[used[key] for key in zip(table.voice, table.direction, strict=True)])
    columns = ["voice", "direction", "n", "articles", "labels", "refs"]
    return table[columns].sort_values(["n", "voice"], ascending=[False, True], ignore_index=True)


def _ranked(counts: pd.Series) -> list[str]:
    """Labels with their numbers, the most used first."""
    ranked = counts.sort_index().sort_values(ascending=False, kind="stable")
    return [f"{label} {n}" for label, n in ranked.items()]


def describe(table: pd.DataFrame, documents: Table) -> Words:
    """Title, credit and alternative text of a naming table."""
    per, total = table.groupby("source", sort=False).n.sum(), int(table.n.sum())
    own = int(table[table.voice == OWN].n.sum())
    title = f"{own} of {count(total, 'label')} stand in the articles' own words, {total - own} in words of others"
    sides = ", ".join(f"{n} {direction}" for direction, n in table.groupby("direction").n.sum().items())
    used = listing(_ranked(table.groupby("label").n.sum()), 6)
    most = listing([f"{shorten(name, 60, placeholder='…')} {n}" for name, n in per.items()], 5)
    alt = f"Bars of labels for the ballot by {count(len(per), 'source')}: {sides}. {title}. Labels: {used}. Sources: {most}."
    rest = len(per) - MOST_SOURCES
    more = f" {count(rest, 'source')} that label less stand in the table only." if rest > 0 else ""
    silent = len(set(sources(documents).name) - set(per.index))
    quiet = f" {count(silent, 'source')} without a label." if silent else ""
    return Words(title, f"{credit(documents, total, 'label')}{quiet}{more}", alt)


def naming_chart(framing: Table, documents: Table) -> go.Figure:
    """Labels by source: those that delegitimise the ballot to the left, those that legitimise it to the right.

    The source's own words are drawn in full colour, those of whom it quotes pale; its commonest labels stand beside its
    name.
    """
    table = naming_table(framing, documents)
    if table.empty:
        return nothing(NOTHING)
    names = list(dict.fromkeys(table.source))[:MOST_SOURCES]
    parts = [_part(table, names, *side) for side in SIDES]
    labels = [_label(name, table[table.source == name]) for name in names]
    return stacked(labels, [part for part in parts if any(part.values)], describe(table, documents))


def _part(table: pd.DataFrame, names: list[str], direction: str, own: bool, name: str, colour: str) -> Part:
    rows = table[(table.direction == direction) & ((table.voice == OWN) == own)]
    shares = [rows[rows.source == source] for source in names]
    sign = -1 if direction == "delegitimising" else 1
    return Part(name, colour, [sign * int(own.n.sum()) for own in shares], [joined(own.refs) for own in shares])


def _label(name: str, rows: pd.DataFrame) -> str:
    words = _ranked(rows.groupby("label").n.sum())[:MOST_LABELS]
    # A label and its number stay on one line.
    return f"{shorten(name, NAME_WIDTH, placeholder='…')} ·{NBSP}{', '.join(word.replace(' ', NBSP) for word in words)}"
