"""Populations of ordered answers without sampling error: every pattern of answers with its probability."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy import special

from csi_model.estimation.ordinal.bivariate import probability

Floats = NDArray[np.float64]


def two_items(rho: float, rows: Sequence[float], columns: Sequence[float]) -> tuple[Floats, Floats]:
    """Answers (cells, 2) and their probabilities (cells,) for thresholds of both items."""
    h, k = (np.array([-np.inf, *cuts, np.inf]) for cuts in (rows, columns))
    corner = probability(h[:, None], k[None, :], np.array(rho))
    cells = np.diff(np.diff(corner, axis=0), axis=1)
    answers = np.array(list(product(range(len(rows) + 1), range(len(columns) + 1))), dtype=float)
    return answers, cells.ravel()


def mixed_items(
    rho: float, cuts: Sequence[float], mean: float, sd: float, nodes: int = 60
) -> tuple[Floats, Floats]:
    """An ordered item and a normal one at the nodes of Gauss and Hermite."""
    z, weight = np.polynomial.hermite_e.hermegauss(nodes)
    limits = np.array([-np.inf, *cuts, np.inf])
    chance = np.diff(special.ndtr((limits - rho * z[:, None]) / np.sqrt(1 - rho**2)), axis=1)
    share = chance * (weight / weight.sum())[:, None]
    categories = np.tile(np.arange(len(cuts) + 1.0), nodes)
    answers = np.column_stack([categories, mean + sd * np.repeat(z, len(cuts) + 1)])
    keep = share.ravel() > 1e-16
    return answers[keep], share.ravel()[keep]


def two_constructs(
    loadings: Sequence[Sequence[float]], path: float, cuts: Sequence[Sequence[float]], nodes: int = 40
) -> tuple[Floats, Floats]:
    """Items of two standard normal constructs that correlate ``path``, with unit latent responses."""
    z, weight = np.polynomial.hermite_e.hermegauss(nodes)
    weight = weight / weight.sum()
    first = np.repeat(z, nodes)
    second = path * first + np.sqrt(1 - path**2) * np.tile(z, nodes)
    joint = np.repeat(weight, nodes) * np.tile(weight, nodes)
    constructs = [first] * len(loadings[0]) + [second] * len(loadings[1])
    chances = []
    for construct, loading, own in zip(constructs, [*loadings[0], *loadings[1]], cuts, strict=True):
        limits = np.array([-np.inf, *own, np.inf])
        u = (limits - loading * construct[:, None]) / np.sqrt(1 - loading**2)
        chances.append(np.diff(special.ndtr(u), axis=1))
    patterns = np.array(list(product(*(range(len(own) + 1) for own in cuts))))
    shares = np.empty(len(patterns))
    for at, pattern in enumerate(patterns):
        made = joint.copy()
        for chance, category in zip(chances, pattern, strict=True):
            made = made * chance[:, category]
        shares[at] = made.sum()
    return patterns.astype(float), shares
