"""The ``csi`` command: the only place that prints."""

from __future__ import annotations

import sys

from csi_model.errors import CsiError, Finding, StoppedError


def main(arguments: list[str] | None = None) -> None:
    """Run the command and leave with its exit code.

    0 done, 1 not trustworthy, 2 wrong input, 130 stopped by the user.
    """
    try:
        code = _run(arguments)
    except KeyboardInterrupt:
        print("error: stopped; no results were written.", file=sys.stderr)
        code = _INTERRUPTED
    sys.exit(code)


_INTERRUPTED = StoppedError.exit_code


def _run(arguments: list[str] | None) -> int:
    from csi_model.cli.app import app
    from csi_model.cli.output import show_findings, unfailing_streams

    unfailing_streams()
    try:
        code = app(args=arguments, prog_name="csi", standalone_mode=False)
    except CsiError as error:
        show_findings(error.findings)
        return error.exit_code
    except Exception as error:
        mistake = _usage(error)
        if mistake is None:
            raise
        show_findings([mistake])
        return 2
    if code == _INTERRUPTED:  # what the command line library makes of an interrupt
        raise KeyboardInterrupt
    return code if isinstance(code, int) else 0


_BRACES = str.maketrans("", "", "{}")


def _usage(error: Exception) -> Finding | None:
    """The command line library's own complaint as a finding; None for anything else, which is a bug.

    The library's error classes are not public and moved between its versions, so they are known by
    what they can do.

    Raises
    ------
    KeyboardInterrupt
        It was one.
    """
    import typer

    if isinstance(error, typer.Abort):  # what some versions make of an interrupt
        raise KeyboardInterrupt from None
    told = getattr(error, "format_message", None)
    if told is None:
        return None
    context = getattr(error, "ctx", None)
    commands = getattr(context.command, "commands", None) if context is not None else None
    if context is None:
        fix = "--help after the command tells its arguments and options."
    elif commands:
        fix = f"The commands are: {', '.join(commands)}. csi --help describes them."
    else:
        usage = " ".join(context.get_usage().removeprefix("Usage: ").split())
        fix = f"Write: {usage.translate(_BRACES)}. {context.command_path} --help tells more."
    return Finding(code="bad-usage", severity="error", where="", what=str(told()), fix=fix)
