"""What numpy does to shapes, types and values of arrays."""

from rnnlint.interpreter.effects import (
    numpy_arrays,
    numpy_creation,
    numpy_joining,
    numpy_math,
    numpy_random,
    numpy_reductions,
    numpy_selection,
    numpy_shapes,
    numpy_windows,
)

__all__ = [
    "numpy_arrays",
    "numpy_creation",
    "numpy_joining",
    "numpy_math",
    "numpy_random",
    "numpy_reductions",
    "numpy_selection",
    "numpy_shapes",
    "numpy_windows",
]
