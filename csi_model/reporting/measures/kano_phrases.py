"""Words of the sections and charts of the family ``kano``."""

from __future__ import annotations

from csi_model.columns import Term
from csi_model.columns import make_term as _t

PHRASES: dict[str, Term] = {
    "kano_by_category": _t("{category}: {names}.", "{category}：{names}。"),
    "kano_weak": _t(
        "A combination of categories, since the first is hardly ahead of the second: {names}.",
        "以下功能属混合型，因为首位类别与次位类别相差很小：{names}。",
    ),
    "kano_strength": _t("{lead} ({verdict})", "{lead}（{verdict}）"),
    "kano_not_ahead": _t(
        "Not clearly ahead of the second category by Fong's test: {names}.",
        "按 Fong 检验，首位类别未明显领先于次位类别：{names}。",
    ),
    "kano_how": _t(
        "Better is the share of respondents in A, O, M and I whom the feature satisfies (A and O); Worse, "
        "with a minus sign, the share whom its lack dissatisfies (O and M). The category is the most "
        "frequent one; ties go M, O, A, I. Category strength is its lead over the second as a share of "
        "all (weak up to 0.06), total strength the share of A, O and M (good from 0.60).",
        "Better 系数为 A、O、M、I 四类受访者中因具备该功能而满意者（A 与 O）的比例；Worse 系数（取负号）为"
        "因缺少该功能而不满意者（O 与 M）的比例。类别取频数最多者，并列时按 M、O、A、I 的顺序。"
        "类别强度为首位与次位之差占全体的比例（不超过 0.06 为偏弱），"
        "总强度为 A、O、M 合计占比（达到 0.60 为良好）。",
    ),
    "kano_chart_map": _t("Better and Worse of every feature", "各功能的 Better-Worse 图"),
    "kano_axis_worse": _t(
        "|Worse|: how far lacking it dissatisfies; light lines are {level} intervals",
        "|Worse|：缺少时的不满意影响力；浅色线为 {level} 置信区间",
    ),
    "kano_axis_better": _t("Better: how far having it satisfies", "Better：具备时的满意影响力"),
    "kano_map_item": _t(
        "{name}: Better {better}, Worse {worse}, {category}",
        "{name}：Better 系数 {better}，Worse 系数 {worse}，{category}",
    ),
    "kano_chart_answers": _t("Answers by Kano category", "各功能的 Kano 类别分布"),
    "kano_axis_answers": _t("Share of those who answered both questions", "占回答了两道题的受访者的比例"),
    "kano_h_scores": _t("Scores after DuMouchel", "DuMouchel 连续得分"),
    "kano_scores_how": _t(
        "Means from −2 to 4: near (4, 0) a feature is attractive, near (4, 4) one-dimensional, near (0, 4) "
        "must-be, near (0, 0) indifferent (having it, lacking it).",
        "均值范围为 −2 至 4。按（具备时，缺失时）两个得分：接近 (4, 0) 为魅力型，接近 (4, 4) 为期望型，"
        "接近 (0, 4) 为必备型，接近 (0, 0) 为无差异型。",
    ),
    "kano_pr_how": _t(
        "Penalty and reward are the differences in overall satisfaction (answer units) of those who answered "
        "low and high to the attribute, from those who answered in the middle, all attributes at once. "
        "Basic: the penalty outweighs the reward; excitement: the reward outweighs the penalty; performance: "
        "both are shown and do not differ clearly. Asymmetry runs from −1 (penalty only) to 1 (reward only).",
        "惩罚与奖励系数为对该属性打低分、打高分者与打中间分者在总体满意度上的差异（答案单位），"
        "所有属性同时纳入回归。"
        "惩罚明显大于奖励为基本因素，奖励明显大于惩罚为兴奋因素，两者均显著且无明显差异为绩效因素。"
        "不对称指数从 −1（只有惩罚）到 1（只有奖励）。",
    ),
    "kano_pr_chart": _t("Penalty and reward of every attribute", "各属性的惩罚与奖励"),
    "kano_pr_axis": _t(
        "Change of {target} in answer units, from the middle answers; lines are {level} intervals",
        "与打中间分者相比，{target}的差异（答案单位）；横线为 {level} 置信区间",
    ),
    "kano_pr_item": _t(
        "{name}: penalty {penalty}, reward {reward}, {factor}",
        "{name}：惩罚 {penalty}，奖励 {reward}，{factor}",
    ),
    "kano_pr_map": _t("Impact range and asymmetry", "影响幅度与不对称性"),
    "kano_pr_map_x": _t(
        "Impact range: reward plus size of the penalty, in answer units of {target}",
        "影响幅度：奖励与惩罚幅度之和（{target}的答案单位）",
    ),
    "kano_pr_map_y": _t("Asymmetry: −1 penalty only, 1 reward only", "不对称指数：−1 只有惩罚，1 只有奖励"),
    "kano_pr_map_item": _t(
        "{name}: range {range}, asymmetry {asymmetry}", "{name}：幅度 {range}，不对称 {asymmetry}"
    ),
    "kano_pr_map_title": _t("Attributes by impact range and asymmetry", "各属性的影响幅度与不对称指数"),
    "kano_pr_h_cells": _t("Answers in each cell, and how attributes overlap", "各单元格的人数与属性间的重叠"),
    "kano_pr_h_fit": _t("The regressions", "回归"),
}

REASONS: dict[str, str] = {
    "nobody answered both questions": "无人同时回答这两道题",
    "nobody answered both questions.": "无人同时回答这两道题。",
    "nobody is in A, O, M or I, the denominator of Better and Worse": (
        "A、O、M、I 四类均无人，Better 与 Worse 没有分母"
    ),
    "Check the columns and their missing codes.": "请检查所用的列及其缺失码。",
    "most answers are reverse or questionable.": "多数答案为反向型或可疑结果。",
    "Check which column is the functional question, and the direction of the coding (--coding).": (
        "请检查哪一列是正向题，以及编码方向（--coding）。"
    ),
    "nobody answered all of the questions": "无人回答了全部题项",
    "overall satisfaction has the same answer from everybody": "所有人对总体满意度的答案相同",
    "no attribute has both low or high answers and others": "没有任何属性的答案能分出低分或高分与其他答案",
    "the low and high answers of attributes determine each other": "各属性的低分与高分答案完全相互决定",
    "neither a penalty nor a reward is shown at this level": "在该水平上既未显示惩罚，也未显示奖励",
    "low answers go with more satisfaction than the middle, or high ones with less": (
        "低分者的满意度反而高于中间分者，或高分者反而低于中间分者"
    ),
    "the penalty has the wrong sign and counts as none in range and asymmetry": (
        "惩罚系数符号相反，计算幅度与不对称指数时按零处理"
    ),
    "the reward has the wrong sign and counts as none in range and asymmetry": (
        "奖励系数符号相反，计算幅度与不对称指数时按零处理"
    ),
    "asymmetry: a tenth of the draws and more have neither penalty nor reward": (
        "不对称指数：一成以上的抽样既无惩罚也无奖励"
    ),
    "Read its penalty and reward with care, or leave out one that it goes with.": (
        "请谨慎解读其惩罚与奖励，或剔除与其同步变化的一个属性。"
    ),
    "its penalty has clearly the wrong sign.": "其惩罚系数的符号明显相反。",
    "its reward has clearly the wrong sign.": "其奖励系数的符号明显相反。",
    "Check the direction of its scale, and whether another attribute says the same.": (
        "请检查其量表方向，以及是否有另一属性与其含义相同。"
    ),
}
"""What findings and empty numbers say > its Chinese words."""

PATTERNS: tuple[tuple[str, str], ...] = (
    (
        r"(\d+) middle answers are fewer than the (\d+) that a reference needs",
        "中间答案 {0} 个，少于作为参照所需的 {1} 个",
    ),
    (r"penalty: (\d+) low answers are fewer than (\d+)", "惩罚：低分答案 {0} 个，少于 {1} 个"),
    (r"reward: (\d+) high answers are fewer than (\d+)", "奖励：高分答案 {0} 个，少于 {1} 个"),
    (r"only (\d+) respondents for (\d+) coefficients", "只有 {0} 名受访者，系数却有 {1} 个"),
    (
        r"(\d+) of (\d+) respondents answered all of the questions; the others are left out\.",
        "{1} 名受访者中有 {0} 名回答了全部题项，其余未纳入。",
    ),
    (
        r"Most answers are missing to (.+) \((\d+)\); you may leave it out\.",
        "缺失答案最多的题项是 {0}（{1} 个），可考虑剔除该题项。",
    ),
    (
        r"its low and high answers overlap with those of the others \(inflation ([\d.]+)\)\.",
        "其低分与高分答案与其他属性重叠（膨胀因子 {0}）。",
    ),
)
"""The same with parts that differ: a regular expression, and Chinese words with {0}, {1} for its groups."""
