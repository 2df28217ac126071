"""Loss, last activation, units and kind of target do not go together.

- one unit: softmax over a single unit is always 1, and a categorical crossentropy of it is always 0
- classes: `categorical_crossentropy` reads one-hot rows, `sparse_categorical_crossentropy` ids; both read probabilities
  from a softmax over one unit for each class, or logits with `from_logits=True`
- yes or no: `binary_crossentropy` reads 0 and 1, and probabilities from a sigmoid, or logits with `from_logits=True`

Only some of this raises; the rest trains, with a loss that goes negative or stays at 0.

When to ignore this: where a layer of one's own makes probabilities in front of the last one.
"""

from collections.abc import Iterator

from rnnlint import UNKNOWN, Finding, Fix, Model, Note, Program, Rule, Severity
from rnnlint.facts import Compile, Loss, Shape, Tensor
from rnnlint.flow import Flow
from rnnlint.infer.feeding import refuses_all
from rnnlint.infer.losses import BINARY, CATEGORICAL, SPARSE, activations, from_logits
from rnnlint.targets import Comparison, Head, comparisons, head

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


def check(program: Program) -> Iterator[Finding]:
    flow = Flow(program)
    compared: dict[tuple[int, object], list[Comparison]] = {}
    for found in comparisons(program):
        compared.setdefault((found.call.model.id, found.output.origin), []).append(found)
    for model in _compiled(program):
        assert isinstance(model.compile, Compile)
        losses = model.compile.losses
        for output, loss in zip(model.outputs, losses if isinstance(losses, tuple) else (), strict=False):
            ending = head(flow, output)
            if ending is None or refuses_all(model):
                continue
            found_here = compared.get((model.id, output.origin), [])
            finding = _judged(model, output, loss, ending, found_here)
            if finding is not None:
                yield finding


def _compiled(program: Program) -> Iterator[Model]:
    """The models as they are compiled, and as they are when they are called."""
    seen = set()
    for model in (*(call.model for call in program.calls()), *program.models):
        if isinstance(model.compile, Compile) and (model.id, model.compile.location) not in seen:
            seen.add((model.id, model.compile.location))
            yield model


def _judged(
    model: Model, output: Tensor, loss: Loss | None, ending: Head, compared: list[Comparison]
) -> Finding | None:
    units = output.shape.dims[-1] if isinstance(output.shape, Shape) and output.shape.rank > 1 else UNKNOWN
    assert isinstance(model.compile, Compile)
    notes = [Note(model.compile.location, f"the loss is {loss.name}")] if loss and loss.name is not UNKNOWN else []
    for text, severity, advice in _wrong(units, loss, ending, compared):
        return Finding(
            ending.layer.location,
            text,
            notes=[*notes, *_target_notes(compared)],
            severity=severity,
            layer=ending.layer.path,
            fix=Fix.advice(advice),
        )
    return None


def _target_notes(compared: list[Comparison]) -> list[Note]:
    return [Note(found.location, f"the target is {found.target.shape}") for found in compared[:1]]


Wrong = tuple[str, Severity, str]


def _wrong(units: object, loss: Loss | None, ending: Head, compared: list[Comparison]) -> Iterator[Wrong]:
    name = f"`{ending.layer.name}`"
    if units == 1:
        yield from _one_unit(loss, ending, compared)
    if loss is None or loss.name is UNKNOWN:
        return
    yield from _kind_of_target(name, loss, compared)
    yield from _values(name, units, loss, compared)
    yield from _last_activation(name, units, loss, ending)


def _one_unit(loss: Loss | None, ending: Head, compared: list[Comparison]) -> Iterator[Wrong]:
    name = f"`{ending.layer.name}`"
    classes = _classes(compared)
    advice = (
        f"give one unit for each of the {classes} classes, softmax and `sparse_categorical_crossentropy`"
        if classes
        else "use sigmoid for yes or no, one unit for each class with softmax, or no activation for a number"
    )
    if ending.activation == "softmax":
        yield f"softmax over the one unit of {name} is 1 whatever comes in", Severity.ERROR, advice
    elif loss is not None and loss.name in CATEGORICAL | SPARSE:
        yield f"`{loss.name}` over the one unit of {name} is 0 whatever comes in", Severity.ERROR, advice


def _kind_of_target(name: str, loss: Loss, compared: list[Comparison]) -> Iterator[Wrong]:
    """A target that fits the loss for the other kind."""
    for found in compared:
        if found.meant is not None:
            kinds = "ids" if loss.name in CATEGORICAL else "one-hot rows"
            wants = "one-hot rows" if loss.name in CATEGORICAL else "ids"
            yield (
                f"`{loss.name}` compares {name} with {wants}, but the target holds {kinds}: {found.target.shape}",
                Severity.ERROR,
                f"use the loss `{found.meant.name}`",
            )
            return


def _values(name: str, units: object, loss: Loss, compared: list[Comparison]) -> Iterator[Wrong]:
    """Targets beyond what the loss can read."""
    for found in compared:
        low, high, whole = found.target.values.low, found.target.values.high, found.target.values.whole
        if found.verdict.wrong:
            continue
        if loss.name in BINARY and isinstance(high, int | float) and high > 1:
            labels = f"labels up to {high}" if whole is True else f"numbers up to {high}"
            yield (
                f"`{loss.name}` reads 0 to 1, but the target of {name} holds {labels}",
                Severity.ERROR,
                _classify(high, whole),
            )
        elif loss.name in BINARY and isinstance(low, int | float) and low < 0:
            yield (
                f"`{loss.name}` reads 0 to 1, but the target of {name} goes down to {low}",
                Severity.ERROR,
                ("give labels 0 and 1, or use a loss for numbers such as mse with a linear unit"),
            )
        elif loss.name in SPARSE and isinstance(high, int) and isinstance(units, int) and high >= units > 1:
            yield (
                f"{name} has {units} units, for ids up to {units - 1}, but ids go up to {high}",
                Severity.ERROR,
                (f"give the layer {high + 1} units, or number the classes from 0"),
            )
        elif loss.name in SPARSE and isinstance(low, int) and low < 0 and "ignore_class" not in loss.options:
            yield (
                f"`{loss.name}` reads ids from 0, but ids go down to {low}",
                Severity.ERROR,
                ("number the classes from 0"),
            )


def _last_activation(name: str, units: object, loss: Loss, ending: Head) -> Iterator[Wrong]:
    wanted, logits = activations(loss), from_logits(loss)
    activation = ending.activation
    if wanted is UNKNOWN or activation is UNKNOWN:
        return
    if logits is True and activation in ("softmax", "sigmoid"):
        yield (
            f"`from_logits=True` applies {activation} again to what {name} gives",
            Severity.WARNING,
            (f"drop the {activation}, or `from_logits=True`"),
        )
    elif logits is False and activation in ("linear", "relu", "tanh"):
        needs = "sigmoid" if loss.name in BINARY else "softmax"
        what = "has no activation" if activation == "linear" else f"ends in {activation}"
        yield (
            f"`{loss.name}` reads probabilities, but {name} {what}",
            Severity.WARNING,
            (f"end in {needs}" + (", or give `from_logits=True`" if activation == "linear" else "")),
        )
    elif loss.name in BINARY and activation == "softmax" and isinstance(units, int) and units > 2:
        yield (
            f"`{loss.name}` judges the {units} classes of the softmax of {name} one by one",
            Severity.WARNING,
            ("use a categorical crossentropy; sigmoid where several labels can hold at once"),
        )


def _classes(compared: list[Comparison]) -> int | None:
    for found in compared:
        high = found.target.values.high
        if found.target.values.whole is True and isinstance(high, int) and high > 1:
            return high + 1
    return None


def _classify(high: object, whole: object) -> str:
    if whole is True and isinstance(high, int):
        return f"give {high + 1} units, softmax and `sparse_categorical_crossentropy`"
    return "use a loss for numbers such as mse with a linear unit, or scale the target to 0 to 1"


rule = Rule(
    check,
    family="data",
    severity=Severity.ERROR,
    keras="silent",
    since="0.1",
    bad=BAD,
    good=GOOD,
)
