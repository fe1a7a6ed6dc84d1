"""``csi plan``: its options, and what it prints."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, overload

import typer

from csi_model.cli import options as given
from csi_model.cli.output import progress_bar, records, show_findings, show_json
from csi_model.errors import Finding, UsageError

Many = list[str] | None


def _option(name: str, metavar: str, text: str) -> Any:
    return typer.Option(f"--{name}", metavar=metavar, help=text, show_default=False)


def plan(
    margin: Annotated[str | None, _option("margin", "POINTS", "How many interviews for this margin?")] = None,
    difference: Annotated[
        str | None, _option("difference", "POINTS", "How many interviews find this difference?")
    ] = None,
    interviews: Annotated[Many, _option("interviews", "N[,N]", "What do so many interviews give?")] = None,
    path: Annotated[str, _option("path", "FROM:TO", "How often is this path found? By simulation")] = "",
    sd: Annotated[
        Many, _option("sd", "POINTS[,POINTS]", "Standard deviation of the index; 17 to 27 is usual")
    ] = None,
    from_: Annotated[
        Path | None, _option("from", "FOLDER", "Take it, and the design effect, from these results")
    ] = None,
    index: Annotated[str | None, _option("index", "CONSTRUCT", "Construct of --from")] = None,
    level: Annotated[str, _option("level", "0.95", "Confidence level [default: 0.95]")] = "0.95",
    power: Annotated[str | None, _option("power", "0.8", "Power, for differences [default: 0.8]")] = None,
    deff: Annotated[str | None, _option("deff", "1.3", "Design effect [default: 1]")] = None,
    firms: Annotated[str | None, _option("firms", "N", "Firms, all pairs of which are compared")] = None,
    comparisons: Annotated[str | None, _option("comparisons", "N", "Comparisons made at once")] = None,
    population: Annotated[str | None, _option("population", "N", "Customers of a firm, if few")] = None,
    response: Annotated[str | None, _option("response", "0.3", "Share of the invited who answer")] = None,
    panel_correlation: Annotated[
        str | None, _option("panel-correlation", "0.5", "The same respondents in both waves")
    ] = None,
    distribution: Annotated[
        str, _option("distribution", "normal|t", "For margins and tests [default: margins normal, tests t]")
    ] = "automatic",
    model: Annotated[str | None, _option("model", "MODEL", "Model of --path [default: acsi]")] = None,
    truth: Annotated[
        Path | None, _option("truth", "FILE", "Truth to simulate (YAML) [default: plausible]")
    ] = None,
    effect: Annotated[Many, _option("effect", "0.2[,0.3]", "Standardised path to find")] = None,
    estimator: Annotated[
        str | None, _option("estimator", "pls|plsc|ml|mlr|mlm|fiml", "Of --path [default: pls]")
    ] = None,
    draws: Annotated[str | None, _option("draws", "N", "Simulated surveys [default: 500]")] = None,
    seed: Annotated[str | None, _option("seed", "N", "Seed of the simulation")] = None,
    workers: Annotated[str, _option("workers", "N", "Processes that simulate [default: 1]")] = "1",
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FOLDER|FILE", help="Tables and charts; or one .svg .png .csv"
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace what is there")] = False,
    lang: Annotated[str, _option("lang", "en|zh", "Language [default: en]")] = "en",
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON")] = False,
) -> int:
    """How many interviews for which margin, difference or path, and what a number of them gives."""
    from csi_model.cli.plan_pages import page
    from csi_model.cli.running import command_line
    from csi_model.study.plan_asks import PlanAsk
    from csi_model.study.planning import check_output, deliver_plan, mistakes, said
    from csi_model.study.planning import plan as answer

    read = _Reader()
    ask = PlanAsk(
        margin=read.number("--margin", margin, "2"),
        difference=read.number("--difference", difference, "4"),
        interviews=tuple(read.counts("--interviews", interviews, "250")),
        path=path,
        sds=tuple(read.numbers("--sd", sd, "21")),
        level=read.share("--level", level, "0.95", default=0.95),
        power=read.share("--power", power, "0.8"),
        deff=read.number("--deff", deff, "1.3"),
        firms=read.count("--firms", firms, "12"),
        comparisons=read.count("--comparisons", comparisons, "10"),
        population=read.number("--population", population, "5000"),
        response=read.share("--response", response, "0.3"),
        panel_correlation=read.number("--panel-correlation", panel_correlation, "0.5"),
        distribution=distribution,
        results=from_,
        construct=index,
        model=model,
        truth=truth,
        effects=tuple(read.numbers("--effect", effect, "0.2")),
        estimator=estimator,
        draws=read.count("--draws", draws, "500"),
        seed=read.count("--seed", seed, "1"),
    )
    crew = read.count("--workers", workers, "2", default=1)
    language = read.language(lang)
    if read.wrong:
        places = {one.where for one in read.wrong}
        raise UsageError((*read.wrong, *(one for one in mistakes(ask) if one.where not in places)))
    if output is not None:
        check_output(output, force=force)
    with progress_bar() as progress:
        made = answer(ask, workers=crew, progress=progress)
    written: tuple[Path, ...] = ()
    if output is not None:
        written = deliver_plan(made, output, language=language, force=force, command=command_line())
    if json:
        tables = {name: records(frame) for name, frame in made.tables.items()}
        show_json({"ask": said(ask), "tables": tables, "files": [path.as_posix() for path in written]})
    else:
        print("\n".join(page(made, written, language)))
    show_findings(made.findings)
    return 0


class _Reader:
    """Reads options and collects what cannot be read, so that all of it is told at once.

    For what cannot be read its example stands, so that the rest can be checked.
    """

    def __init__(self) -> None:
        self.wrong: list[Finding] = []

    def number(self, option: str, text: str | None, example: str) -> float | None:
        return None if text is None else self._number(option, text, example)

    def numbers(self, option: str, texts: Many, example: str) -> list[float]:
        return [self._number(option, part, example) for part in _parts(texts)]

    @overload
    def share(self, option: str, text: str | None, example: str) -> float | None: ...
    @overload
    def share(self, option: str, text: str | None, example: str, *, default: float) -> float: ...
    def share(
        self, option: str, text: str | None, example: str, *, default: float | None = None
    ) -> float | None:
        """A share, also in percent with its sign: ``90%``."""
        if text is None:
            return default
        body = text.strip()
        if body.endswith("%"):
            return self._number(option, body[:-1], example.replace("0.", "")) / 100
        return self._number(option, body, example)

    @overload
    def count(self, option: str, text: str | None, example: str) -> int | None: ...
    @overload
    def count(self, option: str, text: str | None, example: str, *, default: int) -> int: ...
    def count(self, option: str, text: str | None, example: str, *, default: int | None = None) -> int | None:
        return default if text is None else self._count(option, text, example)

    def counts(self, option: str, texts: Many, example: str) -> list[int]:
        return list(dict.fromkeys(self._count(option, part, example) for part in _parts(texts)))

    def language(self, text: str) -> str:
        try:
            return given.check_language(text)
        except UsageError as error:
            self.wrong += error.findings
            return "en"

    def _number(self, option: str, text: str, example: str) -> float:
        try:
            return given.decimal_number(option, example)(text)
        except UsageError as error:
            self.wrong += error.findings
            return float(example)

    def _count(self, option: str, text: str, example: str) -> int:
        try:
            return given.whole_number(option)(text)
        except UsageError as error:
            self.wrong += error.findings
            return int(example)


def _parts(texts: Many) -> list[str]:
    """Values of an option that is repeated, or has several by commas."""
    return [part.strip() for text in texts or () for part in text.split(",") if part.strip()]
