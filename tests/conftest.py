"""What tests of several modules need: a small codebook, small tables, and a notebook that takes a second to run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pandas as pd
import pytest

from ballotwatch.tables import SCHEMAS, make_table

ROOT = Path(__file__).parents[1]
TEXTS = {
    "first": "Ruritania will not recognise the vote in Kherson.",
    "second": "Graustark called the vote in Crimea a sham <b>farce</b>.",
    "undated": "A vote was held.",
}


def _document(doc_id: str, day: date | None) -> dict:
    text = TEXTS[doc_id]
    return {
        "doc_id": doc_id, "source": f"{doc_id}.txt", "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "published_earliest": day, "published_latest": day, "dating_basis": "stated" if day else "unknown",
        "language": "en", "words": len(text.split()), "text": text,
    }  # fmt: skip


def _statement(doc_id: str, entity: str, concept: str, ballot_id: str, region: str) -> dict:
    return {
        "statement_id": f"{doc_id}-{concept}", "doc_id": doc_id, "start": 0, "end": 9, "text": TEXTS[doc_id][:9],
        "actor": entity, "entity": entity, "actor_type": "state", "concept": concept, "family": "position",
        "polarity": -1, "ballot_id": ballot_id, "regions": [region], "legal_bases": [], "quoted": False, "cue": "vote",
        "rule": "test", "coder": "test",
    }  # fmt: skip


@pytest.fixture
def small_tables() -> dict[str, pd.DataFrame]:
    """Three documents: one on Kherson in 2022, one on Crimea in 2014, one without a date and about no place."""
    place = {"kind": "region", "country": "UKR", "located": True, "start": 0, "end": 1}
    mention = {"start": 0, "end": 1}
    rows = {
        "documents": [
            _document("first", date(2022, 9, 28)), _document("second", date(2014, 3, 17)), _document("undated", None),
        ],
        "places": [
            {**place, "doc_id": "first", "text": "R", "name": "Kherson", "region": "UA-65"},
            {**place, "doc_id": "second", "text": "G", "name": "Crimea", "region": "UA-43"},
        ],
        "ballots": [
            {"ballot_id": "kherson-2022", "name": "Vote in Kherson", "kind": "referendum", "regions": ["UA-65"]},
            {"ballot_id": "crimea-2014", "name": "Vote in Crimea", "kind": "referendum", "regions": ["UA-43"]},
        ],
        "ballot_mentions": [
            {**mention, "doc_id": "first", "text": "R", "ballot_id": "kherson-2022"},
            {**mention, "doc_id": "second", "text": "G", "ballot_id": "crimea-2014"},
        ],
        "statements": [
            _statement("first", "RUR", "non_recognition", "kherson-2022", "UA-65"),
            _statement("second", "GRA", "condemnation", "crimea-2014", "UA-43"),
        ],
        "problems": [{"source": "bad.txt", "problem": "unreadable", "detail": "not <UTF-8>"}],
    }  # fmt: skip
    return {name: make_table(name, rows.get(name, [])) for name in SCHEMAS}


@pytest.fixture
def small_codebook() -> SimpleNamespace:
    """A codebook with as much as checking of parameters and the report's footer need."""

    def frame(key: str, **names: str) -> pd.DataFrame:
        return pd.DataFrame({key: list(names), "name": list(names.values())})

    concepts = frame("concept", condemnation="condemnation", non_recognition="non-recognition")
    return SimpleNamespace(
        ballots=frame("ballot_id", **{"kherson-2022": "Vote in Kherson"}),
        regions=frame("region", **{"UA-65": "Kherson", "UA-43": "Crimea"}),
        states=frame("entity", UKR="Ukraine", POL="Poland"),
        organisations=frame("entity", EU="European Union"),
        territories=frame("entity", **{"RUS-OCC": "Occupied territory"}),
        concepts=concepts.assign(family="position", polarity=-1),
        legal_bases=frame("legal_basis", un_charter="UN Charter"),
        names=("test",),
        about={"test": {"title": "Ballots of the tests"}},
        sha256="0" * 64,
    )


@pytest.fixture
def make_notebook(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes a notebook to a folder ``notebooks``: its name, then the source of its cells.

    A cell that begins with ``#`` and a space is markdown; the first code cell is tagged as parameters.
    """

    def write(name: str, *sources: str) -> Path:
        folder = tmp_path / "notebooks"
        folder.mkdir(exist_ok=True)
        cells = []
        for source in sources:
            prose = source.startswith("# ")
            cells.append((nbformat.v4.new_markdown_cell if prose else nbformat.v4.new_code_cell)(source))
        next(cell for cell in cells if cell.cell_type == "code").metadata["tags"] = ["parameters"]
        metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), folder / name)
        return folder / name

    return write
