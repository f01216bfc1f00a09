"""Bad inputs, each with what must come of it: a corpus written to a folder, the rows in it, and the rows out."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

# Problems that tell something about a row in `documents`; all others stand in its place.
REMARKS = frozenset(["encoding guessed", "bad date", "not coded", "ballot not linked"])
NEWS = "Kyiv rejects the count\n\nUkraine condemned the sham referendum in Kherson on 28 September 2022, and said so.\n"
PAGE = f"<html><head><title>Count</title></head><body><article><p>{NEWS}</p><p>{NEWS * 3}</p>%s</article></body></html>"
GERMAN = (
    "Das Ministerium erklärte am Montag, dass es die Ergebnisse der Wahl in dem Gebiet nicht anerkennen werde. " * 4
)
RUSSIAN = "Министерство заявило, что не признаёт итоги так называемого голосования в Херсонской области. " * 4
HEBREW = "משרד החוץ הודיע כי לא יכיר בתוצאות משאל העם שנערך בשטחים הכבושים. " * 4
CHINESE = "外交部发言人表示,不承认所谓公投的结果。" * 40


class Case(NamedTuple):
    """A bad input.

    name: what is bad about it. files: content of each file by its path, or a function that writes what is no plain
    file. rows: how many rows go in. documents: how many come out as documents. problems: the names of the others,
    and of remarks on documents.
    """

    name: str
    files: dict[str, str | bytes | Callable[[Path], object]]
    rows: int
    documents: int
    problems: tuple[str, ...] = ()

    def write(self, folder: Path) -> Path:
        """Write the corpus; the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if callable(content):
                content(path)
            else:
                path.write_bytes(content.encode() if isinstance(content, str) else content)
        return folder


def text(name: str, content: str | bytes, *problems: str, documents: int = 0) -> Case:
    """A case of one text file."""
    return Case(name, {"a.txt": content}, 1, documents, problems)


def coded(name: str, content: str | bytes, *remarks: str) -> Case:
    """A case of one text file that becomes a document."""
    return text(name, content, *remarks, documents=1)


def record(**fields: object) -> str:
    """A line of JSON."""
    return json.dumps({"id": "a", "text": NEWS, **fields}) + "\n"


def parquet(rows: list[dict], kept: int | None = None) -> Callable[[Path], object]:
    """A function that writes a Parquet file, cut to its first bytes where ``kept`` says so."""

    def write(path: Path) -> None:
        pq.write_table(pa.Table.from_pylist(rows), path, compression="zstd")
        path.write_bytes(path.read_bytes()[:kept])

    return write


def huge_line(path: Path) -> None:
    """A line of 100 MB, in pieces: the test must not need the memory that the reader may not."""
    with path.open("wb") as file:
        file.write(b'id,text\na,"' if path.suffix == ".csv" else b'{"id": "a", "text": "' * (path.suffix == ".jsonl"))
        for _ in range(100):
            file.write(b"no, " * 250_000)


def gzip_bomb(path: Path) -> None:
    """A gigabyte of spaces in a megabyte: cut short by the reader long before."""
    with gzip.open(path, "wb", 1) as file:
        for _ in range(100):
            file.write(b" " * 1_000_000)


def link(target: str) -> Callable[[Path], object]:
    """A function that makes a symbolic link."""
    return lambda path: path.symlink_to(target)


def folder_loop(path: Path) -> None:
    """A folder with links to itself and to the folder above."""
    path.mkdir()
    (path / "self").symlink_to(path)
    (path / "up").symlink_to(path.parent)


ENCODINGS = [
    coded("byte order mark", b"\xef\xbb\xbf" + NEWS.encode()),
    coded("UTF-16 with its mark", NEWS.encode("utf-16")),
    text("UTF-16 without its mark", NEWS.encode("utf-16-le"), "binary"),
    text("UTF-32 with its mark", NEWS.encode("utf-32"), "binary"),
    coded("Windows-1252", NEWS.replace("Count", "“Count”").replace("so.", "so – twice.").encode("cp1252"), "encoding guessed"),
    coded("Windows-1251, Russian", RUSSIAN.encode("cp1251"), "encoding guessed", "not coded"),
    text("UTF-8 mixed with Windows-1251", NEWS.encode() + "Ещё – ".encode() + RUSSIAN.encode("cp1251"), "undecodable text"),
    coded("surrogates in UTF-8", NEWS.encode() + b" \xed\xa0\xbd no", "encoding guessed"),
    text("UTF-16 mark, odd number of bytes", b"\xff\xfe" + b"a" * 7, "undecodable text"),
    coded("UTF-8 cut within a letter", NEWS.encode() + b"\xe2\x80", "encoding guessed"),
]  # fmt: skip
CHARACTERS = [
    text("empty", "", "empty text"),
    text("nothing but white space", " \r\n\t\u00a0\u200b\ufeff", "empty text"),
    text("NUL", NEWS + "\0", "binary"),
    text("random bytes", bytes(range(256)) * 8, "binary"),
    text("a PNG named .txt", b"\x89PNG\r\n\x1a\n" + os.urandom(64), "binary"),
    coded("CRLF", NEWS.replace("\n", "\r\n")),
    coded("CR alone", NEWS.replace("\n", "\r")),
    coded("combining marks", NEWS + "Me\u0301dve\u0301d" + "\u0301" * 400 + " said no.\n"),
    coded("right-to-left overrides", NEWS.replace("sham", "\u202esham\u202c") + "\u2067no\u2069\n"),
    coded("right-to-left words among others", NEWS + HEBREW[:70] + "\n"),
    coded("zero-width characters", NEWS.replace("e", "e\u200b\u200d\ufeff")),
    coded("control characters", NEWS + "".join(map(chr, [*range(1, 32), *range(127, 160)]))),
    coded("noncharacters and private use", NEWS + "\ufffe\uffff\U0010ffff\ue000\ufffd"),
    coded("emoji", NEWS + "🇺🇦👩‍👩‍👧 said no. " * 40),
    coded("one letter", "a", "not coded"),
    coded("one sign", "”", "not coded"),
    coded("German", GERMAN, "not coded"),
    coded("Russian", RUSSIAN, "not coded"),
    coded("Hebrew", HEBREW, "not coded"),
    coded("Chinese", CHINESE, "not coded"),
]
LENGTHS = [
    text("a million quotation marks", NEWS + '"' * 900_000, "over-long run"),
    text("a million marks with spaces", NEWS + "“ " * 450_000, "over-long run"),
    text("a million spaces", NEWS + " " * 900_000 + ".", "over-long run"),
    text("a million line ends", NEWS + "\n" * 900_000 + ".", "over-long run"),
    text("one word of a million letters", NEWS + "a" * 900_000, "over-long run"),
    text("a-a-a-", NEWS + "a-" * 450_000, "over-long run"),
    text("one sentence of 50,000 words", NEWS + "word " * 50_000, "over-long run"),
    text("over a million characters", NEWS * 10_000, "over-long text"),
    Case("100 MB in one line, text", {"a.txt": huge_line}, 1, 0, ("over-long file",)),
    Case("100 MB in one line, JSON", {"a.jsonl": huge_line}, 1, 0, ("over-long record",)),
    Case("100 MB in one line, CSV", {"a.csv": huge_line}, 1, 0, ("over-long record",)),
]
PAGES = [
    Case("deeply nested HTML", {"a.html": PAGE % ("<div>" * 30_000)}, 1, 1),
    Case("more tags than a page has", {"a.html": PAGE % ("<b>" * 50_000)}, 1, 0, ("over-long page",)),
    Case("HTML that never closes anything", {"a.html": PAGE.replace("</", "<") % "<p <a <b"}, 1, 0, ("no main text",)),
    Case("HTML without text", {"a.html": "<html><body><script>alert(1)</script></body></html>"}, 1, 0, ("no main text",)),
    Case("HTML that is a picture", {"a.html": b"GIF89a" + bytes(64)}, 1, 0, ("binary",)),
    Case("HTML in an encoding that there is not", {"a.html": b'<meta charset="utf-9">\xff' + PAGE.encode()}, 1, 0, ("undecodable text",)),
    Case("an address in place of a page", {"a.html": "http://127.0.0.1:9/"}, 1, 0, ("no main text",)),
    Case("entities that grow", {"a.html": '<!DOCTYPE x [<!ENTITY a "no"><!ENTITY b "&a;&a;">]>' + PAGE % "&b;"}, 1, 0, ("no main text",)),
]  # fmt: skip
ARCHIVES = [
    Case("truncated gzip", {"a.txt.gz": gzip.compress(NEWS.encode())[:-9]}, 1, 0, ("damaged gzip",)),
    Case("no gzip at all", {"a.txt.gz": NEWS}, 1, 0, ("damaged gzip",)),
    Case("gzip with a tail of junk", {"a.txt.gz": gzip.compress(NEWS.encode()) + b"junk"}, 1, 0, ("damaged gzip",)),
    Case("gzip in gzip", {"a.txt.gz": gzip.compress(gzip.compress(NEWS.encode()))}, 1, 0, ("binary",)),
    Case("gzip bomb, text", {"a.txt.gz": gzip_bomb}, 1, 0, ("over-long file",)),
    # The line, and the rest of the file, which is not unpacked.
    Case("gzip bomb, JSON", {"a.jsonl.gz": gzip_bomb}, 2, 0, ("gzip bomb", "over-long record")),
    Case("gzip bomb, page", {"a.html.gz": gzip_bomb}, 1, 0, ("over-long file",)),
    Case("gzip bomb, CSV", {"a.csv.gz": gzip_bomb}, 1, 0, ("over-long record",)),
    Case("truncated Parquet", {"a.parquet": parquet([{"id": "a", "text": NEWS}], -9)}, 1, 0, ("unreadable Parquet",)),
    Case("empty Parquet", {"a.parquet": b""}, 1, 0, ("unreadable Parquet",)),
    Case("Parquet without its columns", {"a.parquet": parquet([{"doc": "a"}])}, 1, 0, ("missing column",)),
    Case("Parquet of other types", {"a.parquet": parquet([{"id": 7, "text": {"no": 1}}])}, 1, 0, ("no text",)),
    Case("Parquet of bytes", {"a.parquet": parquet([{"id": "a", "text": b"\xff"}])}, 1, 0, ("no text",)),
    Case("Parquet bomb", {"a.parquet": parquet([{"id": "a", "text": " " * 80_000_000}])}, 1, 0, ("Parquet bomb",)),
    Case("a type that is not read", {"a.docx": NEWS}, 1, 0, ("unknown file type",)),
]
RECORDS = [
    Case("lone surrogates in JSON", {"a.jsonl": '{"id": "a", "text": "\\ud83d no"}\n' + record(id="b")}, 2, 1, ("bad JSON",)),
    Case("surrogate pairs in JSON", {"a.jsonl": record(text=NEWS + "😀")}, 1, 1),
    Case("NUL in JSON", {"a.jsonl": record(text=NEWS + "\0")}, 1, 0, ("binary",)),
    Case("JSON nested 100,000 deep", {"a.jsonl": "[" * 100_000 + "\n" + record()}, 2, 1, ("bad JSON",)),
    Case("JSON that is an array of records", {"a.jsonl": f"[{record()}]".replace("\n", "") + "\n"}, 1, 0, ("bad JSON",)),
    Case("lines in Windows-1251", {"a.jsonl": '{"id": "b", "text": "Нет"}\n'.encode("cp1251") + record().encode()}, 2, 1, ("bad JSON",)),
    Case("blank lines", {"a.jsonl": "\n\n \n" + record() + "\n"}, 1, 1),
    Case("dates that are none", {"a.jsonl": record(published="yesterday")}, 1, 1, ("bad date",)),
    Case("dates beyond the calendar", {"a.jsonl": record(published="0001-01-01") + record(id="b", published="9999-12-31")}, 2, 2, ("ballot not linked",)),
    Case("duplicate ids", {"a.jsonl": record() * 3}, 3, 1, ("duplicate id",) * 2),
    Case("one id in two files", {"a.jsonl": record(), "b/a.txt": NEWS}, 2, 1, ("duplicate id",)),
    Case("ids with slashes", {"a.jsonl": record(id="../../etc/passwd") + record(id="a\\b") + record(id="C:")}, 3, 3),
    Case("ids with control characters", {"a.jsonl": record(id="a\nb") + record(id="\x1b[31m")}, 2, 0, ("bad id",) * 2),
    Case("ids that are too long", {"a.jsonl": record(id="a" * 256) + record(id="b" * 255)}, 2, 1, ("bad id",)),
    Case("ids that are none", {"a.jsonl": record(id=None) + record(id="") + record(id=1.5) + record(id=1)}, 4, 1, ("bad id",) * 3),
    Case("titles and addresses that are none", {"a.jsonl": record(title={"a": 1}, url=[1])}, 1, 1),
    Case("ragged rows", {"a.csv": "id,text\na,The ministry said no.\nb\nc,No.,no\nd,The ministry said no.\n"}, 4, 2, ("ragged row",) * 2),
    Case("a mark that never closes", {"a.csv": 'id,text\na,The ministry said no.\nb,"The ministry said no.\n'}, 2, 1, ("bad CSV row",)),
    Case("a mark in the wrong place", {"a.csv": 'id,text\na,"The ministry said no."x\nb,The ministry said no.\n'}, 2, 1, ("bad CSV row",)),
    Case("NUL in CSV", {"a.csv": "id,text\na,N\0\nb,The ministry said no.\n"}, 2, 1, ("binary",)),
    Case("bytes in CSV that are no UTF-8", {"a.csv": b"id,text\na,\xcd\xe5\xf2\nb,The ministry said no.\n"}, 2, 1, ("undecodable text",)),
    Case("CSV in UTF-16", {"a.csv": "id,text\na,No.\n".encode("utf-16")}, 1, 0, ("missing column",)),
    Case("CSV with semicolons", {"a.csv": "id;text\na;No.\n"}, 1, 0, ("missing column",)),
    Case("files without records", {"a.csv": "id,text\n", "b.jsonl": "\n"}, 2, 0, ("no records",) * 2),
    Case("codings among the articles", {"a.codings.jsonl": record(), "b.txt": NEWS}, 1, 1),
]  # fmt: skip
FOLDERS = [
    Case("an empty folder", {}, 1, 0, ("no articles",)),
    Case("links that leave the folder", {"a.txt": NEWS, "b.txt": link("/etc/hostname"), "c": link("/etc")}, 3, 1, ("link leaves the folder",) * 2),
    Case("folders that loop", {"a": folder_loop, "b.txt": NEWS}, 3, 1, ("linked folder",) * 2),
    Case("links to nothing and to themselves", {"a.txt": link("none"), "b.txt": link("b.txt")}, 2, 0, ("broken link",) * 2),
    Case("folders 60 deep", {"a/" * 60 + "a.txt": NEWS}, 1, 0, ("folder too deep",)),
    Case("a pipe", {"a.txt": os.mkfifo}, 1, 0, ("no regular file",)),
    Case("a folder named like an article", {"a.txt/b.txt": NEWS}, 1, 1),
    Case("hidden files", {".a.txt": NEWS, "b.txt": NEWS}, 2, 1, ("hidden file",)),
    Case("names with control characters", {"a\nb.txt": NEWS}, 1, 0, ("bad id",)),
    Case("names that are no UTF-8", {os.fsdecode(b"a\xff.txt"): NEWS}, 1, 0, ("bad id",)),
    Case("names that are programs", {"$(touch pwned); `touch pwned` #.txt": NEWS}, 1, 1),
    Case("names that are mark-up", {"<img src=x onerror=alert(1)>.txt": NEWS}, 1, 1),
]  # fmt: skip
CASES = {
    "Encodings": ENCODINGS,
    "Characters and languages": CHARACTERS,
    "Lengths": LENGTHS,
    "Pages": PAGES,
    "Archives": ARCHIVES,
    "Records": RECORDS,
    "Files and folders": FOLDERS,
}
