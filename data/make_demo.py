"""Make the demo survey: ``python data/make_demo.py [FOLDER]`` writes demo.csv and demo-truth.yaml.

The survey is simulated from numbers chosen here: no answer was ever given by anybody, and the
industries and firms do not exist. The same seed gives the same file.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np

from csi_model.model.catalogue import read_model
from csi_model.model.spec import ModelSpec, Scale
from csi_model.survey.codebook import Routing
from csi_model.survey.simulation import (
    ExtraTruth,
    GroupTruth,
    ItemTruth,
    Truth,
    population_index,
    simulate,
    write_truth,
)
from csi_model.survey.survey import Floats

SEED = 20260101
PER_GROUP = 250
WAVES = ("2023", "2024", "2025")

# Firm: mean of expectations, then what quality has beyond them (standard deviations within a firm).
FIRMS: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "Banking": {
        "Bank A": (0.57, 0.41),
        "Bank B": (0.14, 0.16),
        "Bank C": (0.34, -0.30),
        "Bank D": (0.07, 0.03),
    },
    "Airlines": {
        "Airline A": (0.49, 0.30),
        "Airline B": (0.20, -0.16),
        "Airline C": (-0.38, 0.35),
        "Airline D": (-0.20, -0.22),
    },
    "Internet": {
        "Internet A": (0.03, 0.14),
        "Internet B": (-0.41, -0.14),
        "Internet C": (-0.32, 0.08),
        "Internet D": (-0.68, -0.57),
    },
}
WAVE = {"2023": -0.04, "2024": 0.0, "2025": 0.04}
"""Shift of expectations in each wave."""
CHANGE = {"Bank B": 0.20, "Airline A": -0.22, "Internet C": 0.14}
"""Shift of quality per wave of the firms that rise or fall."""

PATHS = {
    ("expectations", "quality"): 0.62,
    ("expectations", "value"): 0.14,
    ("quality", "value"): 0.60,
    ("expectations", "satisfaction"): 0.08,
    ("quality", "satisfaction"): 0.50,
    ("value", "satisfaction"): 0.36,
    ("satisfaction", "complaints"): -0.48,
    ("satisfaction", "loyalty"): 0.66,
    ("complaints", "loyalty"): -0.10,
}
ITEMS = {
    "OVERALLX": (1.75, 8.35, 1.20),
    "CUSTOMX": (1.70, 8.25, 1.35),
    "WRONGX": (1.55, 7.80, 1.65),
    "OVERALLQ": (1.95, 8.20, 1.05),
    "CUSTOMQ": (1.90, 8.10, 1.20),
    "WRONGQ": (1.80, 7.75, 1.60),
    "PQ": (2.00, 7.55, 1.30),
    "QP": (1.95, 7.75, 1.15),
    "SATIS": (2.05, 8.25, 0.95),
    "CONFIRM": (1.95, 7.45, 1.35),
    "IDEAL": (2.10, 7.55, 1.40),
    "COMP": (0.30, 0.182, 0.0),
    "REPUR": (2.20, 8.00, 1.30),
    "RESERVATION": (6.00, 107.0, 6.50),
}
"""Question: loading, intercept, standard deviation of its own part (answer units)."""


def demo_truth(model: ModelSpec) -> Truth:
    """Return the population of the demo: three industries, twelve firms, three waves."""
    return Truth(
        model=model.name,
        items=MappingProxyType(
            {
                name: ItemTruth(loading=loading, intercept=intercept, error_sd=error_sd)
                for name, (loading, intercept, error_sd) in ITEMS.items()
            }
        ),
        paths=MappingProxyType(PATHS),
        sds=MappingProxyType(
            {
                "expectations": 1.0,
                "quality": 0.78,
                "value": 0.70,
                "satisfaction": 0.47,
                "complaints": 0.88,
                "loyalty": 0.69,
            }
        ),
        extras=MappingProxyType(
            {
                "HANDLE": ExtraTruth(
                    construct="satisfaction",
                    scale=Scale(low=1, high=10),
                    item=ItemTruth(loading=1.8, intercept=7.2, error_sd=1.9),
                )
            }
        ),
        raw_scales=MappingProxyType({name: Scale(low=0, high=25) for name in ("HIGHPTOL", "LOWPTOL")}),
        asked_when=MappingProxyType({"HANDLE": Routing(column="COMP", low=1, high=1)}),
        missing=MappingProxyType({98: 0.016, 99: 0.007}),
        weight_sd=0.25,
        groups=_groups(),
    )


def _groups() -> tuple[GroupTruth, ...]:
    """Return firm by wave, 36 groups of equal share.

    What quality, value, satisfaction and loyalty have beyond their drivers is unrelated over the
    groups to expectations and to each other, so that the paths hold in the whole sample, too.
    """
    keys = [
        {"industry": industry, "firm": firm, "wave": wave}
        for industry, firms in FIRMS.items()
        for firm in firms
        for wave in WAVES
    ]
    expectations = [FIRMS[key["industry"]][key["firm"]][0] + WAVE[key["wave"]] for key in keys]
    quality = [
        FIRMS[key["industry"]][key["firm"]][1] + CHANGE.get(key["firm"], 0.0) * (WAVES.index(key["wave"]) - 1)
        for key in keys
    ]
    noise = np.random.Generator(np.random.PCG64(SEED)).standard_normal((len(keys), 3))
    shifts = _orthogonal(np.column_stack([expectations, quality, noise * [0.10, 0.08, 0.08]]))
    names = ("expectations", "quality", "value", "satisfaction", "loyalty")
    return tuple(
        GroupTruth(
            key=MappingProxyType(key),
            shifts=MappingProxyType({name: round(float(x), 4) for name, x in zip(names, row, strict=True)}),
        )
        for key, row in zip(keys, shifts, strict=True)
    )


def _orthogonal(columns: Floats) -> Floats:
    """Centre columns and take from each what it shares with those before it (Gram-Schmidt)."""
    made: list[Floats] = []
    for column in columns.T:
        rest = column - column.mean()
        for before in made:
            rest = rest - before * float(rest @ before) / float(before @ before)
        made.append(rest)
    return np.column_stack(made)


def truth_text(truth: Truth, model: ModelSpec) -> str:
    """Return the truth file: the truth, and as comments the indices that an endless survey would have."""
    lines = [
        "# Simulated, see make_demo.py: no answer was given by anybody, and no firm exists.",
        "#",
        "# Exact expected index of each firm (0-100, all waves; loading weights):",
        "# firm           " + "".join(f"{name:>14}" for name in model.construct_names),
    ]
    for firms in FIRMS.values():
        for firm in firms:
            scores = population_index(truth, model, {"firm": firm})
            lines.append(
                f"# {firm:<15}" + "".join(f"{scores[name]:>14.2f}" for name in model.construct_names)
            )
    return "\n".join(lines) + "\n\n" + write_truth(truth)


def write_demo(folder: Path) -> None:
    """Write demo.csv and demo-truth.yaml."""
    model = read_model("acsi")
    truth = demo_truth(model)
    frame, _ = simulate(model, PER_GROUP * len(truth.groups), seed=SEED, truth=truth)
    frame.to_csv(folder / "demo.csv", index=False, lineterminator="\n", encoding="utf-8")
    text = truth_text(truth, model)
    (folder / "demo-truth.yaml").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_demo(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
