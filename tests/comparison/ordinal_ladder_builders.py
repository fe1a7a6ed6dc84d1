"""Ladders of two groups with ordered answers, something planted in the second."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from ordinal_group_builders import FIRST, OTHER, Population, exact

from csi_model.comparison import ordinal_invariance as ladders
from csi_model.comparison.ordinal_invariance import OrdinalLadder
from csi_model.reporting.content import Content
from csi_model.reporting.retold import retold

UNKNOWN = Content(tables={}, pooled={}, constructs=("a", "b"), paths=(), index="b", title={})
MOVED = (0.0, 0.25, -0.25, 0.0)
"""Thresholds that no other origin and unit of a group can stand for."""


def populations(**planted: Any) -> dict[str, Population]:
    return {"east": FIRST, "west": Population(**OTHER, **planted)}


CASES: dict[str, dict[str, Any]] = {
    "equal": {},
    "thresholds": {"steps": {"a2": MOVED}},
    "thresholds of a marker": {"steps": {"a1": MOVED}},
    "loading": {"loadings": {"b2": 0.5}},
    "loading of a marker": {"loadings": {"b1": 0.5}},
    "intercept": {"intercepts": {"b3": 0.5}},
    "thresholds and intercept": {"steps": {"a2": MOVED}, "intercepts": {"b3": 0.5}},
    "thresholds of two": {"steps": {"a2": MOVED, "a3": (0.0, -0.3, 0.3, 0.0)}},
    "errors": {"errors": {"a1": 2.0, "b3": 2.0}},
}


@cache
def ladder(case: str) -> OrdinalLadder:
    """The ladder of two groups with exactly the statistics of their populations."""
    groups = exact(populations(**CASES[case]), n=800)
    steps = tuple(ladders._climb(groups))
    findings = tuple(ladders._findings(groups, steps, ()))
    return OrdinalLadder(
        groups=groups.names, left_out=(), constructs=("a", "b"), steps=steps, findings=findings
    )


def chinese(text: str) -> str:
    """The Chinese words of a stored text, which must be known whole; English words are known, too."""
    made = retold(UNKNOWN, text, "zh")
    assert made != text, text
    assert not re.search(r"[A-Za-z]{3,}", re.sub(r"CFI|RMSEA", "", made)), made
    english = retold(UNKNOWN, text, "en")
    assert re.sub(r"[^a-z0-9]", "", english.lower())[-40:-2]
    return made
