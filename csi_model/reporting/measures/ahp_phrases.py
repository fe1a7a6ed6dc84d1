"""Words of the sections and charts of the family ``ahp``."""

from __future__ import annotations

from csi_model.columns import Term
from csi_model.columns import make_term as _t

PHRASES: dict[str, Term] = {
    "ahp_h_map": _t("Factors by weight and value", "各因素的权重与因素值"),
    "ahp_h_criteria": _t("Criteria and factors", "各准则与因素"),
    "ahp_h_segments": _t("AHP loyalty by segment", "各细分群体的 AHP 忠诚度"),
    "ahp_h_factors_loyalty": _t("Factors of the loyalty", "忠诚度各因素"),
    "ahp_axis_weight": _t("Global weight; all factors together have 1", "总权重（全部因素之和为 1）"),
    "ahp_axis_value": _t("Factor value DC", "因素值 DC"),
    "ahp_axis_score": _t(
        "Score, at most 100; the line is the {level} interval", "得分（最高 100），横线为 {level} 置信区间"
    ),
    "ahp_axis_loyalty": _t("AHP loyalty, at most 100", "AHP 忠诚度（最高 100）"),
    "ahp_axis_share": _t("Percent of the customers", "顾客占比（%）"),
    "ahp_map_note": _t(
        "The lines cross at the means of the factors; all respondents", "交叉线为各因素的均值；全体受访者"
    ),
    "ahp_map_item": _t(
        "{number} {factor}: weight {weight}, value {value}, {quadrant}",
        "{number} {factor}：权重 {weight}，因素值 {value}，{quadrant}",
    ),
    "ahp_together": _t("together", "合计"),
    "ahp_heaviest": _t(
        "{goal}: the factors that weigh most are {names}.", "{goal}：权重最大的因素为{names}。"
    ),
    "ahp_heavy": _t("{name} ({weight})", "{name}（{weight}）"),
    "ahp_all_consistent": _t(
        "All judgements are consistent enough to be used: every CR is below the limit.",
        "所有判断矩阵的一致性均可接受：CR 均低于界限。",
    ),
    "ahp_some_inconsistent": _t(
        "Not all judgements are consistent: the CR reaches the limit for {names}. Look at the judgements "
        "below again before the weights are used.",
        "并非所有判断矩阵的一致性都可接受：{names}的 CR 达到界限。使用权重之前，请复核下列判断。",
    ),
    "ahp_by": _t("{node} ({judge})", "{node}（{judge}）"),
    "ahp_level": _t("level {depth}", "第 {depth} 层"),
    "ahp_how_weights": _t(
        "The weight is that among the parts of the same criterion (single ranking); the global weight is its "
        "product from the goal down (total ranking).",
        "权重为同一准则之下各部分的权重（层次单排序）；总权重为自目标起逐层相乘所得（层次总排序）。",
    ),
    "ahp_how_consistency": _t(
        "CI is (lambda max − n) / (n − 1), CR is CI / RI. Judgements of a level together: the CI and RI of "
        "its matrices, each under the weight of what it belongs to.",
        "CI =（λmax − n）/（n − 1），CR = CI / RI。层次总排序的 CI 与 RI 为该层各矩阵按上级权重加权之和。",
    ),
    "ahp_how_judgements": _t(
        "The judgements that agree least with the weights, each changed by itself: how much more the first "
        "matters than the second, what the weights imply, the value of the scale next to that, and the CR "
        "that this change alone would give. Weights are drawn towards a judgement that is far off; the last "
        "columns leave it out and say what all others imply. It is for the judges to decide.",
        "与权重最不一致的判断（每次只调整一个）：前者比后者重要的程度、权重隐含的比值、最接近的标度值，"
        "以及仅作此调整后的 CR。偏差很大的判断会影响权重本身，因此最后几列不计该判断，"
        "给出其余判断隐含的比值。是否调整由评判者决定。",
    ),
    "ahp_how_map": _t(
        "The value DC is the mean as a part of what is possible, the contribution is 100 times weight times "
        "value; all contributions add up to the score. Points to be gained are what the score would win if "
        "the factor reached its best value.",
        "因素值 DC 为平均得分占可得分的比例；贡献 = 100 × 权重 × 因素值，各因素贡献之和即总得分。"
        "可提升空间为该因素达到最高值时总得分的增加量。",
    ),
    "ahp_score": _t(
        "{goal}: {value} of 100 under the weights of the hierarchy{interval}.",
        "{goal}：按层次权重计算，满分 100 分，得分 {value}{interval}。",
    ),
    "ahp_interval": _t(" ({level} interval {interval})", "（{level} 置信区间 {interval}）"),
    "ahp_first": _t(
        "Of the factors that weigh more than the average, these have values below the average: {names}.",
        "权重高于平均而因素值低于平均的因素为：{names}。",
    ),
    "ahp_floor": _t(
        "The score is mean / highest answer: with answers from 1 to 5 it cannot be below 20.",
        "得分按“均值 ÷ 最高分”计算：答案为 1–5 分时，得分不会低于 20。",
    ),
    "ahp_loyal": _t(
        "{goal}: the customers have {mean} of 100 on average; half of them have {median} or less, a tenth "
        "{low} or less, and a tenth {high} or more.",
        "{goal}：顾客平均得分 {mean}（满分 100）；半数顾客不高于 {median}，一成顾客不高于 {low}，"
        "一成顾客不低于 {high}。",
    ),
}
REASONS: dict[str, str] = {
    "no random index for more than 15 elements": "元素超过 15 个，没有随机一致性指标",
    "two elements are always consistent: no limit is needed": "两个元素必然一致，无需界限",
    "weights were averaged (aip): there is no joint matrix": "权重经平均得出（aip），没有合成矩阵",
    "a level is no matrix of its own": "总排序不对应单个矩阵",
    "its judgements are an example, not those of anybody who knows the market.": (
        "其判断值仅为示例，并非熟悉市场者的判断。"
    ),
    "Write your own judgements into the file and take `example: true` out.": (
        "请在文件中填写自己的判断，并删去 `example: true`。"
    ),
    "Ask these judges again.": "请这些评判者重新判断。",
    "Put the parts into groups of 9 or fewer.": "请将各部分归并为不超过 9 个一组。",
    "Revisit the judgements that are named.": "请复核所列判断。",
    "They are left out. Fill the cells to keep them.": "这些顾客未计入；如需计入，请补全单元格。",
}
"""What findings and empty numbers say > its Chinese words."""
PATTERNS: tuple[tuple[str, str], ...] = (
    (
        r"judgements over the parts of (.+) were left out, their CR is ([\d.]+) or more: (.+)\.",
        "“{0}”各部分的判断中，以下评判者的 CR 达到 {1} 或以上，未计入：{2}。",
    ),
    (
        r"the judgements by (.+) over the parts of (.+) have a CR of ([\d.]+), which is ([\d.]+) or more\.",
        "评判者“{0}”对“{1}”各部分的判断，CR 为 {2}，达到 {3} 或以上。",
    ),
    (
        r"the judgements over the parts of (.+) have a CR of ([\d.]+), which is ([\d.]+) or more\.",
        "对“{0}”各部分的判断，CR 为 {1}，达到 {2} 或以上。",
    ),
    (
        r"Revisit first: (.+) over (.+) is ([\d./]+); the weights imply ([\d./]+) \(with ([\d./]+) the CR is "
        r"([\d.]+)\), the other judgements ([\d./]+) \(with ([\d./]+) it is ([\d.]+)\)\.",
        "请首先复核：“{0}”对“{1}”的判断为 {2}；权重隐含 {3}（改为 {4} 时 CR 为 {5}），"
        "其余判断隐含 {6}（改为 {7} 时为 {8}）。",
    ),
    (
        r"(.+) has (\d+) parts; no random index is known for more than 15, so that there is no CR\.",
        "“{0}”有 {1} 个部分；超过 15 个时没有随机一致性指标，因此没有 CR。",
    ),
    (
        r"not everybody judged the parts of (.+); there is nothing from: (.+)\.",
        "并非所有评判者都对“{0}”的各部分作出判断，缺少：{1}。",
    ),
    (
        r"the total CR of level (\d+) is ([\d.]+), which is ([\d.]+) or more\.",
        "第 {0} 层的总排序 CR 为 {1}，达到 {2} 或以上。",
    ),
    (
        r"(\d+) of (\d+) customers have no score: a factor is blank\.",
        "{1} 名顾客中有 {0} 名没有得分：有因素为空。",
    ),
)
"""The same with parts that differ: a regular expression, and Chinese words with {0}, {1} for its groups."""
