"""Finding and loading rule files."""

from pathlib import Path

import pytest

from rnnlint.packs import BrokenPack, built_in, load_rule, load_rules, rule_files

OWN = '''"""Rows are thrown away.

They were paid for.
"""

from collections.abc import Iterator

from rnnlint import Finding, Program, Rule, Severity


def check(program: Program) -> Iterator[Finding]:
    return iter(())


rule = Rule(check, "data", Severity.HINT, keras="silent", since="0.1", bad="x = 1  # <-", good="x = 2")
'''


def test_the_name_is_the_files_and_the_page_its_docstring(tmp_path: Path) -> None:
    (tmp_path / "thrown_away_rows.py").write_text(OWN)
    rule = load_rules(tmp_path)["thrown-away-rows"]
    assert rule.name == "thrown-away-rows"
    assert rule.summary == "Rows are thrown away."
    assert rule.proof() == {2: "silent", 3: "silent"}


def test_every_built_in_rule_file_loads_under_its_own_name() -> None:
    rules = load_rules()
    assert [file.stem for file in sorted(built_in().glob("*.py"))] == [name.replace("-", "_") for name in rules]
    assert all(rule.name == name for name, rule in rules.items())


@pytest.mark.parametrize(
    "text", ["rule = 1\n", "x = \n", "raise SystemError('no')\n", "import there_is_no_such_module\n"]
)
def test_a_file_that_holds_no_rule_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "odd.py"
    file.write_text(text)
    with pytest.raises(BrokenPack, match=r"odd\.py"):
        load_rule(file)


def test_a_name_that_is_taken_is_refused(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "thrown_away_rows.py").write_text(OWN)
    with pytest.raises(BrokenPack, match="thrown-away-rows"):
        load_rules(tmp_path / "a", tmp_path / "b")


def test_files_that_begin_with_an_underscore_are_no_rules(tmp_path: Path) -> None:
    (tmp_path / "_shared.py").write_text("")
    assert rule_files(tmp_path) == {}
