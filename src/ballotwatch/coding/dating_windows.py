"""Everything in a text that bears on its date, and the windows of days that each clue allows."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from ballotwatch.codebook import Codebook
from ballotwatch.coding.dating_ballots import (
    IN_THE_NEWS,
    OVER,
    WEEKDAY,
    Candidate,
    Phase,
    candidate_ballots,
    find_phase,
    finished,
    voting_day,
    window,
)
from ballotwatch.coding.dating_clues import (
    DAY,
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
from ballotwatch.coding.tokens import Doc
from ballotwatch.layout import Layout

FIRST_YEAR = 1990
NEAR = 45  # days around a ballot in which a dated text may be about it
REACH = 160  # characters between an event and the words that say when it was
JUST_AFTER = re.compile(
    r"\b(?:hours|minutes|moments|shortly|just|immediately) (?:after|following)\b[^.!?]*$", re.IGNORECASE
)
SHORT = 33  # days for which an event that is then called otherwise dates a text by itself


class Window(NamedTuple):
    """Days that a clue allows, how much it weighs, why, and the ballot that it is about."""

    days: Interval
    weight: float
    why: str
    ballot: str | None = None


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
    horizon: date


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
        horizon=_horizon(codebook),
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
    terms = _terms(codebook)
    return [list(terms[name]) for name in sorted(names) if name in terms]


@lru_cache(maxsize=8)
def _terms(codebook: Codebook) -> dict[str, list[tuple[date | None, date | None]]]:
    """The terms in office of each person of the codebook."""
    people = codebook.people.groupby("name", sort=True)
    return {name: list(zip(rows.since, rows.until, strict=True)) for name, rows in people}


@lru_cache(maxsize=8)
def _horizon(codebook: Codebook) -> date:
    """A year after the last ballot that the codebook knows of: it can't date what comes later."""
    return years_after(max(codebook.ballots.end_date), 1)


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
    best, ballot = max(((_nearness(day, b, clues.phase), b) for b in clues.ballots), default=(0.0, None))
    if best > 0 and ballot and clues.phase.named:
        weight, reasons = weight + best, [*reasons, f"{ballot.ballot_id} held to {ballot.end}"]
    for window_ in anniversary_windows(clues):
        if abs((window_.days.earliest - day).days) <= 7:
            weight, reasons = weight + window_.weight, [*reasons, window_.why]
    return weight, "; ".join(reasons)


def _nearness(day: date, ballot: Candidate, phase: Phase) -> float:
    """What a ballot weighs for a day: more the nearer, and where the text names a weekday of the voting."""
    gap = (day - ballot.end).days
    if not -NEAR <= gap <= NEAR or ballot.score <= 0:
        return 0.0
    fresh = 0 <= gap <= 7
    close = 1 - abs(gap) / (2 * NEAR)
    weekday = fresh and voting_day(ballot, phase) is not None
    return ballot.score * close + 2.0 * fresh + 1.0 * weekday - 2.0 * (phase.multiday and ballot.start == ballot.end)


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
            near = abs(timex.start - event.start) < REACH and not re.search(
                r"[.!?]\s", _between(clues.text, event, timex)
            )
            if near and (days := _relative(event.day, timex)):
                windows.append(Window(days, 4.0, f'"{timex.text}" of {event.name}, {event.day}'))
        if JUST_AFTER.search(clues.text[max(0, event.start - REACH) : event.start]):
            windows.append(Window(Interval(event.day, event.day + DAY), 4.0, f"just after {event.name}, {event.day}"))
        if event.until and (event.until - event.day).days <= SHORT:
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
        held = f"{ballot.ballot_id} held {ballot.start} to {ballot.end}: {why}"
        windows.append(Window(days, weight, held, ballot.ballot_id))
    return windows


def _is_dated(ballot: Candidate, clues: Clues) -> bool:
    """Whether the text gives a day of the voting with its year."""
    voting = Interval(ballot.start, ballot.end)
    days = (interval_of(timex.timex) for timex, _ in clues.explicit)
    return any(d and (d.latest - d.earliest).days <= 7 and overlap(d, voting) for d in days)
