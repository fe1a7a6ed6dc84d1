"""Ordinal answers: thresholds, polychoric correlations, and weighted least squares on them."""
