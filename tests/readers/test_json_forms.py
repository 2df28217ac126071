"""All forms in which configurations are found as JSON."""

import json
from typing import Any

import pytest

from tests.readers.configs import Config, dense, inputs, lstm, model, reading, sequential, shown, small, two_lstms

SHAPES = {
    "i": ["(batch=None, time=10, features=3)"],
    "a": ["(batch=None, units=4)"],
    "d": ["(batch=None, units=1)"],
}


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(small()),
        json.dumps(json.dumps(small())),
        json.dumps(json.dumps(json.dumps(small()))),
        json.dumps(small()["config"]),
        json.dumps(small()["config"]["layers"]),
        json.dumps({"model_config": small(), "keras_version": "2.4.0"}),
        "\ufeff" + json.dumps(small()),
        json.dumps(small()).encode("utf-16"),
        json.dumps(small()).encode("utf-32"),
        json.dumps(small()) + "\n}\n",
        "\n\n  " + json.dumps(small(), indent=2),
    ],
    ids=["plain", "text", "text in text", "bare", "list", "of h5", "BOM", "UTF-16", "UTF-32", "garbage", "indented"],
)
def test_form(content: str | bytes) -> None:
    assert shown(model(content)) == SHAPES


def test_a_bare_functional_configuration() -> None:
    found = model(two_lstms()["config"])

    assert found.kind == "functional"
    assert shown(found)["b"] == ["(batch=None, units=5)"]


def test_nan_and_infinity_are_read() -> None:
    text = json.dumps(sequential(inputs("i", None, 10, 3), lstm("a", dropout=7, recurrent_dropout=8)))
    layer = model(text.replace("7", "NaN").replace("8", "-Infinity")).layers[1]

    assert layer["dropout"] != layer["dropout"]
    assert layer["recurrent_dropout"] == -float("inf")


def test_of_a_key_twice_the_last_counts() -> None:
    text = json.dumps(small()).replace('"units": 4', '"units": 4, "units": 5')

    assert shown(model(text))["a"] == ["(batch=None, units=5)"]


@pytest.mark.parametrize("tag", ["__tuple__", "TensorShape"])
def test_tagged_shapes_are_opened(tag: str) -> None:
    config = small()
    config["config"]["layers"][0]["config"]["batch_input_shape"] = {"class_name": tag, "items": [None, 10, 3]}

    assert shown(model(config)) == SHAPES


def test_the_first_layer_may_carry_the_shape() -> None:
    old: Config = {
        "class_name": "Sequential",
        "config": [lstm("a", batch_input_shape=[2, None, 3]), dense("d")],
        "keras_version": "2.1.6",
    }

    assert shown(model(old)) == {"a": ["(batch=2, units=4)"], "d": ["(batch=2, units=1)"]}


def test_a_sequential_takes_its_shape_from_the_one_inside() -> None:
    inner = {"class_name": "Sequential", "config": [lstm("a", batch_input_shape=[None, 6, 3], return_sequences=True)]}
    outer = {"class_name": "Sequential", "config": [inner, lstm("b", 2)], "keras_version": "2.1.6"}

    assert shown(model(outer)) == {
        "sequential_1": ["(batch=None, time=6, units=4)"],
        "sequential_1/a": ["(batch=None, time=6, units=4)"],
        "b": ["(batch=None, units=2)"],
    }


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ({"hello": [1, 2, 3]}, "no model configuration"),
        ([1, 2, 3], "no model configuration"),
        ([{"paths": ["group1"], "weights": [{"name": "k", "shape": [3], "dtype": "float32"}]}], "weights manifest"),
        ({"format": "graph-model", "modelTopology": {"node": []}}, "graph model"),
        (lstm("a"), "not of a model"),
        ({"class_name": "Sequential", "config": {"layers": {"0": lstm("a")}}}, "not of a model"),
    ],
)
def test_other_json_is_skipped(content: Any, word: str) -> None:
    found = reading(content)

    assert found.status == "skipped"
    assert word in (found.reason or "")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("{", "not JSON"),
        ("[" * 200_000 + "]" * 200_000, "nested too deeply"),
        ('{"class_name": "Sequential", "config": ' + '{"a": ' * 50_000 + "1" + "}" * 50_000 + "}", "nested too deeply"),
        ('{"class_name": "Sequential", "config": ' + "9" * 10_000 + "}", "number"),
        (json.dumps(json.dumps(json.dumps(json.dumps(json.dumps(small()))))), "text inside text"),
        ("[" + "[]," * 2_000_000 + "[]]", "values"),
        (json.dumps({"format": "layers-model", "modelTopology": {"model_config": 3}}), "model_config"),
    ],
    ids=["cut", "lists", "objects", "number", "texts", "many", "tfjs"],
)
def test_damaged_json_fails(content: str, word: str) -> None:
    found = reading(content)

    assert found.status == "failed"
    assert word in (found.reason or "")
