"""Loss, last activation, units and kind of target do not go together.

- one unit: softmax over a single unit is always 1, and a categorical crossentropy of it is always 0
- classes: `categorical_crossentropy` reads one-hot rows, `sparse_categorical_crossentropy` ids; both read probabilities
  from a softmax over one unit for each class, or logits with `from_logits=True`
- yes or no: `binary_crossentropy` reads 0 and 1, and probabilities from a sigmoid, or logits with `from_logits=True`

Only some of this raises; the rest trains, with a loss that goes negative or stays at 0. Softmax over one unit with
`binary_crossentropy` even seems to learn: Keras computes that loss from the number in front of the softmax, so the loss
falls while every prediction is 1.

When to ignore this: where a layer of one's own makes probabilities in front of the last one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from rnnlint import UNKNOWN, Edit, Finding, Fix, Matcher, Model, Note, Program, Rule, Safety, Severity, Shape, Tensor
from rnnlint.facts import CallSite, Compile, Loss
from rnnlint.finding import set_argument
from rnnlint.infer.feeding import refuses_all
from rnnlint.infer.losses import BINARY, CATEGORICAL, SPARSE, from_logits
from rnnlint.messages import Told
from rnnlint.questions.flow import Flow, made_elsewhere_too
from rnnlint.questions.targets import Comparison, Head, comparisons, head
from rnnlint.wordings import CHECKED_SHAPE, COMPARED

QUOTES = ("'", '"')
NUMBERS = ("mean_squared_error", "mean_absolute_error", "mean_squared_logarithmic_error", "huber", "log_cosh")
MAX_CLASSES = 1000
"""Whole numbers beyond it are no classes."""

BAD = """
x, y = np.random.rand(64, 12, 3), np.random.randint(0, 3, 64)
model = Sequential([
    Input((12, 3)),
    LSTM(16),
    Dense(1, activation="softmax"),  # <-
])
model.compile("adam", "binary_crossentropy")
model.fit(x, y)
"""

GOOD = """
x, y = np.random.rand(64, 12, 3), np.random.randint(0, 3, 64)
model = Sequential([
    Input((12, 3)),
    LSTM(16),
    Dense(3, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x, y)
"""

PROBE = """
# every output is 1, whatever comes in
bool(np.all(model.predict(np.random.randn(64, 12, 3) * 10) == 1))
"""


@dataclass(frozen=True, slots=True)
class Repair:
    """How the three go together: what to change, None: as it is."""

    title: str
    units: int | None = None
    activation: str | None = None
    loss: str | None = None


Wrong = tuple[str, Severity, Repair]
"""What is wrong, how bad it is, and how to mend it."""


def check(program: Program) -> Iterator[Finding]:
    flow = Flow(program)
    compared: dict[tuple[int, object], list[Comparison]] = {}
    for found in comparisons(program):
        compared.setdefault((found.call.model.id, found.output.origin), []).append(found)
    for model, compiled in _compiled(program):
        losses = compiled.losses if isinstance(compiled.losses, tuple) else ()
        for output, loss in zip(model.outputs, losses, strict=False):
            ending = head(flow, output)
            if ending is not None and not refuses_all(model):
                yield from _judged(program, compiled, output, loss, ending, compared.get((model.id, output.origin), []))


def _compiled(program: Program) -> Iterator[tuple[Model, Compile]]:
    """The models as they are compiled, and as they are when they are called."""
    seen = set()
    for model in (*(call.model for call in program.calls()), *program.models):
        if isinstance(model.compile, Compile) and (model.id, model.compile.location) not in seen:
            seen.add((model.id, model.compile.location))
            yield model, model.compile


def _judged(
    program: Program,
    compiled: Compile,
    output: Tensor,
    loss: Loss | None,
    ending: Head,
    compared: list[Comparison],
) -> Iterator[Finding]:
    units = output.shape.dims[-1] if isinstance(output.shape, Shape) and output.shape.rank > 1 else UNKNOWN
    notes = [Note(compiled.location, f"the loss is {loss.name}")] if loss and loss.name is not UNKNOWN else []
    if ending.applied.id != ending.layer.id and isinstance(ending.activation, str):
        notes.append(Note(ending.applied.location, f"applies {ending.activation}", ending.applied.path))
    notes += [Note(found.location, f"the target is {found.target.shape}") for found in compared[:1]]
    for text, severity, repair in _wrong(units, loss, ending, compared):
        yield Finding(
            ending.layer.location,
            text,
            notes=notes,
            severity=severity,
            layer=ending.layer.path,
            fix=_fix(program, compiled, ending, repair),
        )
        return


def _wrong(units: object, loss: Loss | None, ending: Head, compared: list[Comparison]) -> Iterator[Wrong]:
    name = f"`{ending.layer.name}`"
    if units == 1:
        yield from _one_unit(name, loss, ending, compared)
    if loss is None or loss.name is UNKNOWN:
        return
    yield from _kind_of_target(name, loss, compared)
    yield from _values(name, units, loss, compared)
    yield from _last_activation(units, loss, ending)
    if loss.name in NUMBERS and ending.activation == "softmax" and units != 1:
        yield from _shares(name, compared)


def _one_unit(name: str, loss: Loss | None, ending: Head, compared: list[Comparison]) -> Iterator[Wrong]:
    classes = _classes(compared)
    repair = (_for_classes(classes) if classes else None) or _yes_or_no_or_number(loss, ending, compared)
    if ending.activation == "softmax":
        yield f"softmax over the one unit of {name} is 1 whatever comes in", Severity.ERROR, repair
    elif loss is not None and loss.name in CATEGORICAL | SPARSE:
        yield f"`{loss.name}` over the one unit of {name} is 0 whatever comes in", Severity.ERROR, repair


def _yes_or_no_or_number(loss: Loss | None, ending: Head, compared: list[Comparison]) -> Repair:
    """A sigmoid for a loss that reads yes or no; nothing applied for numbers that are not whole."""
    if loss is not None and ending.activation == "softmax":
        if loss.name in BINARY and from_logits(loss) is False:
            return Repair("use sigmoid for yes or no", activation="sigmoid")
        numbers = bool(compared) and all(found.target.values.whole is False for found in compared)
        if loss.name in NUMBERS and numbers:
            return Repair("apply nothing to a number", activation="linear")
    return Repair("use sigmoid for yes or no, one unit for each class with softmax, or no activation for a number")


def _kind_of_target(name: str, loss: Loss, compared: list[Comparison]) -> Iterator[Wrong]:
    """A target that fits the loss for the other kind."""
    for found in compared:
        if found.meant is not None and isinstance(found.meant.name, str):
            kinds = ("ids", "one-hot rows") if loss.name in CATEGORICAL else ("one-hot rows", "ids")
            text = f"`{loss.name}` compares {name} with {kinds[1]}, but the target holds {kinds[0]}"
            repair = Repair(f"use the loss `{found.meant.name}`", loss=found.meant.name)
            yield f"{text}: {found.target.shape}", Severity.ERROR, repair
            return


def _values(name: str, units: object, loss: Loss, compared: list[Comparison]) -> Iterator[Wrong]:
    """Targets beyond what the loss can read."""
    for found in compared:
        low, high, whole = found.target.values.low, found.target.values.high, found.target.values.whole
        if found.verdict.wrong:
            continue
        if loss.name in BINARY and isinstance(high, int | float) and high > 1:
            labels = f"labels up to {high}" if whole is True else f"numbers up to {high}"
            text = f"`{loss.name}` reads 0 to 1, but the target of {name} holds {labels}"
            yield text, Severity.ERROR, _beyond_one(high, whole, units)
        elif loss.name in BINARY and isinstance(low, int | float) and low < 0:
            text = f"`{loss.name}` reads 0 to 1, but the target of {name} goes down to {low}"
            yield text, Severity.ERROR, Repair("give labels 0 and 1, or use a loss for numbers such as mse")
        elif loss.name in SPARSE and isinstance(high, int) and isinstance(units, int) and high >= units > 1:
            text = f"{name} has {units} units, for ids up to {units - 1}, but ids go up to {high}"
            repair = Repair(f"give the layer {high + 1} units, or number the classes from 0", units=high + 1)
            yield text, Severity.ERROR, repair
        elif loss.name in SPARSE and isinstance(low, int) and low < 0 and "ignore_class" not in loss.options:
            text = f"`{loss.name}` reads ids from 0, but ids go down to {low}"
            yield text, Severity.ERROR, Repair("number the classes from 0")


def _last_activation(units: object, loss: Loss, ending: Head) -> Iterator[Wrong]:
    name, activation = f"`{ending.layer.name}`", ending.activation
    if not isinstance(loss.name, str) or loss.name not in BINARY | CATEGORICAL | SPARSE:
        return
    logits, wanted = from_logits(loss), "sigmoid" if loss.name in BINARY else "softmax"
    if logits is True and activation in ("softmax", "sigmoid"):
        text = f"`from_logits=True` applies {wanted} again to what {name} gives"
        yield text, Severity.WARNING, Repair(f"drop the {activation}, or `from_logits=True`")
    elif logits is False and activation in ("linear", "relu", "tanh"):
        what = "has no activation" if activation == "linear" else f"ends in {activation}"
        more = ", or give `from_logits=True`" if activation == "linear" else ""
        text = f"`{loss.name}` reads probabilities, but {name} {what}"
        repair = Repair(f"end in {wanted}{more}", activation=wanted)
        yield text, Severity.WARNING, _dense_behind(units, wanted) if ending.applied.recurrent else repair
    elif loss.name in BINARY and activation == "softmax" and isinstance(units, int) and units > 2:
        text = f"`{loss.name}` judges the {units} classes of the softmax of {name} one by one"
        repair = Repair("use a categorical crossentropy; sigmoid where several labels can hold at once")
        yield text, Severity.WARNING, repair


def _dense_behind(units: object, activation: str) -> Repair:
    """The gates of a recurrent layer come behind its activation: what a softmax gives sums to 1 no longer."""
    count = units if isinstance(units, int) else "..."
    return Repair(f'put a `Dense({count}, activation="{activation}")` behind it')


def _shares(name: str, compared: list[Comparison]) -> Iterator[Wrong]:
    """A softmax, whose outputs add up to 1, against the next values of a series."""
    for found in compared:
        windows, values = found.target.windows, found.target.values
        if windows is None or values.whole is not False or values.one_hot is True:
            continue
        if any(data.windows is not None and data.windows.source == windows.source for data in found.call.x.known):
            text = f"the outputs of the softmax of {name} add up to 1, but the target holds the next values of a series"
            yield text, Severity.WARNING, Repair("apply nothing to numbers", activation="linear")
            return


def _classes(compared: list[Comparison]) -> int | None:
    """How many classes the target numbers, from 0; None: that is not known, or it numbers none."""
    for found in compared:
        low, high = found.target.values.low, found.target.values.high
        if found.target.values.whole is True and isinstance(high, int) and 1 < high < MAX_CLASSES and low == 0:
            return high + 1
    return None


def _for_classes(classes: int) -> Repair:
    loss = "sparse_categorical_crossentropy"
    return Repair(f"give one unit for each of the {classes} classes, softmax and `{loss}`", classes, "softmax", loss)


def _beyond_one(high: float, whole: object, units: object) -> Repair:
    if whole is True and isinstance(high, int) and high < MAX_CLASSES:
        if units == 1:
            return _for_classes(high + 1)
        return Repair(f"give {high + 1} units, softmax and `sparse_categorical_crossentropy`")
    return Repair("use a loss for numbers such as mse with a linear unit, or scale the target to 0 to 1")


def _fix(program: Program, compiled: Compile, ending: Head, repair: Repair) -> Fix:
    edits = _edits(compiled, ending, repair)
    if not edits or made_elsewhere_too(program, [ending.layer, ending.applied]):
        return Fix.advice(repair.title)
    return Fix(repair.title, edits, Safety.REVIEW)


def _edits(compiled: Compile, ending: Head, repair: Repair) -> tuple[Edit, ...]:
    """All that the repair changes, or nothing where one of it cannot be written."""
    layer, applied = ending.layer.inner.site, ending.applied.inner.site
    if ending.applied.recurrent:  # what it applies is fed back, and behind an LSTM or a GRU it is gated
        applied = None
    wanted: list[tuple[CallSite | None, str, str | None]] = []
    if repair.units is not None:
        wanted.append((layer, "units", str(repair.units)))
    if repair.activation is not None and repair.activation != ending.activation:
        dropped = repair.activation == "linear" and ending.applied is ending.layer
        wanted.append((applied, "activation", None if dropped else f'"{repair.activation}"'))
    if repair.loss is not None:
        loss = compiled.site.arguments.get("loss") if compiled.site is not None else None
        wanted.append((compiled.site if loss and loss.text[:1] in QUOTES else None, "loss", f'"{repair.loss}"'))
    edits: list[Edit] = []
    for site, name, text in wanted:
        made = () if site is None else set_argument(site, name, text)
        if not made:
            return ()
        edits += made
    return tuple(edits)


ADVICE = (
    "`sparse_categorical_crossentropy` takes class numbers, `categorical_crossentropy` one-hot rows; one unit with "
)
ADVICE += "a sigmoid goes with `binary_crossentropy`, as many units as classes go with a softmax"


def _numbers_for_rows(told: Told) -> bool:
    """Whether one column of class numbers stands where one-hot rows are wanted, or the other way round."""
    gives, needs = told.dims("gives"), told.dims("needs")
    if not gives or not needs or gives == needs:
        return False
    one_column = gives[-1] != needs[-1] and 1 in (gives[-1], needs[-1])
    return one_column or (len(needs) == len(gives) + 1 and gives == needs[:-1])


def _rows_for_numbers(told: Told) -> bool:
    """Whether there are as many entries in the labels as in the logits: y is one-hot."""
    logits, labels = told.dims("needs"), told.dims("gives")
    if not logits or not labels or len(logits) != 2 or None in (*logits, *labels):
        return False
    rows, classes = logits
    return labels[-1] == (rows or 0) * (classes or 0)


MESSAGES = (
    Matcher(
        r"while using as loss `?(?P<loss>\w{0,40}crossentropy)",
        cause="the targets are not what the loss `{loss}` reads",
        fix=ADVICE,
        score=0.95,
    ),
    Matcher(
        r"while using as loss `?(?P<loss>\w{1,60})",
        cause="the targets are not what the loss `{loss}` compares them with",
        fix=ADVICE,
        score=0.7,
    ),
    Matcher(
        r"received a label value of (?P<label>-?\d{1,12}) which is outside the valid range of \[0, "
        r"(?P<classes>\d{1,9})\)",
        cause="there is a class {label}, but the output has only {classes} units, for the classes from 0",
        fix="give the last layer as many units as there are classes, and number them from 0",
        score=0.95,
    ),
    Matcher(
        r"logits and labels must have the same first dimension, got logits shape (?P<needs>\[[\d,]{1,60}\]) and labels "
        r"shape (?P<gives>\[[\d,]{1,60}\])",
        cause="y is one-hot, but a sparse loss reads class numbers",
        fix=ADVICE,
        score=0.95,
        when=_rows_for_numbers,
    ),
    Matcher(
        r"logits and labels must have the same first dimension",
        cause="the loss reads one class number for each row of the output",
        fix=ADVICE,
        score=0.7,
    ),
    Matcher(
        r"shapes (?P<gives>\([^()]{1,80}\)) and (?P<needs>\([^()]{1,80}\)) are incompatible",
        cause="class numbers stand against one-hot rows: {gives} against {needs}",
        fix=ADVICE,
        score=0.9,
        when=_numbers_for_rows,
    ),
    Matcher(
        COMPARED,
        cause="y is one-hot, but a sparse loss reads class numbers",
        fix=ADVICE,
        score=0.95,
        when=_rows_for_numbers,
    ),
    Matcher(
        COMPARED,
        cause="class numbers stand against one-hot rows: {gives} against {needs}",
        fix=ADVICE,
        score=0.93,
        when=_numbers_for_rows,
    ),
    Matcher(
        CHECKED_SHAPE,
        cause="class numbers stand where one-hot rows are wanted, or the other way round: {gives}, {needs}",
        fix=ADVICE,
        score=0.88,
        when=lambda told: told.checks("target") and _numbers_for_rows(told),
    ),
    Matcher(
        r"can not squeeze dim\[\d\], expected a dimension of 1, got \d{1,9}|"
        r"argument `?output`? must have rank \(ndim\) `?target|"
        r"arguments? `?target`? and `?output`? must have the same shape",
        cause="one-hot rows and class numbers are confused, or the output has another number of units than the target",
        fix=ADVICE,
        score=0.85,
    ),
)

rule = Rule(
    check,
    family="data",
    severity=Severity.ERROR,
    keras="silent",
    since="0.1",
    bad=BAD,
    good=GOOD,
    probe=PROBE,
    messages=MESSAGES,
)
