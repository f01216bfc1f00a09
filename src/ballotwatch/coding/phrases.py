"""Who a noun phrase names: its head, what it is modified by, and for whom that speaks.

A phrase is read by its items (see ``words``), not by the parse, which the small models get wrong on foreign names. The
modifiers before the head decide ("Russia's envoy to the OSCE"), then what it is tied to by "of", "for", "from" or "in";
a bare office speaks for what the document named before. Where none of this tells, nothing is returned.
"""

from __future__ import annotations

from dataclasses import replace

from ballotwatch.codebook import Codebook
from ballotwatch.coding.authorities import LOOSE_TIES, OFFICES, PLACED, SPEAKING, TIES, Authorities, occupiers
from ballotwatch.coding.coreference import History, Mention
from ballotwatch.coding.naming import entity_names, office_name, opposition_name, owner_name, proper_name
from ballotwatch.coding.words import Item, Word

HEADS = (
    *(*OFFICES, *SPEAKING, *PLACED, "private", "media_noun", "document", "occupier", "epithet", "group_noun"),
    *("state_noun", "part"),
)
KINDS = {
    **dict.fromkeys(("state", "capital", "demonym"), "state"),
    **dict.fromkeys(("organisation", "adjective"), "organisation"),
    **{"body": "body", "territory": "territory", "territorial": "territory"},
}
ARTICLES = ("a", "an", "another", "one")
VAGUE = frozenset(
    ("western", "european", "world", "international", "many", "several", "various", "other", "some", "most")
)
UNSAID = frozenset(
    ("affairs", "acting", "interim", "own", "new", "same", "deputy", "official", "central", "local", "chief")
)


class Reader(Authorities):
    """Reads the noun phrases of one document. ``history`` holds what has been named before."""

    def __init__(self, words: list[Word], items: list[Item], codebook: Codebook, history: History) -> None:
        super().__init__(words, items, codebook, history)
        self.presided = frozenset(codebook.vocabulary["actor_presided"])
        self._titling = False

    def read(self, start: int, end: int, title: bool = False) -> Mention | None:
        """Who words[start:end] name: one noun phrase without coordination, apposition and names of people.

        ``title``: the phrase introduces somebody, so a bare office is not whoever held one before.
        """
        self._titling = title
        items = self.within(start, end)
        if not items:
            return None
        tie = self._tie(items, start, end)
        before = [item for item in items if item.end <= tie]
        head = self._head(before)
        if head is None:
            return self.read(tie + 1, end) if tie < end else None
        return self._by_head(head, before, items, start, tie, end)

    def _tie(self, items: list[Item], start: int, end: int) -> int:
        """Where the first preposition after a possible head stands; ``end`` if there is none."""
        first = next((item.end for item in items if item.kind in HEADS), end)
        ties = (i for i in range(first, end) if self.words[i].lower in (*TIES, *LOOSE_TIES))
        return next(ties, end)

    def _head(self, items: list[Item]) -> Item | None:
        heads = [item for item in items if item.kind in HEADS]
        strong = [item for item in heads if item.kind not in ("part", "state_noun", "document")]
        last = heads[-1] if heads else None
        return last if last is None or last.kind != "part" or not strong else strong[-1]

    def _by_head(
        self, head: Item, before: list[Item], items: list[Item], start: int, tie: int, end: int
    ) -> Mention | None:
        if head.kind in OFFICES:
            return self._office(head, before, items, start, tie, end)
        if head.kind in ("epithet", "group_noun") and (entity := self.opposition(before, start)):
            return self._mention(start, end, head, entity, "party", opposition_name(self.codebook, entity))
        if head.kind in ("private", "media_noun"):
            return self._nobody(head, before, start, end)
        if head.kind == "occupier":
            return self._mention(
                start, end, head, self.installed(items, start) or self.claimed_by(items, start), "group"
            )
        if head.kind == "document":
            return self._document(head, before, start, tie, end)
        if head.kind == "epithet":
            owned = any(item.kind in (*SPEAKING, "possessive") and item.value != head.value for item in before)
            name = entity_names(self.codebook).get(head.value, head.value)
            return None if owned else self._mention(start, end, head, head.value, "organisation", name)
        if head.kind in ("group_noun", "state_noun", "part"):
            return self._neuter(head, before, start, tie, end)
        return self._named(head, before, items, start, end)

    # Offices and bodies

    def _office(
        self, head: Item, before: list[Item], items: list[Item], start: int, tie: int, end: int
    ) -> Mention | None:
        modifiers = [item for item in before if item.end <= head.start]
        if entity := self.opposition(items, start):
            return self._office_mention(head, start, end, entity, modifiers)
        if entity := self.installed(items, start):
            return self._office_mention(head, start, end, entity, modifiers)
        entity = self._from_modifiers(head, modifiers, items, start) or self._from_ties(head, tie, end, items)
        if entity:
            return self._office_mention(head, start, end, entity, modifiers)
        return self._bare(head, modifiers, start, tie, end)

    def _office_mention(
        self, head: Item, start: int, end: int, entity: str | None, modifiers: list[Item], explicit: bool = True
    ) -> Mention:
        official = head.kind == "official"
        name = office_name(self, head, start, end, entity)
        return Mention(
            *(start, end, name, entity, "authority", "person" if official else "body"),
            gender=self._gender(head.value),
            plural=head.plural,
            nouns=self._nouns(head, modifiers),
            about=self._about(start, head),
            explicit=explicit,
        )

    def _nouns(self, head: Item, modifiers: list[Item]) -> tuple[str, ...]:
        return (head.value, *(item.value for item in modifiers if item.kind == head.kind))

    def _gender(self, noun: str) -> str:
        if noun in self.vocabulary["actor_epicene"]:
            return ""
        return "m" if noun in self.vocabulary["actor_male"] else "f" if noun in self.vocabulary["actor_female"] else ""

    def _about(self, start: int, head: Item) -> frozenset[str]:
        """What an office is for, in words that name nobody: "foreign", "election"."""
        named = {
            i
            for item in self.within(start, head.end)
            if item.kind in (*SPEAKING, *PLACED, "possessive", "part")
            for i in range(item.start, item.end)
        }
        after = self.words[head.end + 1 : head.end + 3] if self.following(head.end) in ("of", "for") else []
        around = [self.words[i] for i in range(start, head.start) if i not in named] + after
        content = (w.lower for w in around if w.pos in ("ADJ", "NOUN", "PROPN") and w.lower not in UNSAID)
        known = {
            i
            for item in self.within(head.end, head.end + 4)
            if item.kind in SPEAKING
            for i in range(item.start, item.end)
        }
        skip = {self.words[i].lower for i in known}
        return frozenset(word for word in content if word not in skip)

    def _from_modifiers(self, head: Item, modifiers: list[Item], items: list[Item], start: int) -> str | None:
        """For whom the words before an office say that it speaks: the first that names anybody."""
        for item in modifiers:
            if item.kind in SPEAKING and item.value:
                if presided := self._presided(item, head):
                    return presided
                return item.value if not item.entry.regions else self.authority(item, head, items)
            if item.kind in PLACED:
                return self.authority(item, head, items)
            if item.kind == "part" and (place := self.place_before(item.start)):
                return self.authority(place, head, items)
            if item.kind == "local" and head.value in self.vocabulary["actor_local_bodies"]:
                if not self.is_elsewhere(start) and (place := self.place_before(item.start)):
                    return self.authority(place, head, items)
        # "His Polish colleague": whose colleague it is matters less.
        owners = (self._owner(item) for item in modifiers if item.kind == "possessive")
        return next((owner.entity for owner in owners if owner), None)

    def _presided(self, item: Item, head: Item) -> str | None:
        """ "The Finnish presidency" after the European Union has been named: the organisation that it presides."""
        if head.value not in self.vocabulary["actor_rotating"] or item.kind not in ("demonym", "state"):
            return None
        before = self.history.before(head.start, self.paragraphs[head.start], 1)
        return next((m.entity for m in before if m.entity in self.presided), None)

    def _from_ties(self, head: Item, tie: int, end: int, items: list[Item]) -> str | None:
        """For whom the phrases tied to an office by a preposition say that it speaks."""
        at = tie
        while at < end and self.words[at].lower in LOOSE_TIES:
            at = next((i for i in range(at + 1, end) if self.words[i].lower in TIES), end)
        if at >= end:
            return None
        inner = self.within(at + 1, end)
        places = [item for item in inner if item.kind in (*PLACED, "part", "territory", "seat")]
        heads = [item for item in inner if item.kind in HEADS]
        if places and heads and heads[0] == places[0]:
            return self._of_place(places[0], head, items)
        mention = self.read(at + 1, end)
        if mention is None or not mention.explicit:
            return None
        strict = head.value in self.vocabulary["actor_members"]
        return None if strict and mention.kind in ("state", "territory") else mention.entity

    def _of_place(self, item: Item, head: Item, items: list[Item]) -> str | None:
        if item.kind == "part":
            place = self.place_before(item.start)
            return self.authority(place, head, items) if place else None
        if (
            item.kind == "seat"
            and head.value in self.vocabulary["actor_anyone"]
            and item.entry.actor_type == "organisation"
        ):
            return None
        return self.authority(item, head, items)

    def _owner(self, possessive: Item) -> Mention | None:
        found = self.pronoun(possessive.value, possessive.start)
        return found[0] if found else None

    def pronoun(self, gender: str, at: int) -> tuple[Mention, ...]:
        """What a pronoun at word ``at`` stands for."""
        if gender == "1":
            return ()
        return self.history.pronoun(gender, at, self.sentences[at], self.paragraphs[at])

    def _bare(self, head: Item, modifiers: list[Item], start: int, tie: int, end: int) -> Mention | None:
        """An office that does not say for whom it speaks: what took it before, else what the text speaks of."""
        about = self._about(start, head)
        words = {w.lower for w in self.words[start : head.start]}
        indefinite = bool(words & set(ARTICLES))
        at, paragraph = start, self.paragraphs[start]
        gender = self._gender(head.value)
        if (
            not indefinite
            and not (self._titling and head.kind == "official")
            and (known := self.history.taken_up(head.value, about, at, paragraph, gender))
        ):
            return replace(known, start=start, end=end, explicit=False, inner=False)
        anyone = head.value in self.vocabulary["actor_anyone"] or head.value in self.vocabulary["actor_body_places"]
        vague = words & VAGUE or (head.value == "leader" and self.following(head.start - 1) == "foreign")
        if about & self.vocabulary["actor_electoral"] and (place := self.place_beside(start)):
            return self._office_mention(head, start, end, self.authority(place, head, []), modifiers, explicit=False)
        if vague or anyone or head.plural:
            return self._mention(start, end, head, None, "private") if head.kind == "official" else None
        if head.value in self.vocabulary["actor_subnational"] and (place := self.place_before(start)):
            return self._office_mention(head, start, end, self.authority(place, head, []), modifiers, explicit=False)
        if proper := self._proper(head, start, about):
            name = proper_name(self.codebook, proper, head.value)
            return self._mention(start, end, head, proper, "organisation", name)
        return self._by_context(head, start, end, modifiers)

    def _proper(self, head: Item, start: int, about: frozenset[str]) -> str | None:
        """An organisation that goes by a body's noun with a capital: "the Commission"."""
        proper = dict(pair.split("=") for pair in self.codebook.vocabulary["actor_proper"])
        return proper.get(self.words[head.start].text) if not about else None

    def _by_context(self, head: Item, start: int, end: int, modifiers: list[Item]) -> Mention | None:
        national = any(item.value == "ministry" for item in self.within(start, end))
        states_only = national or head.value not in self.vocabulary["actor_spokespeople"]
        if self.is_elsewhere(start):
            return None
        entity = self._context(start, states_only)
        if entity is None and not national and (place := self.place_beside(start)):
            entity = self.authority(place, head, [])
        return self._office_mention(head, start, end, entity, modifiers, explicit=False) if entity else None

    def _context(self, start: int, states_only: bool) -> str | None:
        """Whom a text speaks of where an office stands: in its paragraph, in the whole, in the paragraphs before."""
        paragraph = self.paragraphs[start]
        found = self.history.context(start, self.sentences[start], paragraph, states_only)
        if found is None or found.paragraph < paragraph:
            return self.history.main_entity() or (found.entity if found else None)
        return found.entity

    # Others

    def _nobody(self, head: Item, before: list[Item], start: int, end: int) -> Mention | None:
        """Private people and media: an actor without an entity, but for state media and the opposition."""
        if entity := self.opposition(self.within(start, end), start):
            return self._mention(start, end, head, entity, "person")
        named = [item for item in before if item.kind == "organisation"]
        if head.kind == "media_noun":
            entry = named[-1].entry if named else None
            return self._mention(
                start, end, head, entry.entity if entry else None, "media", entry.name if entry else ""
            )
        if entity := self._man_of(head, start, end):
            return self._mention(start, end, head, entity, "body")
        observers = head.value in self.vocabulary["actor_observers"]
        if observers and (sender := self._sender(named, start, end)):
            return self._mention(start, end, head, sender.value, "organisation", sender.entry.name)
        return self._mention(start, end, head, "OBSERVERS" if observers else None, "private")

    def _man_of(self, head: Item, start: int, end: int) -> str | None:
        """ "Moscow's man in the region": the authority that Moscow set up there."""
        items = self.within(start, end)
        owner = next(
            (item for item in items if item.kind in ("capital", "body", "state") and item.end < head.end), None
        )
        owned = owner is not None and self.following(owner.end) in ("'s", "’s") and head.value in ("man", "woman")
        if not owned or self.following(head.end) != "in":
            return None
        return (
            self.claimed_by(self.within(head.end, end + 3), start) if owner.value in occupiers(self.codebook) else None
        )

    def _sender(self, named: list[Item], start: int, end: int) -> Item | None:
        """The organisation that observers stand for: "OSCE observers", "observers sent by", "led by", "from" it."""
        if named and named[-1].entry.actor_type == "organisation":
            return named[-1]
        for item in self.within(start, end + 6):
            lead = [w.lower for w in self.words[max(start, item.start - 4) : item.start] if w.lower not in ("the", "a")]
            if item.kind == "organisation" and " ".join(lead).endswith(self.codebook.vocabulary["actor_sent_by"]):
                return item
        return None

    def _document(self, head: Item, before: list[Item], start: int, tie: int, end: int) -> Mention | None:
        """ "The statement": whoever issued it."""
        owners = [
            item for item in before if item.end <= head.start and item.kind in (*SPEAKING, *OFFICES, "possessive")
        ]
        if owners and owners[-1].kind == "possessive":
            found = self._owner(owners[-1])
            return replace(found, start=start, end=end) if found else None
        if owners:
            return self.read(start, head.start)
        if tie < end and self.words[tie].lower in ("of", "by", "from"):
            return self.read(tie + 1, end)
        kinds = ("state", "organisation", "body", "person", "territory")
        found = self.history.last(kinds, start, self.paragraphs[start])
        return replace(found, start=start, end=end, explicit=False) if found else None

    def _neuter(self, head: Item, before: list[Item], start: int, tie: int, end: int) -> Mention | None:
        """ "the organisation", "the country", "the republic": what it takes up; "EU countries": the organisation."""
        owners = [item for item in before if item.end <= head.start and item.kind in ("organisation", "adjective")]
        if owners:
            return self._mention(start, end, head, owners[0].value, "organisation", owners[0].entry.name)
        if head.kind == "part":
            place = self.place_before(start) if end == head.end and not head.plural else None
            entity = self.authority(place, None, []) if place else None
            name = owner_name(self, [place], start, entity) if place else None
            return self._mention(start, end, head, entity, "territory", name or "", explicit=False) if entity else None
        pointed = {w.lower for w in self.words[start : head.start]} & {"the", "this", "that"}
        if head.plural or not pointed or end > head.end:
            return None
        about = self._about(start, head)
        proper = self._proper(head, start, about)
        if proper and any(m.entity == proper for m in self.history.mentions):
            name = entity_names(self.codebook).get(proper, proper)
            return self._mention(start, end, head, proper, "organisation", name)
        if about and (known := self.history.described(about, start)):
            return replace(known, start=start, end=end, explicit=False)
        if about:
            return None
        kinds = ("state",) if head.kind == "state_noun" else ("organisation", "body")
        found = self.history.last(kinds, start, self.paragraphs[start])
        return replace(found, start=start, end=end, explicit=False) if found else None

    def _named(self, head: Item, before: list[Item], items: list[Item], start: int, end: int) -> Mention | None:
        entry = head.entry
        if head.kind in PLACED:
            # A region that speaks is whoever holds it; a town that nobody claims is no actor.
            entity = self.authority(head, None, items) if self.is_claimed(head) else None
            return self._mention(start, end, head, entity, "territory", entry.name) if entity else None
        if head.kind in ("demonym", "territorial"):
            return self._people_of(head, start, end)
        if self._modifies_a_noun(head, end):
            return None
        said = [word.lower for word in self.words[head.start : head.end]] + entry.name.lower().split()
        bodies = self.vocabulary["actor_bodies"] | self.vocabulary["actor_groups"]
        nouns = tuple(dict.fromkeys(noun for noun in said if noun in bodies))
        kind = KINDS.get(head.kind, "organisation")
        if entry.actor_type == "media":
            kind = "media"
        about = frozenset(entry.key.split()) if entry.key.islower() and kind == "organisation" else frozenset()
        return Mention(start, end, entry.name, entry.entity, entry.actor_type or kind, kind, nouns=nouns, about=about)

    def _modifies_a_noun(self, head: Item, end: int) -> bool:
        """Whether a name only modifies what stands behind it: "the Minsk protocol", "EU sanctions", "Crimea's status"."""
        tie = next((i for i in range(head.end, end) if self.words[i].lower in (*TIES, *LOOSE_TIES)), end)
        return any(self.words[i].pos == "NOUN" for i in range(head.end, tie))

    def _people_of(self, head: Item, start: int, end: int) -> Mention | None:
        """A demonym: the state where it stands before something that speaks for it, else people at large."""
        if (
            head.end == end
            and head.entry.name != self.words[head.start].text
            and not self.words[end - 1].text.endswith("s")
        ):
            return replace(self._mention(start, end, head, head.value, "state", head.entry.name), inner=True)
        last = self.words[end - 1].text
        if end == head.end + 1 and last.isupper() and last.isalpha() and len(last) > 1:
            return self._mention(start, end, head, head.value, "body")
        return self._mention(start, end, head, None, "private")

    def _mention(
        self, start: int, end: int, head: Item, entity: str | None, kind: str, name: str = "", explicit: bool = True
    ) -> Mention:
        actor = name or " ".join(w.text for w in self.words[start:end])
        types = {"private": "person", "territory": "authority", "body": "authority"}
        return Mention(
            *(start, end, actor, entity, types.get(kind, kind), kind),
            gender=self._gender(head.value),
            plural=head.plural,
            nouns=(head.value,),
            explicit=explicit,
        )
