"""How much was in a file."""

from rnnlint.counts import Counts, count
from rnnlint.facts import Call, Layer, LayerCall, Model, Program, Shape, SourceLocation, Tensor, Timeline

KNOWN = LayerCall((), (Tensor(Shape.of((None, 4))),))
UNSURE = LayerCall((), (Tensor(),))


def at(line: int) -> SourceLocation:
    return SourceLocation("a.py", line, 1, line, 5)


def layer(number: int, line: int, call: LayerCall | None = KNOWN, wraps: tuple[Layer, ...] = ()) -> Layer:
    kind = "Bidirectional" if len(wraps) == 2 else "TimeDistributed" if wraps else "LSTM"
    return Layer(number, f"l{number}", kind, kind, calls=(call,) if call else (), wraps=wraps, location=at(line))


def program(*layers: Layer, calls: int = 0) -> Program:
    model = Model(100, "m", "Sequential", "sequential", layers, location=at(50))
    timeline = Timeline(tuple(Call(n, "fit", model, location=at(60 + n)) for n in range(calls)))
    return Program("a.py", "script", (model,), timeline)


def test_nothing() -> None:
    assert count([]) == Counts(0, 0, 0, 0)


def test_layers_whose_rank_is_known() -> None:
    assert count([program(layer(1, 1), layer(2, 2, UNSURE), layer(3, 3, None), calls=2)]) == Counts(1, 2, 3, 1)


def test_a_loop_of_three_makes_three_layers() -> None:
    assert count([program(layer(1, 1), layer(2, 1), layer(3, 1))]).layers == 3


def test_what_several_ways_share_counts_once() -> None:
    one = program(layer(1, 1), layer(2, 2), calls=1)
    other = program(layer(1, 1, UNSURE), layer(2, 3), calls=1)
    assert count([one, other]) == Counts(1, 1, 3, 3)


def test_a_wrapped_layer_is_a_layer() -> None:
    assert count([program(layer(1, 1, wraps=(layer(2, 2, None),)))]) == Counts(1, 0, 2, 2)


def test_the_backward_half_that_keras_makes_is_none() -> None:
    forward, backward = layer(2, 2, None), layer(3, 2, None)
    assert count([program(layer(1, 1, wraps=(forward, backward)))]).layers == 2
    assert count([program(layer(1, 1, wraps=(forward, layer(3, 3, None))))]).layers == 3
