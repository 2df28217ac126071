"""Where the axis of steps is destroyed or mixed in front of a recurrent layer."""

from collections.abc import Iterator
from dataclasses import dataclass

from rnnlint.facts import Dim, Layer, LayerCall, Shape
from rnnlint.questions.flow import KEEPS_NUMBERS, KEEPS_STEPS, Flow


@dataclass(frozen=True, slots=True)
class LostSteps:
    """A Reshape in front of a recurrent layer whose steps are no steps any more.

    Attributes:
        layer, call: the Reshape.
        reader: the recurrent layer.
        before, after: shapes.
        kind: `exchanged`: the axes stand in another order, but Reshape moves no number; `merged`: all steps became one.
    """

    layer: Layer
    call: LayerCall
    reader: Layer
    before: Shape
    after: Shape
    kind: str


def lost_steps(flow: Flow) -> Iterator[LostSteps]:
    """Every Reshape that loses the steps of a recurrent layer, once."""
    for _, layer, call in flow.program.layer_calls():
        if layer.kind != "Reshape" or layer.custom or len(layer.arrivals) != 1:
            continue
        after = call.output.shape
        tensor, _ = flow.behind(call.input, KEEPS_NUMBERS | {"Flatten"})
        before = tensor.shape
        if not isinstance(before, Shape) or not isinstance(after, Shape) or after.rank < 3:
            continue
        kind = _lost(before, after)
        if kind is None:
            continue
        readers = [reader for reader, _ in flow.ahead(layer, KEEPS_STEPS | {"TimeDistributed"}) if reader.recurrent]
        if readers:
            yield LostSteps(layer, call, readers[0], before, after, kind)


def _lost(before: Shape, after: Shape) -> str | None:
    old, new = _sizes(before), _sizes(after)
    if old is None or new is None:
        return None
    old_axes, new_axes = [size for size in old if size != 1], [size for size in new if size != 1]
    if len(old_axes) >= 2 and new[0] == 1 and len(new_axes) == 1 and "time" in before.names and before["time"] != 1:
        return "merged"
    if len(old_axes) < 2 or len(new_axes) < 2 or new_axes[0] == old_axes[0] or new_axes[0] not in old_axes[1:]:
        return None
    rest = list(old_axes)
    rest.remove(new_axes[0])
    whole = 1
    for size in rest:
        whole *= size
    same = sorted(old_axes) == sorted(new_axes)
    return "exchanged" if same or new_axes[1:] == [whole] else None


def _sizes(shape: Shape) -> list[int] | None:
    """Sizes behind the batch, where all are numbers."""
    sizes: tuple[Dim, ...] = shape.dims[1:]
    numbers = [size for size in sizes if isinstance(size, int)]
    return numbers if len(numbers) == len(sizes) else None
