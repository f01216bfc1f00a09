"""The database for Discourse Network Analyzer: its tables are DNA's, its offsets Java's, its passwords Jasypt's."""

from __future__ import annotations

import base64
import sqlite3
from contextlib import closing
from datetime import date

import pytest

from ballotwatch.codebook import load_codebook
from ballotwatch.export_dna import PASSWORD, java_offset, java_text, password_hash, proposition, short, write_dna
from ballotwatch.tables import make_table

# Columns that DNA 3.0.11 makes (class sql.Sql, SQLite): name and type, ! for NOT NULL, the default behind =.
COLUMNS = {
    "SETTINGS": "Property TEXT, Value TEXT!",
    "CODERS": "ID INTEGER!, Name TEXT!, Red INTEGER!=0, Green INTEGER!=0, Blue INTEGER!=0, Refresh INTEGER!=0, "
    "FontSize INTEGER!=14, Password TEXT!, PopupWidth INTEGER=300, ColorByCoder INTEGER!=0, PopupDecoration INTEGER!=0, "
    "PopupAutoComplete INTEGER!=1, PermissionAddDocuments INTEGER!=1, PermissionEditDocuments INTEGER!=1, "
    "PermissionDeleteDocuments INTEGER!=1, PermissionImportDocuments INTEGER!=1, PermissionAddStatements INTEGER!=1, "
    "PermissionEditStatements INTEGER!=1, PermissionDeleteStatements INTEGER!=1, PermissionEditAttributes INTEGER!=1, "
    "PermissionEditRegex INTEGER!=1, PermissionEditStatementTypes INTEGER!=1, PermissionEditCoders INTEGER!=1, "
    "PermissionEditCoderRelations INTEGER!=1, PermissionViewOthersDocuments INTEGER!=1, "
    "PermissionEditOthersDocuments INTEGER!=1, PermissionViewOthersStatements INTEGER!=1, "
    "PermissionEditOthersStatements INTEGER!=1",
    "DOCUMENTS": "ID INTEGER!, Title TEXT!, Text TEXT!, Coder INTEGER, Author TEXT!='', Source TEXT!='', Section TEXT!='', "
    "Notes TEXT!='', Type TEXT!='', Date INTEGER!",
    "STATEMENTTYPES": "ID INTEGER!, Label TEXT!, Red INTEGER!=0, Green INTEGER!=0, Blue INTEGER!=0",
    "VARIABLES": "ID INTEGER!, Variable TEXT!, DataType TEXT!='short text', StatementTypeId INTEGER",
    "VARIABLELINKS": "ID INTEGER!, SourceVariableId INTEGER, TargetVariableId INTEGER",
    "REGEXES": "Label TEXT, Red INTEGER!=0, Green INTEGER!=0, Blue INTEGER!=0",
    "CODERRELATIONS": "ID INTEGER!, Coder INTEGER, OtherCoder INTEGER, viewStatements INTEGER!=1, "
    "editStatements INTEGER!=1, viewDocuments INTEGER!=1, editDocuments INTEGER!=1",
    "STATEMENTS": "ID INTEGER!, StatementTypeId INTEGER, DocumentId INTEGER, Start INTEGER!, Stop INTEGER!, Coder INTEGER",
    "DATABOOLEAN": "ID INTEGER!, StatementId INTEGER!, VariableId INTEGER!, Value INTEGER!=1",
    "DATAINTEGER": "ID INTEGER!, StatementId INTEGER!, VariableId INTEGER!, Value INTEGER!=0",
    "ENTITIES": "ID INTEGER!, VariableId INTEGER!, Value TEXT!='', Red INTEGER, Green INTEGER, Blue INTEGER, "
    "ChildOf INTEGER",
    "DATASHORTTEXT": "ID INTEGER!, StatementId INTEGER!, VariableId INTEGER!, Entity INTEGER!",
    "DATALONGTEXT": "ID INTEGER!, StatementId INTEGER!, VariableId INTEGER!, Value TEXT=''",
    "ATTRIBUTEVARIABLES": "ID INTEGER!, VariableId INTEGER!, AttributeVariable TEXT!",
    "ATTRIBUTEVALUES": "ID INTEGER!, EntityId INTEGER!, AttributeVariableId INTEGER!, AttributeValue TEXT!=''",
}
# Each deletes on cascade.
FOREIGN = {
    "DOCUMENTS": {"Coder>CODERS"},
    "VARIABLES": {"StatementTypeId>STATEMENTTYPES"},
    "VARIABLELINKS": {"SourceVariableId>VARIABLES", "TargetVariableId>VARIABLES"},
    "CODERRELATIONS": {"Coder>CODERS", "OtherCoder>CODERS"},
    "STATEMENTS": {"StatementTypeId>STATEMENTTYPES", "Coder>CODERS", "DocumentId>DOCUMENTS"},
    "DATABOOLEAN": {"StatementId>STATEMENTS", "VariableId>VARIABLES"},
    "DATAINTEGER": {"StatementId>STATEMENTS", "VariableId>VARIABLES"},
    "DATASHORTTEXT": {"StatementId>STATEMENTS", "VariableId>VARIABLES", "Entity>ENTITIES"},
    "DATALONGTEXT": {"StatementId>STATEMENTS", "VariableId>VARIABLES"},
    "ENTITIES": {"ChildOf>ENTITIES", "VariableId>VARIABLES"},
    "ATTRIBUTEVARIABLES": {"VariableId>VARIABLES"},
    "ATTRIBUTEVALUES": {"EntityId>ENTITIES", "AttributeVariableId>ATTRIBUTEVARIABLES"},
}
UNIQUE = {
    "SETTINGS": {"Property"}, "REGEXES": {"Label"}, "VARIABLES": {"Variable,StatementTypeId"},
    "DATABOOLEAN": {"StatementId,VariableId"}, "DATAINTEGER": {"StatementId,VariableId"},
    "DATASHORTTEXT": {"StatementId,VariableId"}, "DATALONGTEXT": {"StatementId,VariableId"},
    "ENTITIES": {"VariableId,Value"}, "ATTRIBUTEVARIABLES": {"VariableId,AttributeVariable"},
    "ATTRIBUTEVALUES": {"EntityId,AttributeVariableId"},
}  # fmt: skip
# What DNA refuses, one insertion a rule.
REFUSED = (
    "INSERT INTO CODERS (Name, Password) VALUES (hex(zeroblob(96)), 'x')",
    "INSERT INTO CODERS (Name, Password, Red) VALUES ('x', 'x', 256)",
    "INSERT INTO CODERS (Name, Password, PopupWidth) VALUES ('x', 'x', 99)",
    "INSERT INTO CODERS (Name, Password, FontSize) VALUES ('x', 'x', 0)",
    "INSERT INTO DOCUMENTS (Title, Text, Coder, Date) VALUES ('x', 'x', 99, 0)",
    "INSERT INTO DOCUMENTS (Title, Text, Coder, Date, Author) VALUES ('x', 'x', 1, 0, hex(zeroblob(96)))",
    "INSERT INTO VARIABLES (Variable, DataType, StatementTypeId) VALUES ('x', 'text', 1)",
    "INSERT INTO VARIABLELINKS (SourceVariableId, TargetVariableId) VALUES (1, 1)",
    "INSERT INTO CODERRELATIONS (Coder, OtherCoder) VALUES (1, 1)",
    "INSERT INTO STATEMENTS (StatementTypeId, DocumentId, Start, Stop, Coder) VALUES (1, 1, 3, 3, 1)",
    "INSERT INTO STATEMENTS (StatementTypeId, DocumentId, Start, Stop, Coder) VALUES (1, 1, -1, 3, 1)",
    "INSERT INTO ENTITIES (VariableId, Value) VALUES (1, hex(zeroblob(96)))",
    "INSERT INTO ENTITIES (VariableId, Value, ChildOf) VALUES (1, 'x', 0)",
    "INSERT INTO ATTRIBUTEVALUES (EntityId, AttributeVariableId, AttributeValue) VALUES (1, 1, hex(zeroblob(96)))",
)


def opened(tables, tmp_path) -> sqlite3.Connection:
    """The database that an export of the tables gives."""
    write_dna(tables, load_codebook(), tmp_path / "a.dna")
    database = sqlite3.connect(tmp_path / "a.dna")
    database.execute("PRAGMA foreign_keys = ON")
    return database


@pytest.fixture
def database(small_tables, tmp_path):
    with closing(opened(small_tables, tmp_path)) as database:
        yield database


def columns(database, table: str) -> str:
    found = database.execute(f"PRAGMA table_info({table})").fetchall()
    said = [
        f"{name} {kind}{'!' * must}{'' if default is None else f'={default}'}"
        for _, name, kind, must, default, _ in found
    ]
    return ", ".join(said)


def test_the_tables_are_those_of_dna(database):
    made = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {table: columns(database, table) for table in made} == COLUMNS
    for table in COLUMNS:
        keys = database.execute(f"PRAGMA foreign_key_list({table})").fetchall()
        assert {f"{key[3]}>{key[2]}" for key in keys} == FOREIGN.get(table, set())
        assert {(key[4], key[6]) for key in keys} <= {("ID", "CASCADE")}
        indexes = [row[1] for row in database.execute(f"PRAGMA index_list({table})") if row[2]]
        held = {",".join(row[2] for row in database.execute(f"PRAGMA index_info({name})")) for name in indexes}
        assert held == UNIQUE.get(table, set())


@pytest.mark.parametrize("insertion", REFUSED)
def test_the_rules_are_those_of_dna(insertion, database):
    with pytest.raises(sqlite3.IntegrityError):
        database.execute(insertion)


def test_every_statement_has_a_value_of_every_variable(database):
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    stores = {
        "short text": "DATASHORTTEXT",
        "long text": "DATALONGTEXT",
        "integer": "DATAINTEGER",
        "boolean": "DATABOOLEAN",
    }
    for kind, store in stores.items():
        wanted = "SELECT s.ID, v.ID FROM STATEMENTS s JOIN VARIABLES v USING (StatementTypeId) WHERE v.DataType = ?"
        held = database.execute(f"SELECT StatementId, VariableId FROM {store}").fetchall()
        assert sorted(database.execute(wanted, (kind,))) == sorted(held)


def test_every_entity_has_a_value_of_every_attribute(database):
    wanted = "SELECT e.ID, a.ID FROM ENTITIES e JOIN ATTRIBUTEVARIABLES a USING (VariableId)"
    held = database.execute("SELECT EntityId, AttributeVariableId FROM ATTRIBUTEVALUES").fetchall()
    assert sorted(database.execute(wanted)) == sorted(held)


def coded(database, number: int) -> dict:
    """A statement's values by variable, as DNA would show them."""
    short_texts = (
        "SELECT Variable, e.Value FROM DATASHORTTEXT d JOIN ENTITIES e ON e.ID = d.Entity "
        "JOIN VARIABLES v ON v.ID = d.VariableId WHERE StatementId = ?"
    )
    others = "SELECT Variable, Value FROM {} d JOIN VARIABLES v ON v.ID = d.VariableId WHERE StatementId = ?"
    queries = [short_texts, *(others.format(f"DATA{kind}") for kind in ("LONGTEXT", "INTEGER", "BOOLEAN"))]
    return dict(pair for query in queries for pair in database.execute(query, (number,)))


def test_a_statement_is_coded_as_dna_codes(database):
    assert coded(database, 1) == {
        "person": "", "organization": "RUR", "concept": "recognition", "agreement": 0, "actor": "RUR",
        "code": "non_recognition", "ballot": "kherson-2022", "regions": "UA-65", "polarity": -1, "legal bases": "",
        "addressee": "", "figure": "", "date": "", "quoted": 0, "cue": "vote",
        "statement id": "first-non_recognition", "how coded": "rule test",
    }  # fmt: skip
    assert (coded(database, 2)["concept"], coded(database, 2)["agreement"]) == ("condemnation", 1)


def test_a_person_speaks_for_an_organization(small_tables, tmp_path):
    row = {
        **small_tables["statements"].iloc[0], "actor": "Ivan Fedorov", "entity": "UKR", "actor_type": "person",
        "concept": "turnout", "polarity": 0, "value": 47.5, "confidence": 0.91, "checked_by": "Ada",
        "date_earliest": date(2022, 9, 23), "date_latest": date(2022, 9, 27), "legal_bases": ["a", "b"],
    }  # fmt: skip
    with closing(opened({**small_tables, "statements": make_table("statements", [row])}, tmp_path)) as database:
        said = coded(database, 1)
        kinds = (
            "SELECT AttributeValue FROM ATTRIBUTEVALUES JOIN ENTITIES e ON e.ID = EntityId WHERE e.Value = 'Ukraine'"
        )
        assert [value for (value,) in database.execute(kinds)] == ["state", "UKR", ""]
    assert (said["person"], said["organization"], said["actor"]) == ("Ivan Fedorov", "Ukraine", "Ivan Fedorov")
    assert (said["figure"], said["date"], said["legal bases"]) == ("47.5", "2022-09-23/2022-09-27", "a b")
    assert said["how coded"] == "rule test, confidence 0.91, checked by Ada"


def test_documents_and_their_days(database):
    found = database.execute("SELECT Title, Source, Date, Notes, Coder FROM DOCUMENTS").fetchall()
    assert [row[:3] for row in found] == [
        ("first", "first.txt", 1664323200), ("second", "second.txt", 1395014400), ("undated", "undated.txt", 0),
    ]  # fmt: skip
    assert "date unknown" in found[2][3] and {row[4] for row in found} == {1}


def test_coders_can_open_it(database):
    coders = database.execute("SELECT ID, Name, Password FROM CODERS").fetchall()
    assert [row[:2] for row in coders] == [(1, "Admin"), (2, "test")]
    for _, _, stored in coders:
        assert stored == password_hash(PASSWORD, base64.b64decode(stored)[:16])
    pairs = database.execute("SELECT Coder, OtherCoder FROM CODERRELATIONS").fetchall()
    assert pairs == [(1, 2), (2, 1)]
    assert database.execute("SELECT Value FROM SETTINGS WHERE Property = 'version'").fetchone()[0].startswith("3.0")


def test_the_password_is_stored_as_jasypt_stores_it():
    # Made by Jasypt 1.9.3: new StrongPasswordEncryptor().encryptPassword("ballotwatch").
    stored = "XoWa3pe5fNraN1kVz1nBPWCvAWU9rpJzlN5lI1sE+8OH+6+6smmwh2Yq8ueX5s+V"
    assert password_hash("ballotwatch", base64.b64decode(stored)[:16]) == stored


@pytest.mark.parametrize(
    "text",
    [
        "🗳️ a\r\nb\rc\n🇺🇦 vote \U00020000.",
        "\r\n\r\n🗳 vote",
        "\0 vote\0",
        "é e\u0301 vote",
        "'); DROP TABLE CODERS;-- vote",
    ],
)
def test_offsets_count_as_java_counts(text, small_tables, tmp_path):
    start = text.index("vote")
    document = {**small_tables["documents"].iloc[0], "text": text}
    row = {**small_tables["statements"].iloc[0], "start": start, "end": start + 4, "text": "vote"}
    made = {"documents": make_table("documents", [document]), "statements": make_table("statements", [row])}
    with closing(opened({**small_tables, **made}, tmp_path)) as database:
        query = "SELECT Text, Start, Stop FROM STATEMENTS s JOIN DOCUMENTS d ON d.ID = s.DocumentId"
        shown, first, last = database.execute(query).fetchone()
    assert shown.encode("utf-16-le")[2 * first : 2 * last].decode("utf-16-le") == "vote"
    assert shown == java_text(text) and "\r" not in shown and "\0" not in shown


def test_a_line_break_is_one_character_and_an_emoji_two():
    assert [java_offset("a\r\n🗳b", offset) for offset in (0, 1, 3, 4, 5)] == [0, 1, 2, 4, 5]


def test_long_texts_are_cut_for_short_fields(small_tables, tmp_path):
    assert short("a" * 190) == "a" * 190 and short("b " * 200) == ("b " * 95)[:189] + "…"
    row = {**small_tables["statements"].iloc[0], "actor": "🗳" * 500, "addressee": "two\r\nlines"}
    with closing(opened({**small_tables, "statements": make_table("statements", [row])}, tmp_path)) as database:
        assert coded(database, 1)["addressee"] == "two lines" and len(coded(database, 1)["actor"]) == 190


@pytest.mark.parametrize(
    ("concept", "said"),
    [
        ("non_recognition", ("recognition", False)), ("recognition", ("recognition", True)),
        ("call_non_recognition", ("call_recognition", False)), ("call_non_cooperation", ("call_non_cooperation", True)),
        ("illegality", ("illegality", True)), ("unheard_of", ("unheard_of", True)),
    ],
)  # fmt: skip
def test_a_concept_that_denies_another_is_that_one_without_agreement(concept, said):
    concepts = {name: {} for name in load_codebook().concepts.concept}
    assert proposition(concept, concepts) == said
