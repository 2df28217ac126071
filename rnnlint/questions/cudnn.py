"""What keeps an LSTM or GRU off the fused cuDNN kernel."""

from typing import Any

from rnnlint.facts import UNKNOWN, Layer, Truth, every
from rnnlint.questions.activations import BOUNDED, UNBOUNDED

NEEDS: dict[str, dict[str, Any]] = {
    "LSTM": {
        "activation": "tanh", "recurrent_activation": "sigmoid", "recurrent_dropout": 0, "unroll": False,
        "use_bias": True,
    },
    "GRU": {
        "activation": "tanh", "recurrent_activation": "sigmoid", "recurrent_dropout": 0, "unroll": False,
        "use_bias": True, "reset_after": True,
    },
}  # fmt: skip
"""The options that the kernel needs, by layer."""


def fused(layer: Layer) -> Truth:
    """Whether the layer can run on the fused kernel; False for any other layer than LSTM and GRU."""
    if layer.kind not in NEEDS or layer.custom or layer.options.get("use_cudnn", "auto") is False:
        return False
    if layer.cls.startswith("CuDNN"):
        return True
    return every(*(_same(layer[name], value) for name, value in NEEDS[layer.kind].items()))


def hindrances(layer: Layer) -> list[str]:
    """The options that surely keep it off the kernel."""
    if layer.kind not in NEEDS or layer.custom or layer.cls.startswith("CuDNN"):
        return []
    return [name for name, value in NEEDS[layer.kind].items() if _same(layer[name], value) is False]


def _same(value: Any, wanted: Any) -> Truth:
    if isinstance(wanted, str):
        known = value is None or (isinstance(value, str) and value in UNBOUNDED | BOUNDED)
        return value == wanted if known else UNKNOWN
    return value == wanted if isinstance(value, bool | int | float) else UNKNOWN
