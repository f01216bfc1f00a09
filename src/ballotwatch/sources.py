"""Where articles lie: the files of a corpus, in a folder or as one file, on this machine or at an fsspec address.

A corpus on this machine is walked with care: links are followed to files inside it and nowhere else, pipes and devices
are not opened. An address ("s3://bucket/news", "memory://news") is listed by fsspec's file system for its protocol.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from ballotwatch.addresses import is_address, open_place
from ballotwatch.reading import BLOCK, guarded, io_error

CODINGS = ".codings.jsonl"
# Deeper folders than anybody keeps articles in, and shallower than Python's stack.
MAX_DEPTH = 50
CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Problem:
    """Something that was left out: where it stands, what it is, and why with the next step."""

    source: str
    problem: str
    detail: str


@dataclass(frozen=True)
class Source:
    """A file of a corpus.

    Attributes:
        name: the file relative to the corpus, as messages and tables show it.
        path: where it is: a path of this machine, or of `system`.
        system: the fsspec file system that holds it; None for this machine's own files.
    """

    name: str
    path: str
    system: Any = None

    @property
    def stem(self) -> str:
        """The file's name without its types: 'a.html.gz' is 'a'."""
        inner = PurePosixPath(self.path).stem if self.zipped else PurePosixPath(self.path).name
        return PurePosixPath(inner).stem

    @property
    def kind(self) -> str:
        """The file's type in lower case, '.gz' taken off: 'a.html.gz' is '.html'."""
        inner = PurePosixPath(self.path).stem if self.zipped else self.path
        return PurePosixPath(inner).suffix.lower()

    @property
    def zipped(self) -> bool:
        """Whether it is gzip by its name."""
        return self.path.lower().endswith(".gz")

    def size(self) -> int:
        """Bytes of the file as it lies there. Raises OSError."""
        return os.stat(self.path).st_size if self.system is None else int(self.system.size(self.path) or 0)

    def raw(self) -> BinaryIO:
        """The file's bytes as they lie there. Raises OSError."""
        return open(self.path, "rb") if self.system is None else self.system.open(self.path, "rb")

    def open(self) -> BinaryIO:
        """The file's bytes, decompressed. Raises Unreadable, now or while they are read."""
        try:
            return guarded(self.raw(), self.zipped, self.size())
        except OSError as error:
            raise io_error(error) from error

    def fingerprint(self) -> str:
        """What is another where the content is: a hash of it, or what the file system says of its state."""
        if self.system is not None:
            return str(self.system.checksum(self.path))
        digest = hashlib.sha256()
        try:
            with self.raw() as file:
                while block := file.read(BLOCK):
                    digest.update(block)
        except OSError as error:
            return f"{type(error).__name__} {error.errno}"
        return digest.hexdigest()


def find_sources(corpus: str | Path) -> Iterator[Source | Problem]:
    """The files of a corpus in order of their names, folder by folder, and a problem for each entry that is not read.

    Raises FileNotFoundError where there is no such file or folder.
    """
    found = _remote(str(corpus)) if is_address(corpus) else _local(Path(corpus))
    empty = True
    for item in found:
        empty = False
        yield item
    if empty:
        name = show_name(PurePosixPath(str(corpus)).name)
        yield Problem(name, "no articles", "the corpus holds no file: add .txt, .html, .jsonl, .csv or .parquet")


def missing(corpus: str | Path) -> FileNotFoundError:
    """The error for a corpus that is not there."""
    return FileNotFoundError(f"no corpus at {corpus}: give a folder of articles, or a file of articles or records")


def show_name(name: str) -> str:
    """A file name that can be written as UTF-8, on one line, whatever bytes it has."""
    return CONTROL.sub(lambda match: match[0].encode("unicode_escape").decode(), name)


def _remote(address: str) -> Iterator[Source | Problem]:
    system, root = open_place(address)
    if not system.exists(root):
        raise missing(address)
    if system.isfile(root):
        yield _file(PurePosixPath(root).name, root, system)
        return
    for path in sorted(system.find(root)):
        name = str(PurePosixPath(path).relative_to(root))
        if any(part.startswith(".") for part in PurePosixPath(name).parts):
            yield _hidden(show_name(name))
        elif not is_codings(path):
            yield Source(show_name(name), path, system)


def _local(path: Path) -> Iterator[Source | Problem]:
    if not path.exists():
        raise missing(path)
    if path.is_dir():
        yield from _folder(path.resolve(), path.resolve(), "")
    elif not path.is_file():
        yield _irregular(show_name(path.name))
    else:
        yield _file(path.name, str(path), None)


def _file(name: str, path: str, system: Any) -> Source | Problem:
    """The one file that a corpus is."""
    if is_codings(path):
        detail = "files named *.codings.jsonl hold codings; give the articles themselves"
        return Problem(show_name(name), "no articles", detail)
    return Source(show_name(name), path, system)


def is_codings(name: str) -> bool:
    """Whether a file holds codings by its name, and so no articles."""
    return name.endswith((CODINGS, CODINGS + ".gz"))


def _folder(root: Path, folder: Path, prefix: str) -> Iterator[Source | Problem]:
    """All entries of a folder by name; links are followed to files inside the corpus and nowhere else."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        detail = f"{error.strerror or type(error).__name__}; check its permissions"
        yield Problem(prefix or folder.name, "unreadable folder", detail)
        return
    for entry in entries:
        source = prefix + show_name(entry.name)
        if problem := _entry_problem(entry, root, source):
            yield problem
        elif entry.is_dir(follow_symlinks=False):
            yield from _folder(root, Path(entry.path), source + "/")
        elif not is_codings(entry.name):
            yield Source(source, entry.path)


def _entry_problem(entry: os.DirEntry, root: Path, source: str) -> Problem | None:
    """Why an entry of a folder is not even opened; a pipe or a device would make the reader wait for ever."""
    if entry.name.startswith("."):
        return _hidden(source)
    if entry.is_symlink():
        return _link_problem(Path(entry.path), root, source)
    if entry.is_dir() and source.count("/") >= MAX_DEPTH:
        return Problem(
            source, "folder too deep", f"folders are read {MAX_DEPTH} levels deep; move its files further up"
        )
    if not entry.is_dir() and not entry.is_file():
        return _irregular(source)
    return None


def _hidden(source: str) -> Problem:
    return Problem(source, "hidden file", "names that start with a dot are not read; rename it if it is an article")


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
