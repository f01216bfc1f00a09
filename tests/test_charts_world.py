"""World map of positions: whose position is counted, where it is drawn, and whose Crimea is."""

from __future__ import annotations

from itertools import islice

import chart_samples as samples
import pandas as pd
import pytest

from ballotwatch.charts import geometry, world
from ballotwatch.codebook import load_codebook, world_outlines


@pytest.fixture(scope="module")
def codebook():  # noqa: ANN201
    return load_codebook("occupied-ukraine")


def _said(*positions: tuple[str, int], ballot: str = "occupied-2024-presidential") -> pd.DataFrame:
    row = samples.sample()["statements"].iloc[[0]]
    rows = [
        row.assign(statement_id=f"p{i}", entity=entity, polarity=polarity, family="position", ballot_id=ballot)
        for i, (entity, polarity) in enumerate(positions)
    ]
    return pd.concat(rows, ignore_index=True) if rows else row.iloc[:0]


def _map(statements: pd.DataFrame, codebook, ballot: str | None = None):  # noqa: ANN001, ANN202
    return world.world_map(statements, codebook, samples.sample()["documents"], ballot)


def _marks(fig) -> dict[str, list[str]]:  # noqa: ANN001
    return {
        mark: refs
        for trace in fig.data
        if trace.customdata
        for mark, refs in zip(trace.ids, trace.customdata, strict=True)
    }


def test_positions_are_counted_and_demands_and_claims_are_not(codebook) -> None:  # noqa: ANN001
    table = world.positions_table(samples.sample()["statements"], codebook.states)
    assert table[["entity", "stance", "n"]].values.tolist() == [["GRA", "for", 1], ["RUR", "against", 1]]
    assert list(table.refs) == [["statement:s3"], ["statement:s1"]] and not table.state.any()


def test_a_ballot_narrows_the_positions_and_both_sides_are_told(codebook) -> None:  # noqa: ANN001
    statements = pd.concat([_said(("DEU", -1), ("DEU", 1), ("EU", -1)), _said(("FRA", -1), ballot="other")])
    table = world.positions_table(statements, codebook.states, "occupied-2024-presidential")
    assert table[["entity", "name", "state", "stance", "against", "in_favour"]].values.tolist() == [
        ["DEU", "Germany", True, "both", 1, 1], ["EU", "EU", False, "against", 1, 0],
    ]  # fmt: skip


def test_each_entity_is_one_mark_with_its_statements(codebook) -> None:  # noqa: ANN001
    entities = ["UKR", "UKR", "MLT", "SGP", "EU", "RUS-OCC", "GEO-OPP", "FJI", "RUS", "NOWHERE"]
    fig = _map(_said(*((entity, -1) for entity in entities)), codebook)
    marks = _marks(fig)
    assert {mark: len(refs) for mark, refs in marks.items()} == {e: entities.count(e) for e in entities}
    assert marks["UKR"] == ["statement:p0", "statement:p1"]
    below = next(trace for trace in fig.data if trace.xaxis == "x3")
    assert set(below.ids) == {"EU", "RUS-OCC", "GEO-OPP", "NOWHERE"}
    assert any("Georgia: opposition" in text for text in below.hovertext)


def test_states_too_small_to_see_are_dots(codebook) -> None:  # noqa: ANN001
    fig = _map(_said(("SGP", -1), ("BRA", -1)), codebook)
    marks = next(trace for trace in fig.data if trace.customdata)
    seen = dict(zip(marks.ids, marks.marker.opacity, strict=True))
    assert seen == {"SGP": 1, "BRA": 0}
    assert {trace.meta["mark"] for trace in fig.data if trace.meta} == {"BRA"}, "a point has no outline"


def test_europe_is_drawn_again_where_its_states_take_sides(codebook) -> None:  # noqa: ANN001
    far = _map(_said(("BRA", -1), ("JPN", 1)), codebook)
    near = _map(_said(("DEU", -1), ("FRA", -1), ("POL", -1), ("RUS", 1)), codebook)
    assert "xaxis2" not in far.layout and near.layout.xaxis2.domain
    homes = {trace.xaxis: set(trace.ids) for trace in near.data if trace.customdata}
    assert homes == {"x2": {"DEU", "FRA", "POL"}, "x": {"RUS"}}
    assert set(near.layout.meta["narrow"]["layout"]) == {"xaxis", "yaxis", "xaxis2", "yaxis2"}


def test_sixty_states_are_marked_and_no_label_overlaps_another(codebook) -> None:  # noqa: ANN001
    states = [e for e in islice(codebook.states.entity, None, None, 3)][:60]
    fig = _map(_said(*((entity, 1 - 2 * (i % 2)) for i, entity in enumerate(states))), codebook)
    assert set(_marks(fig)) == set(states) and len(states) == 60
    labels = [note for note in fig.layout.annotations if note.bgcolor]
    assert len(labels) > 5
    for panel in (world.WORLD, world.EUROPE):
        scale = world.PHONE / (panel.window[2] - panel.window[0])
        boxes = [
            world.box((note.x * scale, note.y * scale + note.yshift), world.LETTER * len(note.text), world.LINE)
            for note in labels if note.xref == f"x{panel.axes}"
        ]  # fmt: skip
        assert not any(geometry.overlap(a, b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_many_without_a_place_are_cut_and_told(codebook) -> None:  # noqa: ANN001
    fig = _map(_said(*((f"BODY-{i}", -1) for i in range(50))), codebook)
    assert len(_marks(fig)) == world.MOST_BELOW and "10 parties without a place" in fig.layout.meta["note"]
    assert fig.layout.meta["title"] == "No state takes a side on the ballots: 50 other parties do"


def test_no_position_gives_a_sentence(codebook) -> None:  # noqa: ANN001
    fig = _map(_said(("UKR", -1)), codebook, "crimea-2014-referendum")
    assert not fig.data and "No statement in this selection takes a side on Referendum" in fig.layout.meta["alt"]
    assert world.positions_table(samples.empty()["statements"], codebook.states).empty


def test_one_position_is_told_in_the_singular(codebook) -> None:  # noqa: ANN001
    fig = _map(_said(("UKR", -1)), codebook, "occupied-2024-presidential")
    assert fig.layout.meta["title"].startswith("1 state takes a side on Russian presidential election")
    assert fig.layout.meta["title"].endswith("2024: 1 against")


def _holders(longitude: float, latitude: float) -> list[str]:
    units = geometry.shapes(world_outlines(), "entity")
    return [unit for unit, rings in units.items() if any(geometry.inside(longitude, latitude, ring) for ring in rings)]


@pytest.mark.parametrize(("town", "place"), {"Simferopol": (34.10, 44.95), "Yalta": (34.16, 44.5), "Dzhankoi": (34.39, 45.71), "Kyiv": (30.52, 50.45)}.items())  # fmt: skip
def test_crimea_is_in_ukraine_and_in_no_other_state(town: str, place: tuple[float, float]) -> None:
    assert _holders(*place) == ["UKR"], town


def test_ukraine_is_of_one_piece_with_crimea() -> None:
    assert len(geometry.shapes(world_outlines(), "entity")["UKR"]) == 1
    assert _holders(39.0, 45.04) == ["RUS"], "Krasnodar, over the strait"


def test_every_state_of_the_codebook_has_a_place() -> None:
    common = load_codebook("occupied-ukraine").states
    features = {f["properties"]["entity"]: f for f in world_outlines()["features"] if f["properties"]["entity"]}
    assert set(features) == set(common.entity)
    assert features["MLT"]["geometry"]["type"] == features["SGP"]["geometry"]["type"] == "Point"
    assert features["XKX"]["properties"]["name"] == "Kosovo" and _holders(21.17, 42.66) == ["XKX"]


@pytest.mark.parametrize("state", ["RUS", "FJI", "USA", "NZL"])
def test_no_outline_crosses_the_antimeridian(state: str) -> None:
    for ring in geometry.shapes(world_outlines(), "entity")[state]:
        steps = [abs(a[0] - b[0]) for a, b in zip(ring, ring[1:], strict=False)]
        assert max(steps, default=0) < 90


def test_equal_earth_keeps_areas_and_the_poles_apart() -> None:
    assert geometry.equal_earth(0, 0) == (0, 0)
    assert geometry.equal_earth(180, 0)[0] == pytest.approx(2.7066, abs=1e-3)
    assert geometry.equal_earth(0, 90)[1] == pytest.approx(1.3173, abs=1e-3)
    low, high = ([geometry.equal_earth(x, y) for x, y in [(0, a), (1, a), (1, a + 1), (0, a + 1)]] for a in (0, 60))
    band = [0.0174524, 0.8746197 - 0.8660254]
    assert geometry.area(low) / geometry.area(high) == pytest.approx(band[0] / band[1], rel=1e-3)


def test_a_ring_is_clipped_to_its_window() -> None:
    square = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)]
    assert geometry.area(geometry.clip(square, (1, 1, 3, 9))) == 6
    assert geometry.clip(square, (5, 5, 6, 6)) == []
