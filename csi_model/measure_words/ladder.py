"""Tables, columns and words of the family ``ladder``."""

from __future__ import annotations

from csi_model.columns import Kind, Term
from csi_model.columns import make_term as _term

COLUMNS: dict[str, tuple[Kind, Term]] = {
    "customers_start": ("integer", _term("customers at the start", "期初顾客数", "customers")),
    "share_start": ("number", _term("% at the start", "期初占比（%）", "percent")),
    "customers_end": ("integer", _term("customers at the end", "期末顾客数", "customers")),
    "share_end": ("number", _term("% at the end", "期末占比（%）", "percent")),
    "level_start": ("integer", _term("level at the start", "期初级别")),
    "level_end": ("integer", _term("level at the end", "期末级别")),
    "customers_moved": ("integer", _term("customers", "顾客数", "customers")),
    "share_moved": ("number", _term("% of the level at the start", "占期初该级（%）", "percent")),
    "ladder_rule": ("text", _term("rule", "规则")),
    "ladder_event": ("text", _term("event", "事件")),
    "ladder_thresholds": ("text", _term("threshold", "阈值")),
    "levels_each": ("integer", _term("levels each time", "每次升降级数", "levels")),
    "times_met": ("integer", _term("times met", "触发次数")),
    "times_counted": ("integer", _term("times counted", "计入次数")),
    "steps": ("integer", _term("levels in all", "累计升降级数", "levels")),
    "ladder_period": ("text", _term("period", "期间")),
    "customers_there": ("integer", _term("customers there", "在册顾客数", "customers")),
    "customers_new": ("integer", _term("new", "新顾客数", "customers")),
    "mean_level": ("number", _term("mean level", "平均级别", "levels")),
    "customers_up": ("integer", _term("moved up", "升级顾客数", "customers")),
    "customers_down": ("integer", _term("moved down", "降级顾客数", "customers")),
}

WORDS: dict[str, Term] = {
    "ladder": _term("ladder of loyalty", "台阶分析法忠诚度"),
    "ladder_level": _term("mean level at the end", "期末平均级别"),
    "ladder_change": _term("mean change of level", "级别平均变动"),
    "ladder_up": _term("customers higher than at the start", "高于期初级别的顾客"),
    "ladder_down": _term("customers lower than at the start", "低于期初级别的顾客"),
    "ladder_customers": _term("customers of the file", "文件中的顾客"),
    "levels": _term("levels", "级"),
    "ladder_event_1": _term("units bought drop", "购买量下降"),
    "ladder_event_2": _term("units of a service cancelled, amount drops", "某项服务退订单位且总金额下降"),
    "ladder_event_3": _term("service cancelled, revenue falls", "取消服务且收入下降"),
    "ladder_event_4": _term("units and amount rise", "业务量与金额上升"),
    "ladder_event_5": _term("units of a service added, amount rises", "某项服务增加单位且金额上升"),
    "ladder_event_6": _term("service used for a time", "累计使用服务时间"),
    "ladder_event_7a": _term("competitor supplies much of a service", "竞争对手供应某服务较大份额"),
    "ladder_event_7b": _term("competitor supplies most of a service", "竞争对手供应某服务大部分"),
    "ladder_event_8": _term("services cancelled, destination unknown", "取消多项服务且去向不明"),
}

TABLES: tuple[tuple[str, str, str, str], ...] = (
    (
        "ladder_levels",
        "Customers by level",
        "各级别顾客",
        "level customers_start share_start customers_end share_end",
    ),
    (
        "ladder_moves",
        "Moves from level to level",
        "级别变动",
        "level_start level_end customers_moved share_moved",
    ),
    (
        "ladder_rules",
        "What moved customers",
        "各规则的作用",
        "ladder_rule ladder_event ladder_thresholds levels_each times_met times_counted customers_moved "
        "steps why",
    ),
    (
        "ladder_trend",
        "Mean level by period",
        "各期平均级别",
        "ladder_period customers_there customers_new mean_level customers_up customers_down",
    ),
)
