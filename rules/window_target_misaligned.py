"""The target is not the step after its window, or lies inside it.

A forecast learns the value that follows its window. Where the target is one of the window's own steps, the model only
has to copy it: the loss is excellent, and the forecast is worth nothing.

    window     target
    1 2 3      4          the step after it: a forecast
    1 2 3      3          its own last step: a copy

It happens by an index that is off by one, and with `timeseries_dataset_from_array(data, targets=data, ...)`, which
takes the target at the start of each window: the targets must be `data[sequence_length:]`.

When to ignore this: where the value at a step is to be estimated from its surroundings, not forecast.
"""

from collections.abc import Iterator

from rnnlint import Data, Edit, Finding, Fix, Program, Rule, Safety, Severity
from rnnlint.edits import PLAIN
from rnnlint.facts import Call, Unknown, Windows
from rnnlint.facts.sizes import add, equal, less, less_equal, multiply, subtract
from rnnlint.questions.cutting import cut_notes

BAD = """
series = np.cumsum(np.random.randn(200))
x, y = [], []
for i in range(190):
    x.append(series[i:i + 10])
    y.append(series[i + 9])
x, y = np.array(x)[..., None], np.array(y)
model = Sequential([Input((10, 1)), LSTM(16), Dense(1)])
model.compile("adam", "mse")
model.fit(x, y)  # <-
"""

GOOD = """
series = np.cumsum(np.random.randn(200))
x, y = [], []
for i in range(190):
    x.append(series[i:i + 10])
    y.append(series[i + 10])
x, y = np.array(x)[..., None], np.array(y)
model = Sequential([Input((10, 1)), LSTM(16), Dense(1)])
model.compile("adam", "mse")
model.fit(x, y)
"""

PROBE = """
# share of the targets that stand in their own window
np.mean([target in window for window, target in zip(x, y)])
"""


def check(program: Program) -> Iterator[Finding]:
    for call in program.calls("fit", "train_on_batch"):
        if isinstance(call.validation, Unknown) or call.x.unsure or call.y.unsure:
            continue
        for target in call.y.known:
            source = next((data for data in call.x.known if _leaks(data.windows, target.windows)), None)
            if source is not None:
                yield _finding(call, source, target)


def _leaks(window: Windows | None, target: Windows | None) -> bool:
    """Whether the target begins inside the window and is among what the window holds."""
    if window is None or target is None or window.source != target.source or window.rate != target.rate:
        return False
    if equal(window.stride, target.stride) is not True or not _among(window, target):
        return False
    distance, end = subtract(target.offset, window.offset), multiply(window.length, window.rate)
    inside = less_equal(0, distance) is True and less(distance, end) is True
    if not inside or (equal(target.length, window.length) is not False and target.length != 1):
        return False
    return equal(target.length, 1) is True or less(end, add(distance, multiply(target.length, target.rate))) is True


def _among(window: Windows, target: Windows) -> bool:
    """Whether the target's columns are surely among those of the window."""
    if window.columns is None:
        return True
    if isinstance(window.columns, Unknown) or isinstance(target.columns, Unknown) or target.columns is None:
        return False
    return target.columns <= window.columns


def _finding(call: Call, source: Data, target: Data) -> Finding:
    assert source.windows is not None and target.windows is not None
    distance = subtract(target.windows.offset, source.windows.offset)
    length = source.windows.length
    return Finding(
        call.location,
        f"the target is step {add(distance, 1)} of a window of {length}, not the step after it",
        notes=cut_notes(target, source),
        fix=_later(source.windows, target.windows)
        or Fix.advice(f"take the target {length} steps after the start of the window"),
    )


def _later(window: Windows, target: Windows) -> Fix | None:
    """Targets that begin at the step behind the first window, where Keras cuts the windows."""
    written = target.site.arguments.get("targets") if target.site is not None else None
    steps = target.site.arguments.get("sequence_length") if target.site is not None else None
    distance = subtract(target.offset, window.offset)
    if written is None or steps is None or not isinstance(distance, int) or window.rate != 1:
        return None
    start = f"{written.text}[" if PLAIN.fullmatch(written.text) else ""
    text = steps.text if distance == 0 else ""
    if distance and written.text.endswith(f"[{distance}:]") and window.offset == 0:
        start, text = written.text.removesuffix(f"{distance}:]"), steps.text
    elif distance and isinstance(window.length, int):
        text = str(window.length - distance)
    if not start or not text or (not PLAIN.fullmatch(text) and not text.isdigit()):
        return None
    edit = Edit(written.value, f"{start}{text}:]")
    return Fix("take the targets from the step behind the first window", (edit,), Safety.REVIEW)


rule = Rule(
    check,
    family="data",
    severity=Severity.WARNING,
    keras="silent",
    since="0.1",
    bad=BAD,
    good=GOOD,
    probe=PROBE,
)
