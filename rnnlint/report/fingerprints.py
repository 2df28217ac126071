"""A mark for each finding that stays when lines above it move."""

import hashlib
import os
from collections import Counter

from rnnlint.facts import LayerLocation
from rnnlint.finding import Finding
from rnnlint.linting import Report
from rnnlint.report.sources import Sources


def fingerprints(report: Report, sources: Sources) -> list[str]:
    """A mark for each finding of the report, in order.

    It is made of the rule, the path, the layer of a model file or the text of the line without its white space, and
    of how many findings like it come before it. So it knows neither line numbers nor the wording of messages.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    marks = []
    for finding in report.findings:
        key = _key(finding, sources)
        seen[key] += 1
        text = "\0".join((*key, str(seen[key])))
        marks.append(hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16])
    return marks


def _key(finding: Finding, sources: Sources) -> tuple[str, ...]:
    place = finding.location
    layer = place.layer if isinstance(place, LayerLocation) else ""
    return finding.rule, _stable_path(place.path), layer, "".join(sources.line(place).split())


def _stable_path(path: str) -> str:
    """Relative to this folder where it lies in it, with `/`, so that every spelling gives the same."""
    try:
        relative = os.path.relpath(path)
    except ValueError:
        relative = path
    return path.replace(os.sep, "/") if relative.startswith("..") else relative.replace(os.sep, "/")
