"""Distil the outlines of the world's states into a GeoJSON file of the codebook.

Source: Natural Earth 1:10m (public domain), as carried by Debian's package ``qgis-common``
(``resources/data/world_map.gpkg``, layers ``countries`` and ``states_provinces``). Natural Earth files Crimea and
Sevastopol under Russia; here they are Ukraine's, as UN General Assembly resolution 68/262 affirms. Kosovo has no
alpha-3 code in the layer and gets the codebook's. Land that is no state's of the codebook is drawn without a code.
Borders are simplified together, so that neighbours still meet; a state too small for that is a point.

    pip install "shapely>=2.1"
    apt-get download qgis-common && dpkg -x qgis-common_*.deb unpacked
    python scripts/distil_world.py unpacked/usr/share/qgis/resources/data/world_map.gpkg
"""

from __future__ import annotations

import csv
import json
import sqlite3
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
from shapely import (
    Geometry,
    MultiPolygon,
    Point,
    coverage_simplify,
    from_wkb,
    make_valid,
    set_precision,
    transform,
    union_all,
)

CODEBOOK = Path(__file__).parents[1] / "src/ballotwatch/codebooks/common"
TARGET = CODEBOOK / "world.geojson"
DECIMALS = 2
# Shapes smaller than this, in square degrees at the equator, are left out, and a state of nothing else becomes a point;
# corners that span less than the square of the tolerance are cut (Visvalingam and Whyatt's method, as GEOS has it).
LEAST, TOLERANCE = 0.06, 0.33
ENVELOPES = (0, 32, 48, 48, 64)
NOT_DRAWN = {"ATA"}
# Sovereigns of the layer without a code of their own in it, by name; and a state that it leaves out (its seat).
CODES = {"Kosovo": "XKX"}
POINTS = {"VAT": (12.45, 41.9)}
CRIMEA = ("UP11", "UP20")


def geometry(blob: bytes) -> Geometry:
    """The shape in a GeoPackage blob (OGC 12-128r15): WKB behind a header whose length its flags tell."""
    return make_valid(from_wkb(blob[8 + ENVELOPES[blob[3] >> 1 & 7] :]))


def read(geopackage: str) -> dict[str, Geometry]:
    """Shapes of the layer by alpha-3 code or, for land without a state in the codebook, by its name."""
    with sqlite3.connect(f"file:{geopackage}?mode=ro", uri=True) as database:
        rows = database.execute("SELECT ISO_A3, NAME, fid, geom FROM countries").fetchall()
        crimea = database.execute("SELECT geom FROM states_provinces WHERE fips IN (?, ?)", CRIMEA).fetchall()
    if len(crimea) != len(CRIMEA):
        raise SystemExit("the layer lacks Crimea or Sevastopol: is it Natural Earth 1:10m admin-1?")
    shapes = defaultdict(list)
    for code, name, fid, blob in rows:
        shapes[CODES.get(name, code) or f"land {fid}"].append(geometry(blob))
    joined = {code: union_all(parts) for code, parts in shapes.items() if code not in NOT_DRAWN}
    return to_ukraine(joined, union_all([geometry(blob) for (blob,) in crimea]))


def to_ukraine(shapes: dict[str, Geometry], crimea: Geometry) -> dict[str, Geometry]:
    """Crimea and Sevastopol cut from Russia and joined to Ukraine."""
    # The layers were generalised apart: what of Russia lies about Crimea's outline is Crimea's coast.
    about = crimea.buffer(0.05)
    russia, rest = shapes["RUS"].difference(about), shapes["RUS"].intersection(about)
    ukraine = union_all([shapes["UKR"], rest, crimea.difference(russia)])
    return shapes | {"RUS": russia, "UKR": ukraine.buffer(0.001).buffer(-0.001)}


def simplify(shapes: dict[str, Geometry]) -> dict[str, Geometry]:
    """All shapes with fewer corners, neighbours still touching; those that vanish as a point."""
    kept = {code: large(transform(shape, flat)) for code, shape in shapes.items()}
    codes = [code for code, shape in kept.items() if not shape.is_empty]
    simple = coverage_simplify([kept[code] for code in codes], TOLERANCE)
    points = {code: shapes[code].representative_point() for code in shapes if code not in codes}
    round_ = [set_precision(transform(shape, back), 10**-DECIMALS) for shape in simple]
    return points | dict(zip(codes, round_, strict=True))


def flat(points: np.ndarray) -> np.ndarray:
    """Longitude and latitude to Lambert's cylindrical projection, which shows areas true to each other."""
    return np.column_stack([points[:, 0], np.degrees(np.sin(np.radians(points[:, 1])))])


def back(points: np.ndarray) -> np.ndarray:
    """From Lambert's cylindrical projection to longitude and latitude."""
    return np.column_stack([points[:, 0], np.degrees(np.arcsin(np.clip(np.radians(points[:, 1]), -1, 1)))])


def large(shape: Geometry) -> MultiPolygon:
    """The parts of a shape that are large enough to be seen."""
    parts = getattr(shape, "geoms", [shape])
    return MultiPolygon([part for part in parts if part.geom_type == "Polygon" and part.area > LEAST])


def feature(code: str, name: str, shape: Geometry) -> dict:
    """The GeoJSON feature of a state, or of land without one (code and name empty). Exterior rings counterclockwise."""
    if isinstance(shape, Point):
        place = {"type": "Point", "coordinates": [round(shape.x, DECIMALS), round(shape.y, DECIMALS)]}
        return {"type": "Feature", "properties": {"entity": code, "name": name}, "geometry": place}
    rings = [part.exterior for part in getattr(shape, "geoms", [shape]) if part.geom_type == "Polygon"]
    rings = [ring if ring.is_ccw else ring.reverse() for ring in rings]
    coordinates = [[[[round(x, DECIMALS), round(y, DECIMALS)] for x, y in ring.coords]] for ring in rings]
    outline = {"type": "MultiPolygon", "coordinates": coordinates}
    return {"type": "Feature", "properties": {"entity": code, "name": name}, "geometry": outline}


def main(geopackage: str) -> None:
    """Write the outlines of all states of the codebook, then the land that is no state's, one feature a line."""
    with (CODEBOOK / "states.csv").open(encoding="utf-8") as file:
        names = {row["entity"]: row["name"] for row in csv.DictReader(file)}
    shapes = simplify(read(geopackage)) | {code: Point(*place) for code, place in POINTS.items()}
    if missing := set(names) - set(shapes):
        raise SystemExit(f"the layer lacks {', '.join(sorted(missing))}: give each a code or a point in this script")
    features = [feature(code, names[code], shapes[code]) for code in sorted(names)]
    rest = [feature("", "", shapes[code]) for code in sorted(set(shapes) - set(names))]
    features += [land for land in rest if land["geometry"]["type"] != "Point"]
    lines = [json.dumps(item, ensure_ascii=False, separators=(",", ":")) for item in features]
    TARGET.write_text('{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n", encoding="utf-8")
    print(f"{len(names)} states, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
