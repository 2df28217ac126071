"""Which Keras a program is written for.

What the command line says counts first, then imports and calls that only one era has, then the pins of the project.
`import keras` alone says nothing.
"""

import ast
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

from rnnlint.facts import UNKNOWN, Unknown
from rnnlint.interpreter.walking import nodes_of

MAX_PINS = 200_000
"""Bytes of a file of requirements that are read."""

MAX_PARENTS = 4
"""Folders above the script that are searched for pins, up to the root of its repository."""

OLD_MODULES = (
    "tf_keras",
    "tensorflow.contrib",
    "tensorflow.python.keras",
    "keras.engine",
    "keras.layers.advanced_activations",
    "keras.layers.convolutional",
    "keras.layers.convolutional_recurrent",
    "keras.layers.core",
    "keras.layers.embeddings",
    "keras.layers.experimental",
    "keras.layers.local",
    "keras.layers.merge",
    "keras.layers.noise",
    "keras.layers.normalization",
    "keras.layers.pooling",
    "keras.layers.recurrent",
    "keras.layers.wrappers",
    "keras.objectives",
    "keras.preprocessing.text",
    "keras.utils.generic_utils",
    "keras.utils.np_utils",
    "keras.utils.training_utils",
    "keras.utils.vis_utils",
    "keras.wrappers",
)
"""Modules that Keras 3 does not have."""

NEW_MODULES = (
    "keras.ops",
    "keras.random",
    "keras.distribution",
    "keras.tree",
    "keras.dtype_policies",
    "keras.quantizers",
)
"""Modules that only Keras 3 has."""

OLD_NAMES = frozenset(
    {
        "CuDNNLSTM",
        "CuDNNGRU",
        "ConvRecurrent2D",
        "ThresholdedReLU",
        "LocallyConnected1D",
        "LocallyConnected2D",
        "np_utils",
    }
)
"""What `keras.layers` and `keras.utils` had before Keras 3."""

OLD_METHODS = frozenset(
    {"fit_generator", "evaluate_generator", "predict_generator", "predict_classes", "predict_proba"}
)
"""Methods of models before Keras 3."""

OLDEST_NAMES = frozenset(
    {"TimeDistributedDense", "MaxoutDense", "Highway", "AtrousConvolution1D", "AtrousConvolution2D"}
)
OLDEST_ARGUMENTS = frozenset(
    {
        "nb_epoch", "samples_per_epoch", "nb_val_samples", "border_mode", "inner_init", "inner_activation",
        "W_regularizer", "U_regularizer", "b_regularizer", "dropout_W", "dropout_U", "nb_filter", "filter_length",
        "consume_less", "dim_ordering", "pool_length", "subsample_length", "forget_bias_init",
    }
)  # fmt: skip
"""Arguments of Keras 1."""

OLD_TENSORFLOW = frozenset(
    {"Session", "placeholder", "ConfigProto", "InteractiveSession", "global_variables_initializer", "get_default_graph",
     "set_random_seed", "GPUOptions", "contrib", "app", "flags"}
)  # fmt: skip
"""What TensorFlow had under its own name before TensorFlow 2."""


@dataclass(frozen=True, slots=True)
class Version:
    """The Keras that runs a program.

    Attributes:
        keras: 1, 2, 3 or UNKNOWN.
        version: as far as it is known: (2, 2, 4).
    """

    keras: int | Unknown = UNKNOWN
    version: tuple[int, ...] | None = None


def keras_of(tree: ast.Module, path: str, keras: int | None = None) -> Version:
    """The Keras that runs a script.

    Args:
        tree: of the script.
        path: of the script; pins are looked for beside it.
        keras: as the command line says; None: it does not.
    """
    if keras is not None:
        return Version(keras)
    written = written_for(tree)
    if written is not None:
        return Version(written)
    return pinned(path)


def written_for(tree: ast.Module) -> int | None:
    """What imports, names and arguments prove; None where they prove nothing, or both."""
    found = {era for kind in _TELLING for node in nodes_of(tree, kind) for era in _evidence(node)}
    if 3 in found:
        return 3 if len(found) == 1 else None
    return min(found) if found else None


_TELLING = (ast.Import, ast.ImportFrom, ast.Attribute, ast.Call, ast.Constant)
"""Nodes that may prove an era."""


def _evidence(node: ast.AST) -> Iterator[int]:
    match node:
        case ast.Import(names):
            for alias in names:
                yield from _of_module(alias.name)
        case ast.ImportFrom(module=str(module), names=names):
            yield from _of_module(module)
            for alias in names:
                yield from _of_module(f"{module}.{alias.name}")
                if _is_keras(module):
                    yield from _of_name(alias.name)
        case ast.Attribute():
            yield from _of_attribute(node)
        case ast.Call(func=ast.Name(id=name)) if name[:1].isupper():
            yield from _of_arguments(node)
        case ast.Call():
            yield from _of_arguments(node)
        case ast.Constant(value="TF_USE_LEGACY_KERAS"):
            yield 2


def _of_module(name: str) -> Iterator[int]:
    if name == "keras.layers.experimental.preprocessing" or name.startswith("tensorflow.keras.layers.experimental"):
        yield 2
    if any(name == old or name.startswith(old + ".") for old in OLD_MODULES) and not _is_module_again(name):
        yield 2
    if any(name == new or name.startswith(new + ".") for new in NEW_MODULES):
        yield 3
    if name.startswith("tensorflow.keras.") and "wrappers" in name.split("."):
        yield 2


def _is_module_again(name: str) -> bool:
    """`from keras.layers.normalization import ...` is old; `keras.layers.Normalization` is not such a module."""
    return name.rpartition(".")[2] in ("normalization", "wrappers") and not name.startswith("keras.")


def _is_keras(module: str) -> bool:
    return module.partition(".")[0] in ("keras", "tf_keras") or module.startswith(
        ("tensorflow.keras", "tensorflow.python.keras")
    )


def _of_name(name: str) -> Iterator[int]:
    if name in OLDEST_NAMES or name == "Graph":
        yield 1
    elif name in OLD_NAMES:
        yield 2
    elif name in ("PyDataset", "KerasTensor", "StatelessScope"):
        yield 3


def _of_attribute(node: ast.Attribute) -> Iterator[int]:
    name = node.attr
    if name in OLD_METHODS or name in ("CuDNNLSTM", "CuDNNGRU"):
        yield 2
    elif name in OLDEST_NAMES:
        yield 1
    dotted = _dotted(node)
    if dotted is None:
        return
    if dotted.startswith("keras."):
        yield from _of_module(dotted)
        if name == "PyDataset":
            yield 3
    elif dotted.startswith("tf.") and (
        dotted.startswith("tf.contrib") or (dotted.count(".") == 1 and name in OLD_TENSORFLOW)
    ):
        yield 2


def _of_arguments(node: ast.Call) -> Iterator[int]:
    names = {keyword.arg for keyword in node.keywords}
    if names & OLDEST_ARGUMENTS:
        yield 1
    if isinstance(node.func, ast.Name) and node.func.id == "Model" and {"input", "output"} <= names:
        yield 1


def _dotted(node: ast.Attribute) -> str | None:
    parts = [node.attr]
    value = node.value
    while isinstance(value, ast.Attribute) and len(parts) < 12:
        parts.append(value.attr)
        value = value.value
    if not isinstance(value, ast.Name):
        return None
    return ".".join([value.id, *reversed(parts)])


# Pins of the project

_PIN_FILES = re.compile(
    r"requirements[\w.-]*\.(txt|in)|pyproject\.toml|setup\.cfg|setup\.py|environment[\w.-]*\.ya?ml|Pipfile"
)
_PIN = re.compile(
    r"(?<![\w.-])(keras|tf[-_]keras|tensorflow(?:[-_](?:gpu|cpu|macos))?)(?:\[[\w,-]*\])?"
    r"[\"']?\s*((?:(?:===?|~=|>=|<=|<|>|\^)\s*\d[\w.*]*\s*,?\s*)+|=\s*[\"']?[\^~]?\d[\w.*]*)",
    re.IGNORECASE,
)
_BOUND = re.compile(r"(===?|~=|>=|<=|<|>|\^|=)\s*[\"']?([\^~]?)(\d+(?:\.\d+)*)")


def pinned(path: str) -> Version:
    """What the pins beside a script, or above it in its repository, say."""
    folder = os.path.dirname(os.path.abspath(path))
    for _ in range(MAX_PARENTS):
        found = _pinned_in(folder)
        if found is not None:
            return found
        parent = os.path.dirname(folder)
        if parent == folder or os.path.exists(os.path.join(folder, ".git")):
            break
        folder = parent
    return Version()


def _pinned_in(folder: str) -> Version | None:
    """What the pins in a folder say, if they agree."""
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if _PIN_FILES.fullmatch(entry.name))
    except OSError:
        return None
    versions = {found for name in names[:20] for found in _pins(os.path.join(folder, name))}
    eras = {version.keras for version in versions}
    if len(eras) != 1:
        return None
    exact = {version.version for version in versions if version.version is not None}
    return Version(eras.pop(), exact.pop() if len(exact) == 1 else None)


def _pins(path: str) -> Iterator[Version]:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read(MAX_PINS)
    except OSError:
        return
    for line in text.splitlines():
        for pin in _PIN.finditer(line.partition("#")[0][:1_000]):
            found = _of_pin(pin[1].lower().replace("_", "-"), pin[2])
            if found is not None:
                yield found


def _of_pin(package: str, bounds: str) -> Version | None:
    """The Keras that a requirement leads to; None where it leaves that open."""
    if package == "tf-keras":
        return None
    first_of_3 = (3,) if package == "keras" else (2, 16)
    for written, prefix, number in _BOUND.findall(bounds):
        sign = prefix or written
        version = tuple(int(part) for part in number.split(".")[:4] if len(part) < 9)
        if sign in ("==", "===", "=", "~=", "^", "~"):
            exact = version if package == "keras" and sign in ("==", "===", "=") else None
            if package != "keras" and sign == "^" and version < first_of_3 and version[0] == 2:
                continue
            return Version(3 if version >= first_of_3 else 1 if package == "keras" and version[0] < 2 else 2, exact)
        if sign in (">=", ">") and version >= first_of_3:
            return Version(3)
        if (sign == "<" and version <= first_of_3) or (sign == "<=" and version < first_of_3):
            return Version(2)
    return None
