"""Finding time expressions: words become classes, and rules are patterns over classes.

A text is cut into tokens; each token becomes one letter that says what it can be in a time expression (``M`` month,
``d`` a number from 1 to 31, ``U`` a unit …). Rules are regular expressions over the string of letters, so that none of
them reads a word, one pass finds them all, and the cost grows with the number of words.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

VOCABULARY = Path(__file__).parents[1] / "codebooks" / "common" / "vocabulary_dates.toml"

# One letter a list of the vocabulary (its key without `time_`).
CLASSES = {
    "months": "M", "months_short": "m", "weekdays": "W", "weekdays_short": "v", "holidays": "H", "seasons": "S",
    "parts": "P", "units": "U", "units_plural": "V", "numbers": "w", "ordinals": "O", "vague": "q", "article": "a",
    "next": "g", "last": "l", "same": "e", "phase": "E", "around": "z", "half": "h", "later": "L", "earlier": "B",
    "ago": "G", "deictic": "K", "present": "N", "past": "F", "future": "u", "every": "k", "often": "j", "long": "Q",
    "eras": "X", "of": "i", "in": "I", "and": "c", "to": "-", "the": "T", "numbered": "b",
}  # fmt: skip

CLOCK = (
    r"(?i:\d{1,2}(?::[0-5]\d){1,2}(?:\s?(?:[ap]\.m\.|[ap]m\b|hours\b|hrs\b))?|\d{1,2}\.[0-5]\d\s?(?:[ap]\.m\.|[ap]m\b)"
    r"|\d{1,2}\s?(?:[ap]\.m\.|[ap]m\b)|\d{4}\s?(?:UTC|GMT|hours\b|hrs\b))"
)
NUMERIC = r"\d{4}-\d\d-\d\d(?:T[\d:]+Z?)?|\d{4}/\d\d/\d\d|\d{1,2}\.\d{1,2}\.\d{4}|\d{1,2}/\d{1,2}/\d{4}"
DECADE = r"\d{3}0s|\d\d0s(?= B\.?C)|\d{3}0['’]s|['’]\d0s"

PHASE = r"(?:T?E(?:-|[iI]T?|T)?|z\.?T?)?"
OF_YEAR = r"(?:i?T?(?:e|g|l|ee)U)"
YEAR = rf"(?:,?i?y(?!,?X)|,?i?[dny],?X|{OF_YEAR})"
DAY_OF = rf"{PHASE}(?:T?(?:P|E-?P)(?:V?)i)?"
NUMBER = r"(?:aq|az?w|az?d|[dnw](?:ca?h)?|q|a|aOh|ah)"
APPROXIMATELY = r"(?:T?z)*"

RULES = (
    ("numeric", r"D"),
    ("days", rf"{DAY_OF}(?:W,?)?T?[do](?:(?:,c?|c|-)T?[do])+i?(?:M|m\.?){YEAR}?"),
    ("days", rf"{DAY_OF}(?:M|m\.?)[do](?:(?:,(?=[do],?c)|,c|c|-)T?[do](?![UV]))+{YEAR}?"),
    ("calendar", rf"(?:(?:W|v\.?),?T?)?(?:P,?)?{DAY_OF}T?(?:[do]-?|Oi)i?(?:M|m\.?){YEAR}?P?"),
    ("calendar", rf"(?:(?:W|v\.?),?T?)?(?:P,?)?{DAY_OF}(?:M|m\.?)T?[do](?![dnw]){YEAR}?P?"),
    ("calendar", rf"{PHASE}(?:M|m\.?){YEAR}"),
    ("calendar", rf"(?:l|g|e)?{DAY_OF}HP?{YEAR}?"),
    ("season", rf"{PHASE}T?S{YEAR}(?:-[ydn])?"),
    ("part", rf"{PHASE}T?O-?hi?(?:T)?{YEAR}"),
    ("decade", rf"{PHASE}T?(?:E-?)?s(?:,?X)?"),
    ("century", rf"{PHASE}T?(?:E-?)?[oO]-?U(?:,?X)?"),
    ("years", rf"{PHASE}(?:TV)?y(?:-[ydn])+"),
    ("era", rf"{PHASE}(?:TV)?[dny](?:-[dny])?,?X"),
    ("year", rf"{PHASE}[yY]"),
    ("clock", r"C"),
    ("later", r"[LB](?:T?eeU|T?eU|ITU|ITS|T?eM|IM|Iy|M|I?T?eS)"),
    ("span", r"T(?:l|O)Ui(?=[MmSTy])"),
    ("nearby", rf"E?{DAY_OF}T?(?:e?[gle])(?:U|W|M|S|P)P?"),
    ("deictic", r"E?KP?"),
    ("weekday", r"(?:P,?)?WP?"),
    ("around", r"TU(?:L|B|g|l)"),
    ("of", r"(?:E|T)?[do]iT?eU"),
    ("ordinal", r"To(?![-UVA-Za-z])"),
    ("phase", r"T?E(?:[iI])TU"),
    ("phase", r"T?E[iI]?TS"),
    ("shift", rf"{APPROXIMATELY}{NUMBER}[UV](?:G|L|B)"),
    ("vague", r"V(?:G|L|B)"),
    ("span", rf"{APPROXIMATELY}T?[gl](?:{NUMBER})[UV]|T?(?:{NUMBER})[gl][UV]|T?e(?:[dnw]|q)V|T?[gle]V"),
    ("set", r"k(?:[dwO]|w)?[UVWP]"),
    ("often", r"j"),
    ("two", r"[dnw](?:-|c)[dnw]-?[UV]"),
    ("duration", rf"{APPROXIMATELY}(?:T[Ol]?)?{NUMBER}-?[UV](?:-?Q)?"),
    ("duration", r"U-Q|U-?Q"),
    ("duration", r"V"),
    ("month", rf"{PHASE}M(?!-?d)"),
    ("season", rf"{PHASE}T?S"),
    ("bare", r"T?P"),
    ("reference", r"T?[NFu]|Tl(?![UVSMWPwdnqhOax])"),
)  # fmt: skip


class Token(NamedTuple):
    """text[start:end], its class letter and its value in the vocabulary."""

    start: int
    end: int
    code: str
    value: str


class Match(NamedTuple):
    """What a rule found: its name, its tokens, and the letters before and behind it."""

    rule: str
    tokens: list[Token]
    before: str
    behind: str


@cache
def vocabulary() -> dict[str, tuple[str, str, str]]:
    """Lower-case spelling → spelling where capitals matter (else empty), class letter, value."""
    lists = {key.removeprefix("time_"): items for key, items in tomllib.loads(VOCABULARY.read_text("utf-8")).items()}
    capitalised = lists.pop("capitalised")
    words = {}
    for name, items in lists.items():
        for item in items:
            spellings, _, value = item.rpartition("=")
            for spelling in spellings.split("|"):
                words[spelling.lower()] = (spelling if name in capitalised else "", CLASSES[name], value)
    return words


@cache
def lexer() -> re.Pattern[str]:
    """One token a match: dates in figures, clock times, numbers, words of the vocabulary, words, marks, breaks."""
    # Spellings that a run of letters would cut: of several words, with hyphens or points.
    odd = sorted((w for w in vocabulary() if not w.isalpha()), key=len, reverse=True)
    tens = "|".join(w for w, (_, code, value) in vocabulary().items() if code == "w" and value in TENS)
    ones = "|".join(w for w, (_, code, value) in vocabulary().items() if code in "wO" and len(value) == 1)
    parts = {
        "Z": r"\n[^\S\n]*\n\s*",
        "D": rf"(?<![\w./-])(?:{NUMERIC})(?![\w/-])",
        "C": rf"(?<![\w.:])(?:{CLOCK})(?![\w:])",
        "s": rf"(?:{DECADE})\b",
        "o": r"\b\d{1,2}(?:st|nd|rd|th)\b",
        "Y": r"(?<!\w)['’]\d\d\b(?!['’])",
        "n": r"\d+(?:[.,]\d+)*",
        "w": rf"\b(?i:(?:{tens})-(?:{ones}))\b",
        "odd": r"(?<!\w)(?i:" + "|".join(re.escape(word) for word in odd) + r")(?!\w)",
        "word": r"[^\W\d_]+",
        "mark": r"\S",
    }
    return re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in parts.items()))


TENS = ("20", "30", "40", "50", "60", "70", "80", "90")


@cache
def master() -> re.Pattern[str]:
    """All rules as one pattern over class letters; the group that matched names the rule by its place."""
    rules = "|".join(f"(?P<r{i}>{pattern})" for i, (_, pattern) in enumerate(RULES))
    # No rule begins with any of these, which most tokens are: they need not be tried against each.
    return re.compile(f"(?![x.,()Z])(?:{rules})")


# The same words come again and again.
@lru_cache(maxsize=20_000)
def _read(kind: str, word: str) -> tuple[str, str]:
    """The class letter and the value of a token."""
    code, value = "x", word
    if kind == "n":
        code = _number(word)
    elif kind in ("word", "odd", "mark"):
        code, value = _word(word)
    elif kind == "w":
        code, value = _compound(word)
    elif kind == "o":
        code, value = "o", re.sub(r"\D", "", word)
    else:
        code = kind
    return code, value


def _number(word: str) -> str:
    if not word.isdigit():
        return "n"
    if len(word) == 4 and 1000 <= int(word) <= 2099:
        return "y"
    return "d" if len(word) <= 2 and 1 <= int(word) <= 31 else "n"


def _word(word: str) -> tuple[str, str]:
    spelling, code, value = vocabulary().get(word.lower(), ("", "", ""))
    if not code or spelling and word not in (spelling, spelling.upper()):
        # Marks that rules may bridge stand for themselves.
        return (word if word in ",.()" else "x"), word
    return code, value or word


def _compound(word: str) -> tuple[str, str]:
    tens, ones = (vocabulary()[part] for part in word.lower().split("-"))
    return ("O" if ones[1] == "O" else "w"), str(int(tens[2]) + int(ones[2]))


# Dating and dates both scan the text at hand.
@lru_cache(maxsize=2)
def scan(text: str) -> list[Match]:
    """Candidates for time expressions, from left to right, none overlapping another."""
    # White space is left out but for blank lines (``Z``).
    lexed = [(match, *_read(match.lastgroup or "", match[0])) for match in lexer().finditer(text)]
    codes = "".join([code for _, code, _ in lexed])
    found = []
    for match in master().finditer(codes):
        rule = RULES[int((match.lastgroup or "r0")[1:])][0]
        start, end = match.span()
        tokens = [Token(*here.span(), code, value) for here, code, value in lexed[start:end]]
        found.append(Match(rule, tokens, codes[max(0, start - 2) : start], codes[end : end + 2]))
    return found
