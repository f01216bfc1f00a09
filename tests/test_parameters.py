"""Parameters: what is accepted, what each error says, and which rows are picked."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from ballotwatch.parameters import (
    ParameterError,
    Parameters,
    check_choice,
    check_names,
    check_parameters,
    check_types,
    parse_assignments,
    shown_value,
)
from ballotwatch.query import frames


def test_all_parameters_are_taken(small_codebook, small_tables, tmp_path):
    given = {
        "tables": str(tmp_path),  "period": "2022-09-01/2022-09-30", "ballots": ["kherson-2022"],
        "regions": ["UA-65"], "actors": ["UKR", "RUR"], "concepts": [],
    }  # fmt: skip
    checked = check_parameters(given, small_codebook, small_tables)
    assert checked == Parameters(
        tables=tmp_path, period=(date(2022, 9, 1), date(2022, 9, 30)), ballots=("kherson-2022",), regions=("UA-65",),
        actors=("UKR", "RUR"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"perod": None}, "there is no parameter 'perod'; did you mean 'period'?"),
        ({"period": "2022"}, "takes two days 'YYYY-MM-DD/YYYY-MM-DD', the earlier first, not '2022'"),
        ({"period": "2022-13-01/2023-01-01"}, "not '2022-13-01/2023-01-01' (month must be in 1..12"),
        ({"period": "2023-01-01/2022-01-01"}, "the earlier first"),
        ({"period": 2022}, "not 2022"),
        ({"actors": "UKR"}, "takes a list, each item an actor's entity as text, not 'UKR'"),
        ({"actors": ["UKR", 3]}, "not ['UKR', 3]"),
        ({"actors": ["UKRR"]}, "there is no 'UKRR'; did you mean 'UKR'?"),
        ({"regions": ["Kherson"]}, "there is no 'Kherson'; did you mean 'UA-65'?"),
        ({"regions": ["UA-66"]}, "did you mean 'UA-65'?"),
        ({"concepts": ["condemn"]}, "did you mean 'condemnation'?"),
        ({"ballots": ["kherson-2023"]}, "did you mean 'kherson-2022'?"),
        ({"ballots": ["zzz"]}, "known are kherson-2022, crimea-2014"),
        ({"codings": 3}, "parameter 'codings' takes a folder's path as text, not 3"),
        ({"codings": ""}, "takes a folder's path as text, not ''"),
        ({"tables": 3}, "parameter 'tables' takes a path as text, not 3"),
        ({"tables": None}, "takes a path as text, not None"),
        ({"tables": "no/such/place"}, "there is nothing at no/such/place: run `ballotwatch code"),
    ],
)
def test_a_wrong_parameter_stops_with_rule_value_and_next_step(given, told, small_codebook, small_tables):
    with pytest.raises(ParameterError) as error:
        check_parameters(given, small_codebook, small_tables)
    assert told in str(error.value)


def test_names_and_choices():
    check_names(["actors"], ["actors", "period"])
    with pytest.raises(ParameterError, match="there is no parameter 'actor'; did you mean 'actors'?"):
        check_names(["actor"], ["actors", "period"])
    assert check_choice("measure", "documents", ["documents", "statements"]) == "documents"
    with pytest.raises(ParameterError, match="there is no 'statement'; did you mean 'statements'?"):
        check_choice("measure", "statement", ["documents", "statements"])
    with pytest.raises(ParameterError, match="takes one word, not 3"):
        check_choice("measure", 3, ["documents"])


def test_assignments_of_the_command_line():
    given = ["actors=UKR, POL", 'regions=["UA-65"]', "period=2022-01-01/2022-02-01", "top=5", "ballots=", "a=b=c"]
    assert parse_assignments(given) == {
        "actors": ["UKR", "POL"], "regions": ["UA-65"], "period": "2022-01-01/2022-02-01", "top": 5, "ballots": [],
        "a": "b=c",
    }  # fmt: skip
    with pytest.raises(ParameterError, match="not as 'actors'"):
        parse_assignments(["actors"])
    with pytest.raises(ParameterError, match="'actors' is given twice"):
        parse_assignments(["actors=UKR", "actors=POL"])


def chosen(parameters, tables):
    selected = frames(parameters.select(tables))
    return list(selected["documents"]["doc_id"]), list(selected["statements"]["entity"])


def test_nothing_asked_for_keeps_everything(small_tables):
    selected = Parameters().select(small_tables)
    for name, rows in selected.items():
        pd.testing.assert_frame_equal(rows.whole.frame(*small_tables[name]), small_tables[name])
        assert len(rows) == len(small_tables[name])


@pytest.mark.parametrize(
    ("parameters", "documents", "entities"),
    [
        (Parameters(ballots=("crimea-2014",)), ["second"], ["GRA"]),
        (Parameters(regions=("UA-65",)), ["first"], ["RUR"]),
        (Parameters(actors=("GRA",)), ["first", "second", "undated"], ["GRA"]),
        (Parameters(concepts=("condemnation",)), ["first", "second", "undated"], ["GRA"]),
        (Parameters(actors=("GRA",), regions=("UA-65",)), ["first"], []),
        (Parameters(period=(date(2022, 9, 28), date(2022, 9, 28))), ["first"], ["RUR"]),
        (Parameters(period=(date(2022, 9, 29), date(2022, 12, 31))), [], []),
    ],
)
def test_rows_are_picked(parameters, documents, entities, small_tables):
    assert chosen(parameters, small_tables) == (documents, entities)


def test_a_document_without_date_is_left_out_of_a_period_and_told(small_tables):
    selected = frames(Parameters(period=(date(2000, 1, 1), date(2030, 1, 1))).select(small_tables))
    assert list(selected["documents"]["doc_id"]) == ["first", "second"]
    assert list(selected["problems"]["source"]) == ["bad.txt", "undated"]
    assert len(small_tables["problems"]) == 1, "the tables given must stay as they are"


def test_confidence_leaves_out_what_is_less_sure(small_tables):
    some = {**small_tables, "statements": small_tables["statements"].assign(confidence=0.7)}
    assert len(Parameters(confidence=0.7).select(some)["statements"]) == len(some["statements"])
    assert len(Parameters(confidence=0.71).select(some)["statements"]) == 0


@pytest.mark.parametrize("value", ["0.5", True, 1.5, -0.1, None])
def test_confidence_is_a_probability(value):
    with pytest.raises(ParameterError, match="'confidence' takes a number from 0 to 1"):
        check_types({"confidence": value})


def test_a_reprint_counts_once(small_tables):
    ids = list(small_tables["documents"].doc_id)
    documents = small_tables["documents"].assign(duplicate_of=[None, ids[0], *[None] * (len(ids) - 2)])
    chosen = Parameters().select({**small_tables, "documents": documents})
    assert ids[1] not in chosen["documents"].values("doc_id")


def test_pages_show_no_folder_of_this_machine(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert shown_value("codings", str(tmp_path / "mine/codings")) == "mine/codings"
    assert shown_value("reference", "/somewhere/else/anna.codings.jsonl") == "anna.codings.jsonl"
    assert shown_value("actors", ["/UKR"]) == ["/UKR"] and shown_value("codings", None) is None
