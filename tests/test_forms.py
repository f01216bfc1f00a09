"""Part of speech and lemma, remembered: the answers are those of spaCy's own components, neighbours and all."""

from __future__ import annotations

import pytest
import spacy

from ballotwatch.coding.forms import CONTEXTUAL, Forms
from ballotwatch.coding.text import MODELS, load_model

TEXTS = [
    "We're gonna vote, but I ain't got ta. Let's go; c'mon on! Y'all know there is no choice, and there's more.",
    "It is there. There are those who said it wasn't; they're voters. Don't! Is it so?",
    "“The so-called referendums are null and void,” the ministry said.\n\nThe people's vote, it's theirs.\n",
    "is", "'s", "", " ", "\n\nlet 's\n",
]  # fmt: skip


@pytest.fixture(scope="module")
def plain():
    nlp = spacy.load(next(name for name in MODELS if spacy.util.is_package(name)), exclude=["ner"])
    nlp.add_pipe("paragraphs", before="parser")
    return nlp


def read(doc):
    return [(t.text, t.pos_, t.lemma_, str(t.morph), t.tag_, t.dep_, t.head.i) for t in doc]


@pytest.mark.parametrize("text", TEXTS)
def test_answers_are_those_of_the_components(plain, text):
    assert read(load_model()(text)) == read(plain(text))
    assert read(load_model()(text)) == read(plain(text)), "the second time they are remembered"


def test_every_pattern_that_looks_at_a_neighbour_is_known(plain):
    patterns = [p for rule in plain.get_pipe("attribute_ruler").patterns for p in rule["patterns"] if len(p) > 1]
    words = [word for pattern in patterns for token in pattern for word in lowers(token)]
    assert patterns and all(CONTEXTUAL.fullmatch(word) for word in words)


def lowers(token: dict) -> list[str]:
    """The lower-case forms that a pattern's token asks for; of a regular expression the forms that it stands for."""
    lower = token.get("LOWER", [])
    if isinstance(lower, str):
        return [lower]
    return (
        lower.get("IN", [])
        if "IN" in lower
        else {"^n'?t$": ["nt", "n't"], "^y'?$": ["y", "y'"]}[lower["REGEX"]]
        if lower
        else []
    )


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr("ballotwatch.coding.forms.MOST", 3)
    nlp = spacy.load(next(name for name in MODELS if spacy.util.is_package(name)), exclude=["ner"])
    component = Forms(nlp)
    for text in ("Many words were counted here, and there were more.", "None of these ten forms came up in that text."):
        doc = nlp(text, disable=["attribute_ruler", "lemmatizer"])
        assert len(component(doc)) == len(doc) and len(component.lemmas) <= len(doc)
