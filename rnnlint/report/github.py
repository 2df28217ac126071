"""Annotations for GitHub Actions: workflow commands, and a summary of the step."""

import os
from collections.abc import Iterator, Sequence

from rnnlint.facts import CallLocation, LayerLocation, SourceLocation
from rnnlint.finding import Finding, Severity
from rnnlint.linting import Report
from rnnlint.report.escape import escaped
from rnnlint.report.output import CannotWrite
from rnnlint.report.paths import from_top
from rnnlint.report.short import place
from rnnlint.report.sources import Sources

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "notice"}

MOST = 10
"""GitHub keeps this many annotations of a kind for each step."""


def github(report: Report) -> str:
    """A workflow command for each finding, most severe first, and a line that counts those GitHub would drop."""
    sources = Sources(report)
    lines = list(_failures(report))
    left = 0
    for severity, command in COMMANDS.items():
        found = [finding for finding in report.findings if (finding.severity or Severity.ERROR) is severity]
        room = MOST - len(lines) if severity is Severity.ERROR else MOST
        lines += [_command(command, finding, sources) for finding in found[: max(room, 0)]]
        left += len(found[max(room, 0) :])
    if left:
        lines.append(f"{left} more {'finding' if left == 1 else 'findings'}: run rnnlint check to see all of them")
    return "".join(f"{line}\n" for line in lines)


def _failures(report: Report) -> Iterator[str]:
    for file in report.files:
        if file.reading.status == "failed":
            properties = f"file={_property(from_top(file.reading.path))},title=rnnlint"
            yield f"::error {properties}::{_data(file.reading.reason or '')}"


def _command(command: str, finding: Finding, sources: Sources) -> str:
    properties = [f"file={_property(from_top(finding.location.path))}", *_span(finding, sources)]
    properties.append(f"title={_property(finding.rule)}")
    return f"::{command} {','.join(properties)}::{_data(_where(finding, sources) + finding.message)}"


def _span(finding: Finding, sources: Sources) -> Iterator[str]:
    """Lines and columns of a script; a notebook has others in its file, a model none."""
    spot = finding.location
    if not isinstance(spot, SourceLocation) or sources.cell(spot.path, spot.line) is not None:
        return
    yield f"line={spot.line}"
    yield f"endLine={spot.end_line}"
    if spot.line == spot.end_line:
        yield f"col={spot.column}"
        yield f"endColumn={max(spot.end_column - 1, spot.column)}"


def _where(finding: Finding, sources: Sources) -> str:
    """What the annotation's own place cannot say."""
    match finding.location:
        case CallLocation() as spot:
            return f"--call {spot.index}: "
        case LayerLocation() as spot:
            return f"{spot.layer}: " if spot.layer else ""
        case spot:
            cell = sources.cell(spot.path, spot.line)
            return "" if cell is None else f"cell {cell.number}, line {spot.line - cell.first_line + 1}: "


def _data(text: str) -> str:
    return escaped(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def write_summary(report: Report) -> None:
    """Appends a table of the findings to the summary of the step, where GitHub wants one.

    Raises:
        CannotWrite: it cannot be written.
    """
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        try:
            with open(path, "a", encoding="utf-8", errors="backslashreplace") as stream:
                stream.write(summary(report))
        except OSError as error:
            raise CannotWrite(f"cannot write to {path}: {error.strerror}") from error


def summary(report: Report) -> str:
    """The findings as a table in Markdown."""
    sources = Sources(report)
    ordered = sorted(report.findings, key=lambda finding: (finding.severity or Severity.ERROR).rank)
    if not ordered:
        return "### rnnlint\n\nNothing found.\n"
    rows = [
        ((finding.severity or Severity.ERROR).value, finding.rule, place(finding.location, sources), finding.message)
        for finding in ordered
    ]
    head = "| severity | rule | where | what |\n|---|---|---|---|\n"
    return "### rnnlint\n\n" + head + "".join(f"{_row(row)}\n" for row in rows)


def _row(cells: Sequence[str]) -> str:
    shown = (escaped(cell).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;") for cell in cells)
    return f"| {' | '.join(shown)} |"
