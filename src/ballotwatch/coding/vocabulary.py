"""The codebook's word classes, as sets that rules test words against."""

from __future__ import annotations

from functools import lru_cache

from ballotwatch.codebook import Codebook


class Words(dict[str, frozenset[str]]):
    """Word classes by name; asking for one that the codebook lacks is an error that names it."""

    def __missing__(self, name: str) -> frozenset[str]:
        raise KeyError(f"the codebook's vocabulary has no '{name}': add it to a vocabulary*.toml, or mend the name")


@lru_cache(maxsize=8)
def word_classes(codebook: Codebook) -> Words:
    """A codebook's vocabulary as sets of lower-case words."""
    return Words({name: frozenset(word.lower() for word in words) for name, words in codebook.vocabulary.items()})
