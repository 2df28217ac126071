"""Runs a program through the interpreter and through Python, and compares the arrays its names hold."""

import ast
import textwrap
from typing import Any

from rnnlint.facts import UNKNOWN, Linear, Shape
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.running import run
from rnnlint.interpreter.values import Array, List, Module

PRELUDE = "import numpy as np\n"


def interpret(text: str) -> dict[str, Any]:
    """What the names of a script hold after it was interpreted."""
    return machine_of(text).main.scope.names


def machine_of(text: str) -> Machine:
    """The machine after a script was interpreted."""
    text = textwrap.dedent(text)
    machine = Machine(Module("script.py", "__main__", ast.parse(text), text))
    assert run(machine), "the bounds were reached"
    return machine


def dims(value: Any) -> Any:
    """Sizes of an array, symbolic ones as text."""
    assert isinstance(value, Array), value
    if not isinstance(value.fact.shape, Shape):
        return "?"
    return tuple(size if isinstance(size, int) else str(size) for size in value.fact.shape.dims)


def execute(text: str) -> dict[str, Any]:
    """What the names hold after Python ran it."""
    names: dict[str, Any] = {}
    exec(textwrap.dedent(text), names)
    return names


def contradicts(found: Any, real: Any) -> str | None:
    """How the interpreter's value is wrong about the real one; None where it is not. Not knowing is never wrong."""
    import numpy as np

    if found is UNKNOWN:
        return None
    if isinstance(real, (tuple, list)) and isinstance(found, (tuple, List)):
        items = found if isinstance(found, tuple) else found.items
        if items is None or len(items) != len(real):
            return None if items is None and not isinstance(found, tuple) else f"{found} for {len(real)} items"
        return next((text for pair in zip(items, real, strict=True) if (text := contradicts(*pair))), None)
    if isinstance(found, (bool, int, float, str)):
        same = np.ndim(real) == 0 and bool(np.isclose(real, found)) if not isinstance(found, str) else real == found
        return None if same else f"{found} for {real}"
    if isinstance(found, Linear):
        return None if np.ndim(real) == 0 and float(real).is_integer() else f"{found} for {real}"
    if isinstance(found, Array):
        return _contradicts_array(found, np.asarray(real))
    return None


def _contradicts_array(found: Array, real: Any) -> str | None:
    import numpy as np

    fact = found.fact
    if isinstance(fact.shape, Shape):
        if fact.shape.rank != real.ndim:
            return f"rank {fact.shape.rank} for {real.shape}"
        for size, actual in zip(fact.shape.dims, real.shape, strict=True):
            if isinstance(size, int) and size != actual:
                return f"{fact.shape} for {real.shape}"
    if _other_dtype(fact.dtype, real.dtype):
        return f"{fact.dtype} for {real.dtype}"
    if real.dtype.kind in "biuf" and real.size:
        numbers = real.astype(float)
        values = fact.values
        if isinstance(values.low, (int, float)) and numbers.min() < values.low - 1e-6:
            return f"at least {values.low} for {numbers.min()}"
        if isinstance(values.high, (int, float)) and numbers.max() > values.high + 1e-6:
            return f"at most {values.high} for {numbers.max()}"
        if values.whole is True and not np.array_equal(numbers, np.round(numbers)):
            return f"whole for {numbers}"
        if values.one_hot is True and not ((numbers.sum(-1) == 1).all() and np.isin(numbers, (0, 1)).all()):
            return "one-hot"
    numeric = found.content is not None and real.dtype.kind in "biuf"
    if numeric and not np.allclose(np.array(found.content, dtype=float), real.astype(float)):
        return f"{found.content} for {real}"
    return None


def _other_dtype(found: Any, real: Any) -> bool:
    if not isinstance(found, str) or found in ("str", "category", "object"):
        return False
    return bool(real.kind != "M" if found == "datetime64" else found != real.name)
