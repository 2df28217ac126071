"""What compile() set, as the formats keep it."""

from collections.abc import Mapping, Sequence
from typing import Any

from rnnlint.facts import UNKNOWN, Compile, LayerLocation, Location, Loss, Unknown
from rnnlint.infer.losses import ALIASES
from rnnlint.readers import plain

MAX_NESTING = 10
_GIVEN_TO_KERAS = frozenset({"name", "reduction", "dtype", "fn"})


def compiled(
    config: Mapping[str, Any] | None, outputs: Sequence[str], path: str, told: bool
) -> Compile | Unknown | None:
    """The facts of compile_config or training_config.

    Args:
        config: None where the file holds none.
        outputs: names of the layers that the outputs of the model come from.
        path: of the file.
        told: whether the format tells that a model was not compiled.
    """
    if not config:
        return None if told and config is None else UNKNOWN
    location: Location = LayerLocation(path)
    if "loss" not in config and "optimizer" not in config and "optimizer_config" not in config:
        return UNKNOWN
    return Compile(
        losses=_losses(config.get("loss"), outputs),
        optimizer=_optimizer(config),
        metrics=tuple(_metrics(config.get("metrics"), 0)),
        location=location,
    )


def _optimizer(config: Mapping[str, Any]) -> str | Unknown | None:
    saved = config.get("optimizer_config", config.get("optimizer"))
    if isinstance(saved, Mapping):
        name = plain.text(saved.get("class_name")).rpartition(">")[2]
        return name or UNKNOWN
    return _OPTIMIZERS.get(saved.lower(), plain.text(saved)) if isinstance(saved, str) and saved else UNKNOWN


def _losses(saved: Any, outputs: Sequence[str]) -> tuple[Loss | None, ...] | Unknown:
    saved = plain.opened(saved)
    if saved is None:
        return (None,) * len(outputs) if outputs else UNKNOWN
    if isinstance(saved, tuple):
        return tuple(_loss(item) for item in saved) if len(saved) == len(outputs) else UNKNOWN
    if isinstance(saved, Mapping) and "class_name" not in saved:
        return _by_name(saved, outputs)
    return (_loss(saved),) * max(1, len(outputs))


def _by_name(saved: Mapping[str, Any], outputs: Sequence[str]) -> tuple[Loss | None, ...] | Unknown:
    if not outputs or not set(saved) <= set(outputs) or len(set(outputs)) != len(outputs):
        return UNKNOWN
    return tuple(_loss(saved[name]) if name in saved else None for name in outputs)


def _loss(saved: Any) -> Loss | None:
    if saved is None:
        return None
    name = _name(saved)
    config = saved.get("config") if isinstance(saved, Mapping) else None
    options = dict(config) if isinstance(config, Mapping) else {}
    return Loss(name, {key: value for key, value in options.items() if key not in _GIVEN_TO_KERAS})


def _name(saved: Any) -> str | Unknown:
    """The canonical name; UNKNOWN for a function or class of one's own."""
    if isinstance(saved, Mapping) and saved.get("class_name") == "LossFunctionWrapper":
        config = saved.get("config")
        return _name(config.get("fn")) if isinstance(config, Mapping) else UNKNOWN
    name = plain.name_of(saved)
    if not isinstance(name, str):
        return UNKNOWN
    name = plain.snake(name) if name[:1].isupper() and name.isidentifier() else name
    name = ALIASES.get(name.lower(), name)
    return name if name in KERAS_LOSSES else UNKNOWN


_OPTIMIZERS = {
    name.lower(): name
    for name in (
        "Adadelta", "Adafactor", "Adagrad", "Adam", "AdamW", "Adamax", "Ftrl", "Lamb", "Lion", "LossScaleOptimizer",
        "Muon", "Nadam", "RMSprop", "SGD",
    )
}  # fmt: skip
"""Optimizers of Keras by the names that may be given for them."""

KERAS_LOSSES = frozenset(
    {
        "binary_crossentropy", "binary_focal_crossentropy", "categorical_crossentropy",
        "categorical_focal_crossentropy", "categorical_generalized_cross_entropy", "categorical_hinge", "circle",
        "cosine_similarity", "ctc", "dice", "hinge", "huber", "kl_divergence", "log_cosh", "mean_absolute_error",
        "mean_absolute_percentage_error", "mean_squared_error", "mean_squared_logarithmic_error", "poisson",
        "sparse_categorical_crossentropy", "squared_hinge", "tversky",
    }
)  # fmt: skip
"""Losses of Keras under their canonical names."""


def _metrics(saved: Any, depth: int) -> list[str | Unknown]:
    """All metrics in any nesting, as written."""
    if saved is None or depth > MAX_NESTING:
        return []
    if isinstance(saved, str):
        return [plain.text(saved)]
    if isinstance(saved, list | tuple):
        return [name for item in saved for name in _metrics(item, depth + 1)]
    if not isinstance(saved, Mapping):
        return [UNKNOWN]
    if "class_name" not in saved:
        return [name for item in saved.values() for name in _metrics(item, depth + 1)]
    config = saved.get("config")
    if isinstance(config, Mapping) and isinstance(config.get("fn"), str | Mapping):
        name = plain.name_of(config["fn"])
        return [name if isinstance(name, str) else UNKNOWN]
    name = plain.name_of(saved)
    return [name if isinstance(name, str) else UNKNOWN]
