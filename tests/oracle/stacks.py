"""Random models: stacks and branches of layers that read steps, grown call by call on both sides."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from rnnlint.facts import Tensor, Unknown
from rnnlint.infer.registry import Arriving, infer
from tests.oracle.specs import Spec, build_problems, call_real, differences, flat, given, ours, raising, real, spec

sizes = st.integers(1, 4)
flags = st.booleans()


@dataclass(frozen=True)
class Move:
    """A call: of a layer on tensors counted from the newest (0), with initial states from the newest of that width."""

    layer: Spec
    inputs: tuple[int, ...] = (0,)
    states: int = 0


def recurrent() -> st.SearchStrategy[Spec]:
    """LSTM and kin with random switches."""
    options = st.fixed_dictionaries(
        {},
        optional={"return_sequences": st.just(True), "return_state": flags, "go_backwards": flags, "stateful": flags},
    )
    plain = st.builds(
        lambda cls, n, o: spec(cls, n, **o), st.sampled_from(["LSTM", "GRU", "SimpleRNN"]), sizes, options
    )
    cell = st.builds(spec, st.sampled_from(["LSTMCell", "GRUCell", "SimpleRNNCell"]), sizes)
    stacked = st.builds(lambda cells, o: spec("RNN", cells, **o), st.lists(cell, min_size=1, max_size=3), options)
    return plain | stacked


def wrapped() -> st.SearchStrategy[Spec]:
    """TimeDistributed and Bidirectional."""
    sequences = st.builds(
        lambda cls, n, s: spec(cls, n, return_sequences=s), st.sampled_from(["LSTM", "GRU", "SimpleRNN"]), sizes, flags
    )
    inner = st.builds(spec, st.just("Dense"), sizes) | sequences | st.just(spec("Flatten")) | convolution()
    modes = st.sampled_from(["concat", "sum", "mul", "ave", None])
    both = st.builds(lambda layer, mode: spec("Bidirectional", layer, merge_mode=mode), sequences, modes)
    each = st.builds(lambda layer: spec("TimeDistributed", layer), inner)
    return both | each | st.builds(lambda layer: spec("TimeDistributed", layer), both)


def convolution() -> st.SearchStrategy[Spec]:
    """Along one axis."""
    padding = st.sampled_from(["valid", "same"])
    conv = st.builds(
        lambda n, k, s, p: spec("Conv1D", n, k, strides=s, padding=p),
        sizes,
        st.integers(1, 3),
        st.integers(1, 2),
        padding,
    )
    pool = st.builds(
        lambda cls, p: spec(cls, 2, padding=p), st.sampled_from(["MaxPooling1D", "AveragePooling1D"]), padding
    )
    others = ["GlobalMaxPooling1D", "GlobalAveragePooling1D", "UpSampling1D", "ZeroPadding1D", "Cropping1D"]
    return conv | pool | st.sampled_from([spec(name) for name in others])


def reshaping() -> st.SearchStrategy[Spec]:
    """Other axes for the same numbers."""
    target = st.lists(st.sampled_from([-1, 1, 2, 3, 4, 6]), min_size=1, max_size=3)
    return st.builds(lambda sizes: spec("Reshape", tuple(sizes)), target) | st.sampled_from(
        [spec("Flatten"), spec("Permute", (2, 1)), spec("RepeatVector", 3), spec("Permute", (2, 3, 1))]
    )


def plain() -> st.SearchStrategy[Spec]:
    """What works on numbers, and what makes masks."""
    names = ["Masking", "BatchNormalization", "LayerNormalization", "ReLU", "LeakyReLU"]
    return st.builds(spec, st.just("Dense"), sizes) | st.sampled_from(
        [spec(name) for name in names]
        + [spec("Dropout", 0.1), spec("SpatialDropout1D", 0.1), spec("Activation", "tanh")]
    )


def merging() -> st.SearchStrategy[Spec]:
    """What joins two tensors."""
    names = ["Add", "Multiply", "Average", "Maximum", "Subtract", "Concatenate", "Attention"]
    return st.sampled_from([spec(name) for name in names] + [spec("Concatenate", axis=1), spec("Dot", -1)])


def moves() -> st.SearchStrategy[Move]:
    """A call of any of these."""
    one = st.one_of(recurrent(), wrapped(), convolution(), reshaping(), plain(), plain())
    single = st.builds(
        lambda layer, back, n: Move(layer, (back,), n), one, st.integers(0, 3), st.sampled_from([0, 0, 0, 1, 2])
    )
    double = st.builds(lambda layer, a, b: Move(layer, (a, b)), merging(), st.integers(0, 3), st.integers(0, 3))
    return single | single | single | double


def inputs() -> st.SearchStrategy[tuple[int | None, ...]]:
    """Batch shapes of sequences, rows and sequences of sequences."""
    size = st.sampled_from([None, 1, 2, 3, 4, 6])
    batch = st.sampled_from([None, None, 2])
    return st.builds(
        lambda b, steps, features: (b, *steps, features), batch, st.lists(size, min_size=0, max_size=2), sizes
    )


def contradictions(shape: tuple[int | None, ...], calls: Sequence[Move], library: Any, keras: int) -> list[str]:
    """Grows the model on both sides, each call on what the library gave before. A call that raises is left out.

    What is inferred is fed with what was inferred, so that an error anywhere is seen at the end too.
    """
    start = library.layers.Input(batch_shape=shape)
    theirs: list[Any] = [start]
    mine: list[Tensor] = list(given([start]))
    found: list[str] = []
    for move in calls:
        chosen = [len(theirs) - 1 - min(back, len(theirs) - 1) for back in move.inputs]
        states = [i for i, tensor in enumerate(theirs) if len(tensor.shape) == 2][-move.states :] if move.states else []
        states = states if move.layer.cls in ("LSTM", "GRU", "SimpleRNN") else []
        arriving = Arriving(
            tuple(mine[i] for i in chosen), tuple(mine[i] for i in states), {}, keras, listed=len(chosen) > 1
        )
        leaving = infer(ours(move.layer, keras), arriving)
        text = (
            f"{move} on {[tuple(theirs[i].shape) for i in chosen]}, states {[tuple(theirs[i].shape) for i in states]}"
        )
        try:
            layer = real(move.layer, library)
            outputs = flat(call_real(layer, [theirs[i] for i in chosen], [theirs[i] for i in states], len(chosen) > 1))
        except Exception as error:
            known = not any(isinstance(mine[i].shape, Unknown) for i in (*chosen, *states))
            if known and not raising(leaving):
                found.append(f"{text}: not foreseen: {str(error)[:200]}")
            continue
        if claims := build_problems(leaving):
            found.append(f"{text}: claimed {claims}")
        if leaving.problems:
            continue
        found += [f"{text}: {difference}" for difference in differences(leaving, outputs)]
        if leaving.outputs is not None and len(leaving.outputs) == len(outputs):
            theirs += outputs
            mine += leaving.outputs
    return found
