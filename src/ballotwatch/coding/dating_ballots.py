"""Which ballots of the calendar a text may be about, and when it can have been written if it is about one.

Candidates are judged by territory and kind alone; the phase of the voting that the text tells of (ahead, today, ended
on Sunday …) turns each of them into a window of days.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from ballotwatch.codebook import Codebook
from ballotwatch.coding.dating_clues import DAY, MonthDay, count, weekdays_in, words_pattern
from ballotwatch.coding.gazetteer import gazetteer
from ballotwatch.coding.mentions import ballots_of
from ballotwatch.coding.timex import Interval, days_in
from ballotwatch.coding.tokens import Doc

# A finished ballot is news to the end of its month, at least for this many days; at most a month may be given.
FRESH = 12
LONG_AHEAD = 31
LOCAL = 1.5  # by how much the ballot of a territory that is named outweighs a state's own
OVER = "the vote is over"
WEEKDAY = "weekday of the vote"
IN_THE_NEWS = "the vote is in the news"
FOCUS = 0.1  # share of sentences that name a vote, where the opening names none
LEDE = 400  # characters that tell what is new
VOTING = r"(?:vot|ballot|poll|elect|referend)"
MULTIDAY = re.compile(
    rf"\b(?:first|second|third|fourth|fifth|last|final) (?:of \w+ days|day of (?:the |\w+ )*{VOTING})"
    rf"|\b(?:two|three|four|five|several|[2-9])[- ]days? (?:of (?:\w+ )?)?{VOTING}",
    re.IGNORECASE,
)
YESTERDAY = re.compile(r"\byesterday\b(?!['’]s)", re.IGNORECASE)
TODAY = re.compile(r"(?<!ago )\btoday\b(?!['’]s)", re.IGNORECASE)
AWAY = re.compile(
    r"\b(?P<number>\w+) (?P<unit>day|week|month)s? (?P<way>after|following|since|before|ahead of) "
    r"(?:the |a )?(?:[\w-]+ ){0,3}$",
    re.IGNORECASE,
)
UNIT_DAYS = {"day": 1, "week": 7, "month": 30}
OCCUPIED = re.compile(r"\boccup(?:ied|ation|ier)", re.IGNORECASE)
WEEKEND = re.compile(r"\b(?P<which>last|this|the)? ?weekend\b", re.IGNORECASE)
ELECTION = re.compile(r"elect(?:ion|oral|ed)", re.IGNORECASE)
KINDS = {
    kind: re.compile("|".join(patterns), re.IGNORECASE)
    for kind, patterns in {
        "presidential": (
            r"\bpresidential\b(?! office)|\bpresidency\b|\bnext president\b|\banother (?:\w+ )?years?\b",
            r"\b(?:second|third|fourth|fifth|sixth|new|another) (?:straight |consecutive )?(?:[\w-]+-year )?term\b",
            r"\belect\w+ (?:of|for) (?:the |a |\w+ )?president|\bre-?election of\b|[“\"]re-?election",
        ),
        "parliamentary": (
            r"\bparliamentary (?:and \w+ )?elect|\blegislative (?:council )?elect|\bduma\b|\bgeneral election",
            r"\bleadership elect",
        ),
        "regional": (
            r"\bregional (?:and \w+ )?elect|\b(?:local|regional)\W{0,2} elect|\bmunicipal elect",
            r"\bregional parliaments?\b|\bleadership elect|\bvoting day\b|\bgubernatorial|\bby-?elections?\b",
            r"(?<!Legislative )\bcouncil (?:elect|seat)",
            r"\belections?\W{0,3} of (?:the )?(?:governor|mayor|head|deput)",
        ),
        "local": (
            r"\b(?:local|municipal|mayoral)\W{0,2} elect|\b(?:city|town|local) council (?:elect|seat)",
            r"\bcity councils\b",
        ),
        "referendum": (
            r"referend|\bplebiscite|\bindependence vote|self-rule|[“\"]yes[”\"]? (?:vote|side)|\bvoted yes\b",
            r"\bjoining \w+\b",
        ),
    }.items()
}


class Candidate(NamedTuple):
    """A ballot that a text may be about, and how well territory and kind speak for it."""

    ballot_id: str
    start: date
    end: date
    early: date
    score: float


class Phase(NamedTuple):
    """What a text tells of the voting.

    ``named``: whether the text is about any; ``away``: days between the vote and the text, and by how many the count may be out;
    ``weekdays``: ISO numbers of the weekdays in sentences about it; ``weekend``: which one they name.
    """

    named: bool
    today: bool
    begun: bool
    yesterday: bool
    multiday: bool
    away: tuple[int, int] | None
    weekdays: tuple[int, ...]
    last: bool
    weekend: str
    ongoing: bool
    over: bool
    ahead: bool


def candidate_ballots(doc: Doc, codebook: Codebook) -> list[Candidate]:
    """Ballots whose territory and kind the text names, best first."""
    text = doc.text
    places, kinds, lower = _places(text, codebook), _kinds(text), text.lower()
    disputed = bool(_disputes(codebook).search(text) or OCCUPIED.search(text))
    rows = [(row, _place_score(row, places)) for row in _rows(codebook)]
    # Where a text names a territory with ballots of its own, the ordinary elections of states are the background.
    own = {key for row, _ in rows if row.contested for key in (*row.regions, *row.territory)}
    local = (
        bool(own & set(places)) or disputed and any(place and row.contested and row.territory for row, place in rows)
    )
    found = []
    for row, place in rows:
        if place > 0:
            dispute = (0.5 if row.contested else -1.0) if disputed else 0.0
            dispute -= LOCAL * (local and not row.regions and not row.territory)
            score = (
                place
                + _kind_score(row.kind, kinds, not row.regions and not row.territory)
                + _name_score(row, lower)
                + dispute
            )
            found.append(
                Candidate(row.ballot_id, row.start_date, row.end_date, row.early_start or row.start_date, score)
            )
    return sorted(found, key=lambda c: (-c.score, c.ballot_id))


@lru_cache(maxsize=8)
def _rows(codebook: Codebook) -> tuple[NamedTuple, ...]:
    return tuple(codebook.ballots.itertuples())


@lru_cache(maxsize=8)
def _disputes(codebook: Codebook) -> re.Pattern[str]:
    framing = codebook.framing[codebook.framing.direction == "delegitimising"]
    return words_pattern(tuple(name for names in framing.names for name in names if len(name) > 2))


def _places(text: str, codebook: Codebook) -> Counter[str]:
    """How often regions (by code), territories (by key) and states (by code) are named; the title counts twice."""
    places: Counter[str] = Counter()
    title = text.strip().find("\n")
    for match in gazetteer(codebook).find(text):
        weight = 2 if match.start < title else 1
        keys = {region for entry in match.entries for region in entry.regions}
        keys |= {e.key for e in match.entries if e.kind in ("territory", "territorial", "seat")}
        keys |= {e.country or e.entity for e in match.entries if e.kind in ("state", "demonym", "capital")} - {None}
        keys |= {e.entity.removesuffix("-OPP") for e in match.entries if e.entity and e.entity.endswith("-OPP")}
        places.update(dict.fromkeys(keys, weight))
    return places


def _place_score(row: NamedTuple, places: Counter[str]) -> float:
    """Up to 3.5: how often its territory is named, how much of what is named lies in it, how much of it is named."""
    own = {*row.regions, *row.territory}
    if not own:
        if not places[row.country]:
            return 0.0
        most = max((count for key, count in places.items() if len(key) == 3 and key.isupper()), default=1)
        return 2.5 * places[row.country] / most + min(1.0, 0.25 * places[row.country])
    hits = sum(min(3, places[key]) for key in own)
    organiser = row.organiser.split("-")[0]
    if not hits:
        # "The occupied territories" of a country: named without any of their names.
        both = places[row.country] and places[organiser] and organiser != row.country
        return 2.0 if both and row.contested else 0.0
    prefix = {code[:3] for code in row.regions}
    named = {key for key in places if key[:3] in prefix} or own & set(places)
    inside = len(named & own) / len(named)
    covered = len(named & own) / len(row.regions or row.territory)
    return min(1.5, 0.5 * hits) + inside + min(1.0, covered)


def _kinds(text: str) -> Counter[str]:
    kinds = Counter({kind: len(pattern.findall(text)) for kind, pattern in KINDS.items()})
    kinds["any"] = len(ELECTION.findall(text))
    return kinds


def _kind_score(kind: str, kinds: Counter[str], national: bool) -> float:
    """From -2 to 2: whether it is an election or a referendum, and which election."""
    share = kinds["referendum"] / max(1, kinds["referendum"] + kinds["any"])
    if kind == "referendum":
        return 3 * share - 1
    if not kinds["any"] and not kinds["referendum"]:
        return -0.5
    elections = [count for name, count in kinds.items() if name not in ("referendum", "any")]
    # Called nothing but an election, it is the one of the place: a state's own is national, a territory's is not.
    other = any(elections) or (kind in ("presidential", "parliamentary")) != national
    own = kinds[kind] and (1.0 if kinds[kind] == max(elections) else 0.5)
    return 2 * (1 - share) - 1 + (own or (-0.5 if other else 0.0))


@lru_cache(maxsize=4096)
def _name_words(name: str) -> tuple[tuple[str, ...], int]:
    """The words of a ballot's name that tell it from others, and how many words it has."""
    words = set(re.findall(r"[a-z-]{5,}", name.lower())) - KIND_WORDS
    return tuple(sorted(words - LAW_WORDS)), len(words)


@lru_cache(maxsize=256)
def _words_found(words: tuple[str, ...], lower: str) -> int:
    """How many of some words a text has; the same few are asked for again and again."""
    here = [word for word in words if word in lower]
    return len(set(re.findall(r"\b(?:" + "|".join(here) + r")\b", lower))) if here else 0


KIND_WORDS = frozenset(
    ["elections", "election", "local", "russian", "occupied", "presidential", "parliamentary", "regional", "first"]
)
# Words of law books as often as of ballots.
LAW_WORDS = frozenset(("constitution", "constitutional"))


def _name_score(row: NamedTuple, lower: str) -> float:
    """Up to 1 for the share of its name that the text has too ("by-elections", "referendum")."""
    words, size = _name_words(row.name)
    return _words_found(words, lower) / size if words else 0.0


def find_phase(doc: Doc, codebook: Codebook) -> Phase:
    """What the sentences about voting tell of it; the opening decides where it tells anything."""
    words = {name: words_pattern(codebook.vocabulary[f"dating_{name}"]) for name in PHASES}
    ballots = ballots_of(doc, codebook)
    text = doc.text
    sure = ballots.strong or ELECTION.search(text) or KINDS["referendum"].search(text)
    sentences = [sent.text for sent in ballots.sentences] if sure else []
    about = [s for s, named in zip(sentences, ballots.named, strict=False) if named or words["ballots"].search(s)]
    told, lede = " \n".join(about), text[:LEDE]
    focused = bool(words["ballots"].search(lede)) or len(about) >= FOCUS * len(sentences)
    opening = next((part for part in (lede, told) if any(words[p].search(part) for p in PHASES[2:])), "")
    over, ongoing, ahead = (bool(words[p].search(opening)) and bool(about) for p in PHASES[2:])
    today = next((s for s in about if TODAY.search(s)), "")
    return Phase(
        named=bool(about) and focused,
        today=bool(today),
        begun=bool(words["begun"].search(today)),
        yesterday=any(YESTERDAY.search(s) for s in about),
        multiday=any(MULTIDAY.search(s) for s in about),
        away=next((d for m in words["ballots"].finditer(lede) if (d := _away(lede[: m.start()]))), None),
        weekdays=tuple(dict.fromkeys(w for s in about for w in weekdays_in(s))),
        last=any(re.search(r"\blast [A-Z][a-z]+day\b", s) for s in about),
        weekend=next((m["which"] or "the" for s in about if (m := WEEKEND.search(s))), "").lower(),
        ongoing=ongoing,
        over=over and not ahead,
        ahead=ahead and not ongoing,
    )


PHASES = ("ballots", "begun", "over", "ongoing", "ahead")


def _away(before: str) -> tuple[int, int] | None:
    """ "A week after the …": days from the vote, negative before it, and by how many the count may be out."""
    match = AWAY.search(before)
    number = count(match["number"]) if match else 0
    if not number:
        return None
    unit = UNIT_DAYS[match["unit"].lower()]
    return number * unit * (1 if match["way"].lower() in ("after", "following", "since") else -1), unit - 1


def window(ballot: Candidate, phase: Phase, days: list[MonthDay]) -> tuple[Interval, str] | None:
    """When a text about a ballot can have been published, and why; None where its phase tells nothing."""
    start, end = ballot.start, ballot.end
    if not phase.named:
        return None
    if phase.today:
        return (
            (Interval(start, start), "voting has begun today") if phase.begun else (Interval(start, end), "votes today")
        )
    ahead = Interval(start - LONG_AHEAD * DAY, start - DAY), "the vote lies ahead"
    named = [d for d in days if (d.month, d.day) in ((start.month, start.day), (end.month, end.day))]
    if phase.away:
        moved = (end if phase.away[0] > 0 else start) + phase.away[0] * DAY
        return Interval(
            moved - phase.away[1] // 2 * DAY, moved + phase.away[1] * DAY
        ), f"{phase.away[0]} days from the vote"
    if phase.yesterday:
        return Interval(start + DAY, end + DAY), "votes yesterday"
    if named and all(d.ahead for d in named):
        return ahead
    if (day := voting_day(ballot, phase)) and not phase.ahead:
        return (Interval(day + DAY, day + 7 * DAY) if phase.last else Interval(day, day + 6 * DAY)), WEEKDAY
    if phase.weekend and end.isoweekday() >= 6:
        sunday = end + (7 - end.isoweekday()) * DAY
        after = Interval(sunday + DAY, sunday + 7 * DAY)
        return (after if phase.weekend == "last" else Interval(sunday - 6 * DAY, sunday + DAY)), WEEKDAY
    if phase.ongoing:
        return Interval(ballot.early, end), "voting is under way"
    if phase.ahead and not phase.over:
        return ahead if named else None
    if phase.over:
        return finished(end), OVER
    return (Interval(start - FRESH * DAY, end + FRESH * DAY), IN_THE_NEWS) if not phase.ahead else None


def voting_day(ballot: Candidate, phase: Phase) -> date | None:
    """The last day of voting whose weekday the text names."""
    length = min(6, (ballot.end - ballot.start).days)
    days = (ballot.end - n * DAY for n in range(length + 1))
    return next((day for day in days if day.isoweekday() in phase.weekdays), None)


def finished(end: date) -> Interval:
    """From the last day of voting to the end of its month, and for a fortnight at least."""
    month_end = end.replace(day=days_in(end.year, end.month))
    return Interval(end, max(month_end, end + FRESH * DAY))
