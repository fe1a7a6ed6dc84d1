"""How a stored sentence is recognised, and the words that it is told anew in."""

from __future__ import annotations

import re

from csi_model.vocabulary import Term

Pattern = tuple[re.Pattern[str], Term]

NUMBER = r"[-\d.%]+"
COMPARED_IN = r"in the groups that were compared \((?P<units>.+?)\)"
"""Where a verdict on groups holds if some were left out."""

NAMES = r"(?:(?!\. ).)+?"
"""Names, which may hold spaces but no end of a sentence."""


def pattern(expression: str, en: str, zh: str) -> Pattern:
    """One sentence; its named groups are filled into both languages."""
    return re.compile(expression), Term(en=en, zh=zh)


def same(text: str, zh: str) -> Pattern:
    """A sentence without names, which is told as it stands in English."""
    return pattern(re.escape(text), text, zh)
