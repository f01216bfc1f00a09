"""Corrections in the explorer: decisions are made, saved and laid over the program's codings again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from ballotwatch.codebook import Codebook
from ballotwatch.corrections import CorrectionError, correct, make_decision, save_decision
from ballotwatch.decisions import plain
from ballotwatch.query import rows_of
from ballotwatch.rulings import row_id

Tables = Mapping[str, pd.DataFrame]


class Saved(NamedTuple):
    """A decision that was saved: its file, its article, and the id that its statement has from now on."""

    path: Path
    doc_id: str
    statement_id: str


class Desk:
    """The program's tables, the folder of decisions about them, and the tables with these laid over.

    Attributes:
        program: the tables as they were coded.
        everything: the tables with the decisions of all coders laid over them.
        rows: the same, to be picked and counted.
        problems: rows of `problems` that the decisions brought: stale and broken ones, and conflicts.
    """

    def __init__(self, program: Tables, folder: Path, codebook: Codebook) -> None:
        """Read the folder, which need not be there yet."""
        self.program, self.folder, self.codebook = program, folder, codebook
        self.read()

    def read(self) -> None:
        """Lay over what the folder holds now, whoever has written it."""
        self.everything = correct(self.program, self.folder, self.codebook)
        self.rows = {name: rows_of(table) for name, table in self.everything.items()}
        before = set(self.program["problems"].itertuples(index=False, name=None))
        problems = self.everything["problems"]
        new = [row not in before for row in problems.itertuples(index=False, name=None)]
        self.problems = problems[new]

    def save(
        self, coder: str, action: str, statement_id: str | None = None,
        statement: Mapping[str, Any] | None = None, doc_id: str | None = None,
    ) -> Saved:  # fmt: skip
        """Make a decision, save it and lay it over.

        Raises CorrectionError where the coder's name is missing or the decision breaks a rule, and OSError.
        """
        if not coder.strip():
            rule = "a correction needs its coder: write your name into 'Your name' above, then save again"
            raise CorrectionError(rule)
        decision = make_decision(self.everything, self.codebook, coder.strip(), action, statement_id, statement, doc_id)
        path = save_decision(self.folder, decision)
        self.read()
        coded = decision["statement"]
        return Saved(path, decision["doc"], row_id(decision["doc"], coded) if coded else statement_id)

    def statement(self, statement_id: str) -> dict[str, Any]:
        """A row of `statements` in plain values, missing ones None. Raises CorrectionError where it is gone."""
        statements = self.everything["statements"]
        found = statements[statements.statement_id == statement_id]
        if found.empty:
            raise CorrectionError(f"there is no statement '{statement_id}' any more: choose another one")
        return {name: plain(value) for name, value in found.iloc[0].items()}
