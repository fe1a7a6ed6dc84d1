"""Simulate the small surveys of the reference runs: `python make_data.py` writes reference/*.csv.

Three surveys, each 1-10 answers rounded and cut like real ones:

* ``plain.csv``: a chain of six constructs as in the American index, with a weight and clusters;
* ``parts.csv``: product and service quality that make up an overall quality;
* ``heywood.csv``: few respondents and two indicators a construct, so that a variance turns negative.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

SEED = 731
FOLDER = Path(__file__).parent / "reference"

Floats = NDArray[np.float64]


def answers(
    random: np.random.Generator, construct: Floats, names: str, error: float = 0.7
) -> dict[str, Floats]:
    """Answers 1-10 to the questions ``names`` about a construct of variance near one."""
    made = {}
    for k, name in enumerate(names.split()):
        raw = 6.8 + 0.3 * k + (1.7 - 0.15 * k) * construct + 1.7 * error * random.normal(size=len(construct))
        made[name] = np.clip(np.round(raw), 1, 10)
    return made


def plain(random: np.random.Generator, n: int = 400, clusters: int = 40) -> pd.DataFrame:
    """Expectations > quality > value > satisfaction > complaints, loyalty; ten respondents a cluster."""
    cluster = np.repeat(np.arange(1, clusters + 1), n // clusters)
    shared = 0.4 * random.normal(size=clusters)[cluster - 1]
    noise = random.normal(size=(6, n))
    expectations = 0.9 * noise[0] + shared
    quality = 0.6 * expectations + 0.7 * noise[1]
    value = 0.2 * expectations + 0.6 * quality + 0.6 * noise[2]
    satisfaction = 0.1 * expectations + 0.5 * quality + 0.4 * value + 0.4 * noise[3]
    complained = (random.normal(size=n) - 0.7 * satisfaction > 0.9).astype(float)
    loyalty = 0.9 * satisfaction - 0.2 * complained + 0.5 * noise[5]
    columns = {
        **answers(random, expectations, "x1 x2 x3"),
        **answers(random, quality, "q1 q2 q3"),
        **answers(random, value, "v1 v2"),
        **answers(random, satisfaction, "s1 s2 s3", error=0.5),
        "c1": complained,
        **answers(random, loyalty, "l1 l2", error=0.6),
        "weight": np.round(random.uniform(0.4, 2.5, size=n), 2),
        "cluster": cluster,
    }
    return pd.DataFrame(columns)


def parts(random: np.random.Generator, n: int = 400) -> pd.DataFrame:
    """Two parts of quality that share a cause, and satisfaction that follows their sum."""
    noise = random.normal(size=(4, n))
    expectations = noise[0]
    product = 0.6 * expectations + 0.7 * noise[1]
    service = 0.5 * expectations + 0.2 * noise[1] + 0.7 * noise[2]
    satisfaction = 0.5 * product + 0.4 * service + 0.1 * expectations + 0.5 * noise[3]
    columns = {
        **answers(random, expectations, "x1 x2 x3"),
        **answers(random, product, "p1 p2 p3"),
        **answers(random, service, "r1 r2 r3"),
        **answers(random, satisfaction, "s1 s2 s3", error=0.5),
        **answers(random, 0.8 * satisfaction + 0.5 * random.normal(size=n), "l1 l2"),
    }
    return pd.DataFrame(columns)


def heywood(random: np.random.Generator, n: int = 60) -> pd.DataFrame:
    """Quality drives satisfaction; the first question of quality says more than the construct can hold."""
    quality = random.normal(size=n)
    satisfaction = 0.4 * quality + 0.8 * random.normal(size=n)
    columns = {
        **answers(random, quality, "q1 q2", error=0.9),
        **answers(random, satisfaction, "s1 s2 s3", error=0.8),
    }
    columns["q1"] = np.clip(np.round(columns["q1"] + 2.2 * satisfaction), 1, 10)
    return pd.DataFrame(columns)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for k, make in enumerate((plain, parts, heywood)):
        frame = make(np.random.default_rng([SEED, k]))
        frame.to_csv(FOLDER / f"{make.__name__}.csv", index=False, lineterminator="\n", float_format="%g")


if __name__ == "__main__":
    main()
