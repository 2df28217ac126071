"""The part of a long source line that is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from rnnlint.report.canvas import window

LINE = "model.fit(x, y, batch_size=32, epochs=10)"


def test_a_line_that_fits_is_shown_whole() -> None:
    view = window(LINE, 60, 16, 29, "…")
    assert view.text == LINE
    assert view.span(16, 29) == (16, 29)


@pytest.mark.parametrize(
    ("width", "start", "end", "text"),
    [
        (20, 0, 9, "model.fit(x, y, bat…"),
        (20, 16, 29, "…y, batch_size=32, …"),
        (20, 31, 40, "…ize=32, epochs=10)"),
    ],
)
def test_of_a_long_line_the_part_that_is_pointed_at(width: int, start: int, end: int, text: str) -> None:
    view = window(LINE, width, start, end, "…")
    assert cell_len(view.text) <= width
    left, right = view.span(start, end)
    assert view.text[left:right] == LINE[start:end]


@given(st.text(st.characters(codec="utf-8"), max_size=80), st.integers(10, 60), st.integers(0, 90), st.integers(0, 90))
def test_it_never_is_wider_than_the_terminal_and_never_holds_control_characters(
    line: str, width: int, start: int, length: int
) -> None:
    view = window(line, width, start, start + length, "…")
    assert cell_len(view.text) <= width
    assert view.text.isprintable()
    left, right = view.span(start, start + length)
    assert 0 <= left < right
