"""Properties of every fit: what must not matter does not, and the tables hang together.

Models are drawn like those of the catalogue: a chain of constructs with two or three questions each, every
later one driven by some of the earlier. Surveys follow the drawn structure, so that there is one optimum;
two searches for it end within 1e-8 of each other, which leaves 1e-6 for everything derived from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from fit_builders import TEN, Floats, model_of, survey_of
from hypothesis import given, settings
from hypothesis import strategies as st

from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.model.spec import ModelSpec, Scale
from csi_model.survey.reading import read_survey

some = settings(max_examples=10)
NAMES = ("expectations", "quality", "value", "satisfaction")
OPTIONS: Mapping[str, dict[str, str]] = {
    "ml": {},
    "mlr": {"estimator": "mlr"},
    "mlm": {"estimator": "mlm"},
    "fiml": {"estimator": "fiml"},
    "robust fiml": {"estimator": "mlr", "missing_data": "available"},
}
NEAR = 1e-6


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A structure (items by construct, drivers by outcome), and what its survey is made from."""

    items: dict[str, list[str]]
    paths: dict[str, list[str]]
    n: int
    seed: int
    gaps: bool

    @property
    def answers(self) -> Floats:
        """Answers (n, p) that follow the structure; with gaps one in ten is missing at random."""
        random = np.random.default_rng(self.seed)
        scores: dict[str, Floats] = {}
        columns = []
        for name, own in self.items.items():
            drivers = self.paths.get(name, [])
            scores[name] = (0.7 if drivers else 1.0) * random.normal(size=self.n)
            for driver in drivers:
                scores[name] += random.uniform(0.5, 0.7) / len(drivers) * scores[driver]
            for _ in own:
                answer = 6 + random.uniform(0.9, 1.1) * scores[name] + 0.6 * random.normal(size=self.n)
                columns.append(np.clip(answer, 1, 10))
        made = np.stack(columns, axis=1)
        if self.gaps:
            made[random.random(made.shape) < 0.1] = np.nan
            made[np.isnan(made).all(axis=1)] = 6.0
        return made

    @property
    def model(self) -> ModelSpec:
        return arranged(self.items, self.paths)

    @property
    def frame(self) -> pd.DataFrame:
        return pd.DataFrame(self.answers, columns=[item for items in self.items.values() for item in items])


def arranged(items: Mapping[str, list[str]], paths: Mapping[str, list[str]]) -> ModelSpec:
    return model_of(
        {name: " ".join(own) for name, own in items.items()},
        {name: " ".join(drivers) for name, drivers in paths.items()},
        index="satisfaction",
    )


@st.composite
def surveys(draw: st.DrawFn, *, gaps: bool = False) -> Drawn:
    names = [name for name in NAMES if name == "satisfaction" or draw(st.booleans())]
    names = names if len(names) > 1 else ["quality", "satisfaction"]
    items = {name: [f"{name[0]}{k}" for k in range(draw(st.integers(2, 3)))] for name in names}
    paths = {
        name: sorted(draw(st.sets(st.sampled_from(names[:k]), min_size=1)), key=names.index)
        for k, name in enumerate(names)
        if k
    }
    n, seed = draw(st.integers(150, 250)), draw(st.integers(0, 2**32 - 1))
    return Drawn(items=items, paths=paths, n=n, seed=seed, gaps=gaps)


either = st.one_of(
    st.tuples(st.sampled_from(sorted(OPTIONS)), surveys()),
    st.tuples(st.sampled_from(["fiml", "robust fiml"]), surveys(gaps=True)),
)
"""An estimator and a survey that it can take."""


def tables_of(model: ModelSpec, answers: Floats, estimator: str, **design: Floats) -> dict[str, pd.DataFrame]:
    """Parameters, fit, index and effects by name, whatever the order of constructs."""
    made = evaluate(fit(model, survey_of(model, answers, **design), **OPTIONS[estimator])).tables
    return by_name(made)


def by_name(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    parameters = tables["parameters"].copy()
    swap = (parameters["op"] == "~~") & (parameters["lhs"] > parameters["rhs"])
    parameters.loc[swap, ["lhs", "rhs"]] = parameters.loc[swap, ["rhs", "lhs"]].to_numpy()
    keys = {"fit": ["measure"], "index": ["construct"], "effects": ["kind", "source", "target"]}
    made = {name: tables[name].set_index(key).sort_index() for name, key in keys.items()}
    return {**made, "parameters": parameters.set_index(["op", "lhs", "rhs"]).sort_index()}


COLUMNS = {
    "parameters": ["est", "se", "std_all"], "fit": ["value"], "index": ["index", "se"],
    "effects": ["effect", "se", "std_effect"],
}  # fmt: skip
SEARCH = ["gradient", "information_eigenvalue"]
"""How the search ended, and what depends on units."""


def assert_same(
    one: Mapping[str, pd.DataFrame], two: Mapping[str, pd.DataFrame], **columns: list[str]
) -> None:
    for name, own in (columns or COLUMNS).items():
        first, second = (t[name].drop(index=SEARCH) if name == "fit" else t[name] for t in (one, two))
        assert list(first.index) == list(second.index), name
        for column in own:
            before, after = (frame[column].to_numpy(dtype=float) for frame in (first, second))
            np.testing.assert_allclose(after, before, rtol=NEAR, atol=NEAR, err_msg=f"{name}.{column}")


@pytest.mark.slow
@some
@given(either, st.randoms(use_true_random=False))
def test_the_order_of_rows_columns_and_constructs_does_not_matter(case, random):
    """Items after a construct's first (its marker), constructs, drivers, rows: all in another order."""
    estimator, drawn = case
    names = random.sample(list(drawn.items), len(drawn.items))
    items = {
        name: [own[0], *random.sample(own[1:], len(own) - 1)] for name in names for own in [drawn.items[name]]
    }
    outcomes = random.sample(list(drawn.paths), len(drawn.paths))
    other = arranged(
        items, {name: random.sample(drawn.paths[name], len(drawn.paths[name])) for name in outcomes}
    )
    rows = random.sample(range(drawn.n), drawn.n)
    moved = drawn.frame.iloc[rows][[item.name for item in other.indicators]].to_numpy()
    assert_same(tables_of(drawn.model, drawn.answers, estimator), tables_of(other, moved, estimator))


@pytest.mark.slow
@some
@given(either, st.data())
def test_the_unit_of_an_item_does_not_matter(case, data):
    """An item in another unit, its scale too: index, effects, standardised numbers and fit stay.

    Of the unstandardised numbers those of the item change with it (loading k, error variance k^2); if it
    is the marker, those of its construct as well. The log-likelihood of densities has another constant.
    """
    estimator, drawn = case
    name = data.draw(st.sampled_from(list(drawn.frame)))
    factor, shift = data.draw(st.floats(0.05, 20)), data.draw(st.floats(-30, 30))
    scale = Scale(low=factor * TEN.low + shift, high=factor * TEN.high + shift)
    other = replace(
        drawn.model,
        constructs=tuple(
            replace(
                construct,
                indicators=tuple(
                    replace(item, scale=scale) if item.name == name else item for item in construct.indicators
                ),
            )
            for construct in drawn.model.constructs
        ),
    )
    frame = drawn.frame
    frame[name] = factor * frame[name] + shift
    one = tables_of(drawn.model, drawn.answers, estimator)
    two = tables_of(other, frame.to_numpy(), estimator)
    units = ["logl", "aic", "bic"]
    for tables in (one, two):
        tables["fit"] = tables["fit"].drop(index=units)
    same = {"fit": ["value"], "index": COLUMNS["index"], "effects": COLUMNS["effects"]}
    assert_same(one, two, **same)
    rows = one["parameters"].index[one["parameters"].index.get_level_values("op") != "~1"]
    for tables in (one, two):
        tables["parameters"] = tables["parameters"].loc[rows]
    assert_same(one, two, parameters=["std_all"])
    if name.endswith("0"):
        return
    touched = [name in row for row in rows]
    for tables in (one, two):
        tables["parameters"]["touched"] = touched
    before, after = (tables["parameters"].query("touched") for tables in (one, two))
    for column in ("est", "se"):
        powers = [factor if row[0] == "=~" else factor**2 for row in before.index]
        np.testing.assert_allclose(after[column], before[column] * powers, rtol=NEAR)
    assert_same(
        {"parameters": one["parameters"].query("~touched")},
        {"parameters": two["parameters"].query("~touched")},
        parameters=["est", "se"],
    )


def along(effects: Mapping[tuple[str, str], float], source: str, target: str) -> float:
    """Sum over all ways from source to target of the products of direct effects."""
    return sum(
        effect * (1.0 if end == target else along(effects, end, target))
        for (start, end), effect in effects.items()
        if start == source
    )


@some
@given(either)
def test_total_effects_are_direct_and_indirect_ones(case):
    """Every total is the sum over all ways through the model; every indirect one the ways of two steps on."""
    estimator, drawn = case
    tables = tables_of(drawn.model, drawn.answers, estimator)
    assert set(tables["effects"].index.get_level_values("kind")) <= {"direct", "indirect", "total"}
    for column in ("effect", "std_effect"):
        kinds: dict[str, dict[tuple[str, str], float]] = {"direct": {}, "indirect": {}, "total": {}}
        for (kind, source, target), value in tables["effects"][column].items():
            kinds[kind][source, target] = value
        assert set(kinds["direct"]) == {(d, name) for name, drivers in drawn.paths.items() for d in drivers}
        for pair, total in kinds["total"].items():
            parts = kinds["direct"].get(pair, 0.0) + kinds["indirect"].get(pair, 0.0)
            assert total == pytest.approx(parts, rel=1e-10, abs=1e-12), (column, pair)
            assert total == pytest.approx(along(kinds["direct"], *pair), rel=1e-10, abs=1e-12), (column, pair)
        assert set(kinds["indirect"]) | set(kinds["direct"]) == set(kinds["total"])


@pytest.mark.slow
@some
@given(st.sampled_from(["ml", "mlr", "fiml", "robust fiml"]), st.data())
def test_a_weight_of_two_is_a_repeated_row(estimator, data):
    """In every point estimate; errors and chi-square know how many respondents there were."""
    drawn = data.draw(surveys(gaps="fiml" in estimator))
    counts = np.random.default_rng(data.draw(st.integers(0, 1000))).integers(1, 3, drawn.n)
    weighted = tables_of(drawn.model, drawn.answers, estimator, weights=counts.astype(float))
    repeated = tables_of(drawn.model, np.repeat(drawn.answers, counts, axis=0), estimator)
    keep = ["npar", "df", "srmr", "gfi", "agfi", *SEARCH]
    for tables in (weighted, repeated):
        tables["fit"] = tables["fit"].loc[keep]
    assert_same(
        weighted, repeated, parameters=["est", "std_all"], index=["index"], effects=["effect", "std_effect"],
        fit=["value"],
    )  # fmt: skip


@pytest.mark.slow
@some
@given(surveys(gaps=True), st.sampled_from(["fiml", "robust fiml"]), st.randoms(use_true_random=False))
def test_how_a_gap_is_coded_does_not_matter(drawn, estimator, random):
    """Blank, or by a code with a reason; the patterns are the same, to the last digit."""
    codes = {97: "skipped", 98: "dont_know", 99: "refused"}
    blank = drawn.frame
    coded = blank.map(lambda value: random.choice(list(codes)) if np.isnan(value) else value)
    columns = random.sample(list(blank), len(blank.columns))
    found = []
    for frame in (blank, coded[columns]):
        survey = read_survey(frame, drawn.model, missing=codes)
        found.append(by_name(evaluate(fit(drawn.model, survey, **OPTIONS[estimator])).tables))
    for name, columns in COLUMNS.items():
        pd.testing.assert_frame_equal(found[0][name][columns], found[1][name][columns], check_exact=True)
