"""PLS path modelling as its papers tell it: loops over respondents' scores, one sample, no covariances.

Written from Tenenhaus, Esposito Vinzi, Chatelin & Lauro (2005, section 2) and, for higher-order
constructs, Sarstedt, Hair, Cheah, Becker & Ringle (2019). Slow and plain on purpose: it shares nothing
with the package, which never sees a score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

STEPS = 5000
SMALL = 1e-14


@dataclass(frozen=True, kw_only=True)
class PlainModel:
    """Columns of every block, (source, target) paths, modes (``A`` unless told) and fixed weights."""

    blocks: Mapping[str, Sequence[int]]
    paths: Sequence[tuple[str, str]]
    modes: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, Sequence[float]] = field(default_factory=dict)


def standard(x: Floats) -> Floats:
    """Columns of mean 0 and variance 1."""
    made: Floats = (x - x.mean(axis=0)) / x.std(axis=0)
    return made


def plain_scores(model: PlainModel, x: Floats, scheme: str) -> dict[str, Floats]:
    """Standardised scores (n,) of each block of the variables ``x`` (n, v), taken as they are."""
    z = x - x.mean(axis=0)
    weights = {name: np.array(model.fixed.get(name, [1.0] * len(own))) for name, own in model.blocks.items()}
    before = {name: np.zeros(len(z)) for name in model.blocks}
    for _ in range(STEPS):
        scores = {name: standard(z[:, list(own)] @ weights[name]) for name, own in model.blocks.items()}
        # a construct may turn round between steps without anything having moved
        moved = max(np.min(np.abs([scores[name] - before[name], scores[name] + before[name]]).max(axis=1))
                    for name in scores)  # fmt: skip
        if moved < SMALL:
            break
        before = scores
        for name, own in model.blocks.items():
            if name in model.fixed or len(own) == 1:
                continue
            proxy, block = _proxy(model, scores, name, scheme), z[:, list(own)]
            if model.modes.get(name, "A") == "A":
                weights[name] = block.T @ proxy / len(z)
            else:
                weights[name] = np.linalg.lstsq(block, proxy, rcond=None)[0]
    return {name: _turned(model, z, name, scores[name]) for name in scores}


def _proxy(model: PlainModel, scores: Mapping[str, Floats], name: str, scheme: str) -> Floats:
    drivers = [source for source, target in model.paths if target == name]
    outcomes = [target for source, target in model.paths if source == name]
    if not drivers and not outcomes:
        return scores[name]
    made = np.zeros(len(scores[name]))
    if scheme == "path" and drivers:
        among = np.stack([scores[driver] for driver in drivers], axis=1)
        made += among @ np.linalg.lstsq(among, scores[name], rcond=None)[0]
        drivers = []
    for other in [*drivers, *outcomes]:
        r = float(np.corrcoef(scores[name], scores[other])[0, 1])
        made += (np.sign(r) if scheme == "centroid" else r) * scores[other]
    return made


def _turned(model: PlainModel, z: Floats, name: str, score: Floats) -> Floats:
    if name in model.fixed:
        return score
    own = standard(z[:, list(model.blocks[name])])
    return score if (own.T @ score).sum() >= 0 else -score


def plain_two_stage(
    model: PlainModel, wholes: Mapping[str, Sequence[str]], x: Floats, scheme: str
) -> dict[str, Floats]:
    """Repeated indicators first; then the parts' scores measure the whole, all others have one score."""
    first = plain_scores(model, x, scheme)
    names = list(model.blocks)
    scores = np.stack([first[name] for name in names], axis=1)
    second = PlainModel(
        blocks={
            name: [names.index(part) for part in wholes[name]] if name in wholes else [names.index(name)]
            for name in names
        },
        paths=between(model.paths, wholes),
        modes={name: model.modes.get(name, "A") for name in wholes},
    )
    return plain_scores(second, scores, scheme)


def plain_disjoint(
    model: PlainModel, wholes: Mapping[str, Sequence[str]], x: Floats, scheme: str
) -> dict[str, Floats]:
    """The parts take the whole's place first; then their scores measure it, all others keep their items."""
    outside = between(model.paths, wholes)
    first = PlainModel(
        blocks={name: own for name, own in model.blocks.items() if name not in wholes},
        paths=[
            (source, target)
            for a, b in outside
            for source in wholes.get(a, [a])
            for target in wholes.get(b, [b])
        ],
        modes=model.modes,
        fixed={name: own for name, own in model.fixed.items() if name not in wholes},
    )
    inner = plain_scores(first, x, scheme)
    parts = [part for own in wholes.values() for part in own]
    column = {part: x.shape[1] + k for k, part in enumerate(parts)}
    second = PlainModel(
        blocks={
            name: [column[part] for part in wholes[name]]
            if name in wholes
            else [column[name]]
            if name in parts
            else list(own)
            for name, own in model.blocks.items()
        },
        paths=outside,
        modes=model.modes,
        fixed={name: own for name, own in model.fixed.items() if name not in parts},
    )
    return plain_scores(second, np.column_stack([x, *(inner[part] for part in parts)]), scheme)


def between(paths: Sequence[tuple[str, str]], wholes: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Paths other than those between a whole and its parts."""
    return [
        (source, target)
        for source, target in paths
        if target not in wholes.get(source, ()) and source not in wholes.get(target, ())
    ]
