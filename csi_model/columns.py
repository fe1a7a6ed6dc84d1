"""Words of the field and columns of stored tables, each once, in English and Chinese; no tables yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")

Kind = Literal["text", "number", "integer", "flag"]


@dataclass(frozen=True, kw_only=True)
class Term:
    """A word of the field in both languages, with its unit where it is a number."""

    en: str
    zh: str
    unit: str = ""

    def __getitem__(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, kw_only=True)
class TableColumn:
    """A column of a stored table: its name, kind and term."""

    name: str
    kind: Kind
    term: Term


@dataclass(frozen=True, kw_only=True)
class Table:
    """A stored table: its name (file ``tables/NAME.csv``), title and columns after group columns."""

    name: str
    title: Term
    columns: tuple[TableColumn, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def make_term(en: str, zh: str, unit: str = "") -> Term:
    """A word in both languages."""
    return Term(en=en, zh=zh, unit=unit)


_POINTS = "index points"

COLUMN_TERMS: dict[str, tuple[Kind, Term]] = {
    "lhs": ("text", make_term("left", "左侧")),
    "op": ("text", make_term("operator", "算符")),
    "rhs": ("text", make_term("right", "右侧")),
    "est": ("number", make_term("estimate", "估计值")),
    "se": ("number", make_term("standard error", "标准误")),
    "z": ("number", make_term("z", "z 值")),
    "pvalue": ("number", make_term("p", "p 值")),
    "ci_lower": ("number", make_term("interval from", "区间下限")),
    "ci_upper": ("number", make_term("interval to", "区间上限")),
    "std_all": ("number", make_term("standardised", "标准化")),
    "free": ("flag", make_term("free", "自由参数")),
    "why": ("text", make_term("why empty", "缺失原因")),
    "measure": ("text", make_term("measure", "指标")),
    "value": ("number", make_term("value", "数值")),
    "construct": ("text", make_term("construct", "潜变量")),
    "index": ("number", make_term("index", "指数", _POINTS)),
    "ci_method": ("text", make_term("interval by", "区间方法")),
    "n": ("integer", make_term("n", "样本量", "respondents")),
    "n_eff": ("number", make_term("effective n", "有效样本量", "respondents")),
    "weight_rule": ("text", make_term("weight rule", "权重规则")),
    "weights_from": ("text", make_term("weights from", "权重来源")),
    "indicator": ("text", make_term("question", "题项")),
    "weight": ("number", make_term("weight", "权重")),
    "loading": ("number", make_term("loading", "载荷")),
    "label": ("text", make_term("label", "标签")),
    "low": ("number", make_term("scale from", "量表下限", "answer units")),
    "high": ("number", make_term("scale to", "量表上限", "answer units")),
    "skipped": ("integer", make_term("not asked", "跳答", "respondents")),
    "dont_know": ("integer", make_term("don't know", "不知道", "respondents")),
    "refused": ("integer", make_term("refused", "拒答", "respondents")),
    "other_missing": ("integer", make_term("other missing", "其他缺失", "respondents")),
    "mean": ("number", make_term("mean", "均值", "answer units")),
    "sd": ("number", make_term("standard deviation", "标准差", "answer units")),
    "skewness": ("number", make_term("skewness", "偏度")),
    "top2": ("number", make_term("top two", "前两档占比", "share")),
    "bottom2": ("number", make_term("bottom two", "末两档占比", "share")),
    "source": ("text", make_term("from", "来源变量")),
    "target": ("text", make_term("to", "目标变量")),
    "kind": ("text", make_term("kind", "类型")),
    "effect": ("number", make_term("effect", "效应", "index points per index point")),
    "std_effect": ("number", make_term("standardised effect", "标准化效应")),
    "driver": ("text", make_term("driver", "驱动因素")),
    "importance": ("number", make_term("importance", "重要性", "index points per index point")),
    "importance_ci_lower": ("number", make_term("importance from", "重要性下限")),
    "importance_ci_upper": ("number", make_term("importance to", "重要性上限")),
    "performance": ("number", make_term("performance", "表现", _POINTS)),
    "performance_ci_lower": ("number", make_term("performance from", "表现下限")),
    "performance_ci_upper": ("number", make_term("performance to", "表现上限")),
    "impact_5": ("number", make_term("impact of 5 points", "提升5分的影响", _POINTS)),
    "quadrant": ("text", make_term("quadrant", "象限")),
    "priority": ("number", make_term("priority", "优先度")),
    "alpha": ("number", make_term("Cronbach's alpha", "克朗巴赫 α")),
    "rho_a": ("number", make_term("rho A", "rho_A")),
    "rho_c": ("number", make_term("composite reliability (rho C)", "组合信度 (rho_C)")),
    "ave": ("number", make_term("average variance extracted", "平均方差提取量 (AVE)")),
    "construct_1": ("text", make_term("construct 1", "潜变量 1")),
    "construct_2": ("text", make_term("construct 2", "潜变量 2")),
    "correlation": ("number", make_term("correlation", "相关系数")),
    "htmt": ("number", make_term("HTMT", "HTMT")),
    "htmt2": ("number", make_term("HTMT2", "HTMT2")),
    "r2": ("number", make_term("R²", "R²")),
    "r2_adjusted": ("number", make_term("adjusted R²", "调整 R²")),
    "reason": ("text", make_term("reason", "原因")),
    "rows": ("integer", make_term("rows", "行数", "respondents")),
    "code": ("text", make_term("code", "代码")),
    "severity": ("text", make_term("severity", "严重程度")),
    "where": ("text", make_term("where", "位置")),
    "what": ("text", make_term("what", "内容")),
    "fix": ("text", make_term("what to do", "处理办法")),
    "unit_1": ("text", make_term("first", "第一方")),
    "unit_2": ("text", make_term("second", "第二方")),
    "index_1": ("number", make_term("first index", "第一方指数", _POINTS)),
    "index_2": ("number", make_term("second index", "第二方指数", _POINTS)),
    "difference": ("number", make_term("difference", "差值", _POINTS)),
    "pvalue_holm": ("number", make_term("p (Holm)", "p 值 (Holm)")),
    "path": ("text", make_term("way", "路径")),
    "mi": ("number", make_term("modification index", "修正指数")),
    "epc": ("number", make_term("expected change", "预期改变量")),
    "sepc_all": ("number", make_term("expected change, standardised", "标准化预期改变量")),
    "indicator_1": ("text", make_term("question 1", "题项 1")),
    "indicator_2": ("text", make_term("question 2", "题项 2")),
    "residual": ("number", make_term("residual correlation", "残差相关")),
    "srmr": ("number", make_term("SRMR", "SRMR")),
    "vif": ("number", make_term("variance inflation (VIF)", "方差膨胀因子 (VIF)")),
    "draws": ("integer", make_term("draws", "抽样次数")),
    "share": ("number", make_term("share", "占比")),
    "used": ("flag", make_term("used in the intervals", "用于区间")),
    "step": ("text", make_term("step", "层级")),
    "holds": ("text", make_term("holds", "是否成立")),
    "chisq": ("number", make_term("chi-square", "卡方")),
    "df": ("integer", make_term("degrees of freedom", "自由度")),
    "npar": ("integer", make_term("free parameters", "自由参数个数")),
    "cfi": ("number", make_term("CFI", "CFI")),
    "tli": ("number", make_term("TLI", "TLI")),
    "rmsea": ("number", make_term("RMSEA", "RMSEA")),
    "chisq_difference": ("number", make_term("change of chi-square", "卡方变化")),
    "df_difference": ("number", make_term("change of degrees of freedom", "自由度变化")),
    "cfi_difference": ("number", make_term("change of CFI", "CFI 变化")),
    "rmsea_difference": ("number", make_term("change of RMSEA", "RMSEA 变化")),
    "srmr_difference": ("number", make_term("change of SRMR", "SRMR 变化")),
    "released": ("text", make_term("left free", "释放的参数")),
    "method": ("text", make_term("method", "方法")),
    "group": ("text", make_term("group", "组")),
    "group_1": ("text", make_term("first group", "第一组")),
    "group_2": ("text", make_term("second group", "第二组")),
    "std_mean": ("number", make_term("mean in standard deviations", "标准化均值")),
    "wald": ("number", make_term("Wald", "Wald 统计量")),
    "treatment": ("text", make_term("treatment", "缺失值处理")),
    "verdict": ("text", make_term("verdict", "判定")),
    "own_construct": ("flag", make_term("own construct", "所属潜变量")),
    "communality": ("number", make_term("communality", "共同度")),
    "redundancy": ("number", make_term("redundancy", "冗余度")),
    "weighting": ("text", make_term("weighting", "加权模式")),
    "q2": ("number", make_term("Q² (blindfolding)", "Q²（盲解法）")),
    "sqrt_ave_1": ("number", make_term("root AVE 1", "AVE 平方根 1")),
    "sqrt_ave_2": ("number", make_term("root AVE 2", "AVE 平方根 2")),
    "fornell_larcker": ("text", make_term("Fornell-Larcker", "Fornell-Larcker 准则")),
    "htmt_upper": ("number", make_term("HTMT, upper bound", "HTMT 单侧上限")),
    "htmt2_upper": ("number", make_term("HTMT2, upper bound", "HTMT2 单侧上限")),
    "f2": ("number", make_term("effect size f²", "效应量 f²")),
    "rmse_pls": ("number", make_term("RMSE, PLS", "PLS 的均方根误差")),
    "rmse_lm": ("number", make_term("RMSE, linear model", "线性模型的均方根误差")),
    "rmse_mean": ("number", make_term("RMSE, mean", "均值的均方根误差")),
    "mae_pls": ("number", make_term("MAE, PLS", "PLS 的平均绝对误差")),
    "mae_lm": ("number", make_term("MAE, linear model", "线性模型的平均绝对误差")),
    "mae_mean": ("number", make_term("MAE, mean", "均值的平均绝对误差")),
    "q2_predict": ("number", make_term("Q² predict", "预测 Q²")),
    "benchmark": ("text", make_term("benchmark", "基准")),
    "loss_pls": ("number", make_term("loss, PLS", "损失（PLS）")),
    "loss_benchmark": ("number", make_term("loss, benchmark", "损失（基准）")),
    "tetrad": ("text", make_term("questions", "题项")),
    "bound_95": ("number", make_term("95 % bound", "95% 界限")),
    "bound_99": ("number", make_term("99 % bound", "99% 界限")),
    "model_form": ("text", make_term("form", "形式")),
    "ceiling": ("text", make_term("ceiling line", "天花板线")),
    "effect_size": ("number", make_term("effect size d", "效应量 d")),
    "accuracy": ("number", make_term("accuracy", "精度")),
    "target_level": ("number", make_term("level of the target", "目标水平")),
    "required": ("number", make_term("required", "必要水平")),
    "moderator": ("text", make_term("moderator", "调节变量")),
    "moderator_at": ("text", make_term("moderator at", "调节变量取值")),
    "compositional": ("number", make_term("correlation of scores", "得分相关 c")),
    "bound": ("number", make_term("bound", "界限")),
    "pvalue_compositional": ("number", make_term("p, composition", "p 值（组成）")),
    "mean_difference": ("number", make_term("difference of means", "均值差")),
    "pvalue_mean": ("number", make_term("p, means", "p 值（均值）")),
    "variance_difference": ("number", make_term("log ratio of variances", "方差对数差")),
    "pvalue_variance": ("number", make_term("p, variances", "p 值（方差）")),
    "pvalue_permutation": ("number", make_term("p, permutation", "p 值（置换）")),
    "pvalue_parametric": ("number", make_term("p, parametric", "p 值（参数法）")),
    "pvalue_welch": ("number", make_term("p, Welch", "p 值（Welch）")),
    "pvalue_henseler": ("number", make_term("p, Henseler", "p 值（Henseler MGA）")),
    "segments": ("integer", make_term("segments", "细分数")),
    "segment": ("integer", make_term("segment", "细分")),
    "logl": ("number", make_term("log likelihood", "对数似然")),
    "aic": ("number", make_term("AIC", "AIC")),
    "aic3": ("number", make_term("AIC3", "AIC3")),
    "aic4": ("number", make_term("AIC4", "AIC4")),
    "bic": ("number", make_term("BIC", "BIC")),
    "caic": ("number", make_term("CAIC", "CAIC")),
    "mdl5": ("number", make_term("MDL5", "MDL5")),
    "en": ("number", make_term("entropy EN", "熵 EN")),
    "smallest": ("number", make_term("smallest share", "最小占比")),
    "chosen": ("flag", make_term("chosen", "选定")),
    "element": ("text", make_term("of", "对象")),
    "estimator_1": ("text", make_term("first estimator", "第一估计方法")),
    "estimator_2": ("text", make_term("second estimator", "第二估计方法")),
    "value_1": ("number", make_term("first value", "第一估计值")),
    "value_2": ("number", make_term("second value", "第二估计值")),
    # many units, waves, plans
    "level": ("text", make_term("level", "层级")),
    "unit": ("text", make_term("unit", "单位")),
    "parent": ("text", make_term("belongs to", "所属上级")),
    "units": ("integer", make_term("units", "单位数")),
    "share_kind": ("text", make_term("share by", "权重依据")),
    "measured": ("number", make_term("share measured", "已测得份额")),
    "carried": ("integer", make_term("carried over", "沿用前期的单位数")),
    "others": ("text", make_term("all others", "其他企业")),
    "amount": ("number", make_term("amount given", "给定数量")),
    "share_from": ("text", make_term("share from", "权重来源")),
    "simultaneous_lower": ("number", make_term("simultaneous from", "同时区间下限", _POINTS)),
    "simultaneous_upper": ("number", make_term("simultaneous to", "同时区间上限", _POINTS)),
    "pvalue_bh": ("number", make_term("p (Benjamini-Hochberg)", "p 值 (BH)")),
    "pvalue_simultaneous": ("number", make_term("p, simultaneous", "p 值（同时）")),
    "pvalue_equivalence": ("number", make_term("p, equivalence", "p 值（等效）")),
    "equivalence": ("text", make_term("equivalence", "等效性")),
    "comparable": ("text", make_term("comparable", "可比性")),
    "within": ("text", make_term("within", "排名范围")),
    "rank": ("integer", make_term("rank", "排名")),
    "rank_lower": ("integer", make_term("rank from", "排名区间上端")),
    "rank_upper": ("integer", make_term("rank to", "排名区间下端")),
    "simultaneous_rank_lower": ("integer", make_term("all ranks from", "同时排名区间上端")),
    "simultaneous_rank_upper": ("integer", make_term("all ranks to", "同时排名区间下端")),
    "p_first": ("number", make_term("probability of being first", "居首概率")),
    "may_lead": ("flag", make_term("not separable from the leader", "与领先者无法区分")),
    "letters": ("text", make_term("letters", "字母标记")),
    "probability": ("number", make_term("probability", "概率")),
    "wave": ("text", make_term("wave", "期次")),
    "wave_1": ("text", make_term("first wave", "前期")),
    "wave_2": ("text", make_term("second wave", "后期")),
    "change": ("number", make_term("change", "变化", _POINTS)),
    "change_se": ("number", make_term("standard error of the change", "变化的标准误")),
    "change_ci_lower": ("number", make_term("change from", "变化区间下限", _POINTS)),
    "change_ci_upper": ("number", make_term("change to", "变化区间上限", _POINTS)),
    "part": ("text", make_term("part", "组成部分")),
    "contribution": ("number", make_term("contribution", "贡献", _POINTS)),
    "subject": ("text", make_term("subject", "项目")),
    "same": ("flag", make_term("the same", "是否一致")),
    "points": ("number", make_term("rise of the driver", "驱动因素提升", _POINTS)),
    "gain": ("number", make_term("gain", "收益", _POINTS)),
    "level_from": ("number", make_term("level now", "当前水平", _POINTS)),
    "level_to": ("number", make_term("level then", "目标水平", _POINTS)),
    "push": ("number", make_term("own rise", "自身提升", _POINTS)),
    "cost": ("number", make_term("cost", "成本")),
    "scenario": ("text", make_term("scenario", "情景")),
    "value_from": ("number", make_term("now", "当前值")),
    "value_to": ("number", make_term("then", "之后")),
    "variable": ("text", make_term("variable", "变量")),
    "category": ("text", make_term("category", "类别")),
    "target_share": ("number", make_term("share of the population", "总体占比")),
    "sample_share": ("number", make_term("share of the sample", "样本占比")),
    "weighted_share": ("number", make_term("share after weighting", "加权后占比")),
    "respondents": ("integer", make_term("respondents", "受访者数")),
    "half_width": ("number", make_term("margin", "误差范围", _POINTS)),
    "deff_weights": ("number", make_term("design effect of the weights", "权重的设计效应")),
    "deff": ("number", make_term("design effect", "设计效应")),
    "purpose": ("text", make_term("purpose", "目的")),
    "margin": ("number", make_term("margin", "误差范围", _POINTS)),
    "comparisons": ("integer", make_term("comparisons", "比较次数")),
    "power": ("number", make_term("power", "功效")),
    "confidence": ("number", make_term("confidence level", "置信水平")),
}
"""Kind and term of every column that a stored table may have."""
