"""Every page of the report in a browser: all marks drawn, accessible, no wider than a phone, and nothing complained of."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from .conftest import REFERENCE, Report
from .figures import drawn_marks, figure, marks_of_tables, numbered_cells, tallied

PAGES = ["index", "01_corpus", "02_timeline", "03_regions", "04_stances", "05_evidence", "06_agreement"]
CHARTS = [page for page in PAGES if page not in ("index", "05_evidence")]
WIDTHS = {"laptop": 1280, "phone": 360}
FITS = "document.scrollingElement.scrollWidth <= document.scrollingElement.clientWidth"
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")


def violations(page: Page, part: str | None = None) -> list[str]:
    """What axe-core finds wrong with a page, or with a part of it: the rule, and where."""
    found = axe.Axe().run(page, part).response["violations"]
    return [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]]


def test_these_are_all_pages(report: Report) -> None:
    assert sorted(path.stem for path in report.folder.glob("*.html")) == sorted(PAGES)


@pytest.mark.parametrize("name", CHARTS)
def test_every_mark_of_the_tables_is_drawn_and_no_other(visit: Callable, report: Report, name: str) -> None:
    page = visit(f"{name}.html")
    expected = marks_of_tables(report.start, REFERENCE)[f"{name}.html"]
    assert page.locator("figure.plotly").count() == len(expected) > 0
    for number, marks in enumerate(expected):
        drawn = drawn_marks(figure(page, number))
        assert tallied([mark.refs for mark in drawn]) == tallied(marks), f"figure {number} of {name}"
        assert numbered_cells(figure(page, number)) in (None, len(drawn)), "each cell has its number"


@pytest.mark.parametrize("device", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_fits(visit: Callable, name: str, device: str) -> None:
    page = visit(f"{name}.html", WIDTHS[device])
    assert violations(page) == [] and page.evaluate(FITS)
    page.emulate_media(color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
    assert violations(page) == [], "in the dark"


@pytest.mark.parametrize("device", WIDTHS)
@pytest.mark.parametrize("name", CHARTS)
def test_a_page_with_its_panel_open_is_accessible_and_fits(visit: Callable, name: str, device: str) -> None:
    page = visit(f"{name}.html", WIDTHS[device], "dark")
    page.locator(".plot[role=application]").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.locator("#panel[open]").wait_for()
    assert violations(page) == [] and page.evaluate(FITS)
    page.emulate_media(color_scheme="light")
    assert violations(page, "#panel") == [], "in light"
