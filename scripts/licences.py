"""List the licence of everything that ballotwatch uses: locked packages, vendored files, data.

``supply/packages.csv`` holds the licence of each locked package as an SPDX expression, and how it is known.
``supply/licences.toml`` holds the licences that are allowed, each with the reason, and the files of others in this
repository. This script fills in packages that are new in the lock, from the metadata of what is installed, drops those
that are gone, and writes ``docs/licences.md``. What can't be known from the metadata stays without a licence, and a
test fails until a person has looked and written it in.

    make licences
"""

from __future__ import annotations

import csv
import re
import sys
import tomllib
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from itertools import groupby
from pathlib import Path

from lockfile import LOCK, ROOT, read_lock, runtime_names

PACKAGES = ROOT / "supply/packages.csv"
RULES = ROOT / "supply/licences.toml"
PAGE = ROOT / "docs/licences.md"
COLUMNS = ["name", "licence", "basis"]
METADATA = "metadata"
# What packages write in the field License, or choose as classifier, and what SPDX calls it. "BSD" alone is not
# enough: there the licence's text decides.
WORDS = {
    "apache 2.0": "Apache-2.0", "apache license, version 2.0": "Apache-2.0", "apache software license": "Apache-2.0",
    "apache-2.0": "Apache-2.0", "bsd-3-clause": "BSD-3-Clause", "isc license": "ISC", "isc license (iscl)": "ISC",
    "mit": "MIT", "mit license": "MIT", "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0", "mpl-2.0": "MPL-2.0",
    "mpl-2.0 and mit": "MPL-2.0 AND MIT", "psfl": "PSF-2.0", "python software foundation license": "PSF-2.0",
}  # fmt: skip


def licence_of(package: Distribution) -> str:
    """SPDX expression that the metadata of an installed package amounts to; '' where they leave it open."""
    meta = package.metadata
    if meta.get("License-Expression"):
        return meta["License-Expression"]
    classifiers = [line.rpartition(" :: ")[2] for line in meta.get_all("Classifier", []) if "License ::" in line]
    for words in (meta.get("License", ""), *classifiers):
        if words.strip().lower() in WORDS:
            return WORDS[words.strip().lower()]
    return licence_of_text(licence_text(package))


def licence_text(package: Distribution) -> str:
    """Text of the licence that the package installs, or else of its field License."""
    names = [file for file in package.files or [] if re.match(r"LICEN[CS]E|COPYING", file.name, re.IGNORECASE)]
    texts = [Path(file.locate()).read_text("utf-8") for file in names if ".dist-info" in str(file)]
    return next(iter(texts), package.metadata.get("License") or "")


def licence_of_text(text: str) -> str:
    """SPDX name of a licence of the families BSD and MIT by its words; '' for any other."""
    words = " ".join(text.split()).lower()
    if "redistribution and use in source and binary forms" in words:
        return "BSD-3-Clause" if "endorse or promote" in words else "BSD-2-Clause"
    return "MIT" if "permission is hereby granted, free of charge, to any person obtaining a copy" in words else ""


def read_rows() -> dict[str, dict[str, str]]:
    """Rows of ``packages.csv`` by name."""
    with open(PACKAGES, encoding="utf-8", newline="") as file:
        return {row["name"]: row for row in csv.DictReader(file)}


def read_rules() -> dict:
    """Allowed licences with reasons, and the files of others."""
    return tomllib.loads(RULES.read_text("utf-8"))


def allowed(expression: str, licences: set[str]) -> bool:
    """Whether a licence may be used: every part of an AND, and one part at least of an OR."""
    known = licences | {"allowed"}
    while inner := re.search(r"\(([^()]*)\)", expression):
        expression = expression.replace(inner[0], "allowed" if allowed(inner[1], known) else "refused")
    return any(all(part in known for part in choice.split(" AND ")) for choice in expression.split(" OR "))


def fill_rows(rows: dict[str, dict[str, str]], names: list[str]) -> list[dict[str, str]]:
    """A row for each locked name: the one that is there, or a new one from the metadata."""
    return [rows.get(name) or new_row(name) for name in dict.fromkeys(names)]


def new_row(name: str) -> dict[str, str]:
    """Row of a package that the list lacks; the licence is '' where nobody can tell without looking."""
    try:
        return {"name": name, "licence": licence_of(distribution(name)), "basis": METADATA}
    except PackageNotFoundError:
        return {"name": name, "licence": "", "basis": "not installed here"}


def page(rows: dict[str, dict[str, str]], rules: dict) -> str:
    """The page ``docs/licences.md``."""
    packages = read_lock(LOCK.read_text("utf-8"))
    runtime = runtime_names(packages)
    parts = [INTRODUCTION, allowed_table(rules), "## Files of others in this repository\n"]
    parts += [
        files_table(rules["files"]),
        notes({e["name"]: e["note"] for e in rules["files"] if "note" in e}),
        "## Packages that a user needs\n",
    ]
    names = {package.name for package in packages}
    parts += [packages_table(rows, names & runtime), "## Packages for developing and testing\n"]
    parts += [packages_table(rows, names - runtime)]
    parts += [notes(rules["notes"]), "## Licences that the metadata do not tell\n", basis_table(rows)]
    return "\n".join(parts)


INTRODUCTION = """# Licences

ballotwatch is under the MIT licence. It uses the packages and files listed here, each under the licence named, as SPDX
writes it. `make licences` writes this page from `supply/` and `requirements.lock`; `tests/test_licences.py` checks that
it is current, that every package of the lock and every file of others is on it, and that no licence is outside the list.

## Licences that are allowed
"""


def allowed_table(rules: dict) -> str:
    """Table of the allowed licences with their reasons."""
    limits = {name: f"{', '.join(packages)} alone: " for name, packages in rules["only"].items()}
    return table(["licence", "why"], [[f"`{k}`", limits.get(k, "") + why] for k, why in rules["allowed"].items()])


def files_table(entries: list[dict]) -> str:
    """Table of the files of others, or made from data of others."""
    cells = [[e["name"], f"`{e['licence']}`", e["source"], "`" + "` `".join(e["files"]) + "`"] for e in entries]
    return table(["what", "licence", "from", "files"], cells)


def notes(told: dict[str, str]) -> str:
    """What is to be known beyond the name of a licence, by file or package."""
    return "".join(f"- **{name}**: {note}\n" for name, note in told.items())


def packages_table(rows: dict[str, dict[str, str]], names: set[str]) -> str:
    """Table of packages grouped by licence."""
    ordered = sorted((rows[name]["licence"], name) for name in names)
    groups = [(licence, [name for _, name in group]) for licence, group in groupby(ordered, key=lambda pair: pair[0])]
    return table(["licence", "packages"], [[f"`{licence}`", ", ".join(members)] for licence, members in groups])


def basis_table(rows: dict[str, dict[str, str]]) -> str:
    """Table of the packages whose licence a person looked up, with where."""
    told = [row for row in rows.values() if row["basis"] != METADATA]
    return table(["package", "licence", "known from"], [[r["name"], f"`{r['licence']}`", r["basis"]] for r in told])


def table(heading: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown."""
    lines = [heading, ["---"] * len(heading), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def main() -> int:
    """Write the list and the page; 1 if a licence is missing."""
    rows = fill_rows(read_rows(), [package.name for package in read_lock(LOCK.read_text("utf-8"))])
    with open(PACKAGES, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    PAGE.write_text(page({row["name"]: row for row in rows}, read_rules()), "utf-8")
    missing = [row["name"] for row in rows if not row["licence"]]
    if missing:
        print(
            f"Licences: none known of {', '.join(missing)}; look them up, fill them in in {PACKAGES}", file=sys.stderr
        )
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
