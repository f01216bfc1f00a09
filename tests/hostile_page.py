"""Write docs/hostile-text.md from the texts that the tests try: `python tests/hostile_page.py`."""

from __future__ import annotations

from pathlib import Path

from hostile_texts import GROUPS, LEADING_AWAY, TEXTS

PAGE = Path(__file__).parents[1] / "docs" / "hostile-text.md"
HEAD = """# Hostile text: what was tried, and what happened

Pages are opened by people who trust them, and their text is anybody's. {texts} texts that would run, load or lead away
if they were ever taken for more than text stand in one report: in titles, prose, quotations, names of people, tags, ids,
addresses and dates of records, names of files and folders, corrections (who, to whom, cue, coder, comment), broken
lines, the parameter `codings`, and the command in the footer. `tests/browser/test_browser_hostile.py` opens every page
of it in Chromium, light and dark, wide and narrow, goes over every mark, opens every panel, searches, sorts, filters,
reads the articles and downloads the rows.

| What is counted | How many |
| --- | ---: |
| Scripts of theirs that ran | 0 |
| Requests that left the page | 0 |
| Elements or attributes of theirs in a page or a notebook | 0 |
| Times that the Content-Security-Policy had to step in | 0 |
| Formulas in the download and in the exports | 0 |
| Files that they touched while the report was made | 0 |

Then the same texts are put in a page as markup, unescaped, under the policy that the report's pages carry: again 0 scripts
run and 0 requests leave. Without escaping and policy more than thirty of them run, so the test can fail. What no policy
in a page stops is a `meta` element that leads the page away: there escaping is the only guard.

In notebooks the texts are text in tables, sentences and charts; a notebook from a report has no signature and no trusted
cell. JupyterLab sets what stands between two dollar signs as mathematics, also in tables; its own safe mode takes
addresses and styles out of that. Values of parameters reach a notebook as data, and a name that is none is refused
(`tests/test_hostile.py`).

What was found, and mended: a name with two dollar signs stopped the report, as matplotlib took it for a formula; a
sentence that quoted a name in markdown got its links and pictures, and one that began with an address was fetched by
IPython; a table without rows lost its headings on the page.

## Texts

Written from the cases of `tests/hostile_texts.py` by `python tests/hostile_page.py`.

| What they try | Texts | For example | On every page | As markup, under the policy |
| --- | ---: | --- | --- | --- |
"""


def as_page() -> str:
    """The page as docs/hostile-text.md holds it."""
    return HEAD.format(texts=len(TEXTS)) + "".join(_row(name, texts) for name, texts in GROUPS.items())


def _row(name: str, texts: list[str]) -> str:
    stopped = "leads away" if texts is LEADING_AWAY else "nothing runs, nothing leaves"
    return f"| {name} | {len(texts)} | {_shown(texts[0])} | text | {stopped} |\n"


def _shown(text: str) -> str:
    """A text as a cell of markdown: code, with what can't be seen escaped."""
    seen = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
    return f"`{seen.replace('|', chr(92) + '|')}`"


if __name__ == "__main__":
    PAGE.write_text(as_page(), encoding="utf-8")
