"""A line for each finding, as compilers write them: editors and `grep` read it."""

from collections.abc import Iterator

from rnnlint.facts import CallLocation, LayerLocation, Location, SourceLocation
from rnnlint.finding import Finding, Severity
from rnnlint.linting import Report
from rnnlint.report.escape import escaped
from rnnlint.report.sources import Sources


def short(report: Report) -> str:
    """`file:line:column: severity: message [rule]` for each finding; a line for each file that failed."""
    sources = Sources(report)
    lines = [*_failures(report), *(_line(finding, sources) for finding in report.findings)]
    return "".join(f"{escaped(line)}\n" for line in lines)


def _failures(report: Report) -> Iterator[str]:
    for file in report.files:
        if file.reading.status == "failed":
            yield f"{file.reading.path}: failed: {file.reading.reason}"


def _line(finding: Finding, sources: Sources) -> str:
    severity = finding.severity or Severity.ERROR
    return f"{place(finding.location, sources)}: {severity.value}: {finding.message} [{finding.rule}]"


def place(location: Location, sources: Sources) -> str:
    """Where it is: `train.py:14:5`, `model.keras: encoder/lstm`, `model.keras: --call 1:20`, `a.ipynb:cell 3:2:5`."""
    match location:
        case SourceLocation():
            cell = sources.cell(location.path, location.line)
            if cell is not None:
                line = location.line - cell.first_line + 1
                return f"{location.path}:cell {cell.number}:{line}:{location.column}"
            return f"{location.path}:{location.line}:{location.column}"
        case CallLocation():
            return f"{location.path}: --call {location.index}:{location.column}"
        case LayerLocation():
            return f"{location.path}: {location.layer}" if location.layer else location.path


def within(location: Location, sources: Sources) -> str:
    """Where it is in a file whose own lines cannot say: `cell 3, line 2: `, `encoder/lstm: `, `--call 1: `; else
    empty."""
    match location:
        case SourceLocation():
            cell = sources.cell(location.path, location.line)
            return "" if cell is None else f"cell {cell.number}, line {location.line - cell.first_line + 1}: "
        case CallLocation():
            return f"--call {location.index}: "
        case LayerLocation():
            return f"{location.layer}: " if location.layer else ""
