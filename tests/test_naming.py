"""Canonical names of actors: invented sentences in pairs that name the same actor in other words."""

from __future__ import annotations

import pytest

from ballotwatch.codebook import load_codebook
from ballotwatch.coding.actors import find_actors
from ballotwatch.coding.naming import tidy
from ballotwatch.coding.text import parse

PAIRS = [
    (
        ("The Ukrainian Foreign Ministry protested.", "The Ukrainian Foreign Ministry"),
        ("Ukraine's Ministry of Foreign Affairs protested.", "Ukraine's Ministry of Foreign Affairs"),
        "Ministry of Foreign Affairs of Ukraine",
    ),
    (
        ("The foreign ministry in Warsaw protested.", "The foreign ministry in Warsaw"),
        ("Poland protested. The Ministry of Foreign Affairs sent a note.", "The Ministry of Foreign Affairs"),
        "Ministry of Foreign Affairs of Poland",
    ),
    (
        ("Georgia's Central Election Commission gave figures.", "Georgia's Central Election Commission"),
        ("In Tbilisi the Central Election Commission gave figures.", "the Central Election Commission"),
        "Central Election Commission of Georgia",
    ),
    (
        ("A spokesman for the Finnish government spoke.", "A spokesman for the Finnish government"),
        ("A Finnish government spokeswoman spoke.", "A Finnish government spokeswoman"),
        "spokesperson for the government of Finland",
    ),
    (
        ("The British government spoke.", "The British government"),
        ("The government of the United Kingdom spoke.", "The government of the United Kingdom"),
        "government of the United Kingdom",
    ),
    (
        ("The Ministers for Foreign Affairs of Malta protested.", "The Ministers for Foreign Affairs of Malta"),
        ("Malta's minister for foreign affairs protested.", "Malta's minister for foreign affairs"),
        "minister for foreign affairs of Malta",
    ),
    (
        ("The commission in occupied Kerch gave figures.", "The commission in occupied Kerch"),
        ("Kerch's own commission gave figures.", "Kerch's own commission"),
        "commission of Kerch",
    ),
    (("Kyiv will not accept it.", "Kyiv"), ("Ukraine will not accept it.", "Ukraine"), "Ukraine"),
    (
        ("Sevastopol's election commission gave figures.", "Sevastopol's election commission"),
        ("In Sevastopol, the local election commission gave figures.", "the local election commission"),
        "Election Commission of Sevastopol",
    ),
    (
        ("The Ukrainian officials left.", "The Ukrainian officials"),
        ("Officials in Kyiv left.", "Officials in Kyiv"),
        "Ukrainian officials",
    ),
    (
        ("US Secretary of State Blinken spoke.", "US Secretary of State Blinken"),
        ("Antony Blinken was there. He spoke.", "He"),
        "Antony Blinken",
    ),
    (
        ("Estonian envoy Jonas Rimkus was there. The envoy spoke.", "The envoy"),
        ("On Monday Jonas Rimkus, the Estonian envoy, spoke.", "Jonas Rimkus, the Estonian envoy"),
        "Jonas Rimkus",
    ),
    (
        ("The EU protested. The bloc will act.", "The bloc"),
        ("The European Union protested.", "The European Union"),
        "European Union",
    ),
    (
        ("Macron's spokeswoman spoke.", "Macron's spokeswoman"),
        ("A spokesman for Emmanuel Macron spoke.", "A spokesman for Emmanuel Macron"),
        "spokesperson for Emmanuel Macron",
    ),
]


def named(text: str, phrase: str) -> str | None:
    """The canonical name of the last occurrence of a phrase."""
    start = text.rindex(phrase)
    return find_actors(parse(text), load_codebook()).resolve(start, start + len(phrase))[0].actor


@pytest.mark.parametrize(("first", "second", "expected"), PAIRS)
def test_one_name(first: tuple[str, str], second: tuple[str, str], expected: str) -> None:
    assert (named(*first), named(*second)) == (expected, expected)


def test_tidy() -> None:
    assert tidy("the  city 's\nown commission") == "city's own commission"
    assert tidy("Theodor Testov") == "Theodor Testov"
