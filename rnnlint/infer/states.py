"""Whose states live on from batch to batch, what changes and resets them, and how rows continue one another.

Row k of a batch starts in the state in which row k of the batch before it ended. So the rows of a stateful model's data
must lie so that row k + size goes on where row k stopped.
"""

from enum import Enum

from rnnlint.facts import (
    UNKNOWN,
    Call,
    Data,
    Dim,
    Layer,
    Loop,
    Model,
    Program,
    Timeline,
    Truth,
    Unknown,
    Windows,
)
from rnnlint.facts.sizes import divides, equal, floor_divide, is_known, less, less_equal, multiply

RUNS = frozenset(
    {"fit", "evaluate", "predict", "train_on_batch", "test_on_batch", "predict_on_batch", "__call__", "train"}
)
"""Calls that go through the layers and so change their states."""


class Continuation(Enum):
    """Where row k of the next batch starts, seen from row k: it CONTINUES where that one stopped; it OVERLAPS, for it
    starts before; it leaves a GAP, for it starts behind; it is of ANOTHER sequence; UNKNOWN: cannot tell."""

    CONTINUES = "continues"
    OVERLAPS = "overlaps"
    GAP = "gap"
    ANOTHER = "another"
    UNKNOWN = "unknown"


def keepers(model: Model) -> list[Layer]:
    """The layers that surely keep their states."""
    return model.where(stateful=True)


def ids(model: Model) -> frozenset[int]:
    """Of the layers that keep states, and what they wrap. Models that share a layer share its states."""
    return frozenset(part.id for layer in keepers(model) for part in layer.walk())


def touches(call: Call, layers: frozenset[int]) -> bool:
    """Whether a call changes or resets states of these layers."""
    if call.layer is not None:
        return any(part.id in layers for part in call.layer.walk())
    return bool(ids(call.model) & layers)


def resets(call: Call, layers: frozenset[int]) -> bool:
    """Whether a call resets states of these layers."""
    return call.resets and touches(call, layers)


def runs(call: Call, layers: frozenset[int]) -> bool:
    """Whether a call changes states of these layers by running them."""
    return call.name in RUNS and touches(call, layers)


def understood(call: Call) -> bool:
    """Whether nothing in the call can reset states unseen."""
    return call.callbacks_known and not call.open


def epoch_loops(program: Program, call: Call) -> list[Loop]:
    """The loops around a call that run over the same data again and again, outermost first."""
    return [
        event
        for event in program.timeline.around(call)
        if isinstance(event, Loop) and event.over == "epochs" and event.times not in (0, 1)
    ]


def unreset_pass(program: Program, call: Call) -> Loop | Call | None:
    """Who reads the same data again without a reset between: a loop around the call, or the fit itself by its epochs.

    None: nobody, or it cannot be told.
    """
    layers = ids(call.model)
    if not layers or not understood(call) or not _repeatable(call) or _resets_within(call, layers):
        return None
    if call.name == "fit" and more_than_one(call["epochs"].value) is True:
        return call
    for loop in epoch_loops(program, call):
        if not _resets_inside(loop.body, layers) and all(understood(other) for other, _ in loop.body.walk()):
            return loop
    return None


def idle_reset(program: Program, layers: frozenset[int]) -> Call | None:
    """A reset in front of which nothing has changed the states, so that it helps nobody."""
    for call in program.timeline.run():
        if runs(call, layers):
            return None
        if resets(call, layers):
            return call
    return None


def left_by(program: Program, call: Call) -> Call | None:
    """The call that left the states in which this one starts the first time it runs; None: they are fresh."""
    layers = ids(call.model)
    last: Call | None = None
    for other in program.timeline.run():
        if other.id == call.id:
            return last
        if resets(other, layers):
            last = None
        elif runs(other, layers):
            last = None if any(resets(inner, layers) for inner in other.each_epoch) else other
    return None


def continuation(windows: Windows, size: Dim, rows: Dim = UNKNOWN) -> Continuation:
    """How row k + `size` goes on from row k."""
    advance = _advance(windows, size, rows)
    if advance is UNKNOWN:
        return Continuation.UNKNOWN
    if advance is None:
        return Continuation.ANOTHER
    length = multiply(windows.length, windows.rate)
    same = equal(advance, length)
    if same is UNKNOWN:
        return Continuation.UNKNOWN
    if same:
        return Continuation.CONTINUES
    shorter = less(advance, length)
    return Continuation.UNKNOWN if shorter is UNKNOWN else Continuation.OVERLAPS if shorter else Continuation.GAP


def overlapping(windows: Windows) -> Truth:
    """Whether a window shares steps with the next."""
    return less(windows.stride, multiply(windows.length, windows.rate))


def unrelated(first: Data, second: Data) -> bool:
    """Whether two data surely have nothing in common."""
    if not first.origins or not second.origins or first.origins & second.origins:
        return False
    apart = first.windows is None or second.windows is None or first.windows.source != second.windows.source
    return apart and (first.split is None or second.split is None or first.split.source != second.split.source)


def same_rows(first: Data, second: Data) -> bool:
    """Whether two data are surely the same: under two names, or one number throughout, as of `np.ones`."""
    if first.source != 0 and first.source == second.source:
        return True
    a, b = first.values, second.values
    constant = is_known(a.low) and a.low == a.high == b.low == b.high
    return constant and not isinstance(first.shape, Unknown) and first.shape == second.shape


def more_than_one(value: object) -> Truth:
    """Whether a number of times is more than one."""
    return less(1, value) if is_known(value) else UNKNOWN


def steps(call: Call) -> Dim:
    """Steps in a row of the data, as far as the first x tells."""
    for data in call.x.known:
        if not isinstance(data.shape, Unknown) and data.shape.rank == 3:
            return data.shape.dims[1]
    return UNKNOWN


def _repeatable(call: Call) -> bool:
    """Whether a second pass reads the same rows again: not for a generator, whose content goes on."""
    if call.name == "train":
        return False
    if call.x.unsure or not call.x.known:
        return len(call.y) > 0 or call["y"].given
    return all(data.batching is None or data.batching.restarts is True for data in call.x.known)


def _resets_within(call: Call, layers: frozenset[int]) -> bool:
    return any(resets(inner, layers) for inner in (*call.each_epoch, *call.each_batch))


def _resets_inside(timeline: Timeline, layers: frozenset[int]) -> bool:
    return any(resets(call, layers) or _resets_within(call, layers) for call, _ in timeline.walk())


def _advance(windows: Windows, size: Dim, rows: Dim) -> Dim:
    """Steps of the series from the start of row k to the start of row k + size; None: of another sequence."""
    if windows.sequences == 1:
        return multiply(size, windows.stride)
    if windows.order == "window":
        whole = divides(windows.sequences, size)
        if whole is UNKNOWN:
            return UNKNOWN
        return multiply(floor_divide(size, windows.sequences), windows.stride) if whole else None
    if windows.order == "sequence" and rows is not UNKNOWN:
        each = floor_divide(rows, windows.sequences)
        beyond = less_equal(each, size)
        return UNKNOWN if beyond is UNKNOWN else None if beyond else multiply(size, windows.stride)
    return UNKNOWN
