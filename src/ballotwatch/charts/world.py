"""World map of positions: who rejected a ballot, who recognised it, who did both.

Outlines are those of the codebook, in the Equal Earth projection; no base map is fetched. Where a state of Europe
takes a position, Europe is drawn again beside the world, since its states are too small there. Who has no territory
on the map (organisations, oppositions, occupation authorities) is marked below it.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from math import ceil, sqrt
from typing import NamedTuple

import pandas as pd
import plotly.graph_objects as go

from ballotwatch.charts.frame import framed, nothing, quiet_axes
from ballotwatch.charts.geometry import (
    Box,
    Ring,
    area,
    centre,
    clip,
    equal_earth,
    labels_that_fit,
    path,
    project,
    shapes,
)
from ballotwatch.charts.palette import AGAINST, BLANK, FOR, INK, PAPER, ink_on
from ballotwatch.charts.words import Words, count, credit, listing, sentence
from ballotwatch.codebook import Codebook, world_outlines
from ballotwatch.query import Table, literal, rows_of

COLOURS = {"against": AGAINST, "for": FOR, "both": AGAINST}
SAID = {"against": "against", "for": "for", "both": "on both sides"}
NOTE = (
    "Positions are what was said of the ballot itself: no demands, no claims. Outlines: Natural Earth; Crimea and "
    "Sevastopol are Ukraine (UN General Assembly resolution 68/262)."
)
# Positions are statements of that family that take a side, by somebody who is known.
SIDED = "family = 'position' AND polarity <> 0 AND entity IS NOT NULL"
COLUMNS = ["entity", "name", "state", "stance", "against", "in_favour", "n", "refs"]


class Panel(NamedTuple):
    """A map of the figure: the suffix of its axes, its window, the meridian in its middle, its height on a phone."""

    axes: str
    window: Box
    meridian: float
    phone: int


# Windows in hundredths of the globe's radius; Antarctica takes no positions. Heights in pixels.
WORLD = Panel("", (-262.0, -102.0, 268.0, 131.0), 0, 152)
EUROPE = Panel("2", (-33.5, 66.0, 40.5, 117.0), 15, 236)
WIDE, PHONE, SHARE = 276, 340, 0.62
# A mark per entity without a place on the map: two columns of rows of so many pixels below a heading of so many.
BELOW, MOST_BELOW, ROW, HEAD = "3", 40, 21, 26
# Pixels: a letter and a line of a label, a dot, and the side of a state that is too small to be seen without one.
LETTER, LINE, DOT, SMALL = 6.4, 15, 9, 7
LONGEST_NAME = 17


def positions_table(statements: Table, states: pd.DataFrame, ballot: str | None = None) -> pd.DataFrame:
    """Who takes a position on a ballot (its id), or on any: one row an entity, most statements first.

    Counted are statements of the family `position` that are for or against. `states` is the codebook's table. Columns:
    entity, name (of a state; else the entity), state (whether it is one), stance (`against`, `for`, `both`), against
    and in_favour (how many statements), n (both), refs.
    """
    taken = f"{SIDED} AND ballot_id = {literal(ballot)}" if ballot else SIDED
    sides = {"against": "count(*) FILTER (polarity < 0)", "in_favour": "count(*) FILTER (polarity > 0)"}
    table = rows_of(statements).tally(["entity"], where=taken, order="statement_id", **sides)
    names = dict(zip(states.entity, states["name"], strict=True))
    table = table.assign(
        name=[names.get(entity, entity) for entity in table.entity], state=table.entity.isin(list(names)),
        stance=[_stance(*pair) for pair in zip(table.against, table.in_favour, strict=True)],
    )  # fmt: skip
    return table[COLUMNS].sort_values(["n", "entity"], ascending=[False, True], kind="stable", ignore_index=True)


def _stance(against: int, favour: int) -> str:
    return "both" if against and favour else "against" if against else "for"


def world_map(statements: Table, codebook: Codebook, documents: Table, ballot: str | None = None) -> go.Figure:
    """A map of the states that reject or recognise a ballot (its id), or any; who has no place on it stands below.

    Each row of `positions_table` is one mark with its statements as references. No position gives a sentence.
    """
    table, what = positions_table(statements, codebook.states, ballot), _called(codebook, ballot)
    if table.empty:
        return nothing(f"No statement in this selection takes a side on {what}, so there is no map to draw.")
    table, land = table.assign(name=_names(table, codebook)).set_index("entity"), shapes(world_outlines(), "entity")
    mapped, others = table[table.index.isin(land)], table[~table.index.isin(land)].head(MOST_BELOW)
    homes = _homes(mapped, land)
    fig, panels = go.Figure(), [panel for panel in (WORLD, EUROPE) if panel is WORLD or panel in homes.values()]
    for panel in panels:
        _draw(fig, panel, mapped, land, [entity for entity, home in homes.items() if home is panel])
    if len(others):
        _below(fig, others)
    words = describe(table, documents, what, len(table) - len(mapped) - len(others))
    rows = ceil(len(others) / 2)
    quiet_axes(framed(fig, words, WIDE + _under(rows), key(table)))
    return _laid_out(fig, panels, rows)


def _called(codebook: Codebook, ballot: str | None) -> str:
    names = dict(zip(codebook.ballots.ballot_id, codebook.ballots["name"], strict=True))
    return names.get(ballot, ballot) if ballot else "the ballots"


def _names(table: pd.DataFrame, codebook: Codebook) -> list[str]:
    """Names of states, their oppositions and organisations; of who has none in the codebook, the entity."""
    states = dict(zip(codebook.states.entity, codebook.states["name"], strict=True))
    organisations = codebook.organisations.drop_duplicates("entity")
    known = dict(zip(organisations.entity, organisations["name"], strict=True)) | states
    opposed = {f"{state}-OPP": f"{name}: opposition" for state, name in states.items()}
    return [(known | opposed).get(entity, entity) for entity in table.entity]


def _homes(mapped: pd.DataFrame, land: Mapping[str, list[Ring]]) -> dict[str, Panel]:
    """The panel that holds a state's mark: Europe's for the states of Europe, which are too small on the world's."""
    left, bottom, right, top = EUROPE.window
    centres = {entity: centre(_projected(land[entity], EUROPE)) for entity in mapped.index}
    europe = {entity for entity, (x, y) in centres.items() if left < x < right and bottom < y < top}
    return {entity: EUROPE if entity in europe else WORLD for entity in mapped.index}


def _projected(rings: list[Ring], panel: Panel) -> list[Ring]:
    def place(longitude: float, latitude: float) -> tuple[float, float]:
        x, y = equal_earth(longitude - panel.meridian, latitude)
        return 100 * x, 100 * y

    return project({"": rings}, place)[""]


def _draw(
    fig: go.Figure, panel: Panel, mapped: pd.DataFrame, land: Mapping[str, list[Ring]], at_home: list[str]
) -> None:  # fmt: skip
    """All land in a panel's window, states with a position filled; marks and labels of those that are `at_home`."""
    clipped = {e: [clip(ring, panel.window) for ring in _projected(rings, panel)] for e, rings in land.items()}
    units = {entity: [ring for ring in rings if ring] for entity, rings in clipped.items()}
    blank = [ring for entity, rings in units.items() if entity not in mapped.index for ring in rings if len(ring) > 2]
    axes = {"xaxis": f"x{panel.axes}", "yaxis": f"y{panel.axes}"}
    _fill(fig, blank, axes, fillcolor=BLANK, hoverinfo="skip")
    for entity, state in mapped.iterrows():
        if rings := [ring for ring in units[entity] if len(ring) > 2]:
            _fill(fig, rings, axes, text=hover(state), hoverinfo="text", hoveron="fills", name=state["name"],
                  meta={"mark": entity}, **_look(state))  # fmt: skip
    if at_home:
        _marks(fig, panel, mapped.loc[at_home], units, axes)


def _fill(fig: go.Figure, rings: list[Ring], axes: Mapping[str, str], **style: object) -> None:
    line = {"color": "#A6A6A6", "width": 0.5}
    fig.add_scatter(**path(rings), mode="lines", fill="toself", line=line, **axes, **style)


def _look(state: pd.Series) -> dict:
    """The fill of a state: one colour, or stripes of both."""
    colour = COLOURS[state.stance]
    if state.stance != "both":
        return {"fillcolor": colour}
    stripes = {"shape": "/", "size": 6, "solidity": 0.5, "bgcolor": colour, "fgcolor": FOR, "fgopacity": 1}
    return {"fillcolor": colour, "fillpattern": stripes}


def hover(state: pd.Series) -> str:
    """What is told of an entity under the pointer: its name and how many statements it made on which side."""
    sides = {"against": state.against, "for": state.in_favour}
    said = ", ".join(f"{n} {side}" for side, n in sides.items() if n)
    return f"<b>{escape(state['name'], quote=False)}</b><br>{count(state.n, 'position')}: {said}"


def _marks(
    fig: go.Figure, panel: Panel, states: pd.DataFrame, units: Mapping[str, list[Ring]], axes: Mapping[str, str]
) -> None:
    """A mark a state, which is seen where the state is too small to be; and labels where there is room."""
    scale = PHONE / (panel.window[2] - panel.window[0])
    spots = {entity: centre(units[entity]) for entity in states.index}
    dots = [sqrt(max(map(area, units[entity]))) * scale < SMALL for entity in states.index]
    fig.add_scatter(
        x=[round(x, 2) for x, _ in spots.values()], y=[round(y, 2) for _, y in spots.values()], mode="markers",
        marker=_markers(states) | {"size": [DOT if dot else 18 for dot in dots], "opacity": [float(dot) for dot in dots]},
        ids=list(states.index), hovertext=[hover(state) for _, state in states.iterrows()], hoverinfo="text",
        customdata=list(states.refs), **axes,
    )  # fmt: skip
    _label(fig, panel, states, spots, dict(zip(states.index, dots, strict=True)))


def _markers(rows: pd.DataFrame) -> dict:
    edges = [FOR if stance == "both" else PAPER for stance in rows.stance]
    widths = [2.5 if stance == "both" else 1 for stance in rows.stance]
    return {"color": [COLOURS[stance] for stance in rows.stance], "line": {"color": edges, "width": widths}}


def _label(
    fig: go.Figure, panel: Panel, states: pd.DataFrame, spots: Mapping[str, tuple[float, float]],
    dots: Mapping[str, bool],
) -> None:  # fmt: skip
    """Name and number of the states whose label overlaps nothing on a phone: on wider pages there is more room."""
    scale, shift = PHONE / (panel.window[2] - panel.window[0]), (DOT + LINE) / 2
    texts = {entity: f"{state['name']} {state.n}" for entity, state in states.iterrows()}
    points = {entity: (x * scale, y * scale) for entity, (x, y) in spots.items()}
    marks = {entity: box(point, DOT, DOT) for entity, point in points.items()}
    ways = {entity: (shift, -shift) if dots[entity] else (0, shift / 2, -shift / 2, shift, -shift) for entity in spots}
    boxes = {
        (entity, way): box((points[entity][0], points[entity][1] + way), LETTER * len(texts[entity]) + 4, LINE)
        for entity in spots for way in ways[entity]
    }  # fmt: skip
    for entity, way in labels_that_fit(boxes, marks, tuple(edge * scale for edge in panel.window)):
        fill = PAPER if states.stance[entity] == "both" else COLOURS[states.stance[entity]]
        fig.add_annotation(
            x=spots[entity][0], y=spots[entity][1], yshift=way, text=escape(texts[entity], quote=False), borderpad=1, showarrow=False,
            xref=f"x{panel.axes}", yref=f"y{panel.axes}", bgcolor=fill, font={"size": 11, "color": ink_on(fill)},
        )  # fmt: skip


def box(middle: tuple[float, float], width: float, height: float) -> Box:
    """The box of a width and height around a point, as left, bottom, right and top."""
    return middle[0] - width / 2, middle[1] - height / 2, middle[0] + width / 2, middle[1] + height / 2


def _below(fig: go.Figure, others: pd.DataFrame) -> None:
    """Marks of those who have no place on the map, in two columns."""
    rows = ceil(len(others) / 2)
    short = [name if len(name) <= LONGEST_NAME else entity for entity, name in others["name"].items()]
    fig.add_scatter(
        x=[0.03 + i // rows for i in range(len(others))], y=[-(i % rows) for i in range(len(others))],
        mode="markers+text", text=[f" {escape(name, quote=False)} <b>{n}</b>" for name, n in zip(short, others.n, strict=True)],
        textposition="middle right", textfont={"size": 12, "color": INK}, cliponaxis=False, ids=list(others.index),
        marker=_markers(others) | {"size": 11, "symbol": "square"}, customdata=list(others.refs), xaxis=f"x{BELOW}",
        yaxis=f"y{BELOW}", hovertext=[hover(other) for _, other in others.iterrows()], hoverinfo="text",
    )  # fmt: skip
    fig.add_annotation(
        x=0, y=1, xref=f"x{BELOW} domain", yref=f"y{BELOW} domain", xanchor="left", yanchor="bottom", showarrow=False,
        text="<b>Without a place on the map</b>", font={"size": 12, "color": INK},
    )  # fmt: skip


def _under(rows: int) -> int:
    return HEAD + rows * ROW if rows else 0


def _laid_out(fig: go.Figure, panels: list[Panel], rows: int) -> go.Figure:
    """Set the axes: maps side by side, or below each other on a phone; the others under them.

    `layout.meta.narrow` holds the axes, and the height of the plot area, that suit less than 600 px; a page that knows
    nothing of it has `min_width`.
    """
    under, tall = _under(rows), sum(panel.phone for panel in panels)
    share = SHARE if EUROPE in panels else 1
    wide = {WORLD: (0, share, under, under + WIDE), EUROPE: (share + 0.02, 1, under, under + WIDE)}
    narrow = {WORLD: (0, 1, under + tall - WORLD.phone, under + tall), EUROPE: (0, 1, under, under + EUROPE.phone)}
    fig.update_layout(_axes({panel: wide[panel] for panel in panels}, share, rows, under + WIDE))
    stacked = _axes({panel: narrow[panel] for panel in panels}, 1, rows, under + tall)
    fig.layout.meta = fig.layout.meta | {"min_width": 560, "narrow": {"height": under + tall, "layout": stacked}}
    return fig


def _axes(spots: Mapping[Panel, tuple], share: float, rows: int, height: int) -> dict[str, dict]:
    """All axes: each panel at its left, right (of 1), bottom and top (pixels) of a plot area so high, the rest below."""
    quiet = {"visible": False, "fixedrange": True}
    axes = {}
    for panel, (left, right, bottom, top) in spots.items():
        x0, y0, x1, y1 = panel.window
        ends = {"constrain": "domain", "scaleanchor": f"x{panel.axes}", "constraintoward": "top"}
        axes[f"xaxis{panel.axes}"] = quiet | {
            "range": [x0, x1], "domain": [left, right], "anchor": f"y{panel.axes}", "constrain": "domain", "constraintoward": "left",
        }  # fmt: skip
        axes[f"yaxis{panel.axes}"] = quiet | ends | {
            "range": [y0, y1], "domain": [bottom / height, top / height], "anchor": f"x{panel.axes}",
        }  # fmt: skip
    if rows:
        axes[f"xaxis{BELOW}"] = quiet | {"range": [0, 2], "domain": [0, share], "anchor": f"y{BELOW}"}
        axes[f"yaxis{BELOW}"] = quiet | {
            "range": [0.5 - rows, 0.5], "domain": [0, rows * ROW / height], "anchor": f"x{BELOW}",
        }  # fmt: skip
    return axes


def key(table: pd.DataFrame) -> list[str]:
    """The lines above the map: a colour key with who is of each colour, most statements first."""
    signs = {"against": "■", "for": "■", "both": "◧"}
    return [
        f'<span style="color:{COLOURS[stance]}">{signs[stance]}</span> {SAID[stance]}: {escape(_ranked(rows, 6), quote=False)}'
        for stance, rows in _by_stance(table)
    ]


def describe(table: pd.DataFrame, documents: Table, what: str, hidden: int) -> Words:
    """Title, credit and alternative text of a map of these positions on `what`; `hidden`: entities not marked."""
    states, others = int(table.state.sum()), count(len(table), "other party does", "other parties do")
    said = {stance: int((table.state & (table.stance == stance)).sum()) for stance in SAID}
    sides = [f"{n} {SAID[stance]}" for stance, n in said.items() if n] or [others]
    verb = "take" if states > 1 else "takes"
    title = sentence(f"{count(states, 'state')} {verb} a side on {what}: {listing(sides)}")
    left_out = f" {count(hidden, 'party', 'parties')} without a place on the map left out: see the table."
    note = f"{credit(documents, int(table.n.sum()), 'position')} {NOTE}{left_out if hidden else ''}"
    who = [f"{SAID[stance]}: {_ranked(rows, 20)}" for stance, rows in _by_stance(table)]
    return Words(title, note, f"World map. {title}. {sentence('; '.join(who))}.")


def _by_stance(table: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    return [(stance, table[table.stance == stance]) for stance in SAID if (table.stance == stance).any()]


def _ranked(rows: pd.DataFrame, most: int) -> str:
    return listing((f"{name} {n}" for name, n in zip(rows["name"], rows.n, strict=True)), most)
