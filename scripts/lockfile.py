"""Read ``requirements.lock``: the packages that it names, for which systems, and what needs them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
BLOCK = re.compile(r"^([\w.-]+)(?:\[.*?\])?==(\S+)(?: ; (.*?))? \\$(.*?)(?=^[\w.-]|\Z)", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"^ +# +(?:via +)?([a-z][\w.-]*)", re.MULTILINE)


@dataclass(frozen=True)
class Locked:
    """A package of the lock: name, version, the systems it is for ('' for all) and the packages that need it."""

    name: str
    version: str
    marker: str
    needed_by: tuple[str, ...]

    @property
    def purl(self) -> str:
        """Package URL, as advisories and bills of materials name it."""
        return f"pkg:pypi/{self.name}@{self.version}"


def read_lock(text: str) -> list[Locked]:
    """Packages in the lock's order; one that is locked for two systems in two versions comes twice."""
    return [
        Locked(name, version, marker, tuple(found for found in COMMENT.findall(rest) if found != "via"))
        for name, version, marker, rest in BLOCK.findall(text)
    ]


def runtime_names(packages: list[Locked]) -> set[str]:
    """Names of the packages that a user needs; the others serve only those who develop and test."""
    names = {re.match(r"[\w.-]+", line)[0] for line in PROJECT["dependencies"]}
    while more := {p.name for p in packages if names & set(p.needed_by)} - names:
        names |= more
    return names
