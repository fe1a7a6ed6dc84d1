"""An end of a scale that nobody uses, though so many answers lie beside it that some should: is the scale
declared rightly?

Declared from 1 to 7 and asked from 1 to 5, the best answer counts as 67 instead of 100 index points, and
nothing else looks wrong. Only the good end is looked at: that nobody chooses the worst answers is common. Nor
is it odd that dissatisfied or like-minded customers leave the best ones out. So the answers must crowd at the
last one found: four steps or more are used, the mean lies nearer to the last one than to the bad end, and a
normal distribution of their mean and variance (less 1/12 for rounding: Sheppard 1898, Proceedings of the
London Mathematical Society 29, 353-380) would put ``EXPECTED`` respondents beyond it. Answers that a scale
cut off spread too little, which errs on the safe side. In simulated surveys of 3 to 11 steps (beta and normal
responses of any mean and spread, 3 to 9 questions, 100 to 5,000 respondents) it never gave a false alarm.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from csi_model.errors import Finding
from csi_model.model.spec import MOST_STEPS, Indicator, Scale
from csi_model.survey.answers import finding
from csi_model.survey.survey import ANSWERED, Floats

FEWEST_ITEMS, FEWEST_ANSWERS = 3, 100
"""Questions of one scale, and answers to each of them, below which nothing is said."""
EXPECTED = 5.0
"""Respondents that an average question should have beyond the last answer found."""
USED = 4
"""Steps in use below which answers are too much alike to tell."""
NAMED = 6
"""Most questions that are named one by one."""

Counts = NDArray[np.int64]


def check_unused_ends(
    items: Sequence[Indicator], answers: Floats, reasons: NDArray[np.int8], weights: Floats, where: str
) -> list[Finding]:
    """Report questions of one scale whose good end nobody uses.

    Parameters
    ----------
    items
        The questions (p).
    answers, reasons : (n, p)
        Answers as they are used (reversed items turned round), and the reasons for gaps.
    weights : (n,)
        Sampling weights.
    where
        The survey by name.
    """
    given = reasons == ANSWERED
    w = np.where(given, weights[:, None], 0.0)
    x = np.where(given, answers, 0.0)
    per = 1 / np.where(w.any(axis=0), w.sum(axis=0), np.nan)
    mean = (w * x).sum(axis=0) * per
    variance = (w * (x - mean) ** 2).sum(axis=0) * per
    lowest, highest = np.where(given, x, np.inf).min(axis=0), np.where(given, x, -np.inf).max(axis=0)
    return unused_end_findings(items, given.sum(axis=0), mean, variance, lowest, highest, where)


def unused_end_findings(
    items: Sequence[Indicator],
    counts: Counts,
    mean: Floats,
    variance: Floats,
    lowest: Floats,
    highest: Floats,
    where: str,
) -> list[Finding]:
    """The same from what the answers to each question sum up to, (p,) each."""
    sets: dict[tuple[Scale, bool, bool], list[int]] = {}
    for k, item in enumerate(items):
        if item.scale is not None and not item.cases and counts[k]:
            sets.setdefault((item.scale, item.reversed, item.high_is_good), []).append(k)
    made = []
    for (scale, turned, up), places in sets.items():
        at = np.array([k for k in places if counts[k] >= FEWEST_ANSWERS], dtype=np.int64)
        if at.size < FEWEST_ITEMS:
            continue
        most, least = float(highest[places].max()), float(lowest[places].min())
        last, first = (most, least) if up else (least, most)
        if not _telling(scale, last, first, counts[at], mean[at], variance[at], up=up):
            continue
        # what the respondents ticked: reversed items as they were before they were turned round
        found = scale.low + scale.high - last if turned else last
        names = [items[k].name for k in places]
        made.append(_finding(names, scale, found, where, above=up != turned))
    return made


def _telling(
    scale: Scale, last: float, first: float, counts: Counts, mean: Floats, variance: Floats, *, up: bool
) -> bool:
    """Whether answers should lie beyond the ``last`` one; of many steps, half must be unused."""
    end, other = (scale.high, scale.low) if up else (scale.low, scale.high)
    least = 1.0 if scale.width < MOST_STEPS else scale.width / 2
    to_last = np.abs(last - mean)
    if abs(end - last) < least or abs(last - first) < USED - 1 or to_last.mean() >= abs(mean.mean() - other):
        return False
    beyond = stats.norm.sf((to_last + 0.5) / np.sqrt(np.maximum(variance - 1 / 12, 1e-9)))
    return float(np.mean(counts * beyond)) >= EXPECTED


def _finding(names: Sequence[str], scale: Scale, found: float, where: str, *, above: bool) -> Finding:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    ends = f"{scale.low:g}:{found:g}" if above else f"{found:g}:{scale.high:g}"
    what = (
        f"No answer to {', '.join(names[:NAMED])}{more} lies {'above' if above else 'below'} {found:g}, on a "
        f"scale declared {scale.low:g}-{scale.high:g}: is the scale declared rightly?"
    )
    fix = (
        f"The index counts from the declared ends. If nothing beyond {found:g} could be answered: --scale "
        f"{ends} for all, --scale {names[0]}={ends} for one (`scales` in a study file)."
    )
    return finding("unused-end", "warning", where, what, fix)
