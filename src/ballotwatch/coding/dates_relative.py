"""Handlers of expressions that count from another date, of durations, sets and references.

Each takes the reader and what a rule found, and adds an expression or none.
"""

from __future__ import annotations

from datetime import date, timedelta

from ballotwatch.coding.dates_calendar import calendar, season
from ballotwatch.coding.dates_reader import Reader
from ballotwatch.coding.timex import Point, duration_value, moved
from ballotwatch.coding.timex import shift as shifted
from ballotwatch.coding.timex_rules import Match, Token

DAY = timedelta(days=1)
FARTHEST = 10000  # units; what is farther off has no place in a calendar


def later(reader: Reader, match: Match) -> None:
    """ "Later that year", "earlier this month", "later in 1992": the year, the month or the day itreader."""
    last = match.tokens[-1]
    if last.code == "y":
        reader.add(match.tokens, last.value)
    elif last.code == "M":
        calendar(reader, match)
    elif last.code == "S":
        season(reader, match)
    elif last.code == "U":
        word = next((reader.word(t) for t in match.tokens if t.code == "e"), "that")
        _unit(reader, match, reader.base(word), 0, last.value)


def nearby(reader: Reader, match: Match) -> None:
    """ "The next day", "last March", "this spring", "that night"."""
    at = next(
        i
        for i, t in enumerate(match.tokens)
        if t.code in "gl" or t.code == "e" and match.tokens[i + 1].code not in "egl"
    )
    word, amount = reader.word(match.tokens[at]), int(match.tokens[at].value)
    target = match.tokens[at + 1]
    base = reader.base(word)
    if target.code == "U" and word == "past":
        reader.add(match.tokens, duration_value("1", target.value), "DURATION")
    elif target.code == "U":
        _unit(reader, match, base, amount, target.value)
    elif target.code == "M":
        _named(reader, match, base, amount, int(target.value))
    elif target.code == "S":
        _near_season(reader, match, base, amount, target.value)
    elif target.code == "W":
        _near_weekday(reader, match, base, amount, int(target.value), word)
    else:
        _day_part(reader, match, base, amount, target.value)


def _unit(reader: Reader, match: Match, base: Point | None, amount: int, unit: str) -> None:
    if unit == "TH" or unit == "TM":
        return
    if base is None:
        mask = {"D": "XXXX-XX-XX", "W": "XXXX-WXX", "M": "XXXX-XX", "Y": "XXXX", "WE": "XXXX-WXX-WE"}.get(unit)
        if mask:
            reader.add(match.tokens, mask)
        return
    reader.add(match.tokens, moved(base, amount, unit))


def _named(reader: Reader, match: Match, base: Point | None, amount: int, month: int) -> None:
    if base is None:
        return reader.add(match.tokens, f"XXXX-{month:02d}")
    year = base.year
    if amount > 0 and month <= base.month:
        year += 1
    if amount < 0 and (month >= base.month or not base.month):
        year -= 1
    return reader.add(match.tokens, Point(year, month).value())


def _near_season(reader: Reader, match: Match, base: Point | None, amount: int, season: str) -> None:
    if base is None:
        return reader.add(match.tokens, f"XXXX-{season}")
    start, end = {"SP": (3, 5), "SU": (6, 8), "FA": (9, 11), "WI": (1, 2)}[season]
    year = base.year + (
        amount if not base.month else (base.month >= start) if amount > 0 else -(base.month <= end) if amount < 0 else 0
    )
    return reader.add(match.tokens, f"{Point(year).value()}-{season}", keep=False)


def _near_weekday(reader: Reader, match: Match, base: Point | None, amount: int, weekday: int, word: str) -> None:
    if base is None or not base.day or base.year <= 0:
        return reader.add(match.tokens, f"XXXX-WXX-{weekday}")
    day = date(*base)
    ahead = (weekday - day.isoweekday()) % 7
    if amount < 0:
        day += timedelta(days=ahead - 7)
    elif amount > 0:
        day += timedelta(days=ahead or 7)
    else:
        day += timedelta(days=ahead - 7 if reader.looks_ahead(match) is False and ahead else ahead)
    return reader.add(match.tokens, day.isoformat())


def _day_part(reader: Reader, match: Match, base: Point | None, amount: int, part: str) -> None:
    moved = shifted(base, amount, "D") if base else None
    head = moved.value() if moved and moved.day else "XXXX-XX-XX"
    reader.add(match.tokens, f"{head}T{part}", "TIME")


def deictic(reader: Reader, match: Match) -> None:
    """ "Today", "yesterday", "tonight"."""
    token = next(t for t in match.tokens if t.code == "K")
    part = next((f"T{t.value}" for t in match.tokens if t.code == "P"), "")
    if token.value == "TNI":
        token, part = token._replace(value="0"), "TNI"
    if reader.narrative:
        return reader.add(match.tokens, "PRESENT_REF" if reader.word(token) == "today" else "XXXX-XX-XX" + part)
    if not reader.published:
        return reader.add(match.tokens, "XXXX-XX-XX" + part, "TIME" if part else "DATE")
    day = reader.published + int(token.value) * DAY
    return reader.add(match.tokens, day.isoformat() + part, "TIME" if part else "DATE")


def weekday(reader: Reader, match: Match) -> None:
    """ "On Sunday", "Monday morning": the nearest before, or after where the verb looks ahead."""
    token = next(t for t in match.tokens if t.code == "W")
    part = next((f"T{t.value}" for t in match.tokens if t.code == "P"), "")
    base = reader.ref if reader.narrative else reader.anchor
    kind = "TIME" if part else "DATE"
    if base is None or not base.day or base.year <= 0:
        return reader.add(match.tokens, f"XXXX-WXX-{token.value}{part}", kind)
    day = date(*base)
    back = (day.isoweekday() - int(token.value)) % 7
    ahead = reader.looks_ahead(match)
    day = day + timedelta(days=7 - back) if ahead and back else day - timedelta(days=back)
    return reader.add(match.tokens, day.isoformat() + part, kind)


def around(reader: Reader, match: Match) -> None:
    """ "The day after", "the year before", "the day following"."""
    unit = match.tokens[1].value
    _unit(reader, match, reader.ref or reader.anchor, int(match.tokens[2].value), unit)


def phase(reader: Reader, match: Match) -> None:
    """ "The end of the year", "the beginning of the month", "early in the summer"."""
    last = match.tokens[-1]
    if last.code == "S":
        return season(reader, match)
    if last.value in ("W", "M", "Y", "DE", "CE"):
        return _unit(reader, match, reader.ref if reader.narrative else reader.anchor or reader.ref, 0, last.value)
    return None


def shift(reader: Reader, match: Match) -> None:
    """ "Two days later", "a year earlier", "three weeks ago"."""
    unit, word = match.tokens[-2].value, match.tokens[-1]
    amount = amount_of(match.tokens[:-2])
    base = reader.anchor if word.code == "G" else reader.ref or reader.anchor
    if amount is None or unit in ("TH", "TM") or float(amount) > FARTHEST:
        return reader.add(match.tokens, "PAST_REF" if int(word.value) < 0 else "FUTURE_REF")
    return _unit(reader, match, base, int(float(amount)) * int(word.value), unit)


def vague(reader: Reader, match: Match) -> None:
    """ "Recently", "some years ago": a reference to the past or the future."""
    reader.add(match.tokens, "PAST_REF" if int(match.tokens[-1].value) < 0 else "FUTURE_REF")


def span(reader: Reader, match: Match) -> None:
    """ "The next two weeks", "the last three years", "the following days"."""
    tokens = match.tokens[:-1] if match.tokens[-1].code == "i" else match.tokens
    if tokens is not match.tokens:
        return reader.add(tokens, duration_value("1", tokens[-1].value), "DURATION")
    amount = amount_of(match.tokens)
    return reader.add(
        match.tokens, duration_value("X" if amount is None else amount, match.tokens[-1].value), "DURATION"
    )


def set(reader: Reader, match: Match) -> None:
    """ "Every year", "each Sunday"."""
    last = match.tokens[-1]
    number = next((t.value for t in match.tokens if t.code in "dwO"), "1")
    if last.code == "W":
        value = f"XXXX-WXX-{last.value}"
    elif last.code == "P":
        value = f"XXXX-XX-XXT{last.value}"
    else:
        value = duration_value(number, last.value)
    reader.add(match.tokens, value, "SET")


def often(reader: Reader, match: Match) -> None:
    """ "Weekly", "annually"."""
    reader.add(match.tokens, match.tokens[0].value, "SET")


def two(reader: Reader, match: Match) -> None:
    """ "Twelve to eighteen months": two durations."""
    tokens = [t for t in match.tokens if t.code in "dnwU V"]
    unit = match.tokens[-1].value
    reader.add(tokens[:1], duration_value(tokens[0].value, unit), "DURATION")
    reader.add(tokens[1:], duration_value(tokens[1].value, unit), "DURATION")


def duration(reader: Reader, match: Match) -> None:
    """ "Three days", "a five-day vote"."""
    amount = amount_of(match.tokens)
    unit = next(t for t in match.tokens if t.code in "UV")
    if unit.code == "U" and match.tokens[0] is unit:
        amount = "1"
    reader.add(match.tokens, duration_value("X" if amount is None else amount, unit.value), "DURATION")


def bare(reader: Reader, match: Match) -> None:
    """A part of the day alone: "in the morning"."""
    token = match.tokens[-1]
    if len(match.tokens) > 1 and reader.ref and reader.ref.day and reader.narrative:
        return reader.add(match.tokens, f"{reader.ref.value()}T{token.value}", "TIME")
    if reader.text[token.start].isupper() and match.before[-1:] not in ("", ".", "Z"):
        return None
    return reader.add(match.tokens, f"XXXX-XX-XXT{token.value}", "TIME")


def reference(reader: Reader, match: Match) -> None:
    """ "Now", "currently", "in the past"."""
    token = match.tokens[-1]
    if token.code == "l":
        if reader.word(token) == "past" and match.before[-1:] in ("I", "i"):
            reader.add(match.tokens, "PAST_REF")
        return
    span = reader.doc.char_span(token.start, token.end)
    if reader.word(token) in ("present", "former", "current") and (span is None or span[0].dep_ != "amod"):
        return
    reader.add(match.tokens if token.code == "u" else [token], token.value)


def amount_of(tokens: list[Token]) -> str | None:
    """The number that tokens say, as a string; None where it is vague."""
    if any(t.code == "q" for t in tokens):
        return None
    total, half = 0.0, False
    for token in tokens:
        if token.code in "dnwy" and token.value.replace(".", "").replace(",", "").isdigit():
            number = float(token.value.replace(",", ""))
            total = total * 100 if number == 100 and total else total + number
        elif token.code == "h":
            half = token.value == "H"
    if not total and not half:
        total = 1 if any(t.code == "a" for t in tokens) else 0
    return f"{total + 0.5 * half:g}" if total or half else None
