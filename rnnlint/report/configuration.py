"""The settings of a run as TOML: what `check --show-config` prints."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping

from rnnlint.finding import Severity
from rnnlint.report.escape import escaped
from rnnlint.settings import PerPath, Settings


def configuration(settings: Settings) -> str:
    """The settings as they take effect, flags included; what is not set stands in a comment."""
    return "\n".join(_lines(settings)) + "\n"


def _lines(settings: Settings) -> Iterator[str]:
    yield f"# from {escaped(settings.file)}" if settings.file else "# no configuration file"
    if settings.required_version is not None:
        yield f"required-version = {_text(settings.required_version)}"
    yield from _names("select", settings.select, "# select: all rules")
    yield f"ignore = {_list(settings.ignore)}"
    yield f"fail-on = {_text(settings.fail_on.value if settings.fail_on is not None else 'never')}"
    yield f"exclude = {_list(settings.exclude)}"
    yield f"keras = {settings.keras or _text('auto')}"
    folder = os.path.dirname(settings.file) if settings.file else "."
    yield f"packs = {_list(os.path.relpath(pack, folder).replace(os.sep, '/') for pack in settings.packs)}"
    yield from _severities("severity", settings.severity)
    for some in settings.per_path:
        yield from _per_path(some)


def _per_path(some: PerPath) -> Iterator[str]:
    table = f"per-path.{_text(some.pattern)}"
    yield f"\n[{table}]"
    yield from _names("select", some.select)
    if some.ignore:
        yield f"ignore = {_list(some.ignore)}"
    if some.keras is not None:
        yield f"keras = {some.keras}"
    yield from _severities(f"{table}.severity", some.severity)
    if some.layers:
        yield f"\n[{table}.layers]"
        yield from (f"{_text(layer)} = {_list(names)}" for layer, names in some.layers.items())


def _names(key: str, names: tuple[str, ...] | None, otherwise: str = "") -> Iterator[str]:
    if names is not None:
        yield f"{key} = {_list(names)}"
    elif otherwise:
        yield otherwise


def _severities(table: str, severities: Mapping[str, Severity]) -> Iterator[str]:
    if severities:
        yield f"\n[{table}]"
        yield from (f"{name} = {_text(severity.value)}" for name, severity in severities.items())


def _list(items: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, items))}]"


def _text(text: str) -> str:
    """A string of TOML: those of JSON are some, but for the character that is deleted."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
