"""A run of coding: whoever codes, in one go or in several, from wherever to wherever, the tables are equal to the byte."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import fsspec
import pandas as pd
import pytest

from ballotwatch import article_coder, batch_coder, batches, pools, table_writer
from ballotwatch.article_cache import ArticleCache
from ballotwatch.batch_coder import Coded, Order, code_batch
from ballotwatch.claims import InUse, claimed, lock_of
from ballotwatch.coder import code_corpus
from ballotwatch.corpus import Article
from ballotwatch.program import program_digest
from ballotwatch.table_folder import INCOMPLETE
from ballotwatch.tables import SCHEMAS, TableError, read_tables, table_files

ROOT = Path(__file__).parents[1]
SHORT = (
    "Published: 2024-03-18\n\n{who} condemned the sham election in {where} on Sunday, its ministry said on Monday.\n"
)
STORIES = {
    f"{number:02d}-{who.lower()}": SHORT.format(who=who, where=where)
    for number, (who, where) in enumerate(
        (who, where) for who in ("Poland", "Latvia", "Norway", "Spain") for where in ("Crimea", "Kherson", "Donetsk")
    )
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve short articles about a ballot, one about none, one in Russian, an empty file and a record whose id is taken."""
    folder = tmp_path_factory.mktemp("corpus")
    for name, text in STORIES.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    (folder / "grain.txt").write_text("Published: 2024-03-18\n\nGrain exports resumed.\n", encoding="utf-8")
    (folder / "ru.txt").write_text(
        "Украина не признает так называемые выборы, заявили в МИД Украины.\n", encoding="utf-8"
    )
    (folder / "void.txt").write_bytes(b"")
    records = [{"id": "00-poland", "text": "Poland held a referendum."}, {"id": "z", "text": STORIES["03-latvia"]}]
    (folder / "z.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "MOST_ITEMS", 3)


@pytest.fixture(scope="module")
def expected(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The bytes of each table as one process writes them, in one batch."""
    out = tmp_path_factory.mktemp("expected")
    code_corpus(corpus, out)
    return content(out)


def content(folder: Path) -> dict[str, bytes]:
    """The bytes of each file of a tables folder but for its descriptor, which says what they were made of."""
    files = {name: table_files(folder, name) for name in SCHEMAS}
    return {str(path.relative_to(folder)): path.read_bytes() for paths in files.values() for path in paths}


def test_what_is_expected_is_there(expected: dict[str, bytes], tmp_path: Path) -> None:
    for name, data in expected.items():
        (tmp_path / name).write_bytes(data)
    tables = read_tables(tmp_path)
    assert len(tables["documents"]) == 15 and set(tables["statements"].entity) == {"POL", "LVA", "NOR", "ESP"}
    first = tables["documents"].set_index("doc_id").duplicate_of["z"]
    assert first == "03-latvia", "a copy in another batch is linked to the first"
    told = tables["problems"].set_index("source").problem.to_dict()
    assert told == {"ru.txt": "not coded", "void.txt": "empty text", "z.jsonl:1": "duplicate id"}


def test_two_processes_write_the_same_bytes(corpus: Path, tmp_path: Path, expected: dict[str, bytes]) -> None:
    code_corpus(corpus, tmp_path, workers=2)
    assert content(tmp_path) == expected


def test_parts_hold_the_same_rows(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code_corpus(corpus, tmp_path / "whole")
    monkeypatch.setattr(table_writer, "PART", 4)
    code_corpus(corpus, tmp_path / "parts")
    for name, whole in read_tables(tmp_path / "whole").items():
        part = read_tables(tmp_path / "parts")[name]
        pd.testing.assert_frame_equal(in_order(part), in_order(whole))
    assert [path.name for path in table_files(tmp_path / "parts", "documents")][:2] == [
        "part-00000.parquet", "part-00001.parquet",
    ]  # fmt: skip
    package = json.loads((tmp_path / "parts/datapackage.json").read_text("utf-8"))
    paths = {resource["name"]: resource["path"] for resource in package["resources"]}
    assert all((tmp_path / "parts" / path).exists() for path in paths["documents"])


def in_order(table: pd.DataFrame) -> pd.DataFrame:
    rows = [str(row) for row in table.itertuples(index=False)]
    return table.iloc[sorted(range(len(rows)), key=rows.__getitem__)].reset_index(drop=True)


def test_parts_give_way_to_a_file_and_a_file_to_parts(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected: dict[str, bytes]
) -> None:
    for part in (4, 5000, 4):
        monkeypatch.setattr(table_writer, "PART", part)
        code_corpus(corpus, tmp_path)
        assert len(table_files(tmp_path, "documents")) == (3 if part == 4 else 1)
        assert part == 4 or content(tmp_path) == expected
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]


@pytest.fixture
def coded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of the articles that are coded and not taken from a cache."""
    ids: list[str] = []
    whole = article_coder.code_articles

    def counted(articles: list[Article], *rest: object) -> list[dict]:
        ids.extend(article.doc_id for article in articles)
        return whole(articles, *rest)

    monkeypatch.setattr(article_coder, "code_articles", counted)
    return ids


def test_only_what_is_new_is_coded(corpus: Path, tmp_path: Path, coded: list[str], expected: dict[str, bytes]) -> None:
    shutil.copytree(corpus, tmp_path / "corpus")
    code_corpus(tmp_path / "corpus", tmp_path / "first", cache=tmp_path / "cache")
    assert content(tmp_path / "first") == expected and set(STORIES) < set(coded)
    coded.clear()
    (tmp_path / "corpus/new.txt").write_text(SHORT.format(who="Japan", where="Luhansk"), encoding="utf-8")
    code_corpus(tmp_path / "corpus", tmp_path / "first", cache=tmp_path / "cache")
    assert set(coded) == {"grain", "ru", "new"}, "what was not parsed is not worth keeping"
    coded.clear()
    (tmp_path / "corpus/new.txt").unlink()
    code_corpus(tmp_path / "corpus", tmp_path / "first", cache=tmp_path / "cache")
    assert "new" not in coded and content(tmp_path / "first") == expected


def test_nothing_is_done_where_nothing_has_changed(
    corpus: Path, tmp_path: Path, coded: list[str], expected: dict[str, bytes]
) -> None:
    told: list[str] = []
    for _ in range(2):
        code_corpus(corpus, tmp_path / "out", cache=tmp_path / "cache", progress=told.append)
    assert told[-1] == "Coding: nothing has changed since the last run" and told[0].startswith("Coding: 15 documents, ")
    coded.clear()
    path = tmp_path / "out/statements.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    code_corpus(corpus, tmp_path / "out", cache=tmp_path / "cache")
    assert content(tmp_path / "out") == expected, "tables that were changed are written again"
    code_corpus(corpus, tmp_path / "out", all_documents=True, cache=tmp_path / "cache")
    assert set(STORIES) <= set(coded), "what all documents hold is another question"


def test_workers_that_cannot_start_are_told_once(corpus: Path, tmp_path: Path) -> None:
    code = f"from ballotwatch.coder import code_corpus\ncode_corpus({str(corpus)!r}, {str(tmp_path / 'out')!r}, workers=2)\n"
    code = f"from ballotwatch import batches\nbatches.MOST_ITEMS = 4\n{code}"
    ended = subprocess.run([sys.executable, "-"], input=code, capture_output=True, text=True, timeout=120)
    assert ended.returncode and "NoWorkers: no process can be started to code with" in ended.stderr
    assert not (tmp_path / "out" / "documents.parquet").exists()


def test_who_holds_the_tables_sees_that_nothing_has_changed(corpus: Path, tmp_path: Path) -> None:
    told: list[str] = []
    with claimed(tmp_path / "out"):
        for _ in range(2):
            code_corpus(corpus, tmp_path / "out", cache=tmp_path / "cache", progress=told.append)
    assert told[-1] == "Coding: nothing has changed since the last run"
    lock_of(tmp_path / "out").touch()
    code_corpus(corpus, tmp_path / "out", cache=tmp_path / "cache", progress=told.append)
    assert told[-1].startswith("Coding: 15 documents, "), "the lock is one that a killed run has left"
    assert not lock_of(tmp_path / "out").exists()


def test_an_exchange_that_was_cut_off_is_told_and_mended(corpus: Path, tmp_path: Path) -> None:
    code_corpus(corpus, tmp_path / "out", cache=tmp_path / "cache")
    (tmp_path / "out" / INCOMPLETE).touch()
    with pytest.raises(TableError, match="run `ballotwatch code` again"):
        read_tables(tmp_path / "out")
    code_corpus(corpus, tmp_path / "out", cache=tmp_path / "cache")
    assert len(read_tables(tmp_path / "out")["documents"]) == 15


def test_a_second_run_on_one_folder_is_refused(corpus: Path, tmp_path: Path) -> None:
    code = f"from ballotwatch.claims import claimed\nwith claimed(__import__('pathlib').Path({str(tmp_path)!r})): print(); input()"
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        with pytest.raises(InUse, match="another run of ballotwatch"):
            code_corpus(corpus, tmp_path)
        other.stdin.close()
    code_corpus(corpus, tmp_path)


def test_addresses_serve_as_folders(corpus: Path, expected: dict[str, bytes]) -> None:
    memory = fsspec.filesystem("memory")
    for path in corpus.iterdir():
        memory.pipe_file(f"/run/corpus/{path.name}", path.read_bytes())
    for _ in range(2):
        tables = code_corpus("memory://run/corpus", "memory://run/out")
        assert {name: memory.cat_file(f"/run/out/{name}") for name in expected} == expected
    assert len(tables["documents"]) == 15
    memory.rm("/run", recursive=True)


def test_no_corpus_at_an_address_is_told() -> None:
    with pytest.raises(FileNotFoundError, match="no corpus at memory://nothing/here"):
        code_corpus("memory://nothing/here", "memory://nothing/out")
    with pytest.raises(OSError, match="nosuch://a can't be opened"):
        code_corpus("nosuch://a", "memory://nothing/out")


def deadly(batch: batches.Batch, order: Order) -> Coded:
    """Codes a batch, but ends the process where one of its articles says so."""
    if any(b"DEADLY" in getattr(item, "data", b"") for item in batch):
        os._exit(1)
    return code_batch(batch, order)


def test_an_article_that_costs_a_process_its_life_costs_no_other(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected: dict[str, bytes]
) -> None:
    shutil.copytree(corpus, tmp_path / "corpus")
    (tmp_path / "corpus/05-deadly.txt").write_text("DEADLY referendum in Crimea.", encoding="utf-8")
    monkeypatch.setattr(pools, "code_batch", deadly)
    code_corpus(tmp_path / "corpus", tmp_path / "out", workers=2)
    got = content(tmp_path / "out")
    problems = read_tables(tmp_path / "out")["problems"].set_index("source").problem.to_dict()
    assert problems.pop("05-deadly.txt") == "could not be coded" and len(problems) == 3
    assert {name for name in got if got[name] != expected[name]} == {"problems.parquet"}


def test_a_worker_of_another_version_is_refused() -> None:
    with pytest.raises(batch_coder.OtherProgram, match="install the same lock everywhere"):
        code_batch([], Order(False, None, "another"))


ARTICLE = Article("a", "a.txt", "Text.", None, None, None, "00")
ROWS = {"documents": [{"doc_id": "a", "text": "Text.", "published_earliest": None, "parsed": True}], "quotes": []}


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[tuple[ArticleCache, Path]]:
    """A cache that holds one article, and the file that it is in."""
    cache = ArticleCache(tmp_path / "cache", all_documents=False)
    cache.keep(ARTICLE, ROWS)
    (path,) = (path for path in (tmp_path / "cache").rglob("*") if path.is_file())
    return cache, path


def test_the_cache_gives_back_what_it_was_given(kept: tuple[ArticleCache, Path], tmp_path: Path) -> None:
    cache, path = kept
    assert cache.find(ARTICLE) == ROWS and b"Text." not in path.read_bytes()
    for other in ({"doc_id": "b"}, {"sha256": "01"}, {"title": "T"}, {"source": "b.txt"}):
        assert cache.find(Article(**{**vars(ARTICLE), **other})) is None
    assert ArticleCache(tmp_path / "cache", all_documents=True).find(ARTICLE) is None


@pytest.mark.parametrize("at", [0, 10, 64, 65, 80, -1])
def test_a_damaged_entry_counts_as_none(kept: tuple[ArticleCache, Path], at: int) -> None:
    cache, path = kept
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    assert cache.find(ARTICLE) is None
    path.write_bytes(data[:at])
    assert cache.find(ARTICLE) is None


def test_another_program_finds_nothing(
    kept: tuple[ArticleCache, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("ballotwatch.article_cache.program_digest", lambda: "0" * 64)
    assert program_digest() != "0" * 64
    assert ArticleCache(tmp_path / "cache", all_documents=False).find(ARTICLE) is None


def test_a_cache_that_cannot_be_written_costs_nothing(corpus: Path, tmp_path: Path, expected: dict[str, bytes]) -> None:
    (tmp_path / "cache").write_text("no folder", encoding="utf-8")
    code_corpus(corpus, tmp_path / "out", cache=tmp_path / "cache")
    assert content(tmp_path / "out") == expected


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are told apart by Linux's /proc")
def test_processes_end_with_the_run_that_is_killed(corpus: Path, tmp_path: Path) -> None:
    mark = f"BALLOTWATCH_RUN={tmp_path.name}{os.getpid()}"
    name, value = mark.split("=")
    path = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    records = [{"id": f"{number}-{name}", "text": text} for number in range(40) for name, text in STORIES.items()]
    (tmp_path / "many.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "ballotwatch.cli",
        "code",
        "many.jsonl",
        "--out",
        "out",
        "--workers",
        "2",
        "--cache",
        "kept",
    ]
    with subprocess.Popen(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": path, name: value}, stdout=subprocess.DEVNULL
    ) as run:
        waited(lambda: any((tmp_path / "kept").rglob("??/*")))
        assert len(marked(mark)) >= 3, "the run and its processes"
        run.kill()
    waited(lambda: not marked(mark))


def marked(mark: str) -> list[Path]:
    """The processes that have a variable in their environment."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            found += [path] if mark.encode() in path.read_bytes() else []
    return found


def waited(done: Callable[[], bool]) -> None:
    """Wait until something is so, for longer than a busy machine needs."""
    end = time.monotonic() + 120
    while not done():
        assert time.monotonic() < end
        time.sleep(0.1)
