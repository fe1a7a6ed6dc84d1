"""Sentences that the ladder of ordered answers holds, and what a report makes of them in both languages."""

from __future__ import annotations

from csi_model.reporting.retold_patterns import COMPARED_IN, NUMBER, Pattern, pattern, same

_END = r"(?= |$)"
_TOLD = r"( \((?P<items>.+?)\))?"

ORDINAL_GROUP_SENTENCES: tuple[Pattern, ...] = (
    same(
        "groups use the steps of the scale differently (thresholds differ): there is no common unit.",
        "各组对量表等级的使用不同（阈值不同），没有共同的单位。",
    ),
    same(
        "thresholds and loadings are equal, so that constructs have the same units in every group.",
        "各组阈值与载荷相等，潜变量在各组中单位相同。",
    ),
    pattern(
        rf"thresholds or loadings differ for some questions{_TOLD}, at least two per construct are equal\."
        rf"{_END}",
        "thresholds or loadings differ for some questions{items}, at least two per construct are equal.",
        "部分题项{items}的阈值或载荷在各组间不同，但每个潜变量至少有两个题项相等。",
    ),
    pattern(
        r"thresholds and loadings are equal, but constructs with nothing but questions of two answers "
        rf"\((?P<names>[^()]+)\) have a unit of their own in every group\.{_END}",
        "thresholds and loadings are equal, but constructs with nothing but questions of two answers "
        "({names}) have a unit of their own in every group.",
        "各组阈值与载荷相等，但题项全部只有两个答案的潜变量（{names}）在各组中有各自的单位。",
    ),
    same(
        "they need equal thresholds and loadings, which the groups do not have.",
        "这要求各组阈值与载荷相等，而各组并不相等。",
    ),
    pattern(
        rf"thresholds and loadings are equal, so that constructs have the same units {COMPARED_IN}\.{_END}",
        "thresholds and loadings are equal, so that constructs have the same units in the groups that were "
        "compared ({units}).",
        "阈值与载荷相等，潜变量在参与比较的各组（{units}）中单位相同。",
    ),
    pattern(
        rf"thresholds, loadings and intercepts are equal {COMPARED_IN}\.{_END}",
        "thresholds, loadings and intercepts are equal in the groups that were compared ({units}).",
        "参与比较的各组（{units}）的阈值、载荷与截距相等。",
    ),
    pattern(
        r"thresholds, loadings, intercepts and error variances are equal, so that one set of weights "
        rf"measures the same {COMPARED_IN}\.{_END}",
        "thresholds, loadings, intercepts and error variances are equal, so that one set of weights measures "
        "the same in the groups that were compared ({units}).",
        "阈值、载荷、截距与误差方差相等，同一套权重在参与比较的各组（{units}）测量的是同一内容。",
    ),
    same("thresholds, loadings and intercepts are equal.", "各组阈值、载荷与截距相等。"),
    same(
        "answers scatter more in some groups than in others at the same level of a construct, which moves "
        "expected answers a little.",
        "潜变量水平相同时，各组答案的离散程度不同，期望答案因而略有移动。",
    ),
    same(
        "thresholds, loadings, intercepts and error variances are equal, so that one set of weights measures "
        "the same in every group.",
        "各组阈值、载荷、截距与误差方差相等，同一套权重在各组测量的是同一内容。",
    ),
    pattern(
        r"some groups never gave certain answers, which are joined with a neighbour: "
        rf"(?P<merged>.+? with [-\d.]+(?: with [-\d.]+)*(?:; .+? [-\d.]+(?: with [-\d.]+)+)*)\.{_END}",
        "Some groups never gave certain answers, which are joined with a neighbour: {merged}.",
        "有的组从未给出某些答案，这些答案与相邻答案合并：{merged}。",
    ),
    same(
        "Thresholds can be equal only between answers that every group gives.",
        "只有各组都给出的答案之间，阈值才可能相等。",
    ),
    pattern(
        r"with two answers threshold and loading cannot be tested one by one: (?P<item_list>.+?)\."
        rf"{_END}",
        "With two answers threshold and loading cannot be tested one by one: {item_list}.",
        "只有两个答案的题项无法分别检验阈值与载荷：{item_list}。",
    ),
    same(
        "They are held equal together with the intercept, at the scalar step.",
        "其阈值、载荷与截距在尺度等值一级一并设为相等。",
    ),
    pattern(
        rf"already the model without equalities fits the groups poorly \(scaled CFI (?P<value_1>{NUMBER}), "
        rf"scaled RMSEA (?P<value_2>{NUMBER})\), though ordered answers make fit look better \(Xia & Yang "
        rf"2019\), so that the later steps say less\.{_END}",
        "Already the model without equalities fits the groups poorly (scaled CFI {value_1}, scaled RMSEA "
        "{value_2}), though ordered answers make fit look better (Xia & Yang 2019), so that the later steps "
        "say less.",
        "不加等值约束的模型在各组中的拟合已经欠佳（校正 CFI {value_1}，校正 RMSEA {value_2}），而有序答案本会"
        "使拟合显得较好（Xia & Yang 2019）；其后各级的结论因而较弱。",
    ),
    same(
        "Mend the measurement first: see the residual correlations.",
        "请先改进测量模型，参见残差相关。",
    ),
)
"""Whole sentences; the first that fits is taken."""
