"""Runs rule examples on real Keras and tells what happened: `python -m tests.oracle.examples 3|2 < examples.json`.

Reads {rule: {"bad": text, "good": text, "probe": text}} and prints {rule: {"bad": outcome, "good": outcome}}. An
outcome holds the error, its traceback and when it came, if the example raises, and else numbers: `losses` and
`predictions` of the calls it made, and the values of the `probe` in the example's names, or, where there is none, one
prediction of each of its `models` on the same numbers. One process runs all examples, each from the same seed.
"""

import contextlib
import io
import json
import math
import os
import sys
import traceback
import types
from collections.abc import Mapping
from functools import partial
from typing import Any

from rnnlint.rule import measures
from tests.oracle.watching import Watched, flat, order, watched

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

SEED = 7


def library(version: int) -> Any:
    """Keras 3, or tf_keras under the name `keras` and as `tf.keras`."""
    if version == 3:
        import keras
    else:
        os.environ["TF_USE_LEGACY_KERAS"] = "1"
        import tf_keras as keras

        sys.modules["keras"] = keras
        for name in ("layers", "models", "utils", "preprocessing", "preprocessing.sequence", "backend", "losses"):
            module: Any = keras
            for part in name.split("."):
                module = getattr(module, part)
            sys.modules[f"keras.{name}"] = module
    return keras


def run(keras: Any, version: int, text: str, probe: str) -> dict[str, Any]:
    """One example."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(SEED)
    module = types.ModuleType("example")
    outcome: dict[str, Any] = {"error": None}
    with (
        contextlib.redirect_stdout(io.StringIO()),
        watched(keras, batches="BATCHES" in probe or "ORDER(" in probe) as seen,
    ):
        try:
            exec(compile(text, "example.py", "exec"), module.__dict__)
        except Exception as error:
            outcome["error"] = f"{type(error).__name__}: {' '.join(str(error).split())}"
            outcome["traceback"] = traceback.format_exc()
            outcome["during"] = seen.progress or place(error)
            return outcome
        outcome.update(losses=[*seen.losses], predictions=[*seen.predictions])
        if not probe:
            models = [value for value in vars(module).values() if isinstance(value, keras.Model)]
            outcome["models"] = [list(flat(ask(model))) for model in models]
            return outcome
        try:
            outcome["probe"] = probed(probe, keras, version, seen, vars(module))
        except Exception as error:
            outcome["error"] = f"probe: {type(error).__name__}: {error}"
    return outcome


def place(error: Exception) -> str:
    """Where an error arises outside of `fit`, `evaluate` and `predict`."""
    frames = traceback.extract_tb(error.__traceback__)
    names = {frame.name for frame in frames if "keras" in frame.filename or "tensorflow" in frame.filename}
    if "model_from_json" in names:
        return "as the model is loaded"
    if names & {"build", "__call__", "_method_wrapper"}:
        return "as the model is built"
    return "as the layer is made" if "__init__" in names else "on the line itself"


def probed(probe: str, keras: Any, version: int, seen: Watched, example: Mapping[str, Any]) -> list[float | bool]:
    """The values of a probe, one for each measure."""
    import numpy as np
    import tensorflow as tf

    names = {"np": np, "tf": tf, "keras": keras, "KERAS": version, **example}
    names.update(BATCHES=[*seen.batches], LOSSES=[*seen.losses], ORDER=partial(order, [*seen.batches]))
    return [value(measure.code, names) for measure in measures(probe)]


def value(code: str, names: dict[str, Any]) -> float | bool:
    """The value of the last line of some code, an expression; the lines before are statements."""
    *statements, expression = code.strip().split("\n")
    exec(compile("\n".join(statements), "probe.py", "exec"), names)
    found = eval(compile(expression.strip(), "probe.py", "eval"), names)
    if isinstance(found, bool):
        return found
    if math.isnan(found):
        raise ValueError(f"{expression} is no number")
    return float(found) if math.isfinite(found) else 1e300


def ask(model: Any) -> Any:
    """A prediction of the model on numbers that are the same for all models; nothing where it is not built."""
    import numpy as np

    try:
        inputs = model.inputs
    except AttributeError:
        inputs = None
    if not inputs:
        return []
    arrays = []
    for tensor in inputs:
        sizes = [size if size is not None else 2 + 3 * (index > 0) for index, size in enumerate(tensor.shape)]
        numbers = np.arange(math.prod(sizes)).reshape(sizes)
        name = getattr(tensor.dtype, "name", str(tensor.dtype))
        arrays.append(numbers % 3 if "int" in name else np.sin(numbers))
    return model(arrays[0] if len(arrays) == 1 else arrays)


def main(version: int) -> None:
    keras = library(version)
    examples = json.load(sys.stdin)
    out = sys.stdout
    outcomes = {
        name: {part: run(keras, version, texts[part], texts["probe"]) for part in ("bad", "good")}
        for name, texts in examples.items()
    }
    json.dump(outcomes, out)


if __name__ == "__main__":
    main(int(sys.argv[1]))
