"""What a coding process needs, in memory once this is imported: model, codebook, and what rules make at their first use."""

from __future__ import annotations

from ballotwatch.article_coder import code_articles
from ballotwatch.codebook import load_codebook
from ballotwatch.corpus import Article

ANY = "Kyiv said on 1 May 2024 that it would not recognise the sham referendum in Crimea."

code_articles([Article("any", "any", ANY, None, None, None, "")], load_codebook())
