"""Words on prediction, necessary conditions, groups, segments and other estimators; both languages."""

from __future__ import annotations

from csi_model.vocabulary import Term


def _t(en: str, zh: str) -> Term:
    return Term(en=en, zh=zh)


_PREDICTION = {
    "h_prediction": _t("Does the model predict?", "模型有预测力吗？"),
    "h_predicted": _t("Answers of respondents left out", "对未参与估计者的预测"),
    "prediction_text": _t(
        "The model is fitted without a part of the respondents and predicts their answers (PLSpredict; "
        "Shmueli et al., 2019). Q² predict above 0 beats the mean of the question (▼ marks where it does "
        "not); "
        "errors (RMSE, MAE, answer units) are set beside those of a linear model without constructs, and ▲ "
        "marks an RMSE above that of the linear model.",
        "模型在剔除一部分受访者后拟合，再预测他们的答案（PLSpredict；Shmueli et al., 2019）。Q²_predict "
        "大于 0 "
        "表示优于题项均值（▼ 表示未优于）；误差（RMSE、MAE，答案单位）与不含潜变量的线性模型并列，▲ 表示 "
        "RMSE 高于线性模型。",
    ),
    "predicts_high": _t(
        "{names}: high predictive power, every question is predicted better than by the linear model.",
        "{names}：预测力高，每个题项的预测均优于线性模型。",
    ),
    "predicts_medium": _t(
        "{names}: medium predictive power, at least half of the questions are predicted better than by the "
        "linear model.",
        "{names}：预测力中等，至少一半题项的预测优于线性模型。",
    ),
    "predicts_low": _t(
        "{names}: low predictive power, fewer than half of the questions are predicted better than by the "
        "linear model.",
        "{names}：预测力低，不到一半题项的预测优于线性模型。",
    ),
    "predicts_none": _t(
        "{names}: no predictive power beyond the linear model.", "{names}：预测力不超过线性模型。"
    ),
    "predicts_unknown": _t("{names}: not known ({why}).", "{names}：无法得知（{why}）。"),
    "h_cvpat": _t("Is that more than chance?", "是否超出偶然？"),
    "cvpat_text": _t(
        "The loss is the mean squared error over the questions of a construct. A difference below 0 speaks "
        "for the model; it is tested respondent by respondent (CVPAT; Liengaard et al., 2021; Sharma et al., "
        "2023).",
        "损失是潜变量各题项的均方误差。差值小于 0 有利于模型，按受访者逐一比较作检验（CVPAT；Liengaard et "
        "al., 2021；Sharma et al., 2023）。",
    ),
    "cvpat_mean_better": _t(
        "Over all constructs, the model predicts clearly better than the means of the questions: it is fit "
        "for prediction.",
        "就全部潜变量而言，模型的预测明显优于题项均值，可用于预测。",
    ),
    "cvpat_mean_worse": _t(
        "Over all constructs, the model predicts worse than the means of the questions: do not predict by "
        "it.",
        "就全部潜变量而言，模型的预测不如题项均值，不宜用于预测。",
    ),
    "cvpat_mean_no_difference": _t(
        "Over all constructs, the model predicts no better than the means of the questions.",
        "就全部潜变量而言，模型的预测并不优于题项均值。",
    ),
    "cvpat_lm_better": _t(
        "It predicts clearly better than a linear model without constructs, too: strong predictive power.",
        "其预测也明显优于不含潜变量的线性模型：预测力强。",
    ),
    "cvpat_lm_worse": _t(
        "A linear model without constructs predicts clearly better than it does.",
        "不含潜变量的线性模型预测明显更好。",
    ),
    "cvpat_lm_no_difference": _t(
        "A linear model without constructs predicts neither better nor worse.",
        "与不含潜变量的线性模型相比，预测无明显差异。",
    ),
    "benchmark_mean": _t("Against the mean of the question", "与题项均值相比"),
    "benchmark_lm": _t("Against the linear model", "与线性模型相比"),
    "loss_difference": _t("difference of losses", "损失之差"),
    "all_constructs": _t("all constructs", "全部潜变量"),
    "v_better": _t("✓ better", "✓ 更好"),
    "v_worse": _t("✕ worse", "✕ 更差"),
    "v_no_difference": _t("no clear difference", "无明显差异"),
}

_NECESSITY = {
    "h_necessity": _t("What is necessary?", "哪些条件是必要的？"),
    "necessity_text": _t(
        "A driver is necessary where no respondent has much of the target with little of the driver. The "
        "effect size d is the empty share of the plot above the ceiling line, and a driver counts as "
        "necessary from d = 0.1 with p below .05 (Dul, 2016; Dul, van der Laan & Kuik, 2020). Necessary is "
        "not sufficient: more of it lifts the limit, not the index.",
        "若没有受访者在驱动因素低时仍有高的目标得分，该驱动因素即为必要条件。效应量 d "
        "是天花板线上方空白区域的"
        "比例，d 不低于 0.1 且 p 小于 0.05 时视为必要（Dul, 2016；Dul, van der Laan & Kuik, 2020）。"
        "必要不等于"
        "充分：提高它只是抬高上限，而不一定提高指数。",
    ),
    "necessity_found": _t("Necessary for {target}: {names}.", "{target}的必要条件：{names}。"),
    "necessity_none": _t(
        "No driver is shown to be necessary for {target}.", "未发现{target}的必要条件。"
    ),
    "v_ce_fdh": _t("step line (CE-FDH)", "阶梯线（CE-FDH）"),
    "v_cr_fdh": _t("straight line (CR-FDH)", "回归线（CR-FDH）"),
    "v_necessary": _t("✓ necessary", "✓ 必要"),
    "v_not_necessary": _t("not shown", "未证实"),
    "h_bottlenecks": _t("Bottlenecks for {target}", "{target}的瓶颈"),
    "bottlenecks_text": _t(
        "Read a line from left to right: nobody in this survey reached that level of {target} with less of a "
        "driver than its cell says (index points). NN: not necessary at that level; NR: nobody reached it.",
        "从左到右读每一行：本调查中无人在驱动因素低于单元格所示分数时达到该{target}水平。NN 表示在该水平上"
        "非必要，NR 表示无人达到该水平。",
    ),
    "bottleneck_level": _t("{target}, level", "{target}水平"),
}  # fmt: skip

_GROUPS = {
    "may_levels": _t("Index levels", "指数水平"),
    "may_pooling": _t("One model for all", "合用一个模型"),
    "may_pooling_yes": _t("yes", "可以"),
    "may_pooling_partly": _t("in part", "部分可以"),
    "may_pooling_no": _t("no", "不可以"),
    "may_not_tested": _t("not tested", "未检验"),
    "h_micom": _t("Are constructs made alike in the groups?", "各组潜变量的构成是否相同？"),
    "micom_text": _t(
        "MICOM (Henseler, Ringle & Sarstedt, 2016): c is the correlation of the scores by the weights of the "
        "two groups, 1 where they are made alike; below its bound they are not (verdict: different). Where "
        "means or variances of the scores differ, paths and levels may be compared, but the groups should "
        "not "
        "be pooled (partial). p values come from dealing respondents to the groups at random; verdicts go by "
        "p values adjusted over the pairs (Holm). In large samples a c hardly below 1 falls below its bound, "
        "too: look at its size.",
        "MICOM（Henseler, Ringle & Sarstedt, 2016）：c 是按两组各自权重所得得分的相关系数，构成相同时为 1，"
        "低于界限则构成不同。若得分的均值或方差不同，仍可比较路径和水平，但不宜合并各组（部分成立）。p 值由把"
        "受访者随机分到各组得出；判定依据按各对作 Holm 校正的 p 值。大样本中，略低于 1 的 c 也会低于界限，"
        "请同时看其大小。",
    ),
    "v_micom_none": _t("✕ different", "✕ 构成不同"),
    "v_micom_partial": _t("! partial", "! 部分成立"),
    "v_micom_full": _t("✓ full", "✓ 完全成立"),
    "v_not_tested": _t("not tested", "未检验"),
    "v_differs": _t("differs", "存在差异"),
    "v_no_clear_difference": _t("no clear difference", "无明显差异"),
    "col_pair_of_groups": _t("groups", "组"),
    "versus": _t("{one} – {other}", "{one} – {other}"),
    "counted_pairs": _t("{count} pairs", "{count} 对"),
    "lowest_c": _t("lowest c {value}", "c 最低为 {value}"),
    "all_others": _t("all others", "其余各组"),
    "h_omnibus": _t("All differences at once", "总体检验"),
    "omnibus_text": _t(
        "One test of whether the groups' models imply the same correlations (Klesel et al., 2019).",
        "一次检验各组模型隐含的相关是否相同（Klesel et al., 2019）。",
    ),
    "distance_geodesic_items": _t("questions, geodesic distance", "题项，测地距离"),
    "distance_euclidean_items": _t("questions, squared Euclidean distance", "题项，欧氏距离平方"),
    "distance_geodesic_constructs": _t("constructs, geodesic distance", "潜变量，测地距离"),
    "distance_euclidean_constructs": _t("constructs, squared Euclidean distance", "潜变量，欧氏距离平方"),
    "h_group_tests": _t("Which estimates differ?", "哪些估计值不同？"),
    "about_group_tests": _t("every pair of groups, by four tests", "各对分组，四种检验"),
    "group_tests_text": _t(
        "Difference: second group minus first. p by permutation (Chin & Dibbern, 2010), by the parametric "
        "and "
        "the Welch test, and by Henseler's comparison of bootstrap draws (2009). Verdicts go by the "
        "permutation test, adjusted over pairs and estimates of a kind (Holm).",
        "差异为第二组减第一组。p 值分别来自置换检验（Chin & Dibbern, 2010）、参数检验、Welch 检验以及 "
        "Henseler"
        "（2009）的自助抽样比较。判定依据置换检验，并按各对及同类估计作 Holm 校正。",
    ),
    "group_tests_found": _t("They differ in: {names}.", "存在差异：{names}。"),
    "group_tests_none": _t("No estimate clearly differs.", "没有估计值存在明显差异。"),
    "kind_path": _t("Path {way}", "路径 {way}"),
    "kind_total_effect": _t("Total effect {way}", "总效应 {way}"),
    "kind_r2": _t("R² of {name}", "{name}的 R²"),
    "named_kind_path": _t("the path {way}", "路径 {way}"),
    "named_kind_total_effect": _t("the total effect {way}", "总效应 {way}"),
    "named_kind_r2": _t("R² of {name}", "{name}的 R²"),
    "kind_other": _t("{kind}: {name}", "{kind}：{name}"),
}  # fmt: skip

_SEGMENTS = {
    "h_segments": _t("Hidden segments", "潜在细分"),
    "segments_one": _t(
        "One segment: nothing shows that parts of the sample follow other paths.",
        "只有一个细分：没有迹象表明样本的某些部分遵循不同的路径。",
    ),
    "segments_many": _t(
        "{count} segments: parts of the sample follow unlike paths, so that the effects above are averages "
        "over them. Look for a question that tells them apart.",
        "{count} 个细分：样本的不同部分遵循不同的路径，上文的效应是它们的平均。请寻找能区分它们的题项。",
    ),
    "segments_text": _t(
        "A mixture of regressions on the scores (FIMIX-PLS; Hahn et al., 2002). The smaller a criterion, the "
        "better; entropy (EN) from .50 on says that segments are told apart, and no segment may be too small "
        "to report. The highlighted row is the one chosen (Sarstedt et al., 2011).",
        "对得分作混合回归（FIMIX-PLS；Hahn et al., 2002）。准则值越小越好；熵（EN）不低于 0.50 "
        "表示细分可区分，"
        "且每个细分不得过小。突出显示的行为选定者（Sarstedt et al., 2011）。",
    ),
    "segment_column": _t("segment {number} ({share})", "细分 {number}（{share}）"),
    "segment_r2": _t("Explained variance (R²)", "解释方差（R²）"),
    "h_segment_paths": _t("Paths in each segment (standardised)", "各细分的路径（标准化）"),
}

_ESTIMATORS = {
    "difference": _t("difference", "差值"),
    "compared_estimate": _t("estimate", "估计值"),
    "h_estimators": _t("Another estimator beside", "另一种估计方法"),
    "estimators_text": _t(
        "The covariance-based estimator takes a construct for what its questions have in common and removes "
        "measurement error, which makes paths larger and asks more of the data; PLS takes it for a weighted "
        "sum of its questions, error included. Where both agree, a conclusion does not hang on the choice; "
        "where they differ, say which was used; where signs are opposite, do not act on that effect.",
        "协方差法把潜变量看作题项的共同部分并剔除测量误差，因而路径较大、对数据要求更高；PLS 把潜变量看作题项"
        "的加权和，包含误差。两者一致时，结论不取决于方法；不同时，请说明所用的方法；符号相反时，"
        "请勿依据该效应"
        "采取行动。",
    ),
    "estimators_agree": _t("They agree in everything that is compared.", "两者在所比较的各项上一致。"),
    "estimators_differ": _t("They differ in: {names}.", "不同之处：{names}。"),
    "estimators_opposite": _t("Opposite signs: {names}.", "符号相反：{names}。"),
    "side_named_index": _t("the index of {name}", "{name}指数"),
    "side_named_weight": _t("the index weights of {name}", "{name}的指数权重"),
    "side_named_path": _t("the path {name}", "路径 {name}"),
    "side_named_total_effect": _t("the total effect {name}", "总效应 {name}"),
    "estimators_not_compared": _t("Some are not compared: {why}.", "部分未作比较：{why}。"),
    "and_more": _t("{names} and {count} more", "{names}等另有 {count} 项"),
    "side_index": _t("Index (index points)", "指数（分）"),
    "side_weight": _t("Index weights", "指数权重"),
    "side_path": _t("Paths (standardised)", "路径（标准化）"),
    "side_total_effect": _t("Total effects (index points per index point)", "总效应（每提升 1 分）"),
    "side_ml": _t("covariance-based", "协方差法"),
    "side_other": _t("the covariance-based estimator", "协方差法"),
    "side_pls": _t("PLS", "PLS"),
    "side_plsc": _t("consistent PLS", "一致性 PLS"),
    "v_agree": _t("✓ agree", "✓ 一致"),
    "v_differ": _t("! differ", "! 不同"),
    "v_opposite": _t("✕ opposite", "✕ 相反"),
}

_FINDINGS = {
    "finding_reliability": _t("impossible reliability", "信度超出可能范围"),
    "finding_loading": _t("impossible loading", "载荷超出可能范围"),
    "finding_explained-variance": _t("impossible explained variance", "解释方差超出可能范围"),
    "finding_negative-loading": _t("question against its construct", "题项与潜变量方向相反"),
    "finding_composite-misfit": _t("model does not fit exactly", "模型不完全拟合"),
    "finding_composite-comparability": _t("may the groups be compared?", "各组是否可比"),
    "finding_bootstrap-inadmissible": _t("inadmissible bootstrap replicates", "自助抽样的解不可接受"),
    "finding_jackknife-failures": _t("failed jackknife replicates", "刀切法失败"),
    "finding_few-permutations": _t("too few permutations", "置换次数过少"),
    "finding_groups-against-others": _t("groups against all others", "各组与其余各组比较"),
    "finding_shared-clusters": _t("clusters in several groups", "群组跨越多个分组"),
    "finding_no-composite-tests": _t("groups not tested", "未检验各组差异"),
    "finding_estimators-beside": _t("the other estimator", "另一种估计方法"),
    "finding_not-beside": _t("no other estimator beside", "没有另一种估计"),
    "finding_segments": _t("hidden segments", "潜在细分"),
    "finding_no-segments": _t("segments not looked for", "未寻找潜在细分"),
}

COMPOSITE_MORE: dict[str, Term] = {
    **_PREDICTION, **_NECESSITY, **_GROUPS, **_SEGMENTS, **_ESTIMATORS, **_FINDINGS,
}  # fmt: skip
"""Every text of this file by key."""
