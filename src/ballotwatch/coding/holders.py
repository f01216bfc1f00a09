"""Who holds the position that a cue carries: the subject of the act, whom a clause is attributed to, or the issuer."""

from __future__ import annotations

from collections.abc import Sequence

from ballotwatch.coding.actors import Actor, Actors
from ballotwatch.coding.mood import Mood
from ballotwatch.coding.quotes import Quote
from ballotwatch.coding.syntax import ancestors, children, governing_verb, noun_core, noun_phrase, subject
from ballotwatch.coding.tokens import Doc, Token
from ballotwatch.coding.vocabulary import Words

FIRST_PERSON = ("i", "we", "us", "our", "my", "me", "ourselves")
# Manners of attribution that always report words, and those that do where their content is a clause.
SAID = ("according", "mark", "say")
TOLD = ("tell", "think", "adjective", "phrase", "noun")
# How many clauses up a pronoun may look for the noun it stands for.
CLAUSES = 3
# Prepositions that make what they govern a place, a topic or a receiver.
PLACING = ("in", "at", "on", "over", "about", "to", "for", "with", "against", "from", "after", "near")
THIRD_PERSON = ("it", "he", "she", "they")
# Frames whose cue, under a demand, is what is demanded.
DEMANDING = ("act", "event", "predicate", "sham", "law", "will")
# Subjects that nobody speaks for alone; a source that says what they will do holds the position itself.
Holders = tuple[Actor, ...]


class Voices:
    """The attributions of a text, asked for the innermost one around a token."""

    def __init__(self, doc: Doc, quotes: Sequence[Quote], actors: Actors, words: Words) -> None:
        self.doc, self.actors, self.words = doc, actors, words
        self.quotes = sorted(quotes, key=lambda q: (q.end - q.start, q.start))
        self.voiced = [q for q in self.quotes if q.speaker_start is not None and self.is_said(q)]

    def around(self, token: Token) -> Quote | None:
        """The innermost attribution with a speaker whose content holds a token."""
        return next((q for q in self.voiced if q.start <= token.idx < q.end), None)

    def is_said(self, quote: Quote) -> bool:
        """Whether an attribution reports words or a thought, not a mere thing that somebody wants or judges."""
        speaker = self.doc.char_span(quote.speaker_start, quote.speaker_end)
        if speaker is not None and speaker.text.lower() == "it" and speaker.root.head.lemma_ == "be":
            return False
        if quote.kind == "direct" or quote.manner in SAID:
            return True
        span = self.doc.char_span(quote.start, quote.end)
        return (
            quote.manner in TOLD
            and span is not None
            and any(t.pos_ in ("VERB", "AUX") and "VerbForm=Fin" in t.morph for t in span)
        )

    def is_quoted(self, token: Token) -> bool:
        return any(q.kind == "direct" and q.start <= token.idx < q.end for q in self.quotes)

    def source(self, token: Token) -> Holders:
        """Whose words or thoughts a token stands in; the issuer where nobody else is named."""
        quote = self.around(token)
        if quote is not None:
            return self.speakers(quote) or self.cited(token) or self.own_voice(token.idx)
        return self.own_voice(token.idx) or self.cited(token)

    def own_voice(self, start: int) -> Holders:
        """Who speaks outside quotation marks: the issuer of a statement, whoever answers in an interview."""
        return tuple(actor for actor in self.actors.voices(start) if actor.entity)

    def named(self, start: int, end: int) -> Holders:
        """The actors that a noun phrase names; for "we" and "I" who is speaking there."""
        text = self.doc.text[start:end].strip().lower()
        if text in FIRST_PERSON:
            quote = self._outer(start, end)
            if quote is not None:
                return self.named(quote.speaker_start, quote.speaker_end)
            return self.own_voice(start)
        return tuple(actor for actor in self.actors.resolve(start, end) if actor.entity)

    def _outer(self, start: int, end: int) -> Quote | None:
        outer = (q for q in self.quotes if q.start <= start < q.end and q.speaker_start not in (None, start))
        return next(
            (q for q in outer if self.doc.text[q.speaker_start : q.speaker_end].lower() not in FIRST_PERSON), None
        )

    def named_in(self, start: int, end: int) -> Holders:
        """Those whom a passage names as actors, not as places, objects or people spoken of; one for each entity."""
        found: dict[str, Actor] = {}
        for actor in self.actors.mentions:
            if start <= actor.start < end and actor.entity and self.acts(actor):
                found.setdefault(actor.entity, actor)
        return tuple(found.values())

    def acts(self, actor: Actor) -> bool:
        span = self.doc.char_span(actor.start, actor.end)
        token = span.root if span is not None else None
        while token is not None and token.dep_ in ("conj", "appos", "poss", "compound"):
            token = token.head
        return token is not None and not (token.dep_ == "pobj" and token.head.lower_ in PLACING or token.dep_ == "dobj")

    def cited(self, token: Token) -> Holders:
        """Whom an outlet cites: "media report, citing the mayor"."""
        for word in token.sent:
            if word.lower_ in ("citing", "quoting") and (named := children(word, "dobj")):
                return self.named(*noun_phrase(named[0]))
        return ()

    def subject_of(self, verb: Token) -> Holders | None:
        """The actors that do what a verb says; None where it has no subject, () where the subject is no actor."""
        noun = subject(verb)
        if noun is None:
            return None
        if noun.lower_ in FIRST_PERSON:
            return self.source(verb)
        if noun.lower_ in THIRD_PERSON and (quote := self.around(noun)) is not None and quote.kind == "indirect":
            return self.speakers(quote)
        if noun.lower_ in THIRD_PERSON and (held := self.matrix_subject(verb)):
            return held
        return self.named(*noun_phrase(noun)) or self.named(*noun_core(noun)) or self.listed(noun)

    def listed(self, noun: Token) -> Holders:
        """The members that a group is given by: "a handful of governments, among them Cuba and Bolivia"."""
        group = noun.subtree
        mark = next((t for t in group if t.lower_ in ("including", "notably", "among") and t.i > noun.i), None)
        return self.named_in(mark.idx, noun.doc[noun.right_edge.i].idx + 1) if mark is not None else ()

    def matrix_subject(self, verb: Token) -> Holders:
        """Who a pronoun stands for in a clause inside another: the subject of the outer verb."""
        for _ in range(CLAUSES):
            if verb.dep_ not in ("ccomp", "advcl", "conj", "acl", "xcomp") or verb.head.pos_ not in ("VERB", "AUX"):
                return ()
            verb = verb.head
            noun = subject(verb)
            if noun is not None and noun.pos_ != "PRON":
                return self.named(*noun_phrase(noun))
        return ()

    def speakers(self, quote: Quote) -> Holders:
        """Who an attribution's source names: all of a list, where the verb after "which" is plural."""
        span = self.doc.char_span(quote.speaker_start, quote.speaker_end)
        if span is None:
            return ()
        if span.text.lower() in THIRD_PERSON and (held := self.nearest(span.root, quote)):
            return held
        first = span.root
        while first.dep_ == "conj":
            first = first.head
        if first.i != span.root.i and any(is_plural(v) for t in span for v in children(t, "relcl")):
            return self.named(*noun_phrase(first))
        return self.named(quote.speaker_start, quote.speaker_end) or self.whole(span.root)

    def nearest(self, pronoun: Token, quote: Quote) -> Holders:
        """Who a pronoun stands for in its own sentence: the last of its kind named there outside the content."""
        kinds = (
            ("person",) if pronoun.lower_ in ("he", "she") else ("state", "organisation", "authority", "party", "group")
        )
        start = pronoun.sent.start_char
        named = (
            a for a in reversed(self.actors.mentions)
            if start <= a.start < pronoun.idx and a.actor_type in kinds and not quote.start <= a.start < quote.end
        )  # fmt: skip
        found = next(named, None) if pronoun.lower_ != "they" else None
        return (found,) if found is not None and found.entity else ()

    def whole(self, noun: Token) -> Holders:
        """The body that a noun only completes the name of: "the Mejlis of the Crimean Tatar People, which said"."""
        if noun.dep_ == "pobj" and noun.head.head.pos_ in ("NOUN", "PROPN"):
            return self.named(*noun_phrase(noun.head.head))
        if noun.dep_ == "appos":
            return self.named(*noun_phrase(noun.head)) or self.named(*noun_core(noun.head))
        return ()

    def holder(self, token: Token, frame: str, mood: Mood) -> Holders:
        """Who holds the position of a cue of a frame."""
        if mood.demand is not None and frame in DEMANDING:
            if children(mood.demand, "nsubjpass") and not children(mood.demand, "agent"):
                return ()
            return self.demander(mood.demand) or self.source(token)
        if frame == "act" and not mood.deontic or frame == "event" and not mood.deontic and self.is_imposed(token):
            return self.performer(token)
        # That the people's will was not respected is said of whoever did not: it is the speaker's claim.
        claimed = frame == "will" and mood.negated
        if not claimed and (judge := self.judge(token)) is not None:
            held = self.subject_of(judge)
            if held or self.is_somebody(judge):
                return held or ()
        return self.source(token) or self.judged_above(token) or self.carried_on(token)

    def carried_on(self, token: Token) -> Holders:
        """Whose speech an unattributed sentence carries on: "X said that … . They could not be regarded as legal".

        Only a sentence in the tense of reported speech does, right after the attributed one in its paragraph.
        """
        sentence = token.sent
        before = self.doc[: sentence.start]
        if not len(before) or "\n" in before[-1].text or not is_reported(sentence.root):
            return ()
        last = before[-1].sent
        told = [q for q in self.voiced if last.start_char <= q.start < last.end_char and q.kind == "indirect"]
        return self.speakers(told[0]) if told else ()

    def is_somebody(self, verb: Token) -> bool:
        """Whether a verb's subject is somebody in particular, even where nobody knows who: "the West called"."""
        noun = next(iter(children(verb, "nsubj")), None)
        return noun is not None and noun.pos_ in ("NOUN", "PROPN") and noun.lemma not in self.words["everybody"]

    def judged_above(self, token: Token) -> Holders:
        """Whose judgement or that-clause a word stands in: "let it be known that", "a farce whose organisers would go"."""
        for child, head in ancestors(token):
            if child.dep_ == "ccomp" and (held := self.subject_of(head)):
                return held
            if head.lemma in self.words["judge_verbs"] and head.pos_ == "VERB":
                return self.subject_of(head) or ()
        return ()

    def is_imposed(self, token: Token) -> bool:
        """Whether a sanction or a case stands under a verb whose subject imposes it."""
        verb = governing_verb(token)
        return verb.lemma in self.words["imposing_verbs"]

    def demander(self, demand: Token) -> Holders:
        """Who puts a demand: the source that attribution found for its verb, else the verb's subject."""
        told = [q for q in self.quotes if q.cue_start is not None and q.cue_start <= demand.idx < q.cue_end]
        for quote in told:
            if quote.speaker_start is not None and (held := self.speakers(quote)):
                return held
        verb = demand if demand.pos_ in ("VERB", "AUX") else self.owner(demand)
        return (self.subject_of(verb) or ()) if verb is not None else ()

    def owner(self, noun: Token) -> Token | None:
        """The verb whose subject an act noun belongs to: "announced its non-recognition"."""
        return next((head for _, head in ancestors(noun) if head.pos_ in ("VERB", "AUX")), None)

    def performer(self, token: Token) -> Holders:
        """Who does an act: the subject of a verb, or of the verb around a noun."""
        verb = token if token.pos_ in ("VERB", "AUX") else self.owner(token)
        if token.pos_ not in ("VERB", "AUX"):
            if owners := children(token, "poss"):
                if held := self.named(*noun_phrase(owners[0])):
                    return held
            if senders := [
                p
                for head in (token, verb)
                if head is not None
                for prep in children(head, "prep", "agent")
                if prep.lower_ in ("by", "from")
                for p in children(prep, "pobj")
            ]:
                if held := self.named(*noun_phrase(senders[0])):
                    return held
        held = self.subject_of(verb) if verb is not None else None
        if held or verb is not None and self.is_somebody(verb):
            return held or ()
        return self.source(token)

    def judge(self, token: Token) -> Token | None:
        """The verb of calling or considering that a property stands under, within one clause."""
        for child, head in ancestors(token):
            if head.lemma in self.words["judge_verbs"] and head.pos_ == "VERB":
                return head if child.dep_ not in ("nsubj", "relcl", "advcl") else None
            if (
                child.dep_ in ("relcl", "advcl", "nsubj", "nsubjpass")
                or child.dep_ == "conj"
                and children(child, "nsubj")
            ):
                return None
        return None


def is_plural(verb: Token) -> bool:
    """Whether a finite verb tells that its subject is more than one."""
    return verb.tag_ == "VBP" or any(c.tag_ == "VBP" for c in children(verb, "aux", "auxpass"))


def is_reported(verb: Token) -> bool:
    """Whether a verb stands in the tense that reported speech is shifted to."""
    return any(c.lower_ in ("would", "could", "had", "might") for c in children(verb, "aux"))
