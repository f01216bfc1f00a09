"""Statements: one actor's position on a ballot, demand about it, or claim about how it was run, in one passage.

Every cue of the codebook's table is found once; its mood gives the sense, its frame says what it must be about and
whose it is. Nothing here knows a concept by name but the figures and the two that need a contested ballot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from ballotwatch.codebook import Codebook
from ballotwatch.coding.actors import Actor
from ballotwatch.coding.cues import Hit, cue_table
from ballotwatch.coding.figures import Figure, find_figures
from ballotwatch.coding.frames import OWN_WORDS, Frames
from ballotwatch.coding.holders import Voices
from ballotwatch.coding.mentions import Ballots
from ballotwatch.coding.mood import Mood, mood, negation
from ballotwatch.coding.syntax import children, governing_verb, noun_phrase
from ballotwatch.coding.text import folded
from ballotwatch.coding.tokens import Doc, Span, Token
from ballotwatch.coding.vocabulary import Words
from ballotwatch.tables import statement_key

FIGURES = ("turnout", "result")
RECOGNITION = "recognition"
CONTESTING = ("non_recognition", "illegality", "condemnation", "unfairness", "fraud")


class Finding(NamedTuple):
    """A statement before it is a row: who, what, where in the text, and what fired."""

    actor: Actor
    concept: str
    token: Token
    start: int
    end: int
    rule: str
    cue: str
    value: float | None = None
    addressee: str | None = None


def find_statements(
    doc: Doc, codebook: Codebook, ballots: Ballots, voices: Voices, words: Words, contested: bool
) -> list[Finding]:
    """All statements of a text that names a ballot; only figures where nobody contests it."""
    if not ballots:
        return []
    found = [*from_cues(doc, codebook, ballots, voices, words), *from_figures(doc, voices)]
    found += list(echoes(doc, found, voices))
    found = [f for f in found if f.concept != RECOGNITION or not contradicted(f, found)]
    if not contested and not contests(found):
        found = [f for f in found if f.concept in FIGURES]
    return sorted(unique(found), key=lambda f: (f.start, f.end, f.actor.entity, f.concept))


def contradicted(finding: Finding, found: list[Finding]) -> bool:
    """Whether the same actor contests in the same sentence what it seems to recognise there."""
    return any(
        f.concept in CONTESTING
        and f.actor.entity == finding.actor.entity
        and f.token.sent.start == finding.token.sent.start
        for f in found
    )


def contests(found: list[Finding]) -> bool:
    """Whether anybody in the text contests the ballot itself."""
    return any(f.concept in CONTESTING for f in found)


def unique(found: list[Finding]) -> list[Finding]:
    """One finding for each actor, concept and passage."""
    kept: dict[tuple, Finding] = {}
    for f in found:
        kept.setdefault((f.actor.entity, f.actor.actor, f.concept, f.token.sent.start, f.value), f)
    return list(kept.values())


def from_cues(doc: Doc, codebook: Codebook, ballots: Ballots, voices: Voices, words: Words) -> Iterator[Finding]:
    """A finding for each cue that fits and whoever holds it."""
    senses = _senses(codebook)
    frames = Frames(doc, ballots, voices, words)
    read = [(hit, mood_of(hit, words)) for hit in cue_table(codebook).find(doc)]
    undecided = neither_nor(read)
    for hit, meant in read:
        if hit.token.sent.start in undecided and hit.cue.frame == "act" and meant.negated:
            continue
        concept = sense_of(senses[hit.cue.sense], meant)
        if not concept or meant.open or not frames.fits(hit, meant):
            continue
        for actor in voices.holder(hit.token, hit.cue.frame, meant):
            yield Finding(
                actor,
                concept,
                hit.token,
                *passage(hit.token),
                f"{hit.cue.frame}:{hit.cue.sense}",
                doc.text[hit.start : hit.end],
                None,
                addressee(meant),
            )


@lru_cache(maxsize=8)
def _senses(codebook: Codebook) -> dict[str, NamedTuple]:
    return {row.cue: row for row in codebook.senses.itertuples()}


def mood_of(hit: Hit, words: Words) -> Mood:
    """The mood of a cue; "met no standard" is negated by the word that the verb governs."""
    meant = mood(hit.token, words, hit.cue.sense in OWN_WORDS)
    if hit.lowest.i != hit.token.i and negation(hit.lowest, words):
        meant.negated = not meant.negated
    return meant


def neither_nor(read: list[tuple[Hit, Mood]]) -> set[int]:
    """Sentences, by their first token, in which an act for the ballot and one against it are denied alike."""
    denied = [(hit.token.sent.start, hit.cue.sense) for hit, meant in read if meant.negated and hit.cue.frame == "act"]
    accepted = {start for start, sense in denied if sense in ("recognise", "respect")}
    return accepted & {start for start, sense in denied if sense in ("condemn", "reject_result")}


def sense_of(senses: NamedTuple, meant: Mood) -> str:
    """The concept that a cue has in a mood; '' where it has none."""
    if meant.demanded:
        return senses.demanded_negated if meant.negated else senses.demanded
    return senses.negated if meant.negated else senses.plain


def passage(token: Token) -> tuple[int, int]:
    """The span of evidence: the sentence around a token, white space trimmed."""
    sentence = token.sent
    text = token.sent.text
    return sentence.start_char + len(text) - len(text.lstrip()), sentence.start_char + len(text.rstrip())


def addressee(meant: Mood) -> str | None:
    """Whom a demand is put to: the object of its verb."""
    if meant.demand is None:
        return None
    objects = children(meant.demand, "dobj", "dative")
    objects += [
        p
        for prep in children(meant.demand, "prep")
        if prep.lower_ in ("on", "upon", "to")
        for p in children(prep, "pobj")
    ]
    if not objects:
        return None
    start, end = noun_phrase(objects[0])
    return meant.demand.doc.text[start:end]


def from_figures(doc: Doc, voices: Voices) -> Iterator[Finding]:
    """Turnout and result, each with who gives it."""
    for figure in find_figures(doc):
        for actor in figure_holder(figure, voices):
            yield Finding(
                actor,
                figure.concept,
                figure.token,
                *passage(figure.token),
                f"figure:{figure.concept}",
                doc.text[figure.start : figure.end],
                figure.value,
            )


def figure_holder(figure: Figure, voices: Voices) -> tuple[Actor, ...]:
    """Who gives a figure: its source, else the subject of the verb that gives it."""
    if voices.around(figure.token) is not None and (held := voices.source(figure.token)):
        return held
    verb = governing_verb(figure.token)
    while verb is not None:
        if verb.lemma in voices.words["figure_verbs"] and (held := voices.subject_of(verb)):
            return held
        verb = governing_verb(verb.head) if verb.head.i != verb.i else None
    return voices.source(figure.token)


# "Romania took the same position", "so did Poland": the subject says what was said before.
ECHO = re.compile(
    r"\b(?:follow(?:ed|s|ing)? suit|(?:took|takes|take|taken) the same (?:position|view|line|stance|approach)|so (?:did|has|have|does|do|will|would)|"
    r"(?:neither|nor)(?:, [^,]{3,40},)? (?:did|does|do|has|have|will|would)|(?:did|does|do|done|doing) (?:so|the same|likewise)|said the same|"
    r"similar (?:position|statement|stance)|echoed|likewise)\b",
    re.IGNORECASE,
)
# "followed by the leaders of Bolivia and Cuba": so do those named after it, in the same sentence.
JOINED = re.compile(
    r"\b(?:followed|joined|seconded|echoed) by\b|\bas (?:did|have|has|do|does)\b|\balong with\b|\btogether with\b",
    re.IGNORECASE,
)
# One of these stands in whatever JOINED or ECHO finds.
ECHOED = ("ed by", "as did", "as ha", "as do", "along with", "together with", "suit", "same", "so ", " so", "nor")
ECHOED += ("neither", "similar", "echoed", "likewise")


def echoes(doc: Doc, found: list[Finding], voices: Voices) -> Iterator[Finding]:
    """What was said last, said by others too: those of an echo's sentence, or those who join in the same sentence."""
    for sentence in doc.sents:
        said = sentence.text
        if not may_echo(said):
            continue
        joined, echo = JOINED.search(said), ECHO.search(said)
        if joined:
            at = sentence.start_char + joined.start()
            models = [f for f in found if f.token.sent.start == sentence.start and f.token.idx < at]
            yield from echoed(doc, models, at, sentence.end_char, joined[0], voices)
        elif echo:
            before = [
                f
                for f in found
                if f.token.i < sentence.start + echo.start() and f.token.idx < sentence.start_char + echo.start()
            ]
            yield from echoed(doc, last_said(before), *echo_span(sentence, echo), echo[0], voices)


def may_echo(sentence: str) -> bool:
    """Whether a sentence has letters without which neither pattern can fit; looking for these is much faster."""
    plain = folded(sentence)
    return any(letters in plain for letters in ECHOED)


def last_said(before: list[Finding]) -> list[Finding]:
    """The findings of the last sentence that holds any but figures."""
    before = [f for f in before if f.concept not in FIGURES]
    last = max((f.token.sent.start for f in before), default=None)
    return [f for f in before if f.token.sent.start == last]


def echo_span(sentence: Span, echo: re.Match[str]) -> tuple[int, int]:
    """Where those stand who echo: after "so did" and "nor would", from the clause's start otherwise."""
    at = sentence.start_char + echo.start()
    if echo[0].lower().startswith(("so ", "nor", "neither")):
        return at, sentence.end_char
    clause = max(sentence.text.rfind(mark, 0, echo.start()) for mark in (";", ":", ". "))
    return sentence.start_char + clause + 1, sentence.end_char


def echoed(doc: Doc, models: list[Finding], start: int, end: int, cue: str, voices: Voices) -> Iterator[Finding]:
    """The models' concepts for everybody whom doc.text[start:end] names as one who acts."""
    for actor in voices.named_in(start, end):
        token = next(iter(doc.char_span(actor.start, actor.end)))
        for concept in sorted({f.concept for f in models}):
            yield Finding(actor, concept, token, *passage(token), "echo", cue)


def statement_id(doc_id: str, finding: Finding) -> str:
    """The stable id of the statement that a finding becomes."""
    who = finding.actor
    return statement_key(doc_id, finding.start, finding.end, who.entity, who.actor, finding.concept, finding.value)
