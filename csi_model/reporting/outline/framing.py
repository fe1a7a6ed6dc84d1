"""The chapters around the results: summary, background, approach, conclusions, what to look up."""

from __future__ import annotations

from csi_model.reporting.content import Content
from csi_model.reporting.outline.blocks import Block


def summary(content: Content, language: str) -> list[Block]:
    """The three findings that matter, each with its margin."""
    return []


def background(content: Content, language: str) -> list[Block]:
    """Why the study was done, as its file says."""
    return []


def approach(content: Content, language: str) -> list[Block]:
    """The method sheet: mode, sample, weights, scales, model, estimator."""
    return []


def conclusions(content: Content, language: str) -> list[Block]:
    """Conclusions and recommendations, drawn from the driver map by stated rules."""
    return []


def questionnaire(content: Content, language: str) -> list[Block]:
    """What was asked."""
    return []


def table_list(content: Content, language: str) -> list[Block]:
    """Every stored table and what it holds."""
    return []


def glossary(content: Content, language: str) -> list[Block]:
    """The words of the report."""
    return []


def paper(content: Content, language: str) -> list[Block]:
    """A paragraph on the method with citations, fit to go into a paper."""
    return []


def lavaan(content: Content, language: str) -> list[Block]:
    """The model as lavaan text."""
    return []
