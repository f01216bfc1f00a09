"""From a mark to its evidence, as a reader goes: by mouse, finger and keyboard to the panel, from there to the article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from urllib.parse import quote

import pandas as pd
import pytest
from playwright.sync_api import Page

from ballotwatch.query import frames

from .conftest import Report
from .figures import Mark, drawn_marks, figure

CHARTS = ["01_corpus", "02_timeline", "03_regions", "04_stances", "06_agreement"]
NOUNS = {"statement": "statement", "article": "article", "ballot": "ballot", "span": "passage"}
# What each entry of the panel is about: the words that are marked in it, else its heading, else where it leads.
ENTRIES = """(entries) => entries.map((entry) =>
  (entry.querySelector("mark") ?? entry.querySelector("h3"))?.textContent ?? entry.querySelector("a").getAttribute("href"))"""
# A figure follows a change of width, as by the panel, a moment later.
SETTLED = """() => [...document.querySelectorAll("figure.plotly .plot")].every(
  (plot) => Math.abs(plot._fullLayout.width - plot.clientWidth) <= 1)"""


@pytest.fixture
def tables(report: Report) -> dict[str, pd.DataFrame]:
    """The tables of the report, whole."""
    return frames(report.start.everything)


def entry_of(ref: str, tables: dict[str, pd.DataFrame]) -> str:
    """What the panel's entry for a reference must be about, as ENTRIES reads it."""
    kind, _, name = ref.partition(":")
    if kind == "statement":
        return tables["statements"].set_index("statement_id").text[name]
    if kind == "ballot":
        return tables["ballots"].set_index("ballot_id")["name"][name]
    documents = tables["documents"].set_index("doc_id")
    if kind == "span":
        name, start, end = name.rsplit(":", 2)
        return documents.text[name][int(start) : int(end)]
    title = documents.title[name]
    return title if isinstance(title, str) else f"05_evidence.html#article:{quote(name)}"


def panel_of(refs: list[str], tables: dict[str, pd.DataFrame]) -> tuple[str, ...]:
    """What the panel must show for a mark: its title, then what each entry is about."""
    noun = NOUNS[refs[0].partition(":")[0]]
    return f"{len(refs)} {noun}{'' if len(refs) == 1 else 's'}", *(entry_of(ref, tables) for ref in refs)


def panel(page: Page) -> tuple[str, ...]:
    """What the open panel shows: its title, then what each entry is about."""
    return page.text_content("#panel[open] h2"), *page.locator("#panel ol > li").evaluate_all(ENTRIES)


def in_view(page: Page, number: int, place: int) -> Mark:
    """A mark of a figure, by their numbers, after scrolling to where it can be pointed at."""
    page.wait_for_function(SETTLED)
    mark = drawn_marks(figure(page, number))[place]
    page.evaluate("(y) => scrollBy(0, y - innerHeight / 3)", mark.y)
    figure(page, number).evaluate("(plot, x) => plot.parentElement.scrollBy(x - innerWidth / 2, 0)", mark.x)
    return drawn_marks(figure(page, number))[place]


def click(page: Page, mark: Mark) -> None:
    """Click on a mark as a hand does: nobody presses before the pointer tells that there is something."""
    page.mouse.move(1, 1)
    page.wait_for_function("() => !document.querySelector('.on-mark')")
    page.mouse.move(mark.x, mark.y)
    page.locator(".on-mark").wait_for()
    page.mouse.down()
    page.mouse.up()


def figures(page: Page) -> range:
    """The numbers of a page's figures."""
    return range(page.locator("figure.plotly").count())


@pytest.mark.parametrize("name", CHARTS)
def test_a_click_on_any_mark_opens_the_sentences_behind_it(
    visit: Callable, tables: dict[str, pd.DataFrame], name: str
) -> None:
    page = visit(f"{name}.html")
    for number in figures(page):
        for place in range(len(drawn_marks(figure(page, number)))):
            mark = in_view(page, number, place)
            page.evaluate("document.getElementById('panel-title').textContent = ''")
            click(page, mark)
            page.wait_for_function("() => document.getElementById('panel-title').textContent")
            assert panel(page) == panel_of(mark.refs, tables), f"figure {number}, mark {place}"


@pytest.mark.parametrize("name", CHARTS)
def test_the_keyboard_reaches_every_mark(visit: Callable, tables: dict[str, pd.DataFrame], name: str) -> None:
    page = visit(f"{name}.html")
    for number in figures(page):
        plot = figure(page, number)
        plot.focus()
        reached = []
        for _ in range(int(page.locator("figure.plotly").nth(number).get_attribute("data-marks"))):
            page.keyboard.press("ArrowRight")
            page.keyboard.press("Enter")
            reached.append(panel(page))
            plot.focus()
        expected = [panel_of(mark.refs, tables) for mark in drawn_marks(figure(page, number))]
        assert Counter(reached) == Counter(expected), f"figure {number}"


@pytest.mark.parametrize("name", CHARTS)
def test_a_tap_on_a_phone_opens_the_panel(visit: Callable, tables: dict[str, pd.DataFrame], name: str) -> None:
    page = visit(f"{name}.html", 360, touch=True)
    for number in figures(page):
        mark = in_view(page, number, 0)
        page.touchscreen.tap(mark.x, mark.y)
        page.locator("#panel[open]").wait_for()
        assert panel(page) == panel_of(mark.refs, tables), f"figure {number}"
        page.locator("#panel button").click()
        page.locator("#panel:not([open])").wait_for(state="attached")


def test_by_keyboard_alone_from_the_page_to_the_sentence_and_back(visit: Callable, report: Report) -> None:
    page = visit("02_timeline.html")
    focused = "document.activeElement.getAttribute('role')"
    while page.evaluate(focused) != "application":
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('.said').textContent")
    page.keyboard.press("Enter")
    said = page.locator(".said").first.text_content()
    assert page.text_content("#panel[open] .mark") == said, "the panel says which mark it is about"
    assert page.evaluate("document.activeElement.id") == "panel-title"
    page.keyboard.press("Escape")
    assert page.locator("#panel[open]").count() == 0
    assert page.evaluate(focused) == "application", "the reader is back where the panel was opened"


@pytest.mark.parametrize("name", ["02_timeline", "03_regions", "04_stances"])
def test_the_permanent_link_leads_to_the_row_and_the_passage(
    visit: Callable, tables: dict[str, pd.DataFrame], name: str
) -> None:
    page = visit(f"{name}.html")
    number, place = first_of_statements(page)
    mark = in_view(page, number, place)
    click(page, mark)
    page.locator("#panel[open]").wait_for()
    page.locator("#panel ol > li").first.get_by_role("link").click()
    name = mark.refs[0].removeprefix("statement:")
    page.wait_for_url(f"**/05_evidence.html#{name}")
    page.locator("dialog.reader[open]").wait_for()
    row = tables["statements"].set_index("statement_id").loc[name]
    assert "".join(page.locator("dialog mark.target").all_text_contents()) == row.text
    assert page.text_content("dialog .article-text") == tables["documents"].set_index("doc_id").text[row.doc_id]
    assert page.get_attribute(f"tr[id='{name}']", "aria-current") == "true"


def first_of_statements(page: Page) -> tuple[int, int]:
    """The numbers of a figure and of its first mark with statements behind it."""
    found = (
        (k, i)
        for k in figures(page)
        for i, mark in enumerate(drawn_marks(figure(page, k)))
        if mark.refs[0][:10] == "statement:"
    )
    return next(found)
