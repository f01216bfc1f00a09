"""Attribution: which passages are somebody's words or thoughts, whose, and by which cue.

One mechanism reads every construction off spaCy's parse: verbs of saying, thinking, wanting and judging with their
clause, infinitive or object; passives; inserted and trailing "X said"; "according to X", "in X's view"; adjectives
("is convinced that"); nouns of communication ("the claim that"). The words come from the codebook, by class; the roles
source, cue and content are those of Pareti's annotation scheme (PARC 3.0) and of PolNeAR.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ballotwatch.coding.clauses import (
    NOUNS,
    Span,
    antecedent,
    around,
    clause_of,
    dateline_end,
    noun_span,
    own_subject,
    reattached,
    subject,
    trim,
    verb_group,
)
from ballotwatch.coding.tokens import Doc, Token

CLAUSES = ("ccomp", "xcomp")
PREDICATIVES = ("oprd", "attr", "acomp")
REASONS = ("for", "as", "of", "with", "to")


class Attribution(NamedTuple):
    """Content attributed to a source. Spans are token indices; ``source`` is None where nobody is named.

    ``contents`` has several spans where the attribution stands inside its content. ``kind``: the class of the cue
    (say, tell, think, want, judge, show, phrase, adjective, noun, according).
    """

    cue: Span
    source: Span | None
    contents: tuple[Span, ...]
    kind: str


class Lexicon(NamedTuple):
    """The codebook's vocabulary as sets, ready for look-up."""

    classes: dict[str, tuple[str, ...]]
    clause_only: frozenset[str]
    phrases: frozenset[str]
    adjectives: frozenset[str]
    nouns: frozenset[str]
    source_nouns: frozenset[str]
    light_verbs: frozenset[str]
    carriers: frozenset[str]
    persons: frozenset[str]
    labels: frozenset[str]


def read_lexicon(vocabulary: Mapping[str, tuple[str, ...]]) -> Lexicon:
    """The attribution vocabulary of a codebook. Raises KeyError where a list is missing."""
    classes: dict[str, tuple[str, ...]] = {}
    for kind in ("say", "tell", "think", "want", "judge", "show"):
        for lemma in vocabulary[f"{kind}_verbs"]:
            classes[lemma] = (*classes.get(lemma, ()), kind)
    keys = ("clause_only_verbs", "attribution_phrases", "attribution_adjectives", "attribution_nouns", "source_nouns")
    keys += ("light_verbs", "carrier_verbs", "person_nouns", "label_nouns")
    return Lexicon(classes, *(frozenset(vocabulary[key]) for key in keys))


def find_attributions(doc: Doc, lexicon: Lexicon) -> list[Attribution]:
    """Every attribution of a text, in the order of its cues; nested ones each get their own."""
    return [found for token in doc for found in _at(token, lexicon)]


def _at(token: Token, lexicon: Lexicon) -> Iterator[Attribution]:
    if token.pos_ == "VERB" and token.dep_ != "acomp":
        yield from _of_verb(token, lexicon)
    elif token.pos_ in ("NOUN", "ADJ", "VERB", "PROPN"):
        if token.lower_ in lexicon.adjectives:
            yield from _of_adjective(token, lexicon)
        if token.lemma in lexicon.nouns:
            yield from _of_noun(token, lexicon)
    if token.lower_ == "according":
        yield from _according(token)
    elif token.lower_ in ("in", "for", "to"):
        yield from _in_view_of(token, lexicon)


# Verbs


def _of_verb(verb: Token, lexicon: Lexicon) -> Iterator[Attribution]:
    phrase = _phrase(verb, lexicon)
    kinds = lexicon.classes.get(base(verb, lexicon), ("phrase",) if phrase else ())
    if not kinds or _carries(verb, lexicon):
        return
    contents = _contents(verb, kinds, phrase, lexicon)
    source, has_agent = _source(verb)
    if _is_passive(verb) and source is None and verb.lower_ in lexicon.adjectives:
        source = subject(verb)
    if contents and (source is not None or _is_passive(verb) or has_agent):
        cue = verb_group(verb, lexicon.carriers)
        cue = (cue[0], max(cue[1], phrase.i + 1)) if phrase is not None and phrase.i <= cue[1] else cue
        span = None if source is None else noun_span(source)
        yield Attribution(cue, span, contents, "phrase" if phrase is not None else kinds[0])


def base(verb: Token, lexicon: Lexicon) -> str:
    """The lemma that the vocabulary knows; the model's own lemma ("hop" for "hoped") where it knows none."""
    lemma, form = verb.lemma, verb.lower_
    guesses = (lemma, form[:-1], form[:-3] + "e") if form.endswith(("s", "d", "ing")) else (lemma,)
    return next((g for g in guesses if g in lexicon.classes), lemma)


def _carries(verb: Token, lexicon: Lexicon) -> bool:
    """Whether the verb only carries another attributing verb: "declined to say"."""
    return verb.lemma_ in lexicon.carriers and any(
        c.dep_ == "xcomp" and c.pos_ == "VERB" and _attributes(c, lexicon) for c in verb.rights
    )


def _attributes(verb: Token, lexicon: Lexicon) -> bool:
    kinds = lexicon.classes.get(base(verb, lexicon), ())
    return bool(kinds and _contents(verb, kinds, _phrase(verb, lexicon), lexicon))


def _phrase(verb: Token, lexicon: Lexicon) -> Token | None:
    """The preposition or particle that makes a cue with the verb: "called for"."""
    lemma = verb.lemma
    return next((c for c in verb.rights if f"{lemma} {c.lower_}" in lexicon.phrases), None)


def _is_passive(verb: Token) -> bool:
    """Whether a verb is passive, as a participle too: "asked about P", "the view held by X"."""
    if any(c.dep_ in ("nsubjpass", "auxpass") for c in verb.children):
        return True
    return verb.tag_ == "VBN" and verb.dep_ in ("acl", "advcl") and not any(c.dep_ == "aux" for c in verb.lefts)


def _agent(verb: Token) -> Token | None:
    by = next((c for c in verb.rights if c.dep_ == "agent"), None)
    return None if by is None else next((c for c in by.children if c.dep_ == "pobj"), None)


def _source(verb: Token) -> tuple[Token | None, bool]:
    """Who speaks, and whether a "by" names them."""
    agent = _agent(verb)
    if agent is not None:
        return agent, True
    if _is_passive(verb):
        return None, False
    found = subject(verb)
    return (None if found is None or found.lower_ in ("there", "what") else found), False


def _contents(verb: Token, kinds: tuple[str, ...], phrase: Token | None, lexicon: Lexicon) -> tuple[Span, ...]:
    if _is_passive(verb):
        return _passive_contents(verb, kinds, lexicon)
    right = _right_content(verb, kinds, phrase, lexicon)
    if right is not None:
        return (*(_gapped(verb, lexicon) if "judge" in kinds else ()), right)
    if verb.dep_ == "pcomp" and verb.head.lower_ == "as":
        verb = verb.head.head  # "P, the agency quoted X as saying"
    return _preposed(verb) or _inserted(verb) or _gapped(verb, lexicon)


def _passive_contents(verb: Token, kinds: tuple[str, ...], lexicon: Lexicon) -> tuple[Span, ...]:
    """What is said to be, or what is condemned by somebody; whom one is told it is no part of it."""
    thing = base(verb, lexicon) in lexicon.clause_only
    complements = [c for c in verb.rights if c.dep_ in (CLAUSES if thing else (*CLAUSES, *PREDICATIVES))]
    spans = [span for span in [_reach(verb.doc, complements)] if span] if complements else []
    patient = verb.head if verb.dep_ == "acl" else next((c for c in verb.lefts if c.dep_ == "nsubjpass"), None)
    spoken_of = complements or (_agent(verb) is not None and not thing)
    if patient is not None and spoken_of and "tell" not in kinds:
        start, end = noun_span(antecedent(patient))
        spans.insert(0, trim(verb.doc, start, min(end, verb.i) if start < verb.i else end))
    return tuple(s for s in spans if s[0] < s[1])


def _right_content(verb: Token, kinds: tuple[str, ...], phrase: Token | None, lexicon: Lexicon) -> Span | None:
    lemma = base(verb, lexicon)
    aspect = kinds[0] == "say" and lemma in lexicon.carriers
    clauses = [c for c in verb.rights if _is_clause(c) and not (aspect and c.dep_ == "xcomp")]
    objects = [c for c in verb.rights if c.dep_ == "dobj" and c != phrase]
    phrased = [c for c in phrase.rights if c.dep_ in ("pobj", "pcomp", "amod", "acomp")] if phrase is not None else []
    if "tell" in kinds and (clauses or phrased):
        return _reach(verb.doc, [*clauses, *phrased])
    predicatives = [c for c in verb.rights if c.dep_ in PREDICATIVES or (c.dep_ == "advcl" and c.pos_ == "ADJ")]
    if "judge" in kinds and objects and lemma not in lexicon.clause_only:
        reasons = [c for c in verb.rights if c.dep_ == "prep" and c.lower_ in REASONS]
        return _reach(verb.doc, [*objects, *predicatives, *reasons, *clauses])
    if objects and not clauses and not phrased and lemma in lexicon.clause_only:
        objects = []
    found = [*clauses, *phrased, *objects, *(predicatives if objects or "judge" in kinds else ())]
    span = _reach(verb.doc, found) if found else None
    # A relative pronoun belongs to the clause behind the verb but stands before it: "which they said was void".
    return (max(span[0], verb.i + 1), span[1]) if span else None


def _is_clause(child: Token) -> bool:
    """A complement clause; "said P and that Q" hangs the second one on the cue."""
    if child.dep_ in CLAUSES:
        return True
    return child.dep_ in ("conj", "advcl") and any(
        c.dep_ == "mark" and c.lower_ in ("that", "whether") for c in child.lefts
    )


def _reach(doc: Doc, parts: list[Token]) -> Span | None:
    start, end = trim(doc, min(p.left_edge.i for p in parts), max(_last(p) for p in parts) + 1)
    return (start, end) if start < end else None


def _last(part: Token) -> int:
    """The last token of a complement, without coordinated clauses that belong to the sentence above."""
    for child in part.rights:
        if child.dep_ == "conj" and child.pos_ == "VERB" and (reattached(child) is not None or _is_new(child)):
            return _before_conjunction(child) - 1
    return part.right_edge.i


def _is_new(conjunct: Token) -> bool:
    """A clause behind ", and" with a source of its own: "A said P, and B called it Q"."""
    own = next((c for c in conjunct.lefts if c.dep_ == "nsubj"), None)
    if own is None or conjunct.tag_ not in ("VBD", "VBZ", "VBP") or conjunct.head.dep_ != "ccomp":
        return False
    names = own.ent_type_ in ("PERSON", "ORG", "GPE", "NORP") or any(c.lower_ in ("a", "an") for c in own.lefts)
    comma = conjunct.doc[max(_before_conjunction(conjunct) - 1, 0)].text == ","
    return (
        names
        and comma
        and any(c.dep_ in (*CLAUSES, "oprd", "dobj") for c in conjunct.rights)
        and conjunct.head.tag_ == conjunct.tag_ == conjunct.head.head.tag_
    )


def _before_conjunction(conjunct: Token) -> int:
    start = conjunct.left_edge.i
    return start - 1 if start and conjunct.doc[start - 1].dep_ == "cc" else start


def _preposed(verb: Token) -> tuple[Span, ...]:
    """The clause before "X said": from the beginning of the sentence, so that its "But" or "In Kyiv," belongs."""
    clause = next((c for c in verb.lefts if c.dep_ == "ccomp"), None)
    if clause is None:
        return ()
    own = own_subject(verb)
    if own is not None and own.i < clause.i:
        return _reach_tuple(verb.doc, clause.left_edge.i, clause.right_edge.i + 1)
    end = min(clause.right_edge.i + 1, own.left_edge.i if own is not None and own.i < verb.i else verb.i)
    return _reach_tuple(verb.doc, _clip(verb.doc, verb.left_edge.i, end), end)


def _clip(doc: Doc, start: int, end: int) -> int:
    """Where the clause before an attribution starts: behind a semicolon, a colon or a dateline."""
    for i in range(end - 2, start, -1):
        if doc[i].text in (";", ":"):
            return i + 1
    return min(dateline_end(doc, start), end)


def _reach_tuple(doc: Doc, start: int, end: int) -> tuple[Span, ...]:
    start, end = trim(doc, start, end)
    return ((start, end),) if start < end else ()


def _inserted(verb: Token) -> tuple[Span, ...]:
    """The clause that "X said" stands inside of or behind, as its parenthesis."""
    as_put = any(c.dep_ == "mark" and c.lower_ == "as" for c in verb.lefts)
    head = clause_of(verb.head) if as_put else verb.head
    inserted = verb.dep_ == "parataxis" or (verb.dep_ in ("advcl", "ccomp") and _between_commas(verb))
    if head == verb or not inserted:
        return ()
    hole = (verb.left_edge.i, verb.right_edge.i + 1)
    start = _clip(verb.doc, head.left_edge.i, hole[0]) if head.left_edge.i < hole[0] else head.left_edge.i
    end = next((i for i in range(hole[1], head.right_edge.i) if verb.doc[i].text == ";"), head.right_edge.i + 1)
    return tuple(around(verb.doc, (start, end), hole))


def _gapped(verb: Token, lexicon: Lexicon) -> tuple[Span, ...]:
    """What a relative clause says something of: "the vote that Kyiv called a sham"."""
    objects = [c for c in verb.lefts if c.dep_ == "dobj" and c.tag_ in ("WDT", "WP")]
    if verb.dep_ != "relcl" or not objects or base(verb, lexicon) in lexicon.clause_only:
        return ()
    start, end = noun_span(verb.head)
    return _reach_tuple(verb.doc, start, min(end, verb.left_edge.i))


def _between_commas(verb: Token) -> bool:
    start, end = verb.left_edge.i, verb.right_edge.i + 1
    doc = verb.doc
    before = doc[start - 1].is_punct if start else False
    return before and (end >= len(doc) or doc[end].is_punct or doc[end - 1].is_punct)


# Adjectives and nouns


def _of_adjective(word: Token, lexicon: Lexicon) -> Iterator[Attribution]:
    """ "X is convinced that P", "X was critical of Y"."""
    if word.dep_ != "acomp" or word.head.pos_ not in ("AUX", "VERB"):
        return
    parts = [c for c in word.rights if c.dep_ in ("ccomp", "xcomp", "prep")]
    source = subject(word.head)
    if parts and source is not None and source.lower_ not in ("it", "there", "what", "that", "this"):
        cue, content = _with_preposition((verb_group(word.head)[0], word.i + 1), parts)
        if content:
            yield Attribution(cue, noun_span(source), (content,), "adjective")


def _of_noun(noun: Token, lexicon: Lexicon) -> Iterator[Attribution]:
    """ "X's claim that P", "X issued a call to V"."""
    if noun.pos_ != "NOUN":
        return
    parts = [c for c in noun.rights if _is_noun_content(c)]
    if not parts:
        return
    source, start = _owner(noun, lexicon)
    cue, content = _with_preposition((start, noun.i + 1), parts)
    if content and (source is not None or parts[0].dep_ != "prep"):
        yield Attribution(cue, source, (content,), "noun")


def _with_preposition(cue: Span, parts: list[Token]) -> tuple[Span, Span | None]:
    """A cue with the preposition that follows it ("concerned about"), and its content."""
    content = _reach(parts[0].doc, parts)
    if content and parts[0].dep_ == "prep" and parts[0].i == cue[1]:
        content = trim(parts[0].doc, cue[1] + 1, content[1])
        return (cue[0], cue[1] + 1), content if content[0] < content[1] else None
    return cue, content


def _is_noun_content(child: Token) -> bool:
    if child.dep_ in ("acl", "ccomp", "relcl"):
        marked = any(c.dep_ == "mark" and c.lower_ in ("that", "whether") for c in child.lefts)
        return marked or (child.dep_ == "acl" and any(c.tag_ == "TO" for c in child.lefts))
    dated = any(c.ent_type_ in ("DATE", "TIME") for c in child.children)
    return child.dep_ == "prep" and child.lower_ in ("about", "on", "over", "for", "against", "of") and not dated


def _owner(noun: Token, lexicon: Lexicon) -> tuple[Span | None, int]:
    """Who the noun's content is from, and where the cue starts."""
    poss = next((c for c in noun.lefts if c.dep_ == "poss"), None)
    if poss is not None:
        return noun_span(poss), noun.i
    by = next((c for c in noun.rights if c.lower_ in ("by", "from")), None)
    if by is not None and (giver := next((c for c in by.children if c.dep_ == "pobj"), None)) is not None:
        return noun_span(giver), noun.i
    head = noun.head
    if noun.dep_ == "dobj" and head.lemma_ in lexicon.light_verbs and not _is_passive(head):
        giver = subject(head)
        if giver is not None:
            return noun_span(giver), verb_group(head)[0]
    return None, noun.i


# Prepositions


def _according(token: Token) -> Iterator[Attribution]:
    to = next((c for c in token.rights if c.lower_ == "to"), None)
    source = next((c for c in to.children if c.dep_ == "pobj"), None) if to is not None else None
    if source is None:
        return
    start, end = noun_span(source)
    comma = next((i for i in range(start, end) if token.doc[i].text == ","), end)
    if token.head == token and comma < end and comma > source.i:
        # The parser took the clause behind the comma for an apposition.
        rest = trim(token.doc, comma, token.sent.end)
        yield Attribution((token.i, to.i + 1), (start, comma), (rest,), "according")
    else:
        yield from _with_clause(token, (token.i, to.i + 1), (start, end))


def _in_view_of(token: Token, lexicon: Lexicon) -> Iterator[Attribution]:
    """ "In the minister's view, P", "in the words of X", "for the minister it was P"."""
    noun = next((c for c in token.rights if c.dep_ == "pobj"), None)
    if noun is None or token.dep_ != "prep":
        return
    if noun.lower_ in lexicon.source_nouns:
        source = next((c for c in noun.lefts if c.dep_ == "poss"), None) or _of_whom(noun)
        if source is not None and source.pos_ in NOUNS:
            yield from _with_clause(token, (token.i, noun.i + 1), noun_span(source))
    elif token.lower_ == "for" and _is_person(noun, lexicon) and _opens_copula(token):
        yield from _with_clause(token, (token.i, token.i + 1), noun_span(noun))


def _of_whom(noun: Token) -> Token | None:
    of = next((c for c in noun.rights if c.lower_ == "of"), None)
    return None if of is None else next((c for c in of.children if c.dep_ == "pobj"), None)


def _is_person(noun: Token, lexicon: Lexicon) -> bool:
    return noun.ent_type_ in ("PERSON", "GPE", "NORP", "ORG") or noun.lemma in lexicon.persons


def _opens_copula(token: Token) -> bool:
    """Whether the phrase opens a clause that says what something is: "For X it was a breach"."""
    head = token.head
    return head.lemma_ in ("be", "remain", "mean", "constitute", "represent") and head.left_edge.i == token.i


def _with_clause(token: Token, cue: Span, source: Span) -> Iterator[Attribution]:
    """The clause that a phrase belongs to, without the phrase."""
    head = clause_of(token.head) if token.head != token else token
    phrase = (token.left_edge.i, token.right_edge.i + 1)
    contents = tuple(around(token.doc, (head.left_edge.i, head.right_edge.i + 1), phrase))
    if contents:
        yield Attribution(cue, source, contents, "according")
