"""The other programs, each used as its own manual shows: semopy in loops, lavaan in R."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import semopy
from ledger import in_r
from numpy.typing import NDArray

from csi_model.estimation.covariance import gradient_and_information
from csi_model.estimation.parameters import ParameterTable
from csi_model.model.lavaan_writing import write_lavaan
from csi_model.model.spec import ModelSpec


def in_semopy(model: ModelSpec) -> str:
    """The model in semopy's words; single indicators measure without error, as they do here."""
    lines = [line for line in write_lavaan(model).splitlines() if line and not line.startswith("#")]
    alone = [items[0].name for name in model.construct_names if len(items := model.items_of(name)) == 1]
    return "\n".join([*lines, *(f"{item} ~~ 0*{item}" for item in alone)])


@contextmanager
def their_warnings() -> Iterator[None]:
    """Warnings of the other program are shown at the end and stop nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        yield


def semopy_loop(
    model: ModelSpec, frame: pd.DataFrame, draws: int, *, ftol: float | None = None
) -> list[semopy.Model]:
    """A new model fitted to each resampled frame, at semopy's own tolerance (1e-6) unless told."""
    text, made = in_semopy(model), []
    options = {} if ftol is None else {"options": {"ftol": ftol, "maxiter": 10_000}}
    with their_warnings():
        for seed in range(draws):
            fitted = semopy.Model(text)
            fitted.fit(_resampled(frame, seed), **options)
            made.append(fitted)
    return made


def _resampled(frame: pd.DataFrame, seed: int) -> pd.DataFrame:
    return frame.sample(frac=1, replace=True, random_state=seed)


def semopy_everything(model: ModelSpec, frame: pd.DataFrame) -> None:
    """Fit complete answers: estimates, standard errors, fit measures."""
    with their_warnings():
        fitted = semopy.Model(in_semopy(model))
        fitted.fit(frame)
        fitted.inspect()
        semopy.calc_stats(fitted)


def semopy_full_information(model: ModelSpec, frame: pd.DataFrame) -> None:
    """Full information over answers with gaps, its standard errors and fit measures."""
    with their_warnings():
        fitted = semopy.ModelMeans(in_semopy(model))
        fitted.fit(frame)
        fitted.inspect()
        semopy.calc_stats(fitted)


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Shares of refits: ``said`` to have converged, ``optima`` that really are (None: not looked at),
    some variance at or below 0 among those used."""

    said: float
    optima: float | None
    at_bound: float


def at_bound(table: ParameterTable, values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which of the parameters (b, q) are variances at or below 0."""
    variance = np.array([row.op == "~~" and row.i == row.j for row in table.free_rows])
    return variance & (values <= 1e-9)


def semopy_rates(
    made: list[semopy.Model], frame: pd.DataFrame, table: ParameterTable, tolerance: float
) -> Rates:
    """What became of ``semopy_loop``; a scaled gradient below ``tolerance`` is an optimum."""
    values = np.array([_values(fitted, table) for fitted in made])
    bound = at_bound(table, values)
    slopes = []
    for seed, point in enumerate(values):
        sample = np.cov(_resampled(frame, seed).T, ddof=0)
        slope, information = gradient_and_information(table, point, sample)
        # a variance on its bound may press against it
        slope = np.where(bound[seed] & (slope > 0), 0.0, slope)
        slopes.append(np.max(np.abs(slope) / np.sqrt(np.diag(information))))
    return Rates(
        said=float(np.mean([fitted.last_result.success for fitted in made])),
        optima=float(np.mean(np.array(slopes) < tolerance)),
        at_bound=float(bound.any(axis=1).mean()),
    )


def _values(fitted: semopy.Model, table: ParameterTable) -> NDArray[np.float64]:
    """semopy's estimates (q,) in the order of the table; its loadings are rows ``item ~ construct``."""
    found: dict[tuple[str, str, str], float] = {}
    for row in fitted.inspect(information=None).itertuples():
        found[row.lval, row.op, row.rval] = row.Estimate
        if row.op == "~~":
            found[row.rval, row.op, row.lval] = row.Estimate
    keys = (
        (row.rhs, "~", row.lhs) if row.op == "=~" else (row.lhs, row.op, row.rhs) for row in table.free_rows
    )
    return np.array([found[key] for key in keys], dtype=float)


@contextmanager
def _files(model: ModelSpec, frame: pd.DataFrame) -> Iterator[tuple[Path, Path]]:
    with tempfile.TemporaryDirectory() as folder:
        text, data = Path(folder, "model.lav"), Path(folder, "answers.csv")
        text.write_text(write_lavaan(model), encoding="utf-8")
        frame.to_csv(data, index=False)
        yield text, data


def lavaan_bootstrap(model: ModelSpec, frame: pd.DataFrame, draws: int) -> Mapping[str, float]:
    """``bootstrapLavaan``: its seconds without R's start and the first fit; counts of what became of it."""
    with _files(model, frame) as files:
        return in_r("bootstrap.R", *files, str(draws))


def lavaan_full_information(model: ModelSpec, frame: pd.DataFrame) -> float:
    """``sem(missing = "fiml")`` with standard errors and all fit measures: seconds without R's start."""
    with _files(model, frame) as files:
        return in_r("full_information.R", *files)["seconds"]
