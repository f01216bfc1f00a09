"""Quotations and reported speech: what is said, in whose words, by which cue.

``direct`` rows are the words inside quotation marks, one row a quotation of at least four words that somebody said or
wrote; ``indirect`` rows are clauses and phrases attributed to a source, nested ones with a row of their own. Terms in
scare quotes and titles of works are neither.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from typing import NamedTuple

from ballotwatch.coding.attribution import Attribution, base, find_attributions, read_lexicon
from ballotwatch.coding.clauses import MARKS, Span
from ballotwatch.coding.lines import find_line_attributions
from ballotwatch.coding.marks import find_marks
from ballotwatch.coding.speakers import Speakers, Voice
from ballotwatch.coding.tokens import Doc

SHORTEST = 4
WORD = re.compile(r"\w[\w'’.-]*")
# Classes of cues that report speech or judgement: the only ones worth a row inside somebody else's words.
REPORTS = ("say", "tell", "judge", "think", "according", "phrase", "mark")
SELF = ("i", "we", "you")
# A term between one of these and the end of its phrase is one that the writer takes up, not what somebody says.
TAKEN_UP = ("the", "this", "that", "these", "those", "such", "its", "their", "his", "her")

NAMING = ("titled", "entitled", "named", "headlined", "dubbed", "nicknamed")


class Quote(NamedTuple):
    """text[start:end] is attributed to the words text[speaker_start:speaker_end] by a cue.

    ``kind``: ``direct`` for words inside marks (the marks left out), ``indirect`` for reported ones. Speaker and cue
    are None where the text names none. ``manner``: the class of the cue (say, tell, think, want, judge, show, phrase,
    adjective, noun, according; mark for a colon, a dash or nothing but the sentence before).
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


def find_quotes(doc: Doc, vocabulary: Mapping[str, tuple[str, ...]]) -> list[Quote]:
    """Every quotation and every attributed passage of a text, by where it starts.

    ``vocabulary`` holds the attribution word lists of a codebook. Raises KeyError where one is missing.
    """
    text, lexicon = doc.text, read_lexicon(vocabulary)
    found = find_attributions(doc, lexicon) + find_line_attributions(doc, lexicon)
    runs = [m for m in find_marks(text) if m.depth == 0]
    quotations = Quotations(Speakers(doc, text, runs, found, lexicon))
    rows = quotations.direct()
    rows += quotations.indirect(found)
    return sorted(set(rows), key=lambda q: (q.start, -q.end, q.kind, q.cue_start or 0))


class Quotations:
    """The rows of one text."""

    def __init__(self, speakers: Speakers) -> None:
        self.doc, self.text, self.speakers = speakers.doc, speakers.text, speakers
        self.taken: set[int] = set()

    def direct(self) -> list[Quote]:
        """Quotations of at least four words; shorter ones that are said in full become indirect rows."""
        rows = []
        last: tuple[int, Voice] | None = None
        for number, run in enumerate(self.speakers.runs):
            long = len(WORD.findall(self.text[run.start : run.end])) >= SHORTEST
            voice = self.speakers.introduced(number)
            if long and voice is None:
                voice = self.speakers.around.get(number) or self.speakers.further(number, last)
            if voice is None or not self._is_said(number, voice):
                continue
            rows.append(self._row(run.start, run.end, "direct" if long else "indirect", voice))
            self.taken.add(number)
            last = (number, voice)
        return rows

    def _is_said(self, number: int, voice: Voice) -> bool:
        """Whether marks hold words that somebody says, rather than a title or a term."""
        start, end = self.speakers.spans[number]
        words = [t for t in self.doc[start:end] if t.is_alpha]
        before = next((t for t in (self.doc[start - 1], self.doc[start - 2]) if t.text not in MARKS), None)
        if start > 1 and before is not None and before.lower_ in NAMING:
            return False
        if voice.manner not in ("say", "mark") and voice.cue and self._takes_clauses(voice.cue):
            return any(t.pos_ in ("VERB", "AUX") for t in words)
        if before is not None and start > 1 and before.lower_ in TAKEN_UP:
            return any(t.pos_ in ("VERB", "AUX") and t.dep_ not in ("amod", "compound") for t in words)
        named = [t for t in words if len(t) > 3]
        return len(named) < 2 or not all(t.text[0].isupper() for t in named) or voice.manner in ("say", "mark")

    def _takes_clauses(self, cue: Span) -> bool:
        """Whether the object of a cue is a thing: "held", "found"."""
        lexicon = self.speakers.lexicon
        return any(base(t, lexicon) in lexicon.clause_only for t in self.doc[cue[0] : cue[1]])

    def indirect(self, attributions: list[Attribution]) -> list[Quote]:
        """Attributed passages, except those that a quotation already holds and those that add nothing."""
        outer = _Nesting(attributions)
        rows = []
        for found in attributions:
            quoted = self._quotation_of(found.cue)
            if (quoted is not None or outer.holds(found.cue)) and not self._reports(found, quoted is not None):
                continue
            voice = Voice(found.source, found.cue, found.kind)
            for span in found.contents if quoted is None else self._clip(found.contents, quoted):
                if not self._is_quotation(span, found.cue):
                    rows.append(self._row(*self._chars(span), "indirect", voice))
        return rows

    def _quotation_of(self, cue: Span) -> int | None:
        """The quotation with a row of its own that a cue stands in."""
        number = self.speakers.holder(cue[0])
        return number if number in self.taken else None

    def _reports(self, found: Attribution, quoted: bool) -> bool:
        """Inside somebody's words, only what tells as a fact that others spoke or judged is told apart."""
        if found.kind not in REPORTS or found.source is None:
            return False
        cue = self.doc[found.cue[0] : found.cue[1]]
        unreal = any(t.tag_ in ("MD", "VB") or t.dep_ in ("xcomp", "pcomp") and t.head.lower_ != "as" for t in cue)
        unreal = unreal and not any(t.dep_ == "neg" for t in cue)
        source = self.doc[found.source[0] : found.source[1]].text.lower()
        return not unreal and not (quoted and source in SELF)

    def _clip(self, spans: tuple[Span, ...], number: int) -> list[Span]:
        """Spans cut to the quotation that their cue stands in."""
        first, last = self.speakers.spans[number]
        cut = [(max(start, first), min(end, last)) for start, end in spans]
        return [span for span in cut if span[0] < span[1]]

    def _is_quotation(self, span: Span, cue: Span) -> bool:
        """Whether the passage lies inside one quotation that has a row."""
        for number in self.speakers.runs_in(*span):
            first, last = self.speakers.spans[number]
            inside = first - 1 <= span[0] and span[1] <= last + 1
            if number in self.taken and inside and (cue[1] <= first or last <= cue[0]):
                return True
        return False

    def _row(self, start: int, end: int, kind: str, voice: Voice) -> Quote:
        while start < end and self.text[start].isspace():
            start += 1
        while start < end and self.text[end - 1].isspace():
            end -= 1
        speaker = (None, None) if voice.source is None else self._chars(voice.source)
        cue = (None, None) if voice.cue is None else self._chars(voice.cue)
        words = None if cue[0] is None else self.text[cue[0] : cue[1]]
        return Quote(start, end, self.text[start:end], kind, *speaker, words, *cue, voice.manner)

    def _chars(self, span: Span) -> Span:
        last = self.doc[span[1] - 1]
        return self.doc[span[0]].idx, last.idx + len(last)


class _Nesting:
    """Looks up whether a cue stands inside the content of another attribution."""

    def __init__(self, attributions: list[Attribution]) -> None:
        spans = sorted(span for found in attributions for span in found.contents)
        self.starts = [start for start, _ in spans]
        self.reach: list[int] = []
        for _, end in spans:
            self.reach.append(max(end, self.reach[-1] if self.reach else 0))

    def holds(self, cue: Span) -> bool:
        """Contents that begin before the cue and reach beyond it."""
        i = bisect_right(self.starts, cue[0]) - 1
        return i >= 0 and self.reach[i] >= cue[1]
