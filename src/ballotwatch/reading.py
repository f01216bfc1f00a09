"""Bytes of a file to text: capped, decompressed, decoded, and the main text taken out of an HTML page."""

from __future__ import annotations

import gzip
import re
import zlib
from io import BufferedReader, RawIOBase
from typing import BinaryIO

# What reads pages and guesses code pages takes a second to import: only corpora with such files load it.

# spaCy's parser takes at most a million characters; the longest news article has some hundred thousand.
MAX_CHARS = 1_000_000
# A page may be mostly mark-up, and a character takes up to four bytes.
MAX_BYTES = 8_000_000
# English text shrinks to a third or a quarter; beyond this ratio and size it is a bomb, not an archive of articles.
MAX_RATIO = 100
BOMB_BYTES = 64_000_000
# Bytes that are read at once.
BLOCK = 1 << 16
BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
# English and its neighbours, unless most letters lie outside ASCII: then Cyrillic. Others are bailed out of.
WESTERN, CYRILLIC = "cp1252", ["cp1251", "koi8_u"]
# The main text of a page takes the square of its elements to find: a news page has some thousand tags.
MAX_TAGS = 40_000
META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)
BINARY = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"PK\x03\x04", b"\x1f\x8b", b"\x7fELF", b"PAR1", b"{\\rtf")
# A fixed end, so that the same page is dated alike on every day; the parser's own default is today.
PAGE_DATE = {
    "extensive_search": False,
    "original_date": True,
    "max_date": "2100-01-01",
    "outputformat": "%Y-%m-%d",
}


class Unreadable(Exception):
    """A file or the rest of it can't be read: ``problem`` in two words, ``detail`` with rule, value and next step."""

    def __init__(self, problem: str, detail: str) -> None:
        super().__init__(problem, detail)
        self.problem, self.detail = problem, detail


class _Guarded(RawIOBase):
    """A file's bytes, decompressed where it is gzip; raises Unreadable for a bomb, a damaged archive or an I/O error."""

    def __init__(self, file: BinaryIO, zipped: bool, size: int) -> None:
        self._raw, self._file = file, gzip.GzipFile(fileobj=file) if zipped else file
        self._limit = max(BOMB_BYTES, MAX_RATIO * size) if zipped else None
        self._count = 0

    def readable(self) -> bool:
        """Always: the stream is for reading."""
        return True

    def readinto(self, buffer: memoryview) -> int:
        """Fill the buffer; the number of bytes, 0 at the end."""
        try:
            data = self._file.read(len(buffer))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise Unreadable("damaged gzip", f"it breaks off or is no gzip: {error}; compress it again") from error
        except OSError as error:
            raise io_error(error) from error
        self._count += len(data)
        if self._limit and self._count > self._limit:
            detail = f"it unpacks to more than {MAX_RATIO} times its size and {BOMB_BYTES:,} bytes; unpack it yourself"
            raise Unreadable("gzip bomb", detail)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the file beneath as well."""
        self._file.close()
        self._raw.close()
        super().close()


def guarded(file: BinaryIO, zipped: bool, size: int) -> BinaryIO:
    """A buffered stream of the bytes of a file of `size` bytes, decompressed where it is `zipped`.

    Reading raises Unreadable for a bomb, a damaged archive or an I/O error.
    """
    return BufferedReader(_Guarded(file, zipped, size), BLOCK)


def read_bytes(stream: BinaryIO) -> bytes:
    """All bytes of a file that holds one article. Raises Unreadable where it is longer than any article."""
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise Unreadable("over-long file", f"a file of one article has at most {MAX_BYTES:,} bytes; split it")
    return data


def io_error(error: OSError) -> Unreadable:
    """The problem that a failed read is."""
    return Unreadable(
        "unreadable file", f"{error.strerror or type(error).__name__}; check the file and its permissions"
    )


def decode(data: bytes, html: bool = False) -> tuple[str, str | None]:
    """The text of a file's bytes and the code page it was guessed to be in (None for Unicode or a declared one).

    Unicode by its byte order mark, which is dropped, UTF-8 without one, then for a page what it declares, and last a
    careful guess. Raises Unreadable for a binary file, or where UTF-8 is mixed with something else.
    """
    if data.startswith(BINARY):
        raise Unreadable("binary", f"it starts with {data[:4]!r}, which no text does; save the article as plain text")
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return _strict(data.removeprefix(mark), encoding), None
    if b"\0" in data:
        detail = f"byte {data.index(0)} is NUL, which no text holds; save the article as plain text in UTF-8"
        raise Unreadable("binary", detail)
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        return _declared(data) if html and META_CHARSET.search(data, 0, 4096) else _guess(data, error)


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        detail = f"it claims to be {encoding} but is not: {str(error)[:120]}; save it as UTF-8"
        raise Unreadable("undecodable text", detail) from error


def _declared(data: bytes) -> tuple[str, None]:
    return _strict(data, META_CHARSET.search(data, 0, 4096)[1].decode("ascii")), None


def _guess(data: bytes, error: UnicodeDecodeError) -> tuple[str, str]:
    mixed = any("\x80" <= char < "\ud800" or char > "\udfff" for char in data.decode("utf-8", "surrogateescape"))
    encoding = None if mixed else _code_page(data)
    if encoding is None:
        why = "UTF-8 is mixed with another encoding" if mixed else "it is in no encoding that is known here"
        raise Unreadable("undecodable text", f"byte {error.start} is no UTF-8, and {why}; save it as UTF-8")
    return _strict(data, encoding), encoding


def _code_page(data: bytes) -> str | None:
    high = sum(byte > 0x7F for byte in data)
    if high <= sum(chr(byte).isalpha() for byte in data if byte < 0x80):
        return WESTERN
    from charset_normalizer import from_bytes

    best = from_bytes(data, cp_isolation=CYRILLIC).best()
    return best.encoding if best else None


def read_html(html: str) -> dict[str, str | None]:
    """Main text, title, address and day of publication ('published', ISO) that a page's mark-up gives.

    Nothing is fetched: the page is parsed before any library that takes addresses too sees it.
    Raises Unreadable where there is no main text.
    """
    if (tags := html.count("<")) > MAX_TAGS:
        raise Unreadable(
            "over-long page", f"a page has at most {MAX_TAGS:,} tags, this has {tags:,}; save its text as .txt"
        )
    try:
        import trafilatura

        tree = trafilatura.load_html(html)
        page = None if tree is None else _extract(tree)
    except Exception as error:  # The parsers raise whatever hostile mark-up makes them raise.
        raise Unreadable("unreadable HTML", f"it can't be parsed ({type(error).__name__}); save it as text") from error
    if page is None or not page.text:
        raise Unreadable("no main text", "no article is found in the page; save its text as .txt")
    return {"text": page.text, "title": page.title, "published": page.date, "url": page.url}


def _extract(tree: object) -> object:
    import trafilatura

    return trafilatura.bare_extraction(
        tree, with_metadata=True, include_comments=False, date_extraction_params=dict(PAGE_DATE)
    )
