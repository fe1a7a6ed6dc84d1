"""Words of the sections and charts of the family ``ladder``."""

from __future__ import annotations

from csi_model.columns import Term
from csi_model.columns import make_term as _t

PHRASES: dict[str, Term] = {
    "ladder_h_customers": _t("Customers: where they stand, who moved", "顾客所处级别与变动"),
    "ladder_level_n": _t("Level {level}", "第 {level} 级"),
    "ladder_at_start": _t("at the start", "期初"),
    "ladder_at_end": _t("at the end", "期末"),
    "ladder_axis_share": _t("Share of all customers, percent", "占全部顾客的百分比"),
    "ladder_axis_mean": _t("Mean level of the customers there", "在册顾客的平均级别"),
    "ladder_moves_key": _t(
        "Customers; right of the diagonal: moved up, left: down; shade: share of the level at the start",
        "顾客数；对角线右侧为升级，左侧为降级；颜色深浅表示占期初该级的比例",
    ),
    "ladder_how": _t(
        "Every customer has a level; events in the transactions move it by the rules below, between the "
        "lowest and the highest level. The start of a customer is the first period with a transaction. A "
        "period without one counts as a period without purchases. Intervals take the customers as a sample "
        "of such customers.",
        "每位顾客处于某一级别；交易中的事件按下列规则使其升降，级别不低于最低级、不高于最高级。"
        "顾客的期初为其首次有交易的期间；没有交易的期间视为没有购买。置信区间将这些顾客视为同类顾客的样本。",
    ),
    "ladder_rules_how": _t(
        "“Times counted” leaves out events that another change of the same period took the place of. Levels "
        "in all are those before the lowest and the highest level stopped a move.",
        "“计入次数”不含同期被其他变动取代的事件；“累计升降级数”未扣除止于最低级或最高级的部分。",
    ),
    "ladder_stand": _t(
        "{n} customers stand on level {level} on average; {up}% are higher than at their start, {down}% "
        "lower.",
        "{n} 位顾客的平均级别为 {level}；{up}% 高于期初，{down}% 低于期初。",
    ),
    "ladder_worst": _t(
        "Rule {rule} ({event}) cost most levels: it counted {times} times, for {customers} customers.",
        "降级最多的是规则 {rule}（{event}）：计入 {times} 次，涉及 {customers} 位顾客。",
    ),
}
REASONS: dict[str, str] = {
    "the rule is switched off": "该规则已停用",
    "no intelligence file was given": "未提供竞争情报文件",
    "Add what is missing, or take note that a change over a gap took longer.": (
        "请补充缺失的期间，或注意跨越空缺的变动历时更长。"
    ),
    "the periods are days, several in a month: each day is compared with the one before.": (
        "期间为日期，同月有多日：每日与前一日比较。"
    ),
    "Write --per month to have months.": "使用 --per month 按月合并。",
    "no column tells services apart: all units count as those of one service.": (
        "没有区分服务的列：全部单位视为同一项服务。"
    ),
    "Name the column by --service.": "请用 --service 指定该列。",
    "Write it in a row of the period in which the service is gone, with 0 units.": (
        "请写在服务取消当期的行中，单位数为 0。"
    ),
    "Check how customers are written in both files.": "请检查两个文件中顾客的写法。",
    "Check how periods are written in both files.": "请检查两个文件中期间的写法。",
    "no column tells revenue: rules on it take the amount.": "没有收入列：有关收入的规则改用金额。",
    "no column tells a destination: every cancelled service counts as gone to an unknown one.": (
        "没有去向列：所有取消的服务均视为去向不明。"
    ),
    "Report a share when it becomes known, not every period, if this is not meant.": (
        "如非本意，请仅在获知份额的当期报告，而非每期重复。"
    ),
}
"""What findings and empty numbers say > its Chinese words."""
PATTERNS: tuple[tuple[str, str], ...] = (
    (
        r"nobody has a transaction in the gap (.+): the periods at its ends are compared\.",
        "以下空缺期间无人有交易，其前后两期直接比较：{0}。",
    ),
    (
        r"customers have no row in (\d+) of their periods: there they count as buying nothing\.",
        "顾客共有 {0} 个期间没有记录，视为没有购买。",
    ),
    (
        r"(\d+) rows with a destination have units: it counts only where a service has 0 units\.",
        "{0} 行写有去向但单位数大于 0：去向仅在服务单位数为 0 时计入。",
    ),
    (
        r"(\d+) rows are of a customer without transactions: they are left out\.",
        "{0} 行的顾客没有交易，未予采用。",
    ),
    (
        r"(\d+) rows are of a period without transactions: they are left out\.",
        "{0} 行的期间没有交易，未予采用。",
    ),
    (
        r"(\d+) reports on competitors follow one of the period before: each counts again\.",
        "{0} 条竞争情报紧接上一期的情报：每条均再次计入。",
    ),
)
"""The same with parts that differ: a regular expression, and Chinese words with {0}, {1} for its groups."""
