"""Making arrays: from sizes, from lists, from other arrays; broadcasting.

Sizes here are a tuple of `Dim`; None stands for an array of which not even the rank is known.
"""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any

from rnnlint.facts import NOWHERE, UNKNOWN, AnyShape, Data, Linear, Padding, Shape, Size, Unknown, Values, Windows
from rnnlint.facts.sizes import MAX_SIZE, add, equal, is_known, multiply, substitute, symbols
from rnnlint.interpreter import dtypes, ranges
from rnnlint.interpreter.effects.registry import Invocation
from rnnlint.interpreter.values import COUNTER, Array, Cut, Iterator, List, Object, Quantity, Range, Value
from rnnlint.interpreter.windows import windows_of_like, windows_of_rows

MAX_CONTENT = 1_000
"""Elements of an array that are held one by one."""

MAX_RANK = 32

DRAWS = frozenset({"randint", "randrange", "choice"})
"""Names of the symbols that stand for integers drawn at random: no two need be equal."""

ROUNDS = 4
"""Rounds of a loop that are compared: `5 + k % 4` differs within them."""

Dims = tuple[Any, ...] | None


def make(
    at: Invocation,
    dims: Iterable[Any] | None,
    dtype: str | Unknown = UNKNOWN,
    values: Values | None = None,
    *,
    content: Any = None,
    cut: Cut | None = None,
    **facts: Any,
) -> Array:
    """A new array, with an identity of its own. `facts`: further fields of `Data`."""
    source = facts.pop("source", 0) or at.machine.new_id()
    facts.setdefault("origins", frozenset({source}))
    facts.setdefault("location", at.machine.location(at.node))
    facts["windows"] = _placed(at, facts.get("windows"))
    if values is None:
        values = ranges.values_of(flat(content)) if content is not None else Values()
        if ranges.is_one_hot(content):
            values = replace(values, one_hot=True)
    fact = Data(shape=to_shape(dims), dtype=dtype, values=values, source=source, **facts)
    return Array(fact, cut=cut, content=content)


def _placed(at: Invocation, windows: Windows | None) -> Windows | None:
    """Windows that are new, with the place where they are cut."""
    if windows is None or windows.asked is not None:
        return windows
    where = windows.location if windows.location != NOWHERE else at.machine.location(at.node)
    return replace(windows, location=where, asked=at.machine.called[-1] if at.machine.called else NOWHERE)


def derive(at: Invocation, array: Array, dims: Iterable[Any] | None, **changes: Any) -> Array:
    """New data computed from `array`, of other sizes: without its windows, padding and split, unless `changes` (fields
    of `Data`) say so."""
    fact = array.fact
    names = ("dtype", "values", "shuffled", "shuffled_at", "origins", "ragged", "pool")
    facts: dict[str, Any] = {name: getattr(fact, name) for name in names} | changes
    return make(at, dims, facts.pop("dtype"), facts.pop("values"), **facts)


def like_rows(at: Invocation, array: Array, dims: Iterable[Any] | None, **changes: Any) -> Array:
    """New data whose rows are those of `array` one by one, changed: scaled, cast, with further axes."""
    fact = array.fact
    facts: dict[str, Any] = {name: getattr(fact, name) for name in ("windows", "padding", "split", "reshaped")}
    single = array.cut is not None and array.cut.length is None and dims == array.dims
    cut = array.cut if single else row_cut(array) if array.dims != () else None
    return derive(at, array, dims, **({"cut": cut} | facts | changes))


def view(at: Invocation, array: Array, dims: Iterable[Any] | None, **changes: Any) -> Array:
    """The same data in another shape: with its identity."""
    source = array.fact.source if to_shape(dims) is not UNKNOWN else 0
    return like_rows(at, array, dims, **({"source": source} | changes))


def of_kind(model: Array, found: Value) -> Value:
    """What was computed from each element of `model` is what `model` is: a Series, a DataFrame of the same columns."""
    if not isinstance(found, Array) or found.dims != model.dims or found.path == model.path:
        return found
    twin = copy(model)
    twin.fact = replace(found.fact, kind=model.fact.kind)
    twin.cut, twin.content = found.cut, found.content
    return twin


def padding_changed(padding: Padding | None) -> Padding | None:
    """The padding after the numbers were changed: it is where it was, with another value."""
    return None if padding is None else replace(padding, value=UNKNOWN, clash=UNKNOWN)


def row_cut(array: Array) -> Cut:
    """Where its rows lie in the data that they come from: itself, if it was not cut."""
    if array.cut is not None and array.cut.length is not None:
        return array.cut
    dims = array.dims
    return Cut(array.fact.source, 0, dims[0] if dims else UNKNOWN)


def to_shape(dims: Iterable[Any] | None) -> AnyShape:
    """Sizes as a fact."""
    return UNKNOWN if dims is None else Shape.of(dims)


def origins(arrays: Iterable[Value]) -> frozenset[int]:
    """What the result of a computation on these values was computed from; empty where it cannot be told."""
    found: frozenset[int] = frozenset()
    for array in arrays:
        if isinstance(array, Array):
            if not array.fact.origins:
                return frozenset()
            found |= array.fact.origins
        elif isinstance(array, (Unknown, List)):
            return frozenset()
    return found


def to_size(value: Value) -> Size:
    """A number as a size; UNKNOWN for all else."""
    if isinstance(value, Array) and value.dims == () and isinstance(value.content, int):
        return int(value.content)
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        return int(value)
    if isinstance(value, bool) or not isinstance(value, (int, Linear)):
        return UNKNOWN
    return value if isinstance(value, Linear) or abs(value) <= MAX_SIZE else UNKNOWN


def to_dims(value: Value) -> Dims:
    """A `shape=` argument: an integer or a sequence of them."""
    if isinstance(value, (int, Linear)):
        return (to_size(value),)
    items = to_items(value)
    if items is not None:
        return tuple(to_size(item) for item in items) if len(items) <= MAX_RANK else None
    if isinstance(value, List) and isinstance(value.length, int) and 0 <= value.length <= MAX_RANK:
        return (UNKNOWN,) * value.length
    return None


def to_items(value: Value) -> Sequence[Value] | None:
    """The elements of a tuple, a list or a small array; None where they are not known one by one."""
    match value:
        case tuple():
            return value
        case List():
            return value.items
        case Array() if isinstance(value.content, tuple):
            return value.content
    return None


def to_axis(value: Value, rank: int) -> int | None:
    """An `axis=` argument, counted from the front; None where it is not known or there is no such axis."""
    if isinstance(value, bool) or not isinstance(value, int) or not -rank <= value < rank:
        return None
    return value % rank


def flat(content: Any) -> list[Any]:
    """The numbers of a nested tuple, in order."""
    if not isinstance(content, tuple):
        return [content]
    level: list[Any] = [content]
    while any(isinstance(item, tuple) for item in level):
        level = [part for item in level for part in (item if isinstance(item, tuple) else (item,))]
        if len(level) > 4 * MAX_CONTENT:
            break
    return level


def nested(numbers: Sequence[Any], dims: Sequence[int]) -> Any:
    """Numbers in order as nested tuples of these sizes."""
    level: list[Any] = list(numbers)
    for size in reversed(dims[1:]):
        if size == 0:
            return None
        level = [tuple(level[i : i + size]) for i in range(0, len(level), size)]
    return tuple(level) if dims else (level[0] if level else None)


def product(sizes: Iterable[Any]) -> Any:
    """The product of sizes."""
    total: Any = 1
    for size in sizes:
        total = multiply(total, size)
    return total


def broadcast(*shapes: Dims) -> Dims:
    """What numpy makes of arrays of these sizes; None where one is not known or they do not fit."""
    if any(dims is None for dims in shapes):
        return None
    known = [dims for dims in shapes if dims is not None]
    rank = max((len(dims) for dims in known), default=0)
    result = []
    for position in range(rank):
        sizes = [dims[position - rank + len(dims)] for dims in known if position - rank + len(dims) >= 0]
        size = sizes[0]
        for other in sizes[1:]:
            joined = _broadcast_size(size, other)
            if joined is None:
                return None
            size = joined
        result.append(size)
    return tuple(result)


def _broadcast_size(a: Any, b: Any) -> Any:
    """None where they do not fit."""
    if a == b:
        return a
    if a == 1:
        return b
    if b == 1:
        return a
    same = equal(a, b)
    if same is True:
        return a if isinstance(a, int) else b
    if same is False:
        one = any(isinstance(size, Linear) and equal(size, 1) is not False for size in (a, b))
        return UNKNOWN if one else None
    return next((size for size in (a, b) if isinstance(size, int) and size > 1), UNKNOWN)


def to_array(at: Invocation, value: Value) -> Array:
    """What `np.asarray` makes of a value."""
    if isinstance(value, Array):
        return value
    found = summarise(at, value)
    dtype = found.dtype if found.ragged is not True else "object"
    facts: dict[str, Any] = {}
    if found.origins is not None:
        facts["origins"] = found.origins
    facts["pool"] = found.pool
    values = found.values if found.content is None else None
    windows = found.windows
    if windows is not None:
        facts |= {"windows": windows, "shuffled": False}
    elif found.shuffled is True:
        facts["shuffled"] = True
    return make(
        at, found.dims, dtype, values, content=found.content, ragged=found.ragged, padding=found.padding, **facts
    )


@dataclass(slots=True)
class Summary:
    """What an array made of a value would be. `origins` None: of nothing but constants."""

    dims: Dims = None
    dtype: str | Unknown = UNKNOWN
    values: Values = field(default_factory=Values)
    content: Any = None
    ragged: Any = UNKNOWN
    origins: frozenset[int] | None = None
    windows: Any = None
    padding: Any = None
    shuffled: Any = UNKNOWN
    pool: Any = UNKNOWN


def summarise(at: Invocation, value: Value, depth: int = 0) -> Summary:
    """What an array made of it would be."""
    at.machine.spend()
    if depth > MAX_RANK:
        return Summary(origins=frozenset())
    match value:
        case Array():
            fact = value.fact
            return Summary(
                value.dims,
                fact.dtype,
                fact.values,
                value.content,
                fact.ragged,
                fact.origins,
                fact.windows,
                fact.padding,
                pool=fact.pool,
            )
        case bool() | int() | float() | str() | bytes() | complex():
            return Summary((), dtypes.dtype_of(value), ranges.constant_values(value), value, False)
        case None:
            return Summary((), "object", ragged=False)
        case Linear():
            # In a list it stands for what may differ from round to round of the loop that filled it.
            return Summary((), "int64", Values(value, value, True) if depth == 0 else Values(whole=True), ragged=False)
        case Object(path="builtins.str"):
            return Summary((), "str", ragged=False)
        case Quantity():
            return Summary((), "float64", ragged=False)
        case Range():
            return _of_range(value)
        case tuple():
            return _of_items(at, value, depth)
        case List():
            found = _of_list(at, value, depth)
            if depth and value.padding is not None:
                found.padding = value.padding
            return found
        case Iterator() if value.rest is None:
            return _of_items(at, value.items, depth)
    return Summary(origins=frozenset())


def _of_range(value: Range) -> Summary:
    numbers = (value.start, value.stop, value.step)
    if all(isinstance(number, int) and abs(number) <= MAX_SIZE for number in numbers) and value.step != 0:
        counted = range(value.start, value.stop, value.step)  # type: ignore[arg-type]
        if len(counted) <= MAX_CONTENT:
            return Summary((len(counted),), "int64", ranges.values_of(counted), tuple(counted), False)
        return Summary((len(counted),), "int64", ranges.values_of((counted[0], counted[-1])), ragged=False)
    length: Any = add(value.stop, multiply(value.start, -1)) if value.step == 1 else UNKNOWN
    last: Any = add(value.stop, -1) if value.step == 1 else UNKNOWN
    return Summary((length,), "int64", Values(value.start, last, True), ragged=False)


def _of_list(at: Invocation, value: List, depth: int) -> Summary:
    if value.items is not None:
        return _of_items(at, value.items, depth)
    inner = summarise(at, value.element, depth + 1)
    size = value.length
    windows = windows_of_like(value.element, value.born) if depth == 0 else None
    if inner.dims is None:
        return Summary(ragged=inner.ragged, origins=inner.origins, windows=windows)
    if any(_drawn(dim, value.born) or _counted(dim, value.born, size) for dim in inner.dims):
        return Summary((size,), "object", inner.values, ragged=True, origins=inner.origins)
    dims = (size, *(UNKNOWN if _varies(dim, value.born) else dim for dim in inner.dims))
    ragged = inner.ragged if all(is_known(dim) for dim in dims[1:]) else UNKNOWN
    shuffled = value.element.fact.shuffled if isinstance(value.element, Array) else UNKNOWN
    pool = inner.pool
    return Summary(dims, inner.dtype, inner.values, None, ragged, inner.origins, windows, inner.padding, shuffled, pool)


def _varies(dim: Any, born: int) -> bool:
    """Whether the size may differ from round to round of the loop that fills a list: it is younger than the list."""
    return born > 0 and any(symbol.key > born or symbol.name in DRAWS for symbol in symbols(dim))


def _drawn(dim: Any, born: int) -> bool:
    """Whether the size is drawn at random in each round, so that it differs."""
    return any(symbol.name in DRAWS and symbol.key > born > 0 for symbol in symbols(dim))


def _counted(dim: Any, born: int, rounds: Any) -> bool:
    """Whether the size surely differs between the first rounds of the loop: it is a form of the loop's counter."""
    young = [symbol for symbol in symbols(dim) if symbol.key > born > 0]
    if len(young) != 1 or young[0].name != COUNTER:
        return False
    first = rounds if isinstance(rounds, int) and rounds < ROUNDS else ROUNDS
    sizes = [substitute(dim, {young[0]: round}) for round in range(first)]
    return all(is_known(size) for size in sizes) and any(equal(size, sizes[0]) is False for size in sizes)


def _of_items(at: Invocation, items: Sequence[Value], depth: int) -> Summary:
    # The same thing many times over (`[[0] * 200] * 200`) is looked at once.
    each = {id(item): item for item in items}
    unlike = {key: summarise(at, item, depth + 1) for key, item in each.items()}
    parts = [unlike[id(item)] for item in items]
    if not parts:
        return Summary((0,), "float64", ragged=False, content=())
    known = [part for part in unlike.values() if part.dims is not None]
    found: frozenset[int] | None = None
    for part in unlike.values():
        if part.origins is not None:
            found = part.origins if found is None else found | part.origins if found and part.origins else frozenset()
    if not known:
        return Summary(origins=found)
    dims, ragged = _joined_dims([part.dims for part in known if part.dims is not None])
    full = len(known) == len(unlike)
    dtype = dtypes.promote(part.dtype for part in known)
    content = None
    if full and ragged is False and all(part.content is not None for part in unlike.values()):
        content = tuple(part.content for part in parts)
        if isinstance(product(dims), int) and product(dims) > MAX_CONTENT:
            content = None
    values = ranges.joined(part.values for part in unlike.values()) if full else Values()
    ragged = ragged if full or ragged is True else UNKNOWN
    windows = windows_of_rows(items) if depth == 0 and ragged is not True else None
    inner = next((part.ragged for part in parts if part.ragged is True), ragged)
    return Summary((len(parts), *dims), dtype, values, content, inner, found, windows)


def _joined_dims(shapes: Sequence[tuple[Any, ...]]) -> tuple[tuple[Any, ...], Any]:
    """The sizes of rows that are laid above each other, and whether the rows are ragged: True, False or UNKNOWN."""
    first = shapes[0]
    if all(dims == first for dims in shapes):
        return first, False
    if any(len(dims) != len(first) for dims in shapes):
        return (), True
    joined: list[Any] = []
    sure: Any = False
    for sizes in zip(*shapes, strict=True):
        answers = [equal(sizes[0], size) for size in sizes[1:]]
        draws = {symbol for size in sizes for symbol in symbols(size) if symbol.name in DRAWS}
        if any(answer is False for answer in answers) or len(draws) > 1:
            return tuple(joined), True
        if all(answer is True for answer in answers):
            joined.append(next((size for size in sizes if isinstance(size, int)), sizes[0]))
        else:
            joined.append(next((size for size in sizes if is_known(size)), UNKNOWN) if sure is None else UNKNOWN)
            sure = UNKNOWN
    return tuple(joined), sure
