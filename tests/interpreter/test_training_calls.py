"""`--call`: texts of training calls on the model of a file."""

import pytest

from rnnlint.facts import UNKNOWN, Call, CallLocation, Layer, LayerCall, Loop, Model, Origin, Program, Shape, Tensor
from rnnlint.interpreter.training_calls import BadCall, read_calls
from rnnlint.reading import Reading


def reading(keras: int = 3) -> Reading:
    """A file with one model: (4, 10, 8) to (4, 1)."""
    arriving = Tensor(Shape.of((4, 10, 8)), "float32", False, Origin(1, 0))
    leaving = Tensor(Shape.of((4, 1)), "float32", False, Origin(2, 0))
    layers = (
        Layer(1, "input", "InputLayer", "InputLayer", calls=(LayerCall((), (arriving,)),)),
        Layer(2, "lstm", "LSTM", "LSTM", {"stateful": True}, calls=(LayerCall((arriving,), (leaving,)),)),
    )
    model = Model(1, "m", "Sequential", "sequential", layers, (arriving,), (leaving,), (layers[1],), None, built=True)
    return Reading("m.keras", "model", "keras", programs=(Program("m.keras", "model", (model,)),), keras=keras)


def calls(*texts: str, keras: int = 3) -> list[Call]:
    (program,) = read_calls(texts, reading(keras)).programs
    return [call for call, _ in program.timeline.walk()]


def test_tuples_are_shapes_and_defaults_are_those_of_fit() -> None:
    (fit,) = calls("fit(x=(1000, 10, 8), y=(1000, 1))")
    assert [data.shape for data in fit.x.known] == [Shape.of((1000, 10, 8))]
    assert [data.shape for data in fit.y.known] == [Shape.of((1000, 1))]
    assert (fit.batch_size, fit.rows, fit["shuffle"].value, fit["epochs"].value) == (32, 1000, True, 1)
    assert (fit["shuffle"].given, fit["x"].given) == (False, True)


def test_positions_count_characters_of_the_text() -> None:
    (fit,) = calls("fit((1000, 10, 8), (1000, 1), shuffle=False)")
    assert fit.location == CallLocation("m.keras", 1, 1, 1, 1, 45)
    assert fit["shuffle"].location == CallLocation("m.keras", 1, 1, 31, 1, 44)


def test_loops_and_texts_make_one_timeline() -> None:
    texts = ("for _ in range(50): fit((8, 10, 8), (8, 1), 4); reset_states()", "predict((None, 10, 8))")
    (program,) = read_calls(texts, reading()).programs
    loop, predict = program.timeline.events
    assert isinstance(loop, Loop)
    assert loop.times == 50
    assert [call.name for call in loop.body.run()] == ["fit", "reset_states"]
    assert isinstance(predict, Call)
    assert isinstance(predict.location, CallLocation)
    assert predict.location.index == 2


def test_the_validation_split_is_taken_from_the_end() -> None:
    (fit,) = calls("fit((100, 10, 8), (100, 1), validation_split=0.25)")
    assert fit.rows == 75
    assert fit.validation is not None
    assert fit.validation is not UNKNOWN
    assert fit.validation.x.samples == 25


def test_none_is_any_size() -> None:
    (predict,) = calls("predict((None, 10, None))")
    (data,) = predict.x.known
    assert isinstance(data.shape, Shape)
    assert data.shape.dims[1:] == (10, UNKNOWN)
    assert not isinstance(data.shape.batch, int)


def test_methods_may_be_written_on_the_model() -> None:
    (fit,) = calls("model.fit((8, 10, 8), (8, 1))")
    assert fit.name == "fit"


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("fit(x=(8, 10, 8), batchsize=4)", 19, "batch_size"),
        ("fot((8, 10, 8))", 1, "fit"),
        ("fit(x=(8, 10", 7, "no Python"),
        ("x = 3", 1, "only calls"),
        ("fit(x=3)", 7, "shape"),
        ("fit(x=(8, 'ä', y))", 11, "whole numbers"),
        ("fit('ä', x=(3, 4))", 5, "shape"),
        ("fit((8, 4), x=(8, 4))", 15, "twice"),
        ("reset_states(3)", 14, "at most 0"),
        ("fit(*shapes)", 5, "`*`"),
        ("  ", 1, "empty"),
        ("while True: fit((8, 4))", 1, "only calls"),
        ("__import__('os').system('true')", 1, "only calls"),
    ],
)
def test_what_is_no_call_is_refused_at_the_character(text: str, column: int, says: str) -> None:
    with pytest.raises(BadCall) as caught:
        calls("reset_states()", text)
    assert (caught.value.index, caught.value.column) == (2, column)
    assert str(caught.value).startswith(f"--call 2, column {column}: ")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_error_in_a_later_line_says_which() -> None:
    with pytest.raises(BadCall, match="line 2, column 3"):
        calls("for _ in range(3):\n  fot((3, 4))")


def test_the_models_own_facts_stay() -> None:
    before = reading()
    after = read_calls(["evaluate((8, 10, 8), (8, 1), 4)"], before)
    assert after.programs[0].models == before.programs[0].models
    (call,) = after.programs[0].calls("evaluate")
    assert call.model.where(stateful=True)
    assert call.batch_size == 4
