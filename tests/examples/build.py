"""Builds the saved model of the examples: `python tests/examples/build.py` (needs the extra `keras`)."""

from pathlib import Path

from keras import Input, Sequential, layers

model = Sequential(
    [
        Input(batch_shape=(32, 10, 8), name="readings"),
        layers.LSTM(16, stateful=True, name="lstm"),
        layers.Dense(1, name="forecast"),
    ],
    name="forecaster",
)
model.compile("adam", "mse")
model.save(Path(__file__).with_name("forecast.keras"))
