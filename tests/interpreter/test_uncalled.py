"""Functions, classes and methods that nothing calls."""

from pathlib import Path

from rnnlint.facts import Program, Shape
from rnnlint.interpreter import read_script


def read(text: str, folder: Path) -> list[Program]:
    script = folder / "script.py"
    script.write_text("from keras import *\nfrom keras.layers import *\n" + text)
    return list(read_script(str(script)).programs)


def layer_names(programs: list[Program]) -> set[tuple[str, ...]]:
    return {tuple(layer.kind for layer in model.layers) for program in programs for model in program.models}


def test_methods_that_another_way_calls_are_not_called_on_this_one(tmp_path: Path) -> None:
    programs = read(
        """
class Models:
    def __init__(self, kind):
        if kind == "lstm":
            self.shape = (10, 8)
            self.model = self.lstm()
        else:
            self.shape = (10, 32, 32, 3)
            self.model = self.conv()

    def lstm(self):
        return Sequential([Input(self.shape), LSTM(4)])

    def conv(self):
        return Sequential([Input(self.shape), TimeDistributed(Conv2D(4, 3))])
""",
        tmp_path,
    )
    shapes = {
        (model.layers[-1].kind, tensor.shape.rank)
        for program in programs
        for model in program.models
        for tensor in model.inputs
        if isinstance(tensor.shape, Shape)
    }
    assert shapes == {("LSTM", 3), ("TimeDistributed", 5)}


def test_functions_nothing_calls_do_not_build_on_each_other(tmp_path: Path) -> None:
    programs = read(
        """
class Trainer:
    model = Sequential()

    def __init__(self, x):
        self.x = x

    def stateless(self):
        self.model.add(LSTM(32, input_shape=(10, 8)))
        self.model.add(Dense(3))

    def stateful(self):
        self.model.add(LSTM(16, batch_input_shape=(1, 10, 8), stateful=True))
        self.model.add(Dense(3))
""",
        tmp_path,
    )
    assert all(kinds.count("LSTM") <= 1 for kinds in layer_names(programs))


def test_build_functions_are_entered_with_their_defaults(tmp_path: Path) -> None:
    programs = read(
        "def build(units=7, steps=None):\n    return Sequential([Input((steps, 2)), LSTM(units)])\n", tmp_path
    )
    (model,) = programs[0].models
    assert [str(tensor.shape) for tensor in model.outputs] == ["(batch=None, units=7)"]
