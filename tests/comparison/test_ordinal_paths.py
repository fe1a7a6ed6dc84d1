"""Tests of paths between groups with ordered answers."""

from __future__ import annotations

import pytest
from ordinal_group_builders import FIRST, Population, drawn, ordinal_model
from ordinal_ladder_builders import MOVED, populations

from csi_model.comparison.ordinal_invariance import STEPS
from csi_model.comparison.ordinal_paths import ordinal_path_tests
from csi_model.comparison.ordinal_tables import ordinal_group_tables
from csi_model.errors import UsageError
from csi_model.estimation.fitting import fit
from csi_model.study.survey_tables import _groups


def test_a_path_that_differs() -> None:
    """A slope of .4 / 1.3 beside one of .5, and one of .9: the difference test and Wald's say the same."""
    model = ordinal_model(paths={"b": "a"})
    same = ordinal_path_tests(model, drawn({"one": FIRST, "two": FIRST}, n=800, model=model))
    other = Population(covariance=((1.0, 0.9), (0.9, 1.2)))
    apart = ordinal_path_tests(model, drawn({"one": FIRST, "two": other}, n=800, model=model))
    for tests in (same, apart):
        together, single = tests
        assert (together.df, single.source, single.target, single.method) == (1, "a", "b", "Satorra 2000")
        assert single.chisq == pytest.approx(together.chisq, rel=1e-6)
        assert single.wald == pytest.approx(single.chisq, rel=0.25, abs=0.1)
    assert same[1].pvalue > 0.05
    assert apart[1].pvalue_holm < 1e-6


def test_tables_of_a_fit() -> None:
    """What a study makes of groups under wlsmv, path tests with the released item free."""
    model = ordinal_model(paths={"b": "a"})
    survey = drawn(populations(steps={"a2": MOVED}), n=600, model=model)
    frames, findings = _groups(fit(model, survey, estimator="wlsmv"), survey)
    assert list(frames) == ["invariance", "equality_tests", "latent_means", "path_tests"]
    assert list(frames["invariance"]["step"]) == [name for name, _ in STEPS]
    assert frames["invariance"]["released"].iloc[1] == "a2 |"
    assert [finding.code for finding in findings] == ["comparability"]
    plain = ordinal_path_tests(model, survey)
    freed = ordinal_path_tests(model, survey, released=[("a2", "|", ""), ("a", "=~", "a2")])
    assert frames["path_tests"]["chisq"].iloc[1] == pytest.approx(freed[1].chisq)
    assert freed[1].chisq != pytest.approx(plain[1].chisq, rel=1e-4)


def test_without_paths_nothing_is_tested() -> None:
    survey = drawn(populations())
    with pytest.raises(UsageError, match="no two groups with paths"):
        ordinal_path_tests(survey.model, survey)
    _, findings = ordinal_group_tables(survey.model, survey, level=0.95, min_base=30)
    assert [finding.code for finding in findings] == ["comparability", "no-path-tests"]
