"""Speed as ratios, measured side by side in one run: ``python tests/bench/speed.py``.

Each pair is run in turn, A B A B ..., and the median of the pairwise ratios is printed, so that a
machine that slows down slows both.
"""

from __future__ import annotations

import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version

import pandas as pd
import semopy

import csi_model as csi

SEMOPY = """
expectations =~ OVERALLX + CUSTOMX + WRONGX
quality =~ OVERALLQ + CUSTOMQ + WRONGQ
value =~ PQ + QP
satisfaction =~ SATIS + CONFIRM + IDEAL
complaints =~ COMP
loyalty =~ REPUR
COMP ~~ 0*COMP
REPUR ~~ 0*REPUR
quality ~ expectations
value ~ expectations + quality
satisfaction ~ expectations + quality + value
complaints ~ satisfaction
loyalty ~ satisfaction + complaints
"""


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def ratio(name: str, ours: Callable[[], object], theirs: Callable[[], object], runs: int = 5) -> None:
    """Print medians of both and of their pairwise ratio."""
    ours(), theirs()  # warm up
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(runs)]
    ratios = [other / own for own, other in pairs]
    print(
        f"{name:<58} ours {statistics.median(a for a, _ in pairs):8.3f} s   "
        f"other {statistics.median(b for _, b in pairs):8.3f} s   other/ours {statistics.median(ratios):6.2f}"
    )


def process(*arguments: str) -> Callable[[], object]:
    return lambda: subprocess.run([sys.executable, *arguments], check=True, capture_output=True)


def main() -> None:
    print(f"Python {platform.python_version()}, semopy {version('semopy')}, numpy {version('numpy')}")
    model = csi.read_model("acsi-repurchase")
    frame, _ = csi.simulate(model, 7341, seed=1)
    items = [item.name for item in model.indicators]
    survey = csi.read_survey(frame, model)
    answers = pd.DataFrame(survey.answers, columns=items).dropna()
    command = "import sys; from csi_model.cli import main; sys.argv = ['csi', *{}]; main()"
    ratio("csi models, against import pandas",
          process("-c", command.format(["models"])), process("-c", "import pandas"), 9)  # fmt: skip
    ratio("csi check acsi, against import pandas",
          process("-c", command.format(["check", "acsi"])), process("-c", "import pandas"), 9)  # fmt: skip

    def naive() -> None:
        fitted = semopy.Model(SEMOPY)
        fitted.fit(answers)
        fitted.inspect()
        semopy.calc_stats(fitted)

    ratio("fit and evaluate everything, against semopy's fit and statistics",
          lambda: csi.evaluate(csi.fit(model, survey)), naive)  # fmt: skip

    def naive_bootstrap() -> None:
        for seed in range(20):
            semopy.Model(SEMOPY).fit(answers.sample(frac=1, replace=True, random_state=seed))

    ratio("1,000 bootstrap draws, against 20 draws of a loop around semopy",
          lambda: csi.fit(model, survey, bootstrap=1000), naive_bootstrap, 3)  # fmt: skip


if __name__ == "__main__":
    main()
