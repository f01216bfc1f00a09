"""A report of hostile texts in a browser: all of them are text, nothing of theirs runs, loads or stands in a page.

The texts are those of `tests/hostile_texts.py`, in articles, ids, titles, names of files and folders, corrections and
parameters. `python tests/hostile_page.py` writes the table of docs/hostile-text.md from the same list.
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import hostile_texts
import pytest
from nbconvert.filters import markdown2html
from nbformat import NotebookNode
from parsed_html import Parsed
from playwright.sync_api import Browser, BrowserContext, Page, Route

from ballotwatch import evidence_page
from ballotwatch import report as reports
from ballotwatch.codebook import load_codebook
from ballotwatch.corrections import correct
from ballotwatch.export import FORMATS, export_tables
from ballotwatch.pages import PLOTLY
from ballotwatch.tables import read_tables

from .conftest import LOCAL, ROOT
from .figures import DRAWN
from .test_browser_pages import CHARTS, PAGES

COMMAND = "ballotwatch report '<script>window.pwned=1</script>' -p codings={{7*7}}"
# Keeps whatever a page does that it should not: what is said of a policy that had to step in, and dialogs' words.
WATCH = """() => {
  window.broken = [];
  addEventListener("securitypolicyviolation", (event) => broken.push(`${event.effectiveDirective} ${event.blockedURI}`));
  for (const name of ["alert", "confirm", "prompt", "open"]) window[name] = () => { window.pwned = name; };
}"""
# Elements and attributes that no page of ours has, wherever they stand; those of plotly.js's drawings are its own.
FOREIGN = """() => {
  const tags = "iframe, frame, object, embed, applet, base, math, video, audio, source, textarea, template, marquee, " +
    "foreignObject, animate, set, use, plaintext, xss, xmp, b:not(.reader b), picture, select:not(.controls select), input:not(.controls input, .layers input), " +
    "form:not(.controls), link:not([rel=icon]), meta[http-equiv=refresh], details:not(.code, .facets, .layers), svg a, svg script, " +
    ".article-text b, body *:not(.plot *) > style, img:not([src^='data:image/'])";
  const found = [...document.querySelectorAll(tags)].map((element) => element.outerHTML.slice(0, 200));
  const local = /^(?:\\d\\d_\\w+(?:-\\d+)?\\.html|index\\.html|figures\\/\\w+\\.\\w+|data:|#)/;
  for (const element of document.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      const address = /^(?:href|src|srcset|action|formaction|data|poster|background|ping|xlink:href)$/.test(name);
      if (/^on/.test(name) || name === "srcdoc" || name === "autofocus") found.push(`${element.tagName} ${name}`);
      if (address && !local.test(value)) found.push(`${element.tagName} ${name}=${value}`);
      if (name === "style" && /url\\((?!['"]?#)|expression|pwned/.test(value)) found.push(`${element.tagName} ${value}`);
    }
  }
  return found;
}"""


class Hostile(NamedTuple):
    """A report of hostile texts: the folders of its pages and tables, and its notebooks as they were executed."""

    folder: Path
    tables: Path
    notebooks: list[NotebookNode]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hostile]:
    """The report, made once. What is run while it is made would leave a file of the name that the texts would touch."""
    folder = tmp_path_factory.mktemp("hostile")
    hostile_texts.write_corpus(folder / hostile_texts.FOLDER)
    hostile_texts.write_corrections(folder / "codings {{7*7}} $(touch pwned)")
    executed: list[NotebookNode] = []
    write = reports.write_pages

    def keep(notebooks, *others):
        write(((path, executed.append(notebook) or notebook) for path, notebook in notebooks), *others)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reports, "write_pages", keep)
        patch.chdir(folder)
        reports.make_report(
            folder / hostile_texts.FOLDER, folder / "pages", folder / "tables",
            {"codings": str(folder / "codings {{7*7}} $(touch pwned)")}, ROOT / "notebooks", COMMAND, lambda _: None,
        )  # fmt: skip
    assert not [path for path in (folder / "pwned", ROOT / "notebooks/pwned", Path("pwned")) if path.exists()]
    yield Hostile(folder / "pages", folder / "tables", executed)


@pytest.fixture
def visit(chromium: Browser, hostile: Hostile, listened: Callable) -> Iterator[Callable[[str], Page]]:
    """A function that opens a page of the hostile report; what it asked for or complained of fails the test."""
    contexts: list[BrowserContext] = []

    def _visit(file: str) -> Page:
        contexts.append(chromium.new_context(viewport={"width": 1280, "height": 900}, offline=True))
        page = contexts[-1].new_page()
        page.add_init_script(f"({WATCH})()")
        listened(page, LOCAL)
        name, _, place = file.partition("#")
        page.goto((hostile.folder / name).as_uri() + (f"#{place}" if place else ""))
        page.wait_for_function(DRAWN)
        return page

    yield _visit
    for context in contexts:
        context.close()


def check(page: Page) -> None:
    """Fail where anything of the texts has run, was stopped by the policy alone, or is an element of the page."""
    assert page.evaluate("[window.pwned ?? null, window.broken]") == [None, []]
    assert page.evaluate(FOREIGN) == []


@pytest.mark.parametrize("name", PAGES)
def test_no_text_becomes_more_than_text(visit: Callable, name: str) -> None:
    page = visit(f"{name}.html")
    check(page)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 360, "height": 800})
    page.wait_for_function(DRAWN)
    check(page)


# Goes over all marks of a figure by the keys that a reader would use, and opens the panel of each; what the panels said.
OPEN_ALL = """async (figure) => {
  const plot = figure.querySelector(".plot");
  const press = (key) => plot.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  const said = new Set();
  for (let n = Number(figure.dataset.marks ?? 0); n > 0; n -= 1) {
    press("ArrowRight");
    press("Enter");
    await new Promise((done) => requestAnimationFrame(done));
    for (const fact of document.querySelectorAll("#panel[open] dd, #panel[open] .mark")) said.add(fact.textContent);
  }
  return [...said];
}"""


@pytest.mark.parametrize("name", CHARTS)
def test_labels_and_panels_of_all_marks_are_text(visit: Callable, name: str) -> None:
    page = visit(f"{name}.html")
    said = ""
    for plot in page.locator("figure.plotly").all():
        said += "\n".join(plot.evaluate(OPEN_ALL))
        check(page)
    assert page.locator("#panel[open]").count() == page.locator("#panel").count(), "a panel was opened"
    if name == "04_stances":
        assert [text for text in hostile_texts.SHARED if text not in said] == [], "each is there letter by letter"


def test_the_evidence_page_searches_sorts_filters_and_reads_them(visit: Callable, hostile: Hostile) -> None:
    page = visit("05_evidence.html")
    for text in hostile_texts.TEXTS[:: hostile_texts.TOGETHER]:
        page.fill("[name=q]", text)
    page.click(".reset")
    for heading in page.locator(".statements th").all():
        heading.click()
        heading.click()
    page.locator("details.facets").evaluate("(details) => { details.open = true; }")
    for options in page.locator(".controls select").all():
        for value in options.locator("option").evaluate_all("(all) => all.map((option) => option.value)")[:12]:
            options.select_option(value)
        options.select_option("")
    check(page)
    page.locator(".statements tbody tr").first.click()
    page.locator("dialog.reader[open]").wait_for()
    texts = read_tables(hostile.tables)["documents"].text
    onward = page.locator("dialog .next")
    for _ in range(len(hostile_texts.SHARED) * 2):
        assert page.text_content("dialog .article-text") in set(texts)
        if not onward.is_enabled():
            break
        onward.click()
    check(page)


@pytest.mark.parametrize("kind", ["article:", "filter:q=", "filter:entity=", "statement:", ""])
def test_an_address_is_text(visit: Callable, kind: str) -> None:
    page = visit(f"05_evidence.html#{kind}{hostile_texts.SHARED[0]}")
    for text in hostile_texts.SHARED:
        page.evaluate("(place) => { location.hash = place; }", kind + text)
    check(page)


def test_an_address_opens_the_article_of_a_hostile_id(visit: Callable) -> None:
    name = hostile_texts.identifier(hostile_texts.SHARED[1])
    page = visit("05_evidence.html")
    page.evaluate("(name) => { location.hash = `article:${encodeURIComponent(name)}`; }", name)
    page.locator("dialog.reader[open]").wait_for()
    assert page.text_content("dialog .article-text") == hostile_texts.article(hostile_texts.SHARED[1])
    check(page)


def cells(content: str) -> Iterator[str]:
    """The cells of a CSV file."""
    for row in csv.reader(io.StringIO(content, newline=""), strict=True):
        yield from row


def runs(cell: str) -> bool:
    """Whether a spreadsheet would take a cell for a formula."""
    return bool(re.match(r"[=+@＝＋－＠\t\r\n]|-(?!\d+(?:\.\d+)?$)", cell))


def laid_over(hostile: Hostile) -> dict:
    """The tables of the report with the corrections that it shows."""
    codings = next(hostile.folder.parent.glob("codings*"))
    return correct(read_tables(hostile.tables), codings, load_codebook())


def test_no_cell_of_the_download_is_a_formula(visit: Callable) -> None:
    page = visit("05_evidence.html")
    with page.expect_download() as download:
        page.click(".download")
    content = Path(download.value.path()).read_text("utf-8-sig")
    assert [cell for cell in cells(content) if runs(cell)] == []
    held = {cell.removeprefix("'") for cell in cells(content)}
    assert set(hostile_texts.SHARED) <= held, "each text is there, letter by letter"


@pytest.mark.parametrize("form", FORMATS)
def test_exports_hold_them_as_text(hostile: Hostile, tmp_path: Path, form: str) -> None:
    out = tmp_path / {"csv": "csv", "dna": "a.dna", "annotations": "a.jsonld"}[form]
    export_tables(laid_over(hostile), load_codebook(), form, out)
    if form != "csv":
        assert out.stat().st_size > 0
        return
    for path in out.glob("*.csv"):
        assert [cell for cell in cells(path.read_text("utf-8-sig")) if runs(cell)] == [], path.name


# Elements and attributes of tables as pandas writes them, and of the project's own blocks.
OWN = set("div table thead tbody tr th td p style blockquote mark strong footer small".split())
OWN_ATTRIBUTES = {"id", "class", "style", "border", "scoped"}


def test_notebooks_hold_no_trust_and_no_markup_of_theirs(hostile: Hostile) -> None:
    assert len(hostile.notebooks) == len(list((ROOT / "notebooks").glob("*.ipynb")))
    for notebook in hostile.notebooks:
        assert "signature" not in notebook.metadata
        assert not [cell for cell in notebook.cells if "trusted" in cell.metadata]
        outputs = [o for cell in notebook.cells for o in cell.get("outputs", ()) if "data" in o]
        kinds = {kind for output in outputs for kind in output["data"]}
        assert kinds <= {"text/plain", "text/html", "text/markdown", PLOTLY, evidence_page.MIME}
        for output in (output["data"] for output in outputs):
            assert foreign_elements(output.get("text/html", "")) == []
            assert foreign_elements(markdown2html(output.get("text/markdown", ""))) == []


def foreign_elements(markup: str) -> list[tuple]:
    """Elements of a block that no table or sentence of ours has, by name or by attributes."""
    found = Parsed(markup).elements
    return [
        (tag, given) for tag, given in found if tag not in OWN or set(given) - OWN_ATTRIBUTES or "pwned" in str(given)
    ]


def policy_of(hostile: Hostile, name: str) -> str:
    """The policy that a page of the report carries."""
    text = (hostile.folder / f"{name}.html").read_text("utf-8")
    return html.unescape(re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)[1])


STOPPED = [
    text for group, texts in hostile_texts.GROUPS.items() if texts is not hostile_texts.LEADING_AWAY for text in texts
]


class Outcome(NamedTuple):
    """What came of texts that were put in a page as markup: which ran, and what was asked of other hosts."""

    ran: list[str]
    asked: list[str]


def unescaped(chromium: Browser, policy: str | None, folder: Path) -> Outcome:
    """Each text as markup in a page of its own, with a policy or without, and every link and button clicked."""
    context = chromium.new_context()
    page, asked, ran = context.new_page(), [], []

    def answer(route: Route) -> None:
        local = route.request.url.startswith(LOCAL)
        asked.extend([] if local else [route.request.url])
        route.continue_() if local else route.abort()

    context.route("**/*", answer)
    page.on("dialog", lambda dialog: dialog.dismiss())
    meta = f'<meta http-equiv="Content-Security-Policy" content="{html.escape(policy)}">' if policy else ""
    for number, text in enumerate(STOPPED):
        path = folder / f"{number}.html"
        path.write_text(
            f"<!DOCTYPE html><html><head><meta charset=utf-8>{meta}</head><body><p>{text}</p></body></html>", "utf-8"
        )
        page.goto(path.as_uri(), wait_until="load")
        page.wait_for_timeout(5)
        if page.evaluate("window.pwned !== undefined"):
            ran.append(text)
    context.close()
    return Outcome(ran, asked)


@pytest.mark.parametrize("name", ["04_stances"])
def test_the_policy_would_stop_them_if_they_were_markup(
    chromium: Browser, hostile: Hostile, tmp_path: Path, name: str
) -> None:
    assert unescaped(chromium, policy_of(hostile, name), tmp_path) == ([], [])


def test_without_escaping_and_policy_they_would_run(chromium: Browser, tmp_path: Path) -> None:
    outcome = unescaped(chromium, None, tmp_path)
    assert len(outcome.ran) > 30 and len(set(outcome.asked)) > 10, "the texts are as hostile as they say"
