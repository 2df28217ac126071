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

LOOK = """
# How the model learns: both curves should fall, and stay close to each other.
fig, (left, right) = plt.subplots(1, 2, figsize=(12, 4))
left.plot(history_{n}.history["loss"], label="training")
left.plot(history_{n}.history["val_loss"], label="validation")
left.set_title("Loss")
left.set_xlabel("epoch")
left.legend()
right.plot(history_{n}.history["mae"], label="training")
right.plot(history_{n}.history["val_mae"], label="validation")
right.set_title("Mean absolute error")
right.set_xlabel("epoch")
right.legend()
plt.tight_layout()
plt.savefig("history_{n}.png")

# What it says of the days it has not seen.
truth_{n} = yt_{n}.reshape(-1)
guess_{n} = predictions_{n}.reshape(-1)
error_{n} = np.sqrt(np.mean((truth_{n} - guess_{n}) ** 2))
naive_{n} = np.sqrt(np.mean((truth_{n}[1:] - truth_{n}[:-1]) ** 2))
print(f"error {{error_{n}:.4f}}, of the naive guess {{naive_{n}:.4f}}")
if error_{n} > naive_{n}:
    print("no better than yesterday's value")

plt.figure(figsize=(12, 4))
plt.plot(truth_{n}, label="truth")
plt.plot(guess_{n}, label="prediction")
plt.legend()
plt.title("Closing price")
plt.savefig("prediction_{n}.png")
plt.show()
"""
"""What users write around a model: about as much again."""

HEAD = """import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.preprocessing import MinMaxScaler
from tensorflow.keras.layers import LSTM, Dense, Dropout, Input
from tensorflow.keras.models import Sequential
"""


def script(lines: int, section: str = SECTION + LOOK) -> str:
    """Whole sections, and comments up to the number of lines."""
    text, n = HEAD, 0
    while text.count("\n") + section.count("\n") <= lines:
        text += section.format(n=n)
        n += 1
    return text + "# the end\n" * (lines - text.count("\n"))


def run(benchmark: Any, path: Path, text: str, status: str = "checked") -> None:
    path.write_text(text)
    assert benchmark(read_script, str(path)).status == status


def test_150_lines(benchmark: Any, tmp_path: Path) -> None:
    run(benchmark, tmp_path / "train.py", script(150))


def test_150_lines_that_do_nothing_but_build_and_train(benchmark: Any, tmp_path: Path) -> None:
    run(benchmark, tmp_path / "train.py", script(150, SECTION))


def test_1000_lines(benchmark: Any, tmp_path: Path) -> None:
    run(benchmark, tmp_path / "train.py", script(1000))


def test_1000_lines_without_keras(benchmark: Any, tmp_path: Path) -> None:
    run(benchmark, tmp_path / "other.py", "import os\n" + "def f(x):\n    return x + 1\n" * 500, "skipped")
