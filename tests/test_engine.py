"""The engine: every rule on every program, each place once, a broken rule alone."""

from collections.abc import Callable, Iterator

import pytest

from rnnlint.check_rule import lint_text
from rnnlint.engine import judge, run
from rnnlint.facts import CallLocation, LayerLocation, Program, SourceLocation
from rnnlint.finding import Finding, Safety, Severity
from rnnlint.packs import load_rules
from rnnlint.reading import Reading
from rnnlint.rule import PRELUDE, Rule


def a_rule(name: str, check: Callable[[Program], Iterator[Finding]]) -> Rule:
    return Rule(
        check, "shape", Severity.WARNING, keras="raises", since="0.1", bad="", good="", why="because", name=name
    )


def at(line: int, column: int = 1, path: str = "a.py") -> SourceLocation:
    return SourceLocation(path, line, column, line, column + 4)


def says(*findings: Finding) -> Callable[[Program], Iterator[Finding]]:
    return lambda program: iter(findings)


def test_name_family_severity_and_why_are_stamped() -> None:
    (found,) = run([Reading("a.py", programs=[Program("a.py", "script")])], [a_rule("x", says(Finding(at(3), "m")))])
    assert (found.rule, found.family, found.severity, found.why) == ("x", "shape", Severity.WARNING, "because")


def test_a_finding_keeps_its_own_severity_and_why() -> None:
    own = Finding(at(3), "m", severity=Severity.ERROR, why="mine")
    (found,) = judge(Program("a.py", "script"), [a_rule("x", says(own))])
    assert (found.severity, found.why) == (Severity.ERROR, "mine")


def test_each_place_once_for_a_rule_and_the_most_severe_stays() -> None:
    two_ways = Reading("a.py", programs=[Program("a.py", "script"), Program("a.py", "script")])
    rules = [
        a_rule("x", says(Finding(at(3), "mild"), Finding(at(3), "grave", severity=Severity.ERROR))),
        a_rule("y", says(Finding(at(3), "other"))),
    ]
    assert [(f.rule, f.message) for f in run([two_ways], rules)] == [("x", "grave"), ("y", "other")]


def test_order_is_path_line_column_rule() -> None:
    places = [at(9), at(3, 7), at(3, 2), at(1, path="b.py")]
    rules = [a_rule("b", says(*(Finding(place, "m") for place in places))), a_rule("a", says(Finding(at(3, 2), "m")))]
    found = run([Reading("a.py", programs=[Program("a.py", "script")])], rules)
    order = [
        (f.location.path, f.location.line, f.location.column, f.rule)
        for f in found
        if isinstance(f.location, SourceLocation)
    ]
    assert order == [
        ("a.py", 3, 2, "a"),
        ("a.py", 3, 2, "b"),
        ("a.py", 3, 7, "b"),
        ("a.py", 9, 1, "b"),
        ("b.py", 1, 1, "b"),
    ]


def test_what_has_no_line_comes_by_rule() -> None:
    layer, call = LayerLocation("a.keras", "z"), CallLocation("a.keras", 1, 1, 5, 1, 9)
    rules = [
        a_rule("b", says(Finding(LayerLocation("a.keras", "a"), "m"))),
        a_rule("a", says(Finding(layer, "m"), Finding(call, "m"))),
    ]
    found = run([Reading("a.keras", programs=[Program("a.keras", "model")])], rules)
    assert [(f.rule, f.location) for f in found][:2] == [("a", layer), ("a", call)]
    assert [f.rule for f in found] == ["a", "a", "b"]


def test_a_rule_that_raises_is_reported_and_the_others_go_on() -> None:
    def breaks(program: Program) -> Iterator[Finding]:
        yield Finding(at(2), "before")
        raise ValueError("no such\naxis")

    rules = [a_rule("broken", breaks), a_rule("sound", says(Finding(at(5), "m")))]
    found = run([Reading("a.py", programs=[Program("a.py", "script")])], rules)
    assert [(f.rule, f.family, f.severity) for f in found] == [
        ("rule-crashed", "meta", Severity.ERROR),
        ("broken", "shape", Severity.WARNING),
        ("sound", "shape", Severity.WARNING),
    ]
    assert "`broken`" in found[0].message and "ValueError" in found[0].message and "no such axis" in found[0].message


def test_two_rules_that_raise_are_two_findings_at_the_model_of_a_model_file() -> None:
    def breaks(program: Program) -> Iterator[Finding]:
        raise KeyError("time")
        yield

    found = run(
        [Reading("m.keras", programs=[Program("m.keras", "model")])], [a_rule("x", breaks), a_rule("y", breaks)]
    )
    assert [f.location for f in found] == [LayerLocation("m.keras")] * 2


BRANCHES = """
def build(per_step):
    model = Sequential([Input((10, 3))])
    model.add(LSTM(8))
    if per_step:
        model.add({one})
    else:
        model.add({other})
    return model
"""


@pytest.mark.parametrize(
    ("one", "other", "titles", "safety"),
    [
        ("TimeDistributed(Dense(2))", "Dense(2)", ["return every step in this branch alone"], Safety.MANUAL),
        ("LSTM(2)", "GRU(2)", ["return every step"] * 2, Safety.SAFE),
    ],
)
def test_a_fix_for_one_branch_that_spoils_the_other_is_advice(
    one: str, other: str, titles: list[str], safety: Safety
) -> None:
    program = PRELUDE + BRANCHES.format(one=one, other=other)
    fixes = [finding.fix for finding in lint_text(program, [load_rules()["missing-return-sequences"]])]
    assert [fix.title for fix in fixes if fix is not None] == titles
    assert {fix.safety for fix in fixes if fix is not None} == {safety}


WAYS = """
deep, per_step = os.environ.get("DEEP"), os.environ.get("STEPS")
model = Sequential([Input((10, 3))])
if deep:
    model.add(LSTM(8))
else:
    model.add(Flatten())
if per_step:
    model.add(LSTM(2))
"""


@pytest.mark.parametrize(
    ("text", "safety"),
    [
        ("model = Sequential([Input((10, 3)), LSTM(8), LSTM(2)])", Safety.SAFE),
        (WAYS, Safety.REVIEW),
    ],
)
def test_a_fix_is_safe_where_the_layer_cannot_work_on_any_way(text: str, safety: Safety) -> None:
    (found,) = lint_text(f"{PRELUDE}import os\n{text}", [load_rules()["missing-return-sequences"]])
    assert found.fix is not None and found.fix.edits and found.fix.safety is safety
