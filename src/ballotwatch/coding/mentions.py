"""Which words name a ballot, or what is claimed from one: the test that every statement's object must pass."""

from __future__ import annotations

from collections.abc import Iterable

from ballotwatch.codebook import Codebook
from ballotwatch.coding.tokens import Doc, Span, Token
from ballotwatch.coding.vocabulary import Words, word_classes

# How many sentences back a pronoun or "these actions" may look for the ballot that it stands for.
MEMORY = 3
# A text is about its ballot throughout where at least this share of its sentences names it.
FOCUSED = 0.15
SHORTEST = 4
CHAMBER_REACH = 4


def names_ballot(token: Token, words: Words) -> bool:
    """Whether a token is a noun (or a gerund) that names a ballot of a people."""
    if token.lemma not in words["ballot_nouns"] and token.lower_ not in words["ballot_nouns"]:
        return False
    verbal = token.pos_ in ("VERB", "AUX") and token.tag_ != "VBG" or token.pos_ in ("ADP", "ADV")
    if verbal and token.lemma in words["ballot_verbs"]:
        return False
    if token.dep_ == "compound" and token.head.i > token.i and is_body(token, words):
        return False
    return not in_chamber(token, words)


def is_body(token: Token, words: Words) -> bool:
    """Whether a ballot noun only tells what kind of body, place or thing the nouns after it name."""
    following = token.doc[token.i + 1 : token.i + 4]
    for later in following:
        if later.pos_ not in ("NOUN", "PROPN") and later.text != "-":
            return False
        if later.lemma in words["ballot_bodies"]:
            return True
    return token.head.lemma in words["ballot_bodies"]


def in_chamber(token: Token, words: Words) -> bool:
    """Whether the vote is one of a chamber, or a survey."""
    if token.lemma not in ("vote", "poll", "voting", "ballot"):
        return False
    near = token.doc[max(token.sent.start, token.i - CHAMBER_REACH) : min(token.sent.end, token.i + CHAMBER_REACH)]
    opposed = token.head.i if token.dep_ == "pobj" else token.i
    if any(t.lemma in words["chamber_words"] for t in near if t.i not in (token.i, opposed)):
        return True
    return any(t.like_num and t.i < token.i and t.head.i == token.i for t in near) and token.lemma == "vote"


def strong_mentions(doc: Doc, words: Words) -> set[int]:
    """The tokens that name a ballot; none where a text speaks of nothing but the votes of a chamber or a jury."""
    nouns = words["ballot_nouns"]
    strong = {t.i for t in doc if (t.lower_ in nouns or t.lemma in nouns) and names_ballot(t, words)}
    if any(doc[i].lemma not in words["chamber_votes"] for i in strong):
        return strong
    proved = any(t.lemma in words["ballot_proofs"] or t.lower_ in words["ballot_proofs"] for t in doc)
    chamber = any(t.lemma in words["chamber_votes"] and in_chamber(t, words) for t in doc)
    return strong if proved and not chamber else set()


class Ballots:
    """Where a text names ballots: the strong mentions, and by sentence whether one stands in it or just before."""

    def __init__(self, doc: Doc, words: Words) -> None:
        self.words = words
        self.strong = strong_mentions(doc, words)
        self.sentences = list(doc.sents)
        lemmas, forms = [t.lemma for t in doc], [t.lower_ for t in doc]
        spans = [(sent.start, sent.end) for sent in self.sentences]
        self.index = {i: n for n, (start, end) in enumerate(spans) for i in range(start, end)}
        self.named = [not self.strong.isdisjoint(range(start, end)) for start, end in spans]
        traces = words["ballot_traces"]
        self.in_view = [
            named or not traces.isdisjoint(lemmas[start:end]) or not traces.isdisjoint(forms[start:end])
            for named, (start, end) in zip(self.named, spans)
        ]
        long = [named for named, (start, end) in zip(self.named, spans) if end - start > SHORTEST]
        self.focused = sum(long) >= FOCUSED * max(1, len(long))
        self.warlike = [not words["war_words"].isdisjoint(lemmas[start:end]) for start, end in spans]

    def __bool__(self) -> bool:
        return bool(self.strong)

    def is_strong(self, tokens: Iterable[Token]) -> bool:
        return any(token.i in self.strong for token in tokens)

    def sentence(self, token: Token) -> Span:
        return self.sentences[self.index[token.i]]

    def is_near(self, token: Token) -> bool:
        """Whether a ballot is in view: named in the token's sentence or in the last few before it."""
        n = self.index[token.i]
        return self.focused and not self.warlike[n] or any(self.in_view[max(0, n - MEMORY) : n + 1])

    def is_tied(self, token: Token) -> bool:
        """Whether a demand in this sentence is one over the ballot, not over the war around it."""
        n = self.index[token.i]
        if self.named[n]:
            return True
        if self.warlike[n]:
            return False
        near = self.sentences[n]
        if any(t.lemma in self.words["ballot_products"] | self.words["organisers"] for t in near):
            return self.is_near(token) or not any(self.warlike[max(0, n - 1) : n])
        return self.is_near(token)

    def concerns(self, tokens: Iterable[Token]) -> bool:
        """Whether words are about the ballot: they name it, what is claimed from it, or stand for it."""
        tokens = list(tokens)
        if self.is_strong(tokens):
            return True
        if any(t.lemma in self.words["war_words"] for t in tokens):
            return False
        return any(self.stands_for(token) for token in tokens)

    def stands_for(self, token: Token) -> bool:
        lemma = token.lemma
        if token.pos_ in ("PRON", "DET") and token.dep_ != "det" and token.lower_ in self.words["ballot_pronouns"]:
            return self.is_near(token)
        if token.pos_ not in ("NOUN", "PROPN", "VERB") or not self.is_near(token):
            return False
        named = self.words["ballot_claims"] | self.words["ballot_products"]
        return lemma in named or any(c.lower_ == "elected" for c in token.children)


def ballots_of(doc: Doc, codebook: Codebook) -> Ballots:
    """Where a text names ballots, looked for once however many layers ask."""
    if "ballots" not in doc.known:
        doc.known["ballots"] = Ballots(doc, word_classes(codebook))
    return doc.known["ballots"]
