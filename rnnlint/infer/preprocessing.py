"""Layers that turn text and categories into numbers."""

from rnnlint.facts import UNKNOWN, AnyShape, Axis, Layer, Shape, Tensor
from rnnlint.infer.options import as_size, flag, policy_dtype
from rnnlint.infer.registry import Arriving, Leaving, transfer


@transfer("StringLookup", "IntegerLookup", "Hashing", "Discretization")
def lookup(layer: Layer, arriving: Arriving) -> Leaving:
    """A number for each entry; the other modes give rows as long as the vocabulary, which is seldom known."""
    tensor = arriving.tensors[0] if arriving.tensors else Tensor()
    mode = layer.options.get("output_mode", "int")
    if mode != "int":
        return Leaving((Tensor(),))
    invert = flag(layer, "invert", False)
    if invert is not False:
        return Leaving((Tensor(tensor.shape, "string" if invert is True else UNKNOWN, False),))
    return Leaving((Tensor(tensor.shape, UNKNOWN if layer.kind == "Discretization" else "int64", False),))


@transfer("TextVectorization")
def text_vectorization(layer: Layer, arriving: Arriving) -> Leaving:
    """A row of ids for each text."""
    shape = arriving.tensors[0].shape if arriving.tensors else UNKNOWN
    if not isinstance(shape, Shape) or not shape.rank:
        return Leaving((Tensor(),))
    if layer.options.get("output_mode", "int") != "int":
        return Leaving((Tensor(Shape.of((shape.batch, UNKNOWN)), policy_dtype(None), False),))
    length = as_size(layer.options.get("output_sequence_length"))
    return Leaving((Tensor(Shape.of((shape.batch, length), ("batch", "time")), "int64", False),))


@transfer("CategoryEncoding")
def category_encoding(layer: Layer, arriving: Arriving) -> Leaving:
    """One-hot rows for each id, or one row of counts for all."""
    shape = arriving.tensors[0].shape if arriving.tensors else UNKNOWN
    size = as_size(layer.options.get("num_tokens"))
    mode = layer.options.get("output_mode", "multi_hot")
    output: AnyShape = UNKNOWN
    if isinstance(shape, Shape) and size is not None and mode in ("one_hot", "multi_hot", "count") and shape.rank == 2:
        row = Axis("features", size)
        if mode == "one_hot" and shape.dims[1] != 1:
            output = UNKNOWN if shape.dims[1] is UNKNOWN else Shape((*shape.axes, row))
        else:
            output = Shape((shape.axes[0], row))
    return Leaving((Tensor(output, policy_dtype(None), False),))
