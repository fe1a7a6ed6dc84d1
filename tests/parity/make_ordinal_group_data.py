"""Write the survey of the references on groups with ordered items: `python make_ordinal_group_data.py`.

``ordinal_groups.csv``: three simulated groups and three constructs. ``a1 a2 a3 b3 c2 c3`` have five answers,
``b1`` four, ``b2`` three, ``c1`` two, ``c4`` is continuous, and ``d`` is a yes or no that follows from c. In
the west the middle thresholds of a2 lie closer together, b3 is answered higher, and a3 has larger errors.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

SEED = 41
FOLDER = Path(__file__).parent / "reference"
SIZES = {"north": 300, "south": 260, "west": 220}
MEANS = {"north": (0.0, 0.0, 0.0), "south": (0.4, 0.2, 0.0), "west": (-0.3, 0.1, 0.3)}
SPREAD = {"north": 1.0, "south": 1.2, "west": 0.8}
LOADINGS = {
    "a1": 0.8, "a2": 0.7, "a3": 0.75, "b1": 0.8, "b2": 0.65, "b3": 0.7, "c1": 0.7, "c2": 0.8, "c3": 0.75,
    "c4": 0.7,
}  # fmt: skip
FIVE = (-1.4, -0.6, 0.2, 1.0)
THRESHOLDS = {
    "a1": FIVE, "a2": FIVE, "a3": FIVE, "b1": (-1.0, -0.1, 0.8), "b2": (-0.6, 0.5), "b3": FIVE, "c1": (0.3,),
    "c2": FIVE, "c3": FIVE,
}  # fmt: skip
CORRELATION = np.array([[1.0, 0.5, 0.4], [0.5, 1.0, 0.5], [0.4, 0.5, 1.0]])


def survey() -> pd.DataFrame:
    """The answers of all groups, one group after the other."""
    random = np.random.default_rng(SEED)
    frames = []
    for group, n in SIZES.items():
        factors = random.multivariate_normal(MEANS[group], SPREAD[group] * CORRELATION, size=n)
        answers: dict[str, object] = {"g": [group] * n}
        for item, loading in LOADINGS.items():
            error = np.sqrt(1 - loading**2) * (1.4 if (item, group) == ("a3", "west") else 1.0)
            response = loading * factors[:, "abc".index(item[0])] + error * random.normal(size=n)
            response += 0.4 * ((item, group) == ("b3", "west"))
            limits = np.array(THRESHOLDS.get(item, ()))
            if (item, group) == ("a2", "west"):
                limits = limits + np.array([0.0, 0.2, -0.2, 0.0])
            ordered = np.searchsorted(limits, response) + 1
            answers[item] = ordered if len(limits) else np.round(response + 5, 3)
        answers["d"] = (0.6 * factors[:, 2] + 0.8 * random.normal(size=n) > 0.7).astype(int)
        frames.append(pd.DataFrame(answers))
    return pd.concat(frames)


if __name__ == "__main__":
    survey().to_csv(FOLDER / "ordinal_groups.csv", index=False)
