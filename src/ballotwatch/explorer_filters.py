"""The explorer's filters: the values that the tables hold, named in words, and the rows that a choice of them leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import ipywidgets as widgets
import pandas as pd

from ballotwatch.charts.words import count, spell
from ballotwatch.codebook import Codebook
from ballotwatch.parameters import Parameters, known_values
from ballotwatch.query import Table, frames

Tables = Mapping[str, Table]
# The lists of the explorer: its name and the column of `statements` that it picks by.
LISTS = {
    "Ballot": "ballot_id",
    "Entity": "entity",
    "Actor": "actor",
    "Concept": "concept",
    "Region": "regions",
    "Coder": "coder",
}
HINT = "Nothing chosen means all. Ctrl-click chooses several."


@dataclass(frozen=True)
class Choice:
    """What is chosen: for each name of `LISTS` its values (none means all), and the first and last day of publication.

    Where only one of the days is given, the other side is open.
    """

    values: Mapping[str, tuple[str, ...]]
    first: date | None = None
    last: date | None = None

    def period(self) -> tuple[date, date] | None:
        """First and last day, an open side as far away as dates go. Raises ValueError where they are turned round."""
        if not self.first and not self.last:
            return None
        first, last = self.first or date.min, self.last or date.max
        if first > last:
            raise ValueError(f"the period starts on {first}, after its end on {last}: choose an earlier first day")
        return first, last


def choose(everything: Tables, choice: Choice) -> dict[str, pd.DataFrame]:
    """The rows that a choice leaves, picked as `Parameters.select` does for notebooks, then by actor and coder.

    Raises ValueError for a period that ends before it starts.
    """
    picked = {name: choice.values.get(name, ()) for name in LISTS}
    picked_rows = Parameters(
        period=choice.period(), ballots=picked["Ballot"], regions=picked["Region"], actors=picked["Entity"],
        concepts=picked["Concept"],
    ).select(everything)  # fmt: skip
    chosen = frames(picked_rows)
    statements = chosen["statements"]
    for name in ("Actor", "Coder"):
        if picked[name]:
            statements = statements[statements[LISTS[name]].isin(picked[name])]
    return chosen | {"statements": statements.reset_index(drop=True)}


def options(name: str, whole: Tables, codebook: Codebook) -> list[tuple[str, str]]:
    """The values that the statements hold for a list of `LISTS`, each with its label: name in words and number.

    `whole` are the tables as `choose` leaves them when nothing is chosen. Ballots stand by date, concepts as in the
    codebook, the rest by number of statements.
    """
    found = Counter(whole["statements"][LISTS[name]].explode().dropna())
    words = labels(name, whole, codebook)
    values = sorted(found, key=lambda value: (-found[value], words(value)))
    order = _order(name, whole, codebook)
    values.sort(key=lambda value: order.get(value, len(order)))
    return [(f"{words(value)} ({found[value]})", value) for value in values]


def labels(name: str, whole: Tables, codebook: Codebook) -> Callable[[str], str]:
    """How the values of a list of `LISTS` are put in words."""
    if name == "Concept":
        return spell
    if name in ("Actor", "Coder"):
        return str
    named = known_values({"Ballot": "ballots", "Region": "regions", "Entity": "actors"}[name], codebook, whole)
    if name == "Entity":
        return lambda value: value if named.get(value, value) == value else f"{named[value]}, {value}"
    return lambda value: named.get(value) or value


def _order(name: str, whole: Tables, codebook: Codebook) -> dict[str, int]:
    if name == "Concept":
        return {concept: place for place, concept in enumerate(codebook.concepts.concept)}
    if name == "Ballot":
        days = whole["ballots"].sort_values(["start_date", "name"], kind="stable")
        return {ballot: place for place, ballot in enumerate(days.ballot_id)}
    return {}


def counted(chosen: Tables, whole: Tables) -> str:
    """How many statements a choice leaves, of how many, in how many articles."""
    statements, total = chosen["statements"], len(whole["statements"])
    return f"{len(statements)} of {count(total, 'statement')} in {count(statements.doc_id.nunique(), 'article')}"


class Filters:
    """The filters as widgets. `box` shows them; `choice()` says what is chosen; `watch` calls back at every change."""

    def __init__(self, whole: Tables, codebook: Codebook) -> None:
        """Lists of the values that the tables hold (see `options`), and two days."""
        self.lists = {name: _list(name, options(name, whole, codebook)) for name in LISTS}
        self.first, self.last = _day("Published from"), _day("up to")
        self.reset = widgets.Button(description="Reset filters", icon="undo", layout={"width": "auto"})
        self.line = widgets.HTML()
        self._watchers: list[Callable[[], Any]] = []
        self._quiet = False
        for widget in (*self.lists.values(), self.first, self.last):
            widget.observe(self._changed, "value")
        self.reset.on_click(lambda _: self.clear())
        self.box = self._lay_out()

    def _lay_out(self) -> widgets.Widget:
        period = widgets.VBox([self.first, self.last, self.reset])
        grid = widgets.Box([*self.lists.values(), period])
        grid.add_class("bw-lists")
        self.lists["Ballot"].add_class("bw-wide")
        return widgets.VBox([widgets.HTML(f'<div class="bw-quiet">{HINT}</div>'), grid, self.line])

    def choice(self) -> Choice:
        """What is chosen now."""
        return Choice({name: tuple(box.value) for name, box in self.lists.items()}, self.first.value, self.last.value)

    def watch(self, call: Callable[[], Any]) -> None:
        """Call this function after every change, once for a reset."""
        self._watchers.append(call)

    def clear(self) -> None:
        """Choose everything again."""
        self._silently(self._empty)
        self._changed()

    def renew(self, whole: Tables, codebook: Codebook) -> None:
        """Take up the values of changed tables; what is chosen stays chosen as far as it is still there."""
        for name, box in self.lists.items():
            fresh, kept = options(name, whole, codebook), box.value
            known = {value for _, value in fresh}
            self._silently(lambda box=box, fresh=fresh, kept=kept, known=known: _set(box, fresh, kept, known))

    def _empty(self) -> None:
        for box in self.lists.values():
            box.value = ()
        self.first.value = self.last.value = None

    def _silently(self, act: Callable[[], Any]) -> None:
        self._quiet = True
        try:
            act()
        finally:
            self._quiet = False

    def _changed(self, change: object = None) -> None:
        if not self._quiet:
            for call in self._watchers:
                call()


def _set(box: widgets.SelectMultiple, fresh: list, kept: Iterable[str], known: set[str]) -> None:
    if list(box.options) != fresh:
        box.options = fresh
        box.value = [value for value in kept if value in known]


def _list(name: str, values: list[tuple[str, str]]) -> widgets.SelectMultiple:
    # The name stands above its list: beside it, it would take half of a narrow column.
    above = {"flex_flow": "column", "width": "auto", "margin": "2px 0"}
    return widgets.SelectMultiple(
        description=name, options=values, rows=5, layout=above, style={"description_width": "initial"}
    )


def _day(label: str) -> widgets.DatePicker:
    above = {"flex_flow": "column", "align_items": "flex-start", "width": "auto", "height": "auto"}
    return widgets.DatePicker(description=label, style={"description_width": "initial"}, layout=above)
