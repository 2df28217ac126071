"""A scaler fitted on n columns inverts data of another width or rank.

A scaler keeps a minimum and a scale for each column it was fitted on. Predictions have the width of the model's
output: one column where the scaler knows nine does not fit, and neither do sequences of three axes. Fit a scaler of its
own for the target, or put the predictions into a table of the full width first.

When to ignore this: never, scikit-learn refuses the data. (A scaler fitted on one column takes any width.)
"""

from collections.abc import Iterator

from rnnlint import Edit, Finding, Fix, Matcher, Note, Program, Rule, Safety, Severity, Shape
from rnnlint.edits import PLAIN, PRIMARY, behind
from rnnlint.facts import NOWHERE, Dim, Use
from rnnlint.facts.sizes import equal

BAD = """
from sklearn.preprocessing import MinMaxScaler

scaler = MinMaxScaler()
scaled = scaler.fit_transform(np.random.rand(100, 9))
x, y = scaled.reshape(20, 5, 9), scaled[::5, 0]
model = Sequential([Input((5, 9)), LSTM(16), Dense(1)])
model.compile("adam", "mse")
model.fit(x, y)
prices = scaler.inverse_transform(model.predict(x))  # <-
"""

GOOD = """
from sklearn.preprocessing import MinMaxScaler

scaler = MinMaxScaler()
scaled = scaler.fit_transform(np.random.rand(100, 9))
x, y = scaled.reshape(20, 5, 9), scaled[::5, 0]
model = Sequential([Input((5, 9)), LSTM(16), Dense(9)])
model.compile("adam", "mse")
model.fit(x, scaled[::5])
prices = scaler.inverse_transform(model.predict(x))
"""


def check(program: Program) -> Iterator[Finding]:
    for use in program.uses:
        if use.kind == "inverse_transform":
            yield from _judged(use)


def _judged(use: Use) -> Iterator[Finding]:
    given, fitted = use.data.shape, use.wants
    if not isinstance(given, Shape) or not isinstance(fitted, Shape) or fitted.rank != 2:
        return
    columns = fitted.dims[1]
    if given.rank != 2:
        axes = "1 axis" if given.rank == 1 else f"{given.rank} axes"
        message = f"the scaler inverts tables, of rows and columns, but gets an array of {axes}"
        advice = "reshape to (rows, columns) first, and back afterwards"
    elif equal(given.dims[1], columns) is False and equal(columns, 1) is False:
        message = f"the scaler was fitted on {columns} columns, but inverts {given.dims[1]}"
        advice = "fit a scaler of its own for what the model predicts"
    else:
        return
    notes = [Note(use.made, f"fitted on {columns} columns")] if use.made != NOWHERE else []
    fix = _reshaped(use, given, columns) or Fix.advice(advice)
    yield Finding(use.location, message, notes=notes, gives=given, needs=fitted, fix=fix)


def _reshaped(use: Use, given: Shape, columns: Dim) -> Fix | None:
    """Numbers in a table and back, where the scaler knows as many columns as the last axis has, or one."""
    written = use.site.arguments.get("X") if use.site is not None else None
    if use.site is None or written is None or not PRIMARY.fullmatch(written.text) or use.data.kind != "array":
        return None
    if given.rank == 1 and columns == 1:
        return Fix("make a column of them", (Edit(behind(written.value), ".reshape(-1, 1)"),), Safety.REVIEW)
    if given.rank == 3 and isinstance(columns, int) and given.dims[-1] == columns and PLAIN.fullmatch(written.text):
        table = Edit(behind(written.value), f".reshape(-1, {columns})")
        edits = (table, Edit(behind(use.site.location), f".reshape({written.text}.shape)"))
        return Fix("make a table of them, and sequences again of what comes back", edits, Safety.REVIEW)
    return None


CAUSE = "the scaler was fitted on another number of columns than it is to invert: {gives} against {needs}"
ADVICE = "fit a scaler of its own on the target column, or put the predictions into an array of the fitted width"

MESSAGES = (
    Matcher(
        r"non-broadcastable output operand with shape (?P<gives>\([\d, ]{1,60}\)) doesn'?t match the broadcast shape "
        r"(?P<needs>\([\d, ]{1,60}\))",
        CAUSE,
        ADVICE,
        score=0.95,
    ),
    Matcher(
        r"x has (?P<gives>\d{1,9}) features?, but (?P<scaler>\w{1,60}(?:scaler|transformer|encoder|imputer|"
        r"pca)) is expecting "
        r"(?P<needs>\d{1,9}) features?",
        cause="{scaler} was fitted on {needs} columns and gets {gives}",
        fix=ADVICE,
        score=0.95,
    ),
    Matcher(
        r"found array with dim 3\. (?:the )?\w{1,60} expected <= ?2|found array with dim 3, while dim <= 2 is required",
        cause="a scaler gets an array of three axes, and reads two",
        fix="scale (rows, columns) before windows are made, and reshape predictions to two axes",
        score=0.85,
    ),
    Matcher(
        r"operands could not be broadcast together with shapes (?P<gives>\(\d{1,9},\d{1,9}\)) (?P<needs>\(\d{1,9},\)) "
        r"\(\d{1,9},\d{1,9}\)",
        CAUSE,
        ADVICE,
        score=0.75,
    ),
)

rule = Rule(
    check,
    family="data",
    severity=Severity.ERROR,
    keras="raises",
    since="0.1",
    bad=BAD,
    good=GOOD,
    messages=MESSAGES,
)
