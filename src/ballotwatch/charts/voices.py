"""Positions over time: for each entity a lane of columns, statements for the ballots upwards, against them downwards."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

import pandas as pd
import plotly.graph_objects as go

from ballotwatch.charts import lanes
from ballotwatch.charts.dates import first_of, interval_in_words, last_of, middle, unit_for, unit_in_words
from ballotwatch.charts.frame import colour_key, framed, nothing, quiet_axes
from ballotwatch.charts.lanes import GAP, LINE, Label, Span
from ballotwatch.charts.palette import BALLOT, INK, STANCE_NAMES, STANCES
from ballotwatch.charts.timeline import MILLISECONDS, fill
from ballotwatch.charts.words import Words, count, credit, hovered, listing
from ballotwatch.query import Table, rows_of
from ballotwatch.refs import refs

MOST_ENTITIES, MOST_BALLOTS, MOST_COLUMNS = 10, 8, 54
# Pixels of the longest column, and of the number beside it.
TALLEST, NUMBER = 44, 13
NOTHING = (
    "No dated statement in this selection is for or against a ballot, so there are no positions to draw over time."
)


class Lanes(NamedTuple):
    """Columns, ballots and labels on rows, in pixels downwards from 0.

    columns: those of `voices_table`, with base (where they start) and height in pixels, negative upwards. ballots: name,
    earliest, latest, refs, y. peaks: day, y, n, stance of the number beside the longest column of each side of a lane.
    axes: the y of each lane's zero.
    """

    columns: pd.DataFrame
    ballots: list[dict]
    labels: list[Label]
    peaks: pd.DataFrame
    axes: list[float]
    height: int
    span: Span


def voices_table(statements: Table) -> pd.DataFrame:
    """Dated statements for (1) and against (-1) the ballots by entity and month, quarter or year, most voiced first.

    Columns: entity, stance, start and end (first and last day of the period), unit, known (false for statements that
    may have been made in another period: they count where the middle of their interval is), n, refs, drawn (false for
    the entities with the fewest, where there are more than fit).
    """
    taken = rows_of(statements).where("polarity <> 0 AND date_earliest IS NOT NULL AND date_latest IS NOT NULL")
    first, last = taken.figures("min(date_earliest)", "max(date_latest)")
    unit = unit_for(first, last, MOST_COLUMNS) if first else "month"
    middle_ = "CAST(date_earliest + CAST((date_latest - date_earliest) // 2 AS INTEGER) AS DATE)"
    keys = {
        "entity": "coalesce(entity, 'none')", "stance": "polarity", "start": first_of(middle_, unit),
        "end": last_of(middle_, unit), "known": f"{first_of('date_earliest', unit)} = {first_of('date_latest', unit)}",
    }  # fmt: skip
    return _ordered(taken.tally(keys).assign(unit=unit))


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    order = {entity: place for place, entity in enumerate(_voiced(table))}
    ranked = table.assign(place=table.entity.map(order)).sort_values(["place", "start", "stance", "known"])
    return ranked.assign(drawn=ranked.place < MOST_ENTITIES).drop(columns="place").reset_index(drop=True)


def _voiced(table: pd.DataFrame) -> list[str]:
    totals = table.groupby("entity").n.sum().reset_index().sort_values(["n", "entity"], ascending=[False, True])
    return list(totals.entity)


def place(table: pd.DataFrame, ballots: list[dict]) -> Lanes:
    """Lay out the drawn columns of `voices_table` below the ballots, all lanes on one scale."""
    table = table[table.drawn]
    days = [*table.start, *table.end, *(b[end] for b in ballots for end in ("earliest", "latest"))]
    span = lanes.axis_span(min(days), max(days))
    heading, y = lanes.section("Ballots", 0)
    placed, labels, y = lanes.ballot_rows(ballots, span, y) if ballots else ([], [], 0)
    labels = [heading, *labels] if ballots else []
    heading, y = lanes.section(f"Statements by {table.unit.iloc[0]}, by whom", y)
    labels.append(heading)
    scale = TALLEST / table.groupby(["entity", "stance", "start"]).n.sum().max()
    columns, axes = [], []
    for entity, own in table.groupby("entity", sort=False):
        labels.append(lanes.row_label(f"{entity} ({_sides(own)})", y))
        axis = y + LINE + 4 + _tallest(own, 1, scale)
        columns.append(_columns(own, axis, scale))
        axes.append(axis)
        y = int(axis + _tallest(own, -1, scale) + GAP + 3)
    frame = pd.concat(columns, ignore_index=True)
    return Lanes(frame, placed, labels, _peaks(frame), axes, y, span)


def _sides(table: pd.DataFrame) -> str:
    n = {side: int(table[table.stance == side].n.sum()) for side in (-1, 1)}
    return ", ".join(f"{n[side]} {word}" for side, word in ((-1, "against"), (1, "for")) if n[side])


def _tallest(table: pd.DataFrame, side: int, scale: float) -> float:
    """Pixels that one side of a lane takes, its number included."""
    longest = table[table.stance == side].groupby("start").n.sum().max()
    return 2 if pd.isna(longest) else longest * scale + NUMBER


def _columns(table: pd.DataFrame, axis: float, scale: float) -> pd.DataFrame:
    """Known dates next to the axis, the others beyond them."""
    ordered = table.sort_values(["start", "stance", "known"], ascending=[True, True, False])
    before = ordered.groupby(["start", "stance"]).n.cumsum() - ordered.n
    return ordered.assign(base=axis - ordered.stance * before * scale, height=-ordered.stance * ordered.n * scale)


def _peaks(columns: pd.DataFrame) -> pd.DataFrame:
    """The longest column of each side of each lane, the latest where several are."""
    ends = columns.assign(y=columns.base + columns.height).groupby(["entity", "stance", "start", "end"], as_index=False)
    totals = ends.agg(n=("n", "sum"), top=("y", "min"), foot=("y", "max")).sort_values(["n", "start"])
    peaks = totals.groupby(["entity", "stance"], as_index=False).tail(1)
    return peaks.assign(
        day=[middle(*pair) for pair in zip(peaks.start, peaks.end, strict=True)],
        y=peaks.top.where(peaks.stance == 1, peaks.foot),
    ).sort_values(["entity", "stance"], ignore_index=True)[["day", "y", "n", "stance"]]


def shown_ballots(statements: Table, ballots: pd.DataFrame) -> list[dict]:
    """The dated ballots with most statements for or against: name, earliest, latest, refs."""
    dated = ballots.dropna(subset=["start_date", "end_date"])
    about = rows_of(statements).tally(["ballot_id"], refs="", where="polarity <> 0").set_index("ballot_id").n
    n = dated.ballot_id.map(about).fillna(0)
    most = dated.assign(n=n).sort_values(["n", "ballot_id"], ascending=[False, True]).head(MOST_BALLOTS)
    kept = most[most.n > 0].rename(columns={"start_date": "earliest", "end_date": "latest"})
    return kept.assign(refs=[refs("ballot", [b]) for b in kept.ballot_id])[
        ["name", "earliest", "latest", "refs"]
    ].to_dict("records")


def describe(table: pd.DataFrame, documents: Table) -> Words:
    """Title, credit and alternative text of positions over time."""
    sides = {side: table[table.stance == side] for side in (-1, 1)}
    n = int(table.n.sum())
    pairs = {entity: _sides(own) for entity, own in table.groupby("entity", sort=False)}
    busiest = table.groupby("start").n.sum().idxmax()
    unit = table.unit.iloc[0]
    both = [entity for entity, own in table.groupby("entity", sort=False) if own.stance.nunique() == 2]
    title = f"Most statements for or against fall in {unit_in_words(busiest, unit)}: {table[table.start == busiest].n.sum()} of {n}"
    alt = (
        f"Columns by {unit} and entity: {'; '.join(f'{entity} {words}' for entity, words in list(pairs.items())[:8])}. "
        f"{title}. {sides[-1].n.sum()} against, {sides[1].n.sum()} for; on both sides: {listing(both) or 'nobody'}."
    )
    return Words(title, f"{credit(documents, n, 'statement')} {_reading(table, unit)}", alt)


def _reading(table: pd.DataFrame, unit: str) -> str:
    notes = [
        "All lanes have one scale; the longest columns have their number. Statements that take no side are left out."
    ]
    if not table.known.all():
        notes.append(f"Pale: the {unit} is not known; counted at the middle of the time that it can be.")
    entities = table.groupby("entity").drawn.any()
    if not entities.all():
        notes.append(
            f"The {entities.sum()} that say most of {count(len(entities), 'entity', 'entities')}; the table has all."
        )
    return " ".join(notes)


def voices_over_time(statements: Table, ballots: pd.DataFrame, documents: Table) -> go.Figure:
    """Statements for and against over time by entity, with the ballots that they are about. Empty data: a sentence."""
    table = voices_table(statements)
    if table.empty:
        return nothing(NOTHING)
    layout = place(table, shown_ballots(statements, ballots))
    fig = go.Figure(
        [*_ballot_marks(layout.ballots), *(_trace(own, side) for side, own in layout.columns.groupby("stance"))]
    )
    lanes.bands(fig, layout.ballots, layout.height)
    lanes.write_labels(fig, layout.labels)
    _numbers(fig, layout)
    lanes.date_axes(fig, layout.span, layout.height)
    key = {STANCE_NAMES[side]: STANCES[side] for side in (-1, 1) if (layout.columns.stance == side).any()}
    quiet_axes(framed(fig, describe(table, documents), layout.height, colour_key(key), foot=36, head=36))
    return fig.update_layout(barmode="overlay")


def _ballot_marks(ballots: list[dict]) -> list[go.Bar]:
    if not ballots:
        return []
    days = [(ballot["latest"] - ballot["earliest"]).days + 1 for ballot in ballots]
    return [go.Bar(
        orientation="h", base=[str(b["earliest"]) for b in ballots], x=[n * MILLISECONDS for n in days],
        y=[b["y"] for b in ballots], width=[lanes.BAR] * len(ballots), customdata=[b["refs"] for b in ballots],
        marker={"color": BALLOT, "line": {"color": BALLOT, "width": 2.5}}, hoverinfo="text",
        hovertext=[f"{hovered(b['name'])}<br>held {interval_in_words(b['earliest'], b['latest'])}" for b in ballots],
    )]  # fmt: skip


def _trace(columns: pd.DataFrame, side: int) -> go.Bar:
    widths = [(end - start).days + 1 for start, end in zip(columns.start, columns.end, strict=True)]
    colours = [fill(not known_, STANCES[side]) for known_ in columns.known]
    return go.Bar(
        x=[str(start) for start in columns.start], offset=0, width=[0.86 * days * MILLISECONDS for days in widths],
        base=list(columns.base), y=list(columns.height), marker={"color": colours, "line": {"color": colours, "width": 1}}, customdata=list(columns.refs),
        hovertext=[_hover(column) for column in columns.itertuples()], hoverinfo="text", name=STANCE_NAMES[side],
    )  # fmt: skip


def _hover(column: NamedTuple) -> str:
    when = f"in {unit_in_words(column.start, column.unit)}"
    made = when if column.known else f"counted {when}, but the {column.unit} is not known"
    return f"{escape(column.entity, quote=False)}<br>{count(column.n, 'statement')} {STANCE_NAMES[column.stance]}<br>{made}"


def _numbers(fig: go.Figure, layout: Lanes) -> None:
    for axis in layout.axes:
        fig.add_shape(type="line", xref="paper", x0=0, x1=1, y0=axis, y1=axis, line={"color": INK, "width": 1})
    for peak in layout.peaks.itertuples():
        fig.add_annotation(
            text=str(peak.n), x=str(peak.day), y=peak.y, yanchor="bottom" if peak.stance == 1 else "top", borderpad=0,
            showarrow=False, font={"size": 11, "color": INK},
        )  # fmt: skip
