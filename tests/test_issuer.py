"""Documents that are themselves a statement, and ordinary reports that are not: invented texts."""

from __future__ import annotations

import pytest

from ballotwatch.codebook import load_codebook
from ballotwatch.coding.actors import Actors, find_actors
from ballotwatch.coding.text import parse

BODY = "\n\nWe condemn the vote. We will not recognise its result. Our position is known to all."

STATEMENTS = [
    ("Statement by the Ministry of Foreign Affairs of Latvia on the so-called elections" + BODY, {"LVA"}),
    ("Statement from Prime Minister Justin Trudeau on the sham votes" + BODY, {"CAN"}),
    ("NATO statement on the illegal referendums" + BODY, {"NATO"}),
    (
        "Joint statement by the foreign ministers of Estonia, Latvia and Lithuania on the vote" + BODY,
        {"EST", "LVA", "LTU"},
    ),
    ("Declaration by the High Representative on behalf of the European Union on the elections" + BODY, {"EU"}),
    (
        "Readout of President Emmanuel Macron’s call with President Volodymyr Zelensky\n\nThe two leaders talked.",
        {"FRA"},
    ),
    ("A joint position\n\nWe, the Presidents of Poland and Romania, condemn the vote." + BODY, {"POL", "ROU"}),
    (
        "FVWN: No vote at gunpoint is free\n\nFVWN, the Nordic free vote network, calls on all to act. "
        "We address this appeal to parliaments. Our members agree.",
        {"FVWN"},
    ),
]

REPORTS = [
    "Statement by Russia on vote draws anger in Kyiv\n\nUkraine rejected the text on Monday.",
    "Kyiv: the vote is void\n\nUkraine said on Monday that the vote was void. It asked partners to act.",
    "Opinion: a vote without voters\n\nI was in Kherson. I saw no voters. My notes are clear.",
    "Ukraine rejects statement on vote\n\nThe foreign ministry in Kyiv said so.",
    "Votes end in the east\n\n“We condemn it. We will not recognise it,” said Norway's foreign minister.",
]


def read(text: str) -> Actors:
    return find_actors(parse(text), load_codebook())


@pytest.mark.parametrize(("text", "expected"), STATEMENTS)
def test_issuers(text: str, expected: set[str]) -> None:
    assert {actor.entity for actor in read(text).issuers} == expected


@pytest.mark.parametrize("text", REPORTS)
def test_no_issuer(text: str) -> None:
    assert read(text).issuer is None


def test_first_person_is_the_issuer() -> None:
    text, expected = STATEMENTS[0]
    start = text.index("We condemn")
    assert {actor.entity for actor in read(text).resolve(start, start + 2)} == expected


def test_interview_answers() -> None:
    text = (
        "A talk about the vote\n\nThe poll ended on Sunday. We spoke to a spokesman for Estonia's foreign ministry.\n\n"
        "Q: Is the vote valid?\nA: No, it is void.\n\nQ: What now?\nA: We ask for sanctions.\n"
    )
    actors = read(text)
    assert actors.voice(text.index("No, it")).entity == "EST"
    assert actors.voice(text.index("What now")) is None
    assert actors.issuer is None


def test_transcript_turn() -> None:
    text = (
        "Meeting at the palace\n\nThe president received guests from the regions and thanked everybody who had come.\n\n"
        "President of Russia Vladimir Putin: The people made their choice in that vote. Thank you all.\n"
    )
    assert read(text).voice(text.index("The people made")).entity == "RUS"


HOMES = [
    (
        "Statement by the Press Secretary on the vote in Ruritania\n\nChile stands with the voters. Chile will not accept the "
        "result. Caracas counted alone.",
        {"CHL"},
    ),
    (
        "Statement by the Deputy Minister on the vote in Crimea\n\nUkraine said much. Poland saw more. Nobody is right.",
        set(),
    ),
    ("Turkey: Declaration by the High Representative on behalf of the European Union on the vote" + BODY, {"EU"}),
    (
        "Joint statement by the foreign ministers of the Visegrad Group\n\nWe, the ministers of Poland and Slovakia, "
        "condemn the vote.",
        {"POL", "SVK"},
    ),
]


@pytest.mark.parametrize(("text", "expected"), HOMES)
def test_home(text: str, expected: set[str]) -> None:
    assert {actor.entity for actor in read(text).issuers} == expected


def test_turn_of_a_bare_office() -> None:
    text = (
        "OSCE press briefing\n\nSPOKESMAN: Let us begin at once.\n\nQUESTION: Is the vote in Donetsk valid?\n\n"
        "SPOKESMAN: It is not valid, as we have said before.\n"
    )
    assert read(text).voice(text.index("It is not")).entity == "OSCE"
