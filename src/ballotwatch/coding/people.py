"""People named in a text: where their names stand, how they are addressed, and who is the same person.

The codebook knows office-holders; anybody else is known from what the text itself says of them. A name belongs to the
person of the same name introduced last before it, so that two people with one surname in a text stay apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ballotwatch.codebook import Codebook
from ballotwatch.coding.gazetteer import Entry, plain
from ballotwatch.coding.tokens import Doc
from ballotwatch.coding.words import Item, Word

# A name has at most this many words before its surname.
FORENAMES = 3
FEMININE_SURNAMES = ("ova", "eva", "ina", "aya", "ska", "cka", "ová", "yeva", "skaya", "ienė", "aitė")


@dataclass(frozen=True)
class Person:
    """Somebody in a document: canonical name, names in the text, gender (m, f or empty), the nouns of their offices
    and whom they speak for. ``words``: where the introduction stands."""

    name: str
    forename: str
    surname: str
    gender: str
    entity: str | None
    nouns: tuple[str, ...]
    start: int
    explicit: bool


def find_names(doc: Doc, words: list[Word], items: list[Item], codebook: Codebook) -> list[Item]:
    """Names of people, those of the codebook widened by first names, those that it lacks found by form and parser."""
    taken = {i: item for item in items for i in range(item.start, item.end)}
    people = {i for ent in doc.ents if ent.label_ == "PERSON" for i in range(ent.start, ent.end)}
    days = day_names(codebook)
    names, at = [], 0
    while at < len(words):
        if (
            words[at].text in days
            or words[at].pos == "ADP"
            and words[at].lower not in codebook.vocabulary["actor_particles"]
        ):
            at += 1
            continue
        end = _run(words, taken, at, codebook)
        name = _name(words, taken, people, at, end, codebook) if end > at else None
        if name:
            names.append(name)
        at = max(end, at + 1)
    names += _shouted(words, taken, names)
    return sorted([*names, *_surnames(words, taken, names)], key=lambda name: name.start)


def _shouted(words: list[Word], taken: dict[int, Item], names: list[Item]) -> list[Item]:
    """Names in capitals with a country in brackets or an office behind: "ANN OTHER (Norway)", "ANN OTHER, President of"."""
    covered = {i for name in names for i in range(name.start, name.end)}
    found, at = [], 0
    while at < len(words):
        end = at
        while end < len(words) and _is_shouted(words[end].text) and end not in covered and _is_free(taken, end):
            end += 1
        if 1 < end - at <= FORENAMES + 2 and end + 2 < len(words) and _is_introduced(words, taken, end):
            entries = next((taken[i].entries for i in range(at, end) if i in taken), ())
            found.append(Item("name", at, end, " ".join(word.text for word in words[at:end]).title(), entries))
        at = max(end, at + 1)
    return found


def _is_free(taken: dict[int, Item], i: int) -> bool:
    return i not in taken or taken[i].kind == "person"


def _is_shouted(text: str) -> bool:
    return text.isupper() and text.replace("-", "").replace("'", "").replace("’", "").rstrip(".").isalpha()


def _is_introduced(words: list[Word], taken: dict[int, Item], at: int) -> bool:
    following = [taken[i] for i in range(at + 1, min(at + 4, len(words))) if i in taken]
    if words[at].text == "(":
        return at + 1 in taken and taken[at + 1].kind in ("state", "organisation")
    return words[at].text == "," and any(item.kind == "official" for item in following)


def _surnames(words: list[Word], taken: dict[int, Item], names: list[Item]) -> list[Item]:
    """Surnames by themselves of people whom the text names in full elsewhere."""
    known = {words[name.end - 1].text for name in names if name.end - name.start > 1}
    covered = {i for name in names for i in range(name.start, name.end)}
    alone = (i for i in range(len(words)) if words[i].text in known and i not in covered and i not in taken)
    return [Item("name", i, i + 1, words[i].text) for i in alone]


def _run(words: list[Word], taken: dict[int, Item], at: int, codebook: Codebook) -> int:
    """Where a run of words that can be parts of one name ends."""
    end = at
    while end < len(words) and (_is_part(words, taken, end, at) or _is_particle(words, taken, end, at, codebook)):
        end += 1
    while end > at and words[end - 1].lower in codebook.vocabulary["actor_particles"]:
        end -= 1
    return end


def _is_part(words: list[Word], taken: dict[int, Item], i: int, at: int) -> bool:
    word, item = words[i], taken.get(i)
    if item is not None and item.kind != "person":
        # "Sofia Petrova", "Georgia Smith": a one-word place with a name after it may be a first name.
        return item.kind in ("capital", "state", "settlement", "seat") and i == at and _names_follow(words, taken, i)
    if i > at and "\n" in _gap(words, i):
        return False
    capital = word.text[0].isupper() and not (word.text.isupper() and len(word.text) > 3)
    initial = word.text.rstrip(".").isalpha() and len(word.text) <= 3
    return capital and (
        initial or word.pos in ("PROPN", "NOUN", "ADJ", "VERB", "X", "INTJ") and word.text.isalpha() or "-" in word.text
    )


def _gap(words: list[Word], i: int) -> str:
    return "\n" if words[i].first - words[i - 1].last > 1 else ""


def _names_follow(words: list[Word], taken: dict[int, Item], i: int) -> bool:
    if i + 1 >= len(words) or i + 1 in taken:
        return False
    following = words[i + 1]
    return (
        following.text[0].isupper()
        and following.pos == "PROPN"
        and following.text.isalpha()
        and not following.text.isupper()
    )


def _is_particle(words: list[Word], taken: dict[int, Item], i: int, at: int, codebook: Codebook) -> bool:
    inside = i > at and i + 1 < len(words) and words[i + 1].text[0].isupper() and i + 1 not in taken
    return inside and words[i].lower in codebook.vocabulary["actor_particles"]


def _name(
    words: list[Word], taken: dict[int, Item], people: set[int], at: int, end: int, codebook: Codebook
) -> Item | None:
    """The run as an item, or nothing where it is no person's name."""
    known = [taken[i] for i in range(at, end) if i in taken and taken[i].kind == "person"]
    if known:
        entries = known[-1].entries
        return Item("name", at, max(end, known[-1].end), entries[0].name, entries)
    tagged = any(t in people for i in range(at, end) for t in range(words[i].first, words[i].last + 1))
    addressed = at > 0 and words[at - 1].lower in codebook.vocabulary["actor_honorifics"]
    titled = at > 0 and (at - 1) in taken and taken[at - 1].kind == "official"
    long = end - at > 1
    if not (addressed or (titled and (long or tagged)) or (tagged and long)):
        return None
    if end - at > FORENAMES + 2:
        return None
    return Item("name", at, end, " ".join(word.text for word in words[at:end]))


@lru_cache(maxsize=8)
def day_names(codebook: Codebook) -> frozenset[str]:
    """Days of the week, which begin no name: "On Friday Ann Other said"."""
    return frozenset(day.split("=")[0] for day in codebook.vocabulary["time_weekdays"])


@lru_cache(maxsize=8)
def first_names(codebook: Codebook) -> tuple[frozenset[str], frozenset[str]]:
    """Men's and women's first names of the vocabulary."""
    return frozenset(codebook.vocabulary["actor_male_names"]), frozenset(codebook.vocabulary["actor_female_names"])


def gender_of(words: list[Word], name: Item, codebook: Codebook) -> str:
    """The pronoun's gender that a name takes: by honorific, first name, or the surname's ending; empty if unknown."""
    before = words[name.start - 1].lower if name.start else ""
    if before in codebook.vocabulary["actor_male_honorifics"]:
        return "m"
    if before in codebook.vocabulary["actor_female_honorifics"]:
        return "f"
    full = name.value if name.entries else " ".join(word.text for word in words[name.start : name.end])
    parts = full.lower().split()
    if len(parts) < 2:
        return ""
    male, female = first_names(codebook)
    if parts[0] in male or parts[0] in female:
        return "m" if parts[0] in male else "f"
    if parts[0].endswith("a") or parts[-1].endswith(FEMININE_SURNAMES):
        return "f"
    return ""


def names_agree(text: str, entry: Entry) -> bool:
    """Whether a name in a text can be that of an entry: the same surname, and a first name with the same initial."""
    said, known = plain_parts(text), plain_parts(entry.name)
    if len(said) < 2 or len(known) < 2:
        return True
    return said[0][0] == known[0][0]


def plain_parts(name: str) -> list[str]:
    """The parts of a name in lower case, without accents, dots and "Jr."."""
    parts = [plain(part).strip(".,").lower() for part in name.replace("’s", "").replace("'s", "").split()]
    return [part for part in parts if part and part not in ("jr", "sr")]


def book_entries(name: Item, text: str, codebook: Codebook) -> tuple[Entry, ...]:
    """People of the codebook whom a name can mean: by the name itself, or by the surname with a fitting initial."""
    if name.entries:
        return tuple(entry for entry in name.entries if names_agree(text, entry))
    return by_surname(codebook).get(plain_parts(text)[-1], ()) if is_initial(text) else ()


def is_initial(text: str) -> bool:
    """Whether a name gives only the initial of the first name: "D. Cameron"."""
    parts = text.split()
    return len(parts) > 1 and len(parts[0].strip(".")) == 1


@lru_cache(maxsize=8)
def by_surname(codebook: Codebook) -> dict[str, tuple[Entry, ...]]:
    """The codebook's people by surname."""
    found: dict[str, tuple[Entry, ...]] = {}
    for row in codebook.people.itertuples():
        parts = plain_parts(row.name)
        entry = Entry("person", row.name, row.entity, "person", row.office)
        found[parts[-1]] = (*found.get(parts[-1], ()), entry)
    return found


class People:
    """The people of a document, in the order of their introduction."""

    def __init__(self) -> None:
        self._known: list[Person] = []

    def add(self, person: Person) -> None:
        """Introduce somebody."""
        self._known.append(person)

    def find(self, text: str, before: int) -> Person | None:
        """The person meant by a name at word ``before``: the last one so named until there, else the first after."""
        parts = plain_parts(text)
        fitting = [p for p in self._known if parts and p.surname == parts[-1] and self._same(parts, p)]
        earlier = [p for p in fitting if p.start <= before]
        return earlier[-1] if earlier else fitting[0] if fitting else None

    def _same(self, parts: list[str], person: Person) -> bool:
        return (
            len(parts) == 1
            or not person.forename
            or parts[0] == person.forename
            or (min(len(parts[0]), len(person.forename)) == 1 and parts[0][0] == person.forename[0])
        )
