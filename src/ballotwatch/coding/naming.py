"""One canonical name for each actor, however a text puts it.

"The Ukrainian Foreign Ministry", "Ukraine's MFA" and "the foreign ministry in Kyiv" are all "Ministry of Foreign Affairs of
Ukraine". A body or an office is named with its owner behind it; the owner's name is the codebook's. What cannot be put so
(markers of occupation, oppositions, private people) keeps its words, without the article.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ballotwatch.codebook import Codebook
from ballotwatch.coding.authorities import LOOSE_TIES, NAMED, PLACED, TIES, Authorities
from ballotwatch.coding.words import Item, plural

ARTICLE = re.compile(r"^(?:the|an?|its|his|her|their|our)\s+", re.IGNORECASE)
SPACED = re.compile(r"\s+(?=['’]s?\b|['’]\s|[,.)])")
MARKS = ("'s", "’s", "'", "’")
DROPPED = ("the", "a", "an", "own", "de", "facto", "occupied", "annexed", "temporarily", "new", "then")
# Words inside a name that keep a small letter.
SMALL = frozenset(("of", "for", "and", "the", "in", "on", "to", "at", "'s", "’s"))
OWNERS = (*NAMED, "demonym", *PLACED, "possessive", "part", "local")
# Phrases with one of these keep their words: the marker says more than any owner.
MARKED = ("installed", "occupation", "occupier", "opposition")


def tidy(text: str) -> str:
    """A name without a leading article or possessive, white space folded."""
    folded = SPACED.sub("", " ".join(text.split()))
    return ARTICLE.sub("", folded)


def office_name(reader: Authorities, head: Item, start: int, end: int, entity: str | None) -> str:
    """The canonical name of the body or office that words[start:end] name, with a head and an entity."""
    said = tidy(" ".join(word.text for word in reader.words[start:end]))
    items = reader.within(start, end)
    owner = owner_name(reader, items, start, entity)
    set_up = any(f" {marker} " in f"{said} ".lower() for marker in reader.codebook.vocabulary["actor_set_up"])
    if owner is None or set_up or any(item.kind in MARKED for item in items):
        return said
    if head.value in reader.vocabulary["actor_states"]:
        return owner
    cut = next(
        (i for i in range(head.end, end) if reader.words[i].lower in LOOSE_TIES or reader.following(i + 1) == "behalf"),
        end,
    )
    named = _official(reader, head, start, cut, owner, entity) if head.kind == "official" else None
    return named or _put(reader, head, _content(reader, start, cut), owner, entity)


def _official(reader: Authorities, head: Item, start: int, end: int, owner: str, entity: str | None) -> str | None:
    """ "Foreign ministry spokeswoman", "head of the election commission": the office, then its body and owner."""
    bodies = [item for item in reader.within(start, end) if item.kind == "body_noun" and item.start != head.start]
    if not bodies or head.plural:
        return None
    body = bodies[-1]
    before = body.end <= head.start
    title = _content(reader, body.end if before else start, head.end)
    named = _content(reader, start, body.end) if before else _content(reader, head.end + 1, end)
    place = _put(reader, body, named, owner, entity)
    return f"{title_of(title, head, reader)} {_link(head, reader)} {articled(place, reader)}"


def _put(reader: Authorities, head: Item, content: list[str], owner: str, entity: str | None) -> str:
    """A body or an office with its owner."""
    if not content:
        return owner
    if _stays_plural(head, reader):
        adjective = adjectives(reader.codebook).get(entity or "")
        words = " ".join(content)
        return f"{adjective} {_lowered(words)}" if adjective else f"{_lowered(words)} of {articled(owner, reader)}"
    if head.kind == "official":
        return f"{title_of(content, head, reader)} {_link(head, reader)} {articled(owner, reader)}"
    return f"{body_name(content, head, reader)} of {articled(owner, reader)}"


def _stays_plural(head: Item, reader: Authorities) -> bool:
    return head.plural and (head.value in reader.vocabulary["actor_anyone"] or head.value == "authority")


def _link(head: Item, reader: Authorities) -> str:
    return "for" if head.value in reader.vocabulary["actor_speaking"] else "of"


def title_of(content: list[str], head: Item, reader: Authorities) -> str:
    """The title of an office, in small letters and in the singular; anybody who speaks for another is a spokesperson."""
    if head.value in reader.vocabulary["actor_speaking"]:
        return "spokesperson"
    return _lowered(" ".join(_singular(content, head)))


def body_name(content: list[str], head: Item, reader: Authorities) -> str:
    """The name of a body without its owner: known bodies by the vocabulary, others with capitals if they are several
    words."""
    words = _singular(content, head)
    said = _lowered(" ".join(words))
    known = body_names(reader.codebook).get(said)
    if known or len(words) == 1:
        return known or said
    if words[-1].lower() == "ministry":
        words = ["Ministry", "of", *words[:-1]]
    return SPACED.sub("", " ".join(w if w.lower() in SMALL else w[0].upper() + w[1:] for w in words))


def _singular(content: list[str], head: Item) -> list[str]:
    many = plural(head.value)
    return [head.value if word.lower() == many else word for word in content]


def _lowered(text: str) -> str:
    return " ".join(w if w.isupper() and len(w) > 1 else w.lower() for w in SPACED.sub("", text).split())


def _content(reader: Authorities, start: int, end: int) -> list[str]:
    """The words of a phrase but for those that say whose it is."""
    owning = {i for item in reader.within(start, end) if item.kind in OWNERS for i in range(item.start, item.end)}
    # "The port city's commission": what goes with the place's noun says no more than the place.
    owning |= {i - 1 for i in owning if i > start and _is_kind_of_place(reader, i)}
    kept: list[str] = []
    for i in range(start, end):
        word = reader.words[i]
        if i in owning or not word.text[0].isalnum() and word.text not in MARKS:
            continue
        if word.lower in DROPPED and not (kept and kept[-1].lower() in TIES and i + 1 not in owning):
            continue
        mark = word.text in MARKS and (i == start or i - 1 in owning)
        if not mark and not (word.lower in TIES and _leads_nowhere(reader, i, end, owning)):
            kept.append(word.text)
    return kept


def _is_kind_of_place(reader: Authorities, i: int) -> bool:
    item = reader.covering(i)
    return item is not None and item.kind == "part" and reader.words[i - 1].pos in ("NOUN", "ADJ")


def _leads_nowhere(reader: Authorities, tie: int, end: int, owning: set[int]) -> bool:
    """Whether the word behind a preposition, articles apart, names the owner."""
    following = next((i for i in range(tie + 1, end) if reader.words[i].lower not in DROPPED), end)
    return following == end or (following in owning and not _possesses(reader, following, end, owning))


def _possesses(reader: Authorities, at: int, end: int, owning: set[int]) -> bool:
    """Whether an owner stands before what it owns: "head of Ukraine's election commission"."""
    while at in owning:
        at += 1
    return at < end and (reader.words[at].text in MARKS or reader.words[at].pos in ("NOUN", "PROPN", "ADJ"))


def owner_name(reader: Authorities, items: list[Item], start: int, entity: str | None) -> str | None:
    """Whose a body or an office is: the body or organisation that the phrase names, else the codebook's name of the
    entity, else the place; None where there is none."""
    own = (i for i in items if i.kind in ("body", "organisation") and i.value == entity)
    if (item := next(own, None)) is not None:
        return item.entry.name
    if name := entity_names(reader.codebook).get(entity or ""):
        return name
    places = (item for item in items if item.kind in (*PLACED, "territory", "territorial"))
    place = (next(places, None) or reader.place_before(start)) if entity else None
    return place.entry.name if place else None


def proper_name(codebook: Codebook, entity: str, noun: str) -> str:
    """The name of an organisation's body that goes by its noun alone: "the Commission" is the European Commission."""
    rows = codebook.organisations[codebook.organisations.entity == entity]
    return next((name for name in rows.name if name.lower().endswith(f" {noun}")), entity)


def person_office(reader: Authorities, heads: list[Item], name: str) -> str:
    """The name of an office that belongs to a person: "Putin's spokesman"."""
    head = next((item for item in heads if item.kind == "body_noun"), heads[-1])
    if head.kind == "official":
        return f"{title_of(_content(reader, heads[0].start, head.end), head, reader)} {_link(head, reader)} {name}"
    return f"{body_name([head.value], head, reader)} of {name}"


def opposition_name(codebook: Codebook, entity: str) -> str:
    """The name of a state's opposition: "Georgian opposition" for GEO-OPP."""
    state = entity.removesuffix("-OPP")
    return f"{adjectives(codebook).get(state, state)} opposition"


def articled(name: str, reader: Authorities) -> str:
    """A name as it stands behind "of": with an article where English wants one."""
    words = {word.lower() for word in name.split()}
    nouns = reader.vocabulary["actor_articled"] | reader.vocabulary["actor_bodies"] | reader.vocabulary["actor_groups"]
    return f"the {name}" if words & nouns else name


@lru_cache(maxsize=8)
def entity_names(codebook: Codebook) -> dict[str, str]:
    """The name of each entity: a state, an organisation, or an authority that claims one territory only."""
    claimed = codebook.territories.drop_duplicates("entity", keep=False)
    tables = (codebook.organisations, claimed, codebook.states)
    several = set(codebook.territories.entity) - set(claimed.entity)
    rows = (row for table in tables for row in reversed(list(table.itertuples())))
    return {row.entity: row.name for row in rows if row.entity not in several}


@lru_cache(maxsize=8)
def adjectives(codebook: Codebook) -> dict[str, str]:
    """The adjective of each state: UKR "Ukrainian"."""
    return {row.entity: row.adjectives[0] for row in codebook.states.itertuples() if row.adjectives}


@lru_cache(maxsize=8)
def body_names(codebook: Codebook) -> dict[str, str]:
    """What a body may be called, and its canonical name, both without an owner."""
    return dict(pair.split("=") for pair in codebook.vocabulary["actor_body_names"])
