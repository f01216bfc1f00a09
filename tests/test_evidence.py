"""Evidence: sentences, marks and escaping."""

from __future__ import annotations

import chart_samples as samples
import pytest

from ballotwatch.evidence import evidence_html, find_passage, marked, passage, passage_html, passages


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
