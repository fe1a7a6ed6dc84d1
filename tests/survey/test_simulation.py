"""Simulated surveys: what is drawn follows the truth, and the exact values follow from it."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from scipy.stats import norm

from csi_model.errors import ModelError, StudyError, UsageError
from csi_model.model.catalogue import catalogue, read_model
from csi_model.model.spec import Case, Construct, Indicator, ModelSpec, Path, Scale
from csi_model.survey.codebook import Routing
from csi_model.survey.reading import read_survey
from csi_model.survey.simulation import (
    GroupTruth,
    ItemTruth,
    Truth,
    default_truth,
    parse_truth,
    population_effects,
    population_index,
    population_paths,
    population_weights,
    simulate,
    write_truth,
)
from csi_model.survey.simulation_population import structure_of

FIVE = Scale(low=1, high=5)


def items(*names: str, scale: Scale = FIVE) -> tuple[Indicator, ...]:
    return tuple(Indicator(name=name, scale=scale) for name in names)


def model_of(*constructs: Construct, paths: tuple[tuple[str, str], ...]) -> ModelSpec:
    return ModelSpec(
        name="small",
        title={"en": "Small"},
        index=constructs[-1].name,
        constructs=constructs,
        paths=tuple(Path(source=source, target=target) for source, target in paths),
    )


@pytest.fixture(scope="module")
def small() -> ModelSpec:
    return model_of(
        Construct(name="quality", indicators=items("q1", "q2")),
        Construct(name="satisfaction", indicators=items("s1", "s2", "s3")),
        paths=(("quality", "satisfaction"),),
    )


class TestSameSeed:
    def test_gives_the_same_bytes(self, small: ModelSpec) -> None:
        first, _ = simulate(small, 200, seed=5)
        second, _ = simulate(small, 200, seed=5)
        assert first.to_csv(index=False) == second.to_csv(index=False)

    def test_another_seed_gives_other_answers(self, small: ModelSpec) -> None:
        first, _ = simulate(small, 200, seed=5)
        second, _ = simulate(small, 200, seed=6)
        assert (first["s1"] != second["s1"]).any()


@pytest.mark.parametrize("name", catalogue())
class TestEveryCatalogueModel:
    def test_constructs_have_variance_1(self, name: str) -> None:
        model = read_model(name)
        structure = structure_of(default_truth(model), model)
        assert np.diag(structure.within) == pytest.approx(np.ones(len(structure.names)), abs=1e-12)
        assert np.linalg.eigvalsh(structure.disturbances)[0] > -1e-12

    def test_survey_is_read_without_an_error_and_has_the_exact_index(self, name: str) -> None:
        model, n = read_model(name), 4000
        frame, truth = simulate(model, n, seed=11)
        survey = read_survey(frame, model)
        mean = dict(zip(survey.names, np.nanmean(survey.answers, axis=0), strict=True))
        spread = dict(zip(survey.names, np.nanstd(survey.answers, axis=0), strict=True))
        exact = population_index(truth, model)
        for construct, weights in population_weights(truth, model).items():
            scales = {item.name: item.scale for item in model.items_of(construct)}
            found = sum(w * 100 * (mean[i] - scales[i].low) / scales[i].width for i, w in weights.items())
            # no weighted mean has a larger standard error than its least certain part
            largest = max(100 * spread[i] / scales[i].width for i in weights) / np.sqrt(n)
            assert abs(found - exact[construct]) < 4 * largest, construct

    def test_truth_file_holds_everything(self, name: str) -> None:
        model = read_model(name)
        truth = default_truth(model, groups={"firm": ["A", "B", "C"], "wave": ["2024", "2025"]})
        assert parse_truth(write_truth(truth), "truth.yaml") == truth


class TestExactIndex:
    def test_of_a_0_1_question_is_a_normal_probability(self) -> None:
        model = model_of(
            Construct(name="satisfaction", indicators=items("s1", "s2")),
            Construct(name="complaints", indicators=items("c", scale=Scale(low=0, high=1))),
            paths=(("satisfaction", "complaints"),),
        )
        truth = default_truth(model)
        c = ItemTruth(loading=0.5, intercept=0.1, error_sd=0.0)
        truth = replace(truth, items=MappingProxyType({**truth.items, "c": c}))
        # the answer in mind is N(0.1, 0.5^2); "1" is given above the middle of 0 and 1
        assert population_index(truth, model)["complaints"] == pytest.approx(100 * norm.sf(0.5, 0.1, 0.5))

    def test_of_a_rating_is_the_sum_over_its_answers(self, small: ModelSpec) -> None:
        truth = default_truth(small)
        expected = {}
        for name in ("q1", "q2"):
            item = truth.items[name]
            sd = np.hypot(item.loading, item.error_sd)
            edges = np.array([-np.inf, 1.5, 2.5, 3.5, 4.5, np.inf])
            shares = np.diff(norm.cdf(edges, item.intercept, sd))
            expected[name] = 100 * (float(shares @ np.arange(1, 6)) - 1) / 4
        weights = population_weights(truth, small)["quality"]
        total = sum(weights[name] * value for name, value in expected.items())
        assert population_index(truth, small)["quality"] == pytest.approx(total, abs=1e-10)

    def test_without_rounding_is_the_mean_in_mind(self, small: ModelSpec) -> None:
        truth = replace(default_truth(small), rounded=False)
        shifted = replace(
            truth, groups=(GroupTruth(key={"firm": "A"}, shifts={"quality": 0.5, "satisfaction": 0.25}),)
        )
        path = truth.paths["quality", "satisfaction"]
        weights = population_weights(truth, small)["satisfaction"]
        expected = sum(
            w * 100 * (truth.items[i].intercept + truth.items[i].loading * (0.25 + path * 0.5) - 1) / 4
            for i, w in weights.items()
        )
        assert population_index(shifted, small)["satisfaction"] == pytest.approx(expected)

    def test_follows_given_weights(self, small: ModelSpec) -> None:
        truth = default_truth(small)
        one = {"quality": {"q1": 1.0, "q2": 0.0}, "satisfaction": {"s1": 2.0, "s2": 2.0, "s3": 2.0}}
        other = {"quality": {"q1": 0.0, "q2": 1.0}, "satisfaction": {"s1": 1.0, "s2": 1.0, "s3": 1.0}}
        first = population_index(truth, small, weights=one)
        second = population_index(truth, small, weights=other)
        assert first["quality"] != pytest.approx(second["quality"])
        assert first["satisfaction"] == pytest.approx(second["satisfaction"])

    def test_of_a_part_is_the_mean_of_its_groups(self, small: ModelSpec) -> None:
        truth = default_truth(small, groups={"firm": ["A", "B"], "wave": ["1", "2"]})
        parts = [population_index(truth, small, {"firm": "A", "wave": wave}) for wave in ("1", "2")]
        whole = population_index(truth, small, {"firm": "A"})
        assert whole["quality"] == pytest.approx((parts[0]["quality"] + parts[1]["quality"]) / 2)

    def test_of_an_unknown_group_names_the_groups(self, small: ModelSpec) -> None:
        truth = default_truth(small, groups={"firm": ["Bank A", "Bank B"]})
        with pytest.raises(StudyError, match="Did you mean 'Bank A'"):
            population_index(truth, small, {"firm": "bank A"})
        with pytest.raises(StudyError, match="no group column 'frim'"):
            population_index(truth, small, {"frim": "Bank A"})


def test_paths_in_index_points_by_hand(small: ModelSpec) -> None:
    truth = Truth(
        model="small",
        items={
            "q1": ItemTruth(loading=1.0, intercept=3, error_sd=0.5),
            "q2": ItemTruth(loading=1.0, intercept=3, error_sd=0.5),
            "s1": ItemTruth(loading=0.8, intercept=3, error_sd=0.5),
            "s2": ItemTruth(loading=0.4, intercept=3, error_sd=0.5),
            "s3": ItemTruth(loading=0.4, intercept=3, error_sd=0.5),
        },
        paths={("quality", "satisfaction"): 0.5},
        sds={"quality": 1.0, "satisfaction": 1.0},
    )
    # on 0-100: quality 25 points per unit; satisfaction .5*20 + .25*10 + .25*10 = 15 points per unit
    assert population_weights(truth, small)["satisfaction"] == pytest.approx(
        {"s1": 0.5, "s2": 0.25, "s3": 0.25}
    )
    assert population_paths(truth, small)["quality", "satisfaction"] == pytest.approx(0.5 * 15 / 25)
    assert population_effects(truth, small) == pytest.approx({("quality", "satisfaction"): 0.3})


def test_total_effects_add_up_along_the_paths() -> None:
    model = read_model("acsi")
    truth = default_truth(model)
    direct, total = population_paths(truth, model), population_effects(truth, model)
    through = direct["expectations", "value"] + direct["expectations", "quality"] * direct["quality", "value"]
    assert total["expectations", "value"] == pytest.approx(through)


class TestReversedQuestion:
    def test_is_stored_the_other_way_round(self, small: ModelSpec) -> None:
        turned = replace(
            small,
            constructs=(
                replace(
                    small.constructs[0], indicators=(*items("q1"), replace(items("q2")[0], reversed=True))
                ),
                small.constructs[1],
            ),
        )
        plain, _ = simulate(small, 300, seed=3)
        stored, truth = simulate(turned, 300, seed=3)
        assert (stored["q2"] == 6 - plain["q2"]).all()
        assert (stored["q1"] == plain["q1"]).all()
        assert population_index(truth, turned) == pytest.approx(population_index(truth, small))
        assert np.array_equal(read_survey(stored, turned).answers, read_survey(plain, small).answers)


class TestDerivedItem:
    def test_columns_are_asked_where_their_case_holds(self) -> None:
        frame, _ = simulate(read_model("acsi"), 3000, seed=4)
        likely = frame["REPUR"] >= 6
        assert 0 < likely.mean() < 1
        assert (frame["HIGHPTOL"].notna() == likely).all()
        assert (frame["LOWPTOL"].notna() == ~likely).all()
        assert frame[["HIGHPTOL", "LOWPTOL"]].min().ge(0).all()
        assert frame[["HIGHPTOL", "LOWPTOL"]].max().le(25).all()

    def test_is_not_asked_where_the_deciding_question_is_not_answered(self) -> None:
        model = read_model("acsi")
        truth = replace(default_truth(model), missing=MappingProxyType({98.0: 0.2}))
        frame, _ = simulate(model, 1000, seed=4, truth=truth)
        unknown = frame["REPUR"] == 98
        assert unknown.any()
        assert frame.loc[unknown, ["HIGHPTOL", "LOWPTOL"]].isna().all(axis=None)

    def test_that_recodes_one_column_keeps_to_its_answers(self) -> None:
        cases = (
            Case(when="price", low=1, high=3, take="price", times=-1, plus=10),
            Case(when="price", low=4, high=5, take="price", times=-2, plus=12),
        )
        derived = Indicator(name="cheap", scale=Scale(low=2, high=9), cases=cases)
        model = model_of(
            Construct(name="value", indicators=(*items("v1"), derived)),
            Construct(name="satisfaction", indicators=items("s1", "s2")),
            paths=(("value", "satisfaction"),),
        )
        frame, truth = simulate(model, 20_000, seed=9)
        assert set(frame["price"]) == {1, 2, 3, 4, 5}
        survey = read_survey(frame, model)
        found = survey.answers[:, survey.names.index("cheap")]
        weights = {"value": {"v1": 0.0, "cheap": 1.0}, "satisfaction": {"s1": 1.0, "s2": 1.0}}
        exact = population_index(truth, model, weights=weights)["value"]
        assert abs(100 * (found.mean() - 2) / 7 - exact) < 4 * 100 / 7 * found.std() / np.sqrt(20_000)

    def test_decided_by_a_column_outside_the_model_draws_that_column(self) -> None:
        case = Case(when="user", low=1, high=1, take="minutes", plus=0)
        derived = Indicator(name="use", scale=Scale(low=0, high=10), cases=(case,))
        model = model_of(
            Construct(name="value", indicators=(*items("v1"), derived)),
            Construct(name="satisfaction", indicators=items("s1", "s2")),
            paths=(("value", "satisfaction"),),
        )
        frame, _ = simulate(model, 500, seed=9)
        assert set(frame["user"]) == {1, 2}
        assert (frame["minutes"].notna() == (frame["user"] == 1)).all()


class TestAsking:
    def test_routed_question_is_blank_elsewhere(self, small: ModelSpec) -> None:
        routing = Routing(column="q1", low=1, high=3)
        truth = replace(default_truth(small), asked_when=MappingProxyType({"s3": routing}))
        frame, _ = simulate(small, 500, seed=1, truth=truth)
        assert (frame["s3"].notna() == (frame["q1"] <= 3)).all()

    def test_missing_codes_have_their_shares(self, small: ModelSpec) -> None:
        truth = replace(default_truth(small), missing=MappingProxyType({98.0: 0.06, 99.0: 0.02}))
        frame, _ = simulate(small, 10_000, seed=1, truth=truth)
        share = frame["s1"].value_counts(normalize=True)
        assert share[98] == pytest.approx(0.06, abs=4 * np.sqrt(0.06 * 0.94 / 10_000))
        assert share[99] == pytest.approx(0.02, abs=4 * np.sqrt(0.02 * 0.98 / 10_000))

    def test_weights_are_positive_with_mean_1(self, small: ModelSpec) -> None:
        frame, _ = simulate(small, 1000, seed=1, truth=replace(default_truth(small), weight_sd=0.4))
        assert (frame["weight"] > 0).all()
        assert frame["weight"].mean() == pytest.approx(1, abs=1e-4)


class TestGroups:
    def test_get_their_share_of_the_respondents(self, small: ModelSpec) -> None:
        groups = (
            GroupTruth(key={"firm": "A"}, share=2.0),
            GroupTruth(key={"firm": "B"}, share=1.0),
        )
        frame, _ = simulate(small, 100, seed=1, truth=replace(default_truth(small), groups=groups))
        assert frame["firm"].value_counts().to_dict() == {"A": 67, "B": 33}

    def test_leave_the_pooled_paths_as_they_are(self) -> None:
        model = read_model("acsi")
        truth = default_truth(model, groups={"firm": list("ABCDEFGHIJ")})
        structure = structure_of(truth, model)
        # path of quality on expectations in the pooled covariance: cov / var
        e, q = structure.names.index("expectations"), structure.names.index("quality")
        found = structure.pooled[e, q] / structure.pooled[e, e]
        assert found == pytest.approx(truth.paths["expectations", "quality"], abs=1e-5)
        assert np.ptp(structure.means[:, q]) > 0.3


def test_without_rounding_the_covariance_is_that_of_the_truth(small: ModelSpec) -> None:
    n = 40_000
    truth = replace(default_truth(small), rounded=False)
    frame, _ = simulate(small, n, seed=8, truth=truth)
    structure = structure_of(truth, small)
    loadings = np.zeros((5, 2))
    for row, name in enumerate(truth.items):
        loadings[row, 0 if name.startswith("q") else 1] = truth.items[name].loading
    errors = np.diag([item.error_sd**2 for item in truth.items.values()])
    sigma = loadings @ structure.within @ loadings.T + errors
    found = np.cov(frame[list(truth.items)].to_numpy(dtype=float).T)
    # standard error of a covariance of normal variables (Anderson 2003, sec. 3.4)
    se = np.sqrt((np.outer(np.diag(sigma), np.diag(sigma)) + sigma**2) / n)
    assert (np.abs(found - sigma) < 4.5 * se).all()


class TestWrongTruth:
    def test_tells_every_mistake_at_once(self, small: ModelSpec) -> None:
        truth = default_truth(small)
        wrong = replace(
            truth,
            items={
                **{name: item for name, item in truth.items.items() if name != "s3"},
                "s4": truth.items["s1"],
            },
            sds={"quality": 1.0},
            missing={3.0: 0.1},
            groups=(GroupTruth(key={"q1": "A"}, shifts={"value": 1.0}),),
        )
        with pytest.raises(StudyError) as caught:
            simulate(small, 10, seed=1, truth=wrong)
        text = str(caught.value)
        for part in ("'s3'", "'s4'", "'satisfaction'", "code 3 lies", "'q1'", "'value'"):
            assert part in text

    def test_file_is_reported_with_its_lines(self) -> None:
        with pytest.raises(StudyError, match=r"truth\.yaml:2") as caught:
            parse_truth("model: acsi\nrounded: perhaps\nitems: {}\npaths: {}\n", "truth.yaml")
        assert "sds" in str(caught.value)

    def test_covariance_above_the_variances_is_refused(self) -> None:
        model = read_model("epsi")
        truth = default_truth(model)
        large = dict.fromkeys(truth.covariances, 3.0)
        with pytest.raises(StudyError, match="too large"):
            simulate(model, 10, seed=1, truth=replace(truth, covariances=large))


class TestWrongCall:
    @pytest.mark.parametrize(("n", "seed", "word"), [(0, 1, "-n"), (10, -1, "--seed")])
    def test_is_refused(self, small: ModelSpec, n: int, seed: int, word: str) -> None:
        with pytest.raises(UsageError, match=word):
            simulate(small, n, seed=seed)

    def test_truth_and_groups_together_are_refused(self, small: ModelSpec) -> None:
        with pytest.raises(UsageError, match="Give `truth` or `groups`"):
            simulate(small, 10, seed=1, truth=default_truth(small), groups={"firm": ["A"]})

    def test_question_without_a_scale_is_named(self, small: ModelSpec) -> None:
        bare = replace(small.constructs[0], indicators=(Indicator(name="q1"), Indicator(name="q2")))
        with pytest.raises(StudyError, match="q1"):
            default_truth(replace(small, constructs=(bare, small.constructs[1])))

    def test_model_with_errors_is_refused(self, small: ModelSpec) -> None:
        with pytest.raises(ModelError, match="nothing"):
            default_truth(replace(small, index="nothing"))
