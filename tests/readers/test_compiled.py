"""Compile facts, as each era keeps them."""

from typing import Any

import pytest

from rnnlint.facts import UNKNOWN, Compile
from rnnlint.readers.compiled import compiled


def facts(config: dict[str, Any], *outputs: str) -> Compile:
    """What is made of a configuration."""
    found = compiled(config, outputs or ("out",), "m.keras", True)
    assert isinstance(found, Compile)
    return found


def names(config: Any, *outputs: str) -> Any:
    """Names of the losses."""
    losses = facts({"loss": config, "optimizer": "adam"}, *outputs).losses
    return losses if losses is UNKNOWN else [loss and loss.name for loss in losses]


OWN = {"class_name": "function", "module": "builtins", "config": "my_loss", "registered_name": "function"}
KERAS = {"module": "keras.losses", "class_name": "MeanSquaredError", "config": {"name": "m"}, "registered_name": None}


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        ("mse", ["mean_squared_error"]),
        ("categorical_crossentropy", ["categorical_crossentropy"]),
        ("MeanSquaredError", ["mean_squared_error"]),
        ("kullback_leibler_divergence", ["kl_divergence"]),
        ("my_loss", [UNKNOWN]),
        (OWN, [UNKNOWN]),
        ({**KERAS, "registered_name": "Acme>Loss", "class_name": "Acme>Loss", "module": None}, [UNKNOWN]),
        (KERAS, ["mean_squared_error"]),
        ({"class_name": "SparseCategoricalCrossentropy", "config": {}}, ["sparse_categorical_crossentropy"]),
        ({"class_name": "LossFunctionWrapper", "config": {"fn": "mean_absolute_error"}}, ["mean_absolute_error"]),
        (["mae"], ["mean_absolute_error"]),
        (["mse", "mae"], UNKNOWN),
        ({"out": "mse"}, ["mean_squared_error"]),
        ({"other": "mse"}, UNKNOWN),
        (None, [None]),
        (7, [UNKNOWN]),
    ],
)
def test_one_output(loss: Any, expected: Any) -> None:
    assert names(loss) == expected


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        ("mse", ["mean_squared_error", "mean_squared_error"]),
        (["mse", None], ["mean_squared_error", None]),
        ({"b": "mae"}, [None, "mean_absolute_error"]),
        ({"a": "mse", "b": "mae"}, ["mean_squared_error", "mean_absolute_error"]),
    ],
)
def test_two_outputs(loss: Any, expected: Any) -> None:
    assert names(loss, "a", "b") == expected


def test_what_is_given_to_a_loss_is_kept() -> None:
    config = {**KERAS, "class_name": "BinaryCrossentropy", "config": {"name": "b", "from_logits": True}}
    losses = facts({"loss": config}).losses

    assert losses is not UNKNOWN
    assert losses[0] is not None
    assert losses[0].options == {"from_logits": True}


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"loss": "mse", "optimizer": "adam"}, "Adam"),
        ({"loss": "mse", "optimizer": "rmsprop"}, "RMSprop"),
        ({"loss": "mse", "optimizer": {"class_name": "RMSprop", "config": {}}}, "RMSprop"),
        ({"loss": "mse", "optimizer_config": {"class_name": "Custom>Adam", "config": {}}}, "Adam"),
        ({"loss": "mse"}, UNKNOWN),
    ],
)
def test_optimizer(config: dict[str, Any], expected: Any) -> None:
    assert facts(config).optimizer == expected


def test_metrics_in_any_nesting() -> None:
    wrapped = {"class_name": "MeanMetricWrapper", "config": {"fn": "categorical_accuracy", "name": "accuracy"}}
    found = facts({"loss": "mse", "metrics": [[wrapped], [None, "mae"], {"a": ["mse"]}]}).metrics

    assert found == ("categorical_accuracy", "mae", "mse")


def test_without_a_configuration() -> None:
    assert compiled(None, ("out",), "m.keras", told=True) is None
    assert compiled(None, ("out",), "m.json", told=False) is UNKNOWN
