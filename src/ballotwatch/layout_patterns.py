"""Shapes of the lines around an article's prose, as bounded regular expressions that `layout` reads with."""

from __future__ import annotations

import re

MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?|JAN(?:UARY)?|FEB(?:RUARY)?|MAR(?:CH)?|APR(?:IL)?|MAY|JUNE?|JULY?|AUG(?:UST)?"
    r"|SEPT?(?:EMBER)?|OCT(?:OBER)?|NOV(?:EMBER)?|DEC(?:EMBER)?)\b\.?"
)
WEEKDAY = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\b\.?"
DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
YEAR = r"(?:19|20)\d\d"
DAY_MONTH = rf"(?:{DAY}\s(?:of\s)?{MONTH}|{MONTH}\s{DAY}(?!\d))"
FULL_DATE = (
    rf"(?:{YEAR}-\d\d-\d\d|{YEAR}/\d\d?/\d\d?|\d\d?[./-]\d\d?[./-]{YEAR}"
    rf"|(?:{WEEKDAY},?\s(?:the\s)?)?{DAY_MONTH},?\s{YEAR})"
)
ANY_DATE = rf"(?:{FULL_DATE}|{WEEKDAY},?\s{DAY_MONTH}|{DAY_MONTH})"
CLOCK = r"(?:[01]?\d|2[0-4])[:.][0-5]\d(?::[0-5]\d)?(?:\.\d+)?(?:\s?[apAP]\.?[mM]\b\.?)?|\d{1,2}\s?[apAP]\.?[mM]\b\.?"
ZONE = r"(?:Z|[+-]\d\d:?\d\d|\(?[A-Z]{2,5}(?:[+-]\d{1,2})?\)?|\((?:Kyiv|Kiev|Moscow|local)(?:\stime)?\))"
TIME = rf"(?:T|,?\s(?:at\s|[-–|]\s)?)(?:{CLOCK})(?:\s?{ZONE})?"
STATED = (
    r"(?:(?:first\s|last\s)?(?:published|posted|updated|released|issued|modified|created|added)(?:\s(?:on|at))?"
    r"|(?:publication\s|release\s)?date)"
)
NAME_WORD = r"(?:St\.|[^\W\d_a-z](?:[\w'’-]|\.(?=\w))*)"
PLACE = rf"{NAME_WORD}(?:[ -]{NAME_WORD}){{0,3}}"
SECTION = r"(?:[^\W\d_][\w'’&-]*|\d+\smin(?:utes?)?\sread)(?:[ ,&]+[\w'’&-]+){0,4}"

DATE_LINE = re.compile(
    rf"[\[(]?(?:{SECTION}\s[|/•·–—-]\s)?(?:(?i:{STATED})\s?:?\s)?(?P<place>(?!{WEEKDAY})(?:{PLACE}),\s)?"
    rf"(?P<date>{ANY_DATE})(?:{TIME})?(?:\s?(?:[|/•·–—-]|by\b)\s?{SECTION})?[\])]?\.?"
)
DATE_PREFIX = re.compile(
    rf"(?:(?i:{STATED})\s?:?\s)?(?P<date>{FULL_DATE})(?:{TIME})?(?:\s?[|•·–—-])?\s+(?=[^\W\d_a-z]|[\"“«‘'])"
)
DATELINE = re.compile(
    rf"(?P<places>{PLACE}(?:\s?/\s?{PLACE}|,?\sand\s{PLACE}){{0,3}})(?P<state>,\s(?!{MONTH}|{WEEKDAY}){NAME_WORD}(?:\s{NAME_WORD})?\.?)?"
    rf"(?:[,.]\s(?P<date>(?:{WEEKDAY},?\s)?{DAY_MONTH}(?:,?\s{YEAR})?))?\.?"
    rf"(?P<agency>\s?\([^()\n]{{2,40}}\)|\s?/[^/\n]{{2,30}}/)?"
    rf"(?P<end>\s*(?:--|[-–—―|])\s+|[.:]\s+|\.?\s+(?:INTERFAX\S*)\s[-–—]\s+)"
    r"(?P<source>(?:[A-Z][\w-]*)(?:\s[A-Z][\w-]*){0,2}\.\s+)?(?=[^\W_a-z]|[\"“«‘'(])"
)
BYLINE = re.compile(
    r"(?:(?:[Bb]y|BY|Written by|Reporting by|Text by|Author:|Text:)\s)(?!(?i:the)\b)(?:[^\W\d_a-z][\w.'’-]*"
    r"(?:\s(?:and\s|de\s|von\s|van\s)?[^\W\d_a-z][\w.'’-]*){1,7})(?:\s?[,|–—-]\s?[\w .,'’&/-]{2,80}|\sin\s[\w ,]{2,40})?"
)
PICTURE = r"(?:illustrative\s|illustration\s|file\s|archive\s|stock\s|handout\s)?(?:photo|image|picture|screenshot)"
CAPTION = re.compile(
    rf"(?:(?i:{PICTURE})(?:\scredit|graph)?\s?(?::|[Bb]y\s|[Cc]ourtesy\s|[Cc]redit\b|/|—|–|-\s)|FILE\s(?:PHOTO\b|[-–—]\s)|©\s"
    rf"|\((?i:{PICTURE})\b).{{0,390}}"
    rf"|[^\n]{{0,300}}[(\[](?:[^()\[\]]{{1,40}}\s)?(?i:{PICTURE}s?)\b[^()\[\]]{{0,120}}[)\]]\.?"
    rf"|[^\n]{{0,300}}[|–—/.]\s?(?:(?i:{PICTURE}):|©|Getty Images\b|REUTERS/)[^\n]{{0,80}}"
)
CAPTION_PREFIX = re.compile(rf"[^.!?\n]{{3,150}}?\([^()\n]{{0,40}}\b(?i:{PICTURE})\b[^()\n]{{0,80}}\)\s+(?=[A-Z\"“«])")
LABELLED_TAGS = re.compile(
    r"(?i:tags?|topics?|key\s?words?|filed under|categor(?:y|ies)|hashtags?|read (?:also|more|next)|also read|see also"
    r"|related(?: articles?| stories| news)?|more on (?:this|the) (?:topic|story)|sources?|follow us|subscribe)\s?[:|].{0,390}"
    r"|(?:#\w+[\s,]*){1,20}"
)
TAG = r"[^\W_a-z][\w'’.&-]*(?:\s(?:in|of|the|and|on|for|[^\W_a-z][\w'’.&-]*)){0,5}"
TAG_LIST = re.compile(rf"{TAG}(?:\s?[,|•·/;]\s?{TAG}){{1,14}}")
KICKER = re.compile(
    r"(?i:news|world|europe|politics|opinion|analysis|interview|live|breaking(?: news)?|exclusive|comment|editorial|feature"
    r"|explainer|war|press (?:release|statement)|media release|statements?|for immediate release|speech(?:es)?|transcript"
    r"|top stor(?:y|ies)|latest(?: news)?|home)(?:\s?[|/>•·»-]\s?[\w ]{2,30}){0,3}:?"
)
# Words before a dash or colon that open a headline and name no place.
LABELS = frozenset(
    [
        "BREAKING",
        "LIVE",
        "UPDATE",
        "UPDATED",
        "EXCLUSIVE",
        "OPINION",
        "ANALYSIS",
        "EXPLAINER",
        "FACTBOX",
        "TIMELINE",
        "INTERVIEW",
        "VIDEO",
        "WATCH",
        "PHOTO",
        "PHOTOS",
        "URGENT",
        "CORRECTION",
        "FLASH",
        "NOTE",
        "NEWS",
        "STATEMENT",
        "READ",
        "ALSO",
        "SEE",
        "FILE",
    ]
)
SALUTATION = re.compile(
    r"(?i:dear|ladies and gentlemen|fellow|esteemed|distinguished|good (?:morning|afternoon|evening))\b"
)
STAMP = re.compile(rf"[\[(]?(?:{CLOCK})(?:\s?{ZONE})?[\])]?(?P<end>\s?[-–—|:]?\s(?![a-z%])|$)")
TURN = re.compile(
    r"(?P<label>Q|A|Question|Answer|[^\W\d_a-z][\w'’.-]*(?:\s(?:of|the|and|for|to|[^\W\d_a-z][\w'’.-]*)){0,9})"
    r"(?:(?:\s\([^()\n]{2,60}\))?\s?:\s*|(?<=\bQ)\s{2,})(?=\S)"
)
OFFICE = re.compile(
    r"\b(?:President|Minist(?:er|ry)|Chair\w*|Spokes\w+|Ambassador|Secretary|Director|Commissioner|Head|Governor|Mayor"
    r"|Speaker|Representative|Chancellor|Premier|Envoy|Commissar|Ombudsman|Rapporteur|Coordinator|Chief|Leader)\b"
)
SMALL = frozenset(
    ["of", "the", "and", "for", "in", "on", "to", "at", "de", "von", "van", "der", "den", "la", "al", "a", "an", "with"]
)
CLOSED = (".", "!", "?", "…", "。")
QUOTES = "\"'“”«»‘’„`)]"
