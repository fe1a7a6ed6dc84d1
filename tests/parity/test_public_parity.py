"""The public surveys against other programs: ACSI 2015 (lavaan) and the ECSI mobile phones (lavaan, seminr).

Data and references are no part of the project; the tests skip where they are absent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import shared_data

from csi_model.estimation.fits import Fit
from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.reliability import reliability, rho_a
from csi_model.evaluation.results import Results
from csi_model.model.catalogue import read_model
from csi_model.survey.reading import read_survey
from csi_model.survey.survey import Survey

ACSI = {
    "EXP": "expectations", "QUAL": "quality", "VAL": "value", "SAT": "satisfaction",
    "COMPL": "complaints", "LOY": "loyalty",
}  # fmt: skip
ECSI = {
    "Image": "image", "Expectation": "expectations", "Quality": "quality", "Value": "value",
    "Satisfaction": "satisfaction", "Complaints": "complaints", "Loyalty": "loyalty",
}  # fmt: skip


@cache
def reference(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(shared_data("reference", name).read_text(encoding="utf-8"))
    return read


@cache
def survey(data: str, model: str) -> Survey:
    return read_survey(shared_data("data", data), read_model(model))


@cache
def results(data: str, model: str, rule: str = "loadings") -> Results:
    asked = survey(data, model)
    return evaluate(fit(asked.model, asked, weight_rule=rule))


def acsi(rule: str = "loadings") -> Results:
    return results("acsi2015.xlsx", "acsi-repurchase", rule)


def mobi() -> Results:
    return results("mobi.csv", "ecsi-complaints")


def theirs(rows: list[dict[str, Any]], names: dict[str, str]) -> pd.DataFrame:
    """lavaan's parameters under our construct names, keyed like ours."""
    frame = pd.DataFrame([row for row in rows if row["op"] in ("=~", "~", "~~")])
    for side in ("lhs", "rhs"):
        frame[side] = frame[side].replace(names)
    return keyed(frame)


def keyed(frame: pd.DataFrame) -> pd.DataFrame:
    keys = [
        "~~".join(sorted((row.lhs, row.rhs))) if row.op == "~~" else f"{row.lhs} {row.op} {row.rhs}"
        for row in frame.itertuples()
    ]
    made = frame.set_index(pd.Index(keys))
    assert made.index.is_unique
    return made


def fit_values(made: Results) -> pd.Series[float]:
    return made.tables["fit"].set_index("measure")["value"]


class TestAcsi:
    """``acsi-repurchase`` on the 7,341 complete interviews of 2015."""

    @pytest.mark.parametrize(
        ("source", "estimates", "errors"), [("ml_polished", 1e-8, 1e-6), ("ml", 1e-4, 1e-3)]
    )
    def test_every_parameter(self, source: str, estimates: float, errors: float) -> None:
        """lavaan's default stop is 2e-5 from its own optimum; the polished run is at it."""
        ref = theirs(reference("acsi2015_lavaan.json")[source]["parameters"], ACSI)
        ours = keyed(acsi().tables["parameters"])
        assert set(ref.index) == set(ours.index)
        ref = ref.loc[ours.index]
        np.testing.assert_allclose(ours["est"], ref["est"], atol=estimates, rtol=0)
        free = ours["free"].to_numpy(dtype=bool)
        np.testing.assert_allclose(ours["se"][free], ref["se"][free], rtol=errors)
        np.testing.assert_allclose(ours["std_all"], ref["std.all"], atol=estimates)

    def test_fit_measures_exactly(self) -> None:
        ours = fit_values(acsi())
        for measure, value in reference("acsi2015_lavaan.json")["ml_polished"]["fit"].items():
            name = measure.replace(".", "_")
            if name in ours.index:
                tolerance = 1e-6 if "ci" in name else 1e-9
                assert ours[name] == pytest.approx(value, rel=tolerance), measure

    def test_fit_measures_as_published(self) -> None:
        ours = fit_values(acsi())
        shown = {
            "n": "7341", "chisq": "2994.63", "df": "58", "cfi": "0.9669", "tli": "0.9555",
            "rmsea": "0.0830", "rmsea_ci_lower": "0.0805", "rmsea_ci_upper": "0.0856", "srmr": "0.0388",
            "gfi": "0.9420", "aic": "303048.13", "bic": "303275.87",
        }  # fmt: skip
        for measure, text in shown.items():
            digits = len(text.partition(".")[2])
            assert f"{ours[measure]:.{digits}f}" == text, measure

    def test_r_squared(self) -> None:
        ref = reference("acsi2015_lavaan.json")["ml_polished"]["r2"]
        ours = acsi().tables["r2"].set_index("construct")["r2"]
        assert dict(ours) == pytest.approx({ACSI[k]: v for k, v in ref.items() if ACSI.get(k) in ours.index})

    def test_construct_correlations(self) -> None:
        ref = reference("acsi2015_lavaan.json")["ml_polished"]["lv_cov"]
        covariance = np.array(ref["data"])
        sd = np.sqrt(np.diag(covariance))
        names = [ACSI[name] for name in ref["rows"]]
        for row in acsi().tables["validity"].itertuples():
            a, b = names.index(row.construct_1), names.index(row.construct_2)
            assert row.correlation == pytest.approx(covariance[a, b] / (sd[a] * sd[b]), abs=1e-9)

    def test_indirect_and_total_effects(self) -> None:
        """lavaan's `ind_A__B` and `tot_A__B`, standardised and, rescaled, in index points."""
        rows = reference("acsi2015_lavaan.json")["ml"]["parameters"]
        defined = {row["lhs"]: row for row in rows if row["op"] == ":="}
        assert len(defined) > 10
        effects = acsi().tables["effects"].set_index(["kind", "source", "target"])
        direct = effects.loc["direct"]
        raw = {
            (row["rhs"], row["lhs"]): row["est"] for row in theirs(rows, ACSI).to_dict("records")
            if row["op"] == "~"
        }  # fmt: skip
        # index points per unit of a construct, up to a common factor, from any direct effect
        points = {"expectations": 1.0}
        for (source, target), estimate in raw.items():
            points.setdefault(target, points[source] * direct.loc[(source, target), "effect"] / estimate)
        kinds = {"ind": "indirect", "tot": "total"}
        for name, row in defined.items():
            kind, _, between = name.partition("_")
            source, target = (ACSI[part] for part in between.split("__"))
            ours = effects.loc[(kinds[kind], source, target)]
            assert ours["std_effect"] == pytest.approx(row["std.all"], abs=1e-4), name
            rescaled = ours["effect"] * points[source] / points[target]
            assert rescaled == pytest.approx(row["est"], abs=1e-4), name

    @pytest.mark.parametrize(
        ("rule", "index"), [("loadings", 70.951), ("equal", 70.908), ("regression", 73.272)]
    )
    def test_headline_index(self, rule: str, index: float) -> None:
        table = acsi(rule).tables["index"].set_index("construct")
        assert round(table.loc["satisfaction", "index"], 3) == index

    def test_regression_weights_rest_on_overall_satisfaction(self) -> None:
        weights = acsi("regression").tables["weights"].set_index(["construct", "indicator"])["weight"]
        assert round(weights["satisfaction", "SATIS"], 3) == 0.632

    def test_paths_as_published(self) -> None:
        shown = acsi().tables["parameters"].query("op == '~'").set_index(["rhs", "lhs"])["std_all"]
        published = {
            ("expectations", "quality"): 0.774, ("quality", "value"): 0.884,
            ("quality", "satisfaction"): 0.589, ("value", "satisfaction"): 0.464,
            ("expectations", "satisfaction"): -0.057,
            ("satisfaction", "complaints"): -0.380, ("satisfaction", "loyalty"): 0.859,
        }  # fmt: skip
        assert {pair: round(shown[pair], 3) for pair in published} == published

    def test_it_may_be_used(self) -> None:
        assert acsi().trustworthy
        assert (
            acsi().tables["fit"].set_index("measure").loc[["converged", "admissible", "identified"], "value"]
            == 1
        ).all()


def test_acsi_htmt_as_published() -> None:
    """Twelve items without complaints: 7,422 complete interviews, as a third party published them."""
    model = read_model("acsi-repurchase")
    kept = replace(
        model,
        constructs=tuple(c for c in model.constructs if c.name != "complaints"),
        paths=tuple(p for p in model.paths if "complaints" not in (p.source, p.target)),
    )
    made = evaluate(fit(kept, read_survey(shared_data("data", "acsi2015.xlsx"), kept)))
    assert fit_values(made)["n"] == 7422
    ours = made.tables["validity"].set_index(["construct_1", "construct_2"])["htmt"]
    published = {
        ("expectations", "quality"): 0.8197, ("expectations", "value"): 0.6580,
        ("expectations", "satisfaction"): 0.7189, ("quality", "value"): 0.8619,
        ("quality", "satisfaction"): 0.9535, ("value", "satisfaction"): 0.9314,
    }  # fmt: skip
    assert {pair: round(ours[pair], 4) for pair in published} == published


class TestMobi:
    """``ecsi-complaints`` on 250 mobile phone customers: the structure is nearly not identified."""

    def test_estimates_against_the_polished_optimum(self) -> None:
        ref = theirs(reference("mobi_lavaan.json")["ml_polished"]["parameters"], ECSI)
        ours = keyed(mobi().tables["parameters"])
        assert set(ref.index) == set(ours.index)
        ref = ref.loc[ours.index]
        np.testing.assert_allclose(ours["est"], ref["est"], rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(ours["std_all"], ref["std.all"], rtol=1e-6, atol=1e-6)
        free = ours["free"].to_numpy(dtype=bool)
        np.testing.assert_allclose(ours["se"][free], ref["se"][free], rtol=1e-5)

    def test_fit_measures(self) -> None:
        ours = fit_values(mobi())
        assert (
            f"{ours['chisq']:.2f} {ours['df']:.0f} {ours['cfi']:.3f} {ours['rmsea']:.3f}"
            == "575.57 241 0.877 0.075"
        )
        for measure, value in reference("mobi_lavaan.json")["ml_polished"]["fit"].items():
            name = measure.replace(".", "_")
            if name in ours.index:
                assert ours[name] == pytest.approx(value, rel=1e-5 if "ci" in name else 1e-8), measure

    def test_verdict_names_the_trouble(self) -> None:
        made = mobi()
        assert not made.trustworthy
        findings = made.tables["findings"]
        high = findings.query("code == 'high-correlation' and where == 'expectations - quality'")
        assert "0.995" in high["what"].iloc[0]
        exploding = set(findings.query("code == 'exploding-standard-error'")["where"])
        assert {"value ~ expectations", "value ~ quality", "satisfaction ~ expectations",
                "satisfaction ~ quality"} <= exploding  # fmt: skip
        assert (findings["code"] == "weakly-identified").any()

    def test_reliability_formulas_against_seminr(self) -> None:
        """From seminr's own weights and loadings. Its alpha standardises the items, ours does not."""
        ref = reference("mobi_seminr.json")["factorial"]
        asked = survey("mobi.csv", "ecsi-complaints")
        correlation = np.corrcoef(asked.answers.T)
        shown = {name: pd.DataFrame(ref[name]["data"], index=ref[name]["rows"], columns=ref[name]["cols"])
                 for name in ("reliability", "outer_weights", "outer_loadings")}  # fmt: skip
        for theirs_name, name in ECSI.items():
            items = [item.name for item in asked.model.items_of(name)]
            if len(items) == 1:
                continue
            places = [asked.names.index(item) for item in items]
            block = correlation[np.ix_(places, places)]
            made = reliability(block, shown["outer_loadings"].loc[items, theirs_name].to_numpy())
            found = (
                made.alpha,
                rho_a(block, shown["outer_weights"].loc[items, theirs_name].to_numpy()),
                made.rho_c,
                made.ave,
            )
            row = shown["reliability"].loc[theirs_name]
            assert found == pytest.approx(tuple(row[["alpha", "rhoA", "rhoC", "AVE"]]), rel=1e-9), name

    def test_htmt_against_seminr(self) -> None:
        ref = reference("mobi_seminr.json")["factorial"]
        made = mobi()
        htmt = pd.DataFrame(ref["htmt"]["data"], index=ref["htmt"]["rows"], columns=ref["htmt"]["cols"])
        htmt = htmt.rename(index=ECSI, columns=ECSI)
        compared = 0
        for row in made.tables["validity"].itertuples():
            value = htmt.loc[row.construct_2, row.construct_1]
            if "complaints" not in (row.construct_1, row.construct_2):  # one indicator: no HTMT for us
                assert row.htmt == pytest.approx(value, abs=1e-12)
                compared += 1
        assert compared == 15

    @pytest.mark.parametrize(
        ("rule", "index", "weights"),
        [("loadings", 71.254, (0.2449, 0.3601, 0.3949)), ("regression", 72.222, (0.3476, 0.2636, 0.3887)),
         ("equal", 71.970, (0.3333, 0.3333, 0.3333))],
    )  # fmt: skip
    def test_index_and_weights_as_published(
        self, rule: str, index: float, weights: tuple[float, ...]
    ) -> None:
        made = results("mobi.csv", "ecsi-complaints", rule)
        assert round(made.tables["index"].set_index("construct").loc["satisfaction", "index"], 3) == index
        found = made.tables["weights"].query("construct == 'satisfaction'")["weight"]
        assert tuple(round(float(weight), 4) for weight in found) == weights

    def test_standard_error_with_fixed_weights(self) -> None:
        """.9705 with the weights of the unstandardised PLS solution (Tenenhaus et al. 2005)."""
        asked = survey("mobi.csv", "ecsi-complaints")
        given = {item.name: 1.0 for item in asked.model.indicators}
        given |= {"CUSA1": 0.2424, "CUSA2": 0.3540, "CUSA3": 0.4036}
        made = evaluate(fit(asked.model, asked, weight_rule="given", given_weights=given))
        row = made.tables["index"].set_index("construct").loc["satisfaction"]
        assert round(row["index"], 2) == 71.25
        assert row["se"] == pytest.approx(0.9705, abs=1e-4)


@dataclass(frozen=True, kw_only=True)
class Run:
    """Ours and lavaan's: ``case`` has all measures, ``exact`` is polished, ``errors`` its column."""

    options: Mapping[str, str]
    file: str
    case: str
    errors: str

    @property
    def exact(self) -> str:
        return "ml_polished" if self.file == COMPLETE else "fiml_polished"


COMPLETE, WHOLE = "acsi2015_lavaan.json", "acsi2015_fiml_lavaan.json"
AVAILABLE = {"estimator": "mlr", "missing_data": "available"}
RUNS = {
    "mlr": Run(options={"estimator": "mlr"}, file=COMPLETE, case="mlr", errors="se_mlr"),
    "mlm": Run(options={"estimator": "mlm"}, file=COMPLETE, case="mlm", errors=""),
    "fiml": Run(options={"estimator": "fiml"}, file=WHOLE, case="fiml", errors="se_observed"),
    "robust fiml": Run(options=AVAILABLE, file=WHOLE, case="fiml_mlr", errors="se_mlr"),
}
every_run = pytest.mark.parametrize("name", RUNS)


@cache
def robust_fit(name: str) -> Fit:
    asked = survey("acsi2015.xlsx", "acsi-repurchase")
    return fit(asked.model, asked, **RUNS[name].options)


@cache
def robust(name: str) -> Results:
    return evaluate(robust_fit(name))


def with_means(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Like ``theirs``, intercepts included."""
    frame = pd.DataFrame([row for row in rows if row["op"] in ("=~", "~", "~~", "~1")])
    return keyed(frame.replace({"lhs": ACSI, "rhs": ACSI}))


@every_run
class TestAcsiRobust:
    """``acsi-repurchase`` by the other estimators; full information on all 8,239 interviews of 2015.

    lavaan's default stop is up to 2e-5 from the optimum; polished runs are at it.
    """

    @pytest.mark.parametrize(("polished", "estimates", "errors"), [(True, 1e-8, 1e-6), (False, 1e-4, 1e-5)])
    def test_every_parameter(self, name: str, polished: bool, estimates: float, errors: float) -> None:
        run = RUNS[name]
        ref = with_means(reference(run.file)[run.exact if polished else run.case]["parameters"])
        ours = keyed(robust(name).tables["parameters"])
        assert set(ref.index) == set(ours.index)
        assert ours["op"].eq("~1").any() == (run.file == WHOLE)
        ref = ref.loc[ours.index]
        np.testing.assert_allclose(ours["est"], ref["est"], atol=estimates, rtol=0)
        np.testing.assert_allclose(ours["std_all"], ref["std.all"], atol=estimates)
        free = ours["free"].to_numpy(dtype=bool)
        column = run.errors if polished else "se"
        if column:
            np.testing.assert_allclose(ours["se"][free], ref[column][free], rtol=errors)

    def test_every_fit_measure(self, name: str) -> None:
        """SRMR, GFI and AGFI leave means out, so that lavaan's with means are other numbers."""
        run, ours = RUNS[name], fit_values(robust(name))
        assert ours["n"] == (7341 if run.file == COMPLETE else 8239)
        every = reference(run.file)[run.case]["fit"]
        every = every | {"srmr": every["srmr_bentler_nomean"]}
        left_out = {"gfi", "agfi"} if run.file == WHOLE else set()
        compared = set()
        for measure, value in every.items():
            if measure.replace(".", "_") in set(ours.index) - left_out:
                compared.add(measure)
                assert ours[measure.replace(".", "_")] == pytest.approx(value, rel=3e-6), measure
        assert {"cfi", "tli", "rmsea", "srmr", "cfi.robust", "tli.robust", "rmsea.robust"} <= compared
        scaled = {"chisq.scaled", "cfi.scaled", "tli.scaled", "rmsea.scaled", "chisq.scaling.factor"}
        assert compared >= scaled if name != "fiml" else not compared & scaled

    def test_the_measures_at_the_optimum(self, name: str) -> None:
        run, ours = RUNS[name], fit_values(robust(name))
        exact = reference(run.file)[run.exact]
        wanted = {name: exact["fit"][name] for name in ("chisq", "df", "rmsea", "logl", "aic", "bic")}
        if run.errors == "se_mlr":
            names = ("chisq.scaled", "chisq.scaling.factor", "rmsea.scaled", "rmsea.robust")
            wanted |= {name: exact["fit_mlr"][name] for name in names}
        for measure, value in wanted.items():
            assert ours[measure.replace(".", "_")] == pytest.approx(value, rel=1e-7), measure


def test_acsi_saturated_moments_of_all_interviews() -> None:
    """lavaan's EM stops when its log-likelihood stands still, 1e-7 away; ours goes on to the optimum."""
    sample, ref = robust_fit("fiml").pooled.sample, reference(WHOLE)["saturated_h1"]
    items = survey("acsi2015.xlsx", "acsi-repurchase").names
    assert np.isnan(sample.answers).sum() == 2932
    assert tuple(ref["cov"]["rows"]) == tuple(items)
    np.testing.assert_allclose(sample.mean, [ref["mean"][item] for item in items], atol=1e-6, rtol=0)
    np.testing.assert_allclose(sample.cov, ref["cov"]["data"], atol=1e-6, rtol=0)
