"""The ``csi`` command: the only place that prints."""

from __future__ import annotations

import sys

from csi_model.errors import CsiError


def main(arguments: list[str] | None = None) -> None:
    """Run the command and leave with its exit code: 0 done, 1 not trustworthy, 2 wrong input."""
    from csi_model.cli.app import app
    from csi_model.cli.output import show_findings

    try:
        code = app(args=arguments, prog_name="csi", standalone_mode=False)
    except CsiError as error:
        show_findings(error.findings)
        sys.exit(error.exit_code)
    except Exception as error:
        sys.exit(_usage(error))
    sys.exit(code if isinstance(code, int) else 0)


def _usage(error: Exception) -> int:
    """Exit code of the command line library's own errors, shown its way; anything else is a bug."""
    import typer
    from click.exceptions import ClickException

    if isinstance(error, typer.Abort):
        return 2
    if isinstance(error, ClickException):
        error.show(file=sys.stderr)
        return 2
    raise error
