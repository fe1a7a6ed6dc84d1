"""Weights, strata, clusters and group columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import Finding
from csi_model.model.spec import ModelSpec
from csi_model.survey.answers import finding, user_missing
from csi_model.survey.codebook import Column
from csi_model.survey.conversion import number_of, to_numbers, to_texts
from csi_model.survey.places import Mask, Places, count_of
from csi_model.survey.sources import Part, texts_of
from csi_model.vocabulary import RESERVED_COLUMNS

MOST_GROUPS = 500
"""A group column with more values than this looks like an identifier."""


@dataclass(frozen=True, kw_only=True)
class Groups:
    """Group columns of all rows: exact texts (empty where blank), and labels of their values."""

    names: tuple[str, ...]
    texts: tuple[NDArray[np.object_], ...]
    labels: Mapping[str, Mapping[str, str]]

    def blank(self, size: int) -> Mask:
        """Rows without a value in some group column."""
        mask = np.zeros(size, dtype=bool)
        for texts in self.texts:
            mask |= texts == ""
        return mask


def check_group_names(by: Sequence[str], model: ModelSpec, stored: Mapping[str, str]) -> list[Finding]:
    """Find group columns that cannot be: doubled, a question of the model, named like a table column.

    ``stored`` maps a name in the model to the column in the file.
    """
    questions = {*(item.name for item in model.indicators), *stored.values()}
    found = []
    for index, name in enumerate(by):
        where = f"--by {name}"
        if name in by[:index]:
            found.append(_error("group-twice", where, "The group column is named twice.", "Name it once."))
        elif name in questions:
            what = "This column is a question of the model, it cannot form groups."
            found.append(_error("group-is-question", where, what, "Choose a column such as firm or wave."))
        elif name in RESERVED_COLUMNS:
            what = "A group column may not be named like a column of the results tables."
            fix = f"Rename it in the file, for instance to {name}_group."
            found.append(_error("group-reserved", where, what, fix))
    return found


def read_groups(
    parts: Sequence[Part], by: Sequence[str], entries: Mapping[str, Sequence[Column]], places: Places
) -> tuple[Groups, list[Finding]]:
    """Read group columns as exact text, with labels from the file and the codebooks.

    ``entries`` gives the codebook entries of each group column, the strongest last. Codes that are
    missing for that column (there or in the file) count as blank; codes for all columns do not.
    """
    texts, labels, findings = [], {}, []
    for name in by:
        values = np.concatenate([_group_texts(part, name, entries[name]) for part in parts])
        found, known = _labels(parts, name, entries[name])
        findings += found
        texts.append(values)
        labels[name] = MappingProxyType(
            {value: known[value] for value in sorted(set(values)) if value in known}
        )
        findings += _check_values(name, values, places)
    groups = Groups(names=tuple(by), texts=tuple(texts), labels=MappingProxyType(labels))
    return groups, findings


def read_weights(
    parts: Sequence[Part], name: str, places: Places
) -> tuple[NDArray[np.float64], list[Finding]]:
    """Read sampling weights; zero is allowed (the row is left out later), but not everywhere."""
    where = f"--weight {name}"
    cells = [to_numbers(part.column(name), {}) for part in parts]
    values = np.concatenate([one.numbers for one in cells])
    bad = np.concatenate([one.bad for one in cells])
    declared = [
        user_missing(part.table, name, one.numbers, one.texts.tolist())
        for part, one in zip(parts, cells, strict=True)
    ]
    missing = (np.isnan(values) & ~bad) | np.concatenate(declared)
    with np.errstate(invalid="ignore"):
        negative = values < 0
    checks = (
        ("weight-text", bad, "no number"),
        ("weight-missing", missing & ~bad, "no weight"),
        ("weight-negative", negative, "a negative weight"),
        ("weight-infinite", np.isinf(values) & ~negative, "an infinite weight"),
    )
    found = []
    for code, mask, words in checks:
        if mask.any():
            what = f"There is {words} in {count_of(mask, 'row')} ({places.show(mask)})."
            fix = "Every respondent needs a weight of zero or more; correct the column or leave --weight out."
            found.append(_error(code, where, what, fix))
    if not found and not (values > 0).any():
        found.append(_error("weight-zero", where, "All weights are zero.", "Choose another weight column."))
    return values, found


def read_codes(
    parts: Sequence[Part], name: str, role: str, places: Places
) -> tuple[NDArray[np.int64], list[Finding]]:
    """Read strata or clusters as codes 0, 1, ... in the order of their texts."""
    texts = texts_of(parts, name)
    blank = np.asarray(texts == "", dtype=bool)
    found = []
    if blank.any():
        what = f"There is no value of {name} in {count_of(blank, 'row')} ({places.show(blank)})."
        fix = f"Fill the column, or leave --{role} out."
        found.append(_error(f"{role}-missing", f"{role} {name}", what, fix))
    _, codes = np.unique(texts.astype(str), return_inverse=True)
    return codes.astype(np.int64), found


def _group_texts(part: Part, name: str, entries: Sequence[Column]) -> NDArray[np.object_]:
    texts = to_texts(part.column(name))
    codes = {code for entry in entries for code in entry.missing}
    declared = part.table.missing.get(name, ())
    if not codes and not declared:
        return texts
    unique, inverse = np.unique(texts.astype(str), return_inverse=True)
    numbers = np.array([number_of(text) for text in unique], dtype=np.float64)
    blank = np.isin(numbers, sorted(codes))
    with np.errstate(invalid="ignore"):
        for one in declared:
            blank |= unique == one if isinstance(one, str) else (numbers >= one[0]) & (numbers <= one[1])
    cleaned = unique.astype(object)
    cleaned[blank] = ""
    result: NDArray[np.object_] = cleaned[inverse]
    return result


def _labels(
    parts: Sequence[Part], name: str, entries: Sequence[Column]
) -> tuple[list[Finding], dict[str, str]]:
    known: dict[str, str] = {}
    differing = []
    for part in parts:
        for value, label in part.table.value_labels.get(name, {}).items():
            if known.setdefault(value, label) != label:
                differing.append(f"{value} is {known[value]!r} and {label!r}")
    for entry in entries:
        known.update(entry.values)
    if not differing:
        return [], known
    what = f"The files label values differently: {'; '.join(differing[:3])}."
    fix = "The first label is used; check that the codes mean the same."
    return [finding("labels-differ", "warning", f"--by {name}", what, fix)], known


def _check_values(name: str, texts: NDArray[np.object_], places: Places) -> list[Finding]:
    where = f"--by {name}"
    filled = texts[texts != ""]
    distinct = len(set(filled.tolist()))
    if distinct == 0:
        return [_error("group-empty", where, "The group column is empty.", "Choose another column.")]
    if distinct > MOST_GROUPS or (distinct == filled.size and distinct > 2):
        what = (
            f"The column has {distinct} different values in {filled.size} rows: it looks like an identifier."
        )
        return [_error("group-identifier", where, what, "Choose a column with few values.")]
    blank = np.asarray(texts == "", dtype=bool)
    if not blank.any():
        return []
    what = f"There is no value in {count_of(blank, 'row')} ({places.show(blank)}), left out."
    return [finding("blank-group", "warning", where, what, "Fill the column to keep them.")]


def _error(code: str, where: str, what: str, fix: str) -> Finding:
    return finding(code, "error", where, what, fix)
