"""The words of the panel on which readers move drivers, both languages side by side."""

from __future__ import annotations

from csi_model.vocabulary import Term

WHAT_IF_SCRIPT: dict[str, Term] = {
    "what_if_reset": Term(en="Reset", zh="全部归零"),
    "what_if_improvement": Term(en="Improvement of {name}", zh="{name}的改善"),
    "what_if_points": Term(en="points", zh="分"),
    "what_if_level": Term(en="level {now}", zh="当前 {now}"),
    "what_if_levels": Term(en="level {now} → {then}", zh="当前 {now} → 变动后 {then}"),
    "what_if_more": Term(en="{points} points better", zh="改善 {points} 分"),
    "what_if_less": Term(en="{points} points worse", zh="变差 {points} 分"),
    "what_if_none": Term(en="no change", zh="不变"),
    "what_if_low": Term(en="low is good: to improve is to lower it", zh="越低越好：改善即降低"),
    "what_if_stuck": Term(en="its level leaves no room for a push", zh="其水平已没有变动空间"),
    "what_if_between": Term(en="{lower} to {upper}", zh="{lower} 至 {upper}"),
    "what_if_exact": Term(en="its own push", zh="自身变动"),
    "what_if_off_high": Term(en="above 100", zh="超过 100"),
    "what_if_off_low": Term(en="below 0", zh="低于 0"),
    "what_if_beyond": Term(
        en="Out of reach: these pushes would carry {names} beyond the scale from 0 to 100. Take smaller "
        "ones; what is shown for the rest rests on them, too.",
        zh="无法实现：这些变动会使{names}超出 0–100 的量表。请减小变动；其余数字同样以此为前提。",
    ),
    "what_if_beyond_name": Term(en="{name} ({level})", zh="{name}（{level}）"),
    "what_if_start": Term(
        en="Nothing is pushed yet: move a slider.", zh="尚未设定任何变动：请移动滑块。"
    ),
    "what_if_told": Term(
        en="{name}: {change} points, from {now} to {then}{interval}.",
        zh="{name}：变动 {change} 分，由 {now} 到 {then}{interval}。",
    ),
    "what_if_told_interval": Term(en=" ({level} interval of the change {interval})",
                                  zh="（变化的 {level} 置信区间为 {interval}）"),
    "what_if_told_unknown": Term(en="{name}: not known.", zh="{name}：未知。"),
    "what_if_told_off": Term(
        en="{name}: {change} points would carry it {where}.", zh="{name}：变动 {change} 分后将{where}。"
    ),
    "what_if_no_interval": Term(en="no interval: {why}", zh="没有区间：{why}"),
    "what_if_no_correlations": Term(
        en="the correlations of these effects are not stored here, so there is no interval for several at "
        "once; each by itself has one",
        zh="此处未存储这些效应的相关，因此同时移动多个滑块时没有区间；单独移动其中一个时有",
    ),
}  # fmt: skip
"""What the script says; ``{...}`` are filled in by it."""

WHAT_IF: dict[str, Term] = {
    **WHAT_IF_SCRIPT,
    "what_if_title": Term(en="Try it: push the drivers", zh="动手试算：调整驱动因素"),
    "what_if_how": Term(
        en="To the right a slider improves a construct by so many index points of its own, beyond what it "
        "owes to the constructs before it; to the left it worsens it. All that comes after moves along by "
        "the total effects of the model; several sliders add up, and nothing counts twice. This is an "
        "association under the model, not proof that one brings about the other.",
        zh="滑块向右表示某一潜变量自身改善多少分（不含由其前置因素带来的部分），向左表示变差。其后的所有潜变量按模型的"
        "总效应随之变动；多个滑块的结果相加，不会重复计算。这是模型下的关联，并不证明因果。",
    ),
    "what_if_margin": Term(
        en="The {level} interval is that of the change. It allows for the error of the effects, and for how "
        "their errors go together where several constructs are pushed; the pushes and the level now count as "
        "given.",
        zh="{level} 置信区间针对变化：已计入效应的误差，同时移动多个滑块时也计入这些误差之间的相关；"
        "变动幅度与当前水平视为给定。",
    ),
    "what_if_stop": Term(
        en="There is nothing to try out here: the effects of this fit cannot be used. The box at the top "
        "says why.",
        zh="此处无法试算：本次拟合的效应不可使用，原因见页首说明。",
    ),
    "what_if_for": Term(en="Shown for", zh="对象"),
    "what_if_sliders": Term(en="Improvement in index points", zh="改善幅度（分）"),
    "what_if_results": Term(en="What moves with it", zh="随之变动的结果"),
    "what_if_bar": Term(en="on the scale from 0 to 100", zh="0–100 分量表上的位置"),
    "what_if_left_out": Term(en="Groups without a panel: {count}", zh="无法试算的分组：{count} 个"),
    "what_if_incomplete": Term(en="no effects", zh="无效应"),
    "what_if_not_stored": Term(en="this effect is not stored", zh="未存储该效应"),
    "what_if_no_effects": Term(en="no effects are stored for this group", zh="未存储该组的效应"),
    "what_if_paper": Term(
        en="What an improvement by 5 points goes with ({level} interval)",
        zh="各驱动因素改善 5 分时随之变动的分数（{level} 置信区间）",
    ),
}
"""Every text by key."""
