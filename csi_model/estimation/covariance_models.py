"""Which models the covariance-based estimators (ml, mlr, mlm, fiml) can fit."""

from __future__ import annotations

from collections.abc import Iterator

from csi_model.errors import Finding
from csi_model.model.products import product_words
from csi_model.model.spec import ModelSpec


def model_findings(model: ModelSpec) -> Iterator[Finding]:
    """Yield one error for each construct that a model of covariances has no place for.

    The product of two latent variables is not normal and has no indicators; maximum likelihood on means
    and covariances cannot hold it (Klein & Moosbrugger 2000, Psychometrika 65(4), 457-474).

    Parameters
    ----------
    model
        The model; not changed.
    """
    for construct in model.products:
        yield Finding(
            code="bad-option",
            severity="error",
            where="--estimator",
            what=f"the construct {construct.name!r} is {product_words(construct)}; maximum likelihood on "
            "covariances cannot fit that.",
            fix="Use --estimator pls, or take the interaction out of the model.",
        )
