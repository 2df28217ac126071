"""Lints a model that lives in memory, not in a file."""

import io
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from rnnlint.joining import CannotLint
from rnnlint.linting import File, Report
from rnnlint.reading import Reading
from rnnlint.rule import Rule


def lint_model(
    model: Any, calls: str | Sequence[str] = (), *, keras: int | None = None, rules: Iterable[Rule] | None = None
) -> Report:
    """Lints a Keras model object, of Keras 3 or tf_keras. Its own `to_json` is asked; nothing of Keras is imported.

        rnnlint.lint_model(model, ["fit(x=(1000, 10, 8), y=(1000, 1), batch_size=32)"])

    Args:
        model: a Sequential, a functional or a subclassed model; of the last its own layers cannot be told.
        calls: training calls on it, one or several, as `--call` takes them, in the order they run.
        keras: the Keras that will run it: 2, 3, or None: the one it is made of.
        rules: those that run; None: all.

    Raises:
        CannotLint: `model` is no Keras model, its configuration cannot be had, or a text in `calls` is no call.
    """
    from rnnlint.counts import count
    from rnnlint.engine import run
    from rnnlint.interpreter import BadCall, read_calls
    from rnnlint.packs import load_rules

    calls = [calls] if isinstance(calls, str) else calls
    reading = _read(model, keras or _keras_of(model))
    if calls and reading.status == "checked":
        try:
            reading = read_calls(calls, reading, keras)
        except BadCall as error:
            raise CannotLint(str(error)) from None
    findings = run([reading], load_rules().values() if rules is None else rules)
    return Report((File(reading, count(reading.programs)),), tuple(findings), tuple(calls))


def _read(model: Any, keras: int | None) -> Reading:
    from rnnlint.readers import read
    from rnnlint.readers.source import Source

    to_json = getattr(model, "to_json", None)
    if not callable(to_json):
        raise CannotLint(f"a Keras model is wanted, not {type(model).__name__}")
    try:
        text = to_json()
    except Exception as error:
        what = " ".join(str(error).split())[:200]
        raise CannotLint(f"the model's own `to_json` fails with {type(error).__name__}: {what}") from error
    if not isinstance(text, str):
        raise CannotLint(f"a Keras model is wanted, not {type(model).__name__}")
    name = getattr(model, "name", None)
    return read(Source(f"<{name or 'model'}>", partial(io.BytesIO, text.encode())), keras)


def _keras_of(model: Any) -> int | None:
    """By where its classes come from: `keras.src.models...` is Keras 3, `tf_keras...` Keras 2."""
    for cls in type(model).__mro__:
        package = cls.__module__.partition(".")[0]
        if package == "tf_keras":
            return 2
        if package == "keras":
            return 3 if cls.__module__.startswith("keras.src.models.") else None
    return None
