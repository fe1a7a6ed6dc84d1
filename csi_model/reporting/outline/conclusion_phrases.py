"""The words of conclusions and recommendations; both languages."""

from __future__ import annotations

from csi_model.vocabulary import Term


def _t(en: str, zh: str) -> Term:
    return Term(en=en, zh=zh)


_HEADINGS = {
    "h_recommendations": _t("Recommendations", "建议"),
    "h_plan": _t("The cheapest way to the target", "实现目标的最低成本方案"),
    "h_first_units": _t("Where to look first", "首先关注的单位"),
    "h_customers": _t("Complaints, loyalty and other measures", "抱怨、忠诚度与其他指标"),
    "h_cautions": _t("To be kept in mind", "注意事项"),
    "h_not_concluded": _t("What cannot be concluded", "不能得出的结论"),
}

_ACTIONS = {
    "action_improve": _t("improve first", "优先改进"),
    "action_maintain": _t("maintain", "保持"),
    "action_watch": _t("watch", "持续关注"),
    "action_overkill": _t("check the effort", "审视投入"),
    "action_single": _t("improve", "改进"),
    "action_open": _t("none", "暂无建议"),
    "action_contrary": _t("none", "暂无建议"),
    "rule_of_improve": _t("more important, weaker than the average driver", "重要性高于平均，表现低于平均"),
    "rule_of_maintain": _t("more important, stronger than the average driver", "重要性与表现均高于平均"),
    "rule_of_watch": _t("less important, weaker than the average driver", "重要性与表现均低于平均"),
    "rule_of_overkill": _t(
        "less important, stronger than the average driver", "重要性低于平均，表现高于平均"
    ),
    "rule_of_single": _t("the only driver on the map", "图中唯一的驱动因素"),
    "rule_of_open": _t("effect not established", "影响尚未证实"),
    "rule_of_contrary": _t("effect against the good direction", "影响方向相反"),
    "advise_col_action": _t("recommendation", "建议"),
    "advise_col_rule": _t("rule", "依据"),
    "advise_col_gain": _t("five points go with", "改善 5 分相应变化"),
    "advise_beyond": _t("beyond the scale", "超出量表"),
}

_ADVICE = {
    "advise_improve": _t(
        "Improve first: {driver}. It matters more for {target} than the average driver and stands lower "
        "({performance}).",
        "优先改进：{driver}。它对{target}的重要性高于驱动因素平均，表现则低于平均（{performance} 分）。",
    ),
    "advise_maintain": _t(
        "Maintain: {driver}. It matters more for {target} than the average driver and stands higher "
        "({performance}).",
        "保持：{driver}。它对{target}的重要性和表现（{performance} 分）均高于驱动因素平均。",
    ),
    "advise_watch": _t(
        "Watch: {driver}. It stands lower than the average driver ({performance}), but matters less for "
        "{target}.",
        "持续关注：{driver}。它的表现（{performance} 分）低于驱动因素平均，但对{target}的重要性也较低。",
    ),
    "advise_overkill": _t(
        "Check the effort: {driver}. It stands higher than the average driver ({performance}), but matters "
        "less for {target}; some of what is spent on it may serve better elsewhere.",
        "审视投入：{driver}。它的表现（{performance} 分）高于驱动因素平均，但对{target}的重要性较低；"
        "部分投入或可转用于他处。",
    ),
    "advise_single": _t(
        "Improve: {driver} ({performance}). It is the only driver of {target} on the map, so there is none "
        "to weigh it against.",
        "改进：{driver}（{performance} 分）。它是图中{target}的唯一驱动因素，没有可比较的其他因素。",
    ),
    "advise_none_first": _t(
        "No driver of {target} is at once more important and weaker than the average driver with an "
        "established effect, so the map names none to improve first. By priority:",
        "{target}的驱动因素中，没有一个在影响已证实的同时满足“重要性高于平均、表现低于平均”，因此图中没有须优先"
        "改进者。按优先度排列：",
    ),
    "advise_unusable": _t(
        "No recommendation is drawn from the drivers: the effects of this fit may not be used.",
        "不依据驱动因素提出建议：本次拟合的效应不可使用。",
    ),
    "advise_instead": _t("What to do first: {remedy}", "应先处理：{remedy}"),
    "advise_no_drivers": _t(
        "The tables hold no driver of {target}, so no recommendation is drawn from a driver map.",
        "数据表中没有{target}的驱动因素，因此不依据驱动因素图提出建议。",
    ),
    "advise_how": _t(
        "How these were drawn: a driver's place on the map follows from its importance (total effect on "
        "{target}) and its performance (own index), each held against the mean of the drivers. There is a "
        "recommendation only where the interval of the importance excludes 0 and the effect runs in the good "
        "direction. Drivers stand by priority, which is the impact of five points times the room left on the "
        "scale. What five points go with is an association under the model; a move beyond the end of a scale "
        "is not promised.",
        "建议的得出方法：驱动因素在图中的位置取决于其重要性（对{target}的总效应）和表现（自身的指数），分别"
        "与各驱动因素的均值比较。只有当重要性的置信区间不含 0 且影响方向有利时，才提出建议。驱动因素按优先度"
        "排列，优先度为提升 5 分的影响乘以量表上剩余的空间。5 分相应的变化是模型下的关联；超出量表端点的变动"
        "不作承诺。",
    ),
    "plan_push": _t("{driver} by {push} index points", "{driver}（{push} 分）"),
    "plan_push_held": _t("{driver} by {push} index points ({limit})", "{driver}（{push} 分，{limit}）"),
    "plan_pushes": _t("It moves {names}.", "所变动的驱动因素：{names}。"),
}

_REST = {
    "behind_all": _t(
        "By the stored tests, the {target} of these units is clearly worse than that of all others together: "
        "{names}.",
        "经检验，下列单位的{target}明显差于其余各单位合计：{names}。",
    ),
    "behind_parent": _t(
        "By the stored tests, the {target} of these units is clearly worse than that of the others in the "
        "same group ({parent}) together: {names}.",
        "经检验，下列单位的{target}明显差于同组（{parent}）其余各单位合计：{names}。",
    ),
    "customers_handled": _t(
        "Of those who complained, {share} say that it was handled well ({level} interval {interval}; n = "
        "{n}).",
        "抱怨者中有 {share} 认为处理良好（{level} 置信区间 {interval}，样本量 {n}）。",
    ),
    "recovery_more": _t(
        "Handle complaints well: customers whose complaint was handled well stay more often than those "
        "whose complaint was not, by {value} percentage points ({level} interval {interval}). This is an "
        "association, not proof of cause.",
        "妥善处理抱怨：抱怨处理良好的顾客比处理不佳的顾客更常留存，相差 {value} 个百分点（{level} 置信区间 "
        "{interval}）。这是关联，并非因果关系的证明。",
    ),
    "recovery_less": _t(
        "Customers whose complaint was handled well stay less often than those whose complaint was not, by "
        "{value} percentage points ({level} interval {interval}); look at how handling is asked before "
        "acting on it.",
        "抱怨处理良好的顾客反而较少留存，相差 {value} 个百分点（{level} 置信区间 {interval}）；"
        "采取行动之前请先核对题目的问法。",
    ),
    "recovery_open": _t(
        "Whether customers whose complaint was handled well stay more often is open: the difference is "
        "{value} percentage points, and its {level} interval ({interval}) includes 0.",
        "抱怨处理良好的顾客是否更常留存尚无定论：相差 {value} 个百分点，{level} 置信区间（{interval}）包含 "
        "0。",
    ),
    "caution_small": _t(
        "The index rests on few respondents ({base}): its margin is wide.",
        "指数所依据的受访者较少（{base}），误差范围较大。",
    ),
    "caution_provisional": _t(
        "The solution of the model is not admissible: the index is provisional.",
        "模型的解不可接受，指数仅供参考。",
    ),
    "caution_untested": _t(
        "Whether the groups are comparable was not tested: a difference may also come from how groups "
        "answer.",
        "各组是否可比未经检验：差异也可能来自作答方式的不同。",
    ),
    "not_cause": _t(
        "That a better driver would raise {target} by the amount shown: the survey sees what goes together, "
        "not what follows from what.",
        "不能断定驱动因素改善后{target}会按所示幅度提高：调查只能反映哪些因素相互关联，不能证明先后因果。",
    ),
    "not_open": _t(
        "That {names} matters for {target}, or that it does not: the interval includes 0 or is missing.",
        "不能断定{names}对{target}是否重要：置信区间包含 0 或缺失。",
    ),
    "not_contrary": _t(
        "That a worse {names} would be good for {target}: an effect against the good direction often means "
        "that drivers overlap.",
        "不能断定降低{names}对{target}有利：影响方向相反往往说明驱动因素之间高度重叠。",
    ),
    "not_percent": _t(
        "From the index, how many customers are satisfied: the index of {target} is a score, not a share of "
        "people.",
        "不能由指数得出满意顾客的人数：{target}指数是分数，不是人数的比例。",
    ),
    "not_ranked": _t(
        "Which of two units is better where a test does not tell them apart, whatever their order in a "
        "table.",
        "检验无法区分的两个单位，不论在表中先后，均不能断定孰优孰劣。",
    ),
    "not_suppressed": _t(
        "Anything about groups with too few respondents: {names}.", "不能对样本不足的组下任何结论：{names}。"
    ),
}

CONCLUSIONS: dict[str, Term] = {**_HEADINGS, **_ACTIONS, **_ADVICE, **_REST}
"""Every text of the conclusions by key."""
