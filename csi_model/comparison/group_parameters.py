"""Paths, total effects and R2 of PLS, pair of groups by pair of groups, by every test there is.

Permutation (Chin & Dibbern 2010, in Esposito Vinzi et al., *Handbook of Partial Least Squares*, 171-193)
is what the verdict goes by, where the dealings are enough for the number of tests, else Welch's test.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.comparison.bootstrap_tests import GroupDraws, henseler, parametric, welch
from csi_model.comparison.dealt_groups import Dealt, Key
from csi_model.comparison.micom import needed
from csi_model.errors import Finding
from csi_model.estimation.permutation import pvalues
from csi_model.multiplicity import holm

Array = NDArray[Any]
Cells = dict[str, Any]

NO_DRAWS = "no bootstrap draws (--bootstrap), so no parametric, Welch or Henseler test"
NO_OWN_DRAWS = "all others together have no bootstrap draws, so no parametric, Welch or Henseler test"


@dataclass(frozen=True, kw_only=True)
class Contest:
    """Two groups, their estimates (None where there is none) and the dealings of their labels.

    ``why`` says why there are no dealings; ``own`` is False where the second group is all others together.
    """

    groups: tuple[str, str]
    first: GroupDraws | None
    second: GroupDraws | None
    dealt: Dealt | None
    why: str
    own: bool = True

    @property
    def drawn(self) -> bool:
        """Whether both groups have bootstrap draws."""
        return all(group is not None and len(group.draws) > 0 for group in (self.first, self.second))


@dataclass(frozen=True, kw_only=True)
class _Tests:
    """Everything about the parameters (k,) of one contest."""

    value_1: Array
    value_2: Array
    permutation: Array
    parametric: Array
    welch: Array
    henseler: Array


def parameter_rows(keys: Sequence[Key], contests: Sequence[Contest], level: float) -> list[Cells]:
    """Rows of table ``group_tests``, ``difference`` group 2 less group 1.

    ``pvalue_holm`` is adjusted over the pairs of groups and all parameters of a kind (Holm 1979).
    """
    tests = [_tests(contest, len(keys)) for contest in contests]
    adjusted, sound = _adjusted(keys, contests, tests, level)
    return [
        _row(key, contest, test, j, adjusted[k, j], bool(sound[k, j]), level)
        for k, (contest, test) in enumerate(zip(contests, tests, strict=True))
        for j, key in enumerate(keys)
    ]


def _tests(contest: Contest, size: int) -> _Tests:
    none = np.full(size, np.nan)
    permutation = none
    if contest.dealt is not None:
        permutation = pvalues(contest.dealt.observed.parameters, contest.dealt.permuted.parameters)
    first, second = contest.first, contest.second
    both = (
        (none, none, none)
        if first is None or second is None
        else (parametric(first, second), welch(first, second), henseler(first, second))
    )
    return _Tests(
        value_1=none if first is None else first.estimate,
        value_2=none if second is None else second.estimate,
        permutation=permutation,
        parametric=both[0],
        welch=both[1],
        henseler=both[2],
    )


def _adjusted(
    keys: Sequence[Key], contests: Sequence[Contest], tests: Sequence[_Tests], level: float
) -> tuple[Array, Array]:
    """Adjusted p-values (contests, k), and whether they could have been below the level."""
    chosen = np.array([test.permutation for test in tests]).reshape(len(tests), len(keys))
    sound = np.isfinite(chosen)
    other = np.array([test.welch for test in tests]).reshape(chosen.shape)
    adjusted = np.full(chosen.shape, np.nan)
    for columns in _kinds(keys).values():
        count = int((np.isfinite(chosen) | np.isfinite(other))[:, columns].sum())
        for k, contest in enumerate(contests):
            if contest.dealt is None or count * contest.dealt.smallest > 1 - level:
                known = np.isfinite(other[k, columns])
                chosen[k, columns] = np.where(known, other[k, columns], chosen[k, columns])
                sound[k, columns] = known
        adjusted[:, columns] = holm(chosen[:, columns].reshape(-1, 1)).reshape(len(tests), len(columns))
    return adjusted, sound


def _kinds(keys: Sequence[Key]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for j, (kind, _, _) in enumerate(keys):
        found.setdefault(kind, []).append(j)
    return found


def _row(
    key: Key, contest: Contest, test: _Tests, j: int, adjusted: float, sound: bool, level: float
) -> Cells:
    kind, source, target = key
    why = [contest.why] if contest.why else []
    if not np.isfinite(test.value_1[j] + test.value_2[j]):
        why.append("a group has no such estimate")
    elif contest.dealt is not None and not np.isfinite(test.permutation[j]):
        why.append("not defined in a tenth of the permutations and more")
    if not contest.own:
        why.append(NO_OWN_DRAWS)
    elif not contest.drawn:
        why.append(NO_DRAWS)
    elif not np.isfinite(test.welch[j]):
        why.append("draws do not differ, or a tenth of them and more have no such estimate")
    verdict = "not tested"
    if sound:
        verdict = "differs" if adjusted < 1 - level else "no clear difference"
    elif np.isfinite(adjusted):
        why.append(f"so few permutations that nothing could fall below {1 - level:.2g} after adjustment")
    return {
        "kind": kind,
        "source": source,
        "target": target,
        "group_1": contest.groups[0],
        "group_2": contest.groups[1],
        "value_1": float(test.value_1[j]),
        "value_2": float(test.value_2[j]),
        "difference": float(test.value_2[j] - test.value_1[j]),
        "pvalue_permutation": float(test.permutation[j]),
        "pvalue_parametric": float(test.parametric[j]),
        "pvalue_welch": float(test.welch[j]),
        "pvalue_henseler": float(test.henseler[j]),
        "pvalue_holm": float(adjusted),
        "verdict": verdict,
        "why": "; ".join(why),
    }


def few_for_parameters(keys: Sequence[Key], contests: Sequence[Contest], level: float) -> Iterator[Finding]:
    """Say how many permutations the adjustment needs, where there were fewer."""
    dealt = [contest.dealt for contest in contests if contest.dealt is not None]
    tests = len(contests) * max((len(columns) for columns in _kinds(keys).values()), default=0)
    if dealt and tests / (1 + dealt[0].used) > 1 - level:
        yield Finding(
            code="few-permutations",
            severity="note",
            where="--permutations",
            what=f"over {tests} tests (pairs of groups times paths), {dealt[0].used} permutations show no "
            "difference however large; verdicts go by Welch's test where there are bootstrap draws.",
            fix=f"Give --permutations {needed(tests, level)} or more, or compare fewer groups.",
        )
