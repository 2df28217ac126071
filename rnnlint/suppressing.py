"""Takes out the findings that comments and the configuration suppress, and finds suppressions that suppress nothing."""

import tokenize
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from rnnlint.config import check_name, did_you_mean
from rnnlint.facts import LayerLocation, Location, SourceLocation
from rnnlint.finding import Edit, Finding, Fix, Safety, Severity
from rnnlint.ignores import Ignore, Ignores, ignores
from rnnlint.own_rules import CRASHED, OWN_RULES, UNUSED
from rnnlint.reading import Reading
from rnnlint.rule import FAMILIES, Rule
from rnnlint.settings import Settings

MAX_BYTES = 2 * 1024 * 1024
"""Imported files that are longer are not looked into."""


def suppress(
    findings: Iterable[Finding], readings: Sequence[Reading], rules: Sequence[Rule], settings: Settings
) -> list[Finding]:
    """The findings that are left, with the severity that the configuration gives them; those about suppressions too.

    Args:
        findings: of all readings.
        readings: what was on the line.
        rules: those that ran.
        settings: of the project.
    """
    pass_ = _Suppressing(settings, {rule.name: rule for rule in rules}, {it.path: it for it in readings})
    kept = [finding for finding in findings if pass_.keeps(finding)]
    if UNUSED in pass_.rules:
        unused = [finding for reading in readings for finding in pass_.unused(reading)]
        kept += [finding for finding in unused if pass_.keeps(finding)]
    return [_as_severe(finding, settings) for finding in kept]


def _as_severe(finding: Finding, settings: Settings) -> Finding:
    severity = settings.severity_of(finding.location.path, finding.rule, finding.family)
    return finding if severity is None or finding.rule == CRASHED else replace(finding, severity=severity)


@dataclass(slots=True)
class _Suppressing:
    """One pass over the findings of a run.

    Attributes:
        settings, rules, readings: as given, the last two by name and path.
        files: what the comments of a file say, by its path.
        used: comments, and entries of the configuration, with the name that suppressed something.
    """

    settings: Settings
    rules: dict[str, Rule]
    readings: dict[str, Reading]
    files: dict[str, Ignores] = field(default_factory=dict)
    used: set[tuple[object, str]] = field(default_factory=set)

    def keeps(self, finding: Finding) -> bool:
        """Whether nothing suppresses it; what does is noted. A crash is told in any case."""
        if finding.rule == CRASHED:
            return True
        path, names = finding.location.path, (finding.rule, finding.family)
        marks: list[tuple[object, str]] = []
        if isinstance(finding.location, SourceLocation):
            for comment in self.comments(path).at(finding.location):
                marks += [(comment, name) for name in comment.names if name in names]
        for layer in filter(None, {_layer(finding.location), finding.layer or ""}):
            for pattern, at, name in self.settings.ignored_at_layer(path, layer, *names):
                marks.append(((pattern, at), name))
        self.used.update(marks)
        return not marks and self.settings.counts(path, *names)

    def comments(self, path: str) -> Ignores:
        """The suppressing comments of a file: one on the line, or one that such a file imports."""
        if path not in self.files:
            reading = self.readings.get(path)
            if reading is None:
                self.files[path] = ignores(_text(path), path)
            else:
                self.files[path] = ignores(reading.text, path, reading.cells)
        return self.files[path]

    def unused(self, reading: Reading) -> Iterator[Finding]:
        """What in a file, or for it in the configuration, suppresses nothing."""
        if reading.status != "checked":
            return
        if reading.kind == "model":
            yield from self._unused_at_layers(reading)
            return
        for comment in self.comments(reading.path).comments:
            yield from self._unused_comment(comment)

    def _unused_comment(self, comment: Ignore) -> Iterator[Finding]:
        if not comment.understood:
            yield _finding(comment, f"`{comment.word}` is not understood here", "write `# rnnlint: ignore[rule]`")
            return
        if not comment.names:
            yield _finding(
                comment,
                f"`{comment.word}` names no rule, so it suppresses nothing",
                f"write `# rnnlint: {comment.word}[rule]`, with the name in brackets of each finding",
            )
            return
        idle = [name for name in comment.names if self._idle(comment, name)]
        wrong = [name for name in comment.names if not self._known(name)]
        known = [*self.rules, *OWN_RULES, *FAMILIES]
        for name in wrong:
            offer = did_you_mean(name, known).removeprefix("; ").removesuffix("?")
            yield _finding(comment, f"no rule or family is called `{name}`, so it suppresses nothing", offer)
        if idle:
            names = " and ".join(f"`{name}`" for name in idle)
            drop = _without(comment, idle)
            yield replace(_finding(comment, f"{names} {'is' if len(idle) == 1 else 'are'} not found here"), fix=drop)

    def _unused_at_layers(self, reading: Reading) -> Iterator[Finding]:
        layers = {layer.path for program in reading.programs for model in program.models for layer in model.layers}
        for some in self.settings.at(reading.path):
            for layer, names in some.layers.items():
                for name in names:
                    if layer in layers and self._idle((some.pattern, layer), name):
                        text = f"`{name}` is ignored here by the configuration, but not found"
                        place = LayerLocation(reading.path, layer)
                        yield _stamped(Finding(place, text, fix=Fix.advice(f"drop it from `{layer}`")))

    def _idle(self, source: object, name: str) -> bool:
        """Whether a name suppressed nothing, and would have, if there were anything."""
        if (source, name) in self.used or name in (UNUSED, "meta"):
            return False
        return self._known(name) and self._ran(name)

    def _known(self, name: str) -> bool:
        from rnnlint.packs import rule_files

        try:
            check_name(name, (*self.rules, *rule_files()))
        except ValueError:
            return False
        return True

    def _ran(self, name: str) -> bool:
        """Whether the rule, or every rule of the family, ran."""
        if name in FAMILIES:
            from rnnlint.packs import load_rules

            return all(rule.name in self.rules for rule in load_rules().values() if rule.family == name)
        return name in self.rules


def _layer(location: Location) -> str:
    return location.layer if isinstance(location, LayerLocation) else ""


def _finding(comment: Ignore, message: str, advice: str = "") -> Finding:
    return _stamped(Finding(comment.location, message, fix=Fix.advice(advice) if advice else None))


def _stamped(finding: Finding) -> Finding:
    return finding.stamped(UNUSED, "meta", Severity.HINT, None)


def _without(comment: Ignore, names: Sequence[str]) -> Fix:
    """Takes names out of a comment; where none is left, the whole comment goes, with its reason."""
    left = [name for name in comment.names if name not in names]
    if left:
        text = f"# rnnlint: {comment.word}[{', '.join(left)}]"
        return Fix("drop the name", (Edit(comment.location, text),), Safety.REVIEW)
    if comment.removal is None:
        return Fix.advice("drop it")
    return Fix("drop the comment", (Edit(comment.removal, ""),), Safety.REVIEW)


def _text(path: str) -> str:
    """The text of a script that is not on the line, if it suppresses anything."""
    try:
        with open(path, "rb") as stream:
            data = stream.read(MAX_BYTES)
            if b"rnnlint" not in data:
                return ""
            stream.seek(0)
            encoding, _ = tokenize.detect_encoding(stream.readline)
        return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
    except (OSError, SyntaxError, ValueError, LookupError):
        return ""
