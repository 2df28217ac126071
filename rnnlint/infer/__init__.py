"""The same answers that real Keras gives, without Keras: layer and input tensors in, output tensors out."""

from rnnlint.infer import (
    attention,
    convolution,
    core,
    graph,
    merging,
    operations,
    preprocessing,
    recurrent,
    wrappers,
)

__all__ = [
    "attention",
    "convolution",
    "core",
    "graph",
    "merging",
    "operations",
    "preprocessing",
    "recurrent",
    "wrappers",
]
