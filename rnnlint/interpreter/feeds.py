"""What is handed to `fit`, `evaluate` and `predict`, as facts: arrays, lists of them, and all that comes in batches."""

from dataclasses import dataclass, replace
from typing import Any

from rnnlint.facts import NOWHERE, UNKNOWN, Batching, Data, Linear, Size, Slots, Split, Unknown, Windows
from rnnlint.facts.sizes import is_known, multiply
from rnnlint.interpreter.access import find_in_class
from rnnlint.interpreter.datasets import Batches, Dataset, leaves
from rnnlint.interpreter.effects.registry import Invocation
from rnnlint.interpreter.ending import last_loop
from rnnlint.interpreter.join import join_all
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.values import (
    Array,
    Bound,
    Dict,
    Function,
    Generator,
    Instance,
    List,
    Object,
    Sequenced,
    Value,
    type_path,
)

SEQUENCES = ("keras.utils.Sequence", "keras.utils.PyDataset")

Names = tuple[tuple[str, ...], tuple[str, ...]]
"""Names of the inputs and of the outputs of a model, in order."""


@dataclass(frozen=True, slots=True)
class Fed:
    """What something that gives batches gives.

    Attributes:
        kind: `dataset`, `sequence`, `generator`.
        x, y: structures of arrays; y is None where there is none.
        batching: how.
        dataset: where it is one.
    """

    kind: str
    x: Value
    y: Value
    batching: Batching
    dataset: Dataset | None = None


def slots(machine: Machine, value: Value, names: tuple[str, ...] = ()) -> Slots:
    """The data by input (or output): of what comes in batches, that of x."""
    fed = batches(machine, value)
    if fed is not None:
        return _of_fed(machine, fed, fed.x, names)
    return _of_structure(machine, value, names)


def targets(machine: Machine, value: Value, names: tuple[str, ...] = ()) -> Slots:
    """The targets by output; the rest of a series (`series[60:]`) has one step of it in each row."""
    found = slots(machine, value, names)
    cut = value.cut if isinstance(value, Array) else None
    # What goes with the series from its beginning is no forecast; every eighth step is a label for the eight.
    if (
        cut is None
        or cut.length is None
        or cut.start == 0
        or cut.step != 1
        or len(found.known) != 1
        or found.known[0].windows is not None
    ):
        return found
    columns = frozenset(cut.columns) if isinstance(cut.columns, tuple) else cut.columns
    rows = Windows(cut.source, 1, cut.step, cut.start, columns=columns, location=found.known[0].location)
    return Slots((replace(found.known[0], windows=rows),))


def of_batches(machine: Machine, value: Value, x: Slots, y: Slots, names: Names = ((), ())) -> tuple[Slots, Slots]:
    """x and y of what gives both in batches; `x` and `y` as they are where it gives none."""
    fed = batches(machine, value)
    if fed is None:
        return x, y
    found_x = _of_fed(machine, fed, fed.x, names[0])
    return found_x, Slots() if fed.y is None else _of_fed(machine, fed, fed.y, names[1])


def validation(machine: Machine, value: Value, names: Names = ((), ())) -> tuple[Slots, Slots]:
    """x and y of `validation_data`: a tuple (x, y), or what gives both in batches."""
    fed = batches(machine, value)
    if fed is not None:
        return of_batches(machine, value, Slots(), Slots(), names)
    items = value if isinstance(value, tuple) else value.items if isinstance(value, List) else None
    if items is None or len(items) not in (2, 3):
        return Slots(unsure=True), Slots(unsure=True)
    return slots(machine, items[0], names[0]), slots(machine, items[1], names[1])


def batches(machine: Machine, value: Value) -> Fed | None:
    """What a dataset, sequence or generator gives; None for anything else."""
    match value:
        case Dataset():
            x, y = _pair(value.element)
            return Fed("dataset", x, y, _of_dataset(value, x), value)
        case Batches():
            x, y = _pair(value.element)
            return Fed("sequence", x, y, value.batching)
        case Generator():
            x, y = _pair(value.yields)
            return Fed("generator", x, y, _of_generator(x, value))
        case Sequenced():
            element = value.element if value.items is None else join_all(value.items)
            x, y = _pair(element)
            return Fed("generator", x, y, _of_generator(x, Generator(element, UNKNOWN, value.length)))
        case Instance():
            return _of_instance(machine, value)
        case Object(path="keras.utils.Sequence" | "keras.utils.PyDataset"):
            return Fed("sequence", UNKNOWN, UNKNOWN, Batching(restarts=True))
    return None


def as_data(machine: Machine, value: Value) -> Data | Unknown:
    """One array, frame or list of numbers as a fact; UNKNOWN for all else."""
    if isinstance(value, Array):
        return _kinded(value)
    if isinstance(value, List | tuple) or (isinstance(value, Object) and value.path.startswith("pandas.")):
        array = machine.effect("numpy.asarray", value)
        if not isinstance(array, Array):
            return UNKNOWN
        kind = "frame" if isinstance(value, Object) else "list"
        return replace(array.fact, kind=kind, location=NOWHERE)
    # Frames and other things that numpy makes arrays of.
    if type_path(value).startswith("pandas."):
        array = machine.effect("numpy.asarray", value)
        return replace(array.fact, kind="frame", location=NOWHERE) if isinstance(array, Array) else UNKNOWN
    return UNKNOWN


def _kinded(array: Array) -> Data:
    fact = array.fact
    if fact.kind != "array":
        return fact
    root = array.path.partition(".")[0]
    kind = {"pandas": "frame", "tensorflow": "tensor", "builtins": "list"}.get(root, "array")
    return fact if kind == "array" else replace(fact, kind=kind)


def _of_structure(machine: Machine, value: Value, names: tuple[str, ...]) -> Slots:
    if isinstance(value, tuple | List | Dict) and _is_empty(value):
        return Slots()
    if isinstance(value, Dict):
        if value.open or not names or not set(value.items) <= set(names):
            return Slots(unsure=True)
        return Slots(tuple(as_data(machine, value.items.get(name, UNKNOWN)) for name in names))
    if _is_several(value):
        items = value if isinstance(value, tuple) else value.items
        return Slots(tuple(as_data(machine, item) for item in items))
    if isinstance(value, Unknown):
        return Slots((UNKNOWN,)) if len(names) == 1 else Slots(unsure=True)
    found = as_data(machine, value)
    if found is UNKNOWN and len(names) != 1:
        return Slots(unsure=True)
    return Slots((found,))


def _is_empty(value: Value) -> bool:
    if isinstance(value, Dict):
        return not value.items and not value.open
    return len(value) == 0 if isinstance(value, tuple) else value.size() == 0


def _is_several(value: Value) -> bool:
    """Whether a list or tuple holds one array for each input, rather than being data itself."""
    items = value if isinstance(value, tuple) else value.items if isinstance(value, List) else None
    if not items:
        return False
    return any(_is_table(item) for item in items) or all(isinstance(item, Unknown) for item in items)


def _is_table(value: Value) -> bool:
    """Whether it is an array with at least one axis, or a frame."""
    return (isinstance(value, Array) and value.dims != ()) or type_path(value).startswith("pandas.")


def _of_fed(machine: Machine, fed: Fed, value: Value, names: tuple[str, ...]) -> Slots:
    """The data of batches, each with how they come."""
    if isinstance(value, Unknown) or (isinstance(value, Dict) and not names):
        unsure = Slots(unsure=True)
        return Slots((Data(fed.kind, batching=fed.batching),)) if len(names) == 1 or value is UNKNOWN else unsure
    found: list[Data | Unknown] = []
    structure = _in_order(value, names)
    if structure is None:
        return Slots(unsure=True)
    for leaf in leaves(structure):
        if isinstance(leaf, Array):
            found.append(_batch_fact(fed, leaf))
        else:
            data = as_data(machine, leaf)
            found.append(
                replace(data, kind=fed.kind, batching=fed.batching)
                if isinstance(data, Data)
                else Data(fed.kind, batching=fed.batching)
            )
    return Slots(tuple(found))


def _in_order(value: Value, names: tuple[str, ...]) -> Value:
    if not isinstance(value, Dict):
        return value
    if value.open or not set(value.items) <= set(names):
        return None
    return tuple(value.items.get(name, UNKNOWN) for name in names)


def _batch_fact(fed: Fed, leaf: Array) -> Data:
    """One batch of a leaf, with what is known of all its rows."""
    fact = fed.dataset.rows_of(leaf) if fed.dataset is not None else leaf.fact
    if fed.dataset is not None and isinstance(fact.samples, int | Linear):
        fact = replace(fact, pool=fact.samples)
    if fed.dataset is not None and fed.dataset.drawn_at != NOWHERE:
        fact = replace(fact, split=Split(fact.source, "test", True, fed.dataset.drawn_at))
    return replace(fact, kind=fed.kind, shape=leaf.fact.shape, dtype=leaf.fact.dtype, batching=fed.batching)


def _pair(element: Value) -> tuple[Value, Value]:
    """x and y of an element: (x,), (x, y) or (x, y, weights); anything else is x."""
    items = element if isinstance(element, tuple) else None
    if isinstance(element, List) and element.items is not None and 2 <= len(element.items) <= 3:
        items = tuple(element.items)
    if isinstance(element, Unknown):
        return UNKNOWN, UNKNOWN
    if items is None:
        return element, None
    return (items[0], items[1] if len(items) > 1 else None) if 1 <= len(items) <= 3 else (UNKNOWN, UNKNOWN)


def _leading(x: Value) -> Size:
    """Rows of the first array in a structure."""
    for leaf in leaves(x):
        if isinstance(leaf, Array) and leaf.dims:
            return leaf.dims[0] if is_known(leaf.dims[0]) else UNKNOWN
    return UNKNOWN


def _of_dataset(dataset: Dataset, x: Value) -> Batching:
    batching = dataset.batching()
    return replace(batching, size=_leading(x)) if batching.size is UNKNOWN else batching


def _of_generator(x: Value, given: Generator) -> Batching:
    size = _leading(x)
    if given.endless is not False:
        count = given.round if given.endless is True else UNKNOWN
        return Batching(size=size, count=count, endless=given.endless, restarts=False)
    samples: Any = multiply(given.length, size) if is_known(given.length) and is_known(size) else UNKNOWN
    loop = last_loop(given.function) if given.function is not None else NOWHERE
    return Batching(size=size, count=given.length, endless=False, restarts=False, samples=samples, loop=loop)


def _of_instance(machine: Machine, value: Instance) -> Fed | None:
    """A Sequence of the program's own: what its `__getitem__` and `__len__` give; or an iterator of its own."""
    bases = value.cls.library_bases()
    if any(base in SEQUENCES for base in bases):
        element = _method(machine, value, "__getitem__", [machine.symbol("index")])
        count = _method(machine, value, "__len__", [])
        x, y = _pair(element)
        size = _leading(x)
        shuffled = UNKNOWN if find_in_class_function(value, "on_epoch_end") else False
        return Fed(
            "sequence", x, y, Batching(size, count=_size(count), endless=False, restarts=True, shuffled=shuffled)
        )
    if find_in_class_function(value, "__next__"):
        x, y = _pair(_method(machine, value, "__next__", []))
        return Fed("generator", x, y, _of_generator(x, Generator()))
    if value.base is not None:
        return batches(machine, value.base)
    if find_in_class_function(value, "__getitem__") and find_in_class_function(value, "__len__"):
        x, y = _pair(_method(machine, value, "__getitem__", [machine.symbol("index")]))
        return Fed("sequence", x, y, Batching(_leading(x), restarts=True))
    return None


def find_in_class_function(value: Instance, name: str) -> bool:
    """Whether the program's class defines the method."""
    return isinstance(find_in_class(value.cls, name), Function)


def _method(machine: Machine, value: Instance, name: str, args: list[Value]) -> Value:
    """What a method gives. Run for what it gives alone: what the model is told meanwhile does not count."""
    method = find_in_class(value.cls, name)
    if not isinstance(method, Function):
        return UNKNOWN
    return machine.call(Bound(method, value), args)


def _size(value: Value) -> Size:
    return value if is_known(value) else UNKNOWN


def asked(at: Invocation, value: Value) -> Value:
    """What iterating over batches gives, for loops of the program's own."""
    fed = batches(at.machine, value)
    if fed is None:
        return UNKNOWN
    element = fed.x if fed.y is None else (fed.x, fed.y)
    return Sequenced(None, fed.batching.count, element, of_data=True)
