"""Parameters of a notebook or a report: checked before anything runs, then used to pick rows of the tables.

A notebook gathers its tagged ``parameters`` cell in a dictionary and checks it in its next cell; the command line
checks names and values before any notebook starts, since papermill only warns of a name that it doesn't know.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from ballotwatch.codebook import Codebook, suggest
from ballotwatch.query import WORDS, Rows, literal, quoted, rows_of

Tables = Mapping[str, pd.DataFrame | Rows]
# Parameters that are lists of names, and how a message calls one of them.
LISTS = {
    "ballots": "a ballot's id",
    "regions": "an ISO 3166-2 code",
    "actors": "an actor's entity",
    "concepts": "a concept of the codebook",
}
# Parameters that name a file or a folder: notebooks run in their own folder, the user in another.
PATHS = ("reference", "codings")
# The columns in which rows hold what a list parameter picks them by.
PICKED = {
    "ballots": (("ballots", "ballot_id"), ("ballot_mentions", "ballot_id"), ("statements", "ballot_id")),
    "regions": (("ballots", "regions"), ("places", "region"), ("statements", "regions")),
    "actors": (("actors", "entity"), ("quotes", "speaker_entity"), ("statements", "entity")),
    "concepts": (("statements", "concept"),),
}
UNDATED = "(published_earliest IS NULL OR published_latest IS NULL)"
NAMES = ("tables", "period", "confidence", "codings", *LISTS)


class ParameterError(ValueError):
    """A parameter breaks a rule; the message names parameter, rule, value and what may have been meant."""


class ReportError(ValueError):
    """A report could not be made of what was given; the message says why, and where to look."""


@dataclass(frozen=True)
class Parameters:
    """What a notebook or a report is about. An empty tuple or None leaves that side open.

    Attributes:
        tables: folder of coded tables.
        period: first and last day of publication, both included.
        ballots: ids of ballots.
        regions: ISO 3166-2 codes.
        actors: entities.
        concepts: concepts of the codebook.
        confidence: the least probability, 0 to 1, of being right that a statement must have.
        codings: folder of corrections by people (``*.codings.jsonl``), which need not be there.
    """

    tables: Path | None = None
    period: tuple[date, date] | None = None
    ballots: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    confidence: float = 0.0
    codings: Path | None = None

    def select(self, tables: Tables) -> dict[str, Rows]:
        """The rows of the tables that the parameters ask for; the given tables stay as they are.

        Period, ballots and regions pick documents (published within the period, about one of the ballots, with events
        in one of the regions) and, of these documents, the rows about them. Actors, concepts and confidence pick rows
        alone; a statement that a person has checked passes at any confidence. A reprint goes with the document that it
        reprints: what it says counts once. A document that may have been published in the period counts as published
        in it; one without any date is left out and becomes a row in ``problems``.

        Rows of articles come without the words that they were coded from; see `Rows.whole`.
        """
        rows = {name: rows_of(table) for name, table in tables.items()}
        asked = " AND ".join(["duplicate_of IS NULL", *self._about(rows)])
        documents = _kept(rows["documents"], f"{asked} AND {self._published()}")
        chosen = {name: _kept(table, self._wanted(name), documents) for name, table in rows.items()}
        undated = rows["documents"].where(f"{asked} AND {UNDATED}") if self.period else None
        return chosen | {"documents": documents, "problems": _with_undated(rows["problems"], undated)}

    def _about(self, rows: Mapping[str, Rows]) -> list[str]:
        """What other tables must hold of a document."""
        # A person may code a ballot or a region where the program found none.
        sides = (
            (self.ballots, "ballot_mentions", "true", "ballot_id", "ballot_id"),
            (self.regions, "places", "located", "region", "regions"),
        )
        spoken = rows["statements"].source
        return [
            f"(doc_id IN (SELECT doc_id FROM {rows[one].source} WHERE {its} AND {_one_of(column, values)})"
            f" OR doc_id IN (SELECT doc_id FROM {spoken} WHERE {_one_of(own, values)}))"
            for values, one, its, column, own in sides
            if values
        ]

    def _published(self) -> str:
        if not self.period:
            return "true"
        first, last = map(literal, self.period)
        return f"published_earliest <= {last} AND published_latest >= {first}"

    def _wanted(self, table: str) -> str:
        """What a row of a table must hold, whatever its document."""
        asked = (
            (column, getattr(self, name)) for name, places in PICKED.items() for at, column in places if at == table
        )
        wanted = [_one_of(column, values) for column, values in asked if values]
        if table == "statements" and self.confidence:
            wanted.append(f"(coalesce(confidence, 0) >= {self.confidence} OR checked_by IS NOT NULL)")
        return " AND ".join(wanted) or "true"


def _kept(rows: Rows, where: str, documents: Rows | None = None) -> Rows:
    """Those rows that meet a condition, of these documents, in their order; rows of articles without their words."""
    named = "doc_id" in rows.columns
    columns = [name for name in rows.columns if name != WORDS or not named]
    read = (rows, documents) if documents is not None and named else (rows,)
    among = "".join(f" AND doc_id IN (SELECT doc_id FROM {other.source})" for other in read[1:])
    query = f"SELECT {', '.join(map(quoted, columns))} FROM {rows.source} WHERE {where}{among} {rows.sorting}"
    return Rows(query, columns, *read, keep=True, whole=rows.whole)


def _with_undated(problems: Rows, undated: Rows | None) -> Rows:
    """The problems, and after them a row for each document that nothing dates."""
    columns = ", ".join(problems.columns)
    query, read = _numbered(columns, problems, 0), [problems]
    if undated is not None:
        told = "doc_id, 'left out of the period', 'its date of publication is unknown'"
        query = f"{query} UNION ALL {_numbered(told, undated, 1)}"
        read.append(undated)
    query = f"SELECT {columns} FROM ({query}) ORDER BY part, number"
    return Rows(query, problems.columns, *read, keep=True)


def _numbered(columns: str, rows: Rows, part: int) -> str:
    return f"SELECT {columns}, {part} AS part, row_number() OVER ({rows.sorting}) AS number FROM {rows.source}"


def _one_of(column: str, values: Iterable[str]) -> str:
    """The condition that a cell, a string or a list of strings, holds one of the values."""
    wanted = literal(list(values))
    return f"list_has_any({column}, {wanted})" if column == "regions" else f"list_contains({wanted}, {column})"


def check_names(given: Iterable[str], known: Iterable[str]) -> None:
    """Raise ParameterError for the first name that isn't known, with the known name that comes closest."""
    known = list(known)
    for name in given:
        if name not in known:
            raise ParameterError(f"there is no parameter '{name}'{suggest(name, known)}")


def check_choice(name: str, value: Any, choices: Iterable[str]) -> str:
    """The value of a parameter that takes one of some words. Raises ParameterError for any other."""
    choices = list(choices)
    if not isinstance(value, str):
        raise _wrong(name, "takes one word", value)
    if value not in choices:
        raise ParameterError(f"parameter '{name}': there is no '{value}'{suggest(value, choices)}")
    return value


def check_path(name: str, value: Any) -> Path:
    """The value of a parameter that names a file or folder. Raises ParameterError where there is none."""
    if not isinstance(value, str | Path) or not str(value):
        raise _wrong(name, "takes a path as text", value)
    if not _exists(name, value):
        hint = ": run `ballotwatch code CORPUS --out TABLES` first" if name == "tables" else ""
        raise ParameterError(f"parameter '{name}': there is nothing at {value}{hint}")
    return Path(value)


def check_parameters(parameters: Mapping[str, Any], codebook: Codebook, tables: Tables) -> Parameters:
    """Parameters with every name, type and value checked; None and empty lists leave a side open.

    A name counts as known where the codebook or the tables have it. Raises ParameterError.
    """
    checked = check_types(parameters)
    for name, meaning in LISTS.items():
        given = getattr(checked, name)
        known = known_values(name, codebook, tables) if given else {}
        for value in given:
            if value not in known:
                raise ParameterError(f"parameter '{name}' takes {meaning}: there is no '{value}'{_close(value, known)}")
    return checked


def check_types(parameters: Mapping[str, Any]) -> Parameters:
    """Parameters with names and types checked, and names of ballots, regions and so on taken as they are."""
    check_names(parameters, NAMES)
    checks: dict[str, Callable[[str, Any], Any]] = {
        "tables": check_path,
        "period": _period,
        "confidence": _probability,
        "codings": _folder,
        **dict.fromkeys(LISTS, _strings),
    }
    return Parameters(**{name: checks[name](name, value) for name, value in parameters.items()})


def known_values(name: str, codebook: Codebook, tables: Tables) -> dict[str, str]:
    """The values that a list parameter may take, by value: a label in words, or the value again."""
    if name == "ballots":
        pairs = _pairs(codebook.ballots, "ballot_id") | _pairs(rows_of(tables["ballots"]).frame(), "ballot_id")
    elif name == "regions":
        pairs = _pairs(codebook.regions, "region")
    elif name == "concepts":
        pairs = {value: value for value in codebook.concepts["concept"]}
    else:
        sources = (codebook.states, codebook.organisations, codebook.territories)
        pairs = {value: value for value in rows_of(tables["statements"]).values("entity")}
        pairs = pairs | {value: label for source in sources for value, label in _pairs(source, "entity").items()}
    return pairs


def shown_path(path: Path) -> str:
    """A path as pages may show it: relative to the present folder where it lies inside, else its last part."""
    path = Path(os.path.abspath(path))
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else path.name


def shown_value(name: str, value: Any) -> Any:
    """A parameter's value as pages may show it: of a path, no folders that only exist on this machine."""
    return shown_path(Path(value)) if name in PATHS and isinstance(value, str) else value


def parse_assignments(texts: Iterable[str]) -> dict[str, Any]:
    """Each ``name=value`` of the command line, by name.

    A list may be given as JSON or with commas between its items; numbers, ``true`` and ``null`` as JSON. Raises
    ParameterError for what is no assignment, and for a name that is given twice.
    """
    values: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.isidentifier():
            raise ParameterError(f"a parameter is given as name=value, not as '{text}'; for example -p actors=UKR,POL")
        if name in values:
            raise ParameterError(f"parameter '{name}' is given twice; join a list with commas: -p {name}=one,two")
        values[name] = _parse_value(name, value.strip())
    return values


def _parse_value(name: str, text: str) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):  # numbers of too many digits and lists without end are text as well
        value = text
    if name in LISTS and isinstance(value, str):
        return [item.strip() for item in value.split(",") if item.strip()]
    return value


def _pairs(table: pd.DataFrame, key: str) -> dict[str, str]:
    return dict(zip(table[key], table["name"], strict=True))


def _close(value: str, known: Mapping[str, str]) -> str:
    """What may have been meant, by code or by name: "Kherson" means UA-65."""
    by_name = {label.casefold(): code for code, label in known.items()}
    if value.casefold() in by_name:
        return f"; did you mean '{by_name[value.casefold()]}'?"
    close = suggest(value, known)
    return close if "did you mean" in close or len(known) <= 30 else f"; {len(known)} are known, none is close"


def _period(name: str, value: Any) -> tuple[date, date] | None:
    rule = "takes two days 'YYYY-MM-DD/YYYY-MM-DD', the earlier first"
    if value is None:
        return None
    if not isinstance(value, str) or value.count("/") != 1:
        raise _wrong(name, rule, value)
    try:
        first, last = (date.fromisoformat(day.strip()) for day in value.split("/"))
    except ValueError as error:
        raise ParameterError(f"{_wrong(name, rule, value)} ({error})") from error
    if first > last:
        raise _wrong(name, rule, value)
    return first, last


def _exists(name: str, value: str | Path) -> bool:
    """Whether there is something at a path. Raises ParameterError where no path can look so."""
    try:
        return Path(value).exists()
    except OSError as error:
        raise ParameterError(f"parameter '{name}' takes a path, and this is none: {error.strerror}: {value}") from error


def _folder(name: str, value: Any) -> Path:
    """A folder that need not be there."""
    if not isinstance(value, str | Path) or not str(value):
        raise _wrong(name, "takes a folder's path as text", value)
    if _exists(name, value) and not Path(value).is_dir():
        raise _wrong(name, "takes a folder, such as the one that a file lies in", str(value))
    return Path(value)


def _probability(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise _wrong(name, "takes a number from 0 to 1", value)
    return float(value)


def _strings(name: str, value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise _wrong(name, f"takes a list, each item {LISTS[name]} as text", value)
    return tuple(value)


def _wrong(name: str, rule: str, value: Any) -> ParameterError:
    return ParameterError(f"parameter '{name}' {rule}, not {value!r}")
