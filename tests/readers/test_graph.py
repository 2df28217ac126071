"""Graphs: the five forms of inbound nodes, and graphs that contradict themselves."""

from typing import Any

import pytest

from rnnlint.readers.nodes import Constant, Node, Reference, ends, parse
from tests.readers.configs import Config, dense, faults, functional, inputs, lstm, model, node, shown, two_lstms

X, H = Reference("x", 0, 0), Reference("h", 2, 1)


@pytest.mark.parametrize(
    ("inbound", "expected"),
    [
        ([[["x", 0, 0]]], Node((X,))),
        ([[["x", 0, 0], ["h", 2, 1]]], Node(((X, H),))),
        ([[["x", 0, 0, {"training": True}]]], Node((X,), {"training": True})),
        ([[["x", 0, 0, {"mask": ["h", 2, 1]}]]], Node((X,), {"mask": H})),
        ([[["x", 0, 0, {"perm": ["no", 2, 1]}]]], Node((X,), {"perm": ("no", 2, 1)})),
        ([["x", 0, 0, {"axis": 1}]], Node((X,), {"axis": 1})),
        ([{"left": ["x", 0, 0, {}], "right": ["h", 2, 1, {}]}], Node(({"left": X, "right": H},))),
        ([[["x", 0, 0, {}], ["_CONSTANT_VALUE", -1, [[1.0]], {}]]], Node(((X, Constant(((1.0,),))),))),
        ([["x", 0, 0, {"at": {"start": None, "stop": -1, "step": None}}]], Node((X,), {"at": slice(None, -1, None)})),
    ],
)
def test_forms_before_keras_3(inbound: Any, expected: Node) -> None:
    assert parse(inbound, {"x", "h"}) == (expected,)


def test_the_form_of_keras_3() -> None:
    x = {
        "class_name": "__keras_tensor__",
        "config": {"shape": [None, 3], "dtype": "int32", "keras_history": ["x", 0, 0]},
    }
    part = {"class_name": "__slice__", "config": {"start": 1, "stop": None, "step": None}}
    numbers = {"class_name": "__numpy__", "config": {"value": [[1.0, 2.0]], "dtype": "float32"}}
    args = [x, [part, {"class_name": "__ellipsis__", "config": {}}], numbers]

    (found,) = parse([{"args": args, "kwargs": {"mask": None}}], {"x"})

    reference = found.args[0]
    assert (reference.layer, reference.dtype, str(reference.shape)) == ("x", "int32", "(batch=None, features=3)")
    assert found.args[1:] == ((slice(1, None, None), ...), Constant(((1.0, 2.0),)))
    assert found.kwargs == {"mask": None}


def test_a_list_of_one_tensor_stays_a_list_for_operations() -> None:
    assert parse([[["x", 0, 0, {}]]], {"x"}, keeps_lists=True) == (Node(((X,),)),)


@pytest.mark.parametrize("inbound", [None, 3, {}, [None], [[]], [3], [[[]]], [["x"]], [[["x", "0", 0]]]])
def test_what_is_no_node_reads_nothing(inbound: Any) -> None:
    assert [reference for found in parse(inbound, {"x"}) for reference in found.references()] == []


@pytest.mark.parametrize(
    "saved", [["x", 0, 0], [["x", 0, 0]], {"a": ["x", 0, 0]}, [[["x", 0, 0]]]], ids=["flat", "list", "object", "nested"]
)
def test_ends_of_a_graph(saved: Any) -> None:
    assert ends(saved) == (X,)


def test_layers_may_stand_in_any_order() -> None:
    config = two_lstms()
    config["config"]["layers"].reverse()

    assert shown(model(config))["b"] == ["(batch=None, units=5)"]


def test_initial_states_come_after_the_input() -> None:
    config = functional(
        node(inputs("i", None, 10, 3)),
        node(inputs("h", None, 4)),
        node(inputs("c", None, 4)),
        node(lstm("b"), [["i", 0, 0, {}], ["h", 0, 0, {}], ["c", 0, 0, {}]]),
    )
    call = model(config).layers[3].calls[0]

    assert (len(call.inputs), call.states, call.problems) == (3, 2, ())


def test_old_files_count_the_call_that_a_model_makes_of_itself() -> None:
    inner = functional(node(inputs("x", None, 10, 3)), node(dense("y", 7), [["x", 0, 0, {}]]), start="x", end="y")
    inner["config"]["name"] = "inner"
    first = functional(node(inputs("i", None, 10, 3)), node(inner, [["i", 0, 0, {}]]), end="inner")
    first["config"]["output_layers"] = [["inner", 1, 0]]

    found = model(first)

    assert faults(found) == []
    assert [str(tensor.shape) for tensor in found.outputs] == ["(batch=None, time=10, units=7)"]


def test_layers_of_a_nested_model_see_the_sizes_that_arrive() -> None:
    inner = functional(node(inputs("x", None, None, 3)), node(lstm("y"), [["x", 0, 0, {}]]), start="x", end="y")
    inner["config"]["name"] = "inner"
    found = model(functional(node(inputs("i", None, 9, 3)), node(inner, [["i", 0, 0, {}]]), end="inner"))
    layer = next(layer for layer in found.layers if layer.path == "inner/y")

    assert str(layer.calls[0].input.shape) == "(batch=None, time=None, features=3)"
    assert str(layer.arrivals[0].input.shape) == "(batch=None, time=9, features=3)"


def _without(key: str) -> Config:
    config = two_lstms()
    del config["config"][key]
    return config


def _twice() -> Config:
    config = two_lstms()
    config["config"]["layers"][2]["name"] = config["config"]["layers"][2]["config"]["name"] = "a"
    config["config"]["output_layers"] = [["a", 0, 0]]
    return config


def _other_name() -> Config:
    config = two_lstms()
    config["config"]["layers"][2]["config"]["name"] = "other"
    return config


@pytest.mark.parametrize(
    ("config", "fault"),
    [
        (two_lstms(second=[["ghost", 0, 0, {}]]), "b: reads from `ghost`, which is not in the model"),
        (two_lstms(second=[["a", 7, 0, {}]]), "b: reads call 7 of `a`, which has 1 calls"),
        (two_lstms(second=[["a", -1, 0, {}]]), "b: reads call -1 of `a`, which has 1 calls"),
        (two_lstms(second=[["a", 0, 3, {}]]), "b: reads output 3 of `a`, which gives 1"),
        (two_lstms(first=[["b", 0, 0, {}]]), "a: its input depends on its own output"),
        (two_lstms(first=[["a", 0, 0, {}]]), "a: its input depends on its own output"),
        (_twice(), "a: another layer is called `a` too"),
        (_other_name(), "b: it is called `b` by the graph and `other` by itself"),
        (functional(node(inputs("i", None, 3)), node(lstm("b", -3), [["i", 0, 0, {}]])), "b: `units` is no size"),
        (functional(node(inputs("i", None, 10**30)), node(dense("b"), [["i", 0, 0, {}]])), "i: its input shape"),
        (
            functional(node(inputs("i", None, 3)), end="ghost"),
            "the model reads from `ghost`, which is not in the model",
        ),
    ],
)
def test_contradictions_are_told_and_reading_goes_on(config: Config, fault: str) -> None:
    assert any(told.startswith(fault) for told in faults(model(config)))


@pytest.mark.parametrize("config", [two_lstms(), _without("input_layers"), _without("output_layers")])
def test_a_sound_graph_has_no_faults(config: Config) -> None:
    found = model(config)

    assert faults(found) == []
    assert [str(tensor.shape) for tensor in found.inputs] == ["(batch=None, time=10, features=3)"]
    assert [str(tensor.shape) for tensor in found.outputs] == ["(batch=None, units=5)"]


def test_models_in_models_called_twice_each_are_bounded() -> None:
    inner = functional(node(inputs("i", None, 10, 3)), node(lstm("b", 3, return_sequences=True), [["i", 0, 0, {}]]))
    for _ in range(25):
        inner["config"]["name"] = "m"
        twice = node(inner, [["i", 0, 0, {}]], [["i", 0, 0, {}]])
        add = {"class_name": "Add", "config": {"name": "b"}}
        inner = functional(node(inputs("i", None, 10, 3)), twice, node(add, [["m", 1, 0, {}], ["m", 2, 0, {}]]))

    assert len(model(inner).layers) == 3 * 25 + 2


def test_a_layer_of_ones_own_may_give_as_many_outputs_as_are_read() -> None:
    split: Config = {
        "class_name": "Lambda",
        "config": {"name": "split", "function": "halves", "function_type": "function", "output_shape": [10, 3]},
    }
    join: Config = {"class_name": "Add", "config": {"name": "b"}}
    config = functional(
        node(inputs("i", None, 10, 6)),
        node(split, [["i", 0, 0, {}]]),
        node(join, [["split", 0, 0, {}], ["split", 0, 1, {}]]),
    )

    assert faults(model(config)) == []
