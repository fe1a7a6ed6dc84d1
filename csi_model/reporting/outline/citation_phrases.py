"""The sentences of the method paragraph, with their citations; both languages."""

from __future__ import annotations

from csi_model.vocabulary import Term


def _t(en: str, zh: str) -> Term:
    return Term(en=en, zh=zh)


def _same(text: str) -> Term:
    return Term(en=text, zh=text)


_CITES = {
    "cite_fornell1996": _same("Fornell et al., 1996"),
    "cite_fornell1992": _same("Fornell, 1992"),
    "cite_tenenhaus2005": _same("Tenenhaus et al., 2005"),
    "cite_cassel2001": _same("Cassel & Eklöf, 2001"),
    "cite_johnson2001": _same("Johnson et al., 2001"),
    "cite_chan2003": _same("Chan et al., 2003"),
}

_SENTENCES = {
    "paper_references": _t("References", "参考文献"),
    "paper_model_cited": _t(
        "The model “{name}” ({work}) was applied to the answers of {n} respondents.",
        "本研究采用模型“{name}”（{work}），样本为 {n} 名受访者。",
    ),
    "paper_model_source": _t(
        "The model “{name}” (source: {source}) was applied to the answers of {n} respondents.",
        "本研究采用模型“{name}”（来源：{source}），样本为 {n} 名受访者。",
    ),
    "paper_model": _t(
        "The model “{name}” was applied to the answers of {n} respondents.",
        "本研究采用模型“{name}”，样本为 {n} 名受访者。",
    ),
    "paper_index": _t(
        "Every item was rescaled to 0–100 by the ends of its response scale, and the index of a construct "
        "is the weighted mean of its items with weights that sum to one ({rule}), in the form of the "
        "American Customer Satisfaction Index (Fornell et al., 1996).",
        "各题项按其量表两端换算为 0–100 分，潜变量指数为其题项的加权平均，权重之和为 1（{rule}），形式与美国"
        "顾客满意度指数一致（Fornell et al., 1996）。",
    ),
    "paper_ml": _t(
        "Parameters were estimated by maximum likelihood (Bollen, 1989).",
        "参数采用极大似然法估计（Bollen, 1989）。",
    ),
    "paper_mlr": _t(
        "Parameters were estimated by maximum likelihood with robust standard errors and a scaled test "
        "statistic (Yuan & Bentler, 2000).",
        "参数采用极大似然法估计，并使用稳健标准误与校正检验统计量（Yuan & Bentler, 2000）。",
    ),
    "paper_mlm": _t(
        "Parameters were estimated by maximum likelihood with Satorra-Bentler standard errors and test "
        "statistic (Satorra & Bentler, 1994).",
        "参数采用极大似然法估计，并使用 Satorra-Bentler 标准误与检验统计量（Satorra & Bentler, 1994）。",
    ),
    "paper_wlsmv": _t(
        "Answers were taken as ordered; thresholds and polychoric correlations were estimated in two steps "
        "(Olsson, 1979), and the parameters by diagonally weighted least squares with robust standard errors "
        "(Muthén et al., 1997) and a mean- and variance-adjusted test (Asparouhov & Muthén, 2010).",
        "答案视为有序类别：阈值与多分格相关系数采用两步法估计（Olsson, 1979），"
        "参数采用对角加权最小二乘法估计，"
        "并使用稳健标准误（Muthén et al., 1997）与均值方差校正检验（Asparouhov & Muthén, 2010）。",
    ),
    "paper_fiml": _t(
        "Parameters were estimated by full-information maximum likelihood (Arbuckle, 1996).",
        "参数采用全息极大似然法估计（Arbuckle, 1996）。",
    ),
    "paper_pls": _t(
        "Parameters were estimated by partial least squares path modelling with {scheme} (Lohmöller, 1989).",
        "参数采用偏最小二乘路径模型估计，{scheme}（Lohmöller, 1989）。",
    ),
    "paper_plsc": _t(
        "Parameters were estimated by consistent partial least squares with {scheme} (Dijkstra & Henseler, "
        "2015).",
        "参数采用一致性偏最小二乘法估计，{scheme}（Dijkstra & Henseler, 2015）。",
    ),
    "paper_scheme_path": _t("the path weighting scheme", "内部权重采用路径加权方案"),
    "paper_scheme_centroid": _t("the centroid scheme", "内部权重采用重心加权方案"),
    "paper_scheme_factorial": _t("the factorial scheme", "内部权重采用因子加权方案"),
    "paper_missing": _t("Missing answers: {missing}.", "缺失值处理：{missing}。"),
    "paper_weighted": _t("Estimates are weighted by the sampling weights.", "估计采用抽样权重加权。"),
    "paper_design": _t(
        "Estimates are weighted by the sampling weights, and standard errors allow for the design of the "
        "sample by Taylor linearisation (Binder, 1983).",
        "估计采用抽样权重加权，标准误按泰勒线性化考虑抽样设计（Binder, 1983）。",
    ),
    "paper_intervals": _t(
        "Confidence intervals have a level of {level} ({method}).",
        "置信区间的置信水平为 {level}（{method}）。",
    ),
    "paper_bootstrap": _t(
        "Confidence intervals have a level of {level} and are percentile intervals from {draws} bootstrap "
        "draws (seed {seed}; Efron & Tibshirani, 1993).",
        "置信区间的置信水平为 {level}，为 {draws} 次自助抽样的百分位区间（随机种子 {seed}；Efron & "
        "Tibshirani, 1993）。",
    ),
    "paper_bootstrap_corrected": _t(
        "Confidence intervals have a level of {level} and come from {draws} bootstrap draws ({method}, seed "
        "{seed}; Efron, 1987).",
        "置信区间的置信水平为 {level}，由 {draws} 次自助抽样得出（{method}，随机种子 {seed}；Efron, 1987）。",
    ),
    "paper_quality": _t("Measurement was assessed by {names}.", "测量质量以{names}评估。"),
    "paper_alpha": _t("Cronbach's alpha (Cronbach, 1951)", "克朗巴赫 α（Cronbach, 1951）"),
    "paper_ordinal_alpha": _t(
        "ordinal alpha of the responses behind the answers (Zumbo et al., 2007)",
        "答案背后潜在反应的序次 α（Zumbo et al., 2007）",
    ),
    "paper_answers_alpha": _t(
        "Cronbach's alpha of the answers themselves (Cronbach, 1951)",
        "答案本身的克朗巴赫 α（Cronbach, 1951）",
    ),
    "paper_omega": _t(
        "categorical omega of the scores (Green & Yang, 2009)", "得分的类别 ω（Green & Yang, 2009）"
    ),
    "paper_rho_a": _t("rho_A (Dijkstra & Henseler, 2015)", "rho_A（Dijkstra & Henseler, 2015）"),
    "paper_rho_c": _t(
        "composite reliability (Fornell & Larcker, 1981)", "组合信度（Fornell & Larcker, 1981）"
    ),
    "paper_ave": _t(
        "average variance extracted (Fornell & Larcker, 1981)", "平均方差提取量（Fornell & Larcker, 1981）"
    ),
    "paper_htmt": _t(
        "the heterotrait-monotrait ratio (Henseler et al., 2015)", "异质—单质比 HTMT（Henseler et al., 2015）"
    ),
    "paper_chisq": _t("chi-square {chisq} ({kind}df {df})", "卡方 {chisq}（{kind}自由度 {df}）"),
    "paper_fit": _t(
        "Fit of the model: {chisq}{names} (cut-offs: Hu & Bentler, 1999).",
        "模型拟合：{chisq}{names}（判断标准见 Hu & Bentler, 1999）。",
    ),
    "paper_fit_ordinal": _t(
        "Fit of the model: {chisq}{names}; the usual cut-offs were not made for ordered answers (Xia & "
        "Yang, 2019).",
        "模型拟合：{chisq}{names}；常用判断标准并非针对有序答案制定（Xia & Yang, 2019）。",
    ),
    "paper_robust": _t("robust", "稳健"),
    "paper_scaled": _t("scaled", "校正"),
    "paper_chisq_scaled": _t("scaled; ", "校正，"),
    "paper_unusable": _t(
        "The solution did not pass the checks of convergence, admissibility and identification; its effects "
        "are not interpreted.",
        "解未通过收敛、可接受性与可识别性检查，其效应不作解释。",
    ),
    "paper_invariance": _t(
        "Measurement invariance across groups was tested in steps by changes of fit (Cheung & Rensvold, "
        "2002; Chen, 2007); steps that hold: {names}.",
        "各组测量等值性按拟合变化逐级检验（Cheung & Rensvold, 2002；Chen, 2007），成立的层级：{names}。",
    ),
    "paper_invariance_ordinal": _t(
        "Measurement invariance across groups was tested in the steps that ordered answers need, thresholds "
        "before loadings, intercepts and error variances (Wu & Estabrook, 2016), by changes of the scaled "
        "fit measures (Rutkowski & Svetina, 2017); steps that hold: {names}.",
        "各组测量等值性按有序答案所需的次序逐级检验，阈值在先，其后为载荷、截距与误差方差（Wu & Estabrook, "
        "2016），以校正拟合指标的变化判断（Rutkowski & Svetina, 2017），成立的层级：{names}。",
    ),
    "paper_satorra2000": _t(
        "Nested models were compared by a chi-square difference adjusted in mean and variance (Satorra, "
        "2000).",
        "嵌套模型以经均值与方差校正的卡方差异检验比较（Satorra, 2000）。",
    ),
    "paper_satorra2001": _t(
        "Nested models were compared by the scaled chi-square difference (Satorra & Bentler, 2001).",
        "嵌套模型以校正卡方差异检验比较（Satorra & Bentler, 2001）。",
    ),
    "paper_satorra2010": _t(
        "Where it was not positive, its strictly positive form was used (Satorra & Bentler, 2010).",
        "该统计量不为正时，采用其严格为正的形式（Satorra & Bentler, 2010）。",
    ),
    "paper_micom": _t(
        "Invariance of composites across groups was tested by MICOM (Henseler et al., 2016).",
        "复合变量的跨组等值性以 MICOM 检验（Henseler et al., 2016）。",
    ),
    "paper_holm": _t(
        "p values were adjusted for multiple tests (Holm, 1979).", "p 值已作多重比较校正（Holm, 1979）。"
    ),
    "paper_ranks": _t(
        "Rank intervals follow from pairwise comparisons (Mogstad et al., 2024).",
        "排名区间由两两比较得出（Mogstad et al., 2024）。",
    ),
    "paper_drivers": _t(
        "Drivers were placed by importance (unstandardised total effect, index points per index point) and "
        "performance (index), after Martilla and James (1977).",
        "驱动因素按重要性（非标准化总效应，即每 1 分对应的分数）与表现（指数）定位，方法源自 Martilla 与 "
        "James（1977）。",
    ),
    "paper_software": _t(
        "Computations used csi_model {csi_model} under Python {python}.",
        "计算使用 csi_model {csi_model}，运行环境为 Python {python}。",
    ),
    "paper_software_semopy": _t(
        "Computations used csi_model {csi_model} with semopy {semopy} (Meshcheryakov et al., 2021) under "
        "Python {python}.",
        "计算使用 csi_model {csi_model} 与 semopy {semopy}（Meshcheryakov et al., 2021），运行环境为 Python "
        "{python}。",
    ),
}

CITATION: dict[str, Term] = {**_CITES, **_SENTENCES}
"""Every text of the paragraph by key."""
