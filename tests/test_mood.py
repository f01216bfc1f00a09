"""Mood: whether a cue is asserted, negated, left open or demanded."""

from __future__ import annotations

import pytest

from ballotwatch.codebook import load_codebook
from ballotwatch.coding.mood import Mood, mood
from ballotwatch.coding.text import parse
from ballotwatch.coding.vocabulary import word_classes

ASSERTED = [
    ("Malta recognised the referendum.", "recognised"),
    ("The referendum was rigged, Malta said.", "rigged"),
    ("Malta condemned the vote because it had not been invited.", "condemned"),
    ("Malta, which does not border Russia, condemned the vote.", "condemned"),
    ("Malta condemned the vote and did not send anybody.", "condemned"),
]

NEGATED = [
    ("Malta does not recognise the referendum.", "recognise"),
    ("Malta will never recognise the referendum.", "recognise"),
    ("Malta refused to recognise the referendum.", "recognise"),
    ("Malta declined to recognise the referendum.", "recognise"),
    ("Malta withheld recognition from the referendum.", "recognition"),
    ("Neither Malta nor Cyprus recognised the referendum.", "recognised"),
    ("Nobody recognised the referendum.", "recognised"),
    ("The referendum was devoid of legitimacy.", "legitimacy"),
    ("The referendum lacked legitimacy.", "legitimacy"),
    ("The referendum was without legal effect.", "effect"),
    ("The vote was not remotely fair.", "fair"),
]

OPEN = [
    ("Malta may recognise the referendum.", "recognise"),
    ("Malta denied having recognised the referendum.", "recognised"),
    ("Malta has yet to recognise the referendum.", "recognise"),
    ("Malta asked whether Cyprus had recognised the referendum.", "recognised"),
    ("If Malta recognises the referendum, Cyprus will too.", "recognises"),
    ("Unless Malta recognises the referendum, nobody will.", "recognises"),
    ("Did Malta recognise the referendum?", "recognise"),
    ("Malta stopped short of condemning the vote.", "condemning"),
    ("Malta is unlikely to recognise the referendum.", "recognise"),
]

# The flag says whether what is demanded is to leave something undone.
DEMANDED = [
    ("Malta urged all states to recognise the referendum.", "recognise", False),
    ("Malta urged all states not to recognise the referendum.", "recognise", True),
    ("Malta called on all states to condemn the vote.", "condemn", False),
    ("Malta asked voters to refrain from taking part.", "taking", True),
    ("Malta demanded that Russia withdraw its troops.", "withdraw", False),
    ("Russia must withdraw its troops.", "withdraw", False),
    ("No state should recognise the referendum.", "recognise", True),
]


def mood_in(sentence: str, word: str) -> Mood:
    words = word_classes(load_codebook())
    return mood(next(token for token in parse(sentence) if token.text == word), words)


@pytest.mark.parametrize(("sentence", "word"), ASSERTED)
def test_asserted(sentence: str, word: str) -> None:
    found = mood_in(sentence, word)
    assert not found.negated and not found.open and not found.demanded


@pytest.mark.parametrize(("sentence", "word"), NEGATED)
def test_negated(sentence: str, word: str) -> None:
    found = mood_in(sentence, word)
    assert found.negated and not found.open and not found.demanded


@pytest.mark.parametrize(("sentence", "word"), OPEN)
def test_open(sentence: str, word: str) -> None:
    assert mood_in(sentence, word).open


@pytest.mark.parametrize(("sentence", "word", "negated"), DEMANDED)
def test_demanded(sentence: str, word: str, negated: bool) -> None:
    found = mood_in(sentence, word)
    assert found.demanded and found.negated is negated
