"""Places that a text names, and which of them it places the ballot or its events in.

A unit counts where a ballot is in view: in the sentence, or just before in the paragraph. It doesn't count where it only
belongs to a title ("the mayor of Melitopol wrote"), where somebody merely speaks ("told reporters in Donetsk"), in a
dateline, or where the sentence is about the war. Units that the codebook knows no ballot in must have one in the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import pandas as pd

from ballotwatch.codebook import Codebook
from ballotwatch.coding.actors import Actors
from ballotwatch.coding.gazetteer import Entry, gazetteer
from ballotwatch.coding.mentions import ballots_of
from ballotwatch.coding.tokens import Doc, Token
from ballotwatch.coding.vocabulary import Words, word_classes
from ballotwatch.coding.words import Item

KINDS = ("region", "group", "settlement", "territory", "territorial", "state", "capital")
# The place's own name at the beginning of a paragraph, in capitals, before the report proper.
DATELINE = re.compile(r"(?:^|\n)[^a-z\n]{0,40}$")
# Sentences back in which a ballot must be named for a unit to be where it is held.
NEAR = 2


class Place(NamedTuple):
    """A row of the table of places: a passage and one place that it names."""

    start: int
    end: int
    text: str
    name: str
    kind: str
    region: str | None
    country: str | None
    lat: float | None
    lon: float | None
    located: bool


def find_places(doc: Doc, codebook: Codebook, actors: Actors) -> list[Place]:
    """The places of a document in order; a name for several units gives a row for each."""
    located = Locator(doc, codebook, actors)
    places = []
    for match in gazetteer(codebook).find(actors.text):
        entries = [entry for entry in match.entries if entry.kind in KINDS]
        if not entries or any(entry.kind in ("person", "organisation") for entry in match.entries):
            continue
        for entry in _units(entries, codebook):
            held = located(match.start, match.end, entry, any(e.kind == "capital" for e in match.entries))
            places.append(_place(actors.text, match.start, match.end, entry, held))
    return places


def _units(entries: list[Entry], codebook: Codebook) -> Iterator[Entry]:
    """What a name stands for on the map: units for a group, and the first meaning for anything else."""
    first = min(entries, key=lambda entry: KINDS.index(entry.kind))
    if first.kind == "group" or (first.kind in ("territory", "territorial") and first.regions):
        known = regions(codebook)
        yield from (known[region] for region in first.regions)
    elif first.kind != "capital":
        yield first


@lru_cache(maxsize=8)
def regions(codebook: Codebook) -> dict[str, Entry]:
    """The codebook's units by ISO 3166-2 code."""
    return {
        row.region: Entry("region", row.name, None, None, row.region, (row.region,), row.country, row.lat, row.lon)
        for row in codebook.regions.itertuples()
    }


@lru_cache(maxsize=8)
def voted(codebook: Codebook) -> frozenset[str]:
    """ISO 3166-2 codes of the units that a ballot of the codebook was held in."""
    return frozenset(region for row in codebook.ballots.itertuples() for region in row.regions)


def _place(text: str, start: int, end: int, entry: Entry, located: bool) -> Place:
    kind = {"state": "country", "settlement": "settlement"}.get(entry.kind, "region")
    number = {"lat": entry.lat, "lon": entry.lon}
    lat, lon = (None if value is None or pd.isna(value) else value for value in number.values())
    region = entry.regions[0] if entry.regions else None
    return Place(start, end, text[start:end], entry.name, kind, region, entry.country, lat, lon, located)


class Locator:
    """Tells whether a passage that names a place says that the ballot or its events are there."""

    def __init__(self, doc: Doc, codebook: Codebook, actors: Actors) -> None:
        self.doc, self.text, self.actors = doc, actors.text, actors
        self.words: Words = word_classes(codebook)
        self.ballots = ballots_of(doc, codebook)
        self.voted = voted(codebook)
        self.titled = _titled(actors, self.words)
        self.speaking = self.words["say_verbs"] | self.words["tell_verbs"] | self.words["actor_meeting_words"]

    def __call__(self, start: int, end: int, entry: Entry, capital: bool) -> bool:
        span = self.doc.char_span(start, end)
        if not self.ballots or span is None or self._is_dateline(start) or start in self.titled or capital:
            return False
        if self._only_speaks(span.root):
            return False
        known = not entry.regions or entry.regions[0] in self.voted
        return self._in_view(span[0]) if known else self._held(span.root)

    def _is_dateline(self, start: int) -> bool:
        """Whether the passage stands in capitals at a paragraph's beginning, before the report."""
        line = self.text[start : start + 60].split("\n")[0]
        follows = re.match(r"[^a-z]{3,}?(?:, [A-Z][a-z]+ \d+|\s*\(|\s*[-–—.])", line)
        return bool(DATELINE.search(self.text[:start])) and bool(follows) and line[:3].isupper()

    def _only_speaks(self, token: Token) -> bool:
        """Whether somebody says something in the place, or meets somebody, and no more happens there."""
        told_of = any(child.dep_ == "relcl" for child in token.children)
        if token.dep_ != "pobj" or token.head.lower_ not in ("in", "at") or told_of:
            return False
        head = token.head.head
        clause = {t.i for t in head.subtree if t.i < token.i + 2} & self.ballots.strong
        return head.lemma in self.speaking and not (clause and head.pos_ in ("NOUN", "PROPN"))

    def _in_view(self, token: Token) -> bool:
        n = self.ballots.index[token.i]
        here = self.ballots.sentences[max(0, n - NEAR) : n + 1]
        near = [
            m
            for m in range(max(0, n - NEAR), n + 1)
            if self.ballots.in_view[m] and self._same_paragraph(here[-1].start, m)
        ]
        if self.ballots.warlike[n] and not self.ballots.in_view[n]:
            return False
        return bool(near) or self.ballots.focused or self._next_names(n)

    def _same_paragraph(self, start: int, m: int) -> bool:
        return "\n\n" not in self.doc[self.ballots.sentences[m].start : start].text.rstrip()

    def _next_names(self, n: int) -> bool:
        """Whether a ballot is named in the sentence after: "In Luhansk nothing stirs. The vote has begun"."""
        return n + 1 < len(self.ballots.named) and self.ballots.named[n + 1] and not self.ballots.warlike[n]

    def _held(self, token: Token) -> bool:
        """Whether a ballot is named in the sentence and the place is tied to it by a preposition or as its modifier."""
        sentence = self.ballots.sentences[self.ballots.index[token.i]]
        if not any(t.i in self.ballots.strong for t in sentence):
            return False
        ahead = [ancestor.i for ancestor in token.ancestors]
        return any(i in self.ballots.strong for i in ahead)


def _titled(actors: Actors, words: Words) -> frozenset[int]:
    """First characters of the places that only belong to a title: inside the name of an office or of a body other
    than one that runs ballots."""
    runs = words["ballot_nouns"] | words["ballot_traces"] | {"commission", "commissions"}
    found = set()
    for mention in actors.history.mentions:
        inside = actors.words[mention.start : mention.end]
        if mention.inner or mention.kind not in ("person", "body") or any(word.lower in runs for word in inside):
            continue
        items = actors.reader.within(mention.start, mention.end)
        found |= {actors.words[item.start].start for item in items if _is_place(item)}
    return frozenset(found)


def _is_place(item: Item) -> bool:
    return any(entry.kind in KINDS for entry in item.entries)
