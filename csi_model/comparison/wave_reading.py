"""Stored moments of a fit as blocks: model and options say how parameters are laid out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.comparison.wave_blocks import Block
from csi_model.estimation.composites import CompositeTable
from csi_model.estimation.covariance import matrices
from csi_model.estimation.fitting import table_of
from csi_model.estimation.options import FitOptions
from csi_model.estimation.ordinal.layout import laid_out, steps_of
from csi_model.estimation.parameters import ParameterTable
from csi_model.evaluation.ingredients import Layout, carried, ingredient_draws, ingredients, layout_of
from csi_model.evaluation.intervals import NO_DRAWS
from csi_model.evaluation.quantities import Metric, metric_of
from csi_model.evaluation.results import Results

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Turns stored moments into blocks; the same for all results of one study."""

    table: ParameterTable | CompositeTable
    metric: Metric
    layout: Layout

    @property
    def no_error(self) -> str:
        """Why a standard error is absent."""
        return NO_DRAWS if isinstance(self.table, CompositeTable) else "no standard error in this sample"

    def block(self, arrays: Mapping[str, Array], run: int = 0) -> Block:
        """The block of a sample from its arrays (``stored_moments``): ``mean``, ``values`` ..."""
        if "values" not in arrays:
            return self._means_only(arrays, run)
        if "steps" in arrays and isinstance(self.table, ParameterTable):
            table = laid_out(self.table, steps_of(arrays["steps"]))
            rest = {name: array for name, array in arrays.items() if name != "steps"}
            return replace(self, table=table).block(rest, run)
        means, values = self.means(arrays), arrays["values"]
        at = ingredients(self.table, self.metric, self.layout, means, values)
        draws = None
        if "draws_values" in arrays:
            found = (arrays["draws_means"], arrays["draws_values"])
            draws = ingredient_draws(self.table, self.metric, self.layout, *found)
        if "covariance" in arrays:
            covariance = self._delta(means, values, arrays["covariance"])
        else:
            covariance = self._composite(arrays, draws)
        return Block(point=at, covariance=covariance, draws=draws, run=run)

    def means(self, arrays: Mapping[str, Array]) -> Array:
        """Item means that the index rests on: implied ones under a mean structure."""
        if isinstance(self.table, ParameterTable) and self.table.has_means:
            return matrices(self.table, arrays["values"]).mean
        return arrays["mean"]

    def _delta(self, means: Array, values: Array, covariance: Array) -> Array:
        p = len(means)
        return carried(
            lambda z: ingredients(self.table, self.metric, self.layout, z[..., :p], z[..., p:]),
            np.concatenate([means, values]),
            covariance,
        )

    def _composite(self, arrays: Mapping[str, Array], draws: Array | None) -> Array:
        """Of PLS: from the draws; without them the means' error alone is known, and that of fixed weights."""
        layout = self.layout
        if "ingredients_covariance" in arrays:
            return arrays["ingredients_covariance"]
        if draws is not None and len(draws) > 1:
            return np.asarray(np.cov(np.where(np.isfinite(draws), draws, np.nan), rowvar=False))
        made = np.full((layout.size, layout.size), np.nan)
        made[layout.x, layout.x] = self._mean_covariance(arrays)
        if self.metric.rule in ("equal", "given"):
            made[:, layout.w] = 0.0
            made[layout.w, :] = 0.0
        return made

    def _means_only(self, arrays: Mapping[str, Array], run: int) -> Block:
        layout = self.layout
        at = np.full(layout.size, np.nan)
        covariance = np.full((layout.size, layout.size), np.nan)
        if "mean" in arrays:
            at[layout.x] = 100 * (arrays["mean"] - self.metric.low) / self.metric.width
            covariance[layout.x, layout.x] = self._mean_covariance(arrays)
        return Block(point=at, covariance=covariance, run=run)

    def _mean_covariance(self, arrays: Mapping[str, Array]) -> Array:
        scale = 100 / self.metric.width
        unknown = np.full((self.layout.items, self.layout.items), np.nan)
        return np.asarray(arrays.get("mean_covariance", unknown) * np.outer(scale, scale))


def reader_of(results: Results) -> Reader:
    """The reader of stored results: model and options say how parameters are laid out."""
    options = options_of(results)
    metric = metric_of(results.model, options.weight_rule, options.given_weights)
    return Reader(
        table=table_of(results.model, options), metric=metric, layout=layout_of(results.model, metric)
    )


def options_of(results: Results) -> FitOptions:
    """The options that stored results were fitted with."""
    names = {one.name for one in fields(FitOptions)}
    stored = {name: value for name, value in results.manifest["options"].items() if name in names}
    return FitOptions(**{**stored, "given_weights": MappingProxyType(dict(stored["given_weights"]))})


_ARRAYS = (
    "mean", "mean_covariance", "values", "covariance", "steps", "draws_means", "draws_values",
    "ingredients_covariance",
)  # fmt: skip
"""What blocks are made of, as ``stored_moments`` names it."""


@dataclass(frozen=True, kw_only=True)
class Stored:
    """Stored results looked up by the values of the group columns; () is the whole sample.

    ``why`` says why a group has no index, ``no_effects`` why it has no estimate of its own; "" where it has.
    """

    results: Results
    places: Mapping[tuple[str, ...], int]
    why: Mapping[tuple[str, ...], str]
    no_effects: Mapping[tuple[str, ...], str]

    @property
    def keys(self) -> tuple[tuple[str, ...], ...]:
        """Values of the group columns of every group."""
        return tuple(self.places)[1:]

    def arrays(self, key: tuple[str, ...]) -> dict[str, Array]:
        """Stored arrays of a group by what they are; empty where there is none."""
        moments, place = self.results.moments, self.places.get(key, -1)
        named = ((name, f"{name}_{place}") for name in _ARRAYS)
        return {name: moments[stored] for name, stored in named if stored in moments}

    def labels(self, key: tuple[str, ...]) -> tuple[str, ...]:
        """Labels of a group's values, the values themselves where there are none."""
        return labels_of(self.results, key)


def stored_of(results: Results) -> Stored:
    """Look stored results through once."""
    rows = [tuple(str(value) for value in row) for row in results.moments["keys"]]
    return Stored(
        results=results,
        places={key: place for place, key in enumerate([(), *rows[1:]])},
        why=_reasons(results, "pooled"),
        no_effects=_reasons(results, "group"),
    )


def _reasons(results: Results, weights_from: str) -> dict[tuple[str, ...], str]:
    """Why a group's index by some weights is absent, "" where it is there."""
    if not results.by:
        return {}
    shown = results.tables["index"]
    shown = shown[shown["weights_from"] == weights_from]
    keys = zip(*(shown[name].astype(str) for name in results.by), strict=True)
    found: dict[tuple[str, ...], str] = {}
    known: set[tuple[str, ...]] = set()
    for key, index, why in zip(keys, shown["index"], shown["why"], strict=True):
        if index == index:
            known.add(key)
        found.setdefault(key, str(why))
    return found | dict.fromkeys(known, "")


def labels_of(results: Results, key: tuple[str, ...]) -> tuple[str, ...]:
    """Labels of a group's values, where there are some."""
    return tuple(
        results.group_labels.get(column, {}).get(value, value)
        for column, value in zip(results.by, key, strict=False)
    )
