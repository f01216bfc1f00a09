"""Lanes and labels of charts over time: intervals that keep apart, and names that slide so that they are never cut.

Rows are measured in pixels downwards from 0, so that an interactive figure and one for print share a layout. Widths are
reckoned for a plot of 340 px, a phone's: what stands free there stands freer on a wider page.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from html import escape
from textwrap import wrap
from typing import NamedTuple

import plotly.graph_objects as go

from ballotwatch.charts.dates import DAY, interval_in_words, ticks
from ballotwatch.charts.palette import INK, PAPER, QUIET, RULE

NARROW = 330
LABEL_WIDTH, LABEL_SIZE, LINE = 46, 11, 14
BAR, GAP, SECTION = 12, 3, 26
HAIRLINE = {"color": RULE, "width": 1}
# Widths of characters in ems, of a wide sans-serif (DejaVu, Verdana): whatever font a page has, text is no wider.
NARROW_LETTERS, WIDE_LETTERS = frozenset("iljtfrI.,:;'|! ()[]-/"), frozenset("mwMWQOG@%—")


class Label(NamedTuple):
    """Words in a chart: top in pixels, the share of the width that they belong to (0 left, 1 right), and their look."""

    text: str
    y: int
    at: float = 0.0
    size: int = LABEL_SIZE
    colour: str = INK
    bold: bool = False
    rule: bool = False


class Span(NamedTuple):
    """What an axis of dates shows, from the first day on the left to the last on the right."""

    start: date
    end: date

    def share(self, day: date) -> float:
        """Where a day is between the ends, 0 to 1."""
        return (day - self.start) / (self.end - self.start)


def axis_span(earliest: date, latest: date) -> Span:
    """The ends of an axis that shows an interval, with room on the right for a number beside the last mark."""
    margin = max((latest + DAY - earliest) * 0.03, DAY)
    return Span(_shifted(earliest, -margin), _shifted(latest + DAY, 3 * margin))


def _shifted(day: date, by: timedelta) -> date:
    try:
        return day + by
    except OverflowError:
        return date.min if by < timedelta(0) else date.max


def text_width(text: str, size: float) -> float:
    """About how wide the widest line of a text is, in the unit of its size; rather too wide than too narrow."""
    ems = ((0.42 if c in NARROW_LETTERS else 0.95 if c in WIDE_LETTERS else 0.66) for c in text)
    lines = text.split("\n")
    return size * sum(ems) if len(lines) == 1 else max(text_width(line, size) for line in lines)


def holds(span: Span, earliest: date, latest: date, n: int) -> bool:
    """Whether a mark is wide enough, on a phone, for its number to stand inside it."""
    return (latest + DAY - earliest) / (span.end - span.start) * NARROW > text_width(str(n), LABEL_SIZE) + 4


def room(span: Span, earliest: date, latest: date, n: int) -> timedelta:
    """How much a mark needs beside it on a phone: for a number that does not fit inside, or for a gap."""
    if holds(span, earliest, latest, n):
        return timedelta(0)
    pixels = text_width(str(n), LABEL_SIZE) + 12 if n > 1 else 7
    return (span.end - span.start) * (pixels / NARROW)


def pack(marks: Iterable[tuple[date, date, timedelta]], most: int | None = None) -> list[int]:
    """A lane for each mark (first day, last day, room that it needs after that), so that none stands on another.

    The first mark that takes more than `most` lanes ends the list.
    """
    free: list[date] = []
    lanes = []
    for earliest, latest, needed in marks:
        lane = next((i for i, day in enumerate(free) if day <= earliest), len(free))
        if lane == most:
            break
        free[lane : lane + 1] = [_shifted(latest, needed + DAY)]
        lanes.append(lane)
    return lanes


def ballot_label(name: str, earliest: date, latest: date) -> str:
    """A ballot's name and days, in lines that fit a phone."""
    return "\n".join(
        wrap(f"{name}, {_unbroken(interval_in_words(earliest, latest))}", LABEL_WIDTH, break_on_hyphens=False)
    )


def _unbroken(text: str) -> str:
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def ballot_rows(ballots: list[dict], span: Span, y: int) -> tuple[list[dict], list[Label], int]:
    """Ballots (name, earliest, latest and more) by date, one below the other: with `y` of their marks, labels, bottom."""
    labels, placed = [], []
    for ballot in sorted(ballots, key=lambda b: (b["earliest"], b["name"])):
        text = ballot_label(ballot["name"], ballot["earliest"], ballot["latest"])
        labels.append(Label(text, y, min(max(span.share(ballot["earliest"]), 0.0), 1.0)))
        y += LINE * (text.count("\n") + 1) + 3
        placed.append({**ballot, "y": y + BAR / 2})
        y += BAR + GAP
    return placed, labels, y


def offset(label: Label, size: float) -> float:
    """How far left of its place a label starts, for text of a size: in step with the place, so that it never leaves the
    plot and always stands above its mark."""
    return -label.at * text_width(label.text, size)


def write_labels(fig: go.Figure, labels: Iterable[Label]) -> None:
    """Write labels into a figure whose y axis counts pixels downwards."""
    for label in labels:
        text = escape(label.text, quote=False).replace("\n", "<br>")
        fig.add_annotation(
            text=f"<b>{text}</b>" if label.bold else text, showarrow=False, borderpad=0, bgcolor=PAPER, align="left",
            xref="paper", x=label.at, xanchor="left", xshift=offset(label, label.size), y=label.y, yanchor="top",
            font={"size": label.size, "color": label.colour},
        )  # fmt: skip
        if label.rule:
            fig.add_shape(type="line", xref="paper", x0=0, x1=1, y0=label.y, y1=label.y, line=HAIRLINE, layer="below")


def bands(fig: go.Figure, ballots: Iterable[dict], height: int) -> None:
    """A band for each placed ballot, from its mark down to the foot of the plot."""
    for ballot in ballots:
        fig.add_shape(
            type="rect", x0=str(ballot["earliest"]), x1=str(ballot["latest"] + DAY), y0=ballot["y"], y1=height,
            fillcolor=RULE, line=HAIRLINE, layer="below",
        )  # fmt: skip


def section(name: str, y: int) -> tuple[Label, int]:
    """A heading, and where what it heads begins."""
    y += 8 if y else 0
    return Label(name, y, size=13, bold=True), y + SECTION - 4


def row_label(text: str, y: int) -> Label:
    """The name of a row, at the left edge below a hairline."""
    return Label(text, y, colour=QUIET, rule=True)


def date_axes(fig: go.Figure, span: Span, height: int) -> None:
    """Dates along the top and the foot of a figure of rows; the first trace hangs on the upper axis."""
    marked = ticks(span.start, span.end)
    days = {"range": [str(span.start), str(span.end)], "type": "date", "tickmode": "array"}
    days |= {"tickvals": list(map(str, marked)), "ticktext": [text.replace("\n", "<br>") for text in marked.values()]}
    fig.update_layout(xaxis=days, xaxis2={**days, "overlaying": "x", "side": "top", "matches": "x"})
    fig.data[0].update(xaxis="x2")
    fig.update_yaxes(range=[height, 0])
