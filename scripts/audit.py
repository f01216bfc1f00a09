"""Ask an advisory source whether anything that ballotwatch uses has a known weakness.

The source is OSV (osv.dev), which gathers the advisories of PyPI, npm and GitHub; one request names every package of
``requirements.lock`` and the vendored scripts, of which an audit of the Python environment alone would not know. It
sends names and versions, nothing else, and is the only thing in this repository that asks a host; no test does, and
neither the library nor its pages do.

    make audit

Exit status: 0 if nothing is known, and also if no source could be reached, which is then the last line said: a machine
without a network is no fault of the packages. 1 if a weakness is known. 2 if the source answered what it should not.
"""

from __future__ import annotations

import json
import sys
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from licences import read_rules
from lockfile import LOCK, read_lock

SOURCE = "https://api.osv.dev/v1/querybatch"
TIMEOUT = 20
NONE_KNOWN, KNOWN, BROKEN = 0, 1, 2


def purls() -> list[str]:
    """Package URLs of all locked packages and vendored scripts."""
    vendored = [entry["purl"] for entry in read_rules()["files"] if "purl" in entry]
    return [package.purl for package in read_lock(LOCK.read_text("utf-8"))] + vendored


def ask(names: list[str], source: str = SOURCE) -> dict:
    """Answer of the source about packages, at most 1,000 of them.

    Raises URLError or another OSError where it can't be reached, and ValueError where the answer is no JSON.
    """
    body = json.dumps({"queries": [{"package": {"purl": name}} for name in names]}).encode()
    with urlopen(Request(source, body, {"Content-Type": "application/json"}), timeout=TIMEOUT) as answer:
        return json.load(answer)


def known(names: list[str], answer: dict) -> dict[str, list[str]]:
    """Identifiers of the known weaknesses by package. Raises ValueError where the answer leaves a package out."""
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(results, list) or len(results) != len(names):
        raise ValueError(f"{len(names)} packages asked about, the answer does not hold as many")
    return {name: [each["id"] for each in found["vulns"]] for name, found in zip(names, results) if found.get("vulns")}


def main(source: str = SOURCE) -> int:
    """Say what is known of the packages; the exit status is the module's."""
    names = purls()
    try:
        found = known(names, ask(names, source))
    except (HTTPError, HTTPException, ValueError, LookupError, TypeError) as error:
        print(f"Audit: NOT DONE, {source} gave no answer that can be read ({error}); try again later", file=sys.stderr)
        return BROKEN
    except OSError as error:
        reason = error.reason if isinstance(error, URLError) else error
        print(f"Audit: NOT DONE, no advisory source can be reached ({source}: {reason}); run it where one can be")
        return NONE_KNOWN
    for name, weaknesses in found.items():
        print(f"{name}: {', '.join(f'https://osv.dev/vulnerability/{weakness}' for weakness in weaknesses)}")
    print(f"Audit: {len(names)} packages, {len(found)} with known weaknesses")
    return KNOWN if found else NONE_KNOWN


if __name__ == "__main__":
    raise SystemExit(main())
