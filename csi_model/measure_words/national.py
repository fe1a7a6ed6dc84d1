"""Tables, columns and words of the family ``national``."""

from __future__ import annotations

from csi_model.columns import Kind, Term
from csi_model.columns import make_term as _term

COLUMNS: dict[str, tuple[Kind, Term]] = {
    "edition": ("text", _term("edition", "版本")),
    "part_weight": ("number", _term("weight in its part", "部分内权重")),
    "band_from": ("number", _term("grade from", "等级下限")),
    "band_to": ("number", _term("grade to", "等级上限")),
}

WORDS: dict[str, Term] = {
    # KCSI
    "kcsi": _term("Korean customer satisfaction index (KCSI)", "韩国顾客满意度指数（KCSI）"),
    "kcsi_part": _term("Parts of the KCSI", "KCSI 的组成部分"),
    "kcsi_item": _term("Elements of the KCSI", "KCSI 的要素题项"),
    "kcsi_current": _term("KCSI, current edition", "KCSI（现行版）"),
    "kcsi_older": _term("KCSI, older edition", "KCSI（旧版）"),
    "kcsi_overall": _term("overall satisfaction", "总体满意度"),
    "kcsi_elements": _term("element satisfaction", "要素满意度"),
    "kcsi_repurchase": _term("repurchase intention", "再购买意愿"),
    "kcsi_formula": _term("weighted sum of the parts", "各部分的加权和"),
    "current edition": _term("current edition", "现行版"),
    "older edition": _term("older edition", "旧版"),
    "set by the edition": _term("set by the edition", "版本规定"),
    # UKCSI
    "ukcsi": _term("UK customer satisfaction index (UKCSI)", "英国顾客满意度指数（UKCSI）"),
    "ukcsi_dimension": _term("Dimensions of the UKCSI", "UKCSI 的维度"),
    "ukcsi_all": _term("UKCSI", "UKCSI 指数"),
    "ukcsi_floor": _term("10 × mean rating, 10 to 100", "评分均值 × 10，范围 10–100"),
    "ukcsi_experience": _term("experience", "体验"),
    "ukcsi_complaints": _term("complaints", "抱怨处理"),
    "ukcsi_customer_ethos": _term("customer ethos", "顾客理念"),
    "ukcsi_emotional_connection": _term("emotional connection", "情感联系"),
    "ukcsi_ethics": _term("ethics", "道德"),
    # IKM
    "ikm": _term("Indonesian community satisfaction index (IKM)", "印度尼西亚社会满意度指数（IKM）"),
    "ikm_element": _term("Elements of the IKM, mean of 1 to 4", "IKM 的服务要素（1–4 均值）"),
    "ikm_2017": _term("IKM by the edition of 2017", "IKM（2017 年版）"),
    "ikm_2004": _term("IKM by the edition of 2004", "IKM（2004 年版）"),
    "ikm_elements": _term("service elements", "服务要素"),
    "ikm_formula": _term("25 × mean of the elements, 25 to 100", "要素均值 × 25，范围 25–100"),
    "A: very good": _term("A: very good", "A：非常好"),
    "B: good": _term("B: good", "B：好"),
    "C: less good": _term("C: less good", "C：不够好"),
    "D: not good": _term("D: not good", "D：不好"),
    # Kundenmonitor
    "kundenmonitor": _term("Mean satisfaction on five verbal steps", "五级语义量表满意度均值"),
    "kundenmonitor_share": _term("Shares of the five verbal steps", "五级语义量表各级占比"),
    "kundenmonitor_best_1": _term("1 is best", "1 为最好"),
    "kundenmonitor_best_5": _term("5 is best", "5 为最好"),
    "two best steps": _term("two best steps", "最好两级"),
    "two worst steps": _term("two worst steps", "最差两级"),
    "step 1: completely satisfied": _term("completely satisfied", "完全满意"),
    "step 2: very satisfied": _term("very satisfied", "非常满意"),
    "step 3: satisfied": _term("satisfied", "满意"),
    "step 4: less satisfied": _term("less satisfied", "不太满意"),
    "step 5: dissatisfied": _term("dissatisfied", "不满意"),
}

TABLES: tuple[tuple[str, str, str, str], ...] = (
    (
        "fixed_weights",
        "Weights of the index",
        "指数的固定权重",
        "measure edition part item part_weight weight weights_from",
    ),
    (
        "grade_bands",
        "Grades of the index",
        "指数的等级",
        "measure edition band band_from band_to",
    ),
)
