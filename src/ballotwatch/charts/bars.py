"""Stacked bars, each row named by a line of its own above it, so that long names fit a phone."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from textwrap import wrap
from typing import NamedTuple

import plotly.graph_objects as go

from ballotwatch.charts.frame import colour_key, framed, quiet_axes
from ballotwatch.charts.palette import INK, RULE, ink_on
from ballotwatch.charts.words import Words, hovered

LABEL_WIDTH, LINE, BAR, GAP = 40, 15, 18, 12


class Part(NamedTuple):
    """One colour of the bars: its name in the key, and for each row a value and the references behind it.

    Values below zero run to the left of the axis; None or 0 draws nothing. References: see `ballotwatch.refs`.
    """

    name: str
    colour: str
    values: Sequence[int | None]
    refs: Sequence[list[str]]


def rows_down(labels: Sequence[str], compact: int) -> tuple[list[int], list[int], int]:
    """Where each row's label (top) and bar (centre) go, in pixels downwards, and the height of all."""
    tops, centres, y = [], [], 0
    for label in labels:
        height = LINE * len(wrap(label, LABEL_WIDTH)) + 4
        tops.append(y)
        centres.append(y + height + BAR // 2)
        y += height + BAR + compact
    return tops, centres, y


def stacked(labels: Sequence[str], parts: Sequence[Part], words: Words) -> go.Figure:
    """Horizontal bars, one row a label, parts side by side from the axis outwards, numbers inside them."""
    tops, centres, height = rows_down(labels, GAP)
    fig = go.Figure([_bar(part, labels, centres) for part in parts])
    for label, top in zip(labels, tops, strict=True):
        text = "<br>".join(escape(line, quote=False) for line in wrap(label, LABEL_WIDTH))
        fig.add_annotation(
            xref="paper", x=0, xanchor="left", align="left", y=top, yanchor="top", text=text, showarrow=False, borderpad=0
        )  # fmt: skip
    key = {part.name: part.colour for part in parts}
    quiet_axes(framed(fig, words, height, colour_key(key) if len(key) > 1 else ()))
    fig.update_xaxes(visible=False, range=_reach(parts))
    fig.add_vline(x=0, line={"color": INK, "width": 1})
    fig.update_yaxes(range=[height, 0])
    return fig.update_layout(barmode="relative")


def _reach(parts: Sequence[Part]) -> list[float]:
    rows = list(zip(*(part.values for part in parts), strict=True))
    left = max(-sum(v for v in row if v and v < 0) for row in rows)
    right = max(sum(v for v in row if v and v > 0) for row in rows)
    # A side without bars keeps a strip, so that its emptiness is seen.
    return [-1.02 * left, 1.02 * max(right, 0.1 * left)]


def _bar(part: Part, labels: Sequence[str], centres: Sequence[int]) -> go.Bar:
    kept = [i for i, value in enumerate(part.values) if value]
    return go.Bar(
        orientation="h", y=[centres[i] for i in kept], x=[part.values[i] for i in kept], width=BAR, name=part.name,
        marker={"color": part.colour, "line": {"color": RULE, "width": 1}}, customdata=[part.refs[i] for i in kept],
        text=[str(abs(part.values[i])) for i in kept], textposition="inside", insidetextanchor="middle", textangle=0,
        insidetextfont={"color": ink_on(part.colour)}, hoverinfo="text",
        hovertext=[f"{hovered(labels[i])}<br>{part.name}: {abs(part.values[i])}" for i in kept],
    )  # fmt: skip
