"""Which layers keep, lose or make a mask, in Keras 2 and Keras 3."""

from rnnlint.facts import UNKNOWN, Layer, Truth, Unknown
from rnnlint.infer.registry import Arriving

KEEP = frozenset(
    {
        "Activation", "ActivityRegularization", "AlphaDropout", "BatchNormalization", "Dense", "Dropout", "ELU",
        "GaussianDropout", "GaussianNoise", "GroupNormalization", "LayerNormalization", "LeakyReLU", "PReLU", "ReLU",
        "Softmax", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "ThresholdedReLU",
        "UnitNormalization", "Highway", "MaxoutDense", "ParametricSoftplus", "SReLU",
    }
)  # fmt: skip
"""Give on the mask that arrives, in every Keras."""

KEEP_IN_3 = frozenset({"Equalization", "Identity", "Normalization", "Rescaling"})
"""Give it on in Keras 3 alone."""

LOST_IN_1 = frozenset({"Highway", "MaxoutDense"})
"""Keras 1 refuses a mask here."""


def arriving_mask(arriving: Arriving, index: int = 0) -> Truth:
    """Whether a mask comes with an input, by itself or as the argument `mask`."""
    given = arriving.arguments.get("mask")
    if isinstance(given, Unknown):
        return UNKNOWN
    if given is not None:
        if isinstance(given, list | tuple):
            return given[index] is not None if index < len(given) else False
        return True
    return arriving.tensors[index].mask if index < len(arriving.tensors) else UNKNOWN


def kept_mask(layer: Layer, arriving: Arriving, index: int = 0) -> Truth:
    """The mask behind a layer that reads one tensor and makes no mask of its own."""
    mask = arriving_mask(arriving, index)
    if layer.kind in KEEP:
        return mask
    if layer.kind in KEEP_IN_3:
        return by_keras(arriving, mask, False)
    return False


def by_keras(arriving: Arriving, in_3: Truth, in_2: Truth) -> Truth:
    """The answer of the Keras that runs it; UNKNOWN where it is not known and they differ."""
    if arriving.keras is UNKNOWN:
        return in_3 if in_3 is in_2 else UNKNOWN
    return in_3 if arriving.keras == 3 else in_2
