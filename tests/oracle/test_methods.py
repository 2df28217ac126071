"""Which methods a Keras does not have, against the libraries."""

from importlib import import_module

import pytest

from rnnlint.infer.methods import OF_LAYERS, OF_MODELS

pytestmark = pytest.mark.oracle


@pytest.mark.parametrize(("version", "library"), [(3, "keras"), (2, "tf_keras")])
def test_methods_of_models_and_layers(version: int, library: str) -> None:
    keras = import_module(library)
    told = frozenset().union(*OF_MODELS.values())
    gone_before = {"predict_classes", "predict_proba"} if version == 2 else set()
    missing = {name for name in told if not hasattr(keras.Sequential, name)}
    assert missing - gone_before == OF_MODELS[version]
    layers = (keras.layers.LSTM, keras.layers.GRU, keras.layers.SimpleRNN, keras.layers.ConvLSTM2D)
    for layer in layers:
        assert {name for name in ("reset_states", "reset_state") if not hasattr(layer, name)} == OF_LAYERS.get(
            version, frozenset()
        )
