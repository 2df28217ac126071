"""Text to syntax: encodings, notebooks, and refusals that say why."""

import ast
import codecs
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlint.interpreter import glance, magics
from rnnlint.interpreter.syntax import MAX_BYTES, MAX_NOTEBOOK_BYTES, Source, decode, parse, parse_bytes, parse_text


def reason(data: bytes | str, path: str = "a.py") -> tuple[str, str]:
    found = parse_text(data, path) if isinstance(data, str) else parse_bytes(data, path)
    assert found.reason is not None, "it was read"
    assert "\n" not in found.reason
    assert not found.tree.body
    return found.status, found.reason


# Encodings


@pytest.mark.parametrize(
    "data",
    [
        "x = 'é'\n".encode(),
        codecs.BOM_UTF8 + "x = 'é'\n".encode(),
        "# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"),
        "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = 'é'\n".encode("cp1252"),
        "x = 'é'\n".encode("latin-1"),
        "x = 'é'\r\ny = 1\r\n".encode(),
    ],
)
def test_encodings(data: bytes) -> None:
    found = parse_bytes(data, "a.py")
    assert found.status == "checked"
    assignment = found.tree.body[0]
    assert isinstance(assignment, ast.Assign)
    assert ast.literal_eval(assignment.value) == "é"


def test_line_ends_are_plain() -> None:
    assert parse_bytes(b"x = 1\r\ny = 2\rz = 3\n", "a.py").text == "x = 1\ny = 2\nz = 3\n"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_text_is_decoded_as_it_was_encoded(text: str) -> None:
    if "\x00" in text or "coding" in text or text.startswith("\ufeff"):
        return
    assert decode(text.encode()) == text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"x = 1\x00\n", "NUL"),
        ("x = 1\n".encode("utf-16"), "UTF-16"),
        ("x = 1\n".encode("utf-32"), "UTF-32"),
        (b"# coding: klingon\nx = 1\n", "klingon"),
        (b"x = (1\n", "line 1"),
        (b"def f(:\n    pass\n", "line 1"),
    ],
)
def test_what_is_damaged_fails_and_says_why(data: bytes, said: str) -> None:
    status, why = reason(data)
    assert status == "failed"
    assert said in why


# Python 2 and newer Python


@pytest.mark.parametrize(
    "text",
    [
        "print 'a'\n",
        'x = 1\nprint "a", x\n',
        "print x\n",
        "print >>f, 'x'\nprint 'a %s' % b\n",
        "try:\n    pass\nexcept ValueError, e:\n    pass\n",
        "x = `a`\n",
        "exec 'a'\n",
        "if a <> b:\n    pass\n",
        "x = 0777\n",
        "x = ur'a'\n",
        "x = 10L\n",
        "x = 0xFFL\n",
        "raise ValueError, 'a'\n",
        "def f(a, (b, c)):\n    pass\n",
        "f = lambda (a, b): a\n",
        "if x:\n\ty = 1\n        z = 1\n",
    ],
)
def test_python_2_is_skipped_and_named(text: str) -> None:
    status, why = reason(text)
    assert status == "skipped"
    assert "Python 2" in why


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("type X = int\n", (3, 12)),
        ("def f[T](x: T) -> T:\n    return x\n", (3, 12)),
        ("class A[T]:\n    pass\n", (3, 12)),
        ('x = f"{a["b"]}"\n', (3, 12)),
        ('x = t"{a}"\n', (3, 14)),
        ("try:\n    pass\nexcept ValueError, TypeError:\n    pass\n", (3, 14)),
    ],
)
def test_newer_syntax_is_named(text: str, version: tuple[int, int]) -> None:
    if sys.version_info >= version:
        assert parse_text(text, "a.py").status == "checked"
        return
    status, why = reason(text)
    assert status == "failed"
    assert ".".join(map(str, version)) in why


@pytest.mark.parametrize("text", ["print('a')\n", "print(x, file=f)\n", "x = '<>'\n", "s = '10L `a`'\n", "match = 3\n"])
def test_python_3_is_no_python_2(text: str) -> None:
    assert parse_text(text, "a.py").status == "checked"


# Bounds


def test_large_files_are_not_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "a.py"
    place.write_text("x = 1\n" * (MAX_BYTES // 6 + 1))
    monkeypatch.setattr(ast, "parse", lambda *_: pytest.fail("it was parsed"))
    found = parse(str(place))
    assert found.status == "skipped"
    assert "2 MB" in (found.reason or "")


def test_a_large_notebook_is_not_parsed() -> None:
    found = parse_bytes(b"{" + b" " * MAX_NOTEBOOK_BYTES, "a.ipynb")
    assert found.status == "skipped"


@pytest.mark.parametrize(
    "text",
    [
        "x = " + " + ".join(["a"] * 3000) + "\n",
        "x = a" + ".b()" * 1000 + "\n",
        "if a:\n    pass\n" + "elif b:\n    pass\n" * 900,
    ],
)
def test_long_statements_are_read(text: str) -> None:
    found = parse_text(text, "a.py")
    assert found.status == "checked"
    assert not found.not_understood
    assert len(found.tree.body) == 1


@pytest.mark.parametrize("deep", ["-" * 100_000 + "1", "not " * 50_000 + "1", "lambda: " * 50_000 + "1"])
def test_a_statement_that_is_too_deep_is_left_out_alone(deep: str) -> None:
    text = f"a = 1\nx = {deep}\n@d\ndef f():\n    pass\nif a:\n    b = 2\nelse:\n    b = 3\n"
    found = parse_text(text, "a.py")
    assert found.status == "checked"
    assert [node.lineno for node in found.tree.body] == [1, 4, 6]
    assert [note.line for note in found.not_understood] == [2]


def test_missing_file() -> None:
    found = parse("no such file.py")
    assert found.status == "failed"
    assert "cannot be read" in (found.reason or "")


@settings(max_examples=300)
@given(st.text(max_size=80))
def test_no_text_crashes_the_reader(text: str) -> None:
    assert parse_text(text, "a.py").status in ("checked", "skipped", "failed")


@settings(max_examples=300)
@given(st.binary(max_size=80), st.sampled_from(["a.py", "a.ipynb"]))
def test_no_bytes_crash_the_reader(data: bytes, path: str) -> None:
    assert parse_bytes(data, path).status in ("checked", "skipped", "failed")


# Notebooks


def notebook(*cells: str | list[str] | tuple[str, str], **metadata: Any) -> Source:
    made = [
        {"cell_type": cell[0], "source": cell[1]} if isinstance(cell, tuple) else {"cell_type": "code", "source": cell}
        for cell in cells
    ]
    book = {"nbformat": 4, "metadata": metadata, "cells": made}
    return parse_bytes(json.dumps(book).encode(), "a.ipynb")


def test_cells_are_joined_and_numbered_among_all() -> None:
    found = notebook("import keras\nx = 1", ("markdown", "# text"), ["y = 2\n", "z = 3"], "", "w = 4")
    assert found.kind == "notebook"
    assert [(cell.number, cell.first_line, cell.last_line) for cell in found.cells] == [
        (1, 1, 2),
        (3, 3, 4),
        (4, 5, 5),
        (5, 6, 6),
    ]
    assert found.text == "import keras\nx = 1\ny = 2\nz = 3\n\nw = 4"
    assert [node.lineno for node in found.tree.body] == [1, 2, 3, 4, 6]


def test_format_3() -> None:
    cells = [
        {"cell_type": "code", "input": ["x = 1\n", "y = 2"], "language": "python"},
        {"cell_type": "heading", "source": "a"},
        {"cell_type": "code", "input": "z = 3", "language": "python"},
    ]
    found = parse_bytes(json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]}).encode(), "a.ipynb")
    assert [cell.number for cell in found.cells] == [1, 3]
    assert [node.lineno for node in found.tree.body] == [1, 2, 3]


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("!pip install keras\nx = 1", "pass\nx = 1"),
        ("if colab:\n    !pip install a \\\n      b\nx = 1", "if colab:\n    pass\n\nx = 1"),
        ("x = !ls\ny = %env HOME", "x = get_ipython()\ny = get_ipython()"),
        ("?print\nprint?\nx.y??", "pass\npass\npass"),
        ("%time model.fit(x)", "if 1: model.fit(x)"),
        ("%%time\nx = 1", "\nx = 1"),
        ("%%bash\nls -l", "\n"),
        ("%%writefile a.py\nx = 1", "\n"),
        ("pip install keras\ncd data", "pass\npass"),
        ("a = b %c\nd = 5 % 3", "a = b %c\nd = 5 % 3"),
    ],
)
def test_commands_of_ipython_are_dropped_line_by_line(cell: str, kept: str) -> None:
    text, lines = magics.drop(cell)
    assert text == kept
    assert text.count("\n") == cell.count("\n")
    assert lines == [i for i, (a, b) in enumerate(zip(cell.split("\n"), kept.split("\n"), strict=True), 1) if a != b]
    assert notebook(cell).status == "checked"


def test_a_timed_call_keeps_its_column() -> None:
    found = notebook("%timeit -n 10 f(x)")
    inner = found.tree.body[0]
    assert isinstance(inner, ast.If)
    assert inner.body[0].col_offset == len("%timeit -n 10 ")


def test_a_bad_cell_is_left_out_and_reported() -> None:
    found = notebook("x = 1", "print 'a'", "y = (", "z = 2")
    assert [node.lineno for node in found.tree.body] == [1, 4]
    assert [(note.line, note.what[:6]) for note in found.not_understood] == [(2, "cell 2"), (3, "cell 3")]
    assert "Python 2" in found.not_understood[0].what


def test_an_indented_cell() -> None:
    found = notebook("x = 1", "  y = 2\n  z = 3")
    assert [(node.lineno, node.col_offset) for node in found.tree.body] == [(1, 0), (2, 2), (3, 2)]


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        (b"<html>", "failed", "JSON"),
        (b'{"cells": [', "failed", "JSON"),
        (b"[1]", "failed", "cells"),
        (b"[" * 100_000, "failed", "JSON"),
        (b'{"cells": [{"cell_type": "code", "source": "print 1"}]}', "skipped", "Python 2"),
        (b'{"cells": [], "metadata": {"kernelspec": {"language": "R"}}}', "skipped", "notebook in r"),
    ],
)
def test_what_is_no_notebook(data: bytes, status: str, said: str) -> None:
    found = reason(data, "a.ipynb")
    assert found[0] == status
    assert said in found[1]


def test_odd_notebooks_do_not_crash() -> None:
    odd: tuple[Any, ...] = (
        [None],
        [{}],
        [{"cell_type": "code"}],
        [{"cell_type": "code", "source": [1, "x = 1"]}],
        {},
        3,
    )
    for cells in odd:
        data = json.dumps({"cells": cells, "metadata": [], "worksheets": "a"}).encode()
        assert parse_bytes(data, "a.ipynb").status == "checked"


def test_a_script_with_commands_of_ipython_is_read_and_says_so() -> None:
    found = parse_text("%matplotlib inline\nx = 1\n", "a.py")
    assert found.status == "checked"
    assert [note.line for note in found.not_understood] == [1]


# A look at the bytes


def test_what_imports_mean() -> None:
    data = b"import a, b.c as d\nfrom e import f, g\nfrom . import h\nfrom ..i.j import (k,\n    l)\n  import m # n\n"
    assert list(glance.imports(data)) == [
        (0, "a"),
        (0, "b.c"),
        (0, "e"),
        (0, "e.f"),
        (0, "e.g"),
        (1, "h"),
        (2, "i.j"),
        (2, "i.j.k"),
        (0, "m"),
    ]


def test_imports_of_a_notebook() -> None:
    cells: list[str | list[str]] = [["import a\n", "from b import c"], "x = 1\nimport a\nfrom b import c"]
    for cell in cells:
        for indent in (None, 1):
            data = json.dumps({"cells": [{"cell_type": "code", "source": cell}]}, indent=indent).encode()
            assert list(glance.imports(data)) == [(0, "a"), (0, "b"), (0, "b.c")]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {
        "pyproject.toml": "",
        "train.py": "from lib import models\n",
        "lib/__init__.py": "",
        "lib/models.py": "from .layers import make\n",
        "lib/layers.py": "import keras\n",
        "other.py": "import os\nimport helper\n",
        "helper.py": "import other\n",
        "scripts/run.py": "import lib.models\n",
        "src/inside.py": "import tensorflow.keras\n",
        "uses_src.py": "import inside\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "leads"),
    [
        ("lib/layers.py", True),
        ("train.py", True),
        ("scripts/run.py", True),
        ("uses_src.py", True),
        ("other.py", False),
        ("missing.py", False),
    ],
)
def test_what_leads_to_keras(project: Path, name: str, leads: bool) -> None:
    assert glance.leads_to_keras(str(project / name)) is leads


def test_which_file_an_import_means(project: Path) -> None:
    train = str(project / "train.py")
    assert glance.project_file(train, "lib.models") == str(project / "lib" / "models.py")
    assert glance.project_file(train, "lib") == str(project / "lib" / "__init__.py")
    assert glance.project_file(train, "numpy") is None
    models = str(project / "lib" / "models.py")
    assert glance.project_file(models, "layers", 1) == str(project / "lib" / "layers.py")
    assert glance.project_file(models, "train", 2) == train
