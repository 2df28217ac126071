"""What sequential and functional models have in common: entries, problems of the graph, inputs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from rnnlint.facts import (
    UNKNOWN,
    Layer,
    LayerCall,
    Problem,
    Unknown,
)
from rnnlint.readers import eras
from rnnlint.readers.eras import Entry, Written

NO_SHAPE = "its input shape is no shape of sizes"


def entries_of(of: Entry, by: Written, loose: list[Problem], names: Sequence[str] = ()) -> Iterator[Entry]:
    """The entries of a model. Old files give nested Sequentials no name: it is the one under which the weights are
    saved, in `names`, or one with a number as Keras would give it."""
    numbered = len(names) == len(of.layers)
    for number, raw in enumerate(of.layers):
        entry = eras.entry(raw, by, names[number] if numbered else "", number + 1)
        if entry is None:
            loose.append(Problem("graph", f"entry {number} of the layers is no layer"))
        else:
            yield entry


def with_problems(
    layers: Sequence[Layer], problems: Mapping[int, Sequence[Problem]], loose: list[Problem]
) -> tuple[Layer, ...]:
    """The layers with problems of the graph at their first call; of those without a call they go to `loose`."""
    done = []
    for layer in layers:
        own = tuple(problems.get(layer.id, ()))
        if own and layer.calls:
            first = replace(layer.calls[0], problems=own + layer.calls[0].problems)
            calls: tuple[LayerCall, ...] = (first, *layer.calls[1:])
            layer = replace(layer, calls=calls, arrivals=calls)
        elif own:
            loose += [replace(problem, layer=layer.path) for problem in own]
        done.append(layer)
    return tuple(done)


def input_dtype(layer: Layer) -> str | Unknown:
    dtype = layer.options.get("dtype")
    if layer.kind == "Embedding" or not isinstance(dtype, str):
        return UNKNOWN if layer.kind == "Embedding" else "float32"
    return dtype if layer.kind == "InputLayer" else UNKNOWN


def declares(layer: Layer) -> bool:
    """Whether an input shape is written at the layer, be it none."""
    return any(layer.options.get(name) is not None for name in ("batch_shape", "batch_input_shape"))
