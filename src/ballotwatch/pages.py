"""Executed notebooks as HTML pages that stand alone: everything a page needs is inside it, and it asks no host.

nbconvert drops plotly's JSON outputs and links libraries from the network, so figures are put in as data that one
inlined plotly.js draws, and the page around the notebook is the project's own. A policy in each page lets no other
script run than those it was written with.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import jinja2
from markupsafe import Markup
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from pygments.formatters import HtmlFormatter

from ballotwatch import evidence_page
from ballotwatch.evidence import ROWS, Tables
from ballotwatch.page_evidence import bounded, gather
from ballotwatch.page_figures import figure_html
from ballotwatch.page_tables import table_html
from ballotwatch.query import Table, rows_of
from ballotwatch.script_data import script_json

PLOTLY = "application/vnd.plotly.v1+json"
INDEX = "index.html"
MAX_PROBLEMS = 200
MOST_FINDINGS = 3
# A picture of more bytes is shown as pixels: a drawing of ten thousand marks is larger than its photograph.
MAX_DRAWING = 1_000_000
# The bundle of plotly.js with the kinds of chart that are used here, a third of the whole.
BUNDLE = "vendor/plotly-cartesian.min.js"
DRAWING = (BUNDLE, "panel.js", "marks.js", "draw.js")
NOTEBOOK_LINK = re.compile(r"\]\((\w+)\.ipynb")
# Marks outputs that the project has made, and holds their places while nbconvert works.
OWN = "ballotwatch"
HELD = re.compile(f"<!--{OWN}-[0-9a-f]{{64}}-->")
ANCHOR = re.compile(r"\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True)
class Page:
    """A page of the report: its file, name in the navigation, title, what it shows in one line, titles of its charts."""

    file: str
    name: str
    title: str
    summary: str
    findings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A figure for print on the index page: its files, its content as a data address, and its alternative text."""

    files: tuple[str, ...]
    data: str
    alt: str

    @property
    def file(self) -> str:
        """The drawing, which a click opens."""
        return self.files[0]

    @property
    def name(self) -> str:
        """What the figure is called, as its files are."""
        return Path(self.file).stem.replace("_", " ").capitalize()


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
    return Page(f"{stem}.html", name, _plain(heading[1]) if heading else name, _plain(sentence), findings(notebook))


def findings(notebook: NotebookNode) -> tuple[str, ...]:
    """What the first charts of an executed notebook say in their titles, at most `MOST_FINDINGS`."""
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", ()))
    figures = (output["data"][PLOTLY] for output in outputs if PLOTLY in output.get("data", {}))
    metas = (figure.get("layout", {}).get("meta") for figure in figures)
    titles = dict.fromkeys(meta["title"] for meta in metas if isinstance(meta, Mapping) and "title" in meta)
    return tuple(islice(titles, MOST_FINDINGS))


class Content(NamedTuple):
    """A notebook ready for its page: a copy with figures and tables as HTML, and what these need.

    Attributes:
        notebook: the copy.
        figures: how many figures it has.
        records: the evidence behind their marks (`page_evidence.gather`).
        parts: further files of the evidence table, beyond the one in the notebook's own page.
        styles, scripts: names of assets that the evidence table needs.
    """

    notebook: NotebookNode
    figures: int
    records: Mapping[str, Any]
    parts: Sequence[evidence_page.Part] = ()
    styles: Sequence[str] = ()
    scripts: Sequence[str] = ()


def notebook_pages(
    notebook: NotebookNode, page: Page, pages: Sequence[Page], about: About, tables: Tables
) -> dict[str, str]:
    """An executed notebook as HTML by file: its page with its figures, then further parts of a long evidence table.

    `tables` are those that the notebook read; the evidence behind its marks comes from them. Raises ValueError where
    a mark names a row that they lack.
    """
    content = page_content(notebook, tables)
    body = exported(content.notebook)
    rows = ROWS if any(other.file == ROWS for other in pages) else ""
    evidence = {"rows": rows, "records": content.records} if content.figures else None
    scripts = [*content.scripts, *(DRAWING if content.figures else ())]
    made = {page.file: _render_page(page.file, page.title, body, pages, about, content.styles, scripts, evidence)}
    for part in content.parts:
        body = f'<h1>{html.escape(page.title)}</h1><p class="lead">{html.escape(part.name)}</p>{part.html}'
        made[part.file] = _render_page(
            page.file, f"{page.title} {part.name}", body, pages, about, content.styles, content.scripts
        )
    return made


def write_pages(
    executed: Iterable[tuple[Path, NotebookNode]],
    folder: Path,
    pages: Mapping[Path, Page],
    about: About,
    tables: Tables,
) -> None:
    """Write the pages of each executed notebook to a folder, one by one as they come; see `notebook_pages`."""
    for path, notebook in executed:
        for file, text in notebook_pages(notebook, pages[path], list(pages.values()), about, tables).items():
            write_text(folder / file, text)


def write_text(path: Path, text: str) -> None:
    """Write a page: the same bytes on every system."""
    path.write_text(text, encoding="utf-8", newline="\n")


def read_picture(path: Path) -> Picture:
    """An SVG figure in the folder ``figures`` of the report; its alternative text is the description inside.

    One of more than `MAX_DRAWING` bytes is shown by the PNG beside it.
    """
    svg = path.read_text("utf-8")
    told = re.search(r"<dc:description>(.*?)</dc:description>", svg, re.DOTALL)
    small = len(svg) <= MAX_DRAWING
    kind, data = ("svg+xml", svg.encode()) if small else ("png", path.with_suffix(".png").read_bytes())
    address = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
    places = tuple(f"{path.parent.name}/{path.stem}.{suffix}" for suffix in ("svg", "png"))
    return Picture(places, address, html.unescape(told[1]) if told else path.stem)


def index_page(tables: Tables, pages: Sequence[Page], pictures: Sequence[Picture], about: About) -> str:
    """The page that opens the report: what was asked, how much there is, where it stands, and what was left out."""
    problems = rows_of(tables["problems"])
    kinds = problems.tally(["problem"], refs="").sort_values("n", ascending=False, kind="stable")
    body = _template("index.html.j2").render(
        about=about,
        period=describe_period(tables["documents"]),
        counts=count_tables(tables),
        pages=pages,
        pictures=pictures,
        kinds=dict(zip(kinds.problem, kinds.n, strict=True)),
        problems=problems.frame(most=MAX_PROBLEMS).to_dict("records"),
        more_problems=max(0, len(problems) - MAX_PROBLEMS),
    )
    return _render_page(INDEX, "Overview", body, pages, about)


def page_content(notebook: NotebookNode, tables: Tables) -> Content:
    """A notebook with its plotly outputs and its evidence table as HTML, links between notebooks as links of pages.

    The cell that papermill adds is left out: the footer has the parameters, and not where the machine keeps tables.
    """
    changed = copy.deepcopy(notebook)
    changed.cells = [cell for cell in changed.cells if "injected-parameters" not in cell.metadata.get("tags", ())]
    for cell in (cell for cell in changed.cells if cell.cell_type == "markdown"):
        cell.source = NOTEBOOK_LINK.sub(r"](\1.html", cell.source)
    outputs = [output for cell in changed.cells for output in cell.get("outputs", ()) if "data" in output]
    drawn = [output for output in outputs if PLOTLY in output["data"]]
    records = gather([output["data"][PLOTLY] for output in drawn], tables)
    for output in drawn:
        _put(output, figure_html(bounded(output["data"][PLOTLY], records)))
    for output in outputs:
        if "dataframe" in (table := output["data"].get("text/html", "")):
            output["data"]["text/html"] = table_html(table)
    return _with_evidence_table(Content(changed, len(drawn), records), outputs, tables)


def _with_evidence_table(content: Content, outputs: Sequence[NotebookNode], tables: Tables) -> Content:
    for output in outputs:
        if shown := output["data"].get(evidence_page.MIME):
            first, *rest = evidence_page.evidence_parts(evidence_page.chosen_tables(tables, shown))
            _put(output, first.html)
            return content._replace(parts=rest, styles=evidence_page.STYLES, scripts=evidence_page.SCRIPTS)
    return content


def _put(output: NotebookNode, block: str) -> None:
    """Make an output the given HTML, and mark it as well-formed for `exported`."""
    output["data"], output["metadata"] = {"text/html": block}, {OWN: True}


def exported(notebook: NotebookNode) -> str:
    """A notebook as HTML. Blocks of the project's own stay out of nbconvert, which would parse megabytes of data."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    blocks = {}
    for data in (output["data"] for output in outputs if output.get("metadata", {}).get(OWN)):
        place = f"<!--{OWN}-{hashlib.sha256(data['text/html'].encode()).hexdigest()}-->"
        blocks[place], data["text/html"] = data["text/html"], place
    body, _ = _exporter().from_notebook_node(notebook)
    return HELD.sub(lambda match: blocks.get(match[0], ""), body)


def count_tables(tables: Tables) -> dict[str, int]:
    """How much the tables hold, by what the index page calls it."""
    rows = {name: rows_of(table) for name, table in tables.items()}
    return {
        "Articles": len(rows["documents"]),
        "Dated articles": rows["documents"].count("published_earliest IS NOT NULL"),
        "Ballots": rows["ballot_mentions"].count(what="DISTINCT ballot_id"),
        "Statements": len(rows["statements"]),
        "Actors": rows["statements"].count(what="DISTINCT entity"),
        "Quotes": len(rows["quotes"]),
        "Regions": rows["places"].count("located", "DISTINCT region"),
        "Problems": len(rows["problems"]),
    }


def describe_period(documents: Table) -> str:
    """The days of publication of the documents in a sentence."""
    first, last = rows_of(documents).figures("min(published_earliest)", "max(published_latest)")
    if first is None or last is None:
        return "No article could be dated."
    return f"Articles published from {first:%d %B %Y} to {last:%d %B %Y}.".replace(" 0", " ")


def _render_page(
    file: str,
    title: str,
    body: str,
    pages: Sequence[Page],
    about: About,
    styles: Sequence[str] = (),
    scripts: Sequence[str] = (),
    evidence: Mapping[str, Any] | None = None,
) -> str:
    """A page as HTML around `body`; `file` is that of its place in the navigation, the rest names assets and data."""
    texts = [_asset(name) for name in scripts]
    return _template("page.html.j2").render(
        file=file,
        title=title,
        body=Markup(body),
        pages=pages,
        about=about,
        policy=content_policy(texts),
        style=Markup("\n".join([_style(), *map(_asset, styles)])),
        scripts=list(map(Markup, texts)),
        evidence=None if evidence is None else Markup(script_json(evidence)),
    )


def content_policy(scripts: Sequence[str]) -> str:
    """A Content-Security-Policy under which a page runs these scripts and no other, and asks no host for anything."""
    hashes = " ".join(f"'sha256-{_digest(script)}'" for script in scripts)
    rules = {
        "default-src": "'none'", "script-src": hashes or "'none'", "style-src": "'unsafe-inline'", "img-src": "data:",
        "base-uri": "'none'", "form-action": "'none'",
    }  # fmt: skip
    return "; ".join(f"{name} {value}" for name, value in rules.items())


@cache
def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _plain(text: str) -> str:
    """Markdown or plotly's markup as plain words."""
    return re.sub(r"<[^>]+>|[*`_]{1,2}(?=\S)|(?<=\S)[*`]{1,2}", "", ANCHOR.sub(r"\1", text)).strip()


@cache
def _exporter() -> HTMLExporter:
    exporter = HTMLExporter(
        raw_template=_asset("notebook.html.j2"), exclude_input_prompt=True, exclude_output_prompt=True,
        optimistic_validation=True,
    )  # fmt: skip
    exporter.require_js_url = exporter.mathjax_url = exporter.mermaid_js_url = exporter.jquery_url = ""
    return exporter


@cache
def _style() -> str:
    light = HtmlFormatter(style="default").get_style_defs(".highlight")
    dark = HtmlFormatter(style="github-dark").get_style_defs(".highlight")
    clear = ".highlight { background: none !important; }"
    return f"{light}\n@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}\n{clear}\n{_asset('page.css')}"


@cache
def _template(name: str) -> jinja2.Template:
    return jinja2.Environment(autoescape=True, trim_blocks=False).from_string(_asset(name))


@cache
def _asset(name: str) -> str:
    return (files("ballotwatch") / "assets" / name).read_text(encoding="utf-8")
