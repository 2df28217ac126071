"""Layers and calls written once, made both with real Keras and as facts, and compared."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from rnnlint.facts import UNKNOWN, Layer, Shape, Tensor
from rnnlint.infer.catalogue import bind, kind_of
from rnnlint.infer.registry import Arriving, Leaving, infer

_ids = count(1)


@dataclass(frozen=True)
class Spec:
    """A layer: its class and the arguments of its constructor; layers among them are specs too."""

    cls: str
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        given = [str(a) for a in self.args] + [f"{name}={value}" for name, value in self.kwargs.items()]
        return f"{self.cls}({', '.join(given)})"

    __repr__ = __str__


def spec(cls: str, *args: Any, **kwargs: Any) -> Spec:
    """`spec("LSTM", 4, return_sequences=True)`."""
    return Spec(cls, args, kwargs)


def real(made: Any, library: Any) -> Any:
    """The layer of the library (keras or tf_keras)."""
    if isinstance(made, list):
        return [real(part, library) for part in made]
    if not isinstance(made, Spec):
        return made
    args = [real(a, library) for a in made.args]
    return getattr(library.layers, made.cls)(*args, **{name: real(v, library) for name, v in made.kwargs.items()})


def ours(made: Spec, keras: int) -> Layer:
    """The layer as a fact."""
    wrapped = [a for a in (*made.args, *made.kwargs.values()) for a in (a if isinstance(a, list) else [a])]
    wraps = tuple(ours(a, keras) for a in wrapped if isinstance(a, Spec))
    if made.cls == "RNN" and isinstance(made.args[0], list):
        wraps = (Layer(next(_ids), "cells", "StackedRNNCells", "StackedRNNCells", wraps=wraps),)
    bound = bind(made.cls, made.args, made.kwargs, keras)
    number = next(_ids)
    return Layer(number, f"{made.cls.lower()}_{number}", made.cls, kind_of(made.cls), bound.options, wraps=wraps)


def given(tensors: Sequence[Any]) -> tuple[Tensor, ...]:
    """Symbolic tensors of the library as facts."""
    return tuple(Tensor(shape_of(t), dtype_of(t), mask_of(t)) for t in tensors)


def shape_of(tensor: Any) -> Shape:
    return Shape.of(tuple(tensor.shape))


def dtype_of(tensor: Any) -> str:
    return str(getattr(tensor.dtype, "name", tensor.dtype))


def mask_of(tensor: Any) -> bool:
    return getattr(tensor, "_keras_mask", None) is not None


def flat(outputs: Any) -> list[Any]:
    """Outputs as one list, whatever they are packed in."""
    if isinstance(outputs, list | tuple):
        return [tensor for part in outputs for tensor in flat(part)]
    return [outputs]


def call_real(layer: Any, inputs: Sequence[Any], states: Sequence[Any], listed: bool, **kwargs: Any) -> list[Any]:
    """The layer called on symbolic tensors."""
    first = list(inputs) if listed or len(inputs) > 1 else inputs[0]
    if states:
        kwargs["initial_state"] = list(states)
    return flat(layer(first, **kwargs))


def call_ours(layer: Layer, inputs: Sequence[Any], states: Sequence[Any], keras: int, **kwargs: Any) -> Leaving:
    """The same, inferred."""
    return infer(layer, Arriving(given(inputs), given(states), kwargs, keras, len(inputs) > 1))


def differences(leaving: Leaving, outputs: Sequence[Any]) -> list[str]:
    """Where what was inferred contradicts the library. Not knowing is no contradiction."""
    if leaving.outputs is None:
        return []
    if len(leaving.outputs) != len(outputs):
        if len(leaving.outputs) == 1 and leaving.outputs[0].shape is UNKNOWN:
            return []
        return [f"{len(leaving.outputs)} outputs, real {len(outputs)}"]
    found = []
    for number, (mine, theirs) in enumerate(zip(leaving.outputs, outputs, strict=True)):
        if isinstance(mine.shape, Shape):
            real_dims = tuple(theirs.shape)
            same = mine.shape.rank == len(real_dims) and all(
                a is UNKNOWN or a == b for a, b in zip(mine.shape.dims, real_dims, strict=True)
            )
            if not same:
                found.append(f"output {number}: {mine.shape}, real {real_dims}")
        if mine.dtype is not UNKNOWN and mine.dtype != dtype_of(theirs):
            found.append(f"output {number}: dtype {mine.dtype}, real {dtype_of(theirs)}")
        if mine.mask is not UNKNOWN and mine.mask != mask_of(theirs):
            found.append(f"output {number}: mask {mine.mask}, real {mask_of(theirs)}")
    return found


def known(leaving: Leaving) -> bool:
    """Whether every output's sizes and mask are known."""
    return leaving.outputs is not None and all(
        isinstance(t.shape, Shape) and UNKNOWN not in t.shape.dims and t.mask is not UNKNOWN for t in leaving.outputs
    )


def build_problems(leaving: Leaving) -> list[str]:
    """What is claimed to raise when the layer is built or called on symbolic tensors."""
    return [str(problem.message) for problem in leaving.problems if problem.when == "build"]


def raising(leaving: Leaving) -> list[str]:
    """What is claimed to raise, be it when data arrives."""
    return [str(problem.message) for problem in leaving.problems if problem.when is not None]


def built_on(layer: Layer, inputs: Sequence[Any]) -> Layer:
    """The layer as one that was called on these before."""
    from rnnlint.facts import LayerCall

    return replace(layer, calls=(LayerCall(given(inputs)),))
