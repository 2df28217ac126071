"""SavedModel folders: the metadata that tf.keras leaves in them, in keras_metadata.pb or in saved_model.pb.

The graph is stepped over, variables are not opened.
"""

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, TypeVar

from rnnlint.readers import json_text
from rnnlint.readers.saved import Saved
from rnnlint.readers.source import Damaged, NothingToLint, Source
from rnnlint.readers.wire import Span

Taken = TypeVar("Taken")

MAX_NODES = 100_000

MAX_METADATA = json_text.MAX_BYTES
"""Bytes of all metadata together."""


def read(source: Source) -> Saved:
    """The configuration that a SavedModel carries.

    Raises:
        Damaged: its metadata is cut short or no JSON.
        NothingToLint: it carries none (an export, a tf.Module).
    """
    tensorflow = None
    nodes: dict[str, dict[str, Any]] = {}
    if opener := source.members.get("keras_metadata.pb"):
        nodes = _read(opener, _separate)
    main = source.members.get("saved_model.pb")
    if main is not None:
        nodes = nodes or _read(main, _within)
        tensorflow = _read(main, _tensorflow_version)
    if root := nodes.get("root"):
        return _saved(root, nodes, tensorflow)
    if opener := source.members.get("assets/saved_model.json"):
        with opener() as stream:
            config = json_text.parse(stream.read(json_text.MAX_BYTES + 1), "its assets/saved_model.json")
        if isinstance(config, dict):
            return Saved(config, _string(config.get("keras_version")), tensorflow=tensorflow)
    if nodes:
        raise Damaged("its Keras metadata has no entry for the model itself: save the model again")
    if main is None or not _read(main, _size):
        raise Damaged("its saved_model.pb is empty or missing: save, copy or download the folder again")
    raise NothingToLint(
        "is a SavedModel without the configuration of a Keras model (export(), tf.Module): "
        "save the model with model.save() as .keras"
    )


def _read(opener: Callable[[], BinaryIO], take: Callable[[Span], Taken]) -> Taken:
    with opener() as stream:
        return take(Span.whole(stream))


def _size(span: Span) -> int:
    return span.end


def _saved(root: dict[str, Any], nodes: dict[str, dict[str, Any]], tensorflow: str | None) -> Saved:
    version, backend = _string(root.get("keras_version")), _string(root.get("backend"))
    training = root.get("training_config")
    saved = root.get("model_config")
    model = dict(saved) if isinstance(saved, dict) and isinstance(saved.get("config"), dict | list) else dict(root)
    model.setdefault("name", root.get("name"))
    return Saved(
        model,
        version,
        backend,
        training if isinstance(training, dict) else None,
        compiled=True,
        nodes=nodes,
        tensorflow=tensorflow,
    )


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _separate(span: Span) -> dict[str, dict[str, Any]]:
    """SavedMetadata of keras_metadata.pb: nodes with their path."""
    nodes: dict[str, dict[str, Any]] = {}
    for node in _bounded(span.find(1)):
        path = identifier = metadata = ""
        for number, field in node.fields():
            if number == 3:
                path = field.text(10_000)
            elif number == 4:
                identifier = field.text(10_000)
            elif number == 5:
                metadata = field.text(MAX_METADATA)
        _take(nodes, path, identifier, metadata)
    return nodes


def _within(span: Span) -> dict[str, dict[str, Any]]:
    """SavedObjectGraph in saved_model.pb, as TensorFlow 1.15 to 2.4 wrote it; the first object is the model."""
    nodes: dict[str, dict[str, Any]] = {}
    for index, node in enumerate(_bounded(span.find(2, 7, 1))):
        for user_object in node.find(4):
            identifier = metadata = ""
            for number, field in user_object.fields():
                if number == 1:
                    identifier = field.text(10_000)
                elif number == 3:
                    metadata = field.text(MAX_METADATA)
            _take(nodes, "root" if index == 0 else f"node.{index}", identifier, metadata)
    return nodes


def _bounded(spans: Iterator[Span]) -> Iterator[Span]:
    total = 0
    for count, span in enumerate(spans):
        total += span.end - span.start
        if count >= MAX_NODES or total > 4 * MAX_METADATA:
            raise Damaged("its Keras metadata is larger than that of any saved model")
        yield span


def _take(nodes: dict[str, dict[str, Any]], path: str, identifier: str, metadata: str) -> None:
    """Adds the metadata of a model or layer; that of metrics and of objects that are no Keras objects is left out."""
    if not identifier.startswith("_tf_keras_") or identifier == "_tf_keras_metric" or not metadata.strip():
        return
    try:
        value = json_text.parse(metadata, "its Keras metadata")
    except Damaged:
        if path == "root":
            raise
        return
    if isinstance(value, dict):
        nodes.setdefault(path, {**value, "identifier": identifier})


def _tensorflow_version(span: Span) -> str | None:
    """MetaInfoDef.tensorflow_version of the first meta graph; None where it cannot be read."""
    try:
        return next((field.text(100) for field in span.find(2, 1, 5)), None)
    except Damaged:
        return None
