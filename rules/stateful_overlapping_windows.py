"""Overlapping windows go on where the batch before did not stop.

A stateful layer takes the next batch for the continuation of the last. Windows with stride 1 repeat what it has seen:

    batch 1    1 2 3
    batch 2    2 3 4        the layer has read 1 2 3 and now reads 2 3 again

Cut windows that do not overlap (stride = length), or use a stateless layer, which starts each window fresh. With as
many windows in a batch as a window has steps, row k of the next batch does go on from row k, and all is right.

When to ignore this: where the states are reset after every batch, by means that are not seen here.
"""

from collections.abc import Iterator

from rnnlint import Call, Data, Finding, Fix, Note, Program, Rule, Safety, Severity
from rnnlint.edits import in_front, resetting, subscripts
from rnnlint.facts import Loop, Unknown
from rnnlint.facts.sizes import equal, less_equal
from rnnlint.infer.batches import feed
from rnnlint.infer.states import Continuation, continuation, ids, keepers, overlapping, resets, understood
from rnnlint.questions.cutting import cut_notes

BAD = """
series = np.sin(np.arange(100) / 5)
x = np.array([series[i:i + 10] for i in range(90)])[..., None]
y = series[10:]
model = Sequential([Input(batch_shape=(1, 10, 1)), LSTM(8, stateful=True), Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, batch_size=1, shuffle=False)  # <-
"""

GOOD = """
series = np.sin(np.arange(100) / 5)
x = np.array([series[i:i + 10] for i in range(90)])[..., None]
y = series[10:]
model = Sequential([Input(batch_shape=(1, 10, 1)), LSTM(8, stateful=True), Dense(1)])
model.compile("adam", "mse")
model.fit(x[::10], y[::10], batch_size=1, shuffle=False)
"""

PROBE = """
# share of the steps that the states have read before
steps = np.concatenate([batch.x.ravel() for batch in BATCHES])
1 - len(np.unique(steps)) / len(steps)
"""


def check(program: Program) -> Iterator[Finding]:
    spoken: set[int] = set()
    for call in program.calls("fit", "predict", "evaluate", "train_on_batch"):
        layers = ids(call.model)
        if not keepers(call.model) or call.model.id in spoken or not understood(call):
            continue
        if any(resets(inner, layers) for inner in call.each_batch):
            continue
        for data in call.x.known:
            if _repeats_steps(program, call, data, layers):
                spoken.add(call.model.id)
                yield _finding(call, data)
                break


def _repeats_steps(program: Program, call: Call, data: Data, layers: frozenset[int]) -> bool:
    windows, fed = data.windows, feed(call)
    if windows is None or overlapping(windows) is not True or _features_of_one_step(data):
        return False
    if data.shuffled is True or (data.split is not None and data.split.random is True):
        return False
    if less_equal(fed.rows, fed.size) is True:
        return fed.rows == 1 and _in_loop_over_windows(program, call, layers)
    return continuation(windows, fed.size, fed.rows) in (Continuation.OVERLAPS, Continuation.GAP)


def _features_of_one_step(data: Data) -> bool:
    """Whether the steps of a window are the features of a single step, so that the next row is the next step."""
    return not isinstance(data.shape, Unknown) and data.shape.rank == 3 and equal(data.shape.dims[1], 1) is True


def _in_loop_over_windows(program: Program, call: Call, layers: frozenset[int]) -> bool:
    """Whether a loop hands one window after the other to the call, and resets nothing in between."""
    around = program.timeline.around(call)
    loop = around[-1] if around else None
    if not isinstance(loop, Loop) or loop.over != "data" or loop.times in (0, 1):
        return False
    return not any(resets(other, layers) for other, _ in loop.body.walk())


def _finding(call: Call, data: Data) -> Finding:
    assert data.windows is not None
    layer = keepers(call.model)[0]
    return Finding(
        call.location,
        f"windows of {data.windows.length} steps, one every {data.windows.stride}, repeat steps that `{layer.name}`"
        " has in its state",
        notes=[*cut_notes(data), Note(layer.location, "keeps its state between batches", layer.path)],
        gives=data.shape,
        layer=layer.path,
        fix=_apart(call, data),
    )


def _apart(call: Call, data: Data) -> Fix:
    """Of windows that go on one after the other those alone that share nothing."""
    title, windows = "cut windows that do not overlap (stride = length), or drop `stateful=True`", data.windows
    assert windows is not None
    length, stride = windows.length, windows.stride
    fresh = in_front(call.site, resetting(call, keepers(call.model))) if call.name == "predict" else ()
    if fresh and feed(call).rows == 1:
        return Fix("start each window in fresh states", fresh, Safety.REVIEW)
    alone = call.name == "fit" and feed(call).size == 1 and windows.sequences == windows.rate == 1
    if not alone or call.validation is not None or not isinstance(length, int) or not isinstance(stride, int):
        return Fix.advice(title)
    edits = subscripts(call, ("x", "y"), f"[::{length // stride}]") if length % stride == 0 else ()
    return Fix("take the windows that do not overlap", edits, Safety.REVIEW) if edits else Fix.advice(title)


rule = Rule(
    check,
    family="stateful",
    severity=Severity.WARNING,
    keras="silent",
    since="0.1",
    bad=BAD,
    good=GOOD,
    probe=PROBE,
)
