"""A reshape cuts a series where windows were meant.

`reshape` only regroups the numbers that are there:

    series                   1 2 3 4 5 6
    reshape, steps of 3      1 2 3 | 4 5 6
    windows of 3 steps       1 2 3 | 2 3 4 | 3 4 5        with targets 4, 5 and 6

So 320 rows make 32 blocks of 10 steps that do not overlap, not 310 windows of 10 steps. Asked for (320, 10, columns) it
fails, for that would take ten times the numbers; asked for (-1, 10, columns) it gives a tenth of the samples, and the
targets no longer fit.

When to ignore this: where blocks are meant, and the targets are cut to blocks as well.
"""

from collections.abc import Iterator

from rnnlint import Edit, Finding, Fix, Matcher, Note, Program, Rule, Safety, Severity, Shape
from rnnlint.edits import PLAIN
from rnnlint.facts import Call, Data, Dim, Reshaped, Slots, Use
from rnnlint.facts.sizes import equal, is_known, subtract
from rnnlint.messages import Told
from rnnlint.questions.cutting import cut_by_reshape, steps_from_nothing
from rnnlint.repairs import asked_sizes
from rnnlint.wordings import CARDINALITY

BAD = """
series, y = np.random.rand(300, 4), np.random.rand(300, 1)
x = series.reshape(-1, 10, 4)  # <-
model = Sequential([Input((10, 4)), LSTM(16), Dense(1)])
model.compile("adam", "mse")
model.fit(x, y)
"""

GOOD = """
series, y = np.random.rand(300, 4), np.random.rand(300, 1)
x = np.array([series[i:i + 10] for i in range(290)])
model = Sequential([Input((10, 4)), LSTM(16), Dense(1)])
model.compile("adam", "mse")
model.fit(x, y[10:])
"""


def check(program: Program) -> Iterator[Finding]:
    for use in program.uses:
        if steps_from_nothing(use):
            yield _impossible(program, use)
    for call in program.calls("fit", "evaluate", "train_on_batch"):
        for x, y in _pairs(call):
            found = cut_by_reshape(x, y)
            if found is not None:
                yield _cut(call, *found, y)


def _pairs(call: Call) -> Iterator[tuple[Slots, Slots]]:
    yield call.x, call.y
    if call.held_out is not None:
        yield call.held_out.x, call.held_out.y


def _impossible(program: Program, use: Use) -> Finding:
    assert isinstance(use.wants, Shape)
    steps = use.wants.dims[1]
    return Finding(
        use.location,
        f"a reshape cannot make {steps} steps of each row: {_tuple(use.wants)} takes {steps} times the numbers that"
        " there are",
        gives=use.data.shape,
        needs=use.wants,
        fix=_cut_here(program, use) or _windows(steps, use.wants.dims[0]),
    )


def _cut_here(program: Program, use: Use) -> Fix | None:
    """The windows in place of the reshape, where there is a target for each of them: one for the step behind it."""
    site, sizes = use.site, asked_sizes(use.site)
    given = site.arguments.get("a") if site is not None else None
    module, _, function = site.spelled.rpartition(".") if site is not None else ("", "", "")
    if site is None or given is None or function != "reshape" or not isinstance(use.wants, Shape) or len(sizes) != 3:
        return None
    rows, steps = use.wants.dims[:2]
    behind_it = subtract(rows, steps)
    x, size = given.text, sizes[1][1]
    if (
        not PLAIN.fullmatch(x)
        or not (size.isdigit() or PLAIN.fullmatch(size))
        or not _aimed_at(program, use, behind_it)
    ):
        return None
    text = f"{module}.array([{x}[i:i + {size}] for i in range(len({x}) - {size})])"
    return Fix("cut windows", (Edit(site.location, text),), Safety.REVIEW)


def _aimed_at(program: Program, use: Use, count: Dim) -> bool:
    """Whether every call that gets the data has as many targets."""
    targets = [
        y.samples
        for call in program.calls("fit", "evaluate", "train_on_batch")
        for x, y in _pairs(call)
        if any(use.location in (data.location, data.reshaped and data.reshaped.location) for data in x.known)
    ]
    return bool(targets) and all(equal(samples, count) is True for samples in targets)


def _cut(call: Call, data: Data, reshaped: Reshaped, y: Slots) -> Finding:
    assert isinstance(data.shape, Shape)
    steps = data.shape.dims[1] if data.shape.rank > 1 else "?"
    return Finding(
        reshaped.location,
        f"the reshape cuts {reshaped.before.batch} rows to {data.shape.batch} samples, but y has {y.samples}",
        notes=[Note(call.location, f"`{call.name}` gets {data.shape.batch} samples and {y.samples} targets")],
        gives=data.shape,
        fix=_windows(steps, reshaped.before.batch),
    )


def _windows(steps: object, rows: object) -> Fix:
    count = f" for i in range(len(x) - {steps})" if is_known(steps) and is_known(rows) else " for each i"
    return Fix.advice(f"cut windows: `np.array([x[i:i + {steps}]{count}])`, and the targets with them")


def _tuple(shape: Shape) -> str:
    return f"({', '.join(map(str, shape.dims))})"


def _times(told: Told) -> bool:
    """Whether the samples of one are a multiple of the other's, as where a series was cut by `reshape`."""
    fewer, more = sorted((told.number("x"), told.number("y")))
    return 0 < fewer < more and more % fewer == 0


MESSAGES = (
    Matcher(
        CARDINALITY,
        cause="x has {x} samples and y has {y}, a multiple: the series was probably cut into pieces by `reshape`",
        fix="take a window for each target: `timeseries_dataset_from_array`, or `sliding_window_view`",
        score=0.85,
        when=_times,
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
