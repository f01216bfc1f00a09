"""Reprints: which document says in the same words what an earlier one said.

Candidates come from MinHash with locality-sensitive hashing (Broder 1997; Leskovec et al., Mining of Massive Datasets,
chapter 3; datasketch), the decision from the exact sets of word shingles. Two reports of one event share names and
figures but few runs of words; two forms filled in share runs of words but not names and figures.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from datasketch import MinHash, MinHashLSH

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
SEED = 1
# Odd multipliers of 64 bits (golden ratio; MurmurHash3's finaliser) that make one number of several words' numbers.
MULTIPLIER, MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xFF51AFD7ED558CCD)


class _Words(NamedTuple):
    """What of a text is compared: hashes of its runs of words, its names, its figures; the signature."""

    shingles: np.ndarray
    names: np.ndarray
    figures: np.ndarray
    signature: MinHash


def find_duplicates(documents: Iterable[tuple[str, str]]) -> dict[str, str]:
    """For each reprint its doc_id, and the doc_id of the earliest document that it reprints.

    ``documents`` are (doc_id, text) with unique ids, in the order in which they count as earlier. A reprint of a
    reprint is linked to the first of them. A text of fewer than 23 words is nobody's reprint unless equal in words.
    """
    index = MinHashLSH(num_perm=BANDS * ROWS, params=(BANDS, ROWS))
    kept: dict[str, _Words] = {}
    place: dict[str, int] = {}
    equal: dict[bytes, str] = {}
    found: dict[str, str] = {}
    for doc_id, text in documents:
        numbers, own = _words(text)
        first = equal.setdefault(numbers, doc_id) if numbers else doc_id
        if first == doc_id and len(own.shingles) >= FEWEST:
            candidates = sorted(index.query(own.signature), key=place.__getitem__)
            first = next((earlier for earlier in candidates if _reprints(own, kept[earlier])), doc_id)
            index.insert(doc_id, own.signature)
            kept[doc_id], place[doc_id] = own, len(place)
        if first != doc_id:
            found[doc_id] = found.get(first, first)
    return found


def find_copies(documents: Iterable[tuple[str, str]]) -> dict[str, str]:
    """For each document whose text an earlier one has letter for letter, that one's doc_id.

    ``documents`` are (doc_id, sha256 of the text) in the order in which they count as earlier.
    """
    first: dict[str, str] = {}
    found = {doc_id: first.setdefault(digest, doc_id) for doc_id, digest in documents}
    return {doc_id: earlier for doc_id, earlier in found.items() if earlier != doc_id}


def _words(text: str) -> tuple[bytes, _Words]:
    """The text's words as bytes, the same for the same words, and what is compared of them."""
    title = find_layout(text).title
    words = re.findall(r"\w+", text)
    whole = np.array([zlib.crc32(word.lower().encode()) for word in words], dtype=np.uint64)
    # An outlet puts its own headline over what it reprints, often in capitals, which would pass for names.
    head = len(re.findall(r"\w+", text[: title.end])) if title else 0
    words, numbers = words[head:], whole[head:]
    names = np.unique(numbers[[word[0].isupper() for word in words]]) if words else numbers
    figures = np.unique(numbers[[word[0].isdigit() for word in words]]) if words else numbers
    shingles = _shingles(numbers)
    signature = MinHash(BANDS * ROWS, seed=SEED, hashfunc=int)
    signature.update_batch(shingles >> np.uint64(32))
    return whole.tobytes(), _Words(shingles, names, figures, signature)


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
