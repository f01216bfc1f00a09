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
from ballotwatch.charts.dates import DAY, first_of, interval_in_words, known, last_of, unit_for
from ballotwatch.charts.frame import colour_key, framed, nothing, quiet_axes
from ballotwatch.charts.lanes import BAR, GAP, LINE, Label, Span, pack
from ballotwatch.charts.palette import ARTICLE, BALLOT, INK, PAPER, STANCE_NAMES, STANCES, ink_on, mix
from ballotwatch.charts.words import Words, count, credit, hovered, period, sentence
from ballotwatch.query import Rows, Table, in_list, rows_of

MOST_ACTORS, MOST_BALLOTS, MOST_LANES = 16, 14, 5
# Columns that leave room for a number in each on a phone.
MOST_COLUMNS = 16
ACTOR_WIDTH = 44
MILLISECONDS = 86_400_000
MARK_COLUMNS = ["kind", "who", "stance", "earliest", "latest", "n", "refs"]
# Who makes a statement, as the timeline names it.
SPEAKER = (
    "CASE WHEN coalesce(actor, 'unnamed') = coalesce(entity, 'none') THEN coalesce(actor, 'unnamed')"
    " ELSE coalesce(actor, 'unnamed') || ', ' || coalesce(entity, 'none') END"
)
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


def marks(statements: Table, documents: Table, ballots: pd.DataFrame) -> pd.DataFrame:
    """The table behind the timeline, one row a mark.

    Columns: kind (ballot, statement, article), who (the ballot's name, the actor, or empty), stance (-1, 0, 1),
    earliest and latest (days), n (how many share the mark), refs (to the ballots, statements or articles), unit (what
    dates are rounded to: `day` unless there are too many for that), drawn (false for the actors and ballots with the
    fewest statements, where there are more than fit). What has no date has no mark.
    """
    dated = {
        "ballot": Dated(rows_of(ballots), "name", "0", "start_date", "end_date"),
        "statement": Dated(rows_of(statements), SPEAKER, "polarity", "date_earliest", "date_latest"),
        "article": Dated(rows_of(documents), "''", "0", "published_earliest", "published_latest"),
    }
    names = {"ballot": _ballots_drawn(dated["ballot"], rows_of(statements)), "statement": _loudest(dated["statement"])}
    drawn = {kind: _grouped(kind, rows, "day", names.get(kind)) for kind, rows in dated.items()}
    shown = pd.concat([table for table in drawn.values() if len(table)] or [drawn["ballot"]], ignore_index=True)
    if shown.empty:
        return shown.assign(unit="day", drawn=True)
    span = lanes.axis_span(min(shown.earliest), max(shown.latest))
    coarse = unit_for(min(shown.earliest), max(shown.latest), MOST_COLUMNS)
    crowded = [kind for kind, table in drawn.items() if kind != "ballot" and _crowded(table, span)]
    kinds = [*(kind for kind in dated if kind not in crowded), *crowded]
    parts = [_marked(kind, dated[kind], coarse if kind in crowded else "day", names.get(kind)) for kind in kinds]
    return pd.concat([part for part in parts if len(part)], ignore_index=True)


class Dated(NamedTuple):
    """Rows with what their marks need of them, in SQL: who, which stance, the first and the last day."""

    rows: Rows
    who: str
    stance: str
    earliest: str
    latest: str

    @property
    def known(self) -> str:
        """Whether a row has both days."""
        return f"{self.earliest} IS NOT NULL AND {self.latest} IS NOT NULL"


def _loudest(said: Dated) -> list[str]:
    """The actors with the most dated statements."""
    counts = said.rows.tally({"who": said.who}, refs="", where=said.known)
    return list(counts.sort_values(["n", "who"], ascending=[False, True]).who.head(MOST_ACTORS))


def _ballots_drawn(ballots: Dated, statements: Rows) -> list[str]:
    """The ids of the dated ballots with the most statements, then of others."""
    dated = ballots.rows.where(ballots.known)
    about = statements.matching("ballot_id", dated).tally(["ballot_id"], refs="")
    talked = about.sort_values(["n", "ballot_id"], ascending=[False, True]).ballot_id.head(MOST_BALLOTS)
    return list(dict.fromkeys([*talked, *dated.frame("ballot_id").ballot_id]))[:MOST_BALLOTS]


def _grouped(kind: str, dated: Dated, unit: str, names: list[str] | None) -> pd.DataFrame:
    """The marks of one kind with dates rounded to a unit; of these actors or ballots alone, where they are named."""
    named = "true"
    if names is not None:
        named = f"{'ballot_id' if kind == 'ballot' else dated.who} IN {in_list(names)}"
    keys = {"who": dated.who, "stance": dated.stance, "earliest": first_of(dated.earliest, unit), "latest": last_of(dated.latest, unit)}  # fmt: skip
    table = dated.rows.tally(keys, kind, where=f"{dated.known} AND {named}")
    return table.assign(kind=kind, unit=unit)[[*MARK_COLUMNS, "unit"]].astype({"stance": int})


def _marked(kind: str, dated: Dated, unit: str, names: list[str] | None) -> pd.DataFrame:
    """All marks of one kind, with whether they are drawn."""
    table = _grouped(kind, dated, unit, None)
    kept = [ref.removeprefix("ballot:") for ref, *_ in table.refs] if kind == "ballot" else table.who
    drawn = pd.Series(kept, index=table.index, dtype=object).isin(names) if names is not None else True
    return table.assign(drawn=drawn)


def _crowded(table: pd.DataFrame, span: Span) -> bool:
    rows = table.groupby(["who", "stance"])
    return any(len(_lanes(_ordered(group), span, MOST_LANES)) < len(group) for _, group in rows)


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    # Known dates first, so that they share the upper lane.
    solid = [known(*interval) for interval in zip(table.earliest, table.latest, table.unit, strict=True)]
    return table.assign(pale=[not one for one in solid]).sort_values(["pale", "earliest", "latest"])


def _lanes(ordered: pd.DataFrame, span: Span, most: int | None = None) -> list[int]:
    marks_ = ((m.earliest, m.latest, lanes.room(span, m.earliest, m.latest, m.n)) for m in ordered.itertuples())
    return pack(marks_, most)


def undated(statements: Table) -> int:
    """How many statements have no date and so no mark."""
    return rows_of(statements).count("date_earliest IS NULL OR date_latest IS NULL")


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


def describe(table: pd.DataFrame, documents: Table) -> Words:
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


def timeline(statements: Table, documents: Table, ballots: pd.DataFrame) -> go.Figure:
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
