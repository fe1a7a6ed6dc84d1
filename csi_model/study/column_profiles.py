"""What each column of an unknown survey file seems to be: guesses, each with its reason.

Reasons give counts and codes only, never what a single respondent said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from csi_model.model.checks import LONGEST_NAME
from csi_model.model.spec import Scale
from csi_model.study.survey_words import WEIGHT_WORDS, has_word, is_background, is_identifier, stem_of
from csi_model.survey.answers import reason_of_label, user_missing
from csi_model.survey.codebook import Reason
from csi_model.survey.conversion import show_number, to_numbers, to_texts
from csi_model.survey.raw_table import RawTable
from csi_model.survey.survey import Floats

Kind = Literal["rating", "yes_no", "group", "weight", "identifier", "text", "number", "constant", "empty"]

USUAL_SCALES = tuple(Scale(low=low, high=high) for low, high in ((1, 5), (0, 5), (1, 7), (1, 10), (0, 10)))
"""Rating scales that are looked for; the narrowest that holds the answers is taken."""

ALWAYS_CODES = frozenset((*range(-9, 0), 97, 98, 99, *range(996, 1000), *range(9996, 10000)))
"""Values that usually mean a missing answer where ratings are small whole numbers."""

STRAY_SHARE = 0.01
MOST_GROUPS = 60
SMALL_SAMPLE = 50


@dataclass(frozen=True, kw_only=True, eq=False)
class Profile:
    """What one column seems to be.

    Attributes
    ----------
    name, label
        As in the file.
    kind
        What it is taken for.
    why
        Why: a clause for a comment.
    scale
        Of a rating or a 0/1 question.
    codes
        Values that seem to mean a missing answer, with the likely reason.
    counts
        How often each of ``codes`` occurs.
    distinct
        Different values, missing codes left out.
    values : (n,) float
        Answers of a rating or 0/1 question; NaN where there is none.
    """

    name: str
    label: str = ""
    kind: Kind
    why: str
    scale: Scale | None = None
    codes: Mapping[float, Reason] = field(default_factory=lambda: MappingProxyType({}))
    counts: Mapping[float, int] = field(default_factory=lambda: MappingProxyType({}))
    distinct: int = 0
    values: Floats = field(default_factory=lambda: np.empty(0), repr=False)

    @property
    def answered(self) -> float:
        """Share of the rows with an answer, of a rating or 0/1 question."""
        return float(np.mean(~np.isnan(self.values))) if self.values.size else 0.0

    @property
    def words(self) -> str:
        """Name and label in lower case."""
        return f"{self.name} {self.label}".lower()


def profile_columns(table: RawTable) -> tuple[Profile, ...]:
    """Guess what every column of a survey file is, in file order."""
    profiles = [_profile(table, name) for name in table.columns]
    return tuple(_common_scales(profiles))


def fits(values: Floats, scale: Scale) -> NDArray[np.bool_]:
    """Which of ``values`` lie on a scale."""
    return np.asarray((values >= scale.low) & (values <= scale.high))


def likely_reason(code: float, label: str = "") -> Reason:
    """Return what a missing code probably stands for."""
    named = reason_of_label(label)
    if named != "other":
        return named
    if code in (8, 98, 998, 9998):
        return "dont_know"
    return "refused" if code in (9, 99, 999, 9999) else "other"


def _profile(table: RawTable, name: str) -> Profile:
    column = table.frame[name]
    labels = table.value_labels.get(name, {})
    label = " ".join(table.labels.get(name, "").split())
    cells = to_numbers(column, labels)
    texts = to_texts(column)
    declared = user_missing(table, name, cells.numbers, cells.texts.tolist())
    known = (texts != "") & ~declared & (~np.isnan(cells.numbers) | cells.bad)
    distinct = int(np.unique(texts[known].astype(str)).size)
    base = Profile(name=name, label=label, kind="text", why="text", distinct=distinct)
    if len(name) > LONGEST_NAME or not name.isprintable():
        return replace(base, why="its name is too long or has a line break: shorten it in the file")
    if not known.any():
        return replace(base, kind="empty", why="no answer in any row")
    if distinct == 1:
        return replace(base, kind="constant", why="the same value in every row")
    if (cells.bad & known).any():
        return _text_column(base, int(known.sum()))
    values = np.where(known, cells.numbers, np.nan)
    return _number_column(base, values, labels)


def _text_column(base: Profile, answered: int) -> Profile:
    if base.distinct == answered and is_identifier(base.name):
        return replace(base, kind="identifier", why="all values differ")
    if base.distinct <= MOST_GROUPS and base.distinct * 3 <= answered:
        return replace(base, kind="group", why=f"text with {base.distinct} different values")
    return replace(base, why=f"text with {base.distinct} different values")


def _number_column(base: Profile, values: Floats, labels: Mapping[str, str]) -> Profile:
    known = values[~np.isnan(values)]
    whole = bool(np.all(known == np.round(known)))
    weighs = known.size == values.size and bool(np.all(known >= 0)) and float(known.max()) > 0
    if weighs and has_word(base.name, WEIGHT_WORDS):
        return replace(base, kind="weight", why=f"its name; mean {known.mean():.3g}")
    if weighs and not whole and np.all(known > 0) and 0.9 < known.mean() < 1.1:
        return replace(base, kind="weight", why="positive numbers with a mean near 1")
    if whole and base.distinct == known.size and (is_identifier(base.name) or known.size > SMALL_SAMPLE):
        return replace(base, kind="identifier", why="all values differ")
    if whole and base.distinct <= MOST_GROUPS and is_background(base.name, base.label):
        return replace(base, kind="group", why=f"its name or label; {base.distinct} different codes")
    found = _rating(base, values, labels) if whole else None
    if found is not None:
        return found
    if labels and whole and base.distinct <= MOST_GROUPS:
        return replace(base, kind="group", why=f"{base.distinct} codes with labels")
    return replace(base, kind="number", why=f"{base.distinct} different numbers")


def _rating(base: Profile, values: Floats, labels: Mapping[str, str]) -> Profile | None:
    """A rating or a 0/1 question, with its missing codes set aside; None if it is neither."""
    known = values[~np.isnan(values)]
    seen = [float(value) for value in np.unique(known)]
    codes = {value for value in seen if _says_missing(value, labels) or value in ALWAYS_CODES}
    codes |= _gap_codes([value for value in seen if value not in codes])
    rest = np.array([value for value in seen if value not in codes])
    scale, strays = _narrowest(rest, known) if rest.size else (None, frozenset[float]())
    if scale is None:
        return None
    codes |= strays
    named = _scale_of_labels(labels, codes)
    if named is not None and fits(rest, named).all() and scale.high <= named.high:
        scale = named
    left = [value for value in rest.tolist() if value not in strays]
    if len(left) < 3 and named is None:
        if not set(left) <= {1.0, 2.0} and scale.width > 1:
            return None
        scale = scale if scale.width == 1 else Scale(low=1, high=2)
    two = scale.width == 1
    return replace(
        base,
        kind="yes_no" if two else "rating",
        why=f"only {scale.low:g} and {scale.high:g} occur"
        if two
        else f"whole numbers within {scale.low:g}-{scale.high:g}",
        scale=scale,
        codes=MappingProxyType(
            {code: likely_reason(code, labels.get(show_number(code), "")) for code in sorted(codes)}
        ),
        counts=MappingProxyType({code: int((known == code).sum()) for code in sorted(codes)}),
        distinct=len(left),
        values=np.where(np.isin(values, list(codes)), np.nan, values),
    )


def _says_missing(value: float, labels: Mapping[str, str]) -> bool:
    return reason_of_label(labels.get(show_number(value), "")) != "other"


def _gap_codes(seen: Sequence[float]) -> set[float]:
    """Codes 8 and 9 beyond a shorter scale, with a gap between it and them."""
    top = {value for value in seen if value in (8, 9)}
    rest = [value for value in seen if value not in top]
    if not top or not rest or min(rest) < 0 or max(seen) > 9:
        return set()
    highest = max(rest)
    return top if highest <= 5 or (highest <= 7 and 8 not in top) else set()


def _narrowest(rest: Floats, known: Floats) -> tuple[Scale | None, frozenset[float]]:
    """The narrowest usual scale that holds the answers, but for a few strays (at most 1 %)."""
    if set(rest.tolist()) == {0.0, 1.0}:
        return Scale(low=0, high=1), frozenset()
    for share in (0.0, STRAY_SHARE):
        for scale in USUAL_SCALES:
            outside = rest[~fits(rest, scale)]
            if np.isin(known, outside).mean() <= share and rest.size - outside.size >= 2:
                return scale, frozenset(outside.tolist())
    return None, frozenset()


def _scale_of_labels(labels: Mapping[str, str], codes: set[float]) -> Scale | None:
    """The scale whose end points the file labels, missing codes left out."""
    ends = []
    for text in labels:
        try:
            value = float(text)
        except ValueError:
            return None
        if value not in codes and value not in ALWAYS_CODES and not _says_missing(value, labels):
            ends.append(value)
    if len(ends) < 2 or max(ends) > 10 or min(ends) < 0:
        return None
    return Scale(low=min(ends), high=max(ends))


def _common_scales(profiles: Sequence[Profile]) -> list[Profile]:
    """Widen scales that a few answers made too narrow to that of the questions of the same stem."""
    ratings = [one for one in profiles if one.kind == "rating"]
    by_stem: dict[str, list[Profile]] = {}
    for one in ratings:
        by_stem.setdefault(stem_of(one.name), []).append(one)
    scales = [one.scale for one in ratings if one.scale is not None]
    usual = max(scales, key=scales.count) if scales else None
    return [
        _widened(one, by_stem[stem_of(one.name)], usual) if one.kind == "rating" else one for one in profiles
    ]


def _widened(one: Profile, block: Sequence[Profile], usual: Scale | None) -> Profile:
    assert one.scale is not None
    own = one.scale
    wider = [other.scale for other in block if other.scale is not None]
    reached = float(np.nanmax(one.values))
    small = np.count_nonzero(~np.isnan(one.values)) < SMALL_SAMPLE
    if usual is not None and (small or reached < own.high):
        wider.append(usual)
    wider = [scale for scale in wider if scale.low <= own.low and scale.high >= own.high and scale != own]
    if not wider:
        return one
    scale = max(wider, key=lambda scale: scale.width)
    told = f"whole numbers; the scale {scale.low:g}-{scale.high:g} is that of similar questions"
    return replace(one, scale=scale, why=told)
