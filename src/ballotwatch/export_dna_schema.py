"""The tables of a database of Discourse Network Analyzer 3, and what it puts into a new one.

Source: what DNA 3.0 and 3.1 (github.com/leifeld-lab/dna, class `sql.Sql`) create for SQLite: names, types, defaults, rules
and keys are theirs, and so are the numbers of the first three statement types and eleven variables.
"""

from __future__ import annotations

# DNA 3.0 and 3.1 read databases of versions that start with 3.0; the last one whose tables were compared with these.
VERSION, RELEASED = "3.0.11.7", "2026-01-24"
# The longest short text that DNA takes.
LONGEST = 190
PERMISSIONS = (
    "AddDocuments", "EditDocuments", "DeleteDocuments", "ImportDocuments", "AddStatements", "EditStatements",
    "DeleteStatements", "EditAttributes", "EditRegex", "EditStatementTypes", "EditCoders", "EditCoderRelations",
    "ViewOthersDocuments", "EditOthersDocuments", "ViewOthersStatements", "EditOthersStatements",
)  # fmt: skip
KEY = "ID INTEGER PRIMARY KEY NOT NULL"


def _short(column: str, rule: str = "TEXT NOT NULL") -> str:
    return f"{column} {rule} CHECK (LENGTH({column}) <= {LONGEST})"


def _flag(column: str, default: int = 1) -> str:
    return f"{column} INTEGER NOT NULL DEFAULT {default} CHECK ({column} BETWEEN 0 AND 1)"


def _number(column: str, low: int, high: int, default: int, rule: str = "INTEGER NOT NULL") -> str:
    return f"{column} {rule} DEFAULT {default} CHECK ({column} BETWEEN {low} AND {high})"


def _foreign(column: str, table: str) -> str:
    return f"FOREIGN KEY({column}) REFERENCES {table}(ID) ON DELETE CASCADE"


def _data(value: str, *keys: str) -> tuple[str, ...]:
    """The parts of a table that holds the values of statements' variables of one type."""
    links = (_foreign("StatementId", "STATEMENTS"), _foreign("VariableId", "VARIABLES"), *keys)
    return (
        KEY, "StatementId INTEGER NOT NULL", "VariableId INTEGER NOT NULL", value, *links,
        "UNIQUE (StatementId, VariableId)",
    )  # fmt: skip


COLOUR = tuple(_number(part, 0, 255, 0) for part in ("Red", "Green", "Blue"))
TYPES = " OR ".join(f"DataType = '{name}'" for name in ("boolean", "integer", "long text", "short text"))
TABLES: dict[str, tuple[str, ...]] = {
    "SETTINGS": ("Property TEXT PRIMARY KEY", "Value TEXT NOT NULL"),
    "CODERS": (
        KEY, _short("Name"), *COLOUR, _number("Refresh", 0, 9999, 0), _number("FontSize", 1, 99, 14),
        _short("Password"), _number("PopupWidth", 100, 9999, 300, "INTEGER"), _flag("ColorByCoder", 0),
        _flag("PopupDecoration", 0), _flag("PopupAutoComplete"), *(_flag(f"Permission{name}") for name in PERMISSIONS),
    ),
    "DOCUMENTS": (
        KEY, _short("Title"), "Text TEXT NOT NULL", "Coder INTEGER",
        *(_short(name, "TEXT NOT NULL DEFAULT ''") for name in ("Author", "Source", "Section")),
        "Notes TEXT NOT NULL DEFAULT ''", _short("Type", "TEXT NOT NULL DEFAULT ''"), "Date INTEGER NOT NULL",
        _foreign("Coder", "CODERS"),
    ),
    "STATEMENTTYPES": (KEY, _short("Label"), *COLOUR),
    "VARIABLES": (
        KEY, _short("Variable"), f"DataType TEXT NOT NULL DEFAULT 'short text' CHECK ({TYPES})",
        "StatementTypeId INTEGER", _foreign("StatementTypeId", "STATEMENTTYPES"), "UNIQUE (Variable, StatementTypeId)",
    ),
    "VARIABLELINKS": (
        KEY, "SourceVariableId INTEGER", "TargetVariableId INTEGER", "CHECK (TargetVariableId != SourceVariableId)",
        _foreign("SourceVariableId", "VARIABLES"), _foreign("TargetVariableId", "VARIABLES"),
    ),
    "REGEXES": (_short("Label", "TEXT PRIMARY KEY"), *COLOUR),
    "CODERRELATIONS": (
        KEY, "Coder INTEGER CHECK (Coder > 0)", "OtherCoder INTEGER CHECK (OtherCoder > 0)",
        *(_flag(name) for name in ("viewStatements", "editStatements", "viewDocuments", "editDocuments")),
        "CHECK (Coder != OtherCoder)", _foreign("Coder", "CODERS"), _foreign("OtherCoder", "CODERS"),
    ),
    "STATEMENTS": (
        KEY, "StatementTypeId INTEGER", "DocumentId INTEGER", "Start INTEGER NOT NULL CHECK (Start >= 0)",
        "Stop INTEGER NOT NULL CHECK (Stop >= 0)", "Coder INTEGER", "CHECK (Start < Stop)",
        _foreign("StatementTypeId", "STATEMENTTYPES"), _foreign("Coder", "CODERS"), _foreign("DocumentId", "DOCUMENTS"),
    ),
    "DATABOOLEAN": _data("Value INTEGER NOT NULL DEFAULT 1"),
    "DATAINTEGER": _data("Value INTEGER NOT NULL DEFAULT 0"),
    "ENTITIES": (
        KEY, "VariableId INTEGER NOT NULL", _short("Value", "TEXT NOT NULL DEFAULT ''"),
        *(f"{part} INTEGER CHECK ({part} BETWEEN 0 AND 255)" for part in ("Red", "Green", "Blue")),
        "ChildOf INTEGER CHECK (ChildOf > 0)", "UNIQUE (VariableId, Value)", _foreign("ChildOf", "ENTITIES"),
        _foreign("VariableId", "VARIABLES"),
    ),
    "DATASHORTTEXT": _data("Entity INTEGER NOT NULL", _foreign("Entity", "ENTITIES")),
    "DATALONGTEXT": _data("Value TEXT DEFAULT ''"),
    "ATTRIBUTEVARIABLES": (
        KEY, "VariableId INTEGER NOT NULL", _short("AttributeVariable"), "UNIQUE (VariableId, AttributeVariable)",
        _foreign("VariableId", "VARIABLES"),
    ),
    "ATTRIBUTEVALUES": (
        KEY, "EntityId INTEGER NOT NULL", "AttributeVariableId INTEGER NOT NULL",
        _short("AttributeValue", "TEXT NOT NULL DEFAULT ''"), "UNIQUE (EntityId, AttributeVariableId)",
        _foreign("EntityId", "ENTITIES"), _foreign("AttributeVariableId", "ATTRIBUTEVARIABLES"),
    ),
}  # fmt: skip
# Label and colour of each statement type that DNA makes, and its variables.
STATEMENT_TYPES = (
    (1, "DNA Statement", 239, 208, 51),
    (2, "NPF Story Element", 100, 200, 190),
    (3, "Annotation", 211, 211, 211),
)
VARIABLES = (
    (1, "person", "short text", 1), (2, "organization", "short text", 1), (3, "concept", "short text", 1),
    (4, "agreement", "boolean", 1), (5, "narrator", "short text", 2), (6, "victim", "short text", 2),
    (7, "villain", "short text", 2), (8, "plot", "short text", 2), (9, "hero", "short text", 2),
    (10, "policy solution", "short text", 2), (11, "note", "long text", 3),
)  # fmt: skip
ATTRIBUTES = ("Type", "Alias", "Notes")


def create_statements() -> list[str]:
    """The statements that make the empty tables."""
    return [f"CREATE TABLE {table} ({', '.join(parts)})" for table, parts in TABLES.items()]
