"""What fixes would change, as a unified diff."""

import difflib
from collections.abc import Iterable

from rnnlint.fixes import Repair
from rnnlint.report.escape import escaped


def diff(repairs: Iterable[Repair]) -> str:
    """A unified diff of all files; what a terminal could act on is written out."""
    return "".join(_file(repair) for repair in repairs)


def _file(repair: Repair) -> str:
    before, after = (document.text.splitlines() for document in (repair.before, repair.after))
    lines = difflib.unified_diff(before, after, repair.path, repair.path, lineterm="")
    return "".join("\t".join(map(escaped, line.split("\t"))) + "\n" for line in lines)
