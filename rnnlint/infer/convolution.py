"""Convolutions, pooling, padding, cropping, upsampling."""

from collections.abc import Callable, Sequence
from typing import Any

from rnnlint.facts import UNKNOWN, Axis, Dim, Layer, Linear, Problem, Shape, Truth, Unknown
from rnnlint.facts.sizes import add, floor_divide, less, less_equal, multiply, subtract
from rnnlint.infer.naming import SPATIAL, spatial_names
from rnnlint.infer.options import as_sequence, as_size, channels_first, flag, number, repeated, text
from rnnlint.infer.registry import Arriving
from rnnlint.infer.single import Given, defined_features, ranked, reads_one, same_features, unchanged

Places = tuple[Dim, ...]


def convolved(size: Dim, kernel: Dim, stride: Dim, padding: str | Unknown, dilation: Dim = 1) -> Dim:
    """Places after a convolution or pooling along one axis."""
    if padding in ("same", "causal"):
        return floor_divide(add(subtract(size, 1), stride), stride)
    if padding != "valid":
        return UNKNOWN
    reach = add(multiply(dilation, subtract(kernel, 1)), 1)
    return floor_divide(add(subtract(size, reach), stride), stride)


def too_small(before: Sequence[Dim], after: Places, what: str) -> tuple[Places, tuple[Problem, ...]]:
    """The places, unknown where fewer than 1 is left, and the problem of that."""
    wrong = [index for index, size in enumerate(after) if less(size, 1) is True]
    if not wrong:
        return after, ()
    sizes = ", ".join(str(before[index]) for index in wrong)
    places = tuple(UNKNOWN if index in wrong else size for index, size in enumerate(after))
    return places, (Problem("size", f"its {what} does not fit into {sizes}"),)


def split(layer: Layer, shape: Shape, count: int) -> tuple[Truth, Places, Dim]:
    """Whether channels come first, the places, the channels."""
    first = channels_first(layer)
    if first is True:
        return first, shape.dims[2:], shape.dims[1]
    if first is False:
        return first, shape.dims[1:-1], shape.dims[-1]
    return first, (UNKNOWN,) * count, UNKNOWN


def joined(shape: Shape, first: Truth, places: Sequence[Dim], channels: Dim) -> Shape:
    """A shape of the batch, places and channels in their order."""
    if first is True:
        return Shape.of((shape.batch, channels, *places), spatial_names(len(places), True))
    made = Shape.of((shape.batch, *places, channels), spatial_names(len(places), False))
    return made if first is False else Shape.of([shape.batch] + [UNKNOWN] * (made.rank - 1), made.names)


def _convolution(layer: Layer, shape: Shape, arriving: Arriving) -> Given:
    count = SPATIAL[layer.kind]
    problems = _rank(layer, shape, arriving)
    channels = _channels_after(layer, shape, count)
    if shape.rank != count + 2:
        if problems or arriving.keras == 3:
            return joined(shape, channels_first(layer), (UNKNOWN,) * count, number(layer, "filters")), problems
        return _with_leading(layer, shape, arriving, count) if arriving.keras == 2 else (UNKNOWN, ())
    first, places, _ = split(layer, shape, count)
    index = 1 if first is True else -1
    if first is not UNKNOWN:
        problems = (
            same_features(layer, shape, index) or defined_features(layer, shape, index) or _groups(layer, shape, index)
        )
    after, small = too_small(places, _moved(layer, places, count), "kernel")
    if layer.kind.startswith("LocallyConnected") and any(place is None for place in places):
        small = (Problem("size", "has weights for each place, so their number must be fixed", gives=shape),)
    return joined(shape, first, after, channels), problems + small


def _rank(layer: Layer, shape: Shape, arriving: Arriving) -> tuple[Problem, ...]:
    """Plain convolutions of Keras 2 take further leading axes."""
    count = SPATIAL[layer.kind]
    lenient = layer.kind in ("Conv1D", "Conv2D", "Conv3D") and arriving.keras != 3 and shape.rank > count + 2
    return () if lenient else ranked(layer, shape, spatial_names(count, channels_first(layer)))


def _with_leading(layer: Layer, shape: Shape, arriving: Arriving, count: int) -> Given:
    """Leading axes beside the batch are kept."""
    extra = shape.rank - count - 2
    inner = Shape((shape.axes[0], *shape.axes[extra + 1 :]))
    output, problems = _convolution(layer, inner, arriving)
    assert isinstance(output, Shape)
    return Shape((shape.axes[0], *shape.axes[1 : extra + 1], *output.axes[1:])), problems


def _moved(layer: Layer, places: Places, count: int) -> Places:
    kernels = repeated(layer, "kernel_size", count)
    strides = repeated(layer, "strides", count, 1)
    dilations = repeated(layer, "dilation_rate", count, 1)
    padding = text(layer, "padding", "valid")
    padding = padding if isinstance(padding, Unknown) else padding.lower()
    return tuple(
        convolved(place, kernel, stride, padding, dilation)
        for place, kernel, stride, dilation in zip(places, kernels, strides, dilations, strict=True)
    )


def _channels_after(layer: Layer, shape: Shape, count: int) -> Dim:
    if not layer.kind.startswith("DepthwiseConv"):
        return number(layer, "filters")
    if shape.rank != count + 2:
        return UNKNOWN
    return multiply(split(layer, shape, count)[2], as_size(layer.options.get("depth_multiplier", 1)))


def _groups(layer: Layer, shape: Shape, index: int) -> tuple[Problem, ...]:
    groups = layer.options.get("groups", 1)
    channels = shape.dims[index]
    if not isinstance(groups, int) or groups < 2 or not isinstance(channels, int) or channels % groups == 0:
        return ()
    return (Problem("argument", f"{channels} channels do not divide into {groups} groups", gives=shape),)


reads_one(
    "Conv1D", "Conv2D", "Conv3D", "SeparableConv1D", "SeparableConv2D", "DepthwiseConv1D", "DepthwiseConv2D",
    "LocallyConnected1D", "LocallyConnected2D",
)(_convolution)  # fmt: skip


@reads_one("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose")
def transposed(layer: Layer, shape: Shape, arriving: Arriving) -> Given:
    """Places grow by the stride."""
    count = SPATIAL[layer.kind]
    first = channels_first(layer)
    problems = ranked(layer, shape, spatial_names(count, first))
    filters = number(layer, "filters")
    if problems:
        return joined(shape, first, (UNKNOWN,) * count, filters), problems
    fixed = as_sequence(layer.options.get("output_shape"))
    if not isinstance(fixed, Unknown) and len(fixed) == count + 2:
        return Shape.of((shape.batch, *map(as_size, fixed[1:])), spatial_names(count, first)), ()
    first, places, _ = split(layer, shape, count)
    index = 1 if first is True else -1
    if first is not UNKNOWN:
        problems = same_features(layer, shape, index) or defined_features(layer, shape, index)
    more = layer.options.get("output_padding")
    extras = (None,) * count if more is None else repeated(layer, "output_padding", count)
    after = tuple(
        _grown(place, kernel, stride, dilation, extra, text(layer, "padding", "valid"))
        for place, kernel, stride, dilation, extra in zip(
            places,
            repeated(layer, "kernel_size", count),
            repeated(layer, "strides", count, 1),
            _dilations(layer, count, arriving),
            extras,
            strict=True,
        )
    )
    return joined(shape, first, after, filters), problems


def _dilations(layer: Layer, count: int, arriving: Arriving) -> Places:
    """Keras 2 forgets them where there are three axes."""
    given = repeated(layer, "dilation_rate", count, 1)
    if count < 3 or arriving.keras == 3 or all(size == 1 for size in given):
        return given
    return (UNKNOWN if arriving.keras is UNKNOWN else 1,) * count


def _grown(place: Dim, kernel: Dim, stride: Dim, dilation: Dim, extra: Dim, padding: str | Unknown) -> Dim:
    if padding not in ("valid", "same"):
        return UNKNOWN
    reach = add(multiply(dilation, subtract(kernel, 1)), 1)
    if extra is None:
        beyond: Dim = 0
        if padding == "valid":
            beyond = (
                subtract(reach, stride)
                if less(stride, reach) is True
                else 0
                if less_equal(reach, stride) is True
                else UNKNOWN
            )
        return add(multiply(place, stride), beyond)
    cut = multiply(2, floor_divide(reach, 2)) if padding == "same" else 0
    return add(subtract(add(multiply(subtract(place, 1), stride), reach), cut), extra)


@reads_one(
    "AveragePooling1D", "AveragePooling2D", "AveragePooling3D", "MaxPooling1D", "MaxPooling2D", "MaxPooling3D",
)  # fmt: skip
def pooling(layer: Layer, shape: Shape, arriving: Arriving) -> Given:
    """Places shrink by the stride; channels stay."""
    count = SPATIAL[layer.kind]
    first, places, channels, problems = _read(layer, shape, count)
    if problems:
        return joined(shape, first, places, channels), problems
    pools = repeated(layer, "pool_size", count, 2)
    strides = pools if layer.options.get("strides") is None else repeated(layer, "strides", count)
    padding = text(layer, "padding", "valid")
    padding = padding if isinstance(padding, Unknown) else padding.lower()
    after = tuple(convolved(*sizes, padding) for sizes in zip(places, pools, strides, strict=True))
    after, small = too_small(places, after, "window")
    return joined(shape, first, after, channels), small


@reads_one(
    "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalAveragePooling3D", "GlobalMaxPooling1D",
    "GlobalMaxPooling2D", "GlobalMaxPooling3D",
)  # fmt: skip
def global_pooling(layer: Layer, shape: Shape, arriving: Arriving) -> Given:
    """One number for each channel."""
    count = SPATIAL[layer.kind]
    first, _, channels, problems = _read(layer, shape, count)
    keep = flag(layer, "keepdims", False)
    if keep is True:
        return joined(shape, first, (1,) * count, channels), problems
    return (UNKNOWN if keep is UNKNOWN else Shape.of((shape.batch, channels), ("batch", "features"))), problems


@reads_one(
    "AdaptiveAveragePooling1D", "AdaptiveAveragePooling2D", "AdaptiveAveragePooling3D", "AdaptiveMaxPooling1D",
    "AdaptiveMaxPooling2D", "AdaptiveMaxPooling3D",
)  # fmt: skip
def adaptive_pooling(layer: Layer, shape: Shape, arriving: Arriving) -> Given:
    """A fixed number of places."""
    count = SPATIAL[layer.kind]
    first, _, channels, problems = _read(layer, shape, count, "call")
    return joined(shape, first, repeated(layer, "output_size", count), channels), problems


@reads_one("UpSampling1D", "UpSampling2D", "UpSampling3D")
def upsampling(layer: Layer, shape: Shape, arriving: Arriving) -> Given:
    """Every place several times."""
    count = SPATIAL[layer.kind]
    if layer.kind == "UpSampling3D" and shape.rank != 5 and arriving.keras != 3:
        return UNKNOWN, ()
    first, places, channels, problems = _read(layer, shape, count)
    if first is True and None in places and arriving.keras != 3:
        places = (UNKNOWN,) * count
    factors = repeated(layer, "size", count, 2)
    after = tuple(multiply(place, factor) for place, factor in zip(places, factors, strict=True))
    return joined(shape, first, after, channels), problems


@reads_one("ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D")
def padding(layer: Layer, shape: Shape, arriving: Arriving) -> Given:
    """Zeros around."""
    return _widened(layer, shape, "padding", add)


@reads_one("Cropping1D", "Cropping2D", "Cropping3D")
def cropping(layer: Layer, shape: Shape, arriving: Arriving) -> Given:
    """Cut at the ends."""
    output, problems = _widened(layer, shape, "cropping", subtract)
    if layer.kind != "Cropping3D" or arriving.keras == 3 or shape.rank != 5 or isinstance(output, Unknown):
        return output, problems
    # Keras 2 does not check these, and gives what is left from the other side.
    sizes = [UNKNOWN if isinstance(size, Linear) else size for size in output.dims]
    return Shape.of(sizes, output.names), ()


def _widened(layer: Layer, shape: Shape, option: str, change: Callable[[Dim, Dim], Dim]) -> Given:
    count = SPATIAL[layer.kind]
    first, places, channels, problems = _read(layer, shape, count)
    sides = _sides(layer[option], count)
    after = tuple(change(change(place, left), right) for place, (left, right) in zip(places, sides, strict=True))
    after, small = too_small(places, after, option)
    return joined(shape, first, after, channels), problems or small


def _sides(value: Any, count: int) -> tuple[tuple[Dim, Dim], ...]:
    """What is added or cut on both sides of each axis: one number for all, one for each axis, or a pair each."""
    unknown = ((UNKNOWN, UNKNOWN),) * count
    if not isinstance(value, list | tuple):
        size = _known(value)
        return ((size, size),) * count
    if count == 1 and len(value) == 2 and not any(isinstance(part, list | tuple) for part in value):
        return ((_known(value[0]), _known(value[1])),)
    if len(value) != count:
        return unknown
    sides = []
    for part in value:
        if isinstance(part, list | tuple):
            if len(part) != 2:
                return unknown
            sides.append((_known(part[0]), _known(part[1])))
        else:
            sides.append((_known(part), _known(part)))
    return tuple(sides)


def _known(value: Any) -> Dim:
    size = as_size(value)
    return UNKNOWN if size is None else size


def _read(
    layer: Layer, shape: Shape, count: int, when: str = "build"
) -> tuple[Truth, Places, Dim, tuple[Problem, ...]]:
    """Channels first, places, channels; all unknown where the rank is wrong."""
    problems = ranked(layer, shape, spatial_names(count, channels_first(layer)), when)
    if problems:
        return channels_first(layer), (UNKNOWN,) * count, UNKNOWN, problems
    return *split(layer, shape, count), ()


@reads_one("SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D")
def spatial_dropout(layer: Layer, shape: Shape, arriving: Arriving) -> Given:
    """The same shape; whole channels are dropped."""
    return shape, ranked(layer, shape, spatial_names(SPATIAL[layer.kind], channels_first(layer)))


@reads_one("Resizing", "CenterCrop", "RandomCrop", "RandomHeight", "RandomWidth")
def resized(layer: Layer, shape: Shape, arriving: Arriving) -> Given:
    """Images of another height and width, with a batch or without."""
    if shape.rank not in (3, 4):
        return UNKNOWN, ()
    first = channels_first(layer)
    if first is UNKNOWN:
        return UNKNOWN, ()
    row = shape.rank - (2 if first is True else 3)
    if layer.kind in ("RandomHeight", "RandomWidth"):
        return shape.with_size(row + (layer.kind == "RandomWidth"), None), ()
    axes = list(shape.axes)
    axes[row] = Axis("height", _known(layer["height"]))
    axes[row + 1] = Axis("width", _known(layer["width"]))
    return Shape(tuple(axes)), ()


reads_one(
    "AugMix", "AutoContrast", "ContrastLimitedAdaptiveHistogramEqualization", "CutMix", "MixUp", "RandAugment",
    "RandomBrightness", "RandomColorDegeneration", "RandomColorJitter", "RandomContrast", "RandomElasticTransform",
    "RandomErasing", "RandomFlip", "RandomGaussianBlur", "RandomGrayscale", "RandomHue", "RandomInvert",
    "RandomPerspective", "RandomPosterization", "RandomRotation", "RandomSaturation", "RandomSharpness", "RandomShear",
    "RandomTranslation", "RandomZoom", "Solarization",
)(unchanged)  # fmt: skip
