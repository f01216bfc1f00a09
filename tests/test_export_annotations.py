"""Web annotations: what the model demands of a collection, and passages that are found again."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import pandas as pd
import pytest

from ballotwatch.codebook import load_codebook
from ballotwatch.export_annotations import LAYERS, quotation, write_annotations
from ballotwatch.tables import make_table

# W3C Recommendation "Web Annotation Data Model", 3.3.5.
MOTIVATIONS = (
    "assessing", "bookmarking", "classifying", "commenting", "describing", "editing", "highlighting", "identifying",
    "linking", "moderating", "questioning", "replying", "reviewing", "tagging",
)  # fmt: skip
IRI = re.compile(r"urn:uuid:[0-9a-f-]{36}(#page)?|ni:///sha-256;[A-Za-z0-9_-]{43}")


def exported(tables, tmp_path) -> dict:
    write_annotations(tables, load_codebook(), tmp_path / "a.jsonld")
    return json.loads((tmp_path / "a.jsonld").read_text(encoding="utf-8"))


def check_collection(collection: dict, texts: dict[str, str]) -> None:
    """The model's MUSTs for what we write: sections 3.1, 3.2.4, 3.3, 4.1, 4.2.4, 4.2.5, 5.1 and 5.2; `texts` by hash."""
    page = collection["first"]
    assert collection["@context"] == "http://www.w3.org/ns/anno.jsonld" and collection["type"] == "AnnotationCollection"
    assert page["type"] == "AnnotationPage" and page["partOf"] == collection["id"] and page["startIndex"] == 0
    assert collection["total"] == len(page["items"]) and collection["last"] == page["id"]
    names = [collection["id"], page["id"], *(item["id"] for item in page["items"])]
    assert all(IRI.fullmatch(name) for name in names) and len(set(names)) == len(names)
    for item in page["items"]:
        check_annotation(item, texts)


def check_annotation(item: dict, texts: dict[str, str]) -> None:
    assert item["type"] == "Annotation" and item["motivation"] in MOTIVATIONS
    assert item["creator"]["type"] in ("Person", "Software") and IRI.fullmatch(item["creator"]["id"])
    assert item["body"] or item["motivation"] == "highlighting"
    for body in item["body"]:
        assert body["type"] == "TextualBody" and isinstance(body["value"], str) and body["purpose"] in MOTIVATIONS
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", item.get("created", "2026-11-22T12:00:00Z"))
    target = item["target"]
    assert target["type"] == "SpecificResource" and IRI.fullmatch(target["source"]["id"])
    quote, position = target["selector"]
    assert (quote["type"], position["type"]) == ("TextQuoteSelector", "TextPositionSelector")
    text, start, end = texts[target["source"]["id"]], position["start"], position["end"]
    assert type(start) is type(end) is int and 0 <= start < end
    assert text[start:end] == quote["exact"] and text[:start].endswith(quote["prefix"])
    assert text[end:].startswith(quote["suffix"])


def by_hash(tables) -> dict[str, str]:
    """Articles by the name that RFC 6920 gives a SHA-256."""
    digests = {text: hashlib.sha256(text.encode()).digest() for text in tables["documents"]["text"]}
    return {f"ni:///sha-256;{base64.urlsafe_b64encode(d).decode().rstrip('=')}": text for text, d in digests.items()}


def test_the_model_is_kept(small_tables, tmp_path):
    found = exported(small_tables, tmp_path)
    check_collection(found, by_hash(small_tables))
    assert found["total"] == sum(len(small_tables[table]) for table in LAYERS) == 6


def test_a_statement_is_said_in_parts_and_in_a_sentence(small_tables, tmp_path):
    first = exported(small_tables, tmp_path)["first"]["items"][0]
    values = {(body["purpose"], body["value"]) for body in first["body"]}
    assert {
        ("classifying", "non_recognition"), ("tagging", "entity:RUR"), ("tagging", "actor:RUR"),
        ("tagging", "polarity:-1"), ("tagging", "ballot_id:kherson-2022"), ("tagging", "regions:UA-65"),
        ("tagging", "statement_id:first-non_recognition"), ("tagging", "quoted:false"),
        ("describing", "RUR: does not recognise (Vote in Kherson)"),
    } <= values  # fmt: skip
    assert first["creator"]["type"] == "Person" and first["creator"]["name"] == "test" and "created" not in first


def with_text(tables, text: str, start: int, end: int) -> dict:
    """The tables with one article that holds `text`, and one statement on a part of it."""
    document = {**tables["documents"].iloc[0], "text": text, "sha256": hashlib.sha256(text.encode()).hexdigest()}
    row = {**tables["statements"].iloc[0], "start": start, "end": end, "text": text[start:end]}
    fresh = {name: make_table(name, []) for name in LAYERS}
    return {
        **tables, **fresh, "documents": make_table("documents", [document]), "statements": make_table("statements", [row])
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "🗳️🇺🇦 Vote: “no” \U00020000 vote", "</script><script>alert(1)</script> vote", 'vote "\\" \u2028 \x07 }],"x":[{ vote',
        "vote\r\nvote\rvote\nvote", "cafe\u0301 vote café vote", "\u202evote\u202c vote",
    ],
)  # fmt: skip
def test_hostile_text_is_only_text(text, small_tables, tmp_path):
    start = text.rindex("vote")
    tables = with_text(small_tables, text, start, start + 4)
    found = exported(tables, tmp_path)
    check_collection(found, by_hash(tables))
    assert found["first"]["items"][0]["target"]["selector"][1] == {
        "type": "TextPositionSelector", "start": start, "end": start + 4,
    }  # fmt: skip


def test_a_quotation_takes_as_much_context_as_makes_it_the_only_one():
    text = "a" * 40 + " vote " + "b" * 40 + "X" + "a" * 40 + " vote " + "b" * 40
    quote = quotation(text, 128, 132)
    assert quote["exact"] == "vote" and text.count(quote["prefix"] + "vote" + quote["suffix"]) == 1


def test_two_equal_rows_have_names_of_their_own(small_tables, tmp_path):
    places = small_tables["places"].to_dict("records")
    tables = {**small_tables, "places": make_table("places", [places[0], places[0]])}
    check_collection(exported(tables, tmp_path), by_hash(tables))


def test_what_a_person_added_has_its_time(small_tables, tmp_path):
    time = "2026-11-22T12:00:00.000000+00:00"
    row = small_tables["statements"].iloc[0]
    made = pd.DataFrame([{"statement_id": row.statement_id, "coder": row.coder, "time": time, "action": "add"}])
    tables = {**small_tables, "corrections": made}
    found = exported(tables, tmp_path)
    check_collection(found, by_hash(tables))
    assert [item.get("created") for item in found["first"]["items"][:2]] == ["2026-11-22T12:00:00.000000Z", None]
