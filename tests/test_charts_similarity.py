"""The order in which like stands by like."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ballotwatch.charts.similarity import leaf_order


def _order(rows: dict[str, list[float]], lean: list[float] | None = None) -> list[str]:
    profiles = pd.DataFrame.from_dict(rows, orient="index")
    return leaf_order(profiles, pd.Series(lean or [0.0] * len(rows), index=profiles.index))


def test_like_stands_by_like_whatever_the_amounts() -> None:
    order = _order({"a": [9, 0, 0], "b": [0, 0, 5], "c": [1, 1, 0], "d": [0, 2, 1]}, [1, 4, 2, 3])
    assert order == ["a", "c", "d", "b"]


def test_the_same_profile_keeps_the_order_given() -> None:
    assert _order({"z": [1, 0], "m": [2, 0], "a": [7, 0]}) == ["z", "m", "a"]
    assert _order({"z": [1, 0], "b": [0, 1], "a": [7, 0]}, [0, 1, 0]) == ["z", "a", "b"]


def test_low_lean_comes_first() -> None:
    rows = {"x": [1, 0], "y": [1, 1], "z": [0, 1]}
    assert _order(rows, [1, 0, -1]) == ["z", "y", "x"] and _order(rows, [-1, 0, 1]) == ["x", "y", "z"]


def test_nothing_one_and_rows_of_zeros() -> None:
    assert _order({}) == [] and _order({"a": [3, 1]}) == ["a"]
    assert sorted(_order({"a": [0, 0], "b": [0, 0], "c": [1, 0]})) == ["a", "b", "c"]


def test_the_same_input_gives_the_same_order() -> None:
    grid = np.random.default_rng(3).integers(0, 3, (60, 20))
    rows = {f"e{i}": list(map(float, row)) for i, row in enumerate(grid)}
    assert _order(rows) == _order(rows) and sorted(_order(rows)) == sorted(rows)
