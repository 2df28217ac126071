"""Reads what is on the line: each file once, scripts joined to the model files they belong to."""

import io
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from rnnlint.files import STDIN, Excluded, Found, walk
from rnnlint.reading import Reading, failed

if TYPE_CHECKING:
    from rnnlint.interpreter.project import Project

Progress = Callable[[int, int, str], None]
"""Told before each file: how many are done, how many there are, which comes."""


class CannotLint(ValueError):
    """What was asked for cannot be done; the message says why."""


def read_all(
    paths: Sequence[str],
    calls: Sequence[str] = (),
    keras: int | None = None,
    progress: Progress | None = None,
) -> Iterator[Reading]:
    """What is on the line as it was read, file after file.

    Raises:
        CannotLint: `calls` without exactly one model among the paths.
    """
    targets = find(paths, calls)
    readings = Readings(keras, calls, belonging(targets), spelled=spellings(targets))
    for number, target in enumerate(targets):
        if progress is not None:
            progress(number, len(targets), target.path)
        yield readings.answer(target)


def find(
    paths: Sequence[str],
    calls: Sequence[str] = (),
    excluded: Excluded | None = None,
    stdin: Found | Reading | None = None,
) -> list[Found | Reading]:
    """What is on the line; `-` is what came by standard input.

    Raises:
        CannotLint: `calls` without exactly one model among the paths.
    """
    targets: list[Found | Reading] = list(walk([path for path in paths if stdin is None or path != STDIN], excluded))
    if stdin is not None:
        targets.append(stdin)
    if calls:
        _demand_one_model(targets)
    return targets


@dataclass(slots=True)
class Readings:
    """Reads files, each once.

    Attributes:
        keras: the Keras that will run them; None: as the files say.
        calls: training calls for the model on the line.
        belonging: the model file that the one script on the line belongs to, if its own model is unknown.
        pinned: the Keras that will run the file of a path, where `keras` is None.
        spelled: model files on the line, by their real path: a script may load them by another name.
    """

    keras: int | None = None
    calls: Sequence[str] = ()
    belonging: str | None = None
    pinned: Callable[[str], int | None] | None = None
    spelled: Mapping[str, str] = field(default_factory=dict)
    models: dict[str, Reading] = field(default_factory=dict)
    project: "Project | None" = None

    def answer(self, target: Found | Reading) -> Reading:
        """What is on the line, as it was read; the answer there is already, or a refusal."""
        return target if isinstance(target, Reading) else target.refusal() or self.read(target)

    def read(self, found: Found) -> Reading:
        """A file on the line, with the calls that are made on it."""
        if found.content.kind != "model":
            return guarded(found.path, partial(self._script, data=found.data))
        data = found.data
        reading = self.model(found.path) if data is None else guarded(found.path, partial(self._model, data=data))
        if self.calls and reading.status == "checked":
            return guarded(found.path, lambda _: self._with_calls(reading))
        return reading

    def model(self, path: str) -> Reading:
        """A model file."""
        key = os.path.realpath(path)
        if key not in self.models:
            self.models[key] = guarded(self.spelled.get(key, path), self._model)
        return self.models[key]

    def referred(self, path: str | None, script: str) -> Reading | None:
        """The model file that a script loads or saves; None where there is none.

        A relative path is looked for from here and from the script's folder; where both lead to a file, and not to the
        same, it cannot be told which is meant. A path that leads nowhere, or cannot be told (None): the model on the
        line, if it belongs to the script.
        """
        places = [] if path is None else _places(path, script)
        found = places[0] if places else self.belonging
        if found is None or len(places) > 1:
            return None
        reading = self.model(found)
        return reading if reading.status == "checked" and reading.kind == "model" else None

    def _keras(self, path: str) -> int | None:
        return self.pinned(path) if self.keras is None and self.pinned is not None else self.keras

    def _model(self, path: str, data: bytes | None = None) -> Reading:
        from rnnlint.readers import read
        from rnnlint.readers.source import Source

        source = Source.of(path) if data is None else Source(path, partial(io.BytesIO, data))
        return read(source, keras=self._keras(path))

    def _script(self, path: str, data: bytes | None = None) -> Reading:
        from rnnlint.interpreter import read_script
        from rnnlint.interpreter.project import Project

        if self.project is None:
            self.project = Project()

        def load_model(saved: str | None) -> Reading | None:
            return self.referred(saved, path)

        return read_script(path, keras=self._keras(path), load_model=load_model, project=self.project, data=data)

    def _with_calls(self, reading: Reading) -> Reading:
        from rnnlint.interpreter import BadCall, read_calls

        try:
            return read_calls(self.calls, reading, self._keras(reading.path))
        except BadCall as error:
            raise CannotLint(str(error)) from None


def _places(path: str, script: str) -> list[str]:
    """The files and folders that a script may mean by `path`."""
    places = {os.path.realpath(place) for place in (path, os.path.join(os.path.dirname(script), path))}
    there = sorted(place for place in places if os.path.exists(place))
    return there if os.path.isabs(path) else [os.path.relpath(place) for place in there]


def guarded(path: str, read: Callable[[str], Reading]) -> Reading:
    """What `read` gives; where it crashes, a failed reading that says so: the other files go on."""
    try:
        return replace(read(path), path=path)
    except CannotLint:
        raise
    except MemoryError:
        return failed(path, "reading it takes more memory than there is")
    except Exception as error:
        return failed(path, f"rnnlint failed to read it ({type(error).__name__}): please report this, with the file")


def belonging(targets: Sequence[Found | Reading]) -> str | None:
    """The model file that belongs to the script, where one of each is named on the line, and nothing else found."""
    found = [target for target in targets if isinstance(target, Found)]
    models = [target.path for target in found if target.named and target.content.kind == "model"]
    scripts = [target.path for target in found if target.named and target.content.kind in ("script", "notebook")]
    return models[0] if len(models) == len(scripts) == 1 else None


def spellings(targets: Sequence[Found | Reading]) -> dict[str, str]:
    """The model files among the targets as they stand on the line, by their real path."""
    models = (target for target in targets if isinstance(target, Found) and target.content.kind == "model")
    return {os.path.realpath(target.path): target.path for target in models if target.data is None}


def _demand_one_model(targets: Sequence[Found | Reading]) -> None:
    models = sum(isinstance(target, Found) and target.content.kind == "model" for target in targets)
    unreadable = any(isinstance(target, Reading) or target.content.format is None for target in targets)
    if models != 1 and not (models == 0 and unreadable):
        raise CannotLint(f"`--call` needs exactly one model on the line, there are {models or 'none'}")
