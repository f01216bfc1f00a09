"""Caps on the shape of a text: runs and sentences that no article has, and that would hold up the coder for hours.

spaCy's tokenizer takes the square of a run of marks, patterns for white space the square of a run of spaces, and rules
that look through a sentence the square of its words. Under these caps all of them are linear in the text. In 3,000
news articles from the web, tables and mark-up left in them included, the longest of each keeps well below its cap.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

# Signs in a row, white space between them not counted. Rulers and tables of news articles reach 127.
MAX_SIGNS = 500
# Characters without white space. Addresses of tracked links reach 1,015.
MAX_UNBROKEN = 3_000
# White space in a row. Emptied mark-up reaches 100.
MAX_SPACES = 1_000
# Words and signs of one sentence. Lists and tables without full stops reach 358.
MAX_SENTENCE = 1_500

SIGNS = re.compile(r"[\W_]+")
UNBROKEN = re.compile(r"\S+")
SPACES = re.compile(r"\s+")
TOKEN = re.compile(r"\w+|[^\w\s]")
# A line shorter than 55 is no hard-wrapped prose, nor is one that a capital, a sign or a blank line follows.
SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*\s|\n(?![a-z])|(?<![^\n]{55})\n")


class Cap(NamedTuple):
    """A cap: what it counts, the most that is coded, the pieces of a text to count in, and how they are counted."""

    what: str
    most: int
    pieces: Callable[[str], Iterator[tuple[int, str]]]
    count: Callable[[str], int]


def too_long(text: str) -> str | None:
    """Why a text can't be coded for a run or a sentence that is too long: the rule and the value; None where it can."""
    for cap in CAPS:
        for start, piece in cap.pieces(text):
            # No piece has more of anything than characters, and nearly all are short.
            if len(piece) > cap.most and (count := cap.count(piece)) > cap.most:
                return f"at most {cap.most:,} {cap.what}: {count:,} from character {start} on"
    return None


def _runs(pattern: re.Pattern[str]) -> Callable[[str], Iterator[tuple[int, str]]]:
    return lambda text: ((match.start(), match[0]) for match in pattern.finditer(text))


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    """Stretches of a text from one sure end of a sentence to the next."""
    start = 0
    for end in [match.end() for match in SENTENCE_END.finditer(text)] + [len(text)]:
        yield start, text[start:end]
        start = end


def _without_spaces(run: str) -> int:
    return sum(len(part) for part in run.split())


def _tokens(sentence: str) -> int:
    return sum(1 for _ in TOKEN.finditer(sentence))


# In this order: the later patterns are linear only in texts that the earlier caps let through.
CAPS = (
    Cap("characters of white space in a row", MAX_SPACES, _runs(SPACES), len),
    Cap("signs in a row", MAX_SIGNS, _runs(SIGNS), _without_spaces),
    Cap("characters without white space", MAX_UNBROKEN, _runs(UNBROKEN), len),
    Cap("words and signs in one sentence", MAX_SENTENCE, _sentences, _tokens),
)
