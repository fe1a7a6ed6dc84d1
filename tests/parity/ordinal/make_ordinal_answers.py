"""Write the made-up surveys of this folder (run before ``make_ordinal_reference.R``).

mixed.csv     eight ordered items and one continuous one (x7), whose sample has exactly the third and fourth
              moments of the normal distribution: lavaan's errors of means and variances rest on these
weighted.csv  six ordered items of five skewed steps and sampling weights
sparse.csv    two binary items of which nobody gave one combination, and two of three steps
tables.csv    crossed counts of two questions
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from scipy import optimize, special

FOLDER = Path(__file__).parent
FIVE = [-1.8, -1.1, -0.4, 0.5]


def steps(latent: np.ndarray, cuts: list[float]) -> np.ndarray:
    """Answers 1, 2 ... to a latent response cut into steps."""
    return np.searchsorted(cuts, latent).astype(float) + 1


def with_normal_moments(x: np.ndarray) -> np.ndarray:
    """A rising function of ``x`` with mean 0, variance 1, third moment 0 and fourth moment 3."""
    ranks = np.argsort(np.argsort(x))
    scores = special.ndtri((ranks + 0.5) / len(x))

    def made(bend: float) -> np.ndarray:
        bent = scores + bend * scores**3
        return bent / np.sqrt(np.mean(bent**2))

    return made(optimize.brentq(lambda bend: float(np.mean(made(bend) ** 4)) - 3, -0.02, 0.2, xtol=1e-15))


def mixed() -> pd.DataFrame:
    random = np.random.default_rng(7)
    n = 400
    noise = random.normal(size=(12, n))
    q = noise[0]
    s = 0.7 * q + 0.6 * noise[1]
    loyal = 0.8 * s + 0.5 * noise[2]
    made = {}
    for k, (construct, loading) in enumerate([(q, 0.8), (q, 0.7), (q, 0.9), (s, 0.8), (s, 0.75), (s, 0.7)]):
        made[f"x{k + 1}"] = steps(loading * construct + np.sqrt(0.5) * noise[3 + k], FIVE)
    made["x7"] = 5 + 1.5 * with_normal_moments(loyal + 0.6 * noise[9])
    made["x8"] = steps(loyal + 0.6 * noise[10], [-1.5, -0.5, 0.4])
    made["comp"] = (-0.6 * s + noise[11] > 1).astype(float)
    return pd.DataFrame(made)


def weighted() -> pd.DataFrame:
    random = np.random.default_rng(11)
    n = 500
    noise = random.normal(size=(8, n))
    q = noise[0]
    s = 0.7 * q + 0.7 * noise[1]
    made = {
        f"x{k + 1}": steps(0.8 * (q if k < 3 else s) + 0.6 * noise[2 + k], [-2.0, -1.4, -0.8, 0.2])
        for k in range(6)
    }
    made["w"] = np.round(random.uniform(0.5, 2.0, n), 3)
    return pd.DataFrame(made)


def sparse() -> pd.DataFrame:
    random = np.random.default_rng(3)
    n = 150
    noise = random.normal(size=(5, n))
    f = noise[0]
    made = {
        "b1": (0.9 * f + 0.4 * noise[1] > 1.3).astype(float),
        "b2": (0.9 * f + 0.4 * noise[2] > -0.2).astype(float),
        "t1": steps(0.7 * f + 0.7 * noise[3], [-0.8, 0.6]),
        "t2": steps(0.7 * f + 0.7 * noise[4], [-0.6, 0.8]),
    }
    made["b2"] = np.where(made["b1"] == 1, 1.0, made["b2"])
    return pd.DataFrame(made)


TABLES: dict[str, list[list[int]]] = {
    "one_empty_a": [[0, 12], [15, 30]],
    "one_empty_b": [[20, 0], [15, 30]],
    "one_empty_c": [[20, 12], [0, 30]],
    "one_empty_d": [[20, 12], [15, 0]],
    "plain": [[40, 10], [15, 35]],
    "medians": [[40, 10], [10, 40]],
    "independent": [[10, 20], [20, 40]],
    "two_by_three": [[14, 9, 0], [3, 16, 28]],
    "three_by_three": [[18, 7, 0], [6, 25, 8], [0, 5, 31]],
    "contradiction": [[30, 5, 0, 0], [4, 40, 6, 0], [0, 7, 50, 5], [1, 0, 4, 60]],
    "negative": [[0, 4, 18], [7, 25, 5], [31, 6, 0]],
    "rare": [[1, 0, 0, 1], [0, 3, 2, 1], [1, 2, 150, 40], [0, 1, 38, 260]],
    "staircase": [[30, 12, 0], [0, 9, 25]],
    "two_empty": [[30, 0], [0, 40]],
}


def tables() -> pd.DataFrame:
    rows = [
        (name, i + 1, j + 1, count)
        for name, counts in TABLES.items()
        for i, row in enumerate(counts)
        for j, count in enumerate(row)
    ]
    return pd.DataFrame(rows, columns=["table", "row", "column", "count"])


def contradicting() -> pd.DataFrame:
    """Crossed counts of two questions of seven steps that correlate .95, 3 % of the respondents careless."""
    random, rows = np.random.default_rng(4), []
    for table in range(80):
        n = int(random.choice([60, 120, 250]))
        latent = random.normal(size=(n, 2))
        latent[:, 1] = 0.95 * latent[:, 0] + np.sqrt(1 - 0.95**2) * latent[:, 1]
        answers = np.searchsorted(np.sort(random.normal(-0.5, 0.8, 6)), latent)
        careless = random.random(n) < 0.03
        answers[careless] = random.integers(0, 7, (careless.sum(), 2))
        given, counts = np.unique(answers, axis=0, return_counts=True)
        rows += [(table, row, column, count) for (row, column), count in zip(given, counts, strict=True)]
    return pd.DataFrame(rows, columns=["table", "row", "column", "count"])


if __name__ == "__main__":
    for name, frame in (("mixed", mixed()), ("weighted", weighted()), ("sparse", sparse())):
        frame.to_csv(FOLDER / f"{name}.csv", index=False, float_format="%.15g")
    tables().to_csv(FOLDER / "tables.csv", index=False)
    contradicting().to_csv(FOLDER / "contradicting.csv", index=False)
