"""What a project sets: which rules run where, how severe they are, what is left out."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from rnnlint.finding import Severity

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


@dataclass(frozen=True, slots=True)
class PerPath:
    """What holds for some files alone.

    Attributes:
        pattern: as in a `.gitignore`, from the folder of the configuration file.
        select: the only rules and families whose findings count there; None: all that run.
        ignore: rules and families whose findings do not count there.
        severity: of rules and families there.
        keras: the Keras that will run them.
        layers: by the path of a layer (`encoder/lstm`, `encoder/*`): rules and families ignored there.
    """

    pattern: str
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    keras: int | None = None
    layers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a run. Those of a project come from `rnnlint.settings_file.load`.

    Attributes:
        file: the configuration file; None: there is none.
        select, ignore: rules and families that run; `select` None: all.
        severity: of rules and families, whatever they say themselves.
        fail_on: the lowest severity that makes exit status 1; None: never.
        exclude: patterns, as in a `.gitignore`, of files that are passed over when a folder is walked.
        keras: the Keras that will run it; None: as the files say.
        packs: folders and files of the project's own rules.
        per_path: what holds for some files alone.
        required_version: which rnnlint it takes (`>=0.1,<0.3`).
    """

    file: str | None = None
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    fail_on: Severity | None = Severity.WARNING
    exclude: tuple[str, ...] = ()
    keras: int | None = None
    packs: tuple[Path, ...] = ()
    per_path: tuple[PerPath, ...] = ()
    required_version: str | None = None

    def excluded(self, path: str, is_folder: bool = False) -> bool:
        """Whether a file or folder is passed over when a folder is walked."""
        return bool(self.exclude) and self._matches(self.exclude, path, is_folder)

    def at(self, path: str) -> Iterator[PerPath]:
        """What holds for a file, in the order it is written."""
        return (some for some in self.per_path if self._matches((some.pattern,), path))

    def keras_of(self, path: str) -> int | None:
        """The Keras that will run a file; of several that are set for it the last."""
        version = self.keras
        for some in self.at(path):
            version = some.keras or version
        return version

    def severity_of(self, path: str, rule: str, family: str) -> Severity | None:
        """The severity of a rule in a file; None: as the rule says. A rule's own beats its family's."""
        found: Severity | None = None
        for severities in (self.severity, *(some.severity for some in self.at(path))):
            found = severities.get(rule) or severities.get(family) or found
        return found

    def counts(self, path: str, rule: str, family: str) -> bool:
        """Whether findings of a rule count in a file."""
        return not any(
            rule in some.ignore
            or family in some.ignore
            or (some.select is not None and rule not in some.select and family not in some.select)
            for some in self.at(path)
        )

    def ignored_at_layer(self, path: str, layer: str, rule: str, family: str) -> Iterator[tuple[str, str, str]]:
        """The entries (pattern of the path, of the layer, name) that take a finding at a layer out."""
        for some in self.at(path):
            for pattern, names in some.layers.items():
                if fnmatchcase(layer, pattern):
                    yield from ((some.pattern, pattern, name) for name in names if name in (rule, family))

    def without_keras(self) -> "Settings":
        """As if no Keras were set anywhere."""
        return replace(self, keras=None, per_path=tuple(replace(some, keras=None) for some in self.per_path))

    def _matches(self, patterns: tuple[str, ...], path: str, is_folder: bool = False) -> bool:
        folder = os.path.dirname(os.path.abspath(self.file)) if self.file else os.getcwd()
        relative = os.path.relpath(os.path.abspath(path), folder).replace(os.sep, "/")
        if relative.startswith("../"):
            return False
        return _spec(patterns).match_file(relative + ("/" if is_folder else ""))


@cache
def _spec(patterns: tuple[str, ...]) -> "GitIgnoreSpec":
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(patterns)


def is_pattern(text: str) -> bool:
    """Whether it is a pattern of `.gitignore`."""
    try:
        _spec((text,))
    except ValueError:
        return False
    return bool(text.strip())
