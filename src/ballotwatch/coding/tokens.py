"""A parsed text as plain objects: what the rules read of spaCy's docs, spans and tokens, under spaCy's names.

The rules ask each token many times for its head, its children, its words. spaCy makes a new object for each token that it
hands out and looks each string up again; here each token is one object, and what is asked of it is an attribute.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise, repeat
from operator import attrgetter

import numpy as np
from spacy.attrs import DEP, ENT_TYPE, HEAD, IDX, LEMMA, LOWER, MORPH, ORTH, POS, SENT_START, TAG
from spacy.lang.en.lex_attrs import like_num
from spacy.strings import StringStore
from spacy.tokens import Doc as Parse

# Read as strings, in the order in which a token takes them; the last is asked for lower-case once more.
STRINGS = [ORTH, LOWER, TAG, POS, DEP, ENT_TYPE, MORPH, LEMMA]
# Strings kept: a large corpus has many rare words, and memory must not grow with it.
MOST = 15_000
_known: dict[int, str] = {}


def _strings(keys: list[int], store: StringStore) -> list[str]:
    """The strings behind spaCy's keys, which are hashes and so the same in every store."""
    new = set(keys) - _known.keys()
    if len(_known) + len(new) > MOST:
        _known.clear()
        new = set(keys)
    _known.update((key, store[key]) for key in new)
    return [_known[key] for key in keys]


class Token:
    """A token. ``lemma``: its lemma in lower case; ``morph``: its features as one string ("_": none); ``lefts``, ``rights``:
    its children before and behind it; ``left``, ``right``: the first and the last token of its subtree."""

    __slots__ = (
        "doc", "i", "idx", "text", "lower_", "tag_", "pos_", "dep_", "ent_type_", "morph", "lemma_", "lemma",
        "head", "lefts", "rights", "left", "right", "sent",
    )  # fmt: skip

    def __init__(
        self, doc: Doc, i: int, idx: int, text: str, lower_: str, tag_: str, pos_: str, dep_: str, ent_type_: str,
        morph: str, lemma_: str, lemma: str,
    ) -> None:  # fmt: skip
        self.doc, self.i, self.idx, self.text, self.lower_ = doc, i, idx, text, lower_
        self.tag_, self.pos_, self.dep_, self.ent_type_ = tag_, pos_, dep_, ent_type_
        self.morph, self.lemma_, self.lemma = morph, lemma_, lemma
        self.lefts: list[Token] = []
        self.rights: list[Token] = []
        self.left = self.right = i

    def __len__(self) -> int:
        return len(self.text)

    def __repr__(self) -> str:
        return self.text

    @property
    def whitespace_(self) -> str:
        """The space behind the token, or nothing."""
        end = self.idx + len(self.text)
        following = self.doc.tokens[self.i + 1].idx if self.i + 1 < len(self.doc) else len(self.doc.text)
        return self.doc.text[end:following]

    @property
    def is_space(self) -> bool:
        """Whether the token is white space."""
        return self.text.isspace()

    @property
    def is_punct(self) -> bool:
        """Whether every character is punctuation."""
        return _is_punct(self.text)

    @property
    def is_alpha(self) -> bool:
        """Whether every character is a letter."""
        return self.text.isalpha()

    @property
    def is_upper(self) -> bool:
        """Whether its letters are capitals."""
        return self.text.isupper()

    @property
    def is_digit(self) -> bool:
        """Whether every character is a digit."""
        return self.text.isdigit()

    @property
    def like_num(self) -> bool:
        """Whether it is a number in digits or in words."""
        return like_num(self.text)

    @property
    def children(self) -> list[Token]:
        """What depends on the token, in the order of the text."""
        return [*self.lefts, *self.rights]

    @property
    def left_edge(self) -> Token:
        """The first token of its subtree."""
        return self.doc.tokens[self.left]

    @property
    def right_edge(self) -> Token:
        """The last token of its subtree."""
        return self.doc.tokens[self.right]

    @property
    def subtree(self) -> list[Token]:
        """The token and all that stands below it, each head between its left and its right children."""
        if self.sent.start not in self.doc.crossed:
            return self.doc.tokens[self.left : self.right + 1]
        return list(self._below())

    def _below(self) -> Iterator[Token]:
        """The subtree where arcs of the sentence cross, so that it need not be one run of tokens."""
        waiting: list[tuple[Token, bool]] = [(self, False)]
        while waiting:
            token, opened = waiting.pop()
            if opened or not token.lefts and not token.rights:
                yield token
                continue
            waiting += [(child, False) for child in reversed(token.rights)]
            waiting.append((token, True))
            waiting += [(child, False) for child in reversed(token.lefts)]

    @property
    def ancestors(self) -> Iterator[Token]:
        """Its head, the head of that, and so on."""
        token = self
        while token.head is not token:
            token = token.head
            yield token

    def nbor(self, step: int = 1) -> Token:
        """The token so many places on; raises IndexError where the text has none."""
        if self.i + step < 0:
            raise IndexError(f"no token stands {-step} places before token {self.i}")
        return self.doc.tokens[self.i + step]


@lru_cache(maxsize=20_000)
def _is_punct(text: str) -> bool:
    return all(unicodedata.category(char)[0] == "P" for char in text)


class Span:
    """A run of tokens. ``label_``: what kind of name it is, where it is one."""

    __slots__ = ("doc", "start", "end", "label_")

    def __init__(self, doc: Doc, start: int, end: int, label_: str = "") -> None:
        self.doc, self.start, self.end, self.label_ = doc, start, end, label_

    def __len__(self) -> int:
        return self.end - self.start

    def __iter__(self) -> Iterator[Token]:
        return iter(self.doc.tokens[self.start : self.end])

    def __getitem__(self, place: int) -> Token:
        return self.doc.tokens[range(self.start, self.end)[place]]

    def __repr__(self) -> str:
        return self.text

    @property
    def start_char(self) -> int:
        """Where its first token begins in the text."""
        return self.doc.tokens[self.start].idx

    @property
    def end_char(self) -> int:
        """Where its last token ends in the text."""
        last = self.doc.tokens[self.end - 1]
        return last.idx + len(last.text)

    @property
    def text(self) -> str:
        """Its text, without the space behind it."""
        return self.doc.text[self.start_char : self.end_char] if self.end > self.start else ""

    @property
    def root(self) -> Token:
        """The token nearest to the root of the sentence: the first of those that depend on none inside, marks and white space
        that nothing depends on last."""
        tokens = self.doc.tokens[self.start : self.end]
        outer = [t for t in tokens if t.head is t or not self.start <= t.head.i < self.end]
        roots = [t for t in outer if t.head is t]
        if roots or len(outer) == 1:
            return (roots or outer)[0]
        return min(outer, key=_depth, default=self.doc.tokens[self.start])

    @property
    def sents(self) -> list[Span]:
        """The sentences that it touches."""
        tokens = self.doc.tokens[self.start : self.end]
        return list({t.sent.start: t.sent for t in tokens}.values())


def _depth(token: Token) -> int:
    """How many steps a token is from its sentence's root; a mark or white space that nothing depends on counts as farthest."""
    if not token.lefts and not token.rights and (token.is_space or token.is_punct):
        return len(token.doc) - 1
    return sum(1 for _ in token.ancestors)


class Doc:
    """A parsed text. ``tokens``, ``sents``, ``ents``: its tokens, sentences and names; ``parsed``: whether it has heads;
    ``crossed``: where the sentences begin in which arcs cross; ``known``: what a layer has worked out for those behind it.
    """

    def __init__(self, parse: Parse) -> None:
        self.text: str = parse.text
        self.parsed: bool = parse.has_annotation("DEP")
        self.known: dict[str, object] = {}
        columns = parse.to_array([*STRINGS, IDX, HEAD, SENT_START]).T.astype(np.int64)
        words = [_strings(column.tolist(), parse.vocab.strings) for column in columns[: len(STRINGS)].view(np.uint64)]
        places, steps, starts = columns[len(STRINGS) :].tolist()
        self.tokens = list(map(Token, repeat(self), range(len(places)), places, *words, map(str.lower, words[-1])))
        self._attach(steps)
        self.sents = self._split([i for i, start in enumerate(starts) if start == 1 and i])
        self.crossed = self._measure()
        self.ents = [Span(self, ent.start, ent.end, ent.label_) for ent in parse.ents]

    def __len__(self) -> int:
        return len(self.tokens)

    def __iter__(self) -> Iterator[Token]:
        return iter(self.tokens)

    def __getitem__(self, place: int | slice) -> Token | Span:
        if not isinstance(place, slice):
            return self.tokens[place]
        start, end, _ = place.indices(len(self.tokens))
        return Span(self, start, max(start, end))

    def char_span(self, start: int, end: int) -> Span | None:
        """The tokens that text[start:end] touches, a space behind a token not counted as its own where it comes first; None
        where an end lies outside the text."""
        first, last = self._token_at(start), self._token_at(end - 1)
        if first is None or last is None:
            return None
        behind = start == self.tokens[first].idx + len(self.tokens[first])
        return Span(self, first + behind, last + 1)

    def close(self) -> None:
        """Let go of the tokens. They hold each other, so that their memory would wait for Python's collector of cycles."""
        for token in self.tokens:
            token.head = None
        self.tokens, self.sents, self.ents, self.known = [], [], [], {}

    def _token_at(self, place: int) -> int | None:
        """Which token, with the space behind it, holds a character."""
        if not 0 <= place < len(self.text):
            return None
        return bisect_right(self.tokens, place, key=attrgetter("idx")) - 1

    def _attach(self, steps: list[int]) -> None:
        """Give each token its head, ``steps`` away, and its children."""
        for token, step in zip(self.tokens, steps):
            token.head = head = self.tokens[token.i + step]
            if step > 0:
                head.lefts.append(token)
            elif step < 0:
                head.rights.append(token)

    def _split(self, starts: list[int]) -> list[Span]:
        """The sentences, told to their tokens."""
        edges = pairwise([0, *starts, len(self.tokens)])
        sentences = [Span(self, start, end) for start, end in edges if end > start]
        for sentence in sentences:
            for token in sentence:
                token.sent = sentence
        return sentences

    def _measure(self) -> frozenset[int]:
        """Find where each subtree begins and ends, and the sentences in which one is no single run of tokens."""
        for token in self.tokens:
            if token.lefts:
                token.left = token.lefts[0].left
        for token in reversed(self.tokens):
            if token.rights:
                token.right = token.rights[-1].right
        crossed = {t.sent.start: t.sent for t in self.tokens if (t.lefts or t.rights) and not _is_run(t)}
        for sentence in crossed.values():
            # Both ways, so that what one finds goes up a chain of any length at once.
            while any([_widen(token) for token in (*sentence, *reversed(sentence))]):
                pass
        return frozenset(crossed)


def _is_run(token: Token) -> bool:
    """Whether what a token's children span, and the token, make up what it spans."""
    return token.right - token.left == sum(child.right - child.left + 1 for child in token.children)


def _widen(token: Token) -> bool:
    """Let a token's head span all that the token spans; whether it did not before."""
    head, before = token.head, (token.head.left, token.head.right)
    head.left, head.right = min(head.left, token.left), max(head.right, token.right)
    return before != (head.left, head.right)
