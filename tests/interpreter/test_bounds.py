"""Scripts made to explode end within the fuel, and none of their code is run."""

import subprocess
import sys
from pathlib import Path

import pytest

from rnnlint.interpreter import read_script
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.running import run
from rnnlint.interpreter.state import FUEL
from rnnlint.interpreter.syntax import parse_text
from rnnlint.interpreter.values import Module

KERAS = "import keras\n"
MODEL = "model = keras.Sequential([keras.Input((5, 2)), keras.layers.LSTM(3)])\n"

EXPLOSIONS = {
    "nested loops": "\n".join("    " * i + f"for i{i} in range(1000000):" for i in range(8))
    + "\n"
    + "    " * 8
    + "x = i0 + i7",
    "small loops inside each other": "\n".join("    " * i + f"for i{i} in range(12):" for i in range(10))
    + "\n"
    + "    " * 10
    + "x = 1",
    "functions that call each other": "def f(n):\n    return g(n) + g(n)\ndef g(n):\n    return f(n) + f(n)\nf(1)",
    "a function that calls itself twice": "def f(n):\n    return f(n - 1) + f(n - 1)\nf(10**6)",
    "1,000 chained calls": "x = a" + ".f()" * 1000,
    "a sum of 3,000 terms": "x = " + " + ".join(f"n{i}" for i in range(3000)),
    "900 elif": "if a == 0:\n    x = 0\n" + "".join(f"elif a == {i}:\n    x = {i}\n" for i in range(1, 900)),
    "a huge text": 'x = "x" * 10**12\ny = "%1000000000d" % 3\nz = f"{3:>1000000000}"\nw = "{:>1000000000}".format(3)',
    "a huge number": "x = 10**10**9\ny = 1 << 10**12\nz = 9**9**9**9",
    "a huge range": "x = list(range(10**12))\ny = [0] * 10**12\nz = [i for i in range(10**12)]",
    "branches that double the state": "import nowhere\nx = [1]\n"
    + "".join(f"if nowhere.a{i}:\n    x = x + x\nelse:\n    x = [x, x]\n" for i in range(20)),
    "a list that doubles": "x = [1]\nfor i in range(16):\n    x = x + x\nfor i in range(16):\n    x.extend(x)",
    "deep brackets": "x = " + "(" * 80 + "1" + ")" * 80,
    "a class made of itself": "class A:\n    def __init__(self):\n        self.a = A()\nA()",
    "generators of generators": "def g(n):\n    yield from g(n + 1)\n    yield from g(n + 2)\nfor x in g(0):\n    pass",
    "while without end": "x = 0\nwhile True:\n    x += 1\n    while x:\n        x += 1",
}


@pytest.mark.parametrize("kind", EXPLOSIONS)
def test_the_fuel_bounds_a_run(kind: str) -> None:
    text = KERAS + EXPLOSIONS[kind]
    machine = Machine(Module("script.py", "__main__", parse_text(text, "script.py").tree, text))
    run(machine)
    assert 0 <= FUEL - machine.fuel <= FUEL + 1


@pytest.mark.parametrize("kind", EXPLOSIONS)
def test_the_file_is_read_all_the_same(kind: str, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(KERAS + MODEL + EXPLOSIONS[kind])
    reading = read_script(str(script))
    assert reading.status == "checked"
    assert [model.kind for model in reading.programs[0].models] == ["sequential"]


def test_nothing_of_the_script_is_run_or_imported(tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("open('imported', 'w')\nimport keras\n")
    script = tmp_path / "script.py"
    script.write_text(
        "import os, subprocess, keras, wave, colorsys, helper\n"
        "open('opened', 'w').write('x')\n"
        "os.system('touch system')\n"
        "exec(\"open('exec', 'w')\")\n"
        "eval(\"open('eval', 'w')\")\n"
        "__import__('this')\n"
        "class Loud:\n    def __init__(self):\n        open('init', 'w')\n"
        "    def __repr__(self):\n        open('repr', 'w')\n        return ''\n"
        "print(f'{Loud()!r}')\n"
        "[open('comprehension', 'w') for _ in range(2)]\n"
    )
    code = (
        "import sys\nfrom rnnlint.interpreter import read_script\nbefore = set(sys.modules)\n"
        f"read_script({str(script)!r})\n"
        "new = set(sys.modules) - before\n"
        "print(sorted(new & {'wave', 'colorsys', 'helper', 'keras', 'this', 'tensorflow', 'numpy'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".pyc") == ["helper.py", "script.py"]
