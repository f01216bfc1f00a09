"""Docs, spans and tokens as plain objects: what the rules read of them is what spaCy says."""

from __future__ import annotations

import gc
import random
import weakref
from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc as Parse

from ballotwatch.codebook import load_codebook
from ballotwatch.coding import tokens
from ballotwatch.coding.quotes import find_quotes
from ballotwatch.coding.text import load_model, parse, tokenize
from ballotwatch.coding.tokens import Doc, Span, Token

ROOT = Path(__file__).parents[1]
ARTICLES = [path.read_text("utf-8") for path in sorted((ROOT / "tests" / "articles").glob("*.txt"))[::4]]
ODD = [
    "",
    " ",
    "\n\n",
    "a",
    "Ann Other said so in New York\n\nyesterday  \n",
    "🇺🇦 voted, 2 of 3,000. " * 20,
    "\u200b x\u0301",
]
TEXTS = [*ARTICLES, *ODD]
FLAGS = ("is_space", "is_punct", "is_alpha", "is_upper", "is_digit", "like_num")
WORDS = ("text", "idx", "whitespace_", "lower_", "tag_", "pos_", "dep_", "ent_type_", "lemma_")


def both(text: str) -> tuple[Parse, Doc]:
    parsed = load_model()(text)
    return parsed, Doc(parsed)


@pytest.mark.parametrize("text", TEXTS)
def test_tokens_say_what_spacy_says(text: str) -> None:
    parsed, doc = both(text)
    assert doc.text == parsed.text and len(doc) == len(parsed)
    for token, other in zip(doc, parsed, strict=True):
        assert [getattr(token, name) for name in WORDS] == [getattr(other, name) for name in WORDS]
        assert [getattr(token, name) for name in FLAGS] == [getattr(other, name) for name in FLAGS]
        assert (token.i, len(token), token.morph.strip("_")) == (other.i, len(other), str(other.morph))
        assert token.lemma == other.lemma_.lower()


@pytest.mark.parametrize("text", TEXTS)
def test_trees_are_spacys(text: str) -> None:
    parsed, doc = both(text)
    for token, other in zip(doc, parsed, strict=True):
        assert token.head.i == other.head.i
        for name in ("lefts", "rights", "children", "subtree", "ancestors"):
            assert places(getattr(token, name)) == places(getattr(other, name)), name
        assert (token.left_edge.i, token.right_edge.i) == (other.left_edge.i, other.right_edge.i)
        assert (token.sent.start, token.sent.end) == (other.sent.start, other.sent.end)


def places(found) -> list[int]:
    return [token.i for token in found]


@pytest.mark.parametrize("text", TEXTS)
def test_spans_are_spacys(text: str) -> None:
    parsed, doc = both(text)
    assert [bounds(sent) for sent in doc.sents] == [bounds(sent) for sent in parsed.sents]
    assert [(*bounds(ent), ent.label_) for ent in doc.ents] == [(*bounds(ent), ent.label_) for ent in parsed.ents]
    chance = random.Random(text)
    for _ in range(200 if text else 0):
        start = chance.randrange(-1, len(text) + 1)
        end = start + chance.choice((0, 1, 5, 40, 400))
        span, other = doc.char_span(start, end), parsed.char_span(start, end, alignment_mode="expand")
        assert (span is None) == (other is None)
        if span is not None:
            assert (span.start, span.end) == (other.start, other.end)
        if span:
            assert (bounds(span), span.text, span.root.i) == (bounds(other), other.text, other.root.i)
            assert [sent.start for sent in span.sents] == [sent.start for sent in other.sents]


def bounds(span) -> tuple[int, int, int, int]:
    return span.start, span.end, span.start_char, span.end_char


def test_arcs_that_cross_are_walked_as_spacy_walks_them() -> None:
    # "A hearing is scheduled on the issue today": the phrase with "on" belongs to the hearing.
    words, heads = "A hearing is scheduled on the issue today .".split(), [1, 3, 3, 3, 1, 6, 4, 3, 3]
    parsed = Parse(load_model().vocab, words, heads=heads, deps=["dep"] * 3 + ["ROOT"] + ["dep"] * 5)
    doc = Doc(parsed)
    assert doc.crossed == {0}
    assert [places(t.subtree) for t in doc] == [places(t.subtree) for t in parsed]
    assert [(t.left, t.right) for t in doc] == [(t.left_edge.i, t.right_edge.i) for t in parsed]
    assert places(doc[1].subtree) == [0, 1, 4, 5, 6]


def test_slices_are_those_of_spacy() -> None:
    parsed, doc = both("Kyiv said no. Oslo said nothing.")
    for start, end in ((0, 3), (2, 2), (3, 1), (-3, None), (None, 99), (99, 120)):
        span, other = doc[start:end], parsed[start:end]
        assert (span.start, span.end, places(span)) == (other.start, other.end, places(other))
    assert (doc[-1].text, doc[1:4][-1].text, [t.text for t in reversed(doc[:2])]) == (".", ".", ["said", "Kyiv"])
    with pytest.raises(IndexError):
        doc[8]


def test_neighbours_stand_beside_each_other() -> None:
    doc = parse("Kyiv said no.")
    assert (doc[0].nbor().text, doc[2].nbor(-2).text) == ("said", "Kyiv")
    for token, step in ((doc[0], -1), (doc[3], 1)):
        with pytest.raises(IndexError):
            token.nbor(step)


def test_a_text_that_is_only_tokenized_has_no_heads_and_no_tags() -> None:
    doc = tokenize("On 3 May. They voted.")
    assert not doc.parsed and parse("They voted.").parsed
    assert [token.tag_ for token in doc] == [""] * len(doc) and all(token.head is token for token in doc)


def test_a_full_memory_of_strings_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = load_model()(ARTICLES[0])
    expected = [(t.text, t.lemma_) for t in Doc(parsed)]
    monkeypatch.setattr(tokens, "MOST", 5)
    monkeypatch.setattr(tokens, "_known", {})
    assert [(t.text, t.lemma_) for t in Doc(parsed)] == expected
    other = spacy.blank("en")("A text in another vocabulary")
    assert [t.text for t in Doc(other)] == other.text.split()


def test_a_closed_doc_leaves_nothing_to_the_collector() -> None:
    doc = parse(ARTICLES[0])
    find_quotes(doc, load_codebook().vocabulary)
    alive = weakref.ref(doc)
    gc.collect()
    gc.disable()
    try:
        doc.close()
        assert len(doc) == 0 and doc.text == ARTICLES[0]
        del doc
        assert alive() is None
    finally:
        gc.enable()


def test_they_show_themselves_as_their_text() -> None:
    doc = parse("Kyiv said no.")
    assert (repr(doc[0]), repr(doc[:2])) == ("Kyiv", "Kyiv said")
    assert isinstance(doc[0], Token) and isinstance(doc[:2], Span)
