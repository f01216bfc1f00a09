"""Time expressions of a text: where they stand, and what they mean as TIMEX3 values and days.

News is read from its day of publication, which year-less dates look back from unless their verb looks ahead; a text
that narrates (many years named, few of them near publication) is read from the date that it named last. The method is
HeidelTime's (Strötgen & Gertz 2013), rules over word classes instead of words.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from spacy.tokens import Doc

from ballotwatch.coding.timex import Interval, Point, Timex, coarse, days_in, interval_of, point_of, shared, shift
from ballotwatch.coding.timex_rules import Match, Token, scan

NARRATIVE_YEARS = 8  # so many explicit years tell a story, or so many dates and any year
NARRATIVE_DATES = 25
NEAR_SHARE = 1 / 3  # of them within a year of publication: news after all
AHEAD = 31  # days that a date without a telling verb may lie ahead of publication
DEICTIC = ("last", "next", "this", "past", "coming", "upcoming", "forthcoming")
AHEAD_WORDS = {"will", "shall", "'ll", "would", "upcoming", "forthcoming", "schedule", "plan", "due"}
DAY = timedelta(days=1)


def find_dates(doc: Doc, published: Interval | None = None) -> list[Timex]:
    """Time expressions in the order of the text, none overlapping another.

    ``published``: the days on which the text can have been published. Where they make an expression mean several
    days, it gets all of them and a value masked with X.
    """
    matches = scan(doc.text)
    if published is None:
        return _Reader(doc, matches, None).read()
    first = _Reader(doc, matches, published.earliest).read()
    if published.earliest == published.latest:
        return first
    return [_either(a, b) for a, b in zip(first, _Reader(doc, matches, published.latest).read(), strict=True)]


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


def is_narrative(matches: list[Match], published: date | None) -> bool:
    """Whether a text narrates the past: many explicit years, few of them near its publication."""
    years = [int(t.value) for m in matches for t in m.tokens if t.code == "y"]
    years += [-1 for m in matches for t in m.tokens if t.code == "X"]
    dates = sum(m.rule in ("calendar", "days", "month") for m in matches)
    if len(years) < NARRATIVE_YEARS and not (years and dates >= NARRATIVE_DATES):
        return False
    near = sum(abs(published.year - year) <= 1 for year in years) if published else 0
    return near < NEAR_SHARE * len(years)


class _Reader:
    """Reads matches from left to right; ``ref`` is the date named last."""

    def __init__(self, doc: Doc, matches: list[Match], published: date | None) -> None:
        self.doc, self.text, self.matches, self.published = doc, doc.text, matches, published
        self.narrative = is_narrative(matches, published)
        self.ref: Point | None = None
        self.found: list[Timex] = []

    def read(self) -> list[Timex]:
        for i, match in enumerate(self.matches):
            following = self.matches[i + 1] if i + 1 < len(self.matches) else None
            self.following = following
            HANDLERS[match.rule](self, match)
        return self.found

    # -- what handlers use

    def add(self, tokens: list[Token], value: str, kind: str = "DATE", keep: bool = True) -> None:
        """Keep an expression; a dated one becomes the reference of those behind it unless told otherwise."""
        start, end = tokens[0].start, tokens[-1].end
        point = point_of(value) if kind in ("DATE", "TIME") else None
        days = interval_of(value) if kind in ("DATE", "TIME") else None
        earliest, latest = days or (None, None)
        self.found.append(Timex(start, end, self.text[start:end], value, kind, earliest, latest))
        if point and keep:
            self.ref = point

    @property
    def anchor(self) -> Point | None:
        """What "today" and "last year" count from."""
        if self.narrative or not self.published:
            return self.ref if self.narrative else None
        return Point.of(self.published)

    def base(self, word: str) -> Point | None:
        """What a relative word counts from: "last" from publication, "following" from the date named last."""
        return self.anchor if word.lower() in DEICTIC else self.ref or self.anchor

    def word(self, token: Token) -> str:
        return self.text[token.start : token.end].lower()

    def looks_ahead(self, match: Match) -> bool | None:
        """Whether the verb over an expression speaks of the future; None where nothing tells."""
        span = self.doc.char_span(match.tokens[0].start, match.tokens[-1].end, alignment_mode="expand")
        if span is None:
            return None
        for token in (span.root, *span.root.ancestors):
            words = {child.lower_ for child in token.children} | {token.lower_, token.lemma_}
            if token.pos_ in ("VERB", "AUX"):
                if words & AHEAD_WORDS or "to" in words and token.tag_ == "VB":
                    return True
                if token.tag_ in ("VBD", "VBN") or any(child.tag_ in ("VBD", "VBZ") for child in token.children):
                    return False
            elif words & {"upcoming", "forthcoming", "planned", "scheduled"}:
                return True
        return None

    def year_for(self, match: Match, month: int, day: int, weekday: int) -> int | None:
        """The year that a year-less date means."""
        if (year := self._year_behind(match, month)) is not None:
            return year
        if self.narrative:
            return self._narrated_year(month)
        if not self.published:
            return None
        ahead = self.looks_ahead(match)
        if not ahead and (year := self._year_of_sentence(match)) is not None:
            return year
        return _published_year(self.published, month, day, weekday, ahead)

    def _year_behind(self, match: Match, month: int) -> int | None:
        """In "31 May to 1 June 1916" both have the year."""
        if self.following is None or self.following.rule not in ("calendar", "days"):
            return None
        between = self.text[match.tokens[-1].end : self.following.tokens[0].start].strip().lower()
        if between not in ("-", "–", "—", "to", "and", "until", "or", "through", "&"):
            return None
        fields = _fields(self.following.tokens)
        year = fields.get("y")
        if year is None or "M" not in fields:
            return None
        return year - 1 if month > fields["M"] else year

    def _narrated_year(self, month: int) -> int | None:
        if not self.ref:
            return None
        return self.ref.year + (self.ref.month == 12 and month == 1)

    def _year_of_sentence(self, match: Match) -> int | None:
        """An explicit year that the same sentence named before."""
        if not self.found or not self.ref or not self.found[-1].timex[:4].isdigit():
            return None
        last = self.found[-1]
        between = self.text[last.end : match.tokens[0].start]
        if "\n\n" in between or ". " in between or str(self.ref.year) not in last.text:
            return None
        return self.ref.year

    # -- handlers, one a rule

    def numeric(self, match: Match) -> None:
        text = match.tokens[0].value
        day = _numeric(text, self.published)
        if day:
            self.add(match.tokens, day.isoformat())

    def calendar(self, match: Match) -> None:
        value = self._calendar_value(match, match.tokens)
        if value:
            self.add(match.tokens, value, "TIME" if "T" in value else "DATE")

    def _calendar_value(self, match: Match, tokens: list[Token]) -> str | None:
        fields = _fields(tokens)
        month, day = fields.get("M", 0), fields.get("D", 0)
        if "y" not in fields:
            fields["y"] = self._relative_year(tokens) or self.year_for(match, month, day, fields.get("W", 0))
        part = f"T{fields['P']}" if "P" in fields else ""
        if fields["y"] is None:
            return f"XXXX-{month:02d}" + (f"-{day:02d}" if day else "") + part
        point = Point(fields["y"], month, day)
        if (month, day) == (2, 29) and not any(t.code == "y" for t in tokens):
            point = point._replace(year=round(point.year / 4) * 4)
        return point.value() + part if point.real() else None

    def _relative_year(self, tokens: list[Token]) -> int | None:
        codes = "".join(t.code for t in tokens)
        at = next((i for i, c in enumerate(codes) if c in "egl" and codes[i + 1 : i + 2] == "U"), None)
        if at is None or tokens[at + 1].value != "Y":
            return None
        base = self.base(self.word(tokens[at]))
        return base.year + int(tokens[at].value) if base else None

    def days(self, match: Match) -> None:
        """Several days of one month: each an expression of its own, the month and year with the one beside it."""
        month = next(i for i, t in enumerate(match.tokens) if t.code in "Mm")
        numbers = [i for i, t in enumerate(match.tokens) if t.code in "do"]
        shared_tokens = [t for i, t in enumerate(match.tokens) if i not in numbers]
        first_month = month < numbers[0]
        for i in numbers:
            value = self._calendar_value(match, [*shared_tokens, match.tokens[i]])
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
            self.add(tokens, value, "TIME" if "T" in value else "DATE")

    def month(self, match: Match) -> None:
        if self._is_month(match):
            self.calendar(match)

    def _is_month(self, match: Match) -> bool:
        """ "May" and "March" are months behind a preposition, determiner or phase, or before a mark."""
        token = match.tokens[-1]
        if self.word(token) not in ("may", "march", "august", "april", "june"):
            return True
        if len(match.tokens) > 1 or match.before[-1:] in tuple("IiTc-,(EBLegl"):
            return self.word(token) != "may" or match.before[-1:] not in ("c", ",", "T", "")
        before = self.text[: token.start].split()[-1:] or [""]
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

    def season(self, match: Match) -> None:
        token = next(t for t in match.tokens if t.code == "S")
        fields = _fields(match.tokens)
        if not self._is_season(match, token, fields):
            return
        year = fields.get("y") or self._relative_year(match.tokens)
        if year is None:
            year = self._season_year(token.value)
        explicit = "y" in fields
        self.add(match.tokens, f"{Point(year).value()}-{token.value}" if year else f"XXXX-{token.value}", keep=explicit)

    def _is_season(self, match: Match, token: Token, fields: dict) -> bool:
        word = self.word(token)
        if fields.get("y") or word not in ("fall", "spring"):
            return True
        span = self.doc.char_span(token.start, token.end, alignment_mode="expand")
        if word == "fall" and span is not None and span[0].dep_ == "compound":
            return True
        noun = span is not None and span[0].pos_ in ("NOUN", "PROPN")
        return noun and (word != "fall" or match.behind[:1] != "i" and match.before[-1:] in ("I", "T", "E"))

    def _season_year(self, season: str) -> int | None:
        base = self.ref if self.narrative else self.anchor
        if not base:
            return None
        if season == "WI" and base.month >= 9:
            return base.year + 1 if self.narrative else base.year
        return base.year

    def part(self, match: Match) -> None:
        fields = _fields(match.tokens)
        half = next(t for t in match.tokens if t.code == "h").value
        number = next((t.value for t in match.tokens if t.code == "O"), "")
        year = fields.get("y") or self._relative_year(match.tokens)
        if year and number in ("1", "2", "3", "4"):
            self.add(match.tokens, f"{year}-{half}{number}")

    def decade(self, match: Match) -> None:
        digits = "".join(c for c in next(t for t in match.tokens if t.code == "s").value if c.isdigit())
        digits = digits if len(digits) == 4 else digits.rjust(4, "0") if len(digits) == 3 else f"19{digits}"
        self.add(match.tokens, ("BC" if match.tokens[-1].code == "X" else "") + digits[:3])

    def century(self, match: Match) -> None:
        unit = next(t for t in match.tokens if t.code == "U")
        number = next((int(t.value) for t in match.tokens if t.code in "oO"), 0)
        if unit.value == "CE" and number:
            self.add(match.tokens, ("BC" if match.tokens[-1].code == "X" else "") + f"{number - 1:02d}")
        elif unit.value in ("D", "Y", "M", "W", "DE") and self.ref and self.narrative and match.tokens[0].code == "T":
            return

    def years(self, match: Match) -> None:
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
            self.add(match.tokens[start : i + 1], value)
            start = i + 2

    def era(self, match: Match) -> None:
        numbers = [i for i, t in enumerate(match.tokens) if t.code in "dny"]
        if not all(match.tokens[i].value.isdigit() for i in numbers):
            return
        start = 0
        for i in numbers:
            last = i == numbers[-1]
            self.add(match.tokens[start:] if last else match.tokens[: i + 1], f"BC{int(match.tokens[i].value):04d}")
            start = i + 2

    def year(self, match: Match) -> None:
        token = match.tokens[-1]
        if token.code == "Y":
            return self._short_year(match)
        if self._is_year(match, token):
            # A year far from what is being told ("as historians wrote in 2005") doesn't move the story.
            told = self.ref is None or abs(int(token.value) - self.ref.year) <= 10
            self.add(match.tokens, token.value, keep=told)

    def _short_year(self, match: Match) -> None:
        base = self.ref or self.anchor
        if base:
            short = int(match.tokens[-1].value[-2:])
            self.add(match.tokens, f"{(base.year - short) // 100:02d}{short:02d}", keep=False)

    def _is_year(self, match: Match, token: Token) -> bool:
        text, before = self.text, match.before[-1:]
        if text[token.start - 1 : token.start] in tuple("$€£#/.") or text[token.end : token.end + 1] in tuple("%°/"):
            return False
        if before == "b" or (int(token.value) < 1700 and before not in ("I", "i", "-", "(", "T", "c")):
            return False
        span = self.doc.char_span(token.start, token.end, alignment_mode="expand")
        if span is None or before == "I":
            return span is not None
        behind = self.doc[span.end] if span.end < len(self.doc) else None
        return not (
            behind is not None and behind.tag_ in ("NNS", "NNPS") and behind.head.i >= behind.i and before != "T"
        )

    def clock(self, match: Match) -> None:
        time = _clock(match.tokens[0].value)
        base = self.ref if self.ref and self.ref.day else self.anchor
        if time:
            day = base.value() if base and base.day else "XXXX-XX-XX"
            self.add(match.tokens, f"{day}T{time}", "TIME")

    def later(self, match: Match) -> None:
        """ "Later that year", "earlier this month", "later in 1992": the year, the month or the day itself."""
        fields = _fields(match.tokens)
        last = match.tokens[-1]
        if last.code == "y":
            self.add(match.tokens, last.value)
        elif last.code == "M":
            self.calendar(match)
        elif last.code == "S":
            self.season(match)
        elif last.code == "U":
            word = next((self.word(t) for t in match.tokens if t.code == "e"), "that")
            self._unit(match, self.base(word), 0, last.value)
        del fields

    def nearby(self, match: Match) -> None:
        """ "The next day", "last March", "this spring", "that night"."""
        at = next(
            i
            for i, t in enumerate(match.tokens)
            if t.code in "gl" or t.code == "e" and match.tokens[i + 1].code not in "egl"
        )
        word, amount = self.word(match.tokens[at]), int(match.tokens[at].value)
        target = match.tokens[at + 1]
        base = self.base(word)
        if target.code == "U" and word == "past":
            self.add(match.tokens, _duration("1", target.value), "DURATION")
        elif target.code == "U":
            self._unit(match, base, amount, target.value)
        elif target.code == "M":
            self._named(match, base, amount, int(target.value))
        elif target.code == "S":
            self._near_season(match, base, amount, target.value)
        elif target.code == "W":
            self._near_weekday(match, base, amount, int(target.value), word)
        else:
            self._day_part(match, base, amount, target.value)

    def _unit(self, match: Match, base: Point | None, amount: int, unit: str) -> None:
        if unit == "TH" or unit == "TM":
            return
        if base is None:
            mask = {"D": "XXXX-XX-XX", "W": "XXXX-WXX", "M": "XXXX-XX", "Y": "XXXX", "WE": "XXXX-WXX-WE"}.get(unit)
            if mask:
                self.add(match.tokens, mask)
            return
        self.add(match.tokens, _moved(base, amount, unit))

    def _named(self, match: Match, base: Point | None, amount: int, month: int) -> None:
        if base is None:
            return self.add(match.tokens, f"XXXX-{month:02d}")
        year = base.year
        if amount > 0 and month <= base.month:
            year += 1
        if amount < 0 and (month >= base.month or not base.month):
            year -= 1
        return self.add(match.tokens, Point(year, month).value())

    def _near_season(self, match: Match, base: Point | None, amount: int, season: str) -> None:
        if base is None:
            return self.add(match.tokens, f"XXXX-{season}")
        start, end = {"SP": (3, 5), "SU": (6, 8), "FA": (9, 11), "WI": (1, 2)}[season]
        year = base.year + (
            amount
            if not base.month
            else (base.month >= start)
            if amount > 0
            else -(base.month <= end)
            if amount < 0
            else 0
        )
        return self.add(match.tokens, f"{Point(year).value()}-{season}", keep=False)

    def _near_weekday(self, match: Match, base: Point | None, amount: int, weekday: int, word: str) -> None:
        if base is None or not base.day or base.year <= 0:
            return self.add(match.tokens, f"XXXX-WXX-{weekday}")
        day = date(*base)
        ahead = (weekday - day.isoweekday()) % 7
        if amount < 0:
            day += timedelta(days=ahead - 7)
        elif amount > 0:
            day += timedelta(days=ahead or 7)
        else:
            day += timedelta(days=ahead - 7 if self.looks_ahead(match) is False and ahead else ahead)
        return self.add(match.tokens, day.isoformat())

    def _day_part(self, match: Match, base: Point | None, amount: int, part: str) -> None:
        moved = shift(base, amount, "D") if base else None
        head = moved.value() if moved and moved.day else "XXXX-XX-XX"
        self.add(match.tokens, f"{head}T{part}", "TIME")

    def deictic(self, match: Match) -> None:
        token = next(t for t in match.tokens if t.code == "K")
        part = next((f"T{t.value}" for t in match.tokens if t.code == "P"), "")
        if token.value == "TNI":
            token, part = token._replace(value="0"), "TNI"
        if self.narrative:
            return self.add(match.tokens, "PRESENT_REF" if self.word(token) == "today" else "XXXX-XX-XX" + part)
        if not self.published:
            return self.add(match.tokens, "XXXX-XX-XX" + part, "TIME" if part else "DATE")
        day = self.published + int(token.value) * DAY
        return self.add(match.tokens, day.isoformat() + part, "TIME" if part else "DATE")

    def weekday(self, match: Match) -> None:
        token = next(t for t in match.tokens if t.code == "W")
        part = next((f"T{t.value}" for t in match.tokens if t.code == "P"), "")
        base = self.ref if self.narrative else self.anchor
        kind = "TIME" if part else "DATE"
        if base is None or not base.day or base.year <= 0:
            return self.add(match.tokens, f"XXXX-WXX-{token.value}{part}", kind)
        day = date(*base)
        back = (day.isoweekday() - int(token.value)) % 7
        ahead = self.looks_ahead(match)
        day = day + timedelta(days=7 - back) if ahead and back else day - timedelta(days=back)
        return self.add(match.tokens, day.isoformat() + part, kind)

    def around(self, match: Match) -> None:
        """ "The day after", "the year before", "the day following"."""
        unit = match.tokens[1].value
        self._unit(match, self.ref or self.anchor, int(match.tokens[2].value), unit)

    def of(self, match: Match) -> None:
        """ "The 28th of that month"."""
        day = next(int(t.value) for t in match.tokens if t.code in "do")
        base = self.ref or self.anchor
        if match.tokens[-1].value == "M" and base and base.month and day <= days_in(base.year, base.month):
            self.add(match.tokens, Point(base.year, base.month, day).value())

    def ordinal(self, match: Match) -> None:
        """ "On the 20th", of the month named last."""
        day = int(match.tokens[-1].value)
        words = self.text[: match.tokens[0].start].split()[-1:]
        if words and words[0].lower() in ("on", "by", "until", "from", "of", "since") and self.ref and self.ref.month:
            if day <= days_in(self.ref.year, self.ref.month):
                self.add(match.tokens, Point(self.ref.year, self.ref.month, day).value())

    def phase(self, match: Match) -> None:
        """ "The end of the year", "the beginning of the month", "early in the summer"."""
        last = match.tokens[-1]
        if last.code == "S":
            return self.season(match)
        if last.value in ("W", "M", "Y", "DE", "CE"):
            return self._unit(match, self.ref if self.narrative else self.anchor or self.ref, 0, last.value)
        return None

    def shift(self, match: Match) -> None:
        """ "Two days later", "a year earlier", "three weeks ago"."""
        unit, word = match.tokens[-2].value, match.tokens[-1]
        amount = _amount(match.tokens[:-2])
        base = self.anchor if word.code == "G" else self.ref or self.anchor
        if amount is None or unit in ("TH", "TM"):
            return self.add(match.tokens, "PAST_REF" if int(word.value) < 0 else "FUTURE_REF")
        return self._unit(match, base, int(amount) * int(word.value), unit)

    def vague(self, match: Match) -> None:
        self.add(match.tokens, "PAST_REF" if int(match.tokens[-1].value) < 0 else "FUTURE_REF")

    def span(self, match: Match) -> None:
        """ "The next two weeks", "the last three years", "the following days"."""
        tokens = match.tokens[:-1] if match.tokens[-1].code == "i" else match.tokens
        if tokens is not match.tokens:
            return self.add(tokens, _duration("1", tokens[-1].value), "DURATION")
        amount = _amount(match.tokens)
        return self.add(match.tokens, _duration("X" if amount is None else amount, match.tokens[-1].value), "DURATION")

    def set(self, match: Match) -> None:
        last = match.tokens[-1]
        number = next((t.value for t in match.tokens if t.code in "dwO"), "1")
        if last.code == "W":
            value = f"XXXX-WXX-{last.value}"
        elif last.code == "P":
            value = f"XXXX-XX-XXT{last.value}"
        else:
            value = _duration(number, last.value)
        self.add(match.tokens, value, "SET")

    def often(self, match: Match) -> None:
        self.add(match.tokens, match.tokens[0].value, "SET")

    def two(self, match: Match) -> None:
        """ "Twelve to eighteen months": two durations."""
        tokens = [t for t in match.tokens if t.code in "dnwU V"]
        unit = match.tokens[-1].value
        self.add(tokens[:1], _duration(tokens[0].value, unit), "DURATION")
        self.add(tokens[1:], _duration(tokens[1].value, unit), "DURATION")

    def duration(self, match: Match) -> None:
        amount = _amount(match.tokens)
        unit = next(t for t in match.tokens if t.code in "UV")
        if unit.code == "U" and match.tokens[0] is unit:
            amount = "1"
        self.add(match.tokens, _duration("X" if amount is None else amount, unit.value), "DURATION")

    def bare(self, match: Match) -> None:
        token = match.tokens[-1]
        if len(match.tokens) > 1 and self.ref and self.ref.day and self.narrative:
            return self.add(match.tokens, f"{self.ref.value()}T{token.value}", "TIME")
        if self.text[token.start].isupper() and match.before[-1:] not in ("", ".", "Z"):
            return None
        return self.add(match.tokens, f"XXXX-XX-XXT{token.value}", "TIME")

    def reference(self, match: Match) -> None:
        token = match.tokens[-1]
        if token.code == "l":
            if self.word(token) == "past" and match.before[-1:] in ("I", "i"):
                self.add(match.tokens, "PAST_REF")
            return
        span = self.doc.char_span(token.start, token.end, alignment_mode="expand")
        if self.word(token) in ("present", "former", "current") and (span is None or span[0].dep_ != "amod"):
            return
        self.add([token], token.value)


def _fields(tokens: list[Token]) -> dict:
    """Year, month, day, weekday and part of day that tokens name, by the letters y M D W P."""
    fields: dict = {}
    for token in tokens:
        if token.code in "Mm":
            fields["M"] = int(token.value)
        elif token.code == "y":
            fields["y"] = int(token.value)
        elif token.code in "doO" and "D" not in fields:
            fields["D"] = int(token.value)
        elif token.code in "Wv":
            fields["W"] = int(token.value)
        elif token.code == "P":
            fields["P"] = token.value
        elif token.code == "H":
            fields["M"], fields["D"] = (int(part) for part in token.value.split("-"))
    if tokens and any(t.code == "X" for t in tokens):
        year = next((int(t.value) for t in reversed(tokens) if t.code in "dny" and t.value.isdigit()), None)
        fields["y"] = -year if year else None
    return fields


def _published_year(published: date, month: int, day: int, weekday: int, ahead: bool | None) -> int:
    """The year of a year-less date in news: the last one not after publication, the next one where it looks ahead."""
    if weekday and day:
        years = [y for y in range(published.year - 5, published.year + 2) if _weekday(y, month, day) == weekday]
        if years:
            return min(years, key=lambda y: abs(y - published.year))
    here = (published.month, published.day if day else 0)
    if ahead:
        return published.year + ((month, day) < here)
    if (month, day) <= here:
        return published.year
    near = Point(published.year, month, day)
    if ahead is None and near.real() and (date(near.year, month, day or 1) - published).days <= AHEAD:
        return published.year
    return published.year - 1


def _weekday(year: int, month: int, day: int) -> int:
    return date(year, month, day).isoweekday() if Point(year, month, day).real() else 0


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


def _amount(tokens: list[Token]) -> str | None:
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


def _duration(amount: str, unit: str) -> str:
    """`P3D`, `PT2H`, `PXM`; a fortnight is two weeks."""
    if unit == "2W":
        return f"P{int(float(amount)) * 2 if amount != 'X' else 'X'}W"
    return f"P{'T' if unit[0] == 'T' else ''}{amount}{unit[-1] if unit[0] == 'T' else unit}"


def _moved(base: Point, amount: int, unit: str) -> str:
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


HANDLERS: dict[str, Callable[[_Reader, Match], None]] = {
    name: getattr(_Reader, name)
    for name in (
        "numeric days calendar season part decade century years era year clock later nearby deictic weekday around of ordinal phase"
        " shift vague span set often two duration month bare reference"
    ).split()
}
