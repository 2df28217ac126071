"""Makes the repairs that findings offer."""

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rnnlint.documents import CannotEdit, Change, Document
from rnnlint.facts import Location, SourceLocation
from rnnlint.finding import Edit, Finding, Safety
from rnnlint.linting import Report
from rnnlint.reading import Reading
from rnnlint.replacing import replace_file

Told = tuple[str, str, Location]
"""Rule, message and place of a finding."""

MAX_ROUNDS = 10
"""How often what was repaired is linted and repaired again."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A file with fixes made: as it was, as it will be, how many findings that mends, and what they say."""

    before: Document
    after: Document
    mended: int
    told: frozenset[Told] = frozenset()

    @property
    def path(self) -> str:
        return self.before.reading.path


@dataclass(slots=True)
class Outcome:
    """What came of fixing.

    Attributes:
        report: what is left.
        mended: how many findings were mended.
        files: in how many files.
        troubles: files that could not be repaired, with the reason.
    """

    report: Report
    mended: int = 0
    files: set[str] = field(default_factory=set)
    troubles: list[str] = field(default_factory=list)


def fix_all(report: Report, again: Callable[[], Report], unsafe: bool) -> Outcome:
    """Repairs files until nothing more can be repaired.

    Args:
        report: what was found.
        again: lints again.
        unsafe: make those fixes too that change what is trained.
    """
    outcome = Outcome(report)
    vain: set[Told] = set()
    for _ in range(MAX_ROUNDS):
        wrote = False
        made: set[Told] = set()
        for repair in repairs(outcome.report, unsafe, outcome.troubles, vain):
            if _write(repair, outcome.troubles):
                wrote = True
                made |= repair.told
                outcome.mended += repair.mended
                outcome.files.add(repair.path)
        if not wrote:
            break
        outcome.report = again()
        vain |= made & set(map(_says, outcome.report.findings))
    return outcome


def _says(finding: Finding) -> Told:
    return finding.rule, finding.message, finding.location


def repairs(report: Report, unsafe: bool, troubles: list[str], vain: Collection[Told] = ()) -> Iterator[Repair]:
    """The files that fixes would change; what stands in the way is added to `troubles`.

    Args:
        vain: findings whose fixes were made and did not help: none is made again.
    """
    readings = {file.reading.path: file.reading for file in report.files if file.reading.kind != "model"}
    by_file: dict[str, list[Finding]] = {}
    for finding in report.findings:
        path = _file_of(finding, unsafe)
        if path in readings and finding.fix is not None and _says(finding) not in vain:
            by_file.setdefault(path, []).append(finding)
    for path, findings in by_file.items():
        try:
            repair = _repaired(readings[path], findings)
        except CannotEdit as error:
            _complain(path, str(error), troubles)
        else:
            yield repair


def offered(report: Report, safety: Safety) -> int:
    """How many findings a fix of this safety would mend."""
    return sum(
        finding.fix is not None and finding.fix.safety is safety and bool(_file_of(finding, unsafe=True))
        for finding in report.findings
    )


def _file_of(finding: Finding, unsafe: bool) -> str:
    """The file that the fix changes; empty where there is none to make."""
    fix = finding.fix
    wanted = (Safety.SAFE, Safety.REVIEW) if unsafe else (Safety.SAFE,)
    if fix is None or not fix.edits or fix.safety not in wanted:
        return ""
    paths = {edit.location.path if isinstance(edit.location, SourceLocation) else "" for edit in fix.edits}
    return paths.pop() if len(paths) == 1 else ""


def _repaired(reading: Reading, findings: Sequence[Finding]) -> Repair:
    """The file with as many of the fixes as do not come in each other's way.

    Raises:
        CannotEdit: no fix can be made.
    """
    before = Document.load(reading)
    made: set[Change] = set()
    mended: list[Told] = []
    for finding in findings:
        wanted = {_change(edit) for edit in finding.fix.edits} if finding.fix is not None else set()
        others = made - wanted
        if any(_collide(a, b) for a in wanted for b in others) or _overlap_each_other(wanted):
            continue
        made |= wanted
        mended.append(_says(finding))
    after = before.edited(sorted(made, key=lambda change: (change.line, change.column)))
    if not _parses(after, reading):
        raise CannotEdit("a fix would leave it unreadable; please report this")
    return Repair(before, after, len(mended), frozenset(mended))


def _change(edit: Edit) -> Change:
    place = edit.location
    return Change(place.line, place.column, place.end_line, place.end_column, edit.text)


def _collide(a: Change, b: Change) -> bool:
    """Whether two changes overlap or touch."""
    return (a.line, a.column) <= (b.end_line, b.end_column) and (b.line, b.column) <= (a.end_line, a.end_column)


def _overlap_each_other(changes: set[Change]) -> bool:
    ordered = sorted(changes, key=lambda change: (change.line, change.column, change.end_line, change.end_column))
    return any((a.end_line, a.end_column) > (b.line, b.column) for a, b in pairwise(ordered))


def _parses(document: Document, reading: Reading) -> bool:
    """Whether it can be read as well as before."""
    from rnnlint.interpreter import syntax

    data = document.data
    source = syntax.parse_bytes(data, reading.path, len(data))
    return source.status == "checked" and len(source.not_understood) <= len(reading.not_understood)


def _write(repair: Repair, troubles: list[str]) -> bool:
    """Replaces the file."""
    if repair.before.data == repair.after.data:
        return False
    try:
        if not os.stat(repair.path).st_mode & 0o222:
            raise PermissionError(0, "it is read-only")
        replace_file(repair.path, repair.after.data)
    except OSError as error:
        _complain(repair.path, error.strerror or str(error), troubles)
        return False
    return True


def _complain(path: str, reason: str, troubles: list[str]) -> None:
    text = f"{path}: not fixed: {reason}"
    if text not in troubles:
        troubles.append(text)
