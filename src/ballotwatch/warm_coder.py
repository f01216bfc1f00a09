"""What a coding process needs, in memory once this is imported: model, codebook, and what rules make at their first use."""

from __future__ import annotations

import contextlib

from ballotwatch.article_coder import code_articles
from ballotwatch.codebook import load_codebook
from ballotwatch.corpus import Article

ANY = "Kyiv said on 1 May 2024 that it would not recognise the sham referendum in Crimea."

# What is wrong shows itself where an article is coded, with a message that reaches the user.
with contextlib.suppress(Exception):
    code_articles([Article("any", "any", ANY, None, None, None, "")], load_codebook())
