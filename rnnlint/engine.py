"""Runs rules over programs."""

import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import PurePath

from rnnlint.facts import CallLocation, LayerLocation, Location, Program, SourceLocation
from rnnlint.finding import Finding, Fix, Safety, Severity
from rnnlint.own_rules import CRASHED
from rnnlint.reading import Reading
from rnnlint.rule import Rule

WHY_CRASHED = "a fault of the rule, not of the program: please report it, with the file"


def run(readings: Iterable[Reading], rules: Iterable[Rule]) -> list[Finding]:
    """The findings of every rule in every program, by path, line, column and rule; each place once for a rule."""
    chosen = list(rules)
    return settled(finding for reading in readings for finding in judge_all(reading.programs, chosen))


def settled(findings: Iterable[Finding]) -> list[Finding]:
    """By path, line, column and rule; each place once for a rule."""
    return sorted(once(findings), key=_order)


def judge_all(programs: Sequence[Program], rules: Sequence[Rule]) -> Iterator[Finding]:
    """The findings of every rule in the ways through one program, as they come."""
    found = [list(judge(program, rules)) for program in programs]
    layers = [_layer_places(program) for program in programs] if len(programs) > 1 else []
    everywhere = {rule.name for rule in rules if rule.everywhere}
    for number, findings in enumerate(found):
        for finding in findings:
            others = (pair for pair in enumerate(programs) if pair[0] != number and finding.rule in everywhere)
            if all(not _comes_by(way, finding) or _among(finding, found[other]) for other, way in others):
                if _changes_a_sound_way(finding, layers, found):
                    yield _advised(finding)
                elif _changes_a_layer_of_some_ways(finding, layers, found):
                    yield _to_review(finding)
                else:
                    yield finding


def _layer_places(program: Program) -> frozenset[SourceLocation]:
    """Where layers are made and called on this way through the program."""
    made = {part.location for _, layer in program.layers() for part in layer.walk()}
    called = {call.location for _, _, call in program.layer_calls()}
    return frozenset(place for place in made | called if isinstance(place, SourceLocation))


def _changes_a_sound_way(
    finding: Finding, layers: Sequence[frozenset[SourceLocation]], found: Sequence[Sequence[Finding]]
) -> bool:
    """Whether a way makes the layer that the fix changes, but never comes by the layer at fault and needs no such fix:
    what serves one branch spoils the other."""
    if not any(finding.location in places for places in layers):
        return False
    others = [
        places
        for places, findings in zip(layers, found, strict=True)
        if finding.location not in places and not _offers(findings, finding.fix)
    ]
    return _edits(finding.fix, others)


def _changes_a_layer_of_some_ways(
    finding: Finding, layers: Sequence[frozenset[SourceLocation]], found: Sequence[Sequence[Finding]]
) -> bool:
    """Whether the fix changes a layer that not every way needs changed: a way that was not tried may make it too."""
    return _edits(finding.fix, layers) and not all(_offers(findings, finding.fix) for findings in found)


def _edits(fix: Fix | None, ways: Iterable[frozenset[SourceLocation]]) -> bool:
    """Whether the fix edits one of these places."""
    edited = [edit.location for edit in fix.edits if isinstance(edit.location, SourceLocation)] if fix else []
    return any(_within(edit, place) for places in ways for place in places for edit in edited)


def _offers(findings: Iterable[Finding], fix: Fix | None) -> bool:
    """Whether one of the findings offers the same edits."""
    return fix is not None and any(other.fix is not None and other.fix.edits == fix.edits for other in findings)


def _within(inner: SourceLocation, outer: SourceLocation) -> bool:
    start, end = (outer.line, outer.column), (outer.end_line, outer.end_column)
    return inner.path == outer.path and start <= (inner.line, inner.column) <= end


def _advised(finding: Finding) -> Finding:
    assert finding.fix is not None
    return replace(finding, fix=Fix.advice(f"{finding.fix.title} in this branch alone"))


def _to_review(finding: Finding) -> Finding:
    """What changes a layer of a program that could run before, on other ways, is not safe."""
    if finding.fix is None or finding.fix.safety is not Safety.SAFE:
        return finding
    return replace(finding, fix=replace(finding.fix, safety=Safety.REVIEW))


def _comes_by(program: Program, finding: Finding) -> bool:
    """Whether a way through the program runs the call at the place of a finding."""
    place = finding.location
    if not isinstance(place, SourceLocation):
        return False
    return any(
        isinstance(call.location, SourceLocation)
        and call.location.path == place.path
        and call.location.line <= place.line <= call.location.end_line
        for call in program.calls()
    )


def _among(finding: Finding, findings: Iterable[Finding]) -> bool:
    return any(other.rule == finding.rule and other.location == finding.location for other in findings)


def judge(program: Program, rules: Iterable[Rule]) -> Iterator[Finding]:
    """The findings of every rule in one program. A rule that raises gives `rule-crashed`; the others go on."""
    for rule in rules:
        try:
            for finding in rule.check(program):
                yield finding.stamped(rule.name, rule.family, rule.severity, rule.why)
        except Exception as error:
            yield _crashed(program, rule, error)


def once(findings: Iterable[Finding]) -> list[Finding]:
    """Each place once for a rule, however many ways through the program lead there; the most severe stays."""
    kept: dict[tuple[str, Location, str], Finding] = {}
    for finding in findings:
        key = (finding.rule, finding.location, finding.message if finding.rule == CRASHED else "")
        other = kept.get(key)
        if other is None or _rank(finding) < _rank(other):
            kept[key] = finding
    return list(kept.values())


def _rank(finding: Finding) -> int:
    return (finding.severity or Severity.ERROR).rank


def _crashed(program: Program, rule: Rule, error: Exception) -> Finding:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{PurePath(frame.filename).name}:{frame.lineno}"
    text = " ".join(str(error).split())[:200]
    start: Location = (
        LayerLocation(program.path) if program.kind == "model" else SourceLocation(program.path, 1, 1, 1, 1)
    )
    message = f"`{rule.name}` failed with {type(error).__name__} at {where}{f': {text}' if text else ''}"
    return Finding(start, message).stamped(CRASHED, "meta", Severity.ERROR, WHY_CRASHED)


def _order(finding: Finding) -> tuple[str, int, int, str, int, int, int, str]:
    """By path, line, column, rule; what has no line (layers, `--call`) comes first, by rule, call and layer."""
    place = finding.location
    match place:
        case SourceLocation():
            return place.path, place.line, place.column, finding.rule, 0, 0, 0, ""
        case CallLocation():
            return place.path, 0, 0, finding.rule, place.index, place.line, place.column, ""
        case LayerLocation():
            return place.path, 0, 0, finding.rule, 0, 0, 0, place.layer
