"""Articles in, documents out: a folder or a file becomes articles and problems, and nothing else.

Read are ``.txt``, ``.html``/``.htm`` (main text, title and date as the page gives them, without fetching
anything), records in ``.jsonl``, ``.csv`` and ``.parquet``, and ``.gz`` of all but Parquet. A record has ``id`` and
``text``, and where known ``title``, ``published`` (an ISO date) and ``url``. ``*.codings.jsonl`` hold codings, never
articles. What can't be read becomes a ``Problem`` that names the rule, the value and the next step.

Reading has two steps: ``read_items`` takes bytes and records out of files, in their order; ``articles_of`` makes articles of
one of them, which is most of the work and can be done by other processes.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import orjson

from ballotwatch.limits import too_long
from ballotwatch.reading import (
    BOMB_BYTES,
    MAX_BYTES,
    MAX_CHARS,
    MAX_RATIO,
    Unreadable,
    decode,
    read_bytes,
    read_html,
)
from ballotwatch.sources import CONTROL, Problem, Source, find_sources, show_name

if TYPE_CHECKING:
    from pyarrow.parquet import FileMetaData

FIELDS = ("id", "text", "title", "published", "url")
REQUIRED = ("id", "text")
# Rows that fit in memory together even where each text is as long as an unguarded file can make it.
BATCH = 16
# Ids become file-like names, anchors and cells: the longest that any of these carries.
MAX_ID = 255
ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ].*)?", re.DOTALL)
SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True)
class Article:
    """One article as it was read.

    Attributes:
        doc_id: the file's stem, or the record's id as a string.
        source: file relative to the corpus, with ``:line`` or ``:row`` where it holds several records.
        text: the text decoded and otherwise untouched; for HTML the main text of the page.
        title: headline given by the record or the page's metadata, None where neither does.
        published: day of publication given by the record or the page's metadata, None where neither does.
        url: address that the record or the page gives, never fetched.
        sha256: hash of the text in UTF-8, hexadecimal.
    """

    doc_id: str
    source: str
    text: str
    title: str | None
    published: date | None
    url: str | None
    sha256: str


class Page(NamedTuple):
    """A file that holds one article, as bytes."""

    source: str
    doc_id: str
    data: bytes
    html: bool


class Line(NamedTuple):
    """A line of a file of JSON records, as bytes."""

    source: str
    data: bytes


class Record(NamedTuple):
    """A record of a table, by column."""

    source: str
    fields: Mapping[str, object]


Item = Page | Line | Record | Problem


def read_corpus(path: str | Path) -> Iterator[Article | Problem]:
    """Articles and problems of a folder (all folders beneath it, in order of their names) or of one file.

    ``path`` may be an fsspec address. Ids are unique: the second article with an id is a problem. A record whose
    ``published`` is no date is both an article without date and a problem. Raises FileNotFoundError where there is no
    such file or folder.
    """
    seen: dict[str, str] = {}
    for item in read_items(path):
        for found in articles_of(item):
            first = seen.setdefault(found.doc_id, found.source) if isinstance(found, Article) else found.source
            yield found if first is found.source else taken_id(found.doc_id, found.source, first)


def load_corpus(path: str | Path) -> tuple[list[Article], list[Problem]]:
    """All articles and all problems of a corpus that fits in memory, as ``read_corpus`` yields them."""
    items = list(read_corpus(path))
    articles = [item for item in items if isinstance(item, Article)]
    return articles, [item for item in items if isinstance(item, Problem)]


def taken_id(doc_id: str, source: str, first: str) -> Problem:
    """The problem of the article at ``source`` whose id was read from ``first`` already."""
    return Problem(
        source, "duplicate id", f"ids are unique: {_show(doc_id)} was read from {first} already; rename this one"
    )


def read_items(path: str | Path) -> Iterator[Item]:
    """What a corpus holds, in order, before any of it is parsed. Raises FileNotFoundError where there is no such corpus."""
    for source in find_sources(path):
        if isinstance(source, Problem):
            yield source
        else:
            yield from _file(source)


def articles_of(item: Item) -> Iterator[Article | Problem]:
    """The article of an item, and a problem for each thing about it that can't be used."""
    try:
        if isinstance(item, Problem):
            yield item
        elif isinstance(item, Page):
            yield from _page(item)
        elif isinstance(item, Line):
            yield from _json_record(item.data, item.source)
        else:
            yield from _record(item.fields, item.source)
    except Unreadable as error:
        yield Problem(item.source, error.problem, error.detail)


def _file(source: Source) -> Iterator[Item]:
    """What one file holds. Whatever keeps it from being read ends it with one problem."""
    empty = True
    try:
        for item in _contents(source):
            empty = False
            yield item
        if empty:
            yield Problem(source.name, "no records", "the file holds no record; remove it or add some")
    except Unreadable as error:
        yield Problem(source.name, error.problem, error.detail)


def _contents(source: Source) -> Iterator[Item]:
    if source.kind in (".txt", ".html", ".htm"):
        with source.open() as stream:
            yield Page(source.name, source.stem, read_bytes(stream), html=source.kind != ".txt")
    elif source.kind == ".parquet" and not source.zipped:
        yield from _parquet(source)
    elif source.kind in (".jsonl", ".csv"):
        with source.open() as stream:
            yield from (_jsonl if source.kind == ".jsonl" else _csv)(stream, source.name)
    else:
        known = ".txt, .html, .jsonl, .csv, .parquet, or .gz of all but Parquet"
        suffix = show_name(Path(source.path).suffix)
        yield Problem(source.name, "unknown file type", f"'{suffix}' is not read: give {known}")


def _page(page: Page) -> Iterator[Article | Problem]:
    text, guessed = decode(page.data, page.html)
    fields = read_html(text) if page.html else {"text": text}
    yield from _record({**fields, "id": page.doc_id}, page.source)
    if guessed:
        detail = f"it is not UTF-8 and was read as {guessed}; save it as UTF-8 if letters look wrong"
        yield Problem(page.source, "encoding guessed", detail)


def _jsonl(stream: BinaryIO, source: str) -> Iterator[Item]:
    """One record a line; blank lines hold nothing."""
    for number, line in enumerate(_lines(stream), 1):
        place = f"{source}:{number}"
        if line is None:
            yield Problem(place, "over-long record", f"a line holds at most {MAX_BYTES:,} bytes; split it")
        elif line.strip():
            yield Line(place, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line)


def _lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """Lines of a file; None for one that is longer than the cap, whose bytes are passed over and never kept."""
    while line := stream.readline(MAX_BYTES):
        long = len(line) == MAX_BYTES and not line.endswith(b"\n")
        yield None if long else line
        while long and (rest := stream.readline(MAX_BYTES)) and not rest.endswith(b"\n"):
            pass


def _json_record(line: bytes, place: str) -> Iterator[Article | Problem]:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        shown = line[:60].decode("utf-8", "backslashreplace").strip()
        yield Problem(place, "bad JSON", f"a line is one JSON object in UTF-8: {error.msg} in {shown!r}; mend the line")
        return
    if not isinstance(record, dict):
        yield Problem(place, "bad JSON", f"a line is one JSON object, not a {type(record).__name__}; mend the line")
    elif missing := [name for name in REQUIRED if name not in record]:
        yield _missing(place, missing, record)
    else:
        yield from _record(record, place)


def _csv(stream: BinaryIO, source: str) -> Iterator[Item]:
    """One record a row; bytes that are no UTF-8 spoil their own row only."""
    csv.field_size_limit(MAX_BYTES)
    lines = _CsvLines(TextIOWrapper(stream, "utf-8-sig", errors="surrogateescape", newline=""))
    rows = csv.reader(lines, strict=True)
    header = next(_csv_rows(rows, lines), [])
    if isinstance(header, csv.Error) or (missing := [name for name in REQUIRED if header.count(name) != 1]):
        yield _missing(source, missing if isinstance(header, list) else list(REQUIRED), header)
        return
    for row in _csv_rows(rows, lines):
        yield _csv_record(row, header, f"{source}:{rows.line_num}")


class _CsvLines:
    """Lines of a CSV file; raises Unreadable where those of one row are longer together than the cap.

    Nothing tells where such a row ends, so the file isn't read on, and no file can fill the memory.
    """

    def __init__(self, text: TextIOWrapper) -> None:
        self.text, self.size, self.number = text, 0, 0

    def start_row(self) -> None:
        """Count the next row's characters from here."""
        self.size = 0

    def __iter__(self) -> Iterator[str]:
        while line := self.text.readline(MAX_BYTES + 1):
            self.number += 1
            self.size += len(line)
            if self.size > MAX_BYTES:
                detail = f"line {self.number}: a row has at most {MAX_BYTES:,} bytes; the rest of the file is not read"
                raise Unreadable("over-long record", f"{detail}, check its quotation marks or split it")
            yield line


def _csv_rows(rows: Iterator[list[str]], lines: _CsvLines) -> Iterator[list[str] | csv.Error]:
    """Rows that hold anything; one that can't be parsed comes as its error, and reading goes on after it."""
    while True:
        lines.start_row()
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            row = error
        if row:
            yield row


def _csv_record(row: list[str] | csv.Error, header: list[str], place: str) -> Record | Problem:
    if isinstance(row, csv.Error):
        detail = f"the row that ends here can't be parsed: {row}; check its quotation marks"
        return Problem(place, "bad CSV row", detail)
    if len(row) != len(header):
        detail = f"a row has as many cells as the header: {len(row)} instead of {len(header)}; quote cells with commas"
        return Problem(place, "ragged row", detail)
    return Record(place, dict(zip(header, row, strict=True)))


def _parquet(source: Source) -> Iterator[Item]:
    """One record a row, read a batch at a time."""
    # Most corpora hold no Parquet, and loading what reads it takes as long as looking whether anything is new.
    import pyarrow as pa
    import pyarrow.parquet as pq

    row = 0
    try:
        with source.raw() as stream, pq.ParquetFile(stream) as file:
            names = file.schema_arrow.names
            if missing := [name for name in REQUIRED if names.count(name) != 1]:
                yield _missing(source.name, missing, names)
                return
            _guard(file.metadata, source.size())
            for batch in file.iter_batches(batch_size=BATCH, columns=[name for name in FIELDS if name in names]):
                for fields in batch.to_pylist():
                    row += 1
                    yield Record(f"{source.name}:{row}", fields)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        detail = f"after row {row}: {_reason(error)}; write the file again"
        raise Unreadable("unreadable Parquet", detail) from error


def _guard(metadata: FileMetaData, size: int) -> None:
    """Raise Unreadable for a file of `size` bytes that unpacks to more than any archive of articles does."""
    groups = (metadata.row_group(number) for number in range(metadata.num_row_groups))
    if sum(group.total_byte_size for group in groups) > max(BOMB_BYTES, MAX_RATIO * size):
        detail = f"it unpacks to more than {MAX_RATIO} times its size and {BOMB_BYTES:,} bytes; write it uncompressed"
        raise Unreadable("Parquet bomb", detail)


def _missing(source: str, missing: list[str], found: object) -> Problem:
    listed = ", ".join(_show(name) for name in list(found)[:20]) if isinstance(found, (list, dict)) else _show(found)
    detail = f"a record has exactly one 'id' and one 'text': lacks {' and '.join(missing)}, found {listed or 'nothing'}"
    return Problem(source, "missing column", f"{detail}; rename or add the columns, separated by commas in CSV")


def _record(record: Mapping[str, object], source: str) -> Iterator[Article | Problem]:
    """The article of a record, and a problem for each thing about it that can't be used."""
    doc_id = str(record["id"]) if type(record["id"]) is int else record["id"]
    if problem := _id_problem(doc_id, source) or _text_problem(record["text"], source):
        yield problem
        return
    published, bad_date = _published(record.get("published"), source)
    text = record["text"]
    digest = hashlib.sha256(text.encode()).hexdigest()
    yield Article(doc_id, source, text, _plain(record.get("title")), published, _plain(record.get("url")), digest)
    if bad_date:
        yield bad_date


def _id_problem(doc_id: object, source: str) -> Problem | None:
    if not isinstance(doc_id, str) or not doc_id.strip():
        return Problem(source, "bad id", f"an id is a text or a whole number: {_show(doc_id)}; give the record one")
    if len(doc_id) > MAX_ID or CONTROL.search(doc_id):
        rule = f"an id has at most {MAX_ID} characters and no control characters or lone surrogates"
        return Problem(source, "bad id", f"{rule}: {_show(doc_id)}; change it")
    return None


def _text_problem(text: object, source: str) -> Problem | None:
    if not isinstance(text, str):
        return Problem(source, "no text", f"'text' is a string, not {_show(text)}; give the article's text")
    if not text.strip("\ufeff\u200b \t\r\n\xa0"):
        return Problem(source, "empty text", "there is nothing to read; remove it or give the article's text")
    if len(text) > MAX_CHARS:
        detail = f"an article has at most {MAX_CHARS:,} characters, this has {len(text):,}; split it into articles"
        return Problem(source, "over-long text", detail)
    if bad := SURROGATE.search(text):
        detail = f"character {bad.start()} is {_show(bad[0])}, which no text holds; save the source as UTF-8"
        return Problem(source, "undecodable text", detail)
    if (at := text.find("\0")) >= 0:
        return Problem(source, "binary", f"character {at} is NUL, which no text holds; save the source as plain text")
    if why := too_long(text):
        return Problem(source, "over-long run", f"an article has {why}; take it out or split it")
    return None


def _published(value: object, source: str) -> tuple[date | None, Problem | None]:
    """The day that a record gives, as written there whatever its time zone; a problem where it gives no ISO date."""
    if value is None or value == "":
        return None, None
    if isinstance(value, date):
        return (value.date() if isinstance(value, datetime) else value), None
    try:
        if isinstance(value, str) and ISO_DATE.fullmatch(value.strip()):
            return datetime.fromisoformat(value.strip()).date(), None
    except ValueError:
        pass
    detail = f"'published' is an ISO date such as 2024-03-18: {_show(value)}; the article is kept without it, mend it"
    return None, Problem(source, "bad date", detail)


def _plain(value: object) -> str | None:
    """A title or an address with its white space folded, or None; lone surrogates could not be written to a table."""
    if not isinstance(value, str):
        return None
    return " ".join(SURROGATE.sub("\ufffd", value).replace("\0", " ").split()) or None


def _show(value: object) -> str:
    """A value as a message quotes it: escaped and short."""
    shown = repr(value)
    return shown if len(shown) <= 80 else shown[:77] + "..."


def _reason(error: Exception) -> str:
    """What an error says, without the path of the machine."""
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error).split("\n")[0][:200]
