"""Named entities, as spaCy's recognizer finds them, decided for all tokens at once.

spaCy's recognizer goes from token to token and asks for each of its 70 actions whether it may be taken, which costs
more than all its arithmetic. But outside an entity its scores depend on the token alone, and inside one there are two
actions: go on, or end here.
"""

from __future__ import annotations

import numpy as np
from spacy.attrs import IS_SPACE, SENT_START
from spacy.pipeline.ner import EntityRecognizer
from spacy.tokens import Doc, Span

from ballotwatch.coding.vectors import Vectors, filled

NEVER = np.float32(-np.inf)


class Entities:
    """A pipeline component in place of `ner`, whose weights it reads."""

    def __init__(self, ner: EntityRecognizer) -> None:
        model = ner.model
        layers = model.get_ref("tok2vec").layers
        self.vectors = Vectors(next(layer for layer in layers if layer.has_ref("embed")))
        self.narrow = _affine(layers[-1])
        lower = model.get_ref("lower")
        self.features = np.ascontiguousarray(lower.get_param("W").reshape(-1, lower.get_dim("nI")).T)
        self.shape = (lower.get_dim("nF"), lower.get_dim("nO"), lower.get_dim("nP"))
        self.pad, self.bias = lower.get_param("pad")[0], lower.get_param("b")
        self.score = _affine(model.get_ref("upper"))
        names = (ner.moves.get_class_name(i) for i in range(ner.moves.n_moves))
        self.moves = [tuple(name.partition("-")[::2]) for name in names]
        self.places = {move: i for i, move in enumerate(self.moves)}
        # Actions that a token outside an entity may take: open one, be one, be none.
        self.outside = np.array([move[0] == "O" or move[0] in "BU" and bool(move[1]) for move in self.moves])
        self.opens = np.array([move[0] == "B" for move in self.moves])
        self.single = np.array([move[0] == "U" for move in self.moves])

    def __call__(self, doc: Doc) -> Doc:
        """Set the entities of a doc."""
        if len(doc):
            doc.set_ents([Span(doc, start, end, label=label) for start, end, label in self._found(doc)])
        return doc

    def _found(self, doc: Doc) -> list[tuple[int, int, str]]:
        parts = self._parts(self.vectors(doc))
        spaces, starts = doc.to_array(IS_SPACE).astype(bool), doc.to_array(SENT_START) == 1
        # Whether the text ends behind a token, or a sentence.
        last = np.append(starts[1:], True)
        best = self._outside(parts, spaces, last)
        found, at = [], 0
        for start in np.flatnonzero(best != self.places["O", ""]).tolist():
            if start < at:
                continue
            move, label = self.moves[best[start]]
            at = start + 1 if move == "U" else self._end(parts, start, label, last)
            found.append((start, at, label))
        return found

    def _parts(self, vectors: np.ndarray) -> np.ndarray:
        """What each token adds to a state as its first, second and third feature; the last row is no token's."""
        weights, bias = self.narrow
        parts = (filled(vectors) @ weights + bias) @ self.features
        parts = parts[: len(vectors) + 1].reshape(-1, *self.shape)
        if len(parts) == len(vectors):
            return np.concatenate([parts, self.pad[None]])
        parts[len(vectors)] = self.pad
        return parts

    def _outside(self, parts: np.ndarray, spaces: np.ndarray, last: np.ndarray) -> np.ndarray:
        """The best action of each token where no entity is open."""
        weights, bias = self.score
        hidden = (parts[:-1, 0] + self.pad[1] + self.pad[2] + self.bias).max(axis=2)
        scores = (filled(hidden) @ weights)[: len(hidden)] + bias
        scores[:, ~self.outside] = NEVER
        scores[np.ix_(spaces | last, self.opens)] = NEVER
        scores[np.ix_(spaces, self.single)] = NEVER
        return scores.argmax(axis=1)

    def _end(self, parts: np.ndarray, start: int, label: str, last: np.ndarray) -> int:
        """Where the entity that a token opens ends."""
        inside, final = self.places["I", label], self.places["L", label]
        weights, bias = self.score
        for at in range(start + 1, len(last)):
            hidden = (parts[at, 0] + parts[start, 1] + parts[at - 1, 2] + self.bias).max(axis=1)
            go_on, end = hidden @ weights[:, inside] + bias[inside], hidden @ weights[:, final] + bias[final]
            if last[at] or end > go_on or end == go_on and final < inside:
                return at + 1
        return len(last)


def _affine(layer: object) -> tuple[np.ndarray, np.ndarray]:
    """The weights of a linear layer, as factor and summand."""
    return np.ascontiguousarray(layer.get_param("W").T), layer.get_param("b")
