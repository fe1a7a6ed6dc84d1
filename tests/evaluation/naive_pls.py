"""PLS path modelling and its predictions written the long way, from respondents, for small cases.

Mode A, path scheme, products by two stages: what the package does on moments of many samples at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from fit_builders import Floats


def weighted_regression(x: Floats, y: Floats, w: Floats) -> Floats:
    """Coefficients of centred ``y`` on centred columns of ``x``."""
    root = np.sqrt(w)
    made: Floats = np.linalg.lstsq(x * root[:, None], (y.T * root).T)[0]
    return made


class NaivePls:
    """A model estimated from answers ``x`` (n, p) with weights ``w``."""

    def __init__(
        self,
        x: Floats,
        w: Floats,
        blocks: Mapping[str, Sequence[int]],
        drivers: Mapping[str, Sequence[str]],
        products: Mapping[str, tuple[str, str]],
    ) -> None:
        self.blocks, self.drivers, self.products = blocks, drivers, products
        self.w = w / w.sum()
        self.mean = self.w @ x
        self.sd = np.sqrt(self.w @ (x - self.mean) ** 2)
        self.train = x
        z = (x - self.mean) / self.sd
        self.weights = {name: np.ones(len(block)) for name, block in blocks.items()}
        for _ in range(500):
            y = self._standard(z)
            self.weights = {
                name: z[:, block].T @ (self.w * self._inner(name, y)) for name, block in blocks.items()
            }
        y = self._standard(z)
        for name, (a, b) in products.items():
            y[name] = self._unit(y[a] * y[b])
        self.loadings = {name: z[:, block].T @ (self.w * y[name]) for name, block in blocks.items()}
        self.beta = {
            name: weighted_regression(np.stack([y[k] for k in own], axis=1), y[name], self.w)
            for name, own in drivers.items()
        }

    def _unit(self, y: Floats) -> Floats:
        y = y - self.w @ y
        made: Floats = y / np.sqrt(self.w @ y**2)
        return made

    def _standard(self, z: Floats) -> dict[str, Floats]:
        made = {name: self._unit(z[:, block] @ self.weights[name]) for name, block in self.blocks.items()}
        for name, block in self.blocks.items():
            raw = z[:, block] @ self.weights[name]
            self.weights[name] = self.weights[name] / np.sqrt(self.w @ raw**2)
        return made

    def _inner(self, name: str, y: Mapping[str, Floats]) -> Floats:
        own = [k for k in self.drivers.get(name, ()) if k in self.blocks]
        made = np.zeros(len(self.w))
        if own:
            x = np.stack([y[k] for k in own], axis=1)
            made += x @ weighted_regression(x, y[name], self.w)
        for target, its in self.drivers.items():
            if name in its and target in self.blocks:
                made += (self.w @ (y[name] * y[target])) * y[target]
        return made

    def scores(self, x: Floats) -> dict[str, Floats]:
        z = (x - self.mean) / self.sd
        return {name: z[:, block] @ self.weights[name] for name, block in self.blocks.items()}

    def _source(self, name: str, x: Floats, approach: str) -> Floats:
        """The score of a driver: its own, or, from the earliest antecedents, what those predict."""
        if name in self.products:
            a, b = self.products[name]
            new = self._source(a, x, approach) * self._source(b, x, approach)
            seen = self._source(a, self.train, approach) * self._source(b, self.train, approach)
            own = self.scores(self.train)
            raw = own[a] * own[b]
            made: Floats = (new - self.w @ seen) / np.sqrt(self.w @ (raw - self.w @ raw) ** 2)
            return made
        if name in self.drivers and approach == "earliest":
            return self.predicted(name, x, approach)
        return self.scores(x)[name]

    def predicted(self, name: str, x: Floats, approach: str) -> Floats:
        """Scores (n,) of an endogenous construct."""
        sources = np.stack([self._source(k, x, approach) for k in self.drivers[name]], axis=1)
        made: Floats = sources @ self.beta[name]
        return made

    def items(self, name: str, x: Floats, approach: str) -> Floats:
        """Answers (n, items) to the questions of an endogenous construct."""
        block = list(self.blocks[name])
        made: Floats = self.mean[block] + self.sd[block] * np.outer(
            self.predicted(name, x, approach), self.loadings[name]
        )
        return made
