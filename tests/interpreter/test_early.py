"""Whether a program is from before TensorFlow 2."""

import ast
from pathlib import Path

import pytest

from rnnlint.check_rule import lint_text
from rnnlint.interpreter.early import before_tensorflow2
from rnnlint.packs import load_rules


@pytest.mark.parametrize(
    ("text", "early"),
    [
        ("import keras", False),
        ("from keras.layers import LSTM", False),
        ("from keras import ops", False),
        ("from keras.layers.recurrent import LSTM", True),
        ("from keras.layers import LSTM\nmodel.fit_generator(g, steps_per_epoch=3)", True),
        ("from keras.layers import CuDNNLSTM", True),
        ("from tensorflow.keras.layers import LSTM\nmodel.fit_generator(g, steps_per_epoch=3)", False),
        ("from keras.utils import np_utils\nfrom tensorflow.keras.layers import LSTM", False),
        ("from tensorflow.keras.layers import CuDNNLSTM", True),
        ("from tensorflow.compat.v1.keras.layers import CuDNNLSTM", False),
        ("import tensorflow as tf\ntf.Session()", True),
        ("import tensorflow as tf\ntf.compat.v1.Session()", False),
        ("import tf_keras", False),
        ("from .keras.layers.recurrent import LSTM", False),
    ],
)
def test_what_is_written(text: str, early: bool, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert before_tensorflow2(ast.parse(text), str(tmp_path / "a.py")) is early


@pytest.mark.parametrize(("pin", "early"), [("keras==2.2.4", True), ("keras==2.11.0", False), ("keras==3.1.0", False)])
def test_a_pin_counts_most(pin: str, early: bool, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "requirements.txt").write_text(pin)
    assert before_tensorflow2(ast.parse("import keras"), str(tmp_path / "a.py")) is early


@pytest.mark.parametrize(
    ("imports", "wanted"),
    [
        ("from keras.layers.recurrent import LSTM\nfrom keras.models import Sequential", []),
        ("from tensorflow.keras.layers import LSTM\nfrom tensorflow.keras.models import Sequential", [4]),
        ("from tf_keras.layers import LSTM\nfrom tf_keras.models import Sequential", [4]),
    ],
)
def test_no_option_keeps_an_early_layer_off_the_kernel(imports: str, wanted: list[int]) -> None:
    text = f"{imports}\nmodel = Sequential()\nmodel.add(LSTM(4, recurrent_dropout=0.1, input_shape=(8, 3)))\n"
    findings = lint_text(text, [load_rules()["cudnn-fallback"]])
    assert [getattr(finding.location, "line", 0) for finding in findings] == wanted
