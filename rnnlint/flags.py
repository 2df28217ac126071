"""What `check` is to do: the project's settings, and the flags that beat them."""

import sys
from collections.abc import Sequence
from dataclasses import replace

from rnnlint.config import WrongSetting, split_names
from rnnlint.files import MAX_STDIN, STDIN, Found, of_stdin
from rnnlint.finding import Severity
from rnnlint.reading import Reading
from rnnlint.settings import Settings
from rnnlint.settings_file import load


def effective(
    paths: Sequence[str],
    select: Sequence[str] | None = None,
    ignore: Sequence[str] | None = None,
    fail_on: str | None = None,
    keras: str | None = None,
) -> Settings:
    """The settings of a run; None where a flag is not given.

    A rule that `--select` names is not taken out again by the project's `ignore`.

    Raises:
        WrongSetting: the project's configuration holds what cannot be meant, or `--select` names nothing.
    """
    settings = load(paths)
    if select:
        chosen = tuple(split_names(select))
        if not chosen:
            raise WrongSetting("`--select` names no rule and no family")
        settings = replace(settings, select=chosen, ignore=tuple(it for it in settings.ignore if it not in chosen))
    if ignore:
        settings = replace(settings, ignore=tuple(split_names(ignore)))
    if fail_on is not None:
        settings = replace(settings, fail_on=None if fail_on == "never" else Severity(fail_on))
    if keras is not None:
        settings = replace(settings.without_keras(), keras=None if keras == "auto" else int(keras))
    return settings


def standard_input(paths: Sequence[str], name: str | None) -> Found | Reading | None:
    """What `-` on the line stands for, read; None where it is not there.

    Raises:
        WrongSetting: a name without `-`.
    """
    if STDIN not in paths:
        if name is not None:
            raise WrongSetting("`--stdin-filename` goes with `-` on the line")
        return None
    data = b"" if sys.stdin is None else sys.stdin.buffer.read(MAX_STDIN + 1)
    return of_stdin(data, name or "stdin.py")
