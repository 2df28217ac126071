"""What the networks of keras.applications give, against Keras itself."""

from importlib import import_module
from typing import Any

import pytest

from rnnlint.facts import Shape
from rnnlint.interpreter import read_text

pytestmark = pytest.mark.oracle

CASES = [
    ("VGG16", 130, None),
    ("ResNet50", 130, None),
    ("MobileNet", 130, None),
    ("MobileNetV2", 130, "avg"),
    ("InceptionV3", 139, None),
    ("Xception", 130, None),
    ("DenseNet121", 130, None),
    ("EfficientNetB0", 130, "max"),
]


@pytest.fixture(scope="module")
def keras() -> Any:
    """Keras 3."""
    return import_module("keras")


@pytest.mark.parametrize(("name", "size", "pooling"), CASES)
def test_features(name: str, size: int, pooling: str | None, keras: Any) -> None:
    call = f"{name}(include_top=False, weights=None, input_shape=({size}, {size}, 3), pooling={pooling!r})"
    real = eval(f"applications.{call}", {"applications": keras.applications})
    text = f"import keras\nm = keras.applications.{call}\nn = keras.Model(m.input, m.output)\n"
    (program,) = read_text(text, "a.py", keras=3).programs
    shape = program.models[-1].outputs[0].shape
    assert isinstance(shape, Shape)
    assert shape.dims == real.output_shape
