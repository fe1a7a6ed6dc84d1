"""Reasons for empty numbers, as the tables hold them, and their Chinese words."""

from __future__ import annotations

import re

_REASONS = {
    "a single indicator has no reliability": "单一题项没有信度",
    "HTMT needs two indicators in each construct": "HTMT 要求每个潜变量至少有两个题项",
    "the constructs share indicators": "两个潜变量共用题项",
    "an item correlation is zero: no HTMT2": "题项相关系数为零，没有 HTMT2",
    "nobody answered": "无人作答",
    "one answer has no spread": "只有一个答案，没有离散程度",
    "all answers are equal: no skewness": "所有答案相同，没有偏度",
    "the items are uncorrelated": "题项之间不相关",
    "fixed, not estimated": "固定参数，未估计",
    "weakly identified": "弱识别",
    "the model is saturated (no degrees of freedom)": "模型饱和（自由度为 0）",
    "the misfit expected by chance is not positive": "随机失拟的期望值不为正",
    "no standard error in this sample": "在此样本中没有标准误",
    "the search for the optimum did not end": "未能搜索到最优解",
    "the search for the optimum did not end, so nothing can be tested": "未能搜索到最优解，无法检验",
    "the model itself is not identified, so nothing can be tested": "模型本身不可识别，无法检验",
    "no standardised change: a variance that it is measured by is not positive": (
        "没有标准化改变量：所依据的方差不为正"
    ),
    "the model reproduces this covariance exactly, whatever the sample": "模型必然完全重现该协方差",
    "the model is not identified: the residual has no standard error": "模型不可识别，残差没有标准误",
    "not known with missing answers": "有缺失答案时无法得知",
    "a ridge fit is not at the optimum of the plain discrepancy": "岭估计不在普通差异函数的最优解处",
    "the first step: nothing to compare it with": "第一级，没有可比较的前一级",
    "the models are not nested": "两个模型不是嵌套关系",
    "the fits have no scaled test": "拟合没有校正检验",
    "the scaling of the difference is not positive": "差异的校正因子不为正",
    "the first group is the zero point": "第一组为零点",
    "all paths together: nothing to adjust for": "全部路径一并检验，无需校正",
    "with many groups only Wald's test is made": "组数较多时只作 Wald 检验",
    "all groups together: the change differs by group": "所有组一并检验，改变量因组而异",
    "nobody with a weight was drawn": "抽中者的权重均为零",
    "a question had the same answer from everybody drawn": "抽中者对某题的答案全部相同",
    "the answers drawn determine each other exactly": "抽中的答案之间完全相关",
    "a variance is negative": "出现负方差",
    "two constructs correlate 1 or more": "两个潜变量的相关系数达到或超过 1",
    "the covariance matrix of the constructs is not positive definite": "潜变量协方差矩阵非正定",
    "the drivers' correlations are not admissible (their matrix is not positive definite)": (
        "驱动因素的相关矩阵非正定，不可接受"
    ),
    "the drivers determine each other exactly: no path of theirs can be told apart": (
        "驱动因素之间完全相关，其路径无法区分"
    ),
}
"""Reasons for empty numbers as stored > in Chinese."""

_REASON_PATTERNS = (
    (
        r"suppressed: (\d+) respondents are fewer than the minimum base of (\d+)",
        "样本不足，不公布：受访者 {0} 名，少于最低样本量 {1} 名",
    ),
    (
        r"top and bottom two need a scale of whole numbers with at least (\d+) steps",
        "前两档与末两档占比要求量表为整数且不少于 {0} 级",
    ),
    (r"the fit drops too far: (.+)", "拟合下降过多：{0}"),
    (r"(\d+) respondents", "{0} 名受访者"),
    (r"no variation in (.+)", "{0}没有差异"),
    (r"the variance of (.+) is not positive", "{0}的方差不为正"),
    (r"only (\d+) bootstrap replicates converged", "仅有 {0} 次自助抽样收敛"),
)


def reason_in(why: str, language: str) -> str:
    """Return the words for one stored reason; a reason without Chinese words stays as it is."""
    why = re.sub(r"(?<= )-(?=\d)", "\u2212", why)
    if language != "zh":
        return why
    for pattern, text in _REASON_PATTERNS:
        found = re.fullmatch(pattern, why)
        if found:
            return text.format(*found.groups())
    return _REASONS.get(why, why)
