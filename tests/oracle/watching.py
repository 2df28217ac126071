"""Watches a program as it trains: what its calls give, which batches they read, and from which states."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

STEPS = {"train": "train_step", "test": "test_step", "predict": "predict_step"}


@dataclass(frozen=True)
class Batch:
    """What a model reads at once.

    Attributes:
        kind: `train`, `test` or `predict`.
        x: its rows.
        states: of the model's stateful layers in front of it, side by side: (rows, units).
    """

    kind: str
    x: Any
    states: Any


@dataclass
class Watched:
    """What was seen.

    Attributes:
        losses, predictions: the numbers that `fit` and `evaluate`, and `predict`, gave.
        batches: what was read, in order; kept on demand alone.
        progress: where the call that is under way stands, `batch 4 of fit`; None: none is.
    """

    losses: list[float] = field(default_factory=list)
    predictions: list[float] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)
    progress: str | None = None


def order(batches: Sequence[Batch], x: Any) -> Any:
    """Which rows of x each batch held: (batches, rows)."""
    import numpy as np

    number = {row.tobytes(): index for index, row in enumerate(x.astype("float32"))}
    return np.array([[number[row.tobytes()] for row in batch.x] for batch in batches])


def flat(value: Any, most: int = 4_000) -> Iterator[float]:
    """All numbers in arrays, tensors and lists."""
    import numpy as np

    if isinstance(value, dict):
        for key in sorted(value, key=str):
            yield from flat(value[key])
    elif isinstance(value, list | tuple):
        for part in value:
            yield from flat(part)
    else:
        yield from np.asarray(value, dtype="float64").ravel().tolist()[:most]


@contextlib.contextmanager
def watched(keras: Any, batches: bool) -> Iterator[Watched]:
    """Watches the models of Keras while it is open.

    Args:
        keras: the library.
        batches: whether to keep the batches; models then run step by step, without a graph.
    """
    seen, model = Watched(), keras.Model
    names = ["fit", "evaluate", "predict", *(["compile", *STEPS.values()] if batches else [])]
    originals = {name: getattr(model, name) for name in names}
    for name in ("fit", "evaluate", "predict"):
        setattr(model, name, _call(keras, name, originals[name], seen))
    if batches:
        model.compile = lambda self, *args, **kwargs: originals["compile"](self, *args, **kwargs, run_eagerly=True)
        for kind, name in STEPS.items():
            setattr(model, name, _step(keras, kind, originals[name], seen))
    try:
        yield seen
    finally:
        for name, original in originals.items():
            setattr(model, name, original)


def _call(keras: Any, name: str, original: Any, seen: Watched) -> Any:
    """`fit`, `evaluate` or `predict`, with its results kept."""

    class Progress(keras.callbacks.Callback):  # type: ignore[misc]
        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            seen.progress = f"batch {batch + 1} of {name}"

        def on_test_batch_begin(self, batch: int, logs: Any = None) -> None:
            seen.progress = f"batch {batch + 1} of {'its validation' if name == 'fit' else name}"

        def on_predict_batch_begin(self, batch: int, logs: Any = None) -> None:
            seen.progress = f"batch {batch + 1} of {name}"

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if seen.progress is not None:  # the validation of a fit
            return original(self, *args, **kwargs)
        seen.progress = f"{name}, before its first batch"
        kwargs.setdefault("verbose", 0)
        kwargs["callbacks"] = [*(kwargs.get("callbacks") or ()), Progress()]
        result = original(self, *args, **kwargs)
        kept = seen.predictions if name == "predict" else seen.losses
        kept += flat(result.history if hasattr(result, "history") else result)
        seen.progress = None
        return result

    return call


def _step(keras: Any, kind: str, original: Any, seen: Watched) -> Any:
    """A step of training, test or prediction, with its batch kept."""

    def step(self: Any, data: Any, *args: Any) -> Any:
        import numpy as np

        x = keras.utils.unpack_x_y_sample_weight(data)[0]
        states = [
            np.array(state) for layer in self.layers if getattr(layer, "stateful", False) for state in layer.states
        ]
        seen.batches.append(Batch(kind, np.array(x), np.concatenate(states, axis=1) if states else None))
        return original(self, data, *args)

    return step
