"""Plane geometry of maps: outlines from GeoJSON, projections, areas, centres, and what lies inside what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import asin, cos, radians, sin, sqrt

Point = tuple[float, float]
Ring = list[Point]


def shapes(boundaries: Mapping, key: str) -> dict[str, list[Ring]]:
    """Outer rings of each feature of a GeoJSON FeatureCollection in degrees, by `properties[key]`.

    A unit inside another is drawn over it, so that holes need no ring. A feature that is a point has a ring of one
    point.
    """
    return {feature["properties"][key]: _rings(feature["geometry"]) for feature in boundaries["features"]}


def _rings(shape: Mapping) -> list[Ring]:
    if shape["type"] == "Point":
        return [[tuple(shape["coordinates"])]]
    polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    return [[(point[0], point[1]) for point in polygon[0]] for polygon in polygons]


def outlines(boundaries: Mapping) -> dict[str, list[Ring]]:
    """Outer rings of each unit of a GeoJSON FeatureCollection, keyed by `properties.region`.

    Projection: equirectangular, true at the middle parallel; x and y are in degrees of latitude.
    """
    rings = shapes(boundaries, "region")
    latitudes = [y for unit in rings.values() for ring in unit for _, y in ring]
    scale = cos(radians((min(latitudes) + max(latitudes)) / 2))
    return project(rings, lambda x, y: (x * scale, y))


def project(units: Mapping[str, list[Ring]], how: Callable[[float, float], Point]) -> dict[str, list[Ring]]:
    """Every point of every ring through a projection from longitude and latitude to x and y."""
    return {unit: [[how(x, y) for x, y in ring] for ring in rings] for unit, rings in units.items()}


def equal_earth(longitude: float, latitude: float) -> Point:
    """The Equal Earth projection of a point in degrees: x within ±2.707, y within ±1.317, areas true to each other.

    Source: B. Šavrič, T. Patterson and B. Jenny, "The Equal Earth map projection", International Journal of
    Geographical Information Science 33 (2018), 454-465.
    """
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    turn = asin(sqrt(3) / 2 * sin(radians(latitude)))
    square = turn * turn
    sixth = square**3
    slope = a1 + 3 * a2 * square + sixth * (7 * a3 + 9 * a4 * square)
    x = 2 * sqrt(3) / 3 * radians(longitude) * cos(turn) / slope
    return x, turn * (a1 + a2 * square + sixth * (a3 + a4 * square))


def area(ring: Ring) -> float:
    """Area inside a ring (shoelace formula), in the square of its unit."""
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True))) / 2


def centre(unit: list[Ring]) -> Point:
    """Centroid of the largest ring of a unit; a ring without area has the mean of its points."""
    ring = max(unit, key=area)
    pairs = list(zip(ring, ring[1:] + ring[:1], strict=True))
    twice = sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairs)
    if not twice:
        return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)
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


def path(rings: Iterable[Ring], decimals: int = 3) -> dict[str, list[float | None]]:
    """Rings as the x and y of one trace, a gap between one ring and the next."""
    points = [point for ring in rings for point in [*ring, (None, None)]][:-1]
    return {
        axis: [v if v is None else round(v, decimals) for v in (p[i] for p in points)] for i, axis in enumerate("xy")
    }
