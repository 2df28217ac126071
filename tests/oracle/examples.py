"""Runs rule examples on real Keras and tells what happened: `python examples.py 3|2 < examples.json`.

Reads {rule: {"bad": text, "good": text, "probe": text}} and prints {rule: {"bad": outcome, "good": outcome}}. An
outcome holds the error and its traceback, if the example raises, and else numbers: `losses` and `predictions` of the
calls it made, one prediction of each of its `models` on the same numbers, and the value of the `probe` in the example's
names. One process runs all examples, each from the same seed.
"""

import contextlib
import io
import json
import math
import os
import sys
import traceback
import types
from collections.abc import Iterator
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

SEED = 7
MOST_NUMBERS = 4_000


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


def flat(value: Any) -> Iterator[float]:
    """All numbers in arrays, tensors and lists."""
    import numpy as np

    if isinstance(value, dict):
        for key in sorted(value, key=str):
            yield from flat(value[key])
    elif isinstance(value, list | tuple):
        for part in value:
            yield from flat(part)
    else:
        yield from np.asarray(value, dtype="float64").ravel().tolist()[:MOST_NUMBERS]


@contextlib.contextmanager
def recorded(keras: Any) -> Iterator[dict[str, list[float]]]:
    """Collects what `fit`, `evaluate` and `predict` give while it is open."""
    numbers: dict[str, list[float]] = {"losses": [], "predictions": []}

    def watch(name: str, kind: str) -> Any:
        original = getattr(keras.Model, name)

        def watched(self: Any, *args: Any, **kwargs: Any) -> Any:
            kwargs.setdefault("verbose", 0)
            result = original(self, *args, **kwargs)
            numbers[kind] += list(flat(result.history if hasattr(result, "history") else result))
            return result

        setattr(keras.Model, name, watched)
        return original

    originals = {
        name: watch(name, kind)
        for name, kind in (("fit", "losses"), ("evaluate", "losses"), ("predict", "predictions"))
    }
    try:
        yield numbers
    finally:
        for name, original in originals.items():
            setattr(keras.Model, name, original)


def run(keras: Any, version: int, text: str, probe: str) -> dict[str, Any]:
    """One example."""
    import numpy as np
    import tensorflow as tf

    keras.backend.clear_session()
    keras.utils.set_random_seed(SEED)
    module = types.ModuleType("example")
    outcome: dict[str, Any] = {"error": None}
    with contextlib.redirect_stdout(io.StringIO()), recorded(keras) as numbers:
        try:
            exec(compile(text, "example.py", "exec"), module.__dict__)
        except Exception as error:
            outcome["error"] = f"{type(error).__name__}: {' '.join(str(error).split())}"
            outcome["traceback"] = traceback.format_exc()
            calls = {frame.name for frame in traceback.extract_tb(error.__traceback__)}
            outcome["during"] = next((name for name in ("fit", "evaluate", "predict") if name in calls), None)
            return outcome
        models = [value for value in vars(module).values() if isinstance(value, keras.Model)]
        outcome["models"] = [list(flat(ask(model))) for model in models]
        outcome.update(numbers)
        if probe:
            names = {"np": np, "tf": tf, "keras": keras, "KERAS": version, **vars(module)}
            try:
                outcome["probe"] = probed(probe, names)
            except Exception as error:
                outcome["error"] = f"probe: {type(error).__name__}: {error}"
    return outcome


def probed(probe: str, names: dict[str, Any]) -> float:
    """The value of the last line of the probe, an expression; the lines before are statements."""
    *statements, expression = probe.strip().split("\n")
    exec(compile("\n".join(statements), "probe.py", "exec"), names)
    value = float(eval(compile(expression.strip(), "probe.py", "eval"), names))
    return value if math.isfinite(value) else 1e300


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
