"""The explorer's view of a whole article, as a widget that tells which passage was selected or clicked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from importlib.resources import files
from typing import Any

import anywidget
import ipywidgets as widgets
import pandas as pd
import traitlets

from ballotwatch.codebook import Codebook
from ballotwatch.coded_article import article_layers, days
from ballotwatch.explorer_corrections import Desk
from ballotwatch.explorer_form import StatementForm
from ballotwatch.refs import parse_ref, refs

Tables = Mapping[str, pd.DataFrame]
ASSETS = files("ballotwatch") / "assets"
# The rest can be switched on; all at once, a page of text is all colours.
NOTHING_OPEN = (
    "No article is open. Choose 'In the article' beside a statement; then select words in it to add a statement."
)
SHOWN = ["statements", "quotes", "framing"]


def article_data(doc_id: str, tables: Tables) -> dict[str, Any]:
    """An article as `article.js` draws it: doc_id, title, text, published, source and its layers of coding.

    Raises ValueError for a document that the tables lack.
    """
    row = document(doc_id, tables)
    title = row.title if isinstance(row.title, str) else doc_id
    published = days(row.published_earliest, row.published_latest)
    return {
        "doc_id": doc_id, "title": title, "text": row.text, "published": published, "source": row.source,
        "layers": article_layers(doc_id, tables),
    }  # fmt: skip


def document(doc_id: str, tables: Tables) -> Any:
    """A document's row. Raises ValueError where there is none."""
    documents = tables["documents"]
    found = documents[documents.doc_id == doc_id]
    if found.empty:
        raise ValueError(f"there is no article '{doc_id}' in the tables: code the articles and start again")
    return next(found.itertuples(index=False))


def statements_at(doc_id: str, start: int, end: int, tables: Tables) -> list[str]:
    """References to the statements of an article whose passages touch `text[start:end]`, in order of the text."""
    statements = tables["statements"]
    touched = statements[(statements.doc_id == doc_id) & (statements.start < end) & (statements.end > start)]
    return refs("statement", touched.sort_values(["start", "end"], kind="stable").statement_id)


def article_heading(article: Mapping[str, Any]) -> str:
    """An article's title, day of publication and source as HTML."""
    facts = ", ".join(escape(text) for text in (article["published"] or "date unknown", article["source"]))
    return f'<h3 class="bw-heading">{escape(article["title"])}</h3><div class="bw-quiet">{facts}</div>'


class ArticleView(anywidget.AnyWidget):
    """An article with its layers of coding.

    article: what `article_data` gives, empty before one is chosen. focus: the passage to mark and scroll to. selection:
    what the reader has selected. clicked: the coded passage last clicked, with a count of clicks. Passages are `start`
    and `end` in code points of the article's text.
    """

    _esm = "\n".join((ASSETS / name).read_text("utf-8") for name in ("article.js", "select.js"))
    _css = (ASSETS / "article.css").read_text("utf-8")
    article = traitlets.Dict().tag(sync=True)
    layers = traitlets.List(SHOWN).tag(sync=True)
    focus = traitlets.Dict().tag(sync=True)
    selection = traitlets.Dict().tag(sync=True)
    clicked = traitlets.Dict().tag(sync=True)


class ArticlePane:
    """The tab of the article, its heading and text in `box`; `form` adds a statement about a selected passage."""

    def __init__(
        self, desk: Desk, codebook: Codebook, add: Callable[[], Any], clicked: Callable[[list[str]], Any]
    ) -> None:
        """An empty pane. `add` saves a new statement, `clicked` takes the statements at a clicked passage."""
        self.desk, self.doc_id = desk, ""
        self.view, self.heading = ArticleView(), widgets.HTML(f'<div class="bw-quiet">{NOTHING_OPEN}</div>')
        self.form = StatementForm(desk.everything, codebook, add, self.close)
        self.close()
        self.box = widgets.VBox([self.heading, self.view])
        self.view.observe(lambda change: self._select(change["new"]), "selection")
        self.view.observe(lambda change: clicked(self._statements(change["new"])), "clicked")

    def open(self, ref: str) -> None:
        """Show the article of a reference, at the passage that it names. Raises ValueError where it is gone."""
        found = parse_ref(ref)
        row = self.desk.statement(found.id) if found.kind == "statement" else None
        doc_id = row["doc_id"] if row else found.id
        start, end = (row["start"], row["end"]) if row else (found.start or 0, found.end or 0)
        self.close()
        self._draw(doc_id)
        self.focus(start, end)

    def focus(self, start: int, end: int) -> None:
        """Mark a passage and scroll to it. The count makes the same passage news again."""
        self.view.focus = {"start": int(start), "end": int(end), "count": self.view.focus.get("count", 0) + 1}

    def renew(self) -> None:
        """Show the article as the tables have it now."""
        if self.doc_id:
            self._draw(self.doc_id)

    def said(self) -> dict[str, Any]:
        """What the form says of the selected passage."""
        chosen = self.view.selection
        return {"start": chosen["start"], "end": chosen["end"], **self.form.said()}

    def close(self) -> None:
        """Close the form."""
        self.form.box.layout.display = "none"

    def _draw(self, doc_id: str) -> None:
        article = article_data(doc_id, self.desk.everything)
        self.doc_id = doc_id
        self.heading.value = article_heading(article)
        self.view.article = article

    def _select(self, chosen: Mapping[str, int]) -> None:
        """Open the form for a passage, filled with the ballot that the article is about, if it is about one."""
        text = self.view.article["text"][chosen["start"] : chosen["end"]]
        mentions = self.desk.everything["ballot_mentions"]
        ballots = mentions.ballot_id[mentions.doc_id == self.doc_id].dropna().unique()
        fields = {"ballot_id": ballots[0]} if len(ballots) == 1 else {}
        self.form.open(
            f'<div class="bw-quiet">Add a statement</div><p class="bw-passage"><mark>{escape(text)}</mark></p>', fields
        )
        self.form.box.layout.display = ""

    def _statements(self, place: Mapping[str, int]) -> list[str]:
        return statements_at(self.doc_id, place["start"], place["end"], self.desk.everything)
