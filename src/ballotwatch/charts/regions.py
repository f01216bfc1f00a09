"""Maps of first-level units: filled outlines on plain axes, never a base map fetched from somewhere.

Borders are those of the codebook. Units too small to see are drawn again, enlarged, in the nearest free place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import cos, hypot, pi, radians, sin

import pandas as pd
import plotly.graph_objects as go

from ballotwatch.charts.frame import framed, nothing, quiet_axes
from ballotwatch.charts.palette import AMOUNT, INK, PAPER, ink_on, tint
from ballotwatch.charts.words import Words, count, credit, listing, sentence, spell
from ballotwatch.codebook import Codebook

Ring = list[tuple[float, float]]
# A unit below this share of the whole area gets an enlarged copy, whose radius is this share of the map's width.
SMALL, CALLOUT = 0.005, 0.035
HEIGHT = 400
OCCUPIED = {"full": "occupied", "part": "partly occupied"}
HATCH = {"full": 7, "part": 12}
MEASURES = ("articles", "statements")


def count_regions(
    tables: Mapping[str, pd.DataFrame], regions: pd.DataFrame, measure: str = "articles",
    concept: str | None = None, ballot: str | None = None,
) -> pd.DataFrame:  # fmt: skip
    """How many articles place the ballot in each unit, or how many statements are about it.

    `concept` and `ballot` narrow what is counted. Every unit of the codebook has a row, with n = 0 where nothing was
    found: region, name, n, ids (of what was counted, by spaces). Raises ValueError for another measure.
    """
    if measure not in MEASURES:
        raise ValueError(f"measure '{measure}' is not one of {', '.join(MEASURES)}: choose one of them")
    statements = _about(tables["statements"], concept, ballot)
    if measure == "statements":
        pairs = statements[["statement_id", "regions"]].explode("regions").set_axis(["id", "region"], axis=1)
    else:
        pairs = _placed(tables, statements, concept, ballot)
    pairs = pairs.dropna().drop_duplicates().sort_values(["region", "id"])
    found = pairs.groupby("region").id.agg(n="size", ids=" ".join)
    counts = regions[["region", "name"]].merge(found, on="region", how="left", validate="one_to_one")
    return counts.assign(n=counts.n.fillna(0).astype(int), ids=counts.ids.fillna("")).sort_values(
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


def regions_by_ballot(places: pd.DataFrame, mentions: pd.DataFrame, names: pd.DataFrame) -> pd.DataFrame:
    """How many articles about each ballot (rows) place it in each unit (columns, by name).

    `names` holds region and name. An article about two ballots counts for both, in every unit that it places them in.
    """
    placed = places.loc[places.located.astype(bool), ["doc_id", "region"]].dropna().drop_duplicates()
    pairs = mentions[["doc_id", "ballot_id"]].dropna().drop_duplicates().merge(placed, on="doc_id")
    pairs = pairs.merge(names[["region", "name"]], on="region", validate="many_to_one")
    return pd.crosstab(pairs.ballot_id, pairs["name"]).rename_axis(columns=None).reset_index()


def _about(statements: pd.DataFrame, concept: str | None, ballot: str | None) -> pd.DataFrame:
    keep = pd.Series(True, index=statements.index)
    for column, wanted in (("concept", concept), ("ballot_id", ballot)):
        keep &= statements[column].eq(wanted) if wanted else True
    return statements[keep]


def _placed(
    tables: Mapping[str, pd.DataFrame], statements: pd.DataFrame, concept: str | None, ballot: str | None
) -> pd.DataFrame:
    places = tables["places"]
    placed = places[places.located.astype(bool)][["doc_id", "region"]]
    if ballot:
        mentions = tables["ballot_mentions"]
        placed = placed[placed.doc_id.isin(mentions[mentions.ballot_id == ballot].doc_id)]
    if concept:
        placed = placed[placed.doc_id.isin(statements.doc_id)]
    return placed.set_axis(["id", "region"], axis=1)


def outlines(boundaries: Mapping) -> dict[str, list[Ring]]:
    """Outer rings of each unit of a GeoJSON FeatureCollection, keyed by `properties.region`.

    Projection: equirectangular, true at the middle parallel; x and y are in degrees of latitude. A unit inside
    another is drawn over it, so that holes need no ring.
    """
    rings = {}
    for feature in boundaries["features"]:
        shape = feature["geometry"]
        polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        rings[feature["properties"]["region"]] = [[(p[0], p[1]) for p in polygon[0]] for polygon in polygons]
    latitudes = [y for unit in rings.values() for ring in unit for _, y in ring]
    scale = cos(radians((min(latitudes) + max(latitudes)) / 2))
    return {region: [[(x * scale, y) for x, y in ring] for ring in unit] for region, unit in rings.items()}


def area(ring: Ring) -> float:
    """Area inside a ring (shoelace formula), in the square of its unit."""
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True))) / 2


def centre(unit: list[Ring]) -> tuple[float, float]:
    """Centroid of the largest ring of a unit."""
    ring = max(unit, key=area)
    pairs = list(zip(ring, ring[1:] + ring[:1], strict=True))
    twice = sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairs)
    x = sum((ax + bx) * (ax * by - bx * ay) for (ax, ay), (bx, by) in pairs)
    y = sum((ay + by) * (ax * by - bx * ay) for (ax, ay), (bx, by) in pairs)
    return x / (3 * twice), y / (3 * twice)


def inside(x: float, y: float, ring: Ring) -> bool:
    """Whether a point lies in a ring (even-odd rule)."""
    odd = False
    for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            odd = not odd
    return odd


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


def describe(counts: pd.DataFrame, regions: pd.DataFrame, documents: pd.DataFrame, what: str, n: int) -> Words:
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
    counts: pd.DataFrame, regions: pd.DataFrame, boundaries: Mapping, documents: pd.DataFrame,
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
    units, facts = outlines(boundaries), regions.merge(counts[["region", "n", "ids"]], on="region").set_index("region")
    fig, copies = go.Figure(), {r: c for r, c in callouts(units).items() if facts.n[r] or control(facts.loc[r])}
    for region in sorted(units, key=lambda key: -sum(map(area, units[key]))):
        _draw(fig, units[region], facts.loc[region], what, int(counts.n.max()))
    for region, (x, y, radius) in copies.items():
        _callout(fig, units[region], (x, y, radius), facts.loc[region], what, int(counts.n.max()))
    _labels(fig, {r: u for r, u in units.items() if r not in copies}, facts, int(counts.n.max()))
    heights = [y for unit in units.values() for ring in unit for _, y in ring] + [c[1] for c in copies.values()]
    fig.update_yaxes(range=[min(heights) - 0.8, max(heights) + 0.3])
    fig.update_yaxes(scaleanchor="x", constrain="domain", constraintoward="top")
    fig.update_xaxes(visible=False, constrain="domain", constraintoward="left")
    amount = len(documents) if n is None else n
    return quiet_axes(framed(fig, describe(counts, regions, documents, what, amount), HEIGHT, [ranking(counts)]))


def ranking(counts: pd.DataFrame, most: int = 9) -> str:
    """The units that were found, with their numbers, as the line above the map that names what it only marks."""
    found = counts[counts.n > 0].head(most)
    return ", ".join(f"{name} {n}" for name, n in zip(found["name"], found.n, strict=True))


def control(unit: pd.Series) -> str:
    """Since when a unit is occupied, as words; empty where it is not."""
    extent = OCCUPIED.get(unit.occupied_extent) if isinstance(unit.occupied_extent, str) else None
    return f"{extent} since {unit.occupied_since}" if extent else ""


def _draw(fig: go.Figure, rings: list[Ring], unit: pd.Series, what: str, most: int) -> None:
    colour = tint(AMOUNT, unit.n, most)
    xs, ys = ([v for ring in rings for v in [*(p[i] for p in ring), None]][:-1] for i in (0, 1))
    hover = "<br>".join(filter(None, [f"<b>{escape(unit['name'])}</b>", count(unit.n, what), control(unit)]))
    style = {"fillcolor": colour}
    if control(unit):
        style["fillpattern"] = {
            "shape": "/", "size": HATCH[unit.occupied_extent], "solidity": 0.2, "fgopacity": 0.55, "bgcolor": colour, "fgcolor": ink_on(colour),
        }  # fmt: skip
    fig.add_scatter(
        x=[v if v is None else round(v, 3) for v in xs], y=[v if v is None else round(v, 3) for v in ys], mode="lines",
        fill="toself", hoveron="fills", text=hover, hoverinfo="text", name=unit["name"], meta={"ids": unit.ids},
        line={"color": INK if control(unit) else "#8C8C8C", "width": 1.6 if control(unit) else 0.8}, **style,
    )  # fmt: skip


def _callout(fig: go.Figure, rings: list[Ring], circle: tuple, unit: pd.Series, what: str, most: int) -> None:
    x, y, radius = circle
    cx, cy = centre(rings)
    away = hypot(x - cx, y - cy)
    fig.add_scatter(
        x=[cx, x + (cx - x) * radius / away], y=[cy, y + (cy - y) * radius / away], mode="lines",
        line={"color": INK, "width": 1}, hoverinfo="skip",
    )  # fmt: skip
    ring = [(x + radius * cos(pi * turn / 24), y + radius * sin(pi * turn / 24)) for turn in range(49)]
    fig.add_scatter(x=[p[0] for p in ring], y=[p[1] for p in ring], mode="lines", line={"color": INK, "width": 1},
                    fill="toself", fillcolor=PAPER, hoverinfo="skip")  # fmt: skip
    _draw(fig, enlarged(rings, x, y, radius), unit, what, most)
    side = 1 if y > cy else -1
    fig.add_annotation(
        x=x, y=y + side * radius, yanchor="bottom" if side > 0 else "top", showarrow=False, font={"size": 11},
        text=f"{escape(unit['name'])} <b>{unit.n}</b>",
    )  # fmt: skip


def _labels(fig: go.Figure, units: Mapping[str, list[Ring]], facts: pd.DataFrame, most: int) -> None:
    for region, rings in units.items():
        unit, (x, y) = facts.loc[region], centre(rings)
        if unit.n:
            fill = tint(AMOUNT, unit.n, most)
            fig.add_annotation(
                x=x, y=y, text=f"<b>{unit.n}</b>", showarrow=False, borderpad=1, bgcolor=fill,
                font={"size": 12, "color": ink_on(fill)},
            )  # fmt: skip


def noun(measure: str, concepts: Sequence[str] = ()) -> str:
    """What one of the things that a map counts is called: `article`, `statement`, `statement of coercion`."""
    if measure == "articles":
        return "article"
    return f"statement of {listing(map(spell, concepts))}" if concepts else "statement"
