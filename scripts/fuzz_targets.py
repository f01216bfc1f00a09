"""What is fuzzed: each target takes bytes, puts them through one way in, and raises where a promise does not hold.

`fuzz.py` runs them for as long as one likes; `tests/test_fuzz.py` runs them on their seeds and on every finding.
"""

from __future__ import annotations

import hashlib
import json
import struct
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import pyarrow as pa
import pyarrow.parquet as pq
import spacy

from ballotwatch import article_coder
from ballotwatch.article_coder import code_article
from ballotwatch.codebook import Codebook, load_codebook
from ballotwatch.coding.dates import find_dates
from ballotwatch.coding.timex import Interval
from ballotwatch.coding.tokens import Doc
from ballotwatch.corpus import Article, Problem, read_corpus
from ballotwatch.corrections import lay_over, read_decisions
from ballotwatch.layout import Span, find_layout
from ballotwatch.limits import too_long
from ballotwatch.parameters import ParameterError, check_types, parse_assignments
from ballotwatch.reading import Unreadable, decode, read_html
from ballotwatch.refs import parse_ref, span_ref
from ballotwatch.tables import SCHEMAS, TableError, arrow_schema, make_table, read_table, to_arrow

# Problems that tell something about an article which is there all the same.
REMARKS = ("bad date", "encoding guessed")
NEWS = (
    "Kyiv rejects the count\n\nUkraine condemned the sham referendum in Kherson on 28 September 2022. “It is void,” "
    "President Volodymyr Zelenskyy said on Monday. Poland will not recognise the vote.\n"
)
PAGE = f"<html><head><title>Count</title></head><body><article><h1>No</h1><p>{NEWS}</p><p>{NEWS}</p></article></body></html>"
RECORD = json.dumps({"id": "a", "text": NEWS, "title": "No", "published": "2022-09-28", "url": "http://a.b/"})
SPANS = [name for name, columns in SCHEMAS.items() if {"start", "end"} <= {c.name for c in columns}]
DATE_WORDS = (
    "on in the of and to from until since between last next this past early late mid Monday Sunday Sept September 14 "
    "14th 16 31 29 February March 2014 2014-03-16 2022 '22 1990s today yesterday tomorrow tonight week weekend month "
    "year ago days two 8 p.m. 12:30 20:00 GMT quarter century Christmas Easter first half 16.03.2014 03/16/14 9999 0 "
    "earlier later after before that same day following previous , . - – / \n ; ( ) will was 'll"
).split(" ")


class Target(NamedTuple):
    """A way in: what it is in words, what takes the bytes, and inputs to begin with."""

    what: str
    run: Callable[[bytes], object]
    seeds: tuple[bytes, ...]


@contextmanager
def written(name: str, data: bytes) -> Iterator[Path]:
    """A file of these bytes in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        yield path


def fuzz_decode(data: bytes) -> None:
    """Bytes are a text that can be written again, or Unreadable."""
    with suppress(Unreadable):
        text, _ = decode(data[1:], html=bool(data[:1] and data[0] % 2))
        text.encode("utf-8", "surrogatepass")


def fuzz_html(data: bytes) -> None:
    """A page gives a text, or Unreadable."""
    with suppress(Unreadable):
        assert read_html(data.decode("utf-8", "replace"))["text"]


def fuzz_jsonl(data: bytes) -> None:
    """Lines in are articles and problems."""
    with written("a.jsonl", data) as path:
        items = list(read_corpus(path))
    lines = sum(bool(line.strip()) for line in data.split(b"\n"))
    lost = [item for item in items if isinstance(item, Problem) and item.problem not in (*REMARKS, "no records")]
    assert len(lost) + sound(items) == lines, (lines, items)


def fuzz_csv(data: bytes) -> None:
    """Every row is an article or a problem, whatever a row is."""
    with written("a.csv", data) as path:
        items = list(read_corpus(path))
    assert items and sound(items) <= len(items)


def fuzz_parquet(data: bytes) -> None:
    """A damaged file of records is a problem."""
    with written("a.parquet", data) as path:
        items = list(read_corpus(path))
    assert items and sound(items) <= len(items)


def sound(items: list[Article | Problem]) -> int:
    """How many articles there are, after a look at what each must hold."""
    articles = [item for item in items if isinstance(item, Article)]
    for article in articles:
        assert article.doc_id.strip() and article.text and "\0" not in article.text
        assert article.sha256 == hashlib.sha256(article.text.encode()).hexdigest()
    assert all(item.source and item.detail for item in items if isinstance(item, Problem))
    return len(articles)


def fuzz_layout(data: bytes) -> None:
    """Caps and layout of any text: spans lie within it."""
    text = data.decode("utf-8", "replace")
    if too_long(text):
        return
    assert all(
        0 <= span.start < span.end <= len(text) for span in spans_in(vars(find_layout.__wrapped__(text)).values())
    )


def spans_in(values: Iterable[object]) -> Iterator[Span]:
    """Spans among values, in tuples too."""
    for value in values:
        if isinstance(value, Span):
            yield value
        elif isinstance(value, tuple):
            yield from spans_in(value)


def fuzz_dates(data: bytes) -> None:
    """Words of dates in any order: spans hold and follow one another, the first day is not behind the last."""
    words = [DATE_WORDS[byte % len(DATE_WORDS)] + ("" if byte > 235 else " ") for byte in data[2:80]]
    doc = Doc(blank()("".join(words)))
    published = date.fromordinal(1 + int.from_bytes(data[:2].ljust(2, b"\0"), "big") * 55)
    for interval in (None, Interval(published, published), Interval(date(2014, 1, 1), date(2014, 3, 1))):
        end = 0
        for timex in find_dates(doc, interval):
            assert end <= timex.start < timex.end and doc.text[timex.start : timex.end] == timex.text
            assert timex.earliest is None or timex.latest is None or timex.earliest <= timex.latest
            end = timex.end


@cache
def blank() -> spacy.Language:
    """English words and sentences, without a parse."""
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    return nlp


def fuzz_coder(data: bytes) -> None:
    """Words of the codebook in any order through every layer: spans hold, the tables validate."""
    text = words_of(data)
    if text.strip() and not too_long(text):
        check_rows(text, code_text(text))


def code_text(text: str, codebook: Codebook | None = None) -> dict[str, list[dict]]:
    """All rows of a text, taken for English, by a codebook or by those that ship."""
    article = Article("a", "a.txt", text, None, None, None, digest(text))
    with patch.object(article_coder, "language", lambda text: "en"):
        return code_article(article, codebook or load_codebook(), all_documents=True)


def digest(text: str) -> str:
    """The hash of a text, as documents have it."""
    return hashlib.sha256(text.encode()).hexdigest()


def check_rows(text: str, rows: dict[str, list[dict]]) -> None:
    """Fail where a span does not hold or a table does not validate."""
    for name in SPANS:
        for row in rows[name]:
            assert 0 <= row["start"] < row["end"] <= len(text) and row["text"] == text[row["start"] : row["end"]], row
    for name in SCHEMAS:
        assert len(make_table(name, rows[name])) == len(rows[name])


def words_of(data: bytes) -> str:
    """A text of the codebook's words: two bytes choose a word and what stands behind it."""
    words = vocabulary()
    pairs = struct.unpack(f"<{len(data) // 2}H", data[: len(data) // 2 * 2])
    return "".join(words[number % len(words)] + SPACES[number // len(words) % len(SPACES)] for number in pairs[:60])


SPACES = (" ", " ", " ", "", "\n\n", ", ", ". ", "\n")


@cache
def vocabulary() -> list[str]:
    """Words that the rules know, marks, and odd characters."""
    book = load_codebook()
    names = [
        name
        for table in ("states", "regions", "organisations", "ballots", "people")
        for name in book.tables[table]["name"]
    ]
    lists = [word for words in book.vocabulary.values() for word in words]
    odd = [
        "“",
        "”",
        '"',
        "'",
        "’",
        "(",
        ")",
        "–",
        "\u0301",
        "\u200b",
        "😀",
        "\x0b",
        "97%",
        "2014-03-16",
        "16 March 2014",
    ]
    plain = [
        "said",
        "he",
        "they",
        "will not recognise",
        "condemned",
        "that",
        "was held",
        "of",
        "the",
        "sham referendum",
    ]
    return sorted({str(word) for word in [*names, *book.cues.cue, *lists, *odd, *plain, *DATE_WORDS]})


def fuzz_decisions(data: bytes) -> None:
    """Files of decisions, laid over the tables: broken lines and rules are problems, and the tables stay sound."""
    with written("anna.codings.jsonl", data.replace(b"SHA", digest(NEWS).encode())) as path:
        decisions, problems = read_decisions(path.parent)
    make_table("problems", problems)
    laid = lay_over(coded_news(), decisions, load_codebook())
    for name in SCHEMAS:
        to_arrow(name, laid[name])


@cache
def coded_news() -> dict:
    """The tables of one short article."""
    return {name: make_table(name, rows) for name, rows in code_text(NEWS).items() if name in SCHEMAS}


def decision(action: str, **others: object) -> bytes:
    """A line of a file of decisions; SHA stands for the article's hash."""
    base = {"doc": "a", "sha256": "SHA", "coder": "anna", "time": "2026-01-31T12:00:00Z", "action": action}
    return json.dumps({**base, "statement_id": None, "statement": None, **others}).encode() + b"\n"


def fuzz_parameters(data: bytes) -> None:
    """Assignments of the command line are parameters of their types, or ParameterError."""
    texts = data.decode("utf-8", "replace").split("\n")
    with suppress(ParameterError):
        check_types(parse_assignments(texts))


def fuzz_refs(data: bytes) -> None:
    """A reference is read or refused, and one to a span is read as it was made."""
    text = data.decode("utf-8", "replace")
    with suppress(ValueError):
        parse_ref(text)
    assert parse_ref(span_ref(text, 3, 7)) == ("span", text, 3, 7)


def fuzz_table(data: bytes) -> None:
    """A damaged table is read as its schema has it, or an error of Arrow's or ours."""
    with written("statements.parquet", data) as path, suppress(pa.ArrowException, OSError, TableError):
        read_table(path.parent, "statements")


def parquet(table: pa.Table) -> bytes:
    """A table as the bytes of a Parquet file."""
    stream = BytesIO()
    pq.write_table(table, stream, compression="none")
    return stream.getvalue()


RECODED = {"start": 24, "end": 31, "text": NEWS[24:31], "actor": "Ukraine", "entity": "UKR", "actor_type": "state",
           "concept": "illegality", "polarity": -1, "ballot_id": None, "regions": ["UA-65"], "legal_bases": [],
           "value": None, "addressee": None, "quoted": False, "cue": "void"}  # fmt: skip
TARGETS = {
    "decode": Target("bytes to text", fuzz_decode, (b"0" + NEWS.encode(), b"1" + NEWS.encode("utf-16"), b"1<meta charset=cp1251>\xe0")),
    "html": Target("pages to main text", fuzz_html, (PAGE.encode(), b"<p>" * 40 + NEWS.encode(), b"<!DOCTYPE x [<!ENTITY a 'b'>]>&a;")),
    "jsonl": Target("records in JSON", fuzz_jsonl, ((RECORD + "\n").encode() * 2, b'{"id":1,"text":"a"}\n[]\n\n')),
    "csv": Target("records in CSV", fuzz_csv, (b'id,text,title\na,"No, said ""he""",b\n', b"\xef\xbb\xbfid,text\r\n1,a\r\n")),
    "parquet": Target("records in Parquet", fuzz_parquet, (parquet(pa.Table.from_pylist([json.loads(RECORD)] * 3)),)),
    "layout": Target("caps and layout of texts", fuzz_layout, (NEWS.encode(), b"By A B\n\nQ: No?\n\nA: \"No.\n\nTags: #a\n12:30 No.\n")),
    "dates": Target("words of dates in any order", fuzz_dates, (bytes(range(80)), bytes(range(80, 160)), b"\x30\x30" + bytes(78))),
    "coder": Target("words of the codebook in any order, all layers", fuzz_coder, (bytes(range(160)), bytes(range(255, 95, -1)))),
    "decisions": Target("files of decisions, laid over tables", fuzz_decisions,
                        (decision("add", statement=RECODED), decision("reject", statement_id="x") * 2,
                         b'{"doc": "a", "statements": [{"entity": "UKR", "concept": "illegality"}]}\n')),
    "parameters": Target("parameters of the command line", fuzz_parameters,
                         (b"actors=UKR,POL\nperiod=2024-01-01/2024-12-31", b'ballots=["a"]\nconfidence=0.5\ncodings=x')),
    "refs": Target("references of marks", fuzz_refs, (b"statement:a", b"span:a:b:1:2", b"ballot:")),
    "table": Target("damaged tables", fuzz_table, (parquet(pa.Table.from_pylist([], schema=arrow_schema("statements"))),)),
}  # fmt: skip
