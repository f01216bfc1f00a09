"""Codebooks with a mistake in them load, or stop with file and rule; one that loads codes without an exception.

The tests try a few; BALLOTWATCH_CODEBOOKS=500 in the environment makes a campaign of it.
"""

from __future__ import annotations

import importlib
import os
import random
import re
from pathlib import Path
from types import ModuleType

import pytest
from codebook_mutations import copied, mutate

from ballotwatch import codebook
from ballotwatch.codebook import CodebookError, load_codebook

FEW = int(os.environ.get("BALLOTWATCH_CODEBOOKS", "12"))
# File, perhaps line, rule.
TOLD = re.compile(r"codebooks/[\w-]+/[\w.]+(?::\d+)?: \w.*", re.DOTALL)


@pytest.fixture(scope="module")
def targets() -> ModuleType:
    """The module that checks the rows of a text."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(Path(__file__).parents[1] / "scripts"))
        return importlib.import_module("fuzz_targets")


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copies of all codebooks, which are loaded in place of those that ship."""
    monkeypatch.setattr(codebook, "FOLDERS", copied(codebook.FOLDERS, tmp_path / "codebooks"))
    return tmp_path / "codebooks"


@pytest.mark.parametrize("number", range(FEW))
def test_a_codebook_with_a_mistake_loads_or_is_told(number: int, folders: Path, targets: ModuleType) -> None:
    chance = random.Random(number)
    mutate(folders / chance.choice(["common", "elsewhere", "occupied-ukraine"]), chance)
    try:
        loaded = load_codebook()
    except CodebookError as error:
        assert TOLD.fullmatch(str(error)), error
        return
    targets.check_rows(targets.NEWS, targets.code_text(targets.NEWS, loaded))


OUTLINE = '{"type": "MultiPolygon", "coordinates": [[[[1, 1]]]]}'
FEATURE = '{{"type": "FeatureCollection", "features": [{{"properties": {{"region": {}}}, "geometry": {}}}]}}'


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("codebook.toml", "title = " + "[" * 5_000, "not TOML"),
        ("vocabulary.toml", "a = " + "[" * 5_000, "not TOML"),
        ("regions.geojson", "[" * 100_000, "not a FeatureCollection"),
        ("regions.geojson", "9" * 5_000, "not a FeatureCollection"),
        ("regions.geojson", FEATURE.format('["UA-43"]', OUTLINE), "must be in regions.csv"),
        ("regions.geojson", FEATURE.format('"UA-43"', "null"), "needs a geometry of type"),
        ("regions.geojson", FEATURE.format('"UA-43"', '{"type": "Polygon", "coordinates": "no"}'), "needs a geometry"),
        ("settlements.csv", "name,region,country,lat,lon\nX,UA-43,UKR,nan,1\n", "lat 'nan' is not a number"),
        ("settlements.csv", "name,region,country,lat,lon\nX,UA-43,UKR,1,1e999\n", "lon '1e999' is not a number"),
        ("territories.csv", b"\xff", "not UTF-8"),
    ],
)
def test_mistakes_that_were_found_are_told(folders: Path, name: str, content: str | bytes, message: str) -> None:
    (folders / "occupied-ukraine" / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(CodebookError, match=message) as told:
        load_codebook()
    assert TOLD.fullmatch(str(told.value))


def test_an_outline_that_is_one_is_loaded(folders: Path) -> None:
    (folders / "occupied-ukraine/regions.geojson").write_text(FEATURE.format('"UA-43"', OUTLINE))
    assert len(load_codebook().boundaries["features"]) == 1
