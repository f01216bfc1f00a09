"""What a text's time expressions are read by: publication, the date named last, the verb over an expression."""

from __future__ import annotations

from datetime import date

from ballotwatch.coding.timex import Point, Timex, interval_of, point_of
from ballotwatch.coding.timex_rules import Match, Token
from ballotwatch.coding.tokens import Doc

NARRATIVE_YEARS = 8  # so many explicit years tell a story, or so many dates and any year
NARRATIVE_DATES = 25
NEAR_SHARE = 1 / 3  # of them within a year of publication: news after all
AHEAD = 31  # days that a date without a telling verb may lie ahead of publication
DEICTIC = ("last", "next", "this", "past", "coming", "upcoming", "forthcoming")
AHEAD_WORDS = {"will", "shall", "'ll", "would", "upcoming", "forthcoming", "schedule", "plan", "due"}


def is_narrative(matches: list[Match], published: date | None) -> bool:
    """Whether a text narrates the past: many explicit years or dates, few of the years near its publication."""
    years = [int(t.value) for m in matches for t in m.tokens if t.code == "y"]
    years += [-1 for m in matches for t in m.tokens if t.code == "X"]
    dates = sum(m.rule in ("calendar", "days", "month") for m in matches)
    if len(years) < NARRATIVE_YEARS and not (years and dates >= NARRATIVE_DATES):
        return False
    near = sum(abs(published.year - year) <= 1 for year in years) if published else 0
    return near < NEAR_SHARE * len(years)


class Reader:
    """Reads matches from left to right; ``ref`` is the date named last."""

    def __init__(self, doc: Doc, matches: list[Match], published: date | None) -> None:
        self.doc, self.text, self.matches, self.published = doc, doc.text, matches, published
        self.parsed = doc.parsed
        self.narrative = is_narrative(matches, published)
        self.following: Match | None = None
        self.ref: Point | None = None
        self.found: list[Timex] = []

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
        span = self.doc.char_span(match.tokens[0].start, match.tokens[-1].end)
        if span is None or not self.parsed:
            return None
        for token in (span.root, *span.root.ancestors):
            words = {child.lower_ for child in token.children} | {token.lower_, token.lemma_}
            if token.pos_ in ("VERB", "AUX"):
                if words & AHEAD_WORDS or "to" in words and (token.tag_ == "VB" or "be" in words):
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
        return published_year(self.published, month, day, weekday, ahead)

    def _year_behind(self, match: Match, month: int) -> int | None:
        """In "31 May to 1 June 1916" both have the year."""
        if self.following is None or self.following.rule not in ("calendar", "days"):
            return None
        between = self.text[match.tokens[-1].end : self.following.tokens[0].start].strip().lower()
        if between not in ("-", "–", "—", "to", "and", "until", "or", "through", "&"):
            return None
        fields = named_parts(self.following.tokens)
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


def named_parts(tokens: list[Token]) -> dict:
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


def published_year(published: date, month: int, day: int, weekday: int, ahead: bool | None) -> int:
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
