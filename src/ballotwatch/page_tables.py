"""Tables on a page: pandas's HTML without its style, in words that a reader knows, in a box that scrolls."""

from __future__ import annotations

import re

# pandas says so beneath a table that it has cut.
CUT = re.compile(r"<p>(\d+) rows × \d+ columns</p>")
STYLE = re.compile(r"<style.*?</style>\s*", re.DOTALL)
HEADING = re.compile(r"(<th[^>]*>)([a-z_]+)(?=</th>)")
BODY_ROW = re.compile(r"<tr>\s*<th>([^<]*)</th>")
NUMBER = re.compile(r"<td>(?=[+−-]?\d[\d.,]*%?</td>)")
SENTENCE = re.compile(r"<td>(?=[^<]{40})")
# Days and codes hold hyphens, at which they would be broken.
WORD = re.compile(r"<td>(?=[^<]{1,16}</td>)")
WORDS = {"<td>True</td>": "<td>yes</td>", "<td>False</td>": "<td>no</td>"}
# Rows that are read at a glance; a longer table scrolls in its box.
SHORT = 14
TOLD = "<p>Cut: the whole has {} rows. Run the notebook, or read the folder of tables, to see all.</p>"


def table_html(table: str) -> str:
    """A table as pandas prints it, for a page: in a box that can be scrolled, with how many rows it has, if many.

    Row numbers are left out, an empty corner is no heading, and names of columns are words. A table that pandas has
    cut tells where the whole is.
    """
    cut = CUT.search(table)
    table = _without_numbers(STYLE.sub("", CUT.sub("", table)).replace("<th></th>", "<td></td>"))
    for word, plain in WORDS.items():
        table = table.replace(word, plain)
    for kind, cell in {"number": NUMBER, "word": WORD, "text": SENTENCE}.items():
        table = cell.sub(f'<td class="{kind}">', table)
    table = _aligned(HEADING.sub(lambda found: found[1] + found[2].replace("_", " "), table))
    rows = int(cut[1]) if cut else len(re.findall(r"<tr", table)) - 1
    box = "scroll long" if rows > SHORT else "scroll"
    name = f"{rows} row{'' if rows == 1 else 's'}"
    count = f'<p class="rows">{name}</p>' if rows > SHORT and not cut else ""
    told = TOLD.format(rows) if cut else ""
    return f'<div class="{box}" role="group" tabindex="0" aria-label="Table of {name}">{table}</div>{count}{told}'


def _aligned(table: str) -> str:
    """A table whose headings stand over numbers as these do, as the first row has them."""
    head, _, body = table.partition("<tbody>")
    cells = iter(re.findall(r"<t[dh][^>]*>", body.partition("</tr>")[0]))
    if head.count("<tr") > 1:
        return table
    return re.sub(r"<t[dh]>", lambda found: found[0][:3] + next(cells, "<td>")[3:], head) + "<tbody>" + body


def _without_numbers(table: str) -> str:
    """A table without the column of row numbers, where it has one that counts from 0."""
    head, _, body = table.partition("<tbody>")
    numbers = [number for number in BODY_ROW.findall(body) if number != "..."]
    if not numbers or numbers[0] != "0" or not all(number.isdigit() for number in numbers):
        return table
    return re.sub(r"<td></td>\s*", "", head, count=1) + "<tbody>" + BODY_ROW.sub("<tr>", body)
