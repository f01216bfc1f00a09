"""Who a person named in a text is: what stands before and after the name, then the codebook, then the context."""

from __future__ import annotations

from dataclasses import replace

from ballotwatch.coding.authorities import territories
from ballotwatch.coding.coreference import Mention
from ballotwatch.coding.gazetteer import Entry
from ballotwatch.coding.people import People, Person, book_entries, gender_of, plain_parts
from ballotwatch.coding.phrases import OFFICES, SPEAKING, Reader
from ballotwatch.coding.words import Item

TITLE_KINDS = (
    *(*OFFICES, *SPEAKING, "region", "settlement", "installed", "occupation", "lawful", "opposition", "local", "part"),
    *("possessive", "private", "group_noun"),
)
TITLE_POS = ("ADJ", "NOUN", "PROPN", "DET", "NUM")
LINKS = ("of", "for", "in", "to", "'s", "’s", "'", "’")
RELATIVE_VERBS = ("is", "was", "be", "has", "also", "had", "been")


class Introductions:
    """The people of a document, each introduced where their name first stands with an office."""

    def __init__(self, reader: Reader) -> None:
        self._reader, self._people = reader, People()
        self._read: dict[int, Person] = {}

    def person(self, name: Item) -> Mention:
        """The person named, as a mention; without an entity where nothing tells for whom they speak."""
        person = self._read.get(name.start)
        if person is None:
            person = self._read[name.start] = self._introduce(name)
        kind = "person" if person.entity or person.nouns else "private"
        return Mention(
            *(name.start, name.end, person.name, person.entity, "person", kind),
            gender=person.gender,
            nouns=person.nouns,
        )

    def _introduce(self, name: Item) -> Person:
        text = " ".join(word.text for word in self._reader.words[name.start : name.end])
        title = self._title(name)
        explicit = title is not None and title.explicit and title.entity is not None
        known = self._people.find(text, name.start)
        if (
            known
            and known.start <= name.start
            and not (explicit and title.entity != known.entity and known.entity is None)
        ):
            if not explicit or title.entity == known.entity or len(plain_parts(text)) == 1:
                return self._with_nouns(known, title)
        person = self._new(name, text, title, explicit)
        self._people.add(person)
        return person

    def _with_nouns(self, known: Person, title: Mention | None) -> Person:
        nouns = tuple(dict.fromkeys((*known.nouns, *(title.nouns if title else ()))))
        gender = known.gender or (title.gender if title else "")
        return replace(known, nouns=nouns, gender=gender)

    def _new(self, name: Item, text: str, title: Mention | None, explicit: bool) -> Person:
        book = book_entries(name, text, self._reader.codebook)
        entry = self._entry(book, title, explicit)
        later = None if entry or title or len(plain_parts(text)) > 1 else self._later(text, name)
        if later is not None:
            return later
        entity = entry.entity if entry else title.entity if title else None
        parts = plain_parts(entry.name if entry else text)
        gender = (title.gender if title else "") or gender_of(self._reader.words, name, self._reader.codebook)
        nouns = (*(title.nouns if title else ()), *self._office_nouns(entry))
        forename = parts[0] if len(parts) > 1 else ""
        if entry is not None and len(plain_parts(text)) > 1:
            forename = plain_parts(text)[0]
        canonical = entry.name if entry else text.title() if text.isupper() else text
        return Person(canonical, forename, parts[-1] if parts else "", gender, entity, nouns, name.start, explicit)

    def _entry(self, book: tuple[Entry, ...], title: Mention | None, explicit: bool) -> Entry | None:
        """The codebook's person, if the text doesn't say that it is somebody else."""
        if not explicit:
            return book[0] if book else None
        agreed = next((entry for entry in book if entry.entity == title.entity), None)
        return agreed or next((entry for entry in book if self.also_speaks(entry.entity, title)), None)

    def also_speaks(self, entity: str | None, title: Mention) -> bool:
        """Whether somebody speaks for the state whose unit a title names, which does not say which of two authorities
        there is meant: "X, who heads the regional administration"."""
        reader = self._reader
        marks = {item.kind for item in reader.within(title.start, title.end)}
        held = territories(reader.codebook).values()
        owned = any(h.claimed == title.entity and h.country == entity for h in held)
        return owned and not marks & {"installed", "occupation", "occupier", "territory", "territorial"}

    def _later(self, text: str, name: Item) -> Person | None:
        """A surname in a headline: the person of that surname who is introduced later."""
        surname = plain_parts(text)[-1]
        for other in self._reader.items:
            if other.kind == "name" and other.start > name.start:
                parts = plain_parts(" ".join(word.text for word in self._reader.words[other.start : other.end]))
                if len(parts) > 1 and parts[-1] == surname:
                    return self._introduce_at(other)
        return None

    def _introduce_at(self, name: Item) -> Person:
        self.person(name)
        return self._read[name.start]

    def _office_nouns(self, entry: Entry | None) -> tuple[str, ...]:
        officials = self._reader.vocabulary["actor_officials"]
        return tuple(word for word in entry.key.lower().replace(",", " ").split() if word in officials) if entry else ()

    # Titles

    def _title(self, name: Item) -> Mention | None:
        """What is said of a person beside the name: before it, behind a comma, or in a relative clause."""
        found = [m for m in (self._before(name), self._after(name), self._relative(name)) if m is not None]
        told = [m for m in found if m.entity and m.explicit]
        return next(iter(told), found[0] if found else None)

    def _before(self, name: Item) -> Mention | None:
        words, reader = self._reader.words, self._reader
        at = name.start
        while at > 0 and words[at - 1].lower in reader.vocabulary["actor_honorifics"]:
            at -= 1
        start = self._left_edge(at)
        if start < at:
            chained = self._chained(start)
            return chained or self._office(start, at)
        if at > 1 and words[at - 1].text == ",":
            start = self._left_edge(at - 1)
            return self._office(start, at - 1, singular=True)
        return None

    def _chained(self, start: int) -> Mention | None:
        """ "Its chairman, the Belgian foreign minister X": the first apposition counts."""
        if start < 2 or self._reader.words[start - 1].text != ",":
            return None
        left = self._left_edge(start - 1)
        opens = (
            left == 0
            or self._reader.words[left - 1].text in '.!?”"'
            or self._reader.sentences[left - 1] != self._reader.sentences[left]
        )
        return self._office(left, start - 1, singular=True) if opens and left < start - 1 else None

    def _left_edge(self, at: int) -> int:
        """Where the title that ends before word ``at`` begins."""
        start = at
        while (
            start > 0
            and self._titular(start - 1)
            and self._reader.paragraphs[start - 1] == self._reader.paragraphs[at - 1]
        ):
            start -= 1
        while start < at and self._reader.words[start].lower in ("of", "for", "in", "to"):
            start += 1
        return start

    def _titular(self, i: int) -> bool:
        word = self._reader.words[i]
        item = self._reader.covering(i)
        if item is not None:
            return item.kind in TITLE_KINDS
        return word.pos in TITLE_POS or word.lower in LINKS or word.tag == "VBN"

    def _office(self, start: int, end: int, singular: bool = False) -> Mention | None:
        """Words[start:end] as a title: it must hold a noun of office, or a country in the possessive."""
        items = self._reader.within(start, end)
        officials = [item for item in items if item.kind == "official"]
        if any(item.kind == "name" for item in items) or (singular and (not officials or officials[0].plural)):
            return None
        if officials or any(item.kind in ("private", "body_noun") for item in items):
            return self._reader.read(start, end, title=True)
        if items and self._reader.words[end - 1].lower in ("'s", "’s", "'", "’"):
            return self._reader.read(start, end, title=True)
        return (
            self._reader.read(start, end, title=True)
            if items and items[-1].kind in ("organisation", "body", "adjective")
            else None
        )

    def _after(self, name: Item) -> Mention | None:
        """ "X, the Czech foreign minister," and "X of Belarus"."""
        words = self._reader.words
        at = name.end
        if at + 1 >= len(words):
            return None
        if words[at].lower == "of":
            return self._reader.read(at + 1, self._right_edge(at + 1))
        if words[at].text not in (",", "(", "–", "—"):
            return None
        country = self._reader.covering(at + 1)
        if words[at].text == "(" and country is not None and country.kind in ("state", "organisation"):
            return self._reader.read(country.start, country.end) if words[country.end].text == ")" else None
        end = self._right_edge(at + 1)
        following = self._reader.covering(end)
        followed = following is not None and following.kind == "name"
        return None if followed else self._office(at + 1, end, singular=True)

    def _right_edge(self, at: int) -> int:
        end = at
        while end < len(self._reader.words) and self._titular(end):
            end += 1
        return end

    def _relative(self, name: Item) -> Mention | None:
        """ "X, who heads the election commission in Y": whoever the body speaks for; "who is also": whoever came
        before."""
        words, at = self._reader.words, name.end
        if at + 2 >= len(words) or words[at].text != "," or words[at + 1].lower != "who":
            return None
        at += 2
        if "also" in (words[at].lower, words[at + 1].lower):
            kinds = ("person",)
            return self._reader.history.last(kinds, name.start, self._reader.paragraphs[name.start])
        while at < len(words) and words[at].lower in RELATIVE_VERBS:
            at += 1
        role = words[at].lemma in self._reader.vocabulary["actor_role_verbs"]
        start = at + 1 if role else at
        end = self._right_edge(start)
        return self._reader.read(start, end, title=True) if role or words[at - 1].lower in ("is", "was") else None
