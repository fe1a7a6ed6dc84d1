"""Sentences that findings on units, shares and what-ifs hold, and what a report makes of them."""

from __future__ import annotations

from csi_model.reporting.retold_patterns import Pattern, pattern, same

_END = r"(?= |$)"
_VALUE = r"[-\d.e+]+"
_PERCENT = rf"{_VALUE}(?: %)?"
_NAME = r"'[^']*'|\"[^\"]*\""

_SHARES = (
    pattern(
        rf"No shares are given, so that every (?P<text>.+?) counts the same in the level above\.{_END}",
        "No shares are given, so that every {text} counts the same in the level above.",
        "未给定权重，因此“{text}”一级的各单位在上级中同等计入。",
    ),
    pattern(
        rf"Give shares for the level (?P<text>.+?) \(by (?P<codes>[a-z_, ]+)\), or say `equal`\.{_END}",
        "Give shares for the level {text} (by {codes}), or say `equal`.",
        "请给定“{text}”一级的权重（依据：{codes}），或写明 `equal`。",
    ),
    pattern(
        rf"(?P<value>{_VALUE}) % of (?P<unit>.+?) was not measured and is left out: the score is of the "
        rf"rest\.{_END}",
        "{value} % of {unit} was not measured and is left out: the score is of the rest.",
        "{unit}的市场有 {value}% 未测得，不计入：指数仅代表其余部分。",
    ),
    pattern(
        rf"(?P<value_1>{_VALUE}) % of (?P<unit>.+?) was not measured and counts with the mean of the "
        rf"measured; were it (?P<value_2>{_VALUE}) index points from the rest, the whole would be "
        rf"(?P<value_3>{_VALUE}) off, which no standard error holds\.{_END}",
        "{value_1} % of {unit} was not measured and counts with the mean of the measured; were it {value_2} "
        "index points from the rest, the whole would be {value_3} off, which no standard error holds.",
        "{unit}的市场有 {value_1}% 未测得，按已测部分的均值计入；若其与已测部分相差 {value_2} 分，"
        "整体将偏离 {value_3} 分，标准误不含此项误差。",
    ),
    pattern(
        rf"The market shares of (?P<unit>.+?) leave nothing for (?P<quoted>{_NAME})\.{_END}",
        "The market shares of {unit} leave nothing for {quoted}.",
        "{unit}的市场份额没有给{quoted}留下份额。",
    ),
    pattern(
        rf"The market shares of (?P<unit>.+?) sum to (?P<percent_1>{_PERCENT}), scaled to "
        rf"(?P<percent_2>{_PERCENT})\.{_END}",
        "The market shares of {unit} sum to {percent_1}, scaled to {percent_2}.",
        "{unit}的市场份额之和为 {percent_1}，已按比例调整为 {percent_2}。",
    ),
    pattern(
        r"(?P<lost>.+(?:\)| and \d+ more)) of (?P<unit>.+?) (?:has|have) no number; the share counts with "
        rf"the others in proportion\.{_END}",
        "Without a number in {unit}: {lost}. The others count in proportion to their shares instead.",
        "{unit}中没有指数的单位：{lost}；其权重由其余单位按比例分担。",
    ),
    pattern(
        r"(?P<lost>.+(?:\)| and \d+ more)) of (?P<unit>.+?) (?:has|have) no number; the share leaves no "
        rf"number\.{_END}",
        "Without a number in {unit}: {lost}. No unit that is left has a share, so that {unit} has no number "
        "either.",
        "{unit}中没有指数的单位：{lost}；其余单位均没有权重，因此{unit}也没有指数。",
    ),
    pattern(
        r"See the reason in its own row; `measured` says what the score of (?P<unit>.+?) rests on\." + _END,
        "See the reason in its own row; `measured` says what the score of {unit} rests on.",
        "原因见该单位所在行；`measured` 一列表明{unit}的指数所依据的市场份额。",
    ),
    pattern(
        r"Not in this survey, carried over with index and error of then: (?P<units>.+)\.$",
        "Not in this survey, carried over with index and error of then: {units}.",
        "不在本次调查中，沿用前期的指数与误差：{units}。",
    ),
    pattern(
        r"In this survey without a number, and not replaced by the earlier one: (?P<units>.+)\.$",
        "In this survey without a number, and not replaced by the earlier one: {units}.",
        "在本次调查中但没有指数，且未以前期指数代替：{units}。",
    ),
    pattern(
        r"the mean that units are compared with is without those that have no number: (?P<units>.+)\.$",
        "The mean that units are compared with is without those that have no number: {units}.",
        "用于比较的均值不含没有指数的单位：{units}。",
    ),
)

_SHARE_MISTAKES = (
    pattern(
        rf"No unit of the level (?P<text>.+?) is called (?P<quoted>{_NAME})\.{_END}",
        "No unit of the level {text} is called {quoted}.",
        "“{text}”一级没有名为{quoted}的单位。",
    ),
    pattern(
        rf"(?P<quoted>{_NAME}) fits several units: (?P<units>.+)\.$",
        "{quoted} fits several units: {units}.",
        "{quoted}对应多个单位：{units}。",
    ),
    pattern(
        r"The all-others unit takes what the others leave, but has an amount: (?P<units>.+)\.$",
        "The all-others unit takes what the others leave, but has an amount: {units}.",
        "“其他”单位取其余单位之外的份额，却给定了数量：{units}。",
    ),
    pattern(
        rf"There are no amounts for shares by (?P<codes>[a-z_]+)\.{_END}",
        "There are no amounts for shares by {codes}.",
        "按 {codes} 计的权重没有给定数量。",
    ),
    pattern(
        r"No amount is given for (?P<units>.+)\.$",
        "No amount is given for {units}.",
        "未给定数量：{units}。",
    ),
    pattern(
        r"The amounts in (?P<unit>.+?) sum to zero: (?P<units>.+)\.$",
        "The amounts in {unit} sum to zero: {units}.",
        "{unit}内各单位的数量之和为零：{units}。",
    ),
    pattern(
        rf"The market shares of (?P<unit>.+?) sum to (?P<percent>{_PERCENT}), where this level is in "
        rf"percent\.{_END}",
        "The market shares of {unit} sum to {percent}, where this level is in percent.",
        "{unit}的市场份额之和为 {percent}，而该级以百分数表示。",
    ),
    pattern(
        rf"The market shares of (?P<unit>.+?) sum to (?P<percent>{_PERCENT}), more than the whole\.{_END}",
        "The market shares of {unit} sum to {percent}, more than the whole.",
        "{unit}的市场份额之和为 {percent}，超过整体。",
    ),
    pattern(
        rf"The market shares of (?P<unit>.+?) sum to (?P<percent_1>{_PERCENT}), not "
        rf"(?P<percent_2>{_PERCENT})\.{_END}",
        "The market shares of {unit} sum to {percent_1}, not {percent_2}.",
        "{unit}的市场份额之和为 {percent_1}，而非 {percent_2}。",
    ),
    pattern(
        rf"(?P<percent>{_PERCENT}) of (?P<unit>.+?) is left for (?P<quoted>{_NAME}), which was not surveyed "
        rf"there\.{_END}",
        "{percent} of {unit} is left for {quoted}, which was not surveyed there.",
        "{unit}有 {percent} 的份额留给{quoted}，而该单位未被调查。",
    ),
)
"""Why the shares of a study may not fit one of its waves."""

_WHAT_IF = (
    pattern(r"there is no plan: (?P<why>.+)\.$", "There is no plan: {why}.", "没有方案：{why}。"),
    pattern(
        rf"(?P<name>\S+) is at (?P<value_1>{_VALUE}) already, and the target is "
        rf"(?P<value_2>{_VALUE}?)\.{_END}",
        "{name} is at {value_1} already, and the target is {value_2}.",
        "{name}已为 {value_1} 分，目标为 {value_2} 分。",
    ),
    pattern(
        r"(?P<value_1>\d+) of (?P<value_2>\d+) groups cannot reach the target: (?P<units>.+)\.$",
        "{value_1} of {value_2} groups cannot reach the target: {units}.",
        "{value_2} 个组中有 {value_1} 个无法达到目标：{units}。",
    ),
    same(
        "See how far each can get in the table target_plan.",
        "各组所能达到的水平见 tables/target_plan.csv。",
    ),
    pattern(
        rf"(?P<name>\S+) cannot reach (?P<value_1>{_VALUE}): the priced drivers bring it from "
        rf"(?P<value_2>{_VALUE}) to (?P<value_3>{_VALUE}) \((?P<binding>.+)\)\.{_END}",
        "{name} cannot reach {value_1}: the priced drivers bring it from {value_2} to {value_3} ({binding}).",
        "{name}无法达到 {value_1} 分：已定价的驱动因素可使其从 {value_2} 分到 {value_3} 分（{binding}）。",
    ),
    same(
        "Lower the target, allow more (`most`), or price more drivers.",
        "请降低目标、放宽上限（`most`），或为更多驱动因素定价。",
    ),
    same(
        "other plans reach as far at the same cost; one of them is shown.",
        "另有方案能以同样的成本达到同样的水平，此处列出其中之一。",
    ),
    same(
        "effects that interact or bend are taken as they are at the means.",
        "有交互或弯曲的效应按其在均值处的大小计算。",
    ),
    same("Read moves of many points with care.", "变动幅度较大时请谨慎解读。"),
)

BINDING: tuple[Pattern, ...] = (
    pattern(
        r"(?P<name>\S+) can be pushed no further than `most`",
        "{name} can be pushed no further than `most`",
        "{name}已达上限 `most`",
    ),
    pattern(
        r"(?P<name>\S+) is at the end of its scale",
        "{name} is at the end of its scale",
        "{name}已达量表端点",
    ),
    same("none of them brings it nearer", "均不能使其接近目标"),
)
"""What stops the cheapest plan."""

LEAGUE_SENTENCES: tuple[Pattern, ...] = (*_SHARES, *_SHARE_MISTAKES, *_WHAT_IF)
"""Whole sentences; the first that fits is taken."""
