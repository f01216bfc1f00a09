"""Every coded passage as a W3C Web Annotation: one JSON-LD file with an annotation collection.

Source: W3C Recommendation "Web Annotation Data Model" (23 February 2017). Positions count code points, as its section
4.2.5 has it and as the tables do. A document is named by its hash (RFC 6920) and an annotation by what it says (a
name-based UUID), so the same coding of the same text has the same names everywhere.
"""

from __future__ import annotations

import base64
import json
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from ballotwatch.charts.words import spell
from ballotwatch.codebook import Codebook
from ballotwatch.export_files import PROGRAM, Row, Tables, articles, check_span, rows
from ballotwatch.swapping import replacing

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
# How each file of ours starts, which no other has.
START = f'{{"@context": "{CONTEXT}", "type": "AnnotationCollection", "label": "Codings by {PROGRAM}", '
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, f"{CONTEXT}#{PROGRAM}")
# Characters of context before and after a quotation; doubled until the quotation is the only one.
AROUND = 32


class Layer(NamedTuple):
    """What annotations of a table say: the column that is their point, and what it does to the passage."""

    column: str
    purpose: str


LAYERS = {
    "statements": Layer("concept", "classifying"),
    "quotes": Layer("kind", "classifying"),
    "ballot_mentions": Layer("ballot_id", "identifying"),
    "dates": Layer("timex", "identifying"),
    "places": Layer("name", "identifying"),
    "actors": Layer("actor", "identifying"),
    "framing": Layer("label", "classifying"),
}
# What the target says already.
PLACED = ("doc_id", "start", "end", "text", "coder")


def write_annotations(tables: Tables, codebook: Codebook, out: Path) -> None:
    """Write all coded passages to the file `out`, one annotation a line. Raises ExportError where spans don't fit."""
    known = articles(tables)
    corpus = name("collection", *sorted(article["sha256"] for article in known.values()))
    total = sum(len(tables[table]) for table in LAYERS)
    page = {"id": f"{corpus}#page", "type": "AnnotationPage", "partOf": corpus, "startIndex": 0}
    with replacing(out) as partial, open(partial, "w", encoding="utf-8", newline="\n") as file:
        file.write(f'{START}"id": "{corpus}", "total": {total}, "last": "{page["id"]}", "first": {_json(page)[:-1]}')
        file.write(', "items": [\n')
        for number, annotation in enumerate(annotations(tables, codebook, known)):
            file.write(f"{',' if number else ''}{_json(annotation)}\n")
        file.write("]}}\n")


def annotations(tables: Tables, codebook: Codebook, known: dict[str, Row]) -> Iterator[Row]:
    """Annotations of all coded passages, table by table; `known` are the articles by id."""
    labels = dict(zip(codebook.concepts.concept, codebook.concepts.label, strict=True))
    ballots = {row["ballot_id"]: row["name"] for row in rows("ballots", tables)}
    made = decided(tables)
    seen: Counter[str] = Counter()
    for table, layer in LAYERS.items():
        for row in rows(table, tables):
            article = known.get(row["doc_id"])
            check_span(row, article)
            body = bodies(row, layer)
            if table == "statements":
                body.append(_body("describing", sentence(row, labels, ballots), language="en", format="text/plain"))
            key = _json([table, row["doc_id"], article["sha256"], row["start"], row["end"], row.get("coder"), body])
            seen[key] += 1
            found = annotation(name(key, str(seen[key])), row, article, layer, body)
            time = made.get((row.get("statement_id"), row.get("coder")))
            yield found if time is None else {**found, "created": time}


def annotation(identity: str, row: Row, article: Row, layer: Layer, body: list[Row]) -> Row:
    """One annotation with its name, motivation, creator, bodies and target."""
    return {
        "id": identity,
        "type": "Annotation",
        "motivation": layer.purpose if row[layer.column] is not None else "highlighting",
        "creator": creator(row.get("coder", PROGRAM)),
        "body": body,
        "target": target(row, article),
    }


def decided(tables: Tables) -> dict[tuple[str, str], str]:
    """When people made their statements, by the statement's id and the coder; a program's row has no time."""
    if "corrections" not in tables:
        return {}
    made = tables["corrections"]
    # The model wants UTC written as Z.
    return {(row.statement_id, row.coder): row.time.replace("+00:00", "Z") for row in made.itertuples()}


def bodies(row: Row, layer: Layer) -> list[Row]:
    """What is said of a passage: the layer's column as it is, all others as tags such as ``entity:UKR``."""
    point = [_body(layer.purpose, str(row[layer.column]))] if row[layer.column] is not None else []
    others = [column for column in row if column not in (*PLACED, layer.column)]
    tags = [_body("tagging", f"{column}:{text}") for column in others for text in _texts(row[column])]
    return point + tags


def target(row: Row, article: Row) -> Row:
    """The passage, by its article's hash, and in it both by its words and by its position in code points."""
    text, start, end = article["text"], row["start"], row["end"]
    source = {
        "id": hash_name(article["sha256"]), "type": "Text", "format": "text/plain", "language": article["language"],
        "dcterms:identifier": article["doc_id"],
    }  # fmt: skip
    selectors = [quotation(text, start, end), {"type": "TextPositionSelector", "start": start, "end": end}]
    return {"type": "SpecificResource", "source": source, "selector": selectors}


def quotation(text: str, start: int, end: int) -> Row:
    """A TextQuoteSelector of `text[start:end]` with as much of what stands around it as makes it the only match."""
    width = AROUND
    while True:
        first, last = max(0, start - width), min(len(text), end + width)
        again = text.find(text[first:last], text.find(text[first:last]) + 1)
        if again < 0 or (first == 0 and last == len(text)):
            return {
                "type": "TextQuoteSelector", "exact": text[start:end],
                "prefix": text[first:start], "suffix": text[end:last],
            }  # fmt: skip
        width *= 2


def creator(coder: str) -> Row:
    """Who coded: the program, or a person."""
    return {"id": name("coder", coder), "type": "Software" if coder == PROGRAM else "Person", "name": coder}


def sentence(row: Row, labels: Mapping[str, str], ballots: Mapping[str, str]) -> str:
    """A statement as a sentence: who, what, which ballot, by the labels of concepts and the names of ballots."""
    what = labels.get(row["concept"], spell(row["concept"]))
    value = "" if row["value"] is None else f" {row['value']:g} %"
    ballot = ballots.get(row["ballot_id"], row["ballot_id"])
    about = "" if ballot is None else f" ({ballot})"
    return f"{row['actor'] or 'Someone'}: {what}{value}{about}"


def hash_name(sha256: str) -> str:
    """A document's name by its hash, as RFC 6920 writes it: ``ni:///sha-256;…``."""
    digest = base64.urlsafe_b64encode(bytes.fromhex(sha256)).decode().rstrip("=")
    return f"ni:///sha-256;{digest}"


def name(*parts: str) -> str:
    """A stable name for what the parts tell: ``urn:uuid:…``."""
    return uuid.uuid5(NAMESPACE, "\x1f".join(parts)).urn


def _body(purpose: str, value: str, **more: str) -> Row:
    return {"type": "TextualBody", "purpose": purpose, "value": value, **more}


def _texts(value: object) -> list[str]:
    """A value as tags say it; none for one that is missing."""
    if isinstance(value, list):
        return value
    if isinstance(value, bool):
        return [str(value).lower()]
    return [] if value is None else [str(value)]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
