"""What a study asks of its effects: mistakes named all at once, tables of fits, what is said of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import CHAIN, YES_NO, chain_answers, chain_survey, exact_answers, model_of, survey_of

from csi_model.comparison.consequences import Links, Retention
from csi_model.comparison.target_plan import Cost, Target
from csi_model.comparison.what_if import WhatIf, what_if_of, what_if_tables
from csi_model.comparison.what_if_checks import check_what_if
from csi_model.errors import Finding
from csi_model.estimation.fits import CompositeSolution, Fit
from csi_model.estimation.fitting import fit
from csi_model.evaluation.composite_quantities import composite_quantities
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.gains import NOT_USABLE
from csi_model.evaluation.quantities import metric_of
from csi_model.model.spec import Construct, ModelSpec, Path
from csi_model.vocabulary import SURVEY_TABLES, TERMS

SHOP = model_of(
    {"quality": "q1 q2", "value": "v1 v2", "satisfaction": "s1 s2", "complaints": "c1", "loyalty": "l1 l2"},
    {"value": "quality", "satisfaction": "quality value", "complaints": "satisfaction",
     "loyalty": "satisfaction complaints"},
    index="satisfaction",
    scales={"c1": YES_NO},
    low_is_good=["c1"],
    name="shop",
)  # fmt: skip
WHOLE: dict[str, Any] = {
    "target": {"construct": "satisfaction", "index": 75},
    "costs": {"quality": {"per_point": 20000, "quadratic": 500, "most": 10}, "value": 12000},
    "consequences": {
        "customers": 120000, "revenue": 40, "retention": {"construct": "loyalty", "per_point": 0.4},
        "complaint_cost": 25,
    },
}  # fmt: skip


# ---- what is asked


def test_the_key_of_a_study_file_as_values() -> None:
    asked = what_if_of(WHOLE)
    assert asked.target == Target(construct="satisfaction", index=75)
    assert asked.costs == {"quality": Cost(linear=20000, quadratic=500, most=10), "value": Cost(linear=12000)}
    assert asked.links.customers == 120000
    assert asked.links.retention is not None
    assert (asked.links.retention.construct, asked.links.retention.per_point) == ("loyalty", 0.4)
    assert np.isnan(asked.links.retention.now)
    assert what_if_of({}) == WhatIf()
    bare = {"costs": {"quality": {"per_point": None, "quadratic": 3.0, "most": None}}, "consequences": None}
    assert what_if_of(bare).costs == {"quality": Cost(quadratic=3)}
    assert check_what_if(asked, SHOP) == ()


def mistakes(model: ModelSpec = SHOP, **changed: Any) -> dict[str, Finding]:
    """Findings by place, of the whole example with keys replaced."""
    found = check_what_if(what_if_of(WHOLE | changed), model)
    assert all(one.severity == "error" and one.fix for one in found)
    return {one.where.removeprefix("what_if."): one for one in found}


def consequences(**changed: Any) -> dict[str, Any]:
    return {"consequences": WHOLE["consequences"] | changed}


MISTAKES: list[tuple[dict[str, Any], str, str]] = [
    ({"target": {"construct": "satisfacton", "index": 75}}, "target.construct", "mean 'satisfaction'?"),
    ({"target": {"construct": "quality", "index": 75}}, "target.construct", "nothing in the model drives"),
    ({"target": {"construct": "satisfaction", "index": 101}}, "target.index", "between 0 and 100"),
    ({"target": {"construct": "satisfaction", "index": -1}}, "target.index", "-1 is no index"),
    ({"target": {"construct": "satisfaction", "index": float("nan")}}, "target.index", "nan is no index"),
    ({"target": None}, "costs", "no target to reach"),
    ({"costs": {}}, "target", "no driver has a price"),
    ({"costs": {"qualty": 5}}, "costs.qualty", "Did you mean 'quality'?"),
    ({"costs": {"quality": -5}}, "costs.quality.per_point", "-5 is no price"),
    ({"costs": {"quality": float("inf")}}, "costs.quality.per_point", "inf is no price"),
    ({"costs": {"quality": {"per_point": 1, "quadratic": -2}}}, "costs.quality.quadratic", "-2 is no price"),
    ({"costs": {"quality": 0}}, "costs.quality", "costs nothing"),
    ({"costs": {"quality": {"per_point": 1, "most": 0}}}, "costs.quality.most", "at most 0 points"),
    ({"costs": {"quality": {"per_point": 1, "most": float("nan")}}}, "costs.quality.most", "which is none"),
    ({"costs": {"satisfaction": 5}}, "costs.satisfaction", "the target itself"),
    ({"costs": {"loyalty": 5}}, "costs.loyalty", "loyalty does not drive satisfaction"),
    (consequences(customers=0), "consequences.customers", "0 is not above 0"),
    (consequences(revenue=-1), "consequences.revenue", "-1 is not above 0"),
    (consequences(complaint_cost=float("nan")), "consequences.complaint_cost", "nan is not above 0"),
    (consequences(customers=None), "consequences.retention", "of how many customers"),
    (consequences(retention=None), "consequences.revenue", "there is no link"),
    (consequences(retention={"construct": "loyaltee", "per_point": 1}), "consequences.retention.construct",
     "Did you mean 'loyalty'?"),
    (consequences(retention={"construct": "loyalty", "per_point": 0}), "consequences.retention.per_point",
     "are no link"),
    (consequences(retention={"construct": "loyalty", "per_point": -1}), "consequences.retention.per_point",
     "fewer customers would be kept the better loyalty is. Write 1."),
    (consequences(retention={"construct": "complaints", "per_point": 1}), "consequences.retention.per_point",
     "the better complaints is. Write -1."),
    (consequences(retention={"construct": "loyalty", "per_point": 1, "now": 101}),
     "consequences.retention.now", "101 % of customers"),
    ({"consequences": {"customers": 5}}, "consequences.customers", "nothing is said"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "place", "said"), MISTAKES)
def test_each_mistake_is_named_at_its_place(changed: dict[str, Any], place: str, said: str) -> None:
    found = mistakes(**changed)
    assert place in found
    assert said in f"{found[place].what} {found[place].fix}"


def test_all_mistakes_at_once() -> None:
    found = mistakes(
        target={"construct": "satisfaction", "index": 200},
        costs={"qualty": -1, "value": 0, "loyalty": 3},
        **consequences(revenue=0),
    )
    assert list(found) == [
        "target.index", "costs.qualty", "costs.qualty.per_point", "costs.value", "costs.loyalty",
        "consequences.revenue",
    ]  # fmt: skip


def test_a_cost_of_complaints_needs_a_complaint_rate() -> None:
    constructs = tuple(c for c in SHOP.constructs if c.name != "complaints")
    paths = tuple(p for p in SHOP.paths if "complaints" not in (p.source, p.target))
    found = mistakes(replace(SHOP, constructs=constructs, paths=paths))
    assert list(found) == ["consequences.complaint_cost"]
    assert "no complaint rate" in found["consequences.complaint_cost"].what


def test_what_is_made_of_others_cannot_be_moved_apart() -> None:
    """A whole that is the sum of its parts; one that only shows in its parts may be pushed."""
    parts = {"a": "a1 a2", "b": "b1 b2", "whole": "", "s": "s1 s2"}
    made = model_of(parts, {"whole": "a b", "s": "whole"}, repeats={"whole": "a b"})
    asked = WhatIf(target=Target(construct="s", index=80), costs={"whole": Cost(linear=1)})
    (one,) = check_what_if(asked, made)
    assert "made of a, b" in one.what
    shown = model_of(parts, {"a": "whole", "b": "whole", "s": "whole"}, repeats={"whole": "a b"})
    assert check_what_if(asked, shown) == ()


def test_products_have_no_price() -> None:
    product = Construct(name="both", product=("expectations", "quality"))
    paths = (*CHAIN.paths, Path(source="both", target="satisfaction"))
    model = replace(CHAIN, constructs=(*CHAIN.constructs, product), paths=paths)
    asked = WhatIf(target=Target(construct="satisfaction", index=80), costs={"both": Cost(linear=1)})
    (one,) = check_what_if(asked, model)
    assert (one.where, "product" in one.what) == ("what_if.costs.both", True)


# ---- tables of fits


ASKED = WhatIf(
    target=Target(construct="satisfaction", index=66),
    costs={"expectations": Cost(linear=3, quadratic=1), "quality": Cost(linear=4, quadratic=0.5)},
    links=Links(customers=1000, retention=Retention(construct="loyalty", per_point=0.4, now=80)),
)
PLS: Mapping[str, Any] = {"estimator": "pls", "folds": 0, "bootstrap": 120}


@cache
def run(name: str) -> Fit:
    """Three firms, of which one is too small; satisfaction is about 63."""
    firms = {"firm": ["a"] * 140 + ["b"] * 140 + ["small"] * 20}
    runs: dict[str, Any] = {
        "ml": ({}, {}),
        "pls": (PLS, {"groups": firms}),
        "bare": ({**PLS, "bootstrap": 0}, {}),
    }
    options, survey = runs[name]
    return fit(CHAIN, chain_survey(**survey), **options)


@cache
def tables(name: str) -> tuple[dict[str, pd.DataFrame], tuple[Finding, ...]]:
    return what_if_tables(run(name), ASKED)


def plan_of(name: str, unit: str = "all respondents") -> pd.DataFrame:
    frame = tables(name)[0]["target_plan"]
    return frame[frame["unit"] == unit].set_index("driver")


@pytest.mark.parametrize("name", ["ml", "pls", "bare"])
def test_tables_keep_the_contract(name: str) -> None:
    for table, frame in tables(name)[0].items():
        assert tuple(frame.columns) == SURVEY_TABLES[table].column_names
        numbers = [c.name for c in SURVEY_TABLES[table].columns if c.kind == "number"]
        silent = frame[frame[numbers].isna().any(axis=1) & (frame["why"] == "")]
        assert silent.empty, silent.to_string()
        assert not np.isinf(frame[numbers].to_numpy()).any()
        both = frame.dropna(subset=["ci_lower", "ci_upper"])
        assert (both["ci_lower"] <= both["ci_upper"]).all()
        for column in {"verdict", "scenario", "measure", "ci_method"} & set(frame.columns):
            assert set(frame[column]) - {""} <= set(TERMS)


def test_the_plan_in_the_table_adds_up() -> None:
    plan = plan_of("ml")
    assert list(plan.index) == ["expectations", "quality", "satisfaction"]
    sums, drivers = plan.loc["satisfaction"], plan.drop("satisfaction")
    assert sums["level_to"] == pytest.approx(66)
    assert sums["gain"] == pytest.approx(drivers["gain"].sum())
    assert sums["cost"] == pytest.approx(drivers["cost"].sum())
    assert list(plan["verdict"]) == ["pushed", "pushed", "reached"]
    # rising prices: a further point costs the same by either driver
    np.testing.assert_allclose(plan["marginal_cost"], sums["marginal_cost"])
    # quality rises by its own push and by what expectations do for it
    effects = evaluate(run("ml")).tables["effects"].query("kind == 'total'").set_index(["source", "target"])
    lifted = effects.loc[("expectations", "quality"), "effect"] * plan.loc["expectations", "push"]
    moved = plan.loc["quality", "level_to"] - plan.loc["quality", "level_from"]
    assert moved == pytest.approx(plan.loc["quality", "push"] + lifted)


def test_the_interval_of_the_plan_against_every_draw() -> None:
    """What the pushes would bring in each bootstrap sample, and the quantiles of that."""
    made, plan = run("pls"), plan_of("pls")
    solution = made.pooled.solution
    assert isinstance(solution, CompositeSolution)
    assert solution.draws is not None
    metric = metric_of(CHAIN, made.options.weight_rule, {})
    total = composite_quantities(solution.table, metric, solution.draws.means, solution.draws.values).total
    push = plan["push"]
    each = {
        "expectations": total[:, 2, 0] * push["expectations"],
        "quality": total[:, 2, 1] * push["quality"],
    }
    each["satisfaction"] = each["expectations"] + each["quality"]
    for driver, gains in each.items():
        ends = plan.loc[driver, ["ci_lower", "ci_upper"]].astype(float)
        assert list(ends) == pytest.approx(list(np.quantile(gains, [0.025, 0.975])))
    assert set(plan["ci_method"]) == {"bootstrap"}
    assert set(plan_of("bare")["why"]) == {"no interval without a bootstrap (--bootstrap 0 was asked for)"}
    assert plan_of("bare").loc["satisfaction", "level_to"] == pytest.approx(66)


@pytest.mark.parametrize("name", ["ml", "pls"])
def test_consequences_of_a_driver_are_its_gains(name: str) -> None:
    made = tables(name)[0]["consequences"].query("unit == 'all respondents' and measure == 'index_score'")
    made = made[made["scenario"] == "driver_5"]
    gains = evaluate(run(name)).pooled["gains"].query("points == 5").set_index(["driver", "target"])
    assert list(dict.fromkeys(made["driver"])) == ["expectations", "quality", "satisfaction"]
    for row in made[made["driver"] != made["construct"]].itertuples():
        gain = gains.loc[(row.driver, row.construct)]
        assert row.difference == pytest.approx(gain["gain"])
        assert (row.ci_lower, row.ci_upper) == pytest.approx((gain["ci_lower"], gain["ci_upper"]))


def test_consequences_of_the_plan() -> None:
    frame = tables("ml")[0]["consequences"].query("scenario == 'cheapest_plan'")
    rows = frame.set_index(["measure", "construct"])
    plan = plan_of("ml").loc["satisfaction"]
    moved = rows.loc[("index_score", "satisfaction")]
    for there, here in (("difference", "gain"), ("ci_lower", "ci_lower"), ("ci_upper", "ci_upper")):
        assert moved[there] == pytest.approx(plan[here])
    # satisfaction is all that drives loyalty; 1,000 customers at .4 % a point
    kept, loyal = rows.loc[("customers_kept", "loyalty")], rows.loc[("index_score", "loyalty")]
    assert kept["difference"] == pytest.approx(4 * loyal["difference"])
    assert kept["value_to"] == pytest.approx(800 + 4 * loyal["difference"])


def test_groups_have_plans_of_their_own_but_not_the_customers_of_the_whole() -> None:
    made, found = tables("pls")
    assert list(dict.fromkeys(made["target_plan"]["unit"])) == ["all respondents", "a", "b", "small"]
    index = evaluate(run("pls")).tables["index"].query("weights_from == 'pooled'")
    for firm in "ab":
        row = plan_of("pls", firm).loc["satisfaction"]
        own = index[(index["firm"] == firm) & (index["construct"] == "satisfaction")]["index"].item()
        assert row["level_from"] == pytest.approx(own)
        assert row["level_to"] == pytest.approx(66)
    small = plan_of("pls", "small")
    assert small["why"].str.startswith("suppressed: 20 respondents").all()
    assert small[["push", "cost", "level_from", "level_to"]].isna().all(axis=None)
    frame = made["consequences"]
    assert set(frame[frame["unit"] == "a"]["measure"]) == {"index_score"}
    assert "customers_kept" in set(frame[frame["unit"] == "all respondents"]["measure"])
    assert frame[frame["unit"] == "small"]["why"].str.startswith("suppressed").all()
    assert found == ()


# ---- what is said


def said(asked: WhatIf, name: str = "ml") -> dict[str, Finding]:
    return {one.code: one for one in what_if_tables(run(name), asked)[1]}


def target(index: float, **costs: Cost) -> WhatIf:
    return WhatIf(target=Target(construct="satisfaction", index=index), costs=costs)


def test_a_target_out_of_reach_is_told_with_what_binds() -> None:
    asked = target(90, quality=Cost(linear=1, most=2), expectations=Cost(linear=1, most=1))
    one = said(asked)["target-out-of-reach"]
    row = what_if_tables(run("ml"), asked)[0]["target_plan"].set_index("driver").loc["satisfaction"]
    assert f"from {row['level_from']:.1f} to {row['level_to']:.1f}" in one.what
    assert "expectations can be pushed no further than `most`; quality can" in one.what
    assert row["verdict"] == "not_reachable"
    assert row["why"] == f"{row['level_to']:.1f} is as far as the prices allow"
    groups = [one for one in what_if_tables(run("pls"), asked)[1] if "groups" in one.what]
    assert [one.what for one in groups] == ["2 of 3 groups cannot reach the target: a, b."]


def test_a_target_reached_already_is_told() -> None:
    asked = target(50, quality=Cost(linear=1))
    assert "already, and the target is 50" in said(asked)["target-reached"].what
    frame = what_if_tables(run("ml"), asked)[0]["target_plan"]
    assert list(frame["push"]) == [0, 0]
    assert list(frame["cost"]) == [0, 0]
    assert list(frame["verdict"]) == ["not_pushed", "reached_already"]


def test_several_plans_of_one_price_are_told() -> None:
    effects = evaluate(run("ml")).tables["effects"].query("kind == 'total' and target == 'satisfaction'")
    tied = {row.source: Cost(linear=float(row.effect)) for row in effects.itertuples()}
    assert set(said(target(66, **tied))) == {"several-plans"}


def test_a_fit_that_should_not_be_used_makes_no_plan() -> None:
    model = model_of({"a": "a1 a2", "b": "b1 b2"}, {"b": "a"})
    cov = np.array([[1.0, 0.5, 0.6, 0.6], [0.5, 1.0, 0.2, 0.2], [0.6, 0.2, 1.0, 0.5], [0.6, 0.2, 0.5, 1.0]])
    made = fit(model, survey_of(model, exact_answers(cov)))
    asked = WhatIf(target=Target(construct="b", index=80), costs={"a": Cost(linear=1)})
    frames, found = what_if_tables(made, asked)
    assert [one.code for one in found] == ["no-plan"]
    assert set(frames["target_plan"]["why"]) == {NOT_USABLE}
    assert set(frames["consequences"]["why"]) == {NOT_USABLE}


def test_interactions_are_told() -> None:
    product = Construct(name="both", product=("expectations", "quality"))
    paths = (*CHAIN.paths, Path(source="both", target="satisfaction"))
    model = replace(CHAIN, constructs=(*CHAIN.constructs, product), paths=paths)
    made = fit(model, survey_of(model, chain_answers()), estimator="pls", bootstrap=0, folds=0)
    frames, found = what_if_tables(made, ASKED)
    assert [one.code for one in found] == ["effects-at-the-mean"]
    assert "both" not in set(frames["consequences"]["driver"])


def test_without_a_target_there_are_consequences_all_the_same() -> None:
    made, found = what_if_tables(run("ml"), WhatIf(links=ASKED.links))
    assert len(made["target_plan"]) == 0
    assert set(made["consequences"]["scenario"]) == {"driver_5"}
    assert "customers_kept" in set(made["consequences"]["measure"])
    assert found == ()


def test_where_nothing_is_asked_nothing_is_answered() -> None:
    assert what_if_tables(run("ml"), what_if_of({"target": None, "costs": {}, "consequences": {}})) == (
        {},
        (),
    )
