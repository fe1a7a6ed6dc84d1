"""Words of the sections and charts of the family ``national``."""

from __future__ import annotations

from csi_model.columns import Term
from csi_model.columns import make_term as _t

PHRASES: dict[str, Term] = {
    "nat_value": _t(
        "All respondents together: {value} ({level} interval {interval}); {name}.",
        "全体受访者：{value}（{level} 置信区间 {interval}）；{name}。",
    ),
    "nat_grade": _t("Its grade is {band}.", "其等级为{band}。"),
    "nat_parts": _t("Its parts: {parts}.", "其组成部分：{parts}。"),
    "nat_part": _t("{name} {value}", "{name} {value}"),
    "nat_lowest": _t(
        "The element with the lowest mean is {name}: {value} of 4.",
        "均值最低的要素是{name}：{value}（满分 4）。",
    ),
    "nat_kcsi_how": _t(
        "Each part is the share of the two best answers in percent; element satisfaction is the mean of its "
        "items' shares by their weights. How the organiser combines the items is not published. A part is "
        "taken over those who answered it.",
        "各部分为最好两级答案所占的百分比；要素满意度为各题项占比按权重的平均。主办机构未公布题项的合成方法。"
        "各部分以作答者为基数。",
    ),
    "nat_ukcsi_how": _t(
        "Ten times the mean of the ratings that a customer gave, averaged over customers. It goes from 10 to "
        "100, so that it cannot be set beside indices from 0 to 100.",
        "每位顾客所给评分均值的 10 倍，再对顾客取平均。其范围为 10–100，不能与 0–100 的指数相比较。",
    ),
    "nat_ikm_how": _t(
        "25 times the mean of the elements, each answered from 1 to 4 and of the same weight; 25 to 100. It "
        "is rounded to two decimals before it is graded.",
        "各要素（1–4 分，等权）均值的 25 倍，范围 25–100。先四舍五入到两位小数，再评定等级。",
    ),
    "nat_kunden_how_1": _t(
        "Means and shares of a five-step scale; there is no official model. 1 is best: a lower mean is a "
        "better one.",
        "五级量表的均值与占比，没有官方模型。1 为最好：均值越低越好。",
    ),
    "nat_kunden_how_5": _t(
        "Means and shares of a five-step scale; there is no official model. 5 is best: a higher mean is a "
        "better one.",
        "五级量表的均值与占比，没有官方模型。5 为最好：均值越高越好。",
    ),
    "nat_axis_points": _t("Points; the line is the {level} interval", "分；横线为 {level} 置信区间"),
    "nat_axis_grades": _t(
        "Points, shaded by grade; the line is the {level} interval",
        "分，底色为等级；横线为 {level} 置信区间",
    ),
    "nat_axis_mean_4": _t(
        "Mean of answers from 1 to 4; the line is the {level} interval",
        "1–4 分答案的均值；横线为 {level} 置信区间",
    ),
    "nat_axis_shares": _t("Share of the answers, in percent", "各级答案所占百分比"),
    "nat_mean": _t("mean", "均值"),
    "nat_share_item": _t("{unit}: {shares}", "{unit}：{shares}"),
}
REASONS: dict[str, str] = {
    "KCSI takes the two best of seven answers; on another scale the two best are another share of the "
    "answers.": "KCSI 取七级答案中最好的两级；在其他量表上，最好两级的含义不同。",
    "Do not set it beside published KCSI.": "请勿与公布的 KCSI 并列比较。",
    "UKCSI goes from 10 to 100, not from 0: it is 10 times the mean rating.": (
        "UKCSI 的范围是 10–100，而非从 0 开始：它是评分均值的 10 倍。"
    ),
    "Do not set it beside indices from 0 to 100, which are (x - 1) / 9.": (
        "请勿与按 (x - 1) / 9 计算的 0–100 指数并列比较。"
    ),
    "Its grade is not an official one: say so where you show it.": "其等级并非官方等级，展示时请予说明。",
    "a low mean is a good one: 1 is best.": "均值越低越好：1 为最好。",
    "5 is taken as best.": "以 5 为最好。",
    "The original has 1 as best; --best says which answer is.": (
        "原量表以 1 为最好；用 --best 指明最好的答案。"
    ),
}
"""What findings and empty numbers say > its Chinese words."""
PATTERNS: tuple[tuple[str, str], ...] = (
    (
        r"the index is made of (\d+) elements?, each with the weight (1(?:/\d+)?); the edition of (\d+) has "
        r"(\d+)\.",
        "该指数由 {0} 个要素构成，权重均为 {1}；{2} 年版规定为 {3} 个。",
    ),
)
"""The same with parts that differ: a regular expression, and Chinese words with {0}, {1} for its groups."""
