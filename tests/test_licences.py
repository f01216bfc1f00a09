"""Licences: every locked package and every file of others has one that is allowed, and the page says so."""

from __future__ import annotations

import importlib
import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from types import ModuleType

import pytest
from cyclonedx.spdx import is_supported_id

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
FOLDERS = ["src/ballotwatch/codebooks", "src/ballotwatch/assets/vendor", "seeds", "tests/articles"]


@pytest.fixture
def licences(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(ROOT / "scripts")
    return importlib.import_module("licences")


@pytest.fixture
def locked(licences: ModuleType) -> list:
    return licences.read_lock(LOCK)


def test_the_whole_lock_is_read(locked: list) -> None:
    assert len(locked) == len(re.findall(r"^[\w.-]+(?:\[.*\])?==", LOCK, re.MULTILINE)) > 150
    assert all(package.needed_by for package in locked), "each is there because something needs it"
    assert {"ballotwatch", "pydantic"} <= {name for package in locked for name in package.needed_by}


def test_every_locked_package_has_a_licence(licences: ModuleType, locked: list) -> None:
    rows = licences.read_rows()
    assert list(rows) == list(dict.fromkeys(package.name for package in locked)), "run make licences"
    assert [name for name, row in rows.items() if not row["licence"] or not row["basis"]] == []


def test_every_licence_is_allowed(licences: ModuleType) -> None:
    rules = licences.read_rules()
    used = {name: row["licence"] for name, row in licences.read_rows().items()}
    used |= {entry["name"]: entry["licence"] for entry in rules["files"]}
    for name, licence in used.items():
        usable = {known for known in rules["allowed"] if name in rules["only"].get(known, [name])}
        assert licences.allowed(licence, usable), (
            f"{name}: {licence} is not in supply/licences.toml; see what it asks for"
        )


def test_licences_are_called_as_spdx_calls_them(licences: ModuleType) -> None:
    words = {word for row in licences.read_rows().values() for word in re.split(r"[() ]+", row["licence"])}
    names = words - {"", "AND", "OR"} | set(licences.read_rules()["allowed"])
    assert [name for name in names if not name.startswith("LicenseRef-") and not is_supported_id(name)] == []


def test_no_licence_is_allowed_that_nothing_has(licences: ModuleType) -> None:
    rules = licences.read_rules()
    used = " ".join(row["licence"] for row in licences.read_rows().values())
    used += " ".join(entry["licence"] for entry in rules["files"])
    assert [name for name in rules["allowed"] if name not in used] == []


def test_the_list_says_what_the_installed_packages_say(licences: ModuleType, locked: list) -> None:
    rows, checked = licences.read_rows(), 0
    for package in locked:
        try:
            installed = distribution(package.name)
        except PackageNotFoundError:
            continue
        if installed.version == package.version and rows[package.name]["basis"] == licences.METADATA:
            assert licences.licence_of(installed) == rows[package.name]["licence"], package.name
            checked += 1
    assert checked > 100


def test_every_file_of_others_is_listed(licences: ModuleType) -> None:
    entries = licences.read_rules()["files"]
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    listed = [path for entry in entries for pattern in entry["files"] for path in ROOT.glob(pattern)]
    assert set(found) - set(listed) == set()
    assert all(list(ROOT.glob(pattern)) for entry in entries for pattern in entry["files"])


def test_vendored_scripts_are_of_the_version_listed(licences: ModuleType) -> None:
    for entry in licences.read_rules()["files"]:
        if "version" in entry:
            script, licence = (ROOT / name for name in entry["files"])
            assert re.search(rf"\bv?{re.escape(entry['version'])}\b", script.read_text("utf-8")[:200])
            assert entry["purl"].endswith(f"@{entry['version']}")
            assert licences.licence_of_text(licence.read_text("utf-8")) == entry["licence"]


def test_the_page_is_current(licences: ModuleType) -> None:
    text = licences.page(licences.read_rows(), licences.read_rules())
    assert (ROOT / "docs/licences.md").read_text("utf-8") == text, "run make licences"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("MIT", True),
        ("GPL-2.0-only", False),
        ("GPL-2.0-only OR MIT", True),
        ("GPL-2.0-only AND MIT", False),
        ("ISC AND (GPL-2.0-only OR MIT)", True),
        ("ISC AND (GPL-2.0-only AND MIT)", False),
        ("(ISC OR X) AND (Y OR MIT)", True),
        ("", False),
    ],
)
def test_parts_of_a_licence(licences: ModuleType, expression: str, expected: bool) -> None:
    assert licences.allowed(expression, {"MIT", "ISC"}) is expected
