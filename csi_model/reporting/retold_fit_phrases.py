"""Sentences that findings on covariance-based fits and interviews hold, and what a report makes of them."""

from __future__ import annotations

from csi_model.reporting.retold_patterns import NAMES, Pattern, pattern, same

_END = r"(?= |$)"
_VALUE = r"[-+\d.e]+?"

_VERDICTS = (
    pattern(
        rf"the search for the optimum did not end \(scaled gradient (?P<value>\S+)\)\.{_END}",
        "The search for the optimum did not end (scaled gradient {value}).",
        "未能搜索到最优解（标准化梯度 {value}）。",
    ),
    same("No number of this fit can be used.", "本次拟合的任何数字均不可使用。"),
    same(
        "Merge or drop constructs that respondents do not tell apart, or estimate the index by PLS path "
        "modelling (--estimator pls), which does not need this covariance matrix to be invertible.",
        "请合并或删去受访者未能区分的潜变量，或改用 PLS 路径模型估计指数（--estimator pls），"
        "它不要求该协方差矩阵可逆。",
    ),
    pattern(
        r"the model is weakly identified in this sample \(smallest eigenvalue of the scaled information "
        rf"(?P<value>\S+)\); the data hardly tell apart: (?P<parameters>.+?)\.{_END}",
        "The model is weakly identified in this sample (smallest eigenvalue of the scaled information "
        "{value}); the data hardly tell apart: {parameters}.",
        "模型在本样本中弱识别（标准化信息矩阵最小特征值 {value}）；数据几乎无法区分：{parameters}。",
    ),
    pattern(
        r"the model is not identified in this sample \(smallest eigenvalue of the scaled information "
        rf"(?P<value>\S+)\); the data hardly tell apart: (?P<parameters>.+?)\.{_END}",
        "The model is not identified in this sample (smallest eigenvalue of the scaled information {value}); "
        "the data hardly tell apart: {parameters}.",
        "模型在本样本中不可识别（标准化信息矩阵最小特征值 {value}）；数据几乎无法区分：{parameters}。",
    ),
    same("Do not use these parameters.", "请勿使用这些参数。"),
    pattern(
        rf"the residual variance of (?P<item>.+?) is negative \((?P<value>{_VALUE}), a Heywood "
        rf"case\)\.{_END}",
        "The residual variance of {item} is negative ({value}, a Heywood case).",
        "{item}的误差方差为负（{value}，Heywood 现象）。",
    ),
    pattern(
        rf"the variance of (?P<name>.+?) is negative \((?P<value>{_VALUE}), a Heywood case\)\.{_END}",
        "The variance of {name} is negative ({value}, a Heywood case).",
        "{name}的方差为负（{value}，Heywood 现象）。",
    ),
    same(
        "Drop the indicator that causes it, or merge the construct with its neighbour.",
        "请删去引起该问题的题项，或将该潜变量与相邻潜变量合并。",
    ),
    pattern(
        rf"the constructs (?P<name_1>.+?) and (?P<name_2>.+?) correlate (?P<value>{_VALUE})\.{_END}",
        "The constructs {name_1} and {name_2} correlate {value}.",
        "{name_1}与{name_2}的相关系数为 {value}。",
    ),
    same(
        "A correlation cannot reach 1: respondents do not tell them apart. Merge them.",
        "相关系数不可能达到 1：受访者未能区分两者。请合并两者。",
    ),
    same(
        "the covariance matrix of the constructs is not positive definite.",
        "潜变量的协方差矩阵非正定。",
    ),
    pattern(
        rf"the standardised standard error of (?P<parameter>.+?) is (?P<value_1>{_VALUE}) \(estimate "
        rf"(?P<value_2>{_VALUE})\)\.{_END}",
        "The standardised standard error of {parameter} is {value_1} (estimate {value_2}).",
        "{parameter}的标准化标准误为 {value_1}（估计值 {value_2}）。",
    ),
    pattern(
        rf"the standardised standard error of (?P<parameter>.+?) does not exist \(estimate "
        rf"(?P<value>{_VALUE})\)\.{_END}",
        "The standardised standard error of {parameter} does not exist (estimate {value}).",
        "{parameter}的标准化标准误不存在（估计值 {value}）。",
    ),
    pattern(
        rf"the standardised standard error of (?P<parameter>.+?) does not exist \(estimate nan\)\.{_END}",
        "Neither the standardised standard error of {parameter} nor its estimate exists.",
        "{parameter}的标准化标准误与估计值均不存在。",
    ),
    same("Do not read this parameter.", "请勿解读该参数。"),
    pattern(
        rf"(?P<item_list>{NAMES}) would enter the index of (?P<name>.+?) with a negative weight\.{_END}",
        "{item_list} would enter the index of {name} with a negative weight.",
        "{item_list}在{name}指数中的权重为负。",
    ),
    same(
        "Check the direction of the question (mark it `reversed`), drop it, or use --weight-rule equal.",
        "请检查题项的方向（标记为 `reversed`）、删去该题，或使用 --weight-rule equal。",
    ),
    pattern(
        r"the variance of (?P<item_list>.+?) would be negative and is held at 0; it has no standard error, "
        rf"and the chi-square is not exactly a chi-square \(Stoel et al\. 2006\)\.{_END}",
        "The variance of {item_list} would be negative and is held at 0; it has no standard error, and the "
        "chi-square is not exactly a chi-square (Stoel et al. 2006).",
        "{item_list}的方差本为负，已固定为 0；没有标准误，卡方值也不严格服从卡方分布（Stoel et al. 2006）。",
    ),
)

_INTERVIEWS = (
    pattern(
        r"(?P<amount>\d+ respondents?) \((?P<value>[\d.]+) %\) gave one answer to all ratings "
        rf"\((?P<rows>.+?)\)\.{_END}",
        "{amount} ({value} %) gave one answer to all ratings ({rows}).",
        "有 {amount}（{value}%）对全部评分题给出同一答案（{rows}）。",
    ),
    same(
        "They are kept; check the interviews if the share is high.",
        "这些答卷予以保留；若占比较高，请核查访问。",
    ),
    *(
        pattern(
            rf"No answer to (?P<units>.+?) lies {side} (?P<value_1>{_VALUE}), on a scale declared "
            rf"(?P<value_2>{_VALUE})-(?P<value_3>{_VALUE}): is the scale declared rightly\?{_END}",
            f"No answer to {{units}} lies {side} {{value_1}}, on a scale declared {{value_2}} to {{value_3}}"
            ": is the scale declared rightly?",
            f"{{units}}没有任何答案{words} {{value_1}}，而声明的量表为 {{value_2}} 至 {{value_3}}："
            "量表声明是否正确？",
        )
        for side, words in (("above", "高于"), ("below", "低于"))
    ),
    pattern(
        rf"The index counts from the declared ends\. If nothing beyond (?P<value>{_VALUE}) could be "
        r"answered: --scale (?P<text_1>\S+) for all, --scale (?P<text_2>\S+) for one "
        rf"\(`scales` in a study file\)\.{_END}",
        "The index counts from the declared ends. If nothing beyond {value} could be answered: --scale "
        "{text_1} for all, --scale {text_2} for one (`scales` in a study file).",
        "指数以声明的两端为准。若 {value} 以外本无可选答案：--scale {text_1} 用于全部题项，"
        "--scale {text_2} 用于单个题项（研究文件中为 `scales`）。",
    ),
    pattern(
        r"In (?P<amount>\d+ rows?) the answers to all (?P<value>\d+) questions repeat those of an earlier "
        rf"row \((?P<rows>.+?)\)\.{_END}",
        "In {amount} the answers to all {value} questions repeat those of an earlier row ({rows}).",
        "有 {amount}对全部 {value} 个题项的答案与前面某行相同（{rows}）。",
    ),
    same(
        "They are kept, though chance makes far fewer: interviews may have been entered twice, or "
        "respondents hardly told the questions apart.",
        "这些答卷予以保留，但重复数远多于偶然情形：可能重复录入，或受访者几乎未区分各题。",
    ),
    pattern(
        r"(?P<amount>\d+ rows?) with the identifier of an earlier row of the same wave "
        rf"\((?P<rows>.+?)\)\.{_END}",
        "{amount} with the identifier of an earlier row of the same wave ({rows}).",
        "有 {amount}的标识码与同一期的前面某行相同（{rows}）。",
    ),
    pattern(
        rf"(?P<amount>\d+ rows?) with the identifier of an earlier row \((?P<rows>.+?)\)\.{_END}",
        "{amount} with the identifier of an earlier row ({rows}).",
        "有 {amount}的标识码与前面某行相同（{rows}）。",
    ),
    same(
        "They are kept; check that no interview was entered twice.",
        "这些答卷予以保留，请核查是否重复录入。",
    ),
    pattern(
        rf"There is no value in (?P<amount>\d+ rows?) \((?P<rows>.+?)\), left out\.{_END}",
        "There is no value in {amount} ({rows}), left out.",
        "有 {amount}没有值（{rows}），已剔除。",
    ),
    pattern(
        r"(?P<amount>\d+ answers?) of (?P<value_1>\S+) (?:is|are) top-coded to "
        rf"(?P<value_2>{_VALUE})\.{_END}",
        "Top-coded from {value_1} to {value_2}: {amount}.",
        "{amount}由 {value_1} 截顶为 {value_2}。",
    ),
    pattern(
        rf"(?P<amount>\d+ answers?) of (?P<value_1>\S+) (?:is|are) read as (?P<value_2>{_VALUE})\.{_END}",
        "Read as {value_2} instead of {value_1}: {amount}.",
        "{amount}由 {value_1} 读作 {value_2}。",
    ),
    same("Change `recode` in a codebook to read it otherwise.", "如需改变，请修改编码簿中的 `recode`。"),
    same("Fill the column to keep them.", "如需保留，请补全该列。"),
)

FIT_SENTENCES: tuple[Pattern, ...] = (*_VERDICTS, *_INTERVIEWS)
"""Whole sentences; the first that fits is taken."""
