"""The words of the ladder's log: which event, with its numbers, in English or Chinese."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from string import Formatter
from typing import Any

import numpy as np

from csi_model.measures.ladder import Log
from csi_model.measures.ladder_facts import Codes
from csi_model.measures.ladder_rules import Condition, Ladder

pa, pc = (importlib.import_module(name) for name in ("pyarrow", "pyarrow.compute"))  # neither has types

Texts = Any
"""An arrow array of texts: a million of them are joined in a moment."""

Words = dict[str, tuple[str, str]]
"""English and Chinese by key."""

_CHANGED: Words = {
    "purchases_drop": ("units bought fell from {a} to {b} (-{x}%)", "购买量由 {a} 降至 {b}（降 {x}%）"),
    "amount_drop": ("the amount fell from {a} to {b} (-{x}%)", "金额由 {a} 降至 {b}（降 {x}%）"),
    "revenue_drop": ("revenue fell from {a} to {b} (-{x}%)", "收入由 {a} 降至 {b}（降 {x}%）"),
    "purchases_rise": ("units bought rose from {a} to {b} (+{x}%)", "购买量由 {a} 升至 {b}（升 {x}%）"),
    "amount_rise": ("the amount rose from {a} to {b} (+{x}%)", "金额由 {a} 升至 {b}（升 {x}%）"),
    "revenue_rise": ("revenue rose from {a} to {b} (+{x}%)", "收入由 {a} 升至 {b}（升 {x}%）"),
}
_RISEN: Words = {
    "purchases_rise": ("units bought rose from 0 to {b}", "购买量由 0 升至 {b}"),
    "amount_rise": ("the amount rose from 0 to {b}", "金额由 0 升至 {b}"),
    "revenue_rise": ("revenue rose from 0 to {b}", "收入由 0 升至 {b}"),
}
_COUNTED: Words = {
    "units_cancelled": ("{x} units of {s} cancelled", "取消 {s} {x} 单位"),
    "units_added": ("{x} units of {s} added", "增加 {s} {x} 单位"),
    "services_cancelled": ("{x} of {n} services cancelled", "所用 {n} 项服务中取消 {x} 项"),
    "services_cancelled_share": (
        "{x} of {n} services cancelled ({y}%)",
        "所用 {n} 项服务中取消 {x} 项（{y}%）",
    ),
    "unknown_cancelled_share": (
        "{x} of {n} services cancelled for an unknown destination ({y}%)",
        "所用 {n} 项服务中取消 {x} 项且去向不明（{y}%）",
    ),
    "competitor_share": ("a competitor supplies {x}% of {s}", "竞争对手供应 {s} 的 {x}%"),
    "periods_used": ("{s} used for {x} periods", "{s} 累计使用 {x} 期"),
}
_LIMITS: dict[str, tuple[str, str]] = {
    "at_least": ("{t} or more", "达到 {t}"),
    "more_than": ("more than {t}", "超过 {t}"),
    "every": ("every {t}", "每 {t} 期"),
}
_LARGEST = 1e30
_THRESHOLD = (" [threshold: {limit}]", "［阈值：{limit}］")
_BETWEEN = ("; ", "；")
_ENDS = {
    "floor": ("; stopped at the lowest level", "；止于最低级"),
    "ceiling": ("; stopped at the highest level", "；止于最高级"),
    "unused": ("; the largest drop of this period counts instead", "；本期以最大降级为准"),
    "unused_rise": ("; the largest rise of this period counts instead", "；本期以最大升级为准"),
}
_SHOWN = {
    "units_cancelled": "cancelled",
    "units_added": "added",
    "services_cancelled": "services_cancelled",
    "services_cancelled_share": "services_cancelled",
    "unknown_cancelled_share": "services_unknown",
    "competitor_share": "competitor",
    "periods_used": "used",
}
_NAMED = {
    "units_cancelled": "cancelled",
    "units_added": "added",
    "competitor_share": "competitor",
    "periods_used": "used",
}


def show(numbers: Any) -> Texts:
    """Numbers (k,) as texts with up to two decimals: ``1234.5``."""
    rounded = np.clip(np.asarray(numbers, dtype=float), -_LARGEST, _LARGEST)
    fixed = pc.cast(pc.cast(pa.array(rounded), pa.decimal128(38, 2), safe=False), pa.string())
    return pc.utf8_rtrim(pc.utf8_rtrim(fixed, characters="0"), characters=".")


def filled(form: str, **columns: Texts) -> Texts:
    """Texts (k,) from a form such as ``{a} of {b}`` and a column of texts for each name in it."""
    parts: list[Any] = []
    for words, name, _, _ in Formatter().parse(form):
        parts += [pa.scalar(words)] if words else []
        parts += [columns[name]] if name else []
    return pc.binary_join_element_wise(*parts, "")


def reasons(log: Log, ladder: Ladder, services: Sequence[str], language: str = "en") -> list[str]:
    """Why each line of the log moved the customer, or did not.

    Parameters
    ----------
    log
        Lines (k,).
    ladder
        The rules that the log was made with.
    services
        Names of the services.
    language
        ``en`` or ``zh``.
    """
    way = 1 if language == "zh" else 0
    names = pa.array([*services, ""], type=pa.string())  # the code -1 is turned into the last
    blocks, places = [pa.array([], type=pa.string())], []
    for number, rule in enumerate(ladder.rules):
        rows = np.flatnonzero(log.rule == number)
        if len(rows):
            told = [_condition(log, rows, condition, names, way) for condition in rule.conditions]
            between = pa.scalar(_BETWEEN[way])
            blocks.append(told[0] if len(told) == 1 else pc.binary_join_element_wise(*told, between))
            places.append(rows)
    order = np.argsort(np.concatenate(places), kind="stable") if places else np.zeros(0, dtype=np.int64)
    ends = pa.array(["", *(_ENDS[name][way] for name in _ENDS)])
    made = pc.binary_join_element_wise(
        pa.concat_arrays(blocks).take(pa.array(order)), ends.take(pa.array(_endings(log, ladder))), ""
    )
    texts: list[str] = made.to_pylist()
    return texts


def _condition(log: Log, rows: Codes, condition: Condition, names: Texts, way: int) -> Texts:
    gauge = condition.gauge
    unit = "%" if gauge in _CHANGED or gauge.endswith("share") else ""
    limit = _LIMITS[condition.sense][way].format(t=show([condition.threshold])[0].as_py() + unit)
    told = _THRESHOLD[way].format(limit=limit)
    words = _changed(log, rows, gauge, way) if gauge in _CHANGED else _counted(log, rows, gauge, names, way)
    return pc.binary_join_element_wise(words, pa.scalar(told), "")


def _changed(log: Log, rows: Codes, gauge: str, way: int) -> Texts:
    base = gauge.partition("_")[0]
    name = {"purchases": "units"}.get(base, base)
    was, now = log.numbers[f"{name}_was"][rows], log.numbers[f"{name}_now"][rows]
    percent = np.divide(100 * np.abs(now - was), was, out=np.zeros(len(was)), where=was > 0)
    a, b, x = show(was), show(now), show(percent)
    changed = filled(_CHANGED[gauge][way], a=a, b=b, x=x)
    if gauge not in _RISEN or bool(np.all(was > 0)):
        return changed
    return pc.if_else(pa.array(was > 0), changed, filled(_RISEN[gauge][way], b=b))


def _counted(log: Log, rows: Codes, gauge: str, names: Texts, way: int) -> Texts:
    values, held = log.numbers[_SHOWN[gauge]][rows], log.numbers["held"][rows]
    codes = log.services[_NAMED[gauge]][rows] if gauge in _NAMED else np.full(len(rows), -1)
    percent = np.divide(100 * values, held, out=np.zeros(len(rows)), where=held > 0)
    service = names.take(pa.array(np.where(codes < 0, len(names) - 1, codes)))
    return filled(_COUNTED[gauge][way], x=show(values), n=show(held), y=show(percent), s=service)


def _endings(log: Log, ladder: Ladder) -> Codes:
    """What each line (k,) adds, as a place among ``_ENDS`` from 1; 0 for nothing.

    The change did not count, or met the lowest or highest level.
    """
    aim = log.level_from + log.step
    met = (
        log.counted & (aim < 1),
        log.counted & (aim > ladder.levels),
        ~log.counted & (log.step < 0),
        ~log.counted & (log.step >= 0),
    )
    return np.asarray(np.select(met, range(1, len(met) + 1), 0), dtype=np.int64)
