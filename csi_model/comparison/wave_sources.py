"""What the waves of one fit are read from: the fit, its survey, and each wave's whole sample."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.comparison.panel import Respondents
from csi_model.comparison.wave_blocks import Block
from csi_model.comparison.wave_reading import Reader, Stored
from csi_model.comparison.wave_samples import standing_of
from csi_model.estimation.crew import Dask
from csi_model.estimation.fits import Fit
from csi_model.estimation.fitting import group_sample
from csi_model.estimation.part_fitting import fit_part
from csi_model.evaluation.stored_moments import part_moments
from csi_model.survey.moments import item_statistics
from csi_model.survey.survey import ANSWERED, Survey

Array = NDArray[Any]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class WaveSource:
    """A fit with a wave column: what is stored of it, what it was made of, and who resamples.

    ``column`` is the wave column, ``waves`` its values in order.
    """

    stored: Stored
    fitted: Fit
    survey: Survey
    reader: Reader
    column: str
    waves: tuple[str, ...]
    workers: int = 1
    backend: Dask | None = None
    progress: Progress | None = None

    def how(self, name: str) -> dict[str, Any]:
        """Arguments of ``run_batches`` for what is told as ``name``."""
        tell = self.progress
        told = None if tell is None else lambda done, total: tell(name, done, total)
        return {"workers": self.workers, "backend": self.backend, "progress": told}

    @property
    def by(self) -> tuple[str, ...]:
        """Group columns."""
        return self.stored.results.by

    @cached_property
    def _values(self) -> dict[str, Array]:
        """Values of each group column, (n,) of text."""
        return {
            name: np.array(texts, dtype=str)
            for name, texts in zip(self.survey.by, self.survey.groups, strict=True)
        }

    def full_key(self, wave: str, key: Sequence[str]) -> tuple[str, ...]:
        """Values of all group columns of a unit in a wave."""
        rest = iter(key)
        return tuple(wave if name == self.column else next(rest) for name in self.by)

    def short_key(self, key: Sequence[str]) -> tuple[str, ...]:
        """Values of the group columns but the wave: what a unit is called by."""
        named = zip(self.by, key, strict=True)
        return tuple(value for name, value in named if name != self.column)

    def mask(self, wave: str, key: Sequence[str] = ()) -> Array:
        """Rows (n,) of a unit in a wave; without ``key`` all rows of the wave."""
        if not key:
            return np.asarray(self._values[self.column] == wave)
        made = np.ones(len(self.survey), dtype=bool)
        for name, value in zip(self.by, self.full_key(wave, key), strict=True):
            made &= self._values[name] == value
        return made

    def respondents(self, wave: str, key: Sequence[str], numbers: Array) -> Respondents:
        """Who is in the sample of a unit in a wave; ``numbers`` (N,) are the persons of the survey's rows."""
        mask, options = self.mask(wave, key), self.fitted.options
        rows = np.flatnonzero(mask)
        if options.missing_data == "complete":
            rows = rows[np.all(self.survey.reasons[rows] == ANSWERED, axis=1)]
        return Respondents(sample=group_sample(self.survey, mask, options), persons=numbers[rows])

    def arrays(self, wave: str, key: Sequence[str]) -> dict[str, Array]:
        """Stored arrays of a unit in a wave; empty where it has none."""
        return self.stored.arrays(self.full_key(wave, key))


@dataclass(frozen=True, kw_only=True)
class Whole:
    """The whole sample of a wave: its block, stored arrays, and why its weights are absent, else ""."""

    block: Block
    arrays: Mapping[str, Array]
    why: str = ""


def whole_of(source: WaveSource, wave: str) -> Whole:
    """The whole sample of a wave: one of the groups, or, where units stand below it, fitted now."""
    reader = source.reader
    if source.by == (source.column,):
        standing = standing_of(reader, source.stored, (wave,))
        return Whole(
            block=standing.block or reader.block({}),
            arrays=source.arrays(wave, ()),
            why=standing.why or standing.no_effects,
        )
    mask, options = source.mask(wave), source.fitted.options
    part = fit_part(
        reader.table,
        source.fitted.model,
        group_sample(source.survey, mask, options),
        item_statistics(source.survey, mask),
        options,
        key=(wave,),
        source=source.survey.source,
        stream=len(source.stored.places) + source.waves.index(wave),
        how=source.how,
    )
    whole = replace(source.fitted, options=replace(options, detail="full"))
    arrays = part_moments(whole, part).arrays
    return Whole(block=reader.block(arrays), arrays=arrays, why=part.why)
