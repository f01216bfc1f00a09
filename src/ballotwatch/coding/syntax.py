"""Walks over spaCy's dependency tree that the coding rules share: who does it, to what, in which words."""

from __future__ import annotations

from collections.abc import Iterator

from ballotwatch.coding.tokens import Token

SUBJECTS = ("nsubj", "csubj", "expl")
PASSIVE_SUBJECTS = ("nsubjpass", "csubjpass")
# Children of a noun that tell more about it and are no part of its name.
ASIDES = ("relcl", "advcl", "ccomp")
# A verb that is one of these to its head shares the head's subject where it has none of its own.
CONTROLLED = ("xcomp", "advcl", "conj", "pcomp", "ccomp", "dep")
# Verbs whose object does what their infinitive says: "urged partners to answer".
OBJECT_CONTROL = frozenset(
    "ask urge tell order force allow call invite persuade press want expect help enable encourage get make let cause warn advise "
    "instruct oblige compel permit request beg implore convince require".split()
)
DEEPEST = 40


def children(token: Token, *deps: str) -> list[Token]:
    """Children of a token in the given relations."""
    return [child for child in token.children if child.dep_ in deps]


def ancestors(token: Token) -> Iterator[tuple[Token, Token]]:
    """(child, head) pairs from a token up to its sentence's root."""
    for _ in range(DEEPEST):
        if token.head is token or token.head.i == token.i:
            return
        yield token, token.head
        token = token.head


def noun_phrase(token: Token) -> tuple[int, int]:
    """Character span of a noun with its modifiers, apposition and coordination, clauses about it left out."""
    left = min(token.left_edge.i, token.i)
    asides = [child.left_edge.i for child in token.children if child.dep_ in ASIDES and child.i > token.i]
    right = min([token.right_edge.i, *(edge - 1 for edge in asides)])
    right = max(right, token.i)
    while right > token.i and (token.doc[right].is_punct or token.doc[right].is_space):
        right -= 1
    return token.doc[left].idx, token.doc[right].idx + len(token.doc[right])


def subject(verb: Token) -> Token | None:
    """Who does what the verb says: its subject, the agent of a passive, or the subject that it shares."""
    start = verb
    for _ in range(DEEPEST):
        if agents := children(verb, "agent"):
            return next(iter(children(agents[0], "pobj")), None)
        if children(verb, *PASSIVE_SUBJECTS):
            return by_phrase(verb) if verb.i == start.i else antecedent(children(verb, *PASSIVE_SUBJECTS)[0], verb)
        if children(verb, "auxpass") and verb.i == start.i:
            return by_phrase(verb)
        if own := children(verb, *SUBJECTS):
            return antecedent(own[0], verb)
        if verb.dep_ in ("relcl", "acl"):
            return verb.head
        if verb.dep_ == "prep" or verb.pos_ == "ADP":
            verb = verb.head
            continue
        if verb.dep_ not in CONTROLLED or verb.head.i == verb.i:
            return None
        if verb.dep_ == "xcomp" and (objects := children(verb.head, "dobj")) and verb.head.lemma_ in OBJECT_CONTROL:
            return objects[0]
        verb = verb.head
    return None


def by_phrase(verb: Token) -> Token | None:
    """The agent of a passive that the parser hung on another word: "was rejected as void by Ottawa"."""
    later = (t for t in verb.subtree if t.lower_ == "by" and t.i > verb.i and t.dep_ in ("agent", "prep"))
    return next((p for by in later for p in children(by, "pobj")), None)


def antecedent(token: Token, verb: Token) -> Token:
    """The noun behind a relative pronoun, else the token itself."""
    if token.tag_ in ("WDT", "WP") and verb.dep_ == "relcl":
        return verb.head
    return token


def governing_verb(token: Token) -> Token:
    """The nearest verb or copula at or above a token; the root where there is none."""
    for _ in range(DEEPEST):
        if token.pos_ in ("VERB", "AUX") and token.dep_ not in ("aux", "auxpass", "amod"):
            return token
        if token.head.i == token.i:
            return token
        token = token.head
    return token


def clause(token: Token) -> list[Token]:
    """Tokens of the smallest clause around a token, clauses inside it included."""
    verb = governing_verb(token)
    return list(verb.subtree)


def without_subject(verb: Token) -> list[Token]:
    """A verb's words but for its active subject: what it is done to, and how."""
    skip = {t.i for own in children(verb, *SUBJECTS) for t in own.subtree}
    return [t for t in verb.subtree if t.i not in skip]


def noun_core(token: Token) -> tuple[int, int]:
    """Character span of a noun and what stands before it, nothing after."""
    return token.doc[min(token.left_edge.i, token.i)].idx, token.idx + len(token)
