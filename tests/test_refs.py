"""References from marks to evidence: made, read back, and refused where they are none."""

from __future__ import annotations

import pytest

from ballotwatch.refs import Ref, parse_ref, refs, span_ref


def test_ids_keep_their_spaces_and_colons():
    assert refs("article", ["my article", "a:b"]) == ["article:my article", "article:a:b"]
    assert parse_ref("article:a:b") == Ref("article", "a:b")


def test_a_span_names_document_and_offsets():
    assert parse_ref(span_ref("a:7:b c", 3, 12)) == Ref("span", "a:7:b c", 3, 12)


@pytest.mark.parametrize("text", ["", "statement", "quote:1", "abc"])
def test_what_is_no_reference_is_refused(text):
    with pytest.raises(ValueError, match="is no reference"):
        parse_ref(text)
