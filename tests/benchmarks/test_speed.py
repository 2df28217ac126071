"""How long analysis takes in a warm process: `pytest tests/benchmarks`."""

from pathlib import Path
from typing import Any

from rnnlint.interpreter import read_script

SECTION = """
def load_{n}(path="data.csv", window=30):
    frame = pd.read_csv(path)
    values = frame[["open", "high", "low", "close"]].values.astype("float32")
    scaler = MinMaxScaler()
    values = scaler.fit_transform(values)
    x, y = [], []
    for i in range(window, len(values)):
        x.append(values[i - window:i])
        y.append(values[i, 3])
    x, y = np.array(x), np.array(y)
    cut = int(len(x) * 0.8)
    return x[:cut], y[:cut], x[cut:], y[cut:]


def build_{n}(units=64, layers=2, features=4, window=30):
    model = Sequential()
    model.add(Input(shape=(window, features)))
    for i in range(layers):
        model.add(LSTM(units, return_sequences=i < layers - 1))
        model.add(Dropout(0.2))
    model.add(Dense(1))
    model.compile(optimizer="adam", loss="mse", metrics=["mae"])
    return model


x_{n}, y_{n}, xt_{n}, yt_{n} = load_{n}()
model_{n} = build_{n}()
history_{n} = model_{n}.fit(x_{n}, y_{n}, epochs=10, batch_size=32, validation_data=(xt_{n}, yt_{n}))
if history_{n}.history["loss"][-1] > 1:
    print("bad")
predictions_{n} = model_{n}.predict(xt_{n})
"""

HEAD = """import numpy as np
import pandas as pd
from sklearn.preprocessing import MinMaxScaler
from tensorflow.keras.layers import LSTM, Dense, Dropout, Input
from tensorflow.keras.models import Sequential
"""


def script(lines: int) -> str:
    text, n = HEAD, 0
    while text.count("\n") < lines:
        text += SECTION.format(n=n)
        n += 1
    return "".join(text.splitlines(keepends=True)[:lines])


def test_150_lines(benchmark: Any, tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_text(script(150))
    benchmark(read_script, str(path))


def test_1000_lines(benchmark: Any, tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_text(script(1000))
    benchmark(read_script, str(path))


def test_1000_lines_without_keras(benchmark: Any, tmp_path: Path) -> None:
    path = tmp_path / "other.py"
    path.write_text("import os\n" + "def f(x):\n    return x + 1\n" * 500)
    benchmark(read_script, str(path))
