"""Indirect speech: source, cue and content, on invented sentences that no corpus holds."""

from __future__ import annotations

from itertools import pairwise

import pytest

from ballotwatch.codebook import load_codebook
from ballotwatch.coding.quotes import Quote, find_quotes
from ballotwatch.coding.text import parse

VOCABULARY = load_codebook().vocabulary


def indirect(text: str) -> list[tuple[str | None, str | None, str]]:
    """(source, cue, content) of each indirect row."""
    rows = find_quotes(parse(text), VOCABULARY)
    assert all(text[q.start : q.end] == q.text and q.text.strip() for q in rows)
    return [(speaker(text, q), q.cue, q.text) for q in rows if q.kind == "indirect"]


def speaker(text: str, quote: Quote) -> str | None:
    return None if quote.speaker_start is None else text[quote.speaker_start : quote.speaker_end]


PAIRS = [
    # before
    (
        "The mayor said that the polling stations had stayed empty.",
        "The mayor",
        "said",
        "that the polling stations had stayed empty",
    ),
    ("Norway said the count was a fiction.", "Norway", "said", "the count was a fiction"),
    ("She added that nobody had been asked.", "She", "added", "that nobody had been asked"),
    (
        "The ministry has repeatedly stressed that the result is void.",
        "The ministry",
        "has repeatedly stressed",
        "that the result is void",
    ),
    (
        "Lawyers argue that the decree breaks the constitution.",
        "Lawyers",
        "argue",
        "that the decree breaks the constitution",
    ),
    (
        "Residents fear that the lists will be used against them.",
        "Residents",
        "fear",
        "that the lists will be used against them",
    ),
    (
        "Villagers told reporters that soldiers had carried the ballot boxes.",
        "Villagers",
        "told",
        "that soldiers had carried the ballot boxes",
    ),
    (
        "The envoy asked whether the council would accept the outcome.",
        "The envoy",
        "asked",
        "whether the council would accept the outcome",
    ),
    (
        "The minister explained why the vote had been postponed.",
        "The minister",
        "explained",
        "why the vote had been postponed",
    ),
    (
        "Sweden said that it would not recognise the vote and that it would send no observers.",
        "Sweden",
        "said",
        "that it would not recognise the vote and that it would send no observers",
    ),
    # behind
    (
        "The turnout figures had been invented, said Oksana Lysenko, a lawyer in Odesa.",
        "Oksana Lysenko, a lawyer in Odesa",
        "said",
        "The turnout figures had been invented",
    ),
    (
        "But the ballots were never counted, the deputy mayor admitted.",
        "the deputy mayor",
        "admitted",
        "But the ballots were never counted",
    ),
    (
        "In the north the queues were long, the agency reported.",
        "the agency",
        "reported",
        "In the north the queues were long",
    ),
    ("The mission would leave on Friday, he added.", "he", "added", "The mission would leave on Friday"),
    # in the middle
    ("The referendum, the ambassador said, was a farce.", "the ambassador", "said", "was a farce"),
    ("The referendum, the ambassador said, was a farce.", "the ambassador", "said", "The referendum"),
    (
        "If the result stood, a diplomat warned, no border would be safe.",
        "a diplomat",
        "warned",
        "no border would be safe",
    ),
    # a semicolon parts what is said from what was said before
    ("The hall was cold; the count, he noted, lasted all night.", "he", "noted", "lasted all night"),
    # phrases
    (
        "According to the commission, two thirds of the electorate took part.",
        "the commission",
        "According to",
        "two thirds of the electorate took part",
    ),
    (
        "The stations closed at noon, according to local officials.",
        "local officials",
        "according to",
        "The stations closed at noon",
    ),
    (
        "In the ambassador's view, the vote changes nothing.",
        "the ambassador",
        "In the ambassador's view",
        "the vote changes nothing",
    ),
    ("For the prime minister it was an act of theft.", "the prime minister", "For", "it was an act of theft"),
    ("To his mind, the ballot was worthless.", "his", "To his mind", "the ballot was worthless"),
    # a name and a colon, a headline's tail
    (
        "Lithuania's president: occupied towns cannot vote freely\n\nThe rest follows here.",
        "Lithuania's president",
        ":",
        "occupied towns cannot vote freely",
    ),
    (
        "Sham ballots will not change the border - Foreign Minister\n\nThe rest follows here.",
        "Foreign Minister",
        "-",
        "Sham ballots will not change the border",
    ),
    # infinitives
    ("Denmark urged its partners to tighten the sanctions.", "Denmark", "urged", "to tighten the sanctions"),
    ("The governor promised to hold a new vote.", "The governor", "promised", "to hold a new vote"),
    ("The party refused to accept the count.", "The party", "refused", "to accept the count"),
    (
        "Observers declined to say whether the vote was fair.",
        "Observers",
        "declined to say",
        "whether the vote was fair",
    ),
    (
        "The union wants foreign governments to respect the outcome.",
        "The union",
        "wants",
        "foreign governments to respect the outcome",
    ),
    # verb and preposition
    ("Estonia called for an inquiry into the count.", "Estonia", "called for", "an inquiry into the count"),
    ("The bishop spoke of a dark day for the region.", "The bishop", "spoke of", "a dark day for the region"),
    ("The bank warned of a long winter.", "The bank", "warned of", "a long winter"),
    ("The council called on voters to stay at home.", "The council", "called on", "voters to stay at home"),
    # judgements
    ("Latvia called the election a masquerade.", "Latvia", "called", "the election a masquerade"),
    ("The spokesman described the vote as null and void.", "The spokesman", "described", "the vote as null and void"),
    ("The chancellor condemned the annexation.", "The chancellor", "condemned", "the annexation"),
    (
        "The opposition accused the junta of stuffing ballot boxes.",
        "The opposition",
        "accused",
        "the junta of stuffing ballot boxes",
    ),
    ("Portugal does not recognise the new assembly.", "Portugal", "does not recognise", "the new assembly"),
    ("Japan regards the ballot as invalid.", "Japan", "regards", "the ballot as invalid"),
    ("They spent five days on a ballot that Athens called a charade.", "Athens", "called", "a charade"),
    # passives
    ("The poll was denounced by Madrid, Lisbon and Rome.", "Madrid, Lisbon and Rome", "was denounced", "The poll"),
    (
        "The officer was quoted as saying that the lists had been burnt.",
        "The officer",
        "saying",
        "that the lists had been burnt",
    ),
    (
        "Reuters quoted the clerk as saying that the seals were broken.",
        "the clerk",
        "saying",
        "that the seals were broken",
    ),
    ("The votes are said to have been counted twice.", None, "are said", "to have been counted twice"),
    # adjectives and nouns
    (
        "The president is convinced that the allies will hold firm.",
        "The president",
        "is convinced",
        "that the allies will hold firm",
    ),
    ("Vienna was sceptical that the vote would be free.", "Vienna", "was sceptical", "that the vote would be free"),
    (
        "The commission's claim that nine in ten had voted was mocked.",
        "The commission",
        "claim",
        "that nine in ten had voted",
    ),
    (
        "The mayor issued a warning that the roads were mined.",
        "The mayor",
        "issued a warning",
        "that the roads were mined",
    ),
    # shared subjects
    ("Oslo rejected the vote and demanded that the troops leave.", "Oslo", "demanded", "that the troops leave"),
    (
        "He criticised the timetable, adding that the lists were out of date.",
        "He",
        "adding",
        "that the lists were out of date",
    ),
    (
        "The premier insisted that the poll had met every standard and called on neighbours to accept it.",
        "The premier",
        "insisted",
        "that the poll had met every standard",
    ),
    (
        "The premier insisted that the poll had met every standard and called on neighbours to accept it.",
        "The premier",
        "called on",
        "neighbours to accept it",
    ),
    ("The envoy, who said that the vote was void, left the room.", "The envoy", "said", "that the vote was void"),
    # nested
    (
        "A colonel said the mayor had told him that the boxes were missing.",
        "A colonel",
        "said",
        "the mayor had told him that the boxes were missing",
    ),
    (
        "A colonel said the mayor had told him that the boxes were missing.",
        "the mayor",
        "had told",
        "that the boxes were missing",
    ),
    ("TASS reports that the governor said the vote was over.", "the governor", "said", "the vote was over"),
    # coordination, titles and apposition belong to the source
    (
        "France, Germany and Italy said they would not recognise it.",
        "France, Germany and Italy",
        "said",
        "they would not recognise it",
    ),
    (
        "Foreign Minister Ilze Kalnina said the vote was void.",
        "Foreign Minister Ilze Kalnina",
        "said",
        "the vote was void",
    ),
    (
        "RIGA, Sept 3 - Officials in the port said the vote was void.",
        "Officials in the port",
        "said",
        "the vote was void",
    ),
    # a paragraph beneath
    (
        "The governor added:\n\nNobody was forced to take part in the vote.",
        "The governor",
        "added",
        "Nobody was forced to take part in the vote",
    ),
    ("The stations, as the clerk put it, were tombs.", "the clerk", "put it", "were tombs"),
]


@pytest.mark.parametrize(("text", "source", "cue", "content"), PAIRS)
def test_source_cue_and_content(text: str, source: str | None, cue: str, content: str) -> None:
    assert (source, cue, content) in indirect(text)


@pytest.mark.parametrize(
    "text",
    [
        "The government held elections in two districts.",
        "Soldiers guarded the school where people voted.",
        "Russia issued passports to the residents of the town.",
        "The polling stations opened at eight and closed at ten.",
        "Sixty drones attacked the port on Sunday night.",
        "The train reached the border at noon.",
        "Live: polling stations close in the north",
        "Crimea: the shops were open as usual",
        "The hall holds two hundred people.",
        "Photo: the mayor opens the school",
        "The ministry published the results.",
        "He read the newspaper and wrote a letter.",
    ],
)
def test_what_nobody_says_gets_no_row(text: str) -> None:
    assert indirect(text) == []


@pytest.mark.parametrize(
    ("text", "source"),
    [
        # What is only demanded of somebody is not theirs.
        ("Denmark urged its partners not to recognise the vote.", "its partners"),
        ("He said that the allies must condemn the vote.", "the allies"),
        # The object is whom one speaks to, not who speaks.
        ("Asked about the vote, the minister left.", "the minister"),
    ],
)
def test_no_source_of_what_they_did_not_say(text: str, source: str) -> None:
    assert source not in [row[0] for row in indirect(text)]


def test_inner_rows_lie_inside_outer_ones() -> None:
    text = "Interfax reports that the mayor said the clerk had claimed that the lists were lost."
    rows = [q for q in find_quotes(parse(text), VOCABULARY)]
    spans = sorted((q.start, q.end) for q in rows)
    assert [speaker(text, q) for q in sorted(rows, key=lambda q: q.start)] == ["Interfax", "the mayor", "the clerk"]
    assert all(a[0] < b[0] and b[1] <= a[1] for a, b in pairwise(spans))


def test_manner_names_the_class_of_the_cue() -> None:
    manners = {q.manner for q in find_quotes(parse("Oslo said it was void. Rome condemned the vote."), VOCABULARY)}
    assert manners == {"say", "judge"}
