"""Where things are, in SARIF: files, regions of their text, layers."""

from collections.abc import Iterable, Mapping
from typing import Any

from rnnlint.facts import CallLocation, LayerLocation, Location, TextLocation
from rnnlint.finding import Finding
from rnnlint.linting import File, Report
from rnnlint.report.paths import file_uri, relative_uri
from rnnlint.report.sources import Sources

BASE = "%SRCROOT%"
"""What relative paths are resolved against."""

MOST_SNIPPET_LINES = 20
MOST_SNIPPET = 2_000
"""A longer text (in characters) is not quoted."""

MIME_TYPES = {"python": "text/x-python", "notebook": "application/x-ipynb+json", "json": "application/json"}


class Artifacts:
    """The files that the log speaks of, each once, in the order they were first named."""

    def __init__(self, report: Report) -> None:
        self._known: dict[str, tuple[int, Mapping[str, Any]]] = {}
        for file in report.files:
            self._add(file.reading.path, _about(file))
        for finding in report.findings:
            for place in _places(finding):
                self._add(place.path, {})

    def location(self, path: str) -> dict[str, Any]:
        """A reference to one of them."""
        place = artifact_location(path)
        known = self._known.get(place["uri"])
        return place if known is None else {**place, "index": known[0]}

    def listed(self) -> list[Mapping[str, Any]]:
        """All of them."""
        return [artifact for _, artifact in self._known.values()]

    def _add(self, path: str, about: Mapping[str, Any]) -> None:
        place = artifact_location(path)
        if place["uri"] not in self._known:
            self._known[place["uri"]] = len(self._known), {"location": place, **about}


def artifact_location(path: str) -> dict[str, Any]:
    """A path from the top, or a `file:` URI for what lies outside; percent-encoded."""
    uri = relative_uri(path)
    return {"uri": file_uri(path)} if uri is None else {"uri": uri, "uriBaseId": BASE}


def _places(finding: Finding) -> Iterable[Location]:
    yield finding.location
    yield from (note.location for note in finding.notes)
    yield from (edit.location for edit in (finding.fix.edits if finding.fix else ()))


def _about(file: File) -> dict[str, Any]:
    """What is known of a file that was on the line."""
    reading, counts = file.reading, file.counts
    about: dict[str, Any] = {"roles": ["analysisTarget"]}
    if reading.format in MIME_TYPES:
        about["mimeType"] = MIME_TYPES[reading.format]
    if reading.kind in ("script", "notebook"):
        about["sourceLanguage"] = "python"
    about["properties"] = {
        "kind": reading.kind,
        "format": reading.format,
        "status": reading.status,
        "complete": reading.complete,
        "layers": counts.layers,
        "layersShaped": counts.layers_shaped,
    }
    return about


def location(place: Location, layer: str | None, sources: Sources, artifacts: Artifacts) -> dict[str, Any]:
    """A place in a file, the layer that it is about, and as properties what SARIF has no word for: the cell of a
    notebook, the text of a `--call`."""
    physical: dict[str, Any] = {"artifactLocation": artifacts.location(place.path)}
    properties: dict[str, Any] = {}
    match place:
        case CallLocation():
            text = "\n".join(sources.lines(place))
            properties["call"] = {"index": place.index, "text": text, **span(place)}
        case LayerLocation():
            layer = place.layer or layer
        case _:
            physical["region"] = region(place, sources)
            properties |= cell(place, sources)
    made: dict[str, Any] = {"physicalLocation": physical}
    if layer:
        made["logicalLocations"] = [
            {"name": layer.rpartition("/")[2], "fullyQualifiedName": layer, "kind": "layer"},
        ]
    return {**made, "properties": properties} if properties else made


def region(place: TextLocation, sources: Sources) -> dict[str, Any]:
    """A span of text, with the text."""
    quoted = _quoted(place, sources)
    return {**span(place), "snippet": {"text": quoted}} if quoted else span(place)


def span(place: TextLocation) -> dict[str, int]:
    """Lines and columns from 1, the end exclusive."""
    return {
        "startLine": max(place.line, 1),
        "startColumn": max(place.column, 1),
        "endLine": max(place.end_line, 1),
        "endColumn": max(place.end_column, 1),
    }


def cell(place: TextLocation, sources: Sources) -> dict[str, int]:
    """The cell of a notebook that the place is in, and the line there; nothing elsewhere."""
    found = None if isinstance(place, CallLocation) else sources.cell(place.path, place.line)
    return {} if found is None else {"cell": found.number, "cell_line": place.line - found.first_line + 1}


def _quoted(place: TextLocation, sources: Sources) -> str:
    """The text of the place; empty where it is too long, or not there."""
    lines = list(sources.lines(place)[place.line - 1 : place.end_line])
    if not 0 < len(lines) <= MOST_SNIPPET_LINES or place.line < 1:
        return ""
    lines[-1] = lines[-1][: place.end_column - 1]
    lines[0] = lines[0][place.column - 1 :]
    text = "\n".join(lines)
    return text if len(text) <= MOST_SNIPPET else ""
