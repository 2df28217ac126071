"""Two shapes, axis below axis."""

import pytest

from rnnlint.facts import UNKNOWN, AnyShape, Shape
from rnnlint.report.align import aligned

LAST_STEP = Shape.of((None, 32), ("batch", "units"))
STEPS = Shape.of((None, UNKNOWN, UNKNOWN))
VIDEO = Shape.of((None, 5, 64, 64, 3), ("batch", "time", "height", "width", "channels"))


@pytest.mark.parametrize(
    ("above", "below", "text"),
    [
        (LAST_STEP, STEPS, "(batch=None,            units=32)\n(batch=None, time=?, features=?)"),
        (STEPS, LAST_STEP, "(batch=None, time=?, features=?)\n(batch=None,            units=32)"),
        (
            Shape.of((1000, 10, 8)),
            Shape.of((32, 10, 1)),
            "(batch=1000, time=10, features=8)\n(batch=32,   time=10, features=1)",
        ),
        (Shape.of((1000,)), Shape.of((None, 4)), "(batch=1000)\n(batch=None, features=4)"),
        (Shape.of(()), Shape.of((None, 4)), "()\n(batch=None, features=4)"),
        (
            VIDEO,
            STEPS,
            "(batch=None, time=5, height=64, width=64, channels=3)\n"
            "(batch=None, time=?,                      features=?)",
        ),
        (
            Shape.of((84, 24, 94, 1)),
            Shape.of((None, 24, 94)),
            "(batch=84,   axis1=24,    axis2=94, axis3=1)\n(batch=None,  time=24, features=94)",
        ),
        (UNKNOWN, STEPS, "?\n(batch=None, time=?, features=?)"),
    ],
)
def test_axes_that_belong_together_stand_in_one_column(above: AnyShape, below: AnyShape, text: str) -> None:
    assert "\n".join(aligned(above, below)) == text


def test_a_shape_of_a_hundred_axes_is_shown_as_it_is() -> None:
    huge = Shape.of([1] * 100)
    assert aligned(huge, STEPS) == (str(huge), str(STEPS))
