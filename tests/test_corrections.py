"""Corrections: what a decision must hold, how it is kept, and what laying decisions over the tables does."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import random
import signal
import time
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballotwatch import agreement, notebook
from ballotwatch.codebook import Codebook, load_codebook
from ballotwatch.coders import describe_coders, gather_coders
from ballotwatch.corrections import (
    CorrectionError,
    correct,
    corrected,
    lay_over,
    make_decision,
    open_tables,
    read_decisions,
    save_decision,
)
from ballotwatch.decisions import EDITABLE, check_coder
from ballotwatch.parameters import ParameterError, Parameters, check_types
from ballotwatch.query import frames
from ballotwatch.table_writer import write_tables
from ballotwatch.tables import SCHEMAS, make_table, read_tables

TEXTS = {
    "a": "Poland does not recognise the vote. Turnout was 41% in Crimea, officials said. Hungary kept silent.",
    "b": "Latvia “condemns” the sham referendum. 𝔘nicode stays.",
}
BALLOT = "crimea-2014-referendum"


def _document(doc_id: str) -> dict:
    text = TEXTS[doc_id]
    return {
        "doc_id": doc_id, "source": f"{doc_id}.txt", "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "dating_basis": "unknown", "language": "en", "words": 9, "text": text,
    }  # fmt: skip


def _statement(doc_id: str, words: str, entity: str, concept: str, family: str, polarity: int) -> dict:
    start = TEXTS[doc_id].index(words)
    return {
        "statement_id": f"{entity}-{concept}", "doc_id": doc_id, "start": start, "end": start + len(words),
        "text": words, "actor": entity, "entity": entity, "actor_type": "state", "concept": concept,
        "family": family, "polarity": polarity, "regions": [], "legal_bases": [], "quoted": False, "cue": words,
        "rule": "r", "confidence": 0.6, "coder": "ballotwatch",
    }  # fmt: skip


def _tables() -> dict[str, pd.DataFrame]:
    rows = {
        "documents": [_document(doc_id) for doc_id in TEXTS],
        "statements": [
            _statement("a", "Poland does not recognise the vote", "POL", "non_recognition", "position", -1),
            _statement("a", "Turnout was 41%", "RUS-OCC", "turnout", "claim", 0) | {"value": 41.0},
            _statement("b", "Latvia “condemns” the sham referendum", "LVA", "condemnation", "position", -1),
        ],
    }
    return {name: make_table(name, rows.get(name, [])) for name in SCHEMAS}


CODEBOOK = load_codebook()
TABLES = _tables()
POLAND, TURNOUT, LATVIA = TABLES["statements"].statement_id
HUNGARY = {"start": 79, "end": 98, "entity": "HUN", "concept": "recognition"}


def _decide(coder: str, action: str, about: str | None = None, at: int = 0, **more: object) -> dict:
    """A decision made on the seconds `at` of a minute."""
    made = make_decision(TABLES, CODEBOOK, coder, action, about, **more)
    return {**made, "time": f"2026-01-31T12:00:{at:02}.000000+00:00"}


def _frame(*decisions: dict) -> pd.DataFrame:
    columns = ["doc", "sha256", "coder", "time", "action", "statement_id", "statement", "place"]
    return pd.DataFrame([{"place": "x:1", **d} for d in decisions], columns=columns, dtype=object)


def _lay(*decisions: dict) -> dict[str, pd.DataFrame]:
    return lay_over(TABLES, _frame(*decisions), CODEBOOK)


def _same(left: dict[str, pd.DataFrame], right: dict[str, pd.DataFrame]) -> None:
    assert left.keys() == right.keys()
    for name, table in left.items():
        pd.testing.assert_frame_equal(table, right[name])


def test_without_a_folder_nothing_changes(tmp_path: Path) -> None:
    for folder in (None, tmp_path / "none"):
        laid = correct(TABLES, folder, CODEBOOK)
        assert all(laid[name] is TABLES[name] for name in SCHEMAS)
        assert laid["corrections"].empty and corrected(laid) == ""


def test_tables_in_files_are_laid_over_as_dataframes_are(tmp_path: Path) -> None:
    write_tables(TABLES, tmp_path / "tables")
    stale = _decide("carl", "reject", POLAND) | {"sha256": "f" * 64}
    gone = _decide("carl", "reject", TURNOUT, 1) | {"doc": "elsewhere"}
    decisions = [
        _decide("anna", "accept", POLAND), _decide("anna", "reject", TURNOUT), stale, gone,
        _decide("ben", "recode", LATVIA, statement={"concept": "illegality", "ballot_id": BALLOT}),
        _decide("ben", "add", doc_id="a", statement=HUNGARY),
    ]  # fmt: skip
    for number in range(len(decisions) + 1):
        folder = tmp_path / f"codings{number}"
        for decision in decisions[:number]:
            save_decision(folder, decision)
        if number == len(decisions):
            (folder / "broken.codings.jsonl").write_bytes(b"{")
        wanted = correct(read_tables(tmp_path / "tables"), folder, CODEBOOK)
        opened = frames(open_tables(tmp_path / "tables", folder, CODEBOOK))
        # A column of objects comes back as one of text where it holds text alone.
        _same(*({name: table.astype(object) for name, table in tables.items()} for tables in (opened, wanted)))


def test_accept_reject_recode_and_add(tmp_path: Path) -> None:
    for decision in (
        _decide("anna", "accept", POLAND),
        _decide("anna", "reject", TURNOUT),
        _decide(
            "ben", "recode", LATVIA, statement={"concept": "illegality", "ballot_id": BALLOT, "regions": ["UA-43"]}
        ),
        _decide("ben", "add", doc_id="a", statement=HUNGARY),
    ):
        assert save_decision(tmp_path, decision).name == f"{decision['coder']}.codings.jsonl"
    laid = correct(TABLES, tmp_path, CODEBOOK)
    rows = laid["statements"][["entity", "concept", "polarity", "coder", "checked_by", "rule"]]
    assert rows.values.tolist() == [
        ["POL", "non_recognition", -1, "ballotwatch", "anna", "r"],
        ["HUN", "recognition", 1, "ben", "ben", "person"],
        ["LVA", "illegality", -1, "ben", "ben", "person"],
    ]
    assert laid["problems"].empty and corrected(laid) == "4 corrections by 2 coders"
    assert list(laid["ballots"].ballot_id) == [BALLOT], "a ballot that only a person names gets its row"
    assert laid["statements"].text.tolist()[1] == TEXTS["a"][79:98]
    write_tables(laid, tmp_path / "tables")
    assert len(TABLES["statements"]) == 3 and TABLES["ballots"].empty, "the tables given stay as they are"


def test_ids_are_made_as_the_program_makes_them() -> None:
    """An added row that the program has already is that row, and two people who add the same add one."""
    words = {"start": 0, "end": 34, "entity": "POL", "actor": "Poland", "concept": "condemnation"}
    laid = _lay(*(_decide(who, "add", doc_id="a", statement=words) for who in ("anna", "ben")))
    row = laid["statements"].iloc[1]
    key = "\x1f".join(["a", "0", "34", "POL", "Poland", "condemnation", "None"])
    assert row.statement_id == hashlib.sha256(key.encode()).hexdigest()[:16]
    assert len(laid["statements"]) == 4 and row.checked_by == "anna, ben" and laid["problems"].empty


def test_a_later_decision_of_the_same_coder_supersedes() -> None:
    first, second = _decide("anna", "reject", POLAND, 1), _decide("anna", "accept", POLAND, 2)
    for order in ((first, second), (second, first)):
        laid = _lay(*order)
        assert len(laid["statements"]) == 3 and laid["problems"].empty and len(laid["corrections"]) == 1


def test_withdrawing_takes_any_decision_back() -> None:
    made = [_decide("anna", "reject", POLAND, 1), _decide("anna", "add", doc_id="a", statement=HUNGARY, at=2)]
    added = _lay(*made)["corrections"].statement_id.iloc[-1]
    back = [
        _decide("anna", "withdraw", POLAND, 3),
        {**_decide("anna", "withdraw", POLAND, 4), "statement_id": added},
    ]
    laid = _lay(*made, *back)
    _same({n: laid[n] for n in SCHEMAS}, TABLES)
    assert laid["corrections"].empty


def test_a_recoded_row_is_found_by_its_new_id_too() -> None:
    first = _decide("anna", "recode", POLAND, 1, statement={"concept": "condemnation"})
    shown = _lay(first)
    new = shown["statements"].statement_id.iloc[0]
    assert new != POLAND
    again = make_decision(shown, CODEBOOK, "anna", "recode", new, {"concept": "illegality"})
    laid = _lay(first, {**again, "time": "2026-01-31T12:00:09+00:00"})
    assert list(laid["statements"].concept) == ["illegality", "turnout", "condemnation"] and laid["problems"].empty
    rejected = {**_decide("anna", "reject", POLAND), "statement_id": new, "time": "2026-01-31T12:00:10+00:00"}
    assert len(_lay(first, rejected)["statements"]) == 2
    undone = _decide("anna", "accept", POLAND, 20)
    assert _lay(first, undone)["statements"].statement_id[0] == POLAND, "accepting brings the program's coding back"


def test_rows_recoded_to_the_same_are_one() -> None:
    whole = {"start": 0, "end": 20, "entity": "EST", "actor": None, "concept": "fraud"}
    laid = _lay(_decide("anna", "recode", POLAND, statement=whole), _decide("ben", "recode", TURNOUT, statement=whole))
    assert len(laid["statements"]) == 2 and laid["statements"].checked_by[0] == "anna, ben"
    assert not laid["statements"].statement_id.duplicated().any()


def test_recoding_takes_polarity_words_and_figure_along() -> None:
    made = _decide("anna", "recode", TURNOUT, statement={"concept": "fraud", "end": 43})["statement"]
    assert (made["polarity"], made["text"], made["cue"], made["value"]) == (-1, "Turnout", "Turnout", None)
    assert _decide("anna", "recode", TURNOUT, statement={"entity": "RUS"})["statement"]["value"] == 41.0


def test_coders_who_disagree_are_told_and_the_latest_holds() -> None:
    laid = _lay(
        _decide("anna", "reject", POLAND, 2), _decide("ben", "accept", POLAND, 1), _decide("cai", "accept", LATVIA)
    )
    assert list(laid["statements"].entity) == ["RUS-OCC", "LVA"]
    problem = laid["problems"].iloc[0]
    assert len(laid["problems"]) == 1 and (problem.source, problem.problem) == ("a", "coders disagree")
    assert "ben accept (2026-01-31T12:00Z), anna reject" in problem.detail and "by anna, is in force" in problem.detail
    agreed = _lay(_decide("anna", "reject", POLAND, 1), _decide("ben", "reject", POLAND, 2))
    assert agreed["problems"].empty and len(agreed["corrections"]) == 2


def test_a_changed_article_is_told_and_never_coded() -> None:
    old = {**_decide("anna", "reject", POLAND), "sha256": "0" * 64}
    moved = {**_decide("anna", "reject", POLAND), "doc": "renamed"}
    laid = _lay(old, {**old, "action": "accept", "statement_id": TURNOUT}, moved)
    _same({n: laid[n] for n in SCHEMAS if n != "problems"}, {n: TABLES[n] for n in SCHEMAS if n != "problems"})
    assert laid["problems"].values.tolist() == [
        ["a", "coding of a changed article",
         "2 decisions by anna not applied: the article has another text now; read the article again and decide anew"],
        ["renamed", "coding of an article that is gone",
         "1 decision by anna not applied: the article is not among these, its old text is now article 'a'; "
         "put the article back, or drop them"],
    ]  # fmt: skip


def test_a_decision_about_a_row_that_is_gone_is_told() -> None:
    laid = _lay({**_decide("anna", "reject", POLAND), "statement_id": "f" * 16})
    assert laid["problems"].problem.tolist() == ["correction of a statement that is gone"]
    assert "reject by anna of 2026-01-31, statement ffffffffffffffff is not applied" in laid["problems"].detail[0]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"end": 900}, "a span lies within the article's 99 characters: 'start' 79, 'end' 900"),
        ({"start": -1}, "a span lies within"),
        ({"start": True}, "a span lies within"),
        ({"start": 98}, "a span lies within"),
        ({"text": "Hungary was silent."}, "'text' is the article's from 79 to 98, 'Hungary kept silent', not"),
        ({"concept": "recogniton"}, "there is no concept 'recogniton'; did you mean 'recognition'?"),
        ({"concept": None}, "there is no concept None"),
        ({"polarity": -1}, "the polarity of 'recognition' is 1, not -1"),
        ({"entity": " "}, "'entity' says who holds the position, such as 'UKR', not ' '"),
        ({"ballot_id": "crimea-2014-referendums"}, "did you mean 'crimea-2014-referendum'?; null for none"),
        ({"regions": ["UA-44"]}, "'regions': there is no 'UA-44'"),
        ({"regions": "UA-43"}, "'regions' is a list of text, not 'UA-43'"),
        ({"legal_bases": ["un_chart"]}, "did you mean 'un_charter'?"),
        ({"actor_type": "robot"}, "there is no actor_type 'robot'"),
        ({"actor": 3}, "'actor' is text or null, not 3"),
        ({"value": 101}, "'value' is per cent from 0 to 100 or null, not 101"),
        ({"quoted": 1}, "'quoted' is true or false, not 1"),
        ({"colour": "red"}, "a statement has no 'colour'"),
    ],
)
def test_a_broken_coding_stops_at_making_and_is_told_at_reading(change: dict, told: str) -> None:
    with pytest.raises(CorrectionError) as error:
        _decide("anna", "add", doc_id="a", statement=HUNGARY | change)
    assert told in str(error.value)
    if "colour" not in change:
        sound = _decide("anna", "add", doc_id="a", statement=HUNGARY)
        laid = _lay({**sound, "statement": sound["statement"] | change})
        assert told in laid["problems"].detail[0] and len(laid["statements"]) == 3


@pytest.mark.parametrize(
    "name", ["", " ", "a/b", "..\\x", "../x", ".x", "x\n", "n" * 101, "a:b", None, 3, "Program", " x"]
)
def test_an_unsafe_name_of_a_coder_is_refused(name: object, tmp_path: Path) -> None:
    with pytest.raises(CorrectionError):
        save_decision(tmp_path / "c", {**_decide("anna", "reject", POLAND), "coder": name})
    assert not (tmp_path / "c").exists()


def test_names_of_people_make_files() -> None:
    assert check_coder("Ганна Berg-Łukasz O'Neil") == "Ганна Berg-Łukasz O'Neil"


@pytest.mark.parametrize(
    "missing", [{"statement_id": "nowhere"}, {"statement_id": None}, {"doc_id": "z", "statement_id": None}]
)
def test_a_decision_needs_its_row_or_article(missing: dict) -> None:
    with pytest.raises(CorrectionError, match="there is no"):
        make_decision(TABLES, CODEBOOK, "anna", "recode" if "doc_id" not in missing else "add", **missing)


BROKEN = [
    b"{", b"[]", b"\xff\xfe", b'"x"', b"{}", b"null", b'{"action": "accept"}', b'{"a": ' * 2000,
    b'{"doc": "a", "statements": [{"entity": "X"}]}', b'{"doc": "a", "statements": 3}', b'{"doc": 3, "statements": []}',
]  # fmt: skip


@pytest.mark.parametrize("line", BROKEN)
def test_a_broken_line_is_a_problem_row_with_file_and_line(line: bytes, tmp_path: Path) -> None:
    path = save_decision(tmp_path, _decide("anna", "reject", POLAND))
    path.write_bytes(path.read_bytes() + b"\n" + line)
    save_decision(tmp_path, _decide("anna", "accept", TURNOUT))
    laid = correct(TABLES, tmp_path, CODEBOOK)
    assert laid["problems"].source.tolist() == ["anna.codings.jsonl:3"]
    assert laid["problems"].problem.tolist() == ["broken correction"]
    assert len(laid["corrections"]) == 2, "the lines around it count"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"action": "delete"}, "there is no action 'delete'; known are accept"),
        ({"sha256": "xyz"}, "'sha256' is the hash"),
        ({"time": "yesterday"}, "'time' is ISO 8601"),
        ({"time": "2026-01-31T12:00:00"}, "'time' needs a zone"),
        ({"statement_id": None}, "'statement_id' names the row"),
        ({"action": "recode"}, "recode needs a 'statement'"),
        ({"coder": "../x"}, "a coder's name is text"),
    ],
)
def test_a_broken_form_is_told(change: dict, told: str, tmp_path: Path) -> None:
    record = {**_decide("anna", "reject", POLAND), **change}
    (tmp_path / "x.codings.jsonl").write_text(json.dumps(record) + "\n")
    decisions, problems = read_decisions(tmp_path)
    assert decisions.empty and told in problems[0]["detail"] and problems[0]["source"] == "x.codings.jsonl:1"


def test_other_zones_are_read_as_utc(tmp_path: Path) -> None:
    record = {**_decide("anna", "reject", POLAND), "time": "2026-01-31T14:00:00+02:00"}
    (tmp_path / "x.codings.jsonl").write_text(json.dumps(record), encoding="utf-8-sig")
    assert read_decisions(tmp_path)[0].time.tolist() == ["2026-01-31T12:00:00.000000+00:00"]


# What one of three people may decide about a row, or add.
MADE = [
    *(_decide("anna", action, row) for action in ("accept", "reject", "withdraw") for row in (POLAND, TURNOUT, LATVIA)),
    *(
        _decide("anna", "recode", row, statement={"concept": c})
        for row in (POLAND, LATVIA)
        for c in ("fraud", "illegality")
    ),
    *(_decide("anna", "add", doc_id="a", statement=HUNGARY | {"end": end}) for end in (90, 98)),
]
DECISIONS = st.lists(
    st.builds(
        lambda coder, made, at: {**made, "coder": coder, "time": f"2026-01-31T12:00:{at:02}.000000+00:00"},
        st.sampled_from(["anna", "ben", "cai"]), st.sampled_from(MADE), st.integers(0, 59),
    ),
    max_size=12,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(DECISIONS, st.randoms(use_true_random=False))
def test_laying_over_holds(decisions: list[dict], chance: random.Random) -> None:
    """Rows out are rows in less those rejected and more those added; order is nothing, twice is once."""
    laid = _lay(*decisions)
    shuffled = list(decisions)
    chance.shuffle(shuffled)
    _same(laid, _lay(*shuffled))
    _same(laid, lay_over(laid, _frame(*decisions), CODEBOOK))
    last = laid["corrections"].groupby("statement_id").last().action
    own = last[last.index.isin(TABLES["statements"].statement_id)]
    assert len(laid["statements"]) == 3 - (own == "reject").sum() + (last == "add").sum()
    assert not laid["statements"].statement_id.duplicated().any()
    for row in laid["statements"].itertuples():
        assert TEXTS[row.doc_id][row.start : row.end] == row.text
    assert laid["statements"].dtypes.equals(TABLES["statements"].dtypes)


def test_the_order_of_files_makes_no_difference(tmp_path: Path) -> None:
    lines = [json.dumps(_decide(f"c{n}", "reject" if n % 2 else "accept", POLAND, n)) for n in range(4)]
    for folder, names in (("x", "0123"), ("y", "3210")):
        (tmp_path / folder).mkdir()
        for name, line in zip(names, lines, strict=True):
            (tmp_path / folder / f"{name}.codings.jsonl").write_text(line + "\n")
    _same(*(correct(TABLES, tmp_path / folder, CODEBOOK) for folder in "xy"))


def _save_many(folder: Path, decision: dict, times: int) -> None:
    for _ in range(times):
        save_decision(folder, decision)


def test_two_writers_lose_nothing(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    jobs = [
        context.Process(target=_save_many, args=(tmp_path, _decide("anna", "reject", r), 25)) for r in (POLAND, LATVIA)
    ]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    decisions, problems = read_decisions(tmp_path)
    assert len(decisions) == 50 and not problems and decisions.time.is_monotonic_increasing


def test_a_writer_killed_at_any_moment_leaves_a_whole_file(tmp_path: Path) -> None:
    path = save_decision(tmp_path, _decide("anna", "accept", POLAND))
    context, kept = multiprocessing.get_context("fork"), 1
    for pause in range(10):
        job = context.Process(target=_save_many, args=(tmp_path, _decide("anna", "reject", POLAND), 10**6))
        job.start()
        while len(path.read_bytes().splitlines()) == kept:
            time.sleep(0.001)
        time.sleep(pause / 700)
        os.kill(job.pid, signal.SIGKILL)
        job.join()
        decisions, problems = read_decisions(tmp_path)
        assert not problems and len(decisions) > kept and path.read_bytes().endswith(b"\n")
        kept = len(decisions)
    save_decision(tmp_path, _decide("anna", "accept", POLAND))
    assert len(read_decisions(tmp_path)[0]) == kept + 1, "the lock went with the process"


def test_what_a_person_checked_passes_at_any_confidence() -> None:
    laid = _lay(_decide("anna", "accept", POLAND), _decide("anna", "add", doc_id="a", statement=HUNGARY))
    chosen = Parameters(confidence=0.9).select(laid)
    assert list(chosen["statements"].frame().entity) == ["POL", "HUN"]


def test_a_ballot_that_a_person_coded_is_found_by_it() -> None:
    laid = _lay(_decide("anna", "recode", LATVIA, statement={"ballot_id": BALLOT, "regions": ["UA-43"]}))
    for asked in (Parameters(ballots=(BALLOT,)), Parameters(regions=("UA-43",))):
        chosen = asked.select(laid)
        assert chosen["documents"].values("doc_id") == ["b"] and chosen["statements"].values("entity") == ["LVA"]


def test_a_notebook_starts_with_the_corrections_laid_over(tmp_path: Path) -> None:
    write_tables(TABLES, tmp_path / "tables")
    save_decision(tmp_path / "codings", _decide("anna", "reject", POLAND))
    begun = notebook.start(tables=str(tmp_path / "tables"), codings=str(tmp_path / "codings"))
    told = notebook.summary(begun.chosen, begun.everything)
    assert "2 statements after 1 correction by 1 coder." in told and len(begun.everything["program"]) == 3
    begun = notebook.start(tables=str(tmp_path / "tables"), codings=str(tmp_path / "none"))
    assert "3 statements. " in notebook.summary(begun.chosen, begun.everything)
    (tmp_path / "file").write_text("")
    with pytest.raises(ParameterError, match="'codings' takes a folder"):
        check_types({"codings": str(tmp_path / "file")})


def _coders(folder: Path) -> dict[str, agreement.Codings]:
    reference = agreement.make_codings(["a"], [("a", "POL", "non_recognition", None, None, False)])
    return gather_coders(correct(TABLES, folder, CODEBOOK), reference, folder, CODEBOOK)


def test_people_are_coders_of_the_articles_in_which_they_decided(tmp_path: Path) -> None:
    assert list(_coders(tmp_path)) == ["program", "reference"]
    assert describe_coders(_coders(tmp_path)).startswith("No person's codings are in the folder")
    save_decision(tmp_path, _decide("anna", "reject", TURNOUT))
    save_decision(tmp_path, _decide("ben", "accept", LATVIA))
    whole = {"doc": "a", "statements": [{"entity": "HUN", "concept": "recognition"}]}
    (tmp_path / "cai.codings.jsonl").write_text(json.dumps(whole) + "\n")
    coders = _coders(tmp_path)
    assert {name: (list(c.documents), list(c.statements.entity)) for name, c in coders.items()} == {
        "program": (["a", "b"], ["POL", "RUS-OCC", "LVA"]),
        "reference": (["a"], ["POL"]),
        "anna": (["a"], ["POL"]),
        "ben": (["b"], ["LVA"]),
        "cai": (["a"], ["HUN"]),
    }
    assert "anna (1 article), ben (1 article), cai (1 article)" in describe_coders(coders)
    table = agreement.pairs(coders, CODEBOOK.concepts.concept)
    assert len(table) == 10 and (table["items"] == table[["both", "only a", "only b"]].sum(axis=1)).all()


def test_a_whole_coding_goes_before_decisions_about_the_same_article(tmp_path: Path) -> None:
    path = save_decision(tmp_path, _decide("anna", "reject", TURNOUT))
    save_decision(tmp_path, _decide("anna", "accept", LATVIA))
    with path.open("a") as stream:
        stream.write(json.dumps({"doc": "a", "statements": []}) + "\n")
    anna = _coders(tmp_path)["anna"]
    assert set(anna.documents) == {"a", "b"} and list(anna.statements.entity) == ["LVA"]
    assert correct(TABLES, tmp_path, CODEBOOK)["problems"].empty


def test_every_editable_column_is_one_of_the_table() -> None:
    assert set(EDITABLE) < {column.name for column in SCHEMAS["statements"]} and isinstance(CODEBOOK, Codebook)
