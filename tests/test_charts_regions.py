"""Maps: what is counted, and how it is drawn."""

from __future__ import annotations

from math import hypot

import chart_samples as samples
import pandas as pd
import pytest

from ballotwatch.charts import regions as maps


def _counts(measure: str = "articles", **about: str) -> dict[str, int]:
    counts = maps.count_regions(samples.sample(), samples.REGIONS, measure, **about)
    return dict(zip(counts.region, counts.n, strict=True))


def test_articles_are_counted_where_the_ballot_is_placed() -> None:
    assert _counts() == {"XX-2": 2, "XX-1": 1, "XX-3": 0, "XX-4": 0}


def test_statements_are_counted_by_the_units_that_they_are_about() -> None:
    assert _counts("statements") == {"XX-1": 3, "XX-2": 1, "XX-3": 0, "XX-4": 0}
    assert _counts("statements", concept="turnout")["XX-2"] == 1
    assert _counts("statements", ballot="vote-2024")["XX-1"] == 2


def test_articles_can_be_narrowed_to_a_ballot_or_a_concept() -> None:
    assert sum(_counts(ballot="vote-2019").values()) == 0
    assert _counts(concept="turnout") == {"XX-2": 1, "XX-1": 0, "XX-3": 0, "XX-4": 0}


def test_each_number_has_as_many_references() -> None:
    for measure in maps.MEASURES:
        counts = maps.count_regions(samples.sample(), samples.REGIONS, measure)
        assert [len(refs) for refs in counts.refs] == list(counts.n)
    assert counts.refs[0] == ["statement:s1", "statement:s2", "statement:s3"]


def test_an_article_counts_once_by_the_first_words_that_place_the_ballot_there() -> None:
    tables = samples.sample()
    later = tables["places"].assign(start=9, end=11)
    tables["places"] = pd.concat([later, tables["places"]], ignore_index=True)
    counts = maps.count_regions(tables, samples.REGIONS)
    assert counts.refs[0] == ["span:a:0:3", "span:b:0:3"]


def test_another_measure_is_refused() -> None:
    with pytest.raises(ValueError, match="'votes' is not one of articles, statements"):
        _counts("votes")


def test_every_unit_is_drawn_whatever_its_number() -> None:
    counts = maps.count_regions(samples.sample(), samples.REGIONS)
    fig = maps.regions_map(counts, samples.REGIONS, samples.BOUNDARIES, samples.sample()["documents"])
    names = [trace.name for trace in fig.data if trace.name]
    (marks,) = [trace for trace in fig.data if trace.customdata]
    assert set(marks.ids) == set(samples.REGIONS.region) == {trace.meta["mark"] for trace in fig.data if trace.name}
    assert sorted(map(len, marks.customdata)) == sorted(counts.n) == [0, 0, 1, 2]
    assert set(names) == {"Hill", "Dale", "Port", "Moor"}
    assert names.count("Port") == 2, "a unit too small to see is drawn again, enlarged"


def test_occupied_units_are_hatched_and_no_other() -> None:
    counts = maps.count_regions(samples.sample(), samples.REGIONS)
    fig = maps.regions_map(counts, samples.REGIONS, samples.BOUNDARIES, samples.sample()["documents"])
    hatched = {trace.name for trace in fig.data if trace.fillpattern.shape == "/"}
    assert hatched == {"Hill", "Dale", "Port"}


def test_nothing_is_drawn_on_a_base_map_from_the_network() -> None:
    counts = maps.count_regions(samples.sample(), samples.REGIONS)
    fig = maps.regions_map(counts, samples.REGIONS, samples.BOUNDARIES, samples.sample()["documents"])
    assert {trace.type for trace in fig.data} == {"scatter"}


def test_enlarged_copies_stand_free() -> None:
    units = maps.outlines(samples.BOUNDARIES)
    copies = maps.callouts(units)
    assert set(copies) == {"XX-3"}
    x, y, radius = copies["XX-3"]
    points = [point for unit in units.values() for ring in unit for point in ring]
    assert all(hypot(x - px, y - py) > radius for px, py in points)
    assert not any(maps.inside(x, y, ring) for unit in units.values() for ring in unit)
    copy = maps.enlarged(units["XX-3"], x, y, radius)
    assert all(hypot(px - x, py - y) <= radius for ring in copy for px, py in ring)


def test_area_centre_and_inside_of_a_square() -> None:
    ring = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)]
    assert maps.area(ring) == 4 and maps.centre([ring]) == (1, 1)
    assert maps.inside(1, 1, ring) and not maps.inside(3, 1, ring)


def test_words_name_the_leader_and_who_is_occupied() -> None:
    tables = samples.sample()
    counts = maps.count_regions(tables, samples.REGIONS)
    words = maps.describe(counts, samples.REGIONS, tables["documents"], "article", 2)
    assert words.title == "Dale has most: 2 of 2 articles"
    assert "Dale 2, Hill 1; none in the others" in words.alt and "Hill, Dale and Port" in words.alt


def test_empty_data_gives_a_sentence() -> None:
    tables = samples.empty()
    counts = maps.count_regions(tables, samples.REGIONS)
    fig = maps.regions_map(counts, samples.REGIONS, samples.BOUNDARIES, tables["documents"])
    assert not fig.data and "No article in this selection" in fig.layout.meta["alt"]


def test_crimea_and_sevastopol_are_among_the_27_units_of_ukraine() -> None:
    from ballotwatch.codebook import load_codebook

    units, boundaries = maps.map_units(load_codebook("occupied-ukraine"))
    assert len(units) == len(boundaries["features"]) == 27
    assert {"UA-43", "UA-40"} <= set(units.region) and set(units.country) == {"UKR"}
    assert {"UA-40"} <= set(maps.callouts(maps.outlines(boundaries)))
