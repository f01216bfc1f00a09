"""Palette, words and frame of the charts."""

from __future__ import annotations

import json
from itertools import combinations

import chart_samples as samples
import pandas as pd
import plotly.graph_objects as go
import pytest

from ballotwatch.charts import palette, words
from ballotwatch.charts.frame import PLOTLY, framed, nothing, say, show
from ballotwatch.charts.words import Words, count, listing, spell

# Linear maps of RGB that stand for the colours as dichromats see them: H. Brettel, F. Vienot and J. Mollon (1997), in
# the one-plane form of F. Vienot, H. Brettel and J. Mollon, Color Research & Application 24 (1999).
DICHROMATS = {
    "protanope": ((0.11238, 0.88762, 0), (0.11238, 0.88762, 0), (0.00401, -0.00401, 1)),
    "deuteranope": ((0.29275, 0.70725, 0), (0.29275, 0.70725, 0), (-0.02234, 0.02234, 1)),
}


def _seen(colour: str, matrix: tuple) -> tuple[float, ...]:
    rgb = [(int(colour[i : i + 2], 16) / 255) ** 2.2 for i in (1, 3, 5)]
    return tuple(max(0.0, sum(m * v for m, v in zip(row, rgb, strict=True))) ** (1 / 2.2) for row in matrix)


@pytest.mark.parametrize("eye", DICHROMATS)
def test_stances_stay_apart_for_colour_blind_readers(eye: str) -> None:
    for one, other in combinations(palette.STANCES.values(), 2):
        a, b = _seen(one, DICHROMATS[eye]), _seen(other, DICHROMATS[eye])
        assert sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5 > 0.2


@pytest.mark.parametrize("share", [0, 0.2, 0.5, 0.8, 1])
@pytest.mark.parametrize("colour", [*palette.STANCES.values(), palette.AMOUNT, palette.ARTICLE])
def test_numbers_on_any_tint_can_be_read(colour: str, share: float) -> None:
    tint = palette.mix(colour, share)
    assert palette.contrast(palette.ink_on(tint), tint) >= 3


@pytest.mark.parametrize("colour", [palette.INK, palette.QUIET])
def test_words_have_enough_contrast(colour: str) -> None:
    assert palette.contrast(colour, palette.PAPER) >= 4.5


def test_nothing_is_blank() -> None:
    assert palette.tint(palette.AMOUNT, 0, 3) == palette.BLANK
    assert palette.tint(palette.AMOUNT, 3, 3) == palette.AMOUNT


def test_words() -> None:
    assert [count(n, "article") for n in (0, 1, 2)] == ["no article", "1 article", "2 articles"]
    assert count(2, "statement of fraud") == "2 statements of fraud"
    assert count(2, "entity", "entities") == "2 entities"
    assert listing(["A", "B", "C"]) == "A, B and C" and listing(["A"]) == "A" and listing([]) == ""
    assert listing("ABCDEF", 3) == "A, B, C and 3 more"
    assert spell("call_non_recognition") == "call for non-recognition" and spell("coercion") == "coercion"


def test_credit_names_n_period_and_source() -> None:
    credit = words.credit(samples.sample()["documents"], 4, "statement")
    assert credit.startswith("n = 4 statements in 2 articles, published 2024-03-16 to 2024-03-20. Source: press;")
    assert "no date known" in words.credit(samples.empty()["documents"], 0, "statement")


def test_the_source_is_the_folders_or_else_the_files() -> None:
    def origin(*sources: str) -> str:
        return words.origin(pd.DataFrame({"source": sources}))

    assert origin("press/a.txt", "press/b.txt", "wire/c.txt") == "press and wire"
    assert origin("news.jsonl:1", "news.jsonl:2") == "news.jsonl"
    assert origin(*(f"{n}.txt" for n in "abcde")) == "5 files"


def test_lines_wrap_and_disarm_markup() -> None:
    assert words.lines("one <b>two three", 10) == "one &lt;b&gt;two<br>three"


def test_a_frame_holds_title_credit_and_alternative_text() -> None:
    fig = framed(go.Figure(go.Bar(x=[1])), Words("Finding <i>", "n = 1", "In words"), 100)
    texts = [note.text for note in fig.layout.annotations]
    assert "<b>Finding &lt;i&gt;</b>" in texts and "n = 1" in texts and fig.layout.meta["alt"] == "In words"


def test_a_chart_is_shown_as_json_and_an_empty_one_as_its_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = []
    monkeypatch.setattr("ballotwatch.charts.frame.display", lambda data, raw=False: shown.append(data))
    show(framed(go.Figure(go.Bar(x=[1])), Words("Title", "n", "Alt"), 100))
    assert set(shown[0]) == {PLOTLY, "text/plain"} and json.dumps(shown[0][PLOTLY])
    show(nothing("Nothing is here."))
    assert shown[1].data == "Nothing is here."
    say("a <script> & b")
    assert shown[2].data == "a &lt;script&gt; &amp; b"
