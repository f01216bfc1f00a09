"""Confidence: counts of a rule on reference codings in, probability of being right out; and whether it holds."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from ballotwatch import agreement
from ballotwatch.codebook import load_codebook
from ballotwatch.coding.confidence import WEIGHT, confidence


def codebook(*counts: tuple[str, int, int]) -> SimpleNamespace:
    class Book(SimpleNamespace):
        __hash__ = object.__hash__

    return Book(confidence=pd.DataFrame(counts, columns=["rule", "right", "wrong"]))


@pytest.mark.parametrize(
    ("counts", "rule", "expected"),
    [
        ([("a", 90, 10)], "a", (90 + WEIGHT * 0.9) / (100 + WEIGHT)),
        ([("a", 90, 10)], "never seen", 0.9),
        ([("a", 8, 0), ("b", 0, 8)], "b", WEIGHT * 0.5 / (8 + WEIGHT)),
        ([], "a", 0.5),
    ],
)
def test_confidence_leans_on_all_rules_where_one_is_seldom(counts, rule, expected) -> None:
    assert confidence(rule, codebook(*counts)) == pytest.approx(expected, abs=0.001)


def test_the_codebook_has_counts_for_the_rules_that_it_can_fire() -> None:
    book = load_codebook()
    known = {f"{row.frame}:{row.cue}" for row in book.cues.itertuples()} | {"echo", "figure:turnout", "figure:result"}
    assert set(book.confidence.rule) <= known


def test_calibration_counts_each_item_once() -> None:
    statements = pd.DataFrame(
        {
            "doc_id": ["d", "d", "d"],
            "entity": ["UKR", "UKR", "EU"],
            "concept": ["fraud"] * 3,
            "confidence": [0.6, 0.95, 0.95],
        }
    )
    compared = pd.DataFrame(
        [("d", "EU", "fraud", agreement.PROGRAM), ("d", "UKR", "fraud", agreement.BOTH)],
        columns=[*agreement.KEY, "outcome"],
    )
    table = agreement.calibration(statements, compared)
    assert table.values.tolist() == [["0.9 to 1.0", 2, 0.95, 0.5]]
