"""Which language a text is in, since the rules read English alone."""

from __future__ import annotations

import re

import py3langid

ENGLISH = "en"
# Enough for a sure answer, and no more work for a long text than for a short one.
SAMPLE = 5000
# English where so many of the first words, and so large a share of them, are little words that no other language has.
OPENING, FEWEST, ENOUGH = 1500, 50, 0.15
# Letters that are no Latin ones.
OTHER_SCRIPTS = re.compile(r"[^\W\d_A-Za-z\u00c0-\u024f]+")
LITTLE = frozenset(
    """the of and to that for with was were by from are this his her their they have has had not which you
    your what who will would could should been its it's about into more than there when out our""".split()
)


def language(text: str) -> str:
    """ISO 639-1 code of a text's language; by its little words where they prove English, else by py3langid.

    py3langid (Lui and Baldwin 2012, langid.py) costs as much as all else that is done for a text about no ballot.
    """
    words = text[:OPENING].lower().split()
    if len(words) >= FEWEST and sum(map(LITTLE.__contains__, words)) >= ENOUGH * len(words):
        return ENGLISH
    return py3langid.classify(_own_script(text[:SAMPLE]))[0]


def _own_script(text: str) -> str:
    """A text without words of other scripts where most of it is in Latin letters: it quotes them, and is not in their language."""
    latin = OTHER_SCRIPTS.sub(" ", text)
    return latin if 2 * len(latin) > len(text) else text
