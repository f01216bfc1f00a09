"""Documents that are themselves a statement: who issues them, and whose words each passage is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ballotwatch.coding.actors import Actor, Actors

Voice = tuple[int, int, "Actor"]


def find_voices(actors: Actors) -> tuple[Actor | None, list[Voice]]:
    """The issuer of a document and the stretches (first character, last, speaker) that are somebody else's words."""
    return None, []
