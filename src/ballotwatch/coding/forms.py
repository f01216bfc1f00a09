"""Part of speech, lemma and morphology of tokens, as spaCy's attribute ruler and lemmatizer give them, but remembered.

The ruler's patterns look at a token's tag and dependency label, at the form of some, and in a handful of constructions at
the neighbour ("gonna", "let's", "there is"); the lemmatizer at form, part of speech and morphology. Their answers for
such a key never change, so each is asked for once and then kept; running them on every token took as long as the parser.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
from spacy.attrs import DEP, LEMMA, MORPH, ORTH, POS, TAG
from spacy.language import Language
from spacy.lookups import Table
from spacy.tokens import Doc

KEYS, ANSWERS = [ORTH, TAG, DEP], [POS, LEMMA, MORPH, DEP]
# Forms whose answer depends on a neighbour, in the patterns of spaCy's English models; a test holds them against those.
CONTEXTUAL = re.compile(r"ai|n'?t|go[nt]|na|ta|let|'s|c'm|on|y'?|all|is|are|was|were|'re", re.IGNORECASE)
# Stands for all forms that no pattern looks at, and between keys that are asked for at once.
ANY, STOP = "word", (".", ".", "punct")
# Answers kept: a large corpus has many rare words, and memory must not grow with it.
MOST = 6_000
Key = tuple


class Forms:
    """A pipeline component in place of `attribute_ruler` and `lemmatizer`, which it asks once for each key.

    The ruler's key is (ORTH, TAG, DEP), the form one for all where no pattern looks at it; where a neighbour may change the
    answer it is whether a token stands before it and the keys of the tokens around it. The lemmatizer's is (ORTH, POS, MORPH).
    """

    def __init__(self, nlp: Language) -> None:
        self.ruler, self.lemmatizer = nlp.get_pipe("attribute_ruler"), nlp.get_pipe("lemmatizer")
        _index_lemmas(self.lemmatizer.lookups.get_table("lemma_index"))
        self.vocab = nlp.vocab
        self.stop = tuple(map(nlp.vocab.strings.add, STOP))
        self.any = nlp.vocab.strings.add(ANY)
        self.named = frozenset(form for rule in self.ruler.patterns for form in named_forms(rule["patterns"]))
        self.rulings: dict[Key, tuple[int, ...]] = {}
        self.lemmas: dict[Key, int] = {}
        # Of a form, whether a neighbour may change the answer, and what stands for it in a key.
        self.kinds: dict[int, tuple[bool, int]] = {}

    def __call__(self, doc: Doc) -> Doc:
        """Set part of speech, lemma and morphology of every token."""
        rows = list(map(tuple, doc.to_array(KEYS).tolist()))
        if rows:
            ruled = _remembered(self.rulings, [self._key(rows, i) for i in range(len(rows))], self._ruled)
            forms = [(row[0], ruling[0], ruling[2]) for row, ruling in zip(rows, ruled)]
            lemmas = _remembered(self.lemmas, forms, self._lemmatized)
            answers = [(pos, fixed or lemma, *rest) for (pos, fixed, *rest), lemma in zip(ruled, lemmas)]
            doc.from_array(ANSWERS, np.array(answers, dtype=np.uint64))
        return doc

    def _key(self, rows: list[tuple], i: int) -> Key:
        contextual, form = self.kinds.get(rows[i][0]) or self._kind(rows[i][0])
        return (i > 0, tuple(rows[max(0, i - 1) : i + 2])) if contextual else (form, *rows[i][1:])

    def _kind(self, orth: int) -> tuple[bool, int]:
        form = self.vocab.strings[orth]
        looked_at = form.isspace() or form.lower() in self.named
        self.kinds[orth] = bool(CONTEXTUAL.fullmatch(form)), orth if looked_at else self.any
        return self.kinds[orth]

    def _ruled(self, keys: list[Key]) -> list[tuple[int, ...]]:
        """What the ruler says to keys, asked in one doc."""
        rows: list[tuple] = []
        places = []
        for key in keys:
            before, near = key if len(key) == 2 else (False, (key,))
            places.append(len(rows) + before)
            rows += [*near, self.stop]
        answers = self.ruler(self._doc(rows, KEYS)).to_array(ANSWERS).tolist()
        return [tuple(answers[place]) for place in places]

    def _lemmatized(self, keys: list[Key]) -> list[int]:
        """The lemmas of keys, asked in one doc."""
        return self.lemmatizer(self._doc(keys, [ORTH, POS, MORPH])).to_array(LEMMA).tolist()

    def _doc(self, rows: list[tuple], attributes: list[int]) -> Doc:
        """A doc of rows whose first attribute is the form."""
        doc = Doc(self.vocab, [self.vocab.strings[row[0]] for row in rows])
        doc.from_array(attributes[1:], np.array([row[1:] for row in rows], dtype=np.uint64))
        return doc


def _remembered(known: dict, keys: list[Key], ask: Callable[[list[Key]], list]) -> list:
    """What is known for each key; what is not known yet is asked for, all at once."""
    if new := [key for key in dict.fromkeys(keys) if key not in known]:
        if len(known) + len(new) > MOST:
            known.clear()
            new = list(dict.fromkeys(keys))
        known |= zip(new, ask(new), strict=True)
    return [known[key] for key in keys]


def named_forms(patterns: list[list[dict]]) -> list[str]:
    """The lower-case forms that patterns list, those of regular expressions left out: `CONTEXTUAL` holds them."""
    asked = [token["LOWER"] for pattern in patterns for token in pattern if "LOWER" in token]
    return [form for each in asked for form in ([each] if isinstance(each, str) else each.get("IN", ()))]


def _index_lemmas(table: Table) -> None:
    """Let known lemmas be looked up at once: the lemmatizer asks lists of tens of thousands from their beginning."""
    for part_of_speech, lemmas in list(table.items()):
        table[part_of_speech] = frozenset(lemmas)
