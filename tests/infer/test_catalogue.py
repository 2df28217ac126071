"""Constructors of layers in every era."""

from typing import Any

import pytest

from rnnlint.facts import UNKNOWN
from rnnlint.infer.catalogue import (
    FUNCTIONS,
    AnyEra,
    Era,
    bind,
    canonical_options,
    classes,
    declared_input,
    defaults,
    exists,
    kind_of,
    known,
    parameter_name,
    signature,
)


@pytest.mark.parametrize("era", Era)
def test_every_entry_can_be_read(era: Era) -> None:
    for cls in classes(era):
        made = signature(cls, era)
        assert made is not None and made.kind == kind_of(cls)
        names = [parameter.name for parameter in made.parameters]
        assert len(set(names)) == len(names)
        assert defaults(cls, era).keys() <= {parameter_name(made.kind, name) for name in names} | {"return_state"} | {
            "activation", "recurrent_activation", "use_bias", "unroll", "reset_after", "dropout", "recurrent_dropout",
        }  # fmt: skip


@pytest.mark.parametrize(
    ("cls", "kind"),
    [
        ("CuDNNLSTM", "LSTM"), ("UnifiedGRU", "GRU"), ("Convolution2D", "Conv2D"), ("MaxPool1D", "MaxPooling1D"),
        ("BatchNormalizationV1", "BatchNormalization"), ("TimeDistributedDense", "Dense"), ("LSTM", "LSTM"),
        ("Acme>LSTM", "Acme>LSTM"), ("GroupQueryAttention", "GroupedQueryAttention"),
    ],
)  # fmt: skip
def test_kinds(cls: str, kind: str) -> None:
    assert kind_of(cls) == kind


@pytest.mark.parametrize(
    ("cls", "keras", "there"),
    [
        ("CuDNNLSTM", 3, False), ("CuDNNLSTM", 2, True), ("Convolution1D", 3, True), ("Merge", 1, True),
        ("Merge", 2, False), ("LSTM", UNKNOWN, True), ("RMSNormalization", UNKNOWN, UNKNOWN), ("Nonsense", 3, False),
    ],
)  # fmt: skip
def test_what_is_there(cls: str, keras: AnyEra, there: object) -> None:
    assert exists(cls, keras) is there


def test_known() -> None:
    assert known("Highway") and known("CuDNNGRU") and not known("Nonsense")


@pytest.mark.parametrize(
    ("cls", "era", "options"),
    [
        ("LSTM", Era.KERAS_3, {"recurrent_activation": "sigmoid", "return_state": False, "unroll": False}),
        ("LSTM", Era.TF_KERAS_2, {"recurrent_activation": "sigmoid", "time_major": False}),
        ("LSTM", Era.KERAS_2, {"recurrent_activation": "hard_sigmoid"}),
        (
            "LSTM",
            Era.KERAS_1,
            {"recurrent_activation": "hard_sigmoid", "unit_forget_bias": True, "return_state": False},
        ),
        ("GRU", Era.KERAS_3, {"reset_after": True}),
        ("GRU", Era.KERAS_2, {"reset_after": False}),
        ("CuDNNGRU", Era.TF_KERAS_2, {"reset_after": True, "dropout": 0.0, "recurrent_activation": "sigmoid"}),
        ("ConvLSTM2D", Era.TF_KERAS_2, {"recurrent_activation": "hard_sigmoid"}),
        ("ConvLSTM2D", Era.KERAS_3, {"recurrent_activation": "sigmoid"}),
        ("ConvLSTM2D", UNKNOWN, {"recurrent_activation": UNKNOWN, "return_sequences": False}),
        (
            "Conv2D",
            Era.KERAS_1,
            {"padding": "valid", "strides": (1, 1), "data_format": "channels_last", "use_bias": True},
        ),
    ],
)
def test_defaults(cls: str, era: AnyEra, options: dict[str, Any]) -> None:
    found = canonical_options(cls, {}, era)
    assert {name: found[name] for name in options} == options


def test_a_saved_configuration_of_keras_1() -> None:
    config = {
        "name": "lstm_1", "output_dim": 4, "inner_activation": "sigmoid", "consume_less": "gpu", "dropout_W": 0.2,
        "forget_bias_init": "one", "batch_input_shape": [None, 6, 3], "W_regularizer": None,
    }  # fmt: skip
    options = canonical_options("LSTM", config, Era.KERAS_1)
    expected = {
        "units": 4, "recurrent_activation": "sigmoid", "implementation": 2, "dropout": 0.2, "unit_forget_bias": True,
        "batch_input_shape": [None, 6, 3], "kernel_regularizer": None, "stateful": False,
    }  # fmt: skip
    assert {name: options[name] for name in expected} == expected
    assert "name" not in options and "output_dim" not in options


def test_a_saved_convolution_of_keras_1() -> None:
    config = {
        "nb_filter": 8,
        "nb_row": 3,
        "nb_col": 5,
        "border_mode": "same",
        "dim_ordering": "th",
        "subsample": [2, 2],
    }
    options = canonical_options("Convolution2D", config, Era.KERAS_1)
    assert (options["filters"], options["kernel_size"], options["padding"]) == (8, (3, 5), "same")
    assert (options["data_format"], options["strides"]) == ("channels_first", [2, 2])


def test_names_that_mean_sizes_elsewhere() -> None:
    options = canonical_options("Embedding", {"input_dim": 100, "output_dim": 8, "input_length": 5}, Era.KERAS_1)
    assert (options["input_dim"], options["output_dim"]) == (100, 8)
    assert parameter_name("Dense", "output_dim") == "units"


def test_binding_by_position_and_name() -> None:
    bound = bind("LSTM", [32, "relu"], {"return_sequences": True, "name": "a"}, 3)
    assert bound.given == {"units": 32, "activation": "relu", "return_sequences": True, "name": "a"}
    assert bound.written == {"units": 0, "activation": 1, "return_sequences": "return_sequences", "name": "name"}
    assert bound.options["stateful"] is False and "name" not in bound.options
    assert not bound.mismatches


@pytest.mark.parametrize(
    ("cls", "args", "kwargs", "keras", "kinds"),
    [
        ("LSTM", [3], {"time_major": True}, 3, ["unknown"]),
        ("LSTM", [3], {"time_major": True}, 2, []),
        ("LSTM", [3], {"batch_input_shape": (1, 2, 3)}, 3, ["unknown"]),
        ("LSTM", [3], {"batch_input_shape": (1, 2, 3)}, 2, []),
        ("LSTM", [3], {"input_shape": (2, 3)}, 3, []),
        ("LSTM", [3], {"implementation": 2}, 3, []),
        ("SimpleRNN", [3], {"implementation": 2}, 3, ["unknown"]),
        ("Embedding", [9, 3], {"input_length": 4}, 3, []),
        ("LSTM", [3], {"input_length": 4, "input_dim": 2}, 3, ["unknown"]),
        ("LSTM", [3], {"input_length": 4, "input_dim": 2}, 2, []),
        ("LSTM", [3], {"time_major": True}, UNKNOWN, []),
        ("LSTM", [3], {"nonsense": 1}, UNKNOWN, ["unknown"]),
        ("LSTM", [], {}, 3, ["missing"]),
        ("LSTM", [3], {"units": 4}, 3, ["twice"]),
        ("Flatten", ["channels_last", 2], {}, 3, ["many"]),
        ("LeakyReLU", [], {"alpha": 0.1}, 3, []),
        ("Dense", [3], {"init": "uniform"}, 3, ["unknown"]),
        ("Dense", [3], {"init": "uniform"}, 2, []),
    ],
)
def test_what_does_not_fit(cls: str, args: list[Any], kwargs: dict[str, Any], keras: AnyEra, kinds: list[str]) -> None:
    assert [mismatch.kind for mismatch in bind(cls, args, kwargs, keras).mismatches] == kinds


def test_names_of_keras_1_in_keras_2() -> None:
    bound = bind("Convolution2D", [8, 3, 3], {"border_mode": "same"}, 2)
    assert bound.given == {"filters": 8, "kernel_size": (3, 3), "padding": "same"}
    assert bound.written["kernel_size"] == 1
    assert bind("Conv2D", [8, 3, 3], {}, 2).given == {"filters": 8, "kernel_size": 3, "strides": 3}
    assert bind("Conv2D", [8, 3, 3], {}, Era.KERAS_2).given == {"filters": 8, "kernel_size": (3, 3)}


def test_classes_that_are_gone_keep_their_meaning() -> None:
    bound = bind("CuDNNLSTM", [3], {"stateful": True}, 3)
    assert bound.options["stateful"] is True and bound.options["recurrent_activation"] == "sigmoid"


def test_foreign_classes_keep_their_arguments() -> None:
    bound = bind("Nonsense", [3], {"units": 4}, 3)
    assert bound.given == {"units": 4} and not bound.mismatches


@pytest.mark.parametrize(
    ("kind", "options", "shape"),
    [
        ("InputLayer", {"batch_shape": [None, 6, 3]}, (None, 6, 3)),
        ("InputLayer", {"shape": (6, 3), "batch_size": 4}, (4, 6, 3)),
        ("LSTM", {"batch_input_shape": (2, 6, 3)}, (2, 6, 3)),
        ("LSTM", {"input_shape": (6, 3)}, (None, 6, 3)),
        ("LSTM", {"input_dim": 3}, (None, None, 3)),
        ("LSTM", {"input_dim": 3, "input_length": 6}, (None, 6, 3)),
        ("Dense", {"input_dim": 3}, (None, 3)),
        ("Dense", {"input_shape": 3}, (None, 3)),
        ("Embedding", {"input_dim": 100}, None),
        ("Embedding", {"input_dim": 100, "input_length": 6}, (None, 6)),
        ("LSTM", {}, None),
        ("LSTM", {"input_shape": None, "batch_input_shape": "nonsense"}, None),
    ],
)
def test_declared_input(kind: str, options: dict[str, Any], shape: tuple[Any, ...] | None) -> None:
    assert declared_input(kind, options) == shape


def test_functions_stand_for_layers() -> None:
    assert all(kind in classes(2) or kind == "Merge" for kind in FUNCTIONS.values())
