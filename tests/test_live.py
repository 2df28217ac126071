"""Models in memory, and the helper for a project's own tests."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import rnnlint
from rnnlint.joining import CannotLint
from rnnlint.testing import assert_clean

EXAMPLES = Path(__file__).parent / "examples"
CALL = "fit(x=(1000, 10, 8), y=(1000, 1), batch_size=32, shuffle=False)"


class Saved:
    """What stands for a model of Keras 2: an object that tells its configuration."""

    name = "small"

    def __init__(self, *layers: dict[str, Any]) -> None:
        self.layers = layers

    def to_json(self) -> str:
        config = {"name": "small", "layers": list(self.layers)}
        return json.dumps({"class_name": "Sequential", "config": config, "keras_version": "2.15.0"})


def lstm(name: str, **options: object) -> dict[str, Any]:
    return {"class_name": "LSTM", "config": {"name": name, "units": 8, **options}}


BROKEN = Saved(lstm("a", batch_input_shape=[None, 10, 4]), lstm("b"))
SOUND = Saved(lstm("a", batch_input_shape=[32, 10, 8], stateful=True))


def test_a_model_in_memory() -> None:
    report = rnnlint.lint_model(BROKEN)
    assert [(finding.rule, finding.layer) for finding in report.findings] == [("missing-return-sequences", "b")]
    assert report.files[0].reading.path == "<small>"
    assert report.files[0].reading.keras == 2
    assert rnnlint.lint_model(SOUND).findings == ()


def test_calls_on_a_model_in_memory() -> None:
    assert [it.rule for it in rnnlint.lint_model(SOUND, [CALL]).findings] == ["partial-batch"]
    assert [it.rule for it in rnnlint.lint_model(SOUND, CALL).findings] == ["partial-batch"]
    with pytest.raises(CannotLint, match="--call 1"):
        rnnlint.lint_model(SOUND, "fitt()")


@pytest.mark.parametrize("what", [3, "model.keras", None, object()])
def test_what_is_no_model_is_refused(what: object) -> None:
    with pytest.raises(CannotLint, match="a Keras model is wanted, not "):
        rnnlint.lint_model(what)


def test_a_model_that_cannot_tell_its_configuration() -> None:
    class Odd:
        def to_json(self) -> str:
            raise NotImplementedError("a layer has no get_config")

    with pytest.raises(CannotLint, match="fails with NotImplementedError: a layer has no get_config"):
        rnnlint.lint_model(Odd())


def test_clean_is_clean() -> None:
    assert assert_clean(SOUND).findings == ()
    assert assert_clean(EXAMPLES / "forecast.keras").status() == 0


def test_a_failure_is_the_report() -> None:
    with pytest.raises(AssertionError) as error:
        assert_clean(BROKEN)
    text = str(error.value)
    assert text.startswith("rnnlint found\n\nerror[missing-return-sequences] ")
    assert "1 error in 1 file" in text
    with pytest.raises(AssertionError, match=r"error\[stateful-shuffle\]"):
        assert_clean(EXAMPLES / "shuffled.py", str(EXAMPLES / "forecast.keras"))
    with pytest.raises(AssertionError, match="there is no such file"):
        assert_clean("gone.keras")


def test_what_is_asked_for_must_be_clear() -> None:
    for what in ([], [SOUND, SOUND], ["a.py", SOUND]):
        with pytest.raises(TypeError):
            assert_clean(*what)


@pytest.mark.oracle
@pytest.mark.parametrize("version", [2, 3])
def test_models_of_real_keras(version: int) -> None:
    keras = import_module("keras" if version == 3 else "tf_keras")
    layers = keras.layers
    inputs = keras.Input(batch_shape=(32, 10, 8))
    model = keras.Model(inputs, layers.Dense(1)(layers.LSTM(4, stateful=True)(inputs)))
    report = rnnlint.lint_model(model, CALL)
    assert report.files[0].reading.keras == version
    assert (report.files[0].counts.layers, report.files[0].counts.layers_shaped) == (3, 3)
    assert [finding.rule for finding in report.findings] == ["partial-batch"]
