"""Reprints: which document says in the same words what an earlier one said.

Candidates come from MinHash with locality-sensitive hashing (Broder 1997; Leskovec et al., Mining of Massive Datasets,
chapter 3), the decision from the exact sets of word shingles. Two reports of one event share names and figures but few
runs of words; two forms filled in share runs of words but not names and figures.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import NamedTuple

import numpy as np

from ballotwatch.layout import find_layout

# Words in a row that two texts rarely share by chance.
SHINGLE = 4
# Share of shingles that both have, of all that either has: a reprint with a new headline and small edits.
SAME = 0.6
# Share of the shorter one's shingles that the longer one holds: a reprint that was cut, or that was added to.
HELD = 0.85
# The shorter must be this much of the longer then: a statement quoted whole inside a report is no reprint.
CUT = 0.5
# Share of the shorter one's names and of its figures that the longer one holds: a form filled in anew has others.
# One may differ all the same: an outlet's own name, a date in the line above the text.
FACTS = 0.85
# Fewer shingles than this say nothing: short notices agree by formula.
FEWEST = 20
# With 3 rows in a band, 42 bands find a pair of Jaccard 0.4, the least that HELD and CUT allow, in 94 of 100 cases and
# one of 0.6 always but once in 30,000.
BANDS, ROWS = 42, 3
# Odd multipliers of 64 bits (golden ratio; MurmurHash3's finaliser) that make one number of several words' numbers.
MULTIPLIER, MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xFF51AFD7ED558CCD)
LARGEST = np.uint64(2**64 - 1)
# Hash functions of the signature: multiplication by an odd number modulo 2^64, whose high bits count (Dietzfelbinger et al.
# 1997). The generator is one whose numbers NumPy never changes.
FUNCTIONS = np.random.RandomState(1).randint(0, 2**63, BANDS * ROWS, dtype=np.uint64) * np.uint64(2) + np.uint64(1)


class Compared(NamedTuple):
    """What of a text is compared: a hash that equal words share (b"" for none), sorted 64-bit hashes of its runs of words, of
    its names and of its figures as bytes, and one number for each band of its signature."""

    equal: bytes
    shingles: bytes
    names: bytes
    figures: bytes
    bands: list[int]


class Reprints:
    """The texts so far, kept in a database so that memory does not grow with them; `add` tells what a text reprints."""

    def __init__(self, database: sqlite3.Connection) -> None:
        """`database`: an open one, to which tables are added."""
        self._database = database
        database.execute("CREATE TABLE equal (words BLOB PRIMARY KEY, root TEXT) WITHOUT ROWID")
        database.execute("CREATE TABLE compared (place INTEGER PRIMARY KEY, root TEXT, shingles, names, figures)")
        database.execute("CREATE TABLE bands (band INTEGER, place INTEGER, PRIMARY KEY (band, place)) WITHOUT ROWID")

    def add(self, doc_id: str, text: Compared) -> str | None:
        """The doc_id of the earliest text that this one reprints, None where there is none.

        Texts come in the order in which they count as earlier. A reprint of a reprint is linked to the first of them. A
        text of fewer than 23 words is nobody's reprint unless equal in words.
        """
        if not text.equal:
            return None
        row = self._database.execute("SELECT root FROM equal WHERE words = ?", (text.equal,)).fetchone()
        root = row[0] if row else self._add_alike(doc_id, text)
        self._database.execute("INSERT OR IGNORE INTO equal VALUES (?, ?)", (text.equal, root))
        return root if root != doc_id else None

    def _add_alike(self, doc_id: str, text: Compared) -> str:
        """What a text reprints with changes, else itself; it is kept for those to come where it says enough."""
        own = _arrays(text.shingles, text.names, text.figures)
        if len(own.shingles) < FEWEST:
            return doc_id
        root = next((root for root, earlier in self._candidates(text.bands) if _reprints(own, earlier)), doc_id)
        values = (root, text.shingles, text.names, text.figures)
        place = self._database.execute("INSERT INTO compared VALUES (NULL, ?, ?, ?, ?)", values).lastrowid
        self._database.executemany("INSERT INTO bands VALUES (?, ?)", [(band, place) for band in set(text.bands)])
        return root

    def _candidates(self, bands: list[int]) -> Iterator[tuple[str, _Words]]:
        """Texts that share a band, the earliest first, each with the first of what it reprints."""
        marks = ", ".join("?" * len(bands))
        found = self._database.execute(
            f"SELECT DISTINCT place FROM bands WHERE band IN ({marks}) ORDER BY place", bands
        )
        for (place,) in found.fetchall():
            query = "SELECT root, shingles, names, figures FROM compared WHERE place = ?"
            root, *parts = self._database.execute(query, (place,)).fetchone()
            yield root, _arrays(*parts)


class _Words(NamedTuple):
    shingles: np.ndarray
    names: np.ndarray
    figures: np.ndarray


def _arrays(*parts: bytes) -> _Words:
    return _Words(*(np.frombuffer(part, dtype=np.uint64) for part in parts))


def find_duplicates(documents: Iterable[tuple[str, str]]) -> dict[str, str]:
    """For each reprint among (doc_id, text) with unique ids its doc_id, and that of the earliest which it reprints.

    See `Reprints.add`.
    """
    with closing(sqlite3.connect(":memory:")) as database:
        reprints = Reprints(database)
        found = {doc_id: reprints.add(doc_id, compared(text)) for doc_id, text in documents}
    return {doc_id: first for doc_id, first in found.items() if first}


def compared(text: str) -> Compared:
    """What of a text is compared with others."""
    title = find_layout(text).title
    words = re.findall(r"\w+", text)
    whole = np.array([zlib.crc32(word.lower().encode()) for word in words], dtype=np.uint64)
    # An outlet puts its own headline over what it reprints, often in capitals, which would pass for names.
    head = len(re.findall(r"\w+", text[: title.end])) if title else 0
    words, numbers = words[head:], whole[head:]
    names = np.unique(numbers[[word[0].isupper() for word in words]]) if words else numbers
    figures = np.unique(numbers[[word[0].isdigit() for word in words]]) if words else numbers
    shingles = _shingles(numbers)
    equal = hashlib.sha256(whole.tobytes()).digest() if len(whole) else b""
    return Compared(equal, shingles.tobytes(), names.tobytes(), figures.tobytes(), _bands(shingles))


def _bands(shingles: np.ndarray) -> list[int]:
    """A number for each band of the signature, which two texts share where they agree in it (signed, as SQLite counts)."""
    least = [(shingles * function).min(initial=LARGEST) for function in FUNCTIONS]
    rows = np.array(least, dtype=np.uint64).reshape(BANDS, ROWS)
    numbers = np.arange(BANDS, dtype=np.uint64)
    for row in range(ROWS):
        numbers = (numbers ^ rows[:, row]) * MULTIPLIER
        numbers ^= numbers >> np.uint64(29)
    return (numbers * MIX).view(np.int64).tolist()


def _shingles(numbers: np.ndarray) -> np.ndarray:
    """Distinct runs of SHINGLE words as sorted 64-bit hashes. Arithmetic wraps around, as a hash's does."""
    count = max(0, len(numbers) - SHINGLE + 1)
    runs = np.zeros(count, dtype=np.uint64)
    for offset in range(SHINGLE):
        runs = (runs ^ numbers[offset : offset + count]) * MULTIPLIER
        runs ^= runs >> np.uint64(29)
    return np.unique(runs * MIX)


def _reprints(a: _Words, b: _Words) -> bool:
    shared = len(np.intersect1d(a.shingles, b.shingles, assume_unique=True))
    shorter, longer = sorted((len(a.shingles), len(b.shingles)))
    same = shared >= SAME * (shorter + longer - shared)
    cut = shared >= HELD * shorter and shorter >= CUT * longer
    return (same or cut) and _hold(a.names, b.names) and _hold(a.figures, b.figures)


def _hold(a: np.ndarray, b: np.ndarray) -> bool:
    fewer = min(len(a), len(b))
    return fewer - len(np.intersect1d(a, b, assume_unique=True)) <= max(1, (1 - FACTS) * fewer)
