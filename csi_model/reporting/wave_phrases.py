"""Words on waves, what-ifs, precision and weighting; both languages."""

from __future__ import annotations

from csi_model.vocabulary import Term


def _t(en: str, zh: str) -> Term:
    return Term(en=en, zh=zh)


_WAVES = {
    "cmp_h_waves": _t("Waves", "各期变化"),
    "h_waves": _t("Waves", "各期变化"),
    "h_checks": _t("Are the waves of one study?", "各期研究是否一致"),
    "checks_same": _t(
        "All that was checked is the same in all waves: model, questions, scales, codes and how numbers are "
        "computed.",
        "所核对的内容在各期均一致：模型、题项、量表、编码与计算方法。",
    ),
    "checks_rest": _t("All else that was checked is the same.", "其余核对内容均一致。"),
    "checks_differ": _t(
        "Not the same from {wave_1} to {wave_2}: {subjects}. A change of the index between these waves may "
        "come from that.",
        "{wave_1} 与 {wave_2} 不一致之处：{subjects}。两期之间的指数变化可能由此引起。",
    ),
    "wave_subject_model": _t("model", "模型"),
    "wave_subject_questions": _t("questions", "题项"),
    "wave_subject_scales": _t("scales", "量表"),
    "wave_subject_direction": _t("directions of questions", "题项方向"),
    "wave_subject_derived": _t("derived items", "派生题项"),
    "wave_subject_wording": _t("texts of questions", "题项文字"),
    "wave_subject_codes": _t("missing codes, recodes or routing", "缺失码、重编码或跳答"),
    "wave_subject_estimator": _t("estimator", "估计方法"),
    "wave_subject_weights": _t("weight rule", "权重规则"),
    "wave_subject_missing_answers": _t("treatment of missing answers", "缺失值处理"),
    "wave_subject_sampling_weights": _t("sampling weights", "抽样权重"),
    "wave_subject_options": _t("options of the fit", "拟合选项"),
    "wave_subject_answered": _t("questions that were answered", "作答的题项"),
    "wave_subject_answer_range": _t("ranges of the answers", "答案范围"),
    "wave_subject_gaps": _t("shares of missing answers", "缺失答案比例"),
    "wave_verdict_higher": _t("▲ higher", "▲ 上升"),
    "wave_verdict_lower": _t("▼ lower", "▼ 下降"),
    "wave_verdict_no_clear_difference": _t("no clear change", "无明显变化"),
    "wave_verdict_not_tested": _t("not tested", "未检验"),
    "cmp_verdict_not_tested": _t("not tested", "未检验"),
    "cmp_verdict_no_clear_difference": _t("no clear difference", "无明显差异"),
    "h_trend": _t("Trend", "趋势"),
    "chart_trend": _t("{construct} over the waves", "{construct}：各期趋势"),
    "axis_trend": _t(
        "Index points, {weights}; lines are {level} intervals",
        "指数（分），{weights}；竖线为 {level} 置信区间",
    ),
    "trend_levels": _t(
        "Levels above the units rest on the pooled weights of all waves, and on the same shares in each.",
        "各上级层级采用全部各期的合并样本权重，各期所用的份额相同。",
    ),
    "axis_trend_key": _t("Filled: a clear change from the wave before", "实心：较上一期有明显变化"),
    "axis_trend_break": _t("≠: the study is not the same in both waves", "≠：两期研究不一致"),
    "weights_of_held": _t("weights held", "固定权重"),
    "weights_of_own": _t("each wave's own weights", "各期自身权重"),
    "weights_of_chained": _t("chain-linked", "链式权重"),
    "weights_of_pooled": _t("pooled weights", "合并样本权重"),
    "weights_of_group": _t("each wave's own weights", "各期自身权重"),
    "trend_changed": _t(
        "{unit}: {change} index points from {wave_1} to {wave_2} ({level} interval {interval}), a clear "
        "change.",
        "{unit}：{wave_1} 至 {wave_2} 变化 {change} 分（{level} 置信区间 {interval}），变化明显。",
    ),
    "trend_unclear": _t(
        "{unit}: no clear change from {wave_1} to {wave_2} ({change} index points, {level} interval "
        "{interval}).",
        "{unit}：{wave_1} 至 {wave_2} 无明显变化（{change} 分，{level} 置信区间 {interval}）。",
    ),
    "trend_untested": _t(
        "{unit}: the change from {wave_1} to {wave_2} was not tested.",
        "{unit}：{wave_1} 至 {wave_2} 的变化未检验。",
    ),
    "trend_count": _t(
        "From {wave_1} to {wave_2}, {clear} of {tested} units changed clearly: {higher} up, {lower} down.",
        "{wave_1} 至 {wave_2}，{tested} 个单位中有 {clear} 个变化明显：{higher} 个上升，{lower} 个下降。",
    ),
    "trend_rose": _t("Clearly up: {names}.", "明显上升：{names}。"),
    "trend_fell": _t("Clearly down: {names}.", "明显下降：{names}。"),
    "trend_most": _t(
        "Shown are {count} of {all} rows, clear changes first; all stand in tables/trend.csv.",
        "下表为 {all} 行中的 {count} 行，变化明显者在前；全部见 tables/trend.csv。",
    ),
    "trend_panels": _t(
        "The chart shows the first {count} of {all} units, those at the top of the hierarchy first.",
        "图中为 {all} 个单位中的前 {count} 个，上级在前。",
    ),
    "trend_how": _t(
        "A change is the index of a wave minus that of the wave before. It is called clear by a test with p "
        "values adjusted by Holm over the waves of one unit; a test that allows for more comparisons at once "
        "may leave the same change unclear. Overlapping intervals are no test.",
        "变化为本期指数减上一期指数。变化是否明显由检验判定，p 值按 Holm 法就同一单位的各期作校正；"
        "若同时考虑更多比较，同一变化可能不再明显。区间重叠与否不构成检验。",
    ),
    "trend_change": _t("change", "变化"),
    "h_trend_weights": _t("What the choice of weights moves", "权重选择的影响"),
    "about_trend_weights": _t(
        "the index of every wave by held, re-estimated and chain-linked weights",
        "按固定、重新估计与链式权重计算的各期指数",
    ),
    "h_decomposition": _t("Where a change comes from", "变化来自何处"),
    "chart_waterfall": _t("{construct}: where the change comes from", "{construct}：变化的来源"),
    "axis_waterfall": _t(
        "{unit}, {wave_1} to {wave_2}: contribution in index points",
        "{unit}，{wave_1} 至 {wave_2}：贡献（分）",
    ),
    "axis_waterfall_key": _t("lines are {level} intervals", "横线为 {level} 置信区间"),
    "waterfall_levels": _t("levels of the drivers", "驱动因素水平"),
    "waterfall_rest": _t("everything else", "其余部分"),
    "decomposition_how": _t(
        "The parts of a change add up to it exactly: drivers that stand higher or lower than before, effects "
        "that are stronger or weaker, and what the drivers do not account for. How points fall between the "
        "last two depends on where the scale begins, so that the chart shows them as one; the table has them "
        "apart, too. These are associations under the model, not causes.",
        "各部分之和恰为总变化：驱动因素水平的升降、效应的强弱变化，以及驱动因素无法解释的部分。后两者之间的划分"
        "取决于量表的起点，因此图中合为一项，表中另有分列。这些是模型下的关联，并非因果关系。",
    ),
    "decomposition_largest": _t(
        "{unit}, {wave_1} to {wave_2}: the index changed by {total} points. The largest part that is clearly "
        "not zero goes with {part}: {contribution} index points ({level} interval {interval}).",
        "{unit}，{wave_1} 至 {wave_2}：指数变化 {total} 分。明显异于零的各部分中，最大的与{part}相关："
        "{contribution} 分（{level} 置信区间 {interval}）。",
    ),
    "said_level": _t("the level of {driver}", "{driver}的水平"),
    "said_effect": _t("the effect of {driver}", "{driver}的效应"),
    "said_unexplained": _t("what is unexplained", "未解释的部分"),
    "said_effect_and_unexplained": _t(
        "changed effects and what is unexplained, together", "效应变化与未解释部分合计"
    ),
    "decomposition_none": _t(
        "{unit}, {wave_1} to {wave_2}: no part of the change is clearly different from zero.",
        "{unit}，{wave_1} 至 {wave_2}：变化的各部分均未明显异于零。",
    ),
    "decomposition_most": _t(
        "Shown are {count} of {all} changes; all stand in tables/decomposition.csv.",
        "下表为 {all} 项变化中的 {count} 项；全部见 tables/decomposition.csv。",
    ),
    "part_level": _t("level", "水平"),
    "part_effect": _t("effect", "效应"),
    "part_unexplained": _t("unexplained", "未解释部分"),
    "part_effect_and_unexplained": _t("effects and unexplained together", "效应与未解释部分合计"),
    "part_total": _t("total change", "总变化"),
    "part_of_driver": _t("{driver}: {part}", "{driver}：{part}"),
    "change_of": _t("{unit}: {wave_1} to {wave_2}", "{unit}：{wave_1} 至 {wave_2}"),
}

_WHAT_IF = {
    "h_whatif": _t("What if", "情景推演"),
    "gain_says": _t(
        "{points} index points for {driver} go with {gain} index points for {target} ({level} interval "
        "{interval}).",
        "{driver}变动 {points} 分，{target}相应变动 {gain} 分（{level} 置信区间 {interval}）。",
    ),
    "gains_how": _t(
        "A gain is the total effect of the driver times its move, under the model: an association, not proof "
        "that the move would bring it about. A driver of which less is better moves down.",
        "收益为模型下驱动因素的总效应乘以其变动幅度：这是关联，并不证明变动会带来该收益。越低越好的驱动因素向下变动。",
    ),
    "gains_unusable": _t(
        "Do not act on the gains below: the effects of this fit cannot be used. The box at the top says why.",
        "请勿依据以下收益采取行动：本次拟合的效应不可使用，原因见报告开头的说明。",
    ),
    "gain_of": _t("gain if improved by {points}", "改善 {points} 分的收益"),
    "target_plan_how": _t(
        "Own push: what is done for a driver directly, beyond what it owes to the other drivers. Costs are "
        "those that the study gives; effects are associations under the model.",
        "自身变动：对该驱动因素直接采取的措施，不含由其他驱动因素带来的变动。成本由研究文件给出；效应为模型下的关联。",
    ),
    "target_plan_reached": _t(
        "{unit}: under the model, {target} goes from {level_from} to {level_to} index points at a cost of "
        "{cost}.",
        "{unit}：按模型推算，{target}从 {level_from} 分到 {level_to} 分的成本为 {cost}。",
    ),
    "target_plan_reached_already": _t(
        "{unit}: {target} stands at {level_from} index points, which meets the target already.",
        "{unit}：{target}为 {level_from} 分，已达到目标。",
    ),
    "target_plan_not_reachable": _t(
        "{unit}: the target for {target} is out of reach; with the costs and limits given it comes to "
        "{level_to} index points at the most, from {level_from}.",
        "{unit}：{target}的目标无法达到；在给定成本与上限下最多从 {level_from} 分到 {level_to} 分。",
    ),
    "whole_only": _t(
        "Shown is the whole sample; every unit stands in tables/{table}.csv.",
        "此处仅列全体；各单位见 tables/{table}.csv。",
    ),
    "consequences_how": _t(
        "Consequences follow from the links that the study gives; intervals carry the error of the effects "
        "alone, not that of the links.",
        "业务影响由研究文件给出的关系推算；区间仅反映效应的误差，不含这些关系本身的误差。",
    ),
}

_PRECISION = {
    "h_precision": _t("Precision and weighting", "精度与加权"),
    "h_precision_table": _t("Margins of the index", "指数的误差范围"),
    "precision_range": _t(
        "The margin of the index ({level}) lies between {low} and {high} index points, depending on the "
        "unit.",
        "各单位指数的误差范围（{level}）在 {low} 至 {high} 分之间。",
    ),
    "precision_one": _t(
        "The margin of the index ({level}) is {low} index points.", "指数的误差范围（{level}）为 {low} 分。"
    ),
    "precision_how": _t(
        "The margin is half the width of the interval. A design effect says how many times larger the "
        "variance is than that of a simple random sample of as many respondents: by the weights alone (then "
        "n divided by it is the effective n), and by weights, strata and clusters together.",
        "误差范围为置信区间宽度的一半。设计效应是方差与同样规模简单随机样本方差之比：一为仅由权重引起者（样本量除"
        "以它即有效样本量），一为权重、分层与整群共同引起者。",
    ),
    "precision_most": _t(
        "Shown are the {count} of {all} units with the largest margins; all stand in tables/precision.csv.",
        "下表为 {all} 个单位中误差范围最大的 {count} 个；全部见 tables/precision.csv。",
    ),
    "weighting_blank": _t("no answer", "未作答"),
    "weighting_how": _t(
        "Shares of the population as given, of the sample as interviewed, and of the sample after weighting, "
        "which should meet those of the population.",
        "总体占比为给定值；样本占比为实际受访情况；加权后占比应与总体占比一致。",
    ),
}

WAVES: dict[str, Term] = {**_WAVES, **_WHAT_IF, **_PRECISION}
"""Every text on waves, what-ifs, precision and weighting by key."""
