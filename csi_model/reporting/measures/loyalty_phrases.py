"""Words of the sections and charts of the family ``loyalty``."""

from __future__ import annotations

from csi_model.columns import Term
from csi_model.columns import make_term as _t

PHRASES: dict[str, Term] = {
    "loyalty_index_says": _t(
        "The loyalty index is {value} of 100 points ({level} interval {interval}).",
        "忠诚度指数为 {value} 分（满分 100 分，{level} 置信区间 {interval}）。",
    ),
    "loyalty_index_weights": _t(
        "It is the weighted mean of {parts}, each on 0 to 100. The source text names the indicators but "
        "neither scores nor weights: those are a convention of this program.",
        "该指数是{parts}的加权平均，各题均换算为 0–100 分。来源文献只给出指标，未给出分值与权重，"
        "此处的分值与权重为本程序的约定。",
    ),
    "loyalty_index_weight": _t("{name} (weight {weight})", "{name}（权重 {weight}）"),
    "loyalty_index_axis": _t(
        "Points, 0 to 100; the line is the {level} interval", "分（0–100），横线为 {level} 置信区间"
    ),
    "loyalty_price_today": _t(
        "Of the customers who named a percent, {today} would still buy at today's price and "
        "{dear} at a price "
        "{change}% higher.",
        "在给出百分比的顾客中，按现价仍会购买的占 {today}，涨价 {change}% 后仍会购买的占 {dear}。",
    ),
    "loyalty_price_median": _t(
        "The median reservation price is {value}, with today's price as 100 ({level} interval {interval}).",
        "保留价格的中位数为 {value}（现价 = 100，{level} 置信区间 {interval}）。",
    ),
    "loyalty_price_how": _t(
        "Reservation price: 100 plus the rise accepted by likely buyers, 100 less the cut "
        "that the others need; "
        "how the published index joins the two questions is not known, so this is our convention. The curve "
        "ends where the questions end.",
        "保留价格：可能再次购买者为 100 加可接受的涨幅，其他顾客为 100 减所需的降幅。"
        "已公布的指数如何合并这两个题项不得而知，此处为本程序的约定。曲线止于题项所问的范围。",
    ),
    "loyalty_price_x": _t("Change of the price, percent of today's", "价格变动（占现价的百分比）"),
    "loyalty_price_y": _t("Share still buying", "仍会购买的比例"),
    "loyalty_price_band": _t("Band: {level} interval", "色带：{level} 置信区间"),
    "loyalty_more_units": _t("{count} more in the table", "其余 {count} 组见表"),
    "loyalty_curve_x": _t("Satisfaction: {name}", "满意度：{name}"),
    "loyalty_curve_y": _t("Mean loyalty, 0 to 100", "平均忠诚度（0–100）"),
    "loyalty_curve_points": _t("Mean by answer, {level} interval", "各答案均值，{level} 置信区间"),
    "loyalty_curve_fit": _t("Curve (spline), {level} interval", "拟合曲线（样条），{level} 置信区间"),
    "loyalty_curve_group_title": _t("Loyalty by satisfaction in each group", "各组的满意度—忠诚度曲线"),
    "loyalty_curve_straight": _t(
        "No bend is shown (F = {f}, p {p}): as far as these answers tell, loyalty follows "
        "satisfaction about as "
        "closely at every level.",
        "未发现明显弯曲（F = {f}，p {p}）：就现有答案而言，各水平上忠诚度随满意度变化的程度大致相同。",
    ),
    "loyalty_curve_trap": _t(
        "Loyalty is no straight line of satisfaction (F = {f}, p {p}), and the trap shows: it "
        "climbs below, where "
        "basic expectations are met, hardly follows satisfaction in the zone of indifference, "
        "and climbs again "
        "above, where latent expectations are met.",
        "忠诚度与满意度并非直线关系（F = {f}，p {p}），存在“满意度陷阱”：在基本期望得到满足的低端上升，"
        "在无差异区几乎不随满意度变化，到潜在期望得到满足的高端才再次上升。",
    ),
    "loyalty_curve_steep_ends": _t(
        "Loyalty is no straight line of satisfaction (F = {f}, p {p}): it climbs more steeply "
        "at both ends, but in "
        "the zone of indifference it still follows.",
        "忠诚度与满意度并非直线关系（F = {f}，p {p}）：两端上升较陡，但在无差异区仍随满意度上升。",
    ),
    "loyalty_curve_levels_off": _t(
        "Loyalty is no straight line of satisfaction (F = {f}, p {p}): it climbs more steeply "
        "below than above, as "
        "with basic expectations, which count most while they are not met.",
        "忠诚度与满意度并非直线关系（F = {f}，p {p}）：低端上升较陡，高端较缓，"
        "符合基本期望的特点，即未满足时影响最大。",
    ),
    "loyalty_curve_takes_off": _t(
        "Loyalty is no straight line of satisfaction (F = {f}, p {p}): it climbs more steeply "
        "above than below, as "
        "with latent expectations; satisfied is not enough.",
        "忠诚度与满意度并非直线关系（F = {f}，p {p}）：低端上升较缓，高端较陡，"
        "符合潜在期望的特点，仅仅满意还不够。",
    ),
    "loyalty_curve_steep_middle": _t(
        "Loyalty is no straight line of satisfaction (F = {f}, p {p}): it climbs most steeply in the zone of "
        "indifference. That is the opposite of the trap.",
        "忠诚度与满意度并非直线关系（F = {f}，p {p}）：在无差异区上升最陡，与“满意度陷阱”相反。",
    ),
    "loyalty_curve_bent_otherwise": _t(
        "Loyalty is no straight line of satisfaction (F = {f}, p {p}), but the slopes of the "
        "zones do not clearly "
        "differ.",
        "忠诚度与满意度并非直线关系（F = {f}，p {p}），但各区间的斜率没有明显差异。",
    ),
    "loyalty_curve_slopes": _t(
        "A point of satisfaction goes with {low} points of loyalty in the zone of defection, "
        "{middle} in the zone "
        "of indifference and {high} in the zone of affection (both on 0 to 100).",
        "满意度每高 1 分，忠诚度在背离区高 {low} 分，在无差异区高 {middle} 分，在情感区高 {high} 分"
        "（均为 0–100 分）。",
    ),
    "loyalty_curve_groups": _t("{pattern}: {names}.", "{pattern}：{names}。"),
    "loyalty_curve_how": _t(
        "The zones have no published limits: these are set by the answers in the table. Slopes are those of "
        "straight lines that meet where the zones meet. At the ends of a scale answers cannot "
        "go on, which bends "
        "curves by itself, and what goes together need not be cause and effect.",
        "各区间没有公认的界限，此处按表中的答案划分。斜率来自在区间交界处相接的直线。"
        "量表两端的答案无法继续升降，这本身就会使曲线弯曲；同时变化也不等于因果关系。",
    ),
}

REASONS: dict[str, str] = {
    "no contribution: with it the indicator beside it that is suppressed would be known": (
        "其贡献不公布：否则可推算出旁边未公布的指标"
    ),
    "it lies above the highest price that was asked about": "高于题项所问的最高价格",
    "it lies below the lowest price that was asked about": "低于题项所问的最低价格",
    "the interval is open upwards: it reaches above the highest price that was asked about": (
        "区间上端开放：超出题项所问的最高价格"
    ),
    "the interval is open downwards: it reaches below the lowest price that was asked about": (
        "区间下端开放：低于题项所问的最低价格"
    ),
    "too few respondents for a curve": "受访者太少，无法拟合曲线",
    "fewer than three different satisfaction answers: nothing can bend": (
        "满意度的不同答案少于三个，无从弯曲"
    ),
    "all loyalty scores are equal": "所有忠诚度得分相同",
    "nobody is in this zone": "该区间内没有顾客",
    "the zones hold too few different answers for their slopes": "各区间内的不同答案太少，无法得出斜率",
    "Change `recode` in a codebook to read it otherwise.": "如需改变读法，请修改编码表中的 `recode`。",
    "Read the median rather than the mean, or try another --censored.": (
        "请以中位数代替均值，或改用其他 --censored 设定。"
    ),
    "Say with the results how many named none; they may differ from the others.": (
        "公布结果时请说明有多少人未给出百分比，他们可能与其他人不同。"
    ),
    "Check the answers to which each question is routed (--rise-when, --cut-when).": (
        "请检查各题项的跳转条件（--rise-when、--cut-when）。"
    ),
}
"""What findings and empty numbers say > its Chinese words."""

PATTERNS: tuple[tuple[str, str], ...] = (
    (
        r"([\d,]+) of ([\d,]+) answers \(([\d.]+) %\) are more than ([\d.]+) percent: they "
        r"count as ([\d.]+) in "
        r"means\.",
        "{1} 个答案中有 {0} 个（{2}%）超过 {3}%，在均值中按 {4}% 计。",
    ),
    (
        r"([\d,]+) of ([\d,]+) answers \(([\d.]+) %\) are more than ([\d.]+) percent: they are left out of "
        r"means\.",
        "{1} 个答案中有 {0} 个（{2}%）超过 {3}%，不计入均值。",
    ),
    (
        r"([\d,]+) of ([\d,]+) answers \(([\d.]+) %\) are more than ([\d.]+) percent: they "
        r"count as an assumed "
        r"([\d.]+) in means\.",
        "{1} 个答案中有 {0} 个（{2}%）超过 {3}%，在均值中按假定的 {4}% 计。",
    ),
    (
        r"([\d,]+) of ([\d,]+) who were asked named no percent \(([\d,]+) don't know, ([\d,]+) "
        r"refused, ([\d,]+) "
        r"blank or other\): they are not in the curve\.",
        "{1} 名被询问者中有 {0} 名未给出百分比（不知道 {2} 名，拒答 {3} 名，空白或其他 {4} 名），"
        "不计入曲线。",
    ),
    (
        r"([\d,]+) of ([\d,]+) who were asked named no percent \(([\d,]+) don't know, ([\d,]+) "
        r"refused, ([\d,]+) "
        r"blank or coded (.+)\): they are not in the curve\.",
        "{1} 名被询问者中有 {0} 名未给出百分比（不知道 {2} 名，拒答 {3} 名，空白或编码为 {5} 者 {4} 名），"
        "不计入曲线。",
    ),
    (
        r"([\d,]+) answers? from respondents who were not to be asked: not counted\.",
        "有 {0} 个答案来自不应被询问的受访者，不予计入。",
    ),
    (r"([\d,]+) answers? of (\S+) (?:is|are) top-coded to (\S+)\.", "{0} 个答案为 {1}，截顶为 {2}。"),
    (r"([\d,]+) answers? of (\S+) (?:is|are) read as (\S+)\.", "{0} 个答案为 {1}，按 {2} 读取。"),
)
"""The same with parts that differ: a regular expression, and Chinese words with {0}, {1} for its groups."""
