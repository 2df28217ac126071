"""Transfer functions by class of layer.

A transfer function takes a layer and what arrives and gives what comes out: shape, dtype and mask of each output, and
what is wrong. It never raises: what it does not know is UNKNOWN.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rnnlint.facts import UNKNOWN, Layer, LayerCall, Problem, Tensor, Unknown


@dataclass(frozen=True, slots=True)
class Place:
    """Stands among the arguments of an operation for the tensor number `index` of the call."""

    index: int


@dataclass(frozen=True, slots=True)
class Arriving:
    """What a layer is called with.

    Attributes:
        tensors: the inputs, without initial states and constants.
        states: initial states, then constants, in Keras's order.
        arguments: further arguments of the call (`mask`, `training`, `return_attention_scores`...). Of an operation
            those by name and, as `args`, a tuple of those by position; in both a `Place` stands for each tensor,
            a Tensor for a constant array, `slice` and `...` for themselves.
        keras: the Keras that runs it: 1, 2, 3 or UNKNOWN. Where they differ and it is UNKNOWN, so is the answer.
        listed: whether the inputs came as a list, be it of one.
        depth: how many wrappers and models stand around the layer; beyond `MAX_DEPTH` the answer is unknown.
    """

    tensors: tuple[Tensor, ...]
    states: tuple[Tensor, ...] = ()
    arguments: Mapping[str, Any] = field(default_factory=dict)
    keras: int | Unknown = UNKNOWN
    listed: bool = False
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Leaving:
    """What a layer gives.

    Attributes:
        outputs: without origins, in order. None: not even their number is known.
        problems: what is wrong; `outputs` then is what would have come out, or unknown.
        inner: for a nested model its layers with `arrivals` as they really are in this call, in order.
    """

    outputs: tuple[Tensor, ...] | None
    problems: tuple[Problem, ...] = ()
    inner: tuple[Layer, ...] = ()


MAX_DEPTH = 20
"""How deep wrappers and models may stand in each other."""

Transfer = Callable[[Layer, Arriving], Leaving]

_transfers: dict[str, Transfer] = {}


def transfer(*kinds: str) -> Callable[[Transfer], Transfer]:
    """Registers a transfer function for canonical classes."""

    def register(function: Transfer) -> Transfer:
        for kind in kinds:
            _transfers[kind] = function
        return function

    return register


def infer(layer: Layer, arriving: Arriving) -> Leaving:
    """What comes out of a layer.

    An opaque layer (custom class, Lambda without a recorded shape) keeps the batch axis alone: outputs are unknown.
    """
    if arriving.depth > MAX_DEPTH:
        return Leaving(None)
    if layer.model is not None:
        return _transfers["Model"](layer, arriving)
    if layer.operation:
        return _transfers["operation"](layer, arriving)
    function = (
        _transfers.get("Lambda") if layer.kind == "Lambda" else None if layer.custom else _transfers.get(layer.kind)
    )
    return _opaque(layer, arriving) if function is None else function(layer, arriving)


def _opaque(layer: Layer, arriving: Arriving) -> Leaving:
    """Nothing is known of what a foreign class does, not even how many outputs it has: one, most often."""
    return Leaving((Tensor(),))


def called(layer: Layer, arriving: Arriving, leaving: Leaving) -> LayerCall:
    """The call as a fact."""
    return LayerCall(
        inputs=arriving.tensors + arriving.states,
        outputs=leaving.outputs or (),
        states=len(arriving.states),
        problems=leaving.problems,
        arguments=arriving.arguments,
    )
