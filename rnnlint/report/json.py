"""The report as JSON: for hooks, editors and other programs."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from rnnlint import __version__
from rnnlint.facts import CallLocation, Linear, Location, Shape, SourceLocation, TextLocation, Unknown
from rnnlint.finding import Edit, Finding, Fix, Note, Severity
from rnnlint.linting import File, Report
from rnnlint.report.fingerprints import fingerprints
from rnnlint.report.sources import Sources

SCHEMA = 1
"""Changes when a program that reads the report would break."""

MOST_NOT_UNDERSTOOD = 20


def report_json(report: Report) -> str:
    """The report of `check`."""
    sources = Sources(report)
    marks = fingerprints(report, sources)
    findings = [_finding(finding, mark, sources) for finding, mark in zip(report.findings, marks, strict=True)]
    summary = {severity.value: report.count(severity) for severity in Severity}
    return document(
        {
            "schema": SCHEMA,
            "version": __version__,
            "files": [_file(file) for file in report.files],
            "findings": findings,
            "summary": {**summary, "files": len(report.files)},
        }
    )


def document(content: Mapping[str, Any]) -> str:
    """JSON text, an entry of a list on a line. Pure ASCII: whatever a name holds, no terminal acts on it."""
    parts = []
    for key, value in content.items():
        if isinstance(value, list) and value:
            text = "[\n  " + ",\n  ".join(dumped(item) for item in value) + "\n ]"
        else:
            text = dumped(value)
        parts.append(f" {dumped(key)}: {text}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def dumped(value: Any) -> str:
    """Strict JSON: no NaN, no Infinity, no control character."""
    return json.dumps(strict(value), allow_nan=False).replace("\x7f", "\\u007f")


def strict(value: Any) -> Any:
    """The value with null for numbers that JSON does not have."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: strict(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [strict(item) for item in value]
    return value


def shape_json(shape: "Shape | Unknown | None") -> dict[str, Any] | str | None:
    """A shape: sizes and names of axes; `?` where not even the rank is known."""
    if shape is None:
        return None
    if isinstance(shape, Unknown):
        return "?"
    return {"dims": [str(d) if isinstance(d, Linear | Unknown) else d for d in shape.dims], "axes": list(shape.names)}


def _file(file: File) -> dict[str, Any]:
    reading, counts = file.reading, file.counts
    return {
        "path": reading.path,
        "kind": reading.kind,
        "format": reading.format,
        "keras": None if isinstance(reading.keras, Unknown) else reading.keras,
        "written_by": reading.written_by,
        "status": reading.status,
        "reason": reading.reason,
        "models": counts.models,
        "calls": counts.calls,
        "layers": counts.layers,
        "layers_shaped": counts.layers_shaped,
        "complete": reading.complete,
        "not_understood": [
            {"line": what.line, "what": what.what} for what in reading.not_understood[:MOST_NOT_UNDERSTOOD]
        ],
    }


def _finding(finding: Finding, fingerprint: str, sources: Sources) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "family": finding.family,
        "severity": (finding.severity or Severity.ERROR).value,
        **_place(finding.location, sources),
        "layer": layer_of(finding.location, finding.layer),
        "message": finding.message,
        "why": finding.why,
        "notes": [_note(note, sources) for note in finding.notes],
        "gives": shape_json(finding.gives),
        "needs": shape_json(finding.needs),
        "fix": None if finding.fix is None else _fix(finding.fix, sources),
        "fingerprint": fingerprint,
    }


def layer_of(location: Location, layer: str | None) -> str | None:
    """The layer a finding or note is about: as it says, or where it stands in a model file."""
    if layer or isinstance(location, SourceLocation | CallLocation):
        return layer or None
    return location.layer or None


def _note(note: Note, sources: Sources) -> dict[str, Any]:
    return {**_place(note.location, sources), "layer": layer_of(note.location, note.layer), "message": note.message}


def _fix(fix: Fix, sources: Sources) -> dict[str, Any]:
    edits = [_edit(edit, sources) for edit in fix.edits]
    return {"title": fix.title, "safety": fix.safety.value, "edits": edits}


def _edit(edit: Edit, sources: Sources) -> dict[str, Any]:
    place = edit.location
    path = f"--call {place.index}" if isinstance(place, CallLocation) else place.path
    span = {**_span(place), **_cell(place, sources)}
    return {"path": path, **span, "text": edit.text}


def _place(location: Location, sources: Sources) -> dict[str, Any]:
    match location:
        case SourceLocation():
            return {"path": location.path, **_span(location), **_cell(location, sources)}
        case CallLocation():
            call: dict[str, Any] = {
                "index": location.index,
                "column": location.column,
                "end_column": location.end_column,
            }
            if location.end_line > 1:
                call |= {"line": location.line, "end_line": location.end_line}
            return {"path": location.path, **_NO_SPAN, "call": call}
        case _:
            return {"path": location.path, **_NO_SPAN}


_NO_SPAN = {"line": None, "column": None, "end_line": None, "end_column": None}


def _span(location: TextLocation) -> dict[str, int]:
    return {
        "line": location.line,
        "column": location.column,
        "end_line": location.end_line,
        "end_column": location.end_column,
    }


def _cell(location: TextLocation, sources: Sources) -> dict[str, int]:
    if isinstance(location, CallLocation):
        return {}
    cell = sources.cell(location.path, location.line)
    return {} if cell is None else {"cell": cell.number, "cell_line": location.line - cell.first_line + 1}


__all__: Sequence[str] = ("document", "dumped", "layer_of", "report_json", "shape_json")
