"""The options of ``csi fit`` that say how to estimate, as the command line shows them."""

from __future__ import annotations

from typing import Annotated

import typer

from csi_model.cli.options import decimal_number, whole_number


def _count(name: str, text: str) -> typer.models.OptionInfo:
    """An option that takes a whole number."""
    made = typer.Option(f"--{name}", metavar="N", help=text, parser=whole_number(f"--{name}"))
    assert isinstance(made, typer.models.OptionInfo)
    return made


Estimator = Annotated[
    str, typer.Option("--estimator", metavar="ml|mlr|mlm|fiml|wlsmv|pls|plsc", help="Estimator")
]
Scheme = Annotated[
    str, typer.Option("--scheme", metavar="path|centroid|factorial", help="Inner weights of PLS")
]
Metric = Annotated[
    str,
    typer.Option(
        "--metric",
        metavar="standardised|common",
        help="Questions in PLS: each by its own standard deviation, or all on 0-100",
    ),
]
HigherOrder = Annotated[
    str,
    typer.Option(
        "--higher-order", metavar="repeated|two_stage|disjoint", help="Constructs made of constructs in PLS"
    ),
]
Correlations = Annotated[
    str,
    typer.Option(
        "--correlations",
        metavar="plain|polychoric",
        help="Of PLS: those of the answers, or of the responses behind ordered answers",
    ),
]
Bootstrap = Annotated[
    int | None,
    _count("bootstrap", "Replicates; 0: delta-method intervals (PLS: none) [default: PLS 2000, else 0]"),
]
Interval = Annotated[str, typer.Option("--interval", metavar="percentile|bc|bca", help="Bootstrap intervals")]
Jackknife = Annotated[
    bool, typer.Option("--jackknife", help="Errors by leaving out one respondent or cluster at a time")
]
Seed = Annotated[int | None, _count("seed", "Seed of everything that is drawn")]
MissingData = Annotated[
    str,
    typer.Option(
        "--missing-data", metavar="complete|mean|pairwise|available", help="What missing answers do"
    ),
]
WeightRule = Annotated[
    str,
    typer.Option(
        "--weight-rule",
        metavar="loadings|standardised|equal|regression|pls|outer",
        help="Index weights [default: PLS pls, else loadings]",
    ),
]
Information = Annotated[
    str, typer.Option("--information", metavar="expected|observed", help="For plain standard errors")
]
Permutations = Annotated[int, _count("permutations", "Permutation tests of every pair of groups")]
Variances = Annotated[
    str, typer.Option("--variances", metavar="free|bounded", help="Whether they may be negative")
]
Ridge = Annotated[
    float,
    typer.Option(
        "--ridge",
        metavar="STRENGTH",
        help="Draws paths towards 0 where drivers overlap",
        parser=decimal_number("--ridge", "0.02"),
    ),
]
Parameterisation = Annotated[
    str,
    typer.Option(
        "--parameterisation",
        metavar="delta|theta",
        help="With wlsmv: latent responses have variance 1, or their errors have",
    ),
]
Folds = Annotated[int, _count("folds", "Folds of PLSpredict; 0: no prediction")]
Repeats = Annotated[int, _count("repeats", "Repetitions of PLSpredict")]
Necessity = Annotated[int, _count("necessity", "Necessary conditions with N permutations (PLS)")]
Segments = Annotated[int, _count("segments", "Look for up to N unobserved segments (PLS)")]
Beside = Annotated[
    bool, typer.Option("--beside/--no-beside", help="The other kind of estimator beside this one")
]
Scores = Annotated[bool, typer.Option("--scores", help="Store the scores of every respondent, 0-100")]
MinBase = Annotated[int, _count("min-base", "Smaller groups are suppressed")]
Stream = Annotated[
    bool,
    typer.Option("--stream", help="Read a Parquet file of any size in one pass, keeping sums only"),
]
