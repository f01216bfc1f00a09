"""A text as words with what each of them can contribute to naming an actor.

A word here is a run of tokens joined by hyphens ("chairman-in-office", "Russian-installed"). An item is a word, or
several, with a meaning: a name of the codebook, a noun of office, a marker, a pronoun.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from ballotwatch.codebook import Codebook
from ballotwatch.coding.gazetteer import Entry, Match, gazetteer
from ballotwatch.coding.tokens import Doc, Token

# Which meaning of a name counts for an actor where it has several ("Kyiv" the capital, the region, the town).
PRECEDENCE = (
    *("person", "state", "demonym", "organisation", "adjective", "body", "capital", "seat"),
    *("territory", "territorial", "region", "group", "settlement"),
)
PRONOUNS = {
    **dict.fromkeys(("he", "him", "himself"), "m"),
    **dict.fromkeys(("she", "her", "herself"), "f"),
    **dict.fromkeys(("it", "itself"), "n"),
    **dict.fromkeys(("they", "them", "themselves", "both"), "p"),
    **dict.fromkeys(("we", "us", "i", "ourselves", "myself", "me"), "1"),
}
POSSESSIVES = {"his": "m", "her": "f", "its": "n", "their": "p", "our": "1", "my": "1"}
RELATIVES = frozenset(("who", "which", "whose", "whom", "that", "where"))
WORD = re.compile(r"[^\W_]")
HYPHENS = ("-", "‑", "‐")


class Word(NamedTuple):
    """A word: its characters, its lemma and part of speech (of its last token), and the tokens it is made of."""

    start: int
    end: int
    text: str
    lower: str
    lemma: str
    pos: str
    tag: str
    first: int
    last: int


class Item(NamedTuple):
    """Words[start:end] with a meaning. ``kind``: an entry's kind, or name, official, body_noun, private, media_noun,
    document, part, local, installed, occupation, occupier, lawful, opposition, epithet, group_noun, state_noun,
    pronoun or possessive. ``value``: the noun in the singular, an entity or a gender."""

    kind: str
    start: int
    end: int
    value: str = ""
    entries: tuple[Entry, ...] = ()
    plural: bool = False

    @property
    def entry(self) -> Entry:
        """The meaning that counts for an actor."""
        return self.entries[0]


@lru_cache(maxsize=8)
def nouns(codebook: Codebook) -> dict[str, tuple[str, str, bool]]:
    """Every noun of the vocabulary, and its plural, as (kind, singular, whether plural). Earlier kinds win."""
    kinds = {
        "official": "actor_officials",
        "body_noun": "actor_bodies",
        "document": "actor_documents",
        "occupier": "actor_occupiers",
        "local": "actor_local",
        "private": "actor_private",
        "media_noun": "actor_media",
        "part": "actor_parts",
        "state_noun": "actor_states",
        "group_noun": "actor_groups",
        "occupation": "actor_occupation",
        "lawful": "actor_lawful",
        "opposition": "actor_opposition",
    }
    known: dict[str, tuple[str, str, bool]] = {}
    for kind, key in kinds.items():
        for noun in codebook.vocabulary[key]:
            known.setdefault(noun, (kind, noun, False))
            if kind not in ("local", "occupation", "lawful", "opposition"):
                known.setdefault(plural(noun), (kind, noun, True))
    return known


def plural(noun: str) -> str:
    """The regular English plural of a noun, and that of its compounds with -man."""
    if noun.endswith(("man", "woman")):
        return noun[:-3] + "men"
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


def find_words(doc: Doc) -> list[Word]:
    """The words of a text, hyphenated ones as one."""
    words: list[Word] = []
    # Doc.text is put together anew each time that it is asked for, and so is each token.
    text, tokens, at = doc.text, list(doc), 0
    forms = [token.text for token in tokens]
    while at < len(tokens):
        last = at
        while last + 2 < len(tokens) and forms[last + 1] in HYPHENS and _joined(*tokens[last : last + 3]):
            last += 2
        if not forms[at].isspace():
            words.append(_word(tokens[at], tokens[last], text))
        at = last + 1
    return words


def _joined(left: Token, hyphen: Token, right: Token) -> bool:
    tight = not left.whitespace_ and not hyphen.whitespace_
    return tight and bool(WORD.match(left.text[-1]) and WORD.match(right.text))


def _word(first: Token, last: Token, text: str) -> Word:
    start, end = first.idx, last.idx + len(last)
    said = text[start:end]
    lower = said.lower()
    lemma = last.lemma if first.i == last.i else lower
    return Word(start, end, said, lower, lemma, last.pos_, last.tag_, first.i, last.i)


def find_items(words: list[Word], text: str, codebook: Codebook) -> list[Item]:
    """The items of a text but for names that the codebook lacks, in order and none overlapping another."""
    starts = {word.start: i for i, word in enumerate(words)}
    ends = {word.end: i + 1 for i, word in enumerate(words)}
    items, taken = [], set()
    for match in gazetteer(codebook).find(text):
        item = _gazetteer_item(match, words, starts, ends, codebook)
        if item:
            items.append(item)
            taken.update(range(item.start, item.end))
    items += [item for i in range(len(words)) if i not in taken and (item := _noun_item(i, words, codebook))]
    return sorted(items, key=lambda item: item.start)


def _gazetteer_item(
    match: Match, words: list[Word], starts: dict[int, int], ends: dict[int, int], codebook: Codebook
) -> Item | None:
    entries = tuple(sorted(match.entries, key=lambda entry: PRECEDENCE.index(entry.kind)))
    start, end = starts.get(match.start), ends.get(match.end)
    if start is not None and end is not None:
        return Item(entries[0].kind, start, end, entries[0].entity or "", entries)
    if start is None:
        return None
    # "Russian-installed": the name is the first half of a hyphenated word.
    half = words[start].text[match.end - match.start :].lower()
    if half[:1] in ("-", "‑", "‐") and half[1:] in codebook.vocabulary["actor_installed"] and entries[0].entity:
        return Item("installed", start, start + 1, entries[0].entity, entries)
    return None


def _noun_item(i: int, words: list[Word], codebook: Codebook) -> Item | None:
    word = words[i]
    if word.lower in POSSESSIVES and (word.lower != "her" or word.tag == "PRP$"):
        return Item("possessive", i, i + 1, POSSESSIVES[word.lower])
    if word.lower in PRONOUNS and word.text != "US":
        return Item("pronoun", i, i + 1, PRONOUNS[word.lower])
    if epithet := epithets(codebook).get(word.lower):
        return Item("epithet", i, i + 1, epithet)
    known = nouns(codebook).get(word.lower)
    # "chairman-in-office", "vice-president": the vocabulary's word may be either half.
    if known is None and "-" in word.lower:
        known = nouns(codebook).get(word.lower.split("-")[0]) or nouns(codebook).get(word.lower.split("-")[-1])
    marker = known is not None and known[0] in ("occupation", "local", "lawful", "opposition")
    if known is None or (word.pos in ("VERB", "AUX", "ADJ", "ADV") and not marker):
        return None
    return Item(known[0], i, i + 1, known[1], plural=known[2])


@lru_cache(maxsize=8)
def epithets(codebook: Codebook) -> dict[str, str]:
    """Nouns that stand for one organisation, with its entity."""
    return dict(pair.split("=") for pair in codebook.vocabulary["actor_epithets"])


@lru_cache(maxsize=8)
def synonyms(codebook: Codebook) -> frozenset[tuple[str, str]]:
    """Pairs (later noun, earlier noun): what an office-holder or a body may be called afterwards."""
    pairs = [tuple(pair.split("=")) for pair in codebook.vocabulary["actor_synonyms"]]
    return frozenset((later, earlier) for later, earlier in pairs)
