"""``python streaming_memory.py STEP FILE N FIRMS``: seconds and MiB at the most of one step.

STEP is ``simulate`` (the American model, ``FIRMS`` firms), ``moments`` (of all firms, with random groups),
``pls`` and ``ml`` (fit and tables of all firms from their moments), or ``memory`` (the moments of all firms
the other way: read whole, then summed up).
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from ledger import seconds
from peak_memory import peak
from threadpoolctl import threadpool_limits

import csi_model as csi
from csi_model.study.simulating import write_simulation
from csi_model.study.streaming import analyse_streamed
from csi_model.survey.moments import group_samples
from csi_model.survey.simulation import default_truth, write_truth
from csi_model.survey.streaming import stream_moments

BY = ("firm",)


def main(step: str, path: Path, n: int, firms: int) -> None:
    model = csi.read_model("acsi")
    steps = {
        "simulate": lambda: write_simulation(model, n, 1, truth, path),
        "moments": lambda: stream_moments(path, model, by=BY),
        "memory": lambda: group_samples(csi.read_survey(path, model, by=BY)),
    }
    for estimator in ("pls", "ml"):
        options = {"estimator": estimator}
        steps[estimator] = partial(analyse_streamed, model, path, survey={"by": BY}, options=options)
    truth = path.with_name("truth-of-firms.yaml")
    if step == "simulate":
        made = default_truth(model, groups={"firm": [f"firm {k}" for k in range(1, firms + 1)]})
        truth.write_text(write_truth(made), encoding="utf-8")
    with threadpool_limits(1, user_api="blas"):
        print(seconds(steps[step]), peak())


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
