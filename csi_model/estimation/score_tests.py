"""Which equality across groups costs most: score tests of releasing it, without another fit.

With gradient ``g`` and Hessian ``H`` of F for the released copies r beside the joint parameters c,
``T = (N / 2) g_r' (H_rr - H_rc H_cc^-1 H_cr)^-1 g_r`` is chi-square with as many degrees of freedom as
copies (Rao 1948; Lee & Bentler 1980), and ``-(...)^-1 g_r`` is how far they would
move away from the value that the other groups share.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from csi_model.estimation import likelihood
from csi_model.estimation.group_fitting import JointFit
from csi_model.estimation.joint import Key
from csi_model.survey.linearised import inverse

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class ScoreTest:
    """Releasing one parameter in one group, or (``group`` empty) in all.

    ``epc`` is how far that group's value is expected to lie from that of the others (NaN for all groups
    together).
    """

    lhs: str
    op: str
    rhs: str
    group: str
    chisq: float
    df: int
    pvalue: float
    epc: float

    @property
    def key(self) -> Key:
        """The parameter's name."""
        return self.lhs, self.op, self.rhs


def score_tests(fit: JointFit) -> tuple[ScoreTest, ...]:
    """Test every parameter that groups share, largest chi-square first; all groups before single ones."""
    copies = list(_copies(fit))
    if not copies:
        return ()
    gradient, schur = _released(fit, [(group, place) for _, group, place in copies])
    found = []
    for key in dict.fromkeys(key for key, _, _ in copies):
        own = [k for k, copy in enumerate(copies) if copy[0] == key]
        found.append(_test(fit, key, "", gradient[own[1:]], schur[np.ix_(own[1:], own[1:])]))
        for k in own:
            name = fit.evidence.names[copies[k][1]]
            found.append(_test(fit, key, name, gradient[[k]], schur[np.ix_([k], [k])]))
    return tuple(sorted(found, key=lambda test: (test.group != "", -test.chisq)))


def _copies(fit: JointFit) -> Iterator[tuple[Key, int, int]]:
    """(parameter, group, place in the group's table) of every shared parameter."""
    count = np.bincount(np.concatenate(fit.joint.places), minlength=fit.joint.n_free)
    for group, table in enumerate(fit.joint.tables):
        done: set[int] = set()
        for row in table.free_rows:
            if row.free in done or count[fit.joint.places[group][row.free]] < 2:
                continue
            done.add(row.free)
            yield (row.lhs, row.op, row.rhs), group, row.free


def _released(fit: JointFit, copies: list[tuple[int, int]]) -> tuple[Array, Array]:
    """Gradient of the copies (k,) and their Hessian (k, k) once the joint parameters have adapted."""
    q, k = fit.joint.n_free, len(copies)
    hessian, mixed, own = np.zeros((q, q)), np.zeros((k, q)), np.zeros((k, k))
    gradient = np.zeros(k)
    for group, part in enumerate(fit.evidence.parts):
        if part.data is None:
            raise ValueError("groups are fitted with means")
        share, at = fit.evidence.shares[group], fit.joint.places[group]
        table, values = fit.values_of(group)
        slope, local = likelihood.slope_and_information(table, values, part.data)
        np.add.at(hessian, (at[:, None], at), share * local)
        rows = [i for i, copy in enumerate(copies) if copy[0] == group]
        places = [copies[i][1] for i in rows]
        gradient[rows] = share * slope[places]
        for i, place in zip(rows, places, strict=True):
            np.add.at(mixed[i], at, share * local[place])
        own[np.ix_(rows, rows)] = share * local[np.ix_(places, places)]
    return gradient, own - mixed @ inverse(hessian) @ mixed.T


def _test(fit: JointFit, key: Key, group: str, gradient: Array, schur: Array) -> ScoreTest:
    inverted = inverse(schur)
    chisq = fit.evidence.n / 2 * float(gradient @ inverted @ gradient)
    df = len(gradient)
    change = -float((inverted @ gradient)[0]) if group else np.nan
    lhs, op, rhs = key
    return ScoreTest(
        lhs=lhs, op=op, rhs=rhs, group=group, chisq=chisq, df=df,
        pvalue=float(stats.chi2.sf(chisq, df)), epc=change,
    )  # fmt: skip
