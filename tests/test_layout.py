"""Layout: what a reader sees around the prose, as pairs of a text and the words that are found."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballotwatch.layout import Layout, find_layout

BODY = "The ministry in Testgrad said on Monday that it would not accept the count, whatever came of the complaint."
WRAPPED = "The ministry in Testgrad said on Monday that it would\nnot accept the count, whatever came of it."
MORE = "Nobody in the capital expected anything else, and nobody was surprised."


def words(text: str, field: str) -> object:
    """The words of a field of a text's layout, one or several."""
    value = getattr(find_layout(text), field)
    if value is None:
        return None
    return value.of(text) if hasattr(value, "of") else [span.of(text) for span in value]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (f"Ministry rejects the count\n\n{BODY}", "Ministry rejects the count"),
        (f"Ministry rejects the count\r\n\r\n{BODY}\r\n", "Ministry rejects the count"),
        (f"Ministry rejects the count\n{BODY}\n{MORE}", "Ministry rejects the count"),
        (f"\n\n  Who counts the votes?\n\n{BODY}", "Who counts the votes?"),
        (f"“We shall not go”\n\n{BODY}", "“We shall not go”"),
        (f"Opinion: A count and its costs\n\n{BODY}", "Opinion: A count and its costs"),
        (f"ACME: The world must look\n\n{BODY}", "ACME: The world must look"),
        (f"Published: 2019-05-06\n\nMinistry rejects the count\n\n{BODY}", "Ministry rejects the count"),
        (f"6 May 2019, 10:15\nMinistry rejects the count\nBy Jane Doe\n\n{BODY}", "Ministry rejects the count"),
        (f"Press release\n\nMinistry rejects the count\n\n{BODY}", "Ministry rejects the count"),
        (f"Hall of votes (Photo: J. Doe)\n\nMinistry rejects the count\n\n{BODY}", "Ministry rejects the count"),
        (f"date 2019-05-06 Ministry rejects the count\n\n{BODY}", "Ministry rejects the count"),
        (f"Ministry rejects the count of 6 May 2019\n\n{BODY}", "Ministry rejects the count of 6 May 2019"),
        (f"Ministry rejects the count.\n\nTESTGRAD, May 6 - {BODY}", "Ministry rejects the count."),
        (
            f"Ministry of Testland rejects the count of the early vote\nin two provinces by the river\n\n{WRAPPED}",
            "Ministry of Testland rejects the count of the early vote\nin two provinces by the river",
        ),
        # Near-misses: prose from the first line, a salutation, a dateline, a caption, a lone line, wrapped prose.
        (f"{BODY}\n\n{MORE}", None),
        (f"Votes were counted overnight.\n\n{BODY}", None),
        (f"Dear friends!\n\n{BODY}", None),
        (f"TESTGRAD, May 6 - {BODY}\n\n{MORE}", None),
        (f"Hall of votes (Illustrative photo: J. Doe/XYZ)\n\n{BODY}", None),
        ("Ministry rejects the count", None),
        ("", None),
        (f"The ministry said this:\n\n{BODY}", None),
        (WRAPPED, None),
    ],
)
def test_title(text: str, title: str | None) -> None:
    assert words(text, "title") == title


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Published: 2019-05-06", True),
        ("2019-05-06 | Interview", True),
        ("06.05.2019 17:30", True),
        ("Monday, May 6, 2019", True),
        ("Testgrad, 6 May 2019", True),
        ("6 May 2019 at 10.15 am GMT", True),
        ("Updated on 6th May 2019", True),
        ("News | May 6, 2019", True),
        ("2019-05-06T10:15:00Z", True),
        ("Posted on May 6, 2019 by Jane Doe", True),
        ("6 May 2019 – 5 min read", True),
        ("The vote of 6 May 2019", False),
        ("Testgrad voted on 6 May 2019", False),
        ("May 2019", False),
        ("36.15.2019 is no date", False),
    ],
)
def test_date_line(line: str, found: bool) -> None:
    text = f"Ministry rejects the count\n\n{line}\n\n{BODY}"
    assert words(text, "date_line") == (line if found else None)


@pytest.mark.parametrize(
    ("opening", "date_line"),
    [
        (" date 2019-05-06 The ministry", "date 2019-05-06"),
        ("06.05.2019, 14:30 The ministry", "06.05.2019, 14:30"),
        ("Published on 6 May 2019 The ministry", "Published on 6 May 2019"),
        ("6 May 2019 was the day that the ministry", None),
        ("On 6 May 2019 The Hague", None),
    ],
)
def test_date_before_the_body(opening: str, date_line: str | None) -> None:
    assert words(f"{opening} said that it would not accept the count.\n\n{BODY}", "date_line") == date_line


def test_date_under_the_body_needs_a_year() -> None:
    assert words(f"{BODY}\n\n{MORE}\n\n(Published 6 May 2019)", "date_line") == "(Published 6 May 2019)"
    assert words(f"{BODY}\n\n{MORE}\n\nMonday, May 6", "date_line") is None


@pytest.mark.parametrize(
    ("opening", "dateline", "places", "date"),
    [
        ("TESTGRAD, May 6 - ", "TESTGRAD, May 6 -", ["TESTGRAD"], "May 6"),
        ("TESTGRAD, March 23 -- ", "TESTGRAD, March 23 --", ["TESTGRAD"], "March 23"),
        ("TESTGRAD, May 6. /Newsagency/. ", "TESTGRAD, May 6. /Newsagency/.", ["TESTGRAD"], "May 6"),
        ("NORD/TESTGRAD, Nov 3 - ", "NORD/TESTGRAD, Nov 3 -", ["NORD", "TESTGRAD"], "Nov 3"),
        ("NORD/TESTGRAD. ", "NORD/TESTGRAD.", ["NORD", "TESTGRAD"], None),
        ("TESTGRAD (XYZ) — ", "TESTGRAD (XYZ) —", ["TESTGRAD"], None),
        ("Testgrad (XYZ) – ", "Testgrad (XYZ) –", ["Testgrad"], None),
        ("LAKE CITY, N.D., Sept. 26 (XYZ) — ", "LAKE CITY, N.D., Sept. 26 (XYZ) —", ["LAKE CITY"], "Sept. 26"),
        ("Testgrad, 6 May 2019 – ", "Testgrad, 6 May 2019 –", ["Testgrad"], "6 May 2019"),
        ("NORD and TESTGRAD, May 6 - ", "NORD and TESTGRAD, May 6 -", ["NORD", "TESTGRAD"], "May 6"),
        ("Russia - ", None, [], None),
        ("ACME: ", None, [], None),
        ("BREAKING - ", None, [], None),
        ("", None, [], None),
        ("On Monday, May 6, ", None, [], None),
    ],
)
def test_dateline(opening: str, dateline: str | None, places: list[str], date: str | None) -> None:
    text = f"Ministry rejects the count\n\n{opening}{BODY}\n\n{MORE}"
    assert words(text, "dateline") == dateline
    assert words(text, "dateline_places") == places
    assert words(text, "dateline_date") == date


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("By Jane Doe", True),
        ("By Jane Doe and John Roe in Testgrad", True),
        ("By Jane Doe, Newsagency", True),
        ("BY JANE DOE", True),
        ("By force or by fraud", False),
        ("By the President of Testland", False),
    ],
)
def test_byline(line: str, found: bool) -> None:
    assert words(f"Ministry rejects the count\n{line}\n\n{BODY}", "byline") == (line if found else None)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("The occupied town (Illustrative photo: Doe/XYZ)", True),
        ("Photo: a hall of votes", True),
        ("(Photo by Jane Doe/Agency Images)", True),
        ("FILE PHOTO: A man casts his vote in Testgrad.", True),
        ("A man votes. REUTERS/Jane Doe", True),
        ("© Jane Doe", True),
        ("Photos were banned from the hall of votes.", False),
        ("The photo showed a man with two ballot papers.", False),
        ("A man took a photo (of his ballot) and left.", False),
    ],
)
def test_caption(line: str, found: bool) -> None:
    text = f"Ministry rejects the count\n\n{BODY}\n\n{line}\n\n{MORE}"
    assert words(text, "captions") == ([line] if found else [])


def test_caption_that_runs_on_into_the_body() -> None:
    text = f"The occupied town (Illustrative photo: Doe/XYZ) {BODY}"
    assert words(text, "captions") == ["The occupied town (Illustrative photo: Doe/XYZ)"]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("\xa0 War in Testland, Nordland", True),
        ("Tags: vote, count", True),
        ("#vote #count", True),
        ("Read also: Nordland counts again", True),
        ("Testgrad | Elections | Nordland", True),
        ("Jane Doe, Minister of Testland", False),
        ("He tagged along, and nobody minded", False),
        ("He named Testgrad, Nordland, and the river.", False),
    ],
)
def test_tags(line: str, found: bool) -> None:
    assert words(f"{BODY}\n\n{MORE}\n\n{line}\n", "tags") == ([line.strip()] if found else [])


@pytest.mark.parametrize(
    ("ending", "signature"),
    [
        ("\n\nJane Doe\nPresident of Testland", "Jane Doe\nPresident of Testland"),
        (" President of Testland Jane Doe Chair of the Union John Roe", None),
        ("   President of Testland Jane Doe", "President of Testland Jane Doe"),
        ("\n\nJane Doe, Minister for Foreign Affairs", "Jane Doe, Minister for Foreign Affairs"),
        ("\n\nJane Doe is the President of Testland.", None),
        ("\n\nLake City", None),
    ],
)
def test_signature(ending: str, signature: str | None) -> None:
    if ending.endswith("John Roe"):
        signature = ending.strip()
    assert words(f"Joint statement\n\n{BODY}\n\n{MORE}{ending}", "signature") == signature


def test_questions_that_head_sections() -> None:
    text = f"Q&A: Who counts?\n\nWhat was said?\n{BODY}\n\nAnd the lake?\n{BODY}\n\nA long silence\n\n{BODY}"
    assert words(text, "title") == "Q&A: Who counts?"
    assert words(text, "headings") == ["What was said?", "And the lake?", "A long silence"]


def test_prose_is_no_heading() -> None:
    assert words(f"{BODY}\n\nWas it so? It was.\n\n{BODY}\n\nand so on\n\n{BODY}", "headings") == []


def test_interview() -> None:
    text = f"A talk\n\n{BODY}\n\nQ: Who counts?\nA: We do.\nAll of us.\n\nQ: And then?\nA: Nothing.\n\n{MORE}"
    turns = [(turn.role, turn.words.of(text)) for turn in find_layout(text).turns]
    expected = [("question", "Who counts?"), ("answer", "We do.\nAll of us."), ("question", "And then?")]
    assert turns == [*expected, ("answer", "Nothing.")]


def test_transcript() -> None:
    text = (
        f'A concert\n\n{BODY}\n\nPresident of Testland Jane Doe:"We are many."\n\nJane Doe: Thank you.\n\nJane Doe: Go.'
    )
    turns = [(turn.role, turn.label.of(text)) for turn in find_layout(text).turns]
    assert turns == [("speaker", "President of Testland Jane Doe"), ("speaker", "Jane Doe"), ("speaker", "Jane Doe")]


def test_a_colon_alone_makes_no_turn() -> None:
    text = f"A day\n\nTestgrad: the count goes on.\n\nFinal Figures: nobody won.\n\n{BODY}"
    assert find_layout(text).turns == ()


def test_live_blog() -> None:
    text = (
        f"Live: the count\n\n08:15\n{BODY}\n\n9:02 p.m.\n{MORE}\n\n10:40 – More votes came in.\n\n12.50 per cent voted."
    )
    assert words(text, "stamps") == ["08:15", "9:02 p.m.", "10:40"]
    assert words(text, "title") == "Live: the count"


def test_one_time_is_no_live_blog() -> None:
    assert words(f"A day\n\n{BODY}\n\n08:15\n{BODY}", "stamps") == []


@given(st.text(alphabet='Ab .:-\n\r\u2028"“”()#,/|0123é\x85\ufeff', max_size=300))
def test_spans_lie_in_the_text(text: str) -> None:
    layout = find_layout(text)
    for value in vars(layout).values():
        for span in [value] if hasattr(value, "of") else value or ():
            if hasattr(span, "of"):
                assert 0 <= span.start < span.end <= len(text)
                assert span.of(text) == span.of(text).strip()


def test_every_empty_text_has_an_empty_layout() -> None:
    assert find_layout(" \n\r\n\t\xa0") == Layout()


@pytest.mark.parametrize(
    "unit", [" ", "\n", "a", "A ", '"', "(", "Q: a?\n", "#a\n", "Aa, ", "1:00\n", "Photo (", "A b\n\n"]
)
def test_work_is_linear(unit: str) -> None:
    """Four times the text takes about four times the calls; a quadratic rule would take sixteen times."""

    def calls(text: str) -> int:
        count = 0

        def note(*_: object) -> None:
            nonlocal count
            count += 1

        sys.setprofile(note)
        try:
            find_layout(text)
        finally:
            sys.setprofile(None)
        return count

    small, large = unit * (10_000 // len(unit)), unit * (40_000 // len(unit))
    assert calls(large) < 5 * calls(small) + 1000
