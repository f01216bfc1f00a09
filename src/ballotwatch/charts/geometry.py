"""Plane geometry of maps: outlines from GeoJSON, projections, areas, centres, and what lies inside what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import asin, cos, radians, sin, sqrt

import numpy as np

Point = tuple[float, float]
Ring = list[Point]
Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""


def shapes(boundaries: Mapping, key: str) -> dict[str, list[Ring]]:
    """Outer rings of the features of a GeoJSON FeatureCollection in degrees, by `properties[key]`.

    A unit inside another is drawn over it, so that holes need no ring. A feature that is a point has a ring of one
    point.
    """
    found: dict[str, list[Ring]] = {}
    for feature in boundaries["features"]:
        found.setdefault(feature["properties"][key], []).extend(_rings(feature["geometry"]))
    return found


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


def path(rings: Iterable[Ring]) -> dict[str, np.ndarray]:
    """Rings as the x and y of one trace, a gap (NaN) between one ring and the next.

    Single precision is finer than a screen, and as binary data a third of the size that numbers as text would be.
    """
    gap = (np.nan, np.nan)
    points = np.array([point for ring in rings for point in [*ring, gap]][:-1], dtype=np.float32).reshape(-1, 2)
    return {"x": points[:, 0], "y": points[:, 1]}


def clip(ring: Ring, box: Box) -> Ring:
    """The part of a ring within a box, by Sutherland and Hodgman's method; [] for none."""
    left, bottom, right, top = box
    for axis, edge, side in ((0, left, 1), (1, bottom, 1), (0, right, -1), (1, top, -1)):
        kept: Ring = []
        for here, there in zip(ring, ring[1:] + ring[:1], strict=True):
            within, then = (side * (point[axis] - edge) >= 0 for point in (here, there))
            if within:
                kept.append(here)
            if within != then:
                share = (edge - here[axis]) / (there[axis] - here[axis])
                kept.append((here[0] + share * (there[0] - here[0]), here[1] + share * (there[1] - here[1])))
        ring = kept
    return ring


def labels_that_fit(
    boxes: Mapping[tuple[str, float], Box], marks: Mapping[str, Box], within: Box
) -> list[tuple[str, float]]:
    """Which labels fit, first come first served: boxes by name and place, of which each name takes the first free one.

    Free is a place inside `within` that overlaps no other label and nobody else's mark.
    """
    fitting: dict[str, tuple[str, float]] = {}
    for key, box in boxes.items():
        others = [boxes[other] for other in fitting.values()] + [mark for name, mark in marks.items() if name != key[0]]
        inner = box[0] >= within[0] and box[1] >= within[1] and box[2] <= within[2] and box[3] <= within[3]
        if key[0] not in fitting and inner and not any(overlap(box, other) for other in others):
            fitting[key[0]] = key
    return list(fitting.values())


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes share more than an edge."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def coarse(ring: Ring, grid: float) -> Ring:
    """A ring with its points on a grid, repeated ones left out: neighbours, whose points are the same, still meet."""
    points = [(round(x / grid) * grid, round(y / grid) * grid) for x, y in ring]
    return [point for i, point in enumerate(points) if i == 0 or point != points[i - 1]]
