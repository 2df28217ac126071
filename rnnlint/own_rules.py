"""Rules that have no file, because rnnlint itself speaks under their names."""

from collections.abc import Iterator

from rnnlint.facts import Program
from rnnlint.finding import Finding, Severity
from rnnlint.rule import Rule

CRASHED = "rule-crashed"
UNUSED = "unused-ignore"


def _silent(program: Program) -> Iterator[Finding]:
    """What they say is not found in a program."""
    yield from ()


_CRASHED_PAGE = """A rule failed on this program.

That is a fault of the rule, not of the program. The other rules go on, and the exit status is 2. Please report it with
the file; until then leave the rule out with `--ignore`.
"""

_UNUSED_PAGE = """A suppression suppresses nothing.

A comment `# rnnlint: ignore[...]` names a rule that finds nothing there any more, or one that does not exist, or none
at all; or the configuration ignores a rule at a layer where it finds nothing. What is left lying about would hide the
next mistake at that place. Such a comment stands on the line that a finding points at or on the first line of its
statement.
"""

_UNUSED_BAD = """
model = Sequential([
    Input((10, 8)),
    LSTM(16),  # rnnlint: ignore[relu-recurrence] was needed for activation="relu"
])
"""

_UNUSED_GOOD = """
model = Sequential([
    Input((10, 8)),
    LSTM(16),
])
"""

OWN_RULES = {
    CRASHED: Rule(_silent, "meta", Severity.ERROR, {}, "0.1", "", "", name=CRASHED, doc=_CRASHED_PAGE),
    UNUSED: Rule(_silent, "meta", Severity.HINT, {}, "0.1", _UNUSED_BAD, _UNUSED_GOOD, name=UNUSED, doc=_UNUSED_PAGE),
}
"""By name."""
