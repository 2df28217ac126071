"""Programs built by hand, for facts that no script is needed to show."""

from collections.abc import Mapping
from itertools import count
from typing import Any

from rnnlint.facts import (
    Argument,
    Branch,
    Call,
    Compile,
    Data,
    Dim,
    Layer,
    LayerCall,
    Loop,
    Loss,
    Model,
    Origin,
    Program,
    Shape,
    Size,
    Slots,
    SourceLocation,
    Tensor,
    Timeline,
)

_numbers = count(1)


def line(number: int) -> SourceLocation:
    """A place on that line."""
    return SourceLocation("train.py", number, 1, number, 10)


def data(*dims: Dim, **facts: Any) -> Data:
    """An array of this shape, with an identity of its own."""
    facts.setdefault("source", next(_numbers))
    facts.setdefault("dtype", "float64")
    return Data(shape=Shape.of(dims), **facts)


def recurrent_model(
    batch: int | None = 4,
    stateful: bool = True,
    loss: str = "mean_squared_error",
    sequences: bool = False,
    units: int = 1,
    steps: Dim = 10,
    features: int = 1,
) -> Model:
    """Input, LSTM, Dense: on lines 1, 2 and 3."""
    first = next(_numbers) * 10
    shapes = [(batch, steps, features), (batch, steps, 8) if sequences else (batch, 8)]
    shapes.append((*shapes[1][:-1], units))
    kinds = ("InputLayer", "LSTM", "Dense")
    options: tuple[Mapping[str, Any], ...] = (
        {},
        {"stateful": stateful, "return_sequences": sequences, "activation": "tanh"},
        {"units": units, "activation": "linear"},
    )
    layers: list[Layer] = []
    before: tuple[Tensor, ...] = ()
    for index, (kind, shape) in enumerate(zip(kinds, shapes, strict=True)):
        output = Tensor(Shape.of(shape), "float32", False, Origin(first + index, 0))
        call = LayerCall(before, (output,))
        layers.append(
            Layer(
                first + index,
                kind.lower(),
                kind,
                kind,
                options[index],
                calls=(call,),
                arrivals=(call,),
                location=line(index + 1),
            )
        )
        before = (output,)
    return Model(
        first,
        "model",
        "Sequential",
        "sequential",
        layers=tuple(layers),
        inputs=layers[0].calls[0].outputs,
        outputs=before,
        output_layers=(layers[-1],),
        compile=Compile(losses=(Loss(loss),), location=line(4)),
        built=True,
    )


def call(name: str, model: Model, at: int, x: Data | None = None, y: Data | None = None, **facts: Any) -> Call:
    """A call on line `at`; whatever is no fact of a call is an argument that is given."""
    known = {key: facts.pop(key) for key in tuple(facts) if key in Call.__dataclass_fields__}
    given = {key: Argument(value, True, line(at)) for key, value in facts.items()}
    given |= {key: Argument(value, True, line(at)) for key, value in (("x", x), ("y", y)) if value is not None}
    if name == "fit":
        given.setdefault("epochs", Argument(1, False, line(at)))
        given.setdefault("shuffle", Argument(False, True, line(at)))
    rows: Size = x.samples if x is not None and x.samples is not None else 0
    known.setdefault("rows", rows)
    return Call(
        next(_numbers),
        name,
        model,
        arguments=given,
        x=Slots((x,)) if x is not None else Slots(),
        y=Slots((y,)) if y is not None else Slots(),
        location=line(at),
        **known,
    )


def program(*events: Call | Loop | Branch, keras: int = 3) -> Program:
    """What happens, in this order."""
    timeline = Timeline(events)
    models = {call.model.id: call.model for call, _ in timeline.walk()}
    return Program("train.py", "script", tuple(models.values()), timeline, keras)


def epochs(*events: Call | Loop | Branch, times: int = 5) -> Loop:
    """A loop over epochs."""
    return Loop(times, Timeline(events), "epochs")


def over_data(*events: Call | Loop | Branch, times: int = 5) -> Loop:
    """A loop over pieces of the data."""
    return Loop(times, Timeline(events), "data")
