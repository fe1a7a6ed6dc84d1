"""The words of the native charts, both languages side by side."""

from __future__ import annotations

from csi_model.vocabulary import Term


def _t(en: str, zh: str) -> Term:
    return Term(en=en, zh=zh)


NATIVE: dict[str, Term] = {
    "native_suppressed": _t(
        "Suppressed, as the number of respondents is too small: {names}.",
        "样本不足，不公布：{names}。",
    ),
    "native_no_value": _t("No value: {names}.", "无数值：{names}。"),
    "native_names_more": _t("{names} and {count} more", "{names}等，另有 {count} 个"),
    "native_ends": _t(
        "Of {count} units with a number, the {first} with the best and the {last} with the worst index "
        "are shown; all of them are in the table.",
        "共 {count} 个单位有数值，图中仅显示指数最好的 {first} 个与最差的 {last} 个；全部单位见数据表。",
    ),
    "native_first": _t(
        "The first {shown} of {count} rows are shown; all of them are in the table.",
        "图中仅显示前 {shown} 行（共 {count} 行）；其余见数据表。",
    ),
    "native_units": _t("{count} more groups are in the table.", "其余 {count} 组见数据表。"),
    "native_gap_mark": _t("⋯", "⋯"),
    "native_may_lead": _t("cannot be told apart from the leader", "与领先者无法区分"),
    "native_other_units": _t("other units", "其余单位"),
    "native_clear": _t("a clear difference", "差异明显"),
    "native_unclear": _t("no clear difference", "无明显差异"),
    "native_axis_gap": _t(
        "Index points above or below the best other unit; lines are {level} intervals",
        "与其余单位中最高者之差（分）；横线为 {level} 置信区间",
    ),
    "native_axis_importance": _t(
        "Part of the variance of {target}; lines are {level} intervals",
        "占{target}方差的比例；横线为 {level} 置信区间",
    ),
    "native_broken": _t(
        "The study is not the same in {wave_1} and {wave_2}.", "{wave_1} 与 {wave_2} 两期研究不一致。"
    ),
    "native_intervals": _t("Lines are {level} intervals.", "误差线为 {level} 置信区间。"),
    "native_not_to_be_used": _t(
        "These numbers must not be used: the fit is not sound.", "模型结果不可靠，这些数字不可使用。"
    ),
    "native_all": _t("All respondents: {value}.", "总体：{value}。"),
    "native_total": _t("Total: {value}.", "总计：{value}。"),
    "native_target": _t("{label}: {value}.", "{label}：{value}。"),
    "native_answers_share": _t("Share of the answers", "占全部答案的比例"),
    "native_other_scales": _t(
        "Questions on other scales are in the table: {names}.", "其他量表的题项见数据表：{names}。"
    ),
    "native_contribution": _t("Contribution", "贡献"),
    "native_crossing_means": _t("The lines cross at the means of the drivers.", "交叉线为各驱动因素的均值。"),
    "native_nps": _t("Net promoter score, {unit}: {value}.", "净推荐值（{unit}）：{value}。"),
    "native_share_of_all": _t("Share of all respondents", "占全体受访者的比例"),
    "native_share_stayed": _t("Share who stay", "留存比例"),
}
