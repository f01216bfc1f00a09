"""Executed notebooks as HTML pages that stand alone: everything a page needs is inside it, and it asks no host.

nbconvert drops plotly's JSON outputs and links libraries from the network, so figures are put in as data that one
inlined plotly.js draws, and the page around the notebook is the project's own.
"""

from __future__ import annotations

import base64
import copy
import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from plotly.offline import get_plotlyjs
from pygments.formatters import HtmlFormatter

PLOTLY = "application/vnd.plotly.v1+json"
INDEX = "index.html"
MAX_PROBLEMS = 200
NOTEBOOK_LINK = re.compile(r"\]\((\w+)\.ipynb")
ANCHOR = re.compile(r"\[([^\]]*)\]\([^)]*\)")
FIGURE = jinja2.Environment(autoescape=True).from_string(
    '<figure class="plotly" role="img" aria-label="{{ alt }}"><div class="plot"></div>'
    '<script type="application/json">{{ data }}</script></figure>'
)


@dataclass(frozen=True)
class Page:
    """A page of the report: its file, its name in the navigation, its title, and what it shows in one line."""

    file: str
    name: str
    title: str
    summary: str


@dataclass(frozen=True)
class Picture:
    """A figure for print on the index page: its file, its content as a data address, and its alternative text."""

    file: str
    data: str
    alt: str


@dataclass(frozen=True)
class About:
    """What every page says of its making, in its footer.

    Attributes:
        version: of ballotwatch.
        versions: of everything that shapes the results, in one line.
        topic: the codebook's subject in words.
        corpus: where the articles came from, as the user named it.
        corpus_sha256: hash over the texts.
        codebook: names of the codebooks.
        codebook_sha256: hash over their files.
        parameters: those that the user gave.
        command: the line that makes the same report again.
    """

    version: str
    versions: str
    topic: str
    corpus: str
    corpus_sha256: str
    codebook: str
    codebook_sha256: str
    parameters: Mapping[str, Any]
    command: str


def describe(notebook: NotebookNode, stem: str) -> Page:
    """The page that a notebook becomes: its first heading and the first sentence of the paragraph beneath.

    The stem of the notebook's file without its number names the page, and stands in for a heading where there is none.
    """
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    heading = re.search(r"^#\s+(.+)$", prose, re.MULTILINE)
    beneath = prose[heading.end() :] if heading else prose
    paragraph = next((p for p in re.split(r"\n\s*\n", beneath) if re.match(r"\s*[^#>|<\s-]", p)), "")
    sentence = re.split(r"(?<=[.!?])\s", " ".join(paragraph.split()), maxsplit=1)[0]
    name = re.sub(r"^\d+[_-]", "", stem).replace("_", " ").capitalize()
    return Page(f"{stem}.html", name, _plain(heading[1]) if heading else name, _plain(sentence))


def notebook_page(notebook: NotebookNode, page: Page, pages: Sequence[Page], about: About) -> str:
    """An executed notebook as a whole HTML page with its figures, the way to the other pages, and its footer."""
    drawn = with_figures(notebook)
    body, _ = _exporter().from_notebook_node(drawn)
    return _render_page(page.file, page.title, body, pages, about, draws=drawn.metadata["figures"] > 0)


def read_picture(path: Path) -> Picture:
    """An SVG figure in the folder ``figures`` of the report; its alternative text is the description inside."""
    svg = path.read_text("utf-8")
    told = re.search(r"<dc:description>(.*?)</dc:description>", svg, re.DOTALL)
    data = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
    return Picture(f"{path.parent.name}/{path.name}", data, html.unescape(told[1]) if told else path.stem)


def index_page(tables: Mapping[str, Any], pages: Sequence[Page], pictures: Sequence[Picture], about: About) -> str:
    """The page that opens the report: what was asked, how much there is, where it stands, and what was left out."""
    problems = tables["problems"].to_dict("records")
    body = _template("index.html.j2").render(
        about=about,
        period=describe_period(tables["documents"]),
        counts=count_tables(tables),
        pages=pages,
        pictures=pictures,
        problems=problems[:MAX_PROBLEMS],
        more_problems=max(0, len(problems) - MAX_PROBLEMS),
    )
    return _render_page(INDEX, "Overview", body, pages, about, draws=False)


def with_figures(notebook: NotebookNode) -> NotebookNode:
    """A copy whose plotly outputs are HTML figures that hold their data; their number is metadata ``figures``.

    Links between notebooks become links between pages. The cell that papermill adds is left out: the footer has the
    parameters, and not where the machine keeps tables.
    """
    changed, figures = copy.deepcopy(notebook), 0
    changed.cells = [cell for cell in changed.cells if "injected-parameters" not in cell.metadata.get("tags", ())]
    for cell in (cell for cell in changed.cells if cell.cell_type == "markdown"):
        cell.source = NOTEBOOK_LINK.sub(r"](\1.html", cell.source)
    for output in (output for cell in changed.cells for output in cell.get("outputs", ())):
        if figure := output.get("data", {}).get(PLOTLY):
            output["data"] = {"text/html": figure_html(figure)}
            figures += 1
    changed.metadata["figures"] = figures
    return changed


def figure_html(figure: Mapping[str, Any]) -> str:
    """A plotly figure as an HTML element with its data inside, its alternative text from ``layout.meta.alt``."""
    layout = figure.get("layout", {})
    meta, title = layout.get("meta"), layout.get("title")
    alt = (meta.get("alt") if isinstance(meta, Mapping) else None) or (
        title.get("text") if isinstance(title, Mapping) else title
    )
    return FIGURE.render(alt=_plain(alt or "Chart"), data=Markup(script_json(figure)))


def script_json(value: Any) -> str:
    """JSON that can stand inside a script element: nothing in it can close the element or open a comment."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def count_tables(tables: Mapping[str, Any]) -> dict[str, int]:
    """How much the tables hold, by what the index page calls it."""
    documents, statements = tables["documents"], tables["statements"]
    places = tables["places"]
    return {
        "Articles": len(documents),
        "Dated articles": int(documents["published_earliest"].notna().sum()),
        "Ballots": int(tables["ballot_mentions"]["ballot_id"].nunique()),
        "Statements": len(statements),
        "Actors": int(statements["entity"].nunique()),
        "Quotes": len(tables["quotes"]),
        "Regions": int(places.loc[places["located"].astype(bool), "region"].nunique()),
        "Problems": len(tables["problems"]),
    }


def describe_period(documents: Any) -> str:
    """The days of publication of the documents in a sentence."""
    first, last = documents["published_earliest"].dropna(), documents["published_latest"].dropna()
    if first.empty or last.empty:
        return "No article could be dated."
    return f"Articles published from {first.min():%d %B %Y} to {last.max():%d %B %Y}.".replace(" 0", " ")


def _render_page(file: str, title: str, body: str, pages: Sequence[Page], about: About, draws: bool) -> str:
    return _template("page.html.j2").render(
        file=file,
        title=title,
        body=Markup(body),
        pages=pages,
        about=about,
        draws=draws,
        style=Markup(_style()),
        # A bundle holds strings such as "</script" only escaped; a check in the tests keeps that so.
        plotly=Markup(get_plotlyjs()) if draws else "",
        draw=Markup(_asset("draw.js")),
    )


def _plain(text: str) -> str:
    """Markdown or plotly's markup as plain words."""
    return re.sub(r"<[^>]+>|[*`_]{1,2}(?=\S)|(?<=\S)[*`]{1,2}", "", ANCHOR.sub(r"\1", text)).strip()


@cache
def _exporter() -> HTMLExporter:
    exporter = HTMLExporter(
        raw_template=_asset("notebook.html.j2"), exclude_input_prompt=True, exclude_output_prompt=True
    )
    exporter.require_js_url = exporter.mathjax_url = exporter.mermaid_js_url = exporter.jquery_url = ""
    return exporter


@cache
def _style() -> str:
    light = HtmlFormatter(style="default").get_style_defs(".highlight")
    dark = HtmlFormatter(style="github-dark").get_style_defs(".highlight")
    clear = ".highlight { background: none !important; }"
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n{clear}\n{_asset('page.css')}"


@cache
def _template(name: str) -> jinja2.Template:
    return jinja2.Environment(autoescape=True, trim_blocks=False).from_string(_asset(name))


def _asset(name: str) -> str:
    return (files("ballotwatch") / "assets" / name).read_text(encoding="utf-8")
