"""Activations that recurrent layers use."""

from typing import Any

from rnnlint.facts import UNKNOWN, Truth

UNBOUNDED = frozenset(
    {
        "celu", "elu", "exponential", "gelu", "glu", "hard_silu", "hard_swish", "leaky_relu", "linear", "mish",
        "relu", "selu", "silu", "softplus", "squareplus", "swish",
    }
)  # fmt: skip
"""Names of activations that grow with their input."""

BOUNDED = frozenset(
    {
        "hard_sigmoid", "hard_tanh", "relu6", "sigmoid", "softmax", "softsign",
        "sparse_sigmoid", "tanh",
    }
)  # fmt: skip


def unbounded(activation: Any) -> Truth:
    """Whether an activation grows with its input; None is none at all, which does. UNKNOWN for a function."""
    if activation is None:
        return True
    if not isinstance(activation, str):
        return UNKNOWN
    if activation in UNBOUNDED:
        return True
    return False if activation in BOUNDED else UNKNOWN
