"""Work grows as the text does: counted in calls for the rules, in processor time for patterns, which make none.

Below, ``units`` are repeated. Under the caps of `ballotwatch.limits` four times the text may take six times the work at
most, sixteen would be the square; over them it is a problem before any rule has seen it.
"""

from __future__ import annotations

import cProfile
import importlib
import pkgutil
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import ballotwatch.coding
from ballotwatch import article_coder
from ballotwatch.codebook import load_codebook
from ballotwatch.coding.marks import find_marks
from ballotwatch.corpus import Article, load_corpus
from ballotwatch.layout import find_layout
from ballotwatch.limits import MAX_SENTENCE, MAX_SIGNS, MAX_SPACES, MAX_UNBROKEN, too_long

ROOT = Path(__file__).parents[1]

MOST = 6
# Words that rules look for, in sentences as long as articles have them.
UNITS = {
    "cues": "condemned ",
    "sham referendums": "sham referendum ",
    "nested that": "said that the minister said that ",
    "names": "John Smith, the minister of Ukraine, ",
    "ministries": "Ministry of Foreign Affairs of ",
    "states": "Ukraine and Poland and ",
    "places": "Kherson, ",
    "days": "on Monday ",
    "dates": "16 March 2014, ",
    "figures": "97 percent of voters ",
    "capitals": "A ",
    "compounds": "a-a-",
    "brackets": "(a ",
    "scare quotes": 'so-called "referendum" ',
    "marks": '" ',
    "open marks": "“No ",
    "pronouns": "he said they ",
    "sayings": '"The vote is a sham," John Smith said, ',
}
LINES = {
    "lines": "word\n",
    "capital lines": "Word Word\n",
    "paragraphs": "He said no.\n\n",
    "questions": "Q: No?\n\nA: No.\n\n",
    "stamps": "12:30 No.\n",
    "captions": "(photo: No)\n",
    "tags": "Tags: #a\n",
    "open paragraphs": '"No, said he.\n\n',
}
# Characters that patterns could try in many ways.
RUNS = ['"', "'", "“", "(", ")", "[", "-", "–", ".", ",", ":", "/", "#", "@", " ", "\n", "\t", "\u00a0", "\r\n", " \n", "1", "1.", "1,",
        "12:", "2014-", "a", "A", "aA", "A.", "a-", "a'", "A ", "Aa ", "a, ", "of ", "and ", "\u0301", "\u200b", "😀", "<", "="]  # fmt: skip
PATTERNS = {
    value: f"{name}.{key}"
    for name in ["ballotwatch.layout_patterns", "ballotwatch.layout", "ballotwatch.limits", "ballotwatch.corpus"]
    + [f"ballotwatch.coding.{module.name}" for module in pkgutil.iter_modules(ballotwatch.coding.__path__)]
    for key, value in vars(importlib.import_module(name)).items()
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str)
}


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """What is made at its first use is no work of the text that happens to be first."""
    for article in load_corpus(ROOT / "seeds")[0]:
        article_coder.code_article(article, load_codebook(), all_documents=True)


def calls(text: str) -> int:
    """How many calls coding a text takes, those of functions written in C among them."""
    article = Article("a", "a.txt", text, None, None, None, "0")
    with cProfile.Profile() as profile:
        article_coder.code_article(article, load_codebook(), all_documents=True)
    return sum(entry.callcount for entry in profile.getstats())


@pytest.fixture
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nonsense is in any language, and only English is coded."""
    monkeypatch.setattr(article_coder, "language", lambda text: "en")


def sentences(unit: str, count: int) -> str:
    """Paragraphs of one sentence of some fifty words each."""
    words = (unit * 60)[:300].rstrip()
    return f"He said: {words}.\n\n" * count


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS)
def test_rules_are_linear_in_sentences(unit: str) -> None:
    calls(sentences(unit, 1))
    assert too_long(sentences(unit, 1)) is None
    assert calls(sentences(unit, 40)) <= MOST * calls(sentences(unit, 10))


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("unit", LINES.values(), ids=LINES)
def test_rules_are_linear_in_lines(unit: str) -> None:
    calls(unit)
    assert calls(unit * 800) <= MOST * calls(unit * 200)


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS)
def test_no_rule_takes_more_than_the_square_of_a_sentence(unit: str) -> None:
    """Doubling a sentence at most quadruples the work, give or take; the cap on sentences bounds it."""
    long = (unit * 300)[: 2 * 900]
    # Half way between the square and the cube.
    assert calls(f"He said: {long}.") <= 5.6 * calls(f"He said: {long[:900]}.")


# Four times the text takes four times as long in linear work and sixteen times in the square: a busy machine is neither.
BETWEEN = 12
TRIES = 5


def once(work: Callable, *arguments: object) -> float:
    """Processor time of a call."""
    before = time.process_time()
    work(*arguments)
    return time.process_time() - before


def seconds(work: Callable, *arguments: object) -> float:
    """Processor time of a call: the least of three, since other processes only add to it."""
    return min(once(work, *arguments) for _ in range(3))


def growth(work: Callable, argument: tuple, longer: tuple) -> float:
    """How many times as long a work takes on more; measured again while it looks like the square, which it stays if it
    is: another process can only add to a measurement."""
    ratios = [BETWEEN + 1.0]
    while ratios[-1] > BETWEEN and len(ratios) <= TRIES:
        ratios.append(seconds(work, *longer) / seconds(work, *argument))
    return min(ratios[1:])


def capped(run: str, length: int) -> str:
    """Runs as long as the caps allow, one behind the other, cut to a length."""
    longest = (MAX_SPACES if run.isspace() else MAX_SIGNS) // len(run)
    return ((run * longest + ("a" if run.isspace() else " a. ")) * (length // longest + 1))[:length]


def scan(pattern: re.Pattern[str], text: str) -> None:
    """Go through a text with a pattern as its rules do: all that it finds, and the lines that it matches."""
    for _ in pattern.finditer(text):
        pass
    pattern.match(text)
    pattern.fullmatch(text)


@pytest.mark.parametrize("run", RUNS, ids=repr)
def test_patterns_are_linear(run: str) -> None:
    part, whole = capped(run, 2_000), capped(run, 8_000)
    slow = {}
    for pattern, name in PATTERNS.items():
        if once(scan, pattern, whole) > 0.05:
            slow[name] = growth(scan, (pattern, part), (pattern, whole))
    assert {name: ratio for name, ratio in slow.items() if ratio > BETWEEN} == {}


@pytest.mark.parametrize("run", RUNS, ids=repr)
@pytest.mark.parametrize("work", [find_marks, find_layout.__wrapped__, too_long])
def test_passes_over_the_text_are_linear(work: Callable, run: str) -> None:
    part, whole = capped(run, 10_000), capped(run, 40_000)
    assert once(work, whole) < 0.1 or growth(work, (part,), (whole,)) <= BETWEEN


def test_growth_tells_the_square_from_linear_work() -> None:
    length = 300
    assert growth(sorted, (range(40_000),), (range(160_000),)) <= BETWEEN
    assert growth(pairs, (length,), (4 * length,)) > BETWEEN
    assert capped("a-", 2_000).count("a-") > 900 and len(capped(" ", 8_000)) == 8_000


def pairs(length: int) -> int:
    """The square of a length, counted out."""
    return sum(1 for _ in range(length) for _ in range(length))


@pytest.mark.parametrize("run", ['"', " ", "\n", "a", "a-", "“ ", "a ", "(", "😀"])
def test_what_is_too_long_is_told_fast(run: str) -> None:
    text = (run * 1_000_000)[:1_000_000]
    before = time.process_time()
    assert "from character 0 on" in too_long(text)
    assert time.process_time() - before < 5


@pytest.mark.parametrize("most", [MAX_SPACES, MAX_SIGNS, MAX_UNBROKEN, MAX_SENTENCE])
def test_the_caps_are_what_they_say(most: int) -> None:
    make = {MAX_SPACES: "a{}b", MAX_SIGNS: "a {} b", MAX_UNBROKEN: "No {} no", MAX_SENTENCE: "{}"}[most]
    run = {MAX_SPACES: " ", MAX_SIGNS: "-", MAX_UNBROKEN: "a", MAX_SENTENCE: "no "}[most]
    assert too_long(make.format(run * most)) is None
    assert f"at most {most:,} " in too_long(make.format(run * (most + 1)))


@pytest.mark.parametrize("before", range(1, 60, 7))
@pytest.mark.parametrize(("sign", "most"), [(" ", MAX_SPACES), ("-", MAX_SIGNS), ("a", MAX_UNBROKEN)])
def test_a_run_is_told_wherever_it_stands(sign: str, most: int, before: int) -> None:
    text = "So it is. " * 9 + "b c " * before + sign * (most + 1) + " b c" * 9
    assert f"at most {most:,} " in too_long(text)
