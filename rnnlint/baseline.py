"""A baseline: the findings that were there when rnnlint came to a project. Only new ones count.

A finding is known by its fingerprint, which stays when lines above it move.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from rnnlint.joining import CannotLint
from rnnlint.linting import Report
from rnnlint.own_rules import CRASHED
from rnnlint.replacing import replace_file
from rnnlint.report.fingerprints import fingerprints
from rnnlint.report.sources import Sources

SCHEMA = 1
MAX_BYTES = 64 * 1024 * 1024


def write_baseline(report: Report, file: str) -> int:
    """Writes all findings of a report to a baseline, and gives their number. Crashes of rules do not belong in it.

    Raises:
        CannotLint: the file cannot be written.
    """
    entries = [
        {"fingerprint": mark, "rule": finding.rule, "path": finding.location.path}
        for finding, mark in zip(report.findings, fingerprints(report, Sources(report)), strict=True)
        if finding.rule != CRASHED
    ]
    lines = ",\n  ".join(json.dumps(entry) for entry in entries)
    text = f'{{"schema": {SCHEMA}, "findings": [{chr(10) + "  " + lines + chr(10) if entries else ""}]}}\n'
    try:
        replace_file(file, text.encode())
    except OSError as error:
        raise CannotLint(f"cannot write the baseline {file}: {error.strerror}") from error
    return len(entries)


def read_baseline(file: str) -> frozenset[str]:
    """The fingerprints in a baseline.

    Raises:
        CannotLint: it is missing or no baseline.
    """
    try:
        with Path(file).open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        hint = "; `--write-baseline` makes it" if isinstance(error, FileNotFoundError) else ""
        raise CannotLint(
            f"cannot read the baseline {file}: {getattr(error, 'strerror', None) or error}{hint}"
        ) from None
    try:
        content: Any = json.loads(data)
        if content["schema"] != SCHEMA:
            raise ValueError
        return frozenset(str(entry["fingerprint"]) for entry in content["findings"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise CannotLint(f"{file} is no baseline; `--write-baseline` makes one") from None


def new_alone(report: Report, known: frozenset[str]) -> Report:
    """The report without the findings that a baseline knows."""
    marks = fingerprints(report, Sources(report))
    kept = tuple(
        finding
        for finding, mark in zip(report.findings, marks, strict=True)
        if mark not in known or finding.rule == CRASHED
    )
    return replace(report, findings=kept, known=len(report.findings) - len(kept))
