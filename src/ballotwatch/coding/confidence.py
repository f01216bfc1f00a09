"""How sure a statement is: the share of right codings among those that its rule made on the reference codings.

The counts stand in the codebook (``confidence.csv``), written by ``scripts/calibrate.py``. A rule seen seldom leans on
the share over all rules, as if that had been seen ``WEIGHT`` times more (an empirical Bayes estimate of a proportion,
Efron and Morris 1975).
"""

from __future__ import annotations

from functools import lru_cache

from ballotwatch.codebook import Codebook

# How many codings of a rule weigh as much as all rules together.
WEIGHT = 8.0
# Before anything has been counted.
UNKNOWN = 0.5


@lru_cache(maxsize=4)
def counts(codebook: Codebook) -> dict[str, tuple[float, float]]:
    """Right and wrong codings of each rule."""
    return {row.rule: (row.right, row.wrong) for row in codebook.confidence.itertuples()}


def confidence(rule: str, codebook: Codebook) -> float:
    """The probability, 0 to 1, that a statement of a rule is right, to three decimals."""
    known = counts(codebook)
    right, wrong = (sum(count[side] for count in known.values()) for side in (0, 1))
    prior = right / (right + wrong) if right + wrong else UNKNOWN
    own_right, own_wrong = known.get(rule, (0.0, 0.0))
    return round((own_right + WEIGHT * prior) / (own_right + own_wrong + WEIGHT), 3)
