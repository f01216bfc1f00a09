"""Parsing: vectors and entities are those of spaCy's own pipeline, and a text is parsed alike whatever is beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from ballotwatch.coding import text as parsing
from ballotwatch.coding import tokens, vectors
from ballotwatch.coding.text import folded, load_model, parse, parse_all
from ballotwatch.coding.vectors import Vectors

ROOT = Path(__file__).parents[1]
TEXTS = [path.read_text("utf-8") for path in sorted((ROOT / "tests" / "articles").glob("*.txt"))[::4]]
ODD = ["", " ", "\n\n", "a", "“", "Ann Other", "Ann Other said so in New York\n\nyesterday  \n", "🇺🇦 voted. " * 30]


@pytest.fixture(scope="module")
def plain() -> Language:
    """The pipeline as spaCy loads it."""
    return spacy.load(next(name for name in parsing.MODELS if spacy.util.is_package(name)))


def told(doc: tokens.Doc) -> list[tuple]:
    return [(t.text, t.tag_, t.pos_, t.lemma_, t.dep_, t.head.i, t.ent_type_) for t in doc]


@pytest.mark.parametrize("text", [*TEXTS, *ODD])
def test_vectors_are_those_of_the_model(text: str, plain: Language) -> None:
    doc, tok2vec = plain.make_doc(text), plain.get_pipe("tok2vec").model
    if len(doc):
        assert np.allclose(Vectors(tok2vec)(doc), tok2vec.predict([doc])[0], atol=1e-4)
    else:
        assert Vectors(tok2vec)(doc).shape == (0, 96)


@pytest.mark.parametrize("text", [*TEXTS, *ODD])
def test_entities_are_those_of_the_model(text: str, plain: Language) -> None:
    doc = load_model()(text)
    other = Doc(doc.vocab, [t.text for t in doc], [bool(t.whitespace_) for t in doc], sent_starts=starts(doc))
    other = load_model().get_pipe("ner")(other)
    assert [(e.start, e.end, e.label_) for e in doc.ents] == [(e.start, e.end, e.label_) for e in other.ents]
    assert [t.ent_iob for t in doc] == [t.ent_iob for t in other]


def starts(doc: Doc) -> list[bool]:
    return [token.is_sent_start for token in doc]


def test_texts_are_parsed_alike_side_by_side_and_alone() -> None:
    together = [told(doc) for doc in parse_all([*TEXTS, *ODD])]
    assert together == [told(parse(text)) for text in (*TEXTS, *ODD)]
    assert together[::-1] == [told(doc) for doc in parse_all([*TEXTS, *ODD][::-1])]


def test_a_full_memory_of_words_changes_nothing(monkeypatch: pytest.MonkeyPatch, plain: Language) -> None:
    docs = [plain.make_doc(text) for text in TEXTS[:3]]
    whole = Vectors(plain.get_pipe("tok2vec").model)
    expected = [whole(doc) for doc in docs]
    monkeypatch.setattr(vectors, "MOST", 10)
    forgetful = Vectors(plain.get_pipe("tok2vec").model)
    for doc, rows in [*zip(docs, expected), *zip(docs[::-1], expected[::-1])]:
        assert np.array_equal(forgetful(doc), rows)
    assert len(forgetful.known) <= max(map(len, docs))


def test_a_text_that_breaks_the_parse_costs_itself_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_model(), "max_length", 40)
    good, bad, last = parse_all(["Kyiv said no.", "Kyiv said no. " * 9, "Oslo did too."])
    assert (good.text, last.text) == ("Kyiv said no.", "Oslo did too.")
    assert isinstance(bad, ValueError)


def test_a_model_that_knows_too_many_words_is_loaded_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    before = load_model()
    expected = [told(doc) for doc in parse_all(TEXTS[:2])]
    assert load_model() is before
    monkeypatch.setattr(parsing, "MOST_WORDS", 5)
    assert [told(doc) for doc in parse_all(TEXTS[:2])] == expected
    assert load_model() is not before and len(load_model().vocab) < len(before.vocab)


def test_texts_are_parsed_in_groups_that_memory_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "TEXTS", 3)
    monkeypatch.setattr(parsing, "CHARACTERS", 10)
    groups = list(parsing._groups(["a" * 4, "b" * 4, "c" * 4, "d" * 30, "e", "f", "g", "h"]))
    assert [len(group) for group in groups] == [2, 1, 1, 3, 1]


def test_folding_takes_letters_for_those_that_patterns_take_them_for() -> None:
    assert folded("İSTANBUL ı ſ \u212a É") == "istanbul i s k é"
