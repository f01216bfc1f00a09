"""The explorer's form for what a statement says: to recode one of the program's, or to add one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as widgets
import pandas as pd

from ballotwatch.charts.words import spell
from ballotwatch.codebook import Codebook
from ballotwatch.parameters import known_values

Tables = Mapping[str, pd.DataFrame]
NO_BALLOT, CHOOSE = ("no ballot named", None), ("choose one", None)
WIDE = {"width": "auto", "max_width": "46rem"}


def figure(text: str) -> float | None:
    """A figure as somebody writes it, `54,3 %` too; None for nothing. Raises ValueError for what is no number."""
    number = text.strip().removesuffix("%").strip().replace(",", ".")
    try:
        return float(number) if number else None
    except ValueError as error:
        raise ValueError(f"the figure is a number of per cent, such as 54.3, not '{text}': correct it") from error


class StatementForm:
    """The form as widgets. `open` fills it, `said()` reads it, its buttons call `save()` and `cancel()`."""

    def __init__(
        self, everything: Tables, codebook: Codebook, save: Callable[[], Any], cancel: Callable[[], Any]
    ) -> None:
        """An empty form whose lists hold what codebook and tables know."""
        self.heading = widgets.HTML()
        self.actor = widgets.Combobox(
            description="Actor", placeholder="as the article names them", options=_names(everything), layout=WIDE
        )
        self.lists = {
            "entity": _dropdown("Entity", [CHOOSE, *_entities(everything, codebook)]),
            "concept": _dropdown("Concept", [CHOOSE, *((spell(c), c) for c in codebook.concepts.concept)]),
            "ballot_id": _dropdown("Ballot", [NO_BALLOT, *_ballots(everything, codebook)]),
        }
        self.regions = widgets.SelectMultiple(description="Regions", options=_regions(codebook), rows=4, layout=WIDE)
        self.value = widgets.Text(
            description="Figure, %", placeholder="turnout or result, if one is given", layout=WIDE
        )
        self.save = widgets.Button(description="Save", icon="save", button_style="primary", layout={"width": "auto"})
        self.cancel = widgets.Button(description="Cancel", layout={"width": "auto"})
        self.save.on_click(lambda _: save())
        self.cancel.on_click(lambda _: cancel())
        inputs = [self.actor, *self.lists.values(), self.regions, self.value]
        self.box = widgets.VBox([self.heading, *inputs, widgets.HBox([self.save, self.cancel])])
        self.box.add_class("bw-form")

    def open(self, heading: str, fields: Mapping[str, Any]) -> None:
        """Fill the form; `heading` is HTML that says what is coded. A value that no list has is added to its list."""
        self.heading.value = heading
        self.actor.value = fields.get("actor") or ""
        for name, box in self.lists.items():
            value = fields.get(name)
            if value not in [option for _, option in box.options]:
                box.options = [*box.options, (value, value)]
            box.value = value
        known = {value for _, value in self.regions.options}
        self.regions.value = tuple(region for region in fields.get("regions") or () if region in known)
        self.value.value = "" if fields.get("value") is None else f"{fields['value']:g}"

    def said(self) -> dict[str, Any]:
        """What the form holds, by column of `statements`. Raises ValueError for a figure that is no number."""
        lists = {name: box.value for name, box in self.lists.items()}
        figures = {"value": figure(self.value.value), "regions": list(self.regions.value)}
        return {"actor": self.actor.value.strip() or None, **lists, **figures}


def _names(everything: Tables) -> tuple[str, ...]:
    return tuple(sorted(set(everything["actors"].actor.dropna()) | set(everything["statements"].actor.dropna())))


def _entities(everything: Tables, codebook: Codebook) -> list[tuple[str, str]]:
    known = known_values("actors", codebook, everything)
    return sorted((name if name == value else f"{name}, {value}", value) for value, name in known.items())


def _ballots(everything: Tables, codebook: Codebook) -> list[tuple[str, str]]:
    """Ballots of the tables first: those that the articles are about."""
    here = list(everything["ballots"].ballot_id)
    known = known_values("ballots", codebook, everything)
    rest = sorted((value for value in known if value not in here), key=lambda value: known[value])
    return [(known[value], value) for value in [*here, *rest]]


def _regions(codebook: Codebook) -> list[tuple[str, str]]:
    return [(f"{row['name']}, {row.region}", row.region) for _, row in codebook.regions.iterrows()]


def _dropdown(label: str, values: list[tuple[str, str]]) -> widgets.Dropdown:
    return widgets.Dropdown(description=label, options=values, layout=WIDE)
