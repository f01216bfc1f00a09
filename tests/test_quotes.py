"""Quotation marks, and direct quotations with their speakers, on invented sentences."""

from __future__ import annotations

import time

import pytest

from ballotwatch.codebook import load_codebook
from ballotwatch.coding.marks import find_marks
from ballotwatch.coding.quotes import find_quotes
from ballotwatch.coding.text import parse

VOCABULARY = load_codebook().vocabulary


def direct(text: str) -> list[tuple[str | None, str]]:
    """(speaker, words) of each direct row."""
    rows = [q for q in find_quotes(parse(text), VOCABULARY) if q.kind == "direct"]
    assert all(text[q.start : q.end] == q.text for q in rows)
    return [(None if q.speaker_start is None else text[q.speaker_start : q.speaker_end], q.text) for q in rows]


# Marks


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ('She said "no" and left.', ["no"]),
        ("She said “no” and left.", ["no"]),
        ("Sie sagte „nein“ und ging.", ["nein"]),
        ("Il dit « non » et sort.", [" non "]),
        ("Han sa »nej« og gik.", ["nej"]),
        ("She said 'no' and left.", ["no"]),
        ("She said ‘no’ and left.", ["no"]),
        ("She said ``no'' and left.", ["no"]),
        ("”Wrong way round,” she said.", ["Wrong way round,"]),
        ('The mayor:"We are here." He left.', ["We are here."]),
        ("The voters' lists and the clerk's pen weren't found.", []),
        ("In the '90s they didn't vote.", []),
        ("The box was 5' 2\" tall.", []),
        ("'The voters' lists are gone,' he said.", ["The voters' lists are gone,"]),
        ('"One.\n\n"Two.\n\n"Three," he said.', ['One.\n\n"Two.\n\n"Three,']),
        ('"Never closed in this line.\n\nA new paragraph.', ["Never closed in this line."]),
        ('"A, he said. "B," she said.', ["A, he said. ", "B,"]),
        ('no marks " at all', []),
    ],
)
def test_what_stands_inside_marks(text: str, inside: list[str]) -> None:
    assert [text[m.start : m.end] for m in find_marks(text) if m.depth == 0] == inside


def test_inner_marks_lie_deeper() -> None:
    text = "“ Such “polls” may not ‘count’ here.”"
    assert [(text[m.start : m.end], m.depth) for m in find_marks(text)] == [
        (" Such “polls” may not ‘count’ here.", 0),
        ("polls", 1),
        ("count", 1),
    ]


def test_unclosed_runs_say_so() -> None:
    assert [m.closed for m in find_marks('"open\n\n“shut”')] == [False, True]


@pytest.mark.parametrize("marks", ['"', "“", "'", "«x» ", ' "a" ', '\n"', "' ", '"a '])
def test_time_grows_with_length_alone(marks: str) -> None:
    begin = time.perf_counter()
    find_marks(marks * 100_000)
    assert time.perf_counter() - begin < 8


# Speakers

PAIRS = [
    # beside the marks
    ('"We will count every last vote," Halonen said.', "Halonen", "We will count every last vote,"),
    ('"We will count every last vote," said the clerk.', "the clerk", "We will count every last vote,"),
    ('"Who will count all the votes?" the clerk asked.', "the clerk", "Who will count all the votes?"),
    ('The clerk said: "We will count every last vote."', "The clerk", "We will count every last vote."),
    ('The clerk told reporters, "We will count every vote."', "The clerk", "We will count every vote."),
    ("The clerk wrote on Telegram: “The boxes are gone for good.”", "The clerk", "The boxes are gone for good."),
    ("«The boxes are gone for good», said the clerk.", "the clerk", "The boxes are gone for good"),
    ("‘The boxes are gone for good,’ said the clerk.", "the clerk", "The boxes are gone for good,"),
    ('"Nobody came to the school today," the statement reads.', "the statement", "Nobody came to the school today,"),
    (
        '"Nobody came to the school today" - Deputy Mayor Olena Ros',
        "Deputy Mayor Olena Ros",
        "Nobody came to the school today",
    ),
    (
        'President of the Council Ana Ruiz: "The vote is over and done."',
        "President of the Council Ana Ruiz",
        "The vote is over and done.",
    ),
    # inside a clause
    ('Latvia said the poll was "an insult to all voters" there.', "Latvia", "an insult to all voters"),
    ('The envoy called it "a farce played by armed men".', "The envoy", "a farce played by armed men"),
    ('Dublin dismissed the poll as a "show put on by soldiers".', "Dublin", "show put on by soldiers"),
    ('According to the envoy, the town had "no free vote at all".', "the envoy", "no free vote at all"),
    (
        'The bloc "will never accept the outcome", the commissioner declared.',
        "the commissioner",
        "will never accept the outcome",
    ),
    # split by the attribution
    ('"The boxes," Halonen said, "were empty when they came."', "Halonen", "were empty when they came."),
    ('"The lists were old," Halonen said. "Half of the names were dead."', "Halonen", "Half of the names were dead."),
    # the sentence or the paragraph around
    ('Halonen struck a weary tone. "There is nothing left to count."', "Halonen", "There is nothing left to count."),
    ('The mayor said in a post:\n\n"There is nothing left to count."', "The mayor", "There is nothing left to count."),
    ('The spokesman was blunt: "There is nothing left to count."', "The spokesman", "There is nothing left to count."),
    ('A banner reading "One town and one people" hung there.', "A banner", "One town and one people"),
    # nested and long ones
    ("“ Such “polls” cannot be lawful,” the clerk said.", "the clerk", "Such “polls” cannot be lawful,"),
    ("\"The 'so-called' poll was empty,\" the clerk said.", "the clerk", "The 'so-called' poll was empty,"),
    ('"We saw it all.\n\n"It was a sad day," the clerk said.', "the clerk", 'We saw it all.\n\n"It was a sad day,'),
    # one that is never closed
    (
        'The clerk said: "We will count every last vote.\n\nThe hall was empty.',
        "The clerk",
        "We will count every last vote.",
    ),
]


@pytest.mark.parametrize(("text", "who", "words"), PAIRS)
def test_words_and_who_says_them(text: str, who: str, words: str) -> None:
    assert (who, words) in direct(text)


def test_both_halves_of_a_split_quotation_have_the_speaker() -> None:
    text = '"The hall was empty at noon," the clerk said, "and it was empty at six."'
    assert [who for who, _ in direct(text)] == ["the clerk", "the clerk"]


@pytest.mark.parametrize(
    "text",
    [
        # scare quotes
        'The "new territories" have no voters.',
        'They held "elections of the people\'s deputies" in the port.',
        'The clerk condemned the "elections of the new people\'s council".',
        # titles of works and names
        'The film "How Two Brothers Lost a War" was shown in the hall.',
        'The newspaper "Voice of the Northern Port" was closed.',
        'The report, titled "A Vote at Night in Four Towns", came out in May.',
        # apostrophes
        "The voters' lists and the soldiers' rifles lay in the clerk's room.",
        # too short to be a quotation
        'The clerk called it "a farce".',
    ],
)
def test_what_is_no_quotation(text: str) -> None:
    assert direct(text) == []


def test_short_words_in_full_are_reported_speech() -> None:
    text = '"Not fair," the clerk said.'
    rows = find_quotes(parse(text), VOCABULARY)
    assert [(q.kind, q.text) for q in rows] == [("indirect", "Not fair,")]


@pytest.mark.parametrize("text", ["", " \n", '"', '""', "“", "He said:", '" " " "', "'", "- ", ": x", "—"])
def test_hardly_any_text_is_no_error(text: str) -> None:
    assert direct(text) == []


def test_rows_are_in_order_and_differ() -> None:
    text = "He said it was void. She said it was fair. According to them, it was both."
    rows = find_quotes(parse(text), VOCABULARY)
    assert rows == sorted(set(rows), key=rows.index)
    assert [q.start for q in rows] == sorted(q.start for q in rows)
