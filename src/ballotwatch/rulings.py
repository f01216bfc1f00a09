"""Rulings: what people's decisions come to for each row of the statements.

The latest decision of a coder on a row is that coder's; where coders differ, the latest of all is in force. A row that
a person recoded keeps the identity of the row that it came from, so that later decisions about it find each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from ballotwatch.decisions import CODED, EDITABLE, Decided, decision_order, plain
from ballotwatch.tables import statement_key


class Ruling(NamedTuple):
    """What is decided about one row.

    key: the program's id of the row, or the id that a person's row was added with. decisions: the present one of each
    coder, earliest first; the last is in force. outcomes: the coding that each of them leaves, None for no row. author:
    the person who wrote the coding in force, None where it is the program's own or where the row is gone.
    """

    key: str
    decisions: list[Decided]
    outcomes: list[dict[str, Any] | None]
    author: str | None

    @property
    def coding(self) -> dict[str, Any] | None:
        """The editable columns of the row in force; None where it is rejected."""
        return self.outcomes[-1]

    @property
    def agreeing(self) -> list[str]:
        """The people whose decision leaves the same as the one in force, by name."""
        pairs = zip(self.decisions, self.outcomes, strict=True)
        return sorted(decision["coder"] for decision, outcome in pairs if outcome == self.coding)


def make_rulings(program: pd.DataFrame, decisions: Iterable[Decided]) -> tuple[list[Ruling], list[Decided]]:
    """A ruling for each row that somebody has decided about, and the decisions about rows that are not there.

    program: statements as the program coded them. decisions: sound ones, in any order.
    """
    decisions = sorted(decisions, key=decision_order)
    added = {coding_id(d): d for d in decisions if d["action"] == "add"}
    places = {row: place for place, row in enumerate(program.statement_id.tolist())}
    votes, lost = _votes(decisions, added, places)
    found = []
    for key, present in votes.items():
        row = program.iloc[places[key]] if key in places else added[key]["statement"]
        standing = sorted((d for d in present.values() if d["action"] != "withdraw"), key=decision_order)
        if standing:
            found.append(_ruling(key, standing, coding(row), None if key in places else added[key]["coder"]))
    return found, lost


def _votes(
    decisions: list[Decided], added: Mapping[str, Decided], places: Collection[str]
) -> tuple[dict[str, dict[str, Decided]], list[Decided]]:
    """The latest decision of each coder by row, and those about rows that neither the program nor a person has."""
    recoded = {coding_id(d): d["statement_id"] for d in decisions if d["action"] == "recode"}
    origins = {new: old for new, old in recoded.items() if new not in added and new not in places}
    votes: dict[str, dict[str, Decided]] = {}
    for decision in decisions:
        key = coding_id(decision) if decision["action"] == "add" else _origin(decision["statement_id"], origins)
        votes.setdefault(key, {})[decision["coder"]] = decision
    known = {key: present for key, present in votes.items() if key in added or key in places}
    lost = [d for key, present in votes.items() if key not in known for d in present.values()]
    return known, [d for d in lost if d["action"] != "withdraw"]


def _origin(key: str, origins: Mapping[str, str]) -> str:
    """The row that a recoded row came from, whatever it was recoded through."""
    seen = set()
    while key in origins and key not in seen:
        seen.add(key)
        key = origins[key]
    return key


def _ruling(key: str, standing: list[Decided], base: dict[str, Any], adder: str | None) -> Ruling:
    def outcome(decision: Decided) -> dict[str, Any] | None:
        return {"reject": None, "accept": base}.get(decision["action"], coding(decision["statement"] or {}))

    last = standing[-1]
    author = {"accept": adder, "reject": None}.get(last["action"], last["coder"])
    return Ruling(key, standing, [outcome(decision) for decision in standing], author)


def coding(row: Mapping[str, Any] | pd.Series) -> dict[str, Any]:
    """The editable columns of a row or of a decision's statement, alike for both, so that they can be compared."""
    cells = {name: plain(row.get(name)) for name in EDITABLE}
    lists = {name: sorted(cells[name] or []) for name in ("regions", "legal_bases")}
    return {**cells, **lists, "quoted": bool(cells["quoted"]), "cue": cells["cue"] or cells["text"]}


def coding_id(decision: Decided) -> str:
    """The id of the row that a decision to recode or add writes, made as the program makes its own."""
    if decision["action"] not in CODED:
        raise ValueError(f"a decision to {decision['action']} writes no row: only {' and '.join(CODED)} do")
    return row_id(decision["doc"], decision["statement"])


def row_id(doc_id: str, row: Mapping[str, Any]) -> str:
    """The id of a person's row."""
    value = None if row.get("value") is None else float(row["value"])
    who = row["entity"], row.get("actor"), row["concept"]
    return statement_key(doc_id, row["start"], row["end"], *who, value)
