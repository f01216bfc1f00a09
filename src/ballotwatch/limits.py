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


# Sure ends of a sentence that are found fast, and more characters than such an end has.
PLAIN_END = re.compile(r"[.!?]\s")
ENDING = 8
# A run leaves its mark in every so manieth character of a text.
STEP = 25


class Cap(NamedTuple):
    """A cap: what it counts, the most that is coded, the pieces of a text to count in, how they are counted, and whether a
    text is worth the counting, told from its ``sample``, every 25th character, or from all of it."""

    what: str
    most: int
    pieces: Callable[[str], Iterator[tuple[int, str]]]
    count: Callable[[str], int]
    suspects: Callable[[str, str], bool]


def too_long(text: str) -> str | None:
    """Why a text can't be coded for a run or a sentence that is too long: the rule and the value; None where it can."""
    sample = text[::STEP]
    for cap in CAPS:
        # Counting takes longer than reading the article does, and nearly no text is near a cap.
        if not cap.suspects(text, sample):
            continue
        for start, piece in cap.pieces(text):
            # No piece has more of anything than characters, and nearly all are short.
            if len(piece) > cap.most and (count := cap.count(piece)) > cap.most:
                return f"at most {cap.most:,} {cap.what}: {count:,} from character {start} on"
    return None


def _runs(pattern: re.Pattern[str]) -> Callable[[str], Iterator[tuple[int, str]]]:
    return lambda text: ((match.start(), match[0]) for match in pattern.finditer(text))


def _runs_long(characters: str, most: int) -> Callable[[str, str], bool]:
    """Whether a run of more than so many characters may be in a text: it would hold so many in a row of its sample."""
    pattern = re.compile(f"{characters}{{{most // STEP}}}")
    return lambda text, sample: bool(pattern.search(sample))


def _sentence_long(text: str, sample: str) -> bool:
    """Whether a sentence of a text may be too long: none has more words and signs than characters."""
    least = MAX_SENTENCE - ENDING
    return any(
        len(paragraph) > least and any(len(part) > least for part in PLAIN_END.split(paragraph))
        for paragraph in text.split("\n\n")
    )


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
    Cap("characters of white space in a row", MAX_SPACES, _runs(SPACES), len, _runs_long(r"\s", MAX_SPACES)),
    Cap("signs in a row", MAX_SIGNS, _runs(SIGNS), _without_spaces, _runs_long(r"[\W_]", MAX_SIGNS)),
    Cap("characters without white space", MAX_UNBROKEN, _runs(UNBROKEN), len, _runs_long(r"\S", MAX_UNBROKEN)),
    Cap("words and signs in one sentence", MAX_SENTENCE, _sentences, _tokens, _sentence_long),
)
