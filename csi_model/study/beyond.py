"""What a run does beyond the fit: leagues, waves, goals; from a study file or from options."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from csi_model.comparison.aggregation import TOTAL, roll_up
from csi_model.comparison.compared_units import ALL
from csi_model.comparison.league import LeagueOptions, turned_round
from csi_model.comparison.score_frames import scores_of_aggregates, scores_of_index
from csi_model.comparison.share_files import read_shares
from csi_model.comparison.shares import LevelShares, declaration_problems
from csi_model.comparison.standing import Standing
from csi_model.comparison.unit_scores import independent_scores, unit_name
from csi_model.comparison.wave_samples import WaveOptions, checked_options
from csi_model.comparison.what_if import WhatIf, what_if_of
from csi_model.comparison.what_if_checks import check_what_if
from csi_model.errors import CsiError, Finding, UsageError, suggest
from csi_model.estimation.options import FitOptions
from csi_model.model.document import Document
from csi_model.model.spec import Indicator, ModelSpec, Scale
from csi_model.storage import load
from csi_model.study.league_schema import SharesEntry, WhatIfEntry
from csi_model.study.schema import StudyFile
from csi_model.survey.moments import group_masks, natural_order
from csi_model.survey.places import Mask
from csi_model.survey.survey import Survey


@dataclass(frozen=True, kw_only=True)
class Beyond:
    """How groups are compared and rolled up, which of them are waves, and what is asked of effects."""

    league: LeagueOptions = field(default_factory=LeagueOptions)
    waves: WaveOptions | None = None
    what_if: WhatIf = field(default_factory=WhatIf)


def beyond_of(
    file: StudyFile, model: ModelSpec | None, folder: Path, document: Document, mistakes: list[Finding]
) -> Beyond:
    """What a study file asks for beyond the fit; mistakes are added, each at its line."""
    league = LeagueOptions(margin=file.comparison.equivalence)
    if file.comparison.equivalence <= 0:
        what = f"a difference of {file.comparison.equivalence:g} points cannot be told from none."
        mistakes.append(_at(document, ("comparison", "equivalence"), what, "Give a number above 0."))
    if file.aggregation is not None:
        league = _aggregation(league, file, model, folder, document, mistakes)
    waves = None
    if file.waves is not None:
        said = file.waves.model_dump(exclude={"order"})
        waves = WaveOptions(**said, order=tuple(file.waves.order))
        mistakes += _wave_mistakes(waves, file, document)
    what_if = WhatIf()
    if file.what_if is not None:
        what_if = what_if_of(file.what_if.model_dump(by_alias=True))
        if model is not None:
            scaled = _with_scales(model, file.scales)
            mistakes += [_at_line(document, one, file.what_if) for one in check_what_if(what_if, scaled)]
    if model is not None:
        mistakes += _benchmark_mistakes(file, model, document)
    return Beyond(league=league, waves=waves, what_if=what_if)


def _aggregation(
    league: LeagueOptions,
    file: StudyFile,
    model: ModelSpec | None,
    folder: Path,
    document: Document,
    mistakes: list[Finding],
) -> LeagueOptions:
    given, made = file.aggregation, []
    if given is None:
        return league
    wave = file.waves.column if file.waves is not None else None
    by = tuple(name for name in file.groups if name != wave)
    if not by:
        what = "there are no groups that could be rolled up."
        mistakes.append(
            _at(document, ("aggregation",), what, "List them, top to bottom: `groups: [industry, firm]`.")
        )
    for level, entry in given.shares.items():
        place = ("aggregation", "shares", level)
        try:
            shares = _shares(level, entry, folder, by)
            lines = {name: document.where((*place, "values", name)) for name in entry.values}
            shares = replace(shares, places={**lines, **shares.places})
        except CsiError as error:
            mistakes += [
                replace(one, where=document.where(place), what=f"{one.where}: {one.what}")
                for one in error.findings
            ]
            continue
        problems = declaration_problems([shares], by) if by else ()
        mistakes += [replace(one, where=document.where(place)) for one in problems]
        made.append(shares)
    previous: tuple[Standing, ...] = ()
    if given.previous is not None and by:
        try:
            previous = earlier_scores(folder / given.previous, by, model)
        except CsiError as error:
            mistakes += _named(error, document.where(("aggregation", "previous")))
    return replace(league, nested=True, shares=tuple(made), previous=previous)


def _named(error: CsiError, where: str) -> list[Finding]:
    """What is wrong with something that the study names, told at the line that names it."""
    return [replace(one, where=where, what=f"{one.where}: {one.what}") for one in error.findings]


def _shares(level: str, entry: SharesEntry, folder: Path, by: Sequence[str]) -> LevelShares:
    """Shares of one level, from the study file or from a table beside it.

    Raises
    ------
    CsiError
        The table cannot be read or has mistakes, or values are given twice.
    """
    if entry.file is None:
        return LevelShares(
            level=level,
            kind=entry.kind,
            amounts=dict(entry.values),
            others=entry.others,
            others_unit=entry.others_unit,
        )
    if entry.values:
        raise UsageError.at(
            f"shares of {level}", "there are `values` and a `file`.", "Keep one of them.", code="shares-twice"
        )
    return read_shares(
        folder / entry.file,
        level=level,
        by=by,
        kind=entry.kind,
        amount=entry.column,
        sheet=entry.sheet,
        others=entry.others,
        others_unit=entry.others_unit,
    )


def earlier_scores(folder: Path, by: Sequence[str], model: ModelSpec | None = None) -> tuple[Standing, ...]:
    """Scores of every level of an earlier results folder, of its last wave where it has waves.

    Raises
    ------
    StorageError, UsageError
        It holds no sound results, other groups, or constructs of ``model`` by other questions.
    """
    stored = load(folder)
    index = stored.tables["index"]
    waves = stored.manifest.get("waves", {})
    if waves.get("order"):
        index = index[index[waves["column"]].astype(str) == waves["order"][-1]]
    more = [name for name in stored.by if name not in (*by, waves.get("column"))]
    if more and set(by) <= set(stored.by):
        what = f"The earlier results are grouped by {', '.join(more)} as well."
        raise UsageError.at("earlier scores", what, "Group both surveys alike.", code="earlier-scores")
    asked, now = _questions(stored.model), {} if model is None else _questions(model)
    other = [name for name, items in now.items() if asked.get(name, items) != items]
    if other:
        what = f"The earlier results measure {', '.join(other)} by other questions."
        fix = "Carry over results of the same questions only."
        raise UsageError.at("earlier scores", what, fix, code="earlier-scores")
    found = (scores_of_index(index, by),)
    if "aggregates" not in stored.across:
        return found
    return (*found, *scores_of_aggregates(stored.across["aggregates"], by))


def _questions(model: ModelSpec) -> dict[str, set[str]]:
    return {one.name: {item.name for item in one.indicators} for one in model.constructs}


def beyond_options(
    by: Sequence[str],
    *,
    nested: bool = False,
    shares: Sequence[str] = (),
    wave: str | None = None,
    wave_weights: str = "held",
    equivalence: float = 2.0,
) -> Beyond:
    """The same from options of the command; ``shares`` are texts such as ``firm=revenue:shares.csv``.

    Raises
    ------
    CsiError
        Every mistake.
    """
    mistakes: list[Finding] = []
    levels = tuple(name for name in by if name != wave)
    made = []
    for text in shares:
        level, _, rest = text.partition("=")
        kind, _, file = rest.partition(":")
        try:
            entry = SharesEntry(kind=kind, file=file or None)
            one = _shares(level, entry, Path(), levels)
        except CsiError as error:
            mistakes += _named(error, f"--shares {text}")
            continue
        mistakes += [
            replace(found, where=f"--shares {text}") for found in declaration_problems([one], levels)
        ]
        made.append(one)
    if (nested or shares) and not levels:
        mistakes.append(
            _option("--nested", "there are no groups.", "Name them top to bottom: --by industry --by firm.")
        )
    if wave is not None and wave not in by:
        mistakes.append(_option("--wave", f"{wave!r} is not among the groups.", f"Add --by {wave}."))
    if wave_weights not in ("held", "own", "chained"):
        fix = suggest(wave_weights, ("held", "own", "chained"))
        mistakes.append(_option("--wave-weights", f"{wave_weights!r} is not a choice.", fix))
    if not equivalence > 0:
        mistakes.append(
            _option("--equivalence", f"{equivalence:g} points are no margin.", "Give a number above 0.")
        )
    if mistakes:
        raise UsageError(mistakes)
    return Beyond(
        league=LeagueOptions(nested=nested or bool(shares), shares=tuple(made), margin=equivalence),
        waves=None if wave is None else WaveOptions(column=wave, weights=wave_weights),
    )


def check_beyond(beyond: Beyond, survey: Survey, model: ModelSpec, options: FitOptions) -> None:
    """Find what does not fit the survey's groups before a long fit.

    Raises
    ------
    UsageError
        Shares that do not cover the units, earlier scores of other units or constructs, waves that are not
        there.
    """
    mistakes: list[Finding] = []
    if beyond.waves is not None:
        values = sorted(set(survey.groups[survey.by.index(beyond.waves.column)]), key=natural_order)
        mistakes += _raised(lambda waves: checked_options(waves, values), beyond.waves)
        if options.estimator == "wlsmv" and beyond.waves.identifier is not None:
            what = "persons cannot be followed from wave to wave with wlsmv."
            fix = "Leave the identifier out, so that waves are samples of their own, or use --estimator mlr."
            mistakes.append(Finding(code="no-panel", severity="error", where="waves", what=what, fix=fix))
        if len(values) < 2:
            what = f"the column {beyond.waves.column!r} has one value only ({', '.join(values)})."
            fix = "Add the survey of another wave, or leave `waves` out."
            mistakes.append(Finding(code="one-wave", severity="error", where="waves", what=what, fix=fix))
    if survey.by:
        keys, masks, by = _followed_units(survey, beyond)
        mistakes += _name_mistakes(keys, nested=beyond.league.nested)
        turned = list(turned_round(keys, by)) if beyond.league.nested else []
        mistakes += turned
        if beyond.league.nested and by and keys and not turned:
            few = np.array([int(mask.sum()) < options.min_base for mask in masks])
            index = np.where(few[:, None], np.nan, np.zeros((len(keys), len(model.construct_names))))
            blank = independent_scores(
                level=by[-1],
                keys=keys,
                constructs=model.construct_names,
                index=index,
                se=np.where(few[:, None], np.nan, 1.0) + 0 * index,
            )
            sizes = np.array([float(survey.weights[mask].sum()) for mask in masks])
            league = beyond.league
            mistakes += _raised(
                lambda one: roll_up(blank, one.shares, by, previous=one.previous, sizes=sizes), league
            )
    if mistakes:
        raise UsageError(mistakes)


def _followed_units(
    survey: Survey, beyond: Beyond
) -> tuple[list[tuple[str, ...]], list[Mask], tuple[str, ...]]:
    """Units that are compared and rolled up, those of the last wave, with their rows and columns."""
    wave = None if beyond.waves is None else waves_in_order(survey, beyond.waves)[-1]
    place = survey.by.index(beyond.waves.column) if beyond.waves is not None else len(survey.by)
    chosen = [(key, mask) for key, mask in group_masks(survey) if wave is None or key[place] == wave]
    keys = [key[:place] + key[place + 1 :] for key, _ in chosen]
    return keys, [mask for _, mask in chosen], survey.by[:place] + survey.by[place + 1 :]


def _name_mistakes(keys: Sequence[tuple[str, ...]], *, nested: bool) -> list[Finding]:
    """Units that would stand under one name in the tables, or under one that has a meaning there."""
    depths = range(len(keys[0]) + 1) if nested and keys else [len(key) for key in keys[:1]]
    units = dict.fromkeys(key[:depth] for depth in depths for key in keys)
    named = Counter(unit_name(key) or TOTAL for key in units)
    found = []
    for name in (name for name, count in named.items() if count > 1):
        what = f"two units have the name {name!r}."
        if name == TOTAL:
            what = f"a group has the name {name!r}, which is that of the whole."
        found.append(_named_twice(what))
    if any(unit_name(key[:-1]) == ALL for key in keys):
        found.append(_named_twice(f"a group has the name {ALL!r}, which is that of all units together."))
    return found


def _named_twice(what: str) -> Finding:
    fix = "Rename it in the survey; tables join the names of a unit by ' / '."
    return Finding(code="name-twice", severity="error", where="groups", what=what, fix=fix)


def _raised(check: Callable[[Any], object], value: object) -> list[Finding]:
    try:
        check(value)
    except UsageError as error:
        return list(error.findings)
    return []


def waves_in_order(survey: Survey, waves: WaveOptions) -> tuple[str, ...]:
    """Waves from the first to the last, which is the one that is compared and rolled up."""
    found = set(survey.groups[survey.by.index(waves.column)])
    return waves.order or tuple(sorted(found, key=natural_order))


def _option(where: str, what: str, fix: str) -> Finding:
    return Finding(code="bad-option", severity="error", where=where, what=what, fix=fix)


def _wave_mistakes(waves: WaveOptions, file: StudyFile, document: Document) -> list[Finding]:
    found = []
    if waves.column not in file.groups:
        what = f"{waves.column!r} is not among the groups."
        found.append(
            _at(
                document,
                ("waves", "column"),
                what,
                f"Add it: `groups: [{', '.join([*file.groups, waves.column])}]`.",
            )
        )
    if waves.order and len(set(waves.order)) < len(waves.order):
        found.append(_at(document, ("waves", "order"), "a wave stands in it twice.", "Name each once."))
    if waves.base is not None and waves.order and waves.base not in waves.order:
        fix = suggest(waves.base, waves.order)
        found.append(_at(document, ("waves", "base"), f"{waves.base!r} is not in `order`.", fix))
    return found


def _benchmark_mistakes(file: StudyFile, model: ModelSpec, document: Document) -> list[Finding]:
    found = []
    for k, one in enumerate(file.report.benchmarks):
        if one.named not in model.construct_names:
            what = f"the model {model.name} has no construct {one.named!r}."
            fix = suggest(one.named, list(model.construct_names))
            found.append(_at(document, ("report", "benchmarks", k, "construct"), what, fix))
        if not 0 <= one.value <= 100:
            what = f"{one.value:g} is not between 0 and 100 index points."
            found.append(_at(document, ("report", "benchmarks", k, "value"), what, "Give index points."))
    return found


def _at(document: Document, place: tuple[str | int, ...], what: str, fix: str) -> Finding:
    named = ".".join(str(part) for part in place)
    return Finding(
        code="bad-study", severity="error", where=document.where(place), what=f"`{named}`: {what}", fix=fix
    )


def _at_line(document: Document, finding: Finding, asked: WhatIfEntry) -> Finding:
    """A finding whose place is a path such as ``what_if.costs.quality.most``, told at its line."""
    head, _, rest = finding.where.removeprefix("what_if.").partition(".")
    place: tuple[str, ...] = ("what_if", head, *(rest.split(".") if rest else ()))
    name = next((one for one in asked.costs if rest == one or rest.startswith(f"{one}.")), None)
    if head == "costs" and name is not None:  # a name may have dots
        place = ("what_if", head, name, *rest.removeprefix(name).split(".")[1:])
    return replace(finding, where=document.where(place), what=f"`{finding.where}`: {finding.what}")


def _with_scales(model: ModelSpec, scales: Mapping[str, tuple[float, float]]) -> ModelSpec:
    """The model with the scales that the study gives."""

    def scaled(item: Indicator) -> Indicator:
        if item.name not in scales:
            return item
        low, high = scales[item.name]
        return replace(item, scale=Scale(low=low, high=high))

    constructs = (replace(one, indicators=tuple(map(scaled, one.indicators))) for one in model.constructs)
    return replace(model, constructs=tuple(constructs))
