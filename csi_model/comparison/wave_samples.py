"""The units of a study in each of its waves, as plain numbers that trend and decomposition are made of.

They come from stored results, one folder a wave, or from one fit that has a wave column: the same functions
go on from here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from csi_model.comparison.wave_blocks import NO_CROSS, Block, Cross, beside
from csi_model.comparison.wave_reading import Reader, Stored, reader_of, stored_of
from csi_model.errors import Finding, UsageError, suggest
from csi_model.evaluation.ingredients import Layout
from csi_model.evaluation.results import Results

Array = NDArray[Any]

WEIGHTS: tuple[str, ...] = ("held", "own", "chained")
"""Which index weights a trend can rest on."""

TOTAL = "total"
"""The unit that is the whole sample."""


@dataclass(frozen=True, kw_only=True)
class WaveOptions:
    """How waves are followed.

    Attributes
    ----------
    column
        The group column that tells waves apart; "" where each wave has results of its own.
    order
        Its values from the first wave to the last; default: sorted, numbers as such.
    weights
        Which weights the headline trend rests on: ``held`` (those of the base wave), ``own`` (each wave's)
        or ``chained`` (the mean of both waves' for each change).
    base
        The wave whose weights are held; default: the first.
    identifier
        The column that tells respondents apart, where some answered in several waves.
    """

    column: str = ""
    order: tuple[str, ...] = ()
    weights: str = "held"
    base: str | None = None
    identifier: str | None = None


@dataclass(frozen=True, kw_only=True)
class WaveUnit:
    """A unit through the waves.

    Attributes
    ----------
    name
        As it stands in tables: the values of its group columns, or ``total``.
    blocks
        One a wave: the unit's item means, slopes and paths beside the weights of the wave's whole sample. NaN
        where the unit has no numbers.
    n, n_eff
        Respondents in each wave (0 where there are none), and effective ones (NaN).
    why
        Why a wave has no number, else "".
    no_effects
        Why a wave has no effects of its own, else "".
    cross, shared
        Covariances between the waves of a panel, and how many respondents two waves share.
    linked, paired
        Of a panel, the blocks with covariances of the same kind as ``cross``; and, where there are draws,
        blocks that were drawn together for all waves.
    """

    name: str
    blocks: tuple[Block, ...]
    n: tuple[int, ...]
    n_eff: tuple[float, ...]
    why: tuple[str, ...]
    no_effects: tuple[str, ...] = ()
    cross: Cross = field(default_factory=lambda: NO_CROSS)
    shared: Mapping[tuple[int, int], int] = field(default_factory=lambda: MappingProxyType({}))
    linked: tuple[Block, ...] = ()
    paired: tuple[Block, ...] = ()

    @property
    def moving(self) -> tuple[Block, ...]:
        """The blocks that changes are judged by."""
        return self.paired or self.linked or self.blocks

    def has(self, wave: int) -> bool:
        """Whether the unit has numbers in a wave."""
        return not self.why[wave]


@dataclass(frozen=True, kw_only=True)
class WaveStudy:
    """All units in all waves.

    ``pooled`` is the sample of all waves together, where there was a fit of it; ``base`` the place of the
    wave whose weights are held; ``headline`` the weights that the shown trend rests on; ``why`` (waves) why
    a wave's own weights are not there, else ""; ``no_error`` why a standard error is absent where nothing
    else says so.
    """

    layout: Layout
    waves: tuple[str, ...]
    base: int
    headline: str
    level: float
    units: tuple[WaveUnit, ...]
    why: tuple[str, ...]
    no_error: str
    pooled: Block | None = None


def checked_options(options: WaveOptions, waves: Sequence[str]) -> tuple[tuple[str, ...], int]:
    """Waves in their order, and the place of the base.

    Raises
    ------
    UsageError
        With every mistake: unknown weights, base or waves, waves that the order leaves out.
    """
    order = options.order or tuple(waves)
    unknown = [wave for wave in order if wave not in waves]
    absent = [wave for wave in waves if wave not in order]
    whole = "Name every wave once, the first one first."
    mistakes = []
    if options.weights not in WEIGHTS:
        mistakes.append((f"there are no weights {options.weights!r}.", suggest(options.weights, WEIGHTS)))
    if unknown:
        mistakes.append((f"there is no wave {unknown[0]!r}.", suggest(unknown[0], list(waves))))
    if absent:
        mistakes.append((f"the order leaves out {', '.join(absent)}.", whole))
    if len(set(order)) < len(order):
        mistakes.append(("the order names a wave twice.", whole))
    if options.base is not None and options.base not in waves:
        mistakes.append((f"there is no base wave {options.base!r}.", suggest(options.base, list(waves))))
    if mistakes:
        raise UsageError(
            Finding(code="bad-option", severity="error", where="waves", what=what, fix=fix)
            for what, fix in mistakes
        )
    return order, 0 if options.base is None else order.index(options.base)


@dataclass(frozen=True, kw_only=True)
class InWave:
    """A unit in one wave: its block (None without numbers), counts, and why something is absent."""

    block: Block | None
    n: int
    n_eff: float
    why: str
    no_effects: str = ""


NOT_THERE = InWave(block=None, n=0, n_eff=float("nan"), why="not in this wave")


def standing_of(reader: Reader, stored: Stored, key: tuple[str, ...], run: int = 0) -> InWave:
    """A group, or with () the whole sample, of stored results."""
    if key not in stored.places:
        return NOT_THERE
    moments, place = stored.results.moments, stored.places[key]
    why = stored.why.get(key, "")
    return InWave(
        block=None if why else reader.block(stored.arrays(key), run),
        n=int(moments["n"][place]),
        n_eff=float("nan") if why else float(moments["n_eff"][place]),
        why=why,
        no_effects=stored.no_effects.get(key, ""),
    )


def unit_of(
    name: str, layout: Layout, standings: Sequence[InWave], wholes: Sequence[Block], *, whole: bool
) -> WaveUnit:
    """A unit from what it is in each wave and the blocks of the waves' whole samples.

    ``whole``: the unit is the whole sample, whose weights and means belong to one estimate.
    """
    blocks = list(wholes)
    if not whole:
        blocks = [
            beside(_empty(layout, ruler) if one.block is None else one.block, ruler, layout.w)
            for one, ruler in zip(standings, wholes, strict=True)
        ]
    return WaveUnit(
        name=name,
        blocks=tuple(blocks),
        n=tuple(one.n for one in standings),
        n_eff=tuple(one.n_eff for one in standings),
        why=tuple(one.why for one in standings),
        no_effects=tuple(one.no_effects for one in standings),
    )


def _empty(layout: Layout, ruler: Block) -> Block:
    """A block without numbers, beside whose weights stand."""
    return Block(
        point=np.full(layout.size, np.nan),
        covariance=np.full((layout.size, layout.size), np.nan),
        draws=None if ruler.draws is None else np.full(ruler.draws.shape, np.nan),
        run=ruler.run,
    )


def folder_study(results: Mapping[str, Results], options: WaveOptions, level: float) -> WaveStudy:
    """Stored results, one a wave, in the order given.

    Units are the whole samples, or the groups; a group is followed through the waves where it occurs.

    Raises
    ------
    UsageError
        See ``checked_options``.
    """
    order, base = checked_options(options, tuple(results))
    listed = [stored_of(results[name]) for name in order]
    reader = reader_of(listed[0].results)
    keys = list(dict.fromkeys(key for one in listed for key in one.keys)) if listed[0].results.by else [()]
    with threadpool_limits(1, user_api="blas"):  # the matrices are small: threads would wait for each other
        wholes = [reader.block(one.arrays(()), run) for run, one in enumerate(listed)]
        units = [_folder_unit(reader, listed, wholes, key) for key in keys]
    return WaveStudy(
        layout=reader.layout,
        waves=order,
        base=base,
        headline=options.weights,
        level=level,
        units=tuple(units),
        why=("",) * len(order),
        no_error=reader.no_error,
    )


def _folder_unit(
    reader: Reader, listed: Sequence[Stored], wholes: Sequence[Block], key: tuple[str, ...]
) -> WaveUnit:
    standings = [standing_of(reader, one, key, run) for run, one in enumerate(listed)]
    name = " / ".join(next(one for one in listed if key in one.places).labels(key)) if key else TOTAL
    return unit_of(name, reader.layout, standings, wholes, whole=not key)
