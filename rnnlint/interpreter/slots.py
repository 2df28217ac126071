"""Data handed to a model, sorted by its inputs and outputs."""

from rnnlint.facts import UNKNOWN, Data, Slots
from rnnlint.interpreter.keras_values import items_of
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.values import Array, Value

Names = tuple[tuple[str, ...], tuple[str, ...]]


def slots(machine: Machine, value: Value, names: tuple[str, ...]) -> Slots:
    """By input (or output)."""
    if isinstance(value, Array):
        return Slots((value.fact,))
    items = items_of(value)
    if items and all(isinstance(item, Array) for item in items):
        return Slots(tuple(item.fact for item in items))
    return Slots((UNKNOWN,)) if len(names) == 1 else Slots(unsure=True)


def of_batches(machine: Machine, value: Value, x: Slots, y: Slots) -> tuple[Slots, Slots]:
    """x and y of what gives both in batches."""
    return x, y


def validation(machine: Machine, value: Value, names: Names) -> tuple[Slots, Slots]:
    """x and y of `validation_data`."""
    items = items_of(value)
    if items is None or len(items) < 2:
        return Slots(unsure=True), Slots(unsure=True)
    return slots(machine, items[0], names[0]), slots(machine, items[1], names[1])


__all__ = ["Data", "of_batches", "slots", "validation"]
