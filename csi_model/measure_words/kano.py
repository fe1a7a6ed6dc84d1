"""Tables, columns and words of the family ``kano``."""

from __future__ import annotations

from csi_model.columns import Kind, Term
from csi_model.columns import make_term as _term

COLUMNS: dict[str, tuple[Kind, Term]] = {
    # Kano
    "feature": ("text", _term("feature", "功能或特性")),
    "n_base": ("integer", _term("A + O + M + I", "A + O + M + I 人数", "respondents")),
    "tied": ("text", _term("tied with", "并列类别")),
    "lead": ("number", _term("category strength", "类别强度", "share")),
    "lead_limit": ("number", _term("lead needed (Fong)", "领先所需幅度（Fong）", "share")),
    "lead_verdict": ("text", _term("strength of the category", "类别强度判定")),
    "ahead": ("text", _term("clearly ahead", "是否明显领先")),
    "total_strength": ("number", _term("total strength", "总强度", "share")),
    "total_verdict": ("text", _term("total strength is", "总强度判定")),
    "better": ("number", _term("Better", "Better 系数")),
    "better_ci_lower": ("number", _term("Better from", "Better 区间下限")),
    "better_ci_upper": ("number", _term("Better to", "Better 区间上限")),
    "worse": ("number", _term("Worse", "Worse 系数")),
    "worse_ci_lower": ("number", _term("Worse from", "Worse 区间下限")),
    "worse_ci_upper": ("number", _term("Worse to", "Worse 区间上限")),
    # penalty-reward contrasts
    "attribute": ("text", _term("attribute", "属性")),
    "n_low": ("integer", _term("n low", "低分人数", "respondents")),
    "n_middle": ("integer", _term("n middle", "中间人数", "respondents")),
    "n_high": ("integer", _term("n high", "高分人数", "respondents")),
    "penalty": ("number", _term("penalty", "惩罚系数", "answer units")),
    "penalty_se": ("number", _term("standard error of the penalty", "惩罚系数标准误")),
    "penalty_ci_lower": ("number", _term("penalty from", "惩罚系数区间下限")),
    "penalty_ci_upper": ("number", _term("penalty to", "惩罚系数区间上限")),
    "pvalue_penalty": ("number", _term("p, penalty", "p 值（惩罚）")),
    "reward": ("number", _term("reward", "奖励系数", "answer units")),
    "reward_se": ("number", _term("standard error of the reward", "奖励系数标准误")),
    "reward_ci_lower": ("number", _term("reward from", "奖励系数区间下限")),
    "reward_ci_upper": ("number", _term("reward to", "奖励系数区间上限")),
    "pvalue_reward": ("number", _term("p, reward", "p 值（奖励）")),
    "pvalue_balance": ("number", _term("p, |penalty| = reward", "p 值（惩罚与奖励相等）")),
    "impact_range": ("number", _term("impact range", "影响幅度", "answer units")),
    "asymmetry": ("number", _term("asymmetry", "不对称指数")),
    "asymmetry_ci_lower": ("number", _term("asymmetry from", "不对称指数区间下限")),
    "asymmetry_ci_upper": ("number", _term("asymmetry to", "不对称指数区间上限")),
    "class3": ("text", _term("factor", "因素类型")),
    "class5": ("text", _term("class by asymmetry", "不对称类别")),
    "answers_low": ("text", _term("low answers", "低分答案")),
    "answers_high": ("text", _term("high answers", "高分答案")),
}

WORDS: dict[str, Term] = {
    "kano": _term("Kano categories", "Kano 分类"),
    "kano_better": _term("Better (Kano)", "Better 系数（Kano）"),
    "kano_worse": _term("Worse (Kano)", "Worse 系数（Kano）"),
    "kano_functional": _term("score of having it (DuMouchel)", "具备时得分（DuMouchel）"),
    "kano_dysfunctional": _term("score of lacking it (DuMouchel)", "缺失时得分（DuMouchel）"),
    "kano_category": _term("Kano category", "Kano 类别"),
    "coefficient": _term("coefficient", "系数"),
    "kano_points": _term("points, \u22122 to 4", "分（\u22122 至 4）"),
    # categories
    "attractive": _term("attractive (A)", "魅力型 (A)"),
    "one_dimensional": _term("one-dimensional (O)", "期望型 (O)"),
    "must_be": _term("must-be (M)", "必备型 (M)"),
    "indifferent": _term("indifferent (I)", "无差异型 (I)"),
    "reverse": _term("reverse (R)", "反向型 (R)"),
    "questionable": _term("questionable (Q)", "可疑结果 (Q)"),
    # strengths
    "single_category": _term("one category", "单一类别"),
    "combination": _term("combination", "混合型"),
    "clearly_ahead": _term("clearly ahead", "明显领先"),
    "not_clearly_ahead": _term("not clearly ahead", "未明显领先"),
    "good_strength": _term("good", "良好"),
    "low_strength": _term("low", "偏低"),
    # penalty and reward
    "hc3": _term("least squares, HC3 errors", "最小二乘，HC3 标准误"),
    "design_based": _term("least squares, errors by the design", "最小二乘，按抽样设计计算标准误"),
    "penalty": _term("penalty", "惩罚系数"),
    "reward": _term("reward", "奖励系数"),
    "penalty_reward": _term("Penalties and rewards", "惩罚与奖励对比分析"),
    "basic_factor": _term("basic", "基本因素"),
    "performance_factor": _term("performance", "绩效因素"),
    "excitement_factor": _term("excitement", "兴奋因素"),
    "not_told_apart": _term("not told apart", "无法区分"),
    "opposite": _term("the other way round", "方向相反"),
    "no_clear_effect": _term("no clear effect", "无明显影响"),
    "delighter": _term("delighter", "愉悦因素"),
    "satisfier": _term("satisfier", "满意因素"),
    "hybrid": _term("hybrid", "混合因素"),
    "dissatisfier": _term("dissatisfier", "不满因素"),
    "frustrator": _term("frustrator", "挫折因素"),
}

TABLES: tuple[tuple[str, str, str, str], ...] = (
    (
        "kano",
        "Kano categories and Better-Worse coefficients",
        "Kano 类别与 Better-Worse 系数",
        "unit feature category tied lead lead_limit lead_verdict ahead total_strength total_verdict "
        "better better_ci_lower better_ci_upper worse worse_ci_lower worse_ci_upper n n_base n_eff why",
    ),
    (
        "kano_answers",
        "Answers by Kano category",
        "各 Kano 类别的答案分布",
        "unit feature category respondents share ci_lower ci_upper ci_method n n_eff why",
    ),
    (
        "penalty_reward",
        "Penalties and rewards of attributes",
        "各属性的惩罚与奖励",
        "unit attribute answers_low answers_high n_low n_middle n_high penalty penalty_se penalty_ci_lower "
        "penalty_ci_upper pvalue_penalty reward reward_se reward_ci_lower reward_ci_upper pvalue_reward "
        "pvalue_balance impact_range asymmetry asymmetry_ci_lower asymmetry_ci_upper class3 class5 vif why",
    ),
    (
        "penalty_reward_fit",
        "Regressions of penalties and rewards",
        "惩罚与奖励的回归",
        "unit item n n_eff r2 r2_adjusted method why",
    ),
)
