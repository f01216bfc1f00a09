"""Who speaks in a territory: the state it belongs to, or an authority that another state set up there.

Occupied units, claimed authorities and who stands behind them are the codebook's; markers in the words ("Moscow-appointed",
"occupation administration", "legitimate") tell which of the two a phrase means.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import NamedTuple

from ballotwatch.codebook import Codebook
from ballotwatch.coding.coreference import History
from ballotwatch.coding.words import Item, Word

OFFICES = ("official", "body_noun")
NAMED = ("state", "organisation", "adjective", "body", "capital", "seat", "territory", "territorial")
PLACED = ("region", "settlement", "group")
SPEAKING = (*NAMED, "demonym")
TIES = ("of", "for", "from", "in", "at", "on")
LOOSE_TIES = ("to", "with", "by", "against", "under", "near", "into", "between", "about", "over", "within", "after")
# A sentence reaches no further than so many words from any of its own.
SENTENCE = 80


class Territory(NamedTuple):
    """Who holds a unit: the claimed authority's entity, the state it belongs to, and whether it holds all of it."""

    claimed: str | None
    country: str
    whole: bool


@lru_cache(maxsize=8)
def territories(codebook: Codebook) -> dict[str, Territory]:
    """For each ISO 3166-2 code, who holds it."""
    claimed = {region: row.entity for row in codebook.territories.itertuples() for region in row.regions}
    return {
        row.region: Territory(claimed.get(row.region), row.country, row.occupied_extent == "full")
        for row in codebook.regions.itertuples()
    }


@lru_cache(maxsize=8)
def occupiers(codebook: Codebook) -> dict[str, str]:
    """The state behind each authority in occupied territory: RUS for RUS-OCC."""
    entities = set(codebook.territories.entity)
    return {entity.removesuffix("-OCC"): entity for entity in entities if entity.endswith("-OCC")}


class Authorities:
    """The words of a document, and who speaks in the places that they name. ``history``: what has been named before."""

    def __init__(self, words: list[Word], items: list[Item], codebook: Codebook, history: History) -> None:
        self.words, self.items, self.codebook, self.history = words, items, codebook, history
        self.vocabulary = {key: frozenset(value) for key, value in codebook.vocabulary.items() if key[:6] == "actor_"}
        self._starts = [item.start for item in items]
        self.sentences: list[int] = []
        self.paragraphs: list[int] = []

    def within(self, start: int, end: int) -> list[Item]:
        """The items in words[start:end]."""
        first = bisect_left(self._starts, start)
        last = bisect_left(self._starts, end)
        return [item for item in self.items[first:last] if item.end <= end]

    def covering(self, i: int) -> Item | None:
        """The item that word i belongs to."""
        at = bisect_right(self._starts, i) - 1
        return self.items[at] if at >= 0 and self.items[at].end > i else None

    def authority(self, place: Item, head: Item | None, items: list[Item]) -> str | None:
        """Who speaks in a unit: the claimed authority, unless the words say that the state's own is meant."""
        entry = next((e for e in place.entries if e.regions), place.entry)
        holder = territories(self.codebook).get(entry.regions[0]) if entry.regions else None
        if holder is None or holder.claimed is None:
            return place.value or entry.country
        if any(item.kind == "lawful" or (item.kind == "demonym" and item.value == holder.country) for item in items):
            return holder.country
        claimed_name = any(e.kind in ("territory", "territorial") for e in place.entries)
        elected = head is not None and head.value in ("mayor", "governor")
        if elected and not holder.whole and not claimed_name:
            return holder.country
        military = (
            head is not None
            and head.value == "administration"
            and self.following(head.start - 1) in ("military", "state")
        )
        return holder.country if military else holder.claimed

    def place_before(self, at: int) -> Item | None:
        """The unit or territory named last before word ``at``."""
        kinds = ("region", "territory", "territorial", "group", "settlement")
        earlier = self.items[: bisect_left(self._starts, at)]
        places = (item for item in reversed(earlier) if item.end <= at and item.kind in kinds)
        return next((item for item in places if self.is_claimed(item)), None)

    def place_beside(self, at: int) -> Item | None:
        """The claimed unit or territory that the sentence around word ``at`` names first."""
        kinds = ("region", "territory", "territorial", "settlement")
        sentence = self.sentences[at]
        near = self.within(max(0, at - SENTENCE), min(len(self.words), at + SENTENCE))
        places = (item for item in near if item.kind in kinds and self.sentences[item.start] == sentence)
        return next((item for item in places if self.is_claimed(item)), None)

    def is_elsewhere(self, at: int) -> bool:
        """Whether the sentence before word ``at`` puts itself in a place that the codebook lacks: "In Rostov, …"."""
        first = next((i for i in range(at, -1, -1) if i == 0 or self.sentences[i - 1] != self.sentences[at]), at)
        placed = first + 1 < at and self.words[first].lower == "in" and self.words[first + 1].pos == "PROPN"
        return placed and self.covering(first + 1) is None

    def is_claimed(self, item: Item) -> bool:
        """Whether a place belongs to a unit or territory with a claimed authority."""
        held = territories(self.codebook)
        return bool(item.value) or any(held[r].claimed for e in item.entries for r in e.regions if r in held)

    def installed(self, items: list[Item], start: int) -> str | None:
        """The authority in occupied territory that markers give away: "Moscow-appointed", "occupation administration"."""
        behind = occupiers(self.codebook)
        for item in items:
            if item.kind == "installed":
                other = any(i.kind in SPEAKING and i.value not in (item.value, *self._owners(items)) for i in items)
                return self.claimed_by(items, start) or (None if other else behind.get(item.value))
            if item.kind in ("occupation", "occupier"):
                return self.claimed_by(items, start)
        return self._set_up(items)

    def _owners(self, items: list[Item]) -> set[str]:
        """The states whose territory is held by somebody else: their name beside a marker is no other actor."""
        return {holder.country for holder in territories(self.codebook).values() if holder.claimed}

    def _set_up(self, items: list[Item]) -> str | None:
        """ "... set up by Moscow"."""
        for item in items:
            said = " ".join(w.lower for w in self.words[max(0, item.start - 5) : item.start])
            if item.kind in ("state", "capital", "body", "demonym") and said.endswith(
                self.codebook.vocabulary["actor_set_up"]
            ):
                return occupiers(self.codebook).get(item.value)
        return None

    def claimed_by(self, items: list[Item], start: int) -> str | None:
        """The claimed authority of the territory in a phrase, else of the one that the document names most."""
        for item in items:
            if item.kind in ("territory", "territorial") and item.value:
                return item.value
            if item.kind in PLACED:
                return self.authority(item, None, [])
        place = self.place_before(start) or next(
            (i for i in self.items if i.kind in PLACED and self.is_claimed(i)), None
        )
        if place is not None:
            return self.authority(place, None, [])
        named = {m.entity for m in self.history.mentions}
        held = {h.country: h.claimed for h in territories(self.codebook).values() if h.claimed}
        parties = (held | occupiers(self.codebook)).items()
        return next((claimed for state, claimed in parties if state in named), None)

    def opposition(self, items: list[Item], start: int) -> str | None:
        """The opposition of the state in a phrase, else of the document's main one; None where no marker says so."""
        if not any(item.kind == "opposition" for item in items):
            return None
        state = next((item.value for item in items if item.kind in ("state", "demonym", "capital")), None)
        state = state or self.history.main_entity()
        return f"{state}-OPP" if state else None

    def following(self, i: int) -> str:
        """Word i in lower case; empty past the end."""
        return self.words[i].lower if i < len(self.words) else ""
