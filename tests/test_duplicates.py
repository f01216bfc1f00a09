"""Reprints, as pairs of texts that are one article, and near-misses that are two."""

import random

import pytest

from ballotwatch.duplicates import find_duplicates

STORY = """Ministry rejects the count in Testgrad

The ministry of Testland said on Monday that it would not accept the count of Sunday's vote in the lake province, and
asked its neighbours to do the same. Minister Jane Doe told reporters that 12 of 40 polling stations had never opened.

"This is a count of empty boxes," Doe said. "We shall take it to the court in Nordheim." She added that the commission
under Richard Roe had been named by nobody and answered to nobody, and that its figure of 81.4 per cent was invented.

Roe dismissed the complaint. The vote, he said, had been calm, and observers from three countries had praised it. He put
turnout at 63 per cent, up from 55 per cent four years ago, and promised a full list of results by Thursday evening.

Nordland called the vote unlawful. Southland has not commented, but its ambassador left Testgrad on Sunday night."""

SAME_EVENT = """Testland's minister calls vote in lake province worthless

Jane Doe, who speaks for Testland abroad, has dismissed Sunday's ballot in the lake province as worthless. A dozen of the
40 polling stations stayed shut, she told journalists in Testgrad a day after the vote, and neighbours should ignore it.

The head of the commission, Richard Roe, will have none of that. According to him 81.4 per cent backed the list, turnout
reached 63 per cent, and three foreign delegations were content with what they saw. Results are to follow on Thursday.

For Doe the case now belongs to the judges: "We shall take it to the court in Nordheim." Nordland sides with her, while
nothing has been heard from Southland, whose ambassador flew home on Sunday night without giving any reason for it."""

FORM = """Aid approved for {province}

The President declared today that a major disaster exists in {province} and ordered aid to supplement the efforts of
{province} in the areas that were affected by {cause} beginning on {day} May and going on for the rest of that week.
The President's action makes money available to people in the counties of {counties}. Aid can include grants for
temporary housing and repairs, loans at low cost to cover what was not insured, and other programmes to help people
and owners of firms to recover from what the disaster did. Money is also available to the province and to those local
authorities that can have it, on a basis of shared cost, for emergency work and the repair of public buildings."""


def duplicates(*texts: str) -> dict[str, str]:
    """Reprints among texts that are called a, b, c."""
    return find_duplicates(zip("abcdef", texts, strict=False))


def edited(text: str, changes: dict[str, str]) -> str:
    """A text with each change made, all of which must be found in it."""
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    "reprint",
    [
        STORY,
        STORY.replace("\n", " "),
        STORY.replace("\n", "\r\n"),
        STORY.upper(),
        "The Outlet\n\n" + STORY + "\n\nTags: Testland, Nordland",
        edited(STORY, {"Ministry rejects the count in Testgrad": "Doe Vows To Fight Lake Vote In Nordheim Court"}),
        edited(STORY, {"per cent": "percent", "neighbours": "neighbors", '"': "”", "told reporters": "said"}),
        edited(STORY, {"Nordland called the vote unlawful. ": "", "The vote, he said,": "The vote"}),
        STORY.rsplit("\n\n", 2)[0],
        "TESTGRAD, May 6 (XYZ) - " + STORY.split("\n\n", 1)[1],
    ],
    ids=["same", "one line", "crlf", "capitals", "furniture", "headline", "spelling", "cuts", "shortened", "agency"],
)
def test_reprints_are_found(reprint: str) -> None:
    assert duplicates(STORY, reprint) == {"b": "a"}
    assert duplicates(reprint, STORY) == {"b": "a"}


@pytest.mark.parametrize(
    "other",
    [
        SAME_EVENT,
        STORY.split("\n\n")[2],
        SAME_EVENT + "\n\n" + STORY.split("\n\n")[2],
        edited(STORY, {"Testgrad": "Lakeville", "Jane Doe": "Ann Poe", "Doe": "Poe", "81.4": "77.2", "63": "58"}),
        "",
    ],
    ids=["same event", "one quotation", "quotation inside a report", "other names", "empty"],
)
def test_other_articles_are_not(other: str) -> None:
    assert duplicates(STORY, other) == {}


def test_a_form_filled_in_anew_is_another_article() -> None:
    first = FORM.format(province="Lakeland", cause="a flood", day="3", counties="Nord, Birch and Elm")
    second = FORM.format(province="Hillmark", cause="a storm", day="19", counties="Oak, Stone and West")
    assert duplicates(first, second) == {}


def test_short_texts_count_only_when_equal() -> None:
    assert duplicates("Polls close at eight.", "polls close at eight", "Polls close at nine.") == {"b": "a"}


def test_reprints_lead_to_the_first() -> None:
    second = edited(STORY, {"told reporters": "said", "Nordland called the vote unlawful. ": ""})
    assert duplicates(STORY, SAME_EVENT, second, second + " It was late.", SAME_EVENT) == {"c": "a", "d": "a", "e": "b"}


def test_reprints_among_many() -> None:
    """Two hundred stories over one vocabulary, twenty of them printed again with one word in thirty changed."""
    pick = random.Random(4)
    vocabulary = [f"w{number}" for number in range(2000)]
    stories = [(f"s{number}", [pick.choice(vocabulary) for _ in range(300)]) for number in range(200)]
    reprints = [
        (f"r{name}", [word if at % 30 else "other" for at, word in enumerate(story)]) for name, story in stories[:20]
    ]
    documents = [(name, " ".join(story)) for name, story in stories + reprints]
    assert find_duplicates(documents) == {f"rs{number}": f"s{number}" for number in range(20)}
    assert find_duplicates(documents) == find_duplicates(documents)
