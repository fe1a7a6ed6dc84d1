"""Words on leagues, waves and what-ifs; both languages."""

from __future__ import annotations

from csi_model.vocabulary import Term


def _t(en: str, zh: str) -> Term:
    return Term(en=en, zh=zh)


_NAMES = {
    "h_league": _t("League table", "排行与比较"),
    "league_total": _t("Total", "总体"),
    "league_everybody": _t("All respondents", "全体受访者"),
    "league_total_line": _t("total {value}", "总体 {value}"),
    "league_others": _t("all others", "其余各单位"),
    "league_benchmark": _t("target", "目标"),
    "league_rank": _t("rank", "名次"),
    "league_rank_interval": _t("{lower} to {upper}", "{lower}–{upper}"),
    "league_rank_is": _t("rank {rank}", "名次 {rank}"),
    "league_first_is": _t("first with a probability of {share}", "居首概率 {share}"),
    "league_col_index": _t("index", "指数"),
    "league_col_rank": _t("rank interval", "排名区间"),
    "league_col_letters": _t("letters", "字母"),
    "league_col_overall": _t("rank interval, all", "总排名区间"),
    "league_col_first": _t("first, probability", "居首概率"),
    "league_col_leads": _t("with the leader", "与领先者无法区分"),
    "league_leads": _t("● yes", "● 是"),
    "league_not_leads": _t("below", "低于"),
}

_CHARTS = {
    "chart_league": _t("{construct}: every unit with its interval", "{construct}：各单位指数及置信区间"),
    "axis_league": _t(
        "Index points; lines are {level} intervals, also those of the ranks",
        "指数（分）；横线与排名区间均为 {level} 置信区间",
    ),
    "axis_league_key": _t(
        "Filled: cannot be told apart from the leader of its block. Units that share a letter do not differ "
        "clearly",
        "实心：与所在组的领先者无法区分；有相同字母的单位之间无明显差异",
    ),
    "chart_gap": _t("{construct}: gap to the best other unit", "{construct}：与其余单位中最高者的差距"),
    "axis_gap": _t(
        "Index points above or below the best other unit; filled: a clear difference; lines are {level} "
        "intervals",
        "与其余单位中最高者之差（分）；实心：差异明显；横线为 {level} 置信区间",
    ),
    "gap_against": _t("against", "比较对象"),
    "chart_ranks": _t("{construct}: probability of each rank", "{construct}：各名次的概率"),
    "axis_ranks": _t(
        "Probability of each rank in %; darker is likelier", "各名次的概率（%），颜色越深概率越大"
    ),
    "axis_ranks_frame": _t("The frame is the {level} interval of the rank", "方框为排名的 {level} 置信区间"),
    "chart_heat": _t("Index of every unit on every construct", "各单位的各项指数"),
    "heat_key": _t(
        "Coloured: clearly different from all others of its block together, by so many index points",
        "着色：与同组其余单位整体有明显差异；颜色深浅表示相差的分数",
    ),
    "heat_untested": _t(
        "No colours: differences of these units were not tested", "未着色：未检验这些单位的差异"
    ),
    "heat_worse": _t("worse", "较差"),
    "heat_better": _t("better", "较好"),
    "chart_driver_maps": _t("Driver maps for {construct} by unit", "{construct}：各单位的驱动因素图"),
    "axis_driver_maps": _t(
        "Across: importance, index points of {construct} per index point; up: performance, index points",
        "横轴：重要性（每提升 1 分，{construct}变化的分数）；纵轴：表现（分）",
    ),
    "h_driver_maps": _t("Driver maps by unit", "各单位的驱动因素图"),
    "driver_maps_text": _t(
        "Each unit's own effects, all panels on one scale; the lines cross at the means of the unit's "
        "drivers. Maps of two units differ by chance, too: a change of corner is no test.",
        "采用各单位自身的效应，各图坐标一致；交叉线为该单位驱动因素的均值。不同单位的图也会因抽样而不同："
        "所在象限不同不构成检验。",
    ),
    "driver_maps_most": _t(
        "Shown are the {count} units with the most respondents of {all}; the others stand in "
        "tables/drivers.csv.",
        "共 {all} 个单位，图中为受访者最多的 {count} 个；其余见 tables/drivers.csv。",
    ),
}

_TOP = {
    "h_top": _t("Who leads", "领先者"),
    "top_one": _t(
        "{name} leads: every other unit stands clearly below.", "{name}领先，其余各单位均明显较低。"
    ),
    "top_first": _t(
        "{name} has the highest index, {index} index points.", "{name}的指数最高，为 {index} 分。"
    ),
    "top_many": _t("{names} cannot be told apart at the top.", "位居前列的{names}之间无法区分。"),
    "top_all": _t(
        "None of the {count} units can be told apart from the leader: the scores give no ground for a "
        "ranking.",
        "{count} 个单位均无法与领先者区分，不宜据此排名。",
    ),
    "top_in": _t("{block}: {text}", "{block}：{text}"),
    "top_overall": _t(
        "Of all {count} units together, {lead} cannot be told apart from the leader.",
        "就全部 {count} 个单位而言，有 {lead} 个与领先者无法区分。",
    ),
    "top_overall_one": _t(
        "Of all {count} units together, {name} leads clearly.", "就全部 {count} 个单位而言，{name}明显领先。"
    ),
    "top_blocks": _t(
        "Units are ranked within what they belong to; those marked ● in the table cannot be told apart from "
        "the leader there.",
        "各单位在所属上级内排名；表中标有 ● 者与该组领先者无法区分。",
    ),
    "league_how": _t(
        "Units stand by their index, but only the rank interval says which ranks the survey allows: a "
        "difference in order within it may be chance. Units that share a letter do not differ clearly.",
        "各单位按指数排列，但只有排名区间表明调查数据支持的名次：区间内的先后可能只是偶然。有相同字母的单位"
        "之间无明显差异。",
    ),
    "league_suppressed": _t(
        "Suppressed units have too few respondents; they come last, whatever their answers.",
        "样本不足的单位不公布指数，一律列于末尾，与其作答无关。",
    ),
    "h_league_table": _t("Index and rank of every unit", "各单位的指数与排名"),
    "h_ranks": _t("How likely is each rank?", "各名次的可能性"),
    "ranks_most": _t(
        "Shown are the {count} of {all} units that are most likely to be first; all stand in "
        "tables/rank_probabilities.csv.",
        "共 {all} 个单位，图中为居首概率最大的 {count} 个；全部见 tables/rank_probabilities.csv。",
    ),
    "ranks_cut": _t("Ranks beyond {last} are left out of the chart.", "图中不含第 {last} 名之后的名次。"),
    "h_aggregates": _t("Industries, sectors and the whole", "行业、部门与总体"),
    "aggregates_how": _t(
        "A score of a level is the mean of the scores below it by their shares, with the error of every "
        "score carried upward. The share measured is the part of the market that was interviewed.",
        "上级指数为下级指数按权重的加权平均，误差逐级传递。“已测得份额”为调查所覆盖的市场部分。",
    ),
    "h_gap": _t("Gap to the best", "与最佳者的差距"),
    "gap_how": _t(
        "Each unit against the best of the others: the leader stands above zero, all others below. The best "
        "is the one with the highest score in this survey, which chance has helped on average: gaps look a "
        "little larger than they are. Their intervals allow for that (Hsu, 1984) and end at 0 where a unit "
        "is clearly below the best.",
        "每个单位与其余单位中指数最高者比较：领先者为正，其余为负。最高者是本次调查中得分最高的单位，平均而言"
        "受偶然因素抬高，因此差距会略显偏大；其区间已考虑这一点（Hsu, 1984），明显低于最高者时区间止于 0。",
    ),
    "gap_most": _t(
        "Shown are the {count} of {all} units with the smallest gap; all stand in tables/differences.csv.",
        "共 {all} 个单位，图中为差距最小的 {count} 个；全部见 tables/differences.csv。",
    ),
    "h_heat": _t("Strengths and weaknesses", "强项与弱项"),
    "heat_level": _t(
        "With so many units the map shows the level {level}; the index of every unit on every construct "
        "stands in tables/index.csv.",
        "单位过多，图中为“{level}”一级；各单位的各项指数见 tables/index.csv。",
    ),
    "heat_ends": _t(
        "With so many units the map shows the {half} with the highest and the {half} with the lowest index; "
        "all stand in tables/index.csv.",
        "单位过多，图中为指数最高和最低的各 {half} 个；全部见 tables/index.csv。",
    ),
    "heat_low": _t("↓ marks constructs of which less is better.", "↓ 表示越低越好的潜变量。"),
}

_DIFFERENCES = {
    "h_differences_league": _t("Differences", "差异"),
    "h_diff_rest": _t("Each unit against all others of its block", "各单位与同组其余单位之差"),
    "h_diff_parent": _t("Each unit against what it belongs to", "各单位与所属上级之差"),
    "h_diff_best": _t("Each unit against the best other", "各单位与其余最佳者之差"),
    "h_diff_pair": _t("Pairs of units", "两两比较"),
    "diff_counts_one": _t("The one difference tested {clear}.", "共检验 1 个差异，{clear}。"),
    "diff_clear_one": _t("is clear", "差异明显"),
    "diff_not_clear_one": _t("is not clear", "差异不明显"),
    "diff_counts": _t(
        "Of {tested} differences tested, {clear} are clear.", "共检验 {tested} 个差异，其中 {clear} 个明显。"
    ),
    "diff_untested": _t("{count} could not be tested.", "{count} 个无法检验。"),
    "diff_most": _t(
        "Shown are the {count} largest, the clear ones first; the rest stands in tables/differences.csv.",
        "下表为其中 {count} 个，差异明显者在前、由大到小排列；其余见 tables/differences.csv。",
    ),
    "diff_others": _t(
        "Differences of the other constructs stand in tables/differences.csv.",
        "其他潜变量的差异见 tables/differences.csv。",
    ),
    "may_differ_level": _t("{level}: {text}", "{level}：{text}"),
    "diff_small": _t(
        "Equivalent units were shown to differ by less than the margin of the study (2 index points unless "
        "it names another).",
        "“等效”表示差异已证实小于研究设定的界限（未指定时为 2 分）。",
    ),
    "diff_reference_rest": _t("all others", "同组其余单位"),
    "diff_reference_parent": _t("belongs to", "所属上级"),
    "diff_how": _t(
        "A difference is the second minus the first, in index points. Intervals and p values allow for all "
        "comparisons of a kind at once, and a difference is clear where its interval excludes 0. Whether the "
        "intervals of two indices overlap is no test.",
        "差异为第二方减第一方（分）。区间与 p 值已就同类全部比较作校正；差异的区间不含 0 即为明显。两个指数的"
        "置信区间重叠与否不构成检验。",
    ),
    "equivalence_equivalent": _t("equivalent", "等效"),
    "equivalence_clear_but_small": _t("clear but small", "明显但很小"),
    "equivalence_not_shown": _t("not shown", "未证实"),
    "equivalence_not_tested": _t("not tested", "未检验"),
    "comparable_yes": _t("✓ yes", "✓ 可比"),
    "comparable_partly": _t("! partly", "! 部分可比"),
    "comparable_no": _t("✕ no", "✕ 不可比"),
    "comparable_not_tested": _t("not tested", "未检验"),
    "may_differ_yes": _t(
        "The check of comparability found one footing for all groups: differences of the index may be read "
        "as differences in what it measures.",
        "可比性检验表明各组的测量一致，指数之差可视为所测内容的差异。",
    ),
    "may_differ_yes_some": _t(
        "The check of comparability found one footing for the groups that it compared: differences of their "
        "index may be read as differences in what it measures.",
        "可比性检验表明参与比较的各组测量一致，其指数之差可视为所测内容的差异。",
    ),
    "may_differ_left_out": _t(
        "Where it says “not tested”, the check did not compare the groups: such a difference may also come "
        "from how groups answer.",
        "标为“未检验”之处，该检验未对各组作比较：这样的差异也可能来自作答方式的不同。",
    ),
    "may_differ_partly": _t(
        "The groups are comparable only in part: some of a difference may come from questions that groups "
        "answer differently. The section on comparability names them.",
        "各组仅部分可比：差异可能部分来自各组对某些题项的不同作答方式，详见可比性一节。",
    ),
    "may_differ_no": _t(
        "The groups are not comparable: differences of the index may come from how groups answer rather than "
        "from how satisfied they are. The section on comparability says why.",
        "各组不可比：指数之差可能来自作答方式的不同，而非满意程度的不同，原因见可比性一节。",
    ),
    "may_differ_not_tested": _t(
        "Whether the groups are comparable was not tested: a difference may also come from how groups "
        "answer.",
        "各组是否可比未经检验：差异也可能来自作答方式的不同。",
    ),
}

LEAGUE: dict[str, Term] = {**_NAMES, **_CHARTS, **_TOP, **_DIFFERENCES}
"""Every text on leagues by key."""
