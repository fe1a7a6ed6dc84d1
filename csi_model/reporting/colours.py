"""Colours as numbers: contrast for readers, steps that look even, how colour-blind readers see them.

Sources: relative luminance and contrast ratio as in the Web Content Accessibility Guidelines 2.1;
OKLab and OKLCH of B. Ottosson (2020), "A perceptual color space for image processing"; the matrices of
G. M. Machado, M. M. Oliveira and L. A. F. Fernandes (2009), "A physiologically-based model for
simulation of color vision deficiency", IEEE TVCG 15(6), at full severity, on linear RGB.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import combinations
from typing import Final

Three = tuple[float, float, float]
"""Three numbers: red, green and blue, or lightness and two more."""

_CONES: Final = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_OPPONENT: Final = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
_CONES_BACK: Final = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)
_OPPONENT_BACK: Final = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
_SAME: Final = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
_PROTAN: Final = (
    (0.152286, 1.052583, -0.204868),
    (0.114503, 0.786281, 0.099216),
    (-0.003882, -0.048116, 1.051998),
)
_DEUTAN: Final = (
    (0.367322, 0.860646, -0.227968),
    (0.280085, 0.672501, 0.047413),
    (-0.011820, 0.042940, 0.968881),
)
VISIONS: Final = {"all": _SAME, "protan": _PROTAN, "deutan": _DEUTAN}
"""How a reader sees: with all three kinds of cones, without the long or without the middle ones."""


def _times(matrix: Sequence[Sequence[float]], values: Sequence[float]) -> Three:
    one, two, three = (sum(a * b for a, b in zip(row, values, strict=True)) for row in matrix)
    return one, two, three


def linear(colour: str) -> Three:
    """Return ``#rrggbb`` as linear red, green and blue between 0 and 1."""
    parts = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return red, green, blue


def _written(parts: Three) -> str:
    """Linear parts as ``#rrggbb``; what lies outside is cut off."""
    clipped = (min(1.0, max(0.0, v)) for v in parts)
    coded = (12.92 * v if v <= 0.0031308 else 1.055 * v ** (1 / 2.4) - 0.055 for v in clipped)
    return "#" + "".join(f"{round(255 * v):02x}" for v in coded)


@lru_cache(maxsize=4096)
def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, 0 for black and 1 for white."""
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _oklab(parts: Three) -> Three:
    return _times(_OPPONENT, [math.cbrt(v) for v in _times(_CONES, parts)])


def oklch(colour: str) -> Three:
    """Return lightness (0 to 1), chroma and hue (radians) of a colour in OKLCH."""
    light, a, b = _oklab(linear(colour))
    return light, math.hypot(a, b), math.atan2(b, a)


def _of_oklch(light: float, chroma: float, hue: float) -> Three:
    cones = _times(_OPPONENT_BACK, (light, chroma * math.cos(hue), chroma * math.sin(hue)))
    return _times(_CONES_BACK, [v**3 for v in cones])


def from_oklch(light: float, chroma: float, hue: float) -> str:
    """Return the colour of that lightness and hue; chroma is cut to what a screen can show."""
    low, high = 0.0, chroma
    if not _shown(_of_oklch(light, chroma, hue)):
        for _ in range(24):
            middle = (low + high) / 2
            low, high = (middle, high) if _shown(_of_oklch(light, middle, hue)) else (low, middle)
        high = low
    return _written(_of_oklch(light, high, hue))


def _shown(parts: Three) -> bool:
    return all(-1e-4 <= v <= 1 + 1e-4 for v in parts)


def legible(colour: str, grounds: Iterable[str], ratio: float, *, darker: bool) -> str:
    """Return ``colour``, made darker or lighter just so far that it has a contrast on every ground.

    Parameters
    ----------
    colour
        A colour as ``#rrggbb``; it is returned as it is where its contrast suffices.
    grounds
        Colours that it stands on.
    ratio
        The contrast that it must have on each.
    darker
        Whether it is darkened; else it is lightened. Hue stays; chroma as far as a screen allows.
    """
    behind = tuple(grounds)

    def enough(tried: str) -> bool:
        return all(contrast(tried, ground) >= ratio for ground in behind)

    if enough(colour):
        return colour
    light, chroma, hue = oklch(colour)
    fails, passes = light, 0.0 if darker else 1.0
    for _ in range(20):
        middle = (fails + passes) / 2
        if enough(from_oklch(middle, chroma, hue)):
            passes = middle
        else:
            fails = middle
    return from_oklch(passes, chroma, hue)


@lru_cache(maxsize=4096)
def distance(one: str, other: str) -> float:
    """Return how far two colours lie apart for the reader who can tell them apart least well.

    The straight distance in OKLab, the least of all ``VISIONS``; black and white are 1 apart.
    """
    return min(math.dist(_seen(one, matrix), _seen(other, matrix)) for matrix in VISIONS.values())


@lru_cache(maxsize=4096)
def straight(one: str, other: str) -> float:
    """Return how far two colours lie apart for a reader with all cones: the straight distance in OKLab."""
    return math.dist(_seen(one, _SAME), _seen(other, _SAME))


def _seen(colour: str, matrix: Sequence[Sequence[float]]) -> Three:
    red, green, blue = _times(matrix, linear(colour))
    return _oklab((max(0.0, min(1.0, red)), max(0.0, min(1.0, green)), max(0.0, min(1.0, blue))))


def nearest(colours: Iterable[str], measure: Callable[[str, str], float] = distance) -> float:
    """Return the least distance of any two colours; infinite for less than two."""
    return min((measure(a, b) for a, b in combinations(colours, 2)), default=math.inf)
