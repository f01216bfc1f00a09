"""Corpus: files and records in, articles and problems out; as many of both as there were records."""

import gzip
import hashlib
import json
import os
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ballotwatch import reading, sources
from ballotwatch.corpus import Article, Problem, load_corpus, read_corpus
from ballotwatch.reading import MAX_BYTES, MAX_CHARS

TEXT = "Ministry rejects the count\n\nThe ministry of Testland said that it would not accept the count.\n"
PAGE = """<!DOCTYPE html><html><head><title>Ministry rejects the count | Outlet</title>
<meta property="og:title" content="Ministry rejects the count"><meta property="og:url" content="https://x.example/a">
{meta}</head><body><nav><a href="/">Home</a> <a href="/news">News</a></nav><article><h1>Ministry rejects the count</h1>
<p>The ministry of Testland said on 14 September 2019 that it would not accept the count, whatever came of it.</p>
<p>Nobody in the capital expected anything else, and nobody was surprised when the neighbours did the same.</p>
{more}</article><footer>Copyright 2021</footer></body></html>"""
DATED = PAGE.format(meta='<meta property="article:published_time" content="2019-09-16T08:00:00Z">', more="")


def write(folder: Path, name: str, content: str | bytes) -> Path:
    """A file with this content, compressed where its name ends in .gz."""
    data = content.encode() if isinstance(content, str) else content
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def outcome(path: Path) -> list[tuple[str, str]]:
    """Ids of articles and names of problems, in the order in which they come."""
    return [("article", i.doc_id) if isinstance(i, Article) else ("problem", i.problem) for i in read_corpus(path)]


def only_problem(path: Path) -> Problem:
    """The one problem of a corpus that yields nothing else."""
    articles, problems = load_corpus(path)
    assert not articles
    assert len(problems) == 1
    return problems[0]


def test_text_is_untouched(tmp_path: Path) -> None:
    text = "Count\r\n\r\n \u201cNo\u201d\u00a0e\u0301 \u05e9\u200b\r \n"
    write(tmp_path, "deep/er/a.b.txt", text)
    (article,) = read_corpus(tmp_path)
    digest = hashlib.sha256(text.encode()).hexdigest()
    assert article == Article("a.b", "deep/er/a.b.txt", text, None, None, None, digest)


@pytest.mark.parametrize("name", ["a.txt", "a.TXT", "a.txt.gz"])
def test_a_single_file_is_a_corpus(tmp_path: Path, name: str) -> None:
    (article,) = read_corpus(write(tmp_path, name, TEXT))
    assert (article.doc_id, article.source, article.text) == ("a", name, TEXT)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xef\xbb\xbfNo\n", "No\n"),
        ("No – “no”\r\n".encode("utf-16"), "No – “no”\r\n"),
        (b"\xfe\xff" + "No – “no”".encode("utf-16-be"), "No – “no”"),
    ],
)
def test_unicode_by_byte_order_mark(tmp_path: Path, data: bytes, text: str) -> None:
    assert [a.text for a in read_corpus(write(tmp_path, "a.txt", data))] == [text]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "The ministry said “no” – and that’s that, wrote the café’s owner. " * 3),
        ("cp1252", "The café"),
        ("cp1252", "No – it’s not so."),
        ("cp1251", "Министерство заявило, что не признаёт итоги голосования в области. " * 3),
    ],
)
def test_code_pages_are_read_and_told(tmp_path: Path, encoding: str, text: str) -> None:
    articles, problems = load_corpus(write(tmp_path, "a.txt", text.encode(encoding)))
    assert [article.text for article in articles] == [text]
    assert [problem.problem for problem in problems] == ["encoding guessed"]
    assert encoding in problems[0].detail


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "empty text"),
        (b" \r\n\t\xc2\xa0\xe2\x80\x8b", "empty text"),
        (b"No\0w", "binary"),
        (b"\x89PNG\r\n\x1a\n", "binary"),
        (b"%PDF-1.7 ...", "binary"),
        (b"Doe said \x81\x8d\x8f", "undecodable text"),
        ("No – now.".encode() + "Ещё".encode("cp1251"), "undecodable text"),
        (b"\xff\xfea", "undecodable text"),
        (b"a" * (MAX_CHARS + 1), "over-long text"),
        (b"a" * (MAX_BYTES + 1), "over-long file"),
    ],
)
def test_files_that_are_no_text(tmp_path: Path, data: bytes, problem: str) -> None:
    found = only_problem(write(tmp_path, "a.txt", data))
    assert (found.source, found.problem) == ("a.txt", problem)
    assert str(tmp_path) not in found.detail


def test_the_longest_text_is_read(tmp_path: Path) -> None:
    assert outcome(write(tmp_path, "a.txt", "été. " * (MAX_CHARS // 5))) == [("article", "a")]


@pytest.mark.parametrize("name", ["a.html", "a.htm", "a.html.gz"])
def test_page(tmp_path: Path, name: str) -> None:
    (article,) = read_corpus(write(tmp_path, name, DATED))
    assert (article.title, article.published) == ("Ministry rejects the count", date(2019, 9, 16))
    assert article.url == "https://x.example/a"
    assert "would not accept the count" in article.text
    assert "Home" not in article.text
    assert "Copyright" not in article.text


def test_a_date_in_the_prose_of_a_page_is_not_its_own(tmp_path: Path) -> None:
    (article,) = read_corpus(write(tmp_path, "a.html", PAGE.format(meta="", more="")))
    assert article.published is None


def test_a_page_in_the_code_page_that_it_declares(tmp_path: Path) -> None:
    page = PAGE.format(meta='<meta charset="windows-1251">', more="<p>«Нет», – сказал министр иностранных дел.</p>")
    (article,) = read_corpus(write(tmp_path, "a.html", page.encode("cp1251")))
    assert "«Нет», – сказал министр" in article.text


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        ("<html><body></body></html>", "no main text"),
        ("http://127.0.0.1:9/article", "no main text"),
        ("<div>" * 15_000 + "No" + "</div>" * 15_000, "no main text"),
        (PAGE.format(meta="", more="<p>No.</p>" * 20_000), "over-long page"),
        ("", "no main text"),
    ],
)
def test_pages_without_text(tmp_path: Path, page: str, problem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("urllib3.PoolManager.request", None)
    monkeypatch.setattr("socket.socket.connect", None)
    assert only_problem(write(tmp_path, "a.html", page)).problem == problem


def test_a_deep_page_is_read_or_told(tmp_path: Path) -> None:
    page = PAGE.format(meta="", more="<blockquote>" * 30_000 + "<p>Deep.</p>")
    assert len(outcome(write(tmp_path, "a.html", page))) == 1


RECORD = {"id": "x/1", "text": TEXT, "title": "Count", "published": "2019-05-06", "url": "https://x.example/1"}
ARTICLE = ("x/1", TEXT, "Count", date(2019, 5, 6), "https://x.example/1")


def records(path: Path) -> list[tuple]:
    """What matters of the articles of a corpus without problems."""
    articles, problems = load_corpus(path)
    assert problems == []
    return [(a.doc_id, a.text, a.title, a.published, a.url) for a in articles]


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_json_lines(tmp_path: Path, name: str) -> None:
    lines = [json.dumps(RECORD), "", json.dumps({"id": 7, "text": "No.", "more": [1]})]
    path = write(tmp_path, name, "\ufeff" + "\r\n".join(lines))
    assert records(path) == [ARTICLE, ("7", "No.", None, None, None)]
    assert [article.source for article in read_corpus(path)] == [f"{name}:1", f"{name}:3"]


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_csv(tmp_path: Path, name: str) -> None:
    quoted = TEXT.replace('"', '""')
    content = (
        f'\ufeffurl,id,text,title,published\r\nhttps://x.example/1,x/1,"{quoted}",Count,2019-05-06\r\n\r\n,7,No.,,\r\n'
    )
    assert records(write(tmp_path, name, content)) == [ARTICLE, ("7", "No.", None, None, None)]


@pytest.mark.parametrize("published", ["2019-05-06", date(2019, 5, 6), datetime(2019, 5, 6, 23, 30)])
def test_parquet(tmp_path: Path, published: object) -> None:
    rows = [{**RECORD, "published": published}, {"id": "7", "text": "No."}]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet")
    assert records(tmp_path) == [ARTICLE, ("7", "No.", None, None, None)]


def test_parquet_is_read_in_batches(tmp_path: Path) -> None:
    rows = [{"id": str(number), "text": f"No {number}."} for number in range(150)]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet")
    articles, _ = load_corpus(tmp_path)
    assert [article.source for article in articles] == [f"a.parquet:{number}" for number in range(1, 151)]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "bad JSON"),
        ("[1]", "bad JSON"),
        ('{"id": "b", "text": "\\ud800"}', "bad JSON"),
        ('{"id": "b", "text": "\\u0000 no"}', "binary"),
        ('{"text": "No."}', "missing column"),
        ('{"id": "b"}', "missing column"),
        ('{"id": "b", "text": null}', "no text"),
        ('{"id": "b", "text": 5}', "no text"),
        ('{"id": "b", "text": " "}', "empty text"),
        ('{"id": null, "text": "No."}', "bad id"),
        ('{"id": " ", "text": "No."}', "bad id"),
        ('{"id": true, "text": "No."}', "bad id"),
        ('{"id": "b\\nc", "text": "No."}', "bad id"),
        (json.dumps({"id": "b" * 256, "text": "No."}), "bad id"),
        ('{"id": "a", "text": "No."}', "duplicate id"),
        (json.dumps({"id": "b", "text": "a" * (MAX_CHARS + 1)}), "over-long text"),
    ],
)
def test_bad_lines_spoil_nothing_else(tmp_path: Path, line: str, problem: str) -> None:
    path = write(tmp_path, "a.jsonl", f'{{"id": "a", "text": "A."}}\n{line}\n{{"id": "c", "text": "C."}}\n')
    assert outcome(path) == [("article", "a"), ("problem", problem), ("article", "c")]
    assert load_corpus(path)[1][0].source == "a.jsonl:2"


def test_a_line_in_another_encoding_is_told_by_number(tmp_path: Path) -> None:
    line = '{"id": "b", "text": "Нет"}'.encode("cp1251")
    path = write(tmp_path, "a.jsonl", b'{"id": "a", "text": "A."}\n' + line + b'\n{"id": "c", "text": "C."}')
    assert outcome(path) == [("article", "a"), ("problem", "bad JSON"), ("article", "c")]


def test_an_endless_line_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ballotwatch.corpus.MAX_BYTES", 100)
    for length in (99, 100, 101, 250, 300):
        line = json.dumps({"id": "b", "text": "b" * length})
        path = write(tmp_path, "a.jsonl", f'{{"id": "a", "text": "A."}}\n{line}\n{{"id": "c", "text": "C."}}\n')
        assert outcome(path) == [("article", "a"), ("problem", "over-long record"), ("article", "c")]
        assert [article.source for article in load_corpus(path)[0]] == ["a.jsonl:1", "a.jsonl:3"]


@pytest.mark.parametrize(
    ("value", "published"),
    [
        ("2019-05-06", date(2019, 5, 6)),
        (" 2019-05-06 ", date(2019, 5, 6)),
        ("2019-05-06T23:30:00+03:00", date(2019, 5, 6)),
        ("2019-05-06 23:30", date(2019, 5, 6)),
        ("", None),
        (None, None),
    ],
)
def test_published(tmp_path: Path, value: object, published: date | None) -> None:
    path = write(tmp_path, "a.jsonl", json.dumps({"id": "a", "text": "A.", "published": value}))
    assert [row[3] for row in records(path)] == [published]


@pytest.mark.parametrize(
    "value", ["6 May 2019", "06.05.2019", "20190506", "2019-02-30", "2019-05-06 noon", 1557100800, [], True]
)
def test_a_bad_date_is_told_and_the_article_kept(tmp_path: Path, value: object) -> None:
    path = write(tmp_path, "a.jsonl", json.dumps({"id": "a", "text": "A.", "published": value}))
    assert outcome(path) == [("article", "a"), ("problem", "bad date")]
    articles, problems = load_corpus(path)
    assert articles[0].published is None
    assert repr(value) in problems[0].detail


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("b,B.,more", "ragged row"),
        ("b", "ragged row"),
        ('b,"B."x', "bad CSV row"),
        (",B.", "bad id"),
        ("b,", "empty text"),
        ("b,B\0", "binary"),
        ("a,B.", "duplicate id"),
    ],
)
def test_bad_rows_spoil_nothing_else(tmp_path: Path, row: str, problem: str) -> None:
    path = write(tmp_path, "a.csv", f"id,text\na,A.\n{row}\nc,C.\n")
    assert outcome(path) == [("article", "a"), ("problem", problem), ("article", "c")]
    assert load_corpus(path)[1][0].source == "a.csv:3"


def test_bytes_that_are_no_utf8_spoil_their_row(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", b"id,text\na,A.\nb,\xcd\xe5\xf2\nc,C.\n")
    assert outcome(path) == [("article", "a"), ("problem", "undecodable text"), ("article", "c")]


def test_an_unclosed_quotation_mark_ends_in_a_problem(tmp_path: Path) -> None:
    assert outcome(write(tmp_path, "a.csv", 'id,text\na,A.\nb,"B\nc,C.\n')) == [
        ("article", "a"),
        ("problem", "bad CSV row"),
    ]


@pytest.mark.parametrize("header", ["id;text", "name,text", "id,text,text", "", '"id'])
def test_csv_without_its_columns(tmp_path: Path, header: str) -> None:
    found = only_problem(write(tmp_path, "a.csv", f"{header}\na,A.\nb,B.\n" if header else ""))
    assert found.problem == "missing column"


def test_parquet_without_its_columns(tmp_path: Path) -> None:
    pq.write_table(pa.table({"doc_id": ["a"], "text": ["A."]}), tmp_path / "a.parquet")
    found = only_problem(tmp_path)
    assert found.problem == "missing column"
    assert "'doc_id'" in found.detail


@pytest.mark.parametrize("kept", [0, 3, 100, -9, -1])
def test_truncated_parquet(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.Table.from_pylist([RECORD]), path)
    path.write_bytes(path.read_bytes()[:kept])
    assert only_problem(tmp_path).problem == "unreadable Parquet"


def test_flipped_bytes_in_parquet_crash_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.Table.from_pylist([{**RECORD, "id": str(n)} for n in range(20)]), path)
    whole = path.read_bytes()
    for at in range(4, len(whole), 37):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        assert outcome(tmp_path)


def test_truncated_gzip_keeps_what_came_before(tmp_path: Path) -> None:
    lines = "".join(json.dumps({"id": str(n), "text": os.urandom(40).hex()}) + "\n" for n in range(2000))
    path = write(tmp_path, "a.jsonl.gz", lines)
    path.write_bytes(path.read_bytes()[:-20000])
    items = outcome(path)
    assert len(items) > 100
    assert items[-1] == ("problem", "damaged gzip")
    assert {kind for kind, _ in items[:-1]} == {"article"}


@pytest.mark.parametrize("data", [b"", b"no gzip at all", gzip.compress(b"x" * 99)[:-3], gzip.compress(b"x") + b"junk"])
def test_damaged_gzip(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.txt.gz"
    path.write_bytes(data)
    assert only_problem(path).problem in ("damaged gzip", "empty text")


def test_gzip_bombs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert only_problem(write(tmp_path, "a.txt.gz", b"a" * 20_000_000)).problem == "over-long file"
    monkeypatch.setattr(reading, "BOMB_BYTES", 1_000_000)
    (tmp_path / "a.txt.gz").unlink()
    assert only_problem(write(tmp_path, "a.csv.gz", b"id,text\n" + b"\n" * 20_000_000)).problem == "gzip bomb"


@pytest.mark.parametrize("name", ["a.doc", "a", "a.parquet.gz", "a.gz", "a.zip", "notes.md"])
def test_unknown_file_types(tmp_path: Path, name: str) -> None:
    assert only_problem(write(tmp_path, name, TEXT)).problem == "unknown file type"


def test_codings_are_never_articles(tmp_path: Path) -> None:
    path = write(tmp_path, "seeds.codings.jsonl", json.dumps(RECORD))
    write(tmp_path, "more.codings.jsonl.gz", json.dumps(RECORD))
    assert only_problem(path).problem == "no articles"
    write(tmp_path, "a.txt", TEXT)
    assert outcome(tmp_path) == [("article", "a")]


def test_the_second_article_with_an_id_is_a_problem(tmp_path: Path) -> None:
    for name in ("b/a.txt", "a/a.txt", "a/a.txt.gz", "c.jsonl"):
        write(tmp_path, name, '{"id": "a", "text": "A."}')
    assert outcome(tmp_path) == [("article", "a")] + [("problem", "duplicate id")] * 3
    articles, problems = load_corpus(tmp_path)
    assert articles[0].source == "a/a.txt"
    assert "a/a.txt" in problems[0].detail


@pytest.mark.parametrize(("name", "content"), [("a.jsonl", "\n \n"), ("a.jsonl", ""), ("a.csv", "id,text\n")])
def test_a_file_without_records_is_told(tmp_path: Path, name: str, content: str) -> None:
    assert only_problem(write(tmp_path, name, content)).problem == "no records"


def test_order_is_that_of_names(tmp_path: Path) -> None:
    for name in ("c.txt", "a/z.txt", "B.txt", "b.txt"):
        write(tmp_path, name, TEXT)
    assert [doc_id for _, doc_id in outcome(tmp_path)] == ["B", "z", "b", "c"]


def test_links(tmp_path: Path) -> None:
    outside = write(tmp_path, "outside/secret.txt", TEXT)
    folder = tmp_path / "corpus"
    write(folder, "real/a.txt", TEXT)
    for name, target in {
        "b.txt": folder / "real/a.txt",
        "c.txt": outside,
        "d": outside.parent,
        "e": folder,
        "f": folder / "real",
        "g.txt": folder / "none.txt",
        "h.txt": folder / "h.txt",
    }.items():
        (folder / name).symlink_to(target)
    assert outcome(folder) == [
        ("article", "b"),
        ("problem", "link leaves the folder"),
        ("problem", "link leaves the folder"),
        ("problem", "linked folder"),
        ("problem", "linked folder"),
        ("problem", "broken link"),
        ("problem", "broken link"),
        ("article", "a"),
    ]


def test_folders_without_end(tmp_path: Path) -> None:
    write(tmp_path, "a/" * 50 + "a.txt", TEXT)
    write(tmp_path, "b/" * 800 + "b.txt", TEXT)
    assert outcome(tmp_path) == [("article", "a"), ("problem", "folder too deep")]


def test_pipes_hidden_files_and_odd_names(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    write(tmp_path, ".b.txt", TEXT)
    write(tmp_path, "c\nd.txt", TEXT)
    (tmp_path / os.fsdecode(b"e\xff.txt")).write_text(TEXT)
    assert outcome(tmp_path) == [
        ("problem", "hidden file"),
        ("problem", "no regular file"),
        ("problem", "bad id"),
        ("problem", "bad id"),
    ]
    for problem in load_corpus(tmp_path)[1]:
        assert (problem.source + problem.detail).isprintable()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_files_and_folders(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", TEXT).chmod(0)
    write(tmp_path, "b/c.txt", TEXT).parent.chmod(0)
    assert outcome(tmp_path) == [("problem", "unreadable file"), ("problem", "unreadable folder")]


def test_a_file_that_fails_while_it_is_opened_or_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a.txt", TEXT)

    def fail(*_: object) -> None:
        raise PermissionError(13, "Permission denied", str(tmp_path))

    monkeypatch.setattr(sources, "open", fail, raising=False)
    found = only_problem(tmp_path)
    assert found.problem == "unreadable file"
    assert "Permission denied" in found.detail
    assert str(tmp_path) not in found.detail


def test_no_corpus_and_an_empty_one(tmp_path: Path) -> None:
    assert only_problem(tmp_path).problem == "no articles"
    with pytest.raises(FileNotFoundError, match="no corpus at"):
        list(read_corpus(tmp_path / "none"))


def test_titles_that_no_table_can_hold_are_mended(tmp_path: Path) -> None:
    rows = [{"id": "a", "text": "A.", "title": " Who \n counts? ", "url": 5}, {"id": "b", "text": "B.", "title": "\0"}]
    path = write(tmp_path, "a.jsonl", "\n".join(json.dumps(row) for row in rows))
    assert [(row[2], row[4]) for row in records(path)] == [("Who counts?", None), (None, None)]


def test_reading_twice_is_equal(tmp_path: Path) -> None:
    write(tmp_path, "a.html", DATED)
    write(tmp_path, "b.txt", b"\xff")
    write(tmp_path, "c.csv", "id,text\n1\n2,No.\n")
    assert list(read_corpus(tmp_path)) == list(read_corpus(tmp_path))


# A busy machine is no finding.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
ANYTHING = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text("aé\0\u200b \n", max_size=8)
RECORDS = st.lists(st.dictionaries(st.sampled_from(["id", "text", "title", "url", "more"]), ANYTHING), max_size=8)


@PATIENT
@given(RECORDS)
def test_records_in_are_articles_and_problems(tmp_path_factory: pytest.TempPathFactory, rows: list[dict]) -> None:
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    items = list(read_corpus(write(tmp_path_factory.mktemp("corpus"), "a.jsonl", lines)))
    assert [item.source for item in items] == [f"a.jsonl:{number}" for number in range(1, len(rows) + 1)] or [
        items[0].problem
    ] == ["no records"]


@PATIENT
@given(st.binary(max_size=200), st.sampled_from(["a.txt", "a.html", "a.jsonl", "a.csv", "a.parquet", "a.txt.gz"]))
def test_any_bytes_are_articles_or_problems(tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str) -> None:
    path = tmp_path_factory.mktemp("corpus") / name
    path.write_bytes(data)
    for item in read_corpus(path):
        assert (item.text if isinstance(item, Article) else item.detail).encode()
