"""Corrections: people's decisions about the program's codings, saved in a folder and laid over the tables.

``make_decision`` makes one, ``save_decision`` and ``read_decisions`` keep them, ``lay_over`` applies them. Nothing is
applied to an article whose text is another than the one that the person read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ballotwatch.charts.words import count
from ballotwatch.codebook import Codebook
from ballotwatch.decision_files import read_decisions, save_decision
from ballotwatch.decisions import CODED, CorrectionError, Decided, Known, check_statement, known_names, make_decision
from ballotwatch.parameters import Tables
from ballotwatch.query import Rows, open_rows, rows_of
from ballotwatch.rulings import Ruling, make_rulings, row_id
from ballotwatch.tables import SCHEMAS, listed_ballots, make_table

__all__ = ["CorrectionError", "correct", "corrected", "lay_over", "make_decision", "read_decisions", "save_decision"]
# What the laid-over tables say of the decisions that count.
# The tables that laying over reads.
CONCERNED = ("documents", "statements", "ballots")
LAID = ["doc_id", "statement_id", "coder", "time", "action"]
RULE = "person"


def correct(tables: Tables, folder: Path | None, codebook: Codebook) -> dict[str, pd.DataFrame]:
    """The tables with all decisions of a folder laid over; lines that can't be read are ``problems`` too."""
    decisions, broken = read_decisions(folder)
    return lay_over({**tables, "problems": _more(tables["problems"], broken)}, decisions, codebook)


def open_tables(folder: Path, codings: Path | None, codebook: Codebook) -> dict[str, Rows]:
    """The tables of a folder with all decisions of the folder `codings` laid over, as `correct` does it.

    Read are the articles alone that somebody has decided about. Raises FileNotFoundError for a folder without tables.
    """
    tables = {name: open_rows(folder, name) for name in SCHEMAS}
    decisions, broken = read_decisions(codings)
    if decisions.empty and not broken:
        none = rows_of(pd.DataFrame(columns=LAID, dtype=object))
        return {**tables, "program": tables["statements"], "corrections": none}
    # An article may have gone on under another name.
    of_text = tables["documents"].among("sha256", decisions.sha256)
    few = tables["documents"].among("doc_id", decisions.doc).values("doc_id") + of_text.values("doc_id")
    read = {name: _of(rows, few).frame() for name, rows in tables.items() if name in CONCERNED}
    laid = lay_over({**read, "problems": _more(make_table("problems", []), broken)}, decisions, codebook)
    own, rest = rows_of(laid["statements"]), tables["statements"].among("doc_id", few, without=True)
    return {
        **tables,
        "program": tables["statements"],
        "statements": rest.with_more(own),
        "problems": rows_of(pd.concat([tables["problems"].frame(), laid["problems"]], ignore_index=True)),
        **{name: rows_of(laid[name]) for name in ("ballots", "corrections")},
    }


def _of(rows: Rows, documents: list[str]) -> Rows:
    return rows.among("doc_id", documents) if "doc_id" in rows.columns else rows


def lay_over(tables: Tables, decisions: pd.DataFrame, codebook: Codebook) -> dict[str, pd.DataFrame]:
    """The tables with the decisions applied; those given stay as they are.

    ``statements``: rejected rows gone, recoded ones in place, added ones in order, ``checked_by`` filled. Two tables
    more: ``program``, the statements before any decision, and ``corrections`` (doc_id, statement_id of the program's
    or the added row, coder, time, action), the present decision of each coder on each row. Decisions about changed
    articles, broken ones and conflicts become ``problems``.
    """
    program = tables.get("program", tables["statements"])
    if decisions.empty:
        none = pd.DataFrame(columns=LAID, dtype=object)
        return {**tables, "statements": program, "program": program, "corrections": none}
    known = known_names(codebook, tables)
    sound, problems = _sound(tables, decisions.to_dict("records"), known)
    rulings, lost = make_rulings(program, sound)
    statements = _statements(program, rulings, tables["documents"], known)
    problems += [_problem(d, "correction of a statement that is gone", GONE) for d in lost]
    problems += [_conflict(ruling) for ruling in rulings if len(ruling.agreeing) < len(ruling.decisions)]
    laid = [(d["doc"], r.key, d["coder"], d["time"], d["action"]) for r in rulings for d in r.decisions]
    return {
        **tables,
        "statements": statements,
        "ballots": _ballots(tables["ballots"], statements, codebook),
        "problems": _more(tables["problems"], problems),
        "program": program,
        "corrections": pd.DataFrame(sorted(laid, key=lambda row: (row[3], row[1])), columns=LAID, dtype=object),
    }


def corrected(tables: Tables) -> str:
    """How many corrections by how many people the tables hold, such as "3 corrections by 2 coders"; "" without any."""
    made = rows_of(tables["corrections"])
    if not len(made):
        return ""
    return f"{count(len(made), 'correction')} by {count(len(made.values('coder')), 'coder')}"


GONE = "the program codes the article differently now; look at its present codings and decide anew"


def _more(problems: pd.DataFrame, rows: list[dict]) -> pd.DataFrame:
    """Problem rows with new ones after them, each once."""
    if not rows:
        return problems
    return pd.concat([problems, make_table("problems", rows)]).drop_duplicates(ignore_index=True)


def _sound(tables: Tables, decisions: Iterable[Decided], known: Known) -> tuple[list[Decided], list[dict]]:
    """Decisions about articles as they are and by the codebook's rules, and problem rows for the others."""
    articles = {row.doc_id: row for row in tables["documents"].itertuples()}
    sound, stale, problems = [], {}, []
    for decision in decisions:
        article = articles.get(decision["doc"])
        if article is None or article.sha256 != decision["sha256"]:
            stale.setdefault((decision["doc"], decision["coder"], decision["sha256"]), []).append(decision)
            continue
        try:
            if decision["action"] in CODED:
                check_statement(decision["statement"], article.text, known)
            sound.append(decision)
        except CorrectionError as error:
            problems.append(_problem(decision, "correction that breaks a rule", f"{error}; decide anew"))
    elsewhere = {row.sha256: row.doc_id for row in articles.values()} if stale else {}
    rows = [_stale(*key, len(group), articles, elsewhere) for key, group in sorted(stale.items())]
    return sound, [*rows, *sorted(problems, key=lambda row: (row["source"], row["detail"]))]


def _problem(decision: Decided, what: str, why: str) -> dict:
    who = f"{decision['action']} by {decision['coder']} of {decision['time'][:10]}"
    about = f", statement {decision['statement_id']}" if decision["statement_id"] else ""
    return {"source": decision["doc"], "problem": what, "detail": f"{who}{about} is not applied: {why}"}


def _stale(
    doc_id: str, coder: str, sha256: str, n: int, articles: Collection[str], elsewhere: Mapping[str, str]
) -> dict:
    """One row for all decisions of a coder about a text that is not the article's any more."""
    gone = doc_id not in articles
    why = "the article is not among these" if gone else "the article has another text now"
    todo = "put the article back, or drop them" if gone else "read the article again and decide anew"
    moved = f", its old text is now article '{elsewhere[sha256]}'" if sha256 in elsewhere else ""
    what = "coding of an article that is gone" if gone else "coding of a changed article"
    return {
        "source": doc_id,
        "problem": what,
        "detail": f"{count(n, 'decision')} by {coder} not applied: {why}{moved}; {todo}",
    }


def _conflict(ruling: Ruling) -> dict:
    told = ", ".join(f"{d['coder']} {d['action']} ({d['time'][:16]}Z)" for d in ruling.decisions)
    last = ruling.decisions[-1]
    detail = f"statement {ruling.key}: {told}; the latest, by {last['coder']}, is in force; settle it and decide anew"
    return {"source": last["doc"], "problem": "coders disagree", "detail": detail}


def _statements(program: pd.DataFrame, rulings: list[Ruling], documents: pd.DataFrame, known: Known) -> pd.DataFrame:
    """The statements in force, in the program's order."""
    order = {row: place for place, row in enumerate(program.statement_id.tolist())}
    replaced = {ruling.key for ruling in rulings if ruling.author or not ruling.coding}
    kept = program.assign(place=range(len(program)))[~program.statement_id.isin(replaced)]
    people = {ruling.key: set(ruling.agreeing) for ruling in rulings if ruling.key not in replaced}
    rows, standing = [], set(kept.statement_id)
    days = documents.set_index("doc_id")[["published_earliest", "published_latest"]]
    for ruling in sorted((r for r in rulings if r.author), key=lambda r: (order.get(r.key, len(order)), r.key)):
        row = _row(ruling, days.loc[ruling.decisions[-1]["doc"]], known) | {"place": order.get(ruling.key, len(order))}
        # Rows that came to be the same are one row, of all the people who said so.
        people.setdefault(row["statement_id"], set()).update(ruling.agreeing)
        if row["statement_id"] not in standing:
            standing.add(row["statement_id"])
            rows.append(row)
    parts = [kept, make_table("statements", rows).assign(place=[row["place"] for row in rows])] if rows else [kept]
    frame = pd.concat(parts).sort_values(["doc_id", "start", "end", "place"], kind="stable", ignore_index=True)
    names = [", ".join(sorted(people.get(key, ()))) or None for key in frame.statement_id.tolist()]
    return frame.assign(checked_by=pd.array(names, dtype=program.checked_by.dtype)).drop(columns="place")


def _row(ruling: Ruling, days: pd.Series, known: Known) -> dict[str, Any]:
    """A person's row of the statements. It has no confidence: that is how often one of the program's rules is right."""
    doc_id = ruling.decisions[-1]["doc"]
    return {
        **ruling.coding, "statement_id": row_id(doc_id, ruling.coding), "doc_id": doc_id,
        "family": known.concepts[ruling.coding["concept"]][0], "date_earliest": days.published_earliest,
        "date_latest": days.published_latest, "rule": RULE, "coder": ruling.author,
    }  # fmt: skip


def _ballots(ballots: pd.DataFrame, statements: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """The ballots with those that only a person's coding names."""
    new = set(statements.ballot_id.dropna()) - set(ballots.ballot_id)
    rows = listed_ballots(codebook, new)
    return pd.concat([ballots, make_table("ballots", rows)], ignore_index=True) if rows else ballots
