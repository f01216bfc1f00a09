"""Attribution by layout: "Name: what they say", "what they say - Name" in a headline, "X said:" above a paragraph."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ballotwatch.coding.attribution import Attribution, Lexicon, base
from ballotwatch.coding.clauses import DASHES, MARKS, Span, noun_span, subject, trim, verb_group
from ballotwatch.coding.tokens import Doc, Token

# A name before a colon or behind a dash is no longer than this, in tokens.
LONGEST_NAME = 12
NAMELESS = ("GPE", "LOC", "FAC", "DATE", "TIME", "EVENT", "LAW", "PRODUCT", "WORK_OF_ART", "LANGUAGE", "CARDINAL")


def find_line_attributions(doc: Doc, lexicon: Lexicon) -> list[Attribution]:
    """Attributions that the layout of a line or paragraph makes, in the order of the text."""
    lines = list(text_lines(doc))
    found = [a for line in lines for a in _by_colon(doc, line, lexicon)]
    found += _by_tail(doc, lines[0], lexicon) if lines else []
    for line, after in pairwise(lines):
        found += _above(doc, line, after, lexicon)
    return found


def text_lines(doc: Doc) -> Iterator[Span]:
    """The lines of a text as token spans, empty ones left out."""
    start = 0
    for token in doc:
        if "\n" in token.text:
            if trim(doc, start, token.i) != (token.i, token.i) and start < token.i:
                yield start, token.i
            start = token.i + 1
    if start < len(doc):
        yield start, len(doc)


def names_source(doc: Doc, span: Span, lexicon: Lexicon) -> bool:
    """Whether a few words name somebody who can speak, not a topic, a place or a kind of text."""
    words = [t for t in doc[span[0] : span[1]] if not t.is_punct and not t.is_space]
    if not 0 < len(words) <= LONGEST_NAME or any(_is_finite(t) or t.lower_ in lexicon.labels for t in words):
        return False
    return any(_is_somebody(t, lexicon) for t in words) and words[0].pos_ not in ("ADP", "SCONJ", "CCONJ", "ADV")


def _is_somebody(word: Token, lexicon: Lexicon) -> bool:
    return word.lemma in lexicon.persons or (word.pos_ == "PROPN" and word.ent_type_ not in NAMELESS)


def _is_finite(token: Token) -> bool:
    return token.pos_ == "AUX" or token.tag_ in ("VBD", "VBZ", "VBP")


def _by_colon(doc: Doc, line: Span, lexicon: Lexicon) -> list[Attribution]:
    """ "Name: clause" at the beginning of a line."""
    colon = next((t.i for t in doc[line[0] : min(line[0] + LONGEST_NAME + 1, line[1])] if t.text == ":"), None)
    if colon is None or not names_source(doc, (line[0], colon), lexicon):
        return []
    content = trim(doc, colon + 1, line[1])
    if not _is_clause(doc, content) or doc[content[0]].text in MARKS:
        return []
    return [Attribution((colon, colon + 1), trim(doc, line[0], colon), (content,), "mark")]


def _by_tail(doc: Doc, line: Span, lexicon: Lexicon) -> list[Attribution]:
    """ "Clause - Name" as a headline."""
    dash = next((t.i for t in reversed(doc[line[0] : line[1]]) if t.text in DASHES), None)
    if dash is None or doc[line[1] - 1].text in ".?!" or not names_source(doc, (dash + 1, line[1]), lexicon):
        return []
    content = trim(doc, line[0], dash)
    if not any(_is_finite(t) or t.tag_ == "MD" for t in doc[content[0] : content[1]]):
        return []
    return [Attribution((dash, dash + 1), trim(doc, dash + 1, line[1]), (content,), "mark")]


def _is_clause(doc: Doc, span: Span) -> bool:
    return span[1] - span[0] >= 3 and any(t.pos_ in ("VERB", "AUX") for t in doc[span[0] : span[1]])


def _above(doc: Doc, line: Span, after: Span, lexicon: Lexicon) -> list[Attribution]:
    """ "X said:" and the paragraph beneath, where no marks show what is said."""
    last = doc[line[1] - 1]
    content = trim(doc, *after)
    if last.text != ":" or not content[0] < content[1] or not doc[after[0]].is_alpha:
        return []
    verb = next((t for t in reversed(doc[last.sent.start : last.i]) if is_speech(t, lexicon)), None)
    source = subject(verb) if verb is not None else None
    if verb is None or source is None or "think" in lexicon.classes[base(verb, lexicon)]:
        return []
    return [Attribution(verb_group(verb, lexicon.carriers), noun_span(source), (content,), "say")]


def is_speech(token: Token, lexicon: Lexicon) -> bool:
    """Whether a token is a verb that words themselves can follow."""
    kinds = lexicon.classes.get(base(token, lexicon), ()) if token.pos_ == "VERB" else ()
    return any(kind in ("say", "tell", "think", "show") for kind in kinds)
