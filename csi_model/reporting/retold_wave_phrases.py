"""Sentences that findings on waves, panels and weights of a survey hold, and what a report makes of them."""

from __future__ import annotations

from csi_model.reporting.retold_patterns import Pattern, pattern, same

_END = r"(?= |$)"
_VALUE = r"[-+\d.e]+?"

_TREND = (
    pattern(
        r"the trend rests on (?P<ruler>.+?); other choices move the index of (?P<name>\S+) by up to "
        rf"(?P<value_1>{_VALUE}) and its changes by up to (?P<value_2>{_VALUE}) points"
        r"(?:; where changes come from is told by the (?P<parted>.+?))?"
        rf"(?:, and the verdict on some change with the weights (?P<turned>[a-z, ]+))?\.{_END}",
        "The trend rests on {ruler}; other choices move the index of {name} by up to {value_1} and its "
        "changes by up to {value_2} points{turned}{parted}.",
        "趋势采用{ruler}；若改用其他权重，{name}指数最多相差 {value_1} 分，其变化最多相差 {value_2} "
        "分{turned}{parted}。",
    ),
    same(
        "Name the weights beside the trend; all choices stand side by side in its table.",
        "请在趋势旁注明所用权重；各种权重的结果并列于趋势表中。",
    ),
    pattern(
        r"(?P<subject>(?:the |derived |missing |options )[a-z, ]+?) differ: (?P<differing>.+)\.$",
        "What differs, {subject}: {differing}.",
        "{subject}不一致：{differing}。",
    ),
    same(
        "Say so beside the trend; a change may come from this and not from the customers.",
        "请在趋势旁注明；变化可能由此引起，而非来自顾客。",
    ),
    pattern(
        r"levels above the units have no trend, as the shares do not fit this wave: (?P<nested>.+)$",
        "Levels above the units have no trend, as the shares do not fit this wave: {nested}",
        "各单位之上的层级没有趋势，因为权重不适用于本期：{nested}",
    ),
    same(
        "Give shares that hold in every wave; those of the last wave are used for its league.",
        "请给定适用于各期的权重；最后一期的排行采用该期的权重。",
    ),
    pattern(
        r"Only the earlier wave has a number for (?P<units>.+?)\.(?= Only the later wave | The change of |$)",
        "Only the earlier wave has a number for {units}.",
        "只有前一期有{units}的指数。",
    ),
    pattern(
        r"Only the later wave has a number for (?P<units>.+?)\.(?= The change of |$)",
        "Only the later wave has a number for {units}.",
        "只有后一期有{units}的指数。",
    ),
    same(
        "The change of a level above is in part one of which units have a number; read it beside the changes "
        "of the units.",
        "上级的变化部分来自有指数的单位不同，请与各单位的变化一并阅读。",
    ),
)

RULERS: tuple[Pattern, ...] = (
    pattern(r"weights held at (?P<text>.+)", "weights held at {text}", "固定为 {text} 的权重"),
    same("weights estimated anew in each wave", "各期重新估计的权重"),
    pattern(
        r"changes by the mean weights of both waves, chained from (?P<text>.+)",
        "changes by the mean weights of both waves, chained from {text}",
        "自 {text} 起以两期平均权重链接的变化",
    ),
)
"""Which weights a trend rests on."""

_PANEL = (
    pattern(
        r"respondents who answered in two waves: (?P<panels>.+?); standard errors of changes count them as "
        rf"the same persons\.{_END}",
        "Respondents who answered in two waves: {panels}; standard errors of changes count them as the same "
        "persons.",
        "在两期均作答的受访者：{panels}；变化的标准误将其视为同一人。",
    ),
    same(
        "no respondent of a unit answered in two waves, by the identifier.",
        "按标识码，没有任何单位的受访者在两期均作答。",
    ),
    same(
        "Check that a person has the same identifier in every wave, or leave the identifier out.",
        "请检查同一人在各期的标识码是否相同，或不使用标识码。",
    ),
    same(
        "some clusters have respondents in several waves, but standard errors of changes take the waves as "
        "independent.",
        "有的群组在多期均有受访者，而变化的标准误假定各期相互独立。",
    ),
    same(
        "Name the identifier of the respondents, so that clusters count as the same in every wave.",
        "请指明受访者的标识码，使各期的同一群组得以识别。",
    ),
    same(
        "persons cannot be drawn anew for all waves at once: the weights were raked to margins that hold for "
        "all waves together.",
        "无法对各期一并重新抽取受访者：权重是按各期合计的边际迭代加权的。",
    ),
    pattern(
        r"persons cannot be drawn anew for all waves at once: (?P<value>\d+) persons change their strata "
        rf"from wave to wave\.{_END}",
        "Persons cannot be drawn anew for all waves at once: {value} persons change their strata from wave "
        "to wave.",
        "无法对各期一并重新抽取受访者：有 {value} 人在各期所属的层不同。",
    ),
    pattern(
        r"persons cannot be drawn anew for all waves at once: (?P<value>\d+) persons change their clusters "
        rf"from wave to wave\.{_END}",
        "Persons cannot be drawn anew for all waves at once: {value} persons change their clusters from wave "
        "to wave.",
        "无法对各期一并重新抽取受访者：有 {value} 人在各期所属的群组不同。",
    ),
    same("Read the intervals as somewhat too wide.", "区间应视为略宽。"),
    same(
        "a stratum has only one cluster (or one respondent), so it cannot be resampled.",
        "有的层只有一个群组（或一名受访者），无法重抽样。",
    ),
    same("Merge small strata, or leave --strata out.", "请合并过小的层，或不用 --strata。"),
)

_WEIGHTS = (
    pattern(
        rf"Weights are (?P<weighting>.+?)\. They range from (?P<value_1>{_VALUE}) to (?P<value_2>{_VALUE}) "
        r"times the mean; by their spread the (?P<value_3>[\d,]+) respondents count as (?P<value_4>[\d,]+) "
        rf"\(design effect (?P<value_5>{_VALUE})\)\.{_END}",
        "Weights are {weighting}. They range from {value_1} to {value_2} times the mean; by their spread the "
        "{value_3} respondents count as {value_4} (design effect {value_5}).",
        "权重{weighting}，取值为均值的 {value_1} 至 {value_2} 倍；就其离散程度而言，{value_3} 名受访者相当于 "
        "{value_4} 名（设计效应 {value_5}）。",
    ),
    pattern(
        r"(?P<value_1>\d+) weights? (?:was|were) trimmed; untrimmed, the largest would be "
        rf"(?P<value_2>{_VALUE})\.{_END}",
        "Weights trimmed: {value_1}; untrimmed, the largest would be {value_2}.",
        "截断了 {value_1} 个权重；若不截断，最大者为 {value_2}。",
    ),
    pattern(
        rf"Margins are met to (?P<value>[\d.]+%) only, and errors take the weights as given\.{_END}",
        "Margins are met to {value} only, and errors take the weights as given.",
        "边际仅满足到 {value}，误差视权重为给定。",
    ),
    same("Trim them (`trim`), or join categories.", "请截断权重（`trim`），或合并类别。"),
    pattern(
        r"Fewer than (?P<value>\d+) respondents speak for (?P<categories>.+)\.$",
        "Fewer than {value} respondents speak for {categories}.",
        "以下类别的受访者少于 {value} 名：{categories}。",
    ),
    same(
        "Join thin categories: a few answers with large weights move the index.",
        "请合并受访者过少的类别：权重很大的少数答案会左右指数。",
    ),
    pattern(
        rf"With weights of at most (?P<value_1>{_VALUE}) times the mean the margins cannot be met: "
        rf"'(?P<category>.+?)' ends at (?P<value_2>{_VALUE}) instead of (?P<value_3>{_VALUE}), "
        rf"(?P<value_4>[-+][\d.]+%)\.{_END}",
        "With weights of at most {value_1} times the mean the margins cannot be met: {category} ends at "
        "{value_2} instead of {value_3}, {value_4}.",
        "权重不超过均值的 {value_1} 倍时无法满足边际：{category}为 {value_2}，应为 {value_3}"
        "（相差 {value_4}）。",
    ),
    pattern(
        rf"Raise `trim` \(untrimmed, the largest is (?P<value>{_VALUE}) times the mean\) or join "
        rf"categories\.{_END}",
        "Raise `trim` (untrimmed, the largest is {value} times the mean) or join categories.",
        "请调高 `trim`（不截断时最大权重为均值的 {value} 倍），或合并类别。",
    ),
    same(
        "standard errors allow for weights, strata and clusters (Taylor linearisation); so do the scaled "
        "chi-square and the scaled and robust fit measures, the plain ones do not.",
        "标准误已考虑权重、分层与整群（泰勒线性化）；校正卡方以及校正和稳健的拟合指标亦然，普通指标则不然。",
    ),
    same(
        "standard errors allow for weights, strata and clusters (Taylor linearisation); so do the scaled "
        "chi-square and the scaled fit measures, the plain ones do not.",
        "标准误已考虑权重、分层与整群（泰勒线性化）；校正卡方与校正拟合指标亦然，普通指标则不然。",
    ),
    same(
        "standard errors allow for margins being met: what these explain of the answers cannot err (Deville "
        "& Sarndal 1992).",
        "标准误已考虑边际得到满足：边际所解释的答案部分没有抽样误差（Deville & Sarndal 1992）。",
    ),
    same(
        "resampling holds the weights that meet the margins as they are, so that its intervals are somewhat "
        "too wide.",
        "重抽样不重新计算满足边际的权重，因此区间略宽。",
    ),
)

WAVE_SENTENCES: tuple[Pattern, ...] = (*_TREND, *_PANEL, *_WEIGHTS)
"""Whole sentences; the first that fits is taken."""
