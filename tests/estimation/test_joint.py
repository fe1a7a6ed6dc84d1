"""Joint tables by hand count, and the joint likelihood against differences and the groups' own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from fit_builders import Floats, model_of, modifier

from csi_model.estimation import likelihood
from csi_model.estimation.covariance import matrices
from csi_model.estimation.joint import (
    EQUAL,
    JointTable,
    LikelihoodProblem,
    joint_start,
    joint_table,
    kind,
    single,
)
from csi_model.estimation.likelihood import Patterns, patterns_of
from csi_model.estimation.parameters import ParameterTable, parameter_table

PAIR = model_of({"a": "a1 a2 a3", "b": "b1 b2"}, {"b": "a"}, modifiers=[modifier("a3 ~~ b2")])
TABLE = parameter_table(PAIR, means=True)
GROUPS = 3
PER_GROUP = {
    "loadings": 3, "intercepts": 5, "residuals": 5, "residual_covariances": 1, "paths": 1, "variances": 2,
    "covariances": 0, "means": 0,
}  # fmt: skip
"""Free parameters of one group, counted by hand; 20 moments (15 covariances, 5 means) leave 3 df."""
DIFFERENCES = 1e-6
"""Central differences with steps of 1e-5 of functions of size 10."""


def place_of(joint: JointTable, group: int, lhs: str, op: str, rhs: str = "") -> int:
    row = next(r for r in joint.tables[group].free_rows if (r.lhs, r.op, r.rhs) == (lhs, op, rhs))
    return int(joint.places[group][row.free])


class TestLayout:
    def test_without_equalities_groups_stand_one_behind_the_other(self) -> None:
        joint = joint_table(TABLE, GROUPS)
        assert TABLE.n_free == sum(PER_GROUP.values()) == 17
        np.testing.assert_array_equal(np.concatenate(joint.places), np.arange(3 * 17))
        assert joint.tables == (TABLE,) * 3
        assert joint.degrees_of_freedom() == 3 * (20 - 17)

    @pytest.mark.parametrize("equal", [kind for kind in EQUAL if kind != "intercepts"])
    def test_every_shared_parameter_gives_two_degrees_of_freedom(self, equal: str) -> None:
        joint = joint_table(TABLE, GROUPS, equal=[equal])
        assert joint.degrees_of_freedom() == 9 + 2 * PER_GROUP[equal]
        assert joint.n_free == 51 - 2 * PER_GROUP[equal]

    def test_equal_intercepts_free_the_means_of_all_groups_but_the_first(self) -> None:
        joint = joint_table(TABLE, GROUPS, equal=["loadings", "intercepts"])
        assert joint.degrees_of_freedom() == 9 + 2 * 3 + 2 * 5 - 2 * 2
        free = [{r.lhs for r in table.free_rows if r.matrix == "alpha"} for table in joint.tables]
        assert free == [set(), {"a", "b"}, {"a", "b"}]
        assert place_of(joint, 1, "a", "~1") != place_of(joint, 2, "a", "~1")

    def test_equal_means_too_leave_them_at_zero(self) -> None:
        joint = joint_table(TABLE, GROUPS, equal=["intercepts", "means"])
        assert joint.degrees_of_freedom() == 9 + 2 * 5
        assert not any(r.matrix == "alpha" for table in joint.tables for r in table.free_rows)

    def test_everything_equal(self) -> None:
        joint = joint_table(TABLE, GROUPS, equal=EQUAL)
        assert joint.n_free == 17
        assert joint.degrees_of_freedom() == 3 * 20 - 17
        for place in joint.places:
            np.testing.assert_array_equal(place, joint.places[0])

    def test_released_parameters_stay_free_in_every_group(self) -> None:
        joint = joint_table(TABLE, GROUPS, equal=["loadings"], released=[("a", "=~", "a3")])
        assert len({place_of(joint, g, "a", "=~", "a3") for g in range(3)}) == 3
        assert len({place_of(joint, g, "a", "=~", "a2") for g in range(3)}) == 1
        assert joint.degrees_of_freedom() == 9 + 2 * 2

    def test_shared_places_carry_the_same_parameter(self) -> None:
        joint = joint_table(TABLE, GROUPS, equal=EQUAL)
        for table, place in zip(joint.tables, joint.places, strict=True):
            for row in table.free_rows:
                assert place_of(joint, 0, row.lhs, row.op, row.rhs) == place[row.free]

    def test_a_label_and_an_equality_share_one_place(self) -> None:
        """Two loadings of a with one label: one parameter a group, or one in all."""
        labelled = parameter_table(
            model_of({"a": "a1 a2 a3"}, {}, modifiers=[modifier("a =~ k*a2"), modifier("a =~ k*a3")]),
            means=True,
        )
        assert joint_table(labelled, 2).n_free == 2 * (1 + 3 + 1 + 3)
        joint = joint_table(labelled, 2, equal=["loadings"])
        assert joint.n_free == 2 * 8 - 1
        places = {place_of(joint, g, "a", "=~", item) for g in range(2) for item in ("a2", "a3")}
        assert len(places) == 1

    def test_an_observed_construct_keeps_its_own_intercept(self) -> None:
        """Its mean is the item's, which equal intercepts would otherwise hold equal."""
        table = parameter_table(model_of({"a": "a1 a2 a3", "c": "c"}, {"c": "a"}), means=True)
        joint = joint_table(table, 2, equal=["intercepts"])
        assert place_of(joint, 0, "c", "~1") != place_of(joint, 1, "c", "~1")
        assert place_of(joint, 0, "a2", "~1") == place_of(joint, 1, "a2", "~1")
        assert {r.lhs for r in joint.tables[1].free_rows if r.matrix == "alpha"} == {"a"}

    def test_an_unknown_kind(self) -> None:
        with pytest.raises(ValueError, match="weights"):
            joint_table(TABLE, 2, equal=["weights"])

    def test_every_free_row_has_a_kind(self) -> None:
        joint = joint_table(TABLE, 2, equal=["intercepts"])
        kinds = [kind(row, joint.tables[1]) for row in joint.tables[1].free_rows]
        assert {k: kinds.count(k) for k in EQUAL} == {**PER_GROUP, "means": 2}

    def test_one_group_is_the_case_without_sharing(self) -> None:
        joint = single(TABLE)
        np.testing.assert_array_equal(joint.places[0], joint_table(TABLE, 1, equal=EQUAL).places[0])
        assert joint.degrees_of_freedom() == TABLE.degrees_of_freedom() == 3

    def test_spread_and_start(self) -> None:
        """Shared start values are averaged, own ones kept."""
        joint = joint_table(TABLE, 2, equal=["paths"])
        first, second = np.arange(17.0), 100 + np.arange(17.0)
        start = joint_start(joint, [first, second])
        path = next(r.free for r in TABLE.free_rows if r.matrix == "beta")
        kept = np.arange(17) != path
        np.testing.assert_array_equal(joint.spread(start, 0)[kept], first[kept])
        np.testing.assert_array_equal(joint.spread(start, 1)[kept], second[kept])
        assert joint.spread(start, 0)[path] == joint.spread(start, 1)[path] == path + 50
        batch = np.stack([start, 2 * start])
        np.testing.assert_array_equal(joint.spread(batch, 1)[1], 2 * joint.spread(start, 1))


def a_point(joint: JointTable, seed: int = 3) -> Floats:
    """Joint parameters (q,) with positive definite implied covariances, means around 1."""
    random = np.random.default_rng(seed)
    values = random.uniform(0.3, 0.6, size=joint.n_free)
    for table, place in zip(joint.tables, joint.places, strict=True):
        for row in table.free_rows:
            if row.op == "~~":
                values[place[row.free]] = random.uniform(0.8, 1.5) if row.i == row.j else 0.1
            elif row.op == "~1":
                values[place[row.free]] = random.normal(1.0, 0.5)
    for group, table in enumerate(joint.tables):
        assert np.linalg.eigvalsh(matrices(table, joint.spread(values, group)).sigma)[0] > 0
    return values


def gappy(seed: int, n: int) -> Floats:
    random = np.random.default_rng(seed)
    made: Floats = random.normal(size=(n, 5)) @ random.normal(size=(5, 5)) / 2 + 1
    made[random.random((n, 5)) < 0.2] = np.nan
    made[0] = 1.0
    return made


SIZES = (40, 60, 25)
SHARES = np.array(SIZES) / sum(SIZES)
ANSWERS = [gappy(seed, n) for seed, n in enumerate(SIZES)]
DATA = [patterns_of(answers, np.ones(len(answers))) for answers in ANSWERS]


def batched(data: Patterns) -> Patterns:
    return Patterns(answered=data.answered, share=data.share[None], mean=data.mean[None], cov=data.cov[None])


def problem_of(joint: JointTable, saturated: float = 0.0) -> LikelihoodProblem:
    return LikelihoodProblem(
        joint=joint, data=tuple(map(batched, DATA)), shares=SHARES, saturated=np.array([saturated])
    )


def numerical(function: Callable[[Floats], Floats], at: Floats, step: float = 1e-5) -> Floats:
    """Central differences (k, d) of a function of (d,)."""
    moves = step * np.eye(at.size)
    columns = [(np.asarray(function(at + m)) - np.asarray(function(at - m))) / (2 * step) for m in moves]
    return np.stack(columns, axis=-1)


FIRST = np.zeros(1, dtype=np.int64)
equalities = pytest.mark.parametrize(
    "equal", [(), ("loadings",), ("loadings", "intercepts", "paths"), EQUAL], ids=str
)


@equalities
class TestLikelihood:
    def test_value_is_the_average_over_groups(self, equal: tuple[str, ...]) -> None:
        joint = joint_table(TABLE, 3, equal=equal)
        at = a_point(joint)
        apart = sum(
            share * float(likelihood.deviance(matrices(joint.tables[g], joint.spread(at, g)), DATA[g]))
            for g, share in enumerate(SHARES)
        )
        found = problem_of(joint, saturated=1.25).value(at[None], FIRST)
        assert found == pytest.approx([apart - 1.25], rel=1e-12)

    def test_gradient_and_hessian_against_differences(self, equal: tuple[str, ...]) -> None:
        joint = joint_table(TABLE, 3, equal=equal)
        problem, at = problem_of(joint), a_point(joint)
        slope = problem.derivatives(at[None], FIRST)[0][0]
        by_value = numerical(lambda x: problem.value(x[None], FIRST)[0], at)
        np.testing.assert_allclose(slope, by_value, atol=DIFFERENCES)
        by_slope = numerical(lambda x: problem.derivatives(x[None], FIRST)[0][0], at)
        np.testing.assert_allclose(problem.hessian(at), by_slope, atol=DIFFERENCES)

    def test_expected_hessian_is_put_together_from_the_groups(self, equal: tuple[str, ...]) -> None:
        """``sum_g share_g K_g' H_g K_g`` with K_g the 0/1 matrix of the group's places."""
        joint = joint_table(TABLE, 3, equal=equal)
        at, wanted = a_point(joint), np.zeros((joint.n_free, joint.n_free))
        for g, (table, place) in enumerate(zip(joint.tables, joint.places, strict=True)):
            chosen = np.eye(joint.n_free)[place]
            own = likelihood.slope_and_information(table, joint.spread(at, g), DATA[g])[1]
            wanted += SHARES[g] * chosen.T @ own @ chosen
        found = problem_of(joint).derivatives(at[None], FIRST)[1][0]
        np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-14)

    def test_scores_add_up_to_the_gradient(self, equal: tuple[str, ...]) -> None:
        """F is minus twice the mean log-likelihood; each respondent speaks for the own group only."""
        joint = joint_table(TABLE, 3, equal=equal)
        problem, at = problem_of(joint), a_point(joint)
        found = [problem.scores(at, g, ANSWERS[g], DATA[g].members) for g in range(3)]
        total = np.concatenate(found).sum(axis=0)
        slope = problem.derivatives(at[None], FIRST)[0][0]
        np.testing.assert_allclose(total, -sum(SIZES) / 2 * slope, rtol=1e-9, atol=1e-9)
        for g, made in enumerate(found):
            assert not made[:, np.setdiff1d(np.arange(joint.n_free), joint.places[g])].any()


def test_information_of_groups_without_equalities_has_no_block_between_them() -> None:
    joint = joint_table(TABLE, 3)
    problem, at = problem_of(joint), a_point(joint)
    q = TABLE.n_free
    for hessian in (problem.hessian(at), problem.derivatives(at[None], FIRST)[1][0]):
        blocks = hessian.reshape(3, q, 3, q)
        for first in range(3):
            for second in range(3):
                assert blocks[first, :, second].any() == (first == second)


def test_a_batch_is_its_members() -> None:
    joint = joint_table(TABLE, 3, equal=["loadings"])
    points = np.stack([a_point(joint, seed) for seed in (1, 2)])
    data = tuple(
        Patterns(
            answered=d.answered, share=np.stack([d.share] * 2), mean=np.stack([d.mean, d.mean + 0.1]),
            cov=np.stack([d.cov] * 2),
        )
        for d in DATA
    )  # fmt: skip
    problem = LikelihoodProblem(joint=joint, data=data, shares=SHARES, saturated=np.array([0.0, 0.5]))
    both = np.arange(2)
    slopes, hessians = problem.derivatives(points, both)
    values = problem.value(points, both)
    for member in both:
        one = np.array([member])
        assert problem.value(points[[member]], one) == pytest.approx(values[[member]], rel=1e-14)
        slope, hessian = problem.derivatives(points[[member]], one)
        np.testing.assert_allclose(slope[0], slopes[member], rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(hessian[0], hessians[member], rtol=1e-12, atol=1e-14)


def test_tables_of_groups_may_differ_in_their_means_only() -> None:
    joint = joint_table(TABLE, 2, equal=["intercepts"])

    def told(table: ParameterTable) -> list[tuple[str, str, str]]:
        return [(row.lhs, row.op, row.rhs) for row in table.rows]

    assert told(joint.tables[0]) == told(joint.tables[1])
    assert joint.tables[1].n_free == joint.tables[0].n_free + 2
