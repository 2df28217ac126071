"""What axes are called, by what a layer reads and gives."""

from rnnlint.facts import UNKNOWN, Axis, Dim, Layer, Shape, Tensor, Truth, Unknown
from rnnlint.infer.options import channels_first

SEQUENCE = ("batch", "time", "features")

PLACES: dict[int, tuple[str, ...]] = {
    1: ("time",),
    2: ("height", "width"),
    3: ("depth", "height", "width"),
}
"""The axes a convolution or pooling of so many dimensions moves along."""

CONV_LSTM_PLACES: dict[int, tuple[str, ...]] = {1: ("width",), 2: ("height", "width"), 3: ("depth", "height", "width")}
"""The same inside a step of a ConvLSTM."""

SPATIAL: dict[str, int] = {
    f"{name}{n}D": n
    for name in (
        "AdaptiveAveragePooling", "AdaptiveMaxPooling", "AveragePooling", "Conv", "Cropping", "DepthwiseConv",
        "GlobalAveragePooling", "GlobalMaxPooling", "LocallyConnected", "MaxPooling", "SeparableConv",
        "SpatialDropout", "UpSampling", "ZeroPadding",
    )
    for n in (1, 2, 3)
} | {f"Conv{n}DTranspose": n for n in (1, 2, 3)}  # fmt: skip
"""Layers that read places and channels, and along how many axes."""

CONV_LSTM = {"ConvLSTM1D": 1, "ConvLSTM2D": 2, "ConvLSTM3D": 3}

RANK_3 = frozenset({"LSTM", "GRU", "SimpleRNN", "RNN"})

MAX_WRAPPERS = 20
"""Wrappers around wrappers are followed so far."""


def spatial_names(count: int, first: Truth) -> tuple[str, ...]:
    """`(batch, height, width, channels)` and kin."""
    if first is True:
        return ("batch", "channels", *PLACES[count])
    return ("batch", *PLACES[count], "channels")


def reading_names(layer: Layer) -> tuple[str, ...] | None:
    """What the axes of a layer's input mean to it; None where it reads inputs of any rank."""
    around: list[Layer] = []
    while layer.kind in ("TimeDistributed", "Bidirectional") and layer.wraps and len(around) < MAX_WRAPPERS:
        around.append(layer)
        layer = layer.wraps[0]
    names = _own_names(layer)
    for wrapper in reversed(around):
        if wrapper.kind == "TimeDistributed":
            inner = names or ("batch", "features")
            names = ("batch", "super_steps" if "time" in inner else "time", *inner[1:])
    return names


def input_names(layer: Layer, rank: int) -> tuple[str, ...] | None:
    """What an input that nothing else names is called, from its first reader."""
    if layer.kind == "Embedding" and not layer.custom and rank == 2:
        return ("batch", "time")
    return reading_names(layer)


def _own_names(layer: Layer) -> tuple[str, ...] | None:
    if layer.custom:
        return None
    if layer.model is not None:
        shapes = [tensor.shape for tensor in layer.model.inputs]
        return shapes[0].names if len(shapes) == 1 and isinstance(shapes[0], Shape) else None
    if layer.kind in RANK_3:
        own_cell = layer.kind == "RNN" and any(part.custom for part in layer.walk())
        return None if own_cell else SEQUENCE
    if layer.kind in CONV_LSTM:
        places = CONV_LSTM_PLACES[CONV_LSTM[layer.kind]]
        return (
            ("batch", "time", "channels", *places)
            if channels_first(layer) is True
            else ("batch", "time", *places, "channels")
        )
    if layer.kind in SPATIAL:
        count = SPATIAL[layer.kind]
        names = spatial_names(count, channels_first(layer))
        return tuple("features" if name == "channels" else name for name in names) if count == 1 else names
    if layer.kind == "RepeatVector":
        return ("batch", "features")
    return None


def needs(layer: Layer) -> Shape | None:
    """What a layer reads: the axes by name, their sizes where it cannot take others; None: inputs of any rank.

    A layer that was called before is built: it reads as many features as came with its first call.
    """
    names = reading_names(layer)
    if names is None:
        return None
    sizes: list[Dim] = [None, *(UNKNOWN for _ in names[1:])]
    built = built_features(layer)
    if built is not UNKNOWN and built is not None:
        sizes[names.index("channels") if "channels" in names else -1] = built
    return Shape.of(sizes, names)


def built_features(layer: Layer) -> Dim:
    """The size of the last axis that came with a layer's first call."""
    if not layer.calls or not layer.calls[0].inputs:
        return UNKNOWN
    shape = layer.calls[0].inputs[0].shape
    return UNKNOWN if isinstance(shape, Unknown) or not shape.rank else shape.dims[-1]


def called_by_rank(shape: Shape) -> bool:
    """Whether the axes have no names but those of their rank."""
    return shape.names == Shape.of(shape.dims).names


def renamed(tensor: Tensor, reader: Layer) -> Tensor:
    """An input under the names that its reader gives the axes, where it has none of its own."""
    shape = tensor.shape
    if isinstance(shape, Unknown) or not called_by_rank(shape):
        return tensor
    names = input_names(reader, shape.rank)
    if names is None or len(names) != shape.rank:
        return tensor
    return Tensor(shape.named(*names), tensor.dtype, tensor.mask, tensor.origin)


def last_as(shape: Shape, name: str, size: Dim) -> Shape:
    """The shape with another last axis."""
    return Shape((*shape.axes[:-1], Axis(name, size)))
