"""Which Keras a program is for."""

import ast
from pathlib import Path

import pytest

from rnnlint.facts import UNKNOWN
from rnnlint.interpreter.versions import Version, keras_of


@pytest.mark.parametrize(
    ("text", "keras"),
    [
        ("import keras", UNKNOWN),
        ("from tensorflow.keras.layers import LSTM", UNKNOWN),
        ("from keras.layers import LSTM, Normalization", UNKNOWN),
        ("from keras import ops", 3),
        ("import keras\nx = keras.ops.mean(y)", 3),
        ("from keras.utils import PyDataset", 3),
        ("import tf_keras", 2),
        ("from keras.layers.recurrent import LSTM", 2),
        ("from keras.utils import np_utils", 2),
        ("from keras.utils.np_utils import to_categorical", 2),
        ("from tensorflow.python.keras.layers import LSTM", 2),
        ("from keras.layers import CuDNNLSTM", 2),
        ("import keras\nmodel.fit_generator(g, steps_per_epoch=3)", 2),
        ("import keras\nmodel.fit(x, y, nb_epoch=3)", 1),
        ("from keras.layers import TimeDistributedDense", 1),
        ("from keras.models import Model\nModel(input=a, output=b)", 1),
        ("import tensorflow as tf\ntf.Session()", 2),
        ("import os\nos.environ['TF_USE_LEGACY_KERAS'] = '1'", 2),
        ("import keras.ops\nmodel.fit_generator(g)", UNKNOWN),
    ],
)
def test_imports_and_calls_that_one_era_has(text: str, keras: object, tmp_path: Path) -> None:
    assert keras_of(ast.parse(text), str(tmp_path / "a.py")).keras == keras


def test_the_command_line_counts_most(tmp_path: Path) -> None:
    assert keras_of(ast.parse("import tf_keras"), str(tmp_path / "a.py"), 3) == Version(3)


@pytest.mark.parametrize(
    ("name", "text", "version"),
    [
        ("requirements.txt", "numpy\nkeras==2.2.4\n", Version(2, (2, 2, 4))),
        ("requirements-dev.txt", "Keras == 1.2.2", Version(1, (1, 2, 2))),
        ("requirements.txt", "tensorflow==1.13.1  # old\n", Version(2)),
        ("requirements.txt", "tensorflow-gpu>=2.0,<2.11", Version(2)),
        ("requirements.txt", "tensorflow>=2.0", Version()),
        ("requirements.txt", "tensorflow>=2.16", Version(3)),
        ("requirements.txt", "keras-tuner==1.0\nmy-keras==2.0", Version()),
        ("requirements.txt", "# keras==2.2.4", Version()),
        ("requirements.txt", "keras==2.2.4\ntensorflow>=2.16", Version()),
        ("pyproject.toml", '[project]\ndependencies = ["keras>=3.1", "numpy"]', Version(3)),
        ("pyproject.toml", '[tool.poetry.dependencies]\ntensorflow = "2.8.0"', Version(2)),
        ("pyproject.toml", '[tool.poetry.dependencies]\ntensorflow = "^2.8"', Version()),
        ("pyproject.toml", '[tool.poetry.dependencies]\nkeras = "^2.4"', Version(2)),
        ("environment.yml", "dependencies:\n  - keras=2.3.1\n", Version(2, (2, 3, 1))),
        ("setup.cfg", "install_requires =\n    keras ~= 2.4\n", Version(2)),
    ],
)
def test_pins_beside_the_script(name: str, text: str, version: Version, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / name).write_text(text)
    assert keras_of(ast.parse("import keras"), str(tmp_path / "a.py")) == version


def test_pins_above_the_script_up_to_the_repository(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("keras==3.1.0")
    inside = tmp_path / "repository" / "src"
    inside.mkdir(parents=True)
    assert keras_of(ast.parse(""), str(inside / "a.py")) == Version(3, (3, 1, 0))
    (tmp_path / "repository" / ".git").mkdir()
    assert keras_of(ast.parse(""), str(inside / "a.py")) == Version()
