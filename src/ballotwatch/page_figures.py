"""Figures on a page: their words as HTML that wraps and can be read aloud, their colours for light and for dark.

A figure comes as plotly's JSON. What `charts.frame.framed` keeps in ``layout.meta`` becomes a title, a colour key and
a note around the plot; the annotations named "caption" that say the same inside the figure are taken out.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import jinja2
from markupsafe import Markup

from ballotwatch.charts.palette import INK, PAPER, RULE, dark
from ballotwatch.refs import KINDS, counted, named
from ballotwatch.script_data import script_json

SWATCH = re.compile(r'<span style="color:\s*(#[0-9A-Fa-f]{6});?">(.*?)</span>')
TAG = re.compile(r"<[^>]*>")
HEX = re.compile(r"#[0-9A-Fa-f]{6}\b")
RGB = re.compile(r"rgba?\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*(?:,\s*([\d.]+)\s*)?\)")
# What a reader wrote or an article said is no place to look for colours in.
WORDS = ("customdata", "meta")
HTML = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string("""\
<figure class="plotly"{% if marks %} data-marks="{{ marks }}"{% endif %}>
{% if title %}<p class="chart-title">{{ title }}</p>
{% endif %}
{% if above %}<div class="keys">{% for line in above %}
<p class="key">{% for part in line %}<span>{% if part.colour %}<span class="swatch{% if part.glyph == "■" %} box{% endif %}" \
style="--light:{{ part.colour }};--dark:{{ part.dark }}" aria-hidden="true">{{ part.glyph }}</span> {% endif %}\
{{ part.text }}</span> {% endfor %}</p>
{% endfor %}</div>{% endif %}
<div class="wide"><div class="plot{% if narrow %} turns{% endif %}" {% if marks %}role="application" tabindex="0" aria-describedby="keys" \
{% else %}role="img" {% endif %}aria-label="{{ alt }}" style="--least:{{ min_width }}px;--height:{{ height }}px\
{% if narrow %};--narrow:{{ narrow.height }}px{% endif %}">\
</div></div>
{% if marks %}<p class="said" aria-live="polite"></p>
<p class="hint">Click a mark to read what is behind it.</p>
{% endif %}
{% if note %}<figcaption>{{ note }}</figcaption>
{% endif %}
<script type="application/json">{{ data }}</script>
</figure>""")
NARROWEST = 290


class Part(NamedTuple):
    """A piece of a line above a plot: a coloured sign with its colour and the dark one, and the words after it."""

    colour: str
    dark: str
    glyph: str
    text: str


class Mark(NamedTuple):
    """A mark of a figure with its evidence: the place of its trace, of its point, the references that it names, and how
    many it stands for."""

    trace: int
    point: tuple[int, ...]
    refs: list[str]
    n: int


def figure_html(figure: Mapping[str, Any]) -> str:
    """A plotly figure as an HTML element with its data inside; `marks_of` tells whether its marks can be chosen."""
    layout = figure.get("layout", {})
    meta = layout.get("meta") if isinstance(layout.get("meta"), Mapping) else {}
    drawn = without_words(figure)
    narrow = narrow_layout(meta, drawn)
    title = layout.get("title")
    alt = meta.get("alt") or (title.get("text") if isinstance(title, Mapping) else title) or "Chart"
    return HTML.render(
        alt=plain(alt),
        title=meta.get("title", ""),
        above=[key_parts(line) for line in meta.get("above", ())],
        note=meta.get("note", ""),
        marks=sum(1 for _ in marks_of(drawn)),
        min_width=int(meta.get("min_width", NARROWEST)),
        height=int(drawn.get("layout", {}).get("height", 0)),
        narrow=narrow,
        data=Markup(script_json({**drawn, "narrow": narrow, "dark": dark_twins(drawn)})),
    )


def without_words(figure: Mapping[str, Any]) -> dict[str, Any]:
    """A copy without the annotations named "caption", lower by ``layout.meta.trim``, the pixels that they took."""
    layout = dict(figure.get("layout", {}))
    meta = layout.get("meta")
    trim = meta.get("trim") if isinstance(meta, Mapping) else None
    if trim:
        notes = layout.get("annotations", ())
        layout["annotations"] = [note for note in notes if note.get("name") != "caption"]
        margin = layout["margin"]
        layout["margin"] = {**margin, "t": margin["t"] - trim["top"], "b": margin["b"] - trim["bottom"]}
        layout["height"] -= trim["top"] + trim["bottom"]
    return {**figure, "layout": {name: value for name, value in layout.items() if name != "meta"}}


def narrow_layout(meta: Mapping[str, Any], drawn: Mapping[str, Any]) -> dict[str, Any]:
    """What of the layout is another on a phone: axes and height, from ``layout.meta.narrow``; {} where nothing is."""
    if not (narrow := meta.get("narrow")):
        return {}
    margin = drawn["layout"]["margin"]
    return {**narrow["layout"], "height": narrow["height"] + margin["t"] + margin["b"]}


def key_parts(line: str) -> list[Part]:
    """A line above a plot in pieces: text, or a colour key's signs, each with the words that follow it.

    Other markup than a sign's colour is taken out; a line that does not begin with markup is text as it is.
    """
    if not line.startswith("<"):
        return [Part("", "", "", line)]
    first, *pieces = SWATCH.split(line)
    parts = [Part("", "", "", plain(first))] if plain(first) else []
    triples = zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True)
    return parts + [Part(colour, dark(colour), plain(sign), plain(text)) for colour, sign, text in triples]


def marks_of(figure: Mapping[str, Any]) -> Iterator[Mark]:
    """The marks of a figure that have evidence: those whose ``customdata`` is a list of references that is not empty.

    A heat map's point is (row, column), any other's is (number,).
    """
    for number, trace in enumerate(figure.get("data", ())):
        data = trace.get("customdata")
        for place, item in enumerate(data if isinstance(data, list) else ()):
            if _is_evidence(item):
                yield Mark(number, (place,), named(item), counted(item))
            elif trace.get("type") == "heatmap" and isinstance(item, list):
                cells = ((i, cell) for i, cell in enumerate(item) if _is_evidence(cell))
                yield from (Mark(number, (place, i), named(cell), counted(cell)) for i, cell in cells)


def dark_twins(figure: Mapping[str, Any]) -> dict[str, str]:
    """Every colour that a figure names, as it names it, with its twin for a dark page (`palette.dark`).

    Those that ``draw.js`` gives to what has none of its own are among them.
    """
    found = {INK, RULE, PAPER}
    for text in _strings({name: figure.get(name) for name in ("data", "layout")}):
        found.update(HEX.findall(text))
        found.update(match[0] for match in RGB.finditer(text))
    return {colour: _twin(colour) for colour in sorted(found)}


def plain(text: str) -> str:
    """Plotly's markup as plain words."""
    return " ".join(html.unescape(TAG.sub(" ", text)).split())


def _is_evidence(item: Any) -> bool:
    return (
        isinstance(item, list)
        and bool(item)
        and all(isinstance(ref, str) for ref in item)
        and all(ref.partition(":")[0] in KINDS for ref in named(item))
    )


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            if name not in WORDS:
                yield from _strings(item)
    elif isinstance(value, Sequence):
        for item in value:
            yield from _strings(item)


def _twin(colour: str) -> str:
    match = RGB.fullmatch(colour)
    if not match:
        return dark(colour)
    twin = dark("#" + "".join(f"{int(part):02X}" for part in match.groups()[:3]))
    parts = ", ".join(str(int(twin[i : i + 2], 16)) for i in (1, 3, 5))
    return f"rgba({parts}, {match[4] or 1})"
