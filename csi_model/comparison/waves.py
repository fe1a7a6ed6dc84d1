"""The trend: index of every unit in every wave, and its change, under each choice of index weights.

With ``x_t`` the item means of wave t on 0-100 and ``w_t`` the index weights of its whole sample, b the base:

    held      I_t = w_b x_t                              one ruler for all waves
    own       I_t = w_t x_t                              what each wave by itself would have published
    chained   I_b = w_b x_b,  I_t = I_{t-1} + (w_{t-1} + w_t) / 2 (x_t - x_{t-1})
    pooled    I_t = w x_t                                w of all waves together, where they were fitted so

The change that is chained is the indicator of Bennet (1920, Journal of the Royal Statistical Society 83,
455-462): it treats both waves alike, so that going back undoes it exactly, and what own weights add to it,
``(x_{t-1} + x_t) / 2 (w_t - w_{t-1})``, is owed to the weights alone. The chain goes forward and backward
from the base over the waves in which the unit has numbers; a unit that is not in the base begins with its
held index.

Samples of two waves are independent, or share respondents (a panel): then the variance of a change is
``v1 + v2 - 2 cov`` (Kish 1965, *Survey Sampling*, section 12.4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from csi_model.comparison.difference_columns import verdict_words
from csi_model.comparison.wave_blocks import Block, joint_draws, spread, taken_as_known, value_of
from csi_model.comparison.wave_samples import WEIGHTS, WaveStudy, WaveUnit
from csi_model.errors import Finding
from csi_model.evaluation.bootstrap_intervals import bootstrap_intervals
from csi_model.frames import typed_frame
from csi_model.multiplicity import holm
from csi_model.vocabulary import SURVEY_TABLES

Array = NDArray[Any]
Cells = dict[str, Any]

POOLED = "pooled"
_POOLED_PLACE = -1

FIRST = "the first wave has none before it"


@dataclass(frozen=True, kw_only=True)
class Measure:
    """An index or a change as a function of the waves ``needed``; ``fixed`` weights are those of a ruler."""

    needed: tuple[int, ...]
    function: Callable[[Mapping[int, Array]], Array]
    fixed: bool

    def on(self, blocks: Sequence[Array]) -> Array:
        """The function of vectors (..., d) in the order of ``needed``."""
        return self.function(dict(zip(self.needed, blocks, strict=True)))


def kinds_of(study: WaveStudy) -> tuple[str, ...]:
    """The choices of weights, the headline first."""
    rest = [kind for kind in WEIGHTS if kind != study.headline]
    return (study.headline, *rest, *((POOLED,) if study.pooled is not None else ()))


def index_measure(study: WaveStudy, unit: WaveUnit, kind: str, wave: int) -> Measure:
    """The index (m,) of a unit in a wave under a choice of weights."""
    if kind == "chained":
        return _chained(study, unit, wave)
    ruler = {"own": wave, "held": study.base, POOLED: _POOLED_PLACE}[kind]

    def index(blocks: Mapping[int, Array]) -> Array:
        layout = study.layout
        return layout.index(blocks[wave][..., layout.x], blocks[ruler][..., layout.w])

    return Measure(needed=tuple(dict.fromkeys((wave, ruler))), function=index, fixed=kind != "own")


def _chained(study: WaveStudy, unit: WaveUnit, wave: int) -> Measure:
    layout = study.layout
    known = [t for t in range(len(study.waves)) if unit.has(t)]
    start = study.base if study.base in known else next(iter(known), study.base)
    links = [t for t in known if min(start, wave) <= t <= max(start, wave)][:: 1 if wave >= start else -1]
    if wave not in links:  # no number in this wave: neither by the chain
        return index_measure(study, unit, "own", wave)

    def index(blocks: Mapping[int, Array]) -> Array:
        made = layout.index(blocks[start][..., layout.x], blocks[study.base][..., layout.w])
        for before, after in pairwise(links):
            weights = (blocks[before][..., layout.w] + blocks[after][..., layout.w]) / 2
            moved = blocks[after][..., layout.x] - blocks[before][..., layout.x]
            made = made + layout.index(moved, weights)
        return made

    return Measure(needed=tuple(dict.fromkeys((*links, start, study.base))), function=index, fixed=True)


def change_measure(first: Measure, second: Measure) -> Measure:
    """The change from the first to the second."""
    return Measure(
        needed=tuple(dict.fromkeys((*first.needed, *second.needed))),
        function=lambda blocks: second.function(blocks) - first.function(blocks),
        fixed=first.fixed and second.fixed,
    )


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A measure's values with standard errors and interval ends, (m,) each."""

    value: Array
    se: Array
    lower: Array
    upper: Array
    method: str
    why: tuple[str, ...]


def measured(study: WaveStudy, unit: WaveUnit, measure: Measure, *, tested: bool = False) -> Measured:
    """Values of a measure with intervals.

    Of an index they are the percentiles of its draws, as in the index table, where every wave that it needs
    has draws, else normal. Of a change (``tested``) they are normal, in step with its test. Where the error
    of a ruler's weights is not known (PLS without draws), the ruler counts as given: ``linearised``.
    """
    stock = unit.moving if tested else unit.blocks
    blocks = [_block(study, stock, wave) for wave in measure.needed]
    given = measure.fixed and any(_weights_unknown(study, block) for block in blocks)
    if given:
        blocks = [taken_as_known(block, study.layout.w) for block in blocks]
    value = value_of(measure.on, blocks)
    draws = None if tested else joint_draws(measure.on, blocks)
    if draws is not None:
        made = bootstrap_intervals(draws, value, level=study.level)
        return Measured(
            value=value, se=made.se, lower=made.lower, upper=made.upper, method="bootstrap", why=made.why
        )
    drawn = bool(unit.paired) and all(block.draws is not None for block in blocks)
    found = spread(measure.on, blocks, _among(unit, measure.needed), paired=tested and drawn)
    half = stats.norm.ppf(0.5 + study.level / 2) * found.se
    why = (
        told or ("" if np.isfinite(se) else study.no_error)
        for told, se in zip(found.why, found.se, strict=True)
    )
    return Measured(
        value=value,
        se=found.se,
        lower=value - half,
        upper=value + half,
        method="linearised" if given else found.method,
        why=tuple(why),
    )


def _block(study: WaveStudy, stock: Sequence[Block], wave: int) -> Block:
    if wave != _POOLED_PLACE:
        return stock[wave]
    if study.pooled is None:
        raise ValueError("the waves were not fitted together")
    return study.pooled


def _weights_unknown(study: WaveStudy, block: Block) -> bool:
    unknown = np.isnan(np.diag(block.covariance)[study.layout.w])
    return block.draws is None and bool(np.any(unknown & np.isfinite(block.point[study.layout.w])))


def _among(unit: WaveUnit, waves: Sequence[int]) -> dict[tuple[int, int], Array]:
    """Covariances of a panel between some waves, by their places among them."""
    return {
        (waves.index(a), waves.index(b)): shared
        for (a, b), shared in unit.cross.items()
        if a in waves and b in waves
    }


def trend(study: WaveStudy) -> pd.DataFrame:
    """The trend of every unit: columns of ``vocabulary.SURVEY_TABLES["trend"]``.

    One row a unit, construct, wave and choice of weights. P-values of a unit's changes in a construct are
    adjusted by Holm (1979) over the waves.
    """
    with threadpool_limits(1, user_api="blas"):  # the matrices are small: threads would wait for each other
        rows = [row for unit in study.units for row in _unit_rows(study, unit)]
    return typed_frame(SURVEY_TABLES["trend"], rows)


def _unit_rows(study: WaveStudy, unit: WaveUnit) -> Iterator[Cells]:
    made: dict[tuple[str, int, int], Cells] = {}
    for kind in kinds_of(study):
        indices = [index_measure(study, unit, kind, wave) for wave in range(len(study.waves))]
        for wave, measure in enumerate(indices):
            level = measured(study, unit, measure)
            moved = None
            if wave:
                moved = measured(study, unit, change_measure(indices[wave - 1], measure), tested=True)
            for j in range(len(study.layout.constructs)):
                made[kind, wave, j] = _cells(study, unit, kind, wave, j, level, moved)
        for j in range(len(study.layout.constructs)):
            judge_changes([made[kind, wave, j] for wave in range(len(study.waves))], study.level)
    for j in range(len(study.layout.constructs)):
        for wave in range(len(study.waves)):
            yield from (made[kind, wave, j] for kind in kinds_of(study))


def _cells(
    study: WaveStudy, unit: WaveUnit, kind: str, wave: int, j: int, level: Measured, moved: Measured | None
) -> Cells:
    reason = level.why[j]
    if np.isnan(level.value[j]):
        reason = unit.why[wave] or _no_number(study, kind, wave, j)
    cells: Cells = {
        "unit": unit.name,
        "construct": study.layout.constructs[j],
        "wave": study.waves[wave],
        "weights_from": kind,
        "index": level.value[j],
        "se": level.se[j],
        "ci_lower": level.lower[j],
        "ci_upper": level.upper[j],
        "ci_method": level.method if np.isfinite(level.se[j]) else "",
        "n": unit.n[wave],
        "n_eff": unit.n_eff[wave],
        "method": "",
        "why": reason,
    }
    if moved is None:
        return cells | dict.fromkeys(_CHANGES, np.nan) | {"why": cells["why"] or FIRST}
    cells |= {
        "change": moved.value[j],
        "change_se": moved.se[j],
        "change_ci_lower": moved.lower[j],
        "change_ci_upper": moved.upper[j],
        "z": moved.value[j] / moved.se[j] if moved.se[j] > 0 else np.nan,
    }
    if np.isfinite(moved.value[j]):
        panel = (wave - 1, wave) in unit.cross
        cells["method"] = "panel" if panel else "independent"
        if not cells["why"] and np.isnan(cells["z"]):
            cells["why"] = moved.why[j] or "the standard error of the change is zero"
    elif not cells["why"]:
        before = unit.why[wave - 1] or _no_number(study, kind, wave - 1, j)
        cells["why"] = f"{study.waves[wave - 1]}: {before}"
    return cells


_CHANGES = ("change", "change_se", "change_ci_lower", "change_ci_upper", "z")


def _no_number(study: WaveStudy, kind: str, wave: int, j: int) -> str:
    """Why a construct has no index although the unit has respondents."""
    if j not in study.layout.scored:
        return "a product of constructs has no index"
    places = {"held": (study.base,), "own": (wave,), "chained": (wave, study.base)}.get(kind, ())
    reasons = (f"{study.waves[place]}: {study.why[place]}" for place in places if study.why[place])
    return "; ".join(dict.fromkeys(reasons)) or "not defined"


def judge_changes(rows: Sequence[Cells], level: float) -> None:
    """P-values, their adjustment and verdicts of one unit's changes in one construct, put into its rows."""
    z = np.array([row["z"] for row in rows])
    pvalue = 2 * stats.norm.sf(np.abs(z))
    adjusted, tested = holm(pvalue), np.isfinite(z)
    verdicts = verdict_words(np.array([row["change"] for row in rows]), adjusted < 1 - level, tested)
    for k, row in enumerate(rows):
        row["pvalue"], row["pvalue_holm"] = pvalue[k], adjusted[k]
        row["verdict"] = str(verdicts[k]) if row["method"] else ""


MATTERS = 1.0
"""Index points that the choice of weights may move an index or a change before it is a warning."""


def choice_findings(study: WaveStudy, table: pd.DataFrame, construct: str) -> Iterator[Finding]:
    """Which weights the shown trend of a construct rests on, and what the other choices would move."""
    words = {
        "held": f"weights held at {study.waves[study.base]}",
        "own": "weights estimated anew in each wave",
        "chained": f"changes by the mean weights of both waves, chained from {study.waves[study.base]}",
    }
    rows = table[table["construct"] == construct]
    shown = rows[rows["weights_from"] == study.headline].set_index(["unit", "wave"])
    moved = {"index": 0.0, "change": 0.0}
    turned: list[str] = []
    for kind, others in rows[rows["weights_from"] != study.headline].groupby("weights_from", sort=False):
        other = others.set_index(["unit", "wave"])
        for name, most in moved.items():
            gaps = np.abs((other[name] - shown[name]).to_numpy(dtype=float))
            moved[name] = max(most, float(np.nanmax(gaps, initial=0.0)))
        both = (other["pvalue"].notna() & shown["pvalue"].notna()).to_numpy()
        if (other["verdict"] != shown["verdict"]).to_numpy()[both].any():
            turned.append(str(kind))
    what = (
        f"the trend rests on {words[study.headline]}; other choices move the index of {construct} by up to "
        f"{moved['index']:.1f} and its changes by up to {moved['change']:.1f} points"
    )
    if study.headline != "held":
        what += f"; where changes come from is told by the {words['held']}"
    if turned:
        what += f", and the verdict on some change with the weights {', '.join(turned)}"
    yield Finding(
        code="trend-weights",
        severity="warning" if turned or max(moved.values()) >= MATTERS else "note",
        where="waves",
        what=f"{what}.",
        fix="Name the weights beside the trend; all choices stand side by side in its table.",
    )
