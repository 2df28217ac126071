"""The command line: arguments in, exit status out. Each command imports what it needs when it runs."""

import os
import sys
from enum import Enum
from typing import Annotated, Optional

import typer

from rnnlint import __version__

app = typer.Typer(
    name="rnnlint",
    help="Lints recurrent Keras models: saved models, training scripts and notebooks.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

FAILED = 2
INTERRUPTED = 130


class Keras(str, Enum):
    auto = "auto"
    keras2 = "2"
    keras3 = "3"


class Format(str, Enum):
    terminal = "terminal"
    short = "short"
    json = "json"


class TableFormat(str, Enum):
    terminal = "terminal"
    json = "json"


class FailOn(str, Enum):
    error = "error"
    warning = "warning"
    hint = "hint"
    never = "never"


Paths = Annotated[Optional[list[str]], typer.Argument(metavar="[PATH]...", show_default=False)]


@app.command()
def check(
    paths: Annotated[list[str] | None, typer.Argument(metavar="[PATH]...", show_default=False)] = None,
    call: Annotated[list[str] | None, typer.Option("--call", metavar="CALL")] = None,
    keras: Annotated[Keras, typer.Option("--keras")] = Keras.auto,
    select: Annotated[list[str] | None, typer.Option("--select", metavar="NAMES")] = None,
    ignore: Annotated[list[str] | None, typer.Option("--ignore", metavar="NAMES")] = None,
    fail_on: Annotated[FailOn, typer.Option("--fail-on")] = FailOn.warning,
    format: Annotated[Format, typer.Option("--format")] = Format.terminal,
    output: Annotated[str | None, typer.Option("--output", metavar="FILE")] = None,
    verbose: Annotated[bool, typer.Option("--verbose")] = False,
) -> None:
    """Lint models, scripts, notebooks and folders of them."""
    from rnnlint.config import WrongSetting, choose
    from rnnlint.finding import Severity
    from rnnlint.joining import CannotLint
    from rnnlint.lint import lint
    from rnnlint.packs import load_rules

    try:
        rules = choose(load_rules(), select or (), ignore or ())
        report = lint(paths or ["."], calls=call or (), keras=_version(keras), rules=rules)
    except (WrongSetting, CannotLint) as error:
        _stop(str(error))
    from rnnlint.report.json import report_json

    _write(report_json(report), output)
    raise typer.Exit(report.status(None if fail_on is FailOn.never else Severity(fail_on.value)))


@app.command()
def shapes(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", show_default=False)],
    keras: Annotated[Keras, typer.Option("--keras")] = Keras.auto,
    format: Annotated[TableFormat, typer.Option("--format")] = TableFormat.terminal,
    output: Annotated[str | None, typer.Option("--output", metavar="FILE")] = None,
) -> None:
    """Print the shape of every layer call with named axes, and where masks go."""
    from rnnlint.lint import read_all

    readings = list(read_all(paths, keras=_version(keras)))
    try:
        from rnnlint.report.shapes_json import shapes_json
    except ImportError:
        _stop("not yet")
    _write(shapes_json(readings), output)
    raise typer.Exit(FAILED if any(reading.status == "failed" for reading in readings) else 0)


def _version(keras: Keras) -> int | None:
    return None if keras is Keras.auto else int(keras.value)


def _stop(message: str) -> None:
    print(f"rnnlint: {message}", file=sys.stderr)
    raise typer.Exit(FAILED)


def _write(text: str, output: str | None) -> None:
    sys.stdout.write(text)


def main() -> None:
    """The console script."""
    app()
