"""The evidence page of the report: what is searched, filtered, sorted and downloaded is what the tables hold."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page

from ballotwatch.evidence import passages
from ballotwatch.query import frames

from .conftest import Report

ROWS = "(rows) => rows.map((row) => row.id)"


@pytest.fixture
def statements(report: Report) -> pd.DataFrame:
    """All statements, each with the sentence around it."""
    tables = frames(report.start.everything)
    found = passages(tables["statements"], tables["documents"])
    return found.assign(sentence=["".join(passage) for passage in found.passage])


def rows(page: Page, n: int) -> list[str]:
    """The ids of all rows that the table has, over its pages, once it says that they are `n`."""
    page.wait_for_function("(n) => document.querySelector('.count').textContent.startsWith(`${n} of `)", arg=n)
    ids = page.locator(".statements tbody tr[id]").evaluate_all(ROWS)
    while (onward := page.locator(".dt-paging button.next:not(.disabled)")).count():
        onward.click()
        page.wait_for_function("(id) => document.querySelector('.statements tbody tr').id !== id", arg=ids[-25])
        ids += page.locator(".statements tbody tr[id]").evaluate_all(ROWS)
    return ids


@pytest.mark.parametrize("word", ["fake", "foreign ministry", "zzzz"])
def test_search_finds_the_sentences_that_hold_a_word(visit: Callable, statements: pd.DataFrame, word: str) -> None:
    page = visit("05_evidence.html")
    page.fill("[name=q]", f'"{word}"')
    columns = ["sentence", "actor", "entity", "concept", "addressee", "coder", "source", "title"]
    searched = statements[columns].fillna("").agg(" \n ".join, axis=1).str.lower()
    held = statements[searched.str.contains(word.lower(), regex=False)]
    assert sorted(rows(page, len(held))) == sorted(held.statement_id)
    assert len(held) < len(statements) and held.empty == (word == "zzzz"), "the words tell rows apart"


def test_filters_leave_the_rows_of_the_tables(visit: Callable, statements: pd.DataFrame) -> None:
    page = visit("05_evidence.html")
    entity, concept = statements.groupby(["entity", "concept"]).size().idxmax()
    page.select_option("[name=entity]", entity)
    own = statements[statements.entity == entity]
    assert sorted(rows(page, len(own))) == sorted(own.statement_id)
    page.select_option("[name=concept]", concept)
    both = own[own.concept == concept]
    assert 0 < len(both) < len(own) and sorted(rows(page, len(both))) == sorted(both.statement_id)
    page.click(".reset")
    assert sorted(rows(page, len(statements))) == sorted(statements.statement_id)


def test_a_heading_sorts_all_rows(visit: Callable, statements: pd.DataFrame) -> None:
    page = visit("05_evidence.html")
    who = dict(
        zip(statements.statement_id, statements.actor.fillna("") + " " + statements.entity.fillna(""), strict=True)
    )
    heading = page.locator(".statements th", has_text="Who")
    heading.click()
    page.locator(".statements th[aria-sort=ascending]", has_text="Who").wait_for()
    names = [who[row].lower() for row in rows(page, len(statements))]
    assert names == sorted(names) and len(set(names)) > 5


def test_the_download_holds_the_filtered_rows(visit: Callable, statements: pd.DataFrame) -> None:
    page = visit("05_evidence.html")
    page.select_option("[name=polarity]", "-1")
    against = statements[statements.polarity == -1].set_index("statement_id")
    shown = rows(page, len(against))
    with page.expect_download() as download:
        page.click(".download")
    content = Path(download.value.path()).read_text("utf-8-sig")
    read = list(csv.DictReader(io.StringIO(content, newline="")))
    assert [row["statement_id"] for row in read] == shown
    for row in read:
        told = against.loc[row["statement_id"]]
        assert (row["text"].removeprefix("'"), row["concept"], row["entity"]) == (told.text, told.concept, told.entity)
        assert (int(row["start"]), int(row["end"]), row["polarity"]) == (told.start, told.end, "-1")
