"""The coder end to end: offsets hold, two runs are equal, and the seeds are coded as people coded them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from ballotwatch import article_coder
from ballotwatch.agreement import compare, read_codings, scores, shared_documents
from ballotwatch.coder import code_corpus
from ballotwatch.coding.text import count_words
from ballotwatch.corpus import Article
from ballotwatch.tables import SCHEMAS, read_tables

ROOT = Path(__file__).parents[1]
SEEDS, ARTICLES = ROOT / "seeds", ROOT / "tests" / "articles"
SPANS = [name for name, columns in SCHEMAS.items() if {"start", "end"} <= {c.name for c in columns}]


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("seeds")
    code_corpus(SEEDS, out)
    return out


@pytest.mark.parametrize("name", SPANS)
def test_offsets_hold(seeds: Path, name: str) -> None:
    tables = read_tables(seeds)
    texts = tables["documents"].set_index("doc_id").text
    rows = list(tables[name].itertuples())
    assert rows
    assert all(texts[row.doc_id][row.start : row.end] == row.text for row in rows)


def test_texts_are_the_files_untouched(seeds: Path) -> None:
    texts = read_tables(seeds)["documents"].set_index("doc_id").text
    assert {path.stem for path in SEEDS.glob("*.txt")} == set(texts.index)
    assert all(texts[path.stem].encode() == path.read_bytes() for path in SEEDS.glob("*.txt"))


def test_two_runs_are_equal_to_the_byte(seeds: Path, tmp_path: Path) -> None:
    code_corpus(SEEDS, tmp_path)
    assert all(
        (tmp_path / f"{name}.parquet").read_bytes() == (seeds / f"{name}.parquet").read_bytes() for name in SCHEMAS
    )


def test_a_document_is_coded_alike_whatever_stands_beside_it(seeds: Path, tmp_path: Path) -> None:
    source = sorted(SEEDS.glob("*.txt"))[2]
    (tmp_path / "corpus").mkdir()
    shutil.copy(source, tmp_path / "corpus" / source.name)
    alone = code_corpus(tmp_path / "corpus", tmp_path / "tables")["statements"]
    among = read_tables(seeds)["statements"]
    pd.testing.assert_frame_equal(alone, among[among.doc_id == source.stem].reset_index(drop=True))


def test_statement_ids_are_unique_and_ballots_known(seeds: Path) -> None:
    tables = read_tables(seeds)
    assert tables["statements"].statement_id.is_unique
    assert set(tables["statements"].ballot_id.dropna()) <= set(tables["ballots"].ballot_id)
    assert tables["problems"].empty


def f1(tables: dict[str, pd.DataFrame], reference: Path) -> float:
    codings = read_codings(reference)
    shared = shared_documents(tables["documents"].doc_id, codings)
    assert shared == sorted(codings.documents)
    return float(scores(compare(tables["statements"], codings, shared)).f1.iloc[0])


def test_seeds_are_coded_as_people_coded_them(seeds: Path) -> None:
    assert f1(read_tables(seeds), SEEDS / "reference.codings.jsonl") >= 0.95


def test_other_voices_are_coded_nearly_as_people_coded_them(tmp_path: Path) -> None:
    tables = code_corpus(ARTICLES, tmp_path)
    assert f1(tables, ARTICLES / "reference.codings.jsonl") >= 0.8
    assert tables["statements"].statement_id.is_unique


def test_a_text_about_no_ballot_is_coded_only_if_asked(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("Kyiv said on Monday that grain exports had resumed.\n", encoding="utf-8")
    assert code_corpus(tmp_path / "one.txt", tmp_path / "a")["quotes"].empty
    assert len(code_corpus(tmp_path / "one.txt", tmp_path / "b", all_documents=True)["quotes"])


def test_a_text_about_no_ballot_is_dated_by_its_head_and_a_copy_by_its_letters(tmp_path: Path) -> None:
    text = "Published: 2014-04-04\n\nKyiv said on Monday that grain exports had resumed, and that more would follow.\n"
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    documents = code_corpus(tmp_path, tmp_path / "out")["documents"].set_index("doc_id")
    assert list(documents.dating_basis) == ["stated", "stated"]
    assert str(documents.published_earliest["a"]) == "2014-04-04"
    assert documents.duplicate_of["b"] == "a"


@pytest.mark.parametrize("text", ["", "a", "one two", " x_1 – éa\n", "don’t", "𝐀b c 😀 d", "…", "a" * 9 + "\u00a0b"])
def test_words_are_counted_as_the_pattern_counts_them(text: str) -> None:
    assert count_words(text) == len(re.findall(r"\w+", text))


def test_empty_and_broken_input_becomes_problems(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "bad.jsonl").write_text('{"id": "x"\n', encoding="utf-8")
    tables = code_corpus(tmp_path, tmp_path / "out")
    assert tables["documents"].empty
    assert len(tables["problems"]) >= 2


def test_a_text_in_another_language_is_a_problem(tmp_path: Path) -> None:
    text = "Украина не признает так называемые выборы на оккупированных территориях, заявили в МИД.\n"
    (tmp_path / "ru.txt").write_text(text, encoding="utf-8")
    tables = code_corpus(tmp_path / "ru.txt", tmp_path / "out", all_documents=True)
    assert list(tables["documents"].language) == ["ru"]
    assert "its language is 'ru'" in tables["problems"].detail.iloc[0]


def test_an_article_that_breaks_the_coder_costs_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = article_coder.code_article

    def fails_once(article: Article, *rest: object) -> article_coder.Rows:
        return whole(article, *rest) if article.doc_id != "bad" else 1 / 0

    monkeypatch.setattr(article_coder, "code_article", fails_once)
    for name in ("bad", "good"):
        (tmp_path / f"{name}.txt").write_text("Kyiv condemned the sham referendum in Kherson.\n", encoding="utf-8")
    tables = code_corpus(tmp_path, tmp_path / "out")
    assert list(tables["documents"].doc_id) == ["good"]
    assert "ZeroDivisionError" in tables["problems"].detail.iloc[0]


def test_a_ballot_that_nothing_dates_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(
        "An election somewhere was a farce, Oslo said. Nobody knows when.\n", encoding="utf-8"
    )
    tables = code_corpus(tmp_path / "a.txt", tmp_path / "out")
    assert tables["ballot_mentions"].empty
    assert list(tables["problems"].problem) == ["ballot not linked"]
