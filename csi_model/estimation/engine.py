"""semopy, the engine: the only file that imports it.

semopy is handed every parameter explicitly under safe aliases (it cuts names at a dash), a tolerance
of 1e-12 (its own is too loose to trust) and our start values (its own search for them never ends where
a construct has no fixed loading), and is asked for one thing: the optimum. Its success flag, standard
errors and fit measures are not used. Building its models is not thread-safe, so a lock is held; the
import takes seconds, so it happens on first use.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.parameters import ParameterTable, Row

Array = NDArray[Any]

_LOCK = threading.Lock()


def semopy_optimum(table: ParameterTable, sample: Array, n: int, start: Array) -> Array | None:
    """Return semopy's maximum likelihood estimate (q,) in our order, or None where it finds none.

    ``sample`` is the (p, p) covariance matrix with divisor n. semopy keeps variances at or above
    zero; the caller goes on from there without bounds.
    """
    import pandas as pd
    import semopy  # type: ignore[import-untyped]

    aliases = [f"x{k}" for k in range(len(table.indicators))]
    with _LOCK, _quiet():
        model = semopy.Model(describe(table))
    for name, parameter in model.parameters.items():
        if parameter.active:
            parameter.start = float(start[int(name[1:])])
    model.load(cov=pd.DataFrame(sample, index=aliases, columns=aliases), n_samples=n)
    names = [name for name, parameter in model.parameters.items() if parameter.active]
    places = [int(name[1:]) for name in names]
    model.param_vals = start[places].astype(float)
    try:
        with np.errstate(all="ignore"):  # its line search probes beyond the admissible region
            result = model.fit(clean_slate=False, options={"ftol": 1e-12, "maxiter": 10_000})
    except np.linalg.LinAlgError:
        return None
    values = np.array(start, dtype=float)
    values[places] = result.x
    return values if np.all(np.isfinite(values)) else None


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep semopy from writing to the root logger, and from giving the host program a handler."""
    handler, level = logging.NullHandler(), logging.root.manager.disable
    logging.root.addHandler(handler)
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(level)
        logging.root.removeHandler(handler)


def describe(table: ParameterTable) -> str:
    """The model in semopy's syntax: aliases ``x#`` and ``f#``, free parameters labelled ``p#``."""
    lines = [_line(row, table) for row in table.rows]
    empty = {row.j for row in table.rows if row.matrix != "theta"} | set(range(len(table.constructs)))
    empty -= {row.j for row in table.rows if row.matrix == "lambda"}
    # a construct that only repeats others' indicators has none: a zero loading tells that it is latent
    lines += [f"f{k} =~ 0*x0" for k in sorted(empty)]
    return "\n".join(lines)


def _line(row: Row, table: ParameterTable) -> str:
    value = f"p{row.free}" if row.free >= 0 else repr(float(row.value))
    if row.matrix == "lambda":
        return f"f{row.j} =~ {value}*x{row.i}"
    if row.matrix == "beta":
        return f"f{row.i} ~ {value}*f{row.j}"
    letter = "f" if row.matrix == "psi" else "x"
    return f"{letter}{row.i} ~~ {value}*{letter}{row.j}"
