"""The codebook's word classes, as sets that rules test words against."""

from __future__ import annotations

from collections.abc import Mapping


class Words(dict[str, frozenset[str]]):
    """Word classes by name; asking for one that the codebook lacks is an error that names it."""

    def __missing__(self, name: str) -> frozenset[str]:
        raise KeyError(f"the codebook's vocabulary has no '{name}': add it to a vocabulary*.toml, or mend the name")


def word_classes(vocabulary: Mapping[str, tuple[str, ...]]) -> Words:
    """A codebook's vocabulary as sets of lower-case words."""
    return Words({name: frozenset(word.lower() for word in words) for name, words in vocabulary.items()})
