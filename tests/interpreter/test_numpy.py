"""Effects of numpy against numpy itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlint.facts import UNKNOWN, Data, Shape, Windows
from rnnlint.interpreter.values import Array
from tests.interpreter.science import PRELUDE, contradicts, dims, execute, interpret, machine_of

SETUP = """
a = np.arange(24).reshape(2, 3, 4)
f = np.linspace(0.1, 0.9, 20).reshape(4, 5)
v = np.arange(6)
m = f > 0.5
"""

EXPRESSIONS = """
np.array([[1, 2], [3, 4]])
np.array([1, 2.5])
np.asarray((1, 2, 3), dtype=np.float32)
np.zeros((3, 4))
np.ones(5, dtype=int)
np.full((2, 2), 7)
np.zeros_like(a)
np.eye(4)
np.eye(3)[[0, 1, 2, 1]]
np.eye(3)[np.array([[0, 1], [2, 1]])]
np.arange(10)
np.arange(0, 1, 0.1)
np.arange(2, 20, 3)
np.linspace(0, 1, 11)
np.random.rand(3, 4)
np.random.randint(0, 5, size=(3, 2))
np.random.normal(0, 1, (3, 2))
np.random.choice(5, 3)
np.random.permutation(7)
np.random.default_rng(0).random((3, 2))
np.random.default_rng(0).integers(0, 5, size=4)
np.random.RandomState(1).uniform(-1, 1, size=(2, 3))
np.random.multivariate_normal([0, 0], np.eye(2), 10)
a.reshape((-1, 2))
np.reshape(a, (4, -1))
a.T
a.transpose(0, 2, 1)
np.transpose(a, [1, 0, 2])
np.swapaxes(a, 0, -1)
np.moveaxis(a, [0, 1], [-1, -2])
np.rollaxis(a, 2)
np.rollaxis(a, 0, 3)
np.expand_dims(a, (0, 2))
np.squeeze(a[:1])
np.squeeze(a[:, :1], axis=1)
a.flatten()
np.concatenate((a, a), axis=-1)
np.concatenate([a, a], axis=None)
np.append(v, 5)
np.append(f, f, axis=1)
np.append(a, a)
np.vstack([v, v])
np.hstack([v, v])
np.hstack((f, f))
np.dstack([v, v])
np.stack([f, f], axis=-1)
np.stack([f, f], axis=1)
np.column_stack([v, v])
np.r_[v, v]
np.c_[v, v]
np.repeat([0, 1, 2], 5)
np.repeat(f, 2, axis=0)
np.tile(f, (2, 3))
np.tile(v, (3, 1))
np.where(m, f, 0)
np.argmax(f, axis=1)
np.argsort(f, axis=0)
f.sum()
f.mean(axis=1, keepdims=True)
a.max(axis=(0, 1))
np.percentile(f, [10, 90], axis=0)
v.max()
v.mean()
np.dot(f, f.T)
np.matmul(a, np.ones((4, 2)))
np.einsum("ij,kj->ik", f, f)
np.diff(f, axis=0)
np.diff(f[:, 0], append=f[-1:, 0])
np.roll(v, 1)
np.cumsum(f)
np.clip(v, 1, 3)
np.sin(v)
f.astype(np.float32) * 2
v / 2
v // 2
v % 3
1 - f
f * v[:4, None]
(f > 0.2) & (f < 0.5)
a[0, 1, 2]
a[..., 0]
a[:, np.newaxis]
a[:, ::-1]
a[1:, :-1, -2:]
a[:, [0, 2]]
a[np.array([0, 1]), np.array([1, 2])]
a[0, :, [0, 1]]
np.prod(a.shape[1:])
np.lib.stride_tricks.sliding_window_view(f, 2, axis=0)
np.lib.stride_tricks.as_strided(v, shape=(4, 3), strides=(8, 8))
np.pad(f, ((0, 0), (1, 2)))
np.delete(f, [0, 1], axis=1)
np.insert(v, 0, 5)
np.take(f, [0, 1], axis=1)
np.unique([1, 2, 2, 3])
np.outer(v, v)
np.fft.rfft(v)
np.digitize(f, [0.2, 0.5])
np.maximum(0, v)
f.round(2)
np.array([v.tolist() for _ in range(3)])
np.array([[i, i * 2] for i in range(300)])
np.ones((2, 3), dtype="float32") * f[:2, :3]
np.ones(3, dtype="uint8") + np.ones(3, dtype="int8")
np.corrcoef(f)
np.convolve(v, np.ones(3) / 3, mode="valid")
np.full_like(v, 3)
np.ceil(7 / 2)
""".strip().splitlines()


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_is_followed_to_its_shape(expression: str) -> None:
    text = f"{PRELUDE}{SETUP}r = {expression}"
    found, real = interpret(text)["r"], execute(text)["r"]
    assert contradicts(found, real) is None
    if isinstance(found, Array):
        assert dims(found) == np.shape(real)
        assert found.fact.dtype is not UNKNOWN
    else:
        assert found is not UNKNOWN


SIZES = st.integers(1, 5)


@st.composite
def _indices(draw: st.DrawFn, rank: int) -> str:
    """Any index of an array of that rank, as text."""
    bound = st.one_of(st.just(""), st.integers(-6, 6).map(str))
    parts = []
    for _ in range(draw(st.integers(0, rank))):
        kind = draw(st.sampled_from(["int", "slice", "slice", "list", "mask"]))
        if kind == "int":
            parts.append(str(draw(st.integers(-2, 1))))
        elif kind == "slice":
            step = draw(st.sampled_from(["", ":1", ":2", ":-1"]))
            parts.append(f"{draw(bound)}:{draw(bound)}{step}")
        elif kind == "list":
            parts.append(str(draw(st.lists(st.integers(-1, 0), min_size=1, max_size=3))))
        else:
            parts.append(f"np.arange(x.shape[{len(parts)}]) > {draw(st.integers(-1, 3))}")
    if draw(st.booleans()):
        parts.insert(draw(st.integers(0, len(parts))), draw(st.sampled_from(["None", "..."])))
    return ", ".join(parts) or "..."


@st.composite
def _programs(draw: st.DrawFn) -> str:
    """A few operations in a row on an array of random shape."""
    shape = tuple(draw(st.lists(SIZES, min_size=1, max_size=4)))
    lines = [f"x = np.random.rand(*{shape})"]
    for _ in range(draw(st.integers(1, 4))):
        axis = draw(st.integers(-2, 2))
        lines.append(
            draw(
                st.sampled_from(
                    [
                        f"x = np.expand_dims(x, {axis})",
                        f"x = x.sum(axis={axis})",
                        f"x = x.mean(axis={axis}, keepdims=True)",
                        f"x = np.concatenate([x, x], axis={axis})",
                        f"x = np.stack([x, x + 1], axis={axis})",
                        "x = x.T",
                        f"x = np.swapaxes(x, 0, {axis})",
                        f"x = np.moveaxis(x, {axis}, 0)",
                        "x = x.reshape(-1)",
                        "x = x.reshape(-1, x.shape[-1])",
                        "x = x.reshape((x.shape[0], -1))",
                        "x = np.squeeze(x)",
                        f"x = np.repeat(x, 2, axis={axis})",
                        "x = np.tile(x, 2)",
                        "x = x[..., None]",
                        f"x = x - x.max(axis={axis}, keepdims=True)",
                        "x = x * np.arange(x.shape[-1])",
                        "x = (x > 0.5).astype(int)",
                        f"x = np.argmax(x, axis={axis})",
                        "x = np.vstack([x, x])",
                        "x = np.hstack([x, x])",
                        "x = np.dstack([x, x])",
                        "x = np.atleast_2d(x)",
                        f"x = np.cumsum(x, axis={axis})",
                        f"x = np.diff(x, axis={axis})",
                        f"x = np.split(x, 2, axis={axis})[0]",
                        f"x = np.array_split(x, 3)[{axis}]",
                        "x = x @ np.ones((x.shape[-1], 2))",
                        f"x = np.roll(x, 1, axis={axis})",
                        "x = np.array([x, x * 2])",
                        f"x = np.pad(x, 1)[{axis}:]",
                        f"x = np.delete(x, 0, axis={axis})",
                        f"x = np.sort(x, axis={axis})",
                        f"x = x.clip(0, 0.5) / {draw(st.integers(1, 3))}",
                    ]
                )
            )
        )
    rank = draw(st.integers(1, 3))
    if draw(st.booleans()):
        lines.append(f"x = x[{draw(_indices(rank))}]")
    return "\n".join(lines)


def _agrees(program: str) -> bool:
    """Whether Python runs the program; then nothing that is found may be wrong."""
    text = PRELUDE + program
    try:
        real = execute(text)["x"]
    except (ValueError, IndexError, TypeError):
        interpret(text)
        return False
    assert contradicts(interpret(text)["x"], real) is None, program
    return True


@given(_programs())
@settings(max_examples=400, deadline=None)
def test_programs_are_never_followed_to_a_wrong_array(program: str) -> None:
    _agrees(program)


@st.composite
def _index_programs(draw: st.DrawFn) -> str:
    shape = tuple(draw(st.lists(SIZES, min_size=1, max_size=4)))
    return f"x = np.random.rand(*{shape})\nx = x[{draw(_indices(len(shape)))}]"


@given(_index_programs())
@settings(max_examples=400, deadline=None)
def test_an_index_selects_what_numpy_selects(program: str) -> None:
    if _agrees(program) and ">" not in program:
        found = interpret(PRELUDE + program)["x"]
        assert isinstance(found, Array) and all(isinstance(size, int) for size in dims(found))


def fact(text: str, name: str = "x") -> Data:
    value = interpret(PRELUDE + text)[name]
    assert isinstance(value, Array)
    return value.fact


SERIES = "s = np.cumsum(np.random.randn(200, 3), axis=0)\nk = 10\n"

WINDOWED = {
    "appended": "x = []\nfor i in range(k, 150):\n    x.append(s[i-k:i])\nx = np.array(x)",
    "comprehension": "x = np.array([s[i:i+k] for i in range(140)])",
    "few": "x = np.array([s[i:i+k] for i in range(5)])",
    "filled": "x = np.zeros((140, k, 3))\nfor i in range(140):\n    x[i] = s[i:i+k]",
    "in a function": "def cut(d, n):\n    return np.array([d[i:i+n] for i in range(len(d)-n)])\nx = cut(s[:150], k)",
    "stacked": "x = np.stack([s[i:i+k] for i in range(140)])",
    "view": "x = np.lib.stride_tricks.sliding_window_view(s, k, axis=0)",
    "strided": (
        "c = s[:, 0]\nx = np.lib.stride_tricks.as_strided(c, shape=(190, k), strides=(c.strides[0], c.strides[0]))"
    ),
    "with an axis": "x = np.array([s[i:i+k, 0] for i in range(140)])[..., None]",
    "reshaped": "x = np.array([s[i:i+k, 0] for i in range(140)]).reshape(-1, k, 1).astype('float32') / 2",
}


@pytest.mark.parametrize("text", WINDOWED.values(), ids=WINDOWED.keys())
def test_windows_of_a_series(text: str) -> None:
    windows = fact(SERIES + text).windows
    assert isinstance(windows, Windows)
    assert (windows.length, windows.stride, windows.offset, windows.sequences) == (10, 1, 0, 1)


def test_strides_and_offsets_of_windows() -> None:
    windows = fact(SERIES + "x = np.array([s[i*4+2:i*4+2+k] for i in range(40)])").windows
    assert windows is not None and (windows.stride, windows.offset) == (4, 2)
    windows = fact(SERIES + "x = np.array([s[i:i+k] for i in range(0, 120, 5)])[3:, :-1]").windows
    assert windows is not None and (windows.length, windows.stride, windows.offset) == (9, 5, 15)


def test_targets_have_the_offset_of_the_step_after() -> None:
    text = SERIES + "x = np.array([s[i:i+k] for i in range(140)])\ny = np.array([s[i+k, 0] for i in range(140)])"
    x, y = fact(text).windows, fact(text, "y").windows
    assert x is not None and y is not None and x.source == y.source
    assert (y.offset, y.length, y.columns) == (10, 1, frozenset({0}))


@pytest.mark.parametrize("target", ["s[i+k][0]", "s[i+k, 0] / 9", "s[i+k:i+k+1, 0]", "np.log(s[i+k])[0]"])
def test_targets_are_followed_through_arithmetic(target: str) -> None:
    y = fact(f"{SERIES}y = np.array([{target} for i in range(140)])", "y").windows
    assert y is not None and (y.offset, y.length, y.columns) == (10, 1, frozenset({0}))


def test_the_last_step_of_windows_is_a_target_of_the_same_series() -> None:
    text = SERIES + "w = np.array([s[i:i+k] for i in range(140)])\nx, y = w[:, :-1], w[:, -1, 2]"
    x, y = fact(text).windows, fact(text, "y").windows
    assert x is not None and y is not None and x.source == y.source
    assert (x.length, y.length, y.offset, y.columns) == (9, 1, 9, frozenset({2}))


def test_parts_of_one_series_keep_their_places() -> None:
    text = SERIES + (
        "a, b = s[:100], s[100:]\nx = np.array([b[i:i+k] for i in range(80)])\n"
        "y = np.array([a[i:i+k] for i in range(80)])"
    )
    x, y = fact(text).windows, fact(text, "y").windows
    assert x is not None and y is not None and (x.source, x.offset, y.offset) == (y.source, 100, 0)


def test_pieces_of_a_reshaped_series() -> None:
    windows = fact(SERIES + "x = s[:200 // k * k].reshape(-1, k, 3)").windows
    assert windows is not None and (windows.length, windows.stride) == (10, 10)


def test_windows_of_several_sequences() -> None:
    text = (
        "a, b = np.random.rand(30, 2), np.random.rand(30, 2)\nx = []\nfor s in (a, b):\n"
        "    for p in range(3):\n        x.append(s[p*10:p*10+10])\nx = np.array(x)"
    )
    windows = fact(text).windows
    assert windows is not None and (windows.sequences, windows.order, windows.stride) == (2, "sequence", 10)


@pytest.mark.parametrize("change", ["s = np.roll(s, 1, axis=0)", "s = np.diff(s, axis=0)", "s[0] = 0", "s = s[::-1]"])
def test_moved_rows_are_another_series(change: str) -> None:
    text = (
        SERIES + f"x = np.array([s[i:i+k] for i in range(140)])\n{change}\ny = np.array([s[i:i+k] for i in range(140)])"
    )
    x, y = fact(text).windows, fact(text, "y").windows
    assert x is not None and (y is None or x.source != y.source)


def test_shuffled_and_split_rows() -> None:
    text = SERIES + "w = np.array([s[i:i+k] for i in range(140)])\nx = w[np.random.permutation(140)]\ny = x[:100]"
    assert fact(text, "w").shuffled is False
    assert fact(text).shuffled is True
    split = fact(text, "y").split
    assert split is not None and split.part == "train" and split.random is True
    assert fact(SERIES + "np.random.shuffle(s)\nx = s").shuffled is True


def test_one_hot_rows() -> None:
    assert fact("x = np.eye(4)[np.random.randint(0, 4, 30)]").values.one_hot is True
    assert fact("x = np.zeros((30, 4))\nx[np.arange(30), np.random.randint(0, 4, 30)] = 1").values.one_hot is True
    filled = fact("x = np.zeros((30, 4))\nfor i in range(30):\n    x[i, :] = np.random.rand(4)")
    assert filled.values.one_hot is not True
    assert fact("x = np.eye(4)[np.random.randint(0, 4, 30)][:, :3]").values.one_hot is not True


def test_zeros_filled_as_far_as_each_sequence_goes_are_padded() -> None:
    text = (
        "rows = open('f').readlines()\nx = np.zeros((len(rows), 50))\nfor i, r in enumerate(rows):\n"
        "    n = np.random.randint(1, 50)\n    x[i, {}] = np.random.rand(n)\n"
    )
    for part, side in ((":n", "post"), ("-n:", "pre")):
        padding = fact(text.format(part)).padding
        assert padding is not None and (padding.side, padding.value) == (side, 0)
    assert fact("x = np.zeros((9, 50))\nfor i in range(9):\n    x[i, :20] = np.random.rand(20)").padding is None


def test_sequences_of_unequal_length_are_ragged() -> None:
    x = fact("x = np.array([np.zeros((3, 2)), np.zeros((5, 2))], dtype=object)")
    assert x.ragged is True and x.dtype == "object" and isinstance(x.shape, Shape) and x.shape.dims == (2,)
    assert fact("x = np.array([[1, 2], [3, 4]])").ragged is False


def test_sizes_that_are_not_known_keep_their_relations() -> None:
    text = (
        "x = np.loadtxt('f', usecols=(0, 1))\nn = len(x)\ny = x[60:]\nz = y[:, :1].reshape(-1, 1, 1)\n"
        "w = x[:n // 32 * 32]\nu = x[-5:]"
    )
    names = interpret(PRELUDE + text)
    assert [dims(names[name]) for name in "xyzwu"] == [
        ("n", 2),
        ("n - 60", 2),
        ("n - 60", 1, 1),
        ("32*(n // 32)", 2),
        (5, 2),
    ]


def test_an_array_of_unknown_rank_has_sizes_with_names() -> None:
    text = "x = np.load('f.npy')\ny = x.reshape(x.shape[0], x.shape[1], 1)\nr = x.shape[0] == len(x)"
    names = interpret(PRELUDE + text)
    assert dims(names["x"]) == "?"
    assert dims(names["y"]) == ("len(x)", "x.shape[1]", 1)
    assert names["r"] is True


def test_reshapes_are_noted_for_rules() -> None:
    uses = machine_of(PRELUDE + "x = np.random.rand(30, 4)\ny = x.reshape(-1, 10, 4)").uses
    assert [(use.kind, str(use.data.shape), str(use.wants)) for use in uses] == [
        ("reshape", "(batch=30, features=4)", "(batch=3, time=10, features=4)")
    ]


@pytest.mark.parametrize(
    "value", ["None", "'a'", "object()", "{}", "-1", "10**30", "float('nan')", "[[]]", "...", "1j"]
)
@pytest.mark.parametrize(
    "call",
    ["np.zeros({})", "np.arange({})", "np.ones((2, 3)).reshape({})", "np.ones((2, 3))[{}]", "np.concatenate({})",
     "np.ones((2, 3)) + {}", "np.expand_dims(np.ones(3), {})", "np.split(np.ones(3), {})", "np.eye({})",
     "np.random.rand({})", "np.random.randint({})", "np.pad(np.ones(3), {})", "np.sum({})", "np.array({})"],
)  # fmt: skip
def test_what_numpy_refuses_is_no_error_here(call: str, value: str) -> None:
    interpret(f"{PRELUDE}x: object = {call.format(value)}")


def test_a_reshape_fixes_the_rank_of_what_is_not_known() -> None:
    names = interpret("import numpy as np\nfrom elsewhere import load\nx = load().reshape(-1, 20, 3)\ny = x[:100]")
    assert dims(names["x"]) == ("?", 20, 3)
    assert dims(names["y"]) == (100, 20, 3)


RAGGED = "rows = [np.random.rand(np.random.randint(5, 20), 3) for _ in range({})]\n"


@pytest.mark.parametrize("count", [50, 1000])
def test_lengths_that_are_drawn_at_random_differ(count: int) -> None:
    x = fact(RAGGED.format(count) + "x = np.array(rows, dtype=object)")
    assert x.ragged is True and isinstance(x.shape, Shape) and x.shape.dims == (count,)


PADDED = {
    "slices": "x = np.zeros((1000, 20, 3))\nfor i, r in enumerate(rows):\n    x[i, :len(r)] = r",
    "steps": (
        "x = np.zeros((1000, 20, 3))\nfor i, r in enumerate(rows):\n    for t, v in enumerate(r):\n        x[i, t] = v"
    ),
    "stacked": "x = np.array([np.vstack([r, np.zeros((20 - len(r), 3))]) for r in rows])",
    "pad": "x = np.array([np.pad(r, ((0, 20 - len(r)), (0, 0))) for r in rows])",
}


@pytest.mark.parametrize("text", PADDED.values(), ids=PADDED.keys())
def test_sequences_brought_to_one_length_are_padded(text: str) -> None:
    x = fact(RAGGED.format(1000) + text)
    assert isinstance(x.shape, Shape) and x.shape.dims == (1000, 20, 3)
    assert x.padding is not None and (x.padding.side, x.padding.value) == ("post", 0)


def test_padding_has_another_value_after_a_shift() -> None:
    text = RAGGED.format(1000) + PADDED["slices"]
    scaled, moved = fact(text + "\nx = x / 9").padding, fact(text + "\nx = x + 1").padding
    assert scaled is not None and scaled.value == 0
    assert moved is not None and moved.value is UNKNOWN


@pytest.mark.parametrize("text", ["np.pad(s, ((0, 5), (0, 0)))", "np.vstack([np.zeros((k, 3)), s])", "s[:k]"])
def test_longer_arrays_are_not_padded_sequences(text: str) -> None:
    assert fact(f"{SERIES}x = {text}").padding is None
    assert fact(f"import argparse\n{SERIES}k = len(np.loadtxt('f'))\nx = {text}").padding is None


def test_what_is_written_into_a_row_is_written_into_the_array() -> None:
    assert fact("x = np.zeros((9, 4))\nfor r in x:\n    r[1] = 7").values.high == 7
    assert fact("x = np.zeros((9, 4))\nr = x[0]\nr[:] = 7").values.high == 7
    assert fact("x = np.zeros((9, 4))\nr = x[[0]]\nr[:] = 7").values.high == 0


def test_rows_that_are_blanked_from_some_step_on_are_padded() -> None:
    padding = fact("x = np.random.rand(60, 7, 6)\nfor r in x:\n    r[np.random.randint(2, 7):] = 0.0").padding
    assert padding is not None and (padding.side, padding.value) == ("post", 0)
    assert fact("x = np.random.rand(60, 7, 6)\nfor r in x:\n    r[5:] = 0.0").padding is None


@pytest.mark.parametrize(
    ("value", "known"), [("np.zeros((3, 2))", False), ("np.zeros(3)[0]", UNKNOWN), ("np.load('a.npy')", UNKNOWN)]
)
def test_an_array_is_no_list_but_an_element_may_be_anything(value: str, known: object) -> None:
    assert interpret(f"import numpy as np\nr = type({value}) is list")["r"] is known
