"""What has been named before: mentions in their order, and the antecedents of pronouns, short names and bare offices.

Salience follows Lappin and Leass (1994) in small: agreement in gender and number first, then the nearest sentence, within it the
subject. What stands inside quotation marks is no antecedent for what stands outside.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass

from ballotwatch.coding.tokens import Doc

OPENING, CLOSING = "“«„", "”»"
# Where being inside quotation marks may change: at one, and where a paragraph ends.
TURNS = re.compile(rf"""[{OPENING}{CLOSING}"]|\n(?=\s*\n)""")
PARAGRAPH_END = re.compile(r"\n(?!\n)")
SUBJECTS = ("nsubj", "nsubjpass")
# How many paragraphs back a pronoun, or the sense of a bare title, may reach.
REACH = 3
# A coordination has at most so many mentions.
LONGEST_SERIES = 80
# A dateline stands within so many characters of the text's or a paragraph's beginning.
DATELINE = 60


@dataclass(frozen=True)
class Mention:
    """Words[start:end] that name an actor. ``kind``: state, organisation, territory, body, person, private, media or
    group. ``nouns``: nouns of office or kind it can be taken up by; ``about``: its modifiers ("foreign").
    ``explicit``: the words themselves say for whom it speaks. ``inner``: it stands inside the name of another.
    ``subject``: 1 for a subject, 2 for one that says something. ``series``: the word where the coordination begins that it belongs to, or -1."""

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
    subject: int = 0
    quoted: bool = False
    sentence: int = 0
    paragraph: int = 0
    series: int = -1


def quoted_characters(text: str) -> list[bool]:
    """For each character, whether it stands inside quotation marks; straight ones open and close by turns in a
    paragraph."""
    inside: list[bool] = []
    depth, straight = 0, False
    for match in TURNS.finditer(text):
        inside += [depth > 0 or straight] * (match.start() - len(inside))
        char = match[0]
        if char in OPENING:
            depth += 1
        elif char in CLOSING:
            depth = max(0, depth - 1)
        elif char == '"':
            straight = not straight
        else:
            depth, straight = 0, False
    return inside + [depth > 0 or straight] * (len(text) - len(inside))


def paragraph_numbers(text: str) -> list[int]:
    """For each character, the number of its paragraph."""
    numbers: list[int] = []
    for number, end in enumerate([*(match.end() for match in PARAGRAPH_END.finditer(text)), len(text)]):
        numbers += [number] * (end - len(numbers))
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
        found = []
        for m in reversed(self.mentions[: bisect_left(self.mentions, at, key=lambda m: m.start)]):
            if paragraph - m.paragraph > reach:
                break
            if m.end <= at and not m.quoted:
                found.append(m)
        return found

    def pronoun(self, gender: str, at: int, sentence: int, paragraph: int) -> tuple[Mention, ...]:
        """What a pronoun of a gender (m, f, n, p) stands for; several for "they" after a coordination."""
        found = [m for m in self.before(at, paragraph) if not m.inner]
        if gender == "p":
            return self._plural(found, sentence)
        fits = {"m": _is_he, "f": _is_she, "n": _is_it}[gender]
        best = _most_salient([m for m in found if fits(m)])
        return (best,) if best else ()

    def _plural(self, found: list[Mention], sentence: int) -> tuple[Mention, ...]:
        """ "They": the nearest plural or coordination, subjects first; failing these, the people of one sentence."""
        series = [m for m in found if self._size(m) > 1]
        plurals = [m for m in found if m.plural or m.kind == "group"]
        best = _most_salient([m for m in found if m in series or m in plurals])
        people = [m for m in found if m.kind == "person" and m.entity and m.sentence >= sentence - 1]
        if best is None or best.sentence < sentence - 1 or not best.subject:
            together = [m for m in people if m.sentence == people[0].sentence]
            if len({m.actor for m in together}) > 1:
                return tuple(reversed(together))
        if best is None:
            body = _most_salient([m for m in found if m.kind in ("body", "organisation")])
            return (body,) if body else ()
        return tuple(m for m in self.mentions if m.series == best.series and not m.inner) if best in series else (best,)

    def _size(self, mention: Mention) -> int:
        if mention.series < 0:
            return 1
        at = bisect_left(self.mentions, mention.series, key=lambda m: m.start)
        return sum(m.series == mention.series and not m.inner for m in self.mentions[at : at + LONGEST_SERIES])

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
            found = [
                m for m in found if m.entity in self._states or (m.kind == "territory" and m.entity[-4:] != "-OCC")
            ]
        for number in sorted({m.paragraph for m in found}, reverse=True):
            group = [m for m in found if m.paragraph == number]
            last = max(m.sentence for m in group)
            near = [m for m in group if m.sentence == last]
            subjects = [m for m in near if m.subject] or [m for m in group if m.subject][:1]
            return min(subjects or near[:1], key=lambda m: (-m.subject, m.start))
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


def _most_salient(found: list[Mention]) -> Mention | None:
    """The first subject of the nearest sentence; a subject one sentence further back outdoes a mere object."""
    if not found:
        return None
    nearest = max(m.sentence for m in found)
    for number in (nearest, nearest - 1):
        subjects = [m for m in found if m.sentence == number and m.subject]
        if subjects:
            return min(subjects, key=lambda m: (-m.subject, m.start))
    return next(m for m in found if m.sentence == nearest)


def _is_he(m: Mention) -> bool:
    return m.kind in ("person", "private") and not m.plural and m.gender in ("m", "")


def _is_she(m: Mention) -> bool:
    return m.kind in ("person", "private") and not m.plural and m.gender in ("f", "")


def _is_it(m: Mention) -> bool:
    return m.kind in ("state", "organisation", "body", "territory", "media") and not m.plural


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
