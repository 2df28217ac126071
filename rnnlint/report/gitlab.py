"""The report as GitLab's Code Quality reads it: a list of findings for the merge request."""

import hashlib
import json
from typing import Any

from rnnlint.facts import SourceLocation
from rnnlint.finding import Finding, Severity
from rnnlint.linting import Report
from rnnlint.reading import Reading
from rnnlint.report.fingerprints import fingerprints
from rnnlint.report.paths import from_top
from rnnlint.report.short import within
from rnnlint.report.sources import Sources

SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.HINT: "info"}

FAILED = "blocker"
"""For a file that could not be read: nothing is known of it."""


def gitlab(report: Report) -> str:
    """The report as JSON: files that failed, then the findings."""
    sources = Sources(report)
    marks = fingerprints(report, sources)
    entries = [_failure(file.reading) for file in report.files if file.reading.status == "failed"]
    entries += [_entry(finding, mark, sources) for finding, mark in zip(report.findings, marks, strict=True)]
    return json.dumps(entries, indent=1).replace("\x7f", "\\u007f") + "\n"


def _failure(reading: Reading) -> dict[str, Any]:
    mark = hashlib.sha256(f"failed\0{reading.path}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return {
        "description": reading.reason or "",
        "check_name": "failed",
        "fingerprint": mark,
        "severity": FAILED,
        "location": {"path": from_top(reading.path), "lines": {"begin": 1}},
    }


def _entry(finding: Finding, mark: str, sources: Sources) -> dict[str, Any]:
    return {
        "description": within(finding.location, sources) + finding.message,
        "check_name": finding.rule,
        "fingerprint": mark,
        "severity": SEVERITIES[finding.severity or Severity.ERROR],
        "location": {"path": from_top(finding.location.path), "lines": _lines(finding, sources)},
    }


def _lines(finding: Finding, sources: Sources) -> dict[str, int]:
    """The lines of a script; GitLab wants one of other files too, and gets the first."""
    spot = finding.location
    if not isinstance(spot, SourceLocation) or sources.cell(spot.path, spot.line) is not None:
        return {"begin": 1}
    return {"begin": spot.line, "end": spot.end_line}
