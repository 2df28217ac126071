"""Inbound nodes: the calls of a saved graph, which five generations wrote in five forms, as one form.

Keras 1 `[["x", 0, 0]]`; Keras 2 `[["x", 0, 0, {kwargs}]]` with bare `["h", 0, 0]` for tensors inside kwargs; one level
less for operations of tf.keras `["x", 0, 0, {kwargs}]`; the same in objects where the argument was a dict; Keras 3
`{"args": [...], "kwargs": {...}}` with `__keras_tensor__` anywhere inside.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rnnlint.facts import UNKNOWN, AnyShape, Unknown
from rnnlint.readers import plain

MAX_TENSORS = 10_000
"""Tensors of one call."""

_CONSTANT = "_CONSTANT_VALUE"


@dataclass(frozen=True, slots=True)
class Reference:
    """A tensor of the graph: output `tensor` of call `node` of a layer, with its recorded shape where there is one."""

    layer: str
    node: int
    tensor: int
    shape: AnyShape | None = None
    dtype: str | Unknown = UNKNOWN


@dataclass(frozen=True, slots=True)
class Constant:
    """A number or array in the place of a tensor."""

    value: Any


@dataclass(frozen=True, slots=True)
class Node:
    """A call of a layer.

    Attributes:
        args: positional arguments; in each, tensors are `Reference`s, in lists (tuples here) and mappings.
        kwargs: arguments by name, likewise.
    """

    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)

    def references(self) -> Iterator[Reference]:
        """Every tensor it reads."""
        yield from references((self.args, dict(self.kwargs)))


def references(value: Any) -> Iterator[Reference]:
    """The tensors in a structure, in order."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Reference):
            yield item
        elif isinstance(item, Mapping):
            waiting += reversed(list(item.values()))
        elif isinstance(item, tuple):
            waiting += reversed(item)


def parse(inbound: Any, names: Collection[str], keeps_lists: bool = False) -> tuple[Node, ...]:
    """The calls of a layer entry. What is no node is left out.

    Args:
        inbound: `inbound_nodes` as saved.
        names: of all layers of the model.
        keeps_lists: whether a list of one tensor is a list (operations of tf.keras), not one tensor.
    """
    if not isinstance(inbound, list):
        return ()
    return tuple(node for item in inbound if (node := _node(item, names, keeps_lists)) is not None)


def _node(item: Any, names: Collection[str], keeps_lists: bool) -> Node | None:
    if isinstance(item, dict) and isinstance(item.get("args"), list) and "kwargs" in item:
        kwargs = item["kwargs"] if isinstance(item["kwargs"], dict) else {}
        return Node(
            tuple(_new(value) for value in item["args"][:MAX_TENSORS]),
            {key: _new(value) for key, value in kwargs.items()},
        )
    kwargs = {}
    first = _old(item, names, kwargs)
    if first == () and not kwargs:
        return None
    if isinstance(first, tuple) and len(first) == 1 and not keeps_lists and not isinstance(first[0], tuple):
        first = first[0]
    return Node((first,), kwargs)


def _old(item: Any, names: Collection[str], kwargs: dict[str, Any], depth: int = 0) -> Any:
    """The first argument in the forms before Keras 3; the others are gathered in `kwargs`."""
    if depth > plain.MAX_NESTING:
        return UNKNOWN
    if _is_triple(item):
        if len(item) > 3 and isinstance(item[3], dict):
            kwargs.update({key: _named(value, names) for key, value in item[3].items()})
        if item[0] == _CONSTANT:
            return Constant(plain.opened(item[2]))
        return Reference(plain.text(item[0]), item[1], _index(item[2]))
    if isinstance(item, dict):
        return {key: _old(value, names, kwargs, depth + 1) for key, value in item.items()}
    if isinstance(item, list):
        return tuple(_old(value, names, kwargs, depth + 1) for value in item[:MAX_TENSORS])
    return Constant(plain.opened(item))


def _is_triple(item: Any) -> bool:
    return (
        isinstance(item, list)
        and 3 <= len(item) <= 4
        and isinstance(item[0], str)
        and isinstance(item[1], int)
        and not isinstance(item[1], bool)
        and (item[0] == _CONSTANT or isinstance(item[2], int))
    )


def _index(value: Any) -> int:
    number = plain.whole(value)
    return -1 if number is None else number


def _named(value: Any, names: Collection[str], depth: int = 0) -> Any:
    """An argument by name before Keras 3: a list of the name of a layer and two numbers is a tensor."""
    if depth > plain.MAX_NESTING:
        return UNKNOWN
    if isinstance(value, list):
        if len(value) == 3 and _is_triple(value) and value[0] in names:
            return Reference(plain.text(value[0]), value[1], _index(value[2]))
        return tuple(_named(item, names, depth + 1) for item in value)
    if isinstance(value, dict):
        if set(value) == {"start", "stop", "step"}:
            return slice(*(_named(value[key], names, depth + 1) for key in ("start", "stop", "step")))
        return {key: _named(item, names, depth + 1) for key, item in value.items()}
    return value


def _new(value: Any, depth: int = 0) -> Any:
    """An argument of Keras 3."""
    if depth > plain.MAX_NESTING:
        return UNKNOWN
    if isinstance(value, list):
        return tuple(_new(item, depth + 1) for item in value)
    if not isinstance(value, dict):
        return value
    config = value.get("config")
    match value.get("class_name"):
        case "__keras_tensor__" if isinstance(config, dict):
            return _keras_tensor(config)
        case "__slice__" if isinstance(config, dict):
            return slice(*(_new(config.get(key), depth + 1) for key in ("start", "stop", "step")))
        case "__ellipsis__":
            return Ellipsis
        case "__numpy__" | "__tensor__":
            return Constant(plain.opened(config.get("value")) if isinstance(config, dict) else UNKNOWN)
    return {key: _new(item, depth + 1) for key, item in value.items()}


def _keras_tensor(config: dict[str, Any]) -> Reference | Constant:
    history = config.get("keras_history")
    dtype = config.get("dtype")
    known = dtype if isinstance(dtype, str) else UNKNOWN
    shape = plain.shape(config["shape"]) if "shape" in config else None
    if isinstance(history, list) and _is_triple(history):
        return Reference(plain.text(history[0]), history[1], _index(history[2]), shape, known)
    return Constant(UNKNOWN)


def ends(value: Any) -> tuple[Reference, ...]:
    """`input_layers` or `output_layers`: a list of tensors, one tensor, an object, or any nesting of these."""
    found: list[Reference] = []
    waiting = [value]
    while waiting and len(found) < MAX_TENSORS:
        item = waiting.pop()
        if _is_triple(item):
            found.append(Reference(plain.text(item[0]), item[1], _index(item[2])))
        elif isinstance(item, list):
            waiting += reversed(item)
        elif isinstance(item, dict):
            waiting += reversed([item[key] for key in sorted(item)])
    return tuple(found)
