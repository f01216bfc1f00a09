"""Find the words that carry a concept: the codebook's cue table run over a parsed text.

A pattern is one lemma ("condemn"), several in a row ("null and void"), or a word and another that it governs
("impose>sanction": the second stands at most ``REACH`` words away, below the first). A lemma may ask for a part of
speech ("force/VERB").
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from ballotwatch.codebook import Codebook
from ballotwatch.coding.tokens import Doc, Token

REACH = 16
GOVERNED = 5


class Cue(NamedTuple):
    """One pattern of the cue table: the sense it has, how it attaches, what it must be about."""

    sense: str
    frame: str
    about: str
    words: tuple[str, ...]
    governed: bool


class Hit(NamedTuple):
    """A cue found: its head token, the lowest of its tokens (whose negation counts too), its span in characters."""

    cue: Cue
    token: Token
    lowest: Token
    start: int
    end: int


class CueTable:
    """The cue table, indexed by the first word of each pattern."""

    def __init__(self, codebook: Codebook) -> None:
        index: dict[str, list[Cue]] = defaultdict(list)
        for row in codebook.cues.itertuples():
            for pattern in row.words:
                governed = ">" in pattern
                words = tuple(pattern.split(">" if governed else " "))
                index[words[0]].append(Cue(row.cue, row.frame, row.about, words, governed))
        self.index = dict(index)

    def find(self, doc: Doc) -> Iterator[Hit]:
        """Every cue in a text, in its order; of the patterns of one sense at one place the longest."""
        forms = [token_forms(token) for token in doc]
        for i, here in enumerate(forms):
            first = [form for form in here if form in self.index]
            if not first:
                continue
            found: dict[str, Hit] = {}
            for form in sorted(first):
                for cue in self.index[form]:
                    hit = match(doc, forms, i, cue)
                    if hit and (cue.sense not in found or hit.end - hit.start > span_length(found[cue.sense])):
                        found[cue.sense] = hit
            yield from found.values()


@lru_cache(maxsize=8)
def cue_table(codebook: Codebook) -> CueTable:
    """The cue table of a codebook, built once for each."""
    return CueTable(codebook)


def token_forms(token: Token) -> frozenset[str]:
    """What a pattern's word may be matched against: lemma and form, each bare and with its part of speech."""
    return _forms(token.lemma_, token.lower_, token.pos_)


@lru_cache(maxsize=20_000)
def _forms(lemma: str, form: str, pos: str) -> frozenset[str]:
    plain = {lemma.lower(), form}
    return frozenset(plain | {f"{word}/{pos}" for word in plain})


def span_length(hit: Hit) -> int:
    """How many characters a cue spans."""
    return hit.end - hit.start


def match(doc: Doc, forms: list[frozenset[str]], i: int, cue: Cue) -> Hit | None:
    """The cue at token i, or None."""
    if cue.governed:
        return match_governed(doc, forms, i, cue)
    if i + len(cue.words) > len(doc) or any(word not in forms[i + k] for k, word in enumerate(cue.words)):
        return None
    span = doc[i : i + len(cue.words)]
    return Hit(cue, span.root, span.root, span.start_char, span.end_char)


def match_governed(doc: Doc, forms: list[frozenset[str]], i: int, cue: Cue) -> Hit | None:
    """The cue of a word that governs another, or None."""
    wanted, low, high = cue.words[1], max(0, i - REACH), i + REACH
    near = [j for j, here in enumerate(forms[low:high], low) if wanted in here and j != i]
    if not near:
        return None
    sentence = doc[i].sent
    for j in near:
        if sentence.start <= j < sentence.end and governs(doc[i], doc[j]):
            start, end = min(i, j), max(i, j)
            return Hit(cue, doc[i], doc[j], doc[start].idx, doc[end].idx + len(doc[end]))
    return None


def governs(head: Token, token: Token) -> bool:
    """Whether a token stands below another, at most a few steps, and in no clause about something else."""
    for _ in range(GOVERNED):
        if token.head.i == head.i:
            return True
        if token.dep_ in ("relcl", "ROOT"):
            return False
        token = token.head
    return False
