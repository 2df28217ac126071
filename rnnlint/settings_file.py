"""Reads a project's settings: `rnnlint.toml`, or `[tool.rnnlint]` in `pyproject.toml`."""

import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rnnlint import __version__
from rnnlint.config import WrongSetting, check_name, did_you_mean
from rnnlint.finding import Severity
from rnnlint.packs import pack_files, rule_files
from rnnlint.settings import PerPath, Settings, is_pattern

NAMES = ("rnnlint.toml", "pyproject.toml")
"""In the order they are looked for in a folder."""

KEYS = ("select", "ignore", "severity", "fail-on", "exclude", "keras", "packs", "per-path", "required-version")
PER_PATH_KEYS = ("select", "ignore", "severity", "keras", "layers")
SEVERITIES = tuple(severity.value for severity in Severity)
MAX_BYTES = 1_000_000

_COMPARISON = re.compile(r"\s*(>=|<=|==|!=|>|<|)\s*(\d+(?:\.\d+)*)\s*")
_COMPARED: Mapping[str, Callable[[list[int], list[int]], bool]] = {
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    "!=": lambda a, b: a != b,
    "==": lambda a, b: a == b,
    "": lambda a, b: a == b,
}


def load(paths: Sequence[str] = (".",)) -> Settings:
    """The settings of the project that all paths lie in; the defaults where it sets nothing.

    The configuration file is the nearest one above the folder that holds all paths, up to the root of the repository.

    Raises:
        WrongSetting: the file cannot be read, or holds what cannot be meant.
    """
    file = find(paths)
    return Settings() if file is None else read(file)


def find(paths: Sequence[str] = (".",)) -> Path | None:
    """The nearest configuration file; a `pyproject.toml` without `[tool.rnnlint]` is none."""
    folder = _common_folder(paths)
    while True:
        for name in NAMES:
            file = folder / name
            if file.is_file() and (name == NAMES[0] or _table(file) is not None):
                return file
        if (folder / ".git").exists() or folder.parent == folder:
            return None
        folder = folder.parent


def _common_folder(paths: Sequence[str]) -> Path:
    folders = []
    for path in paths:
        place = os.path.abspath("." if path == "-" or "\0" in path else path)
        folders.append(place if os.path.isdir(place) else os.path.dirname(place))
    try:
        return Path(os.path.commonpath(folders or [os.getcwd()]))
    except ValueError:  # on several drives
        return Path.cwd()


def read(file: Path) -> Settings:
    """The settings in a configuration file.

    Raises:
        WrongSetting: it cannot be read, or holds what cannot be meant.
    """
    shown = os.path.relpath(file) if file.is_relative_to(Path.cwd()) else str(file)
    table = _table(file)
    return _Table(shown, "", table if isinstance(table, dict) else {}).settings(file)


def _table(file: Path) -> Any:
    """The table with the settings; None: there is none."""
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES)
        content: Any = tomllib.loads(data.decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        if file.name != NAMES[0] and b"rnnlint" not in _bytes(file):
            return None
        raise WrongSetting(f"{file}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if file.name == NAMES[0]:
        return content
    tool = content.get("tool")
    return tool.get("rnnlint") if isinstance(tool, dict) else None


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()[:MAX_BYTES]
    except OSError:
        return b""


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of a configuration file; each value is taken with a check.

    Attributes:
        file: as it is named in messages.
        where: the name of the table in it; empty for the outermost.
        content: of the table.
        rules: names of all rules.
    """

    file: str
    where: str
    content: Mapping[str, Any]
    rules: tuple[str, ...] = ()

    def settings(self, file: Path) -> Settings:
        version = self.version()
        self.known(KEYS)
        packs = tuple(self.packs(file.parent))
        named = _Table(self.file, self.where, self.content, (*rule_files(), *pack_files(packs)))
        return Settings(
            file=str(file),
            select=named.names("select"),
            ignore=named.names("ignore") or (),
            severity=named.severities(),
            fail_on=self.fail_on(),
            exclude=self.patterns("exclude"),
            keras=self.keras(),
            packs=packs,
            per_path=tuple(named.per_path()),
            required_version=version,
        )

    def wrong(self, key: str, what: str) -> WrongSetting:
        name = f"{self.where}.{key}" if self.where else key
        return WrongSetting(f"{self.file}: `{name}`: {what}")

    def known(self, keys: Sequence[str]) -> None:
        """Nothing, if all keys are known ones."""
        for key in self.content:
            if key not in keys:
                offer = did_you_mean(key, keys) or f"; there are {', '.join(keys)}"
                raise self.wrong(key, f"there is no such setting{offer}")

    def strings(self, key: str) -> tuple[str, ...]:
        value = self.content.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.wrong(key, f"a list of strings is wanted, not {value!r}")
        return tuple(value)

    def names(self, key: str) -> tuple[str, ...] | None:
        """Names of rules and families."""
        if key not in self.content:
            return None
        names = self.strings(key)
        for name in names:
            self.name(key, name)
        return names

    def name(self, key: str, name: str) -> str:
        try:
            check_name(name, self.rules)
        except WrongSetting as error:
            raise self.wrong(key, str(error)) from None
        return name

    def table(self, key: str) -> Mapping[str, Any]:
        value = self.content.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, f"a table is wanted, not {value!r}")
        return value

    def one_of(self, key: str, value: Any, words: Sequence[str]) -> str:
        if value not in words:
            offer = did_you_mean(value, words) if isinstance(value, str) else ""
            raise self.wrong(key, f"{' or '.join(words)} is wanted, not {value!r}{offer}")
        return str(value)

    def severities(self) -> dict[str, Severity]:
        table = self.table("severity")
        return {
            self.name("severity", name): Severity(self.one_of(f"severity.{name}", value, SEVERITIES))
            for name, value in table.items()
        }

    def fail_on(self) -> Severity | None:
        word = self.one_of("fail-on", self.content.get("fail-on", "warning"), (*SEVERITIES, "never"))
        return None if word == "never" else Severity(word)

    def keras(self) -> int | None:
        value = self.content.get("keras", "auto")
        word = self.one_of("keras", str(value) if type(value) is int else value, ("auto", "2", "3"))
        return None if word == "auto" else int(word)

    def patterns(self, key: str) -> tuple[str, ...]:
        patterns = self.strings(key)
        for pattern in patterns:
            if not is_pattern(pattern):
                raise self.wrong(key, f"{pattern!r} is no pattern as in a .gitignore")
        return patterns

    def packs(self, folder: Path) -> Iterator[Path]:
        for name in self.strings("packs"):
            place = folder / name
            if not place.is_dir() and not (place.is_file() and place.suffix == ".py"):
                raise self.wrong("packs", f"{name!r} is no folder and no .py file beside this file")
            yield place

    def per_path(self) -> Iterator[PerPath]:
        for pattern, content in self.table("per-path").items():
            if not is_pattern(pattern):
                raise self.wrong("per-path", f"{pattern!r} is no pattern as in a .gitignore")
            if not isinstance(content, dict):
                raise self.wrong(f'per-path."{pattern}"', f"a table is wanted, not {content!r}")
            some = _Table(self.file, f'per-path."{pattern}"', content, self.rules)
            some.known(PER_PATH_KEYS)
            layers = _Table(self.file, f"{some.where}.layers", some.table("layers"), self.rules)
            yield PerPath(
                pattern,
                select=some.names("select"),
                ignore=some.names("ignore") or (),
                severity=some.severities(),
                keras=some.keras(),
                layers={layer: layers.names(layer) or () for layer in layers.content},
            )

    def version(self) -> str | None:
        """`required-version`, looked at before all else: another version may have other settings."""
        wanted = self.content.get("required-version")
        if wanted is None:
            return None
        parts = wanted.split(",") if isinstance(wanted, str) else []
        comparisons = [_COMPARISON.fullmatch(part) for part in parts]
        if not comparisons or not all(comparisons):
            raise self.wrong("required-version", f'versions like ">=0.1,<0.3" are wanted, not {wanted!r}')
        here = _numbers(__version__)
        for comparison in comparisons:
            if comparison is not None and not _COMPARED[comparison[1]](here, _numbers(comparison[2])):
                raise self.wrong("required-version", f"{wanted} is wanted, this is rnnlint {__version__}")
        return str(wanted)


def _numbers(version: str) -> list[int]:
    """`0.1` and `0.1.0` are the same."""
    numbers = [int(part) for part in re.findall(r"\d+", version)]
    while numbers and not numbers[-1]:
        numbers.pop()
    return numbers
