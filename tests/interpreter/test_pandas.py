"""Effects of pandas against pandas itself."""

import warnings

import pytest

from rnnlint.facts import Windows
from rnnlint.interpreter.values import Array
from tests.interpreter.science import contradicts, dims, execute, interpret

SETUP = """
import numpy as np
import pandas as pd
df = pd.DataFrame(np.linspace(0.01, 0.99, 60).reshape(20, 3), columns=["a", "b", "c"])
df["k"] = np.arange(20) % 3
"""

EXPRESSIONS = """
df["a"].values
df[["a", "b"]].values
df[max(df.columns)].values
pd.DataFrame(df["a"]).assign(a=1)
pd.DataFrame(df["a"] * 2)
np.stack([df[name].values for name in df.columns if name > "a"]).T
df[f"{chr(97)}"].values
df.values.astype("float32")
df.a
df[3:7]
df[:8].values
df.iloc[0]
df.iloc[:, 0]
df.iloc[:, :-1].values
df.iloc[:, 1:2].values
df.iloc[2:5, [0, 2]]
df.iloc[-5:].values
df.loc[:, "a"]
df.loc[:, ["a", "c"]].values
df.loc[:, "a":"b"]
df.loc[3]
df.drop("a", axis=1)
df.drop(columns=["a", "b"]).values
df.drop([0, 1])
df.fillna(0).values
df.shift(1)
df.head()
df.tail(3)
df.sample(frac=1)
df.sample(5)
df.sort_values("a")
df.reset_index()
df.reset_index(drop=True)
df.set_index("a")
df.T
df.to_numpy()
df["a"].to_numpy().reshape(-1, 1)
pd.concat([df, df])
pd.concat([df, df], axis=1)
df["a"].map(lambda x: x * 2)
df["a"].rolling(3).mean()
df.mean()
df.max(axis=1)
(df["a"] * 2).values
df - df.mean()
np.log(df["a"] + 1).values
np.array(df)
df.isnull()
df.corr()
pd.DataFrame(np.ones((5, 3)), columns=list("xyz"))["x"].values
pd.DataFrame({"x": [1, 2, 3], "y": [4, 5, 6]})
pd.DataFrame([[1, 2], [3, 4]], columns=["p", "q"])
pd.DataFrame([{"p": 1, "q": 2}, {"p": 3, "q": 4}])
pd.Series(np.arange(10)).values
df.assign(z=df["a"])
df.rename(columns={"a": "A"})["A"]
df["a"].iloc[2:6]
df["a"].to_frame()
pd.date_range("2020", periods=5)
df.apply(lambda row: row["a"], axis=1)
""".strip().splitlines()


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_is_followed_to_its_shape(expression: str) -> None:
    text = f"{SETUP}r = {expression}"
    found, real = interpret(text)["r"], execute(text)["r"]
    assert contradicts(found, real) is None
    assert dims(found) == real.shape


STATEMENTS = {
    "column": "df['n'] = df['a'] * 2",
    "columns": "df[['p', 'q']] = df[['a', 'b']]",
    "number": "df['n'] = 0",
    "drop": "df.drop('k', axis=1, inplace=True)",
    "names": "df.columns = ['w', 'x', 'y', 'z']",
    "del": "del df['a']",
    "pop": "df.pop('a')",
    "insert": "df.insert(0, 'n', 1)",
    "index": "df = df.set_index('k').reset_index()",
}


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS.keys())
def test_a_table_that_is_changed(statement: str) -> None:
    text = f"{SETUP}{statement}\nr = df.columns.tolist()"
    found, real = interpret(text), execute(text)
    assert dims(found["df"]) == real["df"].shape
    assert contradicts(found["r"], real["r"]) is None


@pytest.mark.parametrize(
    "expression",
    ["df[df['a'] > 0.5]", "df.dropna()", "df.query('a > 0.5')", "df.loc[df.a > 0.2, 'b']", "df.groupby('k').mean()",
     "pd.get_dummies(df['k'])", "df['k'].unique()", "df.merge(df, on='k')", "df.describe()", "df.loc[2:5]"],
)  # fmt: skip
def test_rows_that_depend_on_the_data_are_no_number(expression: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = interpret(f"{SETUP}r = {expression}")["r"]
        assert contradicts(found, execute(f"{SETUP}r = {expression}")["r"]) is None
    assert isinstance(found, Array) and any(not isinstance(size, int) for size in dims(found))


def test_rows_of_a_file_keep_their_relations() -> None:
    names = interpret(
        """
        import pandas as pd
        df = pd.read_csv("f.csv")
        x, y = df.iloc[:, :-1].values, df.iloc[:, -1].values
        n = int(len(df) * 0.8)
        train, test = df[:n], df[n:]
        named = pd.read_csv("f.csv", names=["a", "b"])
        few = pd.read_csv("f.csv", usecols=[1, 2, 3])
        """
    )
    assert dims(names["x"]) == ("len(df)", "len(df.columns) - 1")
    assert dims(names["y"]) == ("len(df)",)
    assert dims(names["train"]) == ("int(0.8 * len(df))", "len(df.columns)")
    assert dims(names["test"]) == ("-int(0.8 * len(df)) + len(df)", "len(df.columns)")
    assert dims(names["named"]) == ("len(df)", 2)
    assert dims(names["few"]) == ("len(df)", 3)


def _windows(text: str, *names: str) -> list[Windows | None]:
    found = interpret(SETUP + text)
    return [found[name].fact.windows for name in names]


def test_windows_of_columns_have_the_names_of_the_columns() -> None:
    x, y = _windows(
        "x = np.array([df[['a', 'b']].values[i:i+5] for i in range(15)])\n"
        "y = np.array([df['a'].values[i+5] for i in range(15)])",
        "x",
        "y",
    )
    assert x is not None and y is not None and x.source == y.source
    assert (x.columns, y.columns, y.offset) == (frozenset({"a", "b"}), frozenset({"a"}), 5)


@pytest.mark.parametrize(
    "change",
    ["df['t'] = df['a'].shift(-1)\nt = df['t'].values", "t = df['a'].diff().values", "t = df['a'].shift(n).values",
     "t = df.sort_values('a')['a'].values", "t = (df['a'] > 0.5).values"],
)  # fmt: skip
def test_changed_columns_are_another_series(change: str) -> None:
    cut = "x = np.array([v[i:i+5] for i in range(15)])\ny = np.array([t[i+4] for i in range(15)])"
    text = f"v = df.values\n{change}\n{cut}"
    x, y = _windows(text, "x", "y")
    assert x is not None and (y is None or x.source != y.source)


@pytest.mark.parametrize(("periods", "offset"), [(-1, 5), (2, 2), (0, 4)])
def test_a_shifted_column_is_the_series_moved(periods: int, offset: int) -> None:
    cut = "x = np.array([v[i:i+5] for i in range(15)])\ny = np.array([t[i+4] for i in range(15)])"
    x, y = _windows(f"v = df.values\nt = df['a'].shift({periods}).values\n{cut}", "x", "y")
    assert x is not None and y is not None and x.source == y.source
    assert (x.offset, y.offset, y.columns) == (0, offset, frozenset({"a"}))


@pytest.mark.parametrize(
    ("text", "length", "offset"),
    [
        ("pd.concat([df.shift(2), df.shift(1), df], axis=1)", 3, -2),
        ("pd.concat([df.shift(2), df.shift(1), df], axis=1).dropna()", 3, 0),
        ("pd.concat([df.shift(4), df.shift(2), df, df.shift(-2)], axis=1).dropna()", 4, 0),
        ("pd.concat([df.shift(2), df.shift(1), df], axis=1).dropna().values[5:, :df.shape[1] * 2]", 2, 5),
        ("pd.concat([df.shift(2), df.shift(1), df], axis=1).dropna().values[:, df.shape[1]:]", 2, 1),
    ],
)
def test_shifted_tables_side_by_side_are_windows(text: str, length: int, offset: int) -> None:
    (found,) = _windows(f"r = {text}", "r")
    assert found is not None
    assert (found.length, found.offset, found.stride) == (length, offset, 1)


@pytest.mark.parametrize(
    "text",
    [
        "pd.concat([df, df.shift(1)], axis=1)",
        "pd.concat([df.shift(1), df.shift(3), df], axis=1)",
        "pd.concat([df.shift(1), df.diff()], axis=1)",
        "pd.concat([df.shift(2), df.shift(1), df], axis=1).values[:, 1:]",
        "pd.concat([df.shift(1, freq='D'), df], axis=1)",
        "pd.concat([df.shift(1)[['a']], df], axis=1)",
    ],
)
def test_other_tables_side_by_side_are_no_windows(text: str) -> None:
    assert _windows(f"r = {text}", "r") == [None]


def test_sampled_rows_are_shuffled() -> None:
    assert interpret(f"{SETUP}r = df.sample(frac=1).values")["r"].fact.shuffled is True


@pytest.mark.parametrize("value", ["None", "3.5", "object()", "{}", "-100", "[[]]", "('a', 'b')", "(lambda x: x)"])
@pytest.mark.parametrize(
    "call",
    ["df[{}]", "df.iloc[{}]", "df.loc[{}]", "df.drop({})", "df.sample({})", "pd.DataFrame({})", "pd.concat({})",
     "df.head({})", "df.set_index({})", "df.groupby({})", "df + {}", "pd.read_csv({})", "df['a'].map({})"],
)  # fmt: skip
def test_what_pandas_refuses_is_no_error_here(call: str, value: str) -> None:
    interpret(f"{SETUP}x = {call.format(value)}")
