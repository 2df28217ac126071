"""Python's semantics: what names hold after a script has been interpreted."""

import ast
import textwrap
from pathlib import Path
from typing import Any

import pytest

from rnnlint.facts import UNKNOWN
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.running import run
from rnnlint.interpreter.state import Coverage, Decisions
from rnnlint.interpreter.values import Dict, List, Module


def interpret(text: str, forced: dict[str, int] | None = None) -> Machine:
    text = textwrap.dedent(text)
    machine = Machine(Module("script.py", "__main__", ast.parse(text), text), decisions=Decisions(forced))
    assert run(machine), "the bounds were reached"
    return machine


def names(text: str, forced: dict[str, int] | None = None) -> dict[str, Any]:
    return {name: plain(value) for name, value in interpret(text, forced).main.scope.names.items()}


def plain(value: Any) -> Any:
    """Lists and dictionaries as Python's own where all of them is known; sizes as text."""
    if isinstance(value, List):
        if value.items is None:
            return f"{value.length} of {plain(value.element)}"
        return [plain(item) for item in value.items]
    if isinstance(value, Dict):
        return {key: plain(item) for key, item in value.items.items()}
    if isinstance(value, tuple):
        return tuple(plain(item) for item in value)
    return value if value is None or isinstance(value, (int, float, str, bool)) else str(value)


# Each script is run by Python too: both must agree on every name that starts with `r`.
SAME_AS_PYTHON = (Path(__file__).parent / "same_as_python.txt").read_text("utf-8").split("\n---\n")


@pytest.mark.parametrize("text", SAME_AS_PYTHON)
def test_constants_are_as_in_python(text: str) -> None:
    real: dict[str, Any] = {"__name__": "__main__"}
    exec(text, real)
    found = names(text)
    for name, value in real.items():
        if name.startswith("r"):
            assert found[name] == value, name


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("xs = []\nfor i in range(100):\n    xs.append((i, 1))", "xs", "100 of ('i', 1)"),
        ("xs = [0 for _ in range(1000)]", "xs", "1000 of 0"),
        ("rows = open('f').readlines()\nxs = []\nfor r in rows:\n    xs.append(3)", "xs", "len(lines) of 3"),
        ("rows = open('f').readlines()\nn = len(rows) - 60", "n", "len(lines) - 60"),
        ("rows = open('f').readlines()\nn = len(rows) // 32 * 32", "n", "32*(len(lines) // 32)"),
        ("n = 1\nfor i in range(1000):\n    n += 1", "n", "?"),
        ("import nowhere\nn = nowhere.size()", "n", "?"),
    ],
)
def test_loops_of_many_rounds_are_run_once_for_all(text: str, name: str, expected: str) -> None:
    assert str(names(text)[name]) == expected


def test_a_break_on_the_counter_limits_the_rounds() -> None:
    found = names(
        """
        series = open("f").readlines()
        X = []
        for i in range(len(series)):
            end = i + 10
            if end > len(series) - 1:
                break
            X.append(0)
        """
    )
    assert found["X"] == "len(lines) - 10 of 0"


def test_appends_in_only_some_rounds_leave_the_length_open() -> None:
    machine = interpret(
        """
        import nowhere
        X = []
        for i in range(100):
            if nowhere.good(i):
                X.append(0)
        """
    )
    grown = machine.main.scope.names["X"]
    assert isinstance(grown, List)
    assert grown.items is None
    assert not isinstance(grown.length, int)


BRANCHES = """
import nowhere
flag = nowhere.flag
a = 1 if flag else 2
if flag:
    b = 1
else:
    b = 2
if not flag:
    c = 2
else:
    c = 1
mode = nowhere.mode
if mode == "train":
    d = 1
elif mode == "test":
    d = 2
e = mode
"""


def test_one_run_takes_the_same_side_of_a_condition_throughout() -> None:
    first = names(BRANCHES)
    assert (first["a"], first["b"], first["c"], first["d"], first["e"]) == (1, 1, 1, 1, "train")
    second = names(BRANCHES, {"script.py:flag": 1, "script.py:mode == 'train'": 1})
    assert (second["a"], second["b"], second["c"], second["d"], second["e"]) == (2, 2, 2, 2, "test")


def test_coverage_asks_for_the_sides_not_taken() -> None:
    coverage = Coverage()
    decisions = Decisions({})
    interpret_with(decisions, BRANCHES)
    coverage.add(decisions)
    forced = coverage.next()
    assert forced == {"script.py:flag": 1, "script.py:mode == 'train'": 1}
    again = Decisions(forced)
    interpret_with(again, BRANCHES)
    coverage.add(again)
    assert coverage.next() == {"script.py:mode == 'test'": 1}


def interpret_with(decisions: Decisions, text: str) -> None:
    run(Machine(Module("script.py", "__main__", ast.parse(text), text), decisions=decisions))


def test_a_guard_that_leaves_is_not_taken() -> None:
    found = names(
        "import sys, nowhere\nif nowhere.bad:\n    sys.exit(1)\nr = 5\nif nowhere.worse:\n    raise ValueError\nr += 1"
    )
    assert found["r"] == 6


def test_an_unknown_function_forgets_the_lists_it_gets() -> None:
    found = names("import nowhere\na = [1]\nnowhere.change(a)\nb = [2]\nprint(b)")
    assert found["a"] == "? of ?"
    assert found["b"] == [2]


def test_functions_nothing_calls_are_entered() -> None:
    machine = interpret(
        "made = []\ndef build(n=3):\n    made.append(n)\nclass A:\n    def f(self):\n        made.append('f')"
    )
    assert plain(machine.main.scope.names["made"]) == [3, "f"]


def test_what_is_not_known_stays_unknown() -> None:
    found = interpret(
        "import nowhere\nx = nowhere.load()\ny = x + 1\nz = x[0]\nw = x.shape[1]\nv = [x]\nu = x == 2"
    ).main.scope.names
    assert all(found[name] is UNKNOWN for name in "xyzwu")
    assert found["v"].items == [UNKNOWN]


def test_a_list_that_grows_in_a_loop_is_not_empty_there() -> None:
    found = names(
        """
        before, X = [], []
        for i in range(100):
            if len(before) > 0:
                X.append("one")
            before.append("two")
        """
    )
    assert found["before"] == "100 of two"
    assert found["X"].endswith(" of one")
    assert not found["X"].startswith("0 ")


def test_a_list_that_is_only_filled_keeps_its_length() -> None:
    found = names(
        """
        X = ["a"]
        for i in range(100):
            X.append("a")
            X.append("a")
            print(len(X))
        """
    )
    assert found["X"] == "201 of a"


def test_what_is_meant_to_raise_is_no_part_of_the_program() -> None:
    found = names(
        "import pytest\na = [1]\nwith pytest.raises(ValueError):\n    a.append(2)\n    raise ValueError\nr = a"
    )
    assert found["r"] == [1]
