"""Turnout and result figures: a percentage, what it counts, and the region it is given for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ballotwatch.coding.tokens import Doc, Token

PERCENT = re.compile(
    r"(?<![\d.,])(\d{1,3}(?:[.,]\d{1,2})?)(?:\s*(?:%|per\s?cent\b|percent\b|pct\b|percentage points\b))"
)
# A bare number may stand for a percentage only after a verb of giving figures, in a sentence that has one.
BARE = re.compile(r"(?<![\d.,:])(\d{2}(?:[.,]\d{1,2})?)(?=[.;,](?:\s|$))")
# "The final figure was 72.5%" says what it counts by what was counted before.
FIGURE_NOUN = re.compile(r"\b(?:figure|number|share|count)s?\b", re.I)
REACH = 110


class Figure(NamedTuple):
    """A percentage: concept (turnout or result), its span in characters, its value, its token."""

    concept: str
    start: int
    end: int
    value: float
    token: Token


def find_figures(doc: Doc) -> Iterator[Figure]:
    """Every percentage of a text that is a turnout or a result."""
    previous: tuple[int, str] | None = None
    leading = ""
    for start, end, value in percentages(doc):
        token = next(t for t in doc.char_span(start, end))
        concept = classify(doc, token, start, end)
        if concept is None and leading and FIGURE_NOUN.search(doc.text[token.sent.start_char : start]):
            concept = leading
        elif concept is None and previous and carries_on(doc, previous[0], start):
            same = previous[0] > token.sent.start_char
            concept = previous[1] if same else leading
        if concept in ("turnout", "result") and value <= 100:
            if previous is None or previous[0] <= token.sent.start_char:
                leading = concept
            previous = (end, concept)
            yield Figure(concept, start, end, value, token)
        elif concept is None:
            previous = None


def percentages(doc: Doc) -> Iterator[tuple[int, int, float]]:
    """Every percentage of a text with its value, and bare numbers that stand for one."""
    found = [(m.start(), m.end(), number(m[1])) for m in PERCENT.finditer(doc.text)]
    for match in BARE.finditer(doc.text):
        near = doc.text[max(0, match.start() - REACH) : match.start()]
        if re.search(r"\b(?:say|says|said|put|puts|gave|reported|report)\s+$", near) and PERCENT.search(near):
            found.append((match.start(), match.end(), number(match[1])))
    return iter(sorted(found))


def number(text: str) -> float:
    """A number as written, with a decimal point or comma."""
    return float(text.replace(",", "."))


def carries_on(doc: Doc, before: int, start: int) -> bool:
    """Whether a figure continues a list: only names, numbers and little words stand between it and the one before."""
    between = doc.text[before:start]
    return len(between) < 2 * REACH and "\n\n" not in between and between.count(".") <= 1


def classify(doc: Doc, token: Token, start: int, end: int) -> str | None:
    """turnout, result, '' for another matter, None where the words near do not tell."""
    after = doc.text[end : end + REACH].lower()
    sentence = token.sent
    clause = doc.text[max(sentence.start_char, start - REACH) : start].lower()
    if re.match(r"\s*(?:of (?:the |all |valid )?(?:vote|votes|ballots)\b(?! cast by))", after):
        return "result"
    return by_noun(clause, after, sentence.text.lower())


TURNOUT_NOUN = re.compile(
    r"\bturn-?out\b|\bparticipation (?:rate|figure|in|stood|was|reached|at)|\bvoter participation\b"
)
VOTER_NOUN = r"(?:residents|voters|people|electorate|citizens|inhabitants|those|eligible|registered|locals|population)"
VOTED = r"(?:voted|cast|took part|turned out|taken part|participated|vote|backed|chosen|chose|supported|opted|approved)"
SHARE_VOTED = re.compile(rf"^\s*(?:of\s+)?(?:\w+\s+){{0,6}}?{VOTED}\b")
CHOICE = re.compile(
    r"\b(?:yes|in favou?r|for (?!the (?:first|second|last))|against|join|joining|union|independence|secession|backed|chosen|chose|"
    r"supported|opted|approved|accession|annexation|reunification|self-rule|merger|endorsed)\b"
)
WIN = re.compile(
    r"\b(?:won|wins|win|took|takes|received|receives|gained|secured|garnered|got|gets|polled|scored|obtained|gave him|gave her|"
    r"gave them|with|share|leads?|led|had|has|yes|“yes”|result|credited|collected|chosen|backed|victory|landslide|re-?elected)\b"
)


# Verbs of winning: a figure after one is no turnout, even where turnout was named before.
GAIN = re.compile(
    r"\b(?:won|wins|win|took|takes|received|gained|secured|garnered|got|polled|scored|obtained|gave|chosen|backed|voted|for)\b"
)


JUST_GAINED = re.compile(GAIN.pattern.replace("|chosen|backed|voted|for", "") + r"\s+(?:\w+\s+){0,3}$")


def by_noun(before: str, after: str, sentence: str) -> str | None:
    """What a percentage counts, by the words before it in its sentence and after it."""
    near_turnout = max((m.end() for m in TURNOUT_NOUN.finditer(before)), default=-1)
    near_win = max((m.end() for m in WIN.finditer(before)), default=-1)
    if (
        re.match(rf"\s*of (?:the |all )?{VOTER_NOUN}\b", after)
        and CHOICE.search(before)
        and not SHARE_VOTED.match(after)
    ):
        return "result"
    if SHARE_VOTED.match(after):
        return "result" if CHOICE.search(after.split(". ")[0]) else "turnout"
    if near_turnout >= 0 and (near_turnout >= near_win or not GAIN.search(before[near_turnout:])):
        return "turnout"
    if TURNOUT_NOUN.match(after.lstrip()) or re.match(r"\s*turn-?out", after):
        return "turnout"
    if JUST_GAINED.search(before):
        return "result"
    if near_win >= 0 and re.search(
        r"\b(?:vote|votes|ballot|polls?|commissions?|elections?|referendum|count|yes|candidate|against)\b", sentence
    ):
        return "result"
    return None
