"""Annotations for GitHub Actions: workflow commands, and a summary of the step."""

import os
import re
from collections.abc import Iterator

from rnnlint.facts import SourceLocation
from rnnlint.finding import Finding, Severity
from rnnlint.linting import Report
from rnnlint.report.escape import escaped
from rnnlint.report.output import CannotWrite
from rnnlint.report.paths import from_top
from rnnlint.report.short import place, within
from rnnlint.report.sources import Sources

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "notice"}

MOST = 10
"""GitHub keeps this many errors, as many warnings and as many notices of each step."""

MOST_ROWS = 500
LONGEST_CELL = 300
"""GitHub refuses a summary of more than a mebibyte."""

LINE_ENDS = {"\r": "%0D", "\n": "%0A"}

_LINE_END = re.compile(r"([\r\n])")
_MARKUP = re.compile(r"[\\`*_<>\[\]~&]")


def github(report: Report) -> str:
    """A workflow command for each finding, most severe first, and a line that counts those GitHub would drop."""
    sources = Sources(report)
    lines: list[str] = []
    left = 0
    for severity, command in COMMANDS.items():
        told = list(_failures(report)) if severity is Severity.ERROR else []
        found = [finding for finding in report.findings if (finding.severity or Severity.ERROR) is severity]
        told += [_command(command, finding, sources) for finding in found]
        lines += told[:MOST]
        left += len(told[MOST:])
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
    return f"::{command} {','.join(properties)}::{_data(within(finding.location, sources) + finding.message)}"


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


def _data(text: str) -> str:
    """Text behind `::`. Line ends and `%` are written as GitHub reads them back; nothing else a terminal acts on."""
    lines = _LINE_END.split(text)
    return "".join(LINE_ENDS.get(part) or escaped(part).replace("%", "%25") for part in lines)


def _property(text: str) -> str:
    """The value of a property, which `:` and `,` would end."""
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
    """How much was found, and the findings as a table in Markdown, most severe first; files that failed before them."""
    sources = Sources(report)
    failed = [file.reading for file in report.files if file.reading.status == "failed"]
    ordered = sorted(report.findings, key=lambda finding: (finding.severity or Severity.ERROR).rank)
    rows = [("failed", "", reading.path, reading.reason or "") for reading in failed]
    rows += [
        ((finding.severity or Severity.ERROR).value, finding.rule, place(finding.location, sources), finding.message)
        for finding in ordered
    ]
    head = f"### rnnlint\n\n{_found(report, len(failed))}\n"
    if not rows:
        return head
    table = "".join(f"{_row(row)}\n" for row in rows[:MOST_ROWS])
    more = len(rows) - MOST_ROWS
    rest = f"\n{more} more: run rnnlint check to see all of them\n" if more > 0 else ""
    return f"{head}\n| severity | rule | where | what |\n|---|---|---|---|\n{table}{rest}"


def _found(report: Report, failed: int) -> str:
    counts = {severity.value: report.count(severity) for severity in Severity}
    parts = [f"{count} {word}{'s' * (count != 1)}" for word, count in counts.items() if count]
    checked = sum(file.reading.status == "checked" for file in report.files)
    text = f"{', '.join(parts) or 'nothing found'} in {checked} file{'s' * (checked != 1)}"
    return f"{text[0].upper()}{text[1:]}{f'; {failed} failed' if failed else ''}."


def _row(cells: tuple[str, str, str, str]) -> str:
    severity, rule, where, what = (_cut(escaped(cell)) for cell in cells)
    shown = (severity, rule, "`{}`".format(where.replace("`", "'")), _markdown(what))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in shown) + " |"


def _cut(text: str) -> str:
    """The text, or its beginning."""
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 3]}..."


def _markdown(text: str) -> str:
    """What stands in backticks stays code; nothing else is Markdown or HTML."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return _MARKUP.sub(r"\\\g<0>", text)
    return "`".join(part if number % 2 else _MARKUP.sub(r"\\\g<0>", part) for number, part in enumerate(parts))
