"""Every name that the codebook knows, found in a text in one pass.

Names are matched token by token in a trie, longest first, whatever the accents and the kind of apostrophe ("Dačić",
"Dacic"). A capital in the name must be a capital in the text, so that "us" is not the United States; a text in capitals
("KYIV, March 2") matches all the same. Time grows with the length of the text, not with the number of names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from ballotwatch.codebook import Codebook, region_forms

TOKEN = re.compile(r"[^\W_]+|[^\w\s]|_")
APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "‑": "-", "–": "-"})
# A word in capitals that is shorter than this may be an acronym: it matches only names written the same.
SHOUTED = 4


class Entry(NamedTuple):
    """What a name stands for. ``kind``: state, demonym, capital, organisation, adjective, seat, body, person,
    region, settlement, territory or group. ``key``: region code, territory key or office; ``regions``: ISO 3166-2."""

    kind: str
    name: str
    entity: str | None = None
    actor_type: str | None = None
    key: str = ""
    regions: tuple[str, ...] = ()
    country: str | None = None
    lat: float | None = None
    lon: float | None = None


class Match(NamedTuple):
    """A passage text[start:end] and all that its words can stand for."""

    start: int
    end: int
    entries: tuple[Entry, ...]


class Gazetteer:
    """A trie of names. ``find(text)`` gives the longest matches from left to right, none overlapping another."""

    def __init__(self, names: Iterable[tuple[str, Entry]]) -> None:
        self._root: dict[str, Any] = {}
        for name, entry in names:
            node = self._root
            tokens = [plain(t) for t in TOKEN.findall(name)]
            for token in tokens:
                node = node.setdefault(token.lower(), {})
            kept = node.setdefault("", [])
            if tokens and (tuple(tokens), entry) not in kept:
                kept.append((tuple(tokens), entry))
        # Dating, places and actors all ask for the names of the text at hand.
        self.find = lru_cache(maxsize=4)(self._find)

    def _find(self, text: str) -> tuple[Match, ...]:
        """All names in a text, longest first, left to right."""
        # Nothing is left of accents that stand alone.
        tokens = [(word, m.start(), m.end()) for m in TOKEN.finditer(text) if (word := plain(m.group()))]
        matches, at = [], 0
        while at < len(tokens):
            length, entries = self._longest(tokens, at)
            if entries:
                matches.append(Match(tokens[at][1], tokens[at + length - 1][2], entries))
            at += max(length, 1)
        return tuple(matches)

    def _longest(self, tokens: list[tuple[str, int, int]], at: int) -> tuple[int, tuple[Entry, ...]]:
        best: tuple[int, tuple[Entry, ...]] = (0, ())
        node, here = self._root, at
        while here < len(tokens) and (following := node.get(tokens[here][0].lower())) is not None:
            node, here = following, here + 1
            words = [token[0] for token in tokens[at:here]]
            if entries := tuple(entry for name, entry in node.get("", ()) if spelt_like(words, name)):
                best = (here - at, tuple(dict.fromkeys(entries)))
        return best


def plain(token: str) -> str:
    """A token without accents, with a straight apostrophe and hyphen."""
    if token.isascii():
        return token
    decomposed = unicodedata.normalize("NFD", token.translate(APOSTROPHES))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def spelt_like(words: list[str], name: tuple[str, ...]) -> bool:
    """Whether words have their capitals where the name has them, or are all in capitals."""
    return all(
        word == token or token.islower() or (word == token.upper() and len(word) >= SHOUTED)
        for word, token in zip(words, name, strict=True)
    )


def gazetteer(codebook: Codebook) -> Gazetteer:
    """The gazetteer of a codebook, built once for each."""
    return _built(codebook)


@lru_cache(maxsize=8)
def _built(codebook: Codebook) -> Gazetteer:
    return Gazetteer([*_actors(codebook), *_places(codebook)])


def _actors(codebook: Codebook) -> Iterator[tuple[str, Entry]]:
    yield from _states(codebook)
    yield from _organisations(codebook)
    for row in codebook.offices.itertuples():
        entry = Entry("body", row.name, row.entity, "authority", row.kind)
        yield from ((name, entry) for name in row.names)
    yield from _people(codebook)


def _states(codebook: Codebook) -> Iterator[tuple[str, Entry]]:
    for row in codebook.states.itertuples():
        state = Entry("state", row.name, row.entity, "state", country=row.entity)
        yield from ((name, state) for name in (row.name, *row.names))
        yield from ((name, state._replace(kind="demonym")) for name in row.adjectives)
        yield from ((name, state._replace(kind="capital", key=name)) for name in row.capitals)


def _organisations(codebook: Codebook) -> Iterator[tuple[str, Entry]]:
    for row in codebook.organisations.itertuples():
        # A state's own agency speaks for the state; a private outlet for nobody.
        entity = row.state or (None if row.actor_type == "media" else row.entity)
        entry = Entry("organisation", row.name, entity, row.actor_type, row.entity)
        yield from ((name, entry) for name in row.names)
        yield from ((name, entry._replace(kind="adjective")) for name in row.adjectives)
        yield from ((name, entry._replace(kind="seat")) for name in row.seats)


def _people(codebook: Codebook) -> Iterator[tuple[str, Entry]]:
    for row in codebook.people.itertuples():
        entry = Entry("person", row.name, row.entity, "person", row.office)
        yield from ((name, entry) for name in row.names)


def _places(codebook: Codebook) -> Iterator[tuple[str, Entry]]:
    for row in codebook.regions.itertuples():
        entry = Entry("region", row.name, None, None, row.region, (row.region,), row.country, row.lat, row.lon)
        yield from ((name, entry) for name in _forms(row.names))
    for row in codebook.settlements.itertuples():
        regions = (row.region,) if row.region else ()
        entry = Entry("settlement", row.name, None, None, row.region, regions, row.country, row.lat, row.lon)
        yield from ((name, entry) for name in row.names)
    for row in codebook.territories.itertuples():
        entry = Entry("territory", row.name, row.entity, "authority", row.territory, row.regions, row.country)
        yield from ((name, entry) for name in row.names)
        yield from ((name, entry._replace(kind="territorial")) for name in row.adjectives)
        yield from ((name, entry._replace(kind="seat")) for name in row.seats)
    for row in codebook.groups.itertuples():
        yield from ((name, Entry("group", row.name, regions=row.regions)) for name in row.names)


def _forms(names: tuple[str, ...]) -> Iterator[str]:
    # "Donetsk People's Republics" heads a coordination; "oblasts" likewise.
    for name in region_forms(names):
        yield name
        yield f"{name}s"
