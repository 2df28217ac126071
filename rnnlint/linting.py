"""The whole pipeline in one screen; also the Python API.

import rnnlint

report = rnnlint.lint(["train.py", "model.keras"])
for finding in report.findings:
    print(finding.location, finding.message)
report.status()  # 0, 1 or 2, as the command line's exit status
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rnnlint.engine import settled
from rnnlint.files import Found
from rnnlint.finding import Finding, Severity
from rnnlint.joining import Progress, Readings, belonging, find, spellings
from rnnlint.judging import File, judged
from rnnlint.own_rules import CRASHED
from rnnlint.reading import Reading
from rnnlint.rule import Rule
from rnnlint.settings import Settings
from rnnlint.suppressing import suppress


@dataclass(frozen=True, slots=True)
class Report:
    """What came of linting.

    Attributes:
        files: what was on the line, in order, folders by what was found in them.
        findings: by path, line, column, rule; each place once for a rule.
        calls: the texts of `--call`.
        known: how many findings are left out because a baseline knows them.
    """

    files: tuple[File, ...] = ()
    findings: tuple[Finding, ...] = ()
    calls: tuple[str, ...] = ()
    known: int = 0

    def count(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(finding.severity is severity for finding in self.findings)

    def status(self, fail_on: Severity | None = Severity.WARNING) -> int:
        """0: nothing at or above `fail_on` (None: whatever is found); 1: findings; 2: something could not be done."""
        if any(file.reading.status == "failed" for file in self.files):
            return 2
        if any(finding.rule == CRASHED for finding in self.findings):
            return 2
        if fail_on is None:
            return 0
        return int(any((finding.severity or fail_on).rank <= fail_on.rank for finding in self.findings))


def lint(
    paths: Sequence[str] = (".",),
    *,
    calls: Sequence[str] = (),
    keras: int | None = None,
    rules: Iterable[Rule] | None = None,
    progress: Progress | None = None,
    settings: Settings | None = None,
    jobs: int = 1,
    stdin: Found | Reading | None = None,
) -> Report:
    """Lints models, scripts, notebooks and folders of them.

    Args:
        paths: files and folders.
        calls: training calls for the one model among the paths, in the order they run.
        keras: the Keras that will run it: 2, 3, or None: as the settings and the files say.
        rules: those that run; None: those that the settings select.
        progress: told before each file.
        settings: None: those of the project that the paths lie in.
        jobs: how many processes read scripts.
        stdin: what `-` among the paths stands for.

    Raises:
        CannotLint: `calls` without exactly one model, or a text in it that is no call.
        WrongSetting: the project's configuration holds what cannot be meant.
        BrokenPack: a rule of the project's own cannot be loaded, or is none as rules must be.
    """
    if settings is None:
        from rnnlint.settings_file import load

        settings = load(paths)
    chosen = list(_rules(settings) if rules is None else rules)
    files: list[File] = []
    found: list[Finding] = []
    targets = find(paths, calls, settings.excluded if settings.exclude else None, stdin)
    readings = Readings(keras, calls, belonging(targets), settings.keras_of, spellings(targets))
    for file, findings in _each(targets, readings, chosen, settings, jobs, progress):
        files.append(file)
        found += findings
    left = suppress(settled(found), [file.reading for file in files], chosen, settings)
    return Report(tuple(files), tuple(settled(left)), tuple(calls))


def _rules(settings: Settings) -> Iterable[Rule]:
    from rnnlint.project_rules import rules_of

    return rules_of(settings)


def _each(
    targets: Sequence[Found | Reading],
    readings: Readings,
    rules: Sequence[Rule],
    settings: Settings,
    jobs: int,
    progress: Progress | None,
) -> Iterator[tuple[File, list[Finding]]]:
    """Each file on the line, with the findings that reading it led to."""
    if jobs > 1:
        from rnnlint.jobs import judge_side_by_side, worth_it

        if worth_it(targets, jobs):
            yield from judge_side_by_side(targets, readings, rules, settings, jobs, progress)
            return
    for number, target in enumerate(targets):
        if progress is not None:
            progress(number, len(targets), target.path)
        yield judged(readings.answer(target), rules)


__all__ = ["File", "Report", "lint"]
