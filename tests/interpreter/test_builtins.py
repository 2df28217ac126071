"""Built-in functions, containers, strings and the standard library: as Python computes them, or not known."""

import ast
import textwrap
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlint.facts import UNKNOWN
from rnnlint.facts.sizes import is_known, less, substitute, symbols
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.running import run
from rnnlint.interpreter.values import Dict, List, Module, Object, Range, Sequenced, Set


def interpret(text: str) -> dict[str, Any]:
    text = textwrap.dedent(text)
    machine = Machine(Module("script.py", "__main__", ast.parse(text), text))
    assert run(machine), "the bounds were reached"
    return machine.main.scope.names


def plain(value: Any) -> Any:
    """As Python's own, where all of it is known."""
    match value:
        case List():
            return ("so many", str(value.length), plain(value.element)) if value.items is None else listed(value.items)
        case Dict() if not value.open:
            return {key: plain(item) for key, item in value.items.items()}
        case tuple():
            return tuple(plain(item) for item in value)
        case Sequenced() if value.items is not None:
            return listed(value.items)
        case Range(int(start), int(stop), int(step)):
            return list(range(start, stop, step))
        case Object():
            return value.path
    return value


def listed(items: Any) -> list[Any]:
    return [plain(item) for item in items]


def real(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value)(map(real, value))
    if isinstance(value, dict):
        return {key: real(item) for key, item in value.items()}
    return list(map(real, value)) if hasattr(value, "__iter__") and not isinstance(value, (str, bytes)) else value


EXPRESSIONS = """
len('abc'), len([1, 2]), len((1,)), len({1: 2}), len(range(2, 9, 3)), len(b'ab')
list(range(3)), list(range(5, 0, -2)), tuple(range(2))
list(enumerate('ab')), list(enumerate([1, 2], 1)), list(enumerate('ab', start=3))
list(zip([1, 2], 'abc')), list(zip()), list(zip([1, 2], [3, 4], [5, 6]))
list(zip(*[(1, 2), (3, 4)]))
list(map(lambda x: x + 1, [1, 2])), list(map(max, [1, 5], [4, 2]))
list(filter(lambda x: x > 1, [1, 2, 3])), list(filter(None, [0, 1, '']))
sorted([3, 1, 2]), sorted('hello'), sorted([3, 1, 2], reverse=True), sorted(['bb', 'a'], key=len)
list(reversed([1, 2, 3])), list(reversed(range(4)))
min(3, 1), max([1, 5, 2]), min('b', 'a'), max([], default=7)
sum([1, 2, 3]), sum([1.5, 2], 1), sum(i for i in range(4))
abs(-3), abs(2.5), round(2.6), round(2.675, 1), divmod(7, 3), pow(2, 5)
all([1, True]), all([1, 0]), any([0, 0]), any([0, 2]), all([]), any([])
int('12'), int(3.9), int(-3.9), int('ff', 16), int(), float('2.5'), float(3), bool([]), bool('a'), str(12), str(1.5)
isinstance(1, int), isinstance('a', (int, str)), isinstance([], list), isinstance({}, dict), isinstance(1.0, int)
isinstance((1,), (list, tuple)), isinstance(True, bool), callable(len), hasattr('a', 'lower')
ord('a'), chr(98), hex(255), bin(5), repr('a')
'a-b'.split('-'), 'a b  c'.split(), 'abc'.upper(), ' a '.strip(), 'a,b'.replace(',', ';'), 'ab'.startswith('a')
'-'.join(['a', 'b']), ''.join(sorted('cab')), 'abc'.find('c'), 'abcabc'.count('a'), 'ab'.zfill(5), 'ab'.center(6)
'{} {}'.format(1, 'a'), '{0}{1}{0}'.format('a', 'b'), '{name}-{n:03d}'.format(name='x', n=7), '{:.2f}'.format(3.14159)
format(3.14159, '.3f')
[1, 2, 3].index(2), [1, 1, 2].count(1), (1, 2).index(2), [3, 4].copy()
{'a': 1}.get('a'), {'a': 1}.get('b'), {'a': 1}.get('b', 5), list({'a': 1, 'b': 2}), dict(a=1), dict([('a', 2)])
list({'a': 1, 'b': 2}.items()), list({'a': 1}.keys()), list({'a': 1}.values()), dict(zip('ab', [1, 2]))
dict({'a': 1}, b=2), dict.fromkeys('ab', 0), {**{'a': 1}, 'b': 2}
len(set([1, 1, 2])), len(set('hello')), list(slice(1, 5).indices(4))
next(iter([1, 2])), next(iter([]), 4)
"""


@pytest.mark.parametrize("text", EXPRESSIONS.strip().splitlines())
def test_as_python_computes_it(text: str) -> None:
    assert plain(interpret(f"r = ({text})")["r"]) == eval(f"({text})")


SCRIPTS = [
    "a = [1]\na.append(2)\na.extend([3, 4])\na.insert(0, 0)\nb = a.pop()\nc = a.pop(0)\na.remove(2)\na.reverse()",
    "a = [3, 1, 2]\na.sort()\nb = a[:]\nb.clear()\nc = a + b\na.sort(key=lambda x: -x)",
    "a = {'x': 1}\na.update(y=2)\na.update({'z': 3})\nb = a.pop('x')\nc = a.setdefault('w', 4)\nd = a.copy()",
    "it = iter([1, 2, 3])\na = next(it)\nb = next(it)",
    "a, b = zip(*[(1, 'x'), (2, 'y')])",
    "class A:\n    x = 1\na = A()\nsetattr(a, 'y', 2)\nb = getattr(a, 'y')\nc = getattr(a, 'z', 9)\n"
    "d = hasattr(a, 'x'), hasattr(a, 'z'), isinstance(a, A)\na = 0",
    "import math\na = math.sqrt(16), math.ceil(2.1), math.floor(2.9), math.pi, math.log(1), math.pow(2, 3)",
    "import os\na = os.path.join('a', 'b.h5'), os.path.basename('a/b.h5')\n"
    "b = os.path.splitext('a.h5'), os.path.dirname('a/b')",
    "from pathlib import Path\nb = str(Path('a') / 'b.h5'), str(Path('a', 'c').parent)",
    "from collections import OrderedDict, deque\na = list(OrderedDict([('a', 1)]))\n"
    "d = deque([1, 2])\nd.append(3)\nd.appendleft(0)\nb = d.popleft()\nc = list(d)\nd = 0",
    "from collections import namedtuple\nP = namedtuple('P', 'x y')\np = P(1, y=2)\na = p.x, p[1]\nb, c = p\nP = p = 0",
    "import itertools as it\na = list(it.chain([1], [2, 3])), list(it.islice(range(9), 3))\n"
    "d = list(it.product([1, 2], 'ab'))\n"
    "b = list(it.islice([1, 2, 3, 4], 1, 4, 2)), list(it.repeat(7, 2)), list(it.combinations([1, 2, 3], 2))\n"
    "c = list(it.chain.from_iterable([[1], [2]])), list(it.starmap(max, [(1, 2), (4, 3)]))\nit = 0",
    "import functools\ndef f(a, b, c=3):\n    return a, b, c\n"
    "r = functools.partial(f, 1, c=5)(2), functools.reduce(lambda a, b: a * b, [1, 2, 3, 4])\n"
    "@functools.lru_cache(maxsize=None)\ndef g(x):\n    return x + 1\ns = g(1)\nf = g = 0",
    "import copy\na = [1, [2]]\nb = copy.deepcopy(a)\nb[1].append(3)\nc = copy.copy(a)\nc.append(4)",
    "from types import SimpleNamespace\nn = SimpleNamespace(a=1, b=2)\nn.c = n.a + n.b\nr = n.c\nn = 0",
    "import string\na = string.ascii_lowercase[:3], len(string.digits)",
    "from enum import Enum\nclass Mode(Enum):\n    A = 1\nr = Mode.A.value\nMode = 0",
    "from dataclasses import dataclass, field\n@dataclass\nclass C:\n    units: int = 32\n    sizes: list = field("
    "default_factory=lambda: [1, 2])\nc = C(units=64)\nr = c.units, c.sizes\nC = c = 0",
    "import json, sys, time, logging, warnings\nlogging.info('a')\nwarnings.filterwarnings('ignore')\n"
    "xs = [1, 2]\nt = 0\njson.dumps(xs)\nr = xs",
]


@pytest.mark.parametrize("text", SCRIPTS)
def test_scripts_as_in_python(text: str) -> None:
    expected: dict[str, Any] = {"__name__": "__main__"}
    exec(text, expected)
    found = interpret(text)
    names = [name for name, value in expected.items() if type(value) in (int, float, str, bool, list, tuple, dict)]
    for name in names:
        if not name.startswith("__"):
            assert plain(found[name]) == real(expected[name]), name


@pytest.mark.parametrize(
    "text",
    [
        "r = 'x' * 10**12",
        "r = 10**10**9",
        "r = '{:99999999999}'.format(1)",
        "r = f'{1:99999999999}'",
        "r = '%99999999999d' % 1",
        "r = 'x'.center(10**12)",
        "r = 'x'.ljust(10**12)",
        "r = 'x'.zfill(10**12)",
        "r = '\\t'.expandtabs(10**12)",
        "r = ('x' * 9000).replace('x', 'y' * 9000)",
        "r = ('x' * 9000).join(['y'] * 200)",
        "r = list(range(10**12))",
        "r = [0] * 10**12",
        "r = sum(range(10**12))",
        "r = sorted(range(10**12))",
        "import itertools\nr = list(itertools.product(range(10**6), repeat=8))",
        "import itertools\nr = list(itertools.permutations(range(30)))",
        "import itertools\nr = list(itertools.repeat(1, 10**12))",
        "import math\nr = math.factorial(10**9)",
        "r = pow(10, 10**9)",
        "r = int('9' * 5000)",
        "r = bytes(10**12)",
        "r = dict.fromkeys(range(10**9))",
        "r = 'a'.encode('unicode_escape' * 100)",
    ],
)
def test_nothing_large_is_computed(text: str) -> None:
    found = interpret(text)["r"]
    assert not isinstance(found, (str, bytes)) or len(found) <= 20_000
    assert not isinstance(found, int) or found.bit_length() <= 4000
    assert not isinstance(found, List) or found.items is None or len(found.items) <= 2000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("xs = []\nfor line in open('f').readlines():\n    xs.append(3)\nr = len(xs)", "len(lines)"),
        ("text = open('f').read().lower()\nr = len(text)", "len(text)"),
        ("text = open('f').read()\nr = len(text[:-10])", "len(text) - 10"),
        ("text = open('f').read()\nr = len(sorted(list(set(text))))", "len(set)"),
        ("lines = open('f').readlines()\nn = len(lines)\nr = int(0.8 * n)", "int(0.8 * len(lines))"),
        ("lines = open('f').readlines()\nn = len(lines)\nr = int(n * 0.8)", "int(0.8 * len(lines))"),
        ("lines = open('f').readlines()\nn = len(lines)\nr = int(n / 32)", "len(lines) // 32"),
        ("import math\nlines = open('f').readlines()\nr = math.ceil(len(lines) / 32)", "(len(lines) + 31) // 32"),
        ("lines = open('f').readlines()\nr = min(len(lines), 60)", "min(60, len(lines))"),
        ("lines = open('f').readlines()\nr = max(len(lines), 0)", "len(lines)"),
        ("lines = open('f').readlines()\nr = len(list(zip(lines, lines)))", "len(lines)"),
        ("lines = open('f').readlines()\nr = len(list(enumerate(lines)))", "len(lines)"),
        ("lines = open('f').readlines()\nr = len([a for a in map(len, lines)])", "len(lines)"),
        ("lines = open('f').readlines()\nr = len(lines[10:])", "len(lines) - 10"),
        ("lines = open('f').readlines()\nxs = [1]\nxs.extend(lines)\nr = len(xs)", "len(lines) + 1"),
        ("lines = open('f').readlines()\nxs = []\nfor a in lines:\n    xs += [a, a]\nr = len(xs)", "2*len(lines)"),
        ("lines = open('f').readlines()\nd = dict((c, i) for i, c in enumerate(lines))\nr = len(d)", "len(lines)"),
        ("import glob\nr = len(glob.glob('*.csv'))", "len(files)"),
        ("from collections import Counter\nr = len(Counter(open('f').read()))", "len(counts)"),
        ("for i in range(1000):\n    r = i\n    break", "i"),
        ("r = len(unknown)", "?"),
    ],
)
def test_sizes_that_have_names(text: str, expected: str) -> None:
    assert str(interpret(text)["r"]) == expected


def test_text_of_something_unknown_is_not_known() -> None:
    found = interpret("a = '%s.h5' % (unknown,)\nb = 'a' + open('f').read()\nc = 'x%d' % len(open('f').readlines())")
    assert {name: plain(found[name]) for name in "abc"} == {"a": "builtins.str", "b": "builtins.str", "c": UNKNOWN}


def test_a_window_keeps_its_length_wherever_it_starts() -> None:
    found = interpret("""
        import random
        text = open('f').read()
        i = random.randint(0, len(text) - 40 - 1)
        r = len(text[i:i + 40])
    """)
    assert found["r"] == 40


def test_a_list_grows_by_the_rounds_of_the_loop() -> None:
    found = interpret("""
        text = open('f').read()
        xs, ys = [], []
        for i in range(0, len(text) - 40, 3):
            xs.append(text[i:i + 40])
            ys.append(text[i + 40])
        n, k = len(xs), len(xs[0])
        same = len(xs) == len(ys)
    """)
    assert str(found["n"]) == "(len(text) + 1) // 3 - 13"
    assert found["k"] == 40
    assert found["same"] is True


def test_what_is_appended_now_and_then_has_a_length_of_its_own() -> None:
    found = interpret("""
        xs, ys = [], []
        for line in open('f'):
            if line.startswith('a'):
                xs.append(1)
            ys.append(1)
        r = len(xs) == len(ys)
    """)
    assert found["r"] is UNKNOWN


@pytest.mark.parametrize(
    ("value", "low", "high", "dtype"),
    [
        ("float(line)", UNKNOWN, UNKNOWN, "float64"),
        ("int(line)", UNKNOWN, UNKNOWN, "int64"),
        ("['a', 'b', 'c'].index(line)", 0, 2, "int64"),
    ],
)
def test_numbers_that_are_not_known_are_numbers(value: str, low: Any, high: Any, dtype: Any) -> None:
    found = interpret(f"import numpy as np\nr = np.array([{value} for line in open('f')])")["r"]
    assert found.dims is not None
    assert str(found.dims[0]) == "len(lines)"
    assert (found.fact.values.low, found.fact.values.high, found.fact.dtype) == (low, high, dtype)


def test_rows_padded_by_hand_have_one_length() -> None:
    found = interpret("""
        import random
        import numpy as np
        rows = []
        for _ in range(200):
            n = random.randint(4, 12)
            row = [random.randint(1, 900) for _ in range(n)]
            row[random.randrange(n)] = 7
            rows.append(row + [0] * (50 - n))
        r = np.array(rows, dtype="float32")[..., None] / 900.0
        r = r[:, :, 0]
        pre = np.array([[0] * (50 - n) + codes for codes in [[random.randint(1, 9) for _ in range(n)]] * 99])
    """)
    assert found["r"].dims == (200, 50)
    assert found["pre"].dims == (99, 50)
    sides = {name: found[name].fact.padding and found[name].fact.padding.side for name in ("r", "pre")}
    assert sides == {"r": "post", "pre": "pre"}


def test_columns_of_rows_whose_number_is_not_known() -> None:
    found = interpret("""
        pairs = []
        for line in open('f'):
            a, b = line.split(',')
            pairs.append((a, 3))
        x, y = zip(*pairs)
        n, m = len(x), len(list(y))
        counts = {line: i for i, line in enumerate(open('f').readlines())}
        k = len(counts)
    """)
    assert [str(found[name]) for name in "nmk"] == ["len(lines)", "len(lines)", "len(lines)"]
    assert (plain(found["x"].element), found["y"].element) == ("builtins.str", 3)


@pytest.mark.parametrize(
    "text",
    [
        "r = sorted(set('hello world' * 90))",
        "r = len({w for t in [['a', 'b'], ['b', 'c']] * 40 for w in t})",
        "r = sorted({w for t in [['a', 'b'], ['b', 'c']] * 40 for w in t})",
        "s = set()\nfor i in range(5):\n    s.add(i % 3)\nr = sorted(s)",
        "words = ['b', 'a', 'b']\nr = {w: i for i, w in enumerate(sorted(set(words)), 1)}",
    ],
)
def test_sets_of_constants(text: str) -> None:
    expected: dict[str, Any] = {}
    exec(text, expected)
    assert plain(interpret(text)["r"]) == expected["r"]


def test_numbers_of_words_lie_between_bounds() -> None:
    found = interpret("""
        import numpy as np
        words = sorted(set(open('f').read().split()))
        codes = {w: i + 1 for i, w in enumerate(words)}
        also = dict(zip(words, range(len(words))))
        few = {'a': 0, 'b': 1, 'c': 2}
        a = np.array([codes[w] for w in open('g').read().split()])
        b = np.array([also[w] for w in open('g').read().split()])
        c = np.array([few[w] for w in open('g').read()])
        n = len(words)
    """)
    bounds = {name: (found[name].fact.values.low, str(found[name].fact.values.high)) for name in "abc"}
    assert bounds == {"a": (1, "len(set)"), "b": (0, "len(set) - 1"), "c": (0, "2")}
    assert all(found[name].fact.values.whole is True for name in "abc")


def test_unlike_elements_are_not_known() -> None:
    found = interpret("xs = []\nfor line in open('f'):\n    xs.append(1)\n    xs.append('a')\n")
    assert found["xs"].element is UNKNOWN


def test_a_set_of_unknown_letters_keeps_its_size() -> None:
    found = interpret("text = open('f').read()\nchars = set(text)\na = len(chars)\nb = len(list(chars))\nr = a == b")
    assert isinstance(found["chars"], Set)
    assert found["r"] is True


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 500), st.integers(1, 60), st.integers(1, 9), st.integers(-5, 5))
def test_sizes_are_what_python_gives_for_every_length(n: int, size: int, step: int, shift: int) -> None:
    """A script with a length that is not known, worked out with a number in its place."""
    text = f"""
import math
n = len(lines)
a = len(range({shift + 5}, n + {size}, {step}))
b = len(list(zip(range(n), range(n))))
c = math.ceil(n / {size})
d = n // {size} * {size} + n % {size}
e = len([i for i in range(n)][:n])
f = -(-n // {size})
g = len(lines[:n] + lines)
"""
    found = interpret("lines = open('f').readlines()" + text)
    expected: dict[str, Any] = {"lines": [""] * n}
    exec(text, expected)
    (length,) = symbols(found["n"])
    for name in "abcdefg":
        value = substitute(found[name], {length: n})
        # A range that ends before it begins is taken to have no length at all.
        assert not is_known(value) or value == expected[name] or (expected[name] == 0 and less(value, 0) is True), name


# Settings


ARGPARSE = """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument('--units', type=int, default=32)
parser.add_argument('--batch-size', '-b', type=int, default='16')
parser.add_argument('--stateful', action='store_true')
parser.add_argument('--no-shuffle', dest='shuffle', action='store_false')
group = parser.add_argument_group('data')
group.add_argument('--path', default='a.csv')
parser.add_argument('-k', default=3)
parser.set_defaults(extra=9)
args = parser.parse_args({})
"""


def test_argparse_defaults_are_those_of_argparse() -> None:
    text = ARGPARSE.format("[]")
    expected: dict[str, Any] = {}
    exec(text, expected)
    assert interpret(text)["args"].attributes == vars(expected["args"])


def test_what_the_command_line_must_give_is_not_known() -> None:
    found = interpret("""
        import argparse
        parser = argparse.ArgumentParser()
        parser.add_argument('file')
        parser.add_argument('--epochs', type=int)
        parser.add_argument('--lr', type=float, default=0.1, required=True)
        args, rest = parser.parse_known_args()
        r = args.file, args.epochs, args.lr
        d = vars(args)
    """)
    assert found["r"] == (UNKNOWN, UNKNOWN, UNKNOWN)
    assert set(found["d"].items) == {"file", "epochs", "lr"}


def test_arguments_that_the_program_gives_itself() -> None:
    found = interpret(ARGPARSE.format("['--units', '64']"))["args"].attributes
    assert found["units"] is UNKNOWN
    assert found["batch_size"] == 16


def test_flags() -> None:
    found = interpret("""
        from absl import app, flags
        FLAGS = flags.FLAGS
        flags.DEFINE_integer('units', 32, 'help')
        flags.DEFINE_string('path', None, 'help')
        seen = []
        def main(argv):
            seen.append(FLAGS.units)
            seen.append(FLAGS.path)
        app.run(main)
    """)
    assert found["seen"].items == [32, UNKNOWN]


def test_click_options_are_defaults() -> None:
    found = interpret("""
        import click
        seen = []
        @click.command()
        @click.option('--units', default=32)
        @click.option('--batch-size', '-b', default=8)
        @click.option('--path')
        def main(units, batch_size, path):
            seen.extend([units, batch_size, path])
        main()
    """)
    assert found["seen"].items == [32, 8, UNKNOWN]


def test_progress_bars_change_nothing() -> None:
    found = interpret("from tqdm import tqdm, trange\na = list(tqdm([1, 2]))\nb = list(trange(3))")
    assert plain(found["a"]) == [1, 2]
    assert plain(found["b"]) == [0, 1, 2]


def test_libraries_that_only_look_leave_lists_alone() -> None:
    found = interpret("import json, pickle\nxs = [1]\npickle.dump(xs, f)\njson.dump(xs, f)\nprint(xs)\nr = xs")
    assert plain(found["r"]) == [1]
