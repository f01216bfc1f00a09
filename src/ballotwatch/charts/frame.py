"""The frame that interactive charts share: title, colour key and credit line in a layout that fits a phone too."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from html import escape

import plotly.graph_objects as go
from IPython.display import Markdown, display

from ballotwatch.charts.palette import INK, PAPER, QUIET, RULE
from ballotwatch.charts.words import KEY_WIDTH, NOTE_WIDTH, TITLE_WIDTH, Words, lines

PLOTLY = "application/vnd.plotly.v1+json"
FONT = "Open Sans, Segoe UI, Helvetica, Arial, sans-serif"
# What markdown would read as more than a sign within a sentence: emphasis, code, links, pictures, mathematics, addresses.
MARKDOWN = re.compile(r"[\\`*_\[\]~$|]|:(?=//)|(?<=www)\.|@|^[#+-]", re.IGNORECASE)
TITLE_LINE, NOTE_LINE, KEY_LINE = 21, 15, 17


def framed(
    fig: go.Figure, words: Words, height: int, above: Sequence[str] = (), foot: int = 0, head: int = 0
) -> go.Figure:
    """Give a figure its title, the lines above it, its credit line and alternative text.

    `height` is that of the plot area in pixels, `head` and `foot` what its axes take above and below it. `above` are
    lines of text or colour keys (`colour_key`). All words are kept in `layout.meta` too (alt, title, above, note, and
    `trim`: the pixels that they take at the top and bottom), and their annotations are named "caption": a page takes
    them out of the figure and sets them as text of its own, which wraps and can be read aloud.
    """
    title, note = lines(words.title, TITLE_WIDTH), lines(words.credit, NOTE_WIDTH)
    keys = "<br>".join(line if line.startswith("<") else lines(line, KEY_WIDTH) for line in above if line)
    over = 14 + TITLE_LINE * (title.count("<br>") + 1) + (KEY_LINE * (keys.count("<br>") + 1) if keys else 0)
    under = NOTE_LINE * (note.count("<br>") + 1) + 8
    top, bottom = over + head + 8, foot + under + 8
    meta = {"alt": words.alt, "title": words.title, "above": [line for line in above if line], "note": words.credit}
    fig.update_layout(
        template="none", height=height + top + bottom, margin={"l": 4, "r": 4, "t": top, "b": bottom},
        paper_bgcolor=PAPER, plot_bgcolor=PAPER, showlegend=False, hovermode="closest",
        meta=meta | {"trim": {"top": over, "bottom": under}},
        font={"family": FONT, "size": 12, "color": INK}, hoverlabel={"align": "left", "bgcolor": PAPER},
    )  # fmt: skip
    fig.add_annotation(**_corner(f"<b>{title}</b>", 16, INK), y=1, yanchor="top", yshift=top - 12)
    fig.add_annotation(**_corner(keys, 12, INK), y=1, yanchor="bottom", yshift=head + 6)
    fig.add_annotation(**_corner(note, 11, QUIET), y=0, yanchor="top", yshift=-foot - 8)
    return fig


def colour_key(items: Mapping[str, str]) -> list[str]:
    """A colour key in place of a legend: a line for each name, a square of its colour before it."""
    return [f'<span style="color:{colour}">■</span> {name}' for name, colour in items.items()]


def _corner(text: str, size: int, colour: str) -> dict:
    return {
        "text": text, "font": {"size": size, "color": colour}, "showarrow": False, "align": "left",
        "xref": "paper", "yref": "paper", "x": 0, "xanchor": "left", "name": "caption",
    }  # fmt: skip


def quiet_axes(fig: go.Figure) -> go.Figure:
    """Axes with nothing drawn on them and nothing to drag, for charts that carry their own labels."""
    fig.update_xaxes(showgrid=False, zeroline=False, showline=False, fixedrange=True, linecolor=RULE)
    fig.update_yaxes(visible=False, showgrid=False, zeroline=False, fixedrange=True)
    return fig


def nothing(reason: str) -> go.Figure:
    """What stands in place of a chart that would be empty: a figure without marks that holds one sentence."""
    fig = go.Figure(layout={"template": "none", "height": 90, "meta": {"alt": reason}})
    fig.update_layout(margin={"l": 12, "r": 12, "t": 20, "b": 10}, xaxis={"visible": False}, yaxis={"visible": False})
    fig.add_annotation(**_corner(lines(reason, NOTE_WIDTH), 13, INK), y=1, yanchor="top")
    return fig


def show(fig: go.Figure) -> None:
    """Put a chart in a notebook as plotly's JSON, its alternative text beside it; an empty one as its sentence."""
    alt = fig.layout.meta["alt"]
    if not fig.data:
        say(alt)
        return
    # A bar of tools would stand on the title of a chart that has nothing to zoom.
    chart = json.loads(fig.to_json()) | {"config": {"displayModeBar": False}}
    display({PLOTLY: chart, "text/plain": alt}, raw=True)


def say(text: str) -> None:
    """Put a sentence in a notebook as prose; whatever it quotes from articles stays text."""
    folded = " ".join(text.split())
    # IPython fetches what it is given as an address, so the text is put in afterwards.
    sentence = Markdown()
    sentence.data = MARKDOWN.sub(lambda found: f"&#{ord(found[0])};", escape(folded, quote=False))
    display(sentence)


def show_html(html: str, alt: str) -> None:
    """Put a block of HTML in a notebook, whose text has been escaped by who made it; `alt` is its text in short."""
    display({"text/html": html, "text/plain": alt}, raw=True)
