"""The page of a rule, and what the catalogue says of it."""

import io
import json
from collections.abc import Iterator

import pytest

from rnnlint import Finding, Program, Rule, Severity
from rnnlint.report.catalogue import catalogue_json, page
from rnnlint.report.rules_table import write_page, write_rules


def check(program: Program) -> Iterator[Finding]:
    yield from ()


RULE = Rule(
    check,
    family="stateful",
    severity=Severity.ERROR,
    keras={3: "silent", 2: "raises"},
    since="0.1",
    bad="\nmodel.fit(x)  # <-\n",
    good="\nmodel.fit(x, shuffle=False)\n",
    why="states go astray",
    name="stateful-shuffle",
    doc="Rows are shuffled.\n\nA stateful layer reads them in order.\n",
)


def test_the_page_of_a_rule() -> None:
    assert (
        page(RULE)
        == """\
# stateful-shuffle

error · stateful · since 0.1

Rows are shuffled.

A stateful layer reads them in order.

- In Keras 3 there is no error; what is trained or predicted is not what the code says
- In Keras 2 an error is raised

## Wrong

```python
model.fit(x)  # <-
```

## Right

```python
model.fit(x, shuffle=False)
```
"""
    )


def test_the_catalogue_as_json() -> None:
    assert json.loads(catalogue_json([RULE])) == {
        "schema": 1,
        "rules": [
            {
                "rule": "stateful-shuffle",
                "family": "stateful",
                "severity": "error",
                "summary": "Rows are shuffled.",
                "since": "0.1",
                "url": "rules/stateful_shuffle.py",
                "proof": {
                    "3": "silent: there is no error; what is trained or predicted is not what the code says",
                    "2": "raises: an error is raised",
                },
            }
        ],
    }


def test_on_a_terminal_the_page_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "40")
    stream = io.StringIO()
    write_page(RULE, stream)
    assert "\x1b[" in stream.getvalue()
    assert "##" not in stream.getvalue()
    assert "A stateful layer reads them in order." in stream.getvalue()


@pytest.mark.parametrize("width", [40, 100])
def test_the_table_fits_the_terminal(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    stream = io.StringIO()
    write_rules([RULE], stream)
    assert max(map(len, stream.getvalue().splitlines())) <= width
    assert " ".join(stream.getvalue().split()) == (
        "stateful stateful-shuffle error Rows are shuffled 1 rule. More: rnnlint explain RULE"
    )
