"""Handlers of expressions that name a date: days, months, seasons, years, decades, times of day.

Each takes the reader and what a rule found, and adds an expression or none.
"""

from __future__ import annotations

from datetime import date

from ballotwatch.coding.dates_reader import Reader, named_parts
from ballotwatch.coding.timex import Point, days_in
from ballotwatch.coding.timex_rules import Match, Token


def numeric(reader: Reader, match: Match) -> None:
    """ "16.03.2014", "2014-03-16"."""
    text = match.tokens[0].value
    day = _numeric(text, reader.published)
    if day:
        reader.add(match.tokens, day.isoformat())


def calendar(reader: Reader, match: Match) -> None:
    """A date of the calendar, whole or in part: "16 March 2014", "March 16", "2014"."""
    value = calendar_value(reader, match, match.tokens)
    if value:
        reader.add(match.tokens, value, "TIME" if "T" in value else "DATE")


def calendar_value(reader: Reader, match: Match, tokens: list[Token]) -> str | None:
    """The TIMEX3 value of a calendar date; the year that it lacks comes from the text around."""
    fields = named_parts(tokens)
    month, day = fields.get("M", 0), fields.get("D", 0)
    if "y" not in fields:
        fields["y"] = relative_year(reader, tokens) or reader.year_for(match, month, day, fields.get("W", 0))
    part = f"T{fields['P']}" if "P" in fields else ""
    if fields["y"] is None:
        return f"XXXX-{month:02d}" + (f"-{day:02d}" if day else "") + part
    point = Point(fields["y"], month, day)
    if (month, day) == (2, 29) and not any(t.code == "y" for t in tokens):
        point = point._replace(year=round(point.year / 4) * 4)
    return point.value() + part if point.real() else None


def relative_year(reader: Reader, tokens: list[Token]) -> int | None:
    """The year of "March of last year"."""
    codes = "".join(t.code for t in tokens)
    at = next((i for i, c in enumerate(codes) if c in "egl" and codes[i + 1 : i + 2] == "U"), None)
    if at is None or tokens[at + 1].value != "Y":
        return None
    base = reader.base(reader.word(tokens[at]))
    return base.year + int(tokens[at].value) if base else None


def days(reader: Reader, match: Match) -> None:
    """Several days of one month: each an expression of its own, the month and year with the one beside it."""
    month = next(i for i, t in enumerate(match.tokens) if t.code in "Mm")
    numbers = [i for i, t in enumerate(match.tokens) if t.code in "do"]
    shared_tokens = [t for i, t in enumerate(match.tokens) if i not in numbers]
    first_month = month < numbers[0]
    for i in numbers:
        value = calendar_value(reader, match, [*shared_tokens, match.tokens[i]])
        if not value:
            continue
        if first_month:
            tokens = (
                match.tokens[: i + 1]
                if i == numbers[0]
                else match.tokens[i:]
                if i == numbers[-1]
                else [match.tokens[i]]
            )
        else:
            tokens = (
                match.tokens[i:]
                if i == numbers[-1]
                else match.tokens[: i + 1]
                if i == numbers[0]
                else [match.tokens[i]]
            )
        reader.add(tokens, value, "TIME" if "T" in value else "DATE")


def month(reader: Reader, match: Match) -> None:
    """A month, with its year or without."""
    if _is_month(reader, match):
        calendar(reader, match)


def _is_month(reader: Reader, match: Match) -> bool:
    """ "May" and "March" are months behind a preposition, determiner or phase, or before a mark."""
    token = match.tokens[-1]
    if reader.word(token) not in ("may", "march", "august", "april", "june"):
        return True
    if len(match.tokens) > 1 or match.before[-1:] in tuple("IiTc-,(EBLegl"):
        return reader.word(token) != "may" or match.before[-1:] not in ("c", ",", "T", "")
    before = reader.text[: token.start].split()[-1:] or [""]
    return before[0].lower() in (
        "by",
        "since",
        "from",
        "between",
        "before",
        "after",
        "until",
        "around",
        "late",
        "early",
    )


def season(reader: Reader, match: Match) -> None:
    """A season, with its year or without."""
    token = next(t for t in match.tokens if t.code == "S")
    fields = named_parts(match.tokens)
    if not _is_season(reader, match, token, fields):
        return
    year = fields.get("y") or relative_year(reader, match.tokens)
    if year is None:
        year = _season_year(reader, token.value)
    explicit = "y" in fields
    reader.add(match.tokens, f"{Point(year).value()}-{token.value}" if year else f"XXXX-{token.value}", keep=explicit)


def _is_season(reader: Reader, match: Match, token: Token, fields: dict) -> bool:
    word = reader.word(token)
    if fields.get("y") or word not in ("fall", "spring"):
        return True
    span = reader.doc.char_span(token.start, token.end)
    if word == "fall" and span is not None and span[0].dep_ == "compound":
        return True
    noun = span is not None and span[0].pos_ in ("NOUN", "PROPN")
    return noun and (word != "fall" or match.behind[:1] != "i" and match.before[-1:] in ("I", "T", "E"))


def _season_year(reader: Reader, season: str) -> int | None:
    base = reader.ref if reader.narrative else reader.anchor
    if not base:
        return None
    if season == "WI" and base.month >= 9:
        return base.year + 1 if reader.narrative else base.year
    return base.year


def part(reader: Reader, match: Match) -> None:
    """A half, a quarter or a phase of a year."""
    fields = named_parts(match.tokens)
    half = next(t for t in match.tokens if t.code == "h").value
    number = next((t.value for t in match.tokens if t.code == "O"), "")
    year = fields.get("y") or relative_year(reader, match.tokens)
    if year and number in ("1", "2", "3", "4"):
        reader.add(match.tokens, f"{year}-{half}{number}")


def decade(reader: Reader, match: Match) -> None:
    """ "The 1990s"."""
    digits = "".join(c for c in next(t for t in match.tokens if t.code == "s").value if c.isdigit())
    digits = digits if len(digits) == 4 else digits.rjust(4, "0") if len(digits) == 3 else f"19{digits}"
    reader.add(match.tokens, ("BC" if match.tokens[-1].code == "X" else "") + digits[:3])


def century(reader: Reader, match: Match) -> None:
    """ "The 19th century"."""
    unit = next(t for t in match.tokens if t.code == "U")
    number = next((int(t.value) for t in match.tokens if t.code in "oO"), 0)
    if unit.value == "CE" and number:
        reader.add(match.tokens, ("BC" if match.tokens[-1].code == "X" else "") + f"{number - 1:02d}")
    elif unit.value in ("D", "Y", "M", "W", "DE") and reader.ref and reader.narrative and match.tokens[0].code == "T":
        return


def years(reader: Reader, match: Match) -> None:
    """A range of years: two expressions; the second may leave out its century."""
    numbers = [i for i, t in enumerate(match.tokens) if t.code in "ydn"]
    if any(len(match.tokens[i].value) not in (2, 4) or not match.tokens[i].value.isdigit() for i in numbers):
        return
    start = 0
    for i in numbers:
        token = match.tokens[i]
        first = match.tokens[numbers[0]]
        value = token.value if len(token.value) == 4 else first.value[: 4 - len(token.value)] + token.value
        if int(value) < int(first.value):
            return
        reader.add(match.tokens[start : i + 1], value)
        start = i + 2


def era(reader: Reader, match: Match) -> None:
    """A year before or of the common era."""
    numbers = [i for i, t in enumerate(match.tokens) if t.code in "dny"]
    if not all(match.tokens[i].value.isdigit() for i in numbers):
        return
    start = 0
    for i in numbers:
        last = i == numbers[-1]
        reader.add(match.tokens[start:] if last else match.tokens[: i + 1], f"BC{int(match.tokens[i].value):04d}")
        start = i + 2


def year(reader: Reader, match: Match) -> None:
    """A year alone: "since 2014"."""
    token = match.tokens[-1]
    if token.code == "Y":
        return _short_year(reader, match)
    if _is_year(reader, match, token):
        # A year far from what is being told ("as historians wrote in 2005") doesn't move the story.
        told = reader.ref is None or abs(int(token.value) - reader.ref.year) <= 10
        reader.add(match.tokens, token.value, keep=told)


def _short_year(reader: Reader, match: Match) -> None:
    base = reader.ref or reader.anchor
    if base:
        short = int(match.tokens[-1].value[-2:])
        reader.add(match.tokens, f"{(base.year - short) // 100:02d}{short:02d}", keep=False)


def _is_year(reader: Reader, match: Match, token: Token) -> bool:
    text, before = reader.text, match.before[-1:]
    if text[token.start - 1 : token.start] in tuple("$€£#/.") or text[token.end : token.end + 1] in tuple("%°/"):
        return False
    if before == "b" or (int(token.value) < 1700 and before not in ("I", "i", "-", "(", "T", "c")):
        return False
    span = reader.doc.char_span(token.start, token.end)
    if span is None or before == "I":
        return span is not None
    behind = reader.doc[span.end] if span.end < len(reader.doc) else None
    return not (behind is not None and behind.tag_ in ("NNS", "NNPS") and behind.head.i >= behind.i and before != "T")


def clock(reader: Reader, match: Match) -> None:
    """A time of day: "18:00", "five o'clock"."""
    time = _clock(match.tokens[0].value)
    base = reader.ref if reader.ref and reader.ref.day else reader.anchor
    if time:
        day = base.value() if base and base.day else "XXXX-XX-XX"
        reader.add(match.tokens, f"{day}T{time}", "TIME")


def of(reader: Reader, match: Match) -> None:
    """ "The 28th of that month"."""
    day = next(int(t.value) for t in match.tokens if t.code in "do")
    base = reader.ref or reader.anchor
    if match.tokens[-1].value == "M" and base and base.month and day <= days_in(base.year, base.month):
        reader.add(match.tokens, Point(base.year, base.month, day).value())


def ordinal(reader: Reader, match: Match) -> None:
    """ "On the 20th", of the month named last."""
    day = int(match.tokens[-1].value)
    before = reader.text[max(0, match.tokens[0].start - 20) : match.tokens[0].start].lower().split()[-1:]
    named = before and before[0] in ("on", "by", "until", "from", "of", "since")
    if named and reader.ref and reader.ref.month and day <= days_in(reader.ref.year, reader.ref.month):
        reader.add(match.tokens, Point(reader.ref.year, reader.ref.month, day).value())


def _numeric(text: str, published: date | None) -> date | None:
    """A date in figures: year first, or day first unless only the month first makes it a day, or one not ahead."""
    parts = [int(part) for part in text.split("T")[0].replace("/", "-").replace(".", "-").split("-")]
    orders = [parts] if parts[0] > 31 else [parts[::-1], [parts[2], parts[0], parts[1]]]
    days = [day for order in orders if (day := _day(*order))]
    if published and len(days) > 1 and "/" in text and days[0] > published >= days[1]:
        return days[1]
    return days[0] if days else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _clock(text: str) -> str | None:
    """`HH:MM` of a time of day, None where it is none."""
    digits = "".join(c if c.isdigit() else " " for c in text).split()
    hour, minute = int(digits[0][:2] if len(digits[0]) == 4 else digits[0]), 0
    minute = int(digits[0][2:]) if len(digits[0]) == 4 else int(digits[1]) if len(digits) > 1 else 0
    letters = "".join(c for c in text.lower() if c.isalpha())
    if letters == "pm" and hour < 12:
        hour += 12
    elif letters == "am" and hour == 12:
        hour = 0
    return f"{hour:02d}:{minute:02d}" if hour < 25 and minute < 60 else None
