"""Names of rules and families."""

from collections.abc import Iterator

import pytest

from rnnlint import Finding, Program, Rule, Severity
from rnnlint.config import WrongSetting, choose, did_you_mean, split_names


def check(program: Program) -> Iterator[Finding]:
    yield from ()


def rule(name: str, family: str) -> Rule:
    return Rule(check, family, Severity.ERROR, "raises", "0.1", "", "", name=name)


RULES = {name: rule(name, family) for name, family in (("a-b", "shape"), ("c-d", "shape"), ("e-f", "data"))}


def chosen(select: list[str], ignore: list[str]) -> list[str]:
    return [rule.name for rule in choose(RULES, select, ignore)]


def test_all_rules_run_unless_some_are_selected() -> None:
    assert chosen([], []) == ["a-b", "c-d", "e-f"]
    assert chosen(["shape"], []) == ["a-b", "c-d"]
    assert chosen(["e-f,a-b"], []) == ["a-b", "e-f"]


def test_ignore_takes_out_of_what_is_selected() -> None:
    assert chosen(["shape"], ["a-b"]) == ["c-d"]
    assert chosen([], ["shape", "data"]) == []


def test_names_are_comma_separated_or_repeated() -> None:
    assert split_names(["a, b", "", "c,,d "]) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(("select", "ignore"), [(["x-y"], []), ([], ["x-y"]), (["a-b,x-y"], [])])
def test_a_name_that_is_none_is_refused(select: list[str], ignore: list[str]) -> None:
    with pytest.raises(WrongSetting, match="no rule or family is called `x-y`"):
        choose(RULES, select, ignore)


def test_a_selection_of_nothing_is_none() -> None:
    with pytest.raises(WrongSetting, match="`--select` names no rule"):
        choose(RULES, [" , "])


@pytest.mark.parametrize("name", ["rule-crashed", "unused-ignore", "meta", "speed"])
def test_names_without_a_file_are_known_too(name: str) -> None:
    assert chosen([], [name]) == ["a-b", "c-d", "e-f"]


@pytest.mark.parametrize(
    ("name", "offer"),
    [
        ("stateful-shufle", "; did you mean `stateful-shuffle`?"),
        ("Stateful_Shuffle", "; did you mean `stateful-shuffle`?"),
        ("data-rnk", "; did you mean `data-rank` or `data`?"),
        ("xyzzy", ""),
    ],
)
def test_the_nearest_names_are_offered(name: str, offer: str) -> None:
    assert did_you_mean(name, ["stateful-shuffle", "data-rank", "data"]) == offer
