"""PLS and its comparisons written down plainly, one respondent and one sample at a time: an outside check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

Floats = NDArray[np.float64]

CHAIN_BLOCKS = ([0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10])
CHAIN_DRIVERS: dict[int, list[int]] = {1: [0], 2: [0, 1], 3: [2]}


@dataclass(frozen=True, kw_only=True)
class Plain:
    """Outer weights (m, p) of standardised items, path coefficients by (source, target), R2 by target."""

    weights: Floats
    paths: dict[tuple[int, int], float]
    r2: dict[int, float]
    scores: Floats


def standardised(answers: Floats) -> Floats:
    return (answers - answers.mean(axis=0)) / answers.std(axis=0)


def plain_pls(
    answers: Floats, blocks: Any = CHAIN_BLOCKS, drivers: dict[int, list[int]] = CHAIN_DRIVERS
) -> Plain:
    """Mode A, path scheme, on the answers themselves."""
    x = standardised(answers)
    m = len(blocks)
    w = [np.ones(len(block)) for block in blocks]
    for _ in range(500):
        y = standardised(np.stack([x[:, block] @ w[j] for j, block in enumerate(blocks)], axis=1))
        z = np.zeros_like(y)
        for j in range(m):
            if j in drivers:
                own = y[:, drivers[j]]
                z[:, j] += own @ np.linalg.lstsq(own, y[:, j], rcond=None)[0]
            for target in (t for t, sources in drivers.items() if j in sources):
                z[:, j] += np.corrcoef(y[:, j], y[:, target])[0, 1] * y[:, target]
        before, w = w, [x[:, block].T @ z[:, j] / len(x) for j, block in enumerate(blocks)]
        if max(np.abs(new - old).max() for new, old in zip(w, before, strict=True)) < 1e-14:
            break
    weights = np.zeros((m, x.shape[1]))
    y = np.zeros((len(x), m))
    for j, block in enumerate(blocks):
        raw = x[:, block] @ w[j]
        sign = np.sign(sum(np.corrcoef(x[:, i], raw)[0, 1] for i in block))
        weights[j, block] = sign * w[j] / raw.std()
        y[:, j] = sign * raw / raw.std()
    paths, r2 = {}, {}
    for target, sources in drivers.items():
        beta = np.linalg.lstsq(y[:, sources], y[:, target], rcond=None)[0]
        paths |= {(source, target): float(b) for source, b in zip(sources, beta, strict=True)}
        r2[target] = float(np.var(y[:, sources] @ beta))
    return Plain(weights=weights, paths=paths, r2=r2, scores=y)


@dataclass(frozen=True, kw_only=True)
class PlainMicom:
    """c, differences of means and of log variances, (m,) each."""

    c: Floats
    means: Floats
    variances: Floats


def plain_micom(first: Floats, second: Floats) -> PlainMicom:
    """Scores written out for everybody, correlated and compared (second less first)."""
    together = np.vstack([first, second])
    z = standardised(together)
    scores = [z @ plain_pls(part).weights.T for part in (first, second)]
    pooled = z @ plain_pls(together).weights.T
    ours, theirs = pooled[: len(first)], pooled[len(first) :]
    m = pooled.shape[1]
    return PlainMicom(
        c=np.array([np.corrcoef(scores[0][:, j], scores[1][:, j])[0, 1] for j in range(m)]),
        means=theirs.mean(axis=0) - ours.mean(axis=0),
        variances=np.log(theirs.var(axis=0, ddof=1)) - np.log(ours.var(axis=0, ddof=1)),
    )


def plain_implied(answers: Floats) -> tuple[Floats, Floats]:
    """Item and construct correlations that the composite model of ``CHAIN`` implies."""
    made, x = plain_pls(answers), standardised(answers)
    paths, phi = made.paths, np.eye(4)
    phi[0, 1] = paths[0, 1]
    phi[0, 2] = paths[0, 2] + paths[1, 2] * phi[0, 1]
    phi[1, 2] = paths[1, 2] + paths[0, 2] * phi[0, 1]
    phi[:3, 3] = paths[2, 3] * np.array([phi[0, 2], phi[1, 2], 1.0])
    phi = np.triu(phi, 1) + np.triu(phi, 1).T + np.eye(4)
    observed = np.corrcoef(x.T)
    implied = observed.copy()
    for j, one in enumerate(CHAIN_BLOCKS):
        for k, two in enumerate(CHAIN_BLOCKS):
            if j != k:
                for a in one:
                    for b in two:
                        left = np.corrcoef(x[:, a], made.scores[:, j])[0, 1]
                        right = np.corrcoef(x[:, b], made.scores[:, k])[0, 1]
                        implied[a, b] = left * phi[j, k] * right
    return implied, phi


def plain_distances(groups: list[Floats]) -> Floats:
    """Average geodesic and halved squared Euclidean distance, items first, then constructs."""
    implied = [plain_implied(answers) for answers in groups]
    found: list[list[float]] = [[], [], [], []]
    for a in range(len(groups)):
        for b in range(a):
            for k in (0, 1):
                one, two = implied[a][k], implied[b][k]
                found[2 * k].append(0.5 * float((np.log(linalg.eigvalsh(one, two)) ** 2).sum()))
                found[2 * k + 1].append(0.5 * float(((one - two) ** 2).sum()))
    return np.array([np.mean(values) for values in found])
