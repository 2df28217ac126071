"""Whether a program is from before TensorFlow 2.

Up to 2.3 Keras was a package of its own, and in TensorFlow 1 as in it no LSTM or GRU ran on the fused kernel:
CuDNNLSTM and CuDNNGRU were layers of their own. What proves Keras 2 of a program that imports `keras` itself (`from
keras.layers.recurrent import LSTM`, `fit_generator`) was usual then.
"""

import ast
from collections.abc import Iterator

from rnnlint.interpreter.versions import OLD_TENSORFLOW, pinned, written_for
from rnnlint.interpreter.walking import nodes_of

FIRST_OF_TENSORFLOW_2 = (2, 4)
"""The first `keras` that is the one of TensorFlow 2."""

LATER = ("tensorflow.keras", "tensorflow.python.keras", "tf_keras", "tensorflow.compat.v1")
"""Packages that say nothing of a time before TensorFlow 2."""


def before_tensorflow2(tree: ast.Module, path: str) -> bool:
    """Whether what a script is written with is older than TensorFlow 2.

    Args:
        tree: of the script.
        path: of the script; pins are looked for beside it.
    """
    version = pinned(path)
    if version.keras == 2 and version.version is not None:
        return version.version < FIRST_OF_TENSORFLOW_2
    if written_for(tree) != 2:
        return False
    modules = set(_modules(tree))
    later = any(_within(module, LATER) for module in modules)
    return _names_tensorflow1(tree) or (not later and any(_within(module, ("keras",)) for module in modules))


def _modules(tree: ast.Module) -> Iterator[str]:
    """Modules that it imports, and names that it imports from them, which may be modules."""
    for node in nodes_of(tree, ast.Import):
        yield from (alias.name for alias in node.names)
    for part in nodes_of(tree, ast.ImportFrom):
        if part.module is not None and not part.level:
            yield from (f"{part.module}.{alias.name}" for alias in part.names)


def _within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def _names_tensorflow1(tree: ast.Module) -> bool:
    """Whether it uses what TensorFlow 2 has no more: `tf.Session`, `tf.keras.layers.CuDNNLSTM`."""
    for node in nodes_of(tree, ast.Attribute):
        if isinstance(node.value, ast.Name) and node.value.id == "tf" and node.attr in OLD_TENSORFLOW:
            return True
    modules = ("tensorflow.keras.layers.CuDNNLSTM", "tensorflow.keras.layers.CuDNNGRU", "tensorflow.contrib")
    return any(_within(module, modules) for module in _modules(tree))
