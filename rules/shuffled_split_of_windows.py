"""Overlapping windows are split at random, so the test set was seen in training.

Windows of one series share steps with their neighbours. Drawn at random, nearly every test window lies between two
training windows that hold the same steps, one further and one back:

    windows      1 2 3    2 3 4    3 4 5    4 5 6    5 6 7
    at random    train    train    test     train    train        3 4 5 and its target 6 were all seen in training
    by time      train    train    -        -        test

The test then measures what was learned by heart. Split by time: the first part of the series to train, the last to
test, best with a gap of one window.

When to ignore this: where the windows come from many separate series, and whole series are drawn.
"""

from collections.abc import Iterator

from rnnlint import Data, Finding, Fix, Note, Program, Rule, Safety, Severity
from rnnlint.facts import NOWHERE, Call, Location
from rnnlint.infer.states import overlapping

BAD = """
from sklearn.model_selection import train_test_split

series = np.cumsum(np.random.randn(300))
x = np.array([series[i:i + 20] for i in range(280)])[..., None]
y = series[20:]
x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.2)  # <-
model = Sequential([Input((20, 1)), LSTM(16), Dense(1)])
model.compile("adam", "mse")
model.fit(x_train, y_train, validation_data=(x_test, y_test))
"""

GOOD = """
from sklearn.model_selection import train_test_split

series = np.cumsum(np.random.randn(300))
x = np.array([series[i:i + 20] for i in range(280)])[..., None]
y = series[20:]
x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.2, shuffle=False)
model = Sequential([Input((20, 1)), LSTM(16), Dense(1)])
model.compile("adam", "mse")
model.fit(x_train, y_train, validation_data=(x_test, y_test))
"""

PROBE = """
# share of the test targets that stand in a training window
np.mean(np.isin(y_test, x_train))
"""


def check(program: Program) -> Iterator[Finding]:
    spoken: set[Location] = set()
    for call in program.calls("fit", "evaluate", "predict", "train_on_batch"):
        for data in _handed(call):
            where = _drawn_at(call, data)
            if where is not None and where not in spoken:
                spoken.add(where)
                yield _finding(call, data, where)


def _handed(call: Call) -> Iterator[Data]:
    yield from call.x.known
    if call.validated is not None:
        yield from call.validated.x.known


def _drawn_at(call: Call, data: Data) -> Location | None:
    """Where overlapping windows are drawn at random, or shuffled in front of a split; None: they are not."""
    if data.windows is None or overlapping(data.windows) is not True:
        return None
    if data.split is not None and data.split.random is True:
        by_hand = data.split.site is None and data.shuffled_at != NOWHERE
        return data.shuffled_at if by_hand else data.split.location
    by_fraction = call.validated is not None and call.validated.split is not None
    if data.shuffled is True and (data.split is not None or by_fraction) and data.shuffled_at != NOWHERE:
        return data.shuffled_at
    return None


def _finding(call: Call, data: Data, where: Location) -> Finding:
    assert data.windows is not None
    random = data.split is not None and data.split.random is True
    fix = Fix.advice("split by time first, and shuffle inside of the training part alone")
    if random and data.split is not None and data.split.site is not None:
        fix = Fix.argument(data.split.site, "shuffle", "False", "split by time", Safety.REVIEW)
    return Finding(
        where,
        f"windows that share steps (length {data.windows.length}, one every {data.windows.stride}) are "
        + ("split at random" if random else "shuffled before they are split"),
        notes=[Note(call.location, f"`{call.spelled or call.name}` gets a part of them")],
        fix=fix,
    )


rule = Rule(
    check,
    family="data",
    severity=Severity.WARNING,
    keras="silent",
    since="0.1",
    bad=BAD,
    good=GOOD,
    probe=PROBE,
    why="the test windows hold the steps of the training windows",
)
