"""One palette for every chart, from Okabe and Ito's set that colour-blind readers can tell apart.

Orange-red is against the ballot and blue is for it, everywhere; grey takes no side. Source of the colours: M. Okabe
and K. Ito, "Color Universal Design: how to make figures and presentations that are friendly to colorblind people"
(2008); M. Wong, Nature Methods 8, 441 (2011) reprints them.

Every colour has a twin for dark pages (`dark`). Source of the space it is found in: B. Ottosson, "A perceptual color
space for image processing" (2020), the colour space OKLCH.
"""

from __future__ import annotations

from functools import cache
from math import atan2, cos, hypot, sin

AGAINST, FOR, NEITHER = "#D55E00", "#0072B2", "#767676"
STANCES = {-1: AGAINST, 0: NEITHER, 1: FOR}
STANCE_NAMES = {-1: "against the ballot", 0: "taking no side", 1: "for the ballot"}
BALLOT, ARTICLE, AMOUNT = "#222222", "#009E73", "#00704F"
INK, QUIET, RULE, BLANK, PAPER = "#222222", "#595959", "#DDDDDD", "#F1F1F1", "#FFFFFF"
BLACK, DARK_PAPER = "#000000", "#16191D"
READABLE = 4.5
# WCAG adds this to a luminance before it divides two of them.
FLARE = 0.05


def mix(colour: str, share: float) -> str:
    """A colour thinned with white: share 1 is the colour itself, 0 is white. Both as #RRGGBB."""
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(255 - (255 - part) * share):02X}" for part in parts)


def tint(colour: str, value: float, most: float) -> str:
    """The tint that stands for an amount: blank for nothing, then from pale to the full colour for the most."""
    return mix(colour, 0.2 + 0.8 * value / most) if value > 0 else BLANK


def luminance(colour: str) -> float:
    """Relative luminance of #RRGGBB, 0 black to 1 white (WCAG 2.2)."""
    linear = _linear_parts(colour)
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + FLARE) / (dark + FLARE)


def ink_on(colour: str) -> str:
    """White ink on a background colour where it can be read, else black."""
    return PAPER if contrast(PAPER, colour) >= READABLE else BLACK


@cache
def dark(colour: str) -> str:
    """The twin of #RRGGBB on a dark page: its hue kept, its lightness turned over, white becoming the dark paper.

    Two colours contrast in the dark as they do in the light. A colour that carries black ink (`ink_on`) stays dark
    enough for the white ink that takes its place.
    """
    if colour.upper() == PAPER:
        return DARK_PAPER
    light = luminance(colour) + FLARE
    turned = (1 + FLARE) * (luminance(DARK_PAPER) + FLARE) / light
    if ink_on(colour) == BLACK:
        turned = min(turned, (1 + FLARE) / (READABLE + 0.05))
    return _of_luminance(min(1.0, turned - FLARE), *_chroma_and_hue(colour))


def _of_luminance(wanted: float, chroma: float, hue: float) -> str:
    """The colour of a hue and of as much of a chroma as sRGB has, with the luminance that is wanted."""
    low, high = 0.0, 1.0
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if luminance(_in_gamut(middle, chroma, hue)) < wanted else (low, middle)
    return _in_gamut(high, chroma, hue)


def _in_gamut(lightness: float, chroma: float, hue: float) -> str:
    for share in range(20, -1, -1):
        linear = _linear(lightness, chroma * share / 20, hue)
        if all(-1e-4 <= part <= 1 + 1e-4 for part in linear):
            break
    parts = [min(1.0, max(0.0, part)) for part in linear]
    coded = [12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055 for part in parts]
    return "#" + "".join(f"{round(255 * part):02X}" for part in coded)


def _chroma_and_hue(colour: str) -> tuple[float, float]:
    """Chroma and hue (radians) of #RRGGBB in OKLCH."""
    red, green, blue = _linear_parts(colour)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return hypot(a, b), atan2(b, a)


def _linear(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    """A colour of OKLCH as linear red, green and blue, outside 0 to 1 where sRGB lacks it."""
    a, b = chroma * cos(hue), chroma * sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _linear_parts(colour: str) -> list[float]:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
