"""JupyterLab's theme: whether it is dark, as the browser tells, and figures in the colours of a dark page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import anywidget
import plotly.graph_objects as go
import traitlets

from ballotwatch.page_figures import WORDS, dark_twins


class Theme(anywidget.AnyWidget):
    """A widget that shows nothing; `dark` follows the theme of the page that it is on."""

    _esm = (files("ballotwatch") / "assets" / "theme.js").read_text("utf-8")
    dark = traitlets.Bool(False).tag(sync=True)


def darkened(figure: go.Figure) -> go.Figure:
    """A figure with every colour turned into its twin for dark pages (`charts.palette.dark`)."""
    drawn = figure.to_plotly_json()
    twins = dark_twins(drawn)
    if not twins:
        return figure
    # The longest first: a colour with a share of transparency must not be taken for a part of itself.
    pattern = re.compile("|".join(re.escape(colour) for colour in sorted(twins, key=len, reverse=True)))
    return go.Figure(_turned(drawn, pattern, twins))


def _turned(value: Any, pattern: re.Pattern[str], twins: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return pattern.sub(lambda match: twins[match[0]], value)
    if isinstance(value, Mapping):
        return {key: item if key in WORDS else _turned(item, pattern, twins) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_turned(item, pattern, twins) for item in value]
    return value
