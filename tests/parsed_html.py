"""A block of HTML taken apart: its elements, its words, and the words of each cell."""

from __future__ import annotations

from html.parser import HTMLParser


class Parsed(HTMLParser):
    """Elements as (tag, attributes), all words, and the words of elements by tag."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.within: dict[str, list[str]] = {}
        self.open = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.within.setdefault(tag, []).append("")
        self.open = tag

    def handle_endtag(self, tag: str) -> None:
        self.open = ""

    def handle_data(self, data: str) -> None:
        self.words += data
        if self.open:
            self.within[self.open][-1] += data

    def handle_comment(self, data: str) -> None:
        self.elements.append(("comment", {}))

    @property
    def tags(self) -> set[str]:
        """Tags of all elements; "comment" where there is one."""
        return {tag for tag, _ in self.elements}
