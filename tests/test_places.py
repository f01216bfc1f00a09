"""Where a text puts a ballot, and which places it only mentions: invented sentences."""

from __future__ import annotations

import pytest

from ballotwatch.codebook import load_codebook
from ballotwatch.coding.actors import find_actors
from ballotwatch.coding.places import Place, find_places
from ballotwatch.coding.text import parse


def places(text: str) -> list[Place]:
    doc, codebook = parse(text), load_codebook()
    return find_places(doc, codebook, find_actors(doc, codebook))


def located(text: str) -> set[str]:
    return {place.region for place in places(text) if place.located and place.region}


HELD = [
    ("Polling stations opened in Crimea on Friday for the election.", {"UA-43"}),
    ("Voting in Sevastopol and Yalta has ended. The election was short.", {"UA-40", "UA-43"}),
    (
        "The referendum was held in occupied parts of Donetsk, Luhansk, Zaporizhzhya and Kherson.",
        {"UA-14", "UA-09", "UA-23", "UA-65"},
    ),
    ("A referendum was staged in the four regions that Russia claims.", {"UA-14", "UA-09", "UA-23", "UA-65"}),
    ("Residents of the LPR and the DPR went to the polls for an election.", {"UA-09", "UA-14"}),
    ("Turnout in the Zaporozhye Region reached 70 per cent in the election.", {"UA-23"}),
    ("A ballot box was brought to every flat in Tokmak during the referendum.", {"UA-23"}),
    ("Moscow plans a referendum in the Kharkiv region next month.", {"UA-63"}),
    ("In Crimea the election ended. Buses took people to the polling stations in Kerch.", {"UA-43"}),
    ("The election in the Autonomous Republic of Crimea and the city of Sevastopol is void.", {"UA-43", "UA-40"}),
]

NOT_HELD = [
    ("The mayor of Melitopol wrote that the election was a farce.", set()),
    ("The Ukrainian governor of the Luhansk region called the election void.", set()),
    ("The annexation of Crimea will never be recognised, Norway said.", set()),
    ("DONETSK, Sept 9 - The election was calm, officials said.", set()),
    ("The leader told reporters in Donetsk that nobody would recognise the election.", set()),
    ("Kyiv called the election a sham.", set()),
    ("Shells fell on Kherson. Two people died.", set()),
    ("Finland held a presidential election on Sunday.", set()),
]


@pytest.mark.parametrize(("text", "expected"), [*HELD, *NOT_HELD])
def test_located(text: str, expected: set[str]) -> None:
    assert located(text) == expected


def test_rows() -> None:
    text = "The election in Berdiansk and in Georgia."
    found = {place.name: place for place in places(text)}
    assert text[found["Berdiansk"].start : found["Berdiansk"].end] == "Berdiansk"
    assert (found["Berdiansk"].kind, found["Berdiansk"].region, found["Berdiansk"].country) == (
        "settlement",
        "UA-23",
        "UKR",
    )
    assert (found["Georgia"].kind, found["Georgia"].region) == ("country", None)
    assert 46 < found["Berdiansk"].lat < 47


def test_no_text() -> None:
    assert places("") == []
