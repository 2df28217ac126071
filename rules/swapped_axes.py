"""Time and features are exchanged.

Keras reads (batch, time, features). With the axes exchanged a recurrent layer walks over the features and takes the
steps for features: where the sizes are declared the other way round Keras refuses the data, and where they agree it
trains on columns in place of steps, without a word.

A `reshape` that gives an array the sizes in the other order does not exchange axes: it moves no number, and every step
then holds numbers of several. Three steps of temperature and humidity in a row of the batch:

    as Keras reads it     t1 h1 | t2 h2 | t3 h3
    exchanged             t1 t2 t3 | h1 h2 h3
    reshaped to (2, 3)    t1 h1 t2 | h2 t3 h3        neither of the two

`np.transpose(x, (0, 2, 1))` or `Permute((2, 1))` exchanges them.

When to ignore this: where the order of the features is itself a sequence to be read.
"""

from collections.abc import Iterator
from dataclasses import replace

from rnnlint import Edit, Finding, Fix, Matcher, Note, Program, Rule, Safety, Severity, Shape
from rnnlint.edits import PLAIN, behind
from rnnlint.facts import ArgumentSite, CallSite, Layer, LayerCall, Origin, Reshaped, Size
from rnnlint.facts.sizes import equal
from rnnlint.messages import Told
from rnnlint.questions.flow import KEEPS_NUMBERS, KEEPS_STEPS, Fed, Flow, place
from rnnlint.repairs import exchanged, in_front, shape_site
from rnnlint.wordings import CHECKED_SHAPE, FEATURES, WRONG_ARRAY, WRONG_SHAPE

BAD = """
sensors, kind = np.random.rand(40, 30, 5), np.random.rand(40, 1)
inputs = Input((5, 30))  # <-
outputs = Dense(1)(LSTM(8)(inputs))
model = Model(inputs, outputs)
model.compile("adam", "mse")
model.fit(sensors, kind)
"""

GOOD = """
sensors, kind = np.random.rand(40, 30, 5), np.random.rand(40, 1)
inputs = Input((30, 5))
outputs = Dense(1)(LSTM(8)(inputs))
model = Model(inputs, outputs)
model.compile("adam", "mse")
model.fit(sensors, kind)
"""


def check(program: Program) -> Iterator[Finding]:
    flow = Flow(program)
    for fed in flow.fed():
        yield from _declared(flow, fed)
        if fed.call.trains:
            yield from _data(flow, fed)
    yield from _branches(flow)


def _declared(flow: Flow, fed: Fed) -> Iterator[Finding]:
    """The input shape names the sizes of the data the other way round."""
    declared, given, layer = fed.tensor.shape, fed.data.shape, flow.source(fed.tensor)
    if layer is None or not _three(declared) or not _three(given) or fed.data.reshaped is not None:
        return
    assert isinstance(declared, Shape) and isinstance(given, Shape)
    (_, a, b), (_, c, d) = declared.dims, given.dims
    if equal(a, d) is True and equal(b, c) is True and equal(a, b) is False:
        yield Finding(
            layer.location,
            f"the input shape ({a}, {b}) names features before steps: the data are {given}",
            notes=[Note(fed.call.location, f"x is {given}")],
            gives=given,
            needs=declared,
            layer=layer.path,
            fix=_named_right(flow, fed, layer)
            or Fix.advice(f"give the input shape ({b}, {a}), or exchange the axes of the data"),
        )


def _named_right(flow: Flow, fed: Fed, layer: Layer) -> Fix | None:
    """The sizes of the input shape the other way round, where the data are windows with their steps in front."""
    windows, shape, written = fed.data.windows, fed.data.shape, shape_site(flow, layer)
    if windows is None or not isinstance(shape, Shape) or equal(windows.length, shape.dims[1]) is not True:
        return None
    if written is None or len(written.texts) != 2:
        return None
    edits = exchanged(*zip(written.elements, written.texts, strict=True))
    return Fix("name the steps before the features", edits, Safety.REVIEW) if edits else None


def _data(flow: Flow, fed: Fed) -> Iterator[Finding]:
    """The data hold windows with their steps on the last axis."""
    shape, layer = fed.data.shape, flow.source(fed.tensor)
    if layer is None or not _three(shape):
        return
    assert isinstance(shape, Shape)
    _, first, last = shape.dims
    if equal(first, 1) is not False or equal(last, 1) is not False or equal(first, last) is not False:
        return
    reshaped, windows = fed.data.reshaped, fed.data.windows
    before = reshaped.before if reshaped is not None else None
    if before is not None and reshaped is not None and _only_reshaped(before, shape):
        where, message = reshaped.location, f"reshape from {_sizes(before)} to {_sizes(shape)} does not exchange axes"
    elif windows is not None and _steps_last(windows.length, first, last):
        where = fed.data.location
        message = f"the {last} steps of each window lie on the last axis of {_tuple(shape)}, the axis of features"
    else:
        return
    for reader, _ in flow.ahead(layer, KEEPS_STEPS):
        if reader.recurrent:
            yield Finding(
                where,
                f"{message}, so `{reader.name}` does not read them as steps",
                notes=[Note(reader.location, "reads (batch, time, features)", reader.path)],
                severity=Severity.WARNING,
                layer=reader.path,
                fix=_transposed(reshaped) or Fix.advice(_exchange(before)),
            )
            return


def _transposed(reshaped: Reshaped | None) -> Fix | None:
    """A transpose in place of the reshape, or in front of it where a row held a whole series."""
    site = reshaped.site if reshaped is not None else None
    if site is None or reshaped is None:
        return None
    receiver, _, method = site.spelled.rpartition(".")
    given = site.arguments.get("a")
    edits: tuple[Edit, ...]
    if reshaped.before.rank == 2:
        place = behind(given.value) if given is not None and PLAIN.fullmatch(given.text) else None
        if given is None and method == "reshape" and PLAIN.fullmatch(receiver):
            dot = site.function.end_column - len(".reshape")
            place = replace(site.function, line=site.function.end_line, column=dot, end_column=dot)
        edits = (Edit(place, ".T"),) if place is not None else ()
    else:
        edits = _exchanging(site, given)
    return Fix("exchange the axes of the data", edits, Safety.REVIEW) if edits else None


def _exchanging(site: CallSite, given: ArgumentSite | None) -> tuple[Edit, ...]:
    receiver, _, method = site.spelled.rpartition(".")
    if method != "reshape":
        return ()
    if given is None:
        return (Edit(site.location, f"{receiver}.transpose(0, 2, 1)"),)
    return (Edit(site.location, f"{receiver}.transpose({given.text}, (0, 2, 1))"),) if given.text else ()


def _only_reshaped(before: Shape, after: Shape) -> bool:
    """Whether a reshape was to exchange axes: (n, f, t) to (n, t, f), or a row for each of f series to steps of f."""
    samples, first, last = after.dims
    if before.rank == 3:
        return before.dims[1:] == (last, first)
    if before.rank != 2:
        return False
    series, length = before.dims
    return equal(series, last) is True and equal(series, samples) is False and equal(length, last) is False


def _exchange(before: Shape | None) -> str:
    if before is not None and before.rank == 2:
        return "exchange the axes first: `x.T.reshape(...)`"
    return "exchange the axes of the data with `np.transpose(x, (0, 2, 1))`"


def _steps_last(length: Size, first: object, last: object) -> bool:
    return equal(length, last) is True and length != first  # type: ignore[arg-type]


def _branches(flow: Flow) -> Iterator[Finding]:
    """One branch reads a tensor as it is, another exchanges its axes first: one of the two is wrong."""
    for _, layer, call in flow.program.layer_calls():
        if layer.kind != "Permute" or layer.custom or layer["dims"] not in ((2, 1), [2, 1]):
            continue
        tensor, _ = flow.behind(call.input, KEEPS_NUMBERS)
        if tensor.origin is None or not _three(tensor.shape):
            continue
        assert isinstance(tensor.shape, Shape)
        _, a, b = tensor.shape.dims
        if a == 1 or b == 1 or not any(_reads_steps(reader) for reader, _ in flow.ahead(layer)):
            continue
        for reader, reading in _other_readers(flow, tensor.origin, layer):
            yield Finding(
                place(reader, reading),
                f"`{reader.name}` takes the {a} for steps and the {b} for features, `{layer.name}` the other way round",
                notes=[Note(layer.location, "exchanges the axes of the same tensor", layer.path)],
                severity=Severity.WARNING,
                layer=reader.path,
                fix=_permuted_too(flow, tensor.origin, reader, reading),
            )
            break


def _permuted_too(flow: Flow, origin: Origin, reader: Layer, call: LayerCall) -> Fix:
    """In front of the first layer of the branch: a mask behind it would not survive the Permute."""
    for _ in range(100):
        before = flow.call(call.input)
        if call.input.origin == origin or before is None:
            break
        reader, call = flow.source(call.input) or reader, before
    edits = in_front(reader, call, "Permute", "(2, 1)")
    if not edits:
        return Fix.advice("let both branches read the same axes: put the Permute in front of both, or of neither")
    return Fix("exchange the axes for this branch too", edits, Safety.REVIEW)


def _other_readers(flow: Flow, origin: Origin, permute: Layer) -> Iterator[tuple[Layer, LayerCall]]:
    layer = next((layer for _, layer in flow.program.layers() if layer.id == origin.layer), None)
    for reader, call in flow.ahead(layer, KEEPS_NUMBERS) if layer is not None else ():
        if reader.recurrent and reader.id != permute.id and not call.problems:
            yield reader, call


def _reads_steps(layer: Layer) -> bool:
    return layer.recurrent or layer.kind in ("Conv1D", "SeparableConv1D")


def _three(shape: object) -> bool:
    return isinstance(shape, Shape) and shape.rank == 3


def _sizes(shape: Shape) -> str:
    """Without the batch where it is one of three axes: how many samples there are does not matter here."""
    return _tuple(Shape(shape.axes[1:])) if shape.rank == 3 else _tuple(shape)


def _tuple(shape: Shape) -> str:
    return f"({', '.join(map(str, shape.dims))})"


CAUSE = "steps and features are exchanged: {gives} arrives, {needs} is read"
ADVICE = "exchange them in the input shape, or in the data: `np.swapaxes(x, 1, 2)` (not `reshape`, which mixes them)"


def _swapped(told: Told) -> bool:
    return told.swapped


MESSAGES = (
    *(
        Matcher(pattern, CAUSE, ADVICE, score=0.95, when=_swapped)
        for pattern in (WRONG_SHAPE, WRONG_ARRAY, CHECKED_SHAPE)
    ),
    Matcher(
        FEATURES,
        cause="if {needs} is the number of steps, steps and features are exchanged",
        fix=ADVICE,
        score=0.65,
    ),
)

rule = Rule(
    check,
    family="shape",
    severity=Severity.ERROR,
    keras="raises",
    since="0.1",
    bad=BAD,
    good=GOOD,
    messages=MESSAGES,
)
