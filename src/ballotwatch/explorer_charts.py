"""The explorer's three linked charts: drawn from the chosen rows, changed in place, and read where they are clicked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

import anywidget
import ipywidgets as widgets
import pandas as pd
import plotly.graph_objects as go
from plotly.basedatatypes import BasePlotlyType, BaseTraceType

from ballotwatch.charts.corpus import mentioned
from ballotwatch.charts.regions import count_regions, map_units, regions_map
from ballotwatch.charts.stances import stance_map
from ballotwatch.charts.timeline import timeline
from ballotwatch.codebook import Codebook
from ballotwatch.refs import counted, named, with_more

Tables = Mapping[str, pd.DataFrame]


def draw_timeline(chosen: Tables, everything: Tables, codebook: Codebook) -> go.Figure:
    """The timeline of the chosen statements and articles, with the ballots that these articles name."""
    ballots = mentioned(everything["ballots"], chosen["ballot_mentions"])
    return timeline(chosen["statements"], chosen["documents"], ballots)


def draw_map(chosen: Tables, everything: Tables, codebook: Codebook) -> go.Figure:
    """The map of the country's units, coloured by how many of the chosen statements are about each."""
    units, boundaries = map_units(codebook)
    counts = count_regions(chosen, units, "statements")
    total = len(chosen["statements"])
    return regions_map(counts, units, boundaries, chosen["documents"], "statement", total)


def draw_stances(chosen: Tables, everything: Tables, codebook: Codebook) -> go.Figure:
    """The heat map of entity by concept of the chosen statements."""
    return stance_map(chosen["statements"], codebook.concepts, chosen["documents"])


CHARTS: dict[str, Callable[[Tables, Tables, Codebook], go.Figure]] = {
    "Timeline": draw_timeline,
    "Map": draw_map,
    "Stances": draw_stances,
}


class LinkedFigure(go.FigureWidget):
    """A figure that can be changed in place: plotly.js forgets the type of an axis whenever its values change, and
    guesses another one, unless the message that changes them names it."""

    def _send_update_msg(
        self, restyle_data: dict, relayout_data: dict, trace_indexes: Any = None, source_view_id: Any = None
    ) -> None:
        axes = {
            name: axis for name, axis in self.layout.to_plotly_json().items() if name.startswith(("xaxis", "yaxis"))
        }
        types = {f"{name}.type": axis["type"] for name, axis in axes.items() if "type" in axis}
        super()._send_update_msg(restyle_data, types | relayout_data, trace_indexes, source_view_id)


def refresh(widget: go.FigureWidget, figure: go.Figure) -> None:
    """Turn a figure on show into another one.

    One message changes it in place, so that nothing flickers; traces too many are hidden. Only where the kinds of
    traces differ are they taken out and drawn anew.
    """
    shown = [trace.type for trace in widget.data[: len(figure.data)]]
    if shown != [trace.type for trace in figure.data][: len(shown)]:
        widget.data = []
    with widget.batch_update():
        for trace, new in zip(widget.data, figure.data):
            _replace(trace, new.to_plotly_json())
        for trace in widget.data[len(figure.data) :]:
            trace.visible = False
        _replace(widget.layout, figure.layout.to_plotly_json())
    if len(widget.data) < len(figure.data):
        widget.add_traces(figure.data[len(widget.data) :])


def _replace(target: Any, new: Mapping[str, Any]) -> None:
    """Give a trace, a layout or a part of one exactly these properties.

    Parts are entered, not exchanged: plotly.js loses what it knows of an axis that is exchanged as a whole.
    """
    old = target.to_plotly_json()
    fixed = {"type", "uid"} if isinstance(target, BaseTraceType) else set()
    for name in (old.keys() | new.keys()) - fixed:
        if isinstance(target[name], BasePlotlyType):
            _replace(target[name], new.get(name) or {})
        elif new.get(name) is not old.get(name):
            target[name] = new.get(name)


def refs_at(trace: Any, points: Any) -> list[str]:
    """The references behind the clicked points of a trace: a number says which, or a row and a column of a grid."""
    found: list[str] = []
    n = 0
    for index in points.point_inds:
        cell: Any = trace.customdata if trace.customdata is not None else ()
        for step in index if isinstance(index, list | tuple) else [index]:
            cell = cell[step] if 0 <= step < len(cell) else ()
        new = [ref for ref in cell if ref not in found]
        found, n = [*found, *named(new)], n + counted(new)
    return with_more(found, n)


class Fit(anywidget.AnyWidget):
    """An unseen frame over a chart's place that makes the chart as wide as it is."""

    _esm = (files("ballotwatch") / "assets" / "fit.js").read_text("utf-8")


class Chart:
    """A chart in its own box, drawn when it is first shown and changed in place from then on."""

    def __init__(self, clicked: Callable[[list[str]], Any]) -> None:
        """An empty box; `clicked` is called with the references behind every mark that is clicked."""
        self.box = widgets.VBox([Fit()])
        self.box.add_class("bw-chart")
        self.widget: LinkedFigure | None = None
        self._clicked = clicked

    def show(self, figure: go.Figure) -> None:
        """Show a figure in place of the one before."""
        if self.widget is None:
            self.widget = LinkedFigure(figure)
            # A bar of tools would stand on the title of a chart that has nothing to zoom.
            self.widget._config = {"displayModeBar": False, "responsive": True}
            self.box.children = (*self.box.children, self.widget)
        else:
            refresh(self.widget, figure)
        for trace in self.widget.data:
            trace.on_click(self._on_click)

    def _on_click(self, trace: Any, points: Any, state: Any) -> None:
        if found := refs_at(trace, points):
            self._clicked(found)
