"""When a document was published: stated, or worked out from what the text says, or unknown.

Every clue that allows some days gives a window; what bounds publication (dates told in the past, events known, people
in office) weighs for or against each. The best window is taken where none that excludes it comes near, and cut down by
the bounds. An interval is the shortest that the text supports; nothing is guessed beyond it.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from ballotwatch.codebook import Codebook
from ballotwatch.coding.dates import find_dates
from ballotwatch.coding.dating_clues import EXPLICIT, MonthDay, overlap, words_pattern
from ballotwatch.coding.dating_windows import (
    FIRST_YEAR,
    NEAR,
    Clues,
    Window,
    dateline_windows,
    read_clues,
    undated_windows,
)
from ballotwatch.coding.text import tokenize
from ballotwatch.coding.timex import Interval, Timex
from ballotwatch.coding.tokens import Doc
from ballotwatch.layout import Layout, Span, find_layout

MARGIN = 0.3  # by how much a window must beat those that exclude it
LEAST = 2.0  # what a window must weigh
RECORD = "the record's date of publication"
OPENING = 500  # characters in which a statement says where and when it was made


class Dating(NamedTuple):
    """First and last day on which a document can have been published, the basis, and what it rests on."""

    earliest: date | None
    latest: date | None
    basis: str
    evidence: str | None


def date_document(doc: Doc, codebook: Codebook, stated: Interval | None = None) -> Dating:
    """Date a document. ``stated``: its day of publication as its record gives it, which is then taken as it is."""
    if stated is not None:
        return Dating(stated.earliest, stated.latest, "metadata", RECORD)
    text = doc.text
    layout, timexes = find_layout(text), find_dates(doc)
    if found := stated_date(text, layout, timexes, codebook):
        return found
    return infer(read_clues(doc, layout, timexes, codebook))


def stated_dating(text: str, codebook: Codebook) -> Dating:
    """The date that a text's head states, read without a parse; unknown where it states none."""
    layout = find_layout(text)
    heads = (layout.date_line, layout.dateline_date, layout.dateline, layout.title)
    head = text[: max([OPENING, *(span.end for span in heads if span)])]
    timexes = find_dates(tokenize(head))
    return stated_date(head, layout, timexes, codebook) or Dating(None, None, "unknown", None)


def stated_date(text: str, layout: Layout, timexes: list[Timex], codebook: Codebook) -> Dating | None:
    """The full date that date line, dateline or title states, or that a statement says it was made on."""
    places = (("date line", layout.date_line), ("dateline", layout.dateline_date), ("dateline", layout.dateline))
    for name, span in places:
        if span and (day := _full_day(timexes, span)):
            return Dating(day, day, "stated", f'{name} "{span.of(text).strip()}"')
    title = layout.title
    words = re.sub(r"\s*\([^()\d]*\)$", "", title.of(text)) if title else ""
    if title and (match := re.search(r"[,(|–—-]\s*([^,(|]*(?:,\s*\d{4})?)\)?$", words)):
        tail = Span(title.start + match.start(1), title.end)
        if day := _full_day(timexes, tail):
            return Dating(day, day, "stated", f'title "{title.of(text)[-40:]}"')
    return _signed(text, timexes, codebook)


def _full_day(timexes: list[Timex], span: Span) -> date | None:
    inside = [t for t in timexes if span.start <= t.start and t.end <= span.end + 1]
    return next(
        (t.earliest for t in inside if t.earliest and t.earliest == t.latest and EXPLICIT.fullmatch(t.timex)), None
    )


def _signed(text: str, timexes: list[Timex], codebook: Codebook) -> Dating | None:
    """ "We, …, gathered in Kyiv on 23 February 2022": a statement in the first person that says when it was made."""
    signed = words_pattern(codebook.vocabulary["dating_signed"])
    for timex in timexes:
        if timex.start > OPENING or timex.earliest is None or timex.earliest != timex.latest:
            continue
        before = text[max(0, timex.start - 60) : timex.start]
        said = re.search(
            rf"{signed.pattern}(?: \w+)? (?:in|at) [A-Z][\w .-]+,? on (?:\w+day,? )?$", before, re.IGNORECASE
        )
        if said and re.search(r"\b(?:We|we)\b", text[: timex.start]) and EXPLICIT.fullmatch(timex.timex):
            return Dating(timex.earliest, timex.latest, "stated", f'"{said[0]}{timex.text}"')
    return None


def infer(clues: Clues) -> Dating:
    """The window that the clues support best, cut down by what bounds it; unknown where nothing decides."""
    lower, upper = bounds(clues)
    windows = dateline_windows(clues) or undated_windows(clues)
    scored = sorted(
        ((w.weight + fit(w.days, clues, lower, upper), w) for w in windows),
        key=lambda item: (-item[0], item[1].days.latest - item[1].days.earliest, item[1].days),
    )
    if not scored or scored[0][0] < LEAST:
        return unknown(lower, upper)
    score, best = scored[0]
    rivals = [s for s, w in scored[1:] if not overlap(w.days, best.days)]
    if rivals and rivals[0] > score - MARGIN:
        return unknown(lower, upper)
    return _narrowed(best, [w for s, w in scored[1:] if s >= LEAST and w.ballot in (None, best.ballot)], lower, upper)


def unknown(lower: tuple[date, str], upper: tuple[date, str]) -> Dating:
    """Bounds alone date a text where they lie close enough."""
    days = overlap(Interval(lower[0], upper[0]), Interval(lower[0], upper[0]))
    if days and (days.latest - days.earliest).days <= 366 and lower[0].year >= FIRST_YEAR and upper[1]:
        return Dating(*days, "inferred", f"{lower[1]}; {upper[1]}")
    return Dating(None, None, "unknown", None)


def _narrowed(best: Window, others: list[Window], lower: tuple[date, str], upper: tuple[date, str]) -> Dating:
    days, why = best.days, [best.why]
    for other in others:
        both = overlap(days, other.days)
        if both and both != days:
            days, why = both, [*why, other.why]
    if cut := overlap(days, Interval(lower[0], upper[0])):
        why += [reason for bound, reason in (lower, upper) if reason and (bound in cut and bound not in days)]
        days = cut
    return Dating(days.earliest, days.latest, "inferred", "; ".join(dict.fromkeys(why)))


def bounds(clues: Clues) -> tuple[tuple[date, str], tuple[date, str]]:
    """The earliest and latest day that past dates, events and phrases allow, each with its reason."""
    told = [
        (t.earliest, f'tells of "{t.text}"') for t, ahead in clues.explicit if not ahead and t.earliest.year <= 2100
    ]
    known = [(e.day, f"knows of: {e.name}, {e.day}") for e in clues.events]
    lower = max([*told, *known], default=(date(FIRST_YEAR, 1, 1), ""), key=lambda item: item[0])
    until = [(e.until, f"before {e.until}: {e.name}") for e in clues.events if e.until]
    upper = min(until, default=(clues.horizon, ""), key=lambda item: item[0])
    return lower, upper


def fit(days: Interval, clues: Clues, lower: tuple[date, str], upper: tuple[date, str]) -> float:
    """How well bounds, people in office, days and the latest year named suit a window."""
    score = -6.0 * (lower[0] > days.latest) - 3.0 * (upper[0] < days.earliest)
    score += max(-3.0, min(2.0, sum(_term_fit(terms, days) for terms in clues.terms)))
    score += max(-3.0, min(4.0, sum(_day_fit(day, days) for day in clues.days)))
    years = [t.earliest.year for t, ahead in clues.explicit if not ahead]
    behind = days.earliest.year - max(years) if years else 0
    return score - min(2.0, 0.25 * max(0, behind))


def _term_fit(terms: list[tuple[date | None, date | None]], days: Interval) -> float:
    if any(
        (since is None or since <= days.latest) and (until is None or until >= days.earliest) for since, until in terms
    ):
        return 0.3
    return -1.5 if all(since and since > days.latest for since, _ in terms) else -0.8


def _day_fit(day: MonthDay, days: Interval) -> float:
    """A day told without its year lies in the year of publication, near it; its weekday must fit that year."""
    near = [d for year in (days.earliest.year - 1, days.latest.year) if (d := day.in_year(year))]
    if not near:
        return -2.0
    away = min(abs((d - days.earliest).days) for d in near)
    return (1.5 if day.weekday else 1.0) if away <= NEAR else -1.0 if day.weekday else 0.0
