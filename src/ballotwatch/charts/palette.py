"""One palette for every chart, from Okabe and Ito's set that colour-blind readers can tell apart.

Orange-red is against the ballot and blue is for it, everywhere; grey takes no side. Source of the colours: M. Okabe
and K. Ito, "Color Universal Design: how to make figures and presentations that are friendly to colorblind people"
(2008); M. Wong, Nature Methods 8, 441 (2011) reprints them.
"""

from __future__ import annotations

AGAINST, FOR, NEITHER = "#D55E00", "#0072B2", "#767676"
STANCES = {-1: AGAINST, 0: NEITHER, 1: FOR}
STANCE_NAMES = {-1: "against the ballot", 0: "taking no side", 1: "for the ballot"}
BALLOT, ARTICLE, AMOUNT = "#222222", "#009E73", "#00704F"
INK, QUIET, RULE, BLANK, PAPER = "#222222", "#595959", "#DDDDDD", "#F1F1F1", "#FFFFFF"


def mix(colour: str, share: float) -> str:
    """A colour thinned with white: share 1 is the colour itself, 0 is white. Both as #RRGGBB."""
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(255 - (255 - part) * share):02X}" for part in parts)


def tint(colour: str, value: float, most: float) -> str:
    """The tint that stands for an amount: blank for nothing, then from pale to the full colour for the most."""
    return mix(colour, 0.2 + 0.8 * value / most) if value > 0 else BLANK


def luminance(colour: str) -> float:
    """Relative luminance of #RRGGBB, 0 black to 1 white (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ink_on(colour: str) -> str:
    """Dark or white ink, whichever reads better on a background colour."""
    return max((INK, PAPER), key=lambda ink: contrast(ink, colour))
