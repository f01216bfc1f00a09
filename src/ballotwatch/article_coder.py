"""One article in, its rows out: every layer of coding, each run where its text is about a ballot."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import lru_cache
from typing import NamedTuple, TypeVar

from ballotwatch.codebook import Codebook
from ballotwatch.coding.actors import Actors, find_actors
from ballotwatch.coding.ballots import Link, link_ballots
from ballotwatch.coding.confidence import confidence
from ballotwatch.coding.dates import Timex, find_dates
from ballotwatch.coding.dating import RECORD, Dating, Interval, date_document, stated_dating
from ballotwatch.coding.dating_clues import words_pattern
from ballotwatch.coding.framing import find_framing
from ballotwatch.coding.holders import Voices
from ballotwatch.coding.language import ENGLISH, language
from ballotwatch.coding.mentions import Ballots, ballots_of
from ballotwatch.coding.places import Place, find_places
from ballotwatch.coding.quotes import Quote, find_quotes
from ballotwatch.coding.statements import Finding, find_statements, statement_id
from ballotwatch.coding.text import count_words, one_thread, parse, parse_all
from ballotwatch.coding.tokens import Doc
from ballotwatch.coding.vocabulary import word_classes
from ballotwatch.corpus import Article, Problem
from ballotwatch.layout import find_layout
from ballotwatch.tables import SCHEMAS
from ballotwatch.triage import SHORT, concerns_ballot

CODER = "ballotwatch"
# A quotation of more words than this is coded by its opening sentence; the row tells where the whole of it ends.
LONG_QUOTATION = 60
# Shorter than this, in characters, a "sentence" is an exclamation or a slip of the splitter.
SHORT_SENTENCE = 40
Rows = dict[str, list[dict]]
Result = TypeVar("Result")
# Statements whose legal grounds the codebook asks for.
GROUNDED = ("illegality", "non_recognition", "condemnation", "solidarity")


class Plan(NamedTuple):
    """What an article's letters say: its language, whether it is about a ballot, whether to parse it, and where it isn't
    parsed its dating."""

    spoken: str
    about: bool
    parsed: bool
    dating: Dating | None = None


class Layers(NamedTuple):
    """What the layers found in one text; ``about``: what those on ballots found, None where it is about none."""

    doc: Doc
    dating: Dating
    timexes: list[Timex]
    actors: Actors
    quotes: list[Quote]
    places: list[Place]
    about: About | None


class About(NamedTuple):
    """What a text says about ballots: which, the statements on them, and the words for those who hold them."""

    link: Link
    findings: list[Finding]
    framing: list[dict]


def code_articles(articles: Iterable[Article], codebook: Codebook, all_documents: bool = False) -> list[Rows]:
    """The rows of each article of a batch, in their order, as `code_article` gives them; texts are parsed side by side.

    Nothing is raised: an article that can't be coded has one problem row, since it must not cost the others.
    """
    batch = list(articles)
    plans = [_attempt(article, plan, article, codebook, all_documents) for article in batch]
    texts = [article.text for article, found in zip(batch, plans) if isinstance(found, Plan) and found.parsed]
    with one_thread(), uncollected():
        docs = parse_all(texts)
        return [
            as_planned(article, codebook, all_documents, found, docs) if isinstance(found, Plan) else found
            for article, found in zip(batch, plans)
        ]


@contextmanager
def uncollected() -> Iterator[None]:
    """A block in which Python does not look for cycles by itself: now and then it would walk the whole model and codebook."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def as_planned(
    article: Article, codebook: Codebook, all_documents: bool, found: Plan, docs: Iterator[Doc | Exception]
) -> Rows:
    """The rows of one article as `coded` gives them; its parse, the next of `docs` where it has one, is let go of."""
    doc = next(docs) if found.parsed else None
    rows = coded(article, codebook, all_documents, found, doc)
    if isinstance(doc, Doc):
        doc.close()
    return rows


def coded(article: Article, codebook: Codebook, *given: object) -> Rows:
    """The rows of one article, or one problem row where coding it fails; ``given``: as `code_article` takes it."""
    return _attempt(article, code_article, article, codebook, *given)


def _attempt(article: Article, step: Callable[..., Result], *given: object) -> Result | Rows:
    """What a step on an article returns, or one problem row in its place."""
    try:
        return step(*given)
    except Exception as error:
        detail = f"{type(error).__name__}: {error}; report it with the article, which is left out of the tables"
        return {"problems": [asdict(Problem(article.source, "could not be coded", detail))]}


def code_article(
    article: Article,
    codebook: Codebook,
    all_documents: bool = False,
    planned: Plan | None = None,
    doc: Doc | Exception | None = None,
) -> Rows:
    """All rows of one article; plan and parse are made where they are not given.

    A text about no ballot has its documents row alone, with all_documents also its dates, places, actors and quotes; it is
    parsed for these, or where nothing else dates it. One that is not in English has its documents row alone. Raises what the
    parse or a layer raises.
    """
    planned = planned or plan(article, codebook, all_documents)
    rows: Rows = {name: [] for name in SCHEMAS}
    if planned.parsed:
        doc = parse(article.text) if doc is None else doc
        return rows | parsed_rows(article, codebook, all_documents, planned.about, doc)
    rows["documents"] = [document_row(article, planned.dating, planned.spoken)]
    if planned.spoken != ENGLISH:
        detail = f"its language is '{planned.spoken}': the rules read English alone; code a translation instead"
        rows["problems"] = [asdict(Problem(article.source, "not coded", detail))]
    return rows


def plan(article: Article, codebook: Codebook, all_documents: bool) -> Plan:
    """Whether to parse an article, decided from its letters."""
    spoken = language(article.text)
    about = spoken == ENGLISH and concerns_ballot(article.text, codebook)
    if about or spoken == ENGLISH and all_documents:
        return Plan(spoken, about, parsed=True)
    dating = unparsed_dating(article, spoken, codebook)
    undated = spoken == ENGLISH and dating.earliest is None and len(article.text) <= SHORT
    return Plan(spoken, about, undated, dating)


def unparsed_dating(article: Article, spoken: str, codebook: Codebook) -> Dating:
    """The dating of a text that is not parsed: as its record gives it, or as its head states it in English."""
    if article.published:
        return Dating(article.published, article.published, "metadata", RECORD)
    return stated_dating(article.text, codebook) if spoken == ENGLISH else Dating(None, None, "unknown", None)


def parsed_rows(article: Article, codebook: Codebook, all_documents: bool, about: bool, doc: Doc | Exception) -> Rows:
    """The rows of a text that is parsed: all layers where it is about a ballot and a token names one."""
    if isinstance(doc, Exception):
        raise doc
    ballots = ballots_of(doc, codebook)
    stated = Interval(article.published, article.published) if article.published else None
    dating = date_document(doc, codebook, stated)
    rows: Rows = {"documents": [document_row(article, dating, ENGLISH) | {"parsed": True}]}
    concerned = about and bool(ballots)
    if concerned or all_documents:
        layers = code_layers(doc, codebook, ballots if concerned else None, dating)
        for name, new in layer_rows(article.doc_id, layers, codebook).items():
            rows[name] = [{"doc_id": article.doc_id, **row} for row in new]
        rows["problems"] = unlinked(article, layers.about.link) if layers.about else []
    return rows


def unlinked(article: Article, link: Link) -> list[dict]:
    """A problem row where ballots are named that are neither in the calendar nor dated by the text."""
    if not link.unlinked:
        return []
    detail = f"{link.unlinked} mentions: the text does not date the ballot; add it to a codebook's ballots.csv if it is known"
    return [asdict(Problem(article.source, "ballot not linked", detail))]


def code_layers(doc: Doc, codebook: Codebook, ballots: Ballots | None, dating: Dating) -> Layers:
    """Run the layers in the order in which they need each other; without ballots those alone that need none."""
    published = Interval(dating.earliest, dating.latest) if dating.earliest else None
    timexes = find_dates(doc, published)
    actors = find_actors(doc, codebook)
    quotes = find_quotes(doc, codebook.vocabulary)
    about = None
    if ballots is not None:
        words = word_classes(codebook)
        voices = Voices(doc, quotes, actors, words)
        link = link_ballots(doc, codebook, ballots, timexes, dating)
        findings = find_statements(doc, codebook, ballots, voices, words, link.contested)
        about = About(link, findings, list(find_framing(doc, codebook, ballots, voices)))
    return Layers(doc, dating, timexes, actors, quotes, find_places(doc, codebook, actors), about)


def document_row(article: Article, dating: Dating, spoken: str) -> dict:
    """The row of the documents table; a title that the record gives goes before one found in the text."""
    title = article.title or headline(article.text)
    return {
        "doc_id": article.doc_id, "source": article.source, "sha256": article.sha256,
        "title": title, "published_earliest": dating.earliest, "published_latest": dating.latest,
        "dating_basis": dating.basis, "dating_evidence": dating.evidence, "language": spoken,
        "words": count_words(article.text), "text": article.text,
    }  # fmt: skip


def headline(text: str) -> str | None:
    """The title that a text's layout shows."""
    span = find_layout(text).title
    return span.of(text) if span else None


def layer_rows(doc_id: str, layers: Layers, codebook: Codebook) -> Rows:
    """The rows of every table but documents, without their doc_id."""
    rows: Rows = {
        "dates": [timex._asdict() for timex in layers.timexes],
        "places": [place._asdict() for place in layers.places],
        "actors": [actor._asdict() for actor in layers.actors.mentions],
        "quotes": [quote_row(quote, layers) for quote in layers.quotes],
    }
    if layers.about is None:
        return rows
    link, findings, framing = layers.about
    return rows | {
        "ballots": link.described,
        "ballot_mentions": link.mentions,
        "statements": [statement_row(doc_id, finding, layers, link, codebook) for finding in findings],
        "framing": framing,
    }


def opening(quote: Quote, doc: Doc) -> int:
    """Where a quotation's row ends: a long one is coded by its first sentence, as the reference codings do."""
    span = doc.char_span(quote.start, quote.end)
    if quote.kind != "direct" or span is None or len(span) <= LONG_QUOTATION:
        return quote.end
    ends = (sent.end_char for sent in span.sents if sent.end_char - quote.start > SHORT_SENTENCE)
    end = min(next(ends, quote.end), quote.end)
    return quote.start + len(doc.text[quote.start : end].rstrip())


def quote_row(quote: Quote, layers: Layers) -> dict:
    """The row of the quotes table: who speaks is resolved within the document."""
    speakers = ()
    if quote.speaker_start is not None:
        speakers = layers.actors.resolve(quote.speaker_start, quote.speaker_end)
    who = speakers[0] if speakers else None
    end = opening(quote, layers.doc)
    return {
        **quote._asdict(), "end": end, "text": layers.doc.text[quote.start : end], "quotation_end": quote.end,
        "speaker": who and who.actor, "speaker_entity": who and who.entity,
    }  # fmt: skip


def statement_row(doc_id: str, finding: Finding, layers: Layers, link: Link, codebook: Codebook) -> dict:
    """The row of the statements table."""
    concept = concepts(codebook)[finding.concept]
    text = layers.doc.text[finding.start : finding.end]
    return {
        "statement_id": statement_id(doc_id, finding),
        "start": finding.start, "end": finding.end, "text": text,
        "actor": finding.actor.actor, "entity": finding.actor.entity, "actor_type": finding.actor.actor_type,
        "concept": finding.concept, "family": concept.family, "polarity": int(concept.polarity),
        "ballot_id": ballot_of(finding, link), "regions": regions_of(finding, layers.places),
        "date_earliest": layers.dating.earliest, "date_latest": layers.dating.latest,
        "legal_bases": legal_bases(text, codebook) if finding.concept in GROUNDED else [],
        "value": finding.value, "addressee": finding.addressee, "quoted": is_quoted(finding, layers.quotes),
        "cue": finding.cue, "rule": finding.rule, "confidence": confidence(finding.rule, codebook), "coder": CODER,
    }  # fmt: skip


@lru_cache(maxsize=8)
def concepts(codebook: Codebook) -> dict[str, NamedTuple]:
    """The codebook's concepts by name: family and polarity among their columns."""
    return {row.concept: row for row in codebook.concepts.itertuples()}


def ballot_of(finding: Finding, link: Link) -> str | None:
    """The ballot named in the statement's passage, else the text's main one."""
    named = [
        row["ballot_id"] for row in link.mentions if finding.start <= row["start"] < finding.end and row["ballot_id"]
    ]
    return named[0] if named else link.main


def regions_of(finding: Finding, places: Iterable[Place]) -> list[str]:
    """Units named in the passage; of a figure the one nearest to it, before it if there is one."""
    here = [p for p in places if p.region and finding.start <= p.start < finding.end]
    if finding.value is None or not here:
        return sorted({p.region for p in here if p.located})
    at = finding.token.idx
    return [min(here, key=lambda p: (abs(p.start - at), p.start)).region]


def legal_bases(text: str, codebook: Codebook) -> list[str]:
    """The legal grounds that a passage names."""
    return [name for name, pattern in grounds(codebook) if pattern.search(text)]


@lru_cache(maxsize=8)
def grounds(codebook: Codebook) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Each legal ground of the codebook with the pattern of its names."""
    rows = codebook.legal_bases.itertuples()
    return tuple((row.legal_basis, words_pattern(row.names)) for row in rows)


def is_quoted(finding: Finding, quotes: Iterable[Quote]) -> bool:
    """Whether a statement stands inside quotation marks."""
    return any(q.kind == "direct" and q.start <= finding.token.idx < q.end for q in quotes)
