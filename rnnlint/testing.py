"""Holds a project's models and scripts to rnnlint in its own tests.

from rnnlint.testing import assert_clean

def test_the_model_is_sound():
    assert_clean(build_model(), calls=["fit(x=(1000, 10, 8), y=(1000, 1), batch_size=32)"])

def test_the_scripts_are_sound():
    assert_clean("src", "models/forecast.keras")
"""

import io
import os
from collections.abc import Sequence
from typing import Any

from rnnlint.finding import Severity
from rnnlint.linting import Report, lint
from rnnlint.live import lint_model


def assert_clean(
    *what: Any, calls: str | Sequence[str] = (), fail_on: str = "warning", keras: int | None = None
) -> Report:
    """Nothing, if nothing is found; a test that calls it fails with the report that `check` prints, and that alone.

    Args:
        what: paths of models, scripts, notebooks and folders; or one Keras model object.
        calls: training calls for the one model, in the order they run.
        fail_on: the lowest severity that fails: `error`, `warning` or `hint`.
        keras: the Keras that will run it: 2, 3, or None: as the files and the project say.

    Returns:
        The report, for what a test wants to know further.

    Raises:
        AssertionError: findings at or above `fail_on`, or a file that could not be read; its text is the report.
        CannotLint, WrongSetting, BrokenPack: as `rnnlint.lint` and `rnnlint.lint_model`.
        TypeError: neither paths nor one model.
    """
    __tracebackhide__ = True
    least = Severity(fail_on)
    calls = [calls] if isinstance(calls, str) else calls
    if what and all(isinstance(item, str | os.PathLike) for item in what):
        report = lint([os.fspath(item) for item in what], calls=calls, keras=keras)
    elif len(what) == 1:
        report = lint_model(what[0], calls, keras=keras)
    else:
        raise TypeError("paths or one Keras model are wanted")
    if report.status(least):
        raise AssertionError(f"rnnlint found\n\n{_shown(report)}")
    return report


def _shown(report: Report) -> str:
    from rnnlint.report.terminal import write

    text = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n")
    write(report, text)
    text.flush()
    return text.buffer.getvalue().decode("utf-8")
