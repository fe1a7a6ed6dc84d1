"""What a report is made of: stored tables, and the words and structure that go with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import pandas as pd

from csi_model.reporting.look import Look


@dataclass(frozen=True, kw_only=True)
class Content:
    """Everything that charts and pages may read.

    Attributes
    ----------
    tables
        The stored tables by name (see ``csi_model.vocabulary.TABLES``); with ``by`` they begin with
        the group columns and hold one block of rows per group.
    pooled
        The same tables for all rows together, without group columns; ``tables`` itself where there
        are no groups.
    across
        Tables about the survey as a whole, without group columns (``vocabulary.SURVEY_TABLES``): what
        missing answers do, whether groups may be compared; only those that hold something.
    by
        Group columns.
    constructs, paths, index
        Construct names in model order, ``(source, target)`` pairs, the headline construct.
    low_is_good
        Constructs whose low values are good (complaints).
    labels
        Construct or indicator name > language > label.
    group_labels
        Group column > value > label.
    title, source, structure, caveat
        Of the model; ``title`` and ``caveat`` by language.
    manifest
        Versions, options, seed, command and hashes as stored; ``manifest["options"]["level"]`` is
        the confidence level.
    model_title
        The model's own title by language; the report's may be another.
    lavaan
        The model as lavaan text, empty where there is none.
    look
        The client's colours, logo and slide template.
    """

    tables: Mapping[str, pd.DataFrame]
    pooled: Mapping[str, pd.DataFrame]
    across: Mapping[str, pd.DataFrame] = field(default_factory=lambda: MappingProxyType({}))
    by: tuple[str, ...] = ()
    constructs: tuple[str, ...]
    paths: tuple[tuple[str, str], ...]
    index: str
    low_is_good: frozenset[str] = frozenset()
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    group_labels: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    title: Mapping[str, str]
    source: str = ""
    structure: str = "published"
    caveat: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    manifest: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    model_title: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    lavaan: str = ""
    look: Look = field(default_factory=Look)

    @property
    def said(self) -> Mapping[str, Any]:
        """What the study file says about its report: client, preparer, date, background, method."""
        said = self.manifest.get("report", {})
        return said if isinstance(said, Mapping) else {}

    def label(self, name: str, language: str) -> str:
        """Label of a construct or indicator, else its name."""
        texts = self.labels.get(name, {})
        return texts.get(language) or texts.get("en") or name

    def group_label(self, column: str, value: str) -> str:
        """Label of a group value, else the value."""
        return self.group_labels.get(column, {}).get(value, value)

    def group_name(self, joined: str) -> str:
        """Labels of a group whose values stand joined by `` / ``, as in ``latent_means``; else as it is."""
        values = joined.split(" / ") if len(self.by) > 1 else [joined]
        if len(values) != len(self.by):
            return joined
        return " · ".join(map(self.group_label, self.by, values))
