"""What callbacks do to a model around epochs, batches and validation."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rnnlint.facts import UNKNOWN, Call, Timeline
from rnnlint.interpreter.keras_facts import save_model
from rnnlint.interpreter.keras_values import ModelValue, items_of, wrap
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.timeline import Recorder
from rnnlint.interpreter.values import Bound, Class, Function, Instance, Object, Value

EPOCH = ("on_epoch_begin", "on_epoch_end")
BATCH = ("on_batch_begin", "on_batch_end", "on_train_batch_begin", "on_train_batch_end")
VALIDATION = ("on_test_begin", "on_test_end")
CHECKPOINT = "keras.callbacks.ModelCheckpoint"


@dataclass(frozen=True, slots=True)
class Followed:
    """Calls that callbacks make, by the moment; `known` is False where one of them was not understood."""

    before: Timeline = field(default_factory=Timeline)
    behind: Timeline = field(default_factory=Timeline)
    each_epoch: tuple[Call, ...] = ()
    each_batch: tuple[Call, ...] = ()
    each_validation: tuple[Call, ...] = ()
    known: bool = True


def follow(machine: Machine, model: ModelValue, value: Value) -> Followed:
    """What the callbacks of a call do; `value` is the argument `callbacks`."""
    if value is None:
        return Followed()
    items = items_of(value)
    if items is None:
        items = [value]
    known = all(_understood(item) for item in items)
    for item in items:
        if isinstance(item, Instance):
            item.attributes["model"] = wrap(model)
        elif isinstance(item, Object) and item.path == CHECKPOINT and item.attributes["save_weights_only"] is False:
            save_model(machine, model, item.attributes["filepath"])
    return Followed(
        _around(machine, items, ("on_train_begin",)),
        _around(machine, items, ("on_train_end",)),
        _calls(machine, items, EPOCH),
        _calls(machine, items, BATCH),
        _calls(machine, items, VALIDATION),
        known,
    )


def _understood(item: Value) -> bool:
    """Keras's own callbacks do nothing to states; of the program's own the methods are followed."""
    if isinstance(item, Instance):
        return any(path.startswith("keras.callbacks.") for path in item.cls.library_bases())
    return isinstance(item, Object) and item.path.startswith("keras.callbacks.")


def _around(machine: Machine, items: Sequence[Value], methods: Sequence[str]) -> Timeline:
    """What these methods record, in a timeline of their own."""
    outside = machine.timeline
    machine.timeline = Recorder()
    try:
        for name in methods:
            for item in items:
                method = _method(item, name)
                if method is not None:
                    machine.call(method, [UNKNOWN] * _takes(method))
        return machine.timeline.build()
    finally:
        machine.timeline = outside


def _calls(machine: Machine, items: Sequence[Value], methods: Sequence[str]) -> tuple[Call, ...]:
    return tuple(call for call, _ in _around(machine, items, methods).walk())


def _method(item: Value, name: str) -> Value | None:
    if isinstance(item, Instance):
        for cls in item.cls.line():
            if isinstance(cls, Class) and isinstance(cls.names.get(name), Function):
                return Bound(cls.names[name], item)
        return None
    if isinstance(item, Object) and item.path == "keras.callbacks.LambdaCallback":
        function = item.attributes.get(name)
        return function if isinstance(function, Function | Bound) else None
    return None


def _takes(method: Value) -> int:
    """How many arguments Keras gives it."""
    inner = method.function if isinstance(method, Bound) else method
    if not isinstance(inner, Function):
        return 0
    count = len(inner.node.args.args) - (1 if isinstance(method, Bound) else 0)
    return max(0, min(count, 2))
