"""Sequences of unequal length are given as one array.

An array has one length on each axis. Sequences of different length become an array of Python objects, which Keras
cannot turn into a tensor, or do not become an array at all. Pad them to one length and mask the padding, or train on
batches of equal length.

When to ignore this: never, Keras refuses the data.
"""

from collections.abc import Iterator

from rnnlint import Data, Edit, Finding, Fix, Matcher, Note, Program, Rule, Safety, Severity, Tensor
from rnnlint.edits import behind
from rnnlint.facts import NOWHERE, Call, Slots
from rnnlint.finding import set_argument
from rnnlint.questions.flow import KEEPS_NUMBERS, Flow
from rnnlint.repairs import named, new_layer
from rnnlint.wordings import CHECKED_RANK

BAD = """
short, long = [[1, 1], [2, 2]], [[1, 1], [2, 2], [3, 3]]
x = np.array([short, long, short], dtype=object)  # <-
y = np.array([0.0, 1.0, 0.0])
model = Sequential([Input((None, 2)), Masking(), LSTM(16), Dense(1)])
model.compile("adam", "mse")
model.fit(x, y)
"""

GOOD = """
short, long = [[1, 1], [2, 2]], [[1, 1], [2, 2], [3, 3]]
x = keras.preprocessing.sequence.pad_sequences([short, long, short], padding="post")
y = np.array([0.0, 1.0, 0.0])
model = Sequential([Input((None, 2)), Masking(), LSTM(16), Dense(1)])
model.compile("adam", "mse")
model.fit(x, y)
"""


def check(program: Program) -> Iterator[Finding]:
    flow = Flow(program)
    for call in program.calls():
        for data in _handed(call):
            if data.ragged is True and data.batching is None and data.kind in ("array", "list", "frame"):
                yield _finding(flow, call, data)


def _handed(call: Call) -> Iterator[Data]:
    slots: list[Slots] = [call.x, call.y]
    if call.held_out is not None:
        slots += [call.held_out.x, call.held_out.y]
    for slot in slots:
        yield from slot.known


def _finding(flow: Flow, call: Call, data: Data) -> Finding:
    made = data.location != NOWHERE
    return Finding(
        data.location if made else call.location,
        "the sequences have different lengths, so they make no array of numbers",
        notes=[Note(call.location, f"`{call.spelled or call.name}` gets them")] if made else [],
        fix=_fix(flow, call, data),
    )


def _fix(flow: Flow, call: Call, data: Data) -> Fix:
    title = "pad them to one length with `pad_sequences`, and mask the padding"
    index = next((number for number, item in enumerate(call.x) if item is data), None)
    edits = _padded(data) if index is not None and call.trains and len(call.x) == len(call.model.inputs) else ()
    mask = _masked(flow, call.model.inputs[index], data) if edits and index is not None else None
    return Fix(title, (*edits, *mask), Safety.REVIEW) if mask is not None else Fix.advice(title)


def _padded(data: Data) -> tuple[Edit, ...]:
    """`pad_sequences` in place of `np.array`, for numbers that may not be whole."""
    site, found = data.site, named(data.site, "pad_sequences", "preprocessing.sequence")
    if site is None or found is None or site.open or not {"object", "dtype"}.issuperset(site.arguments):
        return ()
    name, imports = found
    if next(iter(site.arguments), "") != "object":
        return ()
    more = 'padding="post"' if data.values.whole is True else 'padding="post", dtype="float32"'
    dtype, last = site.arguments.get("dtype"), site.arguments["object"]
    asked = Edit(behind(last.whole), f", {more}") if dtype is None else Edit(dtype.whole, more)
    return (*imports, Edit(site.function, name), asked)


def _masked(flow: Flow, tensor: Tensor, data: Data) -> tuple[Edit, ...] | None:
    """What masks the padding in front of the recurrent layers that read it; None where that cannot be done, or 0 may
    be an id of its own."""
    start = flow.source(tensor)
    readers = [(layer, call) for layer, call in flow.ahead(start, KEEPS_NUMBERS)] if start is not None else []
    edits: tuple[Edit, ...] = ()
    for layer, call in readers:
        if layer.kind == "Embedding" and layer["mask_zero"] is not True:
            above = isinstance(data.values.low, int) and data.values.low > 0
            made = set_argument(layer.site, "mask_zero", "True") if above and layer.site is not None else ()
        elif layer.kind == "Embedding" or (layer.recurrent and call.input.mask is True):
            continue
        else:
            first = flow.source(call.input) is start and layer.recurrent
            made = new_layer(layer, call, "Masking", "mask_value=0.0") if first else ()
        if not made:
            return None
        edits += made
    return edits if readers else None


ADVICE = "pad the sequences to one length (`pad_sequences`) and mask the padding"

MESSAGES = (
    Matcher(
        r"setting an array element with a sequence|inhomogeneous shape after \d{1,2} dimensions|"
        r"failed to convert a numpy array to a tensor \(unsupported object type|"
        r"invalid dtype: (?:object|str)|"
        r"creating an ndarray from ragged nested sequences|"
        r"cannot batch tensors with different shapes in component|"
        r"can't convert non-rectangular python sequence to tensor|"
        r"can't convert np\.ndarray of type numpy\.object_",
        cause="the sequences have different lengths (or hold something that is no number), so they are no array "
        "of numbers",
        fix=ADVICE,
        score=0.92,
    ),
    Matcher(
        CHECKED_RANK,
        cause="{gives} may be an array of lists: sequences of different lengths",
        fix=ADVICE,
        score=0.7,
        when=lambda told: told.checks("input") and (told.dims("gives") or ())[1:] in ((), (1,)),
    ),
    Matcher(
        r"list of numpy arrays that you are passing to your model is not the size the model expected|"
        r"could not broadcast input array from shape",
        cause="the sequences are no array of one shape",
        fix=ADVICE,
        score=0.75,
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
