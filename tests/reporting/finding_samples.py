"""Findings on units, shares, waves, plans and weights, made by the functions that make them in a run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
from fit_builders import CHAIN, chain_answers, model_of, survey_of

from csi_model.comparison.aggregation import roll_up
from csi_model.comparison.compared_units import ComparedUnits
from csi_model.comparison.differences import compare
from csi_model.comparison.league import one_suppressed
from csi_model.comparison.level_trend import level_trend
from csi_model.comparison.means_of_units import left_out_of_means
from csi_model.comparison.panel_draws import paired_draws
from csi_model.comparison.share_weighing import weigh as weigh_shares
from csi_model.comparison.shares import LevelShares, LevelUnits
from csi_model.comparison.unit_scores import UnitScores, independent_scores
from csi_model.comparison.wave_checks import answer_checks, check_findings, folder_checks
from csi_model.comparison.wave_samples import WaveOptions
from csi_model.comparison.wave_studies import wave_study
from csi_model.comparison.waves import choice_findings
from csi_model.comparison.what_if import what_if_findings
from csi_model.errors import EstimationError, Finding
from csi_model.estimation.fitting import fit
from csi_model.estimation.notes import method_notes
from csi_model.estimation.options import FitOptions
from csi_model.evaluation.evaluating import evaluate
from csi_model.study.streaming import _apart
from csi_model.study.survey_tables import _no_groups, _too_many
from csi_model.survey.design import check_base
from csi_model.survey.margins import Margins, margins_of
from csi_model.survey.places import Places
from csi_model.survey.weighting import weigh

BY = ("industry", "firm")
FIRMS = (("Banks", "A, Inc."), ("Banks", "B"), ("Food", "C"), ("Food", "D and Sons"))
CONSTRUCTS = ("quality", "satisfaction")
NAN = float("nan")


def scores(*index: float, keys: tuple[tuple[str, ...], ...] = FIRMS, first: float = 60.0) -> UnitScores:
    """Units with a satisfaction each, NaN for none, and the same quality (``first``) where they have one."""
    points = np.array([[first if value == value else NAN, value] for value in index])
    return independent_scores(
        level="firm", keys=keys, constructs=CONSTRUCTS, index=points, se=0 * points + 1.0, n=100, n_eff=90.0
    )


def market(others: str = "", **shares: float) -> LevelShares:
    unit = {"unit": "D and Sons", "nobody": "Nobody"}.get(others, "")
    rule = "unit" if unit else others
    return LevelShares(level="firm", kind="market_share", amounts=shares, others=rule, others_unit=unit)


def of_market(others: str, *amounts: float) -> list[Finding]:
    """What is said of market shares of four firms of one industry."""
    keys = tuple(("Banks", name) for name in ("A, Inc.", "B", "C", "D and Sons"))
    units = LevelUnits(level="firm", keys=keys, measured=np.ones(4, dtype=bool), size=np.full(4, 100.0))
    named = {key[-1]: amount for key, amount in zip(keys, amounts, strict=False)}
    found = weigh_shares(units, market(others, **named))[1]
    assert all(one.severity != "error" for one in found), found
    return found


def of_shares() -> Iterator[Finding]:
    """Shares by default, market shares of every rule, units whose share is lost."""
    yield from roll_up(scores(70, 71, 72, 73), (), BY).findings
    yield from of_market("renormalise", 30, 20, 10, 8.5)
    yield from of_market("mean", 0.3, 0.2, 0.1, 0.2)
    yield from of_market("unit", 50, 30, 20)
    yield from of_market("", 0.3, 0.3, 0.297, 0.1)
    equal = LevelShares(level="firm", kind="equal")
    whole = LevelShares(level="industry", kind="equal")
    yield from roll_up(scores(70, NAN, NAN, NAN), (equal, whole), BY).findings
    given = LevelShares(level="firm", kind="gdp", amounts={"A, Inc.": 1, "C": 1, "D and Sons": 2})
    yield from roll_up(scores(70, NAN, 71, 72), (given, whole), BY).findings
    partly = scores(70, 71, 72, 73)
    partly.index[1, 0] = NAN
    yield from roll_up(partly, (equal, whole), BY).findings
    many = tuple(("Banks", f"firm {k}") for k in range(20))
    yield from roll_up(scores(70, *[NAN] * 19, keys=many), (equal, whole), BY).findings


def carried_over() -> Iterator[Finding]:
    """Earlier scores that are used, and some that are not."""
    earlier, now = scores(70, 71, 72, 73), scores(74, NAN, keys=FIRMS[:2])
    yield from roll_up(now, (), BY, previous=(earlier,)).findings
    yield from left_out_of_means(ComparedUnits(scores=scores(70, NAN, 72, NAN)))
    few = scores(70, NAN, 72, 73)
    few.n[1] = 5
    yield from one_suppressed(few, 30)


def of_levels(shares: tuple[LevelShares, ...], *index: float) -> list[Finding]:
    """The trend of industries over two waves of the four firms."""
    keys = tuple((*key, wave) for wave in ("2024", "2025") for key in FIRMS)
    made = scores(*index, keys=keys)
    return list(level_trend(made, (*BY, "wave"), shares, "wave", ("2024", "2025"), np.ones(8), 0.95).findings)


def of_level_trends() -> Iterator[Finding]:
    """Waves with other units, and shares that do not fit one of the waves for every reason."""
    equal = (LevelShares(level="firm", kind="equal"), LevelShares(level="industry", kind="equal"))
    yield from of_levels(equal, 70, 71, 72, 73, NAN, 71, 72, 73)
    yield from of_levels(equal, 70, NAN, 72, 73, NAN, 71, NAN, 73)
    revenue = {"A, Inc.": 1.0, "C": 1.0, "D and Sons": 1.0}
    for amounts in (revenue, dict.fromkeys((*revenue, "B"), 0.0)):
        given = LevelShares(level="firm", kind="revenue", amounts=amounts)
        yield from of_levels((given,), 70, 71, 72, 73, 70, 71, 72, 73)
    yield from of_levels((LevelShares(level="firm", kind="gdp"),), 70, 71, 72, 73, 70, 71, 72, 73)
    twice = (*FIRMS, ("Food", "B"), *FIRMS)
    keys = tuple((*key, "2024" if k < 5 else "2025") for k, key in enumerate(twice))
    given = LevelShares(level="firm", kind="gdp", amounts=revenue | {"B": 1.0})
    made = scores(*range(60, 69), keys=keys)
    yield from level_trend(made, (*BY, "wave"), (given,), "wave", ("2024", "2025"), np.ones(9), 0.95).findings
    for others, percent in (
        ("", {"A, Inc.": 30, "B": 20, "C": 60, "D and Sons": 40}),
        ("", {"A, Inc.": 80, "B": 40, "C": 60, "D and Sons": 40}),
        ("", {"A, Inc.": 80, "B": 20, "C": 0.6, "D and Sons": 0.4}),
        ("unit", {"A, Inc.": 30, "B": 20, "C": 60}),
        ("unit", {"A, Inc.": 30, "B": 20, "C": 60, "D and Sons": 40}),
        ("nobody", {"A, Inc.": 30, "B": 20, "C": 60, "D and Sons": 40}),
    ):
        yield from of_levels((market(others, **percent),), 70, 71, 72, 73, 70, 71, 72, 73)


def of_choices() -> Iterator[Finding]:
    """Which weights the trend rests on, for every headline."""
    rows = [
        {"unit": "total", "wave": wave, "construct": "satisfaction", "weights_from": kind, "index": index,
         "change": change, "pvalue": 0.01, "verdict": verdict}
        for kind, verdict, index, change in (
            ("held", "higher", 70.0, 1.0), ("own", "no clear difference", 71.9, 2.5),
            ("chained", "lower", 70.2, 0.8),
        )
        for wave in ("2024", "2025")
    ]  # fmt: skip
    for headline in ("held", "own", "chained"):
        study: Any = SimpleNamespace(waves=("2024", "2025"), base=0, headline=headline)
        yield from choice_findings(study, pd.DataFrame(rows), "satisfaction")
        alike = pd.DataFrame(rows).assign(index=70.0, change=1.0, verdict="higher")
        yield from choice_findings(study, alike, "satisfaction")


OPTIONS: dict[str, Any] = {
    "estimator": "ml", "weight_rule": "loadings", "given_weights": {}, "missing_data": "complete",
    "bootstrap": 0, "jackknife": False,
}  # fmt: skip


def stored(**changes: Any) -> Any:
    """Results as the checks of waves read them."""
    model = changes.pop("model", CHAIN)
    codes = changes.pop("codes", {"x1": ""})
    manifest = {"options": OPTIONS | changes.pop("options", {}), **changes}
    if codes is not None:
        manifest["study"] = {"codes": codes}
    return SimpleNamespace(model=model, manifest=manifest)


def other_model() -> Any:
    """The chain model with another question, path, scale, direction, wording, derivation and index."""
    items = CHAIN.constructs[0].indicators
    changed = (
        replace(items[0], scale=None, reversed=True, label={"en": "One"}),
        replace(items[1], label={"en": "Two"}),
    )
    first = replace(CHAIN.constructs[0], indicators=changed)
    return replace(CHAIN, constructs=(first, *CHAIN.constructs[1:]), paths=CHAIN.paths[:-1], index="quality")


def wave_checks() -> pd.DataFrame:
    """Everything that may differ between results of two waves, and between waves of one survey."""
    coded = {"x1": "98 is dont_know; 99 is refused; 11 counts as 10; asked where x2 is 1 to 5; 97 is other"}
    one = {"a": stored(), "b": stored(model=other_model(), codes=coded, weight="w", options={
        "estimator": "pls", "weight_rule": "equal", "missing_data": "mean", "bootstrap": 500,
        "jackknife": True, "given_weights": {"x1": 0.5}})}  # fmt: skip
    two = {"b": stored(), "c": stored(codes=None)}
    answers = np.vstack([chain_answers(60, 1), chain_answers(60, 2)])
    answers[:60, 0], answers[:20, 1] = NAN, NAN
    answers[:60, 2] = np.clip(answers[:60, 2], 5, 6)
    answers[60:, 2] = np.linspace(1, 10, 60)
    survey = survey_of(CHAIN, answers, groups={"wave": ["2024"] * 60 + ["2025"] * 60})
    frames = [folder_checks(one), folder_checks(two), answer_checks(survey, "wave", ("2024", "2025"))]
    return pd.concat(frames, ignore_index=True)


def of_panels() -> Iterator[Finding]:
    """Panels, none, shared clusters; persons that cannot be drawn as one."""
    answers = np.vstack([chain_answers(60, 1), chain_answers(60, 2)])
    wave = {"wave": ["2024"] * 60 + ["2025"] * 60}
    alone = np.arange(120)
    for changes in (
        {"persons": alone % 60},
        {"persons": alone},
        {"cluster": alone % 30},
    ):
        survey = survey_of(CHAIN, answers, groups=wave, **changes)
        fitted = fit(CHAIN, survey, beside=False)
        yield from wave_study(evaluate(fitted), fitted, survey, WaveOptions(column="wave"))[1]
    codes = (np.array([0, 0, 1, 1]), np.array([0, 1, 1, 0]))
    single = np.array([0, 1, 1, 1])
    for one, two in (
        ({"calibration": 1}, {"calibration": 1}),
        ({"strata": codes[0]}, {"strata": codes[1]}),
        ({"cluster": codes[0]}, {"cluster": codes[1]}),
        ({"strata": single}, {"strata": single}),
    ):
        yield from _undrawn(one, two)


def _undrawn(*samples: dict[str, Any]) -> list[Finding]:
    """Why four persons cannot be drawn for two waves at once, as a note of a run."""
    blank = {"calibration": None, "strata": None, "cluster": None}
    waves: Any = [
        SimpleNamespace(sample=SimpleNamespace(**(blank | one)), persons=np.arange(4)) for one in samples
    ]
    nothing: Any = None
    try:
        paired_draws(nothing, waves, [np.zeros(1)] * 2, FitOptions(bootstrap=100), stream=1, how={})
    except EstimationError as error:
        return [replace(one, severity="note") for one in error.findings]
    raise AssertionError("they could be drawn")


def plan(**changes: Any) -> Any:
    target = SimpleNamespace(construct="satisfaction", index=80.0)
    made: dict[str, Any] = {"target": target, "why": "", "verdict": "reached", "level": 61.7, "reached": 78.5,
                            "at_most": (), "at_end": (), "single": True}  # fmt: skip
    unit = changes.pop("unit", "all respondents")
    return SimpleNamespace(unit=unit, plan=SimpleNamespace(**(made | changes)))


def of_plans() -> Iterator[Finding]:
    """What is said of plans of the whole and of groups."""
    model = model_of({"quality": "q1", "satisfaction": "s1"}, {"satisfaction": "quality"})
    bent: Any = SimpleNamespace(products=("quality_squared",))
    far = {"verdict": "not_reachable"}
    for answers in (
        [plan(why="the effects of this fit should not be used")],
        [plan(why="no solution of the programme meets the optimality conditions")],
        [plan(verdict="reached_already")],
        [plan(**far, at_most=("quality",), at_end=("quality", "satisfaction"))],
        [plan(**far)],
        [plan(single=False)],
        [plan(), *(plan(unit=f"Banks / firm {k}", **far) for k in range(7))],
        [plan(), plan(unit="Banks / A, Inc.", **far), plan(unit="Banks / B")],
    ):
        yield from what_if_findings(model, answers)
    yield from what_if_findings(bent, [])


def of_weights() -> Iterator[Finding]:
    """Weights that are raked, post-stratified, trimmed, costly, with thin categories."""
    n = 400
    people = np.arange(n)
    texts = {
        "sex": np.where(people % 8 == 0, "m", "f").astype(object),
        "age": np.where(people % 100 < 2, "55+", np.where(people % 3 == 0, "18-34", "35-54")).astype(object),
        "region": np.where(people % 16 < 8, "North", "South").astype(object),
    }
    ages = {"18-34": 0.3, "35-54": 0.4, "55+": 0.3}
    both = {"sex": {"m": 0.5, "f": 0.5}, "age": ages}
    base = 0.5 + people % 4 / 4
    for margins, weight in (
        (margins_of({"sex": {"m": 0.3, "f": 0.7}}), None),
        (margins_of(both), "weight"),
        (margins_of(both, within=("region",)), None),
        (margins_of(both, trim=2.0), None),
        (Margins(trim=1.2), "weight"),
    ):
        places = Places(rows=people + 2, files=np.zeros(n, dtype=np.int64), names=("survey.csv",))
        columns = {name: texts[name] for name in margins.columns}
        yield from weigh(margins, columns, base if weight else np.ones(n), places, weight)[2]


def of_methods() -> Iterator[Finding]:
    """What holds for a whole sample: design, margins, treatment of missing answers, ridge."""
    sample: Any = SimpleNamespace(
        kept=None, n=240, weights=np.array([1.0, 2.0]), strata=None, cluster=None, calibration=1
    )
    for options in (
        FitOptions(),
        FitOptions(bootstrap=100, missing_data="mean"),
        FitOptions(missing_data="pairwise", ridge=0.02),
        FitOptions(estimator="pls"),
    ):
        yield from method_notes(sample, options, "survey.csv")


def of_groups() -> Iterator[Finding]:
    """Groups that are too small, or that cannot be fitted."""
    keys: dict[tuple[str, ...], int] = {("Food", f"firm {k}"): 5 for k in range(12)}
    keys |= {("Banks", "A, Inc."): 12, ("Banks", "B"): 9}
    yield from check_base(keys, BY, 81, 30, "survey.csv")
    yield from check_base({}, (), 12, 30, "survey.csv")
    answers = np.vstack([chain_answers(40, seed) for seed in range(5)])
    answers[40:80, 0] = 7.0
    answers[80:120, 1] = answers[80:120, 0]
    firms = ["a"] * 40 + ["b"] * 40 + ["c"] * 40 + ["d"] * 12 + ["e"] * 68
    made = fit(CHAIN, survey_of(CHAIN, answers, groups={"firm": firms}), beside=False)
    codes = ("group-suppressed", "group-failed", "small-sample")
    yield from (one for part in made.groups for one in part.findings if one.code in codes)


def of_folders() -> Iterator[Finding]:
    """What is said of results that are compared, and of what a run leaves aside."""
    results = evaluate(fit(CHAIN, survey_of(CHAIN, chain_answers(100, 1)), beside=False))
    yield from (_apart(), _no_groups(), _too_many(60))
    made = compare({"2024": results, "2025": results})
    for row in made.findings.to_dict("records"):
        yield Finding(**{str(name): value for name, value in row.items()})


def every_finding() -> list[Finding]:
    """All of them."""
    makers = (of_shares, carried_over, of_level_trends, of_choices, of_panels, of_plans, of_weights,
              of_methods, of_groups, of_folders)  # fmt: skip
    return [*(one for make in makers for one in make()), *check_findings(wave_checks())]
