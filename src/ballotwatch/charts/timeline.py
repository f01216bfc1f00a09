"""Timeline: ballots as named bars, statements by actor and stance, articles by publication.

Every date is an interval and is drawn as one: from the first day it can be to the last, that day included. Rows are
measured in pixels, so that the interactive figure and the print figure share one layout.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from html import escape
from textwrap import shorten, wrap
from typing import NamedTuple

import pandas as pd
import plotly.graph_objects as go

from ballotwatch.charts.frame import colour_key, framed, nothing, quiet_axes
from ballotwatch.charts.palette import ARTICLE, BALLOT, INK, QUIET, RULE, STANCE_NAMES, STANCES, mix
from ballotwatch.charts.words import Words, count, credit, period, sentence
from ballotwatch.refs import refs

MOST_ACTORS, MOST_BALLOTS, MOST_LANES = 14, 14, 4
LABEL_WIDTH, ACTOR_WIDTH = 27, 46
TEXT, BAR, GAP, SECTION = 15, 8, 5, 30
ROW_SIZE = 11
HAIRLINE = {"color": RULE, "width": 1}
MARK_COLUMNS = ["kind", "who", "stance", "earliest", "latest", "n", "refs"]
NOTHING = "No statement, ballot or article with a known date is in this selection, so there is no timeline to draw."


class Layout(NamedTuple):
    """Bars and labels placed on rows, in pixels downwards from 0.

    bars: kind, who, stance, earliest, latest, n, refs, y. labels: text, y (top), at (day or None for the left edge),
    left (whether the text runs to the left of that day), bold.
    """

    bars: pd.DataFrame
    labels: pd.DataFrame
    height: int
    span: tuple[date, date]


def marks(statements: pd.DataFrame, documents: pd.DataFrame, ballots: pd.DataFrame) -> pd.DataFrame:
    """The table behind the timeline, one row a mark.

    Columns: kind (ballot, statement, article), who (the ballot's name, the actor, or empty), stance (-1, 0, 1),
    earliest and latest (days), n (how many share the mark), refs (references to the ballots, statements or
    articles).
    What has no date has no mark.
    """
    parts = [
        _grouped("ballot", ballots.assign(stance=0), "ballot_id", "name", "start_date", "end_date"),
        _grouped("statement", statements.assign(stance=statements.polarity, who=_speakers(statements)), "statement_id", "who", "date_earliest", "date_latest"),
        _grouped("article", documents.assign(stance=0, who=""), "doc_id", "who", "published_earliest", "published_latest"),
    ]  # fmt: skip
    return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)


def _speakers(statements: pd.DataFrame) -> list[str]:
    pairs = zip(statements.actor.fillna("unnamed"), statements.entity.fillna("none"), strict=True)
    return [actor if actor == entity else f"{actor}, {entity}" for actor, entity in pairs]


def _grouped(kind: str, frame: pd.DataFrame, key: str, who: str, earliest: str, latest: str) -> pd.DataFrame:
    names = {key: "id", who: "who", earliest: "earliest", latest: "latest"}
    frame = frame[[key, who, "stance", earliest, latest]].rename(columns=names).dropna(subset=["earliest", "latest"])
    rows = [
        (kind, *values, len(group), refs(kind, group.id))
        for values, group in frame.groupby(["who", "stance", "earliest", "latest"])
    ]
    return pd.DataFrame(rows, columns=MARK_COLUMNS)


def undated(statements: pd.DataFrame) -> int:
    """How many statements have no date and so no mark."""
    return int((statements.date_earliest.isna() | statements.date_latest.isna()).sum())


def pack(intervals: Iterable[tuple[date, date]], room: timedelta, most: int = MOST_LANES) -> list[int]:
    """A lane for each interval, in order, so that those in one lane keep `room` apart; the last lane takes the rest."""
    free: list[date] = []
    lanes = []
    for earliest, latest in intervals:
        fits = [i for i, day in enumerate(free) if day <= earliest]
        lane = fits[0] if fits else min(len(free), most - 1)
        free[lane : lane + 1] = [max(latest + room, free[lane]) if lane < len(free) else latest + room]
        lanes.append(lane)
    return lanes


def place(table: pd.DataFrame) -> Layout:
    """Lay the marks out on rows: ballots by date, then actors by how much they say, then articles."""
    span = min(table.earliest), max(table.latest) + timedelta(days=1)
    bars: list[dict] = []
    labels: list[dict] = []
    y = _ballot_rows(table[table.kind == "ballot"], span, bars, labels)
    y = _actor_rows(table[table.kind == "statement"], span, y, bars, labels)
    y = _article_row(table[table.kind == "article"], span, y, bars, labels)
    return Layout(pd.DataFrame(bars), pd.DataFrame(labels), y, span)


def _ballot_rows(table: pd.DataFrame, span: tuple[date, date], bars: list[dict], labels: list[dict]) -> int:
    y = _section("Ballots", 0, labels) if len(table) else 0
    middle = span[0] + (span[1] - span[0]) / 2
    for mark in table.sort_values(["earliest", "who"]).tail(MOST_BALLOTS).to_dict("records"):
        text = [*wrap(mark["who"], LABEL_WIDTH), period([mark["earliest"]], [mark["latest"]])]
        left = mark["earliest"] > middle
        for line, words in enumerate(text):
            at = mark["latest"] + timedelta(days=1) if left else mark["earliest"]
            bold = line < len(text) - 1
            labels.append({"text": words, "y": y + TEXT * line, "at": at, "left": left, "bold": bold, "size": ROW_SIZE})
        y += TEXT * len(text) + 4
        bars.append({**mark, "y": y + BAR / 2})
        y += BAR + GAP + 4
    return y


def _actor_rows(table: pd.DataFrame, span: tuple[date, date], y: int, bars: list[dict], labels: list[dict]) -> int:
    y = _section("Statements, by who made them", y, labels) if len(table) else y
    said = table.groupby("who").n.sum().sort_values(ascending=False, kind="stable")
    for actor, n in said.head(MOST_ACTORS).items():
        labels.append(
            {
                "text": f"{shorten(actor, ACTOR_WIDTH, placeholder='…')} ({n})",
                "y": y,
                "at": None,
                "left": False,
                "bold": False,
                "size": ROW_SIZE,
            }
        )
        y += TEXT + 5
        for stance in (1, 0, -1):
            y = _lanes(table[(table.who == actor) & (table.stance == stance)], span, y, bars)
        y += GAP + 3
    return y


def _article_row(table: pd.DataFrame, span: tuple[date, date], y: int, bars: list[dict], labels: list[dict]) -> int:
    y = _section("Articles, by publication", y, labels) if len(table) else y
    return _lanes(table, span, y, bars)


def _section(name: str, y: int, labels: list[dict]) -> int:
    y += 10 if y else 0
    labels.append({"text": name, "y": y, "at": None, "left": False, "bold": True, "size": 13})
    return y + SECTION - 6


def _lanes(table: pd.DataFrame, span: tuple[date, date], y: int, bars: list[dict]) -> int:
    table = table.sort_values(["earliest", "latest"])
    lanes = pack(zip(table.earliest, table.latest, strict=True), (span[1] - span[0]) * 0.06)
    for mark, lane in zip(table.to_dict("records"), lanes, strict=True):
        bars.append({**mark, "y": y + lane * (BAR + GAP) + BAR / 2})
    return y + (max(lanes, default=-1) + 1) * (BAR + GAP)


def describe(table: pd.DataFrame, documents: pd.DataFrame) -> Words:
    """Title, credit and alternative text of the timeline of these marks."""
    said = table[table.kind == "statement"]
    n, by = int(said.n.sum()), {stance: int(said[said.stance == stance].n.sum()) for stance in STANCES}
    title = f"{by[-1]} of {n} statements are against the ballots, {by[1] or 'none'} for them" if n else _without(table)
    days = period(table.earliest, table.latest)
    shown = min(MOST_ACTORS, said.who.nunique())
    alt = (
        f"Timeline, {days}: {count(int((table.kind == 'ballot').sum()), 'ballot')}, "
        f"{count(n, 'statement')} by {count(said.who.nunique(), 'actor')} and {count(len(documents), 'article')}. {title}."
    )
    more = "" if shown == said.who.nunique() else f" The {shown} actors who say most of {said.who.nunique()}."
    ballots = int((table.kind == "ballot").sum())
    more += f" The latest {MOST_BALLOTS} of {ballots} ballots." if ballots > MOST_BALLOTS else ""
    bars = "A bar runs from the first to the last day that a date can be; a number counts statements that share it."
    return Words(title, f"{credit(documents, n, 'statement')} {bars}{more}", alt)


def _without(table: pd.DataFrame) -> str:
    return f"{sentence(count(int((table.kind == 'ballot').sum()), 'ballot'))}, and no dated statement about them"


def timeline(statements: pd.DataFrame, documents: pd.DataFrame, ballots: pd.DataFrame) -> go.Figure:
    """The timeline as an interactive figure. Takes the tables of those names; nothing dated gives a sentence."""
    table = marks(statements, documents, ballots)
    if table.empty:
        return nothing(NOTHING)
    layout = place(table)
    fig = go.Figure([_trace(bars, colour) for bars, colour in coloured(layout.bars)])
    _bands(fig, layout)
    for label in layout.labels.to_dict("records"):
        fig.add_annotation(**_label(label))
        if label["size"] == ROW_SIZE and _at_edge(label):
            fig.add_shape(
                type="line", xref="paper", x0=0, x1=1, y0=label["y"], y1=label["y"], line=HAIRLINE, layer="below"
            )
    margin = max((layout.span[1] - layout.span[0]) * 0.03, timedelta(days=1))
    fig.update_xaxes(range=[str(layout.span[0] - margin), str(layout.span[1] + 3 * margin)], type="date", nticks=6)
    fig.update_yaxes(range=[layout.height, 0])
    keys = {STANCE_NAMES[s]: STANCES[s] for s in (-1, 1, 0) if s in set(table[table.kind == "statement"].stance)}
    return quiet_axes(framed(fig, describe(table, documents), layout.height, colour_key(keys), foot=28))


def coloured(bars: pd.DataFrame) -> list[tuple[pd.DataFrame, str]]:
    """The bars in groups of one colour: ballots, each stance, articles."""
    groups = [(bars[bars.kind == "ballot"], BALLOT), (bars[bars.kind == "article"], ARTICLE)]
    said = bars[bars.kind == "statement"]
    groups += [(said[said.stance == stance], colour) for stance, colour in STANCES.items()]
    return [(group, colour) for group, colour in groups if len(group)]


def _trace(bars: pd.DataFrame, colour: str) -> go.Bar:
    days = [(latest - earliest).days + 1 for earliest, latest in zip(bars.earliest, bars.latest, strict=True)]
    return go.Bar(
        orientation="h", base=[str(day) for day in bars.earliest], x=[n * 86_400_000 for n in days], y=list(bars.y),
        width=[BAR] * len(bars), marker={"color": mix(colour, 0.55), "line": {"color": colour, "width": 2}},
        text=[str(n) if n > 1 else "" for n in bars.n], textposition="outside", cliponaxis=False, constraintext="none",
        textfont={"size": 11, "color": INK}, customdata=list(bars.refs),
        hovertext=[_hover(bar) for bar in bars.itertuples()], hoverinfo="text",
    )  # fmt: skip


def _hover(bar: NamedTuple) -> str:
    days = period([bar.earliest], [bar.latest])
    if bar.kind == "statement":
        return f"{escape(bar.who)}<br>{count(bar.n, 'statement')} {STANCE_NAMES[bar.stance]}<br>made {days}"
    return (
        f"{escape(bar.who)}<br>held {days}"
        if bar.kind == "ballot"
        else f"{count(bar.n, 'article')}<br>published {days}"
    )


def _bands(fig: go.Figure, layout: Layout) -> None:
    for ballot in layout.bars[layout.bars.kind == "ballot"].itertuples():
        fig.add_shape(
            type="rect", x0=str(ballot.earliest), x1=str(ballot.latest + timedelta(days=1)), y0=ballot.y,
            y1=layout.height, fillcolor=RULE, line={"color": RULE, "width": 1}, layer="below",
        )  # fmt: skip


def _at_edge(label: dict) -> bool:
    return label["at"] is None or pd.isna(label["at"])


def _label(label: dict) -> dict:
    edge = _at_edge(label)
    text = escape(label["text"], quote=False)
    return {
        "text": f"<b>{text}</b>" if label["bold"] else text, "showarrow": False, "y": label["y"], "yanchor": "top",
        "xref": "paper" if edge else "x", "x": 0 if edge else str(label["at"]), "borderpad": 0, "bgcolor": "#FFFFFF",
        "xanchor": "right" if label["left"] else "left", "font": {"size": label["size"], "color": INK if label["bold"] else QUIET},
    }  # fmt: skip
