"""Groups fitted together: against single groups, against counted clusters, and in other orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from fit_builders import CHAIN, Floats, chain_answers, model_of, survey_of
from scipy import stats

from csi_model.errors import EstimationError
from csi_model.estimation import likelihood
from csi_model.estimation.covariance import matrices
from csi_model.estimation.fits import Solution
from csi_model.estimation.fitting import fit
from csi_model.estimation.group_fitting import (
    GroupEvidence,
    JointFit,
    _problem,
    _scores,
    difference,
    fit_jointly,
    group_evidence,
    positive_difference,
    restrict,
)
from csi_model.estimation.inference import Scaling
from csi_model.estimation.joint import EQUAL, LikelihoodProblem, joint_table
from csi_model.estimation.missing import moment_table, moment_values
from csi_model.estimation.score_tests import score_tests
from csi_model.survey.linearised import design_covariance
from csi_model.survey.moments import sample_of
from csi_model.survey.survey import MissingRule, Survey

OPTIMUM = 1e-7
"""Both searches end at a scaled gradient below 1e-9; estimates are of size 1 to 10."""
TESTS = 1e-9
"""A chi-square is flat at the optimum, so that the square of the above is left of it, and rounding."""

FACTORS = model_of({"a": "a1 a2 a3", "b": "b1 b2 b3"}, {"b": "a"})
FACTORS_ITEMS = tuple(item.name for item in FACTORS.indicators)


def factor_answers(n: int, seed: int, *, shift: float = 0.0) -> Floats:
    """Answers (n, 6) to the questions of ``FACTORS``; errors are skewed, so that robust numbers differ."""
    random = np.random.default_rng(seed)
    a = random.normal(size=n) + shift
    b = 0.6 * a + 0.8 * random.normal(size=n)
    loadings = np.array([1.0, 1.2, 0.8])
    errors = random.exponential(0.8, size=(n, 6))
    made: Floats = np.hstack([np.outer(a, loadings), np.outer(b, loadings)]) + errors + 5
    return made


def with_gaps(answers: Floats, seed: int = 8) -> Floats:
    made = answers.copy()
    made[np.random.default_rng(seed).random(made.shape) < 0.12] = np.nan
    made[0] = answers[0]
    return made


SIZES = {"a": 150, "b": 220, "c": 90}
ANSWERS = np.concatenate(
    [factor_answers(n, 30 + k, shift=0.3 * k) for k, n in enumerate(SIZES.values())]
)  # fmt: skip
LABELS = np.repeat(list(SIZES), list(SIZES.values()))


def evidence_in(
    survey: Survey, names: Sequence[str], missing_data: MissingRule = "complete"
) -> GroupEvidence:
    """Groups of a survey, in any order, one name for the whole sample."""
    values = np.array(survey.groups[0]) if survey.groups else np.array(["all"] * len(survey))
    return group_evidence(
        survey.model, names, [sample_of(survey, values == name, missing_data) for name in names]
    )


def three_groups(answers: Floats = ANSWERS, **design: Any) -> Survey:
    return survey_of(FACTORS, answers, groups={"g": list(LABELS)}, **design)


@cache
def joint(equal: tuple[str, ...] = (), *, robust: bool = False, gaps: bool = False) -> JointFit:
    answers, rule = (with_gaps(ANSWERS), "available") if gaps else (ANSWERS, "complete")
    evidence = evidence_in(three_groups(answers), list(SIZES), rule)  # type: ignore[arg-type]
    return fit_jointly(evidence, equal=equal, robust=robust)


def solution_of(survey: Survey, **options: str) -> Solution:
    found = fit(survey.model, survey, **options).pooled.solution
    assert found is not None
    return found


def parameter_covariance(found: Solution) -> Floats:
    made: Floats = found.covariance[len(found.means) :, len(found.means) :]
    return made


LADDER = {
    "configural": (),
    "metric": ("loadings",),
    "scalar": ("loadings", "intercepts"),
    "paths": ("loadings", "intercepts", "paths"),
    "everything": EQUAL,
}
every_step = pytest.mark.parametrize("equal", LADDER.values(), ids=LADDER.keys())


class TestOneGroup:
    """The joint fit of one group is the full-information fit of it."""

    @pytest.mark.parametrize(
        ("gaps", "estimator", "design"),
        [
            (gaps, estimator, design)
            for gaps in (False, True)
            for estimator in ("fiml", "mlr")
            for design in ("none", "weights", "clusters")
            if gaps or estimator == "mlr" or design != "none"
        ],
    )
    def test_against_the_single_group(self, gaps: bool, estimator: str, design: str) -> None:
        """Plain and without gaps the joint fit has expected information, as ``ml`` (the next test)."""
        answers = factor_answers(240, 4)
        given: dict[str, Mapping[str, Any]] = {
            "none": {},
            "weights": {"weights": np.random.default_rng(3).uniform(0.5, 2, 240)},
            "clusters": {"cluster": np.arange(240) // 8},
        }
        survey = survey_of(FACTORS, with_gaps(answers) if gaps else answers, **given[design])
        single = solution_of(survey, estimator=estimator, missing_data="available")
        evidence = evidence_in(survey, ["all"], "available")
        found = fit_jointly(evidence, robust=estimator == "mlr")
        np.testing.assert_allclose(found.values, single.values, atol=OPTIMUM)
        np.testing.assert_allclose(found.covariance, parameter_covariance(single), atol=OPTIMUM)
        assert found.test.df == single.test.df
        for name in ("chisq", "logl", "baseline_chisq"):
            assert getattr(found.test, name) == pytest.approx(getattr(single.test, name), rel=TESTS), name
        assert (found.test.scaling is None) == (single.test.scaling is None)
        if found.test.scaling is not None and single.test.scaling is not None:
            assert found.test.scaling.factor == pytest.approx(single.test.scaling.factor, rel=OPTIMUM)
            assert found.test.scaling.baseline == pytest.approx(single.test.scaling.baseline, rel=OPTIMUM)

    @pytest.mark.slow
    def test_complete_answers_give_the_covariance_fit(self) -> None:
        """Means are saturated, so that loadings, paths and chi-square are those without them."""
        survey = survey_of(CHAIN, chain_answers(200, 3))
        single = solution_of(survey, estimator="ml")
        found = fit_jointly(evidence_in(survey, ["all"]))
        q = single.table.n_free
        np.testing.assert_allclose(found.values[:q], single.values, atol=OPTIMUM)
        np.testing.assert_allclose(found.covariance[:q, :q], parameter_covariance(single), atol=OPTIMUM)
        assert (found.test.df, found.test.chisq) == (
            single.test.df, pytest.approx(single.test.chisq, rel=TESTS),
        )  # fmt: skip
        np.testing.assert_allclose(found.values[q:], survey.answers.mean(axis=0), rtol=1e-12)


class TestWithoutEqualities:
    @pytest.mark.parametrize("gaps", [False, True])
    @pytest.mark.parametrize("robust", [False, True])
    def test_groups_are_what_they_are_alone(self, gaps: bool, robust: bool) -> None:
        whole = joint(robust=robust, gaps=gaps)
        chisq, logl, scaled = 0.0, 0.0, 0.0
        for g, (name, part) in enumerate(zip(SIZES, whole.evidence.parts, strict=True)):
            alone = fit_jointly(
                GroupEvidence(names=(name,), parts=(part,), starts=(whole.evidence.starts[g],)), robust=robust
            )
            _, values, covariance = whole.of_group(g)
            np.testing.assert_allclose(values, alone.values, atol=OPTIMUM)
            np.testing.assert_allclose(covariance, alone.covariance, atol=OPTIMUM)
            chisq, logl = chisq + alone.test.chisq, logl + alone.test.logl
            if alone.test.scaling is not None:
                scaled += alone.test.scaling.factor * alone.test.df
        assert whole.test.chisq == pytest.approx(chisq, rel=TESTS)
        assert whole.test.logl == pytest.approx(logl, rel=TESTS)
        assert whole.test.df == 3 * 8
        if robust:
            assert whole.test.scaling is not None
            assert whole.test.scaling.factor * whole.test.df == pytest.approx(scaled, rel=OPTIMUM)

    def test_baseline_is_independence_in_every_group(self) -> None:
        wanted = 0.0
        for name, n in SIZES.items():
            correlation = np.corrcoef(ANSWERS[name == LABELS].T)
            wanted -= n * np.linalg.slogdet(correlation)[1]
        assert joint().test.baseline_chisq == pytest.approx(wanted, rel=1e-10)
        assert joint().test.baseline_df == 3 * 15

    def test_estimates_of_groups_are_independent(self) -> None:
        q = joint().joint.tables[0].n_free
        for robust in (False, True):
            blocks = joint(robust=robust).covariance.reshape(3, q, 3, q)
            assert not blocks[0, :, 1].any()
            assert not blocks[1, :, 2].any()


class TestIdenticalGroups:
    """The same respondents in G groups: nothing differs, so all that is equal is as in one group."""

    @pytest.mark.parametrize("gaps", [False, True])
    @pytest.mark.parametrize("robust", [False, True])
    @pytest.mark.parametrize("copies", [2, 3])
    def test_everything_equal(self, gaps: bool, robust: bool, copies: int) -> None:
        answers = factor_answers(150, 6)
        survey = survey_of(FACTORS, with_gaps(answers) if gaps else answers)
        rule: MissingRule = "available" if gaps else "complete"
        sample = sample_of(survey, None, rule)
        one = fit_jointly(group_evidence(FACTORS, ["a"], [sample]), robust=robust)
        names = [str(k) for k in range(copies)]
        several = group_evidence(FACTORS, names, [sample] * copies)
        found = fit_jointly(several, equal=EQUAL, robust=robust)
        np.testing.assert_allclose(found.values, one.values, atol=OPTIMUM)
        np.testing.assert_allclose(found.covariance, one.covariance / copies, atol=OPTIMUM)
        assert found.test.chisq == pytest.approx(copies * one.test.chisq, rel=TESTS)
        assert found.test.logl == pytest.approx(copies * one.test.logl, rel=TESTS)
        # 6 items have 27 moments, the model 6 + 6 + 4 + 1 + 2 = 19 parameters
        assert (one.test.df, found.test.df) == (8, copies * 27 - 19)
        free = fit_jointly(several, robust=robust)
        assert free.test.chisq == pytest.approx(found.test.chisq, rel=TESTS)

    def test_latent_means_are_zero(self) -> None:
        sample = sample_of(survey_of(FACTORS, factor_answers(150, 6)))
        found = fit_jointly(
            group_evidence(FACTORS, ["a", "b"], [sample, sample]), equal=("loadings", "intercepts")
        )
        table, values, _ = found.of_group(1)
        np.testing.assert_allclose(matrices(table, values).centre, 0, atol=1e-8)


class TestDegreesOfFreedom:
    """``FACTORS`` in three groups: 27 moments and 19 parameters each."""

    @pytest.mark.parametrize(
        ("equal", "released", "df"),
        [
            ((), (), 24),
            (("loadings",), (), 24 + 2 * 4),
            (("loadings",), (("a", "=~", "a2"),), 24 + 2 * 3),
            (("loadings", "intercepts"), (), 24 + 2 * 4 + 2 * 6 - 2 * 2),
            (("loadings", "intercepts"), (("b2", "~1", ""),), 24 + 2 * 4 + 2 * 5 - 2 * 2),
            (("loadings", "intercepts", "residuals"), (), 24 + 2 * 4 + 2 * 6 - 2 * 2 + 2 * 6),
            (("loadings", "paths"), (), 24 + 2 * 4 + 2),
            (EQUAL, (), 3 * 27 - 19),
        ],
    )
    def test_by_hand(self, equal: tuple[str, ...], released: Sequence[Any], df: int) -> None:
        found = fit_jointly(joint().evidence, equal=equal, released=released)
        assert found.test.df == df
        assert found.converged
        assert found.test.chisq > joint().test.chisq - 1e-9

    def test_a_release_fits_between(self) -> None:
        key = ("a", "=~", "a2")
        released = fit_jointly(joint().evidence, equal=("loadings",), released=[key])
        assert joint().test.chisq < released.test.chisq < joint(("loadings",)).test.chisq
        loadings = {
            float(released.of_group(g)[1][row.free])
            for g, table in enumerate(released.joint.tables)
            for row in table.free_rows
            if (row.lhs, row.op, row.rhs) == key
        }
        assert len(loadings) == 3


@every_step
@pytest.mark.parametrize("gaps", [False, True])
def test_scores_sum_to_zero_at_the_optimum(equal: tuple[str, ...], gaps: bool) -> None:
    found = joint(equal, gaps=gaps)
    made = _scores(found.evidence, _problem(found.evidence, found.joint), found.values)
    assert made.shape == (460, found.joint.n_free)
    np.testing.assert_allclose(made.sum(axis=0), 0, atol=1e-6)


@every_step
@pytest.mark.slow
def test_another_start_ends_at_the_same_place(equal: tuple[str, ...]) -> None:
    again = fit_jointly(joint().evidence, equal=equal, start=joint(EQUAL))
    np.testing.assert_allclose(again.values, joint(equal).values, atol=OPTIMUM)


class TestOrder:
    @every_step
    @pytest.mark.slow
    def test_chi_square_does_not_depend_on_it(self, equal: tuple[str, ...]) -> None:
        turned = fit_jointly(evidence_in(three_groups(), ["c", "a", "b"]), equal=equal, robust=True)
        found = joint(equal, robust=True)
        assert turned.test.chisq == pytest.approx(found.test.chisq, rel=TESTS)
        assert turned.test.df == found.test.df
        assert isinstance(turned.test.scaling, Scaling)
        assert isinstance(found.test.scaling, Scaling)
        assert turned.test.scaling.factor == pytest.approx(found.test.scaling.factor, rel=OPTIMUM)

    def test_differences_of_latent_means_do_not_either(self) -> None:
        def means(found: JointFit) -> dict[str, Floats]:
            return {
                name: np.array(matrices(*found.of_group(g)[:2]).centre)
                for g, name in enumerate(found.evidence.names)
            }

        equal = ("loadings", "intercepts")
        turned = means(fit_jointly(evidence_in(three_groups(), ["c", "a", "b"]), equal=equal))
        found = means(joint(equal))
        for name in SIZES:
            np.testing.assert_allclose(found[name] - found["b"], turned[name] - turned["b"], atol=OPTIMUM)
        assert not found["a"].any()
        assert not turned["c"].any()


class TestDesign:
    """A weight of 2 is a respondent who stands there twice, as one cluster."""

    SCALAR = ("loadings", "intercepts")

    @staticmethod
    def pair(counts: np.ndarray[Any, Any], *, gaps: bool = False) -> tuple[Survey, Survey]:
        """Weighted respondents, each a cluster, and the same respondents repeated."""
        answers = with_gaps(ANSWERS) if gaps else ANSWERS
        people = np.arange(len(answers))
        repeated = np.repeat(people, counts)
        return (
            three_groups(answers, weights=counts, cluster=people),
            survey_of(FACTORS, answers[repeated], cluster=repeated, groups={"g": list(LABELS[repeated])}),
        )

    def compare(self, counts: np.ndarray[Any, Any], *, gaps: bool = False) -> None:
        rule: MissingRule = "available" if gaps else "complete"
        weighted, repeated = (
            fit_jointly(evidence_in(survey, list(SIZES), rule), equal=self.SCALAR)
            for survey in self.pair(counts, gaps=gaps)
        )
        np.testing.assert_allclose(weighted.values, repeated.values, atol=OPTIMUM)
        np.testing.assert_allclose(weighted.covariance, repeated.covariance, atol=OPTIMUM)
        # chi-square counts people in one and rows in the other; over its factor it is the same
        by = len(ANSWERS) / counts.sum()
        assert weighted.test.chisq == pytest.approx(by * repeated.test.chisq, rel=TESTS)
        assert weighted.test.scaling is not None
        assert repeated.test.scaling is not None
        assert weighted.test.scaling.factor == pytest.approx(by * repeated.test.scaling.factor, rel=OPTIMUM)
        assert weighted.test.scaling.baseline == pytest.approx(
            by * repeated.test.scaling.baseline, rel=OPTIMUM
        )
        assert weighted.test.logl == pytest.approx(by * repeated.test.logl, rel=TESTS)

    @pytest.mark.parametrize(
        "design",
        [
            {"weights": np.random.default_rng(3).uniform(0.5, 2, 460)},
            {"weights": np.where(LABELS == "c", 3.0, 1.0)},
            {"cluster": np.arange(460) % 46},
            {"strata": np.arange(460) // 5 % 3, "weights": 1.0 + np.arange(460) % 4},
        ],
        ids=["weights", "a weight to a group", "clusters across groups", "strata and weights"],
    )
    @pytest.mark.parametrize("gaps", [False, True])
    def test_scaling_factor_by_hand(self, design: Mapping[str, Any], gaps: bool) -> None:
        """``c = [tr(B1 A1^-1) - tr(B A^-1)] / df`` with the saturated model of all groups as one fit."""
        answers, rule = (with_gaps(ANSWERS), "available") if gaps else (ANSWERS, "complete")
        found = fit_jointly(
            evidence_in(three_groups(answers, **design), list(SIZES), rule),  # type: ignore[arg-type]
            equal=self.SCALAR,
        )
        own = _problem(found.evidence, found.joint)
        whole = moment_table(FACTORS_ITEMS)
        everything = LikelihoodProblem(
            joint=joint_table(whole, 3), data=own.data, shares=own.shares, saturated=own.saturated
        )
        at = [moment_values(whole, part.sample.mean, part.sample.cov) for part in found.evidence.parts]

        def trace(problem: LikelihoodProblem, values: Floats) -> float:
            scores = _scores(found.evidence, problem, values)
            spread = design_covariance(scores, found.evidence.whole)
            return float(found.evidence.n * np.trace(spread @ np.linalg.inv(problem.hessian(values) / 2)))

        wanted = trace(everything, np.concatenate(at)) - trace(own, found.values)
        assert found.test.scaling is not None
        assert found.test.scaling.factor * found.test.df == pytest.approx(wanted, rel=OPTIMUM)

    @pytest.mark.parametrize("gaps", [False, True])
    @pytest.mark.slow
    def test_weights_within_groups(self, gaps: bool) -> None:
        """Groups keep their shares: every second respondent counts twice, an even number in each."""
        self.compare(np.where(np.arange(len(ANSWERS)) % 2, 2, 1), gaps=gaps)

    @pytest.mark.parametrize("gaps", [False, True])
    def test_weights_that_move_the_shares_of_groups(self, gaps: bool) -> None:
        counts = np.where(np.arange(len(ANSWERS)) % 2, 2, 1) + (LABELS == "c")
        self.compare(counts, gaps=gaps)

    def test_equal_weights_in_a_group_are_still_weights(self) -> None:
        self.compare(np.where(LABELS == "b", 2, 1))

    def test_equal_weights_are_none(self) -> None:
        found = fit_jointly(evidence_in(three_groups(weights=np.full(460, 2.5)), list(SIZES)))
        np.testing.assert_allclose(found.values, joint().values, atol=OPTIMUM)
        np.testing.assert_allclose(found.covariance, joint().covariance, atol=OPTIMUM)
        assert found.test.scaling is None

    def test_clusters_that_cross_groups(self) -> None:
        """By hand: influences of respondents summed over clusters, whichever groups they belong to."""
        cluster = np.arange(len(ANSWERS)) % 46
        survey = three_groups(cluster=cluster)
        found = fit_jointly(evidence_in(survey, list(SIZES)))
        whole = joint()
        q = whole.joint.tables[0].n_free
        influences = np.zeros((len(ANSWERS), 3 * q))
        for g, name in enumerate(SIZES):
            own = solution_of(survey_of(FACTORS, ANSWERS[name == LABELS]), estimator="fiml")
            part = whole.evidence.parts[g]
            here = np.flatnonzero(name == LABELS)
            assert part.data is not None
            scores = likelihood.scores(part.table, own.values, part.sample.answers, part.data)
            bread = np.linalg.inv(len(here) / 2 * likelihood.observed(part.table, own.values, part.data))
            influences[here, g * q : (g + 1) * q] = scores @ bread
        sums = np.array([influences[cluster == k].sum(axis=0) for k in range(46)])
        np.testing.assert_allclose(found.covariance, 46 / 45 * sums.T @ sums, atol=OPTIMUM)
        assert np.abs(found.covariance[:q, q : 2 * q]).max() > 1e-4

    def test_clusters_are_those_of_the_groups_as_domains(self) -> None:
        """Standard errors of a group are those of the same group fitted with ``by``."""
        survey = three_groups(cluster=np.arange(len(ANSWERS)) % 46)
        found = fit_jointly(evidence_in(survey, list(SIZES)))
        apart = fit(FACTORS, survey, estimator="mlr", missing_data="available").groups
        for g, group in enumerate(apart):
            assert group.solution is not None
            np.testing.assert_allclose(
                found.of_group(g)[2], parameter_covariance(group.solution), atol=OPTIMUM
            )


class TestDifference:
    def test_plain(self) -> None:
        free, held = joint(), joint(("loadings",))
        drop = difference(free, held)
        assert drop.chisq == held.test.chisq - free.test.chisq
        assert (drop.df, drop.method, drop.why) == (8, "likelihood ratio", "")

    @pytest.mark.slow
    def test_not_nested(self) -> None:
        drop = difference(joint(("loadings",)), joint())
        assert np.isnan(drop.chisq)
        assert drop.why == "the models are not nested"

    @pytest.mark.slow
    def test_scaled_by_hand(self) -> None:
        """Satorra & Bentler (2001): ``c = (d0 c0 - d1 c1) / (d0 - d1)``."""
        free, held = joint(robust=True), joint(("loadings",), robust=True)
        assert free.test.scaling is not None
        assert held.test.scaling is not None
        c = (32 * held.test.scaling.factor - 24 * free.test.scaling.factor) / 8
        assert difference(free, held).chisq == pytest.approx((held.test.chisq - free.test.chisq) / c)

    def test_falls_back_on_the_positive_one(self) -> None:
        """A free model whose factor is too large for the test of 2001, everything else as it is."""
        free, held = joint(robust=True), joint(("loadings",), robust=True)
        large = replace(free, test=replace(free.test, scaling=Scaling(factor=9.0, baseline=1.0)))
        drop = difference(large, held)
        assert drop.method == "Satorra-Bentler 2010"
        assert drop.chisq == positive_difference(free, held).chisq > 0

    @pytest.mark.parametrize(("free", "held"), [((), ("loadings",)), (("loadings",), LADDER["scalar"])])
    def test_the_free_model_says_the_same_where_it_is_restricted(
        self, free: tuple[str, ...], held: tuple[str, ...]
    ) -> None:
        values = restrict(joint(free), joint(held))
        for g, table in enumerate(joint(free).joint.tables):
            made = matrices(table, joint(free).joint.spread(values, g))
            wanted = matrices(*joint(held).of_group(g)[:2])
            np.testing.assert_allclose(made.sigma, wanted.sigma, atol=1e-12)
            np.testing.assert_allclose(made.mean, wanted.mean, atol=1e-12)

    def test_chi_square_where_all_is_equal_in_truth(self) -> None:
        """A difference that is chi-square with 8 df lies in its middle 99.9 %: nothing was planted."""
        drop = difference(joint(), joint(("loadings",)))
        assert 0.0005 < stats.chi2.sf(drop.chisq, drop.df) < 0.9995


def test_items_never_answered_together() -> None:
    answers = ANSWERS.copy()
    second = np.flatnonzero(LABELS == "b")
    answers[second[::2], 0] = np.nan
    answers[second[1::2], 1] = np.nan
    with pytest.raises(EstimationError, match="nobody answered both a1 and a2"):
        evidence_in(three_groups(answers), list(SIZES), "available")


def test_no_score_test_without_equalities() -> None:
    assert score_tests(joint()) == ()
