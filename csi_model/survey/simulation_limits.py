"""Models that surveys cannot be simulated from."""

from __future__ import annotations

from csi_model.errors import Finding, StudyError
from csi_model.model.products import product_words
from csi_model.model.spec import ModelSpec


def limit_findings(model: ModelSpec) -> tuple[Finding, ...]:
    """Return an error for each product of constructs in a model.

    A simulated population is normal, and its exact index and effects rest on that. What a product of two
    normal constructs drives is not normal any more.
    """
    return tuple(
        Finding(
            code="not-simulated",
            severity="error",
            where=f"model {model.name}, construct {construct.name}",
            what=f"Answers cannot be drawn from a model with {product_words(construct)}: simulated "
            "constructs are normal, and what a product drives is not.",
            fix="Take the construct and its paths out to simulate the rest of the model.",
        )
        for construct in model.products
    )


def refuse_limits(model: ModelSpec) -> None:
    """Refuse a model that cannot be simulated.

    Raises
    ------
    StudyError
        With every product of constructs in it.
    """
    findings = limit_findings(model)
    if findings:
        raise StudyError(findings)
