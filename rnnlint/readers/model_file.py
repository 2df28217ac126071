"""A model file of any format, from its first bytes to a reading."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from rnnlint.facts import Program
from rnnlint.readers import eras, json_text
from rnnlint.readers.content import Content, look
from rnnlint.readers.models import Builder, unknown_layers
from rnnlint.readers.saved import Saved
from rnnlint.readers.source import Damaged, NothingToLint, Source
from rnnlint.reading import NotUnderstood, Reading, failed, skipped

MAX_NOTES = 20
"""Things not understood that are listed."""

_YAML = "is a model saved as YAML, which is not read: load it where it was made and save it with model.to_json()"


class _Refused(Exception):
    """What the first bytes say is no model."""

    def __init__(self, content: Content) -> None:
        super().__init__(content.reason)
        self.content = content


def read_source(source: Source, keras: int | None = None) -> Reading:
    """Reads a model; see `rnnlint.readers.read`."""
    format: str | None = None
    try:
        format, saved = _saved(source)
        return _reading(source.path, format, saved, keras)
    except NothingToLint as nothing:
        return skipped(source.path, str(nothing), kind="model")
    except Damaged as damage:
        return failed(source.path, str(damage), format, "model")
    except _Refused as refused:
        refuse = failed if refused.content.damaged else skipped
        return refuse(source.path, refused.content.reason or "there is nothing to lint in it")
    except FileNotFoundError:
        return failed(source.path, "there is no such file or folder")
    except OSError as error:
        return failed(source.path, f"cannot be read: {error.strerror or error}")
    except (RecursionError, MemoryError):
        return failed(source.path, "is nested too deeply or too large to be a model configuration", format, "model")


def _saved(source: Source) -> tuple[str, Saved]:
    if source.stream is None:
        return _of_folder(source)
    with source.stream() as stream:
        content = look(stream, source.path)
    match content.format:
        case "keras":
            from rnnlint.readers import archive

            with source.stream() as stream:
                return "keras", archive.read(stream)
        case "hdf5":
            from rnnlint.readers import hdf5

            return "hdf5", hdf5.read(source)
        case "json":
            from rnnlint.readers import json_config

            return json_config.read(_all(source.stream))
        case "savedmodel":
            from rnnlint.readers import saved_model

            folder = Source.of(Path(source.path).parent) if source.local else None
            beside = folder.members if folder is not None else {}
            return "savedmodel", saved_model.read(
                Source(source.path, None, {**beside, "saved_model.pb": source.stream})
            )
        case "yaml":
            raise NothingToLint(_YAML)
        case None:
            raise _Refused(content)
    raise NothingToLint("is no model file")


def _of_folder(source: Source) -> tuple[str, Saved]:
    from rnnlint.readers import json_config, saved_model

    if "saved_model.pb" in source.members or "keras_metadata.pb" in source.members:
        return "savedmodel", saved_model.read(source)
    for name in ("model.json", "config.json"):
        if name in source.members:
            return json_config.read(_all(source.members[name]))
    raise NothingToLint("is a folder without a model in it")


def _all(opener: Callable[[], BinaryIO]) -> bytes:
    with opener() as stream:
        size = stream.seek(0, io.SEEK_END)
        if size > json_text.MAX_BYTES:
            raise Damaged(f"is larger than {json_text.MAX_BYTES // 1_000_000} MB, which no model configuration is")
        stream.seek(0)
        return stream.read(json_text.MAX_BYTES)


def _reading(path: str, format: str, saved: Saved, keras: int | None) -> Reading:
    by = eras.written(saved)
    builder = Builder(path, saved, by)
    model = builder.model()
    if model is None:
        raise NothingToLint("is the configuration of a layer or of something else, not of a model")
    runs = keras or by.keras
    notes = [*builder.not_understood, *unknown_layers(model)]
    program = Program(path, "model", (model,), keras=runs, version=by.version if runs == by.keras else None)
    return Reading(
        path,
        kind="model",
        format=format,
        programs=(program,),
        keras=runs,
        written_by=saved.written_by,
        complete=model.complete and not notes,
        not_understood=tuple(NotUnderstood(None, note) for note in notes[:MAX_NOTES]),
    )
