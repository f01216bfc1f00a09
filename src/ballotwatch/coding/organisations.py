"""Organisations that the codebook lacks: introduced by a text with what they are, or with an acronym in brackets.

"ABC – the Baltic network of …", "Clean Vote, an independent watchdog," and "Association of Free Observers (AFO)" each
make a new entity, named by the acronym or the name in capitals. An acronym behind the name of a state's body ("the
Election Commission of Ukraine (CEC)") is another name of that body.
"""

from __future__ import annotations

from typing import NamedTuple

from ballotwatch.codebook import Codebook
from ballotwatch.coding.gazetteer import Entry
from ballotwatch.coding.phrases import SPEAKING
from ballotwatch.coding.words import Item, Word

# An acronym has at least two and at most so many letters.
LONGEST = 10
# Words of a name at most; a longer run of capitals is a list, and looking through it from each word is quadratic.
LONGEST_NAME = 20
# How far after a name the noun that says what it is may stand.
NEAR = 6
DASHES = ("–", "—", "-", ",", "(")
ARTICLES = ("the", "a", "an")


class Introduced(NamedTuple):
    """A name that a text introduces: its words, and what it stands for."""

    name: tuple[str, ...]
    entry: Entry


def find_organisations(words: list[Word], items: list[Item], codebook: Codebook) -> tuple[Introduced, ...]:
    """The organisations, and other names of known bodies, that a text introduces."""
    starts = {item.start: item for item in items}
    ngos = frozenset(codebook.vocabulary["actor_ngos"])
    found = [
        introduced
        for i, word in enumerate(words)
        if word.text[0].isupper()
        and (introduced := _apposed(words, starts, i, ngos) or _bracketed(words, items, i, ngos))
    ]
    return tuple(dict.fromkeys(found))


def _is_acronym(text: str) -> bool:
    return text.isalpha() and text.isupper() and 1 < len(text) <= LONGEST


def _apposed(words: list[Word], starts: dict[int, Item], i: int, ngos: frozenset[str]) -> Introduced | None:
    """A name, a dash or comma, an article and within a few words a noun for an organisation."""
    end, last = i, min(len(words), i + LONGEST_NAME)
    while end < last and end not in starts and words[end].text[0].isupper() and words[end].pos in ("PROPN", "NOUN"):
        end += 1
    starting = i == 0 or not (words[i - 1].text[0].isupper() and words[i - 1].pos == "PROPN")
    if end == i or not starting or end + 2 >= len(words) or words[end].text not in DASHES:
        return None
    if words[end + 1].lower not in ARTICLES or not _is_kind(words, end + 2, ngos):
        return None
    name = tuple(word.text for word in words[i:end])
    about = " ".join(
        word.lower for word in words[end + 2 : end + 2 + NEAR] if word.pos in ("ADJ", "PROPN") or "-" in word.text
    )
    return Introduced(name, _entry(" ".join(name), " ".join(name).upper())._replace(key=about))


def _is_kind(words: list[Word], start: int, ngos: frozenset[str]) -> bool:
    """Whether the phrase from ``start`` is headed by a noun for an organisation."""
    for word in words[start : start + NEAR]:
        if word.lower in ngos or word.lower.split("-")[-1] in ngos:
            return True
        if word.pos not in ("ADJ", "NOUN", "PROPN", "ADV", "CCONJ") and word.text not in ("-", "'s", "’s"):
            return False
    return False


def _bracketed(words: list[Word], items: list[Item], i: int, ngos: frozenset[str]) -> Introduced | None:
    """An acronym in brackets behind the name that it abbreviates."""
    if (
        i < 2
        or i + 1 >= len(words)
        or words[i - 1].text != "("
        or words[i + 1].text != ")"
        or not _is_acronym(words[i].text)
    ):
        return None
    start = _abbreviated(words, i - 1, words[i].text)
    if start is None:
        return None
    before = [item for item in items if item.start >= start and item.end <= i - 1]
    own = next((item for item in before if item.kind == "body" or (item.kind in SPEAKING and item.end == i - 1)), None)
    head = next((item for item in before if item.kind == "body_noun"), None)
    name = " ".join(word.text for word in words[start : i - 1])
    if own is not None and own.value and (head is not None or own.kind in ("body", "organisation")):
        return Introduced((words[i].text,), Entry("body", name, own.value, "authority"))
    organised = any(word.lower in ngos for word in words[start : i - 1])
    return Introduced((words[i].text,), _entry(name, words[i].text)) if organised and own is None else None


def _abbreviated(words: list[Word], end: int, acronym: str) -> int | None:
    """Where the name begins whose capitals an acronym takes, within twice its length."""
    for start in range(end - len(acronym), max(-1, end - 2 * len(acronym) - 2), -1):
        if start >= 0 and words[start].text[0] == acronym[0]:
            initials = "".join(word.text[0] for word in words[start:end] if word.text[0].isupper())
            if initials.startswith(acronym[: len(initials)]) or acronym in initials:
                return start
    return None


def _entry(name: str, entity: str) -> Entry:
    return Entry("organisation", name, entity.replace(" ", "-"), "organisation")


def mark(words: list[Word], items: list[Item], introduced: tuple[Introduced, ...]) -> list[Item]:
    """Items with every occurrence of the introduced names in their place."""
    found = []
    taken = {i for item in items for i in range(item.start, item.end)}
    for name, entry in introduced:
        for i in range(len(words) - len(name) + 1):
            span = range(i, i + len(name))
            if tuple(word.text for word in words[i : i + len(name)]) == name and not taken & set(span):
                found.append(Item(entry.kind, i, i + len(name), entry.entity or "", (entry,)))
                taken.update(span)
    return sorted([*items, *found], key=lambda item: item.start)
