"""Shapes with named axes."""

import pytest

from rnnlint.facts import UNKNOWN, Shape
from rnnlint.facts.sizes import multiply, symbol

n = symbol("n")


def test_names_by_rank() -> None:
    assert str(Shape.of((32, 10, 8))) == "(batch=32, time=10, features=8)"
    assert Shape.of((None, 3)).names == ("batch", "features")
    assert Shape.of((None, 1, 2, 3)).names == ("batch", "axis1", "axis2", "axis3")
    assert str(Shape.of(())) == "()"


def test_another_number_of_names() -> None:
    with pytest.raises(ValueError):
        Shape.of((1, 2), ("batch",))


def test_by_name() -> None:
    shape = Shape.of((None, 10, 8))
    assert shape["time"] == 10
    assert "time" in shape and "height" not in shape
    assert shape.without("time").dims == (None, 8)
    assert shape.without("height") == shape
    with pytest.raises(KeyError):
        shape["height"]


def test_sizes() -> None:
    shape = Shape.of((None, 10, 8))
    assert (shape.rank, shape.batch, shape.elements) == (3, None, 80)
    assert Shape.of((4, n, 8)).elements == multiply(n, 8)
    assert Shape.of((4, None, 8)).elements is None
    assert Shape.of(()).batch is UNKNOWN
    assert shape.with_size(1, 5).dims == (None, 5, 8)
    assert list(shape) == [None, 10, 8]
    assert shape.named("batch", "steps", "units").names == ("batch", "steps", "units")


@pytest.mark.parametrize(
    ("a", "b", "fits"),
    [
        ((None, 10, 8), (32, 10, 8), True),
        ((None, 10, 8), (32, 10, 9), False),
        ((None, 10, 8), (32, 10), False),
        ((None, None, 8), (32, 10, 8), True),
        ((None, n, 8), (32, 10, 8), UNKNOWN),
        ((None, n, 8), (32, 10, 9), False),
        ((None, UNKNOWN, 8), (32, 10, 8), UNKNOWN),
        ((n, n), (n, n), True),
    ],
)
def test_fits(a: tuple[object, ...], b: tuple[object, ...], fits: object) -> None:
    assert Shape.of(a).fits(Shape.of(b)) is fits  # type: ignore[arg-type]


def test_fits_the_unknown() -> None:
    assert Shape.of((1, 2)).fits(UNKNOWN) is UNKNOWN
    assert Shape.of((1, 2)).same_as(UNKNOWN) is UNKNOWN


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ((None, 8), (None, 8), True),
        ((None, 8), (32, 8), False),
        ((None, 8), (UNKNOWN, 8), UNKNOWN),
        ((None, 8), (n, 8), UNKNOWN),
        ((None, 8), (None, 8, 1), False),
    ],
)
def test_same_as(a: tuple[object, ...], b: tuple[object, ...], same: object) -> None:
    assert Shape.of(a).same_as(Shape.of(b)) is same  # type: ignore[arg-type]
