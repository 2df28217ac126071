"""HDF5 files of any era: attributes and headers by name, nothing is walked, no weights are read."""

from collections.abc import Iterator
from typing import Any

from rnnlint.readers import json_text
from rnnlint.readers.saved import Saved
from rnnlint.readers.source import Damaged, NothingToLint, Source

MAX_LAYERS = 2_000
"""Of more layers the shapes of weights are not looked at."""

MAX_CHUNKS = 1_000
"""Parts that a list of names may be cut into."""

_UNREADABLE = (OSError, ValueError, TypeError, KeyError, RuntimeError, AttributeError, UnicodeError, MemoryError)
"""What h5py raises over damaged files."""


def read(source: Source) -> Saved:
    """The configuration in an HDF5 file.

    Raises:
        Damaged: the file is cut short, open for writing elsewhere, or its configuration is damaged.
        NothingToLint: it holds weights alone, or data.
    """
    import h5py

    assert source.stream is not None
    try:
        opened = h5py.File(source.path, "r", locking=False) if source.local else h5py.File(source.stream(), "r")
    except _UNREADABLE as error:
        raise Damaged(_why(str(error))) from None
    with opened as file:
        text = _attribute(file, "model_config")
        if text is None:
            raise _without_config(file)
        root = json_text.parse(text, "its model_config")
        if not isinstance(root, dict):
            raise Damaged("its model_config is no model configuration")
        version, backend = _attribute(file, "keras_version"), _attribute(file, "backend")
        if version is None:
            inner = root.get("keras_version")
            version = inner if isinstance(inner, str) else None
        return Saved(root, version, backend, _training(file), compiled=True, weights=_weights(file))


def _why(error: str) -> str:
    if "already open" in error:
        return "is open for writing in another program: close it there, or wait until the model is saved"
    if "truncated" in error or "eof" in error:
        return "is an HDF5 file that was cut short, or is still being written: save, copy or download it again"
    if "unable to lock" in error:
        return "is locked by another program: wait until the model is saved"
    return "is a damaged HDF5 file: save, copy or download it again"


def _attribute(holder: Any, name: str) -> str | None:
    """The text of an attribute, however it is stored; None where there is none."""
    try:
        if name not in holder.attrs:
            return None
        return _text(holder.attrs[name])
    except _UNREADABLE:
        return None


def _text(value: Any) -> str | None:
    if hasattr(value, "ndim") and getattr(value, "size", 0) == 1:
        value = value.item()
    if isinstance(value, str):
        value = value.encode("utf-8", "surrogateescape")
    return json_text.decode(value) if isinstance(value, bytes) else None


def _training(file: Any) -> dict[str, Any] | None:
    text = _attribute(file, "training_config")
    if text is None:
        return None
    try:
        value = json_text.parse(text, "its training_config")
    except Damaged:
        return None
    return value if isinstance(value, dict) else None


def _without_config(file: Any) -> Exception:
    if "model_config" in file.attrs:
        return Damaged("its model_config cannot be read: save the model again")
    whole = "save the whole model with model.save()"
    if "layer_names" in file.attrs or "layer_names0" in file.attrs:
        return NothingToLint(f"holds weights alone: {whole}")
    if any(name in file for name in ("layers", "_layer_checkpoint_dependencies", "_layer_checkpoint_dependencies\\")):
        return NothingToLint(f"holds weights alone: {whole}")
    if "model_weights" in file:
        return NothingToLint(f"holds weights without the configuration of the model: {whole}")
    return NothingToLint("is an HDF5 file with data, not a saved Keras model")


def _weights(file: Any) -> dict[str, tuple[tuple[int, ...], ...]]:
    """Shapes of the weights of each layer, from headers alone."""
    try:
        group = _below(file, "model_weights")
        names = list(_names(group, "layer_names"))
        if group is None or len(names) > MAX_LAYERS:
            return {}
        return {name: _shapes(_below(group, name)) for name in names}
    except _UNREADABLE:
        return {}


def _shapes(group: Any) -> tuple[tuple[int, ...], ...]:
    shapes = []
    for name in _names(group, "weight_names"):
        weight = group
        for part in name.split("/"):
            weight = _below(weight, part)
        shape = getattr(weight, "shape", None)
        if not isinstance(shape, tuple):
            return ()
        shapes.append(shape)
    return tuple(shapes)


def _names(group: Any, attribute: str) -> Iterator[str]:
    """A list of names, which is cut into `layer_names0`, `layer_names1`... where it is long."""
    if group is None:
        return
    if attribute in group.attrs:
        parts = [attribute]
    else:
        parts = [f"{attribute}{i}" for i in range(MAX_CHUNKS) if f"{attribute}{i}" in group.attrs]
    for part in parts:
        for name in group.attrs[part]:
            if (text := _text(name)) is not None:
                yield text


def _below(group: Any, name: str) -> Any:
    """A member that lies in this very file; soft and external links are not followed."""
    import h5py

    if not isinstance(group, h5py.Group) or not name or name == ".":
        return None
    return group[name] if isinstance(group.get(name, getlink=True), h5py.HardLink) else None
