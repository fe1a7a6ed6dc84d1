"""Sentences that findings on ordered answers hold, and what a report makes of them in both languages."""

from __future__ import annotations

from csi_model.reporting.retold_patterns import NAMES, NUMBER, Pattern, pattern, same

_END = r"(?= |$)"
_SOURCE = r"\(Rhemtulla, Brosseau-Liard & Savalei 2012\)"
_CITED = "(Rhemtulla, Brosseau-Liard & Savalei 2012)"
_ASKED = r"questions of (?P<name>.+?) are asked in (?:as few as )?(?P<value_1>\d+) steps"
_SKEWED = rf" and answered with a skewness of up to (?P<value_2>{NUMBER})"

_ADVICE = (
    pattern(
        rf"{_ASKED}, too few to count as numbers: loadings and paths would be biased {_SOURCE}\.{_END}",
        f"Questions of {{name}} are asked in {{value_1}} steps, too few to count as numbers: loadings and "
        f"paths would be biased {_CITED}.",
        f"{{name}}有题项只有 {{value_1}} 级，不宜当作数值：载荷与路径会有偏差{_CITED}。",
    ),
    pattern(
        rf"{_ASKED}: answers so fine count as numbers {_SOURCE}\.{_END}",
        f"Questions of {{name}} are asked in {{value_1}} steps: answers so fine count as numbers {_CITED}.",
        f"{{name}}的题项不少于 {{value_1}} 级：级数足够多，可当作数值{_CITED}。",
    ),
    pattern(
        r"questions of (?P<name>.+?) have no steps, or more than (?P<value>\d+): answers so fine count as "
        rf"numbers {_SOURCE}\.{_END}",
        f"Questions of {{name}} have no steps, or more than {{value}}: answers so fine count as numbers "
        f"{_CITED}.",
        f"{{name}}的题项不分级或超过 {{value}} 级：可当作数值{_CITED}。",
    ),
    pattern(
        rf"{_ASKED}{_SKEWED}, which speaks for ordered steps, but (?P<value_3>\d+) complete interviews are "
        rf"too few for these: (?P<value_4>\d+) are the least \(Li 2016\)\.{_END}",
        "Questions of {name} are asked in {value_1} steps and answered with a skewness of up to {value_2}, "
        "which speaks for ordered steps, but {value_3} complete interviews are too few for these: {value_4} "
        "are the least (Li 2016).",
        "{name}有题项为 {value_1} 级，偏度达 {value_2}，宜视为有序等级，但完整作答只有 {value_3} 份，"
        "至少需要 {value_4} 份（Li 2016）。",
    ),
    pattern(
        rf"{_ASKED}{_SKEWED}: as numbers, loadings and paths would be biased {_SOURCE}\.{_END}",
        f"Questions of {{name}} are asked in {{value_1}} steps and answered with a skewness of up to "
        f"{{value_2}}: as numbers, loadings and paths would be biased {_CITED}.",
        f"{{name}}有题项为 {{value_1}} 级，偏度达 {{value_2}}：若当作数值，载荷与路径会有偏差{_CITED}。",
    ),
    pattern(
        rf"{_ASKED}, and (?P<value_2>\d+) complete interviews are enough to take them for what they are "
        rf"{_SOURCE}\.{_END}",
        f"Questions of {{name}} are asked in {{value_1}} steps, and {{value_2}} complete interviews are "
        f"enough to take them for what they are {_CITED}.",
        f"{{name}}有题项为 {{value_1}} 级，完整作答 {{value_2}} 份，足以按有序等级处理{_CITED}。",
    ),
    pattern(
        rf"{_ASKED}{_SKEWED}, which is mild: with (?P<value_3>\d+) complete interviews they may count as "
        rf"numbers {_SOURCE}\.{_END}",
        "Questions of {name} are asked in {value_1} steps and answered with a skewness of up to {value_2}, "
        f"which is mild: with {{value_3}} complete interviews they may count as numbers {_CITED}.",
        "{name}有题项为 {value_1} 级，偏度不超过 {value_2}，偏斜不大：完整作答 {value_3} 份时可当作数值"
        f"{_CITED}。",
    ),
    same(
        "Take the answers for ordered steps: --estimator wlsmv (in a study file `name: wlsmv` under "
        "`estimator`).",
        "请按有序等级处理答案：--estimator wlsmv（在研究文件的 `estimator` 下写 `name: wlsmv`）。",
    ),
    same(
        "Take the answers for numbers, with robust errors: --estimator mlr.",
        "请将答案当作数值，并采用稳健标准误：--estimator mlr。",
    ),
    pattern(
        r"With (?P<value_1>\d+) complete interviews its standard errors are rough: (?P<value_2>\d+) are "
        rf"the least \(Li 2016\)\.{_END}",
        "With {value_1} complete interviews its standard errors are rough: {value_2} are the least (Li "
        "2016).",
        "完整作答只有 {value_1} 份，标准误较粗略：至少需要 {value_2} 份（Li 2016）。",
    ),
    pattern(
        r"with (?P<value_1>\d+) complete interviews the standard errors of wlsmv are rough: "
        rf"(?P<value_2>\d+) are the least \(Li 2016\)\.{_END}",
        "With {value_1} complete interviews the standard errors of wlsmv are rough: {value_2} are the least "
        "(Li 2016).",
        "完整作答只有 {value_1} 份，wlsmv 的标准误较粗略：至少需要 {value_2} 份（Li 2016）。",
    ),
    pattern(
        r"these groups have fewer than (?P<value>\d+) complete interviews, so that their standard errors by "
        r"wlsmv are rough \(Li 2016\): (?P<counted>.+ \(\d+\)(?: and \d+ more)?)\."
        rf"{_END}",
        "These groups have fewer than {value} complete interviews, so that their standard errors by wlsmv "
        "are rough (Li 2016): {counted}.",
        "以下各组的完整作答不足 {value} 份，wlsmv 的标准误因而较粗略（Li 2016）：{counted}。",
    ),
    same(
        "Read intervals and tests as rough; what is close to a limit is open.",
        "区间与检验只能粗略解读；接近界限的结果尚无定论。",
    ),
)

_SAMPLES = (
    pattern(
        r"the answers to (?P<both>.+?) order all respondents alike or in reverse \(polychoric correlation "
        rf"1 or -1\)\.{_END}",
        "The answers to {both} order all respondents alike or in reverse (polychoric correlation 1 or -1).",
        "{both}的答案对全部受访者的排序相同或相反（多分格相关系数为 1 或 -1）。",
    ),
    same(
        "Drop one of them: it is a copy or a recode of the other, or too few respondents tell them apart.",
        "请删去其中之一：它是另一题的复制或重新编码，或能区分两者的受访者过少。",
    ),
    pattern(
        r"the polychoric correlation of (?P<both>.+?) was not found: its likelihood has no clear "
        rf"maximum\.{_END}",
        "The polychoric correlation of {both} was not found: its likelihood has no clear maximum.",
        "未能得到{both}的多分格相关系数：其似然没有明确的最大值。",
    ),
    same(
        "Cross the answers to these questions; drop one of them, or merge answers that few gave.",
        "请对这些题项的答案作交叉表；删去其中之一，或合并选择人数很少的答案。",
    ),
    pattern(
        r"the polychoric correlations of (?P<item_list>.+?) contradict each other \(smallest eigenvalue "
        rf"(?P<value>{NUMBER})\): each comes from a table of its own\.{_END}",
        "The polychoric correlations of {item_list} contradict each other (smallest eigenvalue {value}): "
        "each comes from a table of its own.",
        "{item_list}的多分格相关系数相互矛盾（最小特征值 {value}）：各系数来自各自的交叉表。",
    ),
    same(
        "The estimates stand, as each correlation counts by itself, but their errors are rough: merge "
        "answers that few gave, or drop one of these questions.",
        "各相关系数分别计入，估计值仍成立，但标准误较粗略：请合并选择人数很少的答案，或删去其中一题。",
    ),
    same(
        "Merge answers that few gave, or drop one of these questions: reliabilities and R2 are rough.",
        "请合并选择人数很少的答案，或删去其中一题：信度与 R² 较粗略。",
    ),
    pattern(
        rf"the groups share no two answers to (?P<item>.+?)\.{_END}",
        "The groups share no two answers to {item}.",
        "各组对{item}的答案没有两个相同的等级。",
    ),
    same(
        "Compare groups that use the same part of the scale, or leave the question out.",
        "请比较使用量表相同部分的组，或删去该题。",
    ),
    same("an answer has no sampling variance.", "有答案没有抽样方差。"),
    same("Leave out questions that never vary.", "请删去没有差异的题项。"),
)

_NOTHING = (
    same(
        "no question has whole steps, 11 at most: wlsmv takes all answers for numbers here.",
        "没有题项为整数等级（不超过 11 级）：此处 wlsmv 将全部答案当作数值。",
    ),
    same(
        "Use --estimator mlr, or declare the scales of the questions.",
        "请使用 --estimator mlr，或声明各题的量表。",
    ),
    same(
        "no question has whole steps, 11 at most: polychoric correlations are the plain ones here.",
        "没有题项为整数等级（不超过 11 级）：此处多分格相关即普通相关。",
    ),
    same(
        "Leave --correlations out, or declare the scales of the questions.",
        "请不用 --correlations，或声明各题的量表。",
    ),
    same(
        "weights, loadings, paths and R2 are those of the normal responses behind ordered answers "
        "(polychoric correlations); the index is that of the answers themselves.",
        "权重、载荷、路径与 R² 均就有序答案背后的正态潜在反应而言（多分格相关），指数仍就答案本身而言。",
    ),
    pattern(
        r"(?P<value_1>\d+) of (?P<value_2>\d+) answers lie between the steps of the scale \((?P<rows>.+?)\), "
        rf"so that the question counts as a number, not as ordered steps\.{_END}",
        "{value_1} of {value_2} answers lie between the steps of the scale ({rows}), so that the question "
        "counts as a number, not as ordered steps.",
        "{value_2} 个答案中有 {value_1} 个落在量表各级之间（{rows}），该题因此当作数值，而非有序等级。",
    ),
    same(
        "Correct these answers, or empty them, if the question was asked in steps.",
        "如该题按等级提问，请更正或清空这些答案。",
    ),
    pattern(
        rf"(?P<item_list>{NAMES}) count as numbers: their scales have no whole steps, or more than "
        rf"(?P<value>\d+)\.{_END}",
        "{item_list} count as numbers: their scales have no whole steps, or more than {value}.",
        "{item_list}当作数值：其量表不是整数等级，或超过 {value} 级。",
    ),
    same("Declare their scales if they were asked in steps.", "如按等级提问，请声明其量表。"),
)

_BESIDE = (
    same(
        "Taken for numbers, answers in few steps understate how strongly questions go together; wlsmv "
        "corrects this, asks for more interviews, and supposes that what stands behind the answers is "
        "normally distributed.",
        "级数少的答案当作数值时，会低估题项之间的关联；wlsmv 对此作了校正，但需要更多样本，"
        "并假定答案背后的潜在反应服从正态分布。",
    ),
)


ORDINAL_SENTENCES: tuple[Pattern, ...] = (*_ADVICE, *_SAMPLES, *_NOTHING, *_BESIDE)
"""Whole sentences; the first that fits is taken."""
