"""Scores that a path model predicts, from direct or from earliest antecedents, and when it cannot."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.composites import CompositeTable
from csi_model.estimation.replicates import REASON_WORDS, Reason
from csi_model.survey.moments import Sample

Array = NDArray[Any]

APPROACHES = ("earliest", "direct")
POLYCHORIC = "not made with polychoric correlations: respondents have no scores on latent responses"
ONLY_SUMS = "not known without the respondents, of whom only sums were kept"


def predicted_entries(table: CompositeTable) -> Array:
    """Entries of ``table`` that can be predicted, (k,): the items of endogenous constructs."""
    driven = np.array([bool(table.drivers(j)) for j in range(len(table.constructs))])
    return np.flatnonzero(driven[table.owner])


def obstacle(table: CompositeTable, sample: Sample, approach: str) -> str:
    """Why no part of the answers can be predicted from the rest, else empty."""
    names = table.constructs
    if any(table.parts):
        whole = next(j for j, parts in enumerate(table.parts) if parts)
        return f"{names[whole]} repeats the questions of others; how to predict such models is not settled"
    if sample.kept is not None:
        return ONLY_SUMS
    if table.polychoric:
        return POLYCHORIC
    if table.available or np.isnan(sample.answers).any():
        return "not known with missing answers"
    if not len(predicted_entries(table)):
        return "no construct is driven by another"
    for product, *factors in table.products:
        own = [j for j in factors if product in table.drivers(j)]
        if own:
            return f"{names[product]} drives {names[own[0]]}, which it is made of"
    if not prediction_order(table, approach):
        return f"{names[table.products[0][0]]} leads back to a construct that it is made of"
    return ""


def failure(reason: Array, what: str) -> str:
    """Why some refits of ``what`` gave no estimate, by their reasons (b,); else empty."""
    failed = reason != Reason.USED
    if not failed.any():
        return ""
    words = REASON_WORDS[Reason(int(reason[failed][0]))]
    return f"{int(failed.sum())} of {len(reason)} {what} gave no estimate: {words}"


def prediction_order(table: CompositeTable, approach: str) -> tuple[int, ...]:
    """Constructs in the order in which they can be predicted; empty where there is none.

    With the earliest antecedents a product waits for its factors.
    """
    needs: dict[int, set[int]] = {j: set(table.drivers(j)) for j in range(len(table.constructs))}
    if approach == "earliest":
        needs |= {product: set(factors) for product, *factors in table.products}
    made: list[int] = []
    while len(made) < len(needs):
        ready = [j for j in needs if j not in made and needs[j] <= set(made)]
        if not ready:
            return ()
        made += ready
    return tuple(made)


def predicted_scores(
    table: CompositeTable,
    weights: Array,
    beta: Array,
    spread: Array,
    z: Array,
    *,
    share: Array,
    approach: str,
) -> Array:
    """Scores (m, n) that the path model predicts; exogenous constructs have their own.

    Parameters
    ----------
    weights : (m, p)
        Of standardised items.
    beta : (m, m)
        Standardised paths [target, source].
    spread : (products,)
        Standard deviations of the products of scores, by which these were standardised.
    z : (p, n)
        Standardised answers.
    share : (n,)
        Weights of the respondents that the model was estimated from, summing to 1; read for products only.
    approach
        ``earliest``: constructs in between are predicted, too (Shmueli et al. 2016, Journal of Business
        Research 69, 4552-4564); ``direct``: drivers have their own scores.

    Notes
    -----
    A product of predicted scores is centred at its mean among the training rows. Where the residuals of its
    factors have a constant covariance, that makes it the expected value of the product, given what predicts.
    """
    scores = weights @ z
    made = scores.copy()
    source = made if approach == "earliest" else scores
    factors = {product: (k, a, b) for k, (product, a, b) in enumerate(table.products)}
    for j in prediction_order(table, approach):
        if j in factors:
            k, a, b = factors[j]
            both = source[a] * source[b]
            source[j] = (both - share @ both) / spread[k]
        elif drivers := table.drivers(j):
            made[j] = beta[j, drivers] @ source[drivers]
    return made
