"""The same answers that real Keras gives, without Keras: layer and input tensors in, output tensors out."""

from rnnlint.infer import (
    attention,
    convolution,
    core,
    elementwise,
    graph,
    merging,
    operations,
    preprocessing,
    rearranging,
    recurrent,
    tensorflow,
    wrappers,
)

__all__ = [
    "attention",
    "convolution",
    "core",
    "elementwise",
    "graph",
    "merging",
    "operations",
    "preprocessing",
    "rearranging",
    "recurrent",
    "tensorflow",
    "wrappers",
]
