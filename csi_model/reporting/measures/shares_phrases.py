"""Words of the sections and charts of the family ``shares``."""

from __future__ import annotations

from csi_model.columns import Term
from csi_model.columns import make_term as _t

PHRASES: dict[str, Term] = {
    # axes
    "shares_axis_percent": _t("Percent; the line is the {level} interval", "百分比，横线为 {level} 置信区间"),
    "shares_axis_rate_degree": _t(
        "Rate in percent of the respondents, degree in points of 0-100; the line is the {level} interval",
        "满意率为受访者百分比，满意度为 0–100 分；横线为 {level} 置信区间",
    ),
    "shares_axis_units": _t(
        "Answer units; the line is the {level} interval", "答案单位，横线为 {level} 置信区间"
    ),
    "shares_axis_points": _t(
        "Points, -100 to 100; the line is the {level} interval",
        "分（\u2212100 至 100），横线为 {level} 置信区间",
    ),
    "shares_axis_answers": _t(
        "Share of the answers, the lowest answer on the left", "各答案占比，最低答案在左"
    ),
    "shares_axis_funnel": _t(
        "Share of all respondents; the line is the {level} interval",
        "占全体受访者的比例，横线为 {level} 置信区间",
    ),
    "shares_axis_stayed": _t(
        "Percent who stay of each group; the line is the {level} interval",
        "各群体中留存者的百分比，横线为 {level} 置信区间",
    ),
    # headings
    "shares_answers_of": _t("Answers: {measure}", "答案分布：{measure}"),
    "shares_chart_values": _t("Values with their {level} intervals", "数值及其 {level} 置信区间"),
    "shares_chart_stages": _t("How many reach each stage", "到达各阶段的比例"),
    "shares_h_recovery": _t("What recovery does", "抱怨处理的效果"),
    "shares_of_previous": _t("{share} of the stage before", "占上一阶段 {share}"),
    "shares_caption": _t("what it means", "含义"),
    # what was found
    "shares_value": _t(
        "{measure}, {item}: {value} ({level} interval {interval}; n = {n}).",
        "{item}：{measure}为 {value}（{level} 置信区间 {interval}，样本量 {n}）。",
    ),
    "shares_value_only": _t(
        "{measure}, {item}: {value} (n = {n}).", "{item}：{measure}为 {value}（样本量 {n}）。"
    ),
    "shares_percent_value": _t("{value}%", "{value}%"),
    "shares_points_value": _t("{value} points", "{value} 分"),
    "shares_percentage_points_value": _t("{value} percentage points", "{value} 个百分点"),
    "shares_periods_value": _t("{value} periods", "{value} 期"),
    "shares_stage": _t(
        "{stage}: {share} of all respondents, {before} of the stage before.",
        "{stage}：占全体受访者 {share}，占上一阶段 {before}。",
    ),
    "shares_stay": _t("{stage}: {share} (n = {n}).", "{stage}：{share}（样本量 {n}）。"),
    # how to read
    "shares_how_satisfaction_rate": _t(
        "The satisfaction rate is a share of people: how many of those asked are satisfied (S/C). The "
        "satisfaction degree is a score: how satisfied they are on average, from 0 to 100. A degree of "
        "75 does not mean that 75% are satisfied: if everybody is fairly satisfied, the rate is 100% and "
        "the degree middling. Which answers count, and whether “don't know” is in the base, stands with "
        "the numbers.",
        "满意率是人数的比例，即受访者中满意者所占的百分比（S/C）；满意度是分数，即平均满意程度（0–100 分）。"
        "满意度 75 分并不表示 75% 的人满意：若人人都比较满意，满意率为 100%，满意度却只是中等偏上。"
        "哪些答案算作满意、“不知道”是否计入基数，均列于数字旁。",
    ),
    "shares_how_boxes": _t(
        "Top boxes are the share of the best answers, bottom boxes that of the worst; the net is the one "
        "less the other, in percentage points.",
        "高分占比为最好的几个答案所占比例，低分占比为最差的几个答案所占比例；净值为两者之差（百分点）。",
    ),
    "shares_how_mean_score": _t(
        "The two percent forms must not be mixed or compared. In percent of the highest answer (mean / "
        "max) the lowest possible value is not 0: on five steps it is 20. In percent of the range (mean "
        "less lowest, of highest less lowest) the values run from 0 to 100.",
        "两种百分比形式不可混用或互相比较。“占最高分的百分比”（均值÷最高分）的下限不为 0，五级量表为 20；"
        "“占量程的百分比”（均值减最低分，除以最高分减最低分）取值为 0 至 100。",
    ),
    "shares_how_csat": _t(
        "CSAT is the share of satisfied answers; some report the mean instead, which is another number.",
        "CSAT 为满意答案所占比例；也有人以平均分表示，两者不可混淆。",
    ),
    "shares_how_ces": _t(
        "Mind the orientation: version 2.0 asks whether it was made easy (high is good), version 1.0 for "
        "the effort (low is good). The two are not comparable.",
        "请注意方向：2.0 版询问是否轻松（越高越好），1.0 版询问费力程度（越低越好），两者不可比较。",
    ),
    "shares_how_nps": _t(
        "Promoters answer 9-10, passives 7-8, detractors up to 6; the score is the share of promoters "
        "less that of detractors. In small samples take the interval for small samples. No bands are "
        "built in: figures that circulate (above 50 good, 70 to 80 very loyal, most firms 5 to 10) are "
        "old and differ by country and industry.",
        "推荐者回答 9–10 分，被动者 7–8 分，贬损者 6 分及以下；净推荐值为推荐者占比减贬损者占比。"
        "小样本请采用小样本区间。程序不内置评价等级：流传的标准（50 以上为好，70–80 为非常忠诚，"
        "多数企业为 5–10）年代较早，且因国家和行业而异。",
    ),
    "shares_how_retention": _t(
        "Churn is the share of the customers at the start who were lost; retention is the rest. The "
        "expected lifetime is one over the churn, in the same periods, and holds only if the churn stays "
        "as it is.",
        "流失率为期初顾客中流失者的比例，其余为保持率。预期存续期为流失率的倒数（以同样的期为单位），"
        "仅在流失率不变时成立。",
    ),
    "shares_how_intention": _t(
        "Which answers count is a convention; it stands with the numbers. What people say that they will "
        "do is not what they do.",
        "哪些答案计入属于约定，列于数字旁。受访者表示的意愿不等于实际行为。",
    ),
    "shares_how_complaint_rate": _t(
        "Low is good; but a low rate may also mean that complaining is difficult.",
        "越低越好；但抱怨率低也可能是因为投诉不便。",
    ),
    "shares_how_funnel": _t(
        "Each share of all is the product of the shares along the way, each of those who answered: a "
        "missing answer does not count as a loss.",
        "占全体的比例为各阶段比例的乘积，各阶段以作答者为基数，缺失答案不算作流失。",
    ),
    "shares_how_recovery": _t(
        "Compare those whose complaint was handled well with those whose complaint was not, and with "
        "those who did not complain. The differences are associations: customers who differ otherwise "
        "may also complain and be handled differently.",
        "请将抱怨处理良好者与处理不佳者、未抱怨者相比较。差异只是相关关系：不同的顾客本身也可能有不同的"
        "抱怨方式和处理结果。",
    ),
    # the seven steps
    "shares_step_1": _t(
        "very dissatisfied: angry, complains and warns others", "很不满意：愤怒，投诉并劝阻他人"
    ),
    "shares_step_2": _t("dissatisfied: annoyed, would rather not come again", "不满意：气恼，不想再来"),
    "shares_step_3": _t("rather dissatisfied: disappointed, grumbles a little", "不太满意：遗憾，略有怨言"),
    "shares_step_4": _t("neither: no feeling either way", "一般：没有明显的好恶"),
    "shares_step_5": _t("rather satisfied: well disposed, approves", "比较满意：有好感，予以肯定"),
    "shares_step_6": _t("satisfied: pleased, speaks well of it", "满意：愉快，予以称赞"),
    "shares_step_7": _t("very satisfied: delighted, thanks and recommends", "很满意：惊喜，感谢并推荐"),
}

REASONS: dict[str, str] = {
    "nobody was lost: one over a churn of zero is not defined": "没有顾客流失：流失率为零，其倒数没有定义",
    "nobody reached the stage before": "无人到达上一阶段",
    "suppressed: the stage before is, and its respondents would follow from this one": (
        "不公布：上一阶段的数字未公布，由本阶段可推算其人数"
    ),
    "nobody at the stage before answered the question": "上一阶段无人回答该问题",
    "the start: it has no interval": "起点，没有区间",
    "suppressed: with it the group beside it that is suppressed would be known": (
        "样本不足，不公布：否则可推算出旁边未公布的群体"
    ),
    "“don't know” was to be counted, but no answer is read as such.": (
        "要求计入“不知道”，但没有答案被识别为“不知道”。"
    ),
    "If a code stands for it, declare it: --missing 98=dont_know.": (
        "若有代码表示“不知道”，请声明：--missing 98=dont_know。"
    ),
    "its scale begins below 0, so that the mean is not shown in percent of the maximum.": (
        "量表下限小于 0，因此不给出平均分占最高分的百分比。"
    ),
    "Use the percent of the range.": "请使用占量程的百分比。",
    "it was asked on 1-10, not 0-10: detractors are 1-6, and scores are not quite those of others.": (
        "该题为 1–10 分而非 0–10 分：贬损者为 1–6 分，得分与通常的净推荐值不完全可比。"
    ),
    "Compare it only with scores that were asked on 1-10.": "请只与同为 1–10 分量表的得分比较。",
}
"""What findings and empty numbers say > its Chinese words."""
PATTERNS: tuple[tuple[str, str], ...] = ()
"""The same with parts that differ: a regular expression, and Chinese words with {0}, {1} for its groups."""
