"""Maps of first-level units: filled outlines on plain axes, never a base map fetched from somewhere.

Borders are those of the codebook. Units too small to see are drawn again, enlarged, in the nearest free place.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from html import escape
from math import cos, hypot, pi, sin

import pandas as pd
import plotly.graph_objects as go

from ballotwatch.charts.frame import framed, nothing, quiet_axes
from ballotwatch.charts.geometry import Ring, area, centre, inside, outlines, path
from ballotwatch.charts.palette import AMOUNT, INK, PAPER, ink_on, tint
from ballotwatch.charts.words import Words, count, credit, listing, sentence, spell
from ballotwatch.codebook import Codebook
from ballotwatch.query import Rows, Table, literal, rows_of

# A unit below this share of the whole area gets an enlarged copy, whose radius is this share of the map's width.
SMALL, CALLOUT = 0.005, 0.035
# Pixels of the plot area on a wide page and, as `layout.meta.narrow`, below 600 px.
HEIGHT, PHONE_HEIGHT = 400, 250
OCCUPIED = {"full": "occupied", "part": "partly occupied"}
HATCH = {"full": 7, "part": 12}
MEASURES = ("articles", "statements")


def count_regions(
    tables: Mapping[str, Table], regions: pd.DataFrame, measure: str = "articles",
    concept: str | None = None, ballot: str | None = None,
) -> pd.DataFrame:  # fmt: skip
    """How many articles place the ballot in each unit, or how many statements are about it.

    `concept` and `ballot` narrow what is counted. Every unit of the codebook has a row, with n = 0 where nothing was
    found: region, name, n, refs (of each article the first words that place the ballot there, as a span; or the
    statements). Raises ValueError for another measure.
    """
    if measure not in MEASURES:
        raise ValueError(f"measure '{measure}' is not one of {', '.join(MEASURES)}: choose one of them")
    statements = rows_of(tables["statements"]).where(_about(concept, ballot))
    if measure == "statements":
        pairs = statements.distinct("statement_id", "unnest(regions) AS region")
        found = pairs.tally(["region"], "statement", order="statement_id")
    else:
        found = _placed(tables, statements, concept, ballot).tally(["region"], "span", order="doc_id")
    return with_all(regions, found)


def with_all(regions: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Every unit with what was found in it (region, n, refs), most first; n = 0 where there is nothing."""
    counts = regions[["region", "name"]].merge(
        found[["region", "n", "refs"]], on="region", how="left", validate="one_to_one"
    )
    evidence = [found if isinstance(found, list) else [] for found in counts.refs]
    return counts.assign(n=counts.n.fillna(0).astype(int), refs=evidence).sort_values(
        ["n", "name"], ascending=[False, True], kind="stable", ignore_index=True
    )


def map_units(codebook: Codebook) -> tuple[pd.DataFrame, dict]:
    """The units of the country that the codebook maps, and their boundaries as GeoJSON.

    A codebook of several topics may name several countries: the first is mapped.
    """
    country = next(about["map_country"] for about in codebook.about.values() if about.get("map_country"))
    regions = codebook.regions[codebook.regions.country == country].reset_index(drop=True)
    known = set(regions.region)
    features = [f for f in codebook.boundaries["features"] if f["properties"]["region"] in known]
    drawn = {feature["properties"]["region"] for feature in features}
    return regions[regions.region.isin(drawn)].reset_index(drop=True), {**codebook.boundaries, "features": features}


def _about(concept: str | None, ballot: str | None) -> str:
    wanted = {"concept": concept, "ballot_id": ballot}
    return " AND ".join(f"{column} = {literal(value)}" for column, value in wanted.items() if value) or "true"


def _placed(tables: Mapping[str, Table], statements: Rows, concept: str | None, ballot: str | None) -> Rows:
    placed = first_places(rows_of(tables["places"]))
    if ballot:
        placed = placed.matching("doc_id", rows_of(tables["ballot_mentions"]).where(_about(None, ballot)))
    return placed.matching("doc_id", statements) if concept else placed


def first_places(places: Rows) -> Rows:
    """The first words of each article that place its ballot in each unit: doc_id, region, start, end."""
    return places.where("located AND region IS NOT NULL").firsts(
        ("doc_id", "region"), ("start", "end"), order=["start"]
    )


def callouts(units: Mapping[str, list[Ring]]) -> dict[str, tuple[float, float, float]]:
    """Where small units are drawn again: centre x, centre y and radius, clear of every outline and of each other."""
    sizes = {region: sum(map(area, unit)) for region, unit in units.items()}
    points = [point for unit in units.values() for ring in unit for point in ring]
    width = max(x for x, _ in points) - min(x for x, _ in points)
    radius, taken = CALLOUT * width, {}
    for region in sorted(units):
        if sizes[region] < SMALL * sum(sizes.values()):
            taken[region] = (*_free(centre(units[region]), radius, units, points, list(taken.values())), radius)
    return taken


def _free(start: tuple, radius: float, units: Mapping, points: list, taken: list) -> tuple[float, float]:
    for step in range(2, 80):
        for turn in range(24):
            x = start[0] + step * radius / 2 * cos(pi * turn / 12)
            y = start[1] + step * radius / 2 * sin(pi * turn / 12)
            near = [*points, *((tx, ty) for tx, ty, _ in taken)]
            clear = all(hypot(x - px, y - py) > 1.7 * radius for px, py in near)
            if clear and not any(inside(x, y, ring) for unit in units.values() for ring in unit):
                return x, y
    raise ValueError(f"no free place for the enlarged copy of a unit at {start}: check the boundaries in the codebook")


def enlarged(unit: list[Ring], x: float, y: float, radius: float) -> list[Ring]:
    """A unit scaled and moved into a circle."""
    cx, cy = centre(unit)
    reach = max(hypot(px - cx, py - cy) for ring in unit for px, py in ring)
    scale = 0.85 * radius / reach
    return [[(x + (px - cx) * scale, y + (py - cy) * scale) for px, py in ring] for ring in unit]


def describe(counts: pd.DataFrame, regions: pd.DataFrame, documents: Table, what: str, n: int) -> Words:
    """Title, credit and alternative text of a map of these counts; `what` names what was counted, `n` how many."""
    most = int(counts.n.max())
    top = counts[counts.n == most].name
    named = listing(top, 2) if len(top) < 4 else count(len(top), "region")
    verb, each = ("has", "") if len(top) == 1 else ("have", " each")
    title = f"{sentence(named)} {verb} most: {most} of {count(n, what)}{each}"
    held = listing(regions[regions.occupied_extent.notna() & regions.occupied_extent.ne("")].name, 9)
    note = f"{credit(documents, n, what)} Hatched: occupied, wholly (dense) or in part (wide)."
    alt = f"Map of {len(counts)} regions by {what}s: {ranking(counts, len(counts))}; none in the others. {title}. Occupied, wholly or in part: {held or 'none'}."
    return Words(title, note, alt)


def regions_map(
    counts: pd.DataFrame, regions: pd.DataFrame, boundaries: Mapping, documents: Table,
    what: str = "article", n: int | None = None,
) -> go.Figure:  # fmt: skip
    """A map coloured by `counts` (see `count_regions`), with occupied units hatched.

    `regions` is the codebook's table (region, name, occupied_since, occupied_extent), `boundaries` its GeoJSON.
    `what` names what was counted and `n` how many there are in all (default: the articles). All zero gives a sentence.
    """
    if not counts.n.sum():
        return nothing(
            f"No {what} in this selection is about any of the {len(counts)} regions, so there is no map to draw."
        )
    units, facts = outlines(boundaries), regions.merge(counts[["region", "n", "refs"]], on="region").set_index("region")
    fig, copies = go.Figure(), {r: c for r, c in callouts(units).items() if facts.n[r] or control(facts.loc[r])}
    for region in by_size(units):
        draw_unit(fig, units[region], facts.loc[region], what, int(counts.n.max()))
    for region, circle in copies.items():
        _callout(fig, units[region], circle, facts.loc[region], what, int(counts.n.max()))
    places = {region: centre(rings) for region, rings in units.items()} | {r: c[:2] for r, c in copies.items()}
    marks(fig, places, facts, what, mute=copies)
    _fit(fig, [y for unit in units.values() for ring in unit for _, y in ring] + [c[1] for c in copies.values()])
    amount = len(documents) if n is None else n
    quiet_axes(framed(fig, describe(counts, regions, documents, what, amount), HEIGHT, [ranking(counts)]))
    fig.layout.meta = fig.layout.meta | {"narrow": {"height": PHONE_HEIGHT, "layout": {}}}
    return fig


def by_size(units: Mapping[str, list[Ring]]) -> list[str]:
    """Codes of units, the largest first: a unit inside another must be drawn after it."""
    return sorted(units, key=lambda key: -sum(map(area, units[key])))


def _fit(fig: go.Figure, heights: list[float]) -> None:
    fig.update_yaxes(range=[min(heights) - 0.8, max(heights) + 0.3])
    fig.update_yaxes(scaleanchor="x", constrain="domain", constraintoward="top")
    fig.update_xaxes(visible=False, constrain="domain", constraintoward="left")


def ranking(counts: pd.DataFrame, most: int = 9) -> str:
    """The units that were found, with their numbers, as the line above the map that names what it only marks."""
    found = counts[counts.n > 0].head(most)
    return ", ".join(f"{name} {n}" for name, n in zip(found["name"], found.n, strict=True))


def control(unit: pd.Series) -> str:
    """Since when a unit is occupied, as words; empty where it is not."""
    extent = OCCUPIED.get(unit.occupied_extent) if isinstance(unit.occupied_extent, str) else None
    return f"{extent} since {unit.occupied_since}" if extent else ""


def draw_unit(fig: go.Figure, rings: list[Ring], unit: pd.Series, what: str, most: int, **axes: str) -> None:
    """Add a unit to a map: filled by its n of the `most`, hatched where occupied.

    `meta.mark` is the unit's code: the mark of that id (see `marks`) leads to the evidence, wherever the unit is hit.
    """
    colour = tint(AMOUNT, unit.n, most)
    style = {"fillcolor": colour}
    if control(unit):
        style["fillpattern"] = {
            "shape": "/", "size": HATCH[unit.occupied_extent], "solidity": 0.2, "fgopacity": 0.55, "bgcolor": colour, "fgcolor": ink_on(colour),
        }  # fmt: skip
    fig.add_scatter(
        **path(rings), mode="lines", fill="toself", hoveron="fills", text=hover(unit, what), hoverinfo="text",
        name=unit["name"], meta={"mark": unit.name}, **style, **axes,
        line={"color": INK if control(unit) else "#8C8C8C", "width": 1.6 if control(unit) else 0.8},
    )  # fmt: skip


def hover(unit: pd.Series, what: str) -> str:
    """What is told of a unit under the pointer: name, number, since when it is occupied."""
    return "<br>".join(
        filter(None, [f"<b>{escape(unit['name'], quote=False)}</b>", count(unit.n, what), control(unit)])
    )


def _callout(fig: go.Figure, rings: list[Ring], circle: tuple, unit: pd.Series, what: str, most: int) -> None:
    x, y, radius = circle
    cx, cy = centre(rings)
    away = hypot(x - cx, y - cy)
    line = {"mode": "lines", "line": {"color": INK, "width": 1}, "hoverinfo": "skip"}
    fig.add_scatter(x=[cx, x + (cx - x) * radius / away], y=[cy, y + (cy - y) * radius / away], **line)
    ring = [(x + radius * cos(pi * turn / 24), y + radius * sin(pi * turn / 24)) for turn in range(49)]
    fig.add_scatter(**path([ring]), fill="toself", fillcolor=PAPER, **line)
    draw_unit(fig, enlarged(rings, x, y, radius), unit, what, most)
    side = 1 if y > cy else -1
    fig.add_annotation(
        x=x, y=y + side * radius, yanchor="bottom" if side > 0 else "top", showarrow=False, font={"size": 11},
        text=f"{escape(unit['name'], quote=False)} <b>{unit.n}</b>",
    )  # fmt: skip


def marks(
    fig: go.Figure, places: Mapping[str, tuple[float, float]], facts: pd.DataFrame, what: str,
    mute: Collection[str] = (), **axes: str,
) -> None:  # fmt: skip
    """Add the marks that mouse and keyboard reach: one a unit, at its place, with its number and its references.

    `facts` holds name, n and refs by unit. Units in `mute`, whose number stands elsewhere, and units with n = 0 have a
    mark without face.
    """
    units, most = facts.loc[list(places)], int(facts.n.max())
    fills = [tint(AMOUNT, n, most) for n in units.n]
    faces = [n > 0 and region not in mute for region, n in units.n.items()]
    fig.add_scatter(
        x=[round(x, 3) for x, _ in places.values()], y=[round(y, 3) for _, y in places.values()], ids=list(places),
        mode="markers+text", text=[f"<b>{n}</b>" if face else "" for n, face in zip(units.n, faces, strict=True)],
        textfont={"size": 12, "color": [ink_on(fill) for fill in fills]}, textposition="middle center", cliponaxis=False,
        marker={"size": 20, "color": fills, "opacity": [float(face) for face in faces], "line": {"width": 0}},
        hovertext=[hover(unit, what) for _, unit in units.iterrows()], hoverinfo="text", customdata=list(units.refs), **axes,
    )  # fmt: skip


def noun(measure: str, concepts: Sequence[str] = ()) -> str:
    """What one of the things that a map counts is called: `article`, `statement`, `statement of coercion`."""
    if measure == "articles":
        return "article"
    return f"statement of {listing(map(spell, concepts))}" if concepts else "statement"
