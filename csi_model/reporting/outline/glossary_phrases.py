"""The terms of the glossary and their definitions; both languages."""

from __future__ import annotations

from csi_model.reporting.outline.glossary_ordinal_phrases import ORDINAL_TEXTS
from csi_model.vocabulary import Term

_TEXTS: dict[str, tuple[str, str, str, str]] = {
    "index": (
        "Index",
        "指数",
        "The score of a construct from 0 to 100: the weighted mean of its questions after each was put on 0 "
        "to 100 by the ends of its scale. 0 means that everybody gave the worst answer, 100 that everybody "
        "gave the best; where low is good, the other way round.",
        "潜变量的得分，取值 0–100 分：各题项按量表两端换算为 0–100 分之后的加权平均。0 分表示所有人都选最差"
        "答案，100 分表示所有人都选最好答案；越低越好的潜变量则相反。",
    ),
    "index_point": (
        "Index point",
        "分（指数的单位）",
        "The unit of an index and of differences between indices: a hundredth of the way from the worst to "
        "the best answer. It is not a percentage of people.",
        "指数及指数之差的单位：从最差答案到最好答案的百分之一。它不是人数的百分比。",
    ),
    "construct": (
        "Construct",
        "潜变量",
        "Something that no single question measures, such as satisfaction or perceived quality; it is read "
        "from several questions together.",
        "无法由单一题项测得的概念，如满意度或感知质量，由若干题项共同反映。",
    ),
    "indicator": (
        "Indicator",
        "题项",
        "A question that measures a construct.",
        "用于测量潜变量的问卷题目。",
    ),
    "loading": (
        "Loading",
        "载荷",
        "How closely a question goes with its construct; standardised, 1 would be a question without error.",
        "题项与其潜变量的关联程度；标准化后，1 表示题项没有测量误差。",
    ),
    "weight": (
        "Weight of a question",
        "题项权重",
        "The share that a question has in the index of its construct; the weights of a construct sum to 1.",
        "题项在其潜变量指数中所占的份额；同一潜变量的权重之和为 1。",
    ),
    "interval": (
        "Confidence interval",
        "置信区间",
        "The range of values that the survey leaves open: made in the same way in many surveys, such ranges "
        "would hold the true value in the share of them that the level names.",
        "调查数据所容许的取值范围：若同样的调查重复多次，按此方法得到的区间包含真值的比例即为置信水平。",
    ),
    "margin": (
        "Margin of error",
        "误差范围",
        "Half the width of the interval. A difference inside the margin may be chance.",
        "置信区间宽度的一半。误差范围之内的差异可能只是偶然。",
    ),
    "delta": (
        "Delta method",
        "delta 法",
        "Intervals from the standard errors of the estimates, carried on to what is computed from them.",
        "由估计值的标准误推导出其函数的标准误，从而得到置信区间。",
    ),
    "bootstrap": (
        "Bootstrap",
        "自助法",
        "Intervals from estimating everything again on many samples drawn from the respondents with "
        "replacement.",
        "对受访者进行多次有放回的重抽样并重新估计，由此得到置信区间。",
    ),
    "covariance_model": (
        "Structural equation model",
        "结构方程模型",
        "A model of how constructs depend on each other and how questions measure them, fitted to the "
        "covariances of the answers; measurement error is taken out of the effects.",
        "描述潜变量之间的关系及题项如何测量潜变量的模型，按答案的协方差拟合；效应中已剔除测量误差。",
    ),
    "pls": (
        "PLS path modelling",
        "PLS 路径模型",
        "Partial least squares: constructs are weighted sums of their questions, with weights from the "
        "model's paths; effects are regressions among these scores.",
        "偏最小二乘法：潜变量为其题项的加权和，权重由模型路径确定；效应由得分之间的回归得出。",
    ),
    "admissible": (
        "Admissible",
        "解可接受",
        "A solution without values that cannot exist, such as a negative variance or a correlation beyond 1.",
        "解中没有不可能出现的数值，如负方差或超过 1 的相关系数。",
    ),
    "identified": (
        "Identified",
        "可识别",
        "The data determine every parameter of the model.",
        "数据足以确定模型的全部参数。",
    ),
    "effect": (
        "Effect",
        "效应",
        "Index points by which the target stands higher for each index point by which the source stands "
        "higher, under the model: directly, through other constructs (indirect), or both (total). An "
        "association, not proof of cause.",
        "在模型下，来源变量每高 1 分，目标变量相应高出的分数：分为直接、经由其他潜变量的间接，以及两者之和（"
        "总效应）。它是关联，并非因果关系的证明。",
    ),
    "importance": (
        "Importance",
        "重要性",
        "The total effect of a driver on the target, in index points per index point.",
        "驱动因素对目标变量的总效应，即每 1 分对应的分数。",
    ),
    "performance": (
        "Performance",
        "表现",
        "The driver's own index, 0 to 100.",
        "驱动因素自身的指数（0–100 分）。",
    ),
    "impact": (
        "Impact of five points",
        "提升 5 分的影响",
        "Five times the importance: the index points of the target that go with five points of the driver.",
        "重要性的 5 倍：驱动因素 5 分所对应的目标变量分数。",
    ),
    "priority": (
        "Priority",
        "优先度",
        "The impact of five points times the part of its scale that the driver has left to improve on.",
        "提升 5 分的影响乘以驱动因素尚可改善的量表比例。",
    ),
    "quadrant": (
        "Quadrant",
        "象限",
        "One of the four fields of the driver map, which cross at the mean importance and the mean "
        "performance of the drivers: improve first, keep up, low priority, possible overkill.",
        "驱动因素图的四个区域，以各驱动因素重要性与表现的均值为界：优先改进、保持优势、次要改进、可能过度投"
        "入。",
    ),
    "established": (
        "Established effect",
        "已证实的影响",
        "An effect whose interval excludes 0.",
        "置信区间不含 0 的效应。",
    ),
    "gain": (
        "Gain",
        "预期收益",
        "What an improvement of a driver by so many points goes with, where neither leaves its scale.",
        "驱动因素改善若干分所对应的变化，前提是两者均不超出量表。",
    ),
    "plan": (
        "Target plan",
        "目标方案",
        "The cheapest moves of the drivers that reach a target under the model, at the costs that the study "
        "gives.",
        "按研究给定的成本，在模型下达到目标的最低成本方案。",
    ),
    "benchmark": (
        "Target or benchmark",
        "目标或基准",
        "A value that the study gives to hold the index against.",
        "研究给定的、用于与指数对照的数值。",
    ),
    "r2": (
        "R²",
        "R²",
        "The share of a construct's variance that its drivers explain.",
        "潜变量的方差中由其驱动因素解释的比例。",
    ),
    "alpha": (
        "Cronbach's alpha",
        "克朗巴赫 α",
        "How consistently the questions of a construct answer alike, taken as equally good; .70 and more is "
        "usual.",
        "同一潜变量各题项的内部一致性（视各题项同等重要），通常要求不低于 0.70。",
    ),
    "rho_a": (
        "rho A",
        "rho_A",
        "Reliability of the weighted score of a construct (Dijkstra & Henseler); .70 and more is usual.",
        "潜变量加权得分的信度（Dijkstra & Henseler），通常要求不低于 0.70。",
    ),
    "rho_c": (
        "Composite reliability (rho C)",
        "组合信度（rho_C）",
        "Reliability of the sum of the questions, by their loadings; .70 and more is usual.",
        "按载荷计算的题项之和的信度，通常要求不低于 0.70。",
    ),
    "ave": (
        "Average variance extracted (AVE)",
        "平均方差提取量（AVE）",
        "The mean share of its questions' variance that a construct accounts for; .50 and more is usual.",
        "潜变量平均解释其题项方差的比例，通常要求不低于 0.50。",
    ),
    "htmt": (
        "HTMT",
        "HTMT",
        "Heterotrait-monotrait ratio: how strongly questions of two constructs go together compared with "
        "questions of the same one; above .90 the two are hard to tell apart.",
        "异质—单质比：两个潜变量的题项之间的相关与各自内部相关之比；高于 0.90 表示两者难以区分。",
    ),
    "chisq": (
        "Chi-square",
        "卡方",
        "Test of whether the model reproduces the data exactly; in large samples it rejects nearly every "
        "model.",
        "检验模型能否完全再现数据；样本量大时几乎总会拒绝。",
    ),
    "cfi": (
        "CFI and TLI",
        "CFI 与 TLI",
        "How much better the model fits than one without any relations; .95 and more is usual (Hu & "
        "Bentler, 1999).",
        "模型相对于无关系模型的拟合改善程度，通常要求不低于 0.95（Hu & Bentler, 1999）。",
    ),
    "rmsea": (
        "RMSEA",
        "RMSEA",
        "Misfit per degree of freedom; .06 and less is usual (Hu & Bentler, 1999).",
        "每个自由度的近似误差，通常要求不高于 0.06（Hu & Bentler, 1999）。",
    ),
    "srmr": (
        "SRMR",
        "SRMR",
        "The typical difference between observed and reproduced correlations; .08 and less is usual (Hu & "
        "Bentler, 1999).",
        "观测相关与模型再现相关之间的典型差异，通常要求不高于 0.08（Hu & Bentler, 1999）。",
    ),
    "vif": (
        "VIF",
        "VIF（方差膨胀因子）",
        "How many times larger the variance of an effect is than it would be if the drivers did not overlap.",
        "由于驱动因素相互重叠，效应的方差相对于不重叠时放大的倍数。",
    ),
    "f2": (
        "f²",
        "f²",
        "How much explained variance is lost without a driver, relative to what is unexplained: .02 small, "
        ".15 medium, .35 large (Cohen, 1988).",
        "去掉某驱动因素所损失的解释方差与未解释方差之比：0.02 为小，0.15 为中，0.35 为大（Cohen, 1988）。",
    ),
    "q2_predict": (
        "Q² predict",
        "预测 Q²",
        "How much better answers of respondents who were left out are predicted than by the mean; above 0 "
        "is better.",
        "对未参与估计的受访者，其答案的预测优于均值的程度；大于 0 表示更优。",
    ),
    "necessity": (
        "Necessary condition",
        "必要条件",
        "A level of a driver without which a level of the target does not occur in the data.",
        "在数据中，若驱动因素达不到某一水平，目标变量便不会达到相应水平。",
    ),
    "suppressed": (
        "Suppressed",
        "不公布",
        "Not shown, since there are fewer respondents than the minimum base.",
        "受访者少于最低样本量，因此不公布结果。",
    ),
    "n_eff": (
        "Effective n",
        "有效样本量",
        "The number of equally weighted respondents that would be as precise as the weighted ones.",
        "与加权样本精度相当的等权受访者人数。",
    ),
    "deff": (
        "Design effect",
        "设计效应",
        "How many times larger the variance is than in a simple random sample of the same size.",
        "方差相对于同等规模简单随机样本放大的倍数。",
    ),
    "rank_interval": (
        "Rank interval",
        "排名区间",
        "The ranks that the survey leaves open for a unit. Order inside it may be chance.",
        "调查数据所容许的名次范围，区间内的先后可能只是偶然。",
    ),
    "letters": (
        "Letters",
        "字母标记",
        "Units that share a letter do not differ clearly.",
        "有相同字母的单位之间无明显差异。",
    ),
    "holm": (
        "p (Holm)",
        "p 值（Holm）",
        "A p value that allows for all tests of its kind at once (Holm, 1979).",
        "已就同类全部检验作多重比较校正的 p 值（Holm, 1979）。",
    ),
    "invariance": (
        "Measurement invariance",
        "测量等值性",
        "Whether questions measure the same in every group: same structure (configural), same loadings "
        "(metric), same intercepts (scalar), same error variances (strict).",
        "题项在各组中的测量含义是否相同：结构相同（构型等值）、载荷相同（度量等值）、截距相同（尺度等值）、"
        "误差方差相同（严格等值）。",
    ),
    "micom": (
        "MICOM",
        "MICOM",
        "Whether composites are made of their questions alike in two groups, and whether their means and "
        "variances are equal (Henseler, Ringle & Sarstedt, 2016).",
        "检验两组的复合变量构成是否一致，以及均值与方差是否相等（Henseler, Ringle & Sarstedt, 2016）。",
    ),
    "wave": (
        "Wave",
        "期次",
        "One round of a survey that is repeated.",
        "重复进行的调查中的一期。",
    ),
    "held": (
        "Weights held",
        "固定权重",
        "All waves are scored by the weights of one of them, so that a change is one of the answers.",
        "各期均采用同一期的权重计分，使指数变化只反映答案的变化。",
    ),
    "decomposition": (
        "Decomposition",
        "变化的分解",
        "A change of the index as the sum of what goes with drivers that stand higher or lower, with changed "
        "effects, and what neither accounts for.",
        "将指数变化分为与驱动因素水平升降相应的部分、与效应变化相应的部分，以及未解释部分。",
    ),
    "aggregate": (
        "Roll-up",
        "汇总指数",
        "The index of a level as the mean of the indices below it by their shares.",
        "上级指数为下级指数按权重的加权平均。",
    ),
    "nps": (
        "Net promoter score (NPS)",
        "净推荐值（NPS）",
        "The share who would recommend (9 or 10 of 10) less the share who would not (0 to 6), from −100 to "
        "100.",
        "推荐者（10 分制中答 9–10 分）占比减去贬损者（0–6 分）占比，取值 −100 至 100。",
    ),
    "csat": (
        "CSAT",
        "CSAT（顾客满意得分）",
        "The share of satisfied answers to one question.",
        "单一题项中满意答案所占的比例。",
    ),
    "ces": (
        "Customer effort score (CES)",
        "顾客费力度（CES）",
        "How much effort something took customers; the version says whether high or low is good.",
        "顾客办成一件事所费的力；版本不同，方向不同。",
    ),
    "satisfaction_rate": (
        "Satisfaction rate",
        "满意率",
        "The share of people whose answer counts as satisfied. It is not the index.",
        "答案计为满意的人数所占的比例，与指数不同。",
    ),
    "funnel": (
        "Complaint funnel",
        "抱怨漏斗",
        "How many of those asked complained, had it handled well, and stayed.",
        "受访者中抱怨者、抱怨处理良好者及其中留存者的比例。",
    ),
    "recovery": (
        "Recovery",
        "抱怨处理效果",
        "The share who stay among those whose complaint was handled well, less that among those whose "
        "complaint was not.",
        "抱怨处理良好者的留存率减去处理不佳者的留存率。",
    ),
    "price_tolerance": (
        "Price tolerance",
        "价格容忍度",
        "The share who would still buy after a price change.",
        "价格变动后仍会购买的顾客比例。",
    ),
    "relative_importance": (
        "Relative importance",
        "相对重要性",
        "How the explained variance of a regression is shared among drivers that overlap.",
        "在相互重叠的驱动因素之间分配回归的解释方差。",
    ),
}

_ALL = _TEXTS | ORDINAL_TEXTS

GLOSSARY: dict[str, Term] = {
    **{f"glossary_name_{key}": Term(en=en, zh=zh) for key, (en, zh, _, _) in _ALL.items()},
    **{f"glossary_is_{key}": Term(en=en, zh=zh) for key, (_, _, en, zh) in _ALL.items()},
}
"""Names (``glossary_name_KEY``) and definitions (``glossary_is_KEY``) of all terms."""
