"""Layout of an article as a reader sees it: title, date line, dateline, byline, captions, tags, turns, signature.

Pure functions on the text. Every rule looks at the shape of a line and at its neighbours, never at what the article
is about, and leaves a field empty rather than guess. Spans are offsets in the text; nothing is changed. Patterns are
bounded, so that the work is linear in the text.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from ballotwatch.layout_patterns import (
    BYLINE,
    CAPTION,
    CAPTION_PREFIX,
    CLOSED,
    DATE_LINE,
    DATE_PREFIX,
    DATELINE,
    KICKER,
    LABELLED_TAGS,
    LABELS,
    OFFICE,
    PLACE,
    QUOTES,
    SALUTATION,
    SMALL,
    STAMP,
    TAG_LIST,
    TURN,
    YEAR,
)

# No headline is longer; real ones of joint statements reach 210 characters.
MAX_TITLE = 260
# Furniture stands on short lines: longer ones are prose and are not searched.
MAX_LINE = 400
# How many lines may stand before the body: kicker, date line, title, standfirst, byline, caption.
MAX_HEAD = 10
# A date on a line of its own counts as the date line this far down, and no longer than this.
STANDFIRST = 5
MAX_DATE = 60
# Hard-wrapped prose has lines between these widths.
WRAP = range(45, 101)
# From this width on a line that leaves no room for the next word is full rather than short.
FULL = 55


class Span(NamedTuple):
    """Characters ``text[start:end]``."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The words of the span."""
        return text[self.start : self.end]


class Turn(NamedTuple):
    """One turn of an interview or transcript: role ('question', 'answer', 'speaker'), who or what marks it, its words.

    The words of a turn run to the next mark; those of the last turn to the end of its line, for nothing tells where the
    article's own voice takes over again.
    """

    role: str
    label: Span
    words: Span


@dataclass(frozen=True)
class Layout:
    """What stands around and between the prose of an article; None or () where a reader would see nothing such.

    Attributes:
        title: headline, without what stands before it.
        date_line: line or opening words that state a date ('Published: 2014-04-04', 'Kyiv, 20 September 2021').
        dateline: opening of the body with place, and perhaps date and agency ('KYIV, Sept 28 - ').
        dateline_places: the places of dateline or date line, one span each.
        dateline_date: the date in the dateline.
        byline: who wrote it ('By Jane Doe').
        captions: captions and credits of pictures.
        tags: lines of tags and references to other articles.
        headings: section headings, among them the questions that head a section.
        stamps: times of day that head the entries of a live blog.
        turns: turns of an interview or a transcript.
        signature: name and office under a statement.
    """

    title: Span | None = None
    date_line: Span | None = None
    dateline: Span | None = None
    dateline_places: tuple[Span, ...] = ()
    dateline_date: Span | None = None
    byline: Span | None = None
    captions: tuple[Span, ...] = ()
    tags: tuple[Span, ...] = ()
    headings: tuple[Span, ...] = ()
    stamps: tuple[Span, ...] = ()
    turns: tuple[Turn, ...] = ()
    signature: Span | None = None


# Every layer of coding asks for the layout of the text at hand.
@lru_cache(maxsize=4)
def find_layout(text: str) -> Layout:
    """The layout of a text."""
    lines = _lines(text)
    tail, lines_left = _tail(text, lines)
    head, body = _head(text, lines_left)
    found = {**tail, **head}
    signature = _signature(text, body)
    middle = [line for line in body if signature is None or line.start < signature.start]
    inner = {name: [line for line in middle if kind(line.of(text))] for name, kind in _FURNITURE.items()}
    for name in ("captions", "tags"):
        found[name] = tuple(sorted({*head.get(name, ()), *inner[name], *tail.get(name, ())}))
    furniture = {*found["captions"], *found["tags"]}
    prose = [line for line in middle if line not in furniture]
    stamps = _stamps(text, prose)
    turns = _turns(text, prose)
    headings = tuple(_headings(text, prose, {turn.label.start for turn in turns}, stamps))
    return Layout(**{**found, "headings": headings, "stamps": stamps, "turns": turns, "signature": signature})


def _lines(text: str) -> list[Span]:
    """Logical lines without the white space around them; hard-wrapped lines of one paragraph are one line."""
    lines: list[Span] = []
    for block in _blocks(text):
        width = max(piece.end - piece.start for piece in block)
        first = block[0]
        for before, piece in pairwise(block):
            if not _wrapped(text, before, piece, width):
                lines.append(Span(first.start, before.end))
                first = piece
        lines.append(Span(first.start, block[-1].end))
    return lines


def _blocks(text: str) -> list[list[Span]]:
    """Lines as they stand, in blocks with a blank line between them."""
    blocks: list[list[Span]] = [[]]
    end = 0
    for match in re.finditer(r"[^\r\n]+", text):
        if text[end : match.start()] not in ("\n", "\r\n", "\r") or match[0].isspace():
            blocks.append([])
        if not match[0].isspace():
            blocks[-1].append(_trim(text, *match.span()))
        end = match.end()
    return [block for block in blocks if block]


def _trim(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return Span(start, start + len(piece.strip()))


def _wrapped(text: str, before: Span, line: Span, width: int) -> bool:
    """Whether a line goes on with the paragraph: the one before was filled, or it starts in the middle of a sentence."""
    filled = before.end - before.start
    if width not in WRAP or filled < 0.7 * WRAP.start:
        return False
    if text[line.start].islower():
        return True
    first_word = re.match(r"\S{1,101}", text[line.start : line.end])[0]
    return width >= FULL and filled + 1 + len(first_word) > width


def _head(text: str, lines: list[Span]) -> tuple[dict, list[Span]]:
    """What stands before the body, and the lines of the body, the dateline cut off the first."""
    found: dict = {"captions": []}
    lines = list(lines)
    for index in range(min(MAX_HEAD, len(lines))):
        rest = _prefix(text, lines[index], found)
        if rest is None:
            continue
        if _take(text, rest, lines[index + 1 :], found):
            continue
        _late_date(text, lines[index + 1 : STANDFIRST], found)
        return found, [*_dateline(text, rest, found), *lines[index + 1 :]]
    return found, lines[MAX_HEAD:]


def _late_date(text: str, lines: list[Span], found: dict) -> None:
    """Note a full date that has a line of its own below the paragraph that leads an article in."""
    for line in lines if "date_line" not in found else ():
        words = line.of(text)
        if len(words) < MAX_DATE and (match := DATE_LINE.fullmatch(words)) and re.search(YEAR, match["date"]):
            found["date_line"] = line
            return


def _prefix(text: str, line: Span, found: dict) -> Span | None:
    """The rest of a line behind a date or a caption that runs on into prose; None where the whole line is furniture."""
    words = line.of(text)[:MAX_LINE]
    if "date_line" not in found and len(words) < 160 and (match := DATE_LINE.fullmatch(words)):
        found["date_line"] = line
        if match["place"]:
            found["dateline_places"] = (Span(line.start + match.start("place"), line.start + match.end("place") - 2),)
        return None
    if "date_line" not in found and (match := DATE_PREFIX.match(words)):
        found["date_line"] = _trim(text, line.start, line.start + match.end())
        return Span(line.start + match.end(), line.end)
    if len(words) == line.end - line.start and CAPTION.fullmatch(words):
        found["captions"].append(line)
        return None
    if match := CAPTION_PREFIX.match(words):
        found["captions"].append(_trim(text, line.start, line.start + match.end()))
        return Span(line.start + match.end(), line.end)
    return line


def _take(text: str, line: Span, after: list[Span], found: dict) -> bool:
    """Whether a line belongs to the head: byline, kicker or title, which is then noted."""
    words = line.of(text)
    if len(words) < 160 and "byline" not in found and BYLINE.fullmatch(words):
        found["byline"] = line
        return True
    if "title" in found:
        return False
    if KICKER.fullmatch(words) and len(words) < 60 and after and is_headline(after[0].of(text)):
        return True
    headline = is_headline(words) or _is_stopped_headline(text, words, after)
    if headline and not _dateline_match(words) and _heads_body(text, words, after):
        found["title"] = line
        return True
    return False


def is_headline(words: str) -> bool:
    """Whether a line reads as a headline: short, on one thought, without a full stop at its end."""
    if not 3 <= len(words) <= MAX_TITLE or len(words.split()) > 45 or not any(char.isalpha() for char in words):
        return False
    if SALUTATION.match(words) or re.fullmatch(r"(?:Q|A|Question|Answer)\s?:.*", words):
        return False
    if words.endswith((",", ";", ":")) or STAMP.fullmatch(words):
        return False
    end = words.rstrip(QUOTES + " ")
    return not end.endswith(".") or end.endswith(("...", "U.S.", "Jr.", "U.K.")) or _capitalised(words)


def _is_stopped_headline(text: str, words: str, after: list[Span]) -> bool:
    """Whether a short line is a headline for all its full stop, because the dateline or the date stands under it."""
    below = after[0].of(text)[:MAX_LINE] if after else ""
    short = len(words) <= 120 and not re.search(r"\w\w[.!?]\s", words) and is_headline(words.rstrip(QUOTES + "."))
    return short and bool(_dateline_match(below) or DATE_LINE.fullmatch(below))


def _capitalised(words: str) -> bool:
    """Whether a line is in title case, as no sentence of prose is."""
    long = [word for word in re.findall(r"[^\W\d_]{4,}", words)]
    return len(long) > 2 and sum(word[0].isupper() for word in long) > 0.8 * len(long)


def _heads_body(text: str, words: str, after: list[Span]) -> bool:
    """Whether a body follows: a longer line, a closed sentence, a dateline, or more furniture and then such a line."""
    for line in after[:4]:
        follows = line.of(text)[:MAX_LINE]
        if _dateline_match(follows) or follows.rstrip(QUOTES + " ").endswith(CLOSED) or len(follows) > len(words) + 60:
            return True
    return False


def _dateline_match(words: str) -> re.Match | None:
    """The dateline that opens a line, where place, date, agency and what follows make one together."""
    match = DATELINE.match(words[:MAX_LINE])
    if match is None:
        return None
    places, end = match["places"], match["end"].strip()
    if places.split()[0].rstrip(":").upper() in LABELS or len(words) - match.end() < 25:
        return None
    if match["date"] or match["agency"]:
        return match if match["date"] or end not in (".", ":") or places.isupper() else None
    return (
        match if places.isupper() and len(places) > 3 and end != ":" and words.rstrip(QUOTES).endswith(CLOSED) else None
    )


def _dateline(text: str, line: Span, found: dict) -> list[Span]:
    """Note the dateline that opens the body; the lines that are left of it."""
    match = _dateline_match(line.of(text))
    if match is None:
        return [line]
    found["dateline"] = _trim(text, line.start, line.start + match.end())
    places = re.finditer(PLACE, match["places"])
    found["dateline_places"] = tuple(Span(line.start + m.start(), line.start + m.end()) for m in places)
    if match["date"]:
        found["dateline_date"] = Span(line.start + match.start("date"), line.start + match.end("date"))
    return [Span(line.start + match.end(), line.end)]


def _tail(text: str, lines: list[Span]) -> tuple[dict, list[Span]]:
    """Tags, captions and a date under the article, and the lines above them."""
    found: dict = {"tags": [], "captions": []}
    lines = list(lines)
    while len(lines) > 1:
        words = lines[-1].of(text)[: MAX_LINE + 1]
        if LABELLED_TAGS.fullmatch(words) or _is_tag_list(words, lines[-2].of(text)):
            found["tags"].append(lines[-1])
        elif len(lines) > 2 and CAPTION.fullmatch(words):
            found["captions"].append(lines[-1])
        elif len(lines) > 2 and len(words) < 120 and _states_date(words):
            found["date_line"] = lines[-1]
        else:
            break
        lines.pop()
    return found, lines


def _states_date(words: str) -> bool:
    match = DATE_LINE.fullmatch(words)
    return bool(match and re.search(YEAR, match["date"]))


def _is_tag_list(words: str, before: str) -> bool:
    """Whether the last line lists subjects rather than signs: capitalised phrases without office, under closed prose."""
    closed = before.rstrip(QUOTES + " ").endswith(CLOSED)
    return closed and len(words) < 200 and bool(TAG_LIST.fullmatch(words)) and not OFFICE.search(words)


_FURNITURE = {
    "captions": lambda words: (
        len(words) <= MAX_LINE and bool(CAPTION.fullmatch(words)) and not words.endswith(('"', "”"))
    ),
    "tags": lambda words: len(words) <= MAX_LINE and bool(LABELLED_TAGS.fullmatch(words)),
}


def _signature(text: str, lines: list[Span]) -> Span | None:
    """Names and offices after the last sentence, on lines of their own or run on behind it."""
    start = None
    for line in reversed(lines[1:]):
        if not _signs(line.of(text)):
            break
        start = line.start
    if start is not None:
        block = Span(start, lines[-1].end)
        return block if OFFICE.search(block.of(text)) else None
    return _run_on_signature(text, lines[-1]) if lines else None


def _run_on_signature(text: str, line: Span) -> Span | None:
    tail = text[max(line.start, line.end - 600) : line.end]
    ends = list(re.finditer(r"[.!?][\"”»’]?\s+", tail))
    if not ends:
        return None
    start = line.end - len(tail) + ends[-1].end()
    words = text[start : line.end]
    return Span(start, line.end) if _signs(words) and OFFICE.search(words) else None


def _signs(words: str) -> bool:
    """Whether words could sign a statement: names and titles alone, no sentence."""
    tokens = words.split()
    if not 2 <= len(tokens) <= 60 or words.rstrip(QUOTES).endswith((".", "?", "!", ":")) or len(words) > 500:
        return False
    return all(token[0].isupper() or token in SMALL or not token[0].isalnum() for token in tokens)


def _stamps(text: str, lines: list[Span]) -> tuple[Span, ...]:
    """Times that head entries; a single one is no live blog."""
    matches = [(line, STAMP.match(line.of(text)[:60])) for line in lines]
    stamps = [_trim(text, line.start, line.start + match.start("end")) for line, match in matches if match]
    return tuple(stamps) if len(stamps) > 1 else ()


def _turns(text: str, lines: list[Span]) -> tuple[Turn, ...]:
    """Turns with a mark that recurs, that opens a quotation, or that names an office."""
    found = [(line, match) for line in lines if (match := TURN.match(line.of(text)[:200]))]
    counts = Counter(match["label"] for _, match in found)
    marks = [(line, match) for line, match in found if _is_mark(match, line.of(text), counts)]
    starts = [line.start for line, _ in marks]
    turns = []
    for index, (line, match) in enumerate(marks):
        label = Span(line.start, line.start + match.end("label"))
        end = starts[index + 1] if index + 1 < len(starts) else line.end
        turns.append(Turn(_role(match["label"]), label, _trim(text, line.start + match.end(), end)))
    return tuple(turns)


def _is_mark(match: re.Match, words: str, counts: Counter) -> bool:
    label = match["label"]
    if label.upper() in LABELS or label in ("Q", "A") and len(counts) < 2:
        return False
    several = " " in label or label.isupper() or label in ("Question", "Answer")
    opens = words[match.end()] in '"“«„' and match.end() - match.end("label") == 1
    return several and (counts[label] > 1 or opens or label.isupper() and label.startswith("THE "))


def _role(label: str) -> str:
    return {"Q": "question", "A": "answer", "QUESTION": "question", "ANSWER": "answer"}.get(label.upper(), "speaker")


def _headings(text: str, lines: list[Span], turns: set[int], stamps: tuple[Span, ...]) -> list[Span]:
    """Short open lines or questions between a closed line and the prose that they head."""
    marked = turns | {stamp.start for stamp in stamps}
    found: list[Span] = []
    for index, (line, below) in enumerate(pairwise(lines)):
        above = lines[index - 1] if index else None
        opens = above is None or above in found[-1:] or _is_closed(above.of(text))
        if opens and line.start not in marked and _is_heading(line.of(text), below.of(text)):
            found.append(line)
    return found


def _is_closed(words: str) -> bool:
    """Whether a line ends a sentence."""
    return words[-MAX_LINE:].rstrip(QUOTES + " ").endswith((*CLOSED, ":"))


def _is_heading(words: str, below: str) -> bool:
    first = words.lstrip(QUOTES)[:1]
    if len(words) > 100 or len(words.split()) > 14 or not (first.isupper() or first.isdigit()):
        return False
    end = words.rstrip(QUOTES + " ")
    shaped = end.endswith("?") or is_headline(words) and not end.endswith((".", "!", "-", "–", "—"))
    return bool(shaped and below[:MAX_LINE].rstrip(QUOTES + " ").endswith(CLOSED) and len(below) > len(words))
