"""Time expressions of a text: where they stand, and what they mean as TIMEX3 values and days.

News is read from its day of publication, which year-less dates look back from unless their verb looks ahead; a text
that narrates (many years named, few of them near publication) is read from the date that it named last. The method is
HeidelTime's (Strötgen & Gertz 2013), rules over word classes instead of words.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from itertools import pairwise

from ballotwatch.coding import dates_calendar, dates_relative
from ballotwatch.coding.dates_reader import Reader
from ballotwatch.coding.timex import Interval, Timex, shared
from ballotwatch.coding.timex_rules import RULES, Match, scan
from ballotwatch.coding.tokens import Doc

__all__ = ["Interval", "Timex", "find_dates"]

HANDLERS: dict[str, Callable[[Reader, Match], None]] = {
    rule: getattr(dates_calendar, rule, None) or getattr(dates_relative, rule) for rule, _ in RULES
}


def find_dates(doc: Doc, published: Interval | None = None) -> list[Timex]:
    """Time expressions in the order of the text, none overlapping another.

    ``published``: the days on which the text can have been published. Where they make an expression mean several
    days, it gets all of them and a value masked with X.
    """
    matches = scan(doc.text)
    if published is None:
        return _read(doc, matches, None)
    first = _read(doc, matches, published.earliest)
    if published.earliest == published.latest:
        return first
    last = _read(doc, matches, published.latest)
    by_span = {(timex.start, timex.end): timex for timex in last}
    return [_either(timex, by_span[timex.start, timex.end]) for timex in first if (timex.start, timex.end) in by_span]


def _read(doc: Doc, matches: list[Match], published: date | None) -> list[Timex]:
    reader = Reader(doc, matches, published)
    for match, following in zip(matches, [*matches, None][1:], strict=True):
        reader.following = following
        # What would lie before the year 1 or after 9999 is no day that anybody means: it is no time expression.
        with suppress(OverflowError, ValueError):
            HANDLERS[match.rule](reader, match)
    return _timed(reader.text, reader.found)


def _timed(text: str, found: list[Timex]) -> list[Timex]:
    """ "At 8 p.m. on Tuesday": a time of day takes the day that stands behind it."""
    timed = list(found)
    for i, (timex, behind) in enumerate(pairwise(found)):
        on = text[timex.end : behind.start].strip(" ,").lower() in ("", "on")
        if (
            timex.type == "TIME"
            and timex.timex[10:13].startswith("T")
            and on
            and len(behind.timex) == 10
            and behind.earliest
        ):
            value = behind.timex + timex.timex[10:]
            timed[i] = timex._replace(timex=value, earliest=behind.earliest, latest=behind.latest)
    return timed


def _either(a: Timex, b: Timex) -> Timex:
    if a.timex == b.timex:
        return a
    days = [day for day in (a.earliest, a.latest, b.earliest, b.latest) if day]
    known = len(days) == 4
    return a._replace(
        timex=shared(a.timex, b.timex),
        earliest=min(days) if known else None,
        latest=max(days) if known else None,
    )
