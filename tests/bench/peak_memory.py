"""``python peak_memory.py RESPONDENTS DRAWS ESTIMATOR``: MiB at the most before a bootstrap, and after it.

Full information takes the survey with gaps, whatever the number of respondents.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from surveys import AMERICAN, american_with_gaps, simulated

import csi_model as csi


def peak() -> float:
    """Largest resident size so far, MiB.

    Linux hands ``ru_maxrss`` of the process that started this one down to it, so its own is read from
    ``/proc`` where there is one.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def main(respondents: int, draws: int, estimator: str) -> None:
    gaps = estimator == "fiml"
    survey = american_with_gaps("simulated").survey if gaps else simulated(AMERICAN, respondents)
    csi.fit(survey.model, survey, estimator=estimator)
    before = peak()
    csi.fit(survey.model, survey, estimator=estimator, bootstrap=draws)
    print(before, peak())


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
