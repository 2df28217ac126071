"""What a program writes into files and reads again."""

import pytest

from rnnlint.facts import Shape
from tests.interpreter.test_keras_models import outputs, program

MADE = """
import os, pickle, joblib
from pathlib import Path
from keras.callbacks import EarlyStopping, ModelCheckpoint
m = Sequential([Input((10, 4)), LSTM(8, stateful=False, name="memory"), Dense(2)])
m.compile("adam", "mse")
x, y = np.zeros((40, 10, 4)), np.zeros((40, 2))
"""

LOADING = [
    "m.save('m.keras')\nloaded = keras.models.load_model('m.keras')",
    "m.save('m.keras')\nloaded = keras.models.load_model('./m.keras')",
    "keras.saving.save_model(m, Path('out') / 'm.keras')\nloaded = keras.saving.load_model('out/m.keras')",
    "path = os.path.join('out', 'm.h5')\nm.save(filepath=path)\nloaded = keras.models.load_model(path)",
    "m.fit(x, y, callbacks=[ModelCheckpoint('best.keras')])\nloaded = keras.models.load_model('best.keras')",
    "m.fit(x, y, callbacks=[EarlyStopping(), ModelCheckpoint(filepath='b', save_best_only=True)])\n"
    "loaded = keras.models.load_model('b')",
    "with open('m.json', 'w') as f:\n    f.write(m.to_json())\n"
    "with open('m.json') as f:\n    text = f.read()\nloaded = keras.models.model_from_json(text)",
    "f = open('m.json', 'w')\nf.write(m.to_json())\nf.close()\n"
    "loaded = keras.models.model_from_json(open('m.json').read())",
    "Path('m.json').write_text(m.to_json())\n"
    "loaded = keras.models.model_from_json(Path('m.json').read_text())",
]  # fmt: skip


@pytest.mark.parametrize("text", LOADING)
def test_a_model_that_was_saved_is_loaded(text: str) -> None:
    first, second = program(f"{MADE}{text}").models
    assert outputs(second) == outputs(first) == {"input_layer": (None, 10, 4), "memory": (None, 8), "dense": (None, 2)}
    assert second.complete is True
    assert not {layer.id for layer in first.layers} & {layer.id for layer in second.layers}


def test_it_is_loaded_as_it_was_saved() -> None:
    text = "m.save('m.keras')\nm.add(Dense(3))\nloaded = keras.models.load_model('m.keras')"
    first, second = program(MADE + text).models
    assert list(outputs(first)) == ["input_layer", "memory", "dense", "dense_1"]
    assert list(outputs(second)) == ["input_layer", "memory", "dense"]


@pytest.mark.parametrize(("argument", "compiled"), [("", True), (", compile=False", False)])
def test_it_is_compiled_as_it_was(argument: str, compiled: bool) -> None:
    found = program(f"{MADE}m.save('m.keras')\nloaded = keras.models.load_model('m.keras'{argument})").models[-1]
    assert (found.compile is not None) is compiled


@pytest.mark.parametrize(
    "text",
    [
        "m.save('a.keras')\nloaded = keras.models.load_model('b.keras')",
        "m.save_weights('m.weights.h5')\nloaded = keras.models.load_model('m.weights.h5')",
        "m.fit(x, y, callbacks=[ModelCheckpoint('b', save_weights_only=True)])\nloaded = keras.models.load_model('b')",
        "import sys\nm.fit(x, y, callbacks=[ModelCheckpoint('b', 'loss', 0, True, len(sys.argv) > 1)])\n"
        "loaded = keras.models.load_model('b')",
        "m.save('m.keras')\nnp.save('m.keras', x)\npickle.dump(x, open('m.keras', 'wb'))\n"
        "loaded = keras.models.load_model('m.keras')",
        "with open('a', 'wb') as f:\n    pickle.dump(m.to_json(), f)\n    pickle.dump(m.to_json(), f)\n"
        "loaded = keras.models.model_from_json(pickle.load(open('a', 'rb')))",
        "f = open('m.json', 'w')\nf.write('[')\nf.write(m.to_json())\n"
        "loaded = keras.models.model_from_json(open('m.json').read())",
    ],
)
def test_of_another_file_nothing_is_known(text: str) -> None:
    (call,) = program(f"{MADE}{text}\nloaded.predict(x)").calls("predict")
    assert call.model.complete is False and not call.model.layers


@pytest.mark.parametrize(
    "text",
    [
        "np.save('x.npy', x)\nz = np.load('x.npy')",
        "np.save('x', x)\nz = np.load('x.npy')",
        "pickle.dump(x, open('x.pkl', 'wb'))\nz = pickle.load(open('x.pkl', 'rb'))",
        "with open('x.pkl', 'wb') as f:\n    pickle.dump(x, f)\nwith open('x.pkl', 'rb') as f:\n    z = pickle.load(f)",
        "joblib.dump(x, 'x.joblib')\nz = joblib.load('x.joblib')",
    ],
)
def test_arrays_and_objects_that_were_written_are_read(text: str) -> None:
    (call,) = program(f"{MADE}{text}\nm.predict(z)").calls("predict")
    assert call.x.known[0].shape == Shape.of((40, 10, 4))


def test_of_a_file_that_holds_other_things_no_array_is_known() -> None:
    (call,) = program(f"{MADE}np.save('x.npy', x)\nz = np.load('z.npy')\nm.predict(z)").calls("predict")
    assert not isinstance(call.x.known[0].shape, Shape)
