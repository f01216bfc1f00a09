"""What has been named before: mentions in their order, and the antecedents of pronouns, short names and bare offices.

Salience follows Lappin and Leass (1994) in small: agreement in gender and number first, then the nearest sentence, within it the
subject. What stands inside quotation marks is no antecedent for what stands outside.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from spacy.tokens import Doc

OPENING, CLOSING = "“«„", "”»"
SUBJECTS = ("nsubj", "nsubjpass")
# How many paragraphs back a pronoun, or the sense of a bare title, may reach.
REACH = 3
# A dateline stands within so many characters of the text's or a paragraph's beginning.
DATELINE = 60


@dataclass(frozen=True)
class Mention:
    """Words[start:end] that name an actor. ``kind``: state, organisation, territory, body, person, private, media or
    group. ``nouns``: nouns of office or kind it can be taken up by; ``about``: its modifiers ("foreign").
    ``explicit``: the words themselves say for whom it speaks. ``inner``: it stands inside the name of another."""

    start: int
    end: int
    actor: str
    entity: str | None
    actor_type: str
    kind: str
    gender: str = ""
    plural: bool = False
    nouns: tuple[str, ...] = ()
    about: frozenset[str] = frozenset()
    explicit: bool = True
    inner: bool = False
    subject: bool = False
    quoted: bool = False
    sentence: int = 0
    paragraph: int = 0


def quoted_characters(text: str) -> list[bool]:
    """For each character, whether it stands inside quotation marks; straight ones open and close by turns in a
    paragraph."""
    inside, depth, straight = [], 0, False
    for at, char in enumerate(text):
        if char == "\n" and re.match(r"\s*\n", text[at + 1 :]):
            depth, straight = 0, False
        if char in OPENING:
            depth += 1
        elif char in CLOSING:
            depth = max(0, depth - 1)
        elif char == '"':
            straight = not straight
        inside.append(depth > 0 or straight)
    return inside


def paragraph_numbers(text: str) -> list[int]:
    """For each character, the number of its paragraph."""
    numbers, number = [], 0
    for left, right in pairwise(f"{text} "):
        numbers.append(number)
        number += left == "\n" and right != "\n"
    return numbers


class History:
    """The mentions of a document so far, in order, and the search for antecedents among them."""

    def __init__(self, synonyms: frozenset[tuple[str, str]], states: frozenset[str]) -> None:
        self.mentions: list[Mention] = []
        self._synonyms = synonyms
        self._states = states

    def add(self, mention: Mention) -> None:
        """Note a mention; mentions come in the order of the text."""
        self.mentions.append(mention)

    def before(self, at: int, paragraph: int, reach: int = REACH) -> list[Mention]:
        """Mentions outside quotation marks before word ``at``, latest first, at most ``reach`` paragraphs back."""
        found = [m for m in self.mentions if m.end <= at and not m.quoted and paragraph - m.paragraph <= reach]
        return sorted(found, key=lambda m: m.start, reverse=True)

    def pronoun(self, gender: str, at: int, sentence: int, paragraph: int) -> tuple[Mention, ...]:
        """What a pronoun of a gender (m, f, n, p) stands for; several for "they" after a coordination."""
        fits = {"m": _is_he, "f": _is_she, "n": _is_it, "p": _is_they}[gender]
        found = [m for m in self.before(at, paragraph) if fits(m) and not m.inner]
        best = self._most_salient(found, sentence)
        if best is None:
            return self._together(at, sentence, paragraph) if gender == "p" else ()
        if gender == "p" and (several := self._together(at, sentence, paragraph)) and not best.plural:
            return several
        return (best,)

    def _together(self, at: int, sentence: int, paragraph: int) -> tuple[Mention, ...]:
        """The subjects of the last sentence that has several: what a plural pronoun sums up."""
        subjects = [m for m in self.before(at, paragraph, 1) if m.subject and not m.inner and m.kind != "private"]
        for number in sorted({m.sentence for m in subjects}, reverse=True)[:2]:
            group = [m for m in subjects if m.sentence == number]
            if len(group) > 1:
                return tuple(reversed(group))
        return tuple(subjects[:1])

    def _most_salient(self, found: list[Mention], sentence: int) -> Mention | None:
        """Nearest sentence first, subjects before others in it; in the pronoun's own sentence the subject wins."""
        for number in sorted({m.sentence for m in found}, reverse=True):
            group = [m for m in found if m.sentence == number]
            subjects = [m for m in group if m.subject]
            # A subject one sentence further back outdoes a mere object.
            further = [m for m in found if m.subject and 0 < number - m.sentence <= 1]
            return subjects[0] if subjects else further[0] if further else group[0]
        return None

    def taken_up(self, noun: str, about: frozenset[str], at: int, paragraph: int, gender: str = "") -> Mention | None:
        """The antecedent of "the minister", "the election commission": the last mention with that noun or a synonym."""
        reach = 99 if noun in ("ministry", "commission", "council", "court", "service", "parliament") else REACH
        found = [m for m in self.before(at, paragraph, reach) if not m.inner and _genders_agree(gender, m.gender)]
        same = [m for m in found if noun in m.nouns and _about_same(about, m.about)]
        if same:
            return same[0]
        return next((m for m in found if not about and any((noun, other) in self._synonyms for other in m.nouns)), None)

    def described(self, about: frozenset[str], at: int) -> Mention | None:
        """The organisation that was called by the same words before: "the Baltic network" after "the Baltic platform"."""
        found = [m for m in self.mentions if m.end <= at and m.kind == "organisation" and about & m.about]
        return found[-1] if found else None

    def context(self, at: int, sentence: int, paragraph: int, states_only: bool) -> Mention | None:
        """For whom an office without a country speaks: the last subject of the paragraph that can have one, then
        any mention in it, then those of the paragraphs before."""
        found = [m for m in self.before(at, paragraph, 2) if m.entity and m.kind != "private" and not m.plural]
        if states_only:
            found = [m for m in found if m.entity in self._states or m.kind == "territory"]
        for number in sorted({m.paragraph for m in found}, reverse=True):
            group = [m for m in found if m.paragraph == number]
            last = max(m.sentence for m in group)
            near = [m for m in group if m.sentence == last]
            return next((m for m in near if m.subject), None) or next((m for m in group if m.subject), near[0])
        return None

    def main_entity(self) -> str | None:
        """The state most often named in the document, if one stands out."""
        counts = Counter(m.entity for m in self.mentions if m.entity in self._states).most_common(2)
        if not counts or (len(counts) > 1 and counts[0][1] < 2 * counts[1][1]):
            return None
        return counts[0][0]

    def last(self, kinds: tuple[str, ...], at: int, paragraph: int, reach: int = REACH) -> Mention | None:
        """The last mention of some kinds, a subject of its sentence before others."""
        found = [m for m in self.before(at, paragraph, reach) if m.kind in kinds and not m.inner]
        near = [m for m in found if m.sentence == found[0].sentence]
        return next((m for m in near if m.subject), near[0] if near else None)


def _is_he(m: Mention) -> bool:
    return m.kind in ("person", "private") and not m.plural and m.gender in ("m", "")


def _is_she(m: Mention) -> bool:
    return m.kind in ("person", "private") and not m.plural and m.gender in ("f", "")


def _is_it(m: Mention) -> bool:
    return m.kind in ("state", "organisation", "body", "territory", "media") and not m.plural


def _is_they(m: Mention) -> bool:
    return m.plural or m.kind in ("group", "body", "organisation")


def _genders_agree(a: str, b: str) -> bool:
    return not a or not b or a not in "mf" or b not in "mf" or a == b


def _about_same(later: frozenset[str], earlier: frozenset[str]) -> bool:
    return later <= earlier or (bool(earlier) and earlier <= later)


def sentence_numbers(doc: Doc) -> list[int]:
    """For each token, the number of its sentence."""
    numbers = []
    for number, sentence in enumerate(doc.sents):
        numbers += [number] * len(sentence)
    return numbers
