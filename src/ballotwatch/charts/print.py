"""The charts for print: matplotlib, as SVG and PNG that come out byte for byte the same from the same tables.

`python -m ballotwatch.charts.print TABLES FOLDER` writes them all.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from textwrap import fill
from typing import NamedTuple

import matplotlib
import matplotlib.dates as mdates
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, PathPatch, Rectangle
from matplotlib.path import Path as Outline

from ballotwatch.charts import lanes, stances, timeline
from ballotwatch.charts import regions as maps
from ballotwatch.charts.corpus import mentioned
from ballotwatch.charts.dates import DAY, ticks
from ballotwatch.charts.palette import AMOUNT, INK, PAPER, QUIET, RULE, STANCE_NAMES, STANCES, ink_on, mix, tint
from ballotwatch.charts.words import Words, spell
from ballotwatch.codebook import Codebook, load_codebook
from ballotwatch.query import Table, open_rows
from ballotwatch.tables import SCHEMAS

# Pixels of a layout in an inch of paper, the figure's width in inches, and dots an inch of the PNG.
PIXELS, WIDTH, DPI = 96, 8.0, 150
# A name that holds two dollar signs is no formula. Each text asks when it is made, so this holds while charts are drawn.
PLAIN = {"text.parse_math": False}
STYLE = {
    **PLAIN, "svg.hashsalt": "ballotwatch", "svg.fonttype": "path", "font.family": "DejaVu Sans", "font.size": 8,
    "text.color": INK, "axes.edgecolor": RULE, "xtick.color": QUIET, "hatch.linewidth": 0.8,
}  # fmt: skip
HATCHES = {"full": "//////", "part": "///"}
TITLE_INCHES, LINE_INCHES, EDGE = 0.28, 0.16, 0.12


def write_figures(tables: Mapping[str, Table], codebook: Codebook, folder: Path) -> list[Path]:
    """Draw every print figure into a folder, each as SVG and PNG; a chart with nothing to show is left out."""
    documents, statements = tables["documents"], tables["statements"]
    ballots = mentioned(tables["ballots"], tables["ballot_mentions"])
    regions, boundaries = maps.map_units(codebook)
    with matplotlib.rc_context(PLAIN):
        figures = {
            "timeline": timeline_print(statements, documents, ballots),
            "regions": regions_print(maps.count_regions(tables, regions), regions, boundaries, documents),
            "stances": stances_print(statements, codebook.concepts, documents),
        }
    folder.mkdir(parents=True, exist_ok=True)
    return [path for name, figure in figures.items() if figure for path in _save(figure, folder / name)]


def _save(figure: Figure, stem: Path) -> list[Path]:
    # Neither a date nor the version of the software: the same tables give the same bytes.
    metadata = {"svg": {"Date": None, "Title": stem.name}, "png": {"Software": None, "Title": stem.name}}
    with matplotlib.rc_context(STYLE):
        for kind, facts in metadata.items():
            figure.savefig(stem.with_suffix(f".{kind}"), metadata=facts | {"Description": figure.get_label()}, dpi=DPI)
    return [stem.with_suffix(f".{kind}") for kind in metadata]


def _page(
    words: Words, pixels: float, key: Mapping[str, str], foot: float = 0.0, left: float = EDGE
) -> tuple[Figure, Axes]:
    """A figure with title, key and credit line around axes of a height in pixels."""
    title, credit = fill(words.title, 62), fill(words.credit, 118)
    above = TITLE_INCHES * (title.count("\n") + 1) + (0.25 if key else 0.0) + EDGE
    below = LINE_INCHES * (credit.count("\n") + 1) + EDGE + foot
    height = above + pixels / PIXELS + below
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height), facecolor=PAPER, label=words.alt)
        axes = figure.add_axes((left / WIDTH, below / height, 1 - (left + EDGE) / WIDTH, pixels / PIXELS / height))
    figure.text(EDGE / WIDTH, 1 - EDGE / height, title, fontsize=13, fontweight="bold", va="top")
    figure.text(EDGE / WIDTH, EDGE / height, credit, fontsize=7, color=QUIET, va="bottom")
    _key(figure, key, 1 - (above - 0.16) / height)
    axes.spines[:].set_visible(False)
    axes.set_yticks([])
    axes.tick_params(labelsize=7)
    return figure, axes


def _key(figure: Figure, key: Mapping[str, str], y: float) -> None:
    x = EDGE / WIDTH
    for name, colour in key.items():
        figure.text(x, y, "■", color=colour, fontsize=9, va="center")
        figure.text(x + 0.02, y, name, fontsize=8, va="center")
        x += 0.045 + 0.0095 * len(name)


def timeline_print(statements: Table, documents: Table, ballots: pd.DataFrame) -> Figure | None:
    """The timeline for print; None where nothing is dated."""
    table = timeline.marks(statements, documents, ballots)
    if table.empty:
        return None
    layout = timeline.place(table)
    sides = set(table[table.kind == "statement"].stance)
    key = {STANCE_NAMES[s]: STANCES[s] for s in (-1, 1, 0) if s in sides}
    figure, axes = _page(timeline.describe(table, documents), layout.height, key, foot=0.25)
    _date_axis(axes, layout.span, layout.height)
    _bands(axes, layout.ballots, layout.height)
    for bars, colour in timeline.coloured(layout.bars):
        for bar in bars.itertuples():
            _interval(axes, bar, colour)
    _labels(axes, layout.labels)
    return figure


def _date_axis(axes: Axes, span: lanes.Span, height: int) -> None:
    marked = ticks(span.start, span.end)
    axes.set(xlim=(span.start, span.end), ylim=(height, 0))
    axes.set_xticks(list(marked), [text.replace("\n", " ") for text in marked.values()])


def _bands(axes: Axes, ballots: list[dict], height: int) -> None:
    for ballot in ballots:
        ends = (ballot["earliest"], ballot["latest"] + DAY)
        axes.axvspan(*ends, ymax=1 - ballot["y"] / height, color=RULE, lw=0.8, zorder=0)


def _interval(axes: Axes, bar: NamedTuple, colour: str) -> None:
    """A mark from its first to its last day, solid or pale with ends, and its number."""
    start, end, tint = mdates.date2num(bar.earliest), mdates.date2num(bar.latest) + 1, timeline.fill(bar.pale, colour)
    top, foot = bar.y - lanes.BAR / 2, bar.y + lanes.BAR / 2
    border = PAPER if bar.inside else tint
    axes.add_patch(Rectangle((start, top), end - start, foot - top, fc=tint, ec=border, lw=0.8 if bar.inside else 1.8))
    if bar.pale:
        axes.vlines([start, end], top, foot, color=colour, lw=0.9)
    if bar.n > 1 and bar.inside:
        axes.text(
            (start + end) / 2, bar.y, str(bar.n), ha="center", va="center_baseline", fontsize=6.5, color=ink_on(tint)
        )
    elif bar.n > 1:
        axes.annotate(str(bar.n), (end, bar.y), (3, 0), textcoords="offset points", va="center", fontsize=7)


def _labels(axes: Axes, labels: list[lanes.Label]) -> None:
    for label in labels:
        size = label.size * 0.68
        axes.annotate(
            label.text, (label.at, label.y), (lanes.offset(label, size), 0), axes.get_yaxis_transform(),
            "offset points", va="top", fontsize=size, fontweight="bold" if label.bold else "normal", color=label.colour,
            bbox={"fc": PAPER, "ec": "none", "pad": 0.4}, annotation_clip=False,
        )  # fmt: skip
        if label.rule:
            axes.axhline(label.y, color=RULE, lw=0.6, zorder=0)


def regions_print(
    counts: pd.DataFrame, regions: pd.DataFrame, boundaries: Mapping, documents: Table, what: str = "article",
    n: int | None = None,
) -> Figure | None:  # fmt: skip
    """The map for print; None where no unit has anything."""
    if not counts.n.sum():
        return None
    units = maps.outlines(boundaries)
    facts = regions.merge(counts[["region", "n"]], on="region", validate="one_to_one").set_index("region")
    words = maps.describe(counts, regions, documents, what, len(documents) if n is None else n)
    figure, axes = _page(words, 430, {})
    figure.text(EDGE / WIDTH, 1 - 0.42 / figure.get_figheight(), fill(maps.ranking(counts), 110), fontsize=8, va="top")
    copies = {r: c for r, c in maps.callouts(units).items() if facts.n[r] or maps.control(facts.loc[r])}
    for region in sorted(units, key=lambda key: -sum(map(maps.area, units[key]))):
        _unit(axes, units[region], facts.loc[region], int(counts.n.max()))
        if facts.n[region] and region not in copies:
            _number(axes, maps.centre(units[region]), facts.loc[region], int(counts.n.max()))
    for region, place in copies.items():
        _copy(axes, units[region], place, facts.loc[region], int(counts.n.max()))
    axes.set_aspect("equal", anchor="W")
    axes.set_xticks([])
    axes.autoscale_view()
    return figure


def _unit(axes: Axes, rings: list[maps.Ring], unit: pd.Series, most: int) -> None:
    outline = Outline.make_compound_path(*(Outline(ring, closed=True) for ring in rings))
    colour, held = tint(AMOUNT, unit.n, most), bool(maps.control(unit))
    axes.add_patch(PathPatch(outline, fc=colour, ec="#8C8C8C", lw=0.5, zorder=1))
    if held:
        hatch = HATCHES[unit.occupied_extent]
        axes.add_patch(PathPatch(outline, fc="none", ec=ink_on(colour), alpha=0.45, hatch=hatch, lw=0, zorder=2))
        axes.add_patch(PathPatch(outline, fc="none", ec=INK, lw=1, zorder=3))


def _number(axes: Axes, at: tuple[float, float], unit: pd.Series, most: int) -> None:
    colour = tint(AMOUNT, unit.n, most)
    box = {"fc": colour, "ec": "none", "pad": 1}
    axes.text(
        *at,
        f"{unit['name']} {unit.n}",
        ha="center",
        va="center",
        fontsize=7.5,
        color=ink_on(colour),
        bbox=box,
        zorder=5,
    )


def _copy(axes: Axes, rings: list[maps.Ring], place: tuple, unit: pd.Series, most: int) -> None:
    x, y, radius = place
    cx, cy = maps.centre(rings)
    axes.plot([cx, x], [cy, y], color=INK, lw=0.7, zorder=4)
    axes.add_patch(Circle((x, y), radius, fc=PAPER, ec=INK, lw=0.7, zorder=5))
    for patch in _patches(axes, maps.enlarged(rings, x, y, radius), unit, most):
        patch.set_zorder(6)
    side = 1 if y > cy else -1
    axes.annotate(
        f"{unit['name']} {unit.n}", (x, y + side * radius), (0, 3 * side), textcoords="offset points", ha="center",
        va="bottom" if side > 0 else "top", fontsize=7.5,
    )  # fmt: skip


def _patches(axes: Axes, rings: list[maps.Ring], unit: pd.Series, most: int) -> list[PathPatch]:
    before = len(axes.patches)
    _unit(axes, rings, unit, most)
    return list(axes.patches[before:])


def stances_print(statements: Table, concepts: pd.DataFrame, documents: Table) -> Figure | None:
    """The heat map of entity by concept for print; None where there is no statement."""
    table = stances.stance_table(statements, concepts)
    if table.empty:
        return None
    columns, ordered = stances.map_order(table)
    rows = stances.lines_of(ordered)
    key = {STANCE_NAMES[s]: STANCES[s] for s in (-1, 1, 0) if (table.polarity == s).any()}
    figure, axes = _page(stances.describe(table, documents), stances.ROW * len(rows) + 40, key, left=1.75)
    axes.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(rows) - 0.5, -0.5 - 40 / stances.ROW))
    for y, (family, concept) in enumerate(rows):
        text = spell(concept) if concept else stances.FAMILIES[family]
        place = {
            "xy": (0, y),
            "xytext": (-(1.75 - EDGE) * 72, 0),
            "xycoords": axes.get_yaxis_transform(),
            "textcoords": "offset points",
        }
        axes.annotate(text, **place, va="center", fontsize=8, fontweight="normal" if concept else "bold")
    slant = max(map(len, columns)) * len(columns) > 90
    for x, entity in enumerate(columns):
        axes.text(x, -0.6, entity, rotation=45 * slant, ha="left" if slant else "center", va="bottom", fontsize=8)
    _stance_cells(axes, table, {e: x for x, e in enumerate(columns)}, {c: y for y, (_, c) in enumerate(rows) if c})
    axes.set_xticks([])
    return figure


def _stance_cells(axes: Axes, table: pd.DataFrame, columns: Mapping[str, int], rows: Mapping[str, int]) -> None:
    for cell in table[table.entity.isin(columns)].itertuples():
        colour = mix(STANCES[cell.polarity], 0.15 + 0.85 * cell.n / table.n.max())
        x, y = columns[cell.entity], rows[cell.concept]
        axes.add_patch(Rectangle((x - 0.47, y - 0.46), 0.94, 0.92, fc=colour, ec="none"))
        axes.text(x, y, str(cell.n), ha="center", va="center", fontsize=8, color=ink_on(colour))


if __name__ == "__main__":
    read = {name: open_rows(Path(sys.argv[1]), name) for name in SCHEMAS}
    for written in write_figures(read, load_codebook(), Path(sys.argv[2])):
        print(written)
