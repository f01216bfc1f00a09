"""Bad inputs through the whole coder: each becomes a document or one clear problem row, and nothing is lost.

A row in is a file (.txt, .html), a record (a line of .jsonl that is not blank, a row of .csv or .parquet), a file that
holds none, or an entry of a folder that is not read. A row out is one of `documents`, or one of `problems` that stands
in its place; a remark tells of something about a document that was read.
"""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest
from bad_inputs import CASES, REMARKS, Case

from ballotwatch.coder import code_corpus
from ballotwatch.corpus import read_corpus

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "bad-input.md"
ALL = [case for cases in CASES.values() for case in cases]
# Seconds of one processor for any of them; they take some tenths. Ten times more, for a slow machine, is no hang yet.
LONGEST = 30


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_rows_in_are_documents_and_problems(case: Case, tmp_path: Path) -> None:
    corpus = case.write(tmp_path / "corpus")
    before = time.process_time()
    tables = code_corpus(corpus, tmp_path / "tables", all_documents=True)
    assert time.process_time() - before < LONGEST
    documents, problems = tables["documents"], tables["problems"]
    assert (len(documents), sorted(problems.problem)) == (case.documents, sorted(case.problems))
    lost = problems[~problems.problem.isin(REMARKS)]
    assert len(documents) + len(lost) == case.rows
    remarks = problems[problems.problem.isin(REMARKS)]
    assert set(remarks.source) <= set(documents.source)
    assert not set(lost.source) & set(documents.source)
    assert all(row.source and ("; " in row.detail or ": " in row.detail) for row in problems.itertuples())
    assert not problems.detail.str.contains(str(tmp_path), regex=False).any()
    assert "could not be coded" not in set(problems.problem)


def test_all_at_once_are_as_many_as_one_by_one(tmp_path: Path) -> None:
    """One corpus of all cases, each in a folder of its own: no bad file costs another one anything."""
    for number, case in enumerate(ALL):
        case.write(tmp_path / "corpus" / f"{number:03}")
    items = list(read_corpus(tmp_path / "corpus"))
    lost = [item for item in items if getattr(item, "problem", None) not in (None, *REMARKS, "duplicate id")]
    kinds = [name for case in ALL for name in case.problems if name not in (*REMARKS, "duplicate id", "no articles")]
    assert sorted(item.problem for item in lost) == sorted(kinds)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_files_without_permission(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("No.\n")
    (tmp_path / "a.txt").chmod(0)
    assert [item.problem for item in read_corpus(tmp_path)] == ["unreadable file"]


@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.codings.jsonl"])
def test_a_pipe_given_as_the_corpus_is_not_waited_for(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    assert stat.S_ISFIFO((tmp_path / name).stat().st_mode)
    assert [item.problem for item in read_corpus(tmp_path / name)] == ["no regular file"]


def as_page() -> str:
    """The table of cases, as docs/bad-input.md holds it."""
    parts = [HEAD.format(cases=len(ALL), rows=sum(case.rows for case in ALL))]
    for group, cases in CASES.items():
        parts.append(f"\n### {group}\n\n| Input | Rows in | Documents | Problems |\n| --- | ---: | ---: | --- |\n")
        for case in cases:
            told = ", ".join(f"{name} ×{case.problems.count(name)}" for name in dict.fromkeys(case.problems))
            parts.append(f"| {case.name} | {case.rows} | {case.documents} | {told.replace(' ×1', '') or '–'} |\n")
    return "".join(parts)


HEAD = """# Bad input: what was tried, and what happened

Articles come from anywhere. Whatever is wrong with a file costs no other one: it is coded rightly, or it is one row in
`problems` that names the rule, the value and the next step. **Rows in = documents + problems, always.**

- A row in is a file (`.txt`, `.html`), a record (a line of `.jsonl` that is not blank, a row of `.csv` or `.parquet`), a
  file that holds no record, or an entry of a folder that is not read. `*.codings.jsonl` hold codings and are no rows.
- Four problems are remarks on a document that is there all the same: *encoding guessed*, *bad date*, *not coded* (it is
  not in English) and *ballot not linked*. All others stand in the document's place.

## Caps

Some texts would take hours: spaCy's tokenizer takes the square of a run of signs, and rules that look through a sentence
take the square of its words. An article may have at most 1,000,000 characters, 500 signs in a row, 3,000 characters
without white space, 1,000 characters of white space in a row, and 1,500 words and signs in one sentence; the most in 3,000
news articles from the web were 39,853, 127, 1,015, 100 and 358. A file of one article and a record have at most
8,000,000 bytes, a page 40,000 tags. `tests/test_linear.py` counts work: under the caps, four times the text is four times the work.

## Any text

`tests/test_any_text.py` puts texts made of the codebook's words, quotation marks, line ends, dates and odd characters
through every layer: no exception, each span within the text and equal to it, and coding twice is equal. Two campaigns
(`BALLOTWATCH_TEXTS=2500 python -m pytest tests/test_any_text.py`) tried 2,800 such texts on 2026-11-22. One finding:
a combining mark behind part of a party's name broke the gazetteer; it is mended, and its text is an example of the test.

## Inputs

{cases} inputs with {rows} rows went through `ballotwatch code`: 0 crashes, 0 rows lost. This table is written from the
cases of `tests/bad_inputs.py` by `python tests/test_bad_input.py`; each is a test.
"""


def test_the_page_is_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == as_page(), "write it anew: python tests/test_bad_input.py"


if __name__ == "__main__":
    PAGE.write_text(as_page(), encoding="utf-8")
