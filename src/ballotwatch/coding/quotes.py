"""Quotations and reported speech: what is said, in whose words, by which cue.

``direct`` rows are the words inside quotation marks, one row a quotation of at least four words that somebody said or
wrote; ``indirect`` rows are clauses and phrases attributed to a source, nested ones with a row of their own. Terms in
scare quotes and titles of works are neither.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from typing import NamedTuple

from spacy.tokens import Doc, Token

from ballotwatch.coding.attribution import Attribution, Lexicon, find_attributions, read_lexicon
from ballotwatch.coding.clauses import Span, noun_span, subject, verb_group
from ballotwatch.coding.marks import Marked, find_marks

SHORTEST = 4
SPEECH = ("say", "tell", "think", "show")
WORD = re.compile(r"\w[\w'’.-]*")


class Quote(NamedTuple):
    """text[start:end] is attributed to the words text[speaker_start:speaker_end] by a cue.

    ``kind``: ``direct`` for words inside marks (the marks left out), ``indirect`` for reported ones. Speaker and cue
    are None where the text names none. ``manner``: the class of the cue (say, tell, think, want, judge, show, phrase,
    adjective, noun, according, mark).
    """

    start: int
    end: int
    text: str
    kind: str
    speaker_start: int | None
    speaker_end: int | None
    cue: str | None
    cue_start: int | None
    cue_end: int | None
    manner: str


class Voice(NamedTuple):
    """Who says something and by which cue, as token spans."""

    source: Span | None
    cue: Span | None
    manner: str


def find_quotes(doc: Doc, vocabulary: Mapping[str, tuple[str, ...]]) -> list[Quote]:
    """Every quotation and every attributed passage of a text, by where it starts.

    ``vocabulary`` holds the attribution word lists of a codebook. Raises KeyError where one is missing.
    """
    lexicon = read_lexicon(vocabulary)
    attributions = find_attributions(doc, lexicon)
    runs = [m for m in find_marks(doc.text) if m.depth == 0]
    quotes = Quotations(doc, runs, attributions, lexicon)
    rows = quotes.direct() + quotes.indirect()
    return sorted(set(rows), key=lambda q: (q.start, -q.end, q.kind, q.cue_start or 0))


class Quotations:
    """The quotations of one text, and the attributions that name their speakers."""

    def __init__(self, doc: Doc, runs: list[Marked], attributions: list[Attribution], lexicon: Lexicon) -> None:
        self.doc, self.runs, self.attributions, self.lexicon = doc, runs, attributions, lexicon
        self.offsets = [t.idx for t in doc]
        self.starts = [r.start for r in runs]
        self.spans = [(self._token(r.start), self._token(r.end)) for r in runs]
        self.voices = self._attributed()

    def _token(self, offset: int) -> int:
        """The first token at or after an offset."""
        return bisect_left(self.offsets, offset)

    def _attributed(self) -> dict[int, Voice]:
        """The innermost attribution around each run whose cue stands outside of it."""
        best: dict[int, tuple[int, Voice]] = {}
        for found in self.attributions:
            for start, end in found.contents:
                for number in self._runs_in(start, end):
                    first, last = self.spans[number]
                    if found.cue[0] < last and first < found.cue[1]:
                        continue
                    if number not in best or end - start < best[number][0]:
                        best[number] = (end - start, Voice(found.source, found.cue, found.kind))
        return {number: voice for number, (_, voice) in best.items()}

    def _runs_in(self, start: int, end: int) -> range:
        """Runs that share tokens with a token span."""
        low = bisect_right(self.starts, self.offsets[start]) - 1
        high = bisect_left(self.starts, self.offsets[end] if end < len(self.offsets) else len(self.doc.text))
        low = low if low >= 0 and self.spans[low][1] > start else low + 1
        return range(max(low, 0), high)

    def direct(self) -> list[Quote]:
        """Quotations of at least four words that somebody said or wrote."""
        rows = []
        last: tuple[int, Voice] | None = None
        for number, run in enumerate(self.runs):
            if len(WORD.findall(self.doc.text[run.start : run.end])) < SHORTEST:
                continue
            voice = self.voices.get(number) or self._nearby(number, last)
            if voice is not None:
                rows.append(self._row(run.start, run.end, "direct", voice))
                last = (number, voice)
        return rows

    def _nearby(self, number: int, last: tuple[int, Voice] | None) -> Voice | None:
        """The voice that the words around a quotation name."""
        return self._after(number) or self._before(number) or self._continued(number, last) or self._earlier(number)

    def _after(self, number: int) -> Voice | None:
        """ "...", said X; "..." - X."""
        start = self.spans[number][1]
        limit = self.spans[number + 1][0] if number + 1 < len(self.runs) else len(self.doc)
        for token in self.doc[start : min(start + 40, limit)]:
            if "\n" in token.text or token.is_sent_start and token.i > start + 1:
                break
            if voice := self._speech(token, number):
                return voice
        return None

    def _before(self, number: int) -> Voice | None:
        """X said: "..."."""
        start = self.spans[number][0]
        limit = self.spans[number - 1][1] if number else 0
        for i in range(start - 1, max(limit, start - 40) - 1, -1):
            token = self.doc[i]
            if "\n" in token.text or token.text in ".!?":
                break
            if voice := self._speech(token, number):
                return voice
        return None

    def _speech(self, token: Token, number: int) -> Voice | None:
        kinds = self.lexicon.classes.get(token.lemma_.lower(), ()) if token.pos_ == "VERB" else ()
        if not any(kind in SPEECH for kind in kinds):
            return None
        source = subject(token)
        first, last = self.spans[number]
        if source is None or first <= source.i < last:
            return None
        return Voice(noun_span(source), verb_group(token, self.lexicon.carriers), kinds[0])

    def _continued(self, number: int, last: tuple[int, Voice] | None) -> Voice | None:
        """A quotation that goes on after its attribution, in the same paragraph."""
        if last is None or last[0] != number - 1 or not self._is_sentence(number):
            return None
        between = self.doc.text[self.runs[last[0]].end : self.runs[number].start]
        return last[1]._replace(cue=None) if "\n\n" not in between and len(between) < 200 else None

    def _is_sentence(self, number: int) -> bool:
        run = self.runs[number]
        return self.doc.text[run.start : run.end].strip()[:1].isupper()

    def _earlier(self, number: int) -> Voice | None:
        """X struck a defiant tone. "..."."""
        first = self.spans[number][0]
        if first < 3 or not self._is_sentence(number):
            return None
        before = self.doc[first - 2]
        source = subject(before.sent.root) if "\n" not in before.text else None
        if source is None or source.i >= first - 1 or not self._speaks(source):
            return None
        return Voice(noun_span(source), None, "mark")

    def _speaks(self, source: Token) -> bool:
        return (
            source.ent_type_ in ("PERSON", "ORG")
            or source.lower_ in ("he", "she", "they")
            or (source.lemma_.lower() in self.lexicon.persons)
        )

    def indirect(self) -> list[Quote]:
        """Attributed passages, except those that a direct row already holds."""
        rows = []
        for found in self.attributions:
            voice = Voice(found.source, found.cue, found.kind)
            for start, end in found.contents:
                if not self._is_quotation(start, end, found.cue):
                    a, b = self.offsets[start], self.offsets[end - 1] + len(self.doc[end - 1])
                    rows.append(self._row(a, b, "indirect", voice))
        return rows

    def _is_quotation(self, start: int, end: int, cue: Span) -> bool:
        """Whether the passage lies inside one quotation that is a row of its own."""
        for number in self._runs_in(start, end):
            first, last = self.spans[number]
            outside = cue[1] <= first or last <= cue[0]
            inside = first - 1 <= start and end <= last + 1
            if inside and outside and len(WORD.findall(self.doc.text[slice(*self.runs[number][:2])])) >= SHORTEST:
                return True
        return False

    def _row(self, start: int, end: int, kind: str, voice: Voice) -> Quote:
        text = self.doc.text
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        speaker = self._chars(voice.source)
        cue = self._chars(voice.cue)
        words = None if cue is None else text[cue[0] : cue[1]]
        return Quote(
            start, end, text[start:end], kind, *(speaker or (None, None)), words, *(cue or (None, None)), voice.manner
        )

    def _chars(self, span: Span | None) -> tuple[int, int] | None:
        if span is None:
            return None
        last = self.doc[span[1] - 1]
        return self.offsets[span[0]], last.idx + len(last)
