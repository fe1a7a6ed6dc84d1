"""Weights, strata, clusters and group columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import Finding, Severity
from csi_model.model.spec import ModelSpec
from csi_model.survey.answers import finding, user_missing
from csi_model.survey.codebook import Column
from csi_model.survey.conversion import number_of, to_numbers, to_texts
from csi_model.survey.places import Hits, Mask, Places
from csi_model.survey.remarks import Remark, told
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
        values = group_texts(parts, name, entries[name])
        found, labels[name] = group_labels(parts, name, entries[name], values)
        findings += found
        texts.append(values)
        filled = values[values != ""]
        blank = places.hits(values == "")
        findings += check_values(name, len(set(filled.tolist())), int(filled.size), blank)
    groups = Groups(names=tuple(by), texts=tuple(texts), labels=MappingProxyType(labels))
    return groups, findings


def read_weights(
    parts: Sequence[Part], name: str, places: Places
) -> tuple[NDArray[np.float64], list[Remark]]:
    """Read sampling weights (n,); zero is allowed, the row is left out later."""
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
    fix = "Every respondent needs a weight of zero or more; correct the column or leave --weight out."
    return values, [
        _remark(code, where, places.hits(mask), f"There is {words}", fix)
        for code, mask, words in checks
        if mask.any()
    ]


def _remark(code: str, where: str, hits: Hits, told: str, fix: str, severity: Severity = "error") -> Remark:
    def say(hits: Hits, samples: tuple[str, ...]) -> str:
        return f"{told} in {hits.of('row')} ({hits})."

    return Remark(code=code, severity=severity, where=where, hits=hits, say=say, fix=fix)


def check_some_weight(name: str, *, some: bool) -> list[Finding]:
    """Refuse weights of which not ``some`` are positive."""
    fix = "Choose another weight column."
    return [] if some else [_error("weight-zero", f"--weight {name}", "All weights are zero.", fix)]


def read_code_texts(
    parts: Sequence[Part], name: str, role: str, places: Places
) -> tuple[NDArray[np.object_], list[Remark]]:
    """Read strata or clusters as exact texts (n,)."""
    texts = texts_of(parts, name)
    blank = np.asarray(texts == "", dtype=bool)
    if not blank.any():
        return texts, []
    fix = f"Fill the column, or leave --{role} out."
    told = f"There is no value of {name}"
    return texts, [_remark(f"{role}-missing", f"{role} {name}", places.hits(blank), told, fix)]


def read_codes(
    parts: Sequence[Part], name: str, role: str, places: Places
) -> tuple[NDArray[np.int64], list[Finding]]:
    """Read strata or clusters as codes 0, 1, ... in the order of their texts."""
    texts, remarks = read_code_texts(parts, name, role, places)
    _, codes = np.unique(texts.astype(str), return_inverse=True)
    return codes.astype(np.int64), told(remarks)


def group_texts(parts: Sequence[Part], name: str, entries: Sequence[Column]) -> NDArray[np.object_]:
    """Read a group column as exact texts (n,), empty where it is blank or its code is a missing one."""
    return np.concatenate([_group_texts(part, name, entries) for part in parts])


def group_labels(
    parts: Sequence[Part], name: str, entries: Sequence[Column], values: Iterable[str]
) -> tuple[list[Finding], Mapping[str, str]]:
    """Labels of those ``values`` of a group column that have one, in the file or in a codebook."""
    found, known = _labels(parts, name, entries)
    return found, MappingProxyType({value: known[value] for value in sorted(set(values)) if value in known})


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


def check_values(name: str, distinct: int, filled: int, blank: Hits) -> list[Finding]:
    """Refuse a group column without values or with too many; name its blanks.

    ``distinct`` values stand in ``filled`` rows.
    """
    where = f"--by {name}"
    if distinct == 0:
        return [_error("group-empty", where, "The group column is empty.", "Choose another column.")]
    if distinct > MOST_GROUPS or (distinct == filled and distinct > 2):
        what = f"The column has {distinct} different values in {filled} rows: it looks like an identifier."
        return [_error("group-identifier", where, what, "Choose a column with few values.")]
    if not blank:
        return []
    what = f"There is no value in {blank.of('row')} ({blank}), left out."
    return [finding("blank-group", "warning", where, what, "Fill the column to keep them.")]


def no_rows(dropped: Mapping[str, int], where: str) -> Finding:
    """Say that every row was ``dropped``, by reason."""
    what = "No row is left: " + ", ".join(f"{count} {reason}" for reason, count in dropped.items()) + "."
    return _error("no-rows", where, what, "Check the columns, missing codes and weights.")


def check_base(
    keys: Mapping[tuple[str, ...], int], by: Sequence[str], rows: int, min_base: int, where: str
) -> list[Finding]:
    """Name groups below the minimum base; ``keys`` counts the respondents of each."""
    if not by:
        what = f"Only {rows} respondents: fewer than the minimum base of {min_base}."
        small = [finding("small-base", "warning", where, what, "Read the numbers with care.")]
        return small if rows < min_base else []
    few = [f"{' / '.join(key)} ({count})" for key, count in sorted(keys.items()) if count < min_base]
    if not few:
        return []
    shown = ", ".join(few[:10]) + (f" and {len(few) - 10} more" if len(few) > 10 else "")
    have = "group has" if len(few) == 1 else "groups have"
    what = f"{len(few)} {have} fewer respondents than the minimum base of {min_base}: {shown}."
    fix = "No number is shown for so few; join groups, or lower --min-base."
    return [finding("small-base", "warning", f"--by {' '.join(by)}", what, fix)]


def _error(code: str, where: str, what: str, fix: str) -> Finding:
    return finding(code, "error", where, what, fix)
