"""Fixes: files keep everything that a fix does not change."""

import codecs
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rnnlint.facts import LayerLocation, SourceLocation
from rnnlint.finding import Edit, Finding, Fix, Safety, Severity
from rnnlint.fixes import fix_all, repairs
from rnnlint.linting import Report, lint

BAD = """\
# -*- coding: {encoding} -*-
from keras import Input, Sequential, layers

model = Sequential([  # zwölf
    Input((10, 8)),
    layers.LSTM(32),
    layers.LSTM(16),
])
"""

GOOD = BAD.replace("LSTM(32)", "LSTM(32, return_sequences=True)")


def fixed(path: Path, unsafe: bool = False) -> tuple[Report, list[str]]:
    """What is left after fixing, and what stood in the way."""
    outcome = fix_all(lint([str(path)]), lambda: lint([str(path)]), unsafe)
    return outcome.report, outcome.troubles


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encoding_and_line_ends_survive(tmp_path: Path, encoding: str, newline: str) -> None:
    path = tmp_path / "train.py"
    path.write_bytes(BAD.format(encoding=encoding).replace("\n", newline).encode(encoding))
    report, troubles = fixed(path)
    assert (report.findings, troubles) == ((), [])
    assert path.read_bytes() == GOOD.format(encoding=encoding).replace("\n", newline).encode(encoding)


def test_a_byte_order_mark_survives(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_bytes(codecs.BOM_UTF8 + BAD.format(encoding="utf-8").encode())
    assert fixed(path)[0].findings == ()
    assert path.read_bytes() == codecs.BOM_UTF8 + GOOD.format(encoding="utf-8").encode()


def test_a_link_and_the_mode_of_its_file_survive(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_text(BAD.format(encoding="utf-8"), "utf-8")
    path.chmod(0o755)
    (tmp_path / "link.py").symlink_to(path)
    assert fixed(tmp_path / "link.py")[0].findings == ()
    assert (tmp_path / "link.py").is_symlink()
    assert path.stat().st_mode & 0o777 == 0o755
    assert path.read_text("utf-8") == GOOD.format(encoding="utf-8")


def notebook(text: str) -> dict[str, Any]:
    first, _, second = text.partition("\n\n")
    code: dict[str, Any] = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    return {
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": ["# Zwölf\n", "steps"]},
            {**code, "source": f"%matplotlib inline\n{first}".splitlines(keepends=True)},
            {**code, "source": second.splitlines(keepends=True)},
        ],
        "metadata": {"language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


@pytest.mark.parametrize("indent", [1, 2, None])
def test_the_formatting_of_a_notebook_survives(tmp_path: Path, indent: int | None) -> None:
    path = tmp_path / "train.ipynb"
    bad, good = (notebook(text.format(encoding="utf-8")) for text in (BAD, GOOD))
    path.write_text(json.dumps(bad, indent=indent, ensure_ascii=False) + "\n", "utf-8")
    report, troubles = fixed(path)
    assert (report.findings, troubles) == ((), [])
    assert path.read_text("utf-8") == json.dumps(good, indent=indent, ensure_ascii=False) + "\n"


def test_the_last_line_of_a_cell_can_go(tmp_path: Path) -> None:
    path = tmp_path / "train.ipynb"
    first = "from keras.models import Sequential\nfrom keras.layers import LSTM"
    first += "\nmodel = Sequential([LSTM(4, input_shape=(5, 2))])\nmodel.reset_states()"
    book = notebook(f"{first}\n\nprint(model)")
    path.write_text(json.dumps(book), "utf-8")
    fix_all(lint([str(path)], keras=2), lambda: lint([str(path)], keras=2), unsafe=True)
    cells = json.loads(path.read_text("utf-8"))["cells"]
    assert "".join(cells[1]["source"]).rstrip("\n") == f"%matplotlib inline\n{first}".removesuffix(
        "\nmodel.reset_states()"
    )
    assert cells[2] == book["cells"][2]


WAYS: list[dict[str, Any]] = [
    {"indent": 3, "ensure_ascii": True},
    {"separators": (",", ":"), "ensure_ascii": False},
    {"indent": "\t", "sort_keys": True},
]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("way", WAYS)
def test_unusual_formatting_of_a_notebook_survives_too(tmp_path: Path, way: dict[str, Any], mark: str) -> None:
    path = tmp_path / "train.ipynb"
    bad, good = (mark + json.dumps(notebook(text.format(encoding="utf-8")), **way) for text in (BAD, GOOD))
    path.write_text(bad, "utf-8")
    report, troubles = fixed(path)
    assert (report.findings, troubles) == ((), [])
    assert path.read_text("utf-8") == good


def test_escapes_of_a_notebook_that_no_fix_touches_survive(tmp_path: Path) -> None:
    path = tmp_path / "train.ipynb"
    bad, good = (json.dumps(notebook(text.format(encoding="utf-8")), indent=1) for text in (BAD, GOOD))
    path.write_text(bad.replace("Sequential([", "Sequential(\\u005b"), "utf-8")
    assert fixed(path)[0].findings == ()
    assert path.read_text("utf-8") == good.replace("Sequential([", "Sequential(\\u005b")


def test_a_cell_that_is_one_string_stays_one(tmp_path: Path) -> None:
    path = tmp_path / "train.ipynb"
    for name, text in (("bad", BAD), ("good", GOOD)):
        book = notebook(text.format(encoding="utf-8"))
        for cell in book["cells"]:
            cell["source"] = "".join(cell["source"])
        (tmp_path / name).write_text(json.dumps(book), "utf-8")
    path.write_bytes((tmp_path / "bad").read_bytes())
    assert fixed(path)[0].findings == ()
    assert path.read_bytes() == (tmp_path / "good").read_bytes()


def test_a_read_only_file_stays_and_the_others_go_on(tmp_path: Path) -> None:
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text(BAD.format(encoding="utf-8"), "utf-8")
    (tmp_path / "a.py").chmod(0o444)
    report, troubles = fixed(tmp_path)
    assert [finding.location.path for finding in report.findings] == [str(tmp_path / "a.py")]
    assert troubles == [f"{tmp_path / 'a.py'}: not fixed: it is read-only"]


def test_review_fixes_need_a_word_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    shuffled = Path(__file__).parent / "examples" / "shuffled.py"
    path.write_bytes(shuffled.read_bytes())
    assert [finding.rule for finding in fixed(path)[0].findings] == ["stateful-shuffle"]
    assert path.read_bytes() == shuffled.read_bytes()
    assert fixed(path, unsafe=True)[0].findings == ()


def test_nothing_is_left_lying_about(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(BAD.format(encoding="utf-8"), "utf-8")
    fixed(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["train.py"]


def made(path: Path, *spans: tuple[int, int, str], safety: Safety = Safety.SAFE) -> Finding:
    """A finding whose fix replaces spans of the first line."""
    edits = tuple(Edit(SourceLocation(str(path), 1, start, 1, end), text) for start, end, text in spans)
    found = Finding(SourceLocation(str(path), 1, 1, 1, 2), "odd", fix=Fix("mend it", edits, safety))
    return found.stamped("odd", "shape", Severity.ERROR, None)


def after(path: Path, text: str, *findings: Finding) -> tuple[list[tuple[str, int]], list[str]]:
    path.write_text(text, "utf-8")
    report = replace(lint([str(path)]), findings=findings)
    troubles: list[str] = []
    mended = [(repair.after.text, repair.mended) for repair in repairs(report, True, troubles)]
    return mended, troubles


def test_of_two_fixes_that_touch_only_the_first_is_made(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    first, second = made(path, (8, 13, "numpy")), made(path, (13, 13, " as k"))
    assert after(path, "import keras\n", first, second) == ([("import numpy\n", 1)], [])


def test_the_same_edit_for_two_findings_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    both = made(path, (13, 13, " as k"))
    assert after(path, "import keras\n", both, both) == ([("import keras as k\n", 2)], [])


def test_a_fix_that_breaks_the_program_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    mended, troubles = after(path, "import keras\n", made(path, (1, 7, "(")))
    assert mended == []
    assert troubles == [f"{path}: not fixed: a fix would leave it unreadable; please report this"]


def test_a_fix_beyond_the_text_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    assert after(path, "import keras\n", made(path, (50, 60, "x")))[0] == []


def test_a_fix_that_does_not_help_is_not_made_again(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("import keras\n", "utf-8")
    report = replace(lint([str(path)]), findings=(made(path, (13, 13, "  # see")),))
    outcome = fix_all(report, lambda: replace(lint([str(path)]), findings=report.findings), unsafe=False)
    assert path.read_text("utf-8") == "import keras  # see\n"
    assert outcome.mended == 1


def test_advice_and_model_files_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    advice = Finding(LayerLocation(str(path), "lstm"), "odd", fix=Fix.advice("think"))
    assert after(path, "import keras\n", advice) == ([], [])


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rnnlint", "check", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, encoding="utf-8", env=dict(os.environ))


def test_a_diff_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_text(BAD.format(encoding="utf-8"), "utf-8")
    ran = run("--diff", "train.py", cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (1, "")
    assert ran.stdout == (
        "--- train.py\n+++ train.py\n@@ -3,6 +3,6 @@\n \n model = Sequential([  # zwölf\n     Input((10, 8)),\n"
        "-    layers.LSTM(32),\n+    layers.LSTM(32, return_sequences=True),\n     layers.LSTM(16),\n ])\n"
    )
    assert path.read_text("utf-8") == BAD.format(encoding="utf-8")


def test_what_was_fixed_is_a_notice_and_what_is_left_the_report(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(BAD.format(encoding="utf-8"), "utf-8")
    ran = run("--fix", "--format", "json", "train.py", cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "rnnlint: fixed 1 finding(s) in 1 file(s)\n")
    assert json.loads(ran.stdout)["findings"] == []


def test_unsafe_fixes_alone_are_no_wish(tmp_path: Path) -> None:
    ran = run("--unsafe-fixes", cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == "rnnlint: `--unsafe-fixes` goes with `--fix` or `--diff`\n"


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("    4,\n    activation='relu',\n    name='a',\n", "    4,\n    name='a',\n"),
        ("    4,  # units\n    activation='relu',\n    name='a',\n", "    4,  # units\n    name='a',\n"),
        (
            "    4,  # units\n\n    activation='relu',  # of Dense\n    name='a',  # ours\n",
            "    4,  # units\n    name='a',  # ours\n",
        ),
        ("    4,\n    # copied\n    activation='relu',  # of Dense\n", "    4,\n"),
        ("    4,  # units\n    activation='relu')  # of Dense\n", "    4)  # of Dense\n"),
        ("    4  # units\n    , activation='relu'  # of Dense\n", "    4  # of Dense\n"),
        ("    4, activation='relu', name='a'  # ours\n", "    4, name='a'  # ours\n"),
        ("    4,  # units\n    activation='relu', name='a',\n", "    4, name='a',\n"),
    ],
)
def test_a_comment_goes_with_the_argument_it_stands_behind(tmp_path: Path, written: str, left: str) -> None:
    def text(arguments: str) -> str:
        end = "" if ")" in arguments else ")\n"
        behind = "y = layers.Dense(1)(x(layers.Input((8, 3))))"
        return f"from keras import layers\n\nx = layers.LSTM(\n{arguments}{end}{behind}\n"

    path = tmp_path / "model.py"
    path.write_text(text(written), "utf-8")
    fixed(path, unsafe=True)
    assert path.read_text("utf-8") == text(left)
