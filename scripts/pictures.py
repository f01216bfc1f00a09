"""Pictures of the report's pages for the README: `make report`, then `python scripts/pictures.py build/report docs/pictures`.

Needs Chromium, as the browser tests do.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")


def shoot(browser: Browser, page: Path, picture: Path, width: int, scheme: str) -> None:
    """A page as `picture`, at the chart with the open panel or at the article that its name asks for."""
    context = browser.new_context(viewport={"width": width, "height": 760}, color_scheme=scheme)
    tab = context.new_page()
    tab.goto(page.resolve().as_uri())
    {"stances": open_panel, "evidence": open_article, "timeline": show_chart}[picture.stem.partition("-")[0]](tab)
    tab.screenshot(path=picture)
    context.close()


def show_chart(tab: Page) -> None:
    """Bring the first chart to the top of the window."""
    tab.wait_for_selector("figure.plotly .main-svg")
    tab.locator("figure.plotly").first.evaluate("figure => scrollTo(0, figure.offsetTop - 60)")


def open_panel(tab: Page) -> None:
    """Choose the first chart's tenth mark by keyboard and open its evidence."""
    show_chart(tab)
    tab.locator("figure.plotly .plot").first.focus()
    for key in [*["ArrowRight"] * 10, "Enter"]:
        tab.keyboard.press(key)
    tab.wait_for_selector("#panel[open]")
    show_chart(tab)


def open_article(tab: Page) -> None:
    """Open the article behind the first statement."""
    tab.get_by_text("Read in the article").first.click()
    tab.wait_for_selector("dialog[open]")


def main(report: Path, pictures: Path) -> None:
    """Write every picture of a report's pages to a folder."""
    program = next(path for name in NAMES if (path := shutil.which(name)))
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=["--no-sandbox"])
        shoot(browser, report / "04_stances.html", pictures / "stances-panel.png", 1280, "light")
        shoot(browser, report / "05_evidence.html", pictures / "evidence-article.png", 1280, "light")
        shoot(browser, report / "02_timeline.html", pictures / "timeline-phone.png", 360, "dark")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
