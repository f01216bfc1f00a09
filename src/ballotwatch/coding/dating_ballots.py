"""Which ballots of the calendar a text may be about, and when it can have been written if it is about one.

Candidates are judged by territory and kind alone; the phase of the voting that the text tells of (ahead, today, ended on
Sunday …) turns each of them into a window of days.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from spacy.tokens import Doc

from ballotwatch.codebook import Codebook
from ballotwatch.coding.dating_clues import DAY, MonthDay, weekday_in, words_pattern
from ballotwatch.coding.gazetteer import gazetteer
from ballotwatch.coding.timex import Interval, days_in

# A finished ballot is news to the end of its month, at least for this many days; at most a month may be given.
FRESH = 14
LONG_AHEAD = 31
LEDE = 400  # characters that tell what is new
TODAY = re.compile(r"(?<!ago )\btoday\b(?!['’]s)", re.I)
DAY_AFTER = re.compile(r"\b(?:a|the|one) day (?:after|following) (?:the |a )?(?:\w+ ){0,2}$", re.I)
KINDS = {
    "presidential": re.compile(r"\bpresidential|\bpresidency|\bre-?elect|\bnext president\b", re.I),
    "parliamentary": re.compile(r"\bparliamentary|\blegislative elect|\bduma\b|\bgeneral election|\bparliament", re.I),
    "regional": re.compile(r"\bregional\b|\blocal elect|“local|\bmunicipal|\bgovernor|\bcouncil|\bvoting day|\bmayor|\bleadership elect", re.I),
    "local": re.compile(r"\blocal\b|\bmunicipal|\bcity council|\bmayor", re.I),
    "referendum": re.compile(r"referend|\bplebiscite|\bindependence vote|self-rule", re.I),
}
BY_NAME = re.compile(r"[a-z]+-?[a-z]{4,}")


class Candidate(NamedTuple):
    """A ballot that a text may be about, and how well territory and kind speak for it."""

    ballot_id: str
    start: date
    end: date
    early: date
    score: float


class Phase(NamedTuple):
    """What a text tells of the voting. Weekdays are ISO numbers that stand in a sentence about it, 0 for none."""

    today: bool
    begun: bool
    day_after: bool
    weekday: int
    last: bool
    ongoing: bool
    over: bool
    ahead: bool


def candidate_ballots(doc: Doc, codebook: Codebook) -> list[Candidate]:
    """Ballots whose territory and kind the text names, best first."""
    text = doc.text
    regions, countries = _places(text, codebook)
    kinds = {kind: len(pattern.findall(text)) for kind, pattern in KINDS.items()}
    found = []
    for row in codebook.ballots.itertuples():
        place = _place_score(row, regions, countries)
        if place > 0:
            score = place + _kind_score(row.kind, kinds) + _name_score(row, text)
            found.append(Candidate(row.ballot_id, row.start_date, row.end_date, row.early_start or row.start_date, score))
    return sorted(found, key=lambda c: (-c.score, c.ballot_id))


def _places(text: str, codebook: Codebook) -> tuple[Counter[str], Counter[str]]:
    regions: Counter[str] = Counter()
    countries: Counter[str] = Counter()
    for match in gazetteer(codebook).find(text):
        here = {region for entry in match.entries for region in entry.regions}
        territories = {e.key for e in match.entries if e.kind in ("territory", "territorial", "seat")}
        regions.update(here)
        regions.update(f"territory:{key}" for key in territories)
        countries.update({e.country or e.entity for e in match.entries if e.kind in ("state", "demonym", "capital")} - {None})
    return regions, countries


def _place_score(row: NamedTuple, regions: Counter[str], countries: Counter[str]) -> float:
    """Up to 4: how often its territory is named, and how much of what is named lies in it."""
    own = {*row.regions, *(f"territory:{key}" for key in row.territory)}
    if not own:
        return min(3.0, countries[row.country] * 0.75)
    hits = sum(min(3, regions[key]) for key in own)
    named = {key for key in regions if not key.startswith("territory:")}
    if not hits:
        # "The occupied territories" of a country: named without any of their names.
        return 0.5 if row.country in countries and row.organiser in countries else 0.25 if row.country in countries else 0.0
    inside = len(named & set(row.regions)) / max(1, len([n for n in named if n[:2] == next(iter(row.regions), "--")[:2]]))
    covered = len(named & set(row.regions)) / max(1, len(row.regions))
    return min(2.0, 0.5 * hits) + inside + covered


def _kind_score(kind: str, kinds: Counter[str]) -> float:
    elections = sum(count for name, count in kinds.items() if name != "referendum")
    if kind == "referendum":
        return 2.0 if kinds["referendum"] else -2.0 if elections else 0.0
    if kinds["referendum"] and not elections:
        return -2.0
    own = kinds.get(kind, 0)
    return 1.5 if own and own == max(kinds.values()) else 0.75 if own else -1.0 if elections else 0.0


@lru_cache(maxsize=4096)
def _name_words(name: str) -> frozenset[str]:
    return frozenset(BY_NAME.findall(name.lower())) - {"elections", "election", "referendum", "local", "russian", "occupied"}


def _name_score(row: NamedTuple, text: str) -> float:
    """Up to 1 for the words of its name that the text has too ("by-elections", "constitution")."""
    words = _name_words(row.name)
    lower = text.lower()
    return sum(word in lower for word in words) / len(words) if words else 0.0


def find_phase(doc: Doc, codebook: Codebook) -> Phase:
    """What the sentences about voting tell of it."""
    words = {name: words_pattern(codebook.vocabulary[f"dating_{name}"]) for name in PHASES}
    about = [sent.text for sent in doc.sents if words["ballots"].search(sent.text)]
    lede = doc.text[:LEDE]
    told = " \n".join(about)
    today = next((s for s in about if TODAY.search(s)), "")
    dated = next(((s, w) for s in about if (w := weekday_in(s))), ("", 0))
    after = any(DAY_AFTER.search(lede[: m.start()]) for m in words["ballots"].finditer(lede))
    ongoing, over = words["ongoing"].findall(told), words["over"].findall(told)
    return Phase(
        today=bool(today),
        begun=bool(words["begun"].search(today)),
        day_after=after,
        weekday=dated[1],
        last=bool(re.search(r"\blast [A-Z][a-z]+day\b", dated[0])),
        ongoing=bool(ongoing) and (not over or bool(words["ongoing"].search(lede)) or len(ongoing) >= len(over)),
        over=bool(over),
        ahead=bool(words["ahead"].search(told)) and not ongoing,
    )


PHASES = ("ballots", "begun", "over", "ongoing", "ahead")


def window(ballot: Candidate, phase: Phase, days: list[MonthDay]) -> tuple[Interval, str] | None:
    """When a text about a ballot can have been published, and why; None where its phase tells nothing."""
    start, end = ballot.start, ballot.end
    if phase.today:
        return (Interval(start, start), "voting has begun today") if phase.begun else (Interval(start, end), "votes today")
    if phase.day_after:
        return Interval(end + DAY, end + DAY), "the day after the vote"
    if phase.weekday in (end.isoweekday(), start.isoweekday()) and not phase.ahead:
        day = end if phase.weekday == end.isoweekday() else start
        return (Interval(day + DAY, day + 7 * DAY), "last week's vote") if phase.last else (Interval(day, day + 6 * DAY), "weekday of the vote")
    if phase.ongoing:
        return Interval(ballot.early, end), "voting is under way"
    if phase.ahead and not phase.over:
        named = any((d.month, d.day) in ((start.month, start.day), (end.month, end.day)) for d in days)
        return (Interval(start - LONG_AHEAD * DAY, start - DAY), "the vote lies ahead") if named else None
    return (finished(end), "the vote is over") if phase.over else None


def finished(end: date) -> Interval:
    """From the last day of voting to the end of its month, and for a fortnight at least."""
    month_end = end.replace(day=days_in(end.year, end.month))
    return Interval(end, max(month_end, end + FRESH * DAY))
