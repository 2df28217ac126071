"""Who wrote a configuration, and what its entries say in the words of Keras 3."""

from typing import Any

import pytest

from rnnlint.facts import UNKNOWN
from rnnlint.infer.catalogue import Era
from rnnlint.readers.eras import written
from rnnlint.readers.saved import Saved
from tests.readers.configs import Config, dense, inputs, lstm, model, reading, sequential, small


@pytest.mark.parametrize(
    ("version", "tensorflow", "keras", "era"),
    [
        ("1.2.2", None, 1, Era.KERAS_1),
        ("2.0.9", None, 2, Era.KERAS_2),
        ("2.3.1", None, 2, Era.KERAS_2),
        ("2.2.4-tf", None, 2, Era.TF_KERAS_2),
        ("2.2.4-tf", "1.15.5", 2, Era.KERAS_2),
        ("2.4.0", None, 2, Era.TF_KERAS_2),
        ("2.15.0", None, 2, Era.TF_KERAS_2),
        ("tfjs-layers 4.22.0", None, 2, Era.KERAS_2),
        ("3.15.1", None, 3, Era.KERAS_3),
    ],
)
def test_by_version(version: str, tensorflow: str | None, keras: int, era: Era) -> None:
    by = written(Saved(small(), version, tensorflow=tensorflow))

    assert (by.keras, by.era) == (keras, era)


KERAS_3 = {"batch_shape": [None, 3], "name": "i"}
KERAS_1 = {"name": "a", "output_dim": 4, "inner_activation": "hard_sigmoid", "input_dtype": "float32"}


@pytest.mark.parametrize(
    ("root", "keras"),
    [
        ({"class_name": "Sequential", "config": [{"class_name": "InputLayer", "config": KERAS_3}]}, 3),
        ({"class_name": "Sequential", "config": [{"class_name": "LSTM", "config": KERAS_1}]}, 1),
        ({"class_name": "Sequential", "config": [inputs("i", None, 3)]}, 2),
        ({"class_name": "Sequential", "config": []}, UNKNOWN),
        ({"class_name": "Sequential", "config": [], "module": "keras", "registered_name": None}, 3),
        ({"class_name": "Sequential", "config": [dense("d")], "backend": "tensorflow"}, 2),
    ],
)
def test_by_form(root: Config, keras: Any) -> None:
    assert written(Saved(root)).keras == keras


def test_who_runs_it_may_be_said() -> None:
    assert reading(small()).keras == 2


def test_keras_1_in_the_words_of_keras_3() -> None:
    config = {"name": "a", "output_dim": 4, "inner_activation": "sigmoid", "dropout_W": 0.5, "forget_bias_init": "one"}
    old = {"class_name": "LSTM", "config": {**config, "batch_input_shape": [None, 5, 3]}}
    layer = model({"class_name": "Sequential", "config": [old], "keras_version": "1.2.2"}).layers[0]

    assert (layer["units"], layer["recurrent_activation"], layer["dropout"]) == (4, "sigmoid", 0.5)
    assert (layer["unit_forget_bias"], layer["stateful"], layer["return_state"]) == (True, False, False)


@pytest.mark.parametrize(("version", "gate"), [("2.2.4", "hard_sigmoid"), ("2.9.0", "sigmoid"), ("3.5.0", "sigmoid")])
def test_a_missing_option_has_the_default_of_its_version(version: str, gate: str) -> None:
    config = {**small(), "keras_version": version}

    assert model(config).layers[1]["recurrent_activation"] == gate


@pytest.mark.parametrize(
    ("value", "expected"),
    [(4.0, 4), (True, UNKNOWN), ("4", UNKNOWN), (-3, UNKNOWN), ([4], UNKNOWN), (10**30, UNKNOWN), (4.5, UNKNOWN)],
)
def test_sizes_are_checked_at_the_door(value: Any, expected: Any) -> None:
    assert model(sequential(inputs("i", None, 10, 3), lstm("a", value))).layers[1]["units"] == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("tanh", "tanh"),
        ({"module": "keras.layers", "class_name": "LeakyReLU", "config": {}, "registered_name": None}, "leaky_relu"),
        ({"class_name": "function", "module": "builtins", "config": "mine", "registered_name": "Acme>mine"}, UNKNOWN),
        (3, UNKNOWN),
        (None, None),
    ],
)
def test_activations(value: Any, expected: Any) -> None:
    found = model(sequential(inputs("i", None, 10, 3), lstm("a", activation=value)))

    assert found.layers[1]["activation"] == expected


def test_unknown_classes_are_opaque_and_the_rest_is_read() -> None:
    nobody = {"class_name": "Nobody>KnowsThis", "config": {"name": "x", "units": "?"}}
    found = reading(sequential(inputs("i", None, 10, 3), nobody, lstm("a")))
    own, after = found.programs[0].models[0].layers[1:]

    assert (own.cls, own.custom, own.calls[0].output.shape) == ("KnowsThis", True, UNKNOWN)
    assert str(after.calls[0].output.shape) == "(batch=None, units=4)"
    assert not found.complete
    assert "KnowsThis" in found.not_understood[0].what


def test_a_class_of_ones_own_may_bear_a_name_of_keras() -> None:
    own = {"module": None, "class_name": "LSTM", "registered_name": "Acme>LSTM", "config": {"name": "x"}}

    assert model(sequential(inputs("i", None, 10, 3), own)).layers[1].custom


def test_a_lambda_is_opaque_but_for_the_shape_it_records() -> None:
    code = {"class_name": "__lambda__", "config": {"code": "!!!! no marshal !!!!"}}
    plain = {"class_name": "Lambda", "config": {"name": "x", "function": code}}
    shaped = {"class_name": "Lambda", "config": {"name": "y", "function": code, "output_shape": [7]}}
    found = model(sequential(inputs("i", 2, 10, 3), plain, shaped))

    assert [str(layer.calls[0].output.shape) for layer in found.layers] == [
        "(batch=2, time=10, features=3)",
        "?",
        "(batch=2, features=7)",
    ]
    assert all(layer.custom for layer in found.layers[1:])


def test_the_next_layer_tells_what_an_opaque_one_gave() -> None:
    nobody = {"class_name": "Nobody", "config": {"name": "x"}}
    built = {**lstm("a", 5), "build_config": {"input_shape": [2, 6, 3]}}
    found = model(sequential(inputs("i", None, 10, 3), nobody, built))

    assert str(found.layers[1].calls[0].output.shape) == "(batch=None, time=6, features=3)"


def test_wrappers_hold_what_they_wrap() -> None:
    inner = lstm("lstm", 4, stateful=True)
    wrapper = {"class_name": "Bidirectional", "config": {"name": "b", "layer": inner, "merge_mode": "concat"}}
    layer = model(sequential(inputs("i", 2, 10, 3), wrapper)).layers[1]

    assert [part.path for part in layer.wraps] == ["b/lstm", "b/backward_lstm"]
    assert [part["go_backwards"] for part in layer.wraps] == [False, True]
    assert layer.has("stateful", True) is True
    assert str(layer.calls[0].output.shape) == "(batch=2, units=8)"


def test_cells_saved_by_javascript() -> None:
    cells = [{"class_name": "LSTMCell", "config": {"name": "c", "units": 4}}]
    rnn = {"class_name": "RNN", "config": {"name": "r", "cells": cells}}
    layer = model(sequential(inputs("i", None, 10, 3), rnn)).layers[1]

    assert layer.wraps[0].kind == "StackedRNNCells"
    assert str(layer.calls[0].output.shape) == "(batch=None, units=4)"
