"""The command line: arguments in, exit status out. Each command imports what it needs when it runs."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from rnnlint.report.escape import escaped

if TYPE_CHECKING:
    from rnnlint.joining import Progress
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

CHECK_EXAMPLES = """\
Examples:

  rnnlint check --diff src                           what --fix would change

  rnnlint check --select stateful,data train.py

  rnnlint check --baseline known.json --write-baseline

  rnnlint check --baseline known.json                only new findings count

  cat train.py | rnnlint check --stdin-filename train.py -
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
Threshold = Annotated[
    FailOn | None,
    typer.Option("--fail-on", help="The lowest severity that makes the exit status 1; default: warning."),
]
CheckKeras = Annotated[
    KerasVersion | None,
    typer.Option("--keras", help="Which Keras will run this; default: auto, as the files and the project say."),
]
Baseline = Annotated[
    str | None, typer.Option("--baseline", metavar="FILE", help="Only findings that are not in this file count.")
]
WriteBaseline = Annotated[
    bool, typer.Option("--write-baseline", help="Write what is found now to the file of --baseline.")
]
Jobs = Annotated[
    int, typer.Option("--jobs", "-j", min=0, help="How many processes read scripts; 0: one for each processor.")
]
StdinFilename = Annotated[
    str | None,
    typer.Option("--stdin-filename", metavar="NAME", help="What the file is called that `-` gets by standard input."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Findings and failures alone; else silence.")]
ShowConfig = Annotated[bool, typer.Option("--show-config", help="Print the settings as they take effect, and stop.")]
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


@app.command(epilog=CHECK_EXAMPLES)
def check(
    paths: Paths = None,
    call: Calls = None,
    keras: CheckKeras = None,
    select: Select = None,
    ignore: Ignore = None,
    fail_on: Threshold = None,
    format: CheckFormat = ReportFormat.TERMINAL,
    output: Output = None,
    fix: Fix = False,
    unsafe_fixes: UnsafeFixes = False,
    diff: Diff = False,
    baseline: Baseline = None,
    write_baseline: WriteBaseline = False,
    jobs: Jobs = 1,
    stdin_filename: StdinFilename = None,
    show_config: ShowConfig = False,
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Lint models, scripts, notebooks and folders of them.

    Exit status: 0 nothing found, 1 findings, 2 rnnlint could not do what was asked.
    """
    with _manners():
        from rnnlint.flags import effective, standard_input
        from rnnlint.project_rules import rules_of
        from rnnlint.report.output import emit

        paths = paths or ["."]
        if unsafe_fixes and not (fix or diff):
            _stop("`--unsafe-fixes` goes with `--fix` or `--diff`")
        if write_baseline and baseline is None:
            _stop("`--write-baseline` goes with `--baseline FILE`")
        settings = effective(paths, select, ignore, fail_on, keras)
        if show_config:
            from rnnlint.report.configuration import configuration

            text = configuration(settings)
            emit(lambda stream: stream.write(text), output)
            return
        rules = rules_of(settings)
        stdin = standard_input(paths, stdin_filename)
        if stdin is not None and (fix or diff):
            _stop("`--fix` and `--diff` take files, not standard input")

        def lint() -> "Report":
            from rnnlint import linting

            with _watched(quiet) as watch:
                return linting.lint(
                    paths,
                    calls=call or [],
                    rules=rules,
                    progress=watch,
                    settings=settings,
                    jobs=_processes(jobs),
                    stdin=stdin,
                )

        report = lint()
        known = _known(report, baseline, write_baseline, quiet)
        report = _new_alone(report, known)
        if diff:
            emit(_diff(report, unsafe_fixes), output)
        else:
            if fix:
                report = _fixed(report, lambda: _new_alone(lint(), known), unsafe_fixes, quiet)
            emit(_writer(report, format, verbose, quiet, rules), output)
        raise typer.Exit(report.status(settings.fail_on))


def _watched(quiet: bool) -> "AbstractContextManager[Progress | None]":
    from contextlib import nullcontext

    from rnnlint.report.progress import progress

    return nullcontext() if quiet else progress()


def _processes(jobs: int) -> int:
    if jobs == 1:
        return 1
    from rnnlint.jobs import processes

    return processes(jobs)


def _known(report: "Report", baseline: str | None, write: bool, quiet: bool) -> frozenset[str]:
    """The fingerprints that a baseline knows, which is written first if that is wanted."""
    if baseline is None:
        return frozenset()
    from rnnlint.baseline import read_baseline, write_baseline

    if write:
        number = write_baseline(report, baseline)
        if not quiet:
            _notice(f"wrote {number} finding(s) to {baseline}")
    return read_baseline(baseline)


def _new_alone(report: "Report", known: frozenset[str]) -> "Report":
    if not known:
        return report
    from rnnlint.baseline import new_alone

    return new_alone(report, known)


def _writer(report: "Report", format: ReportFormat, verbose: bool, quiet: bool, rules: "list[Rule]") -> "Writer":
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

            return lambda stream: write(report, stream, verbose, quiet)


def _diff(report: "Report", unsafe: bool) -> "Writer":
    from rnnlint.fixes import repairs
    from rnnlint.report.diff import diff

    troubles: list[str] = []
    text = diff(repairs(report, unsafe, troubles))
    _notice(*troubles)
    return lambda stream: stream.write(text)


def _fixed(report: "Report", again: "Callable[[], Report]", unsafe: bool, quiet: bool) -> "Report":
    from rnnlint.fixes import fix_all

    outcome = fix_all(report, again, unsafe)
    if outcome.mended and not quiet:
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
        from rnnlint.explain import pasted
        from rnnlint.project_rules import load_all
        from rnnlint.report.output import emit
        from rnnlint.settings_file import load

        text = (pasted(sys.stdin) if words == ["-"] else " ".join(words)).strip()
        if not text:
            _stop("there is no message to explain")
        known = load_all(load())
        if format is TableFormat.JSON or text not in known:
            _answer(text, known, format)
        else:
            from rnnlint.report.rules_table import write_page

            emit(lambda stream: write_page(known[text], stream), None)


def _answer(text: str, known: "dict[str, Rule]", format: TableFormat) -> None:
    """What fits a message."""
    from rnnlint.config import did_you_mean
    from rnnlint.explain import explain, named
    from rnnlint.report.explanation import answers_json, write_answers
    from rnnlint.report.output import emit

    answers = named(text, known) or explain(text, known.values())
    if format is TableFormat.JSON:
        emit(lambda stream: stream.write(answers_json(answers)), None)
    elif answers:
        emit(lambda stream: write_answers(answers, stream), None)
    if not answers:
        near = "" if len(text.split()) > 1 else did_you_mean(text, known)
        what = "no rule fits this message" if len(text.split()) > 1 else f"no rule is called `{text}`"
        _notice(f"{what}{near or '; `rnnlint rules` lists them'}")
        raise typer.Exit(1)


@app.command()
def rules(format: OtherFormat = TableFormat.TERMINAL) -> None:
    """List all rules."""
    with _manners():
        from rnnlint.project_rules import load_all
        from rnnlint.report.output import emit
        from rnnlint.settings_file import load

        known = load_all(load()).values()
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
