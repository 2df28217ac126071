"""Every page has all its parts: what happens, when to ignore it, what Keras does and when, wrong and right code."""

import re

import pytest

from rnnlint.packs import load_rules
from rnnlint.report.catalogue import page
from rnnlint.rule import measures

RULES = load_rules()
PICTURED = [name for name, rule in RULES.items() if rule.family == "stateful"] + [
    "reshape-instead-of-windows",
    "shuffled-split-of-windows",
    "swapped-axes",
    "time-axis-lost",
    "time-distributed-rank",
    "window-target-misaligned",
]
LONGEST = 26
"""Lines of a docstring: a page fits on a screen."""

MOMENT = r"(as the \w+ is (made|built|loaded)|in (batch \d+ of )?\w+(, before its first batch)?|on the line itself)"
RAISES = re.compile(rf"it raises {MOMENT}: `+\w+Error: ")
SILENT = re.compile(r"it is silent: .+: \S+ in the wrong program, \S+ in the right one")
NEEDLESS = "it is silent: losses and predictions are equal"


@pytest.mark.parametrize("name", RULES)
def test_its_parts_stand_in_order(name: str) -> None:
    rule, text = RULES[name], page(RULES[name])
    parts = [
        f"# {name}\n",
        f"{rule.severity.value} · {rule.family} · since {rule.since}\n",
        f"\n{rule.summary}\n",
        "\n\nWhen to ignore this: ",
        "\n\n- In Keras ",
        "\n## Wrong\n\n```python\n",
        "# <-\n",
        "\n## Right\n\n```python\n",
    ]
    places = [text.find(part) for part in parts]
    assert -1 not in places, parts[places.index(-1)]
    assert places == sorted(places)


@pytest.mark.parametrize("name", RULES)
def test_it_tells_what_happens_and_stays_short(name: str) -> None:
    told = RULES[name].doc.strip().partition("\n\n")[2].partition("When to ignore this:")[0]
    assert len(re.findall(r"[.:;] |[.:]\n", told)) >= 2, "what happens, and why it matters"
    assert len(RULES[name].doc.strip().splitlines()) <= LONGEST


@pytest.mark.parametrize("name", RULES)
def test_it_tells_what_each_keras_was_seen_to_do(name: str) -> None:
    rule = RULES[name]
    lines = [line for line in page(rule).splitlines() if line.startswith("- In Keras ")]
    told = {int(version): line for line in lines for version in re.findall(r"\b[23]\b", line.partition(" it ")[0])}
    assert told.keys() == rule.proof().keys()
    for version, line in told.items():
        if rule.claim(version) == "raises":
            assert RAISES.search(line), line
        elif rule.probe:
            assert SILENT.search(line), line
            assert all(measure.what in line for measure in measures(rule.probe))
        else:
            assert rule.claim(version) == "slower" and NEEDLESS in line


@pytest.mark.parametrize("name", PICTURED)
def test_a_picture_shows_what_each_row_holds(name: str) -> None:
    pictures = re.findall(r"(?:^ {4}.+\n)+", RULES[name].doc, re.MULTILINE)
    assert any(picture.count("\n") >= 2 for picture in pictures)
