"""Fit side by side, a look into the fit, missing answers and draws: the cells of the tables, in words."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import inspection_samples
import pytest
import report_samples as samples
from inspection_samples import NAN, inspected
from page_outline import Outline, without_scripts
from report_pages import page

from csi_model.reporting import fit_tables, inspection, naming, sentences, treatments
from csi_model.reporting.content import Content


def shown(caption: str, language: str = "en") -> list[list[str]]:
    return Outline(page(inspected(), language)).table(caption)[1:]


def test_fit_measures_stand_side_by_side() -> None:
    rows = {row[0]: row[1:] for row in shown("Fit of the model")}
    assert rows["chi-square"] == ["2,994.6", "2,011.4", "", ""]
    assert rows["degrees of freedom"] == ["58", "58", "", ""]
    assert rows["p value of chi-square"] == ["<0.001", "0.012", "", ""]
    cutoff = "≥ 0.95, Hu & Bentler (1999)"
    assert rows["comparative fit index (CFI)"] == ["0.967", "0.958", "0.967", cutoff]
    assert rows["Tucker-Lewis index (TLI)"] == ["0.956", "0.943", "–1", cutoff]
    assert rows["RMSEA, 90% interval"] == ["0.081 to 0.086", "0.066 to 0.070", "0.080 to 0.086", ""]
    assert rows["standardised root mean square residual (SRMR)"][:3] == ["0.039", "", ""]
    text = page(inspected())
    assert "<sup>1</sup> the misfit expected by chance is not positive" in text
    assert "Scaled measures rest on" in text
    assert "Robust measures estimate" in text


def test_plain_measures_alone_have_one_column_and_no_talk_of_others() -> None:
    text = page(samples.acsi())
    rows = {row[0]: row[1:] for row in Outline(text).table("Fit of the model")[1:]}
    assert rows["root mean square error of approximation (RMSEA)"] == ["0.083", "≤ 0.06, Hu & Bentler (1999)"]
    assert "Scaled measures" not in text
    assert "Robust measures" not in text


def test_no_cutoff_is_a_verdict() -> None:
    cells = [cell for row in shown("Fit of the model") for cell in row]
    assert not any(sign in cell for cell in cells for sign in "✓✕")


def test_every_fit_measure_stands_in_one_of_the_two_tables() -> None:
    first = fit_tables.fit_view(inspected(), "en")
    second = fit_tables.other_view(inspected(), "en")
    lines = [line for view in (first, second) for block in view.blocks for line in block.lines]
    filled = [cell for line in lines for cell in line.cells if cell.numeric and (cell.text or cell.note)]
    ends = 3  # each RMSEA interval holds two measures
    assert len(filled) == len(inspection_samples.scaled_fit()) - ends
    assert ["scaling factor of chi-square", "1.489"] in shown("Sizes, likelihood and verdicts behind the fit")


@pytest.mark.parametrize(
    ("lhs", "op", "rhs", "english", "chinese"),
    [
        ("satisfaction", "=~", "SATIS", "loading of Overall satisfaction (SATIS) on Customer satisfaction",
         "总体满意程度（SATIS）在顾客满意度上的载荷"),
        ("value", "~", "quality", "path Perceived quality → Perceived value", "路径 感知质量 → 感知价值"),
        ("PQ", "~~", "QP", "error covariance of PQ and QP", "PQ与QP的误差协方差"),
        ("PQ", "~~", "PQ", "error variance of PQ", "PQ的误差方差"),
        ("value", "~~", "quality", "covariance, beyond the paths, of Perceived value and Perceived quality",
         "感知价值与感知质量在路径之外的协方差"),
        ("value", "~~", "value", "unexplained variance of Perceived value", "感知价值的未解释方差"),
        ("PQ", "~1", "", "intercept of PQ", "PQ的截距"),
    ],
)  # fmt: skip
def test_parameters_in_words(lhs: str, op: str, rhs: str, english: str, chinese: str) -> None:
    content = samples.acsi()
    assert naming.parameter(content, lhs, op, rhs, "en") == english
    assert naming.parameter(content, lhs, op, rhs, "zh") == chinese
    assert naming.written(content, f"{lhs} {op} {rhs}".rstrip(), "en") == english


@pytest.mark.parametrize("text", ["", "value", "value of money", "a ~~", "a =~ b c"])
def test_what_is_no_parameter_stays_as_it_is(text: str) -> None:
    assert naming.written(samples.acsi(), text, "en") == text


@pytest.mark.slow
def test_the_ten_largest_modification_indices() -> None:
    rows = shown("The 10 largest modification indices")
    assert len(rows) == 10
    assert rows[0] == ["error covariance of WRONGX and WRONGQ", "1,431.7", "<0.001", "0.500", "0.100"]
    assert rows[1][:2] == ["loading of WRONGQ on Complaints", "212.6"]
    assert rows[2][3:] == ["2.500", "–1"]
    assert rows[3][0] == "path Complaints → Perceived quality"
    assert [row[1] for row in rows[4:]] == ["20.0", "19.0", "18.0", "17.0", "16.0", "15.0"]
    text = page(inspected())
    assert "it sets the scale of value" not in text
    assert "modification.csv, residuals.csv, block_fit.csv and collinearity.csv in tables/pooled" in text


def test_the_ten_largest_residual_correlations_leave_variances_out() -> None:
    rows = shown("The 10 largest residual correlations")
    assert len(rows) == 10  # five questions have ten pairs
    assert rows[0] == ["PQ and QP", "−0.130", "14.50"]
    assert [abs(float(row[1].replace("−", "-"))) for row in rows] == sorted(
        (abs(float(row[1].replace("−", "-"))) for row in rows), reverse=True
    )
    assert "0.900" not in [row[1] for row in rows]


def test_blocks_stand_in_a_triangle() -> None:
    assert shown("SRMR by block") == [
        ["1  Perceived quality", "0.008", ""],
        ["2  Perceived value", "0.098", "0.012"],
    ]


def test_drivers_that_overlap_are_marked_from_five_on() -> None:
    rows = [row for row in shown("Collinearity of drivers") if len(row) > 1]
    assert rows == [
        ["Perceived quality", "5.00 ▲"],
        ["Perceived value", "5.00"],
        ["Customer satisfaction", "1.00"],
    ]


def test_indirect_effects_way_by_way() -> None:
    rows = shown("Effects by way")
    way = "Customer expectations → Perceived quality → Customer satisfaction"
    assert [way, "0.66", "0.62 to 0.69", "0.018", "0.46"] in rows
    assert ["To Customer loyalty"] in rows


def test_the_interval_of_a_loading_stands_beside_it_where_it_is_estimated() -> None:
    rows = {row[0]: row for row in shown("Weights and loadings") if len(row) > 1}
    assert rows["Overall satisfaction (SATIS)"][2:4] == ["0.950", "0.941 to 0.959"]
    assert rows["COMP"][3] == ""
    assert rows["PQ"][3] == ""
    plain = Outline(page(samples.acsi())).table("Weights and loadings")
    assert "95% interval" not in plain[0]


def test_tables_without_a_number_say_why() -> None:
    why = "the model itself is not identified, so nothing can be tested"
    rows = [{"lhs": "value", "op": "=~", "rhs": "PQ", "mi": NAN, "why": why}]
    content = samples.acsi(tables={"modification": samples.table("modification", rows)})
    (part,) = inspection.parts(content, "en")
    assert part.view is None
    assert part.text == f"Nothing can be shown: {why}."
    assert "模型本身不可识别，无法检验" in page(content, "zh")


def test_nothing_to_look_into_leaves_no_empty_heading() -> None:
    headings = [text for _, text in Outline(page(samples.acsi())).headings]
    assert "Modification indices" not in headings
    assert "What missing answers do" not in headings
    assert "Bootstrap" not in headings
    assert "Effects by way" not in page(samples.acsi())


@pytest.mark.slow
def test_the_treatments_of_missing_answers() -> None:
    caption = "What the treatment of missing answers does to the index"
    text = page(inspected())
    assert Outline(text).table(caption)[1:] == [
        ["complete cases", "71.0", "70.5 to 71.5", "0.00", "7,341"],
        ["mean substitution", "70.4", "69.9 to 70.9", "−0.53", "8,239"],
        ["pairwise covariances", "71.2", "70.7 to 71.7", "0.25", "8,239"],
        ["all answers there are", "–1", "–1", "–1", "8,239"],
    ]
    assert (
        "The index of Customer satisfaction is 71.0 with the treatment used here (complete cases). The "
        "treatment furthest from it, mean substitution, gives 0.53 index points fewer." in text
    )
    assert "相差最大的处理方法（均值替代）低 0.53 分。" in page(inspected(), "zh")
    assert '<tr class="strong"><th scope="row">complete cases' in text


def with_treatments(*rows: tuple[str, float, float]) -> Content:
    cells = [
        {"treatment": rule, "construct": "satisfaction", "index": value, "difference": difference}
        for rule, value, difference in rows
    ]
    return replace(
        samples.acsi(), across={"treatments": inspection_samples.survey_table("treatments", cells)}
    )


def test_treatments_that_agree_and_treatments_above() -> None:
    same = with_treatments(("complete", 70.951, 0.0), ("mean", 70.99, 0.039))
    assert "every other treatment gives the same to a tenth" in treatments.treatments_text(same, "en")
    above = with_treatments(("complete", 70.951, 0.0), ("mean", 71.951, 1.0))
    assert treatments.treatments_text(above, "en").endswith(
        "mean substitution, gives 1.00 index points more."
    )
    alone = with_treatments(("complete", 70.951, 0.0), ("mean", NAN, NAN))
    assert treatments.treatments_text(alone, "en") == ""


def test_a_warning_on_missing_answers_is_told_with_them() -> None:
    what = (
        "the index is 70.1 with mean substitution and 71.9 with complete cases: those who left questions out "
        "differ from the others."
    )
    warning = samples.findings(("missing-data-matters", "warning", "satisfaction", what, ""))
    content = with_treatments(("complete", 71.9, 0.0), ("mean", 70.1, -1.8))
    content = replace(content, pooled={**content.pooled, "findings": warning})
    assert treatments.treatments_text(content, "en").endswith("T" + what[1:])
    assert "采用均值替代时指数为 70.1 分" in treatments.treatments_text(content, "zh")


@pytest.mark.slow
def test_the_draws_of_a_bootstrap() -> None:
    text = page(inspected())
    assert "500 bootstrap draws were asked for; 488 gave an estimate that can be used." in text
    assert Outline(text).table("Draws of the bootstrap")[1:] == [
        ["usable", "488", "97.6%"],
        ["Left out"],
        ["the search for the optimum did not end", "12", "2.4%"],
        ["Used, though not admissible"],
        ["two constructs correlate 1 or more", "31", "6.2%"],
    ]
    assert "两个潜变量的相关系数达到或超过 1" in page(inspected(), "zh")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"estimator": "mlr"}, "robust (Huber-White) standard errors and the Yuan-Bentler scaled test"),
        ({"estimator": "fiml", "missing_data": "available"}, "full-information maximum likelihood"),
        ({"missing_data": "available"}, "every answer given is used (full information)"),
        ({"ridge": 0.05}, "Paths were steadied by a ridge of strength 0.05."),
        ({"variances": "bounded"}, "Variances were kept at or above zero."),
    ],
)
def test_the_method_names_estimator_missing_answers_and_what_was_held(
    options: dict[str, object], words: str
) -> None:
    base = samples.acsi()
    content = replace(base, manifest={"options": {**base.manifest["options"], **options}})
    assert words in sentences.method(content, "en")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("bootstrap_bc", "bootstrap, bias-corrected"),
        ("bootstrap_bca", "bootstrap BCa"),
        ("jackknife", "jackknife"),
    ],
)
def test_the_method_names_the_kind_of_interval(name: str, words: str) -> None:
    rows = samples.index_rows(samples.CONSTRUCTS, samples.SCORES)
    rows = [row | {"ci_method": name} for row in rows]
    content = samples.acsi(tables={"index": samples.table("index", rows)})
    assert f"95% intervals ({words})" in sentences.method(content, "en")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_names_of_questions_and_groups_are_text(language: str) -> None:
    label = '<img src=x onerror="alert(1)">'
    content = replace(
        inspected(),
        labels={name: {language: label} for name in (*samples.CONSTRUCTS, "SATIS", "WRONGX")},
        group_labels={"INDUSTRY": {"1001": label, "3003": label}},
    )
    text = page(content, language)
    assert "<img" not in text
    assert label in unescape(text)


def test_a_chinese_page_holds_no_english_sentence() -> None:
    text = without_scripts(page(inspected(), "zh"))
    text = re.sub(r"<(style|svg)\b.*?</\1>", "", text, flags=re.DOTALL)
    foreign = re.sub(r'<(li|p) lang="en">.*?</\1>', "", text, flags=re.DOTALL)
    plain = unescape(re.sub(r"<[^>]+>", "\n", foreign.partition('id="method"')[0]))
    allowed = ("Hooper", "Hu & Bentler", "Fornell", "Hair et al.", "Internet providers", "Processed food")
    english = [line for line in plain.splitlines() if re.search(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}", line)]
    assert [line for line in english if not any(name in line for name in allowed)] == []
