"""Sections and charts of the other measures, by family."""
