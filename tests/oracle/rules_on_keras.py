"""Holds the rules to what they claim of Keras, by what their examples do on the real library."""

import json
import math
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rnnlint.check_rule import without_marks
from rnnlint.rule import PRELUDE, Rule, measures

PROJECT = Path(__file__).parents[2]
TOLERANCE = 1e-4


def prelude(version: int) -> str:
    """Keras 2 has no `ops`."""
    return PRELUDE if version == 3 else PRELUDE.replace(", ops", "")


def run_examples(rules: Mapping[str, Rule], version: int) -> dict[str, dict[str, Any]]:
    """What the examples of all rules that speak of this Keras do, by rule: see `examples.py`."""
    texts = {
        name: {
            "bad": prelude(version) + without_marks(rule.bad),
            "good": prelude(version) + rule.good,
            "probe": rule.probe,
        }
        for name, rule in rules.items()
        if version in rule.proof()
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.oracle.examples", str(version)],
        cwd=PROJECT,
        input=json.dumps(texts),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    outcomes: dict[str, dict[str, Any]] = json.loads(done.stdout[done.stdout.index("{") :])
    return outcomes


def verdict(rule: Rule, version: int, bad: Mapping[str, Any], good: Mapping[str, Any]) -> tuple[bool, str]:
    """Whether Keras does what the rule claims, and what it does, in words."""
    claim = rule.claim(version)
    if good["error"] is not None:
        return False, f"good raises {good['error']}"
    if claim == "raises":
        if bad["error"] is None:
            return False, "bad runs"
        return True, f"raises: {moment(bad['during'])}: {quoted(told(bad['error']))}"
    if bad["error"] is not None:
        return False, f"bad raises {bad['error']}"
    if rule.probe:
        measured = list(zip(measures(rule.probe), bad["probe"], good["probe"], strict=True))
        figures = [
            f"{measure.what}: {shown(wrong)} in the wrong program, {shown(right)} in the right one"
            for measure, wrong, right in measured
        ]
        return all(wrong > right + TOLERANCE for _, wrong, right in measured), f"{claim}: {'; '.join(figures)}"
    for what in ("losses", "predictions", "models"):
        found = difference(bad[what], good[what])
        if found:
            return False, f"{what} differ, {found}"
    compared = any(flat(bad[what]) for what in ("losses", "predictions", "models"))
    return claim == "slower" and compared, f"{claim}: losses and predictions are equal"


COLOURS = re.compile(r"\x1b\[[0-9;]*m")
ON_THE_WAY = re.compile(r"Exception encountered when calling [^.]*\.call\(\)\. ")
IN_THE_GRAPH = re.compile(r"indices\[[^\]]*\] = \S+ is not in \[[^)]*\)|Incompatible shapes: \S+ vs\. \S+")
TAIL = re.compile(r" (?:Call a|A)rguments received by .*|(?<=\}\}) = .*")
LONGEST = 200


def told(error: str) -> str:
    """The error as a user reads it: without the way through the library and what was called with what."""
    kind, _, message = COLOURS.sub("", error).partition(": ")
    if "in user code" in message:
        message = message.rpartition("Error: ")[2]
    if "Graph execution error" in message:
        found = IN_THE_GRAPH.search(message)
        message = found.group() if found else "Graph execution error"
    message = TAIL.sub("", ON_THE_WAY.sub("", message)).strip()
    if len(message) > LONGEST:
        message = f"{message[:LONGEST].rpartition(' ')[0]} ..."
    return f"{kind}: {message}"


def moment(during: str) -> str:
    """When an error comes."""
    return during if during.startswith(("as ", "on ")) else f"in {during}"


def quoted(text: str) -> str:
    """As code in Markdown."""
    marks = "``" if "`" in text else "`"
    return f"{marks}{text}{marks}"


def shown(value: float | bool) -> str:
    """The value of a probe, in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def difference(bad: Sequence[Any], good: Sequence[Any]) -> str:
    """How two lists of numbers (or of lists of them) differ; empty where they do not."""
    first, second = flat(bad), flat(good)
    if len(first) != len(second):
        return f"{len(first)} numbers against {len(second)}"
    for a, b in zip(first, second, strict=True):
        if math.isnan(a) != math.isnan(b) or abs(a - b) > TOLERANCE * max(1.0, abs(a), abs(b)):
            return f"{a:.6g} against {b:.6g}"
    return ""


def flat(numbers: Sequence[Any]) -> list[float]:
    return [value for part in numbers for value in (part if isinstance(part, list) else [part])]


def without_figures(text: str) -> str:
    """A proof without what differs from machine to machine: its figures."""
    return re.sub(r"[-\d.e+]*\d", "#", text)
