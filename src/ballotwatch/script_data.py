"""Data inside a page: JSON that no text in it can break out of."""

from __future__ import annotations

import json
from typing import Any


def script_json(value: Any) -> str:
    """JSON that can stand inside a script element: nothing in it can close the element or open a comment."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
