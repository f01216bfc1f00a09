"""Ballots: what names one, which of the calendar it is, and what is described by its date."""

from __future__ import annotations

from datetime import date

import pytest

from ballotwatch.codebook import load_codebook
from ballotwatch.coding.ballots import link_ballots
from ballotwatch.coding.dates import find_dates
from ballotwatch.coding.dating import Dating, Interval
from ballotwatch.coding.mentions import Ballots
from ballotwatch.coding.text import parse
from ballotwatch.coding.vocabulary import word_classes

LINKS = [
    ("Voters in Kherson and Zaporizhzhia went to the referendum under the eyes of soldiers.", date(2022, 9, 26),
     {"occupied-2022-referendum"}),
    ("The referendum in Crimea was held on 16 March 2014.", date(2019, 5, 2), {"crimea-2014-referendum"}),
    ("Russia's presidential election was also held in Crimea and Sevastopol on Sunday.", date(2018, 3, 19),
     {"crimea-2018-presidential"}),
    ("Abkhazia held a presidential election on Sunday, the Abkhaz commission said.", date(2020, 3, 23),
     {"abkhazia-2020-presidential"}),
]  # fmt: skip

MENTIONS = [
    ("The election was held on Sunday.", ["election"]),
    ("The Central Election Commission met at a polling station.", []),
    ("The Security Council voted on a draft resolution; the vote was 12 to one.", []),
    ("An opinion poll was published.", []),
    ("A referendum and local elections were held.", ["referendum", "elections"]),
    ("The jury's votes decided the song contest.", []),
]


@pytest.mark.parametrize(("text", "published", "expected"), LINKS)
def test_link(text: str, published: date, expected: set[str]) -> None:
    book, doc = load_codebook(), parse(text)
    window = Interval(published, published)
    dating = Dating(published, published, "metadata", "")
    ballots = Ballots(doc, word_classes(book))
    assert {
        row["ballot_id"] for row in link_ballots(doc, book, ballots, find_dates(doc, window), dating).mentions
    } == expected


@pytest.mark.parametrize(("text", "expected"), MENTIONS)
def test_mentions(text: str, expected: list[str]) -> None:
    doc = parse(text)
    ballots = Ballots(doc, word_classes(load_codebook()))
    assert [doc[i].text for i in sorted(ballots.strong)] == expected


def test_a_ballot_that_the_calendar_lacks_is_described_by_its_date() -> None:
    book, doc = load_codebook(), parse("Palau held a referendum on fishing rights on 3 June 2031.")
    ballots = Ballots(doc, word_classes(book))
    link = link_ballots(doc, book, ballots, find_dates(doc, None), Dating(None, None, "unknown", None))
    assert [(row["ballot_id"], row["start_date"]) for row in link.described] == [
        ("described:2031-06-03:referendum", date(2031, 6, 3))
    ]
