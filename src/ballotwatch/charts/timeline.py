"""Timeline: ballots one below the other, statements by actor and stance, articles by publication.

Every date is an interval and is drawn as one: a solid mark where its day (or month, where there are many) is known, a
pale bar from the first to the last day that it can be where it is not. Where days would crowd, dates are rounded to
months, quarters or years and counted.
"""

from __future__ import annotations

from datetime import date
from textwrap import shorten
from typing import NamedTuple

import pandas as pd
import plotly.graph_objects as go

from ballotwatch.charts import lanes
from ballotwatch.charts.dates import DAY, first_day, interval_in_words, known, last_day, unit_for
from ballotwatch.charts.frame import colour_key, framed, nothing, quiet_axes
from ballotwatch.charts.lanes import BAR, GAP, LINE, Label, Span, pack
from ballotwatch.charts.palette import ARTICLE, BALLOT, INK, PAPER, STANCE_NAMES, STANCES, ink_on, mix
from ballotwatch.charts.words import Words, count, credit, hovered, period, sentence
from ballotwatch.refs import refs

MOST_ACTORS, MOST_BALLOTS, MOST_LANES = 16, 14, 5
# Columns that leave room for a number in each on a phone.
MOST_COLUMNS = 16
ACTOR_WIDTH = 44
MILLISECONDS = 86_400_000
MARK_COLUMNS = ["kind", "who", "stance", "earliest", "latest", "n", "refs"]
NOTHING = "No statement, ballot or article with a known date is in this selection, so there is no timeline to draw."


class Layout(NamedTuple):
    """Marks and labels placed on rows, in pixels downwards from 0.

    bars: the columns of `marks`, with y, `pale` (whether the date is not known) and `inside` (whether the number stands
    in the bar). ballots: those of the bars that are ballots, as records.
    """

    bars: pd.DataFrame
    ballots: list[dict]
    labels: list[Label]
    height: int
    span: Span


def marks(statements: pd.DataFrame, documents: pd.DataFrame, ballots: pd.DataFrame) -> pd.DataFrame:
    """The table behind the timeline, one row a mark.

    Columns: kind (ballot, statement, article), who (the ballot's name, the actor, or empty), stance (-1, 0, 1),
    earliest and latest (days), n (how many share the mark), refs (to the ballots, statements or articles), unit (what
    dates are rounded to: `day` unless there are too many for that), drawn (false for the actors and ballots with the
    fewest statements, where there are more than fit). What has no date has no mark.
    """
    dated = {
        "ballot": _renamed(ballots.assign(stance=0), "ballot_id", "name", "start_date", "end_date"),
        "statement": _renamed(statements.assign(stance=statements.polarity, who=_speakers(statements)), "statement_id", "who", "date_earliest", "date_latest"),
        "article": _renamed(documents.assign(stance=0, who=""), "doc_id", "who", "published_earliest", "published_latest"),
    }  # fmt: skip
    voiced = _most(dated["statement"].who, MOST_ACTORS)
    talked = _most(statements.ballot_id[statements.ballot_id.isin(dated["ballot"].id)], MOST_BALLOTS)
    rest = [ballot for ballot in dated["ballot"].id if ballot not in talked]
    drawn = {"statement": voiced, "ballot": (talked + rest)[:MOST_BALLOTS], "article": [""]}
    tables = [_grouped(kind, frame, "day", drawn[kind]) for kind, frame in dated.items()]
    days = pd.concat([table for table in tables if len(table)] or tables[:1], ignore_index=True)
    if days.empty:
        return days
    shown = days[days.drawn]
    span = lanes.axis_span(min(shown.earliest), max(shown.latest))
    coarse = unit_for(min(shown.earliest), max(shown.latest), MOST_COLUMNS)
    crowded = [kind for kind in dated if kind != "ballot" and _crowded(shown[shown.kind == kind], span)]
    parts = [_grouped(kind, dated[kind], coarse, drawn[kind]) for kind in crowded]
    return pd.concat([days[~days.kind.isin(crowded)], *parts], ignore_index=True)


def _speakers(statements: pd.DataFrame) -> list[str]:
    pairs = zip(statements.actor.fillna("unnamed"), statements.entity.fillna("none"), strict=True)
    return [actor if actor == entity else f"{actor}, {entity}" for actor, entity in pairs]


def _renamed(frame: pd.DataFrame, key: str, who: str, earliest: str, latest: str) -> pd.DataFrame:
    names = {key: "id", who: "who", earliest: "earliest", latest: "latest"}
    return frame[[key, who, "stance", earliest, latest]].rename(columns=names).dropna(subset=["earliest", "latest"])


def _most(values: pd.Series, most: int) -> list[str]:
    counts = values.value_counts().rename_axis("value").reset_index(name="n")
    return list(counts.sort_values(["n", "value"], ascending=[False, True]).value.head(most))


def _grouped(kind: str, frame: pd.DataFrame, unit: str, drawn: list[str]) -> pd.DataFrame:
    unit = "day" if kind == "ballot" else unit
    frame = frame.assign(
        earliest=[first_day(day, unit) for day in frame.earliest], latest=[last_day(day, unit) for day in frame.latest]
    )
    groups = frame.groupby(["who", "stance", "earliest", "latest"]).id.agg(list).reset_index(name="ids")
    table = groups.assign(kind=kind, n=[len(ids) for ids in groups.ids], refs=[refs(kind, ids) for ids in groups.ids])
    table = table[MARK_COLUMNS].astype({"stance": int, "n": int})
    kept = [ref.removeprefix("ballot:") for ref, *_ in table.refs] if kind == "ballot" else table.who
    return table.assign(unit=unit, drawn=pd.Series(kept, index=table.index, dtype=object).isin(drawn))


def _crowded(table: pd.DataFrame, span: Span) -> bool:
    rows = table.groupby(["who", "stance"])
    return any(max(_lanes(_ordered(group), span)) >= MOST_LANES for _, group in rows)


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    # Known dates first, so that they share the upper lane.
    solid = [known(*interval) for interval in zip(table.earliest, table.latest, table.unit, strict=True)]
    return table.assign(pale=[not one for one in solid]).sort_values(["pale", "earliest", "latest"])


def _lanes(ordered: pd.DataFrame, span: Span) -> list[int]:
    return pack((m.earliest, m.latest, lanes.room(span, m.earliest, m.latest, m.n)) for m in ordered.itertuples())


def undated(statements: pd.DataFrame) -> int:
    """How many statements have no date and so no mark."""
    return int((statements.date_earliest.isna() | statements.date_latest.isna()).sum())


def place(table: pd.DataFrame) -> Layout:
    """Lay the drawn marks out on rows: ballots by date, then actors by how much they say, then articles."""
    table = table[table.drawn]
    span = lanes.axis_span(min(table.earliest), max(table.latest))
    ballots, labels, y = _ballots(table[table.kind == "ballot"], span)
    bars = list(ballots)
    y = _actors(table[table.kind == "statement"], span, y, bars, labels)
    y = _articles(table[table.kind == "article"], span, y, bars, labels)
    frame = pd.DataFrame(bars)
    inside = [lanes.holds(span, bar.earliest, bar.latest, bar.n) for bar in frame.itertuples()]
    return Layout(frame.assign(inside=inside), ballots, labels, y, span)


def _ballots(table: pd.DataFrame, span: Span) -> tuple[list[dict], list[Label], int]:
    if table.empty:
        return [], [], 0
    heading, y = lanes.section("Ballots", 0)
    placed, labels, y = lanes.ballot_rows(table.assign(name=table.who, pale=False).to_dict("records"), span, y)
    return placed, [heading, *labels], y


def _actors(table: pd.DataFrame, span: Span, y: int, bars: list[dict], labels: list[Label]) -> int:
    if table.empty:
        return y
    heading, y = lanes.section("Statements, by who made them", y)
    labels.append(heading)
    for actor, n in _totals(table).items():
        labels.append(lanes.row_label(f"{shorten(actor, ACTOR_WIDTH, placeholder='…')} ({n})", y))
        y += LINE + 5
        for stance in (1, 0, -1):
            y = _lane(table[(table.who == actor) & (table.stance == stance)], span, y, bars)
        y += GAP
    return y


def _totals(table: pd.DataFrame) -> pd.Series:
    totals = table.groupby("who").n.sum().reset_index().sort_values(["n", "who"], ascending=[False, True])
    return totals.set_index("who").n


def _articles(table: pd.DataFrame, span: Span, y: int, bars: list[dict], labels: list[Label]) -> int:
    if table.empty:
        return y
    heading, y = lanes.section(f"Articles, by publication ({table.n.sum()})", y)
    labels.append(heading)
    return _lane(table, span, y, bars)


def _lane(table: pd.DataFrame, span: Span, y: int, bars: list[dict]) -> int:
    ordered = _ordered(table)
    placed = _lanes(ordered, span)
    for mark, lane in zip(ordered.to_dict("records"), placed, strict=True):
        bars.append({**mark, "y": y + lane * (BAR + GAP) + BAR / 2})
    return y + (max(placed, default=-1) + 1) * (BAR + GAP)


def describe(table: pd.DataFrame, documents: pd.DataFrame) -> Words:
    """Title, credit and alternative text of the timeline of these marks."""
    said = table[table.kind == "statement"]
    n, by = int(said.n.sum()), {stance: int(said[said.stance == stance].n.sum()) for stance in STANCES}
    title = f"{by[-1]} of {n} statements are against the ballots, {by[1] or 'none'} for them" if n else _without(table)
    alt = (
        f"Timeline, {period(table.earliest, table.latest)}: {count(int((table.kind == 'ballot').sum()), 'ballot')}, "
        f"{count(n, 'statement')} by {count(said.who.nunique(), 'actor')} and {count(len(documents), 'article')}. {title}."
    )
    return Words(title, f"{credit(documents, n, 'statement')} {_reading(table)}", alt)


def _without(table: pd.DataFrame) -> str:
    return f"{sentence(count(int((table.kind == 'ballot').sum()), 'ballot'))}, and no dated statement about them"


def _reading(table: pd.DataFrame) -> str:
    said = table[table.kind == "statement"]
    units = table.drop_duplicates("kind").set_index("kind").unit
    unit = said.unit.iloc[0] if len(said) else "day"
    notes = [f"Solid: the {unit} is known. Pale: at some time within the bar. A number counts those that share a mark."]
    notes += [
        f"Too many {kind}s to draw each by day: counted by {unit}." for kind, unit in units.items() if unit != "day"
    ]
    for kind, noun in (("statement", "actors"), ("ballot", "ballots")):
        names = table[table.kind == kind].groupby("who").drawn.any()
        if not names.all():
            notes.append(f"The {names.sum()} {noun} with most statements of {len(names)}; the table has all.")
    return " ".join(notes)


def timeline(statements: pd.DataFrame, documents: pd.DataFrame, ballots: pd.DataFrame) -> go.Figure:
    """The timeline as an interactive figure. Takes the tables of those names; nothing dated gives a sentence."""
    table = marks(statements, documents, ballots)
    if table.empty:
        return nothing(NOTHING)
    layout = place(table)
    groups = coloured(layout.bars)
    fig = go.Figure([_trace(bars, colour) for bars, colour in groups])
    fig.add_traces([_ends(bars, colour) for bars, colour in groups if bars.pale.any()])
    lanes.bands(fig, layout.ballots, layout.height)
    lanes.write_labels(fig, layout.labels)
    lanes.date_axes(fig, layout.span, layout.height)
    keys = {STANCE_NAMES[s]: STANCES[s] for s in (-1, 1, 0) if s in set(table[table.kind == "statement"].stance)}
    return quiet_axes(framed(fig, describe(table, documents), layout.height, colour_key(keys), foot=36, head=36))


def coloured(bars: pd.DataFrame) -> list[tuple[pd.DataFrame, str]]:
    """The bars in groups of one colour: ballots, each stance, articles."""
    groups = [(bars[bars.kind == "ballot"], BALLOT), (bars[bars.kind == "article"], ARTICLE)]
    said = bars[bars.kind == "statement"]
    groups += [(said[said.stance == stance], colour) for stance, colour in STANCES.items()]
    return [(group, colour) for group, colour in groups if len(group)]


def fill(pale: bool, colour: str) -> str:
    """The colour of a mark: full where the date is known, pale where it is not."""
    return mix(colour, 0.35) if pale else colour


def _trace(bars: pd.DataFrame, colour: str) -> go.Bar:
    fills = [fill(pale, colour) for pale in bars.pale]
    # A narrow mark has a border of its own colour, to be seen; a wide one is set off from its neighbours.
    borders = [PAPER if inside else own for inside, own in zip(bars.inside, fills, strict=True)]
    widths = [1.5 if inside else 2.5 for inside in bars.inside]
    days = [(latest - earliest).days + 1 for earliest, latest in zip(bars.earliest, bars.latest, strict=True)]
    return go.Bar(
        orientation="h", base=[str(day) for day in bars.earliest], x=[n * MILLISECONDS for n in days], y=list(bars.y),
        width=[BAR] * len(bars), marker={"color": fills, "line": {"color": borders, "width": widths}},
        text=[str(n) if n > 1 else "" for n in bars.n], cliponaxis=False, constraintext="none", textangle=0,
        textposition=["inside" if inside else "outside" for inside in bars.inside], insidetextanchor="middle",
        insidetextfont={"size": 10, "color": [ink_on(own) for own in fills]}, outsidetextfont={"size": 11, "color": INK}, customdata=list(bars.refs),
        hovertext=[_hover(bar) for bar in bars.itertuples()], hoverinfo="text",
    )  # fmt: skip


def _ends(bars: pd.DataFrame, colour: str) -> go.Scatter:
    """Thin strokes at both ends of each pale bar; decoration."""
    pale = bars[bars.pale]
    return go.Scatter(
        x=[str(day) for day in pale.earliest] + [str(day + DAY) for day in pale.latest], y=[*pale.y, *pale.y],
        mode="markers", marker={"symbol": "line-ns", "size": BAR - 3, "line": {"color": colour, "width": 1.5}},
        hoverinfo="skip", cliponaxis=False,
    )  # fmt: skip


def _hover(bar: NamedTuple) -> str:
    days = _when(bar.earliest, bar.latest, bar.unit)
    if bar.kind == "statement":
        return f"{hovered(bar.who)}<br>{count(bar.n, 'statement')} {STANCE_NAMES[bar.stance]}<br>made {days}"
    held = f"{hovered(bar.who)}<br>held {interval_in_words(bar.earliest, bar.latest)}"
    return held if bar.kind == "ballot" else f"{count(bar.n, 'article')}<br>published {days}"


def _when(earliest: date, latest: date, unit: str) -> str:
    words = interval_in_words(earliest, latest, unit)
    if known(earliest, latest, unit):
        return f"{'on' if unit == 'day' else 'in'} {words}"
    return f"at some time from {words}"
