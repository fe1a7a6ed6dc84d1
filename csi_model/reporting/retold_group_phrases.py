"""Sentences that findings on groups and stored results hold, and what a report makes of them."""

from __future__ import annotations

from csi_model.reporting.retold_patterns import Pattern, pattern, same

_END = r"(?= |$)"

_GROUPS = (
    pattern(
        r"(?P<value_1>\d+) groups? (?:has|have) fewer respondents than the minimum base of (?P<value_2>\d+): "
        r"(?P<counted>.+)\.$",
        "Groups with fewer respondents than the minimum base of {value_2}, {value_1} in all: {counted}.",
        "{value_1} 个组的受访者少于最低样本量 {value_2} 名：{counted}。",
    ),
    same(
        "No number is shown for so few; join groups, or lower --min-base.",
        "样本过少，不公布其数字；请合并分组，或调低 --min-base。",
    ),
    pattern(
        r"Only (?P<value_1>\d+) respondents: fewer than the minimum base of (?P<value_2>\d+)\." + _END,
        "Only {value_1} respondents: fewer than the minimum base of {value_2}.",
        "受访者只有 {value_1} 名，少于最低样本量 {value_2} 名。",
    ),
    same("Read the numbers with care.", "请谨慎解读这些数字。"),
    pattern(
        r"it is the only suppressed group: its index follows from those of all respondents and of the other "
        rf"groups\.{_END}",
        "It is the only suppressed group: its index follows from those of all respondents and of the other "
        "groups.",
        "只有这一个组不公布：由全体受访者与其他各组的指数即可推算出它的指数。",
    ),
    same(
        "Join it with another group, or publish no index of all respondents beside the groups.",
        "请将其与其他组合并，或不在各组旁公布全体受访者的指数。",
    ),
    pattern(
        r"suppressed: (?P<value_1>\d+) respondents are fewer than the minimum base of (?P<value_2>\d+); no "
        rf"number is shown\.{_END}",
        "Suppressed: {value_1} respondents are fewer than the minimum base of {value_2}; no number is shown.",
        "样本不足，不公布：受访者 {value_1} 名，少于最低样本量 {value_2} 名。",
    ),
    same(
        "Collect more interviews, merge groups, or set --min-base.",
        "请增加样本量、合并分组，或设定 --min-base。",
    ),
    pattern(
        r"(?P<value_1>\d+) respondents for (?P<value_2>\d+) free parameters is thin; standard errors and fit "
        rf"measures are approximate\.{_END}",
        "{value_1} respondents for {value_2} free parameters is thin; standard errors and fit measures are "
        "approximate.",
        "{value_1} 名受访者对 {value_2} 个自由参数而言偏少，标准误与拟合指标只是近似值。",
    ),
    same(
        "Five respondents per parameter is a common floor (Bentler & Chou 1987).",
        "通常要求每个参数至少 5 名受访者（Bentler & Chou 1987）。",
    ),
    same(
        "missing answers were replaced by item means: variances and standard errors are too small.",
        "缺失答案以题项均值代替：方差与标准误偏小。",
    ),
    same(
        "Use it to compare with indices that do the same; --missing-data complete for inference.",
        "仅宜与同样处理的指数比较；推断请用 --missing-data complete。",
    ),
    pattern(
        r"every covariance rests on other respondents, and standard errors pretend that all (?P<value>\d+) "
        rf"answered everything: they are too small\.{_END}",
        "Every covariance rests on other respondents, and standard errors pretend that all {value} answered "
        "everything: they are too small.",
        "各协方差依据的受访者不同，而标准误假定全部 {value} 名均已完整作答，因此偏小。",
    ),
    same("Use --estimator fiml for inference.", "推断请用 --estimator fiml。"),
    pattern(
        r"paths were drawn towards 0 by a ridge of strength (?P<value>\S+): they are steadier and biased; "
        r"their intervals allow for the spread but not for the bias, and there is no chi-square\." + _END,
        "Paths were drawn towards 0 by a ridge of strength {value}: they are steadier and biased; their "
        "intervals allow for the spread but not for the bias, and there is no chi-square.",
        "路径系数以强度 {value} 的岭估计向 0 收缩：更稳定，但有偏差；区间已考虑离散程度，未考虑偏差；"
        "没有卡方值。",
    ),
    same(
        "Report it as a ridge fit, or merge the constructs that respondents do not tell apart.",
        "请注明为岭估计，或合并受访者未能区分的潜变量。",
    ),
)

_FAILED = (
    pattern(
        rf"everybody gave the same answer to (?P<item_list>.+?)\.{_END}",
        "Everybody gave the same answer to {item_list}.",
        "所有人对{item_list}的答案相同。",
    ),
    same(
        "all respondents are of one cluster, so that no standard error can be estimated.",
        "全部受访者属于同一群组，无法估计标准误。",
    ),
    same(
        "Leave --cluster out, or join groups: clusters are where interviews were drawn, such as towns.",
        "请去掉 --cluster，或合并分组：群组是抽取访问的地方，例如城镇。",
    ),
    same(
        "Without variation no loading can be estimated: drop the question for this sample.",
        "答案没有差异便无法估计载荷：请在该样本中删去该题项。",
    ),
    pattern(
        rf"nobody answered both (?P<both>.+?)\.{_END}",
        "Nobody answered both {both}.",
        "无人同时回答：{both}。",
    ),
    pattern(
        rf"nobody, or only people who agree, answered both (?P<both>.+?)\.{_END}",
        "Nobody, or only people who agree, answered both {both}.",
        "无人同时回答，或同时回答者的答案完全一致：{both}。",
    ),
    same(
        "Their correlation cannot be estimated: drop one of them from the model.",
        "无法估计其相关系数：请从模型中删去其一。",
    ),
    same(
        "Their covariance cannot be estimated: drop one of them from the model.",
        "无法估计其协方差：请从模型中删去其一。",
    ),
    pattern(
        rf"nobody answered (?P<item_list>(?!both ).+?)\.{_END}",
        "Nobody answered {item_list}.",
        "无人回答{item_list}。",
    ),
    same("Drop the question for this sample.", "请在该样本中删去该题项。"),
    pattern(
        rf"the answers to (?P<item_list>.+?) determine each other exactly\.{_END}",
        "The answers to {item_list} determine each other exactly.",
        "{item_list}的答案之间完全相关。",
    ),
    same(
        "Drop one of them: it is a copy, a sum or a recode of the others.",
        "请删去其一：它是其他题项的复制、求和或重编码。",
    ),
    pattern(
        r"(?P<value_1>\d+) respondents can be used; there is nothing to learn from fewer than "
        rf"(?P<value_2>\d+)\.{_END}",
        "{value_1} respondents can be used; there is nothing to learn from fewer than {value_2}.",
        "可用的受访者只有 {value_1} 名，少于 {value_2} 名时无法估计。",
    ),
    pattern(
        r"(?P<value_1>\d+) respondents answered all (?P<value_2>\d+) questions; the model needs more than "
        rf"(?P<value_3>\d+)\.{_END}",
        "{value_1} respondents answered all {value_2} questions; the model needs more than {value_3}.",
        "完整回答全部 {value_2} 个题项的受访者有 {value_1} 名，而模型需要多于 {value_3} 名。",
    ),
    pattern(
        r"the model has (?P<value_1>\d+) free parameters, the covariance matrix only (?P<value_2>\d+) "
        rf"entries\.{_END}",
        "The model has {value_1} free parameters, the covariance matrix only {value_2} entries.",
        "模型有 {value_1} 个自由参数，而协方差矩阵只有 {value_2} 个元素。",
    ),
    same("Add indicators, or remove paths and covariances.", "请增加题项，或删去路径与协方差。"),
    pattern(
        r"the pairwise covariances of (?P<item_list>.+?) contradict each other \(they come from different "
        rf"respondents\), so that the matrix is not positive definite\.{_END}",
        "The pairwise covariances of {item_list} contradict each other (they come from different "
        "respondents), so that the matrix is not positive definite.",
        "{item_list}的成对协方差相互矛盾（来自不同的受访者），矩阵非正定。",
    ),
    same(
        "Use --estimator fiml, which takes every answer and cannot contradict itself.",
        "请使用 --estimator fiml，它使用全部答案，不会自相矛盾。",
    ),
    same(
        "Collect more interviews, check the missing codes, or use --missing-data mean.",
        "请增加样本量、检查缺失码，或使用 --missing-data mean。",
    ),
    same("Collect more interviews, or check the missing codes.", "请增加样本量，或检查缺失码。"),
    same(
        "a stratum has only one cluster (or one respondent), so its variance cannot be estimated.",
        "有的层只有一个群组（或一名受访者），无法估计其方差。",
    ),
)

_DRAWS = (
    same(
        "The sample hardly tells this solution from an impossible one: merge constructs that respondents do "
        "not tell apart, or give --variances bounded where a variance is negative.",
        "样本几乎无法将该解与不可能的解区分：请合并受访者未能区分的潜变量；若方差为负，可使用 --variances "
        "bounded。",
    ),
    same(
        "The sample hardly tells this solution from an impossible one: merge constructs that respondents do "
        "not tell apart, or use --estimator pls.",
        "样本几乎无法将该解与不可能的解区分：请合并受访者未能区分的潜变量，或使用 --estimator pls。",
    ),
    same(
        "Intervals from such a selection are too short; use delta-method intervals (--bootstrap 0), collect "
        "more interviews, or drop a question that hardly varies.",
        "如此筛选所得的区间过短；请使用 delta 法区间（--bootstrap 0）、增加样本量，"
        "或删去几乎没有差异的题项。",
    ),
    same(
        "Intervals from such a selection are too short; collect more interviews, or drop a question that "
        "hardly varies.",
        "如此筛选所得的区间过短；请增加样本量，或删去几乎没有差异的题项。",
    ),
)

_RESULTS = (
    same(
        "each folder's index rests on its own pooled weights, re-estimated for each.",
        "各结果文件夹的指数采用各自重新估计的合并样本权重。",
    ),
    same(
        "two of the folders come from the same survey file, so they are not independent; the standard errors "
        "of differences assume that they are.",
        "有两个结果文件夹来自同一份调查文件，并非相互独立，而差异的标准误假定其独立。",
    ),
    same("Compare groups of one fit (--by) instead.", "请改为比较同一次拟合的各组（--by）。"),
    same(
        "some numbers of these results should not be used; see their own findings.",
        "这些结果中有的数字不可使用，见其自身的提示。",
    ),
    same("Mend the fit before comparing.", "请先修正拟合，再作比较。"),
    same(
        "units count as independent of each other: what clusters or strata that reach into several of them "
        "have in common is not kept.",
        "各单位视为相互独立：跨多个单位的群组或层的共同部分没有保留。",
    ),
    same(
        "Leave --stream out where the survey fits into memory, if that matters for their differences.",
        "若这影响各单位的差异，而内存足以容纳该调查，请不用 --stream。",
    ),
    same("there are no groups to permute.", "没有可置换的组。"),
    same("Name a group column with --by.", "请用 --by 指明分组列。"),
)

GROUP_SENTENCES: tuple[Pattern, ...] = (*_GROUPS, *_FAILED, *_DRAWS, *_RESULTS)
"""Whole sentences; the first that fits is taken."""
