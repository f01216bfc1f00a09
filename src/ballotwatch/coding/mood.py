"""Is it asserted, negated, left open or demanded? One walk from a cue up to its sentence's root answers all four."""

from __future__ import annotations

from dataclasses import dataclass

from ballotwatch.coding.syntax import DEEPEST, children
from ballotwatch.coding.tokens import Token
from ballotwatch.coding.vocabulary import Words

# Above these a clause is taken for granted: nothing outside changes what it says.
PRESUPPOSED = ("relcl", "parataxis", "appos")
ATTRIBUTES = ("amod", "compound", "nmod", "poss")
COMPLEMENTS = (
    "xcomp",
    "ccomp",
    "pcomp",
    "prep",
    "pobj",
    "dobj",
    "acomp",
    "attr",
    "oprd",
    "advcl",
    "acl",
    "nsubjpass",
    "conj",
    "dep",
)
QUANTIFIERS = ("no", "neither", "nor", "not", "any")
# "in no way", "by no means", "under no circumstances".
NO_WAY = ("way", "mean", "means", "circumstance", "event", "case", "sense")
NOR_REACH = 4
# Words right before another that negate it, whatever the parser hangs them on.
BEFORE = ("non-", "rather than", "in no way", "by no means", "under no circumstances", "not in any way")
EMPTY = ("nothing", "none", "nobody")
HEDGES = ("may", "might", "could")


@dataclass
class Mood:
    """How a cue is meant. ``demand`` is the word that puts the demand; ``deontic`` a must or should without one."""

    negated: bool = False
    open: bool = False
    deontic: bool = False
    demand: Token | None = None
    attributive: bool = False

    @property
    def demanded(self) -> bool:
        return self.deontic or self.demand is not None


def mood(token: Token, words: Words, sticky: bool = False) -> Mood:
    """The mood of a cue. A sticky one ("sham") that is a mere attribute is meant whatever is said around it."""
    found = Mood(open=is_question(token), attributive=is_attribute(token))
    node, read = token, True
    for step in range(DEEPEST):
        if read:
            read_node(node, found, words)
        if node.head.i == node.i or presupposed(node, words) or sticky and found.attributive:
            break
        if node.dep_ in ATTRIBUTES and step and not (found.attributive and node.pos_ == "ADJ"):
            break
        found.open |= is_condition(node)
        if adjunct(node):
            break
        read_edge(node, node.head, found, words)
        read = shares(node, words) and not is_preposed(node)
        node = node.head
    return found


def presupposed(node: Token, words: Words) -> bool:
    """Whether a clause is taken for granted; one on "nothing" or "none" is not: "had nothing to do with"."""
    if node.dep_ == "acl" and node.head.lemma_ == "fact":
        return True
    return node.dep_ in PRESUPPOSED and node.head.lower_ not in words["negators"]


def is_attribute(token: Token) -> bool:
    """Whether a word is said of a noun in passing: "the sham vote", "as a result of this farce"."""
    first = token.head if token.dep_ == "conj" and token.pos_ == "ADJ" else token
    if first.dep_ in ATTRIBUTES:
        return first.head.pos_ != "ADP"
    return token.pos_ == "NOUN" and any(
        c.lower_ in ("this", "that", "these", "those", "such") for c in children(token, "det")
    )


def shares(node: Token, words: Words) -> bool:
    """Whether the negation and the modal of the word above reach this one: not from a verb to one that joins it."""
    if node.dep_ != "conj":
        return node.dep_ != "advcl"
    return not (children(node, "nsubj", "nsubjpass", "aux", "neg") or negation(node, words))


def is_preposed(node: Token) -> bool:
    """Whether a clause stands before the verb that it depends on: what is told, then who did not say more."""
    return node.dep_ in ("ccomp", "parataxis", "advcl") and node.i < node.head.i


def is_question(token: Token) -> bool:
    """Whether the sentence around a token asks."""
    return "?" in token.sent.text.rstrip("”\"’' \n»")[-1:]


def is_condition(node: Token) -> bool:
    """Whether a clause is an if, unless or whether clause."""
    marks = {child.lower_ for child in children(node, "mark", "advmod")}
    inverted = any(
        c.lower_ in ("were", "should", "had") and c.i == node.left_edge.i for c in children(node, "aux", "auxpass")
    )
    return bool(marks & {"if", "unless", "whether"}) or inverted and node.dep_ == "advcl"


def adjunct(node: Token) -> bool:
    """Whether a clause only adds time, cause or manner, so that its head's negation does not reach it."""
    if node.dep_ != "advcl":
        return False
    marks = {child.lower_ for child in children(node, "mark", "advmod")}
    return bool(marks & {"after", "because", "since", "while", "although", "though", "as", "when", "before", "until"})


def read_node(node: Token, found: Mood, words: Words) -> None:
    """Take in the negation and the modal that a word itself carries."""
    negated = negation(node, words)
    if negated and found.demand is not None:
        found.open = True
    elif negated:
        found.negated = not found.negated
    modals = {child.lower_ for child in children(node, "aux")}
    if modals & set(HEDGES) and not negated and node.pos_ in ("VERB", "AUX"):
        found.open = True
    if modals & words["deontic"] and found.demand is None:
        found.deontic = True


def negation(node: Token, words: Words) -> bool:
    """Whether a word is negated by a child, by a quantifier on it or on its subject, or by a prefix."""
    negators = words["negators"]
    if node.lower_ in EMPTY:
        return node.i + 1 >= len(node.doc) or node.nbor(1).lower_ != "but"
    for child in node.children:
        if child.dep_ in ("neg", "preconj") and child.lower_ in negators and not is_other(child, node):
            return True
        if (
            child.lower_ in QUANTIFIERS[:4]
            and child.dep_ in ("det", "cc", "advmod", "predet", "preconj")
            and child.i < node.i
        ):
            return True
        if child.dep_ in ("nsubj", "nsubjpass") and is_nothing(child, negators):
            return True
        if node.lemma_ == "be" and child.dep_ in ("prep", "acomp", "advmod") and child.i > node.i and has_not(child):
            return True
        if child.dep_ == "prep" and any(
            is_nothing(p, negators) and p.lemma_ in NO_WAY for p in children(child, "pobj")
        ):
            return True
    if node.dep_ == "conj" and any(c.lower_ in ("nor", "neither") for c in node.head.children):
        return True
    if node.pos_ == "VERB" and any(
        t.lower_ == "nor" for t in node.doc[max(node.sent.start, node.i - NOR_REACH) : node.i]
    ):
        return True
    before = node.doc[max(node.sent.start, node.i - 3) : node.i].text.lower()
    return before.endswith(BEFORE)


def is_other(negator: Token, noun: Token) -> bool:
    """Whether a "not" behind a noun belongs to what follows: "a puppet show, not an election"."""
    return noun.pos_ in ("NOUN", "PROPN", "ADJ") and negator.i > noun.i


def has_not(token: Token) -> bool:
    """Whether a "not" stands in front of a phrase, as in "were not even remotely in place"."""
    return any(t.dep_ == "neg" for t in token.subtree if t.i < token.i)


def is_nothing(noun: Token, negators: frozenset[str]) -> bool:
    """Whether a noun phrase is empty: nobody, none of them, no elected body."""
    return noun.lower_ in negators or any(
        c.lower_ in ("no", "neither") and c.dep_ in ("det", "preconj") for c in noun.children
    )


def read_edge(node: Token, head: Token, found: Mood, words: Words) -> None:
    """Take in what the word above does to its complement: negate it, leave it open, demand it."""
    lemma = head.lemma
    if node.dep_ == "conj" and lemma in words["demand_verbs"] and is_bare(node) and found.demand is None:
        found.demand = head
    if node.dep_ not in COMPLEMENTS or node.dep_ == "conj":
        return
    negative = lemma in words["negative_verbs"] or head.lower_ in words["negative_verbs"]
    if negative and not any(c.lower_ == "up" for c in children(head, "prt")):
        flip(found)
    if "short" in {c.lower_ for c in head.children} | {head.lower_}:
        found.open, found.negated = True, False
    if lemma in words["open_words"] and not is_fact(node, lemma):
        found.open = True
    if lemma == "have" and node.dep_ == "xcomp":
        found.open |= any(c.lower_ == "yet" for c in (*head.children, *node.children))
        found.deontic |= found.demand is None
    if lemma in words["demand_verbs"] | words["demand_nouns"] and is_demanded(node, head, words):
        # Of two demands in a row, "asked Canada to press others", the outer one is put.
        found.demand = head


def flip(found: Mood) -> None:
    """Take in a word that negates its complement; above a demand it leaves the demand open."""
    if found.demand is not None:
        found.open = True
    else:
        found.negated = not found.negated


def is_fact(node: Token, lemma: str) -> bool:
    """Whether a verb of asking or expecting governs a noun or a finite clause, which it does not put in doubt."""
    return lemma in ("ask", "expect") and not any(c.lower_ in ("whether", "if") for c in node.children)


def is_demanded(node: Token, head: Token, words: Words) -> bool:
    """Whether the complement of a demand verb is what is demanded, not what is told."""
    if head.pos_ == "NOUN":
        return node.dep_ in ("acl", "prep", "relcl")
    if node.pos_ in ("VERB", "AUX") and node.dep_ in ("ccomp", "xcomp", "advcl", "conj", "acl", "dep"):
        return is_infinitive(node) or head.lemma in words["demand_objects"] and node.tag_ in ("VB", "VBP")
    if node.dep_ == "prep":
        return node.lower_ in ("for", "to", "with", "from", "against")
    return node.dep_ in ("dobj", "nsubjpass") and head.lemma in words["demand_objects"]


def is_bare(verb: Token) -> bool:
    """Whether a verb stands as an imperative: "called on states, do not recognise"."""
    return (
        verb.tag_ == "VB"
        and not children(verb, "nsubj", "nsubjpass")
        and not {c.lower_ for c in children(verb, "aux")} - {"do", "to"}
    )


def is_infinitive(verb: Token) -> bool:
    """Whether a verb is an infinitive or a subjunctive: "to recognise", "that Russia withdraw"."""
    aux = {child.lower_ for child in children(verb, "aux", "auxpass")}
    return "to" in aux or bool(aux & {"should", "be"}) or verb.tag_ == "VB" and not aux - {"be", "do", "not"}
