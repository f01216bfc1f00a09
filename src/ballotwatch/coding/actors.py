"""Who is named in a document, and for whom they speak.

``find_actors`` reads a document once from left to right, so that every pronoun, short name and bare title is resolved by
what stands before it. ``Actors.resolve`` then tells who the source of a statement is, given the characters of its noun
phrase: several for a coordination, none where it cannot be told.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

from ballotwatch.codebook import Codebook
from ballotwatch.coding.authorities import LOOSE_TIES, TIES
from ballotwatch.coding.coreference import (
    SUBJECTS,
    History,
    Mention,
    paragraph_numbers,
    quoted_characters,
    sentence_numbers,
)
from ballotwatch.coding.introductions import Introductions
from ballotwatch.coding.issuer import Voice, find_issuers, find_voices
from ballotwatch.coding.naming import person_office, tidy
from ballotwatch.coding.organisations import find_organisations, mark
from ballotwatch.coding.people import find_names
from ballotwatch.coding.phrases import HEADS, OFFICES, SPEAKING, Reader
from ballotwatch.coding.tokens import Doc, Token
from ballotwatch.coding.words import POSSESSIVES, RELATIVES, Item, find_items, find_words, synonyms

NOMINAL = ("ADJ", "DET", "NUM", "PROPN", "NOUN", "X")
POSSESSIVE_MARKS = ("'s", "’s", "'", "’")
# A turn's words begin so many characters after its label at most.
LABEL_GAP = 3
SEPARATORS = frozenset((",", ";", "and", "or", "&", "nor", "–", "—", "but"))


class Actor(NamedTuple):
    """A row of the table of actors: a passage, and who it names."""

    start: int
    end: int
    text: str
    actor: str | None
    entity: str | None
    actor_type: str | None


def find_actors(doc: Doc, codebook: Codebook) -> Actors:
    """The actors of a document."""
    return Actors(doc, codebook)


class Actors:
    """The actors of a document. ``mentions``: rows of the table; ``issuers``: who speaks where the document is itself a
    statement; ``resolve``: who a noun phrase names; ``voice``: whose words a passage is outside quotation marks;
    ``introduced``: entities of organisations that the codebook lacks and the text itself introduces."""

    def __init__(self, doc: Doc, codebook: Codebook) -> None:
        self.doc, self.text, self.codebook = doc, doc.text, codebook
        self.words = find_words(doc)
        items = find_items(self.words, self.text, codebook)
        introduced = find_organisations(self.words, items, codebook)
        self.introduced = frozenset(new.entry.entity for new in introduced if new.entry.kind == "organisation")
        items = mark(self.words, items, introduced)
        names = find_names(doc, self.words, items, codebook)
        self.items = _with_names(items, names)
        self._starting = {item.start: item for item in self.items}
        self.history = History(synonyms(codebook), _states(codebook))
        self.reader = Reader(self.words, self.items, codebook, self.history)
        sentences, paragraphs = sentence_numbers(doc), paragraph_numbers(self.text)
        self.reader.sentences = [sentences[word.first] for word in self.words]
        self.reader.paragraphs = [paragraphs[word.start] for word in self.words]
        self._saying = frozenset((*codebook.vocabulary["say_verbs"], *codebook.vocabulary["tell_verbs"]))
        self._quoted = quoted_characters(self.text)
        self._people = Introductions(self.reader)
        self.issuers: tuple[Actor, ...] = ()
        self._voices: list[Voice] = []
        self._read_all()
        self._voices, self.issuers = find_voices(self), find_issuers(self)

    @property
    def mentions(self) -> list[Actor]:
        """Every passage that names somebody, in order."""
        return [self.actor(m) for m in self.history.mentions]

    @property
    def issuer(self) -> Actor | None:
        """Who speaks where the document is itself a statement; the first of several."""
        return self.issuers[0] if self.issuers else None

    def voice(self, start: int) -> Actor | None:
        """Who speaks at a character outside quotation marks: the issuer, or whoever answers in an interview."""
        return next(iter(self.voices(start)), None)

    def voices(self, start: int) -> tuple[Actor, ...]:
        """All who speak at a character outside quotation marks: several in a joint statement."""
        return next((v.speakers for v in self._voices if v.start <= start < v.end), self.issuers)

    def is_quoted(self, start: int) -> bool:
        """Whether a character stands inside quotation marks."""
        return self._quoted[start]

    def resolve(self, start: int, end: int) -> tuple[Actor, ...]:
        """Who text[start:end] names: a noun phrase, with its apposition or coordination, or a pronoun."""
        # The words that overlap the passage.
        first = bisect_right(self.words, start, key=lambda word: word.end)
        last = bisect_left(self.words, end, key=lambda word: word.start) - 1
        if last < first:
            return ()
        first, last = self._whole(first, last)
        first = self._before_apposition(first, last)
        if (pronoun := self._pronoun(first, last)) is not None:
            if pronoun.value == "1":
                return self.voices(start)
            found = self.reader.pronoun(pronoun.value, first)
        elif self._is_own(first, last):
            return self.voices(start)
        elif turn := self._labelled(end):
            return turn
        elif self.words[first].lower == "whose":
            found = self._before_relation(first)
        else:
            found = self.read(first, last)
        return tuple(self.actor(m, start, end) for m in found)

    def _labelled(self, end: int) -> tuple[Actor, ...]:
        """Who speaks in the turn whose label ends at a character."""
        if self.text[end : end + 1] != ":":
            return ()
        return next((v.speakers for v in self._voices if 0 < v.start - end <= LABEL_GAP), ())

    def _before_relation(self, first: int) -> tuple[Mention, ...]:
        """Those to whom "whose" refers: the coordination, or the single name, right before it."""
        last = next((m for m in self.history.before(first, self.reader.paragraphs[first], 0) if not m.inner), None)
        if last is None or first - last.end > 1:
            return ()
        return tuple(m for m in self.history.mentions if m is last or (last.series >= 0 and m.series == last.series))

    def _is_own(self, first: int, last: int) -> bool:
        """Whether a phrase is about something of the speaker's that is no actor: "our ability to put pressure on the regime"."""
        owner = self._starting.get(first)
        if owner is None or owner.kind != "possessive" or owner.value != "1":
            return False
        tie = next((i for i in range(first, last) if self.words[i].lower in (*TIES, *LOOSE_TIES)), last)
        return not any(item.kind in HEADS for item in self.reader.within(first, tie))

    def _whole(self, first: int, last: int) -> tuple[int, int]:
        """Words first to last, with the rest of the names that they cut into."""
        left, right = self.reader.covering(first), self.reader.covering(last)
        start, end = left.start if left else first, right.end if right else last + 1
        return self._before_marker(start), end

    def _before_apposition(self, first: int, last: int) -> int:
        """The name before "ANN OTHER, Under-Secretary for Peace", of which parsers take the office alone for a subject."""
        if first < 2 or self.words[first - 1].text != "," or self._shape(first, last) != "office":
            return first
        name = self.reader.covering(first - 2)
        return name.start if name is not None and name.kind == "name" else first

    def _before_marker(self, start: int) -> int:
        """The beginning of "authorities set up by Moscow", of which parsers take the last word alone for a subject."""
        said = " ".join(word.lower for word in self.words[max(0, start - 5) : start])
        marker = next((m for m in self.codebook.vocabulary["actor_set_up"] if said.endswith(f" {m}")), None)
        office = self.reader.covering(start - len(marker.split()) - 1) if marker else None
        return office.start if office and office.kind in OFFICES else start

    def actor(self, mention: Mention, start: int | None = None, end: int | None = None) -> Actor:
        """A mention as a row; the passage is the mention's own unless given."""
        start = self.words[mention.start].start if start is None else start
        end = self.words[mention.end - 1].end if end is None else end
        return Actor(start, end, self.text[start:end], tidy(mention.actor), mention.entity, mention.actor_type)

    def _pronoun(self, first: int, last: int) -> Item | None:
        items = self.reader.within(first, last)
        return items[0] if len(items) == 1 and items[0].kind == "pronoun" and last - first <= 3 else None

    # Phrases with coordination, apposition and names

    def read(self, first: int, last: int) -> tuple[Mention, ...]:
        """Who words[first:last] name; conjuncts apart, appositions together."""
        last = self._before_relative(first, last)
        segments = self._segments(first, last)
        groups = self._distribute(self._appose(segments))
        found = [m for group in groups if (m := self._one(group))]
        known = list(dict.fromkeys(m for m in found if m.entity))
        listed = any(self.words[i].lower in ("and", "or", "nor", "&") for i in range(first, last))
        if not listed and len(known) > 1 and len({m.entity for m in known}) == 1:
            # "Ukraine's ombudsman, Ann Other": one actor, named twice.
            return (next((m for m in known if m.kind == "person"), known[0]),)
        return tuple(known or found[:1])

    def _before_relative(self, first: int, last: int) -> int:
        cut = (
            i for i in range(first + 1, last) if self.words[i].lower in RELATIVES or self.words[i].text in ("(", ":")
        )
        return next(cut, last)

    def _segments(self, first: int, last: int) -> list[tuple[int, int, str]]:
        """Stretches between separators that hold an item, with the separators before each."""
        inside = {i for item in self.reader.within(first, last) for i in range(item.start + 1, item.end)}
        segments, start, before = [], first, ""
        for i in range(first, last + 1):
            if i == last or (self.words[i].lower in SEPARATORS and i not in inside):
                if self.reader.within(start, i):
                    segments.append((start, i, before))
                    before = ""
                before += " " + self.words[i].lower if i < last else ""
                start = i + 1
        return segments

    def _appose(self, segments: list[tuple[int, int, str]]) -> list[list[tuple[int, int]]]:
        """Segments that name the same in other words, together: "Jan Lipavský, the Czech foreign minister"."""
        groups: list[list[tuple[int, int]]] = []
        for start, end, before in segments:
            if groups and before.strip() in (",", "–", "—") and self._same(groups[-1], start, end, len(segments)):
                groups[-1].append((start, end))
            else:
                groups.append([(start, end)])
        return groups

    def _same(self, group: list[tuple[int, int]], start: int, end: int, count: int) -> bool:
        left, right = self._shape(*group[-1]), self._shape(start, end)
        if len(group) > 1:
            return False
        if {left, right} == {"name", "office"}:
            return True
        if (left, right) == ("named", "private"):
            return True
        return (left, right) in (
            ("office", "titled"),
            ("titled", "office"),
            ("named", "body"),
            ("name", "office"),
        ) and count == 2

    def _shape(self, start: int, end: int) -> str:
        items = self.reader.within(start, end)
        name = any(item.kind == "name" for item in items)
        official = any(item.kind == "official" and not item.plural for item in items)
        if name:
            return "titled" if official or any(i.kind in ("private", "body_noun") for i in items) else "name"
        if official:
            return "office"
        article = self.words[start].lower in ("the", "a", "an", "its", "his", "her", "their")
        if article and items and items[-1].kind == "private":
            return "private"
        if article and any(item.kind in ("body_noun", "group_noun") for item in items):
            return "body"
        return "named" if items and items[-1].kind in (*SPEAKING, "body_noun") else ""

    def _distribute(self, groups: list[list[tuple[int, int]]]) -> list[list[tuple[int, int]]]:
        """ "The leaders of South Ossetia and Abkhazia, A and B": the persons, where they are as many as the states."""
        people = [g for g in groups if self._shape(*g[0]) == "name"]
        others = [g for g in groups if g not in people]
        plural = others and any(item.plural and item.kind in OFFICES for item in self.reader.within(*others[0][0]))
        return people if plural and len(people) == len(others) else groups

    def _one(self, group: list[tuple[int, int]]) -> Mention | None:
        """One actor from segments that all name it: a person's name counts first, then the first that tells."""
        for start, end in group:
            if (name := self._head_name(start, end)) is not None:
                titles = [part for part in group if part != (start, end)]
                person = self._people.person(name)
                title = self.reader.read(*titles[0]) if titles else None
                told = title is not None and title.entity and title.explicit
                if told and not self._people.also_speaks(person.entity, title):
                    return replace(person, entity=title.entity)
                return replace(person, start=start, end=end)
        found = [m for start, end in group if (m := self._phrase(start, end))]
        return next((m for m in found if m.entity), found[0] if found else None)

    def _head_name(self, start: int, end: int) -> Item | None:
        """The name of a person that heads a stretch: not the one in "Putin's spokesman" or "the office of the
        president"."""
        items = self.reader.within(start, end)
        names = [item for item in items if item.kind == "name"]
        if not names:
            return None
        name = names[-1]
        if any(item.start >= name.end and item.kind in OFFICES for item in items) or self._spoken_for(items, name):
            return None
        bodies = [item for item in items if item.kind == "body_noun" and item.end <= name.start]
        if bodies and any(self.words[i].lower == "of" for i in range(bodies[-1].end, name.start)):
            return None
        return name

    def _spoken_for(self, items: list[Item], name: Item) -> bool:
        """Whether somebody else speaks for the person named: "a spokesman for President X"."""
        office = next((item for item in items if item.kind == "official"), None)
        if office is None or office.start >= name.start or self.reader.following(office.end) not in ("for", "to"):
            return False
        between = self.reader.within(office.end, name.start)
        return all(item.kind == "official" for item in between)

    def _phrase(self, start: int, end: int) -> Mention | None:
        """A stretch without a person at its head."""
        items = self.reader.within(start, end)
        names = [item for item in items if item.kind == "name"]
        if not names:
            return self.reader.read(start, end)
        person = self._people.person(names[-1])
        heads = [item for item in items if item.kind in OFFICES]
        name = person_office(self.reader, heads, person.actor) if heads else person.actor
        kind = "person" if heads and heads[-1].kind == "official" else "body"
        nouns = tuple(item.value for item in heads)
        return replace(
            person, start=start, end=end, actor=name, kind=kind, actor_type="authority", nouns=nouns, gender=""
        )

    # The first reading

    def _read_all(self) -> None:
        """Note every mention of the document, from left to right."""
        at = 0
        for item in self.items:
            if item.start < at or item.kind not in (*HEADS, "name", "installed"):
                continue
            if item.kind == "document":
                at = item.end
                continue
            start, end = self._extent(item, at)
            if not self._is_title(start, end):
                for mention in self._mentions(start, end):
                    self.history.add(self._in_series(mention))
            at = end

    def _in_series(self, mention: Mention) -> Mention:
        """The mention with its coordination and the part in the sentence that the whole coordination has."""
        before = next((m for m in reversed(self.history.mentions) if not m.inner), None)
        if before is None or mention.inner or before.end > mention.start:
            return mention
        between = [word.lower for word in self.words[before.end : mention.start]]
        if not between or len(between) > 2 or not SEPARATORS.issuperset(between):
            return mention
        first = before.start if before.series < 0 else before.series
        if before.series < 0:
            self.history.mentions[self.history.mentions.index(before)] = replace(before, series=first)
        return replace(mention, series=first, subject=max(before.subject, mention.subject))

    def _is_title(self, start: int, end: int) -> bool:
        """Whether a phrase only says what the person named behind the next comma is."""
        named = end < len(self.words) and self.words[end].text == "," and end + 1 in self._starting
        return named and self._starting[end + 1].kind == "name" and self._shape(start, end) == "office"

    def _mentions(self, start: int, end: int) -> list[Mention]:
        name = self._head_name(start, end)
        whole = self._people.person(name) if name else self._phrase(start, end)
        inner = [
            m
            for item in self.reader.within(start, end)
            if item.kind in ("state", "organisation", "capital", "body", "territory")
            if (m := self.reader.read(item.start, item.end)) and (item.start, item.end) != (start, end)
        ]
        found = [self._placed(m, m.start, inner=True) for m in inner]
        if whole is not None:
            found.append(self._placed(whole, start, start=start, end=end, subject=self._is_subject(start, end)))
        return found

    def _placed(self, mention: Mention, first: int, **changes: Any) -> Mention:
        """The mention with these changes, and where the word `first` that it begins with stands."""
        return replace(
            mention,
            quoted=self._quoted[self.words[first].start],
            sentence=self.reader.sentences[first],
            paragraph=self.reader.paragraphs[first],
            **changes,
        )

    def _is_subject(self, start: int, end: int) -> int:
        """2 for the subject of a verb of saying, 1 for another subject or an agent, 0 for anything else."""
        tokens = self.doc[self.words[start].first : self.words[end - 1].last + 1]
        heads = [token.head.lemma for token in tokens if token.dep_ in SUBJECTS]
        if heads:
            return 2 if any(lemma in self._saying for lemma in heads) else 1
        agents = (t.dep_ == "pobj" and (t.head.dep_ == "agent" or t.head.head.lower_ == "according") for t in tokens)
        issued = (t.dep_ == "pobj" and self._issues(t.head) for t in tokens)
        return int(any(agents) or any(issued) or self._opens(start, end))

    def _issues(self, tie: Token) -> bool:
        """Whether a preposition ties somebody to a statement that is the subject: "a statement by the council said"."""
        text = tie.head
        documents = self.codebook.vocabulary["actor_documents"]
        return tie.lower_ in ("by", "of", "from") and text.dep_ in SUBJECTS and text.lemma in documents

    def _opens(self, start: int, end: int) -> bool:
        """Whether a name opens a sentence with an apposition behind it, which the parser often takes for a fragment."""
        first = start == 0 or self.reader.sentences[start] != self.reader.sentences[start - 1]
        apposed = end < len(self.words) and self.words[end].text in (",", "–", "—")
        return first and apposed and not self.words[start].text.isupper()

    def _extent(self, item: Item, floor: int) -> tuple[int, int]:
        """The noun phrase around an item, as far as its words and "of" go; a person's name ends it."""
        start = item.start
        paragraph = self.reader.paragraphs[start]
        while start > floor and self._modifies(start - 1) and self.reader.paragraphs[start - 1] == paragraph:
            start -= 1
        end, last = item.end, item
        while end < len(self.words) and last.kind != "name" and self.reader.paragraphs[end] == paragraph:
            inner = self._starting.get(end)
            if inner is not None and inner.kind != "pronoun":
                end, last = inner.end, inner
            elif self._continues(end, last):
                end += 1
            else:
                break
        return start, self._past_marker(end)

    def _past_marker(self, end: int) -> int:
        """Past "set up by Moscow" behind an authority."""
        said = " ".join(word.lower for word in self.words[end : end + 5])
        marker = next((m for m in self.codebook.vocabulary["actor_set_up"] if said.startswith(f"{m} ")), None)
        following = self._starting.get(end + len(marker.split())) if marker else None
        return following.end if following else end

    def _modifies(self, i: int) -> bool:
        word = self.words[i]
        return word.pos in NOMINAL or word.lower in POSSESSIVE_MARKS or word.lower in POSSESSIVES

    def _continues(self, i: int, last: Item) -> bool:
        """Whether word i goes on with a phrase whose last item is given: a noun, "of", and after an office "in"."""
        word = self.words[i]
        if word.lower in ("of", "for"):
            return i + 1 < len(self.words) and self.words[i + 1].pos in (*NOMINAL, "PRON")
        if word.lower == "in" and last.kind in OFFICES:
            following = self._starting.get(i + 1)
            return following is not None and following.kind in ("capital", "seat", "state", "region", "territory")
        return word.pos in NOMINAL or word.lower in POSSESSIVE_MARKS


@lru_cache(maxsize=8)
def _states(codebook: Codebook) -> frozenset[str]:
    return frozenset(codebook.states.entity)


def _with_names(items: list[Item], names: list[Item]) -> list[Item]:
    """Items with the names of people in the place of what they cover."""
    covered = {i for name in names for i in range(name.start, name.end)}
    rest = [item for item in items if item.kind != "person" and not covered & set(range(item.start, item.end))]
    return sorted([*rest, *names], key=lambda item: item.start)
