"""``python pls_memory.py SOURCE DRAWS``: what a bootstrap of the American model by PLS takes.

Prints seconds of ``fit`` and of ``evaluate``, then MiB at the most before, after the first and after both.
"""

from __future__ import annotations

import sys

from ledger import seconds
from peak_memory import peak
from surveys import american
from threadpoolctl import threadpool_limits

import csi_model as csi
from csi_model.estimation.fits import Fit


def main(source: str, draws: int) -> None:
    survey = american(source).survey
    made: list[Fit] = []
    with threadpool_limits(1, user_api="blas"):
        csi.evaluate(csi.fit(survey.model, survey, estimator="pls", bootstrap=0))
        before = peak()
        fitting = seconds(
            lambda: made.append(csi.fit(survey.model, survey, estimator="pls", bootstrap=draws))
        )
        fitted = peak()
        evaluating = seconds(lambda: csi.evaluate(made[0]))
    print(fitting, evaluating, before, fitted, peak())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
