"""What codes: a hash over this library's code and codebooks and every installed package, equal where nothing differs."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from platform import python_version

PACKAGE = Path(__file__).parent
BLOCK = 1 << 20
# What coding reads of the package; its pages and scripts shape reports alone.
CODING = ("*.py", "coding/*.py", "codebooks/*/*")


@cache
def program_digest() -> str:
    """Hash of all that rows follow from besides the articles. Raises OSError where a file can't be read."""
    total = hashlib.sha256("\n".join(installed()).encode())
    for path in sorted(path for pattern in CODING for path in PACKAGE.glob(pattern) if path.is_file()):
        content = path.read_bytes()
        total.update(f"{path.relative_to(PACKAGE).as_posix()}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


def content_digest(path: Path) -> str:
    """Hash over a file, or over all files of a folder with their names. Raises OSError."""
    total = hashlib.sha256()
    for file in files_of(path):
        total.update(f"{file.relative_to(path)}\0{file.stat().st_size}\0".encode())
        with file.open("rb") as stream:
            while block := stream.read(BLOCK):
                total.update(block)
    return total.hexdigest()


def files_of(path: Path) -> Iterator[Path]:
    """A file itself, or all files below a folder in the order of their names, without what Python compiles."""
    if path.is_file():
        yield path
        return
    for below in sorted(path.iterdir()):
        if below.name != "__pycache__":
            yield from files_of(below)


@cache
def installed() -> list[str]:
    """Python, and name and version of each installed package, as its metadata's folder is called."""
    folders = [Path(entry) for entry in sys.path if entry and Path(entry).is_dir()]
    found = {
        path.name for folder in folders for path in folder.iterdir() if path.name.endswith((".dist-info", ".egg-info"))
    }
    return [python_version(), *sorted(found)]
