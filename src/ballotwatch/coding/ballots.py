"""Link what a text calls a ballot to the codebook's calendar, or describe it by its date where the calendar lacks it.

Evidence is counted per ballot: territory named, kind named, its days named, and how near it lies to publication.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from ballotwatch.codebook import Codebook
from ballotwatch.coding.dates import Timex
from ballotwatch.coding.dating import Dating
from ballotwatch.coding.mentions import Ballots
from ballotwatch.coding.tokens import Doc, Span, Token

DAY = dt.timedelta(days=1)
WORD = re.compile(r"\w+")
# A ballot is news for this long before and after; farther off, only its own date or name can call it up.
SOON, RECENT, YEAR = 45, 60, 380
CLOSE = 3
LEAST = 4.0
# What another ballot of the text must reach, since its main one has most of the evidence.
SURE = 5.5
KINDS = {
    "presidential": re.compile(
        r"\bpresiden(?:tial|cy)\b|\bpresident(?:'s|’s)? election|re-?election\W{0,3}of\b|run-?off", re.I
    ),
    "parliamentary": re.compile(
        r"\bparliamentary\b|\blegislative\b|\bduma\b|\bgeneral election|\bpeople.s council|\bsupreme council|\bassembly\b",
        re.I,
    ),
    "regional": re.compile(
        r"\bregional\b|\blocal election|\bmunicipal\b|\bgovernor|\bcity council|\bcouncil seats?\b|\bvoting day\b|\bstate council\b|\bmayor",
        re.I,
    ),
    "local": re.compile(r"\blocal\b|\bmunicipal\b|\bcity council|\bmayor", re.I),
    "referendum": re.compile(r"\breferend(?:um|ums|a)\b|\bplebiscite", re.I),
}
REFERENDUM = {
    "referendum",
    "referenda",
    "referendums",
    "plebiscite",
    "pseudo-referendum",
    "quasi-referendum",
    "consultation",
}
ELECTION = {"election", "elections", "re-election", "by-election", "runoff", "run-off", "reelection", "pseudo-election"}


class Names:
    """Names that are looked for together: whole words, the longest first.

    A text that has the first word of none of them has none: looking words up in a set spares most of the searching. A
    name of signs alone is nowhere.
    """

    def __init__(self, names: Iterable[str]) -> None:
        kept = sorted(filter(WORD.search, set(names)), key=len, reverse=True)
        self.pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, kept)) + r")(?!\w)")
        self.first = frozenset(WORD.search(name)[0] for name in kept)

    def count(self, text: str) -> int:
        """How often a text has any of them."""
        return _count(self, text) if not self.first.isdisjoint(words_of(text)) else 0


@lru_cache(maxsize=4)
def words_of(text: str) -> frozenset[str]:
    """The distinct words of a text."""
    return frozenset(WORD.findall(text))


@lru_cache(maxsize=4096)
def _count(names: Names, text: str) -> int:
    return len(names.pattern.findall(text))


class Entry(NamedTuple):
    """A ballot of the calendar with the names that call it up."""

    ballot_id: str
    kind: str
    start: dt.date
    end: dt.date
    early: dt.date
    regions: tuple[str, ...]
    country: str
    organiser: str
    contested: bool
    names: Names
    country_names: Names
    units: tuple[Names, ...]
    # The first and the last day of voting as a date without its year.
    yearless: tuple[str, ...]


class Link(NamedTuple):
    """What a text is found to be about: mentions with their ballots, rows for described ones, whether one is contested,
    the main one, and how many mentions nothing could be linked to."""

    mentions: list[dict]
    described: list[dict]
    contested: bool
    main: str | None
    unlinked: int = 0


@lru_cache(maxsize=4)
def calendar(codebook: Codebook) -> tuple[Entry, ...]:
    """The ballots of a codebook, each with one pattern of all names of its territory, regions and country."""
    named = {row.region: row.names for row in codebook.regions.itertuples()}
    territories = {
        row.territory: (*row.names, *row.adjectives, *row.seats) for row in codebook.territories.itertuples()
    }
    states = {row.entity: (*row.names, *row.adjectives) for row in codebook.states.itertuples()}
    return tuple(_entry(row, named, territories, states) for row in codebook.ballots.itertuples())


@lru_cache(maxsize=4)
def _all_names(codebook: Codebook) -> frozenset[Names]:
    """All that calls up a ballot of the calendar: far fewer than ballots, many of which share a territory."""
    return frozenset(names for entry in calendar(codebook) for names in (entry.names, entry.country_names))


def _entry(row: NamedTuple, named: dict, territories: dict, states: dict) -> Entry:
    names = [name for region in row.regions for name in named.get(region, ())]
    names += [name for key in row.territory for name in territories.get(key, ())]
    country = states.get(row.country, ())
    if not row.regions and not row.territory:
        names += country
    early = row.early_start or row.start_date
    return Entry(
        row.ballot_id,
        row.kind,
        row.start_date,
        row.end_date,
        early,
        tuple(row.regions),
        row.country,
        row.organiser,
        bool(row.contested),
        any_of(frozenset(names)),
        any_of(frozenset(country)),
        tuple(any_of(frozenset(named[region])) for region in row.regions if region in named),
        tuple(f"XXXX-{day:%m-%d}" for day in (row.start_date, row.end_date)),
    )


@lru_cache(maxsize=4096)
def any_of(names: frozenset[str]) -> Names:
    """Names to look for, the same object for the same names: many ballots share a territory."""
    return Names(names)


def link_ballots(doc: Doc, codebook: Codebook, ballots: Ballots, timexes: Sequence[Timex], dating: Dating) -> Link:
    """Link every mention of a ballot in a text.

    A text's main ballot takes all mentions of its kind that no date of their own calls away; a mention with a day or
    a year of its own goes to the ballot of that date.
    """
    mentions = [doc[i] for i in sorted(ballots.strong)]
    if not mentions:
        return Link([], [], False, None)
    scores = score_all(doc, codebook, mentions, timexes, dating)
    entries = {entry.ballot_id: entry for entry in calendar(codebook)}
    best = max(scores, key=lambda key: (scores[key], key), default=None)
    main = entries[best] if best is not None and scores[best] >= LEAST else None
    described = [] if main else describe(doc, ballots, mentions, timexes, dating)
    fallback = main.ballot_id if main else (described[0]["ballot_id"] if described else None)
    rows = [_row(token, _choose(token, doc, scores, entries, main, timexes) or fallback) for token in mentions]
    named, rows = len(rows), [row for row in rows if row["ballot_id"]]
    linked = {row["ballot_id"] for row in rows}
    contested = any(entries[b].contested for b in linked if b in entries)
    return Link(rows, described, contested, fallback, named - len(rows))


def _row(token: Token, ballot_id: str | None) -> dict:
    return {"start": token.idx, "end": token.idx + len(token), "text": token.text, "ballot_id": ballot_id}


def score_all(
    doc: Doc, codebook: Codebook, mentions: list[Token], timexes: Sequence[Timex], dating: Dating
) -> dict[str, float]:
    """Evidence for each ballot of the calendar whose territory the text names."""
    kinds = kinds_named(doc, mentions)
    scores: dict[str, float] = {}
    undated: set[str] = set()
    text = doc.text
    present = {names for names in _all_names(codebook) if names.count(text)}
    for entry in calendar(codebook):
        if entry.names in present or entry.country_names in present:
            places = territory_evidence(entry, text)
            days, near = date_evidence(entry, timexes), publication_evidence(entry, dating)
            kind, named = kind_evidence(entry, kinds), name_evidence(entry, text)
            if days + near + named > 0 and kind > -2:
                undated |= {entry.ballot_id} if days + near == 0 else set()
                scores[entry.ballot_id] = days + near + kind + named + places + 0.1 * len(entry.regions)
    if len(undated) > 1:
        # Several ballots of the same places and nothing that dates the text: no guess.
        scores = {ballot: score for ballot, score in scores.items() if ballot not in undated}
    return without_twins(scores, {entry.ballot_id: entry for entry in calendar(codebook)}, text)


def without_twins(scores: dict[str, float], entries: dict[str, Entry], text: str) -> dict[str, float]:
    """Of ballots on the same days, a national one and its part on occupied land, the part where the text names that land."""
    parts = [b for b in scores if entries[b].regions and territory_evidence(entries[b], text)]
    days = {(entries[b].start, entries[b].end) for b in parts}
    return {b: s for b, s in scores.items() if b in parts or (entries[b].start, entries[b].end) not in days}


def territory_evidence(entry: Entry, text: str) -> float:
    """Half a point for each time that the territory is named, two at most; a quarter where only its state is."""
    own = entry.names.count(text)
    return min(own, 4) / 2 if own else 0.25 * bool(entry.country_names.count(text))


def name_evidence(entry: Entry, text: str) -> float:
    """2 where the text names all the units that only this ballot was held in, or the body that it was to elect."""
    return 2.0 if len(entry.units) > 1 and all(unit.count(text) for unit in entry.units) else 0.0


def kinds_named(doc: Doc, mentions: list[Token]) -> Counter[str]:
    """How often each kind of ballot is named, in the text as a whole and by its nouns."""
    counts = Counter({kind: len(pattern.findall(doc.text)) for kind, pattern in KINDS.items()})
    counts["any_referendum"] = sum(token.lemma in REFERENDUM or token.lower_ in REFERENDUM for token in mentions)
    counts["any_election"] = sum(token.lemma in ELECTION for token in mentions)
    return counts


def kind_evidence(entry: Entry, kinds: Counter[str]) -> float:
    """2 for the kind that the text names most, less for another; negative where it names kinds that rule it out."""
    referendum, election = kinds["any_referendum"], kinds["any_election"]
    if entry.kind == "referendum":
        return 2.0 if referendum > election else (-1.0 if referendum else (-3.0 if election else 0.0))
    if referendum and not election:
        return -3.0
    best = max((kind for kind in KINDS if kind != "referendum"), key=lambda kind: kinds[kind])
    own = kinds[entry.kind] if entry.kind in kinds else 0
    return 2.0 if own and entry.kind == best else (1.0 if own else (-1.0 if kinds[best] else 0.0))


def date_evidence(entry: Entry, timexes: Sequence[Timex]) -> float:
    """4 for one of its days named, 2 for its month, 1 for its year; 0 where no date of the text touches it."""
    best = 0.0
    for timex in timexes:
        if timex.earliest is None or timex.latest is None:
            best = max(best, 3.0 if is_day_of(entry, timex.timex) else 0.0)
            continue
        best = max(best, 1.5 if is_close(entry, timex) else 0.0)
        if timex.earliest <= entry.end and timex.latest >= entry.start:
            length = (timex.latest - timex.earliest).days
            best = max(best, 4.0 if length <= 7 else 2.0 if length <= 31 else 1.0 if length <= 366 else 0.0)
    return best


def is_close(entry: Entry, timex: Timex) -> bool:
    """Whether a day named is a few days off the voting: the day of the result, of the treaty, or a slip."""
    single = timex.latest == timex.earliest
    return single and entry.start - CLOSE * DAY <= timex.earliest <= entry.end + CLOSE * DAY


def is_day_of(entry: Entry, value: str) -> bool:
    """Whether a date without its year, as XXXX-09-17, is the first or the last day of voting."""
    return value in entry.yearless


def publication_evidence(entry: Entry, dating: Dating) -> float:
    """3 for a ballot just held at publication, less the farther off; negative where it lies long ahead."""
    if dating.earliest is None:
        return 0.0
    if entry.ballot_id in (dating.evidence or "").replace(";", " ").replace(",", " ").split():
        return 3.0  # what dates the text is what it is about
    if entry.early - 7 * DAY <= dating.latest and dating.earliest <= entry.end + 14 * DAY:
        return 3.0
    after = (dating.earliest - entry.end).days
    if after >= 0:
        return 2.0 if after <= RECENT else 0.5 if after <= YEAR else 0.0
    ahead = (entry.start - dating.latest).days
    return 1.5 if ahead <= SOON else 0.2 if ahead <= YEAR / 2 else -2.0


def _choose(
    token: Token,
    doc: Doc,
    scores: dict[str, float],
    entries: dict[str, Entry],
    main: Entry | None,
    timexes: Sequence[Timex],
) -> str | None:
    """The ballot of a mention by its own date or its own kind; None for the text's main one."""
    near = [t for t in timexes if t.earliest and t.latest and is_own(token, t, doc)]
    for timex in near:
        if (timex.latest - timex.earliest).days > 366:
            continue
        fits = [b for b in scores if overlaps(entries[b], timex) and suits(entries[b], token)]
        if main is not None and overlaps(main, timex):
            return main.ballot_id
        if len(fits) == 1 or fits and (timex.latest - timex.earliest).days <= 31:
            return max(fits, key=lambda b: (scores[b], b))
    if main is not None and not suits(main, token):
        others = [b for b in scores if suits(entries[b], token) and scores[b] >= SURE]
        return max(others, key=lambda b: (scores[b], b)) if others else None
    return None


def is_own(token: Token, timex: Timex, doc: Doc) -> bool:
    """Whether a date belongs to a mention: it stands in its noun phrase, or close by in its sentence."""
    if not token.sent.start_char <= timex.start < token.sent.end_char:
        return False
    left, right = min(token.idx, timex.start), max(token.idx, timex.end)
    return right - left <= 60 and not re.search(
        r"[;:,]\s", doc.text[left:right].replace(", 2", " 2").replace(", 1", " 1")
    )


def overlaps(entry: Entry, timex: Timex) -> bool:
    """Whether a date touches the days of voting."""
    return timex.earliest <= entry.end and timex.latest >= entry.start


def suits(entry: Entry, token: Token) -> bool:
    """Whether a ballot's kind allows the noun: no referendum is an election."""
    lemma = token.lemma
    if lemma in REFERENDUM or token.lower_ in REFERENDUM:
        return entry.kind == "referendum"
    return entry.kind != "referendum" or lemma not in ELECTION


def describe(doc: Doc, ballots: Ballots, mentions: list[Token], timexes: Sequence[Timex], dating: Dating) -> list[dict]:
    """A row for a ballot that the calendar lacks, where the text dates it to the day."""
    dated: Counter[tuple[dt.date, dt.date]] = Counter()
    for token in mentions:
        for timex in timexes:
            if timex.earliest and timex.latest and (timex.latest - timex.earliest).days <= 10:
                same = token.sent.start_char <= timex.start < token.sent.end_char
                if same and is_held(token.sent, timex):
                    dated[timex.earliest, timex.latest] += 2 if is_own(token, timex, doc) else 1
    if not dated:
        return []
    (start, end), _ = max(dated.items(), key=lambda item: (item[1], -item[0][0].toordinal()))
    kinds = kinds_named(doc, mentions)
    kind = (
        "referendum"
        if kinds["any_referendum"] > kinds["any_election"]
        else max(KINDS, key=lambda k: (kinds[k], k == "regional"))
    )
    kind = kind if kinds[kind] else "other"
    return [
        {
            "ballot_id": f"described:{start}:{kind}",
            "name": f"{kind} ballot of {start}",
            "kind": kind,
            "start_date": start,
            "end_date": end,
            "regions": [],
            "organiser": None,
            "reference": None,
        }
    ]


HELD = re.compile(
    r"\b(?:held|hold|holds|took place|take place|voted|vote|went to the polls|election day|run-?off|polling|cast|elected|"
    r"scheduled|set for|conducted|organi[sz]ed|began|ended|closed|opened|wins?|won|re-?elect\w*|ballots?)\b|'s (?:vote|election|ballot|referendum)",
    re.I,
)


def is_held(sentence: Span, timex: Timex) -> bool:
    """Whether a sentence tells that something was voted on, so that its date can be the ballot's."""
    return bool(HELD.search(sentence.text))
