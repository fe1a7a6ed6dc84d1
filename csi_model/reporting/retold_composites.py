"""Sentences that findings on PLS path modelling hold, and what a report makes of them."""

from __future__ import annotations

from csi_model.reporting.retold_patterns import NUMBER, Pattern, pattern, same

_END = r"(?= |$)"

_VERDICTS = (
    pattern(
        r"the weights still moved by (?P<value>\S+) in the last step\." + _END,
        "The weights still moved by {value} in the last step.",
        "最后一步权重仍变动 {value}。",
    ),
    same(
        "No number of this fit can be used: try --scheme centroid, and look for a construct without "
        "relation to its neighbours.",
        "本次拟合的任何数字均不可使用：请试用 --scheme centroid，并检查是否有与相邻潜变量无关的潜变量。",
    ),
    pattern(
        r"the drivers of (?P<name>\S+) determine each other almost exactly \(smallest eigenvalue of their "
        rf"correlations (?P<value>\S+?)\)\.{_END}",
        "The drivers of {name} determine each other almost exactly (smallest eigenvalue of their "
        "correlations {value}).",
        "{name}的驱动因素之间几乎完全相关（相关矩阵最小特征值 {value}）。",
    ),
    pattern(
        r"the drivers of (?P<name>\S+) determine each other exactly \(smallest eigenvalue of their "
        rf"correlations (?P<value>\S+?)\)\.{_END}",
        "The drivers of {name} determine each other exactly (smallest eigenvalue of their correlations "
        "{value}).",
        "{name}的驱动因素之间完全相关（相关矩阵最小特征值 {value}）。",
    ),
    same(
        "Do not read their separate effects: merge them, or drop one.",
        "请勿解读其各自的效应：请合并这些因素，或删去其一。",
    ),
    pattern(
        rf"the reliability \(rho A\) of (?P<name>\S+) is (?P<value>{NUMBER}?), which cannot be\.{_END}",
        "The reliability (rho A) of {name} is {value}, which cannot be.",
        "{name}的信度（rho_A）为 {value}，这是不可能的。",
    ),
    same(
        "The consistent estimate does not exist here: use --estimator pls, declare the construct as a "
        "composite (`mode: B` or `mode: sum`), or drop the question that goes against the rest.",
        "此处不存在一致估计：请改用 --estimator pls，或把该潜变量声明为复合变量（`mode: B` 或 `mode: sum`），"
        "或删去与其他题项方向相反的题项。",
    ),
    pattern(
        rf"the loading of (?P<item>\S+) on (?P<name>\S+) is (?P<value>{NUMBER}?): its error variance is "
        rf"negative\.{_END}",
        "The loading of {item} on {name} is {value}: its error variance is negative.",
        "{item}在{name}上的载荷为 {value}：其误差方差为负。",
    ),
    same("Drop the question, or use --estimator pls.", "请删去该题项，或改用 --estimator pls。"),
    pattern(
        rf"the constructs (?P<name_1>\S+) and (?P<name_2>\S+) correlate (?P<value>{NUMBER}?) after the "
        rf"correction\.{_END}",
        "The constructs {name_1} and {name_2} correlate {value} after the correction.",
        "校正后{name_1}与{name_2}的相关系数为 {value}。",
    ),
    same(
        "A correlation cannot reach 1: respondents do not tell them apart. Merge them, or use --estimator "
        "pls.",
        "相关系数不可能达到 1：受访者未能区分两者。请合并两者，或改用 --estimator pls。",
    ),
    same(
        "the corrected correlation matrix of the constructs is not positive definite.",
        "校正后的潜变量相关矩阵非正定。",
    ),
    same(
        "The consistent estimate does not exist here: use --estimator pls.",
        "此处不存在一致估计：请改用 --estimator pls。",
    ),
    pattern(
        rf"the drivers explain (?P<value>{NUMBER}?) of the variance of (?P<name>\S+?)\.{_END}",
        "The drivers explain {value} of the variance of {name}.",
        "驱动因素解释了{name}方差的 {value}。",
    ),
    pattern(
        rf"the constructs (?P<name_1>\S+) and (?P<name_2>\S+) correlate (?P<value>{NUMBER}?): this survey "
        rf"hardly tells them apart\.{_END}",
        "The constructs {name_1} and {name_2} correlate {value}: this survey hardly tells them apart.",
        "{name_1}与{name_2}的相关系数为 {value}：本调查几乎无法区分两者。",
    ),
    same(
        "Read their separate effects with care, or merge them.",
        "请谨慎解读其各自的效应，或将两者合并。",
    ),
    pattern(
        r"(?P<item>\S+) runs against the other questions of (?P<name>\S+) \(loading "
        rf"(?P<value>{NUMBER})\)\.{_END}",
        "{item} runs against the other questions of {name} (loading {value}).",
        "{item}与{name}其他题项的方向相反（载荷 {value}）。",
    ),
    same(
        "Check its direction (mark it `reversed`), or drop it; `sign: QUESTION` in the model file says which "
        "question gives the construct its direction.",
        "请检查其方向（标为 `reversed`），或将其删去；模型文件中的 `sign: QUESTION` "
        "指明由哪个题项决定潜变量的"
        "方向。",
    ),
)

_TABLES = (
    pattern(
        r"the other drivers of (?P<name_1>\S+) say almost the same as (?P<name_2>\S+) \(VIF "
        rf"(?P<value>{NUMBER})\)\.{_END}",
        "The other drivers of {name_1} say almost the same as {name_2} (VIF {value}).",
        "{name_1}的其他驱动因素所说的与{name_2}几乎相同（VIF {value}）。",
    ),
    same(
        "Read the separate effects with care, or merge the drivers.",
        "请谨慎解读各自的效应，或合并这些驱动因素。",
    ),
    pattern(
        rf"respondents hardly tell apart (?P<ratios>.+?\))\.{_END}",
        "Respondents hardly tell apart {ratios}.",
        "受访者难以区分：{ratios}。",
    ),
    pattern(
        r"the item correlations differ from what the paths imply by more than chance "
        rf"\((?P<distances>[^()]+)\)\.{_END}",
        "The correlations of the questions differ from what the paths imply by more than chance "
        "({distances}).",
        "题项相关与路径所隐含的相关之差超出偶然范围（{distances}）。",
    ),
    same(
        "estimates are weighted, and the bootstrap draws respondents or clusters within strata as the survey "
        "did (Rao, Wu & Yue 1992).",
        "估计值已加权；自助法按调查设计在层内抽取受访者或群（Rao, Wu & Yue 1992）。",
    ),
    same(
        "Look for missing paths, as effects are read under this model. The index does not rest on it.",
        "效应依本模型解读，请检查是否遗漏路径。指数不依赖于此。",
    ),
    same(
        "Usual in large samples; look for missing paths where effects are read one by one. The index does "
        "not rest on it.",
        "大样本中常见；若要逐条解读效应，请检查是否遗漏路径。指数不依赖于此。",
    ),
    pattern(
        rf"(?P<value_1>\d+) respondents are few: the largest regression of this model would like "
        rf"(?P<value_2>\d+)\.{_END}",
        "{value_1} respondents are few: the largest regression of this model would like {value_2}.",
        "受访者 {value_1} 名，偏少：本模型中最大的回归宜有 {value_2} 名。",
    ),
    same(
        "Ten respondents for every coefficient of the largest regression is the least (Barclay, Higgins & "
        "Thompson 1995); small effects need many more.",
        "最大的回归中每个系数至少需要 10 名受访者（Barclay, Higgins & Thompson 1995）；小效应需要更多。",
    ),
    pattern(
        r"(?P<value_1>\d+) of (?P<value_2>\d+) \((?P<value_3>[\d.]+%)\) bootstrap replicates gave no "
        r"estimate "
        rf"and are left out of the intervals \((?P<counts>.+?)\)\.{_END}",
        "{value_1} of {value_2} ({value_3}) bootstrap replicates gave no estimate and are left out of the "
        "intervals ({counts}).",
        "{value_2} 次自助抽样中有 {value_1} 次（{value_3}）得不到估计，未计入区间（{counts}）。",
    ),
    pattern(
        r"(?P<value_1>\d+) of (?P<value_2>\d+) \((?P<value_3>[\d.]+%)\) bootstrap replicates are "
        r"inadmissible "
        rf"\((?P<counts>.+?)\)\.{_END}",
        "{value_1} of {value_2} ({value_3}) bootstrap replicates are inadmissible ({counts}).",
        "{value_2} 次自助抽样中有 {value_1} 次（{value_3}）的解不可接受（{counts}）。",
    ),
    same(
        "They are counted in the intervals, since leaving them out would make these too short.",
        "这些抽样仍计入区间，否则区间会过短。",
    ),
)

_GROUPS = (
    same(
        "constructs are made of their questions alike in all groups (compositional invariance).",
        "各组潜变量由题项构成的方式相同（构成等值）。",
    ),
    pattern(
        rf"made differently of their questions: (?P<sides>.+?\))\.{_END}",
        "made differently of their questions: {sides}.",
        "由题项构成的方式不同：{sides}。",
    ),
    pattern(rf"Not tested: (?P<sides>.+?\))\.{_END}", "Not tested: {sides}.", "未检验：{sides}。"),
    same("scores of these are not on one footing.", "这些潜变量的得分没有共同的基准。"),
    same("for the same reason.", "理由同上。"),
    same("means and variances of the scores are equal too.", "得分的均值与方差也相等。"),
    same("composites are not made alike.", "复合变量的构成不同。"),
    pattern(
        rf"means or variances of scores differ: (?P<sides>.+?\))\.{_END}",
        "means or variances of scores differ: {sides}.",
        "得分的均值或方差不同：{sides}。",
    ),
    same(
        "Compare what is made alike, and look at the weights of the others group by group.",
        "请只比较构成相同的潜变量，其余的请逐组查看权重。",
    ),
    same("Go by the permutation test.", "请以置换检验为准。"),
    pattern(
        r"(?P<value>\d+) groups have too many pairs to test: each is compared with all others "
        rf"together\.{_END}",
        "{value} groups have too many pairs to test: each is compared with all others together.",
        "共 {value} 个组，两两比较过多：各组均与其余各组合并比较。",
    ),
    same(
        "Run the groups that matter alone to compare them pair by pair.",
        "如需两两比较，请只对重要的组运行。",
    ),
)

_ESTIMATORS = (
    pattern(
        rf"the index of (?P<name>\S+) is (?P<value_1>{NUMBER}) by (?P<estimator_1>\w+) and "
        rf"(?P<value_2>{NUMBER}) by (?P<estimator_2>\w+); no path differs notably\.{_END}",
        "The index of {name} is {value_1} by {estimator_1} and {value_2} by {estimator_2}; no path differs "
        "notably.",
        "{name}指数：{estimator_1}为 {value_1} 分，{estimator_2}为 {value_2} 分；各路径无明显不同。",
    ),
    pattern(
        rf"the index of (?P<name>\S+) is (?P<value_1>{NUMBER}) by (?P<estimator_1>\w+) and "
        rf"(?P<value_2>{NUMBER}) by (?P<estimator_2>\w+); the paths that differ by (?P<value_3>{NUMBER}) or "
        rf"more: (?P<ways>[^.]+)\.{_END}",
        "The index of {name} is {value_1} by {estimator_1} and {value_2} by {estimator_2}; the paths that "
        "differ by {value_3} or more: {ways}.",
        "{name}指数：{estimator_1}为 {value_1} 分，{estimator_2}为 {value_2} 分；相差不小于 {value_3} "
        "的路径："
        "{ways}。",
    ),
    pattern(
        rf"the index of (?P<name>\S+) is (?P<value_1>{NUMBER}) by (?P<estimator_1>\w+) and "
        rf"(?P<value_2>{NUMBER}) by (?P<estimator_2>\w+); the (?P<estimator_3>\w+) fit is not sound, so that "
        rf"its effects are not compared\.{_END}",
        "The index of {name} is {value_1} by {estimator_1} and {value_2} by {estimator_2}; the fit by "
        "{estimator_3} is not sound, so that its effects are not compared.",
        "{name}指数：{estimator_1}为 {value_1} 分，{estimator_2}为 {value_2} 分；{estimator_3}的拟合不可用，"
        "因此不比较其效应。",
    ),
    same(
        "PLS weighs what predicts its neighbours and leaves measurement error in its scores; the "
        "covariance-based fit takes it out and asks more of the data.",
        "PLS 按对相邻潜变量的预测作用加权，得分中保留测量误差；协方差法剔除测量误差，对数据要求更高。",
    ),
    pattern(r"(?P<choice>AIC3 (?:and CAIC both prefer|prefers) .+)\.$", "{choice}.", "{choice}。"),
    same(
        "The effects of the whole sample are averages over unlike segments: look for a question that tells "
        "the segments apart, and report by it.",
        "全样本的效应是不同细分的平均：请寻找能区分各细分的题项，并据此分组报告。",
    ),
    same(
        "segments are looked for in complete answers and models without interactions.",
        "寻找细分要求答案完整，且模型不含交互项。",
    ),
    pattern(
        r"over (?P<value_1>\d+) pairs? of groups, (?P<value_2>\d+) permutations cannot show that "
        rf"composites are made differently\.{_END}",
        "Over {value_1} pairs of groups, {value_2} permutations cannot show that composites are made "
        "differently.",
        "共 {value_1} 对分组，{value_2} 次置换不足以显示复合变量的构成不同。",
    ),
    pattern(
        r"over (?P<value_1>\d+) tests \(pairs of groups times paths\), (?P<value_2>\d+) permutations show no "
        r"difference however large; verdicts go by Welch's test where there are bootstrap draws\." + _END,
        "Over {value_1} tests (pairs of groups times paths), {value_2} permutations show no difference "
        "however large; verdicts go by Welch's test where there are bootstrap draws.",
        "共 {value_1} 项检验（分组对数乘以路径数），{value_2} 次置换无论差异多大都无法显示；有自助抽样时以 "
        "Welch "
        "检验判定。",
    ),
    pattern(
        rf"Give --permutations (?P<value>\d+) or more, or compare fewer groups\.{_END}",
        "Give --permutations {value} or more, or compare fewer groups.",
        "请将 --permutations 设为 {value} 或更大，或减少比较的组数。",
    ),
    same(
        "clusters have members of several groups: parametric, Welch and Henseler tests take groups for "
        "independent, permutations within clusters do not.",
        "有的群组包含多个分组的成员：参数检验、Welch 检验和 Henseler 检验假定各组独立，"
        "群组内的置换则不作此假定。",
    ),
    pattern(
        rf"(?P<value>\d+) groups are too many for tests of their differences\.{_END}",
        "{value} groups are too many for tests of their differences.",
        "共 {value} 个组，过多，无法检验其差异。",
    ),
    pattern(
        rf"Give --permutations (?P<value>\d+) or more\.{_END}",
        "Give --permutations {value} or more.",
        "请将 --permutations 设为 {value} 或更大。",
    ),
)

CHOICES: tuple[Pattern, ...] = (
    pattern(
        r"AIC3 and CAIC both prefer (?P<segments>one segment|\d+ segments)", "AIC3 and CAIC both prefer "
        "{segments}", "AIC3 与 CAIC 均倾向于 {segments}",
    ),
    pattern(
        r"AIC3 prefers (?P<segments>one segment|\d+ segments) and CAIC (?P<value_1>\d+), but AIC4 and BIC "
        r"both "
        r"prefer (?P<segments_2>one segment|\d+ segments)",
        "AIC3 prefers {segments} and CAIC {value_1}, but AIC4 and BIC both prefer {segments_2}",
        "AIC3 倾向于 {segments}，CAIC 倾向于 {value_1} 个，但 AIC4 与 BIC 均倾向于 {segments_2}",
    ),
    pattern(
        r"AIC3 prefers (?P<segments>one segment|\d+ segments) and CAIC (?P<value_1>\d+), AIC4 "
        r"(?P<value_2>\d+) "
        r"and BIC (?P<value_3>\d+): BIC decides",
        "AIC3 prefers {segments} and CAIC {value_1}, AIC4 {value_2} and BIC {value_3}: BIC decides",
        "AIC3 倾向于 {segments}，CAIC 为 {value_1} 个，AIC4 为 {value_2} 个，BIC 为 {value_3} 个：以 BIC "
        "为准",
    ),
    pattern(r"(?P<segments>\d+ segments): no search converged", "{segments}: no search converged",
            "{segments}：搜索均未收敛"),
    pattern(
        r"(?P<segments>\d+ segments): the paths fit a segment's answers exactly, which chance or habits of "
        r"answering can do",
        "{segments}: the paths fit a segment's answers exactly, which chance or habits of answering can do",
        "{segments}：路径与某细分的答案完全吻合，这可能出于偶然或答题习惯",
    ),
    pattern(
        rf"(?P<segments>\d+ segments): not told apart clearly \(normed entropy (?P<value_1>{NUMBER}), below "
        rf"(?P<value_2>{NUMBER})\)",
        "{segments}: not told apart clearly (normed entropy {value_1}, below {value_2})",
        "{segments}：区分不清（标准化熵 {value_1}，低于 {value_2}）",
    ),
    pattern(
        r"(?P<segments>\d+ segments): the smallest has (?P<value_1>\d+) respondents, below the minimum "
        r"base of "
        r"(?P<value_2>\d+)",
        "{segments}: the smallest has {value_1} respondents, below the minimum base of {value_2}",
        "{segments}：最小的细分只有 {value_1} 名受访者，少于最低样本量 {value_2} 名",
    ),
    pattern(r"more than (?P<value>\d+) were not tried", "more than {value} were not tried",
            "未尝试多于 {value} 个"),
    same("so one segment is used", "因此采用 1 个细分"),
    pattern(r"so (?P<segments>\d+ segments) are used", "so {segments} are used", "因此采用 {segments}"),
)  # fmt: skip
"""Clauses of the sentence that says why there are so many segments."""

COMPOSITES: tuple[Pattern, ...] = (*_VERDICTS, *_TABLES, *_GROUPS, *_ESTIMATORS)
"""Whole sentences; the first that fits is taken."""
