"""Write requirements-bench.lock: what the peers of the benchmark need beyond requirements.lock, whose versions they keep.

python -m bench.lock RESOLVED LOCK OUT

RESOLVED is a resolution of everything, peers included, held to the versions of LOCK; OUT gets what LOCK does not have.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

PACKAGE = re.compile(r"^(?=[\w.-]+(?:\[.*\])?==)", re.MULTILINE)
NAME = re.compile(r"[\w.-]+")


def beyond(resolved: str, lock: str) -> str:
    """The packages of one lock that another one does not hold, in their order."""
    held = {NAME.match(block)[0] for block in PACKAGE.split(lock) if block}
    return "".join(block for block in PACKAGE.split(resolved) if block and NAME.match(block)[0] not in held)


def main(arguments: list[str]) -> None:
    """Read two locks and write the third."""
    resolved, lock, out = map(Path, arguments)
    out.write_text(beyond(resolved.read_text("utf-8"), lock.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
