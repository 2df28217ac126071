"""Effects of scikit-learn against scikit-learn itself."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlint.facts import Data, Shape
from rnnlint.interpreter.values import Array
from tests.interpreter.science import contradicts, dims, execute, interpret, machine_of

SETUP = """
import numpy as np
import pandas as pd
from sklearn.datasets import *
from sklearn.decomposition import PCA
from sklearn.impute import SimpleImputer
from sklearn.model_selection import KFold, ShuffleSplit, StratifiedKFold, TimeSeriesSplit, train_test_split
from sklearn.preprocessing import *
from sklearn.utils import shuffle
X = np.linspace(0, 1, 212).reshape(53, 4)
y = np.arange(53) % 3
df = pd.DataFrame(X[:, :2], columns=["a", "b"])
"""

EXPRESSIONS = """
train_test_split(X, y)
train_test_split(X, y, test_size=0.2, random_state=1)
train_test_split(X, y, test_size=10)
train_test_split(X, y, train_size=0.7)
train_test_split(X, y, train_size=0.33, test_size=0.21, shuffle=False)
train_test_split(X, test_size=0.3, shuffle=False)
train_test_split(df, test_size=0.25)
train_test_split(df["a"], df[["b"]].values, test_size=0.25, shuffle=False)
MinMaxScaler().fit_transform(X)
MinMaxScaler(feature_range=(-1, 1)).fit_transform(df[["a", "b"]])
StandardScaler().fit(X).transform(X[:3])
LabelEncoder().fit_transform(["a", "b", "a", "c"])
LabelEncoder().fit_transform(y)
LabelBinarizer().fit_transform(["a", "b", "c"])
LabelBinarizer().fit_transform(["a", "b"])
label_binarize(y, classes=[0, 1, 2])
OneHotEncoder(sparse_output=False).fit_transform(np.array([0, 1, 2, 1]).reshape(-1, 1))
OrdinalEncoder().fit_transform(df[["a"]])
PCA(n_components=2).fit_transform(X)
SimpleImputer().fit_transform(X)
shuffle(X)
shuffle(X, y)
load_iris().data
load_iris()["target"]
load_iris(return_X_y=True)
load_digits().data
load_wine(return_X_y=True)
load_breast_cancer().target
load_diabetes(return_X_y=True)
make_classification(n_samples=50, n_features=8)
make_regression(30, 4)
make_blobs(40)
make_moons(30)
[(a, b) for a, b in TimeSeriesSplit(n_splits=4).split(X)][3]
[(X[a], X[b]) for a, b in KFold(5).split(X[:50])][0]
[(a, b) for a, b in ShuffleSplit(3, test_size=0.2).split(X)][1]
""".strip().splitlines()


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_nothing_that_is_found_is_wrong(expression: str) -> None:
    text = f"{SETUP}r = {expression}"
    found, real = interpret(text)["r"], execute(text)["r"]
    assert contradicts(found, real) is None
    assert isinstance(found, Array) is hasattr(real, "shape")
    if isinstance(found, Array):
        assert dims(found) == real.shape


@given(
    rows=st.integers(5, 300),
    test=st.one_of(st.none(), st.floats(0.1, 0.9), st.integers(1, 4)),
    train=st.one_of(st.none(), st.floats(0.05, 0.1)),
    shuffle=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_parts_have_the_sizes_that_scikit_learn_gives_them(rows: int, test: Any, train: Any, shuffle: bool) -> None:
    text = (
        f"{SETUP}r = train_test_split(np.zeros(({rows}, 2)), test_size={test}, train_size={train}, shuffle={shuffle})"
    )
    try:
        real = execute(text)["r"]
    except ValueError:
        return
    found = interpret(text)["r"]
    assert [dims(part) for part in found.items] == [part.shape for part in real]


def fact(text: str, name: str = "x") -> Data:
    value = interpret(SETUP + text)[name]
    assert isinstance(value, Array)
    return value.fact


def test_a_split_says_how_the_rows_were_drawn() -> None:
    split = fact("x, t = train_test_split(X, test_size=0.2)", "t").split
    assert split is not None and (split.part, split.random) == ("test", True)
    assert split.site is not None and "test_size" in split.site.arguments
    split = fact("x, t = train_test_split(X, shuffle=False)").split
    assert split is not None and (split.part, split.random) == ("train", False)
    split = fact("for i, j in KFold(5, shuffle=True).split(X):\n    x = X[i]").split
    assert split is not None and (split.part, split.random) == ("train", True)


def test_windows_stay_windows() -> None:
    text = "w = np.array([X[i:i+5] for i in range(40)])\nx, t = train_test_split(w, test_size=0.25, shuffle={})"
    windows = fact(text.format(True)).windows
    assert windows is not None and (windows.length, windows.stride) == (5, 1)
    windows = fact(text.format(False), "t").windows
    assert windows is not None and windows.offset == 30


def test_windows_of_scaled_rows_belong_to_the_rows() -> None:
    text = (
        "s = MinMaxScaler().fit_transform(X)\n"
        "x = np.array([s[i:i+5] for i in range(40)])\n"
        "y = np.array([X[i+5] for i in range(40)])"
    )
    x, y = fact(text).windows, fact(text, "y").windows
    assert x is not None and y is not None and x.source == y.source


def test_a_split_of_unknown_rows_keeps_their_sum() -> None:
    names = interpret(
        f"{SETUP}d = pd.read_csv('f')\na, b = train_test_split(d, test_size=0.2)\nn = len(a) + len(b) - len(d)"
    )
    assert names["n"] == 0
    assert dims(names["b"])[0] == "ceil(0.2*(len(df)))"


def test_inverse_transforms_are_noted_for_rules() -> None:
    text = f"{SETUP}s = StandardScaler()\ns.fit(X)\nx = s.inverse_transform(np.zeros((9, 1)))"
    (use,) = (use for use in machine_of(text).uses if use.kind == "inverse_transform")
    assert isinstance(use.data.shape, Shape) and use.data.shape.dims == (9, 1)
    assert isinstance(use.wants, Shape) and use.wants.dims == (None, 4)
    assert getattr(use.made, "line", 0) == getattr(use.location, "line", 0) - 1


def test_a_scaled_range_is_known_of_what_was_fitted_alone() -> None:
    text = "s = MinMaxScaler()\nx = s.fit_transform(X[:40])\ny = s.transform(X)"
    assert (fact(text).values.low, fact(text).values.high) == (0, 1)
    assert not isinstance(fact(text, "y").values.high, int)


@pytest.mark.parametrize("value", ["None", "'a'", "object()", "{}", "-1", "float('inf')", "[[]]", "3", "df"])
@pytest.mark.parametrize(
    "call",
    ["train_test_split({})", "train_test_split(X, test_size={})", "MinMaxScaler().fit_transform({})",
     "KFold({}).split(X)",
     "StandardScaler().fit(X).inverse_transform({})", "LabelEncoder().fit_transform({})", "PCA({}).fit_transform(X)",
     "shuffle({})", "make_classification({})", "load_iris({})"],
)  # fmt: skip
def test_what_scikit_learn_refuses_is_no_error_here(call: str, value: str) -> None:
    interpret(f"{SETUP}x = {call.format(value)}")
