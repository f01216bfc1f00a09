"""Days, months, quarters and years: intervals rounded to them, and told in words.

An interval of days is known exactly where its first and last day fall into one unit: one day, one month and so on.
"""

from __future__ import annotations

from datetime import date, timedelta

# Months in each unit that dates are counted by, from fine to coarse; 0 stands for the day.
UNITS = {"day": 0, "month": 1, "quarter": 3, "year": 12}
DAY = timedelta(days=1)
MONTH_STEPS = (1, 3, 6, 12, 24, 60, 120, 600, 1200, 6000, 12000)


def first_day(day: date, unit: str) -> date:
    """The first day of the month, quarter or year (or the day itself) that a day is in."""
    months = UNITS[unit]
    return _month((day.year * 12 + day.month - 1) // months * months) if months else day


def last_day(day: date, unit: str) -> date:
    """The last day of the month, quarter or year (or the day itself) that a day is in."""
    months = UNITS[unit]
    return _month((day.year * 12 + day.month - 1) // months * months + months) - DAY if months else day


def first_of(day: str, unit: str) -> str:
    """`first_day` in SQL, of an expression."""
    return day if unit == "day" else f"CAST(date_trunc('{unit}', {day}) AS DATE)"


def last_of(day: str, unit: str) -> str:
    """`last_day` in SQL, of an expression."""
    return day if unit == "day" else f"CAST(date_trunc('{unit}', {day}) + INTERVAL 1 {unit} - INTERVAL 1 day AS DATE)"


def _month(number: int) -> date:
    # Months since the year 0; the one after the last that a date can name counts as that.
    return date(min(number // 12, date.max.year), number % 12 + 1, 1)


def known(earliest: date, latest: date, unit: str) -> bool:
    """Whether an interval lies within one day, month, quarter or year."""
    return first_day(earliest, unit) == first_day(latest, unit)


def middle(earliest: date, latest: date) -> date:
    """The day in the middle of an interval."""
    return earliest + (latest - earliest) // 2


def unit_for(earliest: date, latest: date, most: int) -> str:
    """The finest of month, quarter and year that makes at most so many columns of a period; else years."""
    months = (latest.year - earliest.year) * 12 + latest.month - earliest.month + 1
    return next((unit for unit, size in UNITS.items() if size and months / size <= most), "year")


def ticks(start: date, end: date, most: int = 6) -> dict[date, str]:
    """At most so many round days for an axis from one day to another, with labels: days, months or years in steps.

    None is so near an end that its label would be cut there.
    """
    marked = _steps(start, end, most)
    return {day: text for day, text in marked.items() if 0.06 <= (day - start) / (end - start) <= 0.94}


def _steps(start: date, end: date, most: int) -> dict[date, str]:
    for step in (1, 2, 7, 14):
        if (end - start).days / step < most:
            days = [start + step * DAY * number for number in range((end - start).days // step + 1)]
            return {day: f"{day.day} {day:%b}\n{day.year}" for day in days}
    first, last = start.year * 12 + start.month, end.year * 12 + end.month - 1
    step = next(step for step in MONTH_STEPS if (last - first) / step < most - 1)
    months = [_month(number) for number in range(-(-first // step) * step, last + 1, step)]
    return {day: str(day.year) if step >= 12 else f"{day:%b}\n{day.year}" for day in months}


def unit_in_words(day: date, unit: str) -> str:
    """The unit that a day is in: `8 March 2024`, `March 2024`, `the first quarter of 2024`, `2024`."""
    if unit == "quarter":
        return f"the {('first', 'second', 'third', 'fourth')[(day.month - 1) // 3]} quarter of {day.year}"
    return {"day": f"{day.day} {day:%B} {day.year}", "month": f"{day:%B} {day.year}", "year": str(day.year)}[unit]


def interval_in_words(earliest: date, latest: date, unit: str = "day") -> str:
    """From one unit to another in words: `15 to 17 March 2024`, `30 March to 2 April 2024`, `March 2024`."""
    start, end = unit_in_words(earliest, unit), unit_in_words(latest, unit)
    if start == end:
        return start
    if unit in ("day", "month") and earliest.year == latest.year:
        start = start.rsplit(" ", 1)[0]
        start = start.split()[0] if unit == "day" and earliest.month == latest.month else start
    return f"{start} to {end}"
