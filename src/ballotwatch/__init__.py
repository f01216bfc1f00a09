"""Who said what about which contested ballot, when and where: news articles in, evidence-backed tables out."""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    # Widgets and charts take a second to import, which the command line and every worker would pay.
    if name == "explore":
        from ballotwatch.explorer import explore

        return explore
    raise AttributeError(f"module 'ballotwatch' has no attribute '{name}'")
