"""The catalogue of constructors against those of the libraries."""

import inspect
from importlib import import_module
from typing import Any

import pytest

from rnnlint.infer.catalogue import BASE_KERAS_3, Era, bind, classes, signature
from tests.oracle.specs import real, spec

pytestmark = pytest.mark.oracle

LIBRARIES = {Era.KERAS_3: "keras", Era.TF_KERAS_2: "tf_keras"}

NO_LAYERS = {"InputSpec", "Layer", "AbstractRNNCell", "DenseFeatures"}


@pytest.fixture(scope="module", params=LIBRARIES, ids=lambda era: era.value)
def both(request: pytest.FixtureRequest) -> tuple[Era, Any]:
    return request.param, import_module(LIBRARIES[request.param])


def test_every_class_with_its_parameters(both: tuple[Era, Any]) -> None:
    era, library = both
    for cls, layer in inspect.getmembers(library.layers, inspect.isclass):
        if cls in NO_LAYERS:
            continue
        ours = signature(cls, era)
        assert ours is not None, cls
        theirs = [
            (p.name, None if p.default is p.empty else p.default, p.default is p.empty)
            for p in list(inspect.signature(layer.__init__).parameters.values())[1:]
            if p.kind is p.POSITIONAL_OR_KEYWORD and p.name != "kwargs"
        ]
        assert [(p.name, p.default, p.required) for p in ours.positional] == theirs, cls


def test_no_class_too_many(both: tuple[Era, Any]) -> None:
    era, library = both
    elsewhere = {"CuDNNLSTM", "CuDNNGRU", "SyncBatchNormalization", "RandomFourierFeatures", "DynamicEmbedding"}
    missing = {cls for cls in classes(era) if not hasattr(library.layers, cls)}
    assert missing <= elsewhere | {"DynamicLookup", "GroupedQueryAttention"}


ARGUMENTS: dict[str, Any] = {
    "name": "a", "dtype": "float32", "trainable": False, "input_shape": (6, 5), "input_dim": 5, "input_length": 6,
    "batch_input_shape": (2, 6, 5), "batch_size": 2, "time_major": False, "implementation": 1, "unroll": False,
    "stateful": False, "dropout": 0.1, "seed": 1, "reset_after": True, "nonsense": 1, "dynamic": False,
    "activity_regularizer": None, "unit_forget_bias": True, "use_cudnn": "auto", "mask_zero": False,
    "zero_output_for_mask": True, "return_state": True, "data_format": "channels_last", "padding": "same",
}  # fmt: skip
LAYERS = [
    spec("LSTM", 3), spec("GRU", 3), spec("SimpleRNN", 3), spec("RNN", spec("LSTMCell", 3)), spec("Dense", 3),
    spec("Embedding", 9, 3), spec("ConvLSTM2D", 3, 2), spec("Conv1D", 3, 2), spec("Dropout", 0.1), spec("Flatten"),
    spec("TimeDistributed", spec("Dense", 3)), spec("Bidirectional", spec("LSTM", 3)), spec("LSTMCell", 3),
    spec("Masking"), spec("BatchNormalization"), spec("RepeatVector", 2), spec("MaxPooling1D"),
    spec("Activation", "tanh"),
]  # fmt: skip


LENIENT = {("Dense", "input_length"), ("Conv1D", "input_length"), ("Embedding", "dropout")}
"""Names of Keras 1 that standalone Keras 2 takes and tf.keras refuses."""


@pytest.mark.parametrize("made", LAYERS, ids=str)
def test_arguments_are_taken_and_refused(made: Any, both: tuple[Era, Any]) -> None:
    era, library = both
    for name, value in ARGUMENTS.items():
        if ((made.cls, name) in LENIENT and era is Era.TF_KERAS_2) or name in _given(made):
            continue
        unknown = [m.name for m in bind(made.cls, made.args, {name: value}, era).mismatches if m.kind == "unknown"]
        try:
            real(spec(made.cls, *made.args, **{name: value}), library)
        except (TypeError, ValueError):
            assert unknown, name
        else:
            assert not unknown, name


def _given(made: Any) -> set[str]:
    """Parameters that the case gives by position."""
    found = signature(made.cls, Era.KERAS_3)
    assert found is not None
    return {parameter.name for parameter in found.positional[: len(made.args)]}


def test_what_all_layers_take() -> None:
    keras = import_module("keras")
    values: dict[str, Any] = {
        "name": "a",
        "dtype": "float32",
        "trainable": True,
        "autocast": False,
        "input_shape": (3,),
        "input_dim": 3,
    }
    for name in BASE_KERAS_3 - {"activity_regularizer"}:
        keras.layers.ReLU(**{name: values[name]})
