"""What the CSV files of a codebook must look like: one entry of ``SCHEMAS`` a file, read by ``codebook.py``.

A new file needs no more than an entry here: it is then loaded, validated and an attribute of ``Codebook``.
"""

from __future__ import annotations

import re
from typing import NamedTuple

ENTITIES = ("states.entity", "organisations.entity", "territories.entity")


class Field(NamedTuple):
    """A CSV column: type (text, list, date, number, boolean), and what its values must keep to."""

    name: str
    type: str = "text"
    required: bool = False
    values: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    pattern: str = ""
    limit: float = 0.0


class Table(NamedTuple):
    """A CSV file: its columns, the columns that identify a row, and pairs of dates that must be in order."""

    fields: tuple[Field, ...]
    key: tuple[str, ...]
    order: tuple[tuple[str, str], ...] = ()


NAME = Field("name", required=True)
NAMES = Field("names", "list")
ENTITY = Field("entity", required=True, refs=ENTITIES)
COUNTRY = Field("country", required=True, refs=("states.entity",))
REGIONS = Field("regions", "list", refs=("regions.region",))
LAT, LON = Field("lat", "number", limit=90), Field("lon", "number", limit=180)
SENSE = Field("plain", refs=("concepts.concept",))
# Grammatical frames of cues, and tests of what a cue is about: methods of `coding.frames.Frames`.
FRAMES = (
    "act",
    "coerce",
    "coerce_noun",
    "disturb",
    "event",
    "law",
    "predicate",
    "rig",
    "sham",
    "will",
)
ABOUT = (
    "ballot",
    "ballot_itself",
    "ballot_or_will",
    "doorstep",
    "figures",
    "integrity",
    "law",
    "near",
    "numbers",
    "occupier",
    "result",
    "tie",
    "voters",
    "voting_site",
    "winner",
)
# Lists of a vocabulary whose items are pairs, as in "January=1".
PAIRS = re.compile(r"time_(?!capitalised)\w+|actor_(?:epithets|proper|body_names|synonyms)")
PAIR = re.compile(r"[^=]+=[^=]*")
KINDS = ("referendum", "presidential", "parliamentary", "regional", "local", "other")

SCHEMAS: dict[str, Table] = {
    "states": Table(
        (
            Field("entity", required=True, pattern="[A-Z]{3}"),
            NAME,
            NAMES,
            Field("adjectives", "list"),
            Field("capitals", "list"),
            Field("un_member", "boolean", required=True),
            Field("note"),
        ),
        key=("entity",),
    ),
    "organisations": Table(
        (
            Field("entity", required=True),
            NAME,
            NAMES,
            Field("actor_type", required=True, values=("organisation", "media", "authority", "party", "group")),
            Field("adjectives", "list"),
            Field("seats", "list"),
            Field("state", refs=("states.entity",)),
        ),
        key=("entity", "name"),
    ),
    "offices": Table((NAME, NAMES, ENTITY, Field("kind", required=True)), key=("name", "entity")),
    "people": Table(
        (NAME, NAMES, ENTITY, Field("office"), Field("since", "date"), Field("until", "date")),
        key=("name", "entity", "office", "since"),
        order=(("since", "until"),),
    ),
    "concepts": Table(
        (
            Field("concept", required=True, pattern="[a-z_]+"),
            Field("family", required=True, values=("position", "demand", "claim")),
            Field("polarity", "number", required=True, values=("-1", "0", "1")),
            Field("label", required=True),
            Field("definition", required=True),
        ),
        key=("concept",),
    ),
    "cues": Table(
        (
            Field("cue", required=True, refs=("senses.cue",)),
            Field("frame", required=True, values=FRAMES),
            Field("words", "list", required=True),
            Field("about", required=True, values=ABOUT),
            Field("note"),
        ),
        key=("cue", "frame", "about"),
    ),
    "senses": Table(
        (
            Field("cue", required=True),
            *(SENSE._replace(name=n) for n in ("plain", "negated", "demanded", "demanded_negated")),
        ),
        key=("cue",),
    ),
    "confidence": Table(
        (
            Field("rule", required=True),
            Field("right", "number", required=True),
            Field("wrong", "number", required=True),
        ),
        key=("rule",),
    ),
    "legal_bases": Table((Field("legal_basis", required=True), Field("label", required=True), NAMES), ("legal_basis",)),
    "framing": Table(
        (
            Field("label", required=True),
            Field("direction", required=True, values=("delegitimising", "legitimising")),
            NAMES,
        ),
        key=("label",),
    ),
    # What a text can know of: dated public events, and until when a text that calls one so can have been written.
    "events": Table(
        (Field("event", required=True), Field("date", "date", required=True), Field("until", "date"), NAMES),
        key=("event",),
        order=(("date", "until"),),
    ),
    "ballots": Table(
        (
            Field("ballot_id", required=True, pattern="[a-z0-9-]+"),
            NAME,
            Field("kind", required=True, values=KINDS),
            Field("start_date", "date", required=True),
            Field("end_date", "date", required=True),
            Field("early_start", "date"),
            REGIONS,
            Field("territory", "list", refs=("territories.territory",)),
            COUNTRY,
            Field("organiser", required=True, refs=ENTITIES),
            Field("contested", "boolean", required=True),
            Field("reference", required=True),
        ),
        key=("ballot_id",),
        order=(("start_date", "end_date"), ("early_start", "start_date")),
    ),
    "regions": Table(
        (
            Field("region", required=True, pattern="[A-Z]{2}-[A-Z0-9]{1,3}"),
            NAME,
            NAMES,
            COUNTRY,
            Field("capital"),
            LAT,
            LON,
            Field("occupied_since", "date"),
            Field("occupied_extent", values=("full", "part")),
            Field("source"),
        ),
        key=("region",),
    ),
    "territories": Table(
        (
            Field("territory", required=True, pattern="[a-z0-9-]+"),
            NAME,
            NAMES,
            Field("adjectives", "list"),
            Field("entity", required=True, pattern="[A-Z0-9-]+"),
            COUNTRY,
            REGIONS,
            Field("seats", "list"),
        ),
        key=("territory",),
    ),
    "settlements": Table(
        (NAME, NAMES, Field("region", refs=("regions.region",)), COUNTRY, LAT, LON), key=("name", "region")
    ),
    "groups": Table((NAME, REGIONS._replace(required=True), NAMES), key=("name",)),
}
