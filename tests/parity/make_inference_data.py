"""Write the surveys of the inference references: `python make_inference_data.py` (after make_data.py).

Two public textbook data sets, as semopy ships them, and simulated surveys of our own:

* ``bollen.csv``: industrialisation and political democracy of 75 countries (Bollen 1989, *Structural
  Equations with Latent Variables*, table 9.4 and its data appendix);
* ``bollen_gaps.csv``: the same with cells taken out by rule, so that no random numbers are needed;
* ``holzinger.csv``: nine ability tests of 301 children in two schools (Holzinger & Swineford 1939,
  Supplementary Educational Monographs 48);
* ``gaps.csv``: ``plain.csv`` with gaps, some at random, some more likely after a low answer that was given;
* ``groups.csv``: three regions, 1-10 answers; the loadings are the same but for one that differs a little
  (q3 in the west), the intercepts but for one (s2 in the south).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from semopy.examples import holzinger39, political_democracy

SEED = 907
FOLDER = Path(__file__).parent / "reference"
GROUPS = {"north": 300, "south": 250, "west": 200}
SHIFTS = {"north": 0.0, "south": 0.3, "west": -0.25}
"""How far the expectations of a region lie from those of the first, in standard deviations."""
PATHS = {"north": (0.6, 0.55), "south": (0.6, 0.35), "west": (0.45, 0.55)}
"""Quality on expectations, satisfaction on quality."""

Floats = NDArray[np.float64]


def bollen() -> pd.DataFrame:
    """Political democracy, full precision."""
    names = [f"x{k}" for k in range(1, 4)] + [f"y{k}" for k in range(1, 9)]
    return political_democracy.get_data()[names].astype(float)


def bollen_gaps() -> pd.DataFrame:
    """Gaps that repeat every 13 rows, and two later ratings missing where an early one (y1, kept) was low."""
    frame = bollen()
    values = frame.to_numpy(copy=True)
    row, column = np.indices(values.shape)
    out = (5 * row + 3 * column**2 + column) % 13 == 0
    late = (values[:, 3] < 2) & (np.arange(len(values)) % 2 == 0)
    out[np.ix_(late, [9, 10])] = True
    out[:, 3] = False
    values[out] = np.nan
    return pd.DataFrame(values, columns=frame.columns)


def holzinger() -> pd.DataFrame:
    """Nine tests and the school, full precision."""
    return holzinger39.get_data()[["school", *(f"x{k}" for k in range(1, 10))]]


def gaps(random: np.random.Generator) -> pd.DataFrame:
    """``plain.csv``; x2 and s1 stay whole, v and l go missing more often after low answers to them."""
    frame = pd.read_csv(FOLDER / "plain.csv")
    for name in ("x1", "x3", "q1", "q2", "q3", "s2", "s3", "c1"):
        frame.loc[random.random(len(frame)) < 0.06, name] = np.nan
    for name, cause in (("v1", "x2"), ("v2", "x2"), ("l1", "s1"), ("l2", "s1")):
        chance = 0.3 / (1 + np.exp(frame[cause] - 6))
        frame.loc[random.random(len(frame)) < chance + 0.03, name] = np.nan
    return frame


def answers(random: np.random.Generator, construct: Floats, loadings: Floats, intercepts: Floats) -> Floats:
    """Answers 1-10, cut at the top as satisfied people's are, for constructs (n,) and items (p,): (n, p)."""
    noise = random.normal(size=(len(construct), len(loadings)))
    raw = intercepts + np.outer(construct, loadings) + 1.1 * noise
    return np.clip(np.round(raw), 1, 10)


def group(random: np.random.Generator, name: str) -> pd.DataFrame:
    """One region: expectations > quality > value > satisfaction, with errors skewed to the left."""
    n, (to_quality, to_satisfaction) = GROUPS[name], PATHS[name]
    noise = 1 - random.gamma(4, 1 / 4, size=(4, n))
    expectations = SHIFTS[name] + 2 * noise[0]
    quality = to_quality * expectations + 1.4 * noise[1]
    value = 0.2 * expectations + 0.6 * quality + 1.2 * noise[2] + (0.2 if name == "south" else 0.0)
    satisfaction = 0.1 * expectations + to_satisfaction * quality + 0.4 * value + 0.9 * noise[3]
    items = {
        "x": (expectations, [1.5, 1.35, 1.2], [7.2, 7.4, 7.6]),
        "q": (quality, [1.5, 1.4, 0.8 if name == "west" else 1.25], [7.0, 7.3, 7.5]),
        "v": (value, [1.5, 1.3], [6.6, 6.9]),
        "s": (satisfaction, [1.6, 1.5, 1.3], [7.3, 7.9 if name == "south" else 7.2, 7.0]),
    }
    columns: dict[str, object] = {"g": [name] * n}
    for construct, (scores, loadings, intercepts) in items.items():
        made = answers(random, scores, np.array(loadings), np.array(intercepts))
        columns.update({f"{construct}{k + 1}": made[:, k] for k in range(len(loadings))})
    return pd.DataFrame(columns)


def groups(random: np.random.Generator) -> pd.DataFrame:
    """The three regions, one below the other."""
    return pd.concat([group(random, name) for name in GROUPS], ignore_index=True)


def shown(value: object) -> str:
    """The shortest text that reads back the same; an empty cell is a gap."""
    if not isinstance(value, float):
        return str(value)
    if np.isnan(value):
        return ""
    return f"{value:.0f}" if value == round(value) else repr(value)


def write(frame: pd.DataFrame, name: str) -> None:
    """A CSV file with every digit."""
    frame.map(shown).to_csv(FOLDER / f"{name}.csv", index=False, lineterminator="\n")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    write(bollen(), "bollen")
    write(bollen_gaps(), "bollen_gaps")
    write(holzinger(), "holzinger")
    write(gaps(np.random.default_rng([SEED, 0])), "gaps")
    write(groups(np.random.default_rng([SEED, 5])), "groups")


if __name__ == "__main__":
    main()
