"""Sentences that findings hold, as patterns, and what a report makes of them in both languages.

A pattern is one sentence; its named groups say what they hold (``retold`` reads them): constructs
(``name``), questions (``item``), parameters, paths, pairs, numbers (``value``), or steps to take.
"""

from __future__ import annotations

from csi_model.reporting.retold_composites import COMPOSITES
from csi_model.reporting.retold_fit_phrases import FIT_SENTENCES
from csi_model.reporting.retold_group_phrases import GROUP_SENTENCES
from csi_model.reporting.retold_league_phrases import LEAGUE_SENTENCES
from csi_model.reporting.retold_ordinal import ORDINAL_SENTENCES
from csi_model.reporting.retold_ordinal_groups import ORDINAL_GROUP_SENTENCES
from csi_model.reporting.retold_patterns import COMPARED_IN, Pattern
from csi_model.reporting.retold_patterns import NAMES as _NAMES
from csi_model.reporting.retold_patterns import NUMBER as _NUMBER
from csi_model.reporting.retold_patterns import pattern as _p
from csi_model.reporting.retold_patterns import same as _same
from csi_model.reporting.retold_wave_phrases import WAVE_SENTENCES

_DIAGNOSIS = (
    _same(
        "The search for the best values did not end; no number holds.",
        "未能搜索到最优解，所有数字均不成立。",
    ),
    _p(r"Where it stopped:", "Where it stopped:", "停止处："),
    _p(
        r"This sample cannot tell these parameters apart: (?P<parameters>.+?)\.(?= |$)",
        "This sample cannot tell these parameters apart: {parameters}.",
        "本样本无法区分下列参数：{parameters}。",
    ),
    _same(
        "Other values of them would fit exactly as well, so that none of them can be read.",
        "这些参数取其他值时拟合完全相同，因此均不可解读。",
    ),
    _same(
        "Other values of them would fit almost as well, so that none of them can be read.",
        "这些参数取其他值时拟合几乎相同，因此均不可解读。",
    ),
    _p(
        rf"Respondents do not tell (?P<name_1>.+?) from (?P<name_2>.+?): the two constructs correlate "
        rf"(?P<value>{_NUMBER}), more than any answers can\.(?= |$)",
        "Respondents do not tell {name_1} from {name_2}: the two constructs correlate {value}, more than "
        "any answers can.",
        "受访者未能区分{name_1}与{name_2}：两者的相关系数为 {value}，超出任何答案可能达到的程度。",
    ),
    _p(
        rf"Respondents do not tell (?P<name_1>.+?) from (?P<name_2>.+?): the two constructs correlate "
        rf"(?P<value>{_NUMBER})\.(?= |$)",
        "Respondents do not tell {name_1} from {name_2}: the two constructs correlate {value}.",
        "受访者未能区分{name_1}与{name_2}：两者的相关系数为 {value}。",
    ),
    _p(
        rf"Respondents answer (?P<name_1>.+?) as the opposite of (?P<name_2>.+?): the two constructs "
        rf"correlate (?P<value>{_NUMBER})(, more than any answers can)?\.(?= |$)",
        "Respondents answer {name_1} as the opposite of {name_2}: the two constructs correlate {value}.",
        "受访者把{name_1}当作{name_2}的反面作答：两者的相关系数为 {value}。",
    ),
    _p(
        r"(?P<names>[^.:]+?) (is|are) hardly distinct from them either\.(?= |$)",
        "Hardly distinct from them either: {names}.",
        "与两者同样难以区分的还有：{names}。",
    ),
    _same(
        "Their indices say the same thing twice, and what one does beyond the other cannot be told.",
        "两者的指数说的是同一件事，其中一个在另一个之外有何作用无从得知。",
    ),
    _p(
        r"So the paths that should separate them are arbitrary \(standardised: (?P<paths>[^;]+?); "
        r"(?P<value>\d+) more paths? (is|are) as uncertain\)\.(?= |$)",
        "So the paths that should separate them are arbitrary (standardised: {paths}; {value} more as "
        "uncertain).",
        "因此，本应区分两者的路径系数是任意的（标准化系数：{paths}；另有 {value} 条路径同样不确定）。",
    ),
    _p(
        r"So the paths that should separate them are arbitrary \(standardised: (?P<paths>[^;]+?)\)\.(?= |$)",
        "So the paths that should separate them are arbitrary (standardised: {paths}).",
        "因此，本应区分两者的路径系数是任意的（标准化系数：{paths}）。",
    ),
    _p(
        rf"The error variance of (?P<item>.+?) is negative \((?P<value>{_NUMBER}) of its variance, a Heywood "
        r"case\): (?P<name>.+?) would explain more than all of its answers\.(?= |$)",
        "The error variance of {item} is negative ({value} of its variance, a Heywood case): {name} would "
        "explain more than all of its answers.",
        "{item}的误差方差为负（占其方差的 {value}，Heywood 现象）：{name}所解释的超过了其全部答案。",
    ),
    _same(
        "Few respondents, or a question that repeats another, is the usual reason.",
        "常见原因是样本量太小，或题项重复。",
    ),
    _p(
        rf"(?P<item>{_NAMES}) goes with the questions of (?P<name_1>.+?) more than with the others of "
        r"(?P<name_2>.+?)\.(?= |$)",
        "{item} goes with the questions of {name_1} more than with the others of {name_2}.",
        "{item}与{name_1}题项的关联强于与{name_2}其他题项的关联。",
    ),
    _p(
        r"Two questions say too little about (?P<name>.+?) to tell error from substance\.(?= |$)",
        "Two questions say too little about {name} to tell error from substance.",
        "{name}只有两个题项，不足以区分误差与实质。",
    ),
    _p(
        r"The loadings of (?P<name>.+?) cannot be read, nor what rests on them\.(?= |$)",
        "The loadings of {name} cannot be read, nor what rests on them.",
        "{name}的载荷及由其得出的结果均不可解读。",
    ),
    _p(
        rf"The unexplained variance of (?P<name>.+?) is negative \((?P<value>{_NUMBER}) of the "
        r"whole\)\.(?= |$)",
        "The unexplained variance of {name} is negative ({value} of the whole).",
        "{name}的未解释方差为负（占总方差的 {value}）。",
    ),
    _p(
        r"The variance of (?P<name>.+?) is negative\.(?= |$)",
        "The variance of {name} is negative.",
        "{name}的方差为负。",
    ),
    _p(
        r"Its drivers would explain more than all of (?P<name>.+?); its paths cannot be read\.(?= |$)",
        "Its drivers would explain more than all of {name}; its paths cannot be read.",
        "其驱动因素所解释的超过了{name}的全部，其路径不可解读。",
    ),
    _p(
        r"The questions of (?P<name>.+?) do not go together: no construct of that name is in the "
        r"answers\.(?= |$)",
        "The questions of {name} do not go together: no construct of that name is in the answers.",
        "{name}的题项之间不一致：答案中不存在这样的潜变量。",
    ),
    _p(
        rf"The drivers of (?P<name_1>.+?) overlap: what (?P<name_2>.+?) says, (?P<names_3>.+?) say together "
        rf"almost completely \(variance inflation (?P<value>{_NUMBER})\)\.(?= |$)",
        "The drivers of {name_1} overlap: what {name_2} says, {names_3} say together almost completely "
        "(variance inflation {value}).",
        "{name_1}的驱动因素相互重叠：{name_2}所说的几乎全部已由{names_3}共同说出（方差膨胀因子 {value}）。",
    ),
    _p(
        r"This sample says almost nothing about (?P<parameters>.+?) and (?P<value>\d+) more\.(?= |$)",
        "This sample says almost nothing about these parameters: {parameters}; and {value} more.",
        "本样本对下列参数几乎没有提供信息：{parameters}；另有 {value} 个。",
    ),
    _p(
        r"This sample says almost nothing about (?P<parameters>.+?)\.(?= |$)",
        "This sample says almost nothing about these parameters: {parameters}.",
        "本样本对下列参数几乎没有提供信息：{parameters}。",
    ),
    _same(
        "The constructs' covariances contradict each other (their matrix is not positive definite).",
        "潜变量的协方差相互矛盾（其矩阵非正定）。",
    ),
    _same(
        "The model asks for more than these answers hold; another sample could show quite other values.",
        "模型的要求超出了这些答案的信息量，换一个样本可能得到完全不同的数值。",
    ),
    _p(r"In this order: (?P<steps>.+)\.$", "In this order: {steps}.", "请依次尝试：{steps}。"),
)

STEPS: tuple[Pattern, ...] = (
    _p(
        r"ask a second question about (?P<names>.+)",
        "ask a second question about {names}",
        "为{names}增加第二个题项",
    ),
    _same("fix or remove one of these parameters in the model", "在模型中固定或删去其中一个参数"),
    _p(
        r"merge (?P<name_1>.+?) and (?P<name_2>.+?) into one construct",
        "merge {name_1} and {name_2} into one construct",
        "将{name_1}与{name_2}合并为一个潜变量",
    ),
    _p(
        r"drop (?P<item>.+?), which goes with the questions of (?P<name_1>.+?) more than with those of "
        r"(?P<name_2>.+)",
        "drop {item}, which goes with the questions of {name_1} more than with those of {name_2}",
        "删去{item}，它与{name_1}题项的关联强于与{name_2}题项的关联",
    ),
    _p(
        r"move (?P<item>.+?) to (?P<name>.+), or drop it",
        "move {item} to {name}, or drop it",
        "将{item}移至{name}，或将其删去",
    ),
    _p(r"drop (?P<item>[^,]+)", "drop {item}", "删去{item}"),
    _p(
        r"ask more questions about (?P<name_1>.+), or merge it with (?P<name_2>.+)",
        "ask more questions about {name_1}, or merge it with {name_2}",
        "为{name_1}增加题项，或将其与{name_2}合并",
    ),
    _p(r"ask more questions about (?P<name>.+)", "ask more questions about {name}", "为{name}增加题项"),
    _p(
        r"check whether one of (?P<item_list>.+) is coded the other way \(`reversed`\)",
        "check whether one of {item_list} is coded the other way (`reversed`)",
        "检查{item_list}中是否有反向计分的题项（`reversed`）",
    ),
    _p(r"merge (?P<names>.+), the closest of them", "merge {names}, the closest of them",
       "合并其中最接近的{names}"),
    _same("leave out these parameters, or collect more interviews", "删去这些参数，或增加样本量"),
    _same(
        "fit with `--ridge 0.02`, which steadies the paths at the price of some bias",
        "用 `--ridge 0.02` 拟合，以少许偏差换取路径系数的稳定",
    ),
    _same(
        "keep variances at or above zero (`--variances bounded`)",
        "限制方差不小于零（`--variances bounded`）",
    ),
    _same(
        "estimate by PLS path modelling (`--estimator pls`), which does not rest on these parameters",
        "改用不依赖这些参数的 PLS 路径模型（`--estimator pls`）",
    ),
    _same(
        "estimate by PLS path modelling, which does not rest on these parameters",
        "改用不依赖这些参数的 PLS 路径模型",
    ),
)  # fmt: skip
"""What a diagnosis advises, one step each."""

_TOLD = r"( \((?P<items>.+?)\))?"

_COMPARABILITY = (
    _same(
        "the questions measure the constructs in the same units in every group (metric invariance).",
        "各组题项以相同单位测量潜变量（度量等值）。",
    ),
    _p(
        rf"loadings differ for some questions{_TOLD}, at least two per construct are equal\.(?= |$)",
        "loadings differ for some questions{items}, at least two per construct are equal.",
        "部分题项{items}的载荷在各组间不同，但每个潜变量至少有两个题项相等。",
    ),
    _same(
        "loadings differ between groups: one unit of a construct is not the same everywhere.",
        "各组载荷不同：潜变量的单位在各组中不一致。",
    ),
    _same(
        "loadings and intercepts are equal (scalar invariance).",
        "各组载荷与截距相等（尺度等值）。",
    ),
    _p(
        rf"some questions are answered differently at the same level of the construct{_TOLD}; the means rest "
        r"on the others, at least two per construct\.(?= |$)",
        "some questions are answered differently at the same level of the construct{items}; the means rest "
        "on the others, at least two per construct.",
        "潜变量水平相同时，部分题项{items}在各组的作答不同；均值由其余题项得出，每个潜变量至少两个。",
    ),
    _same(
        "at the same level of a construct groups answer the questions differently.",
        "潜变量水平相同时，各组对题项的作答不同。",
    ),
    _p(
        rf"the questions measure the constructs in the same units {COMPARED_IN} "
        r"\(metric invariance\)\.(?= |$)",
        "the questions measure the constructs in the same units in the groups that were compared ({units}) "
        "(metric invariance).",
        "在参与比较的各组（{units}）中，题项以相同单位测量潜变量（度量等值）。",
    ),
    _p(
        rf"loadings and intercepts are equal {COMPARED_IN} \(scalar invariance\)\.(?= |$)",
        "loadings and intercepts are equal in the groups that were compared ({units}) (scalar invariance).",
        "参与比较的各组（{units}）的载荷与截距相等（尺度等值）。",
    ),
    _p(
        r"loadings and intercepts are equal \(scalar invariance\), so that one set of weights measures "
        rf"the same {COMPARED_IN}\.(?= |$)",
        "loadings and intercepts are equal (scalar invariance), so that one set of weights measures the same "
        "in the groups that were compared ({units}).",
        "载荷与截距相等（尺度等值），同一套权重在参与比较的各组（{units}）测量的是同一内容。",
    ),
    _same("they need equal loadings, which the groups do not have.", "这要求各组载荷相等，而各组并不相等。"),
    _same("the groups could not be fitted together.", "无法对各组一并拟合。"),
    _same(
        "loadings and intercepts are equal (scalar invariance), so that one set of weights measures the "
        "same in every group.",
        "各组载荷与截距相等（尺度等值），同一套权重在各组测量的是同一内容。",
    ),
    _p(
        rf"part of a difference may come from questions that groups answer differently{_TOLD}\.(?= |$)",
        "part of a difference may come from questions that groups answer differently{items}.",
        "差异可能部分来自各组作答方式不同的题项{items}。",
    ),
    _same(
        "differences between index scores may come from how groups answer rather than from how satisfied "
        "they are.",
        "指数之差可能来自各组作答方式的不同，而非满意程度的不同。",
    ),
    _same(
        "Read differences of what is not comparable as differences of answers, and name the questions.",
        "凡不可比之处，其差异应视为作答的差异，并指明所涉题项。",
    ),
)

_OTHERS = (
    _p(
        rf"the drivers of (?P<name_1>.+?) (can hardly be told apart|overlap): (?P<factors>.+?\))\. Only "
        rf"(?P<value_1>{_NUMBER}) of what (?P<name_2>.+?) says is its own, and its path is "
        rf"(?P<value_2>{_NUMBER}) times as uncertain as it would be among unrelated drivers\.(?= |$)",
        "The drivers of {name_1} overlap: {factors}. Only {value_1} of what {name_2} says is its own, and "
        "its path is {value_2} times as uncertain as it would be among unrelated drivers.",
        "{name_1}的驱动因素相互重叠：{factors}。{name_2}所说的只有 {value_1} 是其独有的，其路径的不确定性是"
        "驱动因素互不相关时的 {value_2} 倍。",
    ),
    _same(
        "Read these drivers together, not one by one; merge those that mean the same to respondents, or "
        "drop one.",
        "请将这些驱动因素合在一起解读，不要逐一解读；合并受访者视为同义的因素，或删去其一。",
    ),
    _p(
        r"respondents hardly tell apart (?P<pairs>.+\))\.(?= |$)",
        "Respondents hardly tell apart {pairs}.",
        "受访者难以区分：{pairs}。",
    ),
    _same("Say so where their separate effects are read.", "解读其各自的效应时请予以说明。"),
    _p(
        rf"already the model without equalities fits the groups poorly \(CFI (?P<value_1>{_NUMBER}), RMSEA "
        rf"(?P<value_2>{_NUMBER})\), so that the later steps say less\.(?= |$)",
        "Already the model without equalities fits the groups poorly (CFI {value_1}, RMSEA {value_2}), so "
        "that the later steps say less.",
        "不加等值约束的模型在各组中的拟合已经欠佳（CFI {value_1}，RMSEA {value_2}），"
        "其后各级的结论因而较弱。",
    ),
    _same(
        "Mend the measurement first: see the modification indices.",
        "请先改进测量模型，参见修正指数。",
    ),
    _p(
        rf"the index is (?P<value_1>{_NUMBER}) with (?P<treatment_1>.+?) and (?P<value_2>{_NUMBER}) with "
        r"(?P<treatment_2>.+?): those who left questions out differ from the others\.(?= |$)",
        "The index is {value_1} with {treatment_1} and {value_2} with {treatment_2}: those who left "
        "questions out differ from the others.",
        "采用{treatment_1}时指数为 {value_1} 分，采用{treatment_2}时为 {value_2} 分："
        "有题项未作答的受访者与其他受访者不同。",
    ),
    _same(
        "Say which treatment was used; full information (--estimator fiml) uses every answer.",
        "请说明所用的处理方法；全息极大似然法（--estimator fiml）使用全部答案。",
    ),
    _p(r"not compared: (?P<left_out>.+\))\.$", "Not compared: {left_out}.", "未参与比较：{left_out}。"),
    _p(
        r"(?P<value>\d+) groups are too many for one test of measurement invariance\.(?= |$)",
        "{value} groups are too many for one test of measurement invariance.",
        "共 {value} 个组，过多，无法一并检验测量等值性。",
    ),
    _same(
        "Run it for the groups that are compared with each other, such as industries.",
        "请只对要相互比较的组（例如行业）进行检验。",
    ),
)

_STREAMED = (
    _same(
        "the rows were read in one pass and only sums of them were kept, so that Q2, predictions, scores and "
        "repeated answers are not looked at.",
        "数据逐行读取一遍，只保留汇总值，因此不考察 Q²、预测、得分和重复答卷。",
    ),
    _p(
        r"Standard errors come from a jackknife over (?P<value_1>\d+) random groups of respondents and are "
        r"themselves known to about (?P<value_2>\d+) %\.(?= |$)",
        "Standard errors come from a jackknife over {value_1} random groups of respondents and are "
        "themselves known to about {value_2} %.",
        "标准误来自对 {value_1} 个受访者随机组的刀切法，其本身约有 {value_2}% 的误差。",
    ),
    _p(
        r"Standard errors come from a jackknife over (?P<value_1>\d+) random groups of clusters and are "
        r"themselves known to about (?P<value_2>\d+) %\.(?= |$)",
        "Standard errors come from a jackknife over {value_1} random groups of clusters and are "
        "themselves known to about {value_2} %.",
        "标准误来自对 {value_1} 个群的随机组的刀切法，其本身约有 {value_2}% 的误差。",
    ),
)

SENTENCES: tuple[Pattern, ...] = (
    *_DIAGNOSIS, *_COMPARABILITY, *_OTHERS, *_STREAMED, *COMPOSITES, *LEAGUE_SENTENCES, *WAVE_SENTENCES,
    *GROUP_SENTENCES, *FIT_SENTENCES, *ORDINAL_SENTENCES, *ORDINAL_GROUP_SENTENCES,
)  # fmt: skip
"""Whole sentences of findings; the first that fits is taken."""
