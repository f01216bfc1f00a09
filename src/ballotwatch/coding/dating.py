"""When a document was published: stated, or worked out from what the text says, or unknown.

Every clue that allows some days gives a window; what bounds publication (dates told in the past, events known, people
in office) weighs for or against each. The best window is taken where none that excludes it comes near, and cut down by
the bounds. An interval is the shortest that the text supports; nothing is guessed beyond it.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from spacy.tokens import Doc

from ballotwatch.codebook import Codebook
from ballotwatch.coding.dates import find_dates
from ballotwatch.coding.dating_ballots import (
    IN_THE_NEWS,
    OVER,
    WEEKDAY,
    Candidate,
    Phase,
    candidate_ballots,
    find_phase,
    finished,
    window,
)
from ballotwatch.coding.dating_clues import (
    DAY,
    EXPLICIT,
    Anniversary,
    Known,
    MonthDay,
    anniversaries,
    explicit_days,
    known_events,
    month_days,
    overlap,
    weekday_in,
    weekdays,
    words_pattern,
    years_after,
)
from ballotwatch.coding.gazetteer import gazetteer
from ballotwatch.coding.timex import Interval, Timex, interval_of
from ballotwatch.layout import Layout, Span, find_layout

FIRST_YEAR = 1990
NEAR = 45  # days around a ballot in which a dated text may be about it
MARGIN = 0.3
LEAST = 2.0
LONGEST = 31  # days of an interval worth giving
OPENING = 500  # characters in which a statement says where and when it was made


class Dating(NamedTuple):
    """First and last day on which a document can have been published, the basis, and the passages and facts behind it."""

    earliest: date | None
    latest: date | None
    basis: str
    evidence: str | None


class Window(NamedTuple):
    """Days that a clue allows, how much it weighs, and why."""

    days: Interval
    weight: float
    why: str


class Clues(NamedTuple):
    """All that a text says about its own date."""

    text: str
    layout: Layout
    timexes: list[Timex]
    explicit: list[tuple[Timex, bool]]
    days: list[MonthDay]
    weekdays: list[tuple[int, Timex]]
    events: list[Known]
    anniversaries: list[Anniversary]
    terms: list[list[tuple[date | None, date | None]]]
    ballots: list[Candidate]
    phase: Phase


def date_document(doc: Doc, codebook: Codebook, stated: Interval | None = None) -> Dating:
    """Date a document. ``stated``: its day of publication as its record gives it, which is then taken as it is."""
    if stated is not None:
        return Dating(stated.earliest, stated.latest, "metadata", "the record's date of publication")
    text, layout, timexes = doc.text, find_layout(doc.text), find_dates(doc)
    if found := stated_date(text, layout, timexes, codebook):
        return found
    return infer(read_clues(doc, layout, timexes, codebook))


def stated_date(text: str, layout: Layout, timexes: list[Timex], codebook: Codebook) -> Dating | None:
    """The full date that date line, dateline or title states, or that a statement says it was made on."""
    places = (("date line", layout.date_line), ("dateline", layout.dateline_date))
    for name, span in places:
        if span and (day := _full_day(timexes, span)):
            return Dating(day, day, "stated", f'{name} "{span.of(text).strip()}"')
    title = layout.title
    if title and (match := re.search(r"[,(|–—-]\s*([^,(|]*(?:,\s*\d{4})?)\)?$", title.of(text))):
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
        said = re.search(rf"{signed.pattern}(?: \w+)? (?:in|at) [A-Z][\w .-]+,? on (?:\w+day,? )?$", before, re.IGNORECASE)
        if said and re.search(r"\b(?:We|we)\b", text[: timex.start]) and EXPLICIT.fullmatch(timex.timex):
            return Dating(timex.earliest, timex.latest, "stated", f'"{said[0]}{timex.text}"')
    return None


def read_clues(doc: Doc, layout: Layout, timexes: list[Timex], codebook: Codebook) -> Clues:
    """Everything in a text that bears on its date."""
    text = doc.text
    return Clues(
        text=text,
        layout=layout,
        timexes=timexes,
        explicit=explicit_days(timexes, text),
        days=month_days(timexes, text),
        weekdays=weekdays(timexes),
        events=known_events(text, codebook),
        anniversaries=anniversaries(doc, text, words_pattern(codebook.vocabulary["dating_ballots"])),
        terms=terms_in_office(text, codebook),
        ballots=candidate_ballots(doc, codebook),
        phase=find_phase(doc, codebook),
    )


def terms_in_office(text: str, codebook: Codebook) -> list[list[tuple[date | None, date | None]]]:
    """For each person named, not as a former one, the terms in which the codebook knows them."""
    former = words_pattern(codebook.vocabulary["dating_former"])
    names = {}
    for match in gazetteer(codebook).find(text):
        before = text[max(0, match.start - 40) : match.start]
        for entry in match.entries:
            if entry.kind == "person" and not former.search(before):
                names[entry.name] = None
    people = codebook.people[codebook.people.name.isin(names)]
    return [list(zip(rows.since, rows.until, strict=True)) for _, rows in people.groupby("name", sort=True)]


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
    return _narrowed(best, [w for s, w in scored[1:] if s >= LEAST], lower, upper)


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
    horizon = years_after(max((c.end for c in clues.ballots), default=date(2099, 1, 1)), 1)
    until = [(e.until, f"before {e.until}: {e.name}") for e in clues.events if e.until]
    upper = min(until, default=(horizon, ""), key=lambda item: item[0])
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


def dateline_windows(clues: Clues) -> list[Window]:
    """A dateline or date line of day and month: that day of every year."""
    spans = [span for span in (clues.layout.dateline_date, clues.layout.date_line) if span]
    lines = [d for d in clues.days for span in spans if span.start <= d.start and d.end <= span.end + 1]
    if not lines:
        return []
    line = lines[0]
    last = max([c.end.year for c in clues.ballots] + [e.day.year for e in clues.events] + [FIRST_YEAR + 35]) + 1
    shown = clues.text[line.start : line.end]
    return [
        Window(Interval(day, day), *_dateline_support(day, clues, f'dateline "{shown}" in {year}'))
        for year in range(FIRST_YEAR, last + 1)
        if (day := line.in_year(year))
    ]


def _dateline_support(day: date, clues: Clues, why: str) -> tuple[float, str]:
    """How well weekdays, ballots and anniversaries suit a day."""
    reasons, weight = [why], 0.0
    said = [(w, t) for w, t in clues.weekdays if not clues.text.startswith(("'s", "’s"), t.end)]
    if said:
        back = (day.isoweekday() - said[0][0]) % 7
        weight += {0: 1.5, 1: 0.7}.get(back, -0.5)
        reasons += [f'"{said[0][1].text}" is that day'] if back == 0 else []
    for ballot in clues.ballots if clues.phase.named else ():
        gap = (day - ballot.end).days
        if -NEAR <= gap <= NEAR and ballot.score > 0:
            close = 1 - abs(gap) / (2 * NEAR) + (1.0 if 0 <= gap <= 7 else 0.0)
            weight, reasons = weight + ballot.score * close, [*reasons, f"{ballot.ballot_id} ended {ballot.end}"]
            break
    for window_ in anniversary_windows(clues):
        if abs((window_.days.earliest - day).days) <= 7:
            weight, reasons = weight + window_.weight, [*reasons, window_.why]
    return weight, "; ".join(reasons)


def undated_windows(clues: Clues) -> list[Window]:
    """What anniversaries, events and ballots allow. A text that marks an anniversary doesn't report the vote."""
    marked = anniversary_windows(clues)
    held = ballot_windows(clues)
    if marked:
        held = [w._replace(weight=w.weight - 2) for w in held if not w.why.endswith(IN_THE_NEWS)]
    return [*marked, *event_windows(clues), *held]


def anniversary_windows(clues: Clues) -> list[Window]:
    """ "One year ago today", "the fifth anniversary of …", "eight years since …": that day, those years later."""
    windows = []
    for mark in clues.anniversaries:
        events = [(e.day, e.name) for e in clues.events if mark.start <= e.start < mark.end]
        if not events and mark.ballot:
            events = [(c.end, c.ballot_id) for c in clues.ballots if c.score > 1]
        weights = {c.ballot_id: 1.0 + c.score for c in clues.ballots}
        for day, name in events if mark.today and mark.years else ():
            then = years_after(day, mark.years)
            windows.append(
                Window(Interval(then, then), weights.get(name, 5.0), f"{mark.years} years since {name}, {day}")
            )
    return windows


def event_windows(clues: Clues) -> list[Window]:
    """An event told of with "today", "yesterday", "last week" or a weekday in its sentence, or one still short past."""
    windows = []
    for event in clues.events:
        for timex in clues.timexes:
            if abs(timex.start - event.start) < 160 and not re.search(r"[.!?]\s", _between(clues.text, event, timex)):
                if days := _relative(event.day, timex):
                    windows.append(Window(days, 4.0, f'"{timex.text}" of {event.name}, {event.day}'))
        if event.until and (event.until - event.day).days <= LONGEST + 2:
            windows.append(Window(Interval(event.day, event.day + DAY), 2.5, f"{event.name}, {event.day}"))
    return windows


def _between(text: str, event: Known, timex: Timex) -> str:
    return text[min(event.end, timex.end) : max(event.start, timex.start)]


def _relative(day: date, timex: Timex) -> Interval | None:
    """The days of publication of a text that says when an event was, seen from there."""
    words = timex.text.lower()
    if words in ("today", "yesterday", "tomorrow"):
        moved = day + {"today": 0, "yesterday": 1, "tomorrow": -1}[words] * DAY
        return Interval(moved, moved)
    if words == "last week":
        monday = day + (8 - day.isoweekday()) * DAY
        return Interval(monday, monday + 6 * DAY)
    if words == "this week":
        return Interval(day, day + (7 - day.isoweekday()) * DAY)
    if timex.timex.startswith("XXXX-WXX-") and weekday_in(words) == day.isoweekday():
        return Interval(day, day + 6 * DAY)
    return None


def ballot_windows(clues: Clues) -> list[Window]:
    """Every candidate ballot with the days that the phase of its voting allows."""
    named = {c.ballot_id for c in clues.ballots if _is_dated(c, clues)}
    windows = []
    for ballot in clues.ballots:
        found = window(ballot, clues.phase, clues.days)
        if found is None:
            continue
        days, why = found
        if named and ballot.ballot_id not in named and why == IN_THE_NEWS:
            continue
        told = [d for m in clues.days if not m.ahead and (d := m.in_year(ballot.end.year))]
        weight = ballot.score + (1.5 if ballot.ballot_id in named else -1.5 if named else 0.0)
        weight += 1.0 * any(ballot.start <= d <= ballot.end for d in told) + 1.0 * (why == WEEKDAY)
        weight -= 2.0 * (clues.phase.multiday and ballot.start == ballot.end)
        later = max((d for d in told if ballot.end < d <= ballot.end + NEAR * DAY), default=ballot.end)
        if later > days.earliest and why == OVER:
            days = Interval(later, max(finished(ballot.end).latest, later))
        windows.append(Window(days, weight, f"{ballot.ballot_id} held {ballot.start} to {ballot.end}: {why}"))
    return windows


def _is_dated(ballot: Candidate, clues: Clues) -> bool:
    """Whether the text gives a day of the voting with its year."""
    voting = Interval(ballot.start, ballot.end)
    days = (interval_of(timex.timex) for timex, _ in clues.explicit)
    return any(d and (d.latest - d.earliest).days <= 7 and overlap(d, voting) for d in days)
