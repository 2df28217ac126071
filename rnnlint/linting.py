"""The whole pipeline in one screen; also the Python API.

import rnnlint

report = rnnlint.lint(["train.py", "model.keras"])
for finding in report.findings:
    print(finding.location, finding.message)
report.status()  # 0, 1 or 2, as the command line's exit status
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rnnlint.counts import Counts, count
from rnnlint.engine import CRASHED, run
from rnnlint.finding import Finding, Severity
from rnnlint.joining import Progress, read_all
from rnnlint.reading import Reading
from rnnlint.rule import Rule


@dataclass(frozen=True, slots=True)
class File:
    """A file of the report: as it was read, and how much was in it. Programs are kept for model files alone."""

    reading: Reading
    counts: Counts


@dataclass(frozen=True, slots=True)
class Report:
    """What came of linting.

    Attributes:
        files: what was on the line, in order, folders by what was found in them.
        findings: by path, line, column, rule; each place once for a rule.
        calls: the texts of `--call`.
    """

    files: tuple[File, ...] = ()
    findings: tuple[Finding, ...] = ()
    calls: tuple[str, ...] = ()

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
) -> Report:
    """Lints models, scripts, notebooks and folders of them.

    Args:
        paths: files and folders.
        calls: training calls for the one model among the paths, in the order they run.
        keras: the Keras that will run it: 2, 3, or None: as the files say.
        rules: those that run; None: all.
        progress: told before each file.

    Raises:
        CannotLint: `calls` without exactly one model, or a text in it that is no call.
    """
    files: list[File] = []

    def readings() -> Iterator[Reading]:
        for reading in read_all(paths, calls, keras, progress):
            yield reading
            kept = reading if reading.kind == "model" else replace(reading, programs=())
            files.append(File(kept, count(reading.programs)))

    if rules is None:
        from rnnlint.packs import load_rules

        rules = load_rules().values()
    findings = run(readings(), rules)
    return Report(tuple(files), tuple(findings), tuple(calls))
