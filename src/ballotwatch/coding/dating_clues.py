"""What a text says that bears on when it was published: explicit dates, weekdays, events, people, anniversaries.

A clue allows days (a window, with how much it weighs) or bounds them. Which words are clues is data: lists ``dating_*``
of the vocabulary, ``events.csv``, ``people.csv``.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from ballotwatch.codebook import Codebook
from ballotwatch.coding.text import folded
from ballotwatch.coding.timex import Interval, Timex, days_in
from ballotwatch.coding.timex_rules import vocabulary
from ballotwatch.coding.tokens import Doc

DAY = timedelta(days=1)
GAP = 6  # words that may stand between two words of an event's name
STEM = 5  # letters of a word that must agree
# Words before a date that put it ahead of the text: anywhere in the sentence so far, or right before it.
AHEAD = re.compile(
    r"\b(?:will|shall|upcoming|forthcoming|schedul\w+|plan\w*|to be|due|must|should)\b[^.\n]{0,90}$"
    r"|\b(?:set|called|fixed|slated)\b[^.\n]{0,60}\bfor $|\b(?:until|till|by|would)\b[^.\n]{0,15}$",
    re.IGNORECASE,
)
EXPLICIT = re.compile(r"\d{4}(?:-\d\d){0,2}(?:T.*)?")
YEARLESS = re.compile(r"XXXX-(\d\d)-(\d\d)(?:T.*)?")
WEEKLY = re.compile(r"XXXX-WXX-(\d)(?:T.*)?")
ANNIVERSARY = re.compile(
    r"(?:(?P<ordinal>[\w-]+)[\s-](?:year[\s-])?anniversary|(?P<bare>\banniversary)"
    r"|(?P<since>[\w-]+) years? (?:since|after|have passed since)|(?P<on>[\w-]+) years? (?:on|later)\b"
    r"|(?P<ago>[\w-]+) years? ago (?P<today>today|this day|this week|this month)?)",
    re.IGNORECASE,
)


class Known(NamedTuple):
    """An event that the text names: its name, its day, until when it is called so, where its name stands."""

    name: str
    day: date
    until: date | None
    start: int
    end: int


class MonthDay(NamedTuple):
    """A day without a year: month, day, ISO weekday (0: none named), whether it lies ahead, where it stands."""

    month: int
    day: int
    weekday: int
    ahead: bool
    start: int
    end: int

    def in_year(self, year: int) -> date | None:
        """The day in a year, None where that year has no such day or another weekday."""
        if self.day > days_in(year, self.month):
            return None
        found = date(year, self.month, self.day)
        return found if self.weekday in (0, found.isoweekday()) else None


class Anniversary(NamedTuple):
    """Years since something (0: unknown), whether it is today, whether of a ballot, and the sentence that says so."""

    years: int
    today: bool
    ballot: bool
    start: int
    end: int


@lru_cache(maxsize=64)
def words_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern for the words of a vocabulary list; `*` stands for any ending."""
    forms = "|".join(re.escape(word).replace(r"\*", r"\w*") for word in words)
    return re.compile(rf"(?<!\w)(?:{forms})(?!\w)", re.IGNORECASE)


class _Event(NamedTuple):
    """An event of the codebook: the pattern of its names, and of each name the beginnings that its words must have."""

    pattern: re.Pattern[str]
    beginnings: tuple[tuple[str, ...], ...]
    name: str
    day: date
    until: date | None


@lru_cache(maxsize=8)
def _events(codebook: Codebook) -> tuple[_Event, ...]:
    return tuple(
        _Event(_loose(row.names), tuple(map(_beginnings, row.names)), row.event, row.date, row.until)
        for row in codebook.events.itertuples()
        if row.names
    )


def _beginnings(name: str) -> tuple[str, ...]:
    return tuple(folded(word[:STEM] if word.isalpha() else word) for word in name.split())


def _loose(names: tuple[str, ...]) -> re.Pattern[str]:
    """The words of a name in their order, whatever their endings, with few words between them."""
    gap = rf"(?:[^\w.!?]+\w+){{0,{GAP}}}?[^\w.!?]+"
    return re.compile("|".join(rf"\b{gap.join(map(_stem, name.split()))}" for name in names), re.IGNORECASE)


def _stem(word: str) -> str:
    return rf"{re.escape(word[:STEM])}\w*" if word.isalpha() and len(word) > STEM else rf"{re.escape(word)}\b"


def known_events(text: str, codebook: Codebook) -> list[Known]:
    """Events that a text names, in the order of the codebook; those named as still to come are left out."""
    found, plain = [], folded(text)
    for event in _events(codebook):
        # Looking for letters is much faster than for a pattern, and nearly all texts lack those of nearly all events.
        if any(all(word in plain for word in words) for words in event.beginnings):
            found += [Known(event.name, event.day, event.until, *m.span()) for m in event.pattern.finditer(text)]
    return found


def explicit_days(timexes: list[Timex], text: str) -> list[tuple[Timex, bool]]:
    """Dates with a year, each with whether it lies ahead of the text."""
    dated = [t for t in timexes if t.earliest and EXPLICIT.fullmatch(t.timex)]
    return [(t, is_ahead(text, t.start)) for t in dated]


def is_ahead(text: str, at: int) -> bool:
    """Whether the words before a date put it in the future."""
    return bool(AHEAD.search(text[max(0, at - 110) : at]))


def month_days(timexes: list[Timex], text: str) -> list[MonthDay]:
    """Days without a year, with the weekday that stands beside them."""
    found = []
    for timex in timexes:
        if match := YEARLESS.fullmatch(timex.timex):
            when = (int(match[1]), int(match[2]), weekday_in(timex.text))
            found.append(MonthDay(*when, is_ahead(text, timex.start), timex.start, timex.end))
    return found


def weekdays_in(text: str) -> list[int]:
    """The ISO numbers of the weekdays that a text names."""
    known = (vocabulary().get(word.lower(), ("", "", "")) for word in re.findall(r"[A-Z][a-z]+", text))
    return [int(value) for _, code, value in known if code in ("W", "v")]


def weekday_in(text: str) -> int:
    """The ISO number of the first weekday that a text names, 0 if none."""
    return next(iter(weekdays_in(text)), 0)


def weekdays(timexes: list[Timex]) -> list[tuple[int, Timex]]:
    """Weekdays that stand alone ("on Monday"), with their place."""
    return [(int(m[1]), t) for t in timexes if (m := WEEKLY.fullmatch(t.timex))]


def anniversaries(doc: Doc, text: str, ballots: re.Pattern[str]) -> list[Anniversary]:
    """Counts of years since something."""
    found = []
    for match in ANNIVERSARY.finditer(text):
        word = match["ordinal"] or match["since"] or match["on"] or match["ago"]
        years = count(word) if word else 0
        if word and not years and not match["ordinal"]:
            continue
        span = doc.char_span(*match.span())
        if span is not None:
            sentence = span[0].sent
            today = bool(match["today"]) or bool(match["ordinal"] or match["bare"] or match["since"])
            found.append(
                Anniversary(years, today, bool(ballots.search(sentence.text)), sentence.start_char, sentence.end_char)
            )
    return found


def count(word: str) -> int:
    """What a word counts: "5th", "fifth", "five", "a"; 0 if nothing."""
    if match := re.match(r"\d{1,2}", word):
        return int(match[0])
    _, code, value = vocabulary().get(word.lower(), ("", "", ""))
    return int(value) if code in ("w", "O", "a") and value.isdigit() else 0


def years_after(day: date, years: int) -> date:
    """The same day some years later; 28 February for a leap day."""
    return date(day.year + years, day.month, min(day.day, days_in(day.year + years, day.month)))


def overlap(a: Interval, b: Interval) -> Interval | None:
    """The days that both hold, None where there are none."""
    earliest, latest = max(a.earliest, b.earliest), min(a.latest, b.latest)
    return Interval(earliest, latest) if earliest <= latest else None
