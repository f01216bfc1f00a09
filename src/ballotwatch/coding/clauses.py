"""Clauses: who a verb's subject is, how far a noun phrase, a verb group or a clause goes.

Everything is read off spaCy's parse (ClearNLP labels). Spans are pairs of token indices, the second one past the end.
"""

from __future__ import annotations

from ballotwatch.coding.tokens import Doc, Token

Span = tuple[int, int]

SUBJECTS = ("nsubj", "nsubjpass")
OBJECTS = ("dobj", "dative")
NOUNS = ("NOUN", "PROPN", "PRON")
# Auxiliaries of what is reported rather than told.
SHIFTED = ("had", "would", "will", "has", "have", "could", "should", "must", "can", "may", "might")
# What stands between subject and verb and belongs to the verb.
GROUP = ("aux", "auxpass", "neg", "advmod", "prt")
MARKS = "\"“”„«»'‘’‚‹›`"
EDGES = (",", ".", ";", ":", "!", "?", "…", "...", "-", "--", "–", "—", "―")
DASHES = ("-", "--", "–", "—", "―")
# A chain of shared subjects longer than this is a broken parse.
LONGEST_CHAIN = 12


def subject(verb: Token) -> Token | None:
    """The noun that does what the verb says, also where verbs share it; None where the clause names nobody."""
    for _ in range(LONGEST_CHAIN):
        verb = reattached(verb) or verb
        own = own_subject(verb)
        if own is not None:
            return antecedent(own)
        holder = _holder(verb)
        if holder is None or holder.pos_ in NOUNS:
            return holder
        verb = holder
    return None


def own_subject(verb: Token) -> Token | None:
    """The verb's own subject; of several, the nearest: the others belong to what is said."""
    return min((c for c in verb.children if c.dep_ in SUBJECTS), key=lambda c: abs(c.i - verb.i), default=None)


def reattached(verb: Token) -> Token | None:
    """The verb that a coordinated one belongs to where the parser hung it too deep, told by the sequence of tenses.

    In "X said that the vote had been fair and called for P", "called" is in the tense of "said", not of "had been".
    """
    first = verb.head
    if (
        verb.dep_ != "conj"
        or verb.tag_ not in ("VBD", "VBZ", "VBP")
        or any(c.dep_ in (*SUBJECTS, "aux", "auxpass", "mark") for c in verb.lefts)
    ):
        return None
    shifted = first.dep_ == "ccomp" and any(c.dep_ in ("aux", "auxpass") and c.lower_ in SHIFTED for c in first.lefts)
    return first.head if shifted and first.head.pos_ == "VERB" and first.head.tag_ == verb.tag_ else None


def _holder(verb: Token) -> Token | None:
    """The verb whose subject a subjectless verb shares, or the noun that does the action; None for neither."""
    head = verb.head
    if head == verb:
        return None
    if verb.dep_ == "pcomp" and head.dep_ in ("prep", "agent"):
        return _controller(head.head, as_object=head.lower_ == "as")
    if verb.dep_ == "xcomp":
        return _controller(head, as_object=True)
    if verb.dep_ == "acl" and verb.tag_ == "VBG" and head.pos_ in NOUNS:
        return head
    if verb.dep_ in ("conj", "advcl", "ccomp", "dep", "pcomp") and head.pos_ in ("VERB", "AUX"):
        return head
    return None


def _controller(head: Token, as_object: bool) -> Token | None:
    """Who controls an infinitive or participle: the object ("urged A to", "quoted A as saying") or the subject."""
    if as_object and head.pos_ == "VERB" and head.lemma_ != "promise":
        controlled = next((c for c in head.children if c.dep_ in OBJECTS), None)
        if controlled is not None:
            return controlled
    return head if head.pos_ in ("VERB", "AUX", *NOUNS) else None


def antecedent(noun: Token) -> Token:
    """The noun that a relative pronoun stands for; any other noun itself."""
    if noun.tag_ in ("WP", "WDT", "WP$"):
        clause = noun.head
        for _ in range(LONGEST_CHAIN):
            if clause.dep_ == "relcl" and clause.head.pos_ in NOUNS:
                return clause.head
            if clause.dep_ not in ("conj", "xcomp", "ccomp"):
                break
            clause = clause.head
    return noun


def noun_span(noun: Token) -> Span:
    """A noun phrase with its coordination and apposition, without relative clauses."""
    start, end = noun.left_edge.i, noun.right_edge.i + 1
    stack = [noun]
    while stack:
        for child in stack.pop().rights:
            if child.dep_ in ("relcl", "parataxis", "advcl", "ccomp"):
                end = min(end, child.left_edge.i)
            elif child.i < end and child.dep_ in ("conj", "appos", "prep", "pobj"):
                stack.append(child)
    end = max(end, noun.i + 1)
    if noun.doc[end - 1].tag_ == "POS":
        end -= 1
    return trim(noun.doc, _behind_dateline(noun, start, end), end)


def _behind_dateline(noun: Token, start: int, end: int) -> int:
    """Where a noun phrase starts that the parser ran together with the dateline before it."""
    behind = dateline_end(noun.doc, start)
    if start < behind < end:
        return behind
    return next((i for i in range(noun.i - 1, start, -1) if noun.doc[i].text == "The"), start)


def dateline_end(doc: Doc, start: int) -> int:
    """The token behind a dateline ("RIGA, Sept 3 - ") that starts at a token; the token itself where none does."""
    first = doc[start]
    if not first.is_upper or len(first) < 3 or (start and "\n" not in doc[start - 1].text):
        return start
    dash = next((i for i in range(start + 1, min(start + LONGEST_CHAIN, len(doc))) if doc[i].text in DASHES), None)
    if dash is None:
        return start
    dated = any(t.text in (",", "(") or t.is_digit for t in doc[start:dash])
    return dash + 1 if dated or first.ent_type_ == "GPE" else start


def verb_group(verb: Token, carriers: frozenset[str] = frozenset()) -> Span:
    """The verb with its auxiliaries, negation and adverbs, and the verb that carries it ("declined to say")."""
    start = verb.i
    if verb.dep_ == "xcomp" and verb.head.i < verb.i and verb.head.lemma_ in carriers:
        return verb_group(verb.head)[0], verb.i + 1
    lefts = {c.i for c in verb.lefts if c.dep_ in GROUP and c.tag_ != "TO"}
    while start - 1 in lefts:
        start -= 1
    end = verb.i + 1
    while end < len(verb.doc) and verb.doc[end].head == verb and verb.doc[end].dep_ == "prt":
        end += 1
    return start, end


def clause_of(token: Token) -> Token:
    """The nearest verb at or above a token, or the root of its sentence."""
    while token.pos_ not in ("VERB", "AUX") and token.head != token:
        token = token.head
    return token


def around(doc: Doc, whole: Span, hole: Span) -> list[Span]:
    """What is left of a span on both sides of a hole, trimmed; empty sides are left out."""
    sides = [(whole[0], min(hole[0], whole[1])), (max(hole[1], whole[0]), whole[1])]
    return [side for side in (trim(doc, *s) for s in sides) if side[0] < side[1]]


def trim(doc: Doc, start: int, end: int) -> Span:
    """A span without white space and punctuation at its ends; quotation marks stay."""
    while start < end and _outer(doc[start]):
        start += 1
    while start < end and _outer(doc[end - 1]):
        end -= 1
    return start, end


def _outer(token: Token) -> bool:
    return token.is_space or token.text in EDGES
