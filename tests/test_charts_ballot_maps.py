"""Small multiples of maps: where each ballot was held, and where articles place it."""

from __future__ import annotations

import chart_samples as samples
import pandas as pd

from ballotwatch.charts import ballot_maps as maps


def _many(ballots: int) -> pd.DataFrame:
    placed = maps.placed_by_ballot(samples.sample(), samples.REGIONS)
    parts = [
        placed.assign(ballot_id=f"b{i:02}", ballot=f"A vote of a long name, held in many places {i}")
        for i in range(ballots)
    ]
    return pd.concat(parts, ignore_index=True)


def _marks(fig) -> list[list[str]]:  # noqa: ANN001
    return [refs for trace in fig.data if trace.customdata for refs in trace.customdata]


def test_a_row_for_each_unit_where_a_ballot_is_held_or_placed() -> None:
    table = maps.placed_by_ballot(samples.sample(), samples.REGIONS)
    assert table[["ballot_id", "name", "held", "n"]].values.tolist() == [
        ["vote-2024", "Dale", True, 2], ["vote-2024", "Hill", True, 1],
    ]  # fmt: skip
    assert list(table.refs) == [["span:a:0:3", "span:b:0:3"], ["span:a:0:3"]]


def test_each_row_is_one_mark() -> None:
    table = maps.placed_by_ballot(samples.sample(), samples.REGIONS)
    fig = maps.ballot_maps(table, samples.BOUNDARIES, samples.sample()["documents"])
    assert _marks(fig) == list(table.refs)
    assert fig.layout.meta["title"] == "Vote in Hill & Dale 2024 is placed most often: in 2 of 2 articles"


def test_twelve_ballots_are_drawn_and_the_rest_told() -> None:
    fig = maps.ballot_maps(_many(14), samples.BOUNDARIES, samples.sample()["documents"])
    assert len(_marks(fig)) == 24 and "2 more ballots with fewer articles" in fig.layout.meta["note"]
    narrow = fig.layout.meta["narrow"]
    assert len(narrow["layout"]) == 24 and narrow["height"] == 6 * (maps.HEADING + maps.HEIGHTS["phone"])


def test_no_map_overlaps_another_at_either_width() -> None:
    fig = maps.ballot_maps(_many(12), samples.BOUNDARIES, samples.sample()["documents"])
    for layout in (fig.layout.to_plotly_json(), fig.layout.meta["narrow"]["layout"]):
        names = [str(i or "") for i in (0, *range(2, 13))]
        boxes = [(*layout[f"xaxis{n}"]["domain"], *layout[f"yaxis{n}"]["domain"]) for n in names]
        apart = [
            a[1] < b[0] or b[1] < a[0] or a[3] < b[2] or b[3] < a[2] for i, a in enumerate(boxes) for b in boxes[:i]
        ]
        assert all(apart) and all(0 <= edge <= 1 for box in boxes for edge in box)


def test_no_ballot_gives_a_sentence() -> None:
    tables = samples.empty()
    fig = maps.ballot_maps(maps.placed_by_ballot(tables, samples.REGIONS), samples.BOUNDARIES, tables["documents"])
    assert not fig.data and "No article in this selection places a ballot" in fig.layout.meta["alt"]
