"""Reasons for empty numbers in tables of units, waves and what-ifs, and their Chinese words."""

from __future__ import annotations

LEAGUE_REASONS = {
    "carried over from earlier results": "沿用前期结果",
    "measured: the share of a unit without a number is not given": "已测得份额：有单位没有指数，其份额未给定",
    "n: not given for every unit": "样本量：并非每个单位都已给定",
    "no number, its share does not count": "没有指数，其权重不计入",
    "no number, and no amount is given": "没有指数，也未给定数量",
    "equal shares need no amount": "等分权重无需数量",
    "not measured then": "当时未测量",
    "no unit of it has a number": "其下没有单位有指数",
    "its units with a number have no share in it": "其下有指数的单位没有权重",
    "a unit that counts in it has no standard error": "计入的单位中有一个没有标准误",
    "which other unit is best is estimated too: interval and p-value are simultaneous (Hsu)": (
        "其余单位中何者最高也是估计的：区间与 p 值为同时推断（Hsu）"
    ),
    "no other unit has a number": "其余单位均没有指数",
    "all others have no share, or no standard error": "其余单位没有权重或没有标准误",
    "the standard error of the difference is zero": "差异的标准误为零",
    "the standard error of the change is zero": "变化的标准误为零",
    "the standard error is zero": "标准误为零",
    "all respondents are of one cluster": "全部受访者属于同一群组",
    "all respondents are of one cluster, so that no standard error can be estimated. Leave --cluster out, or "
    "join groups: clusters are where interviews were drawn, such as towns": (
        "全部受访者属于同一群组，无法估计标准误"
    ),
    "no standard error": "没有标准误",
    "no number": "没有指数",
    "no standard error in this sample: the fit is not admissible or not identified": (
        "在此样本中没有标准误：解不可接受或模型不可识别"
    ),
    "not defined in this sample: a construct's variance is not positive": (
        "在此样本中没有定义：有潜变量的方差不为正"
    ),
    "the first wave has none before it": "第一期之前没有其他期次",
    "not in this wave": "本期没有该单位",
    "a product of constructs has no index": "乘积项没有指数",
    "a product of constructs has no index; what goes with it is in the unexplained part": (
        "乘积项没有指数，与其相关的部分计入未解释部分"
    ),
    "what goes with it is in the unexplained part": "与其相关的部分计入未解释部分",
    "an effect is not defined in one of the waves": "有一期的效应没有定义",
    "no design effect: the error of the item means is not known": "没有设计效应：题项均值的误差未知",
    "no design effect: everybody gave the same answers": "没有设计效应：所有人的答案相同",
    "no design effect: the construct has no index weights": "没有设计效应：该潜变量没有指数权重",
    "no target: blanks keep their share of the sample": "没有目标：未作答者保持其样本占比",
    "no solution of the programme meets the optimality conditions": "规划没有满足最优条件的解",
    "the target is reached already": "目标已经达到",
    "its improvement does not bring the target nearer": "改善该因素不能使指数接近目标",
    "the effects of this fit should not be used": "本次拟合的效应不可使用",
    "how many customers are kept now is not given": "未给出当前保留客户数",
    "it would be less than none, or more than of all customers": "结果会少于零或多于全部客户",
}
"""Reasons as stored > in Chinese."""

LEAGUE_PATTERNS = (
    (
        r"beyond the end of the scale: at most ([\d.]+) points are left",
        "超出量表端点：最多还剩 {0} 分",
    ),
    (r"(.+) would leave its scale: it is at ([\d.]+)", "{0}将超出量表：当前为 {1}"),
    (r"([\d.]+) is as far as the prices allow", "在给定价格下最多达到 {0}"),
    (r"not told apart from any other unit: (.+)", "无法与任何其他单位区分：{0}"),
    (r"ranks have no probabilities: (.+)", "名次没有概率：{0}"),
    (r"(.+) has no other unit with a number", "{0}没有其他有指数的单位"),
    (r"no unit of (.+) with a number has a share", "{0}中有指数的单位均没有权重"),
    (r"and (\d+) more", "另有 {0} 项"),
    (
        r"everybody gave the same answer to (.+?)\. Without variation no loading can be estimated: drop the "
        r"question for this sample",
        "所有人对 {0} 的答案相同，无法估计载荷",
    ),
    (r"nobody answered (.+?)\. Drop the question for this sample", "无人回答 {0}"),
    (
        r"nobody(?:, or only people who agree,)? answered both ([^,]+?) and ([^,]+?)\. Their (?:covariance|"
        r"correlation) cannot be estimated: drop one of them from the model",
        "无人同时回答 {0} 与 {1}，无法估计其相关",
    ),
    (
        r"nobody(?:, or only people who agree,)? answered both ([^,]+?) and ([^,]+?)(?:,| and) .+?\. Their "
        r"(?:covariance|correlation) cannot be estimated: drop one of them from the model",
        "无人同时回答 {0} 与 {1} 等题项，无法估计其相关",
    ),
    (
        r"the answers to (.+?) determine each other exactly\. Drop one of them: it is a copy, a sum or a "
        r"recode of the others",
        "{0} 的答案之间完全相关",
    ),
    (r"(\d+) respondents can be used", "可用的受访者只有 {0} 名"),
    (r"(\d+) respondents answered all (\d+) questions", "完整回答全部 {1} 个题项的受访者有 {0} 名"),
    (
        r"the model needs more than (\d+)\. Collect more interviews, (?:or )?check the missing codes"
        r"(?:, or use --missing-data mean)?",
        "模型需要多于 {0} 名",
    ),
    (
        r"the model has (\d+) free parameters, the covariance matrix only (\d+) entries\. Add indicators, or "
        r"remove paths and covariances",
        "模型有 {0} 个自由参数，而协方差矩阵只有 {1} 个元素",
    ),
    (
        r"the pairwise covariances of (.+?) contradict each other \(they come from different respondents\), "
        r"so that the matrix is not positive definite\. Use --estimator fiml, which takes every answer and "
        r"cannot contradict itself",
        "{0} 的成对协方差相互矛盾，矩阵非正定",
    ),
    (
        r"there is nothing to learn from fewer than (\d+)\. Collect more interviews, (?:or )?check the "
        r"missing codes(?:, or use --missing-data mean)?",
        "少于 {0} 名时无法估计",
    ),
    (
        r"a stratum has only one cluster \(or one respondent\), so (?:its variance cannot be estimated|it "
        r"cannot be resampled)\. Merge small strata, or leave --strata out",
        "有的层只有一个群组（或一名受访者），无法估计其方差",
    ),
)
"""Patterns of reasons with names or numbers > in Chinese; a name may itself be a reason."""
