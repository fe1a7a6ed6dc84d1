"""Reasons for empty numbers, as the tables hold them, and their Chinese words."""

from __future__ import annotations

import re

from csi_model.reporting.league_reasons import LEAGUE_PATTERNS, LEAGUE_REASONS
from csi_model.reporting.measures.words import MEASURE_PATTERNS, MEASURE_REASONS

_REASONS = {
    "a single indicator has no reliability": "单一题项没有信度",
    "HTMT needs two indicators in each construct": "HTMT 要求每个潜变量至少有两个题项",
    "the constructs share indicators": "两个潜变量共用题项",
    "an item correlation is zero: no HTMT2": "题项相关系数为零，没有 HTMT2",
    "nobody answered": "无人作答",
    "its answers are no whole steps, or more than 11": "答案不是整数档，或超过 11 档",
    "one answer has no spread": "只有一个答案，没有离散程度",
    "all answers are equal: no skewness": "所有答案相同，没有偏度",
    "the items are uncorrelated": "题项之间不相关",
    "fixed, not estimated": "固定参数，未估计",
    "not estimated: it follows, as the response behind the answers has variance 1": (
        "未估计：答案背后的潜在反应方差为 1，该值由此推得"
    ),
    "a variance is not positive, so that there is no such scale": "某个方差不为正，该尺度不存在",
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
    "not known for polychoric correlations": "多分格相关无此统计量",
    "weighted least squares has no likelihood": "加权最小二乘法没有似然函数",
    "drop one of them, or merge answers that few gave": "请删去其中一题，或合并选择人数很少的答案",
    "with two or three answers equal thresholds fit as well as free ones": (
        "答案只有两三个等级时，阈值相等与否拟合相同"
    ),
    "none of its questions has ordered steps": "其题项均不是有序等级",
    "a loading or a correlation of its questions reaches 1: no categorical omega": (
        "有载荷或题项相关系数达到 1，没有答案总分的 ω"
    ),
    "not known without the respondents, of whom only sums were kept": "只保留了受访者的汇总值，无法得知",
    "a ridge fit is not at the optimum of the plain discrepancy": "岭估计不在普通差异函数的最优解处",
    "the first step: nothing to compare it with": "第一级，没有可比较的前一级",
    "the models are not nested": "两个模型不是嵌套关系",
    "the fits have no scaled test": "拟合没有校正检验",
    "the scaling of the difference is not positive": "差异的校正因子不为正",
    "no degrees of freedom, so no TLI or RMSEA": "自由度为 0，没有 TLI 和 RMSEA",
    "the step below has no degrees of freedom, so no RMSEA to compare with": (
        "前一级自由度为 0，没有可比较的 RMSEA"
    ),
    "no interval: the correlation reaches 1": "没有区间：相关系数达到 1",
    "the first group is the zero point": "第一组为零点",
    "all paths together: nothing to adjust for": "全部路径一并检验，无需校正",
    "with many groups only Wald's test is made": "组数较多时只作 Wald 检验",
    "all groups together: the change differs by group": "所有组一并检验，改变量因组而异",
    "questions with two answers are still free at this step": "只有两个答案的题项在此级仍自由估计",
    "several parameters at once: there is no one change": "同时检验多个参数，没有单一的改变量",
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
    "no number is shown": "不公布数字",
    "pairwise covariances have no design-based errors": "成对协方差没有按抽样设计计算的误差",
    "freeing it alone would leave the model not identified": "单独释放该参数会使模型不可识别",
    "a ridge fit has no chi-square": "岭估计没有卡方值",
    "held at its bound": "固定在边界上",
    "negative weight": "权重为负",
    "no quadrant: the map needs two drivers": "没有象限：至少需要两个驱动因素",
    "all bootstrap replicates lie on one side of the estimate": "全部自助抽样结果位于估计值的同一侧",
    "there is no estimate without one of the units, so its skewness is not known": (
        "剔除其中一个单元后没有估计值，偏度未知"
    ),
    "the bootstrap distribution is too skewed for this method": "自助分布过偏，不适用该方法",
    "without some of the respondents the estimate does not exist": "剔除部分受访者后没有估计值",
}
"""Reasons for empty numbers as stored > in Chinese."""

_COMPOSITE_REASONS = {
    "rho_c, ave: not defined, since the reliability (rho A) is not positive": (
        "rho_C 与 AVE：信度 (rho_A) 不为正，没有定义"
    ),
    "a reliability (rho A) is not positive": "有信度 (rho_A) 不为正",
    "not defined: it needs a construct of several questions, and one that is driven": (
        "没有定义：需要有多个题项的潜变量和受驱动的潜变量"
    ),
    "en: one segment has nothing to be separated from": "熵：只有一个细分，无从区分",
    "PLS has no likelihood, so that there is no such measure": "PLS 没有似然函数，因此没有该指标",
    "an interaction has no index points of its own": "交互项没有自己的指数",
    "not defined for this construct: its weights are not those of mode A": (
        "该潜变量的权重不属于模式 A，没有定义"
    ),
    "not defined: a correlation matrix is not positive definite": "相关矩阵非正定，没有定义",
    "not defined": "没有定义",
    "not computed": "未计算",
    "it does not vary": "没有变化",
    "HTMT is not defined": "HTMT 没有定义",
    "nothing drives the construct": "该潜变量没有驱动因素",
    "the questions determine each other exactly": "题项之间完全相关",
    "the drivers determine each other exactly": "驱动因素之间完全相关",
    "no interval without a bootstrap (--bootstrap 0 was asked for)": (
        "没有自助抽样就没有区间（指定了 --bootstrap 0）"
    ),
    "no test with polychoric correlations: ordered answers cannot be turned into data that fit": (
        "采用多分格相关时无法检验：有序答案不能转换为模型成立的数据"
    ),
    "not made with polychoric correlations: respondents have no scores on latent responses": (
        "采用多分格相关时不作此分析：受访者没有潜在反应的得分"
    ),
    "no test without a bootstrap of data in which the model holds": (
        "没有对模型成立的数据作自助抽样，无法检验"
    ),
    "fewer than 100 resamples have it": "得到该值的重抽样不足 100 次",
    "a product has no weights of its own: see its factors": "乘积项没有自己的权重，见其因子",
    "c is 1 by construction: no weights are estimated (one question, equal or given weights)": (
        "c 必为 1：没有估计权重（单一题项、等权或给定权重）"
    ),
    "not defined in a tenth of the permutations and more": "一成以上的置换中没有定义",
    "a tenth of the permutations and more have no such distance": "一成以上的置换中没有该距离",
    "a group has no such estimate": "有一组没有该估计值",
    "draws do not differ, or a tenth of them and more have no such estimate": (
        "抽样结果没有差异，或一成以上的抽样没有该估计值"
    ),
    "the other estimator has none": "另一种估计方法没有该值",
    "one of the two never varies": "两者之一没有变化",
    "one upper left point alone: it has no regression line": "左上方只有一个点，没有回归线",
    "not necessary at this level": "在该水平上非必要",
    "nobody in the sample reached this level": "样本中无人达到该水平",
    "it does not exist in the sample": "样本中不存在",
    "it never varies among the bootstrap replicates": "在自助抽样中没有变化",
    "no bootstrap draws (--bootstrap), so no parametric, Welch or Henseler test": (
        "没有自助抽样（--bootstrap），因此没有参数检验、Welch 检验和 Henseler 检验"
    ),
    "all others together have no bootstrap draws, so no parametric, Welch or Henseler test": (
        "其余各组合并没有自助抽样，因此没有参数检验、Welch 检验和 Henseler 检验"
    ),
    "the test is that of the estimated model": "检验针对估计模型",
    "drivers determine each other in a training sample": "有训练样本中驱动因素之间完全相关",
    "the questions of the linear model determine each other in a training sample": (
        "有训练样本中线性模型的题项之间完全相关"
    ),
    "both make the same predictions": "两者的预测相同",
    "a stratum has only one cluster": "有的层只有一个群组",
    "no search converged": "搜索均未收敛",
    "the paths fit a segment's answers exactly, which chance or habits of answering can do": (
        "路径与某细分的答案完全吻合，这可能出于偶然或答题习惯"
    ),
    "the corrected correlation matrix of the constructs is not positive definite": (
        "校正后的潜变量相关矩阵非正定"
    ),
}

_PREFIXES = {"redundancy and Q2": "冗余度与 Q²", "Q2": "Q²", "VIF": "VIF", "rho_a": "rho_A"}
"""What a reason may be about, before a colon."""

_PAIR = r"([^,]+?) and ([^,]+?)"
_TWINS = (
    r"respondents alike or in reverse \(polychoric correlation 1 or .1\)\. Drop one of them: it is a copy or "
    r"a recode of the other, or too few respondents tell them apart"
)
_LOST = r"not found: its likelihood has no clear maximum\. Cross the answers to these questions"

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
    (r"it does not exist in (\d+) of (\d+) bootstrap replicates", "{1} 次自助抽样中有 {0} 次不存在"),
    (r"(.+): HTMT and AVE need two indicators", "{0}：HTMT 与 AVE 要求至少两个题项"),
    (
        r"so few (?:dealings|permutations) that nothing could fall below ([\d.]+) after adjustment.*",
        "置换次数过少，校正后不可能低于 {0}",
    ),
    (
        r"so few ways to deal that nothing could fall below ([\d.]+)",
        "可能的置换方式过少，不可能低于 {0}",
    ),
    (r"the (\w+) fit should not be read", "{0} 的拟合不可解读"),
    (r"the (\w+) and the (\w+) fit should not be read", "{0} 与 {1} 的拟合均不可解读"),
    (rf"the answers to {_PAIR} order all {_TWINS}", "{0} 与 {1} 的答案对受访者的排序相同或相反"),
    (rf"the answers to {_PAIR}, .+? order all {_TWINS}", "{0} 与 {1} 等题项的答案对受访者的排序相同或相反"),
    (rf"the polychoric correlation of {_PAIR} was {_LOST}", "未能得到 {0} 与 {1} 的多分格相关系数"),
    (
        rf"the polychoric correlation of {_PAIR}, .+? was {_LOST}",
        "未能得到 {0} 与 {1} 等题项的多分格相关系数",
    ),
    (r"only (\d+) respondents for (\d+) questions", "只有 {0} 名受访者，题项却有 {1} 个"),
    (r"only (\d+) respondents for (\d+) folds", "只有 {0} 名受访者，不足以分为 {1} 折"),
    (r"only (\d+) clusters for (\d+) folds", "只有 {0} 个群组，不足以分为 {1} 折"),
    (
        r"a training sample has (\d+) respondents for (\d+) questions",
        "有训练样本只有 {0} 名受访者，题项有 {1} 个",
    ),
    (r"only (\d+) respondents have both", "同时具有两者的受访者只有 {0} 名"),
    (
        r"not told apart clearly \(normed entropy ([\d.]+), below ([\d.]+)\)",
        "区分不清（标准化熵 {0}，低于 {1}）",
    ),
    (
        r"the smallest has (\d+) respondents, below the minimum base of (\d+)",
        "最小的细分只有 {0} 名受访者，少于最低样本量 {1} 名",
    ),
)


_TEXTS = (_REASONS, _COMPOSITE_REASONS, LEAGUE_REASONS, MEASURE_REASONS)


def reason_in(why: str, language: str) -> str:
    """Return the words for one stored reason; a reason without Chinese words stays as it is."""
    why = re.sub(r"(?<= )-(?=\d)", "\u2212", why)
    if language != "zh":
        return why
    for pattern, text in (*_REASON_PATTERNS, *LEAGUE_PATTERNS, *MEASURE_PATTERNS):
        found = re.fullmatch(pattern, why)
        if found:
            return text.format(*(reason_in(part, language) for part in found.groups()))
    about, colon, rest = why.partition(": ")
    if colon and about in _PREFIXES:
        return f"{_PREFIXES[about]}：{reason_in(rest, language)}"
    known = next((texts[why] for texts in _TEXTS if why in texts), "")
    if known or not colon:
        return known or why
    told = reason_in(rest, language)  # of a unit or a wave, whose name stands before the reason
    return why if told == rest else f"{about}：{told}"
