"""Which layers give on the dtype that arrives, and which give the one they compute in."""

from rnnlint.facts import UNKNOWN, Layer, Tensor, Unknown
from rnnlint.infer.options import dtype_of
from rnnlint.infer.registry import Arriving

KEEP_IN_BOTH = frozenset({"Flatten", "Identity", "Permute", "Reshape"})

KEEP_IN_3 = KEEP_IN_BOTH | {"Equalization", "RandomGrayscale"}

KEEP_IN_2 = KEEP_IN_BOTH | {
    "Activation", "AlphaDropout", "Cropping1D", "Cropping2D", "Cropping3D", "Dropout", "GaussianDropout",
    "GaussianNoise", "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalAveragePooling3D",
    "GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling3D", "Masking", "MaxPooling1D", "MaxPooling2D", "ReLU",
    "RepeatVector", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "UpSampling1D", "UpSampling2D",
    "UpSampling3D", "ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D",
}  # fmt: skip


def output_dtype(layer: Layer, arriving: Arriving, index: int = 0) -> str | Unknown:
    """The dtype of what comes out of a layer that reads one tensor; floats are cast to the dtype of the layer."""
    own = dtype_of(layer)
    tensor = arriving.tensors[index] if index < len(arriving.tensors) else Tensor()
    kept = layer.kind in KEEP_IN_3, layer.kind in KEEP_IN_2
    if kept == (False, False) or is_float(tensor.dtype) is True:
        return own
    if isinstance(tensor.dtype, Unknown):
        return UNKNOWN
    in_3, in_2 = (tensor.dtype if keeps else own for keeps in kept)
    if arriving.keras is UNKNOWN:
        return in_3 if in_3 == in_2 else UNKNOWN
    return in_3 if arriving.keras == 3 else in_2


def is_float(dtype: str | Unknown) -> bool | Unknown:
    """Whether it is a floating-point dtype."""
    return UNKNOWN if isinstance(dtype, Unknown) else dtype.startswith(("float", "bfloat", "double", "half"))
