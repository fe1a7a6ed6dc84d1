"""``python seminr_refits.py TASK.json``: the bootstrap of the Python package seminr, as its manual shows.

Prints ``seconds`` of the bootstrap, then the paths of the whole sample.
"""

from __future__ import annotations

import csv
import json
import sys
import time

import numpy as np
import seminr

with open(sys.argv[1], encoding="utf-8") as file:
    task = json.load(file)
with open(task["answers"], encoding="utf-8", newline="") as file:
    names, *rows = csv.reader(file)
measured = seminr.constructs(*(seminr.composite(name, items) for name, items in task["blocks"].items()))
related = seminr.relationships(*(seminr.paths(driver, target) for driver, target in task["paths"]))
made = seminr.estimate_pls((names, np.array(rows, dtype=float)), measured, related)
began = time.perf_counter()
seminr.bootstrap_model(made, nboot=task["draws"], seed=1)
print("seconds", time.perf_counter() - began)
for driver, target in task["paths"]:
    print(f"{driver}>{target}", made.path_coef.get(driver, target))
