"""Figures: sentences in, (concept, value) out; percentages of other things yield nothing."""

from __future__ import annotations

import pytest

from ballotwatch.coding.figures import find_figures
from ballotwatch.coding.text import parse

PAIRS = [
    ("Turnout was 44.3 percent, the commission said.", [("turnout", 44.3)]),
    ("The commission put turnout at 71%.", [("turnout", 71)]),
    ("On a turnout of 62 per cent, 91 per cent voted yes.", [("turnout", 62), ("result", 91)]),
    ("More than 40% of voters had cast their ballots by noon.", [("turnout", 40)]),
    ("The incumbent won 78.5 percent of the vote.", [("result", 78.5)]),
    ("The ruling party took 54% of the votes and the opposition 31%.", [("result", 54), ("result", 31)]),
    ("According to the commission, 96 percent backed union in the referendum.", [("result", 96)]),
    ("Turnout reached 55% in the north, 61% in the south and 48% in the east.",
     [("turnout", 55), ("turnout", 61), ("turnout", 48)]),
    ("The amendments were supported by 81.4% of voters.", [("result", 81.4)]),
    ("Inflation was 12 percent in May.", []),
    ("About 30 percent of the polling stations were in schools.", []),
    ("The price of bread rose by 5%.", []),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "expected"), PAIRS)
def test_figures(sentence: str, expected: list[tuple[str, float]]) -> None:
    assert [(f.concept, f.value) for f in find_figures(parse(sentence))] == expected
