"""Print figures: complete, the same bytes every time, and described."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import chart_samples as samples
import matplotlib
import pytest

from ballotwatch.charts.print import regions_print, stances_print, timeline_print, write_figures

CODEBOOK = SimpleNamespace(
    regions=samples.REGIONS, boundaries=samples.BOUNDARIES, concepts=samples.CONCEPTS, about={"x": {"map_country": "XXX"}}
)  # fmt: skip


def test_the_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    first = write_figures(samples.sample(), CODEBOOK, tmp_path / "one")
    second = write_figures(samples.sample(), CODEBOOK, tmp_path / "two")
    assert {path.name for path in first} == {
        f"{n}.{k}" for n in ("timeline", "regions", "stances") for k in ("svg", "png")
    }
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_a_figure_says_what_it_shows_and_not_when_it_was_made(tmp_path: Path) -> None:
    svg = next(path for path in write_figures(samples.sample(), CODEBOOK, tmp_path) if path.name == "regions.svg")
    text = svg.read_text(encoding="utf-8")
    assert "Map of 4 regions by articles: Dale 2, Hill 1" in text and "<dc:date>" not in text


def test_settings_of_matplotlib_stay_as_they_were(tmp_path: Path) -> None:
    before = dict(matplotlib.rcParams)
    write_figures(samples.sample(), CODEBOOK, tmp_path)
    assert dict(matplotlib.rcParams) == before


def test_nothing_to_show_leaves_no_figure(tmp_path: Path) -> None:
    assert write_figures(samples.empty(), CODEBOOK, tmp_path) == []


@pytest.mark.parametrize("name", ["timeline", "regions", "stances"])
def test_no_text_is_cut_at_the_edge(name: str) -> None:
    tables = samples.sample()
    figure = {
        "timeline": lambda: timeline_print(tables["statements"], tables["documents"], tables["ballots"]),
        "stances": lambda: stances_print(tables["statements"], samples.CONCEPTS, tables["documents"]),
        "regions": lambda: _map(tables),
    }[name]()
    box = figure.get_tightbbox()
    width, height = figure.get_size_inches()
    assert box.x0 >= -0.01 and box.y0 >= -0.01 and box.x1 <= width + 0.01 and box.y1 <= height + 0.01


def _map(tables: dict) -> matplotlib.figure.Figure:
    from ballotwatch.charts.regions import count_regions

    counts = count_regions(tables, samples.REGIONS)
    return regions_print(counts, samples.REGIONS, samples.BOUNDARIES, tables["documents"])
