"""Relative weights beside the total effects of a path model, driver by driver."""

from __future__ import annotations

import pandas as pd

from csi_model.frames import typed_frame
from csi_model.measures.importance_scores import Scored
from csi_model.measures.importance_tables import ranks
from csi_model.measures.importance_units import UnitImportance
from csi_model.vocabulary import MEASURES

NOT_IN_MODEL = "the model has no effect of this driver on the target"


def beside_table(effects: pd.DataFrame, unit: UnitImportance, answers: Scored) -> pd.DataFrame:
    """Table ``importance_beside`` among all respondents.

    A total effect counts what runs through other drivers and holds the model's other causes fixed, in index
    points per index point; LMG and Johnson's weights divide the R2 of one regression on all drivers together.
    They answer different questions, and their ranks need not agree. Constructs are scored by the index
    weights of the fitted model, wherever these exist, so that their means are the model's own performance.

    Parameters
    ----------
    effects
        The table ``drivers`` of a fitted model: importance with its interval by target and driver.
    unit
        Importance among all respondents.
    """
    of_target = {
        str(row["driver"]): row for row in effects.to_dict("records") if row["target"] == answers.target
    }
    rows = []
    for j, driver in enumerate(answers.drivers):
        effect = of_target.get(driver)
        rows.append(
            {
                "target": answers.target,
                "driver": driver,
                **{
                    name: float("nan") if effect is None else float(effect[name])
                    for name in ("importance", "importance_ci_lower", "importance_ci_upper")
                },
                "lmg_share": unit.values["lmg"][j] / unit.r2,
                "johnson_share": unit.values["johnson"][j] / unit.r2,
                "correlation": unit.values["correlation"][j],
                "why": NOT_IN_MODEL if effect is None else str(effect["why"]),
            }
        )
    columns = {
        "rank_importance": [row["importance"] for row in rows],
        **{f"rank_{method}": unit.values[method] for method in ("lmg", "johnson", "correlation")},
    }
    for column, values in columns.items():
        for row, rank in zip(rows, ranks(values), strict=True):
            row[column] = rank
    return typed_frame(MEASURES["importance_beside"], rows)
