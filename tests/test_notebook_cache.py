"""Executed notebooks that are kept: used while nothing has changed, and never when anything has."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from ballotwatch import notebook_cache, program
from ballotwatch.notebook_cache import NotebookCache, defaults
from ballotwatch.notebook_runs import Place, run_notebooks
from ballotwatch.warm_kernels import WarmKernels

PARAMETERS = 'tables = "../tables"\nactors = []\nreference = "../reference.jsonl"'


@pytest.fixture
def notebook(make_notebook, tmp_path) -> Path:
    (tmp_path / "tables/statements").mkdir(parents=True)
    (tmp_path / "tables/statements/0.parquet").write_bytes(b"one")
    (tmp_path / "reference.jsonl").write_text("{}")
    return make_notebook("01_one.ipynb", "# One", PARAMETERS, "print(actors)")


@pytest.fixture
def key(notebook, tmp_path) -> Callable[..., str]:
    return lambda **values: NotebookCache(tmp_path / "cache").key(notebook, values)


def executed(text: str) -> nbformat.NotebookNode:
    output = nbformat.v4.new_output("stream", text=f"{text}\nЗапоріжжя\n")
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print()", id="a", outputs=[output])])


def test_equal_input_has_one_key(key, notebook):
    assert key(actors=["UKR"]) == key(actors=["UKR"])
    changed = nbformat.read(notebook, as_version=4)
    changed.cells[2].outputs = [nbformat.v4.new_output("stream", text="old")]
    before = key()
    nbformat.write(changed, notebook)
    assert key() == before, "outputs of an earlier run are no input"


def change_source(notebook: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook.write_text(notebook.read_text().replace("print(actors)", "print(actors, 1)"))


def change_tables(notebook: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "tables/statements/0.parquet").write_bytes(b"two")


def add_table(notebook: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "tables/statements/1.parquet").write_bytes(b"")


def change_reference(notebook: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "reference.jsonl").write_text("{ }")


def lose_reference(notebook: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "reference.jsonl").unlink()


def change_library(notebook: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "library").mkdir()
    monkeypatch.setattr(notebook_cache, "PACKAGE", folder / "library")


def change_packages(notebook: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook_cache, "installed", lambda: ["pandas-1.0.dist-info"])


@pytest.mark.parametrize(
    "change",
    [change_source, change_tables, add_table, change_reference, lose_reference, change_library, change_packages],
)
def test_whatever_changes_changes_the_key(change, key, notebook, tmp_path, monkeypatch):
    before = key(actors=["UKR"])
    change(notebook, tmp_path, monkeypatch)
    assert key(actors=["UKR"]) != before


def test_parameters_change_the_key_and_folders_that_they_name_do(key, tmp_path):
    assert len({key(), key(actors=["UKR"]), key(actors=["UKR", "EU"]), key(reference="other")}) == 4
    (tmp_path / "mine").mkdir()
    before = key(codings="../mine")
    (tmp_path / "mine/anna.codings.jsonl").write_text("{}")
    assert key(codings="../mine") != before


def test_the_librarys_files_and_the_codebook_are_in_the_key(tmp_path):
    names = {str(path.relative_to(notebook_cache.PACKAGE)) for path in program.files_of(notebook_cache.PACKAGE)}
    assert {"notebook.py", "charts/timeline.py", "codebooks/common/world.geojson"} <= names
    assert not [name for name in names if "__pycache__" in name]
    assert any(name.startswith("pandas-") for name in program.installed())


def test_what_is_kept_is_found_again(tmp_path):
    cache = NotebookCache(tmp_path / "cache")
    assert cache.find("a") is None
    cache.keep("a", executed("first"))
    assert cache.find("a") == executed("first") and cache.find("b") is None
    cache.keep("a", executed("second"))
    assert cache.find("a") == executed("second")
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["a.json"], "nothing half-written is left"


@pytest.mark.parametrize("damage", [lambda b: b"", lambda b: b[:-9], lambda b: b.replace(b"first", b"worst")])
def test_a_damaged_file_is_as_none(damage, tmp_path):
    cache = NotebookCache(tmp_path)
    cache.keep("a", executed("first"))
    [path] = tmp_path.iterdir()
    path.write_bytes(damage(path.read_bytes()))
    assert cache.find("a") is None


def test_the_least_used_are_forgotten(tmp_path, monkeypatch):
    monkeypatch.setattr(notebook_cache, "MOST_ENTRIES", 2)
    cache = NotebookCache(tmp_path)
    for age, key in enumerate("ab"):
        cache.keep(key, executed(key))
        os.utime(tmp_path / f"{key}.json", (age, age))
    assert cache.find("a")
    cache.keep("c", executed("c"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "c.json"]


def test_values_that_are_no_literals_are_left_to_the_source():
    cell = nbformat.v4.new_code_cell("a: str = 'x'\nb = c = 1\nd = len([])", metadata={"tags": ["parameters"]})
    assert defaults(nbformat.v4.new_notebook(cells=[cell])) == {"a": "x", "b": 1, "c": 1}
    assert defaults(nbformat.v4.new_notebook()) == {}


def test_only_what_has_changed_is_run_again(make_notebook, tmp_path):
    first, other = make_notebook("01_one.ipynb", PARAMETERS, "print(1)"), make_notebook("02_two.ipynb", PARAMETERS)
    said: list[str] = []
    with WarmKernels() as kernels:

        def run() -> dict[str, nbformat.NotebookNode]:
            place = Place(tmp_path, tmp_path / "failed", kernels, NotebookCache(tmp_path / "cache"))
            said.clear()
            return {path.name: notebook for path, notebook in run_notebooks({first: {}, other: {}}, place, said.append)}

        before = run()
        assert all("took" in line for line in said)
        assert run() == before and all("is as it was" in line for line in said)
        make_notebook("02_two.ipynb", PARAMETERS, "print(2)")
        after = run()
    assert sorted("took" in line for line in said) == [False, True]
    assert after["01_one.ipynb"] == before["01_one.ipynb"] and after["02_two.ipynb"].cells[-1].outputs[0].text == "2\n"
