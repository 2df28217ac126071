"""Attention: a row of values for each row of the query."""

from dataclasses import replace

from rnnlint.facts import UNKNOWN, AnyShape, Axis, Dim, Layer, Problem, Shape, Tensor, Truth, Unknown
from rnnlint.facts.sizes import equal
from rnnlint.infer.masks import by_keras
from rnnlint.infer.options import as_sequence, as_size, dtype_of
from rnnlint.infer.registry import Arriving, Leaving, transfer


@transfer("Attention", "AdditiveAttention")
def attention(layer: Layer, arriving: Arriving) -> Leaving:
    """[query, value, key] to (batch, query steps, features of the value); with scores (batch, query, value steps)."""
    if len(arriving.tensors) not in (2, 3):
        return Leaving((Tensor(),))
    query, value = arriving.tensors[:2]
    shape: AnyShape = UNKNOWN
    scores: AnyShape = UNKNOWN
    rows = _rows(query.shape, value.shape, arriving)
    if rows is not None and isinstance(value.shape, Shape):
        shape = Shape((*rows, Axis("features", value.shape.dims[-1])))
        scores = Shape((*rows, Axis("value_time", value.shape.dims[-2])))
    dtype = dtype_of(layer)
    mask = _query_mask(arriving)
    made = _with_scores(arriving, Tensor(shape, dtype, mask), Tensor(scores, dtype, by_keras(arriving, mask, False)))
    return replace(made, problems=_widths(layer, query, arriving.tensors[-1], arriving))


def _rows(query: AnyShape, value: AnyShape, arriving: Arriving) -> tuple[Axis, ...] | None:
    """All axes of the query but its features. Where there are others before the steps, Keras 3 promises the query's,
    and tf.keras stretches an axis of 1 to what the value has there."""
    if isinstance(query, Unknown) or isinstance(value, Unknown) or query.rank < 2 or value.rank < 2:
        return None
    rows = query.axes[:-1]
    if arriving.keras == 3 or (query.rank == 3 and value.rank <= 3):
        return rows
    if value.rank > query.rank:
        return None
    before, steps = rows[:-1], rows[-1]
    others = (1,) * (query.rank - value.rank) + value.dims[:-2]
    return (*(Axis(axis.name, _stretched(axis.size, other)) for axis, other in zip(before, others, strict=True)), steps)


def _stretched(size: Dim, other: Dim) -> Dim:
    if size == other or other == 1:
        return size
    return other if size == 1 else UNKNOWN


def _widths(layer: Layer, query: Tensor, key: Tensor, arriving: Arriving) -> tuple[Problem, ...]:
    """A dot product wants as many features in the key as in the query."""
    if layer.kind != "Attention" or layer.options.get("score_mode", "dot") != "dot":
        return ()
    if isinstance(query.shape, Unknown) or isinstance(key.shape, Unknown) or query.shape.rank < 2 or key.shape.rank < 2:
        return ()
    if equal(query.shape.dims[-1], key.shape.dims[-1]) is False:
        message = f"the query has {query.shape.dims[-1]} features, the key {key.shape.dims[-1]}"
    elif _leading_differ(query.shape, key.shape):
        message = "query and key differ in the axes before their steps"
    else:
        return ()
    when = "call" if arriving.keras == 3 else "build"
    return (Problem("merge", message, gives=key.shape, needs=query.shape, input=1, when=when),)


@transfer("MultiHeadAttention", "GroupedQueryAttention")
def multi_head_attention(layer: Layer, arriving: Arriving) -> Leaving:
    """query, value, key to the shape of the query; `output_shape` sets another last axis."""
    if not arriving.tensors:
        return Leaving((Tensor(),))
    query = arriving.tensors[0]
    value = arriving.tensors[1] if len(arriving.tensors) > 1 else Tensor()
    shape: AnyShape = UNKNOWN
    if isinstance(query.shape, Shape) and query.shape.rank > 1:
        shape = _projected(layer, query.shape)
    dtype = dtype_of(layer)
    scores = Tensor(_head_scores(layer, query.shape, value.shape, arriving), dtype, UNKNOWN)
    return _with_scores(arriving, Tensor(shape, dtype, _query_mask(arriving)), scores)


def _leading_differ(query: Shape, key: Shape) -> bool:
    """Whether axes before the steps surely differ, counted from the last; one of 1 is stretched."""
    pairs = zip(reversed(query.dims[:-2]), reversed(key.dims[:-2]), strict=False)
    return any(
        equal(a, b) is False and equal(a, 1) is False and equal(b, 1) is False
        for a, b in pairs
        if a is not None and b is not None
    )


def _query_mask(arriving: Arriving) -> Truth:
    given = arriving.arguments.get("query_mask")
    if given is not None:
        return UNKNOWN if given is UNKNOWN else True
    masks = arriving.arguments.get("mask")
    if isinstance(masks, list | tuple) and masks:
        return masks[0] is not None
    return arriving.tensors[0].mask


def _projected(layer: Layer, query: Shape) -> Shape:
    output = layer.options.get("output_shape")
    if output is None:
        return query
    sizes = as_sequence(output)
    if isinstance(sizes, Unknown):
        sizes = (output,)
    return Shape((*query.axes[:-1], *(Axis("features", as_size(size)) for size in sizes)))


def _head_scores(layer: Layer, query: AnyShape, value: AnyShape, arriving: Arriving) -> AnyShape:
    """(batch, heads, query steps, value steps)."""
    if isinstance(query, Unknown) or isinstance(value, Unknown) or query.rank != 3 or value.rank != 3:
        return UNKNOWN
    if layer.options.get("attention_axes") is not None or arriving.keras is UNKNOWN:
        return UNKNOWN
    heads = as_size(layer["num_heads" if layer.kind == "MultiHeadAttention" else "num_query_heads"])
    read: Dim = value.dims[1]
    return Shape.of((query.batch, heads, query.dims[1], read), ("batch", "heads", "time", "value_time"))


def _with_scores(arriving: Arriving, output: Tensor, scores: Tensor) -> Leaving:
    wanted = arriving.arguments.get("return_attention_scores", False)
    if wanted is True:
        return Leaving((output, scores))
    return Leaving((output,) if wanted is False or wanted is None else None)
