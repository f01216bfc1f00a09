"""Decisions of people about single codings: what one must hold, and how one is made that can be saved.

A decision is a JSON object: ``doc``, ``sha256`` (of the article's text), ``coder``, ``time`` (ISO 8601, UTC),
``action``, ``statement_id`` (of the row that it is about; null for add) and ``statement`` (the coding, for recode and
add). Actions: accept, reject, recode, add, and withdraw, which takes the coder's own decision about a row back.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson
import pandas as pd

from ballotwatch.codebook import Codebook, suggest
from ballotwatch.parameters import Tables

ACTIONS = ("accept", "reject", "recode", "add", "withdraw")
CODED = ("recode", "add")
# What a person may say of a statement; the rest of its row follows from these and from the article.
EDITABLE = (
    "start", "end", "text", "actor", "entity", "actor_type", "concept", "polarity", "ballot_id", "regions",
    "legal_bases", "value", "addressee", "quoted", "cue",
)  # fmt: skip
ACTOR_TYPES = ("state", "organisation", "person", "authority", "party", "media", "group")
# Names that stand for the program and for the reference file where coders are compared.
RESERVED = ("ballotwatch", "program", "reference")
UNSAFE = '/\\:*?"<>|'
LONGEST_NAME = 100
Decided = dict[str, Any]


class CorrectionError(ValueError):
    """A decision breaks a rule; the message names rule, value and next step."""


def check_coder(name: Any) -> str:
    """The coder's name, which names the file of decisions as well. Raises CorrectionError for an unsafe one."""
    rule = f"a coder's name is text of 1 to {LONGEST_NAME} bytes without {UNSAFE}, control characters or a dot in front"
    if not isinstance(name, str) or not name.strip() or not name.isprintable() or len(name.encode()) > LONGEST_NAME:
        raise CorrectionError(f"{rule}, not {name!r}")
    if name[0] == "." or name != name.strip() or set(name) & set(UNSAFE):
        raise CorrectionError(f"{rule}, not {name!r}; for example 'Anna Berg'")
    if name.casefold() in RESERVED:
        raise CorrectionError(f"'{name}' stands for a coding that is no person's: choose another name")
    return name


def check_form(record: Any) -> Decided:
    """A decision whose form is sound, its time in UTC. The article is not needed. Raises CorrectionError."""
    if not isinstance(record, dict):
        raise CorrectionError(f"a decision is a JSON object, not {type(record).__name__}")
    check_coder(record.get("coder"))
    if record.get("action") not in ACTIONS:
        raise CorrectionError(f"there is no action {record.get('action')!r}; known are {', '.join(ACTIONS)}")
    if not isinstance(record.get("doc"), str) or not record["doc"]:
        raise CorrectionError(f"'doc' is the article's id, not {record.get('doc')!r}")
    if not re.fullmatch("[0-9a-f]{64}", str(record.get("sha256"))):
        raise CorrectionError(f"'sha256' is the hash of the article's text, not {record.get('sha256')!r}")
    about, coded = record.get("statement_id"), record.get("statement")
    if not (isinstance(about, str) and about) and (record["action"] != "add" or about is not None):
        raise CorrectionError(f"'statement_id' names the row (null for add), not {about!r}")
    if record["action"] in CODED and not isinstance(coded, dict):
        raise CorrectionError(f"{record['action']} needs a 'statement' with the coding, not {coded!r}")
    return {**record, "statement_id": about, "statement": coded, "time": _utc(record.get("time"))}


def _utc(value: Any) -> str:
    try:
        time = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise CorrectionError(f"'time' is ISO 8601 with a zone, such as 2026-01-31T12:00:00Z, not {value!r}") from error
    if time.tzinfo is None:
        raise CorrectionError(f"'time' needs a zone, or the latest decision can't be told: {value!r}; add Z for UTC")
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def make_decision(
    tables: Tables,
    codebook: Codebook,
    coder: str,
    action: str,
    statement_id: str | None = None,
    statement: Mapping[str, Any] | None = None,
    doc_id: str | None = None,
) -> Decided:
    """A decision that can be saved, checked against the article and the codebook.

    statement_id: row that it is about, as the laid-over table or the program's shows it. statement: what changes, for
    recode; start, end, entity and concept at least, for add; the rest is filled in. doc_id: the article, needed where
    no row tells it (add, or a row that is gone). Raises CorrectionError with rule, value and next step.
    """
    base = _row(tables, statement_id)
    if base is None and (doc_id is None or action == "recode"):
        raise CorrectionError(
            f"there is no statement {statement_id!r} in the tables: choose one, or add it to an article"
        )
    document = _document(tables, doc_id if base is None else base["doc_id"])
    decision = {
        "doc": document["doc_id"], "sha256": document["sha256"], "coder": coder, "time": now(), "action": action,
        "statement_id": None if action == "add" else statement_id, "statement": None,
    }  # fmt: skip
    if action in CODED:
        said = dict(statement or {})
        if action == "add":
            said = {"quoted": _is_quoted(tables["quotes"], document["doc_id"], said.get("start"))} | said
        known = known_names(codebook, tables)
        decision["statement"] = fill_statement(said, base or {}, document["text"], known)
        check_statement(decision["statement"], document["text"], known)
    return check_form(decision)


def now() -> str:
    """The present time in UTC, as decisions give it."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def decision_order(decision: Decided) -> tuple:
    """What decisions are sorted by, earliest first, so that the order of files makes no difference."""
    rest = [decision["action"], decision["statement_id"], decision["statement"]]
    return decision["time"], decision["coder"], orjson.dumps(rest, option=orjson.OPT_SORT_KEYS)


def _row(tables: Tables, statement_id: str | None) -> dict[str, Any] | None:
    """The row as it stands, or as the program had it where it has been rejected since."""
    for name in ("statements", "program"):
        if name in tables and statement_id is not None:
            found = tables[name][tables[name].statement_id == statement_id]
            if len(found):
                return {column: plain(value) for column, value in found.iloc[0].items()}
    return None


def _document(tables: Tables, doc_id: str | None) -> dict[str, Any]:
    found = tables["documents"][tables["documents"].doc_id == doc_id]
    if found.empty:
        raise CorrectionError(f"there is no article {doc_id!r} in the tables: give the id of one")
    return found.iloc[0].to_dict()


def _is_quoted(quotes: pd.DataFrame, doc_id: str, start: Any) -> bool:
    direct = quotes[(quotes.doc_id == doc_id) & (quotes.kind == "direct")]
    return type(start) is int and bool(((direct.start <= start) & (start < direct.quotation_end)).any())


def plain(value: Any) -> Any:
    """A cell as JSON holds it: missing as None, arrays as lists, numpy's numbers as Python's."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    return None if isinstance(value, float) and math.isnan(value) or value is pd.NA else value


def fill_statement(said: dict[str, Any], base: Mapping[str, Any], text: str, known: Known) -> dict[str, Any]:
    """All editable columns of a statement: what the person said, else what the row had, else what follows from both.

    Polarity follows the concept, and a figure goes with it. A new span or concept makes the row's cue words void: the
    passage stands for them.
    """
    if unknown := [name for name in said if name not in EDITABLE]:
        raise CorrectionError(f"a statement has no '{unknown[0]}'{suggest(unknown[0], EDITABLE)}")
    full = {"regions": [], "legal_bases": [], "quoted": False} | {name: base.get(name) for name in EDITABLE if base}
    full = {**dict.fromkeys(EDITABLE), **full, **{name: plain(value) for name, value in said.items()}}
    if "text" not in said and type(full["start"]) is int and type(full["end"]) is int:
        full["text"] = text[full["start"] : full["end"]]
    if "polarity" not in said:
        full["polarity"] = known.concepts.get(str(full["concept"]), ("", None))[1]
    if "value" not in said and full["concept"] != base.get("concept"):
        full["value"] = None
    moved = any(full[name] != base.get(name) for name in ("start", "end", "concept"))
    full["cue"] = said.get("cue") or (full["text"] if moved else base.get("cue"))
    return full


class Known(NamedTuple):
    """What codings may name: concepts with family and polarity, ballots, regions and legal bases."""

    concepts: dict[str, tuple[str, int]]
    ballots: set[str]
    regions: set[str]
    legal_bases: set[str]


def known_names(codebook: Codebook, tables: Tables) -> Known:
    """What the codebook and the tables, for ballots that articles alone describe, know."""
    concepts = {row.concept: (row.family, int(row.polarity)) for row in codebook.concepts.itertuples()}
    ballots = {*codebook.ballots.ballot_id, *tables["ballots"].ballot_id}
    return Known(concepts, ballots, set(codebook.regions.region), set(codebook.legal_bases.legal_basis))


def check_statement(statement: Mapping[str, Any], text: str, known: Known) -> None:
    """Raise CorrectionError for the first rule that a coding of a passage of `text` breaks."""
    _check_span(statement, text)
    _check_what(statement, known.concepts)
    for name in ("actor", "actor_type", "addressee", "cue"):
        if not isinstance(statement.get(name), str | None):
            raise CorrectionError(f"'{name}' is text or null, not {statement[name]!r}")
    kind = statement.get("actor_type")
    if kind is not None and kind not in ACTOR_TYPES:
        raise CorrectionError(f"there is no actor_type '{kind}'{suggest(kind, ACTOR_TYPES)}")
    ballot = statement.get("ballot_id")
    if not isinstance(ballot, str | None) or ballot is not None and ballot not in known.ballots:
        raise CorrectionError(
            f"there is no ballot {ballot!r}{suggest(str(ballot), sorted(known.ballots))}; null for none"
        )
    _check_list(statement, "regions", known.regions)
    _check_list(statement, "legal_bases", known.legal_bases)


def _check_span(statement: Mapping[str, Any], text: str) -> None:
    start, end, words = (statement.get(name) for name in ("start", "end", "text"))
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text):
        raise CorrectionError(
            f"a span lies within the article's {len(text)} characters: 'start' {start!r}, 'end' {end!r}"
        )
    if words != text[start:end]:
        raise CorrectionError(f"'text' is the article's from {start} to {end}, {text[start:end][:60]!r}, not {words!r}")


def _check_what(statement: Mapping[str, Any], concepts: Mapping[str, tuple[str, int]]) -> None:
    entity, concept = statement.get("entity"), statement.get("concept")
    if not isinstance(entity, str) or not entity.strip():
        raise CorrectionError(f"'entity' says who holds the position, such as 'UKR', not {entity!r}")
    if not isinstance(concept, str) or concept not in concepts:
        raise CorrectionError(f"there is no concept {concept!r}{suggest(str(concept), concepts)}")
    polarity, value = statement.get("polarity"), statement.get("value")
    if polarity != concepts[concept][1] or isinstance(polarity, bool):
        raise CorrectionError(f"the polarity of '{concept}' is {concepts[concept][1]}, not {polarity!r}")
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100):
        raise CorrectionError(f"'value' is per cent from 0 to 100 or null, not {value!r}")
    if not isinstance(statement.get("quoted", False), bool):
        raise CorrectionError(f"'quoted' is true or false, not {statement['quoted']!r}")


def _check_list(statement: Mapping[str, Any], name: str, known: set[str]) -> None:
    values = statement.get(name, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise CorrectionError(f"'{name}' is a list of text, not {values!r}")
    if wrong := [value for value in values if value not in known]:
        raise CorrectionError(f"'{name}': there is no '{wrong[0]}'{suggest(wrong[0], sorted(known))}")
