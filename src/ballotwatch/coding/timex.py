"""TIMEX3 values and the days they can mean.

A value is the string that ISO 24617-1 (TimeML) writes: `2014-03-16`, `2014-03`, `2014`, `201` (a decade), `20` (a
century), `2014-SP` (a season), `2014-Q1`, `2014-H2`, `2014-W11`, `2014-03-16TMO`, `P3D`, `PAST_REF`; an `X` stands for
an unknown digit, a leading `BC` for years before Christ, as in the TIMEX2 guidelines (Ferro et al. 2005).
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import NamedTuple

SEASON_MONTHS = {"SP": (3, 5), "SU": (6, 8), "FA": (9, 11)}
STEM = re.compile(r"(BC)?(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T.*)?$")


class Interval(NamedTuple):
    """The days from earliest to latest, both included."""

    earliest: date
    latest: date


class Timex(NamedTuple):
    """A time expression text[start:end], its TIMEX3 value and type, and the days it can mean (None where none)."""

    start: int
    end: int
    text: str
    timex: str
    type: str
    earliest: date | None
    latest: date | None


class Point(NamedTuple):
    """A moment known to the year, the month or the day (0: unknown). Years before Christ are negative."""

    year: int
    month: int = 0
    day: int = 0

    @classmethod
    def of(cls, day: date) -> Point:
        """The point that is a day."""
        return cls(day.year, day.month, day.day)

    def value(self) -> str:
        """Its TIMEX3 value."""
        head = f"BC{-self.year:04d}" if self.year < 0 else f"{self.year:04d}"
        return head + (f"-{self.month:02d}" if self.month else "") + (f"-{self.day:02d}" if self.day else "")

    def real(self) -> bool:
        """Whether the calendar has such a day."""
        return not self.day or 1 <= self.day <= days_in(self.year, self.month)


def point_of(value: str) -> Point | None:
    """The point that a value starts with, None for masked values, durations and references."""
    if value[:1].isdigit() and re.match(r"\d{4}-(?:W|Q|H|SP|SU|FA|WI|X)", value):
        return _rough(value)
    match = STEM.match(value)
    if not match:
        return None
    year = int(match[2]) * (-1 if match[1] else 1)
    return Point(year, int(match[3] or 0), int(match[4] or 0))


def _rough(value: str) -> Point:
    year, part = int(value[:4]), value[5:]
    if part[0] == "W" and part[1:3].isdigit():
        monday = date.fromisocalendar(year, max(1, min(52, int(part[1:3]))), 1)
        return Point(monday.year, monday.month)
    return Point(year, SEASON_MONTHS[part[:2]][0] + 1 if part[:2] in SEASON_MONTHS else 0)


def days_in(year: int, month: int) -> int:
    """Days of a month; 29 for February in a year that isn't in the calendar."""
    return calendar.monthrange(year if 0 < year < 9999 else 2000, month)[1]


def shift(point: Point, amount: int, unit: str) -> Point:
    """The point some units later (earlier where negative), as fine as both the point and the unit allow.

    Units: D W M Y DE CE. A point that is coarser than the unit is returned with what both share: a year, or nothing
    finer. Raises OverflowError where the calendar ends.
    """
    if unit in ("D", "W", "2W"):
        if point.year <= 0 or not point.day:
            return point
        days = amount * {"D": 1, "W": 7, "2W": 14}[unit]
        return Point.of(date(*point) + timedelta(days=days))
    if unit == "M" and point.month:
        months = point.year * 12 + point.month - 1 + amount
        return Point(months // 12, months % 12 + 1)
    return Point(point.year + amount * {"M": 0, "Y": 1, "DE": 10, "CE": 100}[unit])


def coarse(point: Point, unit: str) -> str:
    """A point's value at the granularity of a unit: `2014-W11`, `2014-03`, `2014`, `201`, `20`."""
    if unit in ("W", "2W") and point.day and point.year > 0:
        year, week, _ = date(*point).isocalendar()
        return f"{year:04d}-W{week:02d}"
    if unit == "M":
        return Point(point.year, point.month).value()
    head = Point(point.year).value()
    return {"Y": head, "DE": head[:-1], "CE": head[:-2]}.get(unit, point.value())


def interval_of(value: str) -> Interval | None:
    """The days that a value can mean; None for durations, references, masked values and years before Christ."""
    try:
        return _interval(value)
    except ValueError:
        return None


def _interval(value: str) -> Interval | None:
    value = re.sub(r"T.*", "", value) if value[:1].isdigit() else value
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        day = date.fromisoformat(value)
        return Interval(day, day)
    if re.fullmatch(r"\d{4}-\d\d(-XX)?", value):
        return _months(int(value[:4]), int(value[5:7]), int(value[5:7]))
    if re.fullmatch(r"\d{2,4}(-XX){0,2}", value):
        head = value.split("-")[0]
        span = 10 ** (4 - len(head))
        first = int(head) * span
        return Interval(date(max(1, first), 1, 1), date(first + span - 1, 12, 31))
    return _part_of_year(value)


def _part_of_year(value: str) -> Interval | None:
    match = re.fullmatch(r"(\d{4})-(?:(W)(\d\d)(?:-(\d)|-(WE))?|Q(\d)|H(\d)|(SP|SU|FA|WI))", value)
    if not match:
        return None
    year = int(match[1])
    if match[2]:
        first = date.fromisocalendar(year, int(match[3]), int(match[4] or (6 if match[5] else 1)))
        return Interval(first, first + timedelta(days=0 if match[4] else 1 if match[5] else 6))
    if match[6] or match[7]:
        size, number = (3, int(match[6])) if match[6] else (6, int(match[7]))
        return _months(year, size * (number - 1) + 1, size * number)
    if match[8] == "WI":
        # "The winter of 2022" may begin or end in that year.
        return Interval(date(year - 1, 12, 1), date(year + 1, 2, days_in(year + 1, 2)))
    return _months(year, *SEASON_MONTHS[match[8]])


def _months(year: int, first: int, last: int) -> Interval:
    return Interval(date(year, first, 1), date(year, last, days_in(year, last)))


def shared(first: str, second: str) -> str:
    """What two values agree on, the rest masked: 2022-09-27 and 2022-09-28 share 2022-09-XX."""
    if first == second:
        return first
    if len(first) != len(second):
        return "XXXX-XX-XX"
    a, b = first.split("-"), second.split("-")
    kept = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), 0)
    return "-".join([*a[:kept], *("X" * len(part) for part in a[kept:])])


def duration_value(amount: str, unit: str) -> str:
    """`P3D`, `PT2H`, `PXM`; a fortnight is two weeks."""
    if unit == "2W":
        return f"P{int(float(amount)) * 2 if amount != 'X' else 'X'}W"
    return f"P{'T' if unit[0] == 'T' else ''}{amount}{unit[-1] if unit[0] == 'T' else unit}"


def moved(base: Point, amount: int, unit: str) -> str:
    """The value of the unit that lies some units from a point, with X where the point is too coarse."""
    if unit == "WE":
        value = coarse(shift(base, amount, "W"), "W")
        return f"{value}-WE" if "W" in value else "XXXX-WXX-WE"
    if unit == "D" and not base.day:
        return f"{Point(base.year).value()}-XX-XX"
    if unit in ("W", "2W") and not base.day:
        return f"{Point(base.year).value()}-WXX"
    if unit == "M" and not base.month:
        return f"{Point(base.year).value()}-XX"
    return coarse(shift(base, amount, unit), unit)
