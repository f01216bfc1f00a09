"""The bill of materials: valid CycloneDX, all of the lock and of the vendored files, the same bytes each time."""

from __future__ import annotations

import hashlib
import importlib
import json
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

ROOT = Path(__file__).parents[1]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    monkeypatch.syspath_prepend(ROOT / "scripts")
    importlib.import_module("sbom").main(str(tmp_path / "build/sbom.json"))
    return (tmp_path / "build/sbom.json").read_text("utf-8")


@pytest.fixture
def bill(written: str) -> dict:
    return json.loads(written)


def test_it_is_valid_by_the_schema_of_cyclonedx(written: str) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(written) is None


def test_an_invalid_bill_would_be_seen(bill: dict) -> None:
    del bill["components"][0]["name"]
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bill)) is not None


def test_the_same_commit_gives_the_same_bytes(written: str) -> None:
    again = importlib.import_module("sbom").bill()
    assert json.dumps(again, indent=2, ensure_ascii=False) + "\n" == written
    assert "timestamp" not in written and "serialNumber" not in written and str(ROOT) not in written


def test_every_locked_package_is_in_it(bill: dict) -> None:
    locked = importlib.import_module("lockfile").read_lock((ROOT / "requirements.lock").read_text("utf-8"))
    purls = {component["purl"] for component in bill["components"] if "purl" in component}
    assert {package.purl for package in locked} <= purls
    assert all(component["licenses"] for component in bill["components"])


def test_vendored_files_are_in_it_with_their_hashes(bill: dict) -> None:
    files = {file["name"]: file["hashes"] for part in bill["components"] for file in part.get("components", [])}
    vendored = list((ROOT / "src/ballotwatch/assets/vendor").iterdir())
    for path in vendored:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert files[path.relative_to(ROOT).as_posix()] == [{"alg": "SHA-256", "content": digest}]
    assert len(vendored) == 4


def test_what_needs_what(bill: dict) -> None:
    needs = {edge["ref"].partition("@")[0]: edge["dependsOn"] for edge in bill["dependencies"]}
    assert any(purl.startswith("pkg:pypi/spacy@") for purl in needs["pkg:pypi/ballotwatch"])
    assert "pkg:npm/plotly.js@4.1.1" in needs["pkg:pypi/ballotwatch"]
    assert any(purl.startswith("pkg:pypi/thinc@") for purl in needs["pkg:pypi/spacy"])


def test_what_only_developers_need_is_out_of_scope(bill: dict) -> None:
    scopes = {component["name"]: component["scope"] for component in bill["components"]}
    assert scopes["spacy"] == scopes["thinc"] == scopes["Boundaries"] == "required"
    assert scopes["pytest"] == scopes["pluggy"] == scopes["Test articles"] == "excluded"
