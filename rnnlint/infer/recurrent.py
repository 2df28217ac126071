"""Layers that read steps: LSTM, GRU, SimpleRNN, RNN around any cells, ConvLSTM."""

from dataclasses import dataclass

from rnnlint.facts import UNKNOWN, AnyShape, Axis, Dim, Layer, Problem, Shape, Tensor, Truth, Unknown
from rnnlint.facts.sizes import equal
from rnnlint.infer.catalogue import CELLS
from rnnlint.infer.convolution import convolved, joined, too_small
from rnnlint.infer.masks import arriving_mask
from rnnlint.infer.naming import CONV_LSTM, CONV_LSTM_PLACES, SEQUENCE, needs
from rnnlint.infer.options import as_sequence, as_size, channels_first, dtype_of, flag, number, repeated, text
from rnnlint.infer.registry import Arriving, Leaving, transfer
from rnnlint.infer.single import defined_features, ranked, same_features

STATES = {"LSTM": 2, "LSTMCell": 2, "GRU": 1, "GRUCell": 1, "SimpleRNN": 1, "SimpleRNNCell": 1}
"""How many states each keeps, all of `units`."""

MAX_CELLS = 1000
"""Stacks of more cells are not followed."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one step of a recurrent layer gives: the size of its output and of its states (None: not known)."""

    output: Dim
    states: tuple[Dim, ...] | None


def step_of(layer: Layer) -> Step:
    """Of a layer or its cells."""
    if layer.kind in STATES and not layer.custom:
        units = number(layer, "units")
        return Step(units, (units,) * STATES[layer.kind])
    cells = _cells(layer)
    if cells is None:
        return Step(UNKNOWN, None)
    steps = [step_of(cell) if cell.kind in STATES else _custom_step(cell) for cell in cells]
    states: tuple[Dim, ...] | None = ()
    for step in steps:
        states = None if states is None or step.states is None else states + step.states
    return Step(steps[-1].output if steps else UNKNOWN, states)


def _cells(layer: Layer) -> list[Layer] | None:
    """The cells of an RNN in order, stacks opened."""
    found: list[Layer] = []
    waiting = list(reversed(layer.wraps))
    while waiting:
        cell = waiting.pop()
        if cell.kind == "StackedRNNCells" and not cell.custom:
            waiting += reversed(cell.wraps)
        else:
            found.append(cell)
        if len(found) + len(waiting) > MAX_CELLS:
            return None
    return found or None


def _custom_step(cell: Layer) -> Step:
    """A cell of one's own tells by `state_size` and `output_size`, if at all."""
    sizes = cell.options.get("state_size")
    listed = as_sequence(sizes)
    states = (as_size(sizes),) if isinstance(listed, Unknown) else tuple(as_size(size) for size in listed)
    if any(size is UNKNOWN or size is None for size in states):
        return Step(UNKNOWN, None)
    output = as_size(cell.options.get("output_size"))
    return Step(UNKNOWN if output is None else output, states)


@transfer("LSTM", "GRU", "SimpleRNN", "RNN")
def recurrent(layer: Layer, arriving: Arriving) -> Leaving:
    """(batch, time, features) to (batch, units), or (batch, time, units), then its states."""
    tensor, states, problems = sorted_inputs(layer, arriving)
    step = step_of(layer)
    shape = tensor.shape
    if isinstance(shape, Shape):
        late = layer.kind == "RNN" and arriving.keras == 3 and not (shape.rank == 2 and shape.batch is None)
        own_cell = layer.kind == "RNN" and any(part.custom for part in layer.wraps for part in part.walk())
        if own_cell and shape.rank > 3:
            # A cell of one's own may read steps of any rank.
            return Leaving(None if flag(layer, "return_state", False) is not False else (Tensor(),))
        found = ranked(layer, shape, SEQUENCE, "call" if late else "build")
        if not found:
            own = layer.kind == "RNN" and _may_read_constants(layer)
            found = same_features(layer, shape) or (() if own else defined_features(layer, shape))
            found += _unrolled(layer, shape, arriving)
        problems += found + stateful_problems(layer, shape)
    problems += state_problems(step, states, arriving, layer)
    return Leaving(_outputs(layer, tensor, step, arriving), problems)


def sorted_inputs(layer: Layer, arriving: Arriving) -> tuple[Tensor, tuple[Tensor, ...], tuple[Problem, ...]]:
    """The sequence, the states and constants; Keras 2 takes them in one list, Keras 3 does not."""
    if not arriving.tensors:
        return Tensor(), arriving.states, ()
    first, *more = arriving.tensors
    if not more:
        return first, arriving.states, ()
    if arriving.keras == 3:
        count = len(arriving.tensors)
        return first, (), (Problem("input-count", f"reads 1 input, but {count} arrive"),)
    return first, (*more, *arriving.states), ()


def stateful_problems(layer: Layer, shape: Shape) -> tuple[Problem, ...]:
    """A stateful layer keeps a state for each row: it must know how many."""
    if flag(layer, "stateful", False) is not True or not shape.rank or shape.batch is not None:
        return ()
    need = shape.with_size(0, UNKNOWN)
    return (Problem("stateful-batch", "keeps states but the batch size is not fixed", gives=shape, needs=need),)


def _unrolled(layer: Layer, shape: Shape, arriving: Arriving) -> tuple[Problem, ...]:
    if flag(layer, "unroll", False) is not True or shape.dims[1] is not None or arriving.keras not in (1, 2):
        return ()
    return (Problem("argument", "cannot be unrolled over an unknown number of steps", gives=shape),)


def state_problems(step: Step, states: tuple[Tensor, ...], arriving: Arriving, layer: Layer) -> tuple[Problem, ...]:
    """Initial states that do not fit. What is more than the states are constants, where a cell may read some."""
    if not states or step.states is None:
        return ()
    needed = len(step.states)
    when = "call" if arriving.keras == 3 else "build"
    if len(states) < needed or (len(states) > needed and not _may_read_constants(layer)):
        ignored = layer.kind == "GRU" and len(states) > needed and arriving.keras == 3
        message = f"keeps {needed} state{'s' if needed > 1 else ''}, but is given {len(states)}"
        return (Problem("state-count", message, when=None if ignored else when),)
    problems = []
    for number_, (size, state) in enumerate(zip(step.states, states, strict=False)):
        shape = state.shape
        if isinstance(shape, Unknown):
            continue
        need = Shape.of((None, size), ("batch", "units"))
        if shape.rank != 2 or equal(shape.dims[1], size) is False:
            message = f"state {number_ + 1} must have {size} units"
            problems.append(Problem("state-width", message, gives=shape, needs=need, input=number_ + 1, when=when))
    return tuple(problems)


def _may_read_constants(layer: Layer) -> bool:
    """Whether a cell is not Keras's own: only such read constants, and what else they read nobody knows."""
    parts = [part for inner in layer.wraps for part in inner.walk()]
    return layer.kind == "RNN" and (not parts or any(part.custom or part.kind not in CELLS for part in parts))


def _outputs(layer: Layer, tensor: Tensor, step: Step, arriving: Arriving) -> tuple[Tensor, ...] | None:
    batch, time = _batch_and_time(layer, tensor.shape)
    sequences = flag(layer, "return_sequences", False)
    dtype = dtype_of(layer)
    units = Axis("units", step.output)
    shape: AnyShape = UNKNOWN
    if sequences is True:
        axes = (time, batch) if flag(layer, "time_major", False) is True else (batch, time)
        shape = Shape((*axes, units))
    elif sequences is False:
        shape = Shape((batch, units))
    output = Tensor(shape, dtype, sequence_mask(sequences, arriving))
    with_states = flag(layer, "return_state", False)
    if with_states is UNKNOWN or (with_states is True and step.states is None):
        return None
    states = tuple(Tensor(Shape((batch, Axis("units", size))), dtype, False) for size in step.states or ())
    return (output, *states) if with_states is True else (output,)


def sequence_mask(sequences: Truth, arriving: Arriving) -> Truth:
    """The mask goes on with sequences and ends where only the last step is given."""
    mask = arriving_mask(arriving)
    if sequences is False or mask is False:
        return False
    return mask if sequences is True else UNKNOWN


def _batch_and_time(layer: Layer, shape: AnyShape) -> tuple[Axis, Axis]:
    if isinstance(shape, Unknown) or not shape.rank:
        return Axis("batch", UNKNOWN), Axis("time", UNKNOWN)
    if flag(layer, "time_major", False) is not False:
        if shape.rank != 3 or flag(layer, "time_major", False) is UNKNOWN:
            return Axis("batch", UNKNOWN), Axis("time", UNKNOWN)
        return Axis("batch", shape.dims[1]), Axis("time", shape.dims[0])
    time = shape.axes[1] if shape.rank == 3 else Axis("time", UNKNOWN)
    return shape.axes[0], time if time.name in ("time", "super_steps") else Axis("time", time.size)


@transfer("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D")
def conv_lstm(layer: Layer, arriving: Arriving) -> Leaving:
    """A convolution at each step."""
    tensor, _, problems = sorted_inputs(layer, arriving)
    count = CONV_LSTM[layer.kind]
    first = channels_first(layer)
    shape = tensor.shape
    batch, time = Axis("batch", UNKNOWN), Axis("time", UNKNOWN)
    places: tuple[Dim, ...] = (UNKNOWN,) * count
    if isinstance(shape, Shape):
        if shape.rank:
            batch = shape.axes[0]
        need = needs(layer)
        assert need is not None
        found = ranked(layer, shape, need.names)
        if not found:
            time = Axis("time", shape.dims[1])
            before = shape.dims[3:] if first is True else shape.dims[2:-1]
            places, small = too_small(before, _after(layer, before, count), "kernel")
            found = small + _refused_mask(arriving, before, places) + _fixed_places(shape, before, arriving)
            found += defined_features(layer, shape, 2 if first is True else -1)
        problems += found + stateful_problems(layer, shape)
    return Leaving(_conv_outputs(layer, batch, time, places, arriving), problems)


def _after(layer: Layer, places: tuple[Dim, ...], count: int) -> tuple[Dim, ...]:
    padding = text(layer, "padding", "valid")
    sizes = zip(
        places,
        repeated(layer, "kernel_size", count),
        repeated(layer, "strides", count, 1),
        repeated(layer, "dilation_rate", count, 1),
        strict=True,
    )
    return tuple(convolved(place, kernel, stride, padding, dilation) for place, kernel, stride, dilation in sizes)


def _fixed_places(shape: Shape, places: tuple[Dim, ...], arriving: Arriving) -> tuple[Problem, ...]:
    if arriving.keras != 3 or not any(place is None for place in places):
        return ()
    return (Problem("size", "height and width of a step must be fixed", gives=shape),)


def _refused_mask(arriving: Arriving, before: tuple[Dim, ...], after: tuple[Dim, ...]) -> tuple[Problem, ...]:
    """A mask can be used only where a step keeps its height and width."""
    if arriving_mask(arriving) is not True or arriving.keras is UNKNOWN:
        return ()
    if not any(equal(a, b) is False for a, b in zip(before, after, strict=True)):
        return ()
    return (Problem("mask", "refuses the mask that arrives", when="call" if arriving.keras == 3 else "build"),)


def _conv_outputs(
    layer: Layer, batch: Axis, time: Axis, places: tuple[Dim, ...], arriving: Arriving
) -> tuple[Tensor, ...] | None:
    first = channels_first(layer)
    filters = number(layer, "filters")
    names = CONV_LSTM_PLACES[len(places)]
    state = joined(Shape((batch,)), first, places, filters)
    state = state.named("batch", "channels", *names) if first is True else state.named("batch", *names, "channels")
    sequences = flag(layer, "return_sequences", False)
    shape: AnyShape = UNKNOWN
    if sequences is True:
        shape = Shape((batch, time, *state.axes[1:]))
    elif sequences is False:
        shape = state
    with_states = flag(layer, "return_state", False)
    if with_states is UNKNOWN:
        return None
    dtype = dtype_of(layer)
    output = Tensor(shape, dtype, sequence_mask(sequences, arriving))
    return (output, *((Tensor(state, dtype, False),) * 2)) if with_states is True else (output,)
