"""The explorer's list of evidence: the passages behind a mark, each with what was coded and buttons to correct it.

Article text is data: all HTML here is made in Python and everything that it holds is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any

import ipywidgets as widgets

from ballotwatch.charts.words import count
from ballotwatch.evidence import Passage, evidence_records, passage_html
from ballotwatch.query import Table, rows_of
from ballotwatch.refs import parse_ref, refs

Tables = Mapping[str, Table]
Act = Callable[[str, str], Any]
# So many entries are shown at once: each has buttons, and many widgets are slow.
PAGE = 5
ACTIONS = {
    "accept": ("Accept", "check", "This coding is right"),
    "reject": ("Reject", "times", "This coding is wrong: take it out"),
    "recode": ("Recode", "pencil", "Change what was coded"),
    "article": ("In the article", "file-text-o", "Show the passage in its article"),
}


def expand(given: Iterable[str], chosen: Tables) -> list[str]:
    """References, each once, with the chosen statements of every article and about every ballot named behind it."""
    statements, found = chosen["statements"], []
    columns = {"article": "doc_id", "ballot": "ballot_id"}
    for ref in given:
        parsed, more = parse_ref(ref), []
        if parsed.kind in columns:
            more = refs("statement", statements.statement_id[statements[columns[parsed.kind]] == parsed.id])
        found += [ref, *more]
    return list(dict.fromkeys(found))


def entry_html(record: Mapping[str, Any]) -> str:
    """A record of `evidence_records` as a block of HTML: its text with the span marked, then what is known of it."""
    texts = []
    if "span" in record:
        found = Passage(record.get("before", ""), record["span"], record.get("after", ""))
        texts.append(passage_html(found, record.get("cue", "")))
    else:
        texts += [f"<b>{escape(record['title'])}</b>"] if "title" in record else []
        texts += [escape(record["before"])] if "before" in record else []
    passage = "".join(f'<p class="bw-passage">{text}</p>' for text in texts)
    facts = "".join(f"<span><b>{name}</b> {escape(text)}</span>" for name, text in _facts(record) if text)
    return f'<div class="bw-entry">{passage}<div class="bw-facts">{facts}</div></div>'


def _facts(record: Mapping[str, Any]) -> list[tuple[str, str]]:
    def line(*names: str) -> str:
        return ", ".join(dict.fromkeys(str(record[name]) for name in names if name in record))

    basis = f" ({record['basis']})" if "basis" in record else ""
    confidence = f", {record['confidence']:.0%} likely to be right" if "confidence" in record else ""
    return [
        ("Who", line("actor", "entity")), ("What", line("what")), ("Ballot", line("ballot")), ("Where", line("regions")),
        ("When", line("dates") + basis), ("Source", line("title", "source") if "span" in record else line("source")),
        ("Coded by", line("coder") + confidence), ("Checked by", line("checked_by")),
    ]  # fmt: skip


def records(given: Iterable[str], tables: Tables) -> dict[str, dict[str, Any]]:
    """Records of `evidence_records`, of statements also `checked_by`: the people whose decision is that they stand."""
    made, ids = evidence_records(given, tables), [parse_ref(ref).id for ref in given]
    found = rows_of(tables["statements"]).among("statement_id", ids).frame("statement_id", "checked_by")
    people = dict(zip(refs("statement", found.statement_id), found.checked_by, strict=True))
    return {
        ref: {**record, "checked_by": people[ref]} if isinstance(people.get(ref), str) else record
        for ref, record in made.items()
    }


class Entry:
    """One place in the list: a block of HTML, its buttons, and room for a form below them."""

    def __init__(self, act: Act) -> None:
        """An empty place; `act` is called with the button's action and the reference that is shown."""
        self.ref = ""
        self.text = widgets.HTML()
        self.buttons = {action: button(*words) for action, words in ACTIONS.items()}
        for name, choice in self.buttons.items():
            choice.on_click(lambda _, name=name: act(name, self.ref))
        self.room = widgets.VBox()
        row = widgets.HBox(list(self.buttons.values()), layout={"flex_flow": "row wrap"})
        self.box = widgets.VBox([self.text, row, self.room], layout={"display": "none"})
        self.box.add_class("bw-place")

    def show(self, ref: str, record: Mapping[str, Any] | None) -> None:
        """Show a record, or clear the place where there is none. Statements can be corrected, ballots have no text."""
        self.ref = ref
        self.box.layout.display = "none" if record is None else ""
        self.text.value = "" if record is None else entry_html(record)
        kind = parse_ref(ref).kind if ref else ""
        for name, choice in self.buttons.items():
            shown = kind != "ballot" if name == "article" else kind == "statement"
            choice.layout.display = "" if shown else "none"


class EvidenceList:
    """The list as widgets, some entries a page. `show` fills it; buttons call `act(action, ref)`."""

    def __init__(self, act: Act) -> None:
        """An empty list."""
        self.refs: list[str] = []
        self.at = 0
        self.tables: Tables = {}
        self.form_at = ""
        self.heading, self.where = widgets.HTML(), widgets.HTML()
        self.entries = [Entry(act) for _ in range(PAGE)]
        self.back, self.on = button("Previous", "chevron-left"), button("Next", "chevron-right")
        self.back.on_click(lambda _: self.turn(-PAGE))
        self.on.on_click(lambda _: self.turn(PAGE))
        pager = widgets.HBox(
            [self.back, self.on, self.where], layout={"align_items": "center", "flex_flow": "row wrap"}
        )
        self.box = widgets.VBox([self.heading, *(entry.box for entry in self.entries), pager])

    def show(self, given: Iterable[str], tables: Tables, heading: str) -> None:
        """List these references below a heading in plain words, on the page that is open as far as there is one."""
        self.refs, self.tables = list(given), tables
        self.heading.value = f'<h3 class="bw-heading">{escape(heading)}</h3>'
        self.turn(0)

    def turn(self, by: int) -> None:
        """Go so many entries on or back."""
        self.close()
        last_page = max(0, len(self.refs) - 1) // PAGE * PAGE
        self.at = max(0, min(self.at + by, last_page))
        page = self.refs[self.at : self.at + PAGE]
        found = records(page, self.tables)
        for place, entry in enumerate(self.entries):
            ref = page[place] if place < len(page) else ""
            entry.show(ref, found.get(ref))
        self._tell()

    def put(self, ref: str, form: widgets.Widget) -> None:
        """Open a form below an entry on show."""
        self.close()
        self.form_at, self.entry(ref).room.children = ref, (form,)

    def entry(self, ref: str) -> Entry:
        """The place where a reference is shown now."""
        return next(entry for entry in self.entries if entry.ref == ref)

    def close(self) -> None:
        """Close the form, wherever it is open."""
        self.form_at = ""
        for entry in self.entries:
            entry.room.children = ()

    def _tell(self) -> None:
        last, total = min(self.at + PAGE, len(self.refs)), len(self.refs)
        several = total > PAGE
        self.where.value = f"{self.at + 1} to {last} of {total}" if several else ""
        self.back.layout.display = self.on.layout.display = "" if several else "none"
        self.back.disabled, self.on.disabled = self.at == 0, last == total


def heading(given: Iterable[str]) -> str:
    """What is listed, in words: `3 statements`, `1 article and 2 statements`."""
    kinds = [parse_ref(ref).kind for ref in given]
    names = {"ballot": "ballot", "article": "article", "span": "passage", "statement": "statement"}
    parts = [count(kinds.count(kind), name) for kind, name in names.items() if kind in kinds]
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]])) or "No statement"


def button(label: str, icon: str, tooltip: str = "") -> widgets.Button:
    """A button as wide as its words."""
    return widgets.Button(description=label, icon=icon, tooltip=tooltip, layout={"width": "auto"})
