"""Calls with several inputs, and with initial states."""

from typing import Any

from tests.oracle.specs import (
    Spec,
    build_problems,
    call_ours,
    call_real,
    differences,
    flat,
    known,
    ours,
    raising,
    real,
    spec,
)

Dims = tuple[int | None, ...]

PAIRS: list[tuple[Dims, ...]] = [
    ((None, 6, 5), (None, 6, 5)), ((None, 6, 5), (None, 1, 5)), ((None, 6, 5), (None, None, 5)),
    ((None, 6, 5), (None, 5)), ((None, 6, 5), (None, 6, 4)), ((None, 5), (None, 5)), ((None, 5), (None, 7)),
    ((4, 5), (None, 5)), ((None, None, 3), (None, 7, 3)), ((None, 6, 5), (None, 7, 5)), ((None, 1), (None, 5)),
    ((None, 6, 5), (None, 6, 5), (None, 6, 5)), ((None, None, 5), (None, None, 5)), ((2, 6, 5), (3, 6, 5)),
    ((None, 3, 6, 5), (None, 3, 6, 5)),
]  # fmt: skip

MERGING = [
    *(spec(name) for name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate")),
    spec("Concatenate", axis=1), spec("Concatenate", axis=2), spec("Dot", 1), spec("Dot", -1), spec("Dot", (2, 2)),
    spec("Dot", (1, 2)), spec("Dot", -1, normalize=True),
]  # fmt: skip

ATTENTION = [
    spec("Attention"), spec("AdditiveAttention"), spec("MultiHeadAttention", 2, 3),
    spec("MultiHeadAttention", 2, 3, output_shape=7), spec("GroupQueryAttention", 2, 2, 1),
]  # fmt: skip

STATED = [
    spec("LSTM", 3), spec("GRU", 3, return_state=True), spec("SimpleRNN", 3, return_sequences=True),
    spec("Bidirectional", spec("LSTM", 3)), spec("RNN", spec("LSTMCell", 3)),
]  # fmt: skip


def contradictions(
    made: Spec, shapes: tuple[Dims, ...], masked: tuple[int, ...], library: Any, keras: int
) -> list[str]:
    """Where what is inferred of a call on several inputs contradicts the library."""
    tensors = [library.layers.Input(batch_shape=shape) for shape in shapes]
    tensors = [library.layers.Masking()(t) if index in masked else t for index, t in enumerate(tensors)]
    leaving = call_ours(ours(made, keras), tensors, [], keras)
    text = f"{made} on {shapes} masked {masked}"
    separate = made.cls in ("MultiHeadAttention", "GroupQueryAttention")
    try:
        layer = real(made, library)
        outputs = flat(layer(*tensors)) if separate else call_real(layer, tensors, [], True)
    except Exception as error:
        return [] if raising(leaving) or made in ATTENTION or _only_masks(error) else [f"{text}: {str(error)[:200]}"]
    found = [f"{text}: claimed {claim}" for claim in build_problems(leaving)]
    if not leaving.problems:
        found += [f"{text}: {difference}" for difference in differences(leaving, outputs)]
        found += [] if known(leaving) else [f"{text}: unknown"]
    return found


def _only_masks(error: Exception) -> bool:
    """Keras 2 stacks the masks of stretched inputs, which have other lengths."""
    return "BOOL" in str(error)


def maskings(shapes: tuple[Dims, ...]) -> list[tuple[int, ...]]:
    """No input masked, the first, the second, both."""
    return [(), (0,), (1,), (0, 1)] if all(len(shape) == 3 for shape in shapes) else [()]


def state_contradictions(made: Spec, count: int, width: int, library: Any, keras: int) -> list[str]:
    """The same for a call with so many initial states of that width."""
    sequence = library.layers.Input((6, 5))
    states = [library.layers.Input((width,)) for _ in range(count)]
    leaving = call_ours(ours(made, keras), [sequence], states, keras)
    text = f"{made} with {count} states of {width}"
    try:
        outputs = call_real(real(made, library), [sequence], states, False)
    except Exception as error:
        return [] if build_problems(leaving) else [f"{text}: {str(error)[:200]}"]
    if build_problems(leaving):
        return [f"{text}: claimed {build_problems(leaving)}"]
    return [f"{text}: {difference}" for difference in ([] if leaving.problems else differences(leaving, outputs))]
