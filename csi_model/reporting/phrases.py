"""The sentences of a report, both languages side by side; ``sentences`` chooses among them."""

from __future__ import annotations

from csi_model.reporting.ordinal_phrases import ORDINAL_PHRASES
from csi_model.vocabulary import Term


def _t(en: str, zh: str) -> Term:
    return Term(en=en, zh=zh)


_VERDICTS = {
    "verdict_good_all": _t(
        "Yes. The estimation converged, its solution is admissible, and the model is identified.",
        "可以。估计已收敛，解可接受，模型可识别。",
    ),
    "verdict_caution_all": _t(
        "With care. Nothing forbids the use of the numbers, but read the warnings first.",
        "可谨慎使用。没有必须停用的数字，但请先阅读警告。",
    ),
    "verdict_unknown_all": _t(
        "Not every check could be made; the reasons stand below.", "部分检查无法进行，原因见下。"
    ),
    "verdict_bad_all": _t("No, not all of them. See the box below.", "不能全部使用，详见下方说明。"),
    "converged_good": _t("The estimation reached its optimum.", "估计已达到最优解。"),
    "converged_bad": _t("The estimation stopped before its optimum.", "估计在达到最优解之前停止。"),
    "admissible_good": _t(
        "No variance is negative, and no two constructs correlate at 1 or beyond.",
        "没有负方差，潜变量之间的相关系数均小于 1。",
    ),
    "admissible_caution": _t(
        "The solution is possible, but near the limit: see the findings.",
        "解可接受，但已接近边界，详见提示。",
    ),
    "admissible_bad": _t(
        "The solution has values that cannot exist, such as a negative variance, or standard errors too "
        "large for any use.",
        "解中出现不可能的数值（例如方差为负），或标准误大到无法使用。",
    ),
    "identified_good": _t("The data determine every parameter.", "数据足以确定全部参数。"),
    "identified_caution": _t(
        "The data hardly determine some parameters; effects and intervals may be far off.",
        "数据几乎无法确定部分参数，效应及其区间可能严重失真。",
    ),
    "identified_bad": _t("The data do not determine every parameter.", "数据无法确定全部参数。"),
    "verdict_unknown": _t("Not checked: {why}", "未检查：{why}"),
    "not_checked": _t("not checked", "未检查"),
    "box_title_all": _t("Do not use the numbers of the model", "请勿使用模型得出的数字"),
    "box_title_some": _t("Do not use the effects and drivers", "请勿使用效应与驱动因素的数字"),
    "box_title_groups": _t(
        "Do not use the effects and drivers of some groups", "请勿使用部分分组的效应与驱动因素"
    ),
    "box_all": _t(
        "The estimation did not converge. The index scores, effects, drivers, weights, reliability and "
        "R² in this report cannot be used. The row counts and the means of the questions are not "
        "affected.",
        "估计未收敛，本报告中的指数、效应、驱动因素、权重、信度和 R² 均不可使用。样本行数和题项均值不受"
        "影响。",
    ),
    "box_effects": _t(
        "The effects, drivers, impacts, R² and the correlations of the constructs cannot be used, nor "
        "can their intervals.",
        "效应、驱动因素、影响值、R²、潜变量相关系数及其置信区间均不可使用。",
    ),
    "box_index": _t(
        "The index scores rest on the loadings and the means of the questions; take them as provisional.",
        "指数由载荷和题项均值得出，仅供参考。",
    ),
    "box_weights": _t(
        "A question would enter the index of the constructs named below with a negative weight: their "
        "index cannot be used.",
        "下列潜变量中有题项的权重为负，其指数不可使用。",
    ),
    "box_measurement": _t(
        "Because a variance is negative, the weights, loadings, reliability and index of the constructs "
        "named below cannot be used either.",
        "由于出现负方差，下列潜变量的权重、载荷、信度和指数同样不可使用。",
    ),
    "box_groups": _t(
        "The fit of {groups} should not be used: its own weights, effects and drivers are not reliable. "
        "Its index rests on the pooled weights and the means of the answers, so it holds.",
        "{groups}的拟合结果不可使用，其本组权重、效应和驱动因素均不可靠；指数由合并样本权重和题项均值得出，仍可使用。",
    ),
    "box_groups_many": _t(
        "The fits of {groups} should not be used: their own weights, effects and drivers are not reliable. "
        "Their index rests on the pooled weights and the means of the answers, so it holds.",
        "{groups}的拟合结果不可使用，其本组权重、效应和驱动因素均不可靠；指数由合并样本权重和题项均值得出，仍可使用。",
    ),
    "box_named": _t("What was found:", "具体问题："),
    "named_inadmissible-correlation": _t(
        "Constructs with an impossible correlation: {places}.", "潜变量相关系数不可能成立：{places}。"
    ),
    "named_high-correlation": _t(
        "Constructs that the survey hardly tells apart, with their correlation: {places}.",
        "数据难以区分的潜变量（括号内为相关系数）：{places}。",
    ),
    "named_negative-variance": _t("Negative variances: {places}.", "方差为负：{places}。"),
    "named_exploding-standard-error": _t(
        "Effects whose standard error explodes: {places}.", "标准误异常增大的效应：{places}。"
    ),
    "named_not-converged": _t(
        "The search for the optimum did not end (scaled gradient {value}).",
        "未能搜索到最优解（标准化梯度 {value}）。",
    ),
    "named_weakly-identified": _t(
        "Weakly identified (smallest eigenvalue of the scaled information {value}); the data hardly tell "
        "apart: {places}.",
        "模型弱识别（标准化信息矩阵最小特征值 {value}），数据几乎无法区分下列参数：{places}。",
    ),
    "named_not-identified": _t(
        "Not identified (smallest eigenvalue of the scaled information {value}); the data cannot tell "
        "apart: {places}.",
        "模型不可识别（标准化信息矩阵最小特征值 {value}），数据无法区分下列参数：{places}。",
    ),
    "box_pls": _t(
        "An alternative: PLS path modelling builds the scores from the answers "
        "themselves and also works where constructs can hardly be told apart. Or combine the constructs "
        "named, or leave out a question that two of them share.",
        "可改用 PLS 路径模型：它直接由答案计算得分，在潜变量难以区分时也能使用。也可以"
        "合并上述潜变量，或删去其共有的题项。",
    ),
    "box_not_pls": _t(
        "This is PLS path modelling already. Combine the constructs named, leave out questions that "
        "measure the same, or interview more customers.",
        "当前已是 PLS 路径模型。请合并上述潜变量、删去重复测量的题项，或增加样本量。",
    ),
}

_SENTENCES = {
    "headline": _t(
        "The index of {construct} is {index} index points, on a scale from 0 to 100.",
        "{construct}指数为 {index} 分（0–100 分）。",
    ),
    "headline_interval": _t(
        "The {level} interval runs from {lower} to {upper}.", "{level} 置信区间为 {lower} 至 {upper} 分。"
    ),
    "headline_none": _t("The index of {construct} is empty: {why}.", "{construct}没有指数：{why}。"),
    "interval_none": _t("There is no interval: {why}.", "没有置信区间：{why}。"),
    "base_one": _t("It rests on the answers of one respondent", "该指数基于 1 名受访者的答案"),
    "base_many": _t("It rests on the answers of {n} respondents", "该指数基于 {n} 名受访者的答案"),
    "base_effective": _t(", who after weighting count as {n_eff}", "，加权后的有效样本量为 {n_eff}"),
    "weight_rule": _t("Weights of its questions: {rule}.", "题项权重：{rule}。"),
    "points": _t(
        "An index point is not a percentage of satisfied customers: 0 means that everybody gave the "
        "worst answer to every question, 100 that everybody gave the best.",
        "指数不是满意顾客的百分比：0 分表示所有人在每道题上都选最差答案，100 分表示所有人都选最好答案。",
    ),
    "points_low": _t(
        "An index point is not a percentage of satisfied customers. For {construct}, a low index is good.",
        "指数不是满意顾客的百分比。{construct}的指数越低越好。",
    ),
    "low_is_good": _t("For {constructs}, a low index is good.", "{constructs}的指数越低越好。"),
    "no_drivers": _t(
        "No construct of the model comes before {construct}, so there are no drivers.",
        "模型中没有位于{construct}之前的潜变量，因此没有驱动因素。",
    ),
    "drivers_unusable": _t(
        "Do not act on the drivers below: the effects of this fit cannot be used. The box at the top "
        "says why.",
        "请勿依据以下驱动因素采取行动：本次拟合的效应不可使用，原因见报告开头的说明。",
    ),
    "drivers_empty": _t("The importance of the drivers is empty: {why}.", "驱动因素的重要性为空：{why}。"),
    "improve": _t("Improve first: {names}.", "应优先改进：{names}。"),
    "improve_none": _t(
        "No driver is at once more important and weaker than the average of the drivers.",
        "没有任何驱动因素既比平均水平更重要、表现又低于平均水平。",
    ),
    "improve_next": _t("{name} has the highest priority.", "优先度最高的是{name}。"),
    "impact_more_more": _t(
        "Five index points more for {driver} go with {impact} index points more for {target}",
        "{driver}每提升 5 分，{target}相应提高 {impact} 分",
    ),
    "impact_fewer_more": _t(
        "Five index points fewer for {driver} go with {impact} index points more for {target}",
        "{driver}每降低 5 分，{target}相应提高 {impact} 分",
    ),
    "impact_more_fewer": _t(
        "Five index points more for {driver} go with {impact} index points fewer for {target}",
        "{driver}每提升 5 分，{target}相应降低 {impact} 分",
    ),
    "impact_fewer_fewer": _t(
        "Five index points fewer for {driver} go with {impact} index points fewer for {target}",
        "{driver}每降低 5 分，{target}相应降低 {impact} 分",
    ),
    "impact_detail": _t(
        " (importance {importance}, {level} interval {interval}; performance {performance}).",
        "（重要性 {importance}，{level} 置信区间 {interval}；表现 {performance} 分）。",
    ),
    "impact_detail_bare": _t(
        " (importance {importance}; performance {performance}).",
        "（重要性 {importance}；表现 {performance} 分）。",
    ),
    "not_established_one": _t(
        "For {names} the interval of the importance includes 0: an effect is not established.",
        "{names}的重要性置信区间包含 0，其影响尚未得到证实。",
    ),
    "not_established_many": _t(
        "For {names} the intervals of the importance include 0: effects are not established.",
        "{names}的重要性置信区间均包含 0，其影响尚未得到证实。",
    ),
    "negative": _t(
        "Negative importance: {names}. This often means that drivers overlap so much that their effects "
        "cannot be separated; it is no advice to do worse.",
        "重要性为负：{names}。这通常说明驱动因素之间高度重叠、难以分离各自的影响，并不意味着应当降低其表现。",
    ),
    "association": _t(
        "These are associations under the model, not proof of cause: an improvement need not raise the "
        "index by the amount shown.",
        "以上是模型下的关联，并非因果关系的证明：改进之后，指数不一定按所示幅度提高。",
    ),
    "groups_one": _t("There is one group", "共 1 个组"),
    "groups_many": _t("There are {count} groups", "共 {count} 个组"),
    "groups_order": _t(", in the order of their values, not ranked.", "，按分组取值排列，不作排名。"),
    "groups_suppressed": _t(
        "Suppressed for too few respondents: {names}.", "因样本不足而不予公布：{names}。"
    ),
    "groups_suppressed_base": _t(
        "Suppressed for fewer than {base} respondents: {names}.",
        "因受访者少于 {base} 名而不予公布：{names}。",
    ),
    "groups_failed": _t("Could not be fitted: {names}.", "无法拟合：{names}。"),
    "groups_apart": _t(
        "The interval of {high} ({high_interval}) lies above that of {low} ({low_interval}).",
        "{high}的置信区间（{high_interval}）高于{low}（{low_interval}）。",
    ),
    "groups_together": _t(
        "All intervals overlap: the numbers give no ground for a ranking.",
        "所有置信区间相互重叠，不宜据此排名。",
    ),
    "groups_margin": _t(
        "Where two intervals overlap, do not rank the groups by these numbers; a difference needs a test "
        "of its own.",
        "两组的置信区间重叠时，不宜据此排名；差异需另行检验。",
    ),
    "groups_weights": _t(
        "All groups are scored with the same weights, those of all respondents together; the score by "
        "the group's own weights stands beside it.",
        "各组均按全体受访者的合并样本权重计分，按本组权重计算的指数列于其旁。",
    ),
    "rows_some": _t("Of {read} rows read, {used} are used.", "共读入 {read} 行，其中 {used} 行用于分析。"),
    "rows_all": _t("All {used} rows read are used.", "读入的 {used} 行全部用于分析。"),
    "cmp_above": _t(
        "{second} stands {difference} index points above {first} ({level} interval of the difference "
        "{interval}; p {p}).",
        "{second}比{first}高 {difference} 分（差异的 {level} 置信区间 {interval}；p {p}）。",
    ),
    "cmp_below": _t(
        "{second} stands {difference} index points below {first} ({level} interval of the difference "
        "{interval}; p {p}).",
        "{second}比{first}低 {difference} 分（差异的 {level} 置信区间 {interval}；p {p}）。",
    ),
    "cmp_unclear_one": _t(
        "Between {first} and {second} there is no clear difference in {construct}.",
        "{first}与{second}的{construct}指数无明显差异。",
    ),
    "cmp_unclear_many": _t(
        "No two of them differ clearly in {construct}.", "各组的{construct}指数两两之间均无明显差异。"
    ),
    "cmp_untested": _t("No difference could be tested: {why}.", "差异均无法检验：{why}。"),
    "cmp_more": _t("All pairs stand in the table below.", "全部两两比较见下表。"),
    "cmp_test": _t(
        "A difference is called clear by a z test for independent samples, with p values adjusted by Holm "
        "over all pairs of a construct. Intervals are not adjusted. Overlapping intervals are no test.",
        "差异是否明显由独立样本 z 检验判定，p 值按 Holm 法对同一潜变量的全部两两比较作校正；"
        "置信区间未作校正。"
        "区间重叠与否不构成检验。",
    ),
    "cmp_method": _t(
        "The index of each result rests on its own survey; differences are second minus first, in index "
        "points, and their standard error is the root of the sum of the squared standard errors.",
        "每个结果的指数均基于各自的调查数据；差异为第二方减第一方（分），其标准误为两者标准误平方和的平方根。",
    ),
    "structure_published": _t("The structure is the published one.", "模型结构与公开发表的一致。"),
    "structure_reconstructed": _t(
        "The structure is reconstructed, not confirmed by its source.", "模型结构为重建，未经原始文献证实。"
    ),
    "effects_unit": _t(
        "Effects are index points of the target per index point of the source. In the diagram, a dashed "
        "arrow has an interval that includes 0 or has none.",
        "效应的单位为：来源变量每变化 1 分，目标变量变化的分数。图中虚线箭头表示置信区间包含 0 或没有置信"
        "区间。",
    ),
    "reliability_limits": _t(
        "Usual limits: .70 for alpha (Nunnally, 1978), rho A and rho C (Hair et al., 2019); .50 for the "
        "average variance extracted (Fornell & Larcker, 1981). They are conventions, not tests; "
        "▼ marks a number below its limit.",
        "常用标准：α（Nunnally, 1978）、rho_A 与 rho_C（Hair et al., 2019）不低于 0.70，平均方差提取量（"
        "Fornell & Larcker, 1981）不低于 0.50。这些是惯例，不是检验；▼ 表示低于标准。",
    ),
    "validity_limits": _t(
        "An HTMT above .90 (above .85 by the stricter rule) says that two constructs are hard to tell "
        "apart (Henseler, Ringle & Sarstedt, 2015); ▲ marks a number above .90.",
        "HTMT 超过 0.90（更严格的标准为 0.85）表示两个潜变量难以区分（Henseler, Ringle & "
        "Sarstedt, 2015）；▲ 表示高于 0.90。",
    ),
}

_METHOD = {
    "method": _t(
        "Every question is put on 0 to 100 by its declared scale; the index of a construct is the "
        "weighted mean of its questions, with weights that sum to 1 ({rule}). The model was estimated by "
        "{estimator}; intervals are {level} intervals ({interval}). Missing answers: {missing}. An "
        "effect is in index points per index point; importance is the total effect on the target, "
        "performance the driver's own index, and the impact of 5 points is five times the importance.",
        "每道题先按其声明的量表换算为 0–100 分；潜变量的指数是其题项的加权平均，权重之和为 1（{rule}）。"
        "模型采用{estimator}估计，区间为 {level} 置信区间（{interval}）。缺失值处理：{missing}。效应的单"
        "位为每提升 1 分所变化的分数；重要性是对目标变量的总效应，表现是驱动因素自身的指数，“提升 5 分的"
        "影响”为重要性的 5 倍。",
    ),
    "estimator_ml": _t("maximum likelihood", "极大似然法"),
    "estimator_mlr": _t(
        "maximum likelihood with robust (Huber-White) standard errors and the Yuan-Bentler scaled test",
        "极大似然法（Huber-White 稳健标准误与 Yuan-Bentler 校正检验）",
    ),
    "estimator_mlm": _t(
        "maximum likelihood with Satorra-Bentler standard errors and test",
        "极大似然法（Satorra-Bentler 标准误与校正检验）",
    ),
    "estimator_fiml": _t("full-information maximum likelihood", "全息极大似然法"),
    "estimator_pls": _t("PLS path modelling", "PLS 路径模型"),
    "estimator_plsc": _t("consistent PLS path modelling", "一致性 PLS 路径模型"),
    "estimator_unknown": _t("a method that was not stored", "未记录的方法"),
    "missing_complete": _t("only respondents who answered every question are used", "仅使用完整作答的受访者"),
    "missing_mean": _t("the mean of the question stands in for a missing answer", "以题项均值替代缺失答案"),
    "missing_available": _t(
        "every answer given is used (full information)", "使用全部已有答案（全息极大似然法）"
    ),
    "missing_pairwise": _t("every pair of answers given is used", "使用成对可用的答案"),
    "missing_unknown": _t("the rule was not stored", "未记录处理方法"),
    "not_stored": _t("not stored", "未记录"),
    "m_command": _t("Command", "命令"),
    "m_versions": _t("Versions", "版本"),
    "m_options": _t("Options", "选项"),
    "m_seed": _t("Seed", "随机种子"),
    "m_by": _t("Groups by", "分组变量"),
    "m_weight": _t("Sampling weight", "抽样权重"),
    "m_survey": _t("Survey", "调查数据"),
    "m_surveys": _t("Surveys", "调查数据"),
    "m_units": _t("Compared", "比较对象"),
    "m_hashes": _t("SHA-256 of every table", "各数据表的 SHA-256"),
    "m_hashes_where": _t("manifest.json in the results folder", "见结果文件夹中的 manifest.json"),
    "m_sha256": _t("SHA-256", "SHA-256"),
    "m_source": _t("Source of the model", "模型来源"),
    "m_structure": _t("Structure", "模型结构"),
    "m_caveat": _t("Caveat", "注意事项"),
    "none": _t("none", "无"),
    "on": _t("yes", "是"),
    "off": _t("no", "否"),
}

PHRASES: dict[str, Term] = {**_VERDICTS, **_SENTENCES, **_METHOD, **ORDINAL_PHRASES}
"""Every sentence by key."""
