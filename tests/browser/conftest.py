"""What tests in a browser share: Chromium, a report of the seeds, and pages that complain of whatever goes wrong."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from ballotwatch.notebook import Start, start
from ballotwatch.report import make_report

from .figures import DRAWN

playwright = pytest.importorskip("playwright.sync_api", reason="the package playwright is not installed")

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome")
# Continuous integration sets this: a browser that is missing there is an error.
REQUIRED = "BALLOTWATCH_BROWSER"
LOCAL = ("file:", "data:", "blob:")
REFERENCE = ROOT / "seeds/reference.codings.jsonl"
# Everything is shown.
PARAMETERS = {"period": None, "ballots": [], "regions": [], "actors": [], "concepts": [], "confidence": 0.0}
Visit = Callable[..., "playwright.Page"]


class Report(NamedTuple):
    """A report: the folder of its pages, that of its tables, and what every notebook began with."""

    folder: Path
    tables: Path
    start: Start


@pytest.fixture(scope="package")
def chromium() -> Iterator[playwright.Browser]:
    """Chromium, without a window. Tests are skipped where there is none, unless the environment says `required`."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if not program:
        told = f"no Chromium (looked for {', '.join(NAMES)}): install Debian's package chromium"
        (pytest.fail if os.environ.get(REQUIRED) == "required" else pytest.skip)(told)
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The report of the seeds, made once, without anybody's corrections."""
    folder = tmp_path_factory.mktemp("report")
    codings, pages, tables = folder / "codings", folder / "pages", folder / "tables"
    codings.mkdir()
    given = {"codings": str(codings)}
    make_report(ROOT / "seeds", pages, tables, given, ROOT / "notebooks", "ballotwatch report", lambda _: None)
    begun = start(**PARAMETERS, **given, tables=str(tables))
    return Report(pages, tables, begun)


@pytest.fixture
def listened() -> Iterator[Callable]:
    """A function that listens to a page: a request to anywhere but the allowed addresses is refused and fails the test,
    and so does an error, or what the page logs at these levels."""
    complaints: list[str] = []

    def listen(page: playwright.Page, allowed: tuple[str, ...], levels: tuple[str, ...] = ("error", "warning")) -> None:
        def answer(route: playwright.Route) -> None:
            if route.request.url.startswith(allowed):
                return route.continue_()
            complaints.append(f"asked for {route.request.url}")
            return route.abort()

        page.route("**/*", answer)
        page.on(
            "request", lambda request: request.url.startswith(allowed) or complaints.append(f"asked for {request.url}")
        )
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("console", lambda said: said.type in levels and complaints.append(f"{said.type}: {said.text}"))

    yield listen
    assert complaints == []


@pytest.fixture
def visit(chromium: playwright.Browser, report: Report, listened: Callable) -> Iterator[Visit]:
    """A function that opens a page of the report without network and waits until its figures are drawn."""
    contexts = []

    def _visit(file: str, width: int = 1280, scheme: str = "light", touch: bool = False) -> playwright.Page:
        size = {"width": width, "height": 900}
        context = chromium.new_context(viewport=size, color_scheme=scheme, has_touch=touch, offline=True)
        contexts.append(context)
        page = context.new_page()
        listened(page, LOCAL)
        name, _, place = file.partition("#")
        page.goto((report.folder / name).as_uri() + (f"#{place}" if place else ""))
        page.wait_for_function(DRAWN)
        return page

    yield _visit
    for context in contexts:
        context.close()
