"""Explore coded tables in JupyterLab: filters, linked charts, the evidence behind every mark, and corrections."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pandas as pd

from ballotwatch.codebook import load_codebook
from ballotwatch.explorer_article import ArticlePane
from ballotwatch.explorer_charts import CHARTS, Chart
from ballotwatch.explorer_corrections import Desk
from ballotwatch.explorer_evidence import EvidenceList, button, expand, heading
from ballotwatch.explorer_filters import Choice, Filters, choose, counted
from ballotwatch.explorer_form import StatementForm
from ballotwatch.explorer_theme import Theme, darkened
from ballotwatch.query import rows_of
from ballotwatch.refs import counted as all_behind
from ballotwatch.refs import named, parse_ref, refs
from ballotwatch.tables import read_tables

Tables = Mapping[str, pd.DataFrame]
STYLE = (files("ballotwatch") / "assets" / "explorer.css").read_text("utf-8")
ARTICLE = "Article"
# More than this in one notice hides the charts; the table `problems` holds them all.
MOST_PROBLEMS = 5
DONE = {
    "accept": "Accepted.", "reject": "Rejected: the statement is taken out.", "recode": "Recoded.", "add": "Added.",
    "withdraw": "Your decision is taken back.",
}  # fmt: skip


def explore(tables: Path | str | Tables, codings: Path | str = "codings", coder: str | None = None) -> widgets.Widget:
    """A widget to look through coded tables, from charts to sentences, and to correct their codings.

    tables: folder that `ballotwatch code` has written, or the tables themselves by name. codings: folder of corrections
    (``*.codings.jsonl``), made when the first one is saved. coder: your name, which can be filled in later. Raises
    FileNotFoundError for a folder without tables.
    """
    read = tables if isinstance(tables, Mapping) else read_tables(Path(tables))
    return Explorer(read, Path(codings), coder or "").box


def guarded(act: Callable[..., Any]) -> Callable[..., None]:
    """A method whose errors are told in the widget: JupyterLab puts those of callbacks into a log that nobody reads."""

    @wraps(act)
    def call(self: Explorer, *given: Any) -> None:
        try:
            act(self, *given)
        except Exception as error:
            self.tell(str(error) or type(error).__name__, problem=True)

    return call


class Explorer:
    """The widgets and what connects them. `box` is what a notebook shows."""

    def __init__(self, tables: Tables, codings: Path, coder: str) -> None:
        """Read the corrections, then show everything."""
        self.codebook = load_codebook()
        self.desk = Desk(tables, codings, self.codebook)
        self.theme = Theme()
        self.whole = choose(self.desk.rows, Choice({}))
        self.filters = Filters(self.whole, self.codebook)
        self.charts = {name: Chart(self.choose_marks) for name in CHARTS}
        self.article = ArticlePane(self.desk, self.codebook, self.add, self.click_text)
        self.coder = widgets.Text(value=coder, description="Your name", placeholder="needed for corrections")
        self.message, self.problems, self.undo = widgets.HTML(), widgets.HTML(), button("Undo", "undo")
        self.evidence = EvidenceList(self.act)
        self.form = StatementForm(self.desk.everything, self.codebook, self.recode, self.evidence.close)
        self.tabs = widgets.Tab([*(chart.box for chart in self.charts.values()), self.article.box])
        self.tabs.titles = (*CHARTS, ARTICLE)
        self.chosen: dict[str, pd.DataFrame] = {}
        self._marks: list[str] | None = None
        self._more = 0
        self._drawn: set[str] = set()
        self.box = self._lay_out()
        self._connect()
        self.choose_rows()

    def _lay_out(self) -> widgets.Widget:
        self.undo.layout.align_self = "flex-start"
        head = widgets.VBox([self.coder, self.message, self.undo, self.article.form.box])
        side = widgets.VBox([head, self.problems, self.evidence.box])
        panes = widgets.Box([self.tabs, side])
        for pane, name in ((self.tabs, "bw-charts"), (head, "bw-head"), (side, "bw-side"), (panes, "bw-panes")):
            pane.add_class(name)
        style = widgets.HTML(f"<style>{STYLE}</style>", layout={"display": "none"})
        box = widgets.VBox([style, self.theme, self.filters.box, panes])
        box.add_class("bw-explorer")
        return box

    def _connect(self) -> None:
        self.filters.watch(self.choose_rows)
        self.tabs.observe(lambda _: self.draw(), "selected_index")
        self.theme.observe(lambda _: self.redraw(), "dark")
        self.undo.on_click(lambda _: self.take_back())

    def tell(self, text: str, problem: bool = False, undo: bool = False) -> None:
        """Say something in one line; it stands until the next thing is said."""
        kind = "problem" if problem else "done"
        self.message.value = f'<div class="bw-{kind}" role="status">{escape(text)}</div>' if text else ""
        self.undo.layout.display = "" if undo else "none"

    @guarded
    def choose_rows(self) -> None:
        """Pick the rows that the filters ask for; charts and evidence follow."""
        self.tell("")
        self._marks = None
        self.follow()

    def follow(self) -> None:
        """Show what the tables and the filters say now, and the evidence that was listed as far as it is still there."""
        self.chosen = choose(self.desk.rows, self.filters.choice())
        self.filters.line.value = f'<div class="bw-count">{counted(self.chosen, self.whole)}</div>'
        self.problems.value = problems_html(self.desk.problems)
        self.redraw()
        if self._marks is None:
            shown = refs("statement", self.chosen["statements"].statement_id)
            self.evidence.show(shown, self.desk.rows, f"{heading(shown)} in this selection")
        else:
            self._list_marks()

    def redraw(self) -> None:
        """Draw the chart on show anew; the others when they are shown."""
        self._drawn.clear()
        self.draw()

    @guarded
    def draw(self) -> None:
        """Draw the chart on show if it is behind."""
        name = self.tabs.titles[self.tabs.selected_index or 0]
        if name in CHARTS and name not in self._drawn:
            figure = CHARTS[name](self.chosen, self.desk.everything, self.codebook)
            self.charts[name].show(darkened(figure) if self.theme.dark else figure)
            self._drawn.add(name)

    @guarded
    def choose_marks(self, given: list[str]) -> None:
        """List the evidence behind marks."""
        self.tell("")
        self._marks, self.evidence.at = expand(named(given), self.chosen), 0
        self._more = all_behind(given) - len(named(given))
        self._list_marks()

    def _list_marks(self) -> None:
        here = present(self._marks or [], self.desk.rows)
        more = f", and {self._more} more that are not listed: choose fewer with the filters" if self._more else ""
        self.evidence.show(here, self.desk.rows, f"{heading(here)} behind this mark{more}")

    @guarded
    def click_text(self, given: list[str]) -> None:
        """List the statements at a passage of the article that was clicked."""
        if given:
            self.choose_marks(given)

    @guarded
    def act(self, action: str, ref: str) -> None:
        """Do what a button of an entry asks for."""
        self.tell("")
        if action == "article":
            self.tabs.selected_index = len(CHARTS)
            self.article.open(ref)
        elif action == "recode":
            row = self.desk.statement(parse_ref(ref).id)
            self.form.open('<div class="bw-quiet">Recode this statement</div>', row)
            self.evidence.put(ref, self.form.box)
        else:
            self.decide(action, parse_ref(ref).id)

    @guarded
    def recode(self) -> None:
        """Save what the form says of the statement that it stands under."""
        self.decide("recode", parse_ref(self.evidence.form_at).id, self.form.said())

    @guarded
    def add(self) -> None:
        """Save what the article's form says of the passage that was selected."""
        said = self.article.said()
        self.decide("add", None, said, self.article.doc_id)
        self.article.close()
        self.article.focus(said["start"], said["end"])

    @guarded
    def take_back(self) -> None:
        """Withdraw the decision that was made last."""
        self.decide("withdraw", self._saved.statement_id, None, self._saved.doc_id)

    def decide(
        self,
        action: str,
        statement_id: str | None,
        statement: Mapping[str, Any] | None = None,
        doc_id: str | None = None,
    ) -> None:
        """Save a decision and lay it over; charts, filters and lists follow."""
        # A large corpus takes seconds to be laid over again.
        self.tell("Saving …")
        saved = self._saved = self.desk.save(self.coder.value, action, statement_id, statement, doc_id)
        if self._marks and action == "recode":
            self._marks = followed(self._marks, *refs("statement", [statement_id, saved.statement_id]))
        self.whole = choose(self.desk.rows, Choice({}))
        self.filters.renew(self.whole, self.codebook)
        self.article.renew()
        self.follow()
        self.tell(f"{DONE[action]} Saved in {saved.path}.", undo=action != "withdraw")


def followed(given: list[str], old: str, new: str) -> list[str]:
    """References with that of a recoded statement behind its old one, which may come back."""
    both = [item for ref in given for item in ((ref, new) if ref == old else (ref,))]
    return list(dict.fromkeys(both))


def present(given: list[str], tables: Tables) -> list[str]:
    """References without those to statements that the tables don't hold any more."""
    ids = [parse_ref(ref).id for ref in given]
    here = set(refs("statement", rows_of(tables["statements"]).among("statement_id", ids).values("statement_id")))
    return [ref for ref in given if parse_ref(ref).kind != "statement" or ref in here]


def problems_html(problems: pd.DataFrame) -> str:
    """Problems that corrections brought, the first ones, as HTML; nothing for none."""
    rows = [f"{row.source}: {row.problem}. {row.detail}" for row in problems.itertuples()]
    more = [f"And {len(rows) - MOST_PROBLEMS} more."] if len(rows) > MOST_PROBLEMS else []
    lines = "<br>".join(escape(line) for line in rows[:MOST_PROBLEMS] + more)
    return f'<div class="bw-problem"><b>Corrections with problems</b><br>{lines}</div>' if rows else ""
