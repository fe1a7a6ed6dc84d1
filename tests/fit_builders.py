"""Models and surveys made in memory, for the tests of estimation, evaluation, comparison and storage."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path as FilePath
from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from csi_model.model.spec import Construct, Indicator, ModelSpec, Modifier, Path, Scale
from csi_model.survey.survey import ANSWERED, OTHER, Survey

Floats = NDArray[np.float64]

TEN = Scale(low=1, high=10)
YES_NO = Scale(low=0, high=1)
CHECKOUT = FilePath(__file__).parents[1]


def shared_data(*parts: str) -> FilePath:
    """A file of the public surveys and references, which are no part of the project; else skip."""
    folder = FilePath(os.environ.get("CSI_TEST_DATA") or CHECKOUT.parent / "shared")
    path = folder.joinpath(*parts)
    if not path.is_file():
        pytest.skip(f"{'/'.join(parts)} is not here; set CSI_TEST_DATA to the folder that holds it")
    return path


def model_of(
    constructs: Mapping[str, str],
    paths: Mapping[str, str],
    *,
    index: str | None = None,
    repeats: Mapping[str, str] | None = None,
    scales: Mapping[str, Scale] | None = None,
    low_is_good: Sequence[str] = (),
    modifiers: Sequence[Modifier] = (),
    name: str = "test",
) -> ModelSpec:
    """A model from ``{construct: "item item"}`` and ``{outcome: "driver driver"}``; scale 1-10 by default."""
    made = tuple(
        Construct(
            name=construct,
            indicators=tuple(
                Indicator(
                    name=item, scale=(scales or {}).get(item, TEN), high_is_good=item not in low_is_good
                )
                for item in items.split()
            ),
            repeats=tuple((repeats or {}).get(construct, "").split()),
        )
        for construct, items in constructs.items()
    )
    return ModelSpec(
        name=name,
        title={"en": "Test"},
        index=index or list(constructs)[-1],
        constructs=made,
        paths=tuple(
            Path(source=driver, target=outcome)
            for outcome, drivers in paths.items()
            for driver in drivers.split()
        ),
        modifiers=tuple(modifiers),
    )


def modifier(text: str) -> Modifier:
    """``"x =~ 0.5*x2"`` fixes, ``"x =~ a*x2"`` labels, ``"x =~ x1"`` frees."""
    lhs, op, right = text.split()
    given, star, rhs = right.rpartition("*")
    if not star:
        return Modifier(lhs=lhs, op=op, rhs=rhs)  # type: ignore[arg-type]
    try:
        return Modifier(lhs=lhs, op=op, rhs=rhs, fixed=float(given))  # type: ignore[arg-type]
    except ValueError:
        return Modifier(lhs=lhs, op=op, rhs=rhs, label=given)  # type: ignore[arg-type]


def survey_of(
    model: ModelSpec,
    answers: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    **changes: Any,
) -> Survey:
    """A survey from answers (n, p) in model order; NaN is an answer missing for another reason."""
    values = np.array(answers, dtype=float)
    n = len(values)
    given = groups or {}
    return Survey(
        model=model,
        answers=values,
        reasons=np.where(np.isnan(values), OTHER, ANSWERED).astype(np.int8),
        rows=np.arange(2, n + 2),
        weights=np.ones(n) if weights is None else np.array(weights, dtype=float),
        weight=None if weights is None else "weight",
        strata=None if strata is None else np.array(strata, dtype=np.int64),
        cluster=None if cluster is None else np.array(cluster, dtype=np.int64),
        by=tuple(given),
        groups=tuple(tuple(values) for values in given.values()),
        **{"read_rows": n, "source": "survey.csv", "sha256": "0" * 64, **changes},
    )


CHAIN = model_of(
    {"expectations": "x1 x2 x3", "quality": "q1 q2 q3", "satisfaction": "s1 s2 s3", "loyalty": "l1 l2"},
    {"quality": "expectations", "satisfaction": "expectations quality", "loyalty": "satisfaction"},
    index="satisfaction",
    name="chain",
)
"""A small model with a mediated effect, used where the structure itself does not matter."""


def chain_answers(n: int = 300, seed: int = 5, *, shift: float = 0.0) -> Floats:
    """Answers (n, 11) to the questions of ``CHAIN``, continuous; ``shift`` moves satisfaction."""
    random = np.random.default_rng(seed)
    noise = random.normal(size=(4, n))
    expectations = noise[0]
    quality = 0.6 * expectations + 0.7 * noise[1]
    satisfaction = 0.2 * expectations + 0.6 * quality + 0.5 * noise[2] + shift
    loyalty = 0.8 * satisfaction + 0.5 * noise[3]
    columns = [
        6.5 + 0.2 * k + (1.3 - 0.2 * k) * construct + 0.8 * random.normal(size=n)
        for construct, count in ((expectations, 3), (quality, 3), (satisfaction, 3), (loyalty, 2))
        for k in range(count)
    ]
    return np.array(columns).T


def chain_survey(n: int = 300, seed: int = 5, **changes: Any) -> Survey:
    """A survey for ``CHAIN``."""
    return survey_of(CHAIN, chain_answers(n, seed), **changes)


def random_covariance(random: np.random.Generator, size: int) -> Floats:
    """A well-conditioned covariance matrix (size, size)."""
    half = random.normal(size=(3 * size, size))
    made: Floats = half.T @ half / (3 * size)
    return made


def exact_answers(cov: ArrayLike, n: int = 200, mean: float = 5.5, seed: int = 1) -> Floats:
    """Answers (n, p) whose covariance with divisor n is ``cov`` to rounding."""
    wanted = np.array(cov, dtype=float)
    raw = np.random.default_rng(seed).normal(size=(n, len(wanted)))
    raw -= raw.mean(axis=0)
    white = np.linalg.solve(np.linalg.cholesky(raw.T @ raw / n), raw.T)
    made: Floats = (np.linalg.cholesky(wanted) @ white).T + mean
    return made


def factor_covariance(loadings: ArrayLike, constructs: ArrayLike, errors: ArrayLike) -> Floats:
    """Covariance ``L Phi L' + diag(errors)`` of items."""
    lam = np.array(loadings, dtype=float)
    made: Floats = lam @ np.array(constructs, dtype=float) @ lam.T + np.diag(np.array(errors, dtype=float))
    return made
