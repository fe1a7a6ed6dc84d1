"""Groups with ordered items fitted together: truth from exact statistics, identities, rules by answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from fit_builders import Floats, survey_of
from ordinal_group_builders import (
    FIRST,
    FIVE,
    ITEMS,
    OTHER,
    Population,
    drawn,
    exact,
    groups_of,
    ordinal_model,
)

from csi_model.errors import EstimationError
from csi_model.estimation.covariance import matrices
from csi_model.estimation.ordinal.categories import Joined, join_categories
from csi_model.estimation.ordinal.group_layout import lay_out
from csi_model.estimation.ordinal.group_moments import OrdinalGroups
from csi_model.estimation.ordinal.group_tests import (
    STILL_FREE,
    UNTESTABLE,
    ordinal_difference,
    ordinal_score_tests,
)
from csi_model.estimation.ordinal.groups import OrdinalJointFit, fit_ordinal_groups, inverted, traces

STEPS: dict[str, tuple[str, ...]] = {
    "configural": (),
    "thresholds": ("thresholds",),
    "metric": ("thresholds", "loadings"),
    "scalar": ("thresholds", "loadings", "intercepts"),
    "strict": ("thresholds", "loadings", "intercepts", "residuals"),
}
EXACT = 1e-6
"""Statistics are exact to rounding; the search ends at a scaled gradient of 1e-8."""
TWO = {"one": FIRST, "two": Population(**OTHER)}


@cache
def sample(categories: tuple[int, ...] = FIVE) -> OrdinalGroups:
    return groups_of(drawn(TWO, categories=categories))


@cache
def climbed(categories: tuple[int, ...] = FIVE) -> dict[str, OrdinalJointFit]:
    """Every step on two groups drawn at random."""
    made: dict[str, OrdinalJointFit] = {}
    for name, equal in STEPS.items():
        start = list(made.values())[-1] if made else None
        made[name] = fit_ordinal_groups(sample(categories), equal=equal, start=start)
    return made


class TestTruth:
    @pytest.mark.parametrize("step", ["scalar", "strict"])
    @pytest.mark.parametrize("categories", [FIVE, (5, 4, 3, 3, 5, 2)])
    def test_what_is_true_fits_exactly_and_comes_back(self, step: str, categories: tuple[int, ...]) -> None:
        fit = fit_ordinal_groups(exact(TWO, categories=categories), equal=STEPS[step])
        assert fit.converged
        assert fit.test.chisq == pytest.approx(0, abs=EXACT)
        mats = matrices(fit.layout.cores[1], fit.values_of(1)[1])
        # in units of a1 and b1, whose loadings are 0.8
        np.testing.assert_allclose(mats.centre, [0.8 * 0.4, 0.8 * -0.3], atol=1e-5)
        np.testing.assert_allclose(mats.phi, 0.64 * np.array(OTHER["covariance"]), atol=1e-5)
        np.testing.assert_allclose(np.diag(mats.theta), FIRST.parts(categories)[2], atol=1e-5)
        np.testing.assert_allclose(mats.lam[:3, 0], [1, 0.7 / 0.8, 0.75 / 0.8], atol=1e-5)

    @pytest.mark.parametrize(
        ("planted", "step", "released"),
        [
            ({"steps": {"a2": (0, 0.2, -0.2, 0)}}, "scalar", [("a2", "|", "")]),
            ({"steps": {"a1": (0, 0.2, -0.2, 0)}}, "scalar", [("a1", "|", "")]),
            ({"loadings": {"a2": 0.6}}, "metric", [("a", "=~", "a2")]),
            ({"loadings": {"a1": 0.6}}, "metric", [("a", "=~", "a1")]),
            ({"intercepts": {"b3": 0.4}}, "scalar", [("b3", "~1", "")]),
            ({"errors": {"b3": 1.4}}, "strict", [("b3", "~~", "b3")]),
        ],
    )
    def test_releasing_what_differs_fits_exactly(
        self, planted: Mapping[str, object], step: str, released: list[tuple[str, str, str]]
    ) -> None:
        """Markers, too: their loading is then free in all groups but the first."""
        groups = exact({"one": FIRST, "two": Population(**OTHER, **planted)})  # type: ignore[arg-type]
        forced = fit_ordinal_groups(groups, equal=STEPS[step])
        assert forced.test.chisq > 1
        fit = fit_ordinal_groups(groups, equal=STEPS[step], released=released)
        assert fit.test.chisq == pytest.approx(0, abs=EXACT)
        phi = matrices(fit.layout.cores[1], fit.values_of(1)[1]).phi
        np.testing.assert_allclose(phi, 0.64 * np.array(OTHER["covariance"]), atol=1e-5)

    def test_residual_variances_of_another_group(self) -> None:
        """Thresholds carry the unit: a group with larger errors is seen to have them."""
        groups = exact({"one": FIRST, "two": Population(errors={"a2": 1.5})})
        fit = fit_ordinal_groups(groups, equal=STEPS["scalar"])
        theta = np.diag(matrices(fit.layout.cores[1], fit.values_of(1)[1]).theta)
        wanted = 1 - np.array([0.8, 0.7, 0.75, 0.8, 0.65, 0.7]) ** 2
        wanted[1] *= 1.5**2
        np.testing.assert_allclose(theta, wanted, atol=1e-5)


class TestIdentities:
    @pytest.mark.parametrize("step", list(STEPS))
    def test_the_marker_does_not_matter(self, step: str) -> None:
        turned = ordinal_model(order=ITEMS[::-1])
        other = fit_ordinal_groups(groups_of(drawn(TWO, model=turned)), equal=STEPS[step])
        assert other.test.chisq == pytest.approx(climbed()[step].test.chisq, rel=1e-6)
        assert other.test.df == climbed()[step].test.df

    @pytest.mark.parametrize("step", list(STEPS))
    def test_nor_does_the_order_of_the_groups(self, step: str) -> None:
        groups = sample()
        turned = replace(
            groups,
            names=groups.names[::-1],
            parts=groups.parts[::-1],
            blocks=tuple(replace(block, groups=(1 - block.groups[0],)) for block in groups.blocks),
            variances=groups.variances[::-1],
        )
        other = fit_ordinal_groups(turned, equal=STEPS[step])
        assert other.test.chisq == pytest.approx(climbed()[step].test.chisq, rel=1e-6)
        assert other.test.scaling is not None
        assert climbed()[step].test.scaling is not None
        assert other.test.scaling.factor == pytest.approx(climbed()[step].test.scaling.factor, rel=1e-5)  # type: ignore[union-attr]

    def test_three_answers_cannot_tell_whether_thresholds_are_equal(self) -> None:
        """Wu & Estabrook (2016): the step of thresholds fits as the configural one."""
        steps = climbed((3,) * 6)
        assert steps["thresholds"].test.chisq == pytest.approx(steps["configural"].test.chisq, rel=1e-7)
        test = ordinal_difference(steps["configural"], steps["thresholds"])
        assert (test.df, test.why) == (0, UNTESTABLE)
        assert not ordinal_score_tests(steps["thresholds"], "thresholds")

    def test_two_answers_are_free_until_intercepts_are_equal(self) -> None:
        steps = climbed((2,) * 6)
        for step in ("thresholds", "metric"):
            assert steps[step].test.chisq == pytest.approx(steps["configural"].test.chisq, rel=1e-12)
        assert ordinal_difference(steps["thresholds"], steps["metric"]).why == STILL_FREE
        # 12 thresholds and 8 loadings for 6 thresholds, 4 loadings, 2 means and 6 error variances
        assert steps["scalar"].test.df - steps["metric"].test.df == 20 - 18

    def test_degrees_of_freedom_by_number_of_answers(self) -> None:
        """Each item of k answers gains k - 1 thresholds less two (intercept and variance) for a group."""
        steps = climbed((5, 4, 3, 3, 5, 2))
        gained = np.diff([steps[step].test.df for step in STEPS]).tolist()
        # metric: 2 + 1 loadings, b3 still free; scalar: 5 intercepts and, for b3, threshold and loading less
        # an error variance, less two means; strict: 6 error variances
        assert gained == [2 + 1 + 0 + 0 + 2, 3, 5 + 2 - 1 - 2, 6]

    def test_respondents_doubled_in_clusters_are_the_same_survey(self) -> None:
        survey = drawn(TWO)
        n = len(survey)
        labels = list(np.repeat(survey.groups[0], 2))
        twice = survey_of(survey.model, np.repeat(survey.answers, 2, axis=0), groups={"g": labels})
        twice = replace(twice, cluster=np.repeat(np.arange(n), 2))
        single, double = climbed()["scalar"], fit_ordinal_groups(groups_of(twice), equal=STEPS["scalar"])
        # n / (n - 1) of the design, and 1 - 1 / n_g of F
        assert double.test.chisq == pytest.approx(single.test.chisq, rel=3e-3)
        np.testing.assert_allclose(double.values, single.values, atol=1e-4)
        ratio = np.sqrt(np.diag(double.covariance) / np.diag(single.covariance))
        np.testing.assert_allclose(ratio, 1, atol=1e-3)

    def test_clusters_over_groups_correlate_their_statistics(self) -> None:
        """The same respondents in both groups: a difference of means has no error."""
        once = drawn({"one": FIRST})
        n = len(once)
        survey = survey_of(
            once.model, np.vstack([once.answers, once.answers]), groups={"g": ["one"] * n + ["two"] * n}
        )
        groups = groups_of(replace(survey, cluster=np.tile(np.arange(n), 2)))
        assert [block.groups for block in groups.blocks] == [(0, 1)]
        fit = fit_ordinal_groups(groups, equal=STEPS["strict"])
        table, values, covariance = fit.of_group(1)
        places = [row.free for row in table.free_rows if row.matrix == "alpha"]
        np.testing.assert_allclose(values[places], 0, atol=1e-7)
        np.testing.assert_allclose(covariance[places, places], 0, atol=1e-12)


class TestDerivatives:
    @pytest.mark.parametrize("step", list(STEPS))
    @pytest.mark.parametrize("group", [0, 1])
    def test_tangents(self, step: str, group: int) -> None:
        fit = climbed((5, 4, 3, 3, 5, 2))[step]
        size, h = fit.layout.searched, 1e-6
        made = fit.tangents[group].full(size)
        steps = h * np.eye(size)
        above = fit.problem.implied(fit.values + steps, group)
        wanted = (above - fit.problem.implied(fit.values - steps, group)).T / (2 * h)
        np.testing.assert_allclose(made, wanted, atol=1e-8)

    def test_traces_without_the_large_matrix(self) -> None:
        fit = climbed()["metric"]
        v = np.concatenate([fit.problem.weights(g) for g in (0, 1)])
        d = np.vstack([tangent.full(fit.layout.searched) for tangent in fit.tangents])
        m = len(v) // 2
        cov = np.zeros((2 * m, 2 * m))
        for g, block in enumerate(fit.groups.blocks):
            cov[g * m : (g + 1) * m, g * m : (g + 1) * m] = block.cov
        w = v[:, None] * d
        product = (np.diag(v) - w @ np.linalg.inv(d.T @ w) @ w.T) @ cov
        wanted = (np.trace(product), np.trace(product @ product))
        np.testing.assert_allclose(traces(fit.problem, fit.tangents), wanted, rtol=1e-9)

    def test_inverse_of_a_singular_matrix_is_its_pseudo_inverse(self) -> None:
        x = np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 1.0]])
        np.testing.assert_allclose(inverted(x.T @ x), np.linalg.pinv(x.T @ x), atol=1e-10)
        np.testing.assert_allclose(inverted(x @ x.T), np.linalg.inv(x @ x.T), rtol=1e-10)


class TestScoreTests:
    @pytest.mark.parametrize(
        ("planted", "kind", "key"),
        [
            ({"steps": {"a2": (0, 0.15, -0.15, 0)}}, "thresholds", ("a2", "|", "")),
            ({"loadings": {"b2": 0.7}}, "metric", ("b", "=~", "b2")),
            ({"loadings": {"a1": 0.7}}, "metric", ("a", "=~", "a1")),
            ({"intercepts": {"b3": 0.2}}, "scalar", ("b3", "~1", "")),
        ],
    )
    def test_the_planted_one_is_largest(
        self, planted: Mapping[str, object], kind: str, key: tuple[str, str, str]
    ) -> None:
        groups = exact({"one": FIRST, "two": Population(**OTHER, **planted)})  # type: ignore[arg-type]
        fit = fit_ordinal_groups(groups, equal=STEPS[kind])
        tests = ordinal_score_tests(fit, STEPS[kind][-1])
        assert tests[0].key == key
        assert tests[0].df == (2 if kind == "thresholds" else 1)
        free = fit_ordinal_groups(groups, equal=STEPS[kind], released=[key])
        drop = ordinal_difference(free, fit)
        assert drop.df == tests[0].df
        if drop.df == 1:  # both then use the same direction; the misfit is small
            assert tests[0].chisq == pytest.approx(drop.chisq, rel=0.2)

    def test_how_far_an_intercept_lies_off(self) -> None:
        groups = exact({"one": FIRST, "two": Population(**OTHER, intercepts={"b3": 0.05})})
        tests = ordinal_score_tests(fit_ordinal_groups(groups, equal=STEPS["scalar"]), "intercepts")
        found = next(test for test in tests if test.key == ("b3", "~1", "") and test.group == "two")
        assert found.epc == pytest.approx(0.05, abs=0.003)

    def test_two_answers_are_released_as_a_whole(self) -> None:
        fit = climbed((5, 4, 3, 3, 5, 2))["scalar"]
        tests = {test.key: test for test in ordinal_score_tests(fit, "intercepts") if not test.group}
        # threshold and loading, less the error variance that is free anyway
        assert tests[("b3", "~1", "")].df == 1
        groups = sample((5, 4, 3, 3, 5, 2))
        freed = fit_ordinal_groups(groups, equal=STEPS["scalar"], released=[("b3", "~1", "")])
        assert fit.test.df - freed.test.df == 1


def test_a_word_that_is_no_kind() -> None:
    groups = sample()
    thresholds = tuple(part.thresholds for part in groups.parts)
    with pytest.raises(ValueError, match="not in EQUAL"):
        lay_out(groups.table, thresholds, ordered=groups.ordered, equal=["slopes"])


class TestCategories:
    def join(self, *columns: str) -> tuple[list[Floats], tuple[Joined, ...]]:
        """Answers to one item as digits, a text for each group."""
        answers = [np.array([[float(digit)] for digit in column]) for column in columns]
        made, told = join_categories(answers, np.array([True]), ["q"])
        return [group[:, 0] for group in made], told

    def test_nothing_to_join(self) -> None:
        made, told = self.join("12345", "54321")
        assert told == ()
        np.testing.assert_array_equal(made[1], [5, 4, 3, 2, 1])

    def test_at_the_end_of_the_scale(self) -> None:
        made, told = self.join("12345", "1234")
        assert told == (Joined(item="q", answers=(4.0, 5.0)),)
        np.testing.assert_array_equal(made[0], [1, 2, 3, 4, 4])

    def test_with_the_neighbour_that_fewer_chose(self) -> None:
        assert self.join("122345", "1245")[1] == (Joined(item="q", answers=(3.0, 4.0)),)
        assert self.join("123445", "1245")[1] == (Joined(item="q", answers=(2.0, 3.0)),)

    def test_the_lower_one_of_two_alike(self) -> None:
        assert self.join("12345", "1245")[1] == (Joined(item="q", answers=(2.0, 3.0)),)

    def test_until_every_group_has_every_answer(self) -> None:
        made, told = self.join("1125", "3355")
        assert told == (Joined(item="q", answers=(1.0, 2.0, 3.0)),)
        assert [set(group) for group in made] == [{1.0, 5.0}, {1.0, 5.0}]

    def test_groups_that_share_nothing(self) -> None:
        with pytest.raises(EstimationError, match="share no two answers to q"):
            self.join("1122", "4455")

    def test_continuous_items_stay(self) -> None:
        answers = [np.array([[1.0], [2.5]]), np.array([[3.5], [2.5]])]
        made, told = join_categories(answers, np.array([False]), ["q"])
        assert told == ()
        np.testing.assert_array_equal(made[1], answers[1])
