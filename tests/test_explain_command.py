"""`rnnlint explain`: pages of rules, error messages, standard input; what is printed and the exit status."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

SCHEMA = json.loads(Path(__file__).with_name("schemas").joinpath("explain.json").read_text("utf-8"))
MESSAGE = (
    'ValueError: Input 0 of layer "lstm_1" is incompatible with the layer: expected ndim=3, found ndim=2. '
    "Full shape received: (None, 32)"
)
TOO_NEW = "NotImplementedError: Cannot convert a symbolic Tensor (lstm/strided_slice:0) to a numpy array."


def run(*arguments: str, given: bytes = b"", **environment: str) -> subprocess.CompletedProcess[str]:
    without = ("COLUMNS", "NO_COLOR", "FORCE_COLOR")
    inherited = {name: value for name, value in os.environ.items() if name not in without}
    done = subprocess.run(
        [sys.executable, "-m", "rnnlint", "explain", *arguments],
        env={**inherited, **environment},
        input=given,
        capture_output=True,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def matches(ran: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    data = json.loads(ran.stdout)
    jsonschema.validate(data, SCHEMA)
    found: list[dict[str, Any]] = data["matches"]
    return found


def test_a_message_for_people() -> None:
    ran = run(MESSAGE)
    assert (ran.returncode, ran.stderr) == (0, "")
    first, _, rest = ran.stdout.partition("\n\n")
    assert first == (
        "missing-return-sequences  90% `lstm_1`\n"
        "  cause  the recurrent layer below `lstm_1` gives only its last step, (batch, units)\n"
        "  gives  (None, 32)\n"
        "  needs  rank 3\n"
        "  fix    set `return_sequences=True` on the recurrent layer below"
    )
    assert rest.startswith("rnn-input-rank  ")
    assert rest.endswith("\n\nMore: rnnlint explain missing-return-sequences\n")


def test_a_message_as_json() -> None:
    ran = run("--format", "json", MESSAGE)
    assert (ran.returncode, ran.stderr) == (0, "")
    best, second = matches(ran)
    assert best["rule"] == "missing-return-sequences"
    assert second["rule"] == "rnn-input-rank"
    assert (best["layer"], best["gives"], best["needs"]) == ("lstm_1", "(None, 32)", "rank 3")


def test_a_message_without_quotes_is_put_together() -> None:
    assert matches(run("--format", "json", *MESSAGE.split())) == matches(run("--format", "json", MESSAGE))


def test_standard_input() -> None:
    traceback = f'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\n    m.add(x)\n{MESSAGE}\n'
    ran = run("--format", "json", "-", given=traceback.encode())
    assert matches(ran) == matches(run("--format", "json", MESSAGE))


def test_bytes_that_are_no_text_do_no_harm() -> None:
    ran = run("--format", "json", "-", given=b"\xff\xfe\x00" + MESSAGE.encode())
    assert matches(ran)[0]["rule"] == "missing-return-sequences"


def test_what_is_no_fault_of_the_model() -> None:
    ran = run("--format", "json", TOO_NEW)
    assert ran.returncode == 0
    (only,) = matches(ran)
    assert only["rule"] is None
    assert "NumPy" in only["cause"]
    shown = run(TOO_NEW)
    assert shown.returncode == 0
    assert shown.stdout.startswith("no fault of the model  90%\n")
    assert "More:" not in shown.stdout


@pytest.mark.parametrize("text", ["the quick brown fox", "KeyError: 'lstm'"])
def test_what_fits_nothing(text: str) -> None:
    ran = run(text)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == "rnnlint: no rule fits this message; `rnnlint rules` lists them\n"
    as_json = run("--format", "json", text)
    assert (as_json.returncode, as_json.stderr, matches(as_json)) == (
        1,
        "rnnlint: no rule fits this message; `rnnlint rules` lists them\n",
        [],
    )


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("missing-return-sequence", "did you mean `missing-return-sequences`"),
        ("Stateful_Shuffle", "did you mean `stateful-shuffle`"),
        ("xyzzy", "`rnnlint rules` lists them"),
    ],
)
def test_a_name_that_no_rule_has(text: str, answer: str) -> None:
    ran = run(text)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert answer in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_names_of_rules_come_first() -> None:
    assert run("partial-batch").stdout.startswith("# partial-batch\n")
    assert run("-", given=b"partial-batch\n").stdout.startswith("# partial-batch\n")
    (only,) = matches(run("--format", "json", "partial-batch"))
    assert (only["rule"], only["score"]) == ("partial-batch", 1)


@pytest.mark.parametrize("given", [b"", b" \n"])
def test_nothing_to_explain(given: bytes) -> None:
    ran = run("-", given=given)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == "rnnlint: there is no message to explain\n"


def test_a_layer_with_a_wild_name_is_printed_harmlessly() -> None:
    ran = run("-", given="Input 0 of layer lstm\u202e_1 is incompatible: expected ndim=3, found ndim=2\x1b[2J".encode())
    assert ran.returncode == 0
    assert "\x1b" not in ran.stdout and "\u202e" not in ran.stdout


def test_a_narrow_terminal_wraps() -> None:
    lines = run(MESSAGE, COLUMNS="40").stdout.splitlines()
    assert max(map(len, lines[:-1])) <= 40


def test_very_much_text_is_read_from_its_end() -> None:
    from rnnlint.explain import MOST_BYTES, pasted

    assert pasted(io.TextIOWrapper(io.BytesIO(b"x" * MOST_BYTES + b"end"))).endswith("xend")
    assert len(pasted(io.TextIOWrapper(io.BytesIO(b"x" * MOST_BYTES * 2)))) == MOST_BYTES
    assert pasted(None) == ""
