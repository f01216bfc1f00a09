"""Who speaks a quotation: the attribution around it, or what stands before and behind its marks."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from ballotwatch.coding.attribution import Attribution, Lexicon, base
from ballotwatch.coding.clauses import DASHES, MARKS, NOUNS, Span, noun_span, subject, trim, verb_group
from ballotwatch.coding.lines import LONGEST_NAME, is_speech, names_source
from ballotwatch.coding.marks import Marked
from ballotwatch.coding.tokens import Doc, Token

# Words between a quotation and its cue; further off they belong to something else.
FARTHEST = 40
ENDS = ".!?"
PRONOUNS = ("he", "she", "they", "it")


class Voice(NamedTuple):
    """Who says something and by which cue, as token spans; ``manner`` is the class of the cue."""

    source: Span | None
    cue: Span | None
    manner: str


class Speakers:
    """The quotations of one text: their token spans, and who speaks each."""

    def __init__(self, doc: Doc, text: str, runs: Sequence[Marked], found: Sequence[Attribution], lexicon: Lexicon):
        self.doc, self.text, self.runs, self.lexicon = doc, text, runs, lexicon
        self.offsets = [t.idx for t in doc]
        self.starts = [r.start for r in runs]
        self.spans = [(bisect_left(self.offsets, r.start), bisect_left(self.offsets, r.end)) for r in runs]
        self.around = self._attributed(found)

    def runs_in(self, start: int, end: int) -> range:
        """Numbers of the quotations that share tokens with a token span."""
        low = bisect_right(self.starts, self.offsets[start]) - 1
        high = bisect_left(self.starts, self.offsets[end] if end < len(self.offsets) else len(self.text))
        low = low if low >= 0 and self.spans[low][1] > start else low + 1
        return range(max(low, 0), high)

    def holder(self, token: int) -> int | None:
        """The number of the quotation that holds a token."""
        number = next(iter(self.runs_in(token, token + 1)), None)
        return number if number is not None and self.spans[number][0] <= token < self.spans[number][1] else None

    def _attributed(self, attributions: Sequence[Attribution]) -> dict[int, Voice]:
        """The innermost attribution around each quotation whose cue and source stand outside of it."""
        best: dict[int, tuple[int, Voice]] = {}
        for found in attributions:
            for start, end in found.contents:
                for number in self.runs_in(start, end):
                    if self._touches(number, found.cue) or (found.source and self._touches(number, found.source)):
                        continue
                    if number not in best or end - start < best[number][0]:
                        best[number] = (end - start, Voice(found.source, found.cue, found.kind))
        return {number: voice for number, (_, voice) in best.items()}

    def _touches(self, number: int, span: Span) -> bool:
        first, last = self.spans[number]
        return span[0] < last and first < span[1]

    def introduced(self, number: int) -> Voice | None:
        """The voice that stands right before or behind the marks: "X said: ...", "...," said X, "..." - X."""
        return self._dash(number) or self._behind(number) or self._before(number)

    def further(self, number: int, last: tuple[int, Voice] | None) -> Voice | None:
        """The voice of the sentence or paragraph around: of what goes on, or of the sentence before."""
        voice = self._sentence(number) or self._paragraph_above(number)
        return voice or self._continued(number, last) or self._earlier(number)

    # Right beside the marks

    def _after_marks(self, number: int) -> int:
        """The first token behind the closing mark."""
        i = self.spans[number][1]
        while i < len(self.doc) and (self.doc[i].text in MARKS or self.doc[i].text in ("''", ",")):
            i += 1
        return i

    def _gap_after(self, number: int) -> Span:
        """Tokens behind a quotation, to the end of its sentence or line, or to the next quotation."""
        start = end = self._after_marks(number)
        limit = min(len(self.doc), start + FARTHEST)
        while end < limit and "\n" not in self.doc[end].text and self.doc[end].text not in ENDS:
            if self.doc[end].text in MARKS and self._opens_words(end):
                break
            end += 1
        return start, end

    def _opens_words(self, token: int) -> bool:
        """Whether a mark opens more than a nickname or a term."""
        number = self.holder(token + 1) if token + 1 < len(self.doc) else None
        return number is not None and self.spans[number][1] - self.spans[number][0] > 3

    def _gap_before(self, number: int) -> Span:
        """Tokens before a quotation, from the beginning of its sentence or line, or from the last quotation."""
        end = start = self.spans[number][0]
        while start > max(0, end - FARTHEST):
            before = self.doc[start - 1]
            if (
                "\n" in before.text
                or before.text in ENDS
                or (before.text in MARKS and start < end - 1 and before.i > 0)
            ):
                break
            start -= 1
        return trim(self.doc, start, end - 1) if start < end - 1 else (end, end)

    def _dash(self, number: int) -> Voice | None:
        """ "..." - Name, to the end of the line."""
        start, end = self._gap_after(number)
        if start >= end or self.doc[start].text not in DASHES:
            return None
        name = trim(self.doc, start + 1, end)
        words = self.doc[name[0] : name[1]]
        is_name = (
            0 < len(words) <= LONGEST_NAME
            and words[0].text[:1].isupper()
            and not any(t.tag_ in ("VBD", "VBZ", "VBP", "MD") for t in words)
        )
        return Voice(name, (start, start + 1), "mark") if is_name else None

    def _behind(self, number: int) -> Voice | None:
        """ "...," said X; "...?" X asked."""
        run = self.runs[number]
        last, following = self.text[run.end - 1 : run.end], self.text[run.end + 1 : run.end + 2]
        if last not in ",?!—–…-" and following != ",":
            return None
        gap = self._gap_after(number)
        verb = next((t for t in self.doc[gap[0] : gap[1]] if self._is_cue(t)), None)
        return self._voice(verb, gap, number) if verb is not None else None

    def _is_cue(self, token: Token) -> bool:
        return is_speech(token, self.lexicon) and token.dep_ not in ("relcl", "acl", "amod")

    def _before(self, number: int) -> Voice | None:
        """X said: "..."; X told reporters, "..."; Name: "..."."""
        first = self.spans[number][0]
        start, end = self._gap_before(number)
        if start >= end:
            return None
        mark = next((t.text for t in (self.doc[first - 1], self.doc[first - 2]) if t.text not in MARKS), "")
        verb = next((t for t in reversed(self.doc[start:end]) if t.pos_ == "VERB"), None)
        if verb is not None and is_speech(verb, self.lexicon) and (mark in (":", ",") or verb.i == end - 1):
            return self._voice(verb, (start, end), number)
        if verb is not None and verb.i == end - 1 and base(verb, self.lexicon) in self.lexicon.classes:
            return self._voice(verb, (start, end), number)
        if mark == ":" and names_source(self.doc, (start, end), self.lexicon):
            return Voice((start, end), (end, end + 1), "mark")
        return self._blunt(start, end) if mark == ":" else None

    def _blunt(self, start: int, end: int) -> Voice | None:
        """ "The mayor was blunt: "..."": the subject of the clause before a colon, where it can speak."""
        verb = next((t for t in reversed(self.doc[start:end]) if t.pos_ in ("VERB", "AUX")), None)
        source = subject(verb) if verb is not None else None
        if source is None or not start <= source.i < end or not self._speaks(source):
            return None
        return Voice(noun_span(source), (end, end + 1), "mark")

    def _voice(self, verb: Token, gap: Span, number: int) -> Voice | None:
        """The voice of a verb of speech in a gap: its subject, or the noun phrase that stands where one would."""
        source = subject(verb)
        kind = self.lexicon.classes[base(verb, self.lexicon)][0]
        cue = verb_group(verb, self.lexicon.carriers)
        cue = (max(cue[0], gap[0]), cue[1])
        if source is not None and self.holder(source.i) is None and self._is_near(source, gap):
            span = noun_span(source)
            inside = [i for i in (cue[0], self.spans[number][0] - 1) if span[0] < i < span[1]]
            return Voice(trim(self.doc, span[0], min(inside, default=span[1])), cue, kind)
        span = self._noun_after(cue[1], gap[1]) or self._noun_before(gap[0], cue[0])
        return Voice(span, cue, kind) if span else None

    def _is_near(self, source: Token, gap: Span) -> bool:
        """Whether a subject stands in the gap or before it on the same line."""
        return gap[0] <= source.i < gap[1] or (source.i < gap[0] and gap[0] - source.i < FARTHEST)

    def _noun_after(self, start: int, end: int) -> Span | None:
        """The noun phrase that begins right behind an inverted verb."""
        if start >= end or self.doc[start].pos_ not in (*NOUNS, "DET", "ADJ"):
            return None
        head = next((t for t in self.doc[start:end] if t.pos_ in NOUNS), None)
        while head is not None and head.head.pos_ in NOUNS and start <= head.head.i < end and head.head != head:
            head = head.head
        return None if head is None else (start, max(head.i + 1, min(noun_span(head)[1], end)))

    def _noun_before(self, start: int, end: int) -> Span | None:
        start, end = trim(self.doc, start, end)
        return (start, end) if any(t.pos_ in NOUNS for t in self.doc[start:end]) else None

    # Further off

    def _sentence(self, number: int) -> Voice | None:
        """The last verb of speech before the marks in the same sentence."""
        gap = self._gap_before(number)
        verb = next((t for t in reversed(self.doc[gap[0] : gap[1]]) if self._is_cue(t)), None)
        return self._voice(verb, gap, number) if verb is not None else None

    def _paragraph_above(self, number: int) -> Voice | None:
        """ "X said:" at the end of the paragraph before."""
        i = self.spans[number][0] - 1
        while i >= 0 and (self.doc[i].is_space or self.doc[i].text in MARKS):
            i -= 1
        if i < 0 or self.doc[i].text != ":":
            return None
        start = max(self.doc[i].sent.start, i - FARTHEST)
        verb = next((t for t in reversed(self.doc[start:i]) if is_speech(t, self.lexicon)), None)
        return self._voice(verb, (start, i), number) if verb is not None else None

    def _continued(self, number: int, last: tuple[int, Voice] | None) -> Voice | None:
        """A quotation that goes on after its attribution: in its paragraph, or as a paragraph of its own."""
        if last is None or last[0] != number - 1 or not self._is_whole(number):
            return None
        start, end = self.spans[last[0]][1], self.spans[number][0]
        between = [t for t in self.doc[start:end] if not t.is_space]
        if len(between) > FARTHEST or sum(t.text in ENDS for t in between) > 1:
            return None
        return last[1]._replace(cue=None)

    def _is_whole(self, number: int) -> bool:
        """Whether a quotation is a sentence of its own rather than a part of one."""
        first = self.spans[number][0]
        i = first - 1
        while i >= 0 and self.doc[i].text in MARKS:
            i -= 1
        run = self.runs[number]
        return (i < 0 or self.doc[i].is_space or self.doc[i].text in ENDS) and (
            self.text[run.start : run.end].lstrip()[:1].isupper()
        )

    def _earlier(self, number: int) -> Voice | None:
        """ "X struck a defiant tone. "..."": the subject of the sentence before, where it can speak."""
        first = self.spans[number][0]
        i = first - 1
        while i >= 0 and self.doc[i].text in MARKS:
            i -= 1
        if i < 1 or self.doc[i].text not in ENDS or not self._is_whole(number):
            return None
        source = subject(self.doc[i].sent.root)
        if source is None or not first - FARTHEST < source.i < i or not self._speaks(source):
            return None
        return Voice(noun_span(source), None, "mark")

    def _speaks(self, source: Token) -> bool:
        named = source.ent_type_ in ("PERSON", "ORG") or source.lower_ in PRONOUNS[:3]
        return (named or source.lemma in self.lexicon.persons) and self.holder(source.i) is None
