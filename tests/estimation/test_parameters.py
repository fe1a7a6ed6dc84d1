"""The parameter table: lavaan's defaults, order, modifiers."""

from __future__ import annotations

import pytest
from fit_builders import CHAIN, model_of, modifier

from csi_model.errors import EstimationError
from csi_model.estimation.parameters import ParameterTable, modifier_text, parameter_table


def words(table: ParameterTable, *, free: bool | None = None) -> list[str]:
    return [f"{row.lhs} {row.op} {row.rhs}" for row in table.rows if free is None or (row.free >= 0) == free]


def test_defaults_of_a_chain() -> None:
    table = parameter_table(CHAIN)
    assert words(table, free=False) == [
        "expectations =~ x1", "quality =~ q1", "satisfaction =~ s1", "loyalty =~ l1",
    ]  # fmt: skip
    assert words(table)[11:15] == [
        "quality ~ expectations", "satisfaction ~ expectations", "satisfaction ~ quality",
        "loyalty ~ satisfaction",
    ]  # fmt: skip
    # 7 loadings, 4 paths, 11 error variances, 4 construct variances
    assert table.n_free == 26
    assert table.degrees_of_freedom() == 66 - 26


def test_single_indicator_has_no_error() -> None:
    table = parameter_table(model_of({"a": "a1 a2", "b": "b1"}, {"b": "a"}))
    (row,) = [row for row in table.rows if row.lhs == row.rhs == "b1"]
    assert (row.free, row.value) == (-1, 0.0)


def test_exogenous_constructs_and_terminal_residuals_covary() -> None:
    model = model_of(
        {"a": "a1 a2", "b": "b1 b2", "c": "c1 c2", "d": "d1 d2", "e": "e1 e2"},
        {"c": "a b", "d": "c", "e": "c"},
        index="c",
    )
    between = [w for w in words(parameter_table(model)) if "~~" in w and len(set(w.split())) == 3]
    assert between == ["a ~~ b", "d ~~ e"]


def test_parts_of_a_second_order_factor_are_measurement() -> None:
    """They do not covary beyond the factor, nor with outcomes (lavaan: the same with `=~`)."""
    model = model_of(
        {"a": "a1 a2", "b": "b1 b2", "q": "", "s": "s1 s2"},
        {"a": "q", "b": "q", "s": "q"},
        repeats={"q": "a b"},
    )
    table = parameter_table(model)
    assert not [row for row in table.rows if row.matrix == "psi" and row.i != row.j]
    assert [row.value for row in table.rows if row.matrix == "beta" and row.free < 0] == [1.0]


def test_composite_is_the_weighted_sum_of_its_parts() -> None:
    model = model_of(
        {"a": "a1 a2", "b": "b1 b2", "q": "", "s": "s1 s2"},
        {"q": "a b", "s": "q"},
        repeats={"q": "a b"},
    )
    table = parameter_table(model)
    fixed = {w for w in words(table, free=False) if "q" in w.split()}
    assert fixed == {"q ~ a", "q ~~ q"}


def test_modifiers_override_defaults_without_doubling_rows() -> None:
    model = model_of(
        {"a": "a1 a2 a3", "b": "b1 b2"},
        {"b": "a"},
        modifiers=[
            modifier(text)
            for text in ("a =~ a1", "a ~~ 1*a", "b ~ 0.5*a", "b2 ~~ a3", "a =~ k*a2", "a =~ k*a3")
        ],
    )
    table = parameter_table(model)
    assert len(words(table)) == len(set(words(table)))
    row_of = {f"{row.lhs} {row.op} {row.rhs}": row for row in table.rows}
    assert row_of["a =~ a1"].free >= 0
    assert (row_of["a ~~ a"].free, row_of["a ~~ a"].value) == (-1, 1.0)
    assert (row_of["b ~ a"].free, row_of["b ~ a"].value) == (-1, 0.5)
    assert row_of["b2 ~~ a3"].matrix == "theta"
    assert row_of["a =~ a2"].free == row_of["a =~ a3"].free
    assert sorted({row.free for row in table.free_rows}) == list(range(table.n_free))


def test_a_label_alone_does_not_free_a_marker() -> None:
    model = model_of({"a": "a1 a2"}, {}, modifiers=[modifier("a =~ k*a1")])
    assert words(parameter_table(model), free=False)[0] == "a =~ a1"


@pytest.mark.parametrize("text", ["a =~ nothing", "nothing ~ a", "a ~~ a1", "nothing ~~ a1"])
def test_impossible_modifiers_are_refused(text: str) -> None:
    model = model_of({"a": "a1 a2 a3"}, {}, modifiers=[modifier(text)])
    with pytest.raises(EstimationError) as caught:
        parameter_table(model)
    (finding,) = caught.value.findings
    assert finding.code == "bad-parameter"
    assert text in finding.what


def test_repeating_without_a_path_is_refused() -> None:
    model = model_of({"a": "a1 a2", "b": "b1 b2", "q": ""}, {"q": "a"}, repeats={"q": "a b"})
    with pytest.raises(EstimationError) as caught:
        parameter_table(model)
    assert caught.value.findings[0].code == "repeats-unlinked"
    assert "Add paths from a, b to q" in caught.value.findings[0].fix


def test_modifier_text() -> None:
    for text in ("x =~ 0.5*x2", "x =~ a*x2", "x ~~ y"):
        assert modifier_text(modifier(text)) == text
