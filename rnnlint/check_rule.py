"""The law for rules: what a rule file must hold and show.

`check_rule(rule)` lints the rule's own examples. A project's own rules are held to it too.
"""

import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from rnnlint.engine import run
from rnnlint.facts import SourceLocation
from rnnlint.finding import Edit, Finding, Severity
from rnnlint.messages import faults
from rnnlint.packs import load_rules
from rnnlint.rule import FAMILIES, PRELUDE, Rule

MARK = "# <-"
CLAIMS = ("raises", "silent", "slower")
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def check_rule(rule: Rule, others: Sequence[Rule] | None = None) -> list[str]:
    """What is wrong with a rule; nothing where all is right.

    Demanded: the page has a headline and a body; the name is words in small letters. The bad example gives findings of
    this rule on exactly the lines marked `# <-`, and no error or warning of another; the good one gives nothing at
    all. Where fixes have edits, they turn the bad example into the good one, letter for letter. Its
    messages are sound: see `faults`.

    Args:
        rule: as the loader gives it.
        others: the rules that must stay silent; default: all built-in ones.
    """
    rules = [other for other in (load_rules().values() if others is None else others) if other.name != rule.name]
    broken = [*_page(rule), *(fault for matcher in rule.messages for fault in faults(matcher))]
    for keras in rule.proof():
        broken += [f"{text} (keras {keras})" for text in _examples(rule, [rule, *rules], keras)]
    return broken


def lint_text(text: str, rules: Sequence[Rule], keras: int | None = None) -> list[Finding]:
    """The findings in a script."""
    from rnnlint.interpreter import read_script

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "example.py")
        path.write_text(text, "utf-8")
        return run([read_script(str(path), keras=keras)], rules)


def without_marks(example: str) -> str:
    """The example without the marks at line ends."""
    return re.sub(rf"[ \t]*{re.escape(MARK)}[ \t]*$", "", example, flags=re.MULTILINE)


def marked_lines(text: str) -> list[int]:
    """Numbers of the lines that end with a mark, from 1."""
    return [number for number, line in enumerate(text.split("\n"), 1) if line.rstrip().endswith(MARK)]


def edited(text: str, edits: Sequence[Edit]) -> str | None:
    """The text with all edits made, equal ones once; None where they overlap or stand in no script."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    spans: set[tuple[int, int, str]] = set()
    for edit in edits:
        at = edit.location
        if not isinstance(at, SourceLocation):
            return None
        spans.add((starts[at.line - 1] + at.column - 1, starts[at.end_line - 1] + at.end_column - 1, edit.text))
    end = len(text)
    for first, last, new in sorted(spans, reverse=True):
        if last > end:
            return None
        text = text[:first] + new + text[last:]
        end = first
    return text


def _page(rule: Rule) -> Iterator[str]:
    headline, _, body = rule.doc.strip().partition("\n")
    if not NAME.fullmatch(rule.name):
        yield f"name {rule.name!r}: words in small letters joined by `-` are wanted"
    if not headline.endswith("."):
        yield "docstring: its first line must be a sentence"
    if not body.startswith("\n") or not body.strip():
        yield "docstring: a blank line and a body must follow the first line"
    if rule.family not in FAMILIES:
        yield f"family {rule.family!r} is none of {', '.join(FAMILIES)}"
    if not rule.proof() or any(rule.claim(version) not in CLAIMS for version in rule.proof()):
        yield f"keras: {', '.join(CLAIMS)} are the claims"
    if not marked_lines(rule.bad):
        yield f"bad: no line ends with `{MARK}`"
    if MARK in rule.good:
        yield f"good: a line is marked `{MARK}`"


def _examples(rule: Rule, rules: Sequence[Rule], keras: int) -> Iterator[str]:
    bad, good = PRELUDE + without_marks(rule.bad), PRELUDE + rule.good
    findings = lint_text(bad, rules, keras)
    own = [finding for finding in findings if finding.rule == rule.name]
    wanted, lines = marked_lines(PRELUDE + rule.bad), sorted(map(_line, own))
    if lines != wanted:
        yield f"bad: found on lines {lines}, marked are {wanted}"
    for finding in findings:
        if finding.rule != rule.name and finding.severity is not Severity.HINT:
            yield f"bad: another rule speaks: {_shown(finding)}"
    for finding in own:
        if finding.message[:1].isupper() or finding.message.endswith("."):
            yield f"message: one clause in lower case without a full stop is wanted: {finding.message!r}"
    edits = [edit for finding in own if finding.fix for edit in finding.fix.edits]
    if edits and (fixed := edited(bad, edits)) != good:
        yield f"fix: the edits do not turn bad into good, but into:\n{fixed and fixed[len(PRELUDE) :]}"
    for finding in lint_text(good, rules, keras):
        yield f"good: not silent: {_shown(finding)}"


def _line(finding: Finding) -> int:
    return finding.location.line if isinstance(finding.location, SourceLocation) else 0


def _shown(finding: Finding) -> str:
    assert finding.severity is not None
    return f"{_line(finding)}: {finding.severity.value}: {finding.message} [{finding.rule}]"
