"""The words of the interactive parts of a page, both languages side by side."""

from __future__ import annotations

from csi_model.reporting.interactive.definition_phrases import DEFINITIONS
from csi_model.reporting.interactive.what_if_phrases import WHAT_IF
from csi_model.vocabulary import Term

PAGE: dict[str, Term] = {
    "page_logo": Term(en="Logo", zh="标志"),
    "page_appearance": Term(en="Appearance", zh="外观"),
    "page_system": Term(en="As the system", zh="跟随系统"),
    "page_light": Term(en="Light", zh="浅色"),
    "page_dark": Term(en="Dark", zh="深色"),
    "page_menu": Term(en="Contents", zh="目录"),
    "page_filter": Term(en="Filter rows", zh="筛选行"),
    "page_filter_of": Term(en="Filter the rows of: {caption}", zh="筛选表格的行：{caption}"),
    "page_count": Term(en="{shown} of {all} rows", zh="显示 {shown} 行，共 {all} 行"),
    "page_none": Term(en="No row matches.", zh="没有符合条件的行。"),
    "page_copy": Term(en="Copy", zh="复制"),
    "page_copy_of": Term(en="Copy the table: {caption}", zh="复制表格：{caption}"),
    "page_copied": Term(en="Copied. Rows: {count}", zh="已复制，共 {count} 行"),
    "page_copy_failed": Term(
        en="The browser did not allow copying; select the table and copy it by hand.",
        zh="浏览器不允许复制；请选中表格后手动复制。",
    ),
    "page_choose": Term(en="Choose groups to follow", zh="选择要关注的分组"),
    "page_choose_waves": Term(en="Choose groups and waves to follow", zh="选择要关注的分组与期次"),
    "page_choose_wave": Term(en="Choose waves to follow", zh="选择要关注的期次"),
    "page_choose_about": Term(
        en="What is chosen is marked in every table and chart that shows it.",
        zh="所选内容会在所有相关表格和图中标出。",
    ),
    "page_groups": Term(en="Groups", zh="分组"),
    "page_waves": Term(en="Waves", zh="期次"),
    "page_find_group": Term(en="Find a group", zh="查找分组"),
    "page_found": Term(en="{shown} of {all} groups", zh="显示 {shown} 组，共 {all} 组"),
    "page_chosen": Term(en="Chosen", zh="已选"),
    "page_only": Term(en="Show only the chosen rows", zh="仅显示所选行"),
    "page_clear": Term(en="Clear", zh="清除选择"),
    "page_drop": Term(en="Remove {name}", zh="移除 {name}"),
}
"""What the page itself says; the script gets all of it."""

INTERACTIVE: dict[str, Term] = {**PAGE, **DEFINITIONS, **WHAT_IF}
