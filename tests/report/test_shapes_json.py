"""The JSON of `rnnlint shapes`, to the letter."""

import json
from typing import Any

from rnnlint.facts import UNKNOWN
from rnnlint.reading import failed
from rnnlint.report.shapes_json import shapes_json, value_json
from tests.readers.configs import dense, inputs, lstm, reading, sequential


def shown(*readings: Any) -> Any:
    """The answer, read back."""

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    return json.loads(shapes_json(readings), parse_constant=refuse)


def test_a_model() -> None:
    wrapper = {"class_name": "TimeDistributed", "config": {"name": "t", "layer": dense("inner", 2)}}
    nobody = {"class_name": "Nobody", "config": {"name": "x", "rate": 0.5}}
    answer = shown(reading(sequential(inputs("i", None, 10, 3), lstm("a", return_sequences=True), wrapper, nobody)))

    assert answer["schema"] == 1
    (file,) = answer["files"]
    assert (file["path"], file["format"], file["keras"], file["status"]) == ("model.json", "json", 2, "checked")
    (model,) = file["models"]
    steps = {"dims": [None, 10, 3], "axes": ["batch", "time", "features"]}
    assert {key: model[key] for key in ("name", "kind", "line", "inputs", "outputs")} == {
        "name": "s",
        "kind": "sequential",
        "line": None,
        "inputs": [steps],
        "outputs": ["?"],
    }
    first, second, third, fourth = model["layers"]
    assert first["calls"] == [{"inputs": [], "outputs": [steps], "masks": [False]}]
    assert (second["path"], second["name"], second["class"], second["line"]) == ("a", "a", "LSTM", None)
    assert second["options"]["units"] == 4
    assert second["options"]["stateful"] is False
    assert second["calls"][0]["outputs"] == [{"dims": [None, 10, 4], "axes": ["batch", "time", "units"]}]
    assert third["calls"][0]["outputs"][0]["dims"] == [None, 10, 2]
    (inner,) = third["wraps"]
    assert (inner["class"], inner["options"]["units"], "calls" in inner) == ("Dense", 2, False)
    assert fourth["options"] == {"rate": 0.5}
    assert (fourth["calls"][0]["outputs"], fourth["calls"][0]["masks"]) == (["?"], ["?"])


def test_a_file_that_cannot_be_read() -> None:
    answer = shown(failed("m.h5", "is damaged", "hdf5", "model"))

    assert answer["files"] == [
        {"path": "m.h5", "format": "hdf5", "keras": None, "status": "failed", "reason": "is damaged", "models": []}
    ]


def test_values_are_strict_json() -> None:
    assert value_json([float("nan"), -float("inf"), 1.5, None, True]) == ["nan", "-inf", 1.5, None, True]
    assert value_json({"a": (1, UNKNOWN), "b": slice(1, 2)}) == {"a": [1, "?"], "b": "?"}


def test_deep_values_end() -> None:
    value: Any = 1
    for _ in range(10_000):
        value = [value]

    json.dumps(value_json(value))
