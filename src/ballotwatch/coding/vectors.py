"""The vectors of a text's tokens, as the tok2vec of spaCy's model gives them, each word's embedding worked out once.

A token's embedding depends on its form alone, so it is remembered; the window encoder is a few products of matrices. Both
are computed for one text at a time: what is beside a text can't change the last bit of a vector, nor so the parse.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from spacy.tokens import Doc

# Embeddings kept: a large corpus has many rare words, and memory must not grow with it.
MOST = 8_000
# Rows of a product are filled up to a multiple of this, so that none is one of a left-over tile, which BLAS libraries add up
# in another order. The last bit still depends on the library, the processor and the number of its threads.
TILE = 48
SMALLEST = np.float32(1e-8)


class Maxout(NamedTuple):
    """A maxout layer with layer normalization. ``weights``: columns for the first pieces, then for the second and so on."""

    weights: np.ndarray
    bias: np.ndarray
    gain: np.ndarray
    shift: np.ndarray

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        """The layer's output for rows of inputs."""
        return self.best(rows @ self.weights)

    def best(self, sums: np.ndarray) -> np.ndarray:
        """The layer's output for rows of inputs that are multiplied by its weights already."""
        sums += self.bias
        width = len(self.gain)
        best = sums[:, :width]
        for start in range(width, sums.shape[1], width):
            best = np.maximum(best, sums[:, start : start + width])
        best = best - best.mean(axis=1, keepdims=True)
        best *= 1 / np.sqrt(np.square(best).mean(axis=1, keepdims=True) + SMALLEST)
        best *= self.gain
        best += self.shift
        return best


def maxouts(model: Any) -> Iterator[Maxout]:
    """The maxout layers within a model, in their order."""
    layers = [node for node in model.walk(order="dfs_pre") if node.name in ("maxout", "layernorm")]
    for layer, norm in zip(layers[::2], layers[1::2], strict=True):
        weights = layer.get_param("W").transpose(2, 1, 0)
        bias = np.ascontiguousarray(layer.get_param("b").T).ravel()
        flat = np.ascontiguousarray(weights).reshape(len(weights), -1)
        yield Maxout(flat, bias, norm.get_param("G"), norm.get_param("b"))


class Vectors:
    """Called with a doc, gives the vectors of its tokens; ``model``: a tok2vec of spaCy (hash embeddings, windows)."""

    def __init__(self, model: Any) -> None:
        self.columns = next(node for node in model.walk() if node.name == "extract_features").attrs["columns"]
        # Each table of embeddings with the layer that hashes into it.
        self.hashed = [node for node in model.walk(order="dfs_pre") if node.name == "hashembed"]
        self.mix = next(maxouts(model.get_ref("embed")))
        self.layers = list(maxouts(model.get_ref("encode")))
        self.known: dict[bytes, int] = {}
        self.table = np.zeros((1, self.mix.gain.size), dtype=np.float32)

    def __call__(self, doc: Doc) -> np.ndarray:
        """A row for each token."""
        if not len(doc):
            return np.zeros((0, self.mix.gain.size), dtype=np.float32)
        return self._encoded(self._embedded(doc))

    def _embedded(self, doc: Doc) -> np.ndarray:
        attributes = np.ascontiguousarray(doc.to_array(self.columns), dtype=np.uint64)
        if len(self.known) + len(doc) > MOST:
            self.known.clear()
        keys = attributes.view(f"V{attributes.itemsize * attributes.shape[1]}").ravel().tolist()
        new = {key: i for i, key in enumerate(keys) if key not in self.known}
        if new:
            self._learn(list(new), attributes[list(new.values())])
        return self.table[[self.known[key] for key in keys]]

    def _learn(self, keys: list[bytes], attributes: np.ndarray) -> None:
        parts = [node.predict(np.ascontiguousarray(attributes[:, column])) for column, node in enumerate(self.hashed)]
        inputs = np.hstack(parts)
        first = len(self.known)
        needed = first + len(keys)
        if needed > len(self.table):
            grown = np.zeros((2 * needed, self.table.shape[1]), dtype=np.float32)
            grown[: len(self.table)] = self.table
            self.table = grown
        self.table[first:needed] = self.mix(filled(inputs))[: len(keys)]
        self.known.update(zip(keys, range(first, needed)))

    def _encoded(self, rows: np.ndarray) -> np.ndarray:
        """The rows after the windows: each layer adds to a row what it makes of it and its neighbours."""
        count, width = rows.shape
        edge = len(self.layers)
        state = np.zeros((-(count + 2 * edge) // TILE * -TILE, width), dtype=np.float32)
        state[edge : edge + count] = rows
        window = np.zeros((len(state), 3 * width), dtype=np.float32)
        for layer in self.layers:
            window[1:, :width] = state[:-1]
            window[:, width : 2 * width] = state
            window[:-1, 2 * width :] = state[1:]
            state += layer(window)
        return state[edge : edge + count]


def filled(rows: np.ndarray) -> np.ndarray:
    """Rows filled up with zeros to whole tiles."""
    if not len(rows) % TILE:
        return rows
    return np.vstack([rows, np.zeros((TILE - len(rows) % TILE, rows.shape[1]), dtype=np.float32)])
