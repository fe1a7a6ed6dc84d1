"""Results: computed tables and what they were computed from. Nothing else, and nothing that changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csi_model.model.spec import ModelSpec
from csi_model.vocabulary import TABLES

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class Results:
    """What ``evaluate`` returns and a results folder stores.

    Attributes
    ----------
    model
        The model as used.
    tables
        Tables of the contract by name; with ``by`` one block of rows per group.
    pooled
        The same tables for all rows together; the same object as ``tables`` where there are no groups.
    across
        Tables about the survey as a whole (``vocabulary.SURVEY_TABLES``), where they were made.
    scores
        Scores of respondents, where they were asked for: ``row``, group columns, constructs (0-100).
    files
        More files of the results folder by relative path, which no report reads; not loaded again.
    by, group_labels
        Group columns, and labels of their values.
    moments
        Arrays by name: ``mean``, ``cov``, ``n`` ... per group, and bootstrap draws.
    manifest
        Versions, options, seed, source and hashes.
    """

    model: ModelSpec
    tables: Mapping[str, pd.DataFrame]
    pooled: Mapping[str, pd.DataFrame]
    across: Mapping[str, pd.DataFrame] = field(default_factory=lambda: MappingProxyType({}))
    scores: pd.DataFrame | None = None
    files: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    by: tuple[str, ...] = ()
    group_labels: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    moments: Mapping[str, Array]
    manifest: Mapping[str, Any]

    @property
    def trustworthy(self) -> bool:
        """True when no finding is an error: every number may be used."""
        return not any((frame["severity"] == "error").any() for frame in self._findings())

    def _findings(self) -> tuple[pd.DataFrame, ...]:
        frames = (self.tables["findings"],)
        return frames if self.tables is self.pooled else (*frames, self.pooled["findings"])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Results):
            return NotImplemented
        return (
            self.model == other.model
            and self.by == other.by
            and _plain(self.group_labels) == _plain(other.group_labels)
            and _plain(self.manifest) == _plain(other.manifest)
            and _same_frames(self.tables, other.tables)
            and _same_frames(self.pooled, other.pooled)
            and _same_frames(self.across, other.across)
            and _same_frames(_optional(self.scores), _optional(other.scores))
            and self.moments.keys() == other.moments.keys()
            and all(
                np.array_equal(self.moments[k], other.moments[k], equal_nan=_numeric(self.moments[k]))
                for k in self.moments
            )
        )

    __hash__ = None  # type: ignore[assignment]

    def summary(self) -> str:
        """Verdict, headline index, its drivers and the findings, as plain text."""
        lines = [f"{self.model.name}: {self.model.title.get('en', '')}".rstrip(": ")]
        lines.append("Usable." if self.trustworthy else "NOT USABLE AS IT IS; see the findings.")
        index = self.tables["index"]
        shown = index[(index["construct"] == self.model.index) & (index["weights_from"] == "pooled")]
        for _, row in shown.iterrows():
            group = " / ".join(str(row[name]) for name in self.by)
            lines.append(f"{group + ': ' if group else ''}{self.model.index} {_interval(row)}")
        lines += self._driver_lines()
        for _, row in self.pooled["findings"].iterrows():
            lines.append(f"[{row['severity']}] {row['where']}: {row['what']} {row['fix']}".rstrip())
        return "\n".join(lines)

    def _driver_lines(self) -> list[str]:
        verdicts = self.pooled["fit"].set_index("measure")["value"]
        if not all(verdicts[name] == 1 for name in ("converged", "admissible", "identified")):
            return ["  Drivers are not shown: the effects of this fit should not be used."]
        drivers = self.pooled["drivers"]
        return [
            f"  {row['driver']}: 5 points more go with {row['impact_5']:+.2f} index points "
            f"(performance {row['performance']:.1f})"
            for _, row in drivers[drivers["target"] == self.model.index].iterrows()
        ]

    def _repr_html_(self) -> str:
        parts = [f"<pre>{escape(self.summary())}</pre>"]
        for name in ("index", "drivers"):
            parts.append(f"<h4>{escape(TABLES[name].title.en)}</h4>")
            parts.append(self.tables[name].to_html(index=False, escape=True, na_rep="–", border=0))
        return "".join(parts)


def _interval(row: pd.Series[Any]) -> str:
    if pd.isna(row["index"]):
        return f"- ({row['why']})"
    if pd.isna(row["ci_lower"]):
        return f"{row['index']:.1f} ({row['why']}), n = {row['n']}"
    return f"{row['index']:.1f} ({row['ci_lower']:.1f} to {row['ci_upper']:.1f}), n = {row['n']}"


def _same_frames(first: Mapping[str, pd.DataFrame], second: Mapping[str, pd.DataFrame]) -> bool:
    return first.keys() == second.keys() and all(first[name].equals(second[name]) for name in first)


def _optional(frame: pd.DataFrame | None) -> dict[str, pd.DataFrame]:
    return {} if frame is None else {"scores": frame}


def _numeric(array: Array) -> bool:
    return array.dtype.kind in "fc"


def _plain(value: Any) -> Any:
    """Mappings and tuples as dicts and lists, to compare what was stored with what was made."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value
