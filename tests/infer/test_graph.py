"""Graphs of layer calls: order, cycles, recorded shapes, nested models, long chains."""

from dataclasses import replace
from typing import Any

from rnnlint.facts import UNKNOWN, Layer, Model, Origin, Shape, Tensor
from rnnlint.infer.catalogue import bind, kind_of
from rnnlint.infer.graph import Step, chain, listed, own_layers, trace


def layer(number: int, cls: str, *args: Any, **kwargs: Any) -> Layer:
    return Layer(number, f"{cls.lower()}_{number}", cls, kind_of(cls), bind(cls, args, kwargs, 3).options)


def source(number: int, *dims: Any) -> Layer:
    return layer(number, "InputLayer", batch_shape=dims)


def of(number: int, call: int = 0, output: int = 0) -> Tensor:
    """The output of a layer, as a step refers to it."""
    return Tensor(origin=Origin(number, call, output))


def dims(tensor: Tensor) -> tuple[Any, ...]:
    assert isinstance(tensor.shape, Shape)
    return tensor.shape.dims


def test_a_chain() -> None:
    layers = [
        source(1, None, 10, 8),
        layer(2, "LSTM", 4, return_sequences=True),
        layer(3, "LSTM", 2),
        layer(4, "Dense", 1),
    ]
    done = chain(layers, 3).layers
    assert [dims(made.calls[0].output) for made in done] == [(None, 10, 8), (None, 10, 4), (None, 2), (None, 1)]
    assert done[2].calls[0].input.origin == Origin(2, 0, 0)
    assert all(made.arrivals == made.calls for made in done)


def test_a_chain_is_fed_from_outside() -> None:
    done = chain([source(1, None, 10, 8), layer(2, "LSTM", 4)], 3, Tensor(Shape.of((5, 7, 8)))).layers
    assert dims(done[0].calls[0].output) == (5, 7, 8)
    assert dims(done[1].calls[0].output) == (5, 4)


def test_inputs_are_called_by_their_reader() -> None:
    steps = [Step(1), Step(2, (of(1),))]
    done = trace([source(1, None, 9, 8, 3), layer(2, "Conv2D", 4, 3)], steps, 3).layers
    shape = done[0].calls[0].output.shape
    assert isinstance(shape, Shape) and shape.names == ("batch", "height", "width", "channels")
    done = trace([source(1, None, 9), layer(2, "Embedding", 10, 4)], steps, 3).layers
    shape = done[1].calls[0].input.shape
    assert isinstance(shape, Shape) and shape.names == ("batch", "time")


def test_steps_in_any_order() -> None:
    layers = [source(1, None, 6, 3), layer(2, "LSTM", 4), layer(3, "LSTM", 5), layer(4, "Concatenate")]
    steps = [Step(4, (of(2), of(3)), listed=True), Step(3, (of(1),)), Step(2, (of(1),)), Step(1)]
    assert dims(trace(layers, steps, 3)[Origin(4, 0)]) == (None, 9)


def test_a_shared_layer_is_built_by_its_first_call() -> None:
    layers = [source(1, None, 6, 3), source(2, None, 6, 4), layer(3, "LSTM", 5)]
    traced = trace(layers, [Step(1), Step(2), Step(3, (of(1),)), Step(3, (of(2),))], 3)
    first, second = traced.layers[2].calls
    assert not first.problems
    assert [problem.kind for problem in second.problems] == ["features"]
    assert dims(second.output) == (None, 5)


def test_initial_states() -> None:
    layers = [source(1, None, 6, 3), source(2, None, 4), source(3, None, 4), layer(4, "LSTM", 4)]
    traced = trace(layers, [Step(1), Step(2), Step(3), Step(4, (of(1),), (of(2), of(3)))], 3)
    call = traced.layers[3].calls[0]
    assert (len(call.inputs), call.states, call.problems) == (3, 2, ())


def test_a_cycle_is_a_damaged_graph() -> None:
    layers = [source(1, None, 3), layer(2, "Add"), layer(3, "Dense", 3)]
    steps = [Step(1), Step(2, (of(1), of(3)), listed=True), Step(3, (of(2),))]
    done = trace(layers, steps, 3).layers
    assert [problem.kind for problem in done[1].calls[0].problems] == ["graph"]
    assert [problem.kind for problem in done[2].calls[0].problems] == ["graph"]
    assert not done[0].calls[0].problems


def test_layers_and_tensors_that_are_not_there() -> None:
    done = trace([layer(2, "Dense", 3)], [Step(2, (of(7),)), Step(9)], 3).layers
    assert done[0].calls[0].output.shape is UNKNOWN


def test_recorded_outputs() -> None:
    recorded = (Tensor(Shape.of((None, 7)), "float32", False),)
    opaque = replace(layer(2, "Dense", 3), custom=True)
    for known, trusted, expected in (
        (opaque, True, (None, 7)),
        (opaque, False, (None, 7)),
        (layer(2, "Dense", 3), True, (None, 7)),
        (layer(2, "Dense", 3), False, (None, 3)),
    ):
        steps = [Step(1), Step(2, (of(1),), recorded=recorded, trusted=trusted)]
        assert dims(trace([source(1, None, 5), known], steps, 3)[Origin(2, 0)]) == expected


def nested(number: int, model: Model) -> Layer:
    return Layer(
        number, model.name, model.cls, "Functional" if model.kind == "functional" else "Sequential", model=model
    )


def inner_model(kind: str) -> Model:
    layers = [source(11, None, None, 3), layer(12, "LSTM", 4, return_sequences=True)]
    traced = trace(layers, [Step(11), Step(12, (of(11),))], 3)
    return Model(10, "inner", kind.title(), kind, traced.layers, (traced[Origin(11, 0)],), (traced[Origin(12, 0)],))


def test_nested_models_see_what_arrives() -> None:
    for kind in ("functional", "sequential"):
        outer = [source(1, 2, 9, 3), nested(2, inner_model(kind))]
        traced = trace(outer, [Step(1), Step(2, (of(1),))], 3)
        assert dims(traced[Origin(2, 0)]) == (2, 9, 4)
        model = traced.layers[1].model
        assert model is not None
        lstm = model.layers[1]
        assert dims(lstm.calls[0].output) == (None, None, 4)
        assert dims(lstm.arrivals[0].output) == (2, 9, 4)
        assert [part.id for part in listed(traced.layers)] == [1, 2, 11, 12]
        whole = Model(5, "outer", "Functional", "functional", listed(traced.layers))
        assert [part.id for part in own_layers(whole)] == [1, 2]


def test_a_nested_model_reads_its_rank() -> None:
    outer = [source(1, None, 9), nested(2, inner_model("functional"))]
    call = trace(outer, [Step(1), Step(2, (of(1),))], 3).layers[1].calls[0]
    assert [problem.kind for problem in call.problems] == ["rank"]


def test_a_model_that_holds_itself_ends() -> None:
    model = inner_model("functional")
    for number in range(100, 160):
        outer = [source(number * 2, None, 6, 3), nested(number * 2 + 1, model)]
        traced = trace(outer, [Step(number * 2), Step(number * 2 + 1, (of(number * 2),))], 3)
        own = traced.layers
        outputs = (traced[Origin(number * 2 + 1, 0)],)
        model = Model(number, "m", "Functional", "functional", own, (traced[Origin(number * 2, 0)],), outputs)
    assert outputs[0].shape is UNKNOWN or dims(outputs[0]) == (None, 6, 4)


def test_five_thousand_layers_in_a_chain() -> None:
    layers = [source(0, None, 3), *(layer(number, "Dense", 3) for number in range(1, 5000))]
    assert dims(chain(layers, 3).layers[-1].calls[0].output) == (None, 3)
    steps = [Step(0), *(Step(number, (of(number - 1),)) for number in range(1, 5000))]
    assert dims(trace(layers, steps[::-1], 3)[Origin(4999, 0)]) == (None, 3)
