"""Which language a text is in, since the rules read English alone."""

from __future__ import annotations

import py3langid

ENGLISH = "en"
# Enough for a sure answer, and no more work for a long text than for a short one.
SAMPLE = 5000


def language(text: str) -> str:
    """ISO 639-1 code of a text's language, by py3langid (Lui and Baldwin 2012, langid.py)."""
    return py3langid.classify(text[:SAMPLE])[0]
