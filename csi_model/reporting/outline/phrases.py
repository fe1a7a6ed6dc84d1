"""The words of the chapters around the results, both languages side by side."""

from __future__ import annotations

from csi_model.reporting.outline.approach_phrases import APPROACH
from csi_model.reporting.outline.citation_phrases import CITATION
from csi_model.reporting.outline.conclusion_phrases import CONCLUSIONS
from csi_model.reporting.outline.glossary_phrases import GLOSSARY
from csi_model.reporting.outline.lookup_phrases import LOOKUP
from csi_model.reporting.outline.summary_phrases import SUMMARY
from csi_model.vocabulary import Term

OUTLINE: dict[str, Term] = {
    **SUMMARY,
    **APPROACH,
    **CONCLUSIONS,
    **LOOKUP,
    **CITATION,
    **GLOSSARY,
    "h_summary": Term(en="Summary", zh="摘要"),
    "h_background": Term(en="Background", zh="研究背景"),
    "h_approach": Term(en="Method", zh="研究方法"),
    "h_conclusions": Term(en="Conclusions and recommendations", zh="结论与建议"),
    "h_questionnaire": Term(en="Questionnaire", zh="调查问卷"),
    "h_tables": Term(en="Stored tables", zh="数据表清单"),
    "h_glossary": Term(en="Glossary", zh="术语表"),
    "h_paper": Term(en="Method paragraph for a paper", zh="可供论文引用的方法说明"),
    "h_lavaan": Term(en="The model as lavaan text", zh="模型的 lavaan 语法"),
    "part_summary": Term(en="Summary", zh="摘要"),
    "part_background": Term(en="Background", zh="研究背景"),
    "part_method": Term(en="Method", zh="研究方法"),
    "part_results": Term(en="Results", zh="研究结果"),
    "part_conclusions": Term(en="Conclusions", zh="结论与建议"),
    "part_appendix": Term(en="Appendix", zh="附录"),
    "cover_prepared_for": Term(en="Prepared for", zh="委托方"),
    "cover_prepared_by": Term(en="Prepared by", zh="编制方"),
    "cover_date": Term(en="Date", zh="日期"),
}
