"""Options of ``csi fit`` that compare groups, roll them up and follow them through waves."""

from __future__ import annotations

from typing import Annotated

import typer

from csi_model.cli.options import decimal_number

Nested = Annotated[
    bool, typer.Option("--nested", help="Groups nest, top to bottom: roll them up (--by sector --by firm)")
]
Shares = Annotated[
    list[str] | None,
    typer.Option(
        "--shares",
        metavar="LEVEL=KIND[:FILE]",
        help="What units count by in the level above: firm=revenue:shares.csv, sector=equal; groups nest",
    ),
]
Wave = Annotated[
    str | None, typer.Option("--wave", metavar="COLUMN", help="The --by column that is the wave")
]
WaveWeights = Annotated[
    str, typer.Option("--wave-weights", metavar="held|own|chained", help="Index weights of the trend")
]
Equivalence = Annotated[
    float,
    typer.Option(
        "--equivalence",
        metavar="POINTS",
        help="Units closer than this count as equivalent",
        parser=decimal_number("--equivalence", "2"),
    ),
]
Detail = Annotated[
    str,
    typer.Option(
        "--detail",
        metavar="full|units",
        help="What tables say of each group [default: full up to 40 groups]",
    ),
]
