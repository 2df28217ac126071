"""Embedding is fed with something else than ids.

Embedding looks up a row of its table for each whole number from 0 to `input_dim - 1`. Measurements are cut to whole
numbers first, so that everything between 0 and 1 becomes row 0 and every sample looks alike: nothing is learned, and
Keras does not say so. One-hot rows are looked up number by number, as so many ids 0 and 1, and get a further axis; so
does any input of more than (batch, steps), and the recurrent layer behind it refuses. Ids beyond the table raise on a
CPU and read zeros on a GPU; negative ids wrap around in Keras 3. `Tokenizer` and `enumerate(..., start=1)` give ids up
to the number of words, so the table needs one row more.

When to ignore this: where the floats hold whole numbers.
"""

from collections.abc import Iterator

from rnnlint import UNKNOWN, Data, Edit, Finding, Fix, Layer, Matcher, Note, Program, Rule, Safety, Severity, Shape
from rnnlint.facts import LayerCall, Linear
from rnnlint.facts.sizes import add, less, less_equal
from rnnlint.questions.flow import KEEPS_STEPS, Fed, Flow
from rnnlint.questions.ranks import Cause, RankProblem, rank_problems
from rnnlint.repairs import input_shape, named, without_layer
from rnnlint.wordings import WRONG_RANK

BAD = """
words = ["stop", "pay", "refund", "card"]
ids = np.array([[1, 4], [2, 3], [3, 2], [4, 1]] * 8)
model = Sequential([
    Embedding(len(words), 8),  # <-
    LSTM(8),
    Dense(1),
])
model.compile("adam", "mse")
model.fit(ids, np.zeros((32, 1)), verbose=0)
"""

GOOD = """
words = ["stop", "pay", "refund", "card"]
ids = np.array([[1, 4], [2, 3], [3, 2], [4, 1]] * 8)
model = Sequential([
    Embedding(len(words) + 1, 8),
    LSTM(8),
    Dense(1),
])
model.compile("adam", "mse")
model.fit(ids, np.zeros((32, 1)), verbose=0)
"""


def check(program: Program) -> Iterator[Finding]:
    flow = Flow(program)
    spoken: set[int] = set()
    for fed in flow.fed():
        start = flow.source(fed.tensor)
        for layer, call in flow.ahead(start, ()) if start is not None else ():
            if layer.kind != "Embedding" or layer.custom or layer.id in spoken:
                continue
            found = _judged(flow, layer, call, fed)
            if found is not None:
                spoken.add(layer.id)
                yield found
    for problem in rank_problems(program):
        if problem.cause is Cause.EMBEDDED_AXIS and problem.givers[0].id not in spoken:
            spoken.add(problem.givers[0].id)
            yield _further_axis(flow, problem)


def _judged(flow: Flow, layer: Layer, call: LayerCall, fed: Fed) -> Finding | None:
    values, rows = fed.data.values, layer["input_dim"]
    notes = [Note(fed.data.location, f"the input is {fed.data.shape}")]
    if values.one_hot is True and _axes_too_many(fed):
        return _finding(layer, fed, "takes ids, but gets one-hot rows", notes, _advice_one_hot())
    if values.whole is False:
        advice = _numbers_alone(flow, layer, call, fed) or Fix.advice(
            "drop the Embedding and give the numbers as (samples, steps, features)"
        )
        return _finding(
            layer, fed, f"takes ids, but gets numbers that are not whole{_between(fed.data)}", notes, advice
        )
    if values.whole is not True:
        return None
    if isinstance(values.low, int) and values.low < 0:
        advice = Fix.advice("give ids from 0")
        return _finding(layer, fed, f"has no row for negative ids, and ids go down to {values.low}", notes, advice)
    if isinstance(values.high, int | Linear) and less_equal(rows, values.high) is True:
        message = f"has {rows} rows, for ids up to {_minus_one(rows)}, but ids go up to {values.high}"
        return _finding(layer, fed, message, notes, _one_row_more(layer, values.high))
    return None


def _finding(layer: Layer, fed: Fed, message: str, notes: list[Note], fix: Fix) -> Finding:
    where = layer.location
    return Finding(where, f"`{layer.name}` {message}", notes=notes, gives=fed.data.shape, layer=layer.path, fix=fix)


def _further_axis(flow: Flow, problem: RankProblem) -> Finding:
    layer = problem.givers[0]
    shape = layer.arrivals[0].input.shape
    return Finding(
        layer.location,
        f"`{layer.name}` takes ids (batch, steps), but gets {shape}, so `{problem.layer.name}` gets one axis too many",
        notes=[Note(problem.call.location, f"`{problem.layer.name}` gets {problem.gives}", problem.layer.path)],
        gives=shape,
        layer=layer.path,
        fix=_ids_alone(flow, layer),
    )


def _ids_alone(flow: Flow, layer: Layer) -> Fix:
    """The shape of the data, where they hold one number for each step."""
    source = flow.source(layer.arrivals[0].input)
    for fed in flow.fed("fit"):
        if source is not None and flow.source(fed.tensor) is source and isinstance(fed.data.shape, Shape):
            sizes = fed.data.shape.dims[1:]
            if len(sizes) == 2 and sizes[1] == 1:
                sizes = sizes[:1]  # Keras drops a last axis of size 1 itself
            edits = input_shape(flow, source, sizes) if len(sizes) == 1 else ()
            if edits:
                return Fix("give the input the shape of the data", edits, Safety.REVIEW)
    return Fix.advice("give ids, one number for each step: an input shape of (steps,)")


def _numbers_alone(flow: Flow, layer: Layer, call: LayerCall, fed: Fed) -> Fix | None:
    """Without the Embedding, where a recurrent layer then reads the numbers as they are: of a row each is a step of
    one feature (Keras gives them the last axis itself)."""
    start, shape = flow.source(fed.tensor), fed.data.shape
    readers = [reader for reader, _ in flow.ahead(layer, KEEPS_STEPS)]
    if start is None or not isinstance(shape, Shape) or shape.rank not in (2, 3) or layer["mask_zero"] is True:
        return None
    sizes = (*shape.dims[1:], 1) if shape.rank == 2 else shape.dims[1:]
    if not all(isinstance(size, int) for size in sizes) or not readers or not all(it.recurrent for it in readers):
        return None
    written = f"({', '.join(map(str, sizes))})"
    edits: tuple[Edit, ...] = ()
    if start.location == layer.location or start.site is None:
        found = named(layer.site, "Input")
        if layer.site is not None and found is not None and (layer.site.listed or layer.site.statement is not None):
            edits = (*found[1], Edit(layer.site.location, f"{found[0]}(shape={written})"))
    elif (declared := input_shape(flow, start, sizes)) and (taken := without_layer(layer, call)):
        edits = (*declared, *taken)
    return Fix("drop the Embedding and read the numbers themselves", edits, Safety.REVIEW) if edits else None


def _axes_too_many(fed: Fed) -> bool:
    return isinstance(fed.data.shape, Shape) and fed.data.shape.rank >= 3


def _advice_one_hot() -> Fix:
    return Fix.advice("give the ids themselves, as with `np.argmax(x, axis=-1)`, or use a Dense layer")


def _between(data: Data) -> str:
    low, high = data.values.low, data.values.high
    return "" if low is UNKNOWN or high is UNKNOWN else f", {low} to {high}"


def _minus_one(rows: object) -> object:
    return add(rows, -1) if isinstance(rows, int | Linear) else "?"


def _one_row_more(layer: Layer, high: int | Linear) -> Fix:
    """The text of the argument plus one where that is what is missing, else the number."""
    rows = layer["input_dim"]
    written = layer.site.arguments.get("input_dim") if layer.site is not None else None
    advice = Fix.advice("give the table a row for the largest id: `input_dim` is the largest id + 1")
    if written is None or less(high, rows) is not False:
        return advice
    if written.text and add(rows, 0) == high and not written.text.isdigit():
        return Fix("add a row for the largest id", (Edit(written.value, f"{written.text} + 1"),), Safety.REVIEW)
    if isinstance(high, int) and isinstance(rows, int) and (not written.text or written.text.isdigit()):
        return Fix("add a row for the largest id", (Edit(written.value, str(high + 1)),), Safety.REVIEW)
    return advice


CAUSE = "the id {id} has no row in the embedding, which has {rows}: ids run from 0 to {rows} - 1"
ADVICE = "set `input_dim` to the largest id plus one (`len(word_index) + 1`), and see that no negative id is left"

MESSAGES = (
    Matcher(
        WRONG_RANK,
        cause="an Embedding below {layer}, if there is one, is fed with one axis too many, as with one-hot rows",
        fix="give the Embedding ids, (samples, steps)",
        score=0.62,
        when=lambda told: told.kind == "recurrent" and (told.number("ndim"), told.number("found")) == (3, 4),
    ),
    Matcher(
        r"indices(?:\[[\d,]{0,40}\])? = (?P<id>-?\d{1,20}) is not in \[0, (?P<rows>\d{1,12})\)",
        CAUSE,
        ADVICE,
        score=0.95,
    ),
    Matcher(
        r"gatherv2: the index value (?P<id>-?\d{1,20}) is not in \[0, (?P<last>\d{1,12})\]",
        "the id {id} has no row in the embedding: the last one is {last}",
        ADVICE,
    ),
    Matcher(
        r"index (?P<id>-?\d{1,20}) is out of bounds for (?:axis 0 with )?size (?P<rows>\d{1,12})",
        CAUSE,
        ADVICE,
        score=0.8,
        when=lambda told: "advancedsubtensor" in told.text.lower() or "embedding" in told.text.lower(),
    ),
    Matcher(
        r"passed to parameter '?indices'? has datatype float\d{2} not in list of allowed values",
        "the embedding is fed with floats",
        "give it integer ids, (samples, steps); for measured values leave the Embedding out",
    ),
    Matcher(
        r"\bindex must be integers\b",
        "the embedding is fed with floats",
        "give it integer ids, (samples, steps); for measured values leave the Embedding out",
        score=0.75,
    ),
    Matcher(r"\bindex out of range in self\b", "an id has no row in the embedding", ADVICE, score=0.85),
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
