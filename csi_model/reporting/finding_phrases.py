"""Words on findings about units, shares, waves, what-ifs and weights: titles, places, parts of sentences."""

from __future__ import annotations

from csi_model.vocabulary import Term


def _t(en: str, zh: str) -> Term:
    return Term(en=en, zh=zh)


_TITLES = {
    "finding_shares-default": _t("no shares given", "未给定权重"),
    "finding_market-left-out": _t("part of the market not measured", "部分市场未测得"),
    "finding_others-nothing-left": _t("nothing left for all others", "其他企业没有剩余份额"),
    "finding_market-share-rounded": _t("market shares scaled", "市场份额已调整"),
    "finding_share-lost": _t("units without a number", "有单位没有指数"),
    "finding_carried-over": _t("carried over", "沿用前期结果"),
    "finding_not-carried-over": _t("not carried over", "未沿用前期结果"),
    "finding_left-out-of-mean": _t("left out of the mean", "未计入均值的单位"),
    "finding_trend-weights": _t("weights of the trend", "趋势所用权重"),
    "finding_waves-differ": _t("the waves differ", "各期不一致"),
    "finding_panel": _t("a panel", "固定样本"),
    "finding_no-panel": _t("no panel", "没有固定样本"),
    "finding_panel-not-paired": _t("panel not resampled as one", "固定样本未一并重抽样"),
    "finding_single-cluster-stratum": _t("stratum with one cluster", "层内只有一个群组"),
    "finding_no-level-trend": _t("no trend of the levels above", "上级没有趋势"),
    "finding_other-units": _t("other units than before", "单位与前期不同"),
    "finding_target-out-of-reach": _t("target out of reach", "目标无法达到"),
    "finding_target-reached": _t("target reached already", "目标已经达到"),
    "finding_several-plans": _t("several plans", "有多个方案"),
    "finding_no-plan": _t("no plan", "没有方案"),
    "finding_effects-at-the-mean": _t("effects at the means", "均值处的效应"),
    "finding_weighted": _t("weights", "权重"),
    "finding_margin-thin": _t("thin categories", "类别样本过小"),
    "finding_margin-trimmed": _t("margins not met by trimmed weights", "截断后未满足边际"),
    "finding_margins-known": _t("known margins", "已知边际"),
    "finding_design-based": _t("errors by the design", "按抽样设计计算误差"),
    "finding_small-base": _t("groups below the minimum base", "样本不足"),
    "finding_streamed": _t("read in one pass", "逐行读取"),
    "finding_no-permutations": _t("nothing to permute", "没有可置换的组"),
    "finding_own-weights": _t("each with its own weights", "各用自身权重"),
    "finding_same-survey": _t("the same survey", "同一份调查"),
    "finding_not-trustworthy": _t("results not to be used", "结果不可使用"),
    "finding_pairwise-covariances": _t("pairwise covariances", "成对协方差"),
    "finding_variance-on-bound": _t("variance held at 0", "方差固定为 0"),
    "finding_duplicate-identifier": _t("repeated identifiers", "标识码重复"),
    "finding_blank-group": _t("blank group values", "分组值为空"),
    "finding_ridge": _t("ridge", "岭估计"),
    "finding_other-minimum": _t("more than one minimum", "存在多个极小值"),
}

_PLACES = {
    "place_shares": _t("shares of {level}", "“{level}”的权重"),
    "place_earlier": _t("earlier scores of {level}", "“{level}”的前期指数"),
    "place_wave": _t("wave {wave}", "期次 {wave}"),
    "place_two_waves": _t("{wave_1} and {wave_2}", "{wave_1} 与 {wave_2}"),
    "place_margin": _t("margin {margin}", "边际 {margin}"),
    "place_margin_in": _t("margin {margin} in {unit}", "边际 {margin}（{unit}）"),
    "place_waves": _t("waves", "各期"),
    "place_the data frame": _t("the data frame", "数据框"),
    "place_the survey": _t("the survey", "调查"),
    "place_weights": _t("weights", "权重"),
    "place_panel": _t("panel", "固定样本"),
    "place_design": _t("design", "抽样设计"),
    "place_groups": _t("groups", "分组"),
    "place_estimators": _t("estimators", "估计方法"),
    "place_invariance": _t("invariance", "测量等值性"),
    "place_model": _t("model", "模型"),
    "place_estimation": _t("estimation", "估计"),
    "place_constructs": _t("constructs", "潜变量"),
    "place_compare": _t("compare", "比较"),
}

_PARTS = {
    "amount_respondent": _t("{count} respondents", "{count} 名受访者"),
    "amount_row": _t("{count} rows", "{count} 行"),
    "rows_one": _t("row {names}", "第 {names} 行"),
    "rows_many": _t("rows {names}", "第 {names} 行"),
    "in_quotes": _t("“{text}”", "“{text}”"),
    "and_others": _t("{names} and others", "{names}等"),
    "share_not_given": _t("share not given", "未给定权重"),
    "share_on": _t("{share}, on {constructs}", "{share}，仅{constructs}"),
    "panel_of": _t("{count} in {wave_1} and {wave_2}", "{wave_1} 与 {wave_2} 共 {count} 名"),
    "trend_parted": _t("; where changes come from is told by the {ruler}", "；变化的来源按{ruler}分解"),
    "trend_turned": _t(", and the verdict on some change (with {kinds})", "，采用{kinds}时有的变化结论不同"),
    "weighted_base": _t("based on {column}", "以 {column} 为基础"),
    "weighted_raked": _t("raked to {margins}", "按 {margins} 迭代加权"),
    "weighted_post-stratified": _t("post-stratified to {margins}", "按 {margins} 事后分层加权"),
    "weighted_within": _t(" within {columns}", "（在各 {columns} 内分别进行）"),
    "weighted_trim": _t("trimmed to {trim} times the mean", "截断于均值的 {trim} 倍"),
    "category_in": _t("{category} in {unit}", "{unit}的{category}"),
}

_WAVES = {
    "waves_more": _t("and {count} more", "另有 {count} 项"),
    "waves_not_stored": _t("not stored with one of the waves", "有一期没有存储"),
    "waves_answered_first": _t("answered in the first of them only", "仅前期有人作答"),
    "waves_answered_second": _t("answered in the second of them only", "仅后期有人作答"),
    "waves_changed": _t("{name}: {before} > {after}", "{name}：{before} → {after}"),
    "waves_nothing": _t("nothing", "无"),
    "waves_path": _t("path", "有路径"),
    "waves_weighted": _t("weighted", "已加权"),
    "waves_unweighted": _t("not weighted", "未加权"),
    "waves_reversed": _t("reversed", "反向计分"),
    "waves_as_asked": _t("as asked", "原方向"),
    "waves_range": _t("{low} to {high}", "{low} 至 {high}"),
    "waves_missing": _t("{share} % missing", "缺失 {share}%"),
    "waves_share": _t("{share} %", "{share}%"),
    "waves_recoded": _t("{code} counts as {value}", "{code} 计为 {value}"),
    "waves_declared": _t("{code} is declared missing in the file", "文件声明 {code} 为缺失"),
    "waves_asked": _t("asked where {column} is {low} to {high}", "仅在 {column} 为 {low} 至 {high} 时提问"),
    "waves_code": _t("{code} is {reason}", "{code} 为{reason}"),
    "waves_reason_skipped": _t("not asked", "跳答"),
    "waves_reason_dont_know": _t("don't know", "不知道"),
    "waves_reason_refused": _t("refused", "拒答"),
    "waves_reason_other": _t("other missing", "其他缺失"),
    "waves_name_given_weight": _t("given weight of {item}", "{item}的给定权重"),
    "waves_name_index": _t("index", "指数变量"),
    "waves_name_estimator": _t("estimator", "估计方法"),
    "waves_name_weight_rule": _t("weight rule", "权重规则"),
    "waves_name_rule": _t("rule", "处理方法"),
    "waves_name_weights": _t("weights", "权重"),
}

FINDINGS: dict[str, Term] = {**_TITLES, **_PLACES, **_PARTS, **_WAVES}
"""Every text of this file by key."""
