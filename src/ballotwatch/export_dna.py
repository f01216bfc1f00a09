"""A database that Discourse Network Analyzer 3 and its R package open: articles, statements, actors, concepts.

DNA draws who agrees with whom from pairs of a concept and an agreement. Our concepts take a side: `recognition`,
`non_recognition`. A concept whose name is another's with ``non_`` in it denies the other one, and becomes that concept
without agreement; any other concept is something that its speaker says, and has agreement. Which side a statement takes
on the ballot is the integer variable `polarity`.
"""

from __future__ import annotations

import base64
import calendar
import hashlib
import itertools
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from ballotwatch.codebook import Codebook
from ballotwatch.export_dna_schema import (
    ATTRIBUTES,
    LONGEST,
    RELEASED,
    STATEMENT_TYPES,
    VARIABLES,
    VERSION,
    create_statements,
)
from ballotwatch.export_files import Row, Tables, articles, check_span, rows
from ballotwatch.swapping import replacing

SUFFIX = ".dna"
# DNA asks each coder for a password. This one is public: it opens the file and protects nothing.
PASSWORD = "ballotwatch"
HASH_ROUNDS, SALT_BYTES = 100_000, 16
ADMIN = (1, "Admin", 255, 255, 0)
# Colours of other coders, in turn; Okabe and Ito's.
COLOURS = ((0, 114, 178), (213, 94, 0), (0, 158, 115), (204, 121, 167), (86, 180, 233))
STATEMENT_TYPE = 1
EXTRA = (
    (12, "actor", "short text", 1), (13, "code", "short text", 1), (14, "ballot", "short text", 1),
    (15, "regions", "short text", 1), (16, "polarity", "integer", 1), (17, "legal bases", "short text", 1),
    (18, "addressee", "short text", 1), (19, "figure", "short text", 1), (20, "date", "short text", 1),
    (21, "quoted", "boolean", 1), (22, "cue", "long text", 1), (23, "statement id", "long text", 1),
    (24, "how coded", "long text", 1),
)  # fmt: skip
# Variables of a statement by name: number and type.
OURS = {name: (number, kind) for number, name, kind, of in (*VARIABLES, *EXTRA) if of == STATEMENT_TYPE}
DESCRIBED = ("person", "organization", "concept", "actor")
STORES = {
    "short text": "DATASHORTTEXT",
    "long text": "DATALONGTEXT",
    "integer": "DATAINTEGER",
    "boolean": "DATABOOLEAN",
}


@dataclass(frozen=True)
class Words:
    """What the codebook knows of concepts and entities: rows by concept, names and kinds by entity."""

    concepts: Mapping[str, Row]
    names: Mapping[str, str]
    kinds: Mapping[str, str]


@dataclass
class Entities:
    """The values of short texts, which DNA numbers: numbers by variable and value, and attributes by number."""

    numbers: dict[tuple[int, str], int] = field(default_factory=dict)
    attributes: dict[int, Mapping[str, str]] = field(default_factory=dict)

    def number(self, variable: int, value: str, attributes: Mapping[str, str]) -> int:
        """The number of a value; the attributes of its first use are kept."""
        number = self.numbers.setdefault((variable, value), len(self.numbers) + 1)
        self.attributes.setdefault(number, attributes)
        return number


def write_dna(tables: Tables, codebook: Codebook, out: Path) -> None:
    """Write articles and statements to the SQLite database `out`. Raises ExportError where spans don't fit."""
    statements = rows("statements", tables)
    coders = [ADMIN[1], *sorted({row["coder"] for row in statements})]
    with replacing(out) as partial, closing(sqlite3.connect(partial)) as database, database:
        for statement in ("PRAGMA foreign_keys = ON", *create_statements()):
            database.execute(statement)
        _insert(database, "SETTINGS", [("version", VERSION), ("date", RELEASED)])
        _insert_coders(database, coders)
        _insert_variables(database)
        known = articles(tables)
        _insert_documents(database, known)
        _insert_statements(database, statements, known, coders, read_words(codebook))


def read_words(codebook: Codebook) -> Words:
    """What a codebook knows, ready to look up."""
    # The coder's modules take seconds to import: only this format waits for them.
    from ballotwatch.coding.naming import entity_names

    kinds = {row.entity: row.actor_type for row in codebook.organisations.itertuples()}
    states = dict.fromkeys(codebook.states.entity, "state")
    concepts = {row["concept"]: row for row in codebook.concepts.to_dict("records")}
    return Words(concepts, entity_names(codebook), {**kinds, **states})


def proposition(concept: str, concepts: Mapping[str, Row]) -> tuple[str, bool]:
    """What a concept is about and whether it affirms it: `non_recognition` denies `recognition`."""
    affirmed = concept.replace("non_", "", 1)
    if affirmed != concept and affirmed in concepts:
        return affirmed, False
    return concept, True


def values(row: Row, words: Words) -> dict[str, str | int]:
    """A statement's values by the name of DNA's variable: texts, and numbers for integers and booleans."""
    concept, affirmed = proposition(row["concept"], words.concepts)
    return {
        "person": (row["actor"] or "") if row["actor_type"] == "person" else "",
        "organization": words.names.get(row["entity"], row["entity"] or ""),
        "concept": concept,
        "agreement": int(affirmed),
        "actor": row["actor"] or "",
        "code": row["concept"],
        "ballot": row["ballot_id"] or "",
        "regions": " ".join(row["regions"]),
        "polarity": row["polarity"],
        "legal bases": " ".join(row["legal_bases"]),
        "addressee": row["addressee"] or "",
        "figure": "" if row["value"] is None else f"{row['value']:g}",
        "date": interval(row["date_earliest"], row["date_latest"]),
        "quoted": int(row["quoted"]),
        "cue": row["cue"],
        "statement id": row["statement_id"],
        "how coded": how_coded(row),
    }


def attributes(row: Row, words: Words) -> dict[str, dict[str, str]]:
    """What DNA's attributes say of a statement's person, organization, concept and actor: by variable and attribute."""
    code, kind = row["entity"] or "", row["actor_type"] or ""
    concept = words.concepts.get(proposition(row["concept"], words.concepts)[0], {})
    return {
        "person": {"Type": kind, "Alias": code} if kind == "person" else {},
        "organization": {"Type": words.kinds.get(code, ""), "Alias": code},
        "concept": {
            "Type": row["family"], "Alias": concept.get("label", ""), "Notes": concept.get("definition", ""),
        },
        "actor": {"Type": kind, "Alias": code},
    }  # fmt: skip


def interval(earliest: date | None, latest: date | None) -> str:
    """A day, or two with a slash between, as ISO 8601 has it; nothing where neither is known."""
    return "/".join(dict.fromkeys(str(day) for day in (earliest, latest) if day is not None))


def how_coded(row: Row) -> str:
    """The rule that fired, how sure it is, and who has checked it."""
    sure = "" if row["confidence"] is None else f", confidence {row['confidence']:.2f}"
    checked = "" if row["checked_by"] is None else f", checked by {row['checked_by']}"
    return f"rule {row['rule']}{sure}{checked}"


def java_text(text: str) -> str:
    """A text as DNA's editor holds it: every line break one line feed, and no zero character, which ends a C string."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")


def java_offset(text: str, offset: int) -> int:
    """Where a code point of `text` stands in `java_text`, counted as Java does: in units of UTF-16."""
    return len(java_text(text[:offset]).encode("utf-16-le")) // 2


def short(text: str) -> str:
    """A text in one line that DNA's short fields take, cut with an ellipsis where it is too long."""
    line = " ".join(java_text(text).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


@cache
def password_hash(password: str, salt: bytes) -> str:
    """A password as DNA stores it: Jasypt's StrongPasswordEncryptor, SHA-256 in 100,000 rounds, salt first, base64."""
    digest = hashlib.sha256(salt + password.encode()).digest()
    for _ in range(HASH_ROUNDS - 1):
        digest = hashlib.sha256(digest).digest()
    return base64.b64encode(salt + digest).decode()


def _insert_coders(database: sqlite3.Connection, coders: list[str]) -> None:
    colours = [ADMIN[2:], *itertools.islice(itertools.cycle(COLOURS), len(coders) - 1)]
    salts = [hashlib.sha256(name.encode()).digest()[:SALT_BYTES] for name in coders]
    found = [
        (number, short(name), *colour, password_hash(PASSWORD, salt))
        for number, (name, colour, salt) in enumerate(zip(coders, colours, salts, strict=True), start=1)
    ]
    _insert(database, "CODERS (ID, Name, Red, Green, Blue, Password)", found)
    pairs = itertools.permutations(range(1, len(coders) + 1), 2)
    _insert(database, "CODERRELATIONS (Coder, OtherCoder)", list(pairs))


def _insert_variables(database: sqlite3.Connection) -> None:
    _insert(database, "STATEMENTTYPES", STATEMENT_TYPES)
    _insert(database, "VARIABLES", (*VARIABLES, *EXTRA))
    _insert(
        database,
        "ATTRIBUTEVARIABLES (VariableId, AttributeVariable)",
        [(OURS[name][0], attribute) for attribute in ATTRIBUTES for name in DESCRIBED],
    )


def _insert_documents(database: sqlite3.Connection, known: Mapping[str, Row]) -> None:
    columns = "ID, Title, Text, Coder, Source, Notes, Date"
    found = [
        (
            number, short(article["title"] or article["doc_id"]), java_text(article["text"]), ADMIN[0],
            short(article["source"]), notes(article), seconds(article["published_earliest"]),
        )
        for number, article in enumerate(known.values(), start=1)
    ]  # fmt: skip
    _insert(database, f"DOCUMENTS ({columns})", found)


def seconds(day: date | None) -> int:
    """A day as DNA stores it, in seconds since 1970 in UTC; DNA needs one, so an unknown day is 1 January 1970."""
    return 0 if day is None else calendar.timegm(day.timetuple())


def notes(article: Row) -> str:
    """What DNA has no field for: id, hash, days of publication with their basis, and what the article reprints."""
    days = interval(article["published_earliest"], article["published_latest"]) or "date unknown"
    lines = [f"id {article['doc_id']}", f"published {days} ({article['dating_basis']})", f"sha256 {article['sha256']}"]
    if article["duplicate_of"]:
        lines.append(f"reprints {article['duplicate_of']}")
    return "\n".join(lines)


def _insert_statements(
    database: sqlite3.Connection, statements: list[Row], known: Mapping[str, Row], coders: list[str], words: Words
) -> None:
    documents = {doc_id: number for number, doc_id in enumerate(known, start=1)}
    placed, entities, data = [], Entities(), {store: [] for store in STORES.values()}
    for number, row in enumerate(statements, start=1):
        article = known.get(row["doc_id"])
        check_span(row, article)
        start, stop = (java_offset(article["text"], row[edge]) for edge in ("start", "end"))
        coder = coders.index(row["coder"], 1) + 1
        placed.append((number, STATEMENT_TYPE, documents[row["doc_id"]], start, stop, coder))
        about = attributes(row, words)
        for name, value in values(row, words).items():
            variable, kind = OURS[name]
            if kind == "short text":
                value = entities.number(variable, short(value), about.get(name, {}))
            data[STORES[kind]].append((number, variable, value))
    _insert(database, "STATEMENTS", placed)
    _insert_entities(database, entities)
    for store, found in data.items():
        column = "Entity" if store == STORES["short text"] else "Value"
        _insert(database, f"{store} (StatementId, VariableId, {column})", found)


def _insert_entities(database: sqlite3.Connection, entities: Entities) -> None:
    """Entities, and for each that has attributes a value of every one, empty where unknown: DNA counts on it."""
    found = [(number, variable, value, 0, 0, 0) for (variable, value), number in entities.numbers.items()]
    _insert(database, "ENTITIES (ID, VariableId, Value, Red, Green, Blue)", found)
    known = database.execute("SELECT ID, VariableId, AttributeVariable FROM ATTRIBUTEVARIABLES ORDER BY ID").fetchall()
    described = [
        (number, attribute, short(entities.attributes[number].get(name, "")))
        for (variable, _), number in entities.numbers.items()
        for attribute, of, name in known
        if of == variable
    ]
    _insert(database, "ATTRIBUTEVALUES (EntityId, AttributeVariableId, AttributeValue)", described)


def _insert(database: sqlite3.Connection, table: str, found: Iterable[tuple]) -> None:
    """Insert rows; `table` is its name, with the columns where not all are given."""
    found = list(found)
    if found:
        database.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(found[0]))})", found)
