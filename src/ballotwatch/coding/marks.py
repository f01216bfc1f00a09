"""Quotation marks: which runs of a text stand inside them.

Every style is read ("…", “…”, „…“, «…», ‘…’, '…'), nested, opened again at each paragraph of a long quotation, or
never closed. Apostrophes and inches are no marks. One pass over the text: time grows with its length alone.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ballotwatch.coding.text import is_break

MARK = re.compile(r"''|``|[\"“”„‟«»‹›'‘’‚`]|\s*\n\s*")
FAMILY = {**dict.fromkeys(['"', "“", "”", "„", "‟", "''", "``"], "double")}
FAMILY |= {**dict.fromkeys("'‘’‚`", "single"), **dict.fromkeys("«»‹›", "angle")}
BRACKETS = "([{—–-:,;/…"
# Deeper nesting than this is no nesting but marks left open.
DEEPEST = 3


class Marked(NamedTuple):
    """text[start:end] stands inside marks, the marks left out.

    ``depth``: 0 for the outermost. ``closed``: whether a mark of its own closes it.
    """

    start: int
    end: int
    depth: int
    closed: bool


class Open(NamedTuple):
    """A mark that is open: its family and form, and where its content starts."""

    family: str
    form: str
    start: int
    inner: int  # how many runs were found before it opened


def find_marks(text: str) -> list[Marked]:
    """Every run inside quotation marks, by its start; an inner one follows the one that holds it."""
    reader = _Reader(text)
    for number, match in enumerate(reader.events):
        reader.read(number, match)
    reader.end_paragraph(len(text))
    return sorted(reader.found, key=lambda m: (m.start, -m.end))


class _Reader:
    """Marks read so far, and those still open."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.events = list(MARK.finditer(text))
        self.stack: list[Open] = []
        self.found: list[Marked] = []
        self.reopened = -1

    def read(self, number: int, match: re.Match[str]) -> None:
        """Take the next mark or line end."""
        if "\n" in match.group():
            if self.stack and is_break(self.text, match.start(), match.end()):
                self._paragraph(match)
        elif match.start() != self.reopened:
            role = self._role(number, match)
            if role == "open":
                self._open(match)
            elif role == "close":
                self._close(match)

    def _role(self, number: int, match: re.Match[str]) -> str:
        form, family = match.group(), FAMILY[match.group()]
        before = self.text[match.start() - 1] if match.start() else " "
        after = self.text[match.end()] if match.end() < len(self.text) else " "
        if family == "single":
            return self._single_role(number, form, before, after)
        is_open = any(o.family == family for o in self.stack)
        return _role(form, before, after, self.stack[-1].form if is_open else "")

    def _single_role(self, number: int, form: str, before: str, after: str) -> str:
        """Single marks double as apostrophes: inside words, before elisions, behind plurals."""
        if before.isalnum() and after.isalnum():
            return ""
        top = next((o for o in reversed(self.stack) if o.family == "single"), None)
        starts = not before.isalnum() and not after.isspace() and (before.isspace() or before in BRACKETS + '"“«‘')
        if starts and form != "’" and (top is None or form == "‘"):
            return "" if after.isdigit() and form == "'" else "open"
        if top is None or before.isspace() or (form in "‘‚`" and top.form != "‚"):
            return ""
        return "" if before in "sS" and after == " " and self._closes_later(number) else "close"

    def _closes_later(self, number: int) -> bool:
        """Whether the next single mark of the paragraph, too, can only close."""
        for match in self.events[number + 1 : number + 4]:
            if "\n" in match.group():
                return False
            if FAMILY[match.group()] == "single":
                after = self.text[match.end() : match.end() + 1]
                return not self.text[match.start() - 1].isspace() and not after.isalnum()
        return False

    def _open(self, match: re.Match[str]) -> None:
        if len(self.stack) < DEEPEST:
            self.stack.append(Open(FAMILY[match.group()], match.group(), match.end(), len(self.found)))

    def _close(self, match: re.Match[str]) -> None:
        """Close the innermost mark of the family; what is still open inside it was none."""
        family = FAMILY[match.group()]
        while self.stack:
            top = self.stack.pop()
            if top.family == family:
                self._keep(top, match.start(), True)
                return

    def _keep(self, mark: Open, end: int, closed: bool) -> None:
        if self.text[mark.start : end].strip():
            self.found.append(Marked(mark.start, end, len(self.stack), closed))

    def _paragraph(self, match: re.Match[str]) -> None:
        """A long quotation opens again at each paragraph; any other one ends with its own."""
        outer, after = self.stack[0], self.text[match.end() : match.end() + 1]
        if after and after == outer.form and after not in "’»›":
            del self.stack[1:]
            self.reopened = match.end()
        else:
            self.end_paragraph(match.start())

    def end_paragraph(self, end: int) -> None:
        """End what is open, unclosed; single marks left open were apostrophes.

        An unclosed run that holds further marks of its family ends where the first of them opens.
        """
        while self.stack:
            top = self.stack.pop()
            inner = [m for m in self.found[top.inner :] if m.depth == len(self.stack) + 1]
            if inner and top.family != "angle":
                self.found[top.inner :] = [m._replace(depth=m.depth - 1) for m in self.found[top.inner :]]
                end = inner[0].start - 1
            if top.family != "single":
                self._keep(top, end, False)


def _role(form: str, before: str, after: str, top: str) -> str:
    """Whether a double or angle mark opens or closes; ``top`` is the open mark of its family, if any."""
    can_open = not after.isspace() and (before.isspace() or before in BRACKETS + "'‘“«")
    if not top:
        if before.isspace() and after.isspace() and form in ('"', "''", "”"):
            return ""
        inches = before.isdigit() and form in ('"', "''", "”")
        return "open" if not inches and (can_open or form in "“„«‹``" or before.isalpha() or form == '"') else ""
    if top in "„‟" and form in "“”":
        return "close"
    if top in "»›" and form in "«‹":
        return "close"
    if form in "“„«‹``":
        return "close" if not before.isspace() and (after.isspace() or after in ".,;:!?)") else "open"
    return "open" if can_open and form in ('"', "''") and before not in ",:" else "close"
