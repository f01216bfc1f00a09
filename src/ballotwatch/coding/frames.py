"""What a cue must be about before it counts: one test for each entry of the cue table's ``about`` column."""

from __future__ import annotations

from ballotwatch.coding.cues import Hit
from ballotwatch.coding.holders import Voices
from ballotwatch.coding.mentions import Ballots
from ballotwatch.coding.mood import Mood
from ballotwatch.coding.syntax import DEEPEST, children, governing_verb, without_subject
from ballotwatch.coding.tokens import Doc, Token
from ballotwatch.coding.vocabulary import Words

# Cues that say something against the ballot hold as a mere attribute too ("the sham vote"), in the speaker's own words.
OWN_WORDS = ("illegal", "sham", "rig")
LEGITIMISING = ("fair", "legal", "legitimate", "legal_effect")


class Frames:
    """The tests, over one text."""

    def __init__(self, doc: Doc, ballots: Ballots, voices: Voices, words: Words) -> None:
        self.doc, self.ballots, self.voices, self.words = doc, ballots, voices, words

    def fits(self, hit: Hit, meant: Mood) -> bool:
        """Whether a cue is about what its row of the cue table asks."""
        return getattr(self, f"about_{hit.cue.about}")(hit, meant) and getattr(self, f"frame_{hit.cue.frame}")(
            hit, meant
        )

    def frame_act(self, hit: Hit, meant: Mood) -> bool:
        """An act is a verb, or the noun of one; an attribute ("accepted candidates") is none."""
        return hit.token.dep_ not in ("amod", "compound") and hit.token.pos_ in ("VERB", "NOUN", "AUX", "ADJ", "PROPN")

    def frame_event(self, hit: Hit, meant: Mood) -> bool:
        return hit.token.pos_ not in ("ADP", "DET") or len(hit.cue.words) > 1

    frame_coerce = frame_coerce_noun = frame_event

    def frame_law(self, hit: Hit, meant: Mood) -> bool:
        return True

    def frame_disturb(self, hit: Hit, meant: Mood) -> bool:
        """An event, not a word that only tells the kind of another thing: "arrest warrant"."""
        return hit.token.dep_ not in ("compound", "nmod")

    def frame_predicate(self, hit: Hit, meant: Mood) -> bool:
        """A property said of the ballot; as a mere attribute only what takes its standing away, in one's own words."""
        if not meant.attributive:
            return not (hit.cue.sense in LEGITIMISING and not meant.negated and is_only(hit.token))
        if hit.cue.sense in LEGITIMISING:
            return meant.negated
        return hit.cue.sense in OWN_WORDS and self.is_own_voice(hit.token)

    def frame_sham(self, hit: Hit, meant: Mood) -> bool:
        return not meant.attributive or self.is_own_voice(hit.token) or self.voices.judge(hit.token) is not None

    frame_rig = frame_predicate

    def frame_will(self, hit: Hit, meant: Mood) -> bool:
        """The people's will counts where something is said to show it, respect it or have nothing to do with it."""
        return meant.negated or governing_verb(hit.token).lemma in self.words["will_verbs"]

    def is_own_voice(self, token: Token) -> bool:
        """Whether a word stands in a quotation or in an issuer's own text, not in a reporter's paraphrase."""
        if self.voices.is_quoted(token) or self.voices.around(token) is None:
            return True
        own = {actor.entity for actor in self.voices.own_voice(token.idx)}
        return any(actor.entity in own for actor in self.voices.source(token))

    def about_winner(self, hit: Hit, meant: Mood) -> bool:
        """Congratulations are on the ballot unless they name another occasion."""
        near = {t.lemma for t in self.arguments(governing_verb(hit.token))}
        return not near & self.words["other_wins"] or self.ballots.is_strong(governing_verb(hit.token).subtree)

    def about_tie(self, hit: Hit, meant: Mood) -> bool:
        """A sanction or a prosecution is over the ballot unless it names another cause."""
        causes = [c for t in governing_verb(hit.token).subtree if t.lower_ == "over" for c in children(t, "pobj")]
        if causes and not any(self.ballots.concerns(cause.subtree) for cause in causes):
            return False
        return self.ballots.is_tied(hit.token)

    def about_ballot(self, hit: Hit, meant: Mood) -> bool:
        if hit.cue.frame == "act" and not has_object(hit.token):
            return self.ballots.is_near(hit.token)
        if meant.attributive and meant.negated and hit.cue.sense == "fair":
            return self.ballots.concerns(governing_verb(hit.token).subtree)
        return self.ballots.concerns(self.scope(hit.token, hit.cue.frame))

    def about_ballot_or_will(self, hit: Hit, meant: Mood) -> bool:
        tokens = self.scope(hit.token, hit.cue.frame)
        return self.ballots.concerns(tokens) or any(t.lemma in ("will", "choice") and t.pos_ == "NOUN" for t in tokens)

    def about_result(self, hit: Hit, meant: Mood) -> bool:
        return any(t.lemma in self.words["result_nouns"] for t in self.arguments(hit.token))

    def about_ballot_itself(self, hit: Hit, meant: Mood) -> bool:
        return self.about_ballot(hit, meant) and not self.about_result(hit, meant)

    def about_figures(self, hit: Hit, meant: Mood) -> bool:
        """Made rather than counted is a ballot, its result or its figures, not what lies around it."""
        scope = self.scope(hit.token, hit.cue.frame)
        named = self.words["numbers"] | self.words["result_nouns"] | self.words["ballot_traces"]
        return (
            self.ballots.is_strong(scope)
            or any(t.lemma in named or t.lower_ == "it" for t in scope)
            and (self.ballots.is_near(hit.token))
        )

    def about_numbers(self, hit: Hit, meant: Mood) -> bool:
        if meant.attributive:
            return hit.token.head.lemma in self.words["numbers"]
        subjects = children(governing_verb(hit.token), "nsubj", "nsubjpass", "dobj")
        return any(t.lemma in self.words["numbers"] for t in subjects)

    def about_law(self, hit: Hit, meant: Mood) -> bool:
        """The law must stand below a verb or a noun of breaking it; beside an adjective, in its clause."""
        below = hit.token if hit.token.pos_ in ("VERB", "NOUN") and hit.token.head.lower_ != "in" else None
        tokens = (below or governing_verb(hit.token)).subtree
        return any(t.lemma in self.words["law_nouns"] for t in tokens) and self.ballots.is_near(hit.token)

    def about_integrity(self, hit: Hit, meant: Mood) -> bool:
        return any(t.lemma in self.words["integrity_nouns"] for t in self.arguments(hit.token))

    def about_voters(self, hit: Hit, meant: Mood) -> bool:
        if hit.token.pos_ not in ("VERB", "AUX"):
            return self.ballots.is_near(hit.token) and self.has(hit.token, "voters")
        asked = [] if meant.demand is None else list(meant.demand.subtree)
        near = {t.lemma for t in [*self.clause_of(hit.token), *asked]}
        return self.ballots.is_near(hit.token) and bool(near & (self.words["voters"] | {"they"}))

    def clause_of(self, verb: Token) -> list[Token]:
        """A verb's own words, its controller's where it has no subject of its own."""
        own = list(verb.subtree)
        return own if children(verb, "nsubj", "nsubjpass") else [*own, *verb.head.subtree]

    def about_near(self, hit: Hit, meant: Mood) -> bool:
        return self.ballots.is_near(hit.token)

    def about_doorstep(self, hit: Hit, meant: Mood) -> bool:
        return self.ballots.is_near(hit.token) and self.has(hit.token, "doorstep")

    def about_occupier(self, hit: Hit, meant: Mood) -> bool:
        return self.has(hit.token, "occupiers")

    def about_voting_site(self, hit: Hit, meant: Mood) -> bool:
        """The event and the voting stand in one clause, or in one inside the other."""
        verb = governing_verb(hit.token)
        near = [*verb.subtree, verb.head]
        if verb.dep_ in ("ccomp", "xcomp", "advcl", "conj"):
            near += verb.head.subtree
        members = self.words["voting_sites"]
        return any((t.lemma in members or t.lower_ in members) and t.i != hit.token.i for t in near)

    def has(self, token: Token, word_class: str) -> bool:
        """Whether the token's sentence holds a word of a class other than the token."""
        members = self.words[word_class]
        return any(t.lemma in members or t.lower_ in members for t in token.sent if t.i != token.i)

    def arguments(self, token: Token) -> list[Token]:
        """What an act is done to: the words below it, and below the verb that it shares an object with."""
        tokens = without_subject(token)
        joined = [*([token.head] if token.dep_ == "conj" else []), *children(token, "conj")]
        if not children(token, "dobj", "nsubjpass"):
            tokens += [t for verb in joined for t in without_subject(verb)]
        if token.dep_ in ("relcl", "acl"):
            tokens.append(token.head)
        tokens += [t for own in children(token, "nsubjpass") for t in own.subtree]
        aside = {t.i for word in tokens if is_aside(word, token) for t in word.subtree}
        return [t for t in tokens if t.i not in aside]

    def scope(self, token: Token, frame: str) -> list[Token]:
        """The words in which a cue's ballot must stand."""
        if frame == "act" and token.pos_ in ("VERB", "AUX"):
            return self.arguments(token)
        if frame == "act" and token.pos_ == "NOUN" and children(token, "prep"):
            return list(token.subtree)
        if token.dep_ in ("amod", "compound", "nmod") and token.head.pos_ != "ADP":
            return [token.head]
        node = token
        for _ in range(DEEPEST):
            if (
                node.pos_ in ("VERB", "AUX")
                and node.dep_ not in ("aux", "auxpass", "amod", "acomp")
                or node.head.i == node.i
            ):
                break
            node = node.head
        if node.dep_ in ("relcl", "acl"):
            return [*node.subtree, node.head]
        if node.dep_ == "conj" and not children(node, "nsubj", "nsubjpass"):
            return [*node.head.subtree]
        return list(node.subtree)


def has_object(verb: Token) -> bool:
    """Whether a verb says what it is done to; a fragment ("will not be recognised") leaves it to the text around."""
    return (
        not children(verb, "auxpass")
        or bool(children(verb, "nsubjpass", "nsubj"))
        or verb.dep_ in ("conj", "relcl", "acl", "xcomp")
    )


def is_only(token: Token) -> bool:
    """Whether a property is kept for some: "only those elections can be considered legitimate"."""
    subjects = children(governing_verb(token), "nsubj", "nsubjpass")
    return any(c.lower_ == "only" for subject in subjects for c in subject.children)


def is_aside(word: Token, verb: Token) -> bool:
    """Whether words below a verb are no part of what it is done to: a clause about a noun, or "not the vote"."""
    if word.i <= verb.i:
        return False
    if word.dep_ in ("conj", "appos") and word.left_edge.i and word.left_edge.nbor(-1).dep_ == "neg":
        return True
    return word.dep_ in ("relcl", "advcl") or word.dep_ in ("conj", "appos") and bool(children(word, "neg"))
