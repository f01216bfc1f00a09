"""A network of two kinds of nodes in two columns: an order in which links cross little, curves, and a mark on each.

Order: K. Sugiyama, S. Tagawa and M. Toda, "Methods for visual understanding of hierarchical system structures", IEEE
Transactions on Systems, Man, and Cybernetics 11 (1981), 109-125: each column in turn is sorted by the mean place of
what its nodes are linked to.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np

ROUNDS, POINTS = 24, 13
# Where along a curve its mark may stand, the middle first; and pixels: a phone's room for curves, and between marks.
STATIONS = (0.5, 0.42, 0.58, 0.35, 0.65, 0.28, 0.72, 0.22, 0.78)
ROOM, APART = 130, 9


class Link(NamedTuple):
    """A link: its height at the left and at the right, in pixels down, its weight and its polarity."""

    left: float
    right: float
    n: int
    polarity: int


def ordered(left: Sequence, right: Sequence, weights: Sequence[int]) -> tuple[list[Hashable], list[Hashable]]:
    """Both columns of nodes, each from the top, so that heavy links cross little.

    `left`, `right` and `weights` hold one entry a link. The outcome depends on nothing else: first come nodes sorted by
    name, and of all orders tried the first with the least crossings is taken.
    """
    ends = sorted(set(left)), sorted(set(right))
    links = np.zeros((len(ends[0]), len(ends[1])))
    for one, other, weight in zip(left, right, weights, strict=True):
        links[ends[0].index(one), ends[1].index(other)] += weight
    rows, columns = _best(links)
    return [ends[0][k] for k in rows], [ends[1][k] for k in columns]


def _best(links: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    rows, columns = np.arange(links.shape[0]), np.arange(links.shape[1])
    best = (crossings(links), rows, columns)
    for _ in range(ROUNDS):
        columns = np.argsort(np.round(_mean_places(links[rows].T), 9), kind="stable")
        rows = np.argsort(np.round(_mean_places(links[:, columns]), 9), kind="stable")
        best = min(best, (crossings(links[rows][:, columns]), rows, columns), key=lambda tried: tried[0])
    return best[1:]


def _mean_places(links: np.ndarray) -> np.ndarray:
    """For each row the mean place of the columns that it is linked to, by weight."""
    return links @ np.arange(links.shape[1]) / links.sum(axis=1)


def crossings(links: np.ndarray) -> float:
    """Crossings of a matrix of weights (rows at the left, columns at the right), each counted by both its weights."""
    below = np.zeros((links.shape[0] + 1, links.shape[1] + 1))
    below[:-1, 1:] = links[::-1].cumsum(axis=0)[::-1].cumsum(axis=1)
    return float((links * below[1:, :-1]).sum())


def curve(link: Link) -> list[tuple[float, float]]:
    """Points of the curve from (0, left) to (1, right) that leaves and arrives level."""
    return [_point(link, k / (POINTS - 1)) for k in range(POINTS)]


def _point(link: Link, t: float) -> tuple[float, float]:
    ease = 3 * t**2 - 2 * t**3
    return round(1.5 * t * (1 - t) + t**3, 4), round(link.left + (link.right - link.left) * ease, 2)


def marked(links: Sequence[Link]) -> list[tuple[float, float]]:
    """A point on each curve for its mark: the first station that keeps clear of the marks before, or the clearest."""
    taken: list[tuple[float, float]] = []
    for link in links:
        stations = [_point(link, t) for t in STATIONS]
        spaces = [_space(point, taken) for point in stations]
        clear = next((k for k, space in enumerate(spaces) if space >= APART), int(np.argmax(spaces)))
        taken.append(stations[clear])
    return taken


def _space(point: tuple[float, float], taken: list[tuple[float, float]]) -> float:
    if not taken:
        return float("inf")
    apart = (np.array(taken) - point) * (ROOM, 1)
    return float(np.hypot(apart[:, 0], apart[:, 1]).min())
