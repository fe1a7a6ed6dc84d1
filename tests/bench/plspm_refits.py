"""``python plspm_refits.py TASK.json``: plspm's own bootstrap, as its manual shows.

Prints ``seconds`` of the call, its first fit included, then the paths of the whole sample.
"""

from __future__ import annotations

import json
import sys
import time

import pandas as pd
import plspm.config
from plspm.mode import Mode
from plspm.plspm import Plspm
from plspm.scale import Scale
from plspm.scheme import Scheme

with open(sys.argv[1], encoding="utf-8") as file:
    task = json.load(file)
answers = pd.read_csv(task["answers"])
structure = plspm.config.Structure()
for driver, target in task["paths"]:
    structure.add_path([driver], [target])
config = plspm.config.Config(structure.path(), default_scale=Scale.NUM)
for construct, items in task["blocks"].items():
    config.add_lv(construct, Mode.A, *(plspm.config.MV(item) for item in items))
began = time.perf_counter()
made = Plspm(
    answers,
    config,
    Scheme.PATH,
    iterations=300,
    tolerance=1e-7,
    bootstrap=True,
    bootstrap_iterations=task["draws"],
    processes=1,
)
print("seconds", time.perf_counter() - began)
paths = made.path_coefficients()
for driver, target in task["paths"]:
    print(f"{driver}>{target}", float(paths.loc[target, driver]))
