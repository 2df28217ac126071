"""Fixes of defects from the field: what they leave parses, without the findings they are for and without new ones."""

import ast
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from rnnlint import Finding, Safety
from rnnlint.fixes import fix_all
from rnnlint.linting import Report, lint
from rnnlint.settings import Settings

pytestmark = pytest.mark.wide

FIELD = Path(__file__).parents[2] / "shared" / "bench" / "field"
CASES = sorted(path.parent for path in FIELD.glob("*/case.toml"))


def versions(case: Path) -> Iterator[int | None]:
    """What the case is checked with."""
    keras = str(tomllib.loads((case / "case.toml").read_text("utf-8"))["keras"])
    yield None if keras == "both" else int(keras)


def mendable(finding: Finding) -> bool:
    return finding.fix is not None and bool(finding.fix.edits) and finding.fix.safety is not Safety.MANUAL


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_what_a_fix_leaves(case: Path, tmp_path: Path) -> None:
    path = tmp_path / "bad.py"
    path.write_bytes((case / "bad.py").read_bytes())
    (keras,) = versions(case)

    def again() -> Report:
        return lint([str(path)], keras=keras, settings=Settings())

    before = again()
    wanted = {finding.rule for finding in before.findings if mendable(finding)}
    if not wanted:
        return
    outcome = fix_all(before, again, unsafe=True)
    ast.parse(path.read_text("utf-8"))
    assert outcome.troubles == []
    after = Counter(finding.rule for finding in outcome.report.findings)
    told = [f"{finding.rule}: {finding.message}" for finding in outcome.report.findings]
    assert not [finding for finding in outcome.report.findings if mendable(finding)], told
    assert not wanted & set(after), told
    assert after <= Counter(finding.rule for finding in before.findings), told
