"""Every literate case: what is marked is found, and nothing else."""

import ast
from pathlib import Path

import pytest

from rnnlint.check_rule import edited, lint_text
from rnnlint.facts import SourceLocation
from rnnlint.packs import load_rules
from rnnlint.rule import PRELUDE
from tests.literate import Case, read_cases

FILES = sorted(Path(__file__).with_name("cases").glob("*.md"))
CASES = [case for file in FILES for case in read_cases(file)]
RULES = load_rules()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case) -> None:
    findings = lint_text(PRELUDE + case.text, list(RULES.values()), case.keras)
    before = PRELUDE.count("\n")
    found = {
        (finding.location.line - before, finding.severity.value, finding.rule)
        for finding in findings
        if isinstance(finding.location, SourceLocation) and finding.severity is not None
    }
    assert found == case.wanted, "\n".join(f"{finding.location}: {finding.message}" for finding in findings)


@pytest.mark.parametrize("case", [case for case in CASES if case.wanted], ids=lambda case: case.name)
def test_edits_mend_what_they_are_for(case: Case) -> None:
    text = PRELUDE + case.text
    findings = lint_text(text, list(RULES.values()), case.keras)
    for finding in findings:
        if not finding.fix or not finding.fix.edits:
            continue
        mended = edited(text, finding.fix.edits)
        assert mended is not None and mended != text
        ast.parse(mended)
        left = lint_text(mended, list(RULES.values()), case.keras)
        assert (finding.rule, finding.message) not in {(other.rule, other.message) for other in left}, mended


def test_files_are_named_after_rules() -> None:
    assert [file.stem for file in FILES if file.stem not in RULES] == []


def test_every_mark_names_a_rule() -> None:
    assert {rule for case in CASES for _, _, rule in case.wanted} <= RULES.keys()
