"""The words of the summary: where the index stands, who differs, what matters most; both languages."""

from __future__ import annotations

from csi_model.vocabulary import Term


def _t(en: str, zh: str) -> Term:
    return Term(en=en, zh=zh)


_RULES = {
    "rule_small_base": _t("small base: n = {n}", "样本量偏小：{n}"),
    "rule_small_base_effective": _t(
        "small base: n = {n}, effective n = {n_eff}", "样本量偏小：{n}，有效样本量 {n_eff}"
    ),
    "rule_small_base_sentence": _t("Read it with caution ({base}).", "请谨慎解读（{base}）。"),
    "rule_between": _t("{lower} to {upper}", "{lower} 至 {upper}"),
    "five_interval": _t(" ({level} interval {interval}).", "（{level} 置信区间 {interval} 分）。"),
    "five_importance": _t(
        " (importance {importance}, {level} interval {interval}).",
        "（重要性 {importance}，{level} 置信区间 {interval}）。",
    ),
    "five_beyond": _t(
        "Its importance is {importance} index points of {target} per index point of {driver} ({level} "
        "interval {interval}); a move of five points would leave the scale, so nothing is said of it.",
        "{driver}每变动 1 分，{target}相应变动 {importance} 分（{level} 置信区间 {interval}）；变动 5 分将超"
        "出量表范围，因此不作推算。",
    ),
}

_LEVEL = {
    "summary_level": _t(
        "The index of {construct} stands at {index} index points of 100 ({level} interval {interval}).",
        "{construct}指数为 {index} 分（满分 100 分；{level} 置信区间 {interval} 分）。",
    ),
    "summary_level_waves": _t(
        "Over all waves together, the index of {construct} stands at {index} index points of 100 ({level} "
        "interval {interval}).",
        "各期合计，{construct}指数为 {index} 分（满分 100 分；{level} 置信区间 {interval} 分）。",
    ),
    "summary_level_wave": _t(
        "In {wave}, the index of {construct} stands at {index} index points of 100 ({level} interval "
        "{interval}).",
        "{wave} 的{construct}指数为 {index} 分（满分 100 分；{level} 置信区间 {interval} 分）。",
    ),
    "summary_level_bare": _t(
        "The index of {construct} stands at {index} index points of 100. There is no interval: {why}.",
        "{construct}指数为 {index} 分（满分 100 分）。没有置信区间：{why}。",
    ),
    "summary_unusable": _t(
        "The index of {construct} may not be used: its estimation failed a check. “Can the numbers be used?” "
        "says which.",
        "{construct}指数不可使用：估计未通过检查，详见“这些数字可以使用吗？”一节。",
    ),
    "summary_provisional": _t(
        "Take it as provisional: the solution of the model is not admissible.",
        "由于模型的解不可接受，该数字仅供参考。",
    ),
    "summary_target_above": _t(
        "The interval lies above “{label}” ({value}).", "置信区间高于“{label}”（{value} 分）。"
    ),
    "summary_target_below": _t(
        "The interval lies below “{label}” ({value}).", "置信区间低于“{label}”（{value} 分）。"
    ),
    "summary_target_open": _t(
        "It cannot be told apart from “{label}” ({value}), which lies within the interval.",
        "与“{label}”（{value} 分）无法区分：该值在置信区间之内。",
    ),
    "summary_target_unknown": _t(
        "Without an interval it cannot be held against “{label}” ({value}).",
        "没有置信区间，无法与“{label}”（{value} 分）比较。",
    ),
    "summary_change_rose": _t(
        "From {wave_1} to {wave_2} it rose by {change} index points to {index} ({level} interval of the "
        "change {interval}): a clear change.",
        "{wave_1} 至 {wave_2} 上升 {change} 分，达到 {index} 分（变化的 {level} 置信区间 {interval} 分），变"
        "化明显。",
    ),
    "summary_change_fell": _t(
        "From {wave_1} to {wave_2} it fell by {change} index points to {index} ({level} interval of the "
        "change {interval}): a clear change.",
        "{wave_1} 至 {wave_2} 下降 {change} 分，降至 {index} 分（变化的 {level} 置信区间 {interval} 分），变"
        "化明显。",
    ),
    "summary_change_unclear": _t(
        "From {wave_1} to {wave_2} there is no clear change ({change} index points, {level} interval "
        "{interval}).",
        "{wave_1} 至 {wave_2} 无明显变化（{change} 分，{level} 置信区间 {interval} 分）。",
    ),
    "summary_change_untested": _t(
        "The change from {wave_1} to {wave_2} was not tested.",
        "{wave_1} 至 {wave_2} 的变化未经检验。",
    ),
}

_DIFFER = {
    "differ_points": _t("", " 分"),
    "differ_break": _t("; ", "；"),
    "differ_rank": _t("rank {lower}", "排名第 {lower} 位"),
    "differ_ranks": _t("rank {lower} to {upper}", "排名第 {lower} 至第 {upper} 位"),
    "differ_leads": _t(
        "Of {count} units, {name} leads: every other one stands clearly below.",
        "{count} 个单位中，{name}领先，其余各单位均明显较低。",
    ),
    "differ_highest": _t(
        "Of {count} units, {name} has the best index, but the margin leaves room for others at the top.",
        "{count} 个单位中，{name}的指数最好，但在误差范围内，首位仍可能是其他单位。",
    ),
    "differ_top": _t(
        "Of {count} units, any of these may stand first, since the survey cannot tell them apart from the "
        "leader: {names}.",
        "{count} 个单位中，下列单位均可能居首，调查数据无法将其与领先者区分：{names}。",
    ),
    "differ_many_top": _t(
        "Of {count} units, {lead} may stand first: the survey cannot tell them apart from the leader.",
        "{count} 个单位中，有 {lead} 个可能居首：调查数据无法将其与领先者区分。",
    ),
    "differ_many_bottom": _t("{last} of them may stand last.", "有 {last} 个可能居末。"),
    "differ_last": _t(
        "{name} stands last, clearly below every other one.", "{name}居末位，明显低于其余各单位。"
    ),
    "differ_lowest": _t("No unit stands clearly below {name}.", "没有单位明显低于{name}。"),
    "differ_bottom": _t("Any of these may stand last: {names}.", "可能居末的单位：{names}。"),
    "differ_groups_apart": _t(
        "Of {count} groups with an index, the {level} interval of {high_name} ({high_interval}; index "
        "{high_index}) lies above that of {low_name} ({low_interval}; index {low_index}). Where intervals "
        "overlap, the groups are not ranked.",
        "在有指数的 {count} 个组中，{high_name}的 {level} 置信区间（{high_interval}；指数 {high_index} 分）"
        "高于{low_name}（{low_interval}；指数 {low_index} 分）。置信区间重叠的组不作排名。",
    ),
    "differ_groups_together": _t(
        "The intervals of all {count} groups with an index overlap: nothing sets one apart from another.",
        "有指数的 {count} 个组的置信区间相互重叠：各组之间无法区分。",
    ),
    "differ_strongest": _t(
        "Among the constructs, {name} stands highest: {index} ({level} interval {interval}), above the "
        "intervals of all others.",
        "各潜变量中，{name}最高：{index} 分（{level} 置信区间 {interval}），高于其余各项的置信区间。",
    ),
    "differ_weakest": _t(
        "{name} stands lowest: {index} ({level} interval {interval}), below the intervals of all others.",
        "{name}最低：{index} 分（{level} 置信区间 {interval}），低于其余各项的置信区间。",
    ),
    "differ_constructs_together": _t(
        "No construct stands apart from all others: their intervals overlap.",
        "各潜变量的置信区间相互重叠，没有一项明显高于或低于其余各项。",
    ),
    "differ_no": _t(
        "But the units were found not to be comparable: a difference may come from how they answer.",
        "但检验表明各单位不可比：差异可能来自作答方式的不同。",
    ),
    "differ_partly": _t(
        "The units are comparable only in part: some of a difference may come from how they answer.",
        "各单位仅部分可比：差异可能部分来自作答方式的不同。",
    ),
    "differ_not_all_tested": _t(
        "Whether all of the units are comparable was not tested.", "并非所有单位的可比性都经过检验。"
    ),
    "differ_not_tested": _t("Whether the units are comparable was not tested.", "各单位是否可比未经检验。"),
}

_MATTERS = {
    "summary_matters": _t(
        "{driver} has the highest priority for {target} among the drivers whose effect is established.",
        "在影响已得到证实的驱动因素中，{driver}对{target}的优先度最高。",
    ),
    "summary_driver": _t(
        "{driver} is the one driver of {target} that stands before it, and its effect is established.",
        "{driver}是{target}的唯一驱动因素，其影响已得到证实。",
    ),
    "summary_rival": _t(
        "Whether it matters more than {names} is open: the intervals of their importance overlap.",
        "它是否比{names}更重要尚无定论：重要性的置信区间相互重叠。",
    ),
    "summary_association": _t(
        "This is an association under the model, not proof of cause.",
        "这是模型下的关联，并非因果关系的证明。",
    ),
    "summary_drivers_unusable": _t(
        "What matters most for {target} cannot be said from this fit: its effects may not be used.",
        "本次拟合的效应不可使用，因此无法判断哪个因素对{target}最重要。",
    ),
    "summary_drivers_open": _t(
        "For no driver of {target} is an effect established: every interval includes 0, is missing, or "
        "points against the good direction.",
        "{target}的各驱动因素均未证实有正向影响：置信区间包含 0、缺失，或方向相反。",
    ),
    "summary_complained": _t(
        "{share} of the customers asked complained ({level} interval {interval}; n = {n}).",
        "受访顾客中有 {share} 曾经抱怨（{level} 置信区间 {interval}，样本量 {n}）。",
    ),
    "summary_follower": _t(
        "The index of {construct} stands at {index} index points of 100 ({level} interval {interval}).",
        "{construct}指数为 {index} 分（满分 100 分；{level} 置信区间 {interval} 分）。",
    ),
}

_SURE = {
    "sure_base": _t("How sure: the index rests on {n} respondents.", "可靠程度：指数基于 {n} 名受访者。"),
    "sure_base_weighted": _t(
        "How sure: the index rests on {n} respondents, who after weighting count as {n_eff}.",
        "可靠程度：指数基于 {n} 名受访者，加权后的有效样本量为 {n_eff}。",
    ),
    "sure_level": _t(
        "Intervals are {level} intervals ({method}).", "区间均为 {level} 置信区间（{method}）。"
    ),
    "sure_margin": _t(
        "The margin of the index is ±{margin} index points.", "指数的误差范围为 ±{margin} 分。"
    ),
    "sure_rule": _t("Weights of the questions: {rule}.", "题项权重：{rule}。"),
    "sure_weight": _t("Sampling weights: column {weight}.", "抽样权重：{weight} 列。"),
    "sure_unweighted": _t("No sampling weights.", "未使用抽样权重。"),
}

SUMMARY: dict[str, Term] = {**_RULES, **_LEVEL, **_DIFFER, **_MATTERS, **_SURE}
"""Every text of the summary by key."""
