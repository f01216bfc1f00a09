"""Evidence: sentences, marks and escaping."""

from __future__ import annotations

import chart_samples as samples
import pytest

from ballotwatch.evidence import (
    evidence_html,
    evidence_records,
    find_passage,
    marked,
    passage,
    passage_html,
    passages,
)
from ballotwatch.refs import refs, span_ref


def _around(text: str, words: str) -> str:
    start = text.index(words)
    return marked([passage(text, start, start + len(words))])[0]


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("One. Two is here. Three.", "is", "Two »is« here."),
        ("One. Two is here.", "One", "»One«."),
        ('He said: "No vote." She left.', "No vote", 'He said: "»No vote«."'),
        ("First line\nSecond line without stop\n\nThird", "line without", "Second »line without« stop"),
        ("Mr. Hill and D. Dale objected. Fine.", "objected", "Mr. Hill and D. Dale »objected«."),
        ("They spoke of the TOT. Then they left.", "spoke", "They »spoke« of the TOT."),
        ("One. Two. Three.", "One. Two", "»One. Two«."),
        ("It rose by 1.5 points? Yes.", "rose", "It »rose« by 1.5 points?"),
    ],
)
def test_a_span_stands_in_its_sentence(text: str, words: str, expected: str) -> None:
    assert _around(text, words) == expected


def test_neighbouring_sentences_of_the_paragraph_can_be_shown() -> None:
    text = "Title\nOne. Two is here. Three. Four."
    start = text.index("is")
    assert marked([passage(text, start, start + 2, around=1)]) == ["One. Two »is« here. Three."]
    assert marked([passage(text, start, start + 2, around=9)]) == ["One. Two »is« here. Three. Four."]


def test_the_cue_is_strong_within_the_mark() -> None:
    html = passage_html(passage("They do <not> accept it.", 5, 20), "<not>")
    assert html == "They <mark>do <strong>&lt;not&gt;</strong> accept</mark> it."


def test_span_and_whole_are_the_articles_words() -> None:
    text = samples.TEXT["a"]
    for start in range(0, len(text) - 3, 7):
        found = passage(text, start, start + 3)
        assert found.span == text[start : start + 3] and "".join(found) in text


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2), (0, 99)])
def test_a_span_outside_the_text_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="lies outside a text of 5 characters"):
        passage("A b c", start, end)


def test_words_are_found_across_white_space() -> None:
    assert find_passage("One\u00a0two  three.", "two three").span == "two  three"
    assert find_passage("One", "two") is None and find_passage("One", "") is None


def test_html_marks_the_span_and_escapes_the_rest() -> None:
    tables = samples.sample()
    html = evidence_html(tables["statements"], tables["documents"], tables["ballots"])
    assert (
        "<mark><strong>&quot;does not accept&quot;</strong></mark> the vote in Hill &lt;b&gt;&amp; Dale&lt;/b&gt;."
        in html
    )
    assert "<b>" not in html and html.count("<blockquote id=") == 4
    assert "Vote in Hill &amp; Dale 2024" in html and "no ballot named" in html


def test_a_span_without_its_article_is_an_error() -> None:
    tables = samples.sample()
    with pytest.raises(ValueError, match="no document 'a' for a coded span"):
        passages(tables["statements"], tables["documents"].tail(1))


def test_the_record_of_a_statement() -> None:
    record = evidence_records(["statement:s4"], samples.sample())["statement:s4"]
    assert record == {
        "kind": "statement", "before": "Graustark praised the vote. ", "span": "Turnout was 41%",
        "after": " in Dale, D. Marshal said.", "cue": "Turnout was 41%", "actor": "Speaker of GRA", "entity": "GRA",
        "concept": "turnout", "what": "turnout, taking no side", "polarity": 0, "ballot": "Vote in Hill & Dale 2024",
        "dates": "2024-03-18", "basis": "publication inferred", "source": "press/b.txt", "coder": "test",
        "link": "05_evidence.html#s4",
    }  # fmt: skip


def test_a_statement_dated_by_its_own_words_says_so() -> None:
    tables = samples.sample()
    days = tables["statements"]["date_earliest"].copy()
    tables["statements"] = tables["statements"].assign(date_earliest=days.where(days.index != 0, None))
    records = evidence_records(refs("statement", ["s1", "s3"]), tables)
    assert records["statement:s1"]["basis"] == "day given in the text"
    assert records["statement:s1"]["dates"] == "2024-03-20"
    assert records["statement:s3"]["ballot"] == "no ballot named"


def test_records_of_articles_spans_and_ballots() -> None:
    tables = samples.sample()
    given = ["article:a", span_ref("b", 0, 9), "ballot:vote-2024", "ballot:vote-2019"]
    article, span, ballot, bare = evidence_records(given, tables).values()
    assert article["before"] == samples.TEXT["a"] and article["dates"] == "2024-03-16 to 2024-03-20"
    assert article["link"] == "05_evidence.html#article:a" and article["basis"] == "publication inferred"
    assert (span["span"], span["kind"], span["link"]) == ("Graustark", "span", "05_evidence.html#article:b")
    assert ballot["title"] == "Vote in Hill & Dale 2024" and ballot["dates"] == "2024-03-15 to 2024-03-17"
    assert ballot["regions"] == "x, x" and "link" not in ballot
    assert bare == {"kind": "ballot", "title": "Vote of 2019", "dates": "date unknown"}


def test_an_article_opens_with_whole_sentences_after_its_title() -> None:
    tables = samples.sample()
    text = "The title\n\n" + "A sentence of some words. " * 20
    tables["documents"] = tables["documents"].assign(text=text, title="The title")
    opening = evidence_records(["article:a"], tables)["article:a"]["before"]
    assert opening.startswith("A sentence") and opening.endswith("words.") and 200 < len(opening) < 300


@pytest.mark.parametrize("ref", ["statement:x", "article:x", "ballot:x", "span:x:1:2"])
def test_a_reference_to_a_missing_row_is_an_error(ref: str) -> None:
    with pytest.raises(ValueError, match="'x' in the tables for a mark: draw the chart from these tables again"):
        evidence_records([ref], samples.sample())
