"""Articles in, documents out: a folder or a file becomes articles and problems, and nothing else.

Read are ``.txt``, ``.html``/``.htm`` (main text, title and date as the page gives them, without fetching
anything), records in ``.jsonl``, ``.csv`` and ``.parquet``, and ``.gz`` of all but Parquet. A record has ``id`` and
``text``, and where known ``title``, ``published`` (an ISO date) and ``url``. ``*.codings.jsonl`` hold codings, never
articles. What can't be read becomes a ``Problem`` that names the rule, the value and the next step.
"""

from __future__ import annotations

import csv
import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from ballotwatch.limits import too_long
from ballotwatch.reading import (
    BOMB_BYTES,
    MAX_BYTES,
    MAX_CHARS,
    MAX_RATIO,
    Unreadable,
    decode,
    open_binary,
    read_bytes,
    read_html,
)

FIELDS = ("id", "text", "title", "published", "url")
REQUIRED = ("id", "text")
CODINGS = ".codings.jsonl"
# Rows that fit in memory together even where each text is as long as an unguarded file can make it.
BATCH = 16
# Deeper folders than anybody keeps articles in, and shallower than Python's stack.
MAX_DEPTH = 50
# Ids become file-like names, anchors and cells: the longest that any of these carries.
MAX_ID = 255
ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ].*)?", re.DOTALL)
CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
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


@dataclass(frozen=True)
class Problem:
    """Something that was left out: where it stands, what it is, and why with the next step."""

    source: str
    problem: str
    detail: str


def read_corpus(path: str | Path) -> Iterator[Article | Problem]:
    """Articles and problems of a folder (all folders beneath it, in order of their names) or of one file.

    Ids are unique: the second article with an id is a problem. A record whose ``published`` is no date is both an
    article without date and a problem. Raises FileNotFoundError where there is no such file or folder.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"no corpus at {path}: give a folder of articles, or a file of articles or records")
    seen: dict[str, str] = {}
    empty = True
    for item in _items(path):
        empty = False
        yield _unique(item, seen) if isinstance(item, Article) else item
    if empty:
        yield Problem(path.name, "no articles", "the corpus holds no file: add .txt, .html, .jsonl, .csv or .parquet")


def load_corpus(path: str | Path) -> tuple[list[Article], list[Problem]]:
    """All articles and all problems of a corpus that fits in memory, as ``read_corpus`` yields them."""
    items = list(read_corpus(path))
    articles = [item for item in items if isinstance(item, Article)]
    return articles, [item for item in items if isinstance(item, Problem)]


def _unique(article: Article, seen: dict[str, str]) -> Article | Problem:
    first = seen.setdefault(article.doc_id, article.source)
    if first is article.source:
        return article
    detail = f"ids are unique: {_show(article.doc_id)} was read from {first} already; rename this one"
    return Problem(article.source, "duplicate id", detail)


def _items(path: Path) -> Iterator[Article | Problem]:
    if path.is_dir():
        yield from _folder(path.resolve(), path.resolve(), "")
    elif not path.is_file():
        yield _irregular(_show_name(path.name))
    elif path.name.endswith((CODINGS, CODINGS + ".gz")):
        detail = "files named *.codings.jsonl hold codings; give the articles themselves"
        yield Problem(_show_name(path.name), "no articles", detail)
    else:
        yield from _file(path, _show_name(path.name))


def _folder(root: Path, folder: Path, prefix: str) -> Iterator[Article | Problem]:
    """All entries of a folder by name; links are followed to files inside the corpus and nowhere else."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield Problem(prefix or folder.name, "unreadable folder", f"{_reason(error)}; check its permissions")
        return
    for entry in entries:
        source = prefix + _show_name(entry.name)
        if problem := _entry_problem(entry, root, source):
            yield problem
        elif entry.is_dir(follow_symlinks=False):
            yield from _folder(root, Path(entry.path), source + "/")
        elif not entry.name.endswith((CODINGS, CODINGS + ".gz")):
            yield from _file(Path(entry.path), source)


def _entry_problem(entry: os.DirEntry, root: Path, source: str) -> Problem | None:
    """Why an entry of a folder is not even opened; a pipe or a device would make the reader wait for ever."""
    if entry.name.startswith("."):
        return Problem(source, "hidden file", "names that start with a dot are not read; rename it if it is an article")
    if entry.is_symlink():
        return _link_problem(Path(entry.path), root, source)
    if entry.is_dir() and source.count("/") >= MAX_DEPTH:
        return Problem(
            source, "folder too deep", f"folders are read {MAX_DEPTH} levels deep; move its files further up"
        )
    if not entry.is_dir() and not entry.is_file():
        return _irregular(source)
    return None


def _irregular(source: str) -> Problem:
    return Problem(source, "no regular file", "only files and folders are read, no pipe, socket or device; remove it")


def _link_problem(link: Path, root: Path, source: str) -> Problem | None:
    try:
        target = link.resolve(strict=True)
    except (OSError, RuntimeError):
        return Problem(source, "broken link", "it leads to no file or back to itself; remove it or put the file there")
    if not target.is_relative_to(root):
        return Problem(source, "link leaves the folder", "only files inside the corpus are read; copy the file into it")
    if not target.is_file():
        return Problem(source, "linked folder", "links to folders are not followed; its files are read where they lie")
    return None


def _file(path: Path, source: str) -> Iterator[Article | Problem]:
    """Articles of one file. Whatever keeps it from being read ends it with one problem."""
    base, kind, zipped = _kind(path)
    empty = True
    try:
        for item in _contents(path, source, base, kind, zipped):
            empty = False
            yield item
        if empty:
            yield Problem(source, "no records", "the file holds no record; remove it or add some")
    except Unreadable as error:
        yield Problem(source, error.problem, error.detail)


def _contents(path: Path, source: str, base: str, kind: str, zipped: bool) -> Iterator[Article | Problem]:
    if kind in (".txt", ".html", ".htm"):
        yield from _document(path, source, base, html=kind != ".txt")
    elif kind == ".parquet" and not zipped:
        yield from _parquet(path, source)
    elif kind in (".jsonl", ".csv"):
        with open_binary(path) as stream:
            yield from (_jsonl if kind == ".jsonl" else _csv)(stream, source)
    else:
        known = ".txt, .html, .jsonl, .csv, .parquet, or .gz of all but Parquet"
        yield Problem(source, "unknown file type", f"'{_show_name(path.suffix)}' is not read: give {known}")


def _kind(path: Path) -> tuple[str, str, bool]:
    """Stem, type and whether it is compressed: 'a.html.gz' is ('a', '.html', True)."""
    zipped = path.suffix.lower() == ".gz"
    inner = Path(path.stem) if zipped else Path(path.name)
    return inner.stem, inner.suffix.lower(), zipped


def _document(path: Path, source: str, doc_id: str, html: bool) -> Iterator[Article | Problem]:
    text, guessed = decode(read_bytes(path), html)
    page = read_html(text) if html else {"text": text}
    yield from _record({**page, "id": doc_id}, source)
    if guessed:
        detail = f"it is not UTF-8 and was read as {guessed}; save it as UTF-8 if letters look wrong"
        yield Problem(source, "encoding guessed", detail)


def _jsonl(stream: BinaryIO, source: str) -> Iterator[Article | Problem]:
    """One article a line; blank lines hold nothing."""
    for number, line in enumerate(_lines(stream), 1):
        place = f"{source}:{number}"
        if line is None:
            yield Problem(place, "over-long record", f"a line holds at most {MAX_BYTES:,} bytes; split it")
        elif line.strip():
            yield from _json_record(line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line, place)


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


def _csv(stream: BinaryIO, source: str) -> Iterator[Article | Problem]:
    """One article a row; bytes that are no UTF-8 spoil their own row only."""
    csv.field_size_limit(MAX_BYTES)
    lines = _CsvLines(TextIOWrapper(stream, "utf-8-sig", errors="surrogateescape", newline=""))
    rows = csv.reader(lines, strict=True)
    header = next(_csv_rows(rows, lines), [])
    if isinstance(header, csv.Error) or (missing := [name for name in REQUIRED if header.count(name) != 1]):
        yield _missing(source, missing if isinstance(header, list) else list(REQUIRED), header)
        return
    for row in _csv_rows(rows, lines):
        yield from _csv_record(row, header, f"{source}:{rows.line_num}")


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


def _csv_record(row: list[str] | csv.Error, header: list[str], place: str) -> Iterator[Article | Problem]:
    if isinstance(row, csv.Error):
        yield Problem(place, "bad CSV row", f"the row that ends here can't be parsed: {row}; check its quotation marks")
    elif len(row) != len(header):
        detail = f"a row has as many cells as the header: {len(row)} instead of {len(header)}; quote cells with commas"
        yield Problem(place, "ragged row", detail)
    else:
        yield from _record(dict(zip(header, row, strict=True)), place)


def _parquet(path: Path, source: str) -> Iterator[Article | Problem]:
    """One article a row, read a batch at a time."""
    row = 0
    try:
        with pq.ParquetFile(path) as file:
            names = file.schema_arrow.names
            if missing := [name for name in REQUIRED if names.count(name) != 1]:
                yield _missing(source, missing, names)
                return
            _guard(file, path)
            columns = [name for name in FIELDS if name in names]
            for batch in file.iter_batches(batch_size=BATCH, columns=columns):
                for record in batch.to_pylist():
                    row += 1
                    yield from _record(record, f"{source}:{row}")
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        detail = f"after row {row}: {_reason(error)}; write the file again"
        raise Unreadable("unreadable Parquet", detail) from error


def _guard(file: pq.ParquetFile, path: Path) -> None:
    """Raise Unreadable for a file that unpacks to more than any archive of articles does."""
    groups = (file.metadata.row_group(number) for number in range(file.metadata.num_row_groups))
    if sum(group.total_byte_size for group in groups) > max(BOMB_BYTES, MAX_RATIO * path.stat().st_size):
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


def _show_name(name: str) -> str:
    """A file name that can be written as UTF-8, on one line, whatever bytes it has."""
    return CONTROL.sub(lambda match: match[0].encode("unicode_escape").decode(), name)


def _reason(error: Exception) -> str:
    """What an error says, without the path of the machine."""
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error).split("\n")[0][:200]
