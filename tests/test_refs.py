"""References from marks to evidence: made, read back, and refused where they are none."""

from __future__ import annotations

import pytest

from ballotwatch.refs import MOST_REFS, Ref, counted, joined, named, parse_ref, refs, span_ref, with_more


def test_ids_keep_their_spaces_and_colons():
    assert refs("article", ["my article", "a:b"]) == ["article:my article", "article:a:b"]
    assert parse_ref("article:a:b") == Ref("article", "a:b")


def test_a_span_names_document_and_offsets():
    assert parse_ref(span_ref("a:7:b c", 3, 12)) == Ref("span", "a:7:b c", 3, 12)


@pytest.mark.parametrize("text", ["", "statement", "quote:1", "abc", "more:3"])
def test_what_is_no_reference_is_refused(text):
    with pytest.raises(ValueError, match="is no reference"):
        parse_ref(text)


def test_a_list_names_some_and_counts_all():
    ids = refs("statement", map(str, range(MOST_REFS)))
    assert with_more(ids[:3], 3) == ids[:3] and with_more(ids[:3], 5) == [*ids[:3], "more:2"]
    assert named(["statement:more:2", "more:2"]) == ["statement:more:2"]
    assert counted([]) == 0 and counted(ids[:3]) == 3 and counted([*ids[:3], "more:2"]) == 5


def test_lists_are_joined_to_one_that_is_no_longer_than_any_may_be():
    ids = refs("statement", map(str, range(MOST_REFS)))
    assert joined([]) == [] and joined([ids[:2], [], ids[2:4]]) == ids[:4]
    assert joined([[*ids[:2], "more:5"], ids[2:3]]) == [*ids[:3], "more:5"]
    assert joined([ids[:-1], ["statement:a", "statement:b", "more:1"]]) == [*ids[:-1], "statement:a", "more:2"]
