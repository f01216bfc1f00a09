"""Whether a text concerns a ballot, decided from its letters alone, before anything is parsed.

`can_name_ballot` is exact: a text that fails it has no token that `coding.mentions` could take for a ballot. `concerns_ballot`
is the rule that coding goes by. The codebook codes what a text says *about* a ballot, so in a long text a noun alone won't do:
a place and a word that judges, disputes or counts must stand near it, and such passages must be frequent enough for the text to be
about a ballot rather than pass over one. Which words count is data: lists ``triage_*`` of the vocabulary, names of the codebook.

Matching is Aho and Corasick's (1975), one pass over the text for any number of words.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ahocorasick_rs import AhoCorasick, BytesAhoCorasick, MatchKind

from ballotwatch.codebook import Codebook, region_forms

# What spaCy's English lemmatizer takes off a form, and what it puts there; a test holds it against the model's own rules.
ENDINGS = (
    *(("s", ""), ("ses", "s"), ("ves", "f"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh")),
    *(("men", "man"), ("ies", "y"), ("es", "e"), ("es", ""), ("ed", "e"), ("ed", ""), ("ing", "e"), ("ing", "")),
    *(("er", ""), ("est", ""), ("er", "e"), ("est", "e")),
)
# How far apart, in characters, a ballot's noun and other words may stand: a word that judges it and its place in one long
# sentence, a word that disputes it in one clause, a disputed territory in the sentence before or after.
SENTENCE, CLAUSE, NEIGHBOURS = 170, 60, 240
# A passage that disputes a ballot weighs as much as so many that only judge or count one.
DISPUTED = 5
# A text is about a ballot where it judges one in so many characters, about 250 words: a long transcript that passes over
# an election in one answer is not, a declaration that calls one a sham in one of its paragraphs is.
SHARE = 1600
# Up to so many characters, about 650 words, a text is about whatever ballot it names: parsing it costs little, and what a
# notice says of a ballot in one clause may be all that it says.
SHORT = 4000
# Names shorter than this in capitals may be acronyms of something else.
SHOUTED = 4
Places = dict[str, list[int]]


class Matcher:
    """Words with the class of each, found whole, the longest first; a word that ends in `*` takes any ending."""

    def __init__(self, words: Iterable[tuple[str, str]]) -> None:
        distinct = dict(words)
        self.classes = [(name, word.endswith("*")) for word, name in distinct.items()]
        self.automaton = AhoCorasick([word.rstrip("*") for word in distinct], matchkind=MatchKind.LeftmostLongest)

    def find(self, text: str) -> Places:
        """Where the words of each class start."""
        found: Places = defaultdict(list)
        for pattern, start, end in self.automaton.find_matches_as_indexes(text):
            name, any_ending = self.classes[pattern]
            if not _runs_on(text, start) and (any_ending or not _runs_on(text, end)):
                found[name].append(start)
        return found


def _runs_on(text: str, at: int) -> bool:
    """Whether a word goes on over a place in a text."""
    return 0 < at < len(text) and text[at].isalnum() and text[at - 1].isalnum()


def ballot_forms(nouns: Iterable[str]) -> list[str]:
    """Every spelling, in lower case, whose lemma may be one of the nouns; none that holds another."""
    forms = {noun.lower() for noun in nouns}
    forms |= {noun.removesuffix(put) + taken for noun in forms for taken, put in ENDINGS if noun.endswith(put)}
    return sorted(form for form in forms if not any(other in form for other in forms - {form}))


@lru_cache(maxsize=8)
def _forms(codebook: Codebook) -> BytesAhoCorasick:
    return BytesAhoCorasick([form.encode() for form in ballot_forms(codebook.vocabulary["ballot_nouns"])])


def can_name_ballot(text: str, codebook: Codebook) -> bool:
    """Whether any token of a text can have the form or the lemma of a ballot noun."""
    return bool(_forms(codebook).find_matches_as_indexes(text.lower().encode()))


@lru_cache(maxsize=8)
def _words(codebook: Codebook) -> Matcher:
    listed = {name: codebook.vocabulary[f"triage_{name}"] for name in ("judged", "disputed", "other")}
    nouns = [noun.lower() for noun in codebook.vocabulary["ballot_nouns"]]
    listed["noun"] = (*nouns, *(f"{noun}s" for noun in nouns))
    return Matcher((word, name) for name, words in listed.items() for word in words)


@lru_cache(maxsize=8)
def _names(codebook: Codebook) -> Matcher:
    names = dict(_places(codebook))
    capitals = {name.upper(): kind for name, kind in names.items() if len(name) >= SHOUTED}
    return Matcher({**capitals, **names}.items())


def _places(codebook: Codebook) -> Iterator[tuple[str, str]]:
    """Names of states and towns, then those of territories and regions that ballots are disputed over."""
    yield from ((name, "place") for name in codebook.vocabulary["triage_seats"])
    for row in codebook.states.itertuples():
        yield from ((name, "place") for name in (*row.names, *row.adjectives, *row.capitals))
    for row in codebook.settlements.itertuples():
        yield from ((name, "place") for name in row.names)
    for row in codebook.groups.itertuples():
        yield from ((name, "territory") for name in row.names)
    for row in codebook.territories.itertuples():
        yield from ((name, "territory") for name in (*row.names, *row.adjectives, *row.seats))
    for row in codebook.regions.itertuples():
        yield from ((name, "territory") for name in region_forms(row.names))


def concerns_ballot(text: str, codebook: Codebook) -> bool:
    """Whether a text is about a ballot, so that it is worth parsing."""
    if not can_name_ballot(text, codebook):
        return False
    words = _words(codebook).find(text.lower())
    if not words["noun"] or len(text) <= SHORT:
        return bool(words["noun"])
    names = _names(codebook).find(text)
    places = sorted([*names["place"], *names["territory"]])
    judged = sorted([*words["judged"], *words["disputed"]])
    weight = sum(_weight(noun, words["disputed"], judged, places, names["territory"]) for noun in words["noun"])
    return weight > 0 and weight * SHARE >= len(text)


def _weight(noun: int, disputed: list[int], judged: list[int], places: list[int], territories: list[int]) -> int:
    """What a ballot's noun says for a text's being about a ballot, by what stands near it."""
    placed = _near(noun, places, SENTENCE)
    if placed and _near(noun, disputed, CLAUSE) or _near(noun, territories, NEIGHBOURS):
        return DISPUTED
    return int(placed and _near(noun, judged, SENTENCE))


def _near(at: int, places: list[int], reach: int) -> bool:
    """Whether one of some places, in order, lies no farther than ``reach`` from a place."""
    first = bisect_left(places, at - reach)
    return first < len(places) and places[first] <= at + reach
