"""A script, and the file that Keras saves when it runs that script: the facts must be the same."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from rnnlint.facts import UNKNOWN, Layer, LayerCall, Model, Shape, Tensor
from rnnlint.infer.catalogue import defaults
from rnnlint.interpreter import read_text
from rnnlint.readers import read
from tests.oracle.same_facts_scripts import SCRIPTS

pytestmark = pytest.mark.oracle

PRELUDE = """
import numpy as np
import keras
from keras import Input, Model, Sequential, layers
from keras.layers import *
"""

LIBRARIES = {3: "keras", 2: "tf_keras"}

ONLY_3 = frozenset({"functional_operators", "functional_multi_head", "functional_attention_layer"})
"""Scripts with operations, which Keras 2 has not or saves under other names."""

CASES = [(name, keras) for keras in LIBRARIES for name in SCRIPTS if keras == 3 or name not in ONLY_3]


@pytest.mark.parametrize(("name", "keras"), CASES)
def test_script_and_saved_model_give_the_same_facts(name: str, keras: int, tmp_path: Path) -> None:
    text = prelude(keras) + SCRIPTS[name]
    saved = read(run(text, keras, tmp_path / "model.keras"))
    assert saved.status == "checked", saved.reason
    reading = read_text(text, f"{name}.py", keras=keras)
    found = [model for program in reading.programs for model in program.models]
    assert found, reading.not_understood
    wanted = saved.programs[0].models[0]
    assert facts(found[-1], wanted) == facts(wanted, found[-1])


def prelude(keras: int) -> str:
    """The imports; operations are Keras 3's alone."""
    if keras == 3:
        return PRELUDE.replace("layers\n", "layers, ops\n", 1)
    return PRELUDE.replace("import keras", "import tf_keras as keras").replace("from keras", "from tf_keras")


def run(text: str, keras: int, path: Path) -> Path:
    """Runs a script with real Keras, names starting again, and saves its `model`."""
    library = import_module(LIBRARIES[keras])
    library.backend.clear_session()
    names: dict[str, Any] = {"__name__": "script"}
    exec(compile(text, "script", "exec"), names)
    names["model"].save(path)
    return path


def facts(model: Model, other: Model) -> dict[str, Any]:
    """What must be the same: layers in order, their options, and what goes in and out of each call.

    Operations that Keras itself adds for masks stand in the file alone; options are those that both have.
    """
    operations = {layer.path for layer in other.layers if layer.operation}
    layers = [layer for layer in model.layers if not layer.operation or layer.path in operations]
    same = {layer.path: layer for layer in other.layers}
    return {
        "kind": model.kind,
        "complete": model.complete,
        "inputs": [shown(tensor) for tensor in model.inputs],
        "outputs": [shown(tensor) for tensor in model.outputs],
        "layers": [described(layer, same.get(layer.path)) for layer in layers],
    }


def described(layer: Layer, other: Layer | None) -> dict[str, Any]:
    wraps = other.wraps if other is not None and len(other.wraps) == len(layer.wraps) else [None] * len(layer.wraps)
    return {
        "path": layer.path,
        "cls": layer.cls,
        "kind": layer.kind,
        "options": {} if layer.operation or other is None else options(layer, other),
        "wraps": [described(part, same) for part, same in zip(layer.wraps, wraps, strict=True)],
        "calls": [both_ends(call) for call in layer.calls],
        "arrivals": [both_ends(call) for call in layer.arrivals],
    }


def both_ends(call: LayerCall) -> Any:
    return [shown(tensor) for tensor in call.inputs], [shown(tensor) for tensor in call.outputs], call.states


def shown(tensor: Tensor) -> Any:
    shape = tensor.shape
    return (shape.dims, shape.names) if isinstance(shape, Shape) else "?", tensor.mask


NOT_ALIKE = ("initializer", "regularizer", "constraint")
"""Options that a file keeps as objects; they touch no shape."""

BUILT = frozenset({"attention_axes", "value_dim", "input_shape", "seed", "layer", "backward_layer", "cell", "cells"})
"""Options that a layer fills in itself when it is built, and those that hold layers."""


def options(layer: Layer, other: Layer) -> Mapping[str, Any]:
    """Every option of the class, as far as it is a plain setting in both."""
    wanted = defaults(layer.cls, 3) | {name: None for name in layer.options if name in other.options}
    return {
        name: listed(layer.options.get(name, UNKNOWN))
        for name in sorted(wanted)
        if not name.endswith(NOT_ALIKE)
        and name not in BUILT
        and not (name == "axis" and layer.kind.endswith("Normalization"))
        and not isinstance(other.options.get(name), Mapping)
    }


def listed(value: Any) -> Any:
    """Tuples and lists alike; one size as a list of it."""
    if isinstance(value, list | tuple):
        return listed(value[0]) if len(value) == 1 else [listed(item) for item in value]
    return value


SUBCLASSED = """
class Block(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.read = LSTM(units, return_sequences=True)
        self.norm = LayerNormalization()

    def call(self, x, training=None):
        return self.norm(self.read(x))


class Net(keras.Model):
    def __init__(self, units=6):
        super().__init__()
        self.blocks = [Block(units) for _ in range(2)]
        self.embed = Embedding(50, 5)
        self.pool = GlobalAveragePooling1D()
        self.head = Dense(3, name="head")

    def call(self, ids):
        x = self.embed(ids)
        for block in self.blocks:
            x = block(x)
        gate = ops.sigmoid(x[:, -1])
        return self.head(self.pool(x) * gate)


model = Net()
model.compile("adam", "mse")
x = np.random.randint(0, 50, (16, 9))
model.fit(x, np.zeros((16, 3)), epochs=1, verbose=0)
"""


def test_a_subclassed_model_is_followed_through_its_call() -> None:
    """Shapes of its layers as real Keras builds them: the kernels tell what arrived."""
    library = import_module("keras")
    library.backend.clear_session()
    names: dict[str, Any] = {"__name__": "script"}
    exec(compile(prelude(3) + SUBCLASSED, "subclassed", "exec"), names)
    real = names["model"]
    (program,) = read_text(prelude(3) + SUBCLASSED, "subclassed.py", keras=3).programs
    (model,) = program.models
    assert model.kind == "subclassed"
    assert model.complete
    assert [tensor.shape for tensor in model.outputs] == [Shape.of((None, 3), ("batch", "units"))]
    arrived = {layer.path: layer.calls[0].input.shape for layer in model.layers if layer.calls}
    widths = {path: shape.dims[-1] for path, shape in arrived.items() if isinstance(shape, Shape)}
    for number, block in enumerate(real.blocks):
        path = next(p for p in widths if p.startswith(f"{block.name}/lstm"))
        assert widths[path] == block.read.cell.kernel.shape[0], number
    assert widths["head"] == real.head.kernel.shape[0]
