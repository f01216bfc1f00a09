"""For whom a document speaks that names an office and no state: "Statement by the Press Secretary", "SPOKESMAN: ...".

The title tells ("OSCE press briefing"), else the text itself by whom it puts forward ("The United States will not ..."), else
the capital in its dateline. Where two are put forward as often, nobody is.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from ballotwatch.coding.authorities import PLACED, SPEAKING
from ballotwatch.layout import find_layout

if TYPE_CHECKING:
    from ballotwatch.coding.actors import Actor, Actors

PROPER = (*SPEAKING, *PLACED, "name", "installed", "epithet", "possessive")
# What an issuer says of itself stands in the present or with "will".
PRESENT = ("VBZ", "VBP")
FUTURE = ("will", "shall")


def is_bare(actors: Actors, start: int, end: int) -> bool:
    """Whether text[start:end] is an office alone, or the capitals of one in the title ("SG")."""
    inside = [i for i, word in enumerate(actors.words) if start <= word.start < end]
    if not inside:
        return False
    items = actors.reader.within(inside[0], inside[-1] + 1)
    if items:
        return any(item.kind == "official" for item in items) and not any(item.kind in PROPER for item in items)
    return _abbreviates(actors, actors.text[start:end])


def _abbreviates(actors: Actors, label: str) -> bool:
    title = find_layout(actors.text).title
    if title is None or not label.isupper() or len(label) < 2:
        return False
    starts = (word for word in actors.words if title.start <= word.start < title.end)
    offices = ("".join(part[0] for part in re.split(r"[-‑]", word.text)) for word in starts if "-" in word.text)
    return label in offices


def find_home(actors: Actors) -> tuple[Actor, ...]:
    """The state or organisation that a document speaks for; nobody where it cannot be told."""
    return _titled(actors) or _put_forward(actors) or _dated_from(actors)


def _titled(actors: Actors) -> tuple[Actor, ...]:
    """The organisation or body whose name opens the title."""
    title = find_layout(actors.text).title
    first = next((item for item in actors.items if title and actors.words[item.start].start == title.start), None)
    if first is None or first.kind not in ("organisation", "adjective", "body"):
        return ()
    found = actors.resolve(title.start, actors.words[first.end - 1].end)
    return tuple(actor for actor in found if actor.entity)


def _put_forward(actors: Actors) -> tuple[Actor, ...]:
    """The state or organisation that is most often the subject of a sentence in the present or future."""
    kinds = ("organisation",) if _is_organised(actors) else ("state", "organisation")
    mentions = [m for m in actors.history.mentions if m.kind in kinds and m.entity and m.explicit and not m.quoted]
    own = [m for m in mentions if not m.inner and _says_what_it_does(actors, m.start, m.end)]
    counts = Counter(m.entity for m in own).most_common(2)
    if not counts or (len(counts) > 1 and counts[0][1] == counts[1][1]):
        return ()
    return (actors.actor(next(m for m in own if m.entity == counts[0][0])),)


def _is_organised(actors: Actors) -> bool:
    """Whether the title names an office that no state has."""
    title = find_layout(actors.text).title
    offices = actors.codebook.vocabulary["actor_organised"]
    return title is not None and any(office in title.of(actors.text).lower() for office in offices)


def _says_what_it_does(actors: Actors, start: int, end: int) -> bool:
    tokens = actors.doc[actors.words[start].first : actors.words[end - 1].last + 1]
    verbs = (token.head for token in tokens if token.dep_ == "nsubj")
    return any(v.tag_ in PRESENT or any(c.dep_ == "aux" and c.lower_ in FUTURE for c in v.children) for v in verbs)


def _dated_from(actors: Actors) -> tuple[Actor, ...]:
    """The state of the capital in the dateline, if it is one capital."""
    places = find_layout(actors.text).dateline_places
    found = [
        actor for place in places for actor in actors.resolve(place.start, place.end) if actor.actor_type == "state"
    ]
    return tuple(found) if len(found) == 1 else ()
