"""Part of speech, lemma and morphology of tokens, as spaCy's attribute ruler and lemmatizer give them, but remembered.

Both components look at a token's form, tag and dependency label, and in a handful of constructions at its neighbour
("gonna", "let's", "there is"). Their answer for such a key never changes, so each is asked for once and then kept;
running them on every token took as long as the parser.
"""

from __future__ import annotations

import re

import numpy as np
from spacy.attrs import DEP, LEMMA, MORPH, ORTH, POS, TAG
from spacy.language import Language
from spacy.tokens import Doc

KEYS, ANSWERS = [ORTH, TAG, DEP], [POS, LEMMA, MORPH, DEP]
# Forms whose answer depends on a neighbour, in the patterns of spaCy's English models; a test holds them against those.
CONTEXTUAL = re.compile(r"ai|n'?t|go[nt]|na|ta|let|'s|c'm|on|y'?|all|is|are|was|were|'re", re.IGNORECASE)
# Answers kept: a large corpus has many rare words, and memory must not grow with it.
MOST = 400_000


class Forms:
    """A pipeline component in place of `attribute_ruler` and `lemmatizer`, which it asks once for each key."""

    def __init__(self, nlp: Language) -> None:
        self.asked = [nlp.get_pipe("attribute_ruler"), nlp.get_pipe("lemmatizer")]
        self.vocab = nlp.vocab
        self.known: dict[tuple, tuple[int, ...]] = {}
        self.contextual: dict[int, bool] = {}

    def __call__(self, doc: Doc) -> Doc:
        """Set part of speech, lemma and morphology of every token."""
        rows = list(map(tuple, doc.to_array(KEYS).tolist()))
        if rows:
            if len(self.known) >= MOST:
                self.known.clear()
            self._learn(list({row for row in rows if row not in self.known and not self._is_contextual(row[0])}))
            answers = [self.known.get(rows[i]) or self._beside(rows, i) for i in range(len(rows))]
            doc.from_array(ANSWERS, np.array(answers, dtype=np.uint64))
        return doc

    def _learn(self, rows: list[tuple]) -> None:
        """Ask for forms that no neighbour changes, all at once."""
        if rows:
            self.known |= zip(rows, self._ask(rows), strict=True)

    def _beside(self, rows: list[tuple], i: int) -> tuple[int, ...]:
        """The answer for a form that its neighbours may change."""
        near = rows[max(0, i - 1) : i + 2]
        key = (min(i, 1), *near)
        if key not in self.known:
            self.known[key] = self._ask(near)[min(i, 1)]
        return self.known[key]

    def _is_contextual(self, orth: int) -> bool:
        found = self.contextual.get(orth)
        if found is None:
            found = self.contextual[orth] = bool(CONTEXTUAL.fullmatch(self.vocab.strings[orth]))
        return found

    def _ask(self, rows: list[tuple]) -> list[tuple[int, ...]]:
        doc = Doc(self.vocab, [self.vocab.strings[row[0]] for row in rows])
        doc.from_array(KEYS[1:], np.array([row[1:] for row in rows], dtype=np.uint64))
        for component in self.asked:
            doc = component(doc)
        return list(map(tuple, doc.to_array(ANSWERS).tolist()))
