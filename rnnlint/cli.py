"""The command line: arguments in, exit status out. Each command imports what it needs when it runs."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from rnnlint.report.escape import escaped

if TYPE_CHECKING:
    from rnnlint.linting import Report
    from rnnlint.report.output import Writer
    from rnnlint.rule import Rule

FAILED = 2
"""rnnlint could not do what was asked."""

INTERRUPTED = 130
"""As a shell says it of a program that Ctrl-C ended."""

EXAMPLES = """\
Examples:

  rnnlint check train.py

  rnnlint check model.keras --call 'fit(x=(1000, 10, 8), y=(1000, 1), batch_size=32)'

  rnnlint shapes model.keras

  rnnlint explain stateful-shuffle

  rnnlint explain 'expected ndim=3, found ndim=2'
"""

app = typer.Typer(
    name="rnnlint",
    help="Find mistakes in recurrent Keras models: in saved models, training scripts and notebooks.",
    epilog=EXAMPLES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class KerasVersion(StrEnum):
    """What `--keras` takes."""

    AUTO = "auto"
    TWO = "2"
    THREE = "3"


class ReportFormat(StrEnum):
    """What `check --format` takes."""

    TERMINAL = "terminal"
    SHORT = "short"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    GITLAB = "gitlab"


class TableFormat(StrEnum):
    """What `--format` of the other commands takes."""

    TERMINAL = "terminal"
    JSON = "json"


class FailOn(StrEnum):
    """What `--fail-on` takes."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"
    NEVER = "never"


Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATH",
        help="Models (.keras, .h5, .json, SavedModel folders, TensorFlow.js), scripts, notebooks, folders of them. "
        "Without one: this folder.",
        show_default=False,
    ),
]
ShapePaths = Annotated[
    list[str],
    typer.Argument(metavar="PATH", help="Models, scripts, notebooks and folders.", show_default=False),
]
Calls = Annotated[
    list[str] | None,
    typer.Option(
        "--call",
        metavar="CALL",
        help="A training call for the one model on the line, such as 'fit(x=(1000, 10, 8), y=(1000, 1))'; a tuple of "
        "integers is the shape of an array. Repeatable, in the order they run.",
    ),
]
Keras = Annotated[
    KerasVersion, typer.Option("--keras", help="Which Keras will run this; auto: as the files and the project say.")
]
Select = Annotated[
    list[str] | None,
    typer.Option("--select", metavar="NAMES", help="Only these rules or families; comma separated or repeated."),
]
Ignore = Annotated[
    list[str] | None,
    typer.Option("--ignore", metavar="NAMES", help="Not these rules or families; comma separated or repeated."),
]
Threshold = Annotated[FailOn, typer.Option("--fail-on", help="The lowest severity that makes the exit status 1.")]
CheckFormat = Annotated[ReportFormat, typer.Option("--format", help="How the report is written.")]
OtherFormat = Annotated[TableFormat, typer.Option("--format", help="How it is written.")]
Output = Annotated[str | None, typer.Option("--output", metavar="FILE", help="Write the report to this file.")]
Fix = Annotated[bool, typer.Option("--fix", help="Make the safe fixes, then report what is left.")]
UnsafeFixes = Annotated[
    bool, typer.Option("--unsafe-fixes", help="With --fix or --diff: those too that change what is trained.")
]
Diff = Annotated[bool, typer.Option("--diff", help="Show what --fix would change, and change nothing.")]
Verbose = Annotated[bool, typer.Option("--verbose", help="Say what was skipped or not understood, and why.")]


def _show_version(wanted: bool) -> None:
    if wanted:
        from rnnlint import __version__

        print(f"rnnlint {__version__}")
        raise typer.Exit


@app.callback()
def _rnnlint(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command()
def check(
    paths: Paths = None,
    call: Calls = None,
    keras: Keras = KerasVersion.AUTO,
    select: Select = None,
    ignore: Ignore = None,
    fail_on: Threshold = FailOn.WARNING,
    format: CheckFormat = ReportFormat.TERMINAL,
    output: Output = None,
    fix: Fix = False,
    unsafe_fixes: UnsafeFixes = False,
    diff: Diff = False,
    verbose: Verbose = False,
) -> None:
    """Lint models, scripts, notebooks and folders of them.

    Exit status: 0 nothing found, 1 findings, 2 rnnlint could not do what was asked.
    """
    with _manners():
        from rnnlint.config import choose
        from rnnlint.finding import Severity
        from rnnlint.packs import load_rules
        from rnnlint.report.output import emit

        if unsafe_fixes and not (fix or diff):
            _stop("`--unsafe-fixes` goes with `--fix` or `--diff`")
        rules = choose(load_rules(), select or (), ignore or ())

        def lint() -> "Report":
            return _lint(paths or ["."], call or [], keras, rules)

        report = lint()
        if diff:
            emit(_diff(report, unsafe_fixes), output)
        else:
            if fix:
                report = _fixed(report, lint, unsafe_fixes)
            emit(_writer(report, format, verbose, rules), output)
        raise typer.Exit(report.status(None if fail_on is FailOn.NEVER else Severity(fail_on.value)))


def _lint(paths: list[str], calls: list[str], keras: KerasVersion, rules: "list[Rule]") -> "Report":
    from rnnlint import linting
    from rnnlint.report.progress import progress

    with progress() as watch:
        return linting.lint(paths, calls=calls, keras=_version(keras), rules=rules, progress=watch)


def _writer(report: "Report", format: ReportFormat, verbose: bool, rules: "list[Rule]") -> "Writer":
    match format:
        case ReportFormat.JSON:
            from rnnlint.report.json import report_json

            return lambda stream: stream.write(report_json(report))
        case ReportFormat.SARIF:
            from rnnlint.report.sarif import sarif

            return lambda stream: stream.write(sarif(report, rules))
        case ReportFormat.SHORT:
            from rnnlint.report.short import short

            return lambda stream: stream.write(short(report))
        case ReportFormat.GITHUB:
            from rnnlint.report.github import github, write_summary

            write_summary(report)
            return lambda stream: stream.write(github(report))
        case ReportFormat.GITLAB:
            from rnnlint.report.gitlab import gitlab

            return lambda stream: stream.write(gitlab(report))
        case ReportFormat.TERMINAL:
            from rnnlint.report.terminal import write

            return lambda stream: write(report, stream, verbose)


def _diff(report: "Report", unsafe: bool) -> "Writer":
    from rnnlint.fixes import repairs
    from rnnlint.report.diff import diff

    troubles: list[str] = []
    text = diff(repairs(report, unsafe, troubles))
    _notice(*troubles)
    return lambda stream: stream.write(text)


def _fixed(report: "Report", again: "Callable[[], Report]", unsafe: bool) -> "Report":
    from rnnlint.fixes import fix_all

    outcome = fix_all(report, again, unsafe)
    if outcome.mended:
        _notice(f"fixed {outcome.mended} finding(s) in {len(outcome.files)} file(s)")
    _notice(*outcome.troubles)
    return outcome.report


@app.command()
def shapes(
    paths: ShapePaths,
    keras: Keras = KerasVersion.AUTO,
    format: OtherFormat = TableFormat.TERMINAL,
    output: Output = None,
) -> None:
    """Print the shape of every layer call with named axes, and where masks go. Judges nothing."""
    with _manners():
        from rnnlint.joining import read_all
        from rnnlint.report.output import emit
        from rnnlint.report.progress import progress

        with progress() as watch:
            readings = list(read_all(paths, keras=_version(keras), progress=watch))
        if format is TableFormat.JSON:
            from rnnlint.report.shapes_json import shapes_json

            text = shapes_json(readings)
            emit(lambda stream: stream.write(text), output)
        else:
            from rnnlint.report.shapes_table import write

            emit(lambda stream: write(readings, stream), output)
        raise typer.Exit(FAILED if any(reading.status == "failed" for reading in readings) else 0)


@app.command()
def explain(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="RULE|MESSAGE|-",
            help="The name of a rule; or an error message or a whole traceback; `-`: from standard input.",
            show_default=False,
        ),
    ],
    format: OtherFormat = TableFormat.TERMINAL,
) -> None:
    """Show the page of a rule; or, for an error message or a traceback, what is probably wrong and how to mend it.

    Exit status: 0 something fits, 1 nothing does.
    """
    with _manners():
        from rnnlint.config import ENGINE_RULES
        from rnnlint.explain import pasted
        from rnnlint.packs import load_rules
        from rnnlint.report.output import emit

        text = (pasted(sys.stdin) if words == ["-"] else " ".join(words)).strip()
        if not text:
            _stop("there is no message to explain")
        known = load_rules()
        if format is TableFormat.JSON or (text not in known and text not in ENGINE_RULES):
            _answer(text, known, format)
        elif text in known:
            from rnnlint.report.rules_table import write_page

            emit(lambda stream: write_page(known[text], stream), None)
        else:
            emit(lambda stream: stream.write(f"# {text}\n\n{ENGINE_RULES[text]}\n"), None)


def _answer(text: str, known: "dict[str, Rule]", format: TableFormat) -> None:
    """What fits a message."""
    from rnnlint.config import ENGINE_RULES, did_you_mean
    from rnnlint.explain import explain, named
    from rnnlint.report.explanation import answers_json, write_answers
    from rnnlint.report.output import emit

    answers = named(text, known) or explain(text, known.values())
    if format is TableFormat.JSON:
        emit(lambda stream: stream.write(answers_json(answers)), None)
    elif answers:
        emit(lambda stream: write_answers(answers, stream), None)
    if not answers:
        near = "" if len(text.split()) > 1 else did_you_mean(text, [*known, *ENGINE_RULES])
        what = "no rule fits this message" if len(text.split()) > 1 else f"no rule is called `{text}`"
        _notice(f"{what}{near or '; `rnnlint rules` lists them'}")
        raise typer.Exit(1)


@app.command()
def rules(format: OtherFormat = TableFormat.TERMINAL) -> None:
    """List all rules."""
    with _manners():
        from rnnlint.packs import load_rules
        from rnnlint.report.output import emit

        known = load_rules().values()
        if format is TableFormat.JSON:
            from rnnlint.report.catalogue import catalogue_json

            text = catalogue_json(known)
            emit(lambda stream: stream.write(text), None)
        else:
            from rnnlint.report.rules_table import write_rules

            emit(lambda stream: write_rules(known, stream), None)


@contextmanager
def _manners() -> Iterator[None]:
    """Whatever goes wrong inside ends in one line and an exit status, never in a traceback."""
    try:
        yield
    except (typer.Exit, typer.Abort):
        raise
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    except Exception as error:
        from rnnlint.config import WrongSetting
        from rnnlint.joining import CannotLint
        from rnnlint.packs import BrokenPack
        from rnnlint.report.output import CannotWrite

        if isinstance(error, WrongSetting | CannotLint | BrokenPack | CannotWrite):
            _stop(str(error))
        _stop(f"internal error ({type(error).__name__}: {error}): please report this, with the command")


def _version(keras: KerasVersion) -> int | None:
    return None if keras is KerasVersion.AUTO else int(keras.value)


def _notice(*messages: str) -> None:
    """A line on standard error for each message."""
    for message in messages:
        if sys.stderr is not None:
            print(f"rnnlint: {escaped(message).encode('ascii', 'backslashreplace').decode()}", file=sys.stderr)


def _stop(message: str) -> NoReturn:
    """Ends with one line on standard error."""
    _notice(message)
    raise typer.Exit(FAILED)


def main() -> None:
    """The console script."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
