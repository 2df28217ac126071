"""x and y have different numbers of samples.

Each sample needs its target. The numbers part ways where windows are cut from one of the two only, where one is
trimmed or split and the other is not, or where a series is reshaped to windows. Keras refuses such data.

When to ignore this: never, Keras refuses the data.
"""

from collections.abc import Iterator

from rnnlint import Call, Data, Edit, Finding, Fix, Matcher, Note, Program, Rule, Safety, Severity, Shape
from rnnlint.edits import subscripts
from rnnlint.facts import NOWHERE, Argument, Slots
from rnnlint.facts.sizes import equal, is_known, subtract
from rnnlint.infer.feeding import feedings, validation_feedings
from rnnlint.questions.cutting import cut_by_reshape, impossible
from rnnlint.wordings import CARDINALITY

BAD = """
series = np.random.rand(200, 3)
x = np.array([series[i:i + 10] for i in range(190)])
y = series[:, 0]
model = Sequential([Input((10, 3)), LSTM(16), Dense(1)])
model.compile("adam", "mse")
model.fit(x, y)  # <-
"""

GOOD = """
series = np.random.rand(200, 3)
x = np.array([series[i:i + 10] for i in range(190)])
y = series[:, 0]
model = Sequential([Input((10, 3)), LSTM(16), Dense(1)])
model.compile("adam", "mse")
model.fit(x, y[10:])
"""


def check(program: Program) -> Iterator[Finding]:
    for call in program.calls("fit", "evaluate", "train_on_batch", "test_on_batch"):
        fed = [*feedings(call, program.keras), *validation_feedings(call, program.keras)]
        if any(feeding.lacks_batch for feeding in fed):
            continue
        if not impossible(program, call.x):
            yield from _judged(call, call.x, call.y, call["y"])
        if (given := call.held_out) is not None and not impossible(program, given.x):
            yield from _judged(call, given.x, given.y, given.argument)


def _judged(call: Call, x: Slots, y: Slots, argument: Argument) -> Iterator[Finding]:
    pair = _differing([*x.known, *y.known])
    if pair is None or cut_by_reshape(x, y) is not None:
        return
    first, second = pair
    yield Finding(
        argument.location if argument.given else call.location,
        f"{_named(first, x)} has {first.samples} samples, {_named(second, x)} has {second.samples}",
        notes=[
            Note(data.location, f"has {data.samples} samples") for data in (first, second) if data.location != NOWHERE
        ],
        gives=second.shape,
        fix=_fix(call, first, second) if argument is call["y"] else _advice(first, second),
    )


def _differing(data: list[Data]) -> tuple[Data, Data] | None:
    """The first two that surely have different numbers of samples."""
    arrays = [item for item in data if item.batching is None and isinstance(item.shape, Shape) and item.kind != "list"]
    for item in arrays[1:]:
        if equal(arrays[0].samples, item.samples) is False:
            return arrays[0], item
    return None


def _named(data: Data, x: Slots) -> str:
    side = "x" if any(data is item for item in x) else "y"
    return f"{side} (`{data.name}`)" if data.name and data.name != side else side


def _fix(call: Call, first: Data, second: Data) -> Fix:
    if (swapped := _split_names(first, second)) is not None:
        return swapped
    windows, length = first.windows, first.windows.length if first.windows is not None else None
    whole = windows is not None and second.windows is None and windows.stride == windows.rate == windows.sequences == 1
    theirs = any(second is item for item in call.y) and len(call.x) == 1
    if theirs and whole and is_known(length) and equal(subtract(second.samples, first.samples), length) is True:
        edits = subscripts(call, ("y",), f"[{length}:]") if str(length).isidentifier() or str(length).isdigit() else ()
        if edits and len(call.y) == 1:
            return Fix("leave out the targets that stand in the first window", edits, Safety.REVIEW)
    return _advice(first, second)


def _advice(first: Data, second: Data) -> Fix:
    if first.windows is not None and second.windows is None:
        return Fix.advice(f"cut the targets too: one for each window, `y[{first.windows.length}:]` for the next step")
    return Fix.advice("take the same samples of both")


def _split_names(first: Data, second: Data) -> Fix | None:
    """Names in another order than `train_test_split` gives its parts: both of x, then both of y."""
    split, other = first.split, second.split
    site = split.site if split is not None else None
    if split is None or other is None or site is None or site.targets_at is None or len(site.targets) != 4:
        return None
    if split.source != other.source or (split.part, other.part) != ("train", "test"):
        return None
    a, b, c, d = site.targets
    return Fix("name the parts in the order they come in", (Edit(site.targets_at, f"{a}, {c}, {b}, {d}"),), Safety.SAFE)


CAUSE = "x and y (or the weights) differ in the number of samples"
ADVICE = "cut both from the same rows, and split them together"

MESSAGES = (
    Matcher(
        CARDINALITY,
        cause="x has {x} samples and y has {y}",
        fix=ADVICE,
        score=0.93,
        when=lambda told: "x" in told.parts,
    ),
    Matcher(CARDINALITY, CAUSE, ADVICE, score=0.9),
    Matcher(
        r"input arrays should have the same number of samples as target arrays\. found (?P<x>\d{1,12}) input "
        r"samples and "
        r"(?P<y>\d{1,12}) target samples",
        cause="x has {x} samples and y has {y}",
        fix=ADVICE,
        score=0.95,
    ),
    Matcher(
        r"all (?:input|target|sample_weight) arrays \(\w{1,14}\) should have the same number of samples|"
        r"found input variables with inconsistent numbers of samples|"
        r"all (?:the )?(?:input )?arrays (?:must|should) have the same number of samples",
        CAUSE,
        ADVICE,
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
