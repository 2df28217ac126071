"""A file with what its rules find."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rnnlint.counts import Counts, count
from rnnlint.engine import judge_all
from rnnlint.finding import Finding
from rnnlint.reading import Reading
from rnnlint.rule import Rule


@dataclass(frozen=True, slots=True)
class File:
    """A file of the report: as it was read, and how much was in it. Programs are kept for model files alone."""

    reading: Reading
    counts: Counts


def judged(reading: Reading, rules: Sequence[Rule]) -> tuple[File, list[Finding]]:
    """The file, and the findings in its programs as they come."""
    kept = reading if reading.kind == "model" else replace(reading, programs=())
    findings = list(judge_all(reading.programs, rules))
    return File(kept, count(reading.programs)), findings
