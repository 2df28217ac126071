"""Values for Keras: layers, symbolic tensors and models of the interpreted program.

They are handles that the program changes (`model.add`, `compile`); `keras_facts` turns them into facts.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from rnnlint.facts import (
    NOWHERE,
    RECURRENT,
    UNKNOWN,
    Argument,
    CallSite,
    Compile,
    Layer,
    LayerCall,
    Location,
    Model,
    RawOperation,
    Shape,
    Tensor,
    Truth,
    Unknown,
    Unpacking,
)
from rnnlint.infer.catalogue import kind_of
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.values import (
    Array,
    Dict,
    Instance,
    Library,
    List,
    Object,
    Sequenced,
    Value,
    is_constant,
    is_size,
)

MAX_PLAIN = 1_000
"""Elements of a list of settings that are looked at."""


@dataclass(slots=True, eq=False)
class Node:
    """One call of a layer or model.

    Attributes:
        layer: what is called.
        number: of the call among those of the layer, from 0.
        fact: inputs, outputs and problems as facts.
        inputs: the symbolic inputs, initial states last; None in the place of data and constants.
        outputs: the symbolic outputs.
        inner: for a nested model its layers as they are in this call.
        trace: for a custom layer or subclassed model: the calls inside of it.
    """

    layer: "Callable"
    number: int
    fact: LayerCall
    inputs: "tuple[TensorValue | None, ...]" = ()
    outputs: "tuple[TensorValue, ...]" = ()
    inner: tuple[Layer, ...] = ()
    trace: "list[Node]" = field(default_factory=list)


@dataclass(slots=True, eq=False)
class TensorValue:
    """A symbolic tensor of Keras.

    Attributes:
        fact: shape, dtype, mask; its origin is the layer call that gives it.
        node: that call; None: from nowhere that is known.
        index: number of the output of the call.
        content: the value where the program can know it: the static shape that `tf.shape(x)` gives.
    """

    fact: Tensor
    node: Node | None = None
    index: int = 0
    content: Any = None
    type_path: ClassVar[str] = "keras.KerasTensor"

    @property
    def dims(self) -> tuple[Any, ...] | None:
        """Its sizes; None where not even the rank is known."""
        return self.fact.shape.dims if isinstance(self.fact.shape, Shape) else None


@dataclass(slots=True, eq=False)
class LayerValue:
    """A layer object.

    Attributes:
        id: unique in the run.
        cls: as written in the program; kind: the canonical class.
        name: as Keras names it.
        options, arguments, site, location: see `facts.Layer`.
        wraps: the layers in it; their outputs are its own.
        nodes: its calls.
        instance: the object of the program's class that it stands for; None for Keras's own classes.
        operation: no layer but an operation on symbolic tensors.
        attributes: what the program sets on it.
        given: the layers that `wraps` are copies of (Bidirectional makes its own halves).
    """

    id: int
    cls: str
    kind: str
    name: str
    options: dict[str, Any] = field(default_factory=dict)
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    wraps: "list[Callable]" = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    instance: Instance | None = None
    custom: bool = False
    operation: bool = False
    location: Location = NOWHERE
    site: CallSite | None = None
    attributes: dict[str, Value] = field(default_factory=dict)
    given: "list[Callable]" = field(default_factory=list)
    type_path: ClassVar[str] = "keras.Layer"


@dataclass(slots=True, eq=False)
class ModelValue:
    """A model of the program.

    Attributes:
        id, cls, name, location: as for a layer.
        kind: `sequential`, `functional`, `subclassed`, or `unknown` for one that is not at hand (loaded).
        layers: of a Sequential, as added, without an InputLayer that Keras makes itself.
        source: the layer whose outputs are the inputs of a Sequential.
        inputs, outputs: symbolic, in order; of a Sequential as far as it is built.
        names: of dictionaries of inputs and outputs, in order; empty where they came in a list.
        nodes: its calls as a layer.
        graph: the calls inside: of a Sequential one for each layer, of a subclassed model those of its first call.
        saved: what a model file holds of it.
        compile: see `facts.Model`.
        complete: False where a part was not understood.
        declared: whether a Sequential was told its input before data came.
        breaks: places in `layers` in front of which something else may stand: rounds of a loop that stands for many
            add other layers, in an order that is not known.
        weight: how many calls of layers one call of it is, all levels together, as far as it was counted.
        instance: the object of the program's class that it stands for.
        wraps_function: for scikit-learn wrappers: what builds the model.
    """

    id: int
    kind: str
    cls: str
    name: str
    layers: "list[Callable]" = field(default_factory=list)
    source: LayerValue | None = None
    inputs: list[TensorValue] = field(default_factory=list)
    outputs: list[TensorValue] = field(default_factory=list)
    names: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    nodes: list[Node] = field(default_factory=list)
    graph: list[Node] = field(default_factory=list)
    saved: Model | None = None
    compile: Compile | Unknown | None = None
    complete: bool = True
    declared: bool = False
    breaks: set[int] = field(default_factory=set)
    weight: int = 1
    instance: Instance | None = None
    location: Location = NOWHERE
    site: CallSite | None = None
    variable: str = ""
    operation: ClassVar[bool] = False
    attributes: dict[str, Value] = field(default_factory=dict)
    type_path: ClassVar[str] = "keras.Model"


Callable = LayerValue | ModelValue
"""What can be called on tensors."""


@dataclass(slots=True)
class Session:
    """What Keras keeps for a whole program.

    Attributes:
        names: how often each base name was given.
        traces: the calls being collected for custom layers and subclassed models around what runs now.
        changes: counts every change of a model or layer, so that facts can be kept until then.
        facts: by model id: the count at which they were made, and the facts.
        running: ids of what is being called or built, against endless recursion.
        raw: functions of TensorFlow that were called on symbolic tensors.
        learned: what models turned out to be after calls on them were recorded, by id.
    """

    names: Counter[str] = field(default_factory=Counter)
    traces: list[list[Node]] = field(default_factory=list)
    changes: int = 0
    facts: dict[int, tuple[int, Model]] = field(default_factory=dict)
    running: set[int] = field(default_factory=set)
    raw: list[RawOperation] = field(default_factory=list)
    learned: dict[int, Model] = field(default_factory=dict)

    def changed(self) -> None:
        """A model or layer is no more what it was."""
        self.changes += 1


def session(machine: Machine) -> Session:
    """The session of a run."""
    found = vars(machine).get("keras_session")
    if not isinstance(found, Session):
        found = Session()
        vars(machine)["keras_session"] = found
    return found


def new_name(machine: Machine, cls: str) -> str:
    """The name that Keras gives to the next object of a class: `lstm`, `lstm_1`; with Keras 1 from `lstm_1`."""
    base = "input" if cls == "InputLayer" and machine.keras in (1, 2) else snake_case(cls)
    names = session(machine).names
    number = names[base]
    names[base] += 1
    if machine.keras == 1 or base == "input":
        return f"{base}_{number + 1}"
    return f"{base}_{number}" if number else base


def snake_case(cls: str) -> str:
    """`MaxPooling1D` -> `max_pooling1d`, `LSTM` -> `lstm`, as Keras does."""
    text = re.sub(r"\W+", "", cls)
    text = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", text)
    return re.sub("([a-z])([A-Z])", r"\1_\2", text).lower()


def unwrap(value: Value) -> Value:
    """The layer or model that an object of the program's own class stands for; anything else as it is."""
    if isinstance(value, Instance) and isinstance(value.base, LayerValue | ModelValue):
        return value.base
    return value


def wrap(value: Value) -> Value:
    """The object of the program's class that a layer or model stands for; anything else as it is."""
    if isinstance(value, LayerValue | ModelValue) and value.instance is not None:
        return value.instance
    return value


def items_of(value: Value) -> list[Value] | None:
    """The elements of a list, tuple or other short sequence, in order; None where they are not known."""
    if isinstance(value, List):
        return None if value.items is None else list(value.items)
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Sequenced):
        return None if value.items is None else list(value.items)
    if isinstance(value, Array) and isinstance(value.content, tuple):
        return list(value.content)
    return None


def flatten(value: Value) -> list[Value] | None:
    """The leaves of nested lists, tuples and dictionaries, in Keras's order; None where they are not known."""
    leaves: list[Value] = []
    waiting = [value]
    visits = 0
    while waiting:
        item = waiting.pop()
        visits += 1
        if isinstance(item, Dict):
            if item.open:
                return None
            waiting += reversed(list(item.items.values()))
        elif isinstance(item, List | tuple):
            items = items_of(item)
            if items is None:
                return None
            waiting += reversed(items)
        else:
            leaves.append(item)
        if len(leaves) + len(waiting) > MAX_PLAIN or visits > 2 * MAX_PLAIN:
            return None
    return leaves


def plain(value: Value, depth: int = 0) -> Any:
    """A setting as a plain Python value: constants, sizes, tuples of them, names of functions and objects."""
    if is_constant(value) or is_size(value):
        return value
    if depth == 0 and _is_large(value):
        return UNKNOWN
    if isinstance(value, tuple | List):
        items = items_of(value)
        if items is None or depth > 4 or len(items) > MAX_PLAIN:
            return UNKNOWN
        return tuple(plain(item, depth + 1) for item in items)
    if isinstance(value, Dict) and not value.open and depth < 4:
        return {key: plain(item, depth + 1) for key, item in value.items.items() if isinstance(key, str)}
    if isinstance(value, Array) and isinstance(value.content, int | float | tuple):
        return value.content
    if isinstance(value, Library | Object) and value.path.partition(".")[0] in _NAMED:
        return value.path.rpartition(".")[2]
    return UNKNOWN


_NAMED = frozenset(["keras", "tensorflow", "numpy", "builtins"])
"""Libraries whose functions and types are settings by their names: `tf.nn.relu`, `np.float32`."""


def _is_large(value: Value) -> bool:
    """Whether nested settings have too many parts to be looked at, each counted as often as it stands there."""
    waiting = [value]
    for _ in range(2 * MAX_PLAIN):
        if not waiting:
            return False
        part = waiting.pop()
        if isinstance(part, Dict):
            waiting += part.items.values()
        elif isinstance(part, tuple | List):
            waiting += items_of(part) or ()
    return True


def note_unpack(value: Value, unpacking: Unpacking) -> None:
    """Remembers how what a layer call gives is unpacked (`a, b = lstm(x)`).

    `value` is what is unpacked: the symbolic tensor of a layer with one output, or the tuple or list of several.
    """
    parts: Sequence[Value] | None = [value] if isinstance(value, TensorValue) else items_of(value)
    if not parts or not all(isinstance(part, TensorValue) for part in parts):
        return
    node = parts[0].node
    if node is None or any(part.node is not node for part in parts) or len(parts) != len(node.outputs):
        return
    if node.fact.unpacking is None:
        node.fact = replace(node.fact, unpacking=unpacking)


def is_of(value: Callable, path: str) -> Truth:
    """Whether a layer or model is of a class of Keras, by its canonical path."""
    if path in ("keras.Layer", "keras.layers.Layer"):
        return True
    if isinstance(value, ModelValue):
        if path == "keras.Model":
            return True
        return value.kind == "sequential" if path == "keras.Sequential" and value.kind != "unknown" else False
    name = path.rpartition(".")[2]
    if not path.startswith("keras.layers."):
        return False
    if value.cls == name or value.kind == kind_of(name):
        return True
    if name == "RNN":
        return value.kind in RECURRENT
    return UNKNOWN if value.custom or name in ("Wrapper", "Conv") else False


def resets(value: Callable, method: str, keras: int | Unknown) -> Truth:
    """Whether it has that method to reset its states. Keras 3 knows both names, of layers alone; Keras 2
    `reset_states`."""
    if method == "reset_state" and keras in (1, 2):
        return False
    if isinstance(value, ModelValue):
        return True if keras != 3 else UNKNOWN if value.kind == "unknown" else False
    if value.custom:
        return UNKNOWN
    return value.kind in RECURRENT or value.kind == "Bidirectional"
