"""Sequences of length 1 in a stateless model: nothing recurs.

A recurrent layer carries what it knows from step to step. With one step for each sequence, and states that begin at
zero for every batch, there is nothing to carry: an LSTM on (batch, 1, features) is a costly Dense layer with gates. The
usual cause is a reshape to (samples, 1, features) that puts the look-back values on the axis of features; they belong
on the axis of time, (samples, look_back, 1).

When to ignore this: in nets that do it on purpose, such as the one-step branch of LSTM-FCN. A stateful model that is
fed step by step is not meant, nor a decoder that is given its states.
"""

from collections.abc import Iterator

from rnnlint import Edit, Finding, Fix, Layer, LayerCall, Model, Note, Program, Rule, Safety, Severity, Shape
from rnnlint.facts import Location, Reshaped
from rnnlint.facts.sizes import equal
from rnnlint.questions.flow import KEEPS_NUMBERS, KEEPS_STEPS, Fed, Flow
from rnnlint.questions.steps import lost_steps
from rnnlint.repairs import asked_sizes, exchanged, in_front, shape_site

BAD = """
series = np.sin(np.arange(330.0))
x = np.stack([series[i : i + 10] for i in range(320)])
x, y = x.reshape(320, 1, 10), series[10:]
model = Sequential([
    Input((1, 10)),
    LSTM(16),  # <-
    Dense(1),
])
model.compile("adam", "mse")
model.fit(x, y)
"""

GOOD = """
series = np.sin(np.arange(330.0))
x = np.stack([series[i : i + 10] for i in range(320)])
x, y = x.reshape(320, 10, 1), series[10:]
model = Sequential([
    Input((10, 1)),
    LSTM(16),
    Dense(1),
])
model.compile("adam", "mse")
model.fit(x, y)
"""

PROBE = """
# predictions stay equal without the recurrent weights
layer, before = model.layers[0], model.predict(x)
kernel, recurrent, bias = layer.get_weights()
layer.set_weights([kernel, recurrent * 0, bias])
np.array_equal(model.predict(x), before)
"""


def check(program: Program) -> Iterator[Finding]:
    flow = Flow(program)
    lost = {found.reader.id for found in lost_steps(flow)}
    fed = [*_of_one_step(flow)]
    for model in program.models:
        if model.has("stateful", True) is not False:
            continue
        readers = [(layer, features) for layer, features in _readers(flow, model) if layer.id not in lost]
        given = [(layer, features) for owner, layer, features, _ in fed if owner.id == model.id]
        for layer, features in (readers or given)[:1]:
            places = [place for owner, _, _, place in fed if owner.id == model.id]
            yield Finding(
                layer.location,
                f"`{layer.name}` reads one step per sequence, so nothing recurs",
                notes=[Note(place, "the data have one step here") for place in places[:1]] or _made_one(flow, layer),
                layer=layer.path,
                fix=_steps_first(flow, model, layer)
                or _as_the_other_branch(flow, layer)
                or Fix.advice(_advice(flow, layer, features)),
            )


def _steps_first(flow: Flow, model: Model, layer: Layer) -> Fix | None:
    """Exchanges the one step and the features where a reshape asks for them, if the features are the steps of windows
    cut from one column; and in the input shape."""
    start = flow.source(model.inputs[0]) if len(model.inputs) == 1 else None
    fed = [found for found in flow.fed() if start is not None and flow.source(found.tensor) is start]
    edits: dict[Edit, None] = {}
    for found in fed:
        reshaped = found.data.reshaped
        sizes = asked_sizes(reshaped.site) if reshaped is not None else []
        if reshaped is None or len(sizes) != 3 or sizes[1][1] != "1" or not _one_column(reshaped):
            return None
        edits.update(dict.fromkeys(exchanged(sizes[1], sizes[2])))
    written = shape_site(flow, start) if start is not None else None
    if written is not None and len(written.texts) == 2:
        edits.update(dict.fromkeys(exchanged(*zip(written.elements, written.texts, strict=True))))
    elif written is None or not written.text.endswith(".shape[1:]"):
        return None
    title = "let the values of each window be its steps"
    return Fix(title, tuple(edits), Safety.REVIEW) if fed and len(edits) >= 2 * len({*map(_place, fed)}) else None


def _as_the_other_branch(flow: Flow, layer: Layer) -> Fix | None:
    """Axes exchanged for this layer too, where another branch exchanges them to read the features as steps."""
    call = layer.arrivals[0] if len(layer.arrivals) == 1 else None
    source = flow.source(call.input) if call is not None else None
    others = [other for other, _ in flow.readers(source)] if source is not None else []
    if call is None or not any(other.kind == "Permute" and other["dims"] in ((2, 1), [2, 1]) for other in others):
        return None
    edits = in_front(layer, call, "Permute", "(2, 1)")
    return Fix("exchange the axes for this branch too", edits, Safety.REVIEW) if edits else None


def _place(fed: Fed) -> Location | None:
    return fed.data.reshaped.location if fed.data.reshaped is not None else None


def _one_column(reshaped: Reshaped) -> bool:
    """Whether each row was a window of a series of one column."""
    windows, before = reshaped.windows, reshaped.before
    return windows is not None and before.rank == 2 and equal(windows.length, before.dims[1]) is True


def _made_one(flow: Flow, reader: Layer) -> list[Note]:
    """The layer that lays all into one step."""
    source = flow.source(reader.arrivals[0].input) if reader.arrivals else None
    if source is None or source.kind == "InputLayer":
        return []
    return [Note(source.location, "gives one step", source.path)]


def _readers(flow: Flow, model: Model) -> Iterator[tuple[Layer, object]]:
    """Recurrent layers that surely read one step and have no state to begin with, and how many features."""
    for layer in model.layers:
        if layer.custom or not layer.inner.recurrent or _hands_state_on(layer):
            continue
        steps = 2 if layer.kind == "TimeDistributed" else 1
        shapes = [call.input.shape for call in layer.arrivals if not call.states and not call.problems]
        if len(shapes) != len(layer.arrivals) or any(_repeated(flow, call) for call in layer.arrivals):
            continue
        one = [shape for shape in shapes if isinstance(shape, Shape) and shape.rank > steps and shape.dims[steps] == 1]
        if one and len(one) == len(shapes):
            yield layer, one[0].dims[-1] if one[0].rank == steps + 2 else None


def _hands_state_on(layer: Layer) -> bool:
    """A decoder that is called step by step may carry its state outside of the layer, through an attention."""
    return layer.inner.has("return_state", True) is not False


def _repeated(flow: Flow, call: LayerCall) -> bool:
    """A decoder that is set to make one step may make more another day."""
    _, source = flow.behind(call.input)
    return source is not None and source.kind == "RepeatVector"


def _of_one_step(flow: Flow) -> Iterator[tuple[Model, Layer, object, Location]]:
    """Training data of one step for recurrent layers: model, layer, features, where the data come from."""
    for fed in flow.fed("fit", "train_on_batch"):
        shape, layer = fed.data.shape, flow.source(fed.tensor)
        if layer is None or not isinstance(shape, Shape) or shape.rank != 3 or shape.dims[1] != 1:
            continue
        place = fed.data.reshaped.location if fed.data.reshaped else fed.data.location
        for reader, call in flow.ahead(layer, KEEPS_STEPS):
            if reader.recurrent and not reader.custom and not call.states and not call.problems:
                yield fed.call.model, reader, shape.dims[2], place


def _advice(flow: Flow, layer: Layer, features: object) -> str:
    """Features of the data may be the steps that are missing; those that a layer in front makes are not."""
    _, source = flow.behind(layer.arrivals[0].input, KEEPS_NUMBERS) if layer.arrivals else (None, None)
    if source is not None and source.kind == "Embedding":
        return "give each sequence more steps: the ids of several words, (samples, steps)"
    if source is not None and source.kind != "InputLayer":
        return f"hand the steps of the data on to `{layer.name}`, or use a Dense in its place"
    if isinstance(features, int) and features > 1:
        return f"if the {features} features are {features} steps of one series, give the input shape ({features}, 1)"
    return "give each sequence more steps: windows of the series, (samples, steps, features)"


rule = Rule(
    check,
    family="shape",
    severity=Severity.WARNING,
    keras="silent",
    since="0.1",
    bad=BAD,
    good=GOOD,
    probe=PROBE,
)
