"""Framing: where a text names a ballot with a label that takes its standing away or gives it, and in whose voice."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from ballotwatch.codebook import Codebook
from ballotwatch.coding.holders import Voices
from ballotwatch.coding.mentions import Ballots
from ballotwatch.coding.tokens import Doc, Token

OPENING, CLOSING = "\"“„«'‘", "\"”“»'’"
SCARE = "scare quotes"
# Words between a label and the noun that it labels: "sham regional and local elections".
REACH = 6


def find_framing(doc: Doc, codebook: Codebook, ballots: Ballots, voices: Voices) -> Iterator[dict]:
    """One row for each label on a ballot noun: start, end, text, label, direction, voice."""
    labels = _labels(codebook)
    for i in sorted(ballots.strong):
        for start, end, row in labels_of(doc[i], labels, codebook):
            yield {
                "start": start,
                "end": end,
                "text": doc.text[start:end],
                "label": row.label,
                "direction": row.direction,
                "voice": voice(doc[i], voices),
            }


@lru_cache(maxsize=8)
def _labels(codebook: Codebook) -> dict[str, NamedTuple]:
    """The rows of the codebook's labels by each of their spellings, in lower case."""
    return {name.lower(): row for row in codebook.framing.itertuples() for name in (row.names or (row.label,))}


def labels_of(noun: Token, labels: dict[str, NamedTuple], codebook: Codebook) -> Iterator[tuple[int, int, object]]:
    """The labels on a ballot noun, each with its span from label to noun."""
    end = noun.idx + len(noun)
    for token in noun.doc[max(noun.sent.start, noun.i - REACH) : noun.i]:
        row = labels.get(token.lower_) or so_called(token, labels)
        if row is not None and modifies(token, noun):
            yield token.idx, end, row
    for child in noun.children:
        if child.dep_ in ("appos",) and child.lower_ in labels:
            yield noun.idx, child.idx + len(child), labels[child.lower_]
    if span := scare_quotes(noun):
        scare = next((row for row in codebook.framing.itertuples() if row.label == SCARE), None)
        if scare is not None:
            yield *span, scare


def so_called(token: Token, labels: dict) -> object | None:
    """The label whose words are split by a hyphen: "so" of "so-called"."""
    if token.i + 2 < len(token.doc) and token.nbor(1).text == "-":
        return labels.get(f"{token.lower_}-{token.nbor(2).lower_}")
    return None


def modifies(token: Token, noun: Token) -> bool:
    """Whether a word before a noun belongs to its noun phrase."""
    between = noun.doc[token.i + 1 : noun.i]
    return not any(t.pos_ in ("VERB", "AUX", "ADP") and t.lower_ != "called" or t.text in ",;:" for t in between)


def scare_quotes(noun: Token) -> tuple[int, int] | None:
    """The span of the marks around a short phrase that ends in the noun."""
    text = noun.doc.text
    end = noun.idx + len(noun)
    while end < len(text) and text[end] in ".,":
        end += 1
    if end >= len(text) or text[end] not in CLOSING:
        return None
    window = noun.doc[max(noun.sent.start, noun.i - 4) : noun.i + 1]
    for token in reversed(window):
        if token.idx and text[token.idx - 1] in OPENING:
            return token.idx - 1, end + 1
    return None


def voice(noun: Token, voices: Voices) -> str:
    """'article', or the entity in whose quotation or statement a label stands."""
    if voices.is_quoted(noun) or voices.around(noun) is None:
        held = voices.source(noun)
        return held[0].entity if held else "article"
    return "article"
