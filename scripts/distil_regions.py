"""Distil the boundaries of Ukraine's 27 first-level units into a GeoJSON file of the codebook.

Source: Natural Earth 1:10m admin-1 (public domain), as carried by Debian's package ``qgis-common``
(``resources/data/world_map.gpkg``, layer ``states_provinces``). A GeoPackage is SQLite with WKB geometries behind
a short header, so nothing but the standard library is needed. Natural Earth files Crimea and Sevastopol under Russia;
here they are Ukraine's, as UN General Assembly resolution 68/262 affirms.

    apt-get download qgis-common && dpkg -x qgis-common_*.deb unpacked
    python scripts/distil_regions.py unpacked/usr/share/qgis/resources/data/world_map.gpkg
"""

from __future__ import annotations

import itertools
import json
import sqlite3
import struct
import sys
from pathlib import Path

TARGET = Path(__file__).parents[1] / "src/ballotwatch/codebooks/occupied-ukraine/regions.geojson"
DECIMALS = 3
MULTIPOLYGON, POLYGON = 6, 3

# FIPS 10-4 code, which the layer carries, to ISO 3166-2.
UNITS = {
    "UP01": "UA-71", "UP02": "UA-74", "UP03": "UA-77", "UP04": "UA-12", "UP05": "UA-14", "UP06": "UA-26", "UP07": "UA-63",
    "UP08": "UA-65", "UP09": "UA-68", "UP10": "UA-35", "UP11": "UA-43", "UP12": "UA-30", "UP13": "UA-32", "UP14": "UA-09",
    "UP15": "UA-46", "UP16": "UA-48", "UP17": "UA-51", "UP18": "UA-53", "UP19": "UA-56", "UP20": "UA-40", "UP21": "UA-59",
    "UP22": "UA-61", "UP23": "UA-05", "UP24": "UA-07", "UP25": "UA-21", "UP26": "UA-23", "UP27": "UA-18",
}  # fmt: skip

Point = tuple[float, float]
Ring = list[Point]


def read_multipolygon(blob: bytes) -> list[list[Ring]]:
    """Polygons, each a list of rings, of a GeoPackage geometry (OGC 12-128r15, little-endian WKB multipolygon)."""
    envelope = (0, 32, 48, 48, 64)[blob[3] >> 1 & 7]
    position = 8 + envelope
    kind, count = struct.unpack_from("<xII", blob, position)
    if blob[position] != 1 or kind != MULTIPOLYGON:
        raise ValueError(f"expected a little-endian multipolygon, found byte order {blob[position]}, type {kind}")
    polygons, position = [], position + 9
    for _ in range(count):
        polygon, position = read_polygon(blob, position)
        polygons.append(polygon)
    return polygons


def read_polygon(blob: bytes, position: int) -> tuple[list[Ring], int]:
    """The rings of the polygon at a position, and the position behind it."""
    kind, count = struct.unpack_from("<xII", blob, position)
    if kind != POLYGON:
        raise ValueError(f"expected a polygon, found type {kind}")
    rings, position = [], position + 9
    for _ in range(count):
        (points,) = struct.unpack_from("<I", blob, position)
        flat = struct.unpack_from(f"<{2 * points}d", blob, position + 4)
        rings.append(list(zip(flat[::2], flat[1::2], strict=True)))
        position += 4 + 16 * points
    return rings, position


def round_ring(ring: Ring) -> Ring:
    """A ring at the decimals of the codebook, closed, without repeated points."""
    points = [(round(x, DECIMALS), round(y, DECIMALS)) for x, y in ring]
    kept = [point for i, point in enumerate(points) if i == 0 or point != points[i - 1]]
    return kept if kept[0] == kept[-1] else [*kept, kept[0]]


def area(ring: Ring) -> float:
    """Signed area in square degrees: positive where the ring runs counterclockwise."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in itertools.pairwise(ring)) / 2


def orient(rings: list[Ring]) -> list[Ring]:
    """Exterior counterclockwise and holes clockwise, as RFC 7946 asks."""
    return [ring if (area(ring) > 0) == (i == 0) else ring[::-1] for i, ring in enumerate(rings)]


def feature(region: str, blob: bytes) -> dict:
    """The GeoJSON feature of a unit."""
    polygons = [[round_ring(ring) for ring in polygon] for polygon in read_multipolygon(blob)]
    # An islet that shrinks to a line at this precision has no area to show.
    polygons = [orient(polygon) for polygon in polygons if len(polygon[0]) > 3 and area(polygon[0])]
    return {
        "type": "Feature",
        "properties": {"region": region},
        "geometry": {"type": "MultiPolygon", "coordinates": polygons},
    }


def main(geopackage: str) -> None:
    """Write the boundaries of all units, one feature a line."""
    query = "SELECT fips, geom FROM states_provinces WHERE fips LIKE 'UP%'"
    with sqlite3.connect(f"file:{geopackage}?mode=ro", uri=True) as database:
        blobs = {UNITS[fips]: blob for fips, blob in database.execute(query)}
    if missing := set(UNITS.values()) - set(blobs):
        raise SystemExit(f"the layer lacks {', '.join(sorted(missing))}: is it Natural Earth 1:10m admin-1?")
    lines = [json.dumps(feature(region, blobs[region]), separators=(",", ":")) for region in sorted(blobs)]
    TARGET.write_text('{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n", encoding="utf-8")
    print(f"{len(lines)} units, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
