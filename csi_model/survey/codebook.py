"""What a survey's columns mean: missing codes by reason, recodes, routing, labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from csi_model.model.spec import Scale

Reason = Literal["skipped", "dont_know", "refused", "other"]


@dataclass(frozen=True, kw_only=True)
class Routing:
    """A question is asked only when ``low <= column <= high``."""

    column: str
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Column:
    """One survey column: how its values are to be read.

    ``missing`` maps codes to reasons, ``recode`` maps stored values to the values used (top codes),
    ``asked_when`` is the routing, ``values`` maps codes to their labels. A survey may lack an ``optional``
    column.
    """

    name: str
    label: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    scale: Scale | None = None
    missing: Mapping[float, Reason] = field(default_factory=lambda: MappingProxyType({}))
    recode: Mapping[float, float] = field(default_factory=lambda: MappingProxyType({}))
    asked_when: Routing | None = None
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    reversed: bool = False
    optional: bool = False


@dataclass(frozen=True, kw_only=True)
class Codebook:
    """Columns by name, and the missing codes that hold for every column."""

    name: str = ""
    source: str = ""
    missing: Mapping[float, Reason] = field(default_factory=lambda: MappingProxyType({}))
    columns: Mapping[str, Column] = field(default_factory=lambda: MappingProxyType({}))
