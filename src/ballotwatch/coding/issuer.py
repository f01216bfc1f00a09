"""Documents that are themselves a statement: who issues them, and whose words each passage is.

The issuer is found from the title ("Statement of X on Y", "X's statement"), from "We, the leaders of X", from a signature,
or from a headline that puts an organisation before a colon where the text is its appeal. An interview's answers and a
transcript's turns belong to whoever gives them. An ordinary report has no issuer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ballotwatch.coding.homes import find_home, is_bare
from ballotwatch.coding.words import RELATIVES
from ballotwatch.layout import Layout, Span, Turn, find_layout

if TYPE_CHECKING:
    from ballotwatch.coding.actors import Actor, Actors

# What follows the issuer in a title.
MATTER = re.compile(
    r"\s(?:on(?! behalf)|about|regarding|concerning|following|in connection|in response|after|ahead of|over|to mark|at the|in the|"
    r"calling|condemning|with)\s|[,:–—]\s(?=\d)|\s[-–—]\s|$"
)
BY = re.compile(r"\s*(?:from|by|of|on behalf of)\s+")
WE_THE = re.compile(r"\bWe,\s+(the\s[^.;]{3,200}?),(?=\s+(?!and\b|or\b|the\b|as\b)[a-z])")
FIRST_PERSON = re.compile(r"\b(?:We|we|our|Our|us|I|my|My)\b")
INTRODUCED = re.compile(
    r"\b(?:spoke (?:to|with)|talked to|interviewed|interview with|conversation with|asked|answered by)\s+"
)
COLON = re.compile(r"([^:\n]{2,60}):\s")
FINITE = ("VBZ", "VBD", "VBP")
# A turn's label: a line's first words, up to a colon, not those of the first line.
LABEL = re.compile(r"(?<=\n)([^\n:,;]{3,80}):\s")
QUESTION = ("question", "interviewer", "journalist", "remark", "reporter")
READOUT = "readout"
INTERVIEW = re.compile(r"\binterview\b", re.IGNORECASE)
PARAGRAPH = re.compile(r"\S.*")
# An interview without labels has at least so many answers.
TURNS = 3
# A statement says "we" at least so often, outside quotation marks.
OFTEN = 2


class Voice(NamedTuple):
    """Characters start to end are the words of the speakers, outside quotation marks; nobody's if there are none."""

    start: int
    end: int
    speakers: tuple[Actor, ...]


def find_issuers(actors: Actors) -> tuple[Actor, ...]:
    """Who issues a document; nobody for a report. Several for a joint statement."""
    text, layout = actors.text, find_layout(actors.text)
    opening = _told(_from_opening(actors, text, layout))
    # "We, the ministers of A, B and C" says more than the name of their format in the title.
    if len({actor.entity for actor in opening}) > 1:
        return opening
    finders = (_from_title, _from_opening, _from_signature, _from_headline)
    return next((found for finder in finders if (found := _told(finder(actors, text, layout)))), ())


def find_voices(actors: Actors) -> list[Voice]:
    """The turns of an interview or a transcript, with who speaks in each."""
    turns = find_layout(actors.text).turns
    guest = _guest(actors, turns)
    marked = [Voice(turn.words.start, turn.words.end, _speakers(actors, turn, guest)) for turn in turns]
    return marked or _labelled(actors) or _unmarked(actors)


def _unmarked(actors: Actors) -> list[Voice]:
    """An interview without labels: behind the introduction, paragraphs are question and answer by turns."""
    paragraphs = [Span(m.start(), m.end()) for m in PARAGRAPH.finditer(actors.text)]
    asked = [i for i, p in enumerate(paragraphs) if p.of(actors.text).rstrip().endswith("?")]
    if not asked or not INTERVIEW.search(actors.text, 0, paragraphs[asked[0]].start):
        return []
    questions = paragraphs[asked[0] :: 2]
    answers = paragraphs[asked[0] + 1 :: 2]
    if len(answers) < TURNS or any(i % 2 != asked[0] % 2 for i in asked) or 2 * len(asked) < len(questions):
        return []
    guest = _introduced(actors, questions[0].start)
    return [Voice(span.start, span.end, guest if span in answers else ()) for span in sorted([*questions, *answers])]


def _introduced(actors: Actors, end: int) -> tuple[Actor, ...]:
    """The first person with an office who is the subject of a sentence of the introduction."""
    people = (m for m in actors.history.mentions if m.kind == "person" and m.entity and m.subject and not m.quoted)
    found = next((m for m in people if actors.words[m.start].start < end), None)
    return (actors.actor(found),) if found else ()


def _labelled(actors: Actors) -> list[Voice]:
    """A transcript's turns by the names before a colon at the beginning of lines; each runs to the next."""
    labels = [found for found in LABEL.finditer(actors.text) if _is_label(actors, found.start(1), found.end(1))]
    ends = [*(label.start() for label in labels), len(actors.text)][1:]
    speakers = (_told(actors.resolve(label.start(1), label.end(1))) for label in labels)
    return [Voice(label.end(), end, who) for label, end, who in zip(labels, ends, speakers, strict=True)]


def _is_label(actors: Actors, start: int, end: int) -> bool:
    """Whether words before a colon are no more than a person's name and office, or ask a question."""
    inside = [i for i, word in enumerate(actors.words) if start <= word.start < end]
    if actors.text[start:end].lower() in QUESTION:
        return True
    last = actors.reader.covering(inside[-1]) if inside else None
    plain = not any(actors.words[i].pos in ("VERB", "AUX", "ADP") and actors.words[i].lower != "of" for i in inside)
    return last is not None and last.kind == "name" and plain and actors.text[start].isupper()


def _told(found: tuple[Actor, ...]) -> tuple[Actor, ...]:
    return tuple(actor for actor in found if actor.entity)


def _from_title(actors: Actors, text: str, layout: Layout) -> tuple[Actor, ...]:
    """ "Joint statement by A and B on C", "A's statement on C", "Readout of A's call with B"."""
    title = layout.title or _first_line(text)
    words = title.of(text).replace("’", "'")
    for noun in sorted(actors.codebook.vocabulary["actor_statements"], key=len, reverse=True):
        found = re.search(rf"\b{re.escape(noun)}\b", words, re.IGNORECASE)
        if found is None:
            continue
        first = found.start() == 0 or words[: found.start()].rstrip().endswith(":")
        if first and (by := BY.match(words, found.end())):
            end = MATTER.search(words, by.end()).start()
            if _reports(actors, title.start + end, title.end):
                return ()
            return _issuer(actors, title.start + by.end(), title.start + _short(words, by.end(), end, noun))
        if (
            found.start()
            and _is_phrase(actors, title.start, title.start + found.start())
            and MATTER.match(words, found.end())
        ):
            return actors.resolve(title.start, title.start + found.start())
    return ()


def _reports(actors: Actors, start: int, end: int) -> bool:
    """Whether a title goes on to tell what became of the statement: "Statement on the vote draws anger"."""
    words = [word for word in actors.words if start <= word.start < end]
    told = [i for i, word in enumerate(words) if word.tag in FINITE]
    return any(not any(word.lower in RELATIVES for word in words[:i]) for i in told)


def _first_line(text: str) -> Span:
    found = re.search(r"\S[^\n]*", text)
    return Span(found.start(), min(found.end(), found.start() + 260)) if found else Span(0, 0)


def _short(words: str, start: int, end: int, noun: str) -> int:
    """A readout is issued by whose call it is of: it ends before the possessive."""
    possessive = re.compile(r"'s\s").search(words, start, end) if noun == READOUT else None
    return possessive.start() if possessive else end


def _issuer(actors: Actors, start: int, end: int) -> tuple[Actor, ...]:
    """Who words name as the issuer; an office without a state is that of whom the text speaks for."""
    return find_home(actors) if is_bare(actors, start, end) else actors.resolve(start, end)


def _is_phrase(actors: Actors, start: int, end: int) -> bool:
    """Whether the words before "statement" are no more than a name: no verb, no reported matter."""
    words = [word for word in actors.words if start <= word.start < end]
    return bool(words) and len(words) <= 9 and not any(word.pos in ("VERB", "AUX") for word in words)


def _from_opening(actors: Actors, text: str, layout: Layout) -> tuple[Actor, ...]:
    found = WE_THE.search(text, 0, 1500)
    return actors.resolve(found.start(1), found.end(1)) if found and not actors.is_quoted(found.start()) else ()


def _from_signature(actors: Actors, text: str, layout: Layout) -> tuple[Actor, ...]:
    if layout.signature is None or _first_persons(actors, text) < OFTEN:
        return ()
    start, end = layout.signature.start, layout.signature.end
    names = [item for item in actors.items if item.kind == "name" and start <= actors.words[item.start].start < end]
    spans = [(actors.words[item.start].start, actors.words[item.end - 1].end) for item in names] or [(start, end)]
    return tuple(actor for span in spans for actor in actors.resolve(*span))


def _first_persons(actors: Actors, text: str) -> int:
    """How often "we" or "I" stands outside quotation marks."""
    return sum(not actors.is_quoted(found.start()) for found in FIRST_PERSON.finditer(text))


def _from_headline(actors: Actors, text: str, layout: Layout) -> tuple[Actor, ...]:
    """ "ABC: The world must act" over a text that introduces ABC and calls itself its appeal or says "we"."""
    title = layout.title or _first_line(text)
    found = COLON.match(title.of(text))
    if found is None:
        return ()
    named = actors.resolve(title.start, title.start + found.end(1))
    own = any(actor.entity in actors.introduced for actor in named)
    documents = "|".join(map(re.escape, actors.codebook.vocabulary["actor_appeals"]))
    appeals = re.search(rf"\b(?:this|our|the present)\s+(?:{documents})\b", text, re.IGNORECASE)
    return named if own and (appeals or _first_persons(actors, text) >= OFTEN) else ()


def _guest(actors: Actors, turns: tuple[Turn, ...]) -> tuple[Actor, ...]:
    """Who answers in an interview: whoever the text says that it spoke to, before the first turn."""
    if not any(turn.role == "answer" for turn in turns):
        return ()
    start = turns[0].label.start
    found = list(INTRODUCED.finditer(actors.text, 0, start))
    if not found:
        return ()
    end = re.search(r"[.:!?]\s|\n", actors.text[found[-1].end() : start])
    return _told(actors.resolve(found[-1].end(), found[-1].end() + end.start() if end else start))[:1]


def _speakers(actors: Actors, turn: Turn, guest: tuple[Actor, ...]) -> tuple[Actor, ...]:
    if turn.role == "question":
        return ()
    if turn.role == "answer":
        return guest
    start, end = turn.label.start, turn.label.end
    return find_home(actors) if is_bare(actors, start, end) else _told(actors.resolve(start, end))
