"""Extreme but valid contents that every format of a report must survive, by name.

``GALLERY[name]()`` makes a new content; ``CONTENTS`` are their names, for ``parametrize``.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import composite_samples as composites
import inspection_samples as inspections
import league_samples as leagues
import pandas as pd
import report_samples as samples
import wave_samples as waves

from csi_model.reporting.content import Content
from csi_model.reporting.look import Look
from csi_model.vocabulary import SURVEY_TABLES, TABLES

NAN = float("nan")

SCRIPT = "<script>alert(1)</script>"
FORMULAS = ('=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1+1")
ODD = "A & B \"double\" 'single' `back` <b>bold</b> &amp; &lt;i&gt;"
UNPRINTABLE = "bell\x07 tab\x0b null\x00 escape\x1b[31m last\uffff right\u200fto\u202eleft\u202c end"
BREAKERS = "]]> --> */ ?> {{ 7*7 }} {% raw %} ${7*7} #{7*7} %s {0} \\n </td></style></svg>"
HOSTILE_FIRMS = (*FORMULAS, ODD, UNPRINTABLE, BREAKERS, SCRIPT, "$x^2$ and $$", "nan", "None", "")
"""Names of firms that spreadsheets, markup, templates and tables may take for something else."""


def _picture(wide: int, high: int, colour: bytes) -> bytes:
    """A PNG of one colour with a white bar in its middle."""
    bar = range(high // 3, high - high // 3)
    lines = (b"\0" + (b"\xff\xff\xff" if y in bar else colour) * wide for y in range(high))
    head = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"".join(lines))), (b"IEND", b""))
    parts = (struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


LOGO = _picture(240, 80, b"\x7a\x10\x22")
"""A client's logo: a dark red field with a white bar."""

SAID: Mapping[str, Any] = {
    "title": {"en": "Customer satisfaction 2026", "zh": "2026年顾客满意度"},
    "client": {"en": "Alder Bank", "zh": "桤木银行"},
    "preparer": {"en": "Index Institute", "zh": "指数研究所"},
    "date": {"en": "March 2026", "zh": "2026年3月"},
    "background": {
        "en": "The bank asks its customers every year.\n\nThis year three rivals were added.",
        "zh": "银行每年对顾客进行调查。\n\n今年增加了三家竞争对手。",
    },
    "method": {
        "mode": {"en": "telephone", "zh": "电话访问"},
        "population": {"en": "customers of the last six months", "zh": "近六个月的顾客"},
        "sampling": {"en": "random numbers", "zh": "随机抽号"},
        "fieldwork": {"en": "January to February 2026", "zh": "2026年1月至2月"},
        "response": {"en": "31 % of the reached", "zh": "接通者中的31%"},
    },
    "language": "en",
    "formats": ["html"],
    "benchmarks": [
        {"construct": "satisfaction", "value": 75.0, "label": {"en": "Target 2026", "zh": "2026年目标"}}
    ],
}
"""What a study file says of its report."""


def told(content: Content, said: Mapping[str, Any] = SAID) -> Content:
    """The same study with a client, a preparer, a date, a background and a method sheet."""
    return replace(content, title=said["title"], manifest={**content.manifest, "report": said})


def plain() -> Content:
    """No groups; every kind of table about all respondents, and everything that a study file says."""
    base = waves.with_what_if(samples.acsi())
    tables = {**base.tables, **inspections.inspection()}
    lavaan = "quality =~ OVERALLQ + CUSTOMQ\nsatisfaction =~ SATIS + IDEAL\nsatisfaction ~ quality\n"
    return told(replace(base, tables=tables, pooled=tables, lavaan=lavaan))


def no_groups() -> Content:
    """No groups and not a word more than a fit stores."""
    return samples.acsi()


def grouped() -> Content:
    """Four industries, one inadmissible and one suppressed, with tables on whether they may be compared."""
    return told(inspections.inspected())


def coloured() -> Content:
    """The plain study in a client's colours with a logo."""
    look = Look(accent="#7a1022", second="#f2c230", logo=LOGO, logo_type="png")
    return replace(plain(), look=look)


def hostile() -> Content:
    """Labels and names that are markup, formulas, templates, control characters."""
    keys = [(name or "(blank)",) for name in HOSTILE_FIRMS]
    base = waves.with_what_if(leagues.league(keys, ("=firm <b>",), hidden=[1]))
    texts = [SCRIPT, ODD, UNPRINTABLE, BREAKERS, FORMULAS[0], "-1"]
    labels = {
        name: {"en": text, "zh": f"{text}（中文）"} for name, text in zip(base.constructs, texts, strict=True)
    }
    labels |= {item: {"en": f"{item} {ODD}", "zh": f"{BREAKERS}{item}"} for item in ("SATIS", "PQ", "QP")}
    finding = ("recoded", "note", SCRIPT, f"{ODD} {UNPRINTABLE}", BREAKERS)
    spoken = {name: {"en": f"{SCRIPT} {ODD}", "zh": f"{BREAKERS} {UNPRINTABLE}"} for name in
              ("title", "client", "preparer", "date", "background")}  # fmt: skip
    mark = {"construct": "satisfaction", "value": 75.0, "label": {"en": SCRIPT, "zh": FORMULAS[0]}}
    said = {**SAID, **spoken, "method": {"mode": {"en": FORMULAS[0], "zh": SCRIPT}}, "benchmarks": [mark]}
    pooled = {**base.pooled, "findings": samples.findings(finding)}
    made = replace(base, pooled=pooled, labels=labels, source=f"{SCRIPT} {ODD}", lavaan=f"# {BREAKERS}\n")
    return told(made, said)


def _long(text: str, size: int = 300) -> str:
    """``text`` again and again, ``size`` characters in all, different at its beginning and its end."""
    body = "对该企业所提供产品与服务的总体质量及售后支持的满意程度评价"
    return (f"{text}——{body * 20}")[: size - len(text)] + text


def long_chinese() -> Content:
    """Labels of 300 Chinese characters: constructs, questions, firms, benchmarks, client."""
    keys = [(f"firm {k}",) for k in range(1, 9)]
    names = {"firm": {key[0]: _long(f"第{place}家企业") for place, key in enumerate(keys, 1)}}
    base = waves.with_what_if(leagues.league(keys, ("firm",), hidden=[2], labels=names))
    base = waves.with_waves(base, ["firm 1", "firm 2"])
    items = [item for items in samples.ITEMS for item in items.split()]
    labels = {
        name: {"zh": _long(samples.LABELS.get(name, {}).get("zh", name))}
        for name in (*base.constructs, *items)
    }
    pooled = {**base.pooled, **inspections.inspection()}
    pooled["indicators"] = pooled["indicators"].assign(
        label=[_long(f"题目{name}") for name in pooled["indicators"]["indicator"]]
    )
    mark = {"construct": "satisfaction", "value": 75.0, "label": {"zh": _long("目标")}}
    texts = {name: {"zh": _long(name, 120)} for name in ("title", "client", "preparer")}
    said = {
        **SAID,
        **texts,
        "background": {"zh": "\n\n".join([_long("背景", 900)] * 3)},
        "benchmarks": [mark],
    }
    return told(replace(base, pooled=pooled, labels=labels), said)


def four_hundred() -> Content:
    """400 firms in 40 industries of 10 sectors, two suppressed, with ranks and differences."""
    return leagues.many(400)


def one_firm() -> Content:
    """A study by firm that has one firm only."""
    return leagues.league([("Alder",)], ("firm",), labels=leagues.CHINESE)


def one_item() -> Content:
    """A model of one construct, measured by one question: no path, no driver, no reliability."""
    single = "a single indicator has no reliability"
    exact = "the model fits exactly: it leaves nothing to test"
    tables = {
        "index": samples.table("index", samples.index_rows(["satisfaction"], [70.951], n=240)),
        "weights": samples.table(
            "weights",
            [{"construct": "satisfaction", "indicator": "SATIS", "weight": 1.0, "loading": 1.0,
              "weight_rule": "loadings", "why": ""}],
        ),
        "indicators": samples.table(
            "indicators",
            [{"indicator": "SATIS", "construct": "satisfaction", "label": "Overall satisfaction", "low": 1,
              "high": 10, "n": 240, "skipped": 0, "dont_know": 1, "refused": 0, "other_missing": 0,
              "mean": 7.4, "sd": 2.0, "skewness": -0.8, "top2": 0.41, "bottom2": 0.03, "why": ""}],
        ),
        "reliability": samples.table("reliability", [{"construct": "satisfaction", "why": single}]),
        "fit": samples.table(
            "fit",
            [{"measure": name, "value": NAN, "why": exact} for name in ("pvalue", "cfi", "rmsea", "srmr")]
            + [{"measure": name, "value": value, "why": ""} for name, value in
               (("npar", 1.0), ("n", 240.0), ("chisq", 0.0), ("df", 0.0), ("converged", 1.0),
                ("admissible", 1.0), ("identified", 1.0))],
        ),
        "rows": samples.table("rows", [{"reason": "read", "rows": 241}, {"reason": "used", "rows": 240}]),
        "findings": samples.findings(
            ("single-indicator", "note", "satisfaction", "the construct has one indicator.", "Ask more.")
        ),
    }  # fmt: skip
    made = replace(samples.acsi(), tables=tables, pooled=tables, constructs=("satisfaction",), paths=())
    return replace(made, low_is_good=frozenset())


def suppressed() -> Content:
    """Five firms of which three are suppressed; the first of the tables is one of them."""
    keys = [(name,) for name in ("Alder", "Birch", "Cedar", "Dogwood", "Elm")]
    return told(leagues.league(keys, ("firm",), hidden=[0, 2, 3], labels=leagues.CHINESE))


def all_suppressed() -> Content:
    """Three firms, all suppressed."""
    keys = [(name,) for name in ("Alder", "Birch", "Cedar")]
    return leagues.league(keys, ("firm",), hidden=[0, 1, 2], labels=leagues.CHINESE)


def empty() -> Content:
    """A run that could say why it has no results and nothing else."""
    note = ("no-optimum", "error", "satisfaction", "The search for the optimum did not end.", "Simplify.")
    tables: dict[str, pd.DataFrame] = {name: samples.table(name, []) for name in TABLES}
    tables["findings"] = samples.findings(note)
    across = {name: pd.DataFrame(columns=list(table.column_names)) for name, table in SURVEY_TABLES.items()}
    return replace(samples.acsi(), tables=tables, pooled=tables, across=across)


def followed() -> Content:
    """Four banks over four quarters, with gains, a plan and consequences; the scales of two waves differ."""
    base = waves.with_what_if(leagues.four(labels=leagues.CHINESE))
    return told(waves.with_waves(base, ["Alder", "Birch", "Cedar"], alike=False))


GALLERY: dict[str, Callable[[], Content]] = {
    "plain": plain,
    "no_groups": no_groups,
    "grouped": grouped,
    "coloured": coloured,
    "hostile": hostile,
    "long_chinese": long_chinese,
    "four_hundred": four_hundred,
    "one_firm": one_firm,
    "one_item": one_item,
    "inadmissible": samples.inadmissible,
    "suppressed": suppressed,
    "all_suppressed": all_suppressed,
    "empty": empty,
    "composites": composites.grouped,
    "composites_plain": composites.plain,
    "waves": followed,
}
"""Name > what makes the content anew."""

CONTENTS = tuple(GALLERY)
