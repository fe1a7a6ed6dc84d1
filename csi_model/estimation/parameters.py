"""The parameter table: the one centre of covariance-based estimation.

Every parameter of ``x = Lambda eta + eps``, ``eta = Beta eta + zeta`` with ``cov(zeta) = Psi``,
``cov(eps) = Theta`` is one row, in lavaan's words and lavaan's order; with a mean structure also
``E(x) = nu + Lambda (I - B)^-1 alpha``. Defaults are those of lavaan's
``sem()`` (Rosseel 2012, Journal of Statistical Software 48(2)): the first loading of a construct is 1,
a single indicator has no error, exogenous constructs covary, and so do the residuals of constructs
that drive nothing. Observed exogenous variables are random (lavaan's ``fixed.x = FALSE``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import EstimationError
from csi_model.model.spec import ModelSpec, Modifier

Matrix = Literal["lambda", "beta", "psi", "theta", "nu", "alpha", "tau"]
Operator = Literal["=~", "~", "~~", "~1", "|"]
Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One parameter: ``free`` is its place in the vector of free parameters, -1 where fixed.

    ``implied`` marks the loading of 1 and the error of 0 that make an observed variable (a construct
    with the name of its only indicator) itself: lavaan has no such rows, so they are not listed.
    Intercepts (``~1``, an item's ``nu`` or a construct's ``alpha``) have an empty ``rhs`` and ``j`` 0. A
    threshold (``|``) of an ordered item has ``rhs`` t1, t2 ... and ``j`` from 0. A ``derived`` variance is
    what the latent response of an ordered item needs for a total variance of 1.
    """

    lhs: str
    op: Operator
    rhs: str
    matrix: Matrix
    i: int
    j: int
    free: int
    value: float
    implied: bool = False
    derived: bool = False


@dataclass(frozen=True, kw_only=True)
class ParameterTable:
    """All parameters of a model.

    Attributes
    ----------
    rows
        Parameters in lavaan's order; equal labels share one ``free`` place.
    indicators, constructs
        Names in the order of the rows of Lambda (p) and of Beta and Psi (m).
    n_free
        Length of the vector of free parameters.
    steps
        Of ordered items, answer units between one answer and the next, (k - 1,) each; empty for others.
        None where no item is ordered.
    ordered
        Names of the items that an ordinal estimate takes for ordered.
    """

    rows: tuple[Row, ...]
    indicators: tuple[str, ...]
    constructs: tuple[str, ...]
    n_free: int
    steps: tuple[tuple[float, ...], ...] | None = None
    ordered: tuple[str, ...] = ()

    @property
    def is_ordered(self) -> NDArray[np.bool_]:
        """Which items (p,) are ordered."""
        return np.array([name in self.ordered for name in self.indicators])

    @property
    def has_means(self) -> bool:
        """True with a mean structure; with ordered items the means of continuous ones are none."""
        return self.steps is None and any(row.op == "~1" for row in self.rows)

    @property
    def free_rows(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.free >= 0)

    def degrees_of_freedom(self) -> int:
        """Moments (covariances, and means with a mean structure) less free parameters."""
        p = len(self.indicators)
        if self.steps is not None:  # thresholds of ordered items, mean and variance of others, and pairs
            return sum(len(steps) or 2 for steps in self.steps) + p * (p - 1) // 2 - self.n_free
        return p * (p + 1) // 2 + p * self.has_means - self.n_free

    def name(self, free: int) -> str:
        """The first row of a free parameter in words, for messages."""
        row = next(row for row in self.rows if row.free == free)
        return f"{row.lhs} {row.op} {row.rhs}".rstrip()


def without_means(table: ParameterTable) -> ParameterTable:
    """The table without its intercepts, whose free parameters come after all others."""
    rows = tuple(row for row in table.rows if row.op != "~1")
    return replace(table, rows=rows, n_free=len({row.free for row in rows if row.free >= 0}))


class _Builder:
    """Collects rows; a modifier, where there is one, overrides the default of its row."""

    def __init__(self, spec: ModelSpec) -> None:
        self.items = {item.name: k for k, item in enumerate(spec.indicators)}
        self.constructs = {name: k for k, name in enumerate(spec.construct_names)}
        self.modifiers = {_key(m.lhs, m.op, m.rhs): m for m in spec.modifiers}
        self.rows: list[Row] = []
        self.labels: dict[str, int] = {}
        self.seen: set[tuple[str, str, str, str]] = set()
        self.n_free = 0

    def add(self, lhs: str, op: Operator, rhs: str, *, fixed: float | None = None) -> None:
        matrix, i, j = self.cell(lhs, op, rhs)
        self._place(lhs, op, rhs, matrix, i, j, fixed)

    def add_error(self, item: str, *, fixed: float | None) -> None:
        """Error variance of an item, also where a construct has the item's name."""
        place = self.items[item]
        self._place(item, "~~", item, "theta", place, place, fixed)

    def add_intercepts(self) -> None:
        """Free intercepts of items, then fixed ones of constructs; nothing that a modifier could touch."""
        for item, place in self.items.items():
            self._append(item, "~1", "", "nu", place, 0, free=self._free(None))
        for name, place in self.constructs.items():
            self._append(name, "~1", "", "alpha", place, 0, implied=name in self.items)

    def _append(
        self, lhs: str, op: Operator, rhs: str, matrix: Matrix, i: int, j: int, *, free: int = -1,
        value: float = 0.0, implied: bool = False,
    ) -> None:  # fmt: skip
        self.rows.append(
            Row(lhs=lhs, op=op, rhs=rhs, matrix=matrix, i=i, j=j, free=free, value=value, implied=implied)
        )

    def _place(
        self, lhs: str, op: Operator, rhs: str, matrix: Matrix, i: int, j: int, fixed: float | None
    ) -> None:
        key = _key(lhs, op, rhs)
        if (*key, matrix) in self.seen:
            return
        self.seen.add((*key, matrix))
        observed = lhs == rhs and lhs in self.items and lhs in self.constructs
        implied = observed and matrix in ("lambda", "theta")
        modifier = None if implied else self.modifiers.get(key)
        label = modifier.label if modifier is not None else None
        if modifier is not None and not (label is not None and fixed is not None):
            fixed = modifier.fixed  # as in lavaan, a label alone does not free a marker loading
        free = -1 if fixed is not None else self._free(label)
        self._append(lhs, op, rhs, matrix, i, j, free=free, value=fixed or 0.0, implied=implied)

    def _free(self, label: str | None) -> int:
        if label is not None and label in self.labels:
            return self.labels[label]
        place = self.n_free
        self.n_free += 1
        if label is not None:
            self.labels[label] = place
        return place

    def cell(self, lhs: str, op: Operator, rhs: str) -> tuple[Matrix, int, int]:
        if op == "=~":
            return "lambda", self.items[rhs], self.constructs[lhs]
        if op == "~":
            return "beta", self.constructs[lhs], self.constructs[rhs]
        if lhs in self.constructs:
            return "psi", self.constructs[lhs], self.constructs[rhs]
        return "theta", self.items[lhs], self.items[rhs]


def _key(lhs: str, op: str, rhs: str) -> tuple[str, str, str]:
    return (min(lhs, rhs), op, max(lhs, rhs)) if op == "~~" else (lhs, op, rhs)


def parameter_table(spec: ModelSpec, *, means: bool = False) -> ParameterTable:
    """Lay out every parameter of a model, with lavaan's ``sem()`` defaults.

    With ``means`` every item has a free intercept, and every construct one fixed at 0.

    A construct that repeats the indicators of its drivers has none of its own here: it is the
    weighted sum of those drivers (first weight 1, no residual), the covariance-based counterpart of
    repeated indicators. Where it drives the constructs that it repeats, it is a second-order factor.

    Raises
    ------
    EstimationError
        A repeating construct is linked by no path to the constructs that it repeats, or a modifier
        names a parameter that the model cannot have.
    """
    builder = _Builder(spec)
    _check_modifiers(spec, builder)
    for construct in spec.constructs:
        for k, item in enumerate(construct.indicators):
            builder.add(construct.name, "=~", item.name, fixed=1.0 if k == 0 else None)
    for lhs, rhs, fixed in _path_rows(spec):
        builder.add(lhs, "~", rhs, fixed=fixed)
    for modifier in spec.modifiers:
        builder.add(modifier.lhs, modifier.op, modifier.rhs)
    for construct in spec.constructs:
        single = len(construct.indicators) == 1
        for item in construct.indicators:
            builder.add_error(item.name, fixed=0.0 if single else None)
    for name in spec.construct_names:
        builder.add(name, "~~", name, fixed=0.0 if _is_composite(spec, name) else None)
    for first, second in _default_covariances(spec):
        builder.add(first, "~~", second)
    if means:
        builder.add_intercepts()
    return ParameterTable(
        rows=tuple(builder.rows),
        indicators=tuple(builder.items),
        constructs=tuple(builder.constructs),
        n_free=builder.n_free,
    )


def _check_modifiers(spec: ModelSpec, builder: _Builder) -> None:
    for modifier in spec.modifiers:
        try:
            builder.cell(modifier.lhs, modifier.op, modifier.rhs)
        except KeyError as missing:
            raise EstimationError.at(
                f"model {spec.name}",
                f"the parameter {modifier.lhs} {modifier.op} {modifier.rhs} names {missing}, "
                "which does not fit there.",
                "Left of `=~` stands a construct, right an indicator; `~` joins constructs; `~~` joins "
                "two constructs or two indicators.",
                code="bad-parameter",
            ) from None


def _is_composite(spec: ModelSpec, name: str) -> bool:
    construct = spec.construct(name)
    return bool(construct.repeats) and set(construct.repeats) <= set(spec.drivers_of(name))


def _path_rows(spec: ModelSpec) -> Iterator[tuple[str, str, float | None]]:
    """(outcome, driver, fixed) for every path, in the order of outcomes in the model."""
    for name in spec.construct_names:
        construct = spec.construct(name)
        composite = _is_composite(spec, name)
        if construct.repeats and not composite:
            drives = [other for other in construct.repeats if name in spec.drivers_of(other)]
            if len(drives) < len(construct.repeats):
                raise EstimationError.at(
                    f"model {spec.name}, construct {name}",
                    f"it repeats the indicators of {', '.join(construct.repeats)}, but no path links it "
                    "to each of them; maximum likelihood cannot place it.",
                    f"Add paths from {', '.join(construct.repeats)} to {name}.",
                    code="repeats-unlinked",
                )
        for driver in spec.drivers_of(name):
            scales_here = composite and driver == construct.repeats[0]
            above = spec.construct(driver)
            scales_above = (
                bool(above.repeats) and not _is_composite(spec, driver) and above.repeats[0] == name
            )
            yield name, driver, 1.0 if scales_here or scales_above else None


def _default_covariances(spec: ModelSpec) -> Iterator[tuple[str, str]]:
    """Exogenous constructs covary; so do the residuals of endogenous constructs that drive nothing.

    What a second-order factor drives because it repeats it is measurement, not an outcome.
    """
    measured = {
        part
        for construct in spec.constructs
        if not _is_composite(spec, construct.name)
        for part in construct.repeats
    }
    outcomes = {path.target for path in spec.paths}
    drivers = {path.source for path in spec.paths}
    exogenous = [name for name in spec.construct_names if name not in outcomes]
    terminal = [
        name
        for name in spec.construct_names
        if name in outcomes and name not in drivers | measured and not _is_composite(spec, name)
    ]
    for block in (exogenous, terminal):
        for k, first in enumerate(block):
            for second in block[k + 1 :]:
                yield first, second


def modifier_text(modifier: Modifier) -> str:
    """A modifier in lavaan's syntax."""
    prefix = ""
    if modifier.fixed is not None:
        prefix = f"{modifier.fixed:g}*"
    elif modifier.label is not None:
        prefix = f"{modifier.label}*"
    return f"{modifier.lhs} {modifier.op} {prefix}{modifier.rhs}"
