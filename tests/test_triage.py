"""Triage: what is not parsed holds nothing on ballots, and what is parsed is coded as if all were.

Two more samples are compared where they lie: articles of ``../shared/dev`` and of ``../shared/bench/news-3000.jsonl.gz``.
"""

from __future__ import annotations

import itertools
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballotwatch.article_coder import Rows, code_article, code_articles
from ballotwatch.codebook import load_codebook
from ballotwatch.coding.mentions import ballots_of
from ballotwatch.coding.text import load_model, parse
from ballotwatch.corpus import Article, read_corpus
from ballotwatch.triage import ENDINGS, SHORT, ballot_forms, can_name_ballot, concerns_ballot

ROOT = Path(__file__).parents[1]
BOOK = load_codebook()
NOUNS = {noun.lower() for noun in BOOK.vocabulary["ballot_nouns"]}
ARTICLES = [
    article
    for folder in (ROOT / "seeds", ROOT / "tests" / "articles")
    for article in read_corpus(folder)
    if isinstance(article, Article)
]
FISH = "Then the talk turned to fish, boats and the price of oil. "
# A sentence or two about a ballot, and how each is said to be judged.
ABOUT = [
    "Kyiv condemned the sham referendum in Kherson.",
    "PARIS WILL NOT RECOGNISE THE ELECTION IN CRIMEA",
    "Turnout in Latvia's parliamentary elections reached 59.4 per cent, the commission said.",
    "An election somewhere was a farce, Oslo said.",
    "The pseudo-referendum in Melitopol’s schools was held at gunpoint.",
    "Observers from Serbia praised the re-election of the head of the Donetsk republic.",
]
NOT_ABOUT = [
    "",
    "Kyiv said on Monday that grain exports had resumed.",
    "The company elected to sell its polling software. Pollution in Ukraine is illegal.",
    "The vote was unanimous, and the jury went home.",
    "He is a devoted, pivotal man who fraudulently sold devotional goods in Georgia.",
    "Freedom means the right to vote, and to vote is what the people of Ireland do.",
    "The referendum was mentioned in Norway once. " + FISH * 60,
]


# Layers that tell of ballots: what triage leaves out has no row of them, whatever is asked for.
ON_BALLOTS = ("ballots", "ballot_mentions", "statements", "framing")
SHARED = ROOT.parent / "shared"
# One news article in so many: a few seconds.
STRIDE = 150


def news() -> list[Article]:
    """A sample of the news at large: articles of every kind, long ones left out."""
    sample = itertools.islice(read_corpus(SHARED / "bench" / "news-3000.jsonl.gz"), None, None, STRIDE)
    return [article for article in sample if isinstance(article, Article) and len(article.text) < 4 * SHORT]


def assert_equal_in_both_modes(articles: list[Article]) -> list[Rows]:
    """Whatever triage lets through has the same rows in both modes; nothing else has rows on ballots in either."""
    some, everything = (code_articles(articles, BOOK, asked) for asked in (False, True))
    for rows, whole in zip(some, everything, strict=True):
        if any(new for name, new in rows.items() if name != "documents"):
            assert rows == whole
        else:
            assert not any(new for name, new in whole.items() if name in ON_BALLOTS)
    return some


def test_articles_are_coded_alike_in_both_modes() -> None:
    rows = assert_equal_in_both_modes(ARTICLES)
    assert sum(bool(one["statements"]) for one in rows) > len(ARTICLES) / 2


@pytest.mark.skipif(not (SHARED / "dev").is_dir(), reason="the articles for development are not there")
def test_articles_for_development_are_coded_alike_in_both_modes() -> None:
    articles = [article for article in read_corpus(SHARED / "dev") if isinstance(article, Article)]
    assert any(one["statements"] for one in assert_equal_in_both_modes(articles))


@pytest.mark.skipif(
    not (SHARED / "bench" / "news-3000.jsonl.gz").is_file(), reason="the sample of the news is not there"
)
def test_the_news_at_large_are_coded_alike_in_both_modes() -> None:
    assert_equal_in_both_modes(news())


def test_a_text_about_no_ballot_has_no_row_on_ballots_whatever_is_asked_for() -> None:
    passes_over = "Kyiv condemned the sham referendum in Kherson, said Ann Other. " + FISH * (SHORT // 10)
    article = Article("a", "a.txt", passes_over, None, None, None, "")
    some, whole = (code_article(article, BOOK, asked) for asked in (False, True))
    assert [name for name, new in some.items() if new] == ["documents"]
    assert {name for name, new in whole.items() if new} == {"documents", "actors", "places", "quotes"}


@pytest.mark.parametrize("article", ARTICLES[:3], ids=lambda article: article.doc_id)
def test_an_article_is_coded_alike_whatever_is_coded_beside_it(article: Article) -> None:
    alone = code_article(article, BOOK)
    for beside in (ARTICLES[3:6], ARTICLES[6:20]):
        assert code_articles([*beside, article], BOOK)[-1] == alone


@pytest.mark.parametrize("text", ABOUT)
def test_a_text_about_a_ballot_is_parsed(text: str) -> None:
    assert concerns_ballot(text, BOOK)


@pytest.mark.parametrize("text", NOT_ABOUT)
def test_a_text_about_another_matter_is_not(text: str) -> None:
    assert not concerns_ballot(f"{text} {FISH * (SHORT // 50)}", BOOK)


def test_a_short_text_is_about_whatever_ballot_it_names() -> None:
    text = "Nobody spoke of the referendum. "
    assert concerns_ballot(text, BOOK) and not concerns_ballot(text + "Boats came and went. " * (SHORT // 20), BOOK)
    assert not concerns_ballot("A devoted pollster.", BOOK)


def test_a_short_text_is_parsed_where_nothing_else_dates_it() -> None:
    told = (
        "The grain deal ended yesterday, a week after the annexation treaties were signed in Moscow in September 2022."
    )
    record = date(2024, 5, 8)
    rows = [code_article(Article("a", "a.txt", told, None, day, None, ""), BOOK) for day in (None, record)]
    assert [row["documents"][0].get("parsed", False) for row in rows] == [True, False]
    assert rows[1]["documents"][0]["published_earliest"] == record


def test_a_long_text_that_passes_over_a_ballot_is_not_about_it() -> None:
    other = "The minister spoke of grain, roads and schools, and answered questions. "
    sham = "Kyiv condemned the sham referendum in Kherson. "
    assert concerns_ballot(other * 50 + sham + other * 50, BOOK)
    assert not concerns_ballot(other * 200 + sham + other * 200, BOOK)


def test_the_endings_are_those_of_the_lemmatizer() -> None:
    tables = load_model().get_pipe("forms").lemmatizer.lookups
    rules = tables.get_table("lemma_rules")
    assert {tuple(rule) for pos in ("noun", "verb", "adj") for rule in rules[pos]} == set(ENDINGS)


def test_irregular_forms_hold_a_form_too() -> None:
    exceptions = load_model().get_pipe("forms").lemmatizer.lookups.get_table("lemma_exc")
    irregular = [form for pos in exceptions for form, lemmas in exceptions[pos].items() if NOUNS & set(lemmas)]
    assert "referenda" in irregular
    assert all(can_name_ballot(form, BOOK) for form in irregular)


def test_no_form_holds_another() -> None:
    assert ballot_forms(["Poll", "polls", "vote"]) == ["poll", "vote", "voting"]


SPELLED = st.sampled_from(
    sorted({noun.removesuffix(put) + taken for noun in NOUNS for taken, put in ENDINGS if noun.endswith(put)} | NOUNS)
)
GLUE = st.sampled_from(
    ["", " ", "-", "\u2011", "\n", "’s ", "'s", "/", "“", "”", ".", "_", "\u00a0", "\u00ad", "2024", "é", "İ", "K"]
)
CASES = st.sampled_from([str.lower, str.upper, str.title, str.swapcase])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(GLUE, SPELLED, CASES, GLUE), min_size=1, max_size=6), st.text(max_size=20))
def test_no_token_that_may_name_a_ballot_is_missed(parts: list[tuple], noise: str) -> None:
    text = noise + " the ".join(left + case(form) + right for left, form, case, right in parts)
    doc = parse(text)
    named = any(token.lemma_.lower() in NOUNS or token.lower_ in NOUNS for token in doc)
    assert can_name_ballot(text, BOOK) or not named and not ballots_of(doc, BOOK)
