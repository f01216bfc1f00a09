"""Write a bill of materials of what ballotwatch is made of, as CycloneDX 1.6 JSON.

It holds every package of ``requirements.lock`` with its licence, what needs it and whether a user needs it, and every
file of others in this repository with its hash. It has neither a time nor a serial number, so the same commit gives
the same bytes. ``tests/test_sbom.py`` validates it against the schema of CycloneDX.

    python scripts/sbom.py build/sbom.json
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from licences import read_rows, read_rules
from lockfile import LOCK, PROJECT, ROOT, Locked, read_lock, runtime_names

OWN = f"pkg:pypi/{PROJECT['name']}@{PROJECT['version']}"
ROOT_COMMENT = "ballotwatch"


def bill() -> dict:
    """The bill of materials."""
    packages = read_lock(LOCK.read_text("utf-8"))
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": own_component()},
        "components": [*package_components(packages), *map(file_component, read_rules()["files"])],
        "dependencies": dependencies(packages, read_rules()["files"]),
    }


def own_component() -> dict:
    """ballotwatch itself."""
    component = {"type": "application", "bom-ref": OWN, "name": PROJECT["name"], "version": PROJECT["version"]}
    return component | {"purl": OWN, "licenses": licences(PROJECT["license"]), "description": PROJECT["description"]}


def package_components(packages: list[Locked]) -> list[dict]:
    """A component for each locked package; one that no user needs is ``excluded`` from the scope."""
    rows, runtime = read_rows(), runtime_names(packages)
    return [
        {
            "type": "library",
            "bom-ref": package.purl,
            "name": package.name,
            "version": package.version,
            "scope": "required" if package.name in runtime else "excluded",
            "licenses": licences(rows[package.name]["licence"]),
            "purl": package.purl,
        }
        | ({"properties": [{"name": "python:marker", "value": package.marker}]} if package.marker else {})
        for package in packages
    ]


def file_component(entry: dict) -> dict:
    """A component for files of others, with the files and their hashes within it."""
    files = sorted({path for pattern in entry["files"] for path in ROOT.glob(pattern)})
    component = {"type": entry["type"], "bom-ref": reference(entry), "name": entry["name"]}
    component["licenses"] = licences(entry["licence"])
    known = {key: entry[key] for key in ("version", "purl") if key in entry}
    known["scope"] = "required" if files[0].is_relative_to(ROOT / "src") else "excluded"
    return component | known | {"components": [hashed_file(path) for path in files]}


def reference(entry: dict) -> str:
    """What the bill calls files of others."""
    return entry.get("purl", f"files:{entry['name']}")


def hashed_file(path: Path) -> dict:
    """A file with its SHA-256."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {
        "type": "file",
        "name": path.relative_to(ROOT).as_posix(),
        "hashes": [{"alg": "SHA-256", "content": digest}],
    }


def licences(expression: str) -> list[dict]:
    """A licence as CycloneDX wants it: an id, an expression, or a name that SPDX does not know."""
    if expression.startswith("LicenseRef-"):
        return [{"license": {"name": expression.removeprefix("LicenseRef-").replace("-", " ")}}]
    return [{"expression": expression} if " " in expression else {"license": {"id": expression}}]


def dependencies(packages: list[Locked], files: list[dict]) -> list[dict]:
    """What needs what: packages after the lock's own notes, files of others by ballotwatch itself."""
    needs = {ROOT_COMMENT: [OWN]}
    for package in packages:
        needs.setdefault(package.name, []).append(package.purl)
    edges = {purl: set() for purls in needs.values() for purl in purls}
    edges[OWN] = {reference(entry) for entry in files}
    for package in packages:
        for name in package.needed_by:
            for purl in needs[name]:
                edges[purl].add(package.purl)
    return [{"ref": purl, "dependsOn": sorted(targets)} for purl, targets in edges.items()]


def main(target: str) -> None:
    """Write the bill to a file, whose folder is made."""
    path = Path(target)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(bill(), indent=2, ensure_ascii=False) + "\n", "utf-8")
    print(f"Bill of materials: {len(bill()['components'])} components in {target}")


if __name__ == "__main__":
    main(sys.argv[1])
