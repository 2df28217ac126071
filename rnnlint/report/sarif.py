"""The report as SARIF 2.1.0, for code scanning services and the viewers of editors."""

import inspect
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rnnlint import __version__
from rnnlint.facts import SourceLocation
from rnnlint.finding import Edit, Finding, Fix, Severity
from rnnlint.linting import File, Report
from rnnlint.own_rules import CRASHED, OWN_RULES
from rnnlint.report.catalogue import page
from rnnlint.report.fingerprints import fingerprints
from rnnlint.report.json import MOST_NOT_UNDERSTOOD, layer_of, shape_json, strict
from rnnlint.report.paths import file_uri, top
from rnnlint.report.sarif_places import BASE, Artifacts, location, span
from rnnlint.report.sources import Sources
from rnnlint.rule import Rule

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "note"}

FINGERPRINT = "rnnlint/v1"
"""The name of our fingerprints; another way to make them gets another number."""

NOTIFICATIONS = {
    "failed": "The file could not be read.",
    "skipped": "There is nothing to lint in the file.",
    "not-understood": "A part of the file was left out, because rnnlint does not understand it.",
}
"""What is told of files, besides findings."""


def sarif(report: Report, rules: Iterable[Rule]) -> str:
    """The report as a SARIF log of one run.

    Args:
        report: what came of linting.
        rules: those that ran.
    """
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report, list(rules))]}
    return json.dumps(_unicode(strict(log)), indent=1, allow_nan=False).replace("\x7f", "\\u007f") + "\n"


def _unicode(value: Any) -> Any:
    """The value with halves of characters (names of files that are no Unicode) written out: services refuse them."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {key: _unicode(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_unicode(item) for item in value]
    return value


def _run(report: Report, rules: Sequence[Rule]) -> dict[str, Any]:
    sources, artifacts = Sources(report), Artifacts(report)
    described = _rules(report, rules)
    numbers = {rule["id"]: number for number, rule in enumerate(described)}
    marks = fingerprints(report, sources)
    return {
        "tool": {
            "driver": {
                "name": "rnnlint",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": described,
                "notifications": [
                    {"id": name, "shortDescription": {"text": text}} for name, text in NOTIFICATIONS.items()
                ],
            }
        },
        "invocations": [_invocation(report, artifacts)],
        "originalUriBaseIds": {BASE: {"uri": file_uri(top(), folder=True)}},
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\r", "\n"],
        "artifacts": artifacts.listed(),
        "results": [
            _result(finding, mark, numbers[finding.rule], sources, artifacts)
            for finding, mark in zip(report.findings, marks, strict=True)
        ],
    }


def _rules(report: Report, rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """The rules that ran, then those names under which rnnlint itself spoke."""
    described = {rule.name: _rule(rule) for rule in rules}
    for name in (finding.rule for finding in report.findings):
        if name not in described:
            described[name] = _rule(OWN_RULES[name]) if name in OWN_RULES else {"id": name}
    return list(described.values())


def _rule(rule: Rule) -> dict[str, Any]:
    described: dict[str, Any] = {
        "id": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": _first_paragraph(rule)},
        "help": {"text": rule.doc.strip() or rule.summary, "markdown": page(rule)},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"tags": [rule.family]},
    }
    file = inspect.getsourcefile(rule.check)
    return {**described, "helpUri": file_uri(file)} if file else described


def _first_paragraph(rule: Rule) -> str:
    """What the page says first below its headline, on one line: services refuse long descriptions."""
    body = rule.doc.strip().partition("\n")[2].strip()
    first = " ".join(body.partition("\n\n")[0].split())
    return (f"{first[:-1]}." if first.endswith(":") else first) or rule.summary  # a picture may follow


def _invocation(report: Report, artifacts: Artifacts) -> dict[str, Any]:
    """How the run went: a file that failed and a rule that crashed make it unsuccessful; findings do not."""
    failed = any(file.reading.status == "failed" for file in report.files)
    crashed = any(finding.rule == CRASHED for finding in report.findings)
    told = [notification for file in report.files for notification in _notifications(file, artifacts)]
    return {"executionSuccessful": not (failed or crashed), "toolExecutionNotifications": told}


def _notifications(file: File, artifacts: Artifacts) -> Iterator[dict[str, Any]]:
    reading = file.reading
    if reading.status in ("failed", "skipped"):
        level = "error" if reading.status == "failed" else "note"
        yield _notification(reading.status, level, reading.reason or "", reading.path, None, artifacts)
        return
    for what in reading.not_understood[:MOST_NOT_UNDERSTOOD]:
        yield _notification("not-understood", "note", what.what, reading.path, what.line, artifacts)


def _notification(
    name: str, level: str, text: str, path: str, line: int | None, artifacts: Artifacts
) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": artifacts.location(path)}
    if line is not None and line > 0:
        place["region"] = {"startLine": line}
    return {
        "descriptor": {"id": name, "index": list(NOTIFICATIONS).index(name)},
        "level": level,
        "message": _message(text or NOTIFICATIONS[name]),
        "locations": [{"physicalLocation": place}],
    }


def _result(finding: Finding, mark: str, rule: int, sources: Sources, artifacts: Artifacts) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": LEVELS[finding.severity or Severity.ERROR],
        "message": _message(_told(finding)),
        "locations": [location(finding.location, finding.layer, sources, artifacts)],
        "partialFingerprints": {FINGERPRINT: mark},
        "properties": _properties(finding),
    }
    if finding.notes:
        result["relatedLocations"] = [
            {"id": number, "message": _message(note.message), **location(note.location, note.layer, sources, artifacts)}
            for number, note in enumerate(finding.notes, 1)
        ]
    changes = [] if finding.fix is None else _changes(finding.fix, sources, artifacts)
    if finding.fix is not None and changes:
        result["fixes"] = [{"description": _message(finding.fix.title), "artifactChanges": changes}]
    return result


def _told(finding: Finding) -> str:
    """The message, and on lines of their own the shapes and the cure: viewers show little besides."""
    lines = [finding.message]
    if finding.gives is not None:
        lines.append(f"gives {finding.gives}")
    if finding.needs is not None:
        lines.append(f"needs {finding.needs}")
    if finding.fix is not None:
        lines.append(f"fix: {finding.fix.title}")
    return "\n".join(lines)


def _message(text: str) -> dict[str, str]:
    """A message. Braces stand for arguments and `[text](target)` for a link, unless they are written otherwise."""
    return {"text": text.replace("{", "{{").replace("}", "}}").replace("](", "] (")}


def _properties(finding: Finding) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "family": finding.family,
        "layer": layer_of(finding.location, finding.layer),
        "gives": shape_json(finding.gives),
        "needs": shape_json(finding.needs),
    }
    if finding.fix is not None:
        properties["fix"] = {"title": finding.fix.title, "safety": finding.fix.safety.value}
    return properties


def _changes(fix: Fix, sources: Sources, artifacts: Artifacts) -> list[dict[str, Any]]:
    """What the fix changes, by file; nothing unless all of it can be made where it says: a notebook's lines are not
    those of its file, and a `--call` is in no file."""
    files: dict[str, list[dict[str, Any]]] = {}
    for edit in fix.edits:
        place = edit.location
        if not isinstance(place, SourceLocation) or sources.cell(place.path, place.line) is not None:
            return []
        files.setdefault(place.path, []).append(_replacement(edit))
    return [
        {"artifactLocation": artifacts.location(path), "replacements": replacements}
        for path, replacements in files.items()
    ]


def _replacement(edit: Edit) -> dict[str, Any]:
    deleted: dict[str, Any] = {"deletedRegion": span(edit.location)}
    return {**deleted, "insertedContent": {"text": edit.text}} if edit.text else deleted
